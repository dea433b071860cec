//! Kinds that are found by words: cues in the order in which they stand, the logical text around each, and what the
//! finders make of it, given at its place.

use super::Scan;
use super::columns::Column;
use super::cues::{self, Met};
use super::examine::Value;
use super::topics::{self, Near};
use crate::detect::text::{self, Around, Cue, TextMatch, sensitive};
use crate::detect::{self, Topics};
use crate::text::lex::{BEFORE_RAW, BLOCK, Reader, SPELLED_RAW, Spelled};
use crate::text::search::Wanted;
use crate::text::{Charset, Syntax};
use crate::vocab::{Confidence, Finding, Kind, Part, Place, Secret, Span, Stands, What};
use std::collections::VecDeque;
use std::ops::Range;

/// So many bytes after a word that makes a list a sensitive one another such word is passed: they stand in every row.
const LISTED: usize = 200;
/// Bytes before a name in which a term makes a list a sensitive one.
const TERM_BEFORE: usize = 3000;

/// Bytes behind a label in which its number begins, if it heads a column; behind stars; and in a field with a label.
const COLUMN_RAW: usize = 64 << 10;
const HIDDEN_RAW: usize = 32;
const FIELD_RAW: usize = 256;
/// Bytes before a word in which a number begins that it speaks of, if the word stands behind it.
const AFTER_RAW: usize = 48;
/// Bytes behind a number in which a word stands that speaks of it.
const TOPICS_RAW: usize = 1 << 10;
/// Bytes before a heading in which its tag begins.
const NEAR_TAG: usize = 128;

/// A value that was found at a cue, to be given when the search has come to it.
#[derive(Debug)]
struct Waiting {
    kind: Kind,
    confidence: Confidence,
    text: String,
    characters: Vec<Range<usize>>,
}

/// What is known of the words of one text.
#[derive(Debug, Default)]
pub(super) struct Words {
    met: VecDeque<Met>,
    /// Up to here cues were gathered.
    gathered: usize,
    /// What the words that were met so far speak of, and what the text's own label does.
    topics: Topics,
    of_label: Topics,
    /// Where numbers of few digits are looked for: behind their labels. Sorted.
    short: VecDeque<Range<usize>>,
    /// Sorted by their first byte.
    waiting: VecDeque<Waiting>,
    /// Whether the text's own label was looked at.
    labelled: bool,
    /// The columns of names and of births that are read: one of each at most, with the cue that its cells are.
    columns: Vec<(Cue, Column)>,
    /// Up to here words of sensitive lists say no more than one before them did.
    listed: usize,
    /// How many people were named, as far as it matters; the last name.
    people: usize,
    named: Vec<String>,
    /// Whether the list of people is known to be a sensitive one, and that was said.
    sensitive: bool,
    said: bool,
    spelled: Vec<Spelled>,
    chars: Vec<char>,
    matches: Vec<TextMatch>,
}

/// Where a number begins at the earliest of which a word speaks that stands behind it, at `at`, in the same line and block.
fn before_word(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(AFTER_RAW);
    let before = text.get(from..at).unwrap_or_default();
    memchr::memrchr2(b'<', b'\n', before).map_or(from, |end| from + end + 1)
}

impl Words {
    /// At the start of a text with such a label of its own.
    pub(super) fn of(label: &str) -> Words {
        Words { of_label: detect::topics(label), ..Words::default() }
    }

    pub(super) fn let_go(&mut self, keep: usize) {
        self.gathered = self.gathered.saturating_sub(keep);
        self.listed = self.listed.saturating_sub(keep);
        for range in &mut self.short {
            *range = range.start.saturating_sub(keep)..range.end.saturating_sub(keep);
        }
        for (_, column) in &mut self.columns {
            column.at = column.at.saturating_sub(keep);
        }
        for met in &mut self.met {
            met.at = met.at.saturating_sub(keep);
        }
        for range in self.waiting.iter_mut().flat_map(|waiting| &mut waiting.characters) {
            *range = range.start.saturating_sub(keep)..range.end.saturating_sub(keep);
        }
    }

    /// Passes over everything up to there.
    pub(super) fn pass(&mut self, to: usize) {
        self.met.clear();
        self.waiting.clear();
        self.short.clear();
        self.columns.clear();
        self.gathered = to;
    }

