//! Values that a form splits over several fields: `jumin1` and `jumin2`, `hp1` to `hp3`, `rrn[0]` and `rrn[1]`.
//!
//! Fields whose names differ only in a number, or in which half they are, are put together in that order and read as one
//! text, and so are two halves of a registration number whose names say so in whatever words. What is found in it is one finding, with an edit for each field of which something is hidden. Nothing after the
//! first such field is settled as long as another may follow, which is bounded by [`REACH`].

use super::belonging::{Belonging, are_halves, belong, belonging, half_of_number};
use super::halves::{self, Halves, Order, REACH};
use crate::inspect::percent;
use crate::inspect::scan::{Document, Escape, Scan};
use crate::inspect::stretch::Setting;
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Kind, Part, Patch, Span, Stands, What};
use std::ops::Range;
use std::sync::Arc;

/// Characters of a value that may be a part of another, and of one that may be half an address.
const PIECE: usize = 20;
const HALF_ADDRESS: usize = 40;
/// Bytes in which such a value may be written.
pub(in crate::inspect) const RAW: usize = 3 * HALF_ADDRESS;
/// Fields that are put together, at most, and names that are waited for at once.
const PIECES: usize = 8;
const GROUPS: usize = 64;

/// A field of a form, as it ended.
pub(in crate::inspect) struct Field<'a> {
    /// Its name, for people.
    pub(in crate::inspect) name: &'a str,
    /// Its part of the exchange.
    pub(in crate::inspect) part: Part,
    /// Its value as it is written, and where that begins.
    pub(in crate::inspect) raw: &'a [u8],
    pub(in crate::inspect) offset: u64,
    pub(in crate::inspect) escape: Escape,
}

/// Halves of registration numbers that are remembered.
const HALVES: usize = 8;

/// A field that may be a piece of a value.
#[derive(Clone)]
struct Piece {
    name: String,
    part: Part,
    position: Option<u32>,
    offset: u64,
    raw: Vec<u8>,
    escaped: bool,
    /// Its characters, each with where it is written in `raw`.
    text: String,
    places: Vec<Range<usize>>,
}

/// The fields of one name.
struct Group {
    stem: String,
    pieces: Vec<Piece>,
}

/// The fields of a form that may belong together, and what was found beyond the first of them.
#[derive(Default)]
pub(in crate::inspect) struct Together {
    groups: Vec<Group>,
    /// Those of the pieces that may be half a registration number under another name than the other half.
    halves: Vec<Piece>,
    /// All halves, for those whose other half came long before.
    far: Halves,
    held: Vec<Finding>,
    /// Where the value begins that is being read, if it may yet be a piece.
    open: Option<u64>,
}

