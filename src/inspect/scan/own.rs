//! The pass for an operator's own patterns: the logical text, with markup, entities and escapes undone, slice by slice.
//! It is there only where patterns are configured, and keeps its own place in the text.

use super::examine::{Value, outranks};
use super::naming::{Columns, Reach};
use super::{Document, Scan};
use crate::detect::Context;
use crate::detect::own::{LONGEST, Pattern};
use crate::inspect::beyond::Detectors;
use crate::text::Charset;
use crate::text::lex::{Piece, Reader, digit};
use crate::text::place::Tracker;
use crate::vocab::{Finding, Stands};
use std::ops::Range;
use std::sync::Arc;

/// A match that begins so many bytes before the end of what is known is not known yet: it may be longer, and what is asked
/// of the character behind it has to be there.
const OPEN: usize = LONGEST + 8;
/// Bytes of the document that are read at once.
const SLICE: usize = 8 << 10;
/// What is open is looked at again when so many more bytes have come, and at least an eighth of it.
const AGAIN: usize = 256;
/// So many bytes of tags and comments between two characters part them: else there would be no end to what is open.
const APART: usize = 512;

/// Where the pass has come to.
#[derive(Debug)]
pub(super) struct Pass {
    detectors: Arc<Detectors>,
    /// From here on the text is read again: a character before all of `from`; and how many bytes of nothing stand before.
    at: usize,
    apart: usize,
    /// For each pattern, where its next match may begin.
    from: Vec<usize>,
    /// How long the window was at the last look.
    seen: usize,
    tracker: Tracker,
    tracked: usize,
    columns: Columns,
    line: u32,
    /// Found, but what it overlaps is not.
    waiting: Vec<Finding>,
}

impl Pass {
    /// `None` if no patterns are configured.
    pub(super) fn new(document: &Document, detectors: Option<&Arc<Detectors>>, line: u32) -> Option<Box<Pass>> {
        let detectors = Arc::clone(detectors?);
        let from = vec![0; detectors.patterns.len()];
        let (tracker, columns) = (Tracker::new(document.syntax), Columns::new());
        let (at, tracked, waiting) = (0, 0, Vec::new());
        let pass = Pass { detectors, at, apart: 0, from, seen: 0, tracker, tracked, columns, line, waiting };
        (!pass.from.is_empty()).then(|| Box::new(pass))
    }

    /// The text is known to be a table of comma-separated values.
    pub(super) fn of_table(&mut self) {
        self.tracker = Tracker::of_values();
    }

    /// Up to where everything is found.
    pub(super) fn reached(&self) -> usize {
        self.at
    }

    /// Nothing of the text so far can be read.
    pub(super) fn skip(&mut self, to: usize) {
        (self.at, self.tracked, self.columns.read) = (to, to, to);
        self.from.iter_mut().for_each(|from| *from = to);
    }

    /// The window has lost its first bytes.
    pub(super) fn drop_front(&mut self, count: usize) {
        for at in
            [&mut self.at, &mut self.seen, &mut self.tracked, &mut self.columns.read].into_iter().chain(&mut self.from)
        {
            *at = at.saturating_sub(count);
        }
    }

    /// Gives the findings that end before `offset`, of both passes, each where no stronger one overlaps it; up to where that
    /// leaves everything settled. What overlaps anything open stays.
    pub(super) fn give(&mut self, ready: &mut Vec<Finding>, offset: u64, found: &mut Vec<Finding>) -> u64 {
        let mut end = offset;
        loop {
            let open = ready.iter().chain(&self.waiting).find(|it| it.span.start < end && end < it.span.end);
            let Some(open) = open else { break };
            end = open.span.start;
        }
        let settled = |finding: &mut Finding| finding.span.end <= end;
        let mut all: Vec<Finding> = ready.extract_if(.., settled).chain(self.waiting.extract_if(.., settled)).collect();
        all.sort_by_key(|finding| finding.span);
        let mut kept: Vec<Finding> = Vec::with_capacity(all.len());
        for finding in all {
            let first = kept.iter().rposition(|other| other.span.end <= finding.span.start).map_or(0, |at| at + 1);
            let overlaps = |other: &Finding| other.span.start < finding.span.end && finding.span.start < other.span.end;
            let near = kept.get(first..).unwrap_or_default();
            if near.iter().any(|other| overlaps(other) && !outranks(&finding, other)) {
                continue;
            }
            let mut rest = kept.split_off(first.min(kept.len()));
            rest.retain(|other| !overlaps(other));
            kept.append(&mut rest);
            kept.push(finding);
        }
        found.append(&mut kept);
        let first = [ready.first(), self.waiting.first()].into_iter().flatten().map(|finding| finding.span.start).min();
        first.map_or(end, |first| end.min(first))
    }
}