    fn wait(&mut self, waiting: Waiting) {
        let start = |waiting: &Waiting| waiting.characters.first().map_or(0, |range| range.start);
        let at = self.waiting.partition_point(|other| start(other) <= start(&waiting));
        self.waiting.insert(at, waiting);
    }
}

impl Scan {
    /// Looks for cues in what has come.
    pub(super) fn gather(&mut self, charset: Charset, last: bool) {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let mut met = Vec::new();
        let from = self.words.gathered;
        let (gathered, topics) = cues::gather(&reader, from, last, &mut met);
        (self.words.gathered, self.words.topics) = (gathered, self.words.topics | topics);
        let short: Vec<Range<usize>> = met.iter().filter_map(|met| self.reach_of_short(*met)).collect();
        self.words.short.extend(short);
        self.words.met.extend(met.into_iter().filter(|met| !matches!(met.cue, Cue::NumberLabel | Cue::Hidden)));
        self.cells(last);
    }

    /// Where numbers of few digits may stand because of a cue.
    fn reach_of_short(&self, met: Met) -> Option<Range<usize>> {
        let bytes = match met.cue {
            Cue::NumberLabel | Cue::BirthLabel => {
                let from = met.at.saturating_sub(NEAR_TAG);
                let before = self.window.text().get(from..met.at).unwrap_or_default();
                let tag = memchr::memrchr(b'<', before).and_then(|at| before.get(at + 1..at + 3));
                // A heading: its column goes on.
                let heads = tag.is_some_and(|tag| tag.eq_ignore_ascii_case(b"th") || tag.eq_ignore_ascii_case(b"td"));
                if heads || self.document.syntax == Syntax::Plain { COLUMN_RAW } else { BEFORE_RAW }
            }
            Cue::Hidden => HIDDEN_RAW,
            _ => return None,
        };
        Some(before_word(self.window.text(), met.at)..met.at + met.len + bytes)
    }

    /// Up to where digits can be searched: all cues that may speak of them are known.
    pub(super) fn searchable(&self, last: bool) -> usize {
        let text = self.window.text();
        if last {
            return text.len();
        }
        let end = self.words.gathered;
        let from = before_word(text, end);
        let digit = text.get(from..end).unwrap_or_default().iter().position(u8::is_ascii_digit);
        digit.map_or(end, |at| from + at)
    }

    /// The next stretch to be searched, with the fewest digits that a number in it has: few behind a label that says so.
    /// And the topics of which words stand near it, or more, and those of which words may yet come near the end of what has
    /// come.
    pub(super) fn stretch(&mut self, last: bool) -> (Wanted, Near) {
        let searched = self.searched;
        while self.words.short.front().is_some_and(|range| range.end <= searched) {
            self.words.short.pop_front();
        }
        let end = self.searchable(last);
        let field = !self.started && !self.words.of_label.is_empty() && searched < FIELD_RAW;
        let (least, limit) = match self.words.short.front() {
            _ if field => (detect::fewest(Topics::ALL), FIELD_RAW),
            Some(range) if range.start <= searched => (detect::fewest(Topics::ALL), range.end),
            Some(range) => (detect::LEAST_DIGITS, range.start),
            None => (detect::LEAST_DIGITS, end),
        };
        let limit = limit.min(end);
        let near = self.words.topics | self.words.of_label | topics::ANYWHERE;
        let sure = self.words.gathered.saturating_sub(TOPICS_RAW);
        match limit <= sure || last {
            _ if least < detect::LEAST_DIGITS => (Wanted { least, limit, last }, Near::known(Topics::ALL)),
            true => (Wanted { least, limit, last }, Near::known(near)),
            false if searched < sure => (Wanted { least, limit: sure, last }, Near::known(near)),
            false => (Wanted { least, limit, last }, Near { known: near, possible: Topics::ALL }),
        }
    }

    /// Makes cues of the cells of the columns, as far as they have come.
    fn cells(&mut self, last: bool) {
        let (text, mut met) = (self.window.text(), Vec::new());
        self.words
            .columns
            .retain_mut(|(cue, column)| column.cells(text, last, |at| met.push(Met { at, len: 1, cue: *cue })));
        if !met.is_empty() {
            self.words.met.extend(met);
            self.words.met.make_contiguous().sort_by_key(|met| (met.at, met.len, met.cue));
        }
    }