impl Together {
    /// What was found and not given yet, to be added to.
    pub(in crate::inspect) fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.held)
    }

    /// The value that begins there may be a piece of another.
    pub(in crate::inspect) fn begins(&mut self, offset: u64) {
        self.open = Some(offset);
    }

    /// The value that is being read is none.
    pub(in crate::inspect) fn is_none(&mut self) {
        self.open = None;
    }

    /// A field has ended in which nothing was found.
    pub(in crate::inspect) fn add(&mut self, field: &Field<'_>, setting: &Setting, found: &mut Vec<Finding>) {
        self.open = None;
        let Some(Belonging { stem, position }) = belonging(field.name) else { return };
        let Some(piece) = piece(field, position, is_mail(&stem)) else { return };
        let end = field.offset + field.raw.len() as u64;
        if self.half(&piece, end, setting, found) {
            return;
        }
        let group = self.groups.iter().position(|group| group.stem == stem);
        let full = group.and_then(|at| self.groups.get(at)).is_some_and(|group| {
            let first = group.pieces.first().map_or(0, |piece| piece.offset);
            let again = position.is_some() && group.pieces.iter().any(|piece| piece.position == position);
            again || group.pieces.len() >= PIECES || end > first + REACH
        });
        let group = match group {
            Some(at) if full => {
                join(self.groups.remove(at), setting, found);
                None
            }
            group => group,
        };
        match group.and_then(|at| self.groups.get_mut(at)) {
            Some(group) => group.pieces.push(piece),
            None => {
                if self.groups.len() >= GROUPS {
                    join(self.groups.remove(0), setting, found);
                }
                self.groups.push(Group { stem, pieces: vec![piece] });
            }
        }
    }

    /// Whether a piece is half a registration number, of which the other half came under a name that it does not belong to.
    fn half(&mut self, piece: &Piece, end: u64, setting: &Setting, found: &mut Vec<Finding>) -> bool {
        if Halves::may_be(piece.text.as_bytes()) {
            let whole = self.far.add(&piece.name, (piece.text.as_bytes(), piece.offset), Order::Far);
            if let Some(whole) = whole {
                let place = (&piece.part, piece.offset);
                halves::meant(&whole, piece.name.clone(), place, &setting.lens, found);
                return true;
            }
        }
        if half_of_number(&piece.name, piece.text.len()).is_none() {
            return false;
        }
        self.halves.retain(|half| end <= half.offset + REACH);
        let other = self.halves.iter().rposition(|half| {
            let (first, second) = if half.text.len() < piece.text.len() { (half, piece) } else { (piece, half) };
            let lengths = half.text.len() != piece.text.len();
            lengths && !belong(&first.name, &second.name) && are_halves(&first.name, &second.name)
        });
        if let Some(other) = other {
            let pieces = vec![self.halves.remove(other), piece.clone()];
            let known = found.len();
            join(Group { stem: String::new(), pieces }, setting, found);
            if found.len() > known {
                return true;
            }
        }
        if self.halves.len() >= HALVES {
            self.halves.remove(0);
        }
        self.halves.push(piece.clone());
        false
    }

    /// All before `offset` has been read, and `found`: what of it can be given, and up to where it is settled.
    pub(in crate::inspect) fn give(
        &mut self,
        settled: u64,
        offset: u64,
        setting: &Setting,
        found: Findings<'_>,
    ) -> u64 {
        let Findings { mut new, given } = found;
        let (old, waiting) = std::mem::take(&mut self.groups).into_iter().partition(|group| {
            let first = group.pieces.first().map_or(0, |piece| piece.offset);
            offset > first + REACH
        });
        self.groups = waiting;
        let old: Vec<Group> = old;
        old.into_iter().for_each(|group| join(group, setting, &mut new));
        let pieces = self.groups.iter().filter_map(|group| group.pieces.first()).map(|piece| piece.offset);
        let mut settled = pieces.chain(self.open).fold(settled, u64::min);
        new.sort_by_key(|finding| finding.span);
        // One that reaches beyond holds back what begins after it.
        for finding in new.iter().rev() {
            if finding.reach() > settled {
                settled = settled.min(finding.span.start);
            }
        }
        let ready = new.partition_point(|finding| finding.span.end <= settled);
        given.extend(new.drain(..ready));
        self.held = new;
        settled
    }

    /// Nothing follows.
    pub(in crate::inspect) fn finish(&mut self, setting: &Setting, found: Findings<'_>) {
        let Findings { mut new, given } = found;
        let groups = std::mem::take(&mut self.groups);
        groups.into_iter().for_each(|group| join(group, setting, &mut new));
        new.sort_by_key(|finding| finding.span);
        given.append(&mut new);
        self.open = None;
    }
}

/// What has been found, and where it goes.
pub(in crate::inspect) struct Findings<'a> {
    pub(in crate::inspect) new: Vec<Finding>,
    pub(in crate::inspect) given: &'a mut Vec<Finding>,
}

/// Whether one of the findings from this number on says what a value is: a day of birth may be half a number all the same.
pub(in crate::inspect) fn tells(found: &[Finding], known: usize) -> bool {
    found.get(known..).unwrap_or_default().iter().any(|finding| finding.what != What::Kind(Kind::DateOfBirth))
}

fn is_mail(stem: &str) -> bool {
    stem.contains("mail") || stem.contains("메일")
}

/// A field as a piece, if its value may be one: a few digits, or half an address.
fn piece(field: &Field<'_>, position: Option<u32>, mail: bool) -> Option<Piece> {
    let (mut text, mut places, mut at) = (String::new(), Vec::new(), 0);
    let form = field.escape == Escape::Form;
    while let Some(rest) = field.raw.get(at..).filter(|rest| !rest.is_empty()) {
        let (byte, len) = match rest {
            [b'%', high, low, ..] if form => (percent::pair(*high, *low)?, 3),
            [b'+', ..] if form => (b' ', 1),
            [byte, ..] => (*byte, 1),
            [] => break,
        };
        let counts = byte.is_ascii_digit() || mail && (byte.is_ascii_alphanumeric() || b"._-+".contains(&byte));
        if counts {
            text.push(char::from(byte));
            places.push(at..at + len);
        } else if !(byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'')) {
            return None;
        }
        at += len;
    }
    let most = if mail { HALF_ADDRESS } else { PIECE };
    let (name, part, raw) = (field.name.to_owned(), field.part.clone(), field.raw.to_vec());
    let piece = Piece { name, part, position, offset: field.offset, raw, escaped: form, text, places };
    (1..=most).contains(&piece.text.len()).then_some(piece)
}