/// A character of logical text.
struct Character {
    /// Where in the text it begins.
    place: usize,
    /// Its bytes in the window; none for the end of a block.
    range: Range<usize>,
    /// How many bytes of tags and the like stand between it and the character before.
    apart: usize,
}

/// A stretch of logical text.
#[derive(Default)]
struct Logical {
    text: String,
    characters: Vec<Character>,
    /// Where in the window it ends.
    end: usize,
}

impl Logical {
    /// Reads from `at` on, before which so many bytes are nothing, to the end of a slice, or to where the window ends.
    fn read(reader: &Reader<'_>, at: usize, mut apart: usize, last: bool) -> Logical {
        let mut logical = Logical { end: at, ..Logical::default() };
        while logical.end < at + SLICE || logical.text.len() < 2 * OPEN {
            let here = logical.end;
            let Some((piece, len)) = reader.piece(here) else { break };
            if reader.touched() && !last {
                break;
            }
            logical.end = here + len;
            let (char, range, next) = match piece {
                Piece::Char(char) => (folded(char), here..here + len, 0),
                Piece::Break | Piece::Block => ('\n', here..here, 0),
                Piece::Nothing if apart > APART => ('\n', here..here, apart + len),
                Piece::Nothing => {
                    apart += len;
                    continue;
                }
            };
            logical.characters.push(Character { place: logical.text.len(), range, apart });
            logical.text.push(char);
            apart = next;
        }
        logical
    }

    /// Where in the text the first character stands that begins at or after this place of the window.
    fn place(&self, at: usize) -> usize {
        let number = self.characters.partition_point(|character| character.range.start < at);
        self.characters.get(number).map_or(self.text.len(), |character| character.place)
    }

    /// Where in the window the character at this place of the text begins.
    fn origin(&self, place: usize) -> usize {
        let number = self.characters.partition_point(|character| character.place < place);
        self.characters.get(number).map_or(self.end, |character| character.range.start)
    }

    /// The character before the one at this origin.
    fn before(&self, origin: usize) -> Option<&Character> {
        let number = self.characters.partition_point(|character| character.range.start < origin);
        self.characters.get(number.checked_sub(1)?)
    }

    /// Tells the matches of a pattern from a place of the window on that are certain; where the next may begin.
    fn matches(&self, pattern: &Pattern, from: usize, ends: bool, mut each: impl FnMut(Range<usize>)) -> usize {
        let open = self.open();
        let mut place = self.place(from);
        while let Some(found) = pattern.find(&self.text, place) {
            if found.start >= open && !ends {
                break;
            }
            place = found.end;
            each(found);
        }
        if ends { self.end } else { self.origin(place.max(open)) }
    }

    /// The last place of the text that is at least so many bytes before its end.
    fn open(&self) -> usize {
        let mut place = self.text.len().saturating_sub(OPEN);
        while !self.text.is_char_boundary(place) {
            place = place.saturating_sub(1);
        }
        place
    }
}

/// Digits of whatever script as ASCII, and what is full-width (U+FF01 to U+FF5E): patterns are written in ASCII.
fn folded(char: char) -> char {
    let narrow = || match u32::from(char) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0),
        _ => None,
    };
    digit(char).map(|digit| char::from(b'0' + digit % 10)).or_else(narrow).unwrap_or(char)
}

impl Scan {
    /// Looks for the patterns in what has come.
    pub(super) fn own(&mut self, charset: Charset, last: bool) {
        let Some(mut pass) = self.own.take() else { return };
        let open = pass.seen.saturating_sub(pass.at);
        if last || self.window.len() >= pass.seen + AGAIN.max(open / 8) {
            pass.seen = self.window.len();
            loop {
                let before = pass.at;
                let reader = Reader::new(self.window.text(), charset, self.document.syntax);
                let logical = Logical::read(&reader, pass.at, pass.apart, last);
                let ends = last && logical.end >= self.window.len();
                self.slice(&mut pass, &logical, charset, (last, ends));
                if ends || pass.at <= before {
                    break;
                }
            }
        }
        self.own = Some(pass);
    }