    /// Begins a column if this cue is the whole of a heading and no value stands beside it.
    fn column(&mut self, met: Met, last: bool) {
        let (spelled, chars) = (&self.words.spelled, self.with_tabs(&self.words.spelled));
        let goes_on = |char: &&char| !matches!(**char, BLOCK | '\n' | ',' | '\t' | ';' | '|' | '"');
        let Some(at) = spelled.iter().position(|spelled| spelled.start >= met.at) else { return };
        let before = chars.get(..at).unwrap_or_default().iter().rev().take_while(goes_on).count();
        let after = chars.get(at..).unwrap_or_default().iter().take_while(goes_on).count();
        let heading = chars.get(at - before..at + after).unwrap_or_default();
        let heading: Vec<char> = heading.iter().copied().filter(|char| *char != ' ').collect();
        let (Some(first), Some(end)) = (spelled.get(at - before), spelled.get((at + after).saturating_sub(1))) else {
            return;
        };
        let Some((cell, kind)) = text::heading_of(&heading) else { return };
        let valued = self.words.waiting.iter().any(|waiting| waiting.kind == kind);
        if valued || self.words.columns.iter().any(|(cue, _)| *cue == cell) {
            return;
        }
        let range = first.start..end.start + end.len;
        let column = match self.document.syntax {
            Syntax::Html if self.is_field() => {
                let pasted = || Column::of_lines(self.window.text(), range.clone()).filter(Column::is_tabbed);
                Column::of_table(self.window.text(), range.clone()).or_else(pasted)
            }
            Syntax::Html | Syntax::Xml => Column::of_table(self.window.text(), range),
            Syntax::Plain => Column::of_lines(self.window.text(), range),
            Syntax::Json | Syntax::Script => None,
        };
        self.words.columns.extend(column.map(|column| (cell, column)));
        self.cells(last);
    }

    /// Whether it is the field of a form. Rows that are pasted from a sheet come as lines with tabs, in what is read as HTML too.
    fn is_field(&self) -> bool {
        matches!(self.document.part, Part::Field(_))
    }

    /// The characters, with the tabs that part columns in plain text: else a tab is a space like any other. In HTML a line
    /// break is one too.
    fn with_tabs(&self, spelled: &[Spelled]) -> Vec<char> {
        let text = self.window.text();
        let end = spelled.last().map_or(0, |last| last.start + last.len);
        let behind = spelled.iter().skip(1).map(|next| next.start).chain([end]);
        let holds = |here: &Spelled, behind: usize, sought: u8| {
            let blank = text.get(here.start..behind).unwrap_or_default();
            blank.iter().take_while(|byte| byte.is_ascii_whitespace()).any(|byte| *byte == sought)
        };
        let pasted = self.document.syntax == Syntax::Html && self.is_field();
        let plain = self.document.syntax == Syntax::Plain || pasted;
        let with = |(here, behind): (&Spelled, usize)| match here.char {
            ' ' if pasted && holds(here, behind, b'\n') => '\n',
            ' ' if plain && holds(here, behind, b'\t') => '\t',
            char => char,
        };
        spelled.iter().zip(behind).map(with).collect()
    }

    /// Up to where everything that hangs on words is given.
    pub(super) fn words_open(&self) -> usize {
        let met = self.words.met.front().map_or(self.words.gathered, |met| met.at);
        let waiting =
            self.words.waiting.front().and_then(|waiting| waiting.characters.first()).map(|range| range.start);
        let columns = self.words.columns.iter().map(|(_, column)| column.at);
        columns.fold(met.min(waiting.unwrap_or(met)), usize::min)
    }