/// Reads the pieces of a group as one text.
fn join(group: Group, setting: &Setting, found: &mut Vec<Finding>) {
    let Group { stem, mut pieces } = group;
    if is_mail(&stem) {
        pieces.truncate(2);
    }
    let Some(first) = pieces.first().filter(|_| pieces.len() > 1) else { return };
    let stands = matches!(first.part, Part::Query(_)).then_some(Stands::Url);
    let document = Document {
        part: first.part.clone(),
        charset: Some(Charset::Utf8),
        syntax: Syntax::Plain,
        escape: Escape::None,
        label: first.name.clone(),
        offset: 0,
        returns: setting.returns,
        stands,
    };
    pieces.sort_by_key(|piece| piece.position.unwrap_or(0));
    if let [second, first] = &pieces[..]
        && are_turned(first, second)
    {
        pieces.reverse();
    }
    let joint = if is_mail(&stem) { "@" } else { "-" };
    let text = pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(joint);
    let mut scan = Scan::new(document, Arc::clone(&setting.lens));
    let mut whole = Vec::new();
    scan.push(text.as_bytes(), &mut whole);
    scan.finish(&mut whole);
    let values = whole.into_iter().filter(|finding| matches!(finding.what, What::Kind(_)));
    found.extend(values.filter_map(|finding| apart(finding, &text, &pieces)));
}

/// Whether two pieces are the halves of a registration number, the second of which stands first.
fn are_turned(first: &Piece, second: &Piece) -> bool {
    let [front, back] = super::belonging::HALVES;
    (first.text.len(), second.text.len()) == (front, back)
}

/// A finding in the joined text, as one of the pieces that it stands in. `None` if it stands in one alone.
fn apart(finding: Finding, text: &str, pieces: &[Piece]) -> Option<Finding> {
    let (start, end) = (usize::try_from(finding.span.start).ok()?, usize::try_from(finding.span.end).ok()?);
    let (mut at, mut count) = (0, 0);
    let mut patches = Vec::new();
    for piece in pieces {
        let stands = at..at + piece.text.len();
        at = stands.end + 1;
        if stands.start >= end || stands.end <= start {
            continue;
        }
        count += 1;
        // Of each character what it was, and what is written in its place.
        let hidden = |number: &usize| {
            let at = stands.start + number;
            let mask = at.checked_sub(start).and_then(|at| finding.mask.get(at)).copied();
            mask.filter(|mask| text.as_bytes().get(at) != Some(mask))
        };
        patches.extend(patch(piece, hidden));
    }
    if count < 2 {
        return None;
    }
    patches.sort_by_key(|patch| patch.span);
    let mut patches = patches.into_iter();
    let first = patches.next().or_else(|| {
        let piece = pieces.first()?;
        let span = Span { start: piece.offset, end: piece.offset + piece.raw.len() as u64 };
        Some(Patch { span, bytes: Box::default() })
    })?;
    Some(Finding { span: first.span, mask: first.bytes, also: patches.collect(), ..finding })
}

/// What hides those characters of a piece that are hidden; `None` if none is.
fn patch(piece: &Piece, hidden: impl Fn(&usize) -> Option<u8>) -> Option<Patch> {
    let all = 0..piece.places.len();
    let (first, last) = (all.clone().find(|at| hidden(at).is_some())?, all.rev().find(|at| hidden(at).is_some())?);
    let raw = piece.places.get(first)?.start..piece.places.get(last)?.end;
    let mut bytes = Vec::with_capacity(raw.len());
    let mut copied = raw.start;
    for number in first..=last {
        let place = piece.places.get(number)?;
        bytes.extend_from_slice(piece.raw.get(copied..place.start)?);
        copied = place.end;
        match hidden(&number) {
            None => bytes.extend_from_slice(piece.raw.get(place.clone())?),
            Some(mask) if piece.escaped && place.len() > 1 => bytes.extend(format!("%{mask:02X}").bytes()),
            Some(mask) => bytes.push(mask),
        }
    }
    let span = Span { start: piece.offset + raw.start as u64, end: piece.offset + raw.end as u64 };
    Some(Patch { span, bytes: bytes.into_boxed_slice() })
}