    /// Looks for every pattern in a slice, and moves on to the next.
    fn slice(&mut self, pass: &mut Pass, logical: &Logical, charset: Charset, (last, ends): (bool, bool)) {
        let detectors = Arc::clone(&pass.detectors);
        let mut matches = Vec::new();
        for (number, (pattern, from)) in detectors.patterns.iter().zip(&mut pass.from).enumerate() {
            let next = logical.matches(pattern, *from, ends, |found| matches.push((number, found)));
            *from = next.max(*from);
        }
        // In the order in which they stand, whatever their pattern: the place is read on, never back.
        matches.sort_by_key(|(_, found)| found.start);
        let mut matches = matches.into_iter();
        while let Some((number, found)) = matches.next() {
            let Some(pattern) = detectors.patterns.get(number) else { continue };
            if !self.matched(pass, logical, pattern, found.clone(), charset, last) {
                // They are looked for again.
                for (number, found) in [(number, found)].into_iter().chain(matches).rev() {
                    let begin = logical.origin(found.start);
                    pass.from.iter_mut().skip(number).take(1).for_each(|from| *from = begin);
                }
                break;
            }
        }
        let next = pass.from.iter().copied().min().unwrap_or(logical.end);
        if let Some(before) = logical.before(next).filter(|before| before.range.start > pass.at) {
            (pass.at, pass.apart) = (before.range.start, before.apart);
        }
    }

    /// Makes a finding of a match. `false` if more bytes are needed.
    fn matched(
        &mut self,
        pass: &mut Pass,
        logical: &Logical,
        pattern: &Pattern,
        found: Range<usize>,
        charset: Charset,
        last: bool,
    ) -> bool {
        let begin = logical.characters.partition_point(|character| character.place < found.start);
        let end = logical.characters.partition_point(|character| character.place < found.end);
        let of_match = logical.characters.get(begin..end).unwrap_or_default();
        let written = of_match.iter().filter(|character| !character.range.is_empty());
        let characters: Vec<Range<usize>> = written.clone().map(|character| character.range.clone()).collect();
        let char = |place: usize| logical.text.get(place..).and_then(|text| text.chars().next());
        let text: String = written.filter_map(|character| char(character.place)).collect();
        let (Some(first), Some(end)) = (characters.first().cloned(), characters.last().cloned()) else { return true };
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let (mut before, mut after) = (String::new(), String::new());
        reader.before(first.start, &mut before);
        reader.after(end.end, &mut after);
        if (reader.touched() || self.may_be_opened(end.end)) && !last {
            return false;
        }
        if self.opened.iter().any(|opened| opened.start < end.end && first.start < opened.end) {
            return true;
        }
        // The pass has its own place: what asks for it is to be told that one.
        self.at_the_place_of(pass);
        self.track(first.start);
        let (stands, bare) = self.stands();
        let plain = end.end - first.start == text.len() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let quote = bare && (stands == Stands::JsonNumber || plain);
        let lens = Arc::clone(&self.lens);
        let Some(named) = self.named(first.start, Reach::Columns, charset, last) else {
            self.at_the_place_of(pass);
            return false;
        };
        let context = Context {
            before: &before,
            after: &after,
            label: &named.label,
            column: &named.column,
            stands,
            alone: false,
            today: lens.today,
            hosts: &lens.hosts,
        };
        let (kind, confidence) = (pattern.kind(), pattern.judge(&context));
        let (characters, turned) = (characters.as_slice(), false);
        let value = Value { kind, confidence, text: &text, characters, elsewhere: 0, stands, quote, turned };
        let finding = self.finding(&value, charset);
        self.at_the_place_of(pass);
        let at = pass.waiting.partition_point(|other| finding.as_ref().is_some_and(|it| other.span <= it.span));
        finding.into_iter().for_each(|finding| pass.waiting.insert(at, finding));
        true
    }

    /// Changes places with the pass, and back.
    fn at_the_place_of(&mut self, pass: &mut Pass) {
        std::mem::swap(&mut self.tracker, &mut pass.tracker);
        std::mem::swap(&mut self.tracked, &mut pass.tracked);
        std::mem::swap(&mut self.columns, &mut pass.columns);
        std::mem::swap(&mut self.line, &mut pass.line);
    }

    /// Reads the place of the pass on to there.
    pub(super) fn track_own(&mut self, to: usize) {
        let Some(mut pass) = self.own.take() else { return };
        self.at_the_place_of(&mut pass);
        self.track(to);
        self.track_columns(to);
        self.at_the_place_of(&mut pass);
        self.own = Some(pass);
    }
}