    /// Up to where no honorific that is yet to come, no plate behind its region and no 골뱅이 makes anything a value: before
    /// the last three words beyond ASCII, if they reach up to what is open, or before the last word and a space or bracket.
    pub(super) fn before_honorifics(&self, open: usize) -> usize {
        let nearest = open.saturating_sub(SPELLED_RAW);
        let text = self.window.text();
        let near = text.get(nearest..open).unwrap_or_default();
        let word = |end: usize, is: fn(&u8) -> bool| {
            let head = near.get(..end).unwrap_or_default();
            end - head.iter().rev().take_while(|byte| is(byte)).count()
        };
        let wide = |byte: &u8| *byte >= 0x80;
        let mut start = near.len();
        for _ in 0..3 {
            let end = if near.get(..start).is_some_and(|head| head.ends_with(b" ")) { start - 1 } else { start };
            let begins = word(end, wide);
            if begins == end {
                break;
            }
            start = begins;
        }
        // A control's value may stand before its name.
        let html = self.document.syntax == Syntax::Html;
        let angle = if html { memchr::memrchr2(b'<', b'>', near) } else { None };
        let tag = angle.filter(|at| near.get(*at) == Some(&b'<'));
        start = start.min(tag.unwrap_or(start));
        let bracket = near.strip_suffix(b"(").or_else(|| near.strip_suffix(b"[")).unwrap_or(near);
        let local = bracket.strip_suffix(b" ").unwrap_or(bracket).len();
        let may_follow = |byte: &u8| wide(byte) || b"([".contains(byte);
        if start == near.len() && local < start && text.get(open).is_none_or(may_follow) {
            start = word(local, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte));
        }
        nearest + start
    }

    /// Examines what was met before `to`, and gives what was found there. `false` if more bytes are needed.
    pub(super) fn cues_before(&mut self, to: usize, charset: Charset, last: bool) -> bool {
        if !self.label_is_examined(charset, last) {
            return false;
        }
        let limit = to.min(self.words.gathered);
        while let Some(met) = self.words.met.front().copied().filter(|met| met.at < to || last && met.at <= to) {
            self.give_words(met.at, charset);
            // What is spelled out is looked at in its order, too.
            if !self.spelled_until(met.at, charset, last) || !self.examine_cue(met, charset, last) {
                return false;
            }
            self.words.met.pop_front();
            if met.cue.is_label() && met.cue != Cue::AddressLabel {
                self.column(met, last);
            }
        }
        self.give_words(limit, charset);
        last || self.words.columns.iter().all(|(_, column)| column.at >= to)
    }

    /// Gives what was found before `to`.
    fn give_words(&mut self, to: usize, charset: Charset) {
        while let Some(waiting) = self.words.waiting.pop_front() {
            let start = waiting.characters.first().map_or(0, |range| range.start);
            if start >= to {
                self.words.waiting.push_front(waiting);
                return;
            }
            self.track(start);
            let stands = match self.stands().0 {
                // No word is a number: this is no JSON, and what it is nobody knows.
                Stands::JsonNumber => Stands::JsonString,
                stands => stands,
            };
            let Waiting { kind, confidence, text, characters } = &waiting;
            let (kind_of, confidence_of) = (*kind, *confidence);
            let value = Value {
                kind: kind_of,
                confidence: confidence_of,
                text,
                characters,
                elsewhere: 0,
                stands,
                quote: false,
                turned: false,
            };
            self.found(&value, charset);
            if *kind == Kind::PersonName && *confidence >= Confidence::Probable {
                self.person(text, start, charset, stands);
            }
        }
    }

    /// Reads the text around a cue and asks its finder. `false` if more bytes are needed.
    fn examine_cue(&mut self, met: Met, charset: Charset, last: bool) -> bool {
        let of_list = met.cue == Cue::SensitiveTerm;
        if of_list && met.at < self.words.listed {
            return true;
        }
        if met.cue == Cue::AtPercent {
            return self.address(met.at, met.len, charset, last);
        }
        let mut spelled = std::mem::take(&mut self.words.spelled);
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let reach = text::reach(met.cue);
        let at = reader.around(met.at, reach.before, reach.after, &mut spelled);
        let end = spelled.last().map_or(met.at, |last| last.start + last.len);
        let mut complete = last || !(reader.touched() || self.may_be_opened(end));
        if complete {
            let at = self.part_labelled(met, &mut spelled, at);
            let of_cue = spelled.iter().skip(at).take_while(|spelled| spelled.start < met.at + met.len).count();
            let found = self.ask_finder(met.cue, &spelled, at..at + of_cue);
            if !found && met.cue.is_label() && self.document.syntax == Syntax::Html {
                complete = self.control_is_examined(met, &spelled, at, charset, last);
            }
            self.words.listed = if of_list { met.at + LISTED } else { self.words.listed };
        }
        self.words.spelled = spelled;
        complete
    }

    /// Asks the finder of a cue that stands at these of the characters, and keeps what it finds until its turn: whether that is
    /// anything.
    pub(super) fn ask_finder(&mut self, cue: Cue, spelled: &[Spelled], at: Range<usize>) -> bool {
        let (mut chars, mut matches) = (std::mem::take(&mut self.words.chars), std::mem::take(&mut self.words.matches));
        chars.clear();
        matches.clear();
        match cue {
            cell if cell.is_cell() => chars.extend(self.with_tabs(spelled)),
            _ => chars.extend(spelled.iter().map(|spelled| spelled.char)),
        }
        let around =
            Around { chars: &chars, at: at.start, end: at.end, today: self.lens.today, hosts: &self.lens.hosts };
        text::find(cue, &around, &mut matches);
        let any = !matches.is_empty();
        for found in matches.drain(..) {
            let bytes = |range: &Range<usize>| {
                let (first, last) = (spelled.get(range.start)?, spelled.get(range.end.checked_sub(1)?)?);
                (first.len > 0).then_some(first.start..last.start + last.len)
            };
            let characters: Option<Vec<Range<usize>>> = found.characters.iter().map(bytes).collect();
            let Some(characters) = characters.filter(|characters| !characters.is_empty()) else { continue };
            let TextMatch { kind, confidence, text, .. } = found;
            self.words.wait(Waiting { kind, confidence, text, characters });
        }
        (self.words.chars, self.words.matches) = (chars, matches);
        any
    }

    /// Looks at the beginning of a text that has a label of its own, as the fields of forms do. `false` if more bytes are
    /// needed.
    fn label_is_examined(&mut self, charset: Charset, last: bool) -> bool {
        if self.words.labelled {
            return true;
        }
        let Some(cue) = text::about_label(&self.document.label).filter(|_| !self.started) else {
            self.words.labelled = true;
            return true;
        };
        let mut spelled = Vec::new();
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        reader.around(0, 0, 140, &mut spelled);
        let end = spelled.last().map_or(0, |last| last.start + last.len);
        if !last && (reader.touched() || self.may_be_opened(end)) {
            return false;
        }
        self.words.labelled = true;
        // As if the label stood before it.
        let label = match cue {
            Cue::NameLabel => "성명",
            Cue::BirthLabel => "생년월일",
            Cue::PassportLabel => "여권",
            Cue::AddressLabel => "주소",
            Cue::PlateLabel => "차량번호",
            _ if text::is_ci(&self.document.label) => "ci",
            _ => "di",
        };
        let stem = if cue == Cue::BirthLabel { 2 } else { label.chars().count() };
        let dummies = label.chars().chain([':']).map(|char| Spelled { char, start: 0, len: 0 });
        let spelled: Vec<Spelled> = dummies.chain(spelled).collect();
        match spelled.windows(2).position(|pair| pair.iter().all(|spelled| spelled.char == '=')) {
            Some(padding) if cue == Cue::ConnectingKey => self.ask_finder(Cue::Padding, &spelled, padding..padding + 2),
            _ => self.ask_finder(cue, &spelled, 0..stem),
        };
        true
    }

    /// A person is named: three make a list, which may be a sensitive one.
    fn person(&mut self, name: &str, start: usize, charset: Charset, stands: Stands) {
        if self.words.said {
            return;
        }
        if self.words.people < sensitive::PEOPLE && !self.words.named.iter().any(|known| known == name) {
            self.words.people += 1;
            self.words.named.push(name.to_owned());
        }
        if !self.words.sensitive {
            let before = self.window.text().get(start.saturating_sub(TERM_BEFORE)..start).unwrap_or_default();
            let of_file = match &self.document.part {
                Part::File { name, .. } | Part::FileName(name) => sensitive::has_term(name.as_bytes(), Charset::Utf8),
                _ => false,
            };
            self.words.sensitive = of_file || sensitive::has_term(before, charset);
        }
        if self.words.sensitive && self.words.people >= sensitive::PEOPLE {
            self.words.said = true;
            let at = self.window.offset(start);
            let finding = Finding {
                what: What::Kind(Kind::SensitiveList),
                confidence: Confidence::Probable,
                // Of no length: its parts are findings of their own, and are masked as such.
                span: Span { start: at, end: at },
                place: Place { part: self.document.part.clone(), stands, line: self.line, inside: Box::default() },
                masked: String::new(),
                mask: Box::default(),
                secret: Secret::default(),
                also: Box::default(),
            };
            self.settle(finding);
        }
    }
}
