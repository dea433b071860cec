//! The parts of a number that is split over several places: two cells, controls, values, parameters.

use super::{Piece, Reader};
use crate::text::Syntax;
use std::ops::Range;

/// The digits of the first half, a date of birth.
pub const FIRST_HALF: usize = 6;
/// The digits of the second.
pub const SECOND_HALF: usize = 7;
/// The second half begins so many bytes after the first, at most.
const APART: usize = 400;
/// Bytes of a list of choices before the chosen one and after it, at most, and how a list ends.
const CHOICES: usize = 4096;
const LIST_END: &[u8] = b"</select>";
/// What says that one is chosen.
const SELECTED: &[u8] = b"selected";
/// Bytes of a name.
const NAME: usize = 64;

/// Where the next part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its first byte.
    pub at: usize,
    /// The names of both, if they are values that have names.
    pub names: Option<(Range<usize>, Range<usize>)>,
}

/// Whether six digits at `at` may be a first half: alone where they stand, and a month and a day.
#[inline]
pub fn begins_half(bytes: &[u8], at: usize) -> bool {
    let [_, _, a @ b'0'..=b'9', b, c, d, after, ..] = bytes.get(at..).unwrap_or_default() else { return false };
    let month = matches!((a, b), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2'));
    let day = matches!((c, d), (b'0', b'1'..=b'9') | (b'1' | b'2', b'0'..=b'9') | (b'3', b'0' | b'1'));
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    month
        && day
        && matches!(after, b'<' | b'>' | b'"' | b'\'' | b'&' | b';' | b',' | b' ' | b'\n' | b'\r')
        && before.is_none_or(|byte| b">\"'=,;([: \t\n".contains(byte))
}

/// Whether a run of so many digits may be the first part of a telephone or card number that is split over several values:
/// the whole of its own.
#[inline]
pub fn begins_parts(bytes: &[u8], at: usize, run: usize) -> bool {
    let fits = match run {
        3 => matches!(bytes.get(at..at + 3), Some([b'0', b'1', b'0' | b'1' | b'6'..=b'9'])),
        4 => matches!(bytes.get(at..at + 2), Some([b'2'..=b'6' | b'8' | b'9', _] | [b'1', b'9'])),
        _ => false,
    };
    let before = || at.checked_sub(1).and_then(|at| bytes.get(at));
    fits && matches!(
        (before(), bytes.get(at + run)),
        (Some(b'"'), Some(b'"')) | (Some(b'\''), Some(b'\'')) | (Some(b'='), Some(b'&'))
    ) || fits && run == 3 && begins_apart(before().copied(), bytes.get(at + run).copied())
}

/// Whether the first part of a telephone number may stand in a cell of its own, or before a star: `010*1234*5678`.
fn begins_apart(before: Option<u8>, after: Option<u8>) -> bool {
    match after {
        Some(b'<') => matches!(before, Some(b'>' | b' ' | b'\t' | b'\n')),
        Some(b'*') => before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"-*.".contains(&byte)),
        _ => false,
    }
}

impl Reader<'_> {
    /// Where the ASCII digits end that begin there.
    pub fn digits_end(&self, at: usize) -> usize {
        let mut here = at;
        while self.byte(here).is_some_and(|byte| byte.is_ascii_digit()) && here < at + NAME {
            here += 1;
        }
        here
    }

    /// Whether a value may end there.
    pub fn closes(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| b"<>\"'&;,)] \t\r\n}".contains(&byte))
    }

    /// The value beside the one that stands there: of the next control, of a list, of an object, of an address.
    pub fn next_part(&self, start: usize, end: usize) -> Option<Part> {
        match self.byte(end)? {
            b'"' | b'\'' if self.syntax() == Syntax::Html => {
                self.next_value(start, end).or_else(|| self.next_control(start, end))
            }
            b'&' => self.next_parameter(start, end),
            b'"' | b'\'' => self.next_value(start, end),
            b'<' if self.syntax() == Syntax::Html => self.next_cell(end),
            b'<' if self.syntax() == Syntax::Xml => self.next_element(start, end),
            b'*' => self.byte(end + 1)?.is_ascii_digit().then_some(Part { at: end + 1, names: None }),
            _ => None,
        }
    }

    /// The second half of the number whose first half ends at `end`, if it stands in the next cell or value. What is named
    /// is not joined by its names here: whoever asks must compare them.
    pub fn second_half(&self, start: usize, end: usize) -> Option<Part> {
        let second = match self.byte(end)? {
            b'<' if self.syntax() == Syntax::Xml => self.next_element(start, end),
            b'<' | b'\n' | b'\r' if self.syntax() == Syntax::Html => self.next_cell(end),
            b' ' if self.syntax() == Syntax::Html => self.next_cell(end).or_else(|| self.next_control(start, end)),
            b'>' if self.syntax() == Syntax::Html => self.next_control(start, end),
            b'"' | b'\'' if self.syntax() == Syntax::Html => {
                self.next_value(start, end).or_else(|| self.next_control(start, end))
            }
            b'&' => self.next_parameter(start, end),
            b'"' | b'\'' | b',' | b';' => self.next_value(start, end),
            _ => None,
        }?;
        let digits = |at: usize| self.byte(at).is_some_and(|byte| byte.is_ascii_digit());
        let begins = self.byte(second.at).is_some_and(|byte| (b'1'..=b'8').contains(&byte));
        let whole = begins && (second.at..second.at + SECOND_HALF).all(digits);
        (whole && self.closes(second.at + SECOND_HALF)).then_some(second)
    }

    /// Over one boundary between cells.
    fn next_cell(&self, end: usize) -> Option<Part> {
        let (mut at, mut opened, mut closed, mut dashed) = (end, false, false, false);
        while at < end + APART {
            let (piece, len) = self.piece(at)?;
            match piece {
                Piece::Char(char) if char.is_ascii_digit() && opened => return Some(Part { at, names: None }),
                Piece::Char(char) if char.is_whitespace() => {}
                Piece::Nothing => {}
                // A cell with the dash.
                Piece::Char('-' | '~' | '–') if opened && !dashed => (opened, closed, dashed) = (false, false, true),
                Piece::Block => {
                    let tag = self.bytes().get(at..at + len)?;
                    let closing = tag.get(1) == Some(&b'/');
                    let name = tag.get(if closing { 2..4 } else { 1..3 })?;
                    let cell = name.eq_ignore_ascii_case(b"td") || name.eq_ignore_ascii_case(b"th");
                    let done = if closing { &mut closed } else { &mut opened };
                    if !cell || std::mem::replace(done, true) {
                        return None;
                    }
                }
                Piece::Char(_) | Piece::Break => return None,
            }
            at += len;
        }
        None
    }

    /// The text of the next element, with nothing but blanks between the two.
    fn next_element(&self, start: usize, end: usize) -> Option<Part> {
        let tag = self.bytes().get(start.saturating_sub(NAME)..start)?;
        let open = memchr::memrchr(b'<', tag.strip_suffix(b">")?)?;
        let name = start - tag.len() + open + 1..start - 1;
        let own = self.bytes().get(name.clone())?;
        let is_closed = self.byte(end + own.len() + 2)? == b'>' && self.bytes().get(end + 2..)?.starts_with(own);
        if self.byte(end + 1)? != b'/' || !is_closed || !own.iter().all(|byte| is_of_name(*byte) || *byte == b':') {
            return None;
        }
        let next = self.blank(end + own.len() + 3);
        let names = next + 1..self.next_byte(next + 1, b'>')?;
        let named = self.byte(next)? == b'<'
            && self.bytes().get(names.clone())?.iter().all(|byte| is_of_name(*byte) || *byte == b':');
        named.then_some(Part { at: names.end + 1, names: Some((name, names)) })
    }

    /// The value of the next control: nothing but spaces, a dash or 년 and 월 between the two tags, and at most the boundary between
    /// two cells.
    fn next_control(&self, start: usize, end: usize) -> Option<Part> {
        let control = self.control_around(start).and_then(|first| Some((first.name?, first.end)));
        let (name, from) = control.or_else(|| self.chosen(start))?;
        let (mut at, mut cells) = (from, 0);
        while at < from.max(end) + APART {
            let (piece, len) = self.piece(at)?;
            match piece {
                Piece::Block if self.bytes().get(at..at + 6).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<input")) => {
                    let second = self.control(at)?;
                    return Some(Part { at: second.value?.start, names: Some((name, second.name?)) });
                }
                Piece::Block
                    if self.bytes().get(at..at + 7).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<select")) =>
                {
                    let (at, second) = self.choice_of(at)?;
                    return Some(Part { at, names: Some((name, second)) });
                }
                Piece::Block if cells < 2 && is_cell(self.bytes().get(at..at + len)?, cells == 0) => cells += 1,
                Piece::Char(char) if char.is_whitespace() || super::separator(char).is_some() => {}
                // Of a day in three controls.
                Piece::Char('년' | '월') => {}
                Piece::Nothing | Piece::Break => {}
                Piece::Block | Piece::Char(_) => return None,
            }
            at += len;
        }
        None
    }

    /// The name of the list of choices of which the value of the chosen one stands there, and where the list ends.
    fn chosen(&self, start: usize) -> Option<(Range<usize>, usize)> {
        let from = start.saturating_sub(CHOICES);
        let before = self.bytes().get(from..start)?;
        let mut tags = memchr::memrchr_iter(b'<', before).map(|at| from + at);
        let option = tags.next()?;
        let tag = self
            .opened(option, b"<option")
            .filter(|tag| tag.value.as_ref().is_some_and(|value| value.start == start))?;
        (option..tag.end).find(|at| self.begins(*at, SELECTED))?;
        let select = tags.find(|at| self.begins(*at, b"<select"))?;
        let name = self.opened(select, b"<select")?.name?;
        let mut here = tag.end;
        while here < start + CHOICES {
            if self.byte(here)? == b'<' {
                self.byte(here + LIST_END.len())?;
                if self.begins(here, LIST_END) {
                    return Some((name, here + LIST_END.len()));
                }
            }
            here += 1;
        }
        None
    }

    /// Whether these letters stand there, large or small.
    fn begins(&self, at: usize, letters: &[u8]) -> bool {
        self.bytes().get(at..at + letters.len()).is_some_and(|is| is.eq_ignore_ascii_case(letters))
    }

    /// The value of the chosen one in the list of choices that begins there, and the name of the list.
    fn choice_of(&self, select: usize) -> Option<(usize, Range<usize>)> {
        let list = self.opened(select, b"<select")?;
        let mut here = list.end;
        while here < list.end + CHOICES {
            here += 1;
            if self.byte(here)? != b'<' {
                continue;
            }
            self.byte(here + LIST_END.len())?;
            if self.begins(here, LIST_END) {
                return None;
            }
            let Some(option) = self.opened(here, b"<option") else { continue };
            if (here..option.end).any(|at| self.begins(at, SELECTED)) {
                return Some((option.value?.start, list.name?));
            }
            here = option.end - 1;
        }
        None
    }

    /// The next value of a list, of arguments, of a line, or of an object.
    fn next_value(&self, start: usize, end: usize) -> Option<Part> {
        let quote = self.byte(end).filter(|byte| matches!(byte, b'"' | b'\''));
        let same = |byte: Option<u8>| byte.filter(|byte| matches!(byte, b'"' | b'\'')) == quote;
        if !(same(start.checked_sub(1).and_then(|at| self.byte(at))) || quote.is_none()) {
            return None;
        }
        let comma = self.blank(end + usize::from(quote.is_some()));
        let delimiter = self.byte(comma)?;
        if !matches!(delimiter, b',' | b';') {
            return None;
        }
        let next = self.blank(comma + 1);
        let opens = self.byte(next)?;
        if opens.is_ascii_digit() {
            return quote.is_none().then_some(Part { at: next, names: None });
        }
        if !matches!(opens, b'"' | b'\'') {
            return None;
        }
        if self.byte(next + 1)?.is_ascii_digit() {
            return (quote == Some(opens)).then_some(Part { at: next + 1, names: None });
        }
        // A key, and its value.
        let name = next + 1..self.next_byte(next + 1, opens)?;
        let colon = self.blank(name.end + 1);
        if self.byte(colon)? != b':' {
            return None;
        }
        let value = self.blank(colon + 1);
        let at = if matches!(self.byte(value)?, b'"' | b'\'') { value + 1 } else { value };
        let own = self.key_before(start - usize::from(quote.is_some()))?;
        Some(Part { at, names: Some((own, name)) })
    }

    /// The next parameter of an address.
    fn next_parameter(&self, start: usize, end: usize) -> Option<Part> {
        let rest = self.bytes().get(end..)?;
        let from = end + if rest.starts_with(b"&amp;") { 5 } else { 1 };
        let equals = self.next_byte(from, b'=')?;
        let before = self.bytes().get(start.saturating_sub(NAME)..start)?.strip_suffix(b"=")?;
        let length = before.iter().rev().take_while(|byte| is_of_name(**byte)).count();
        let own = start - 1 - length..start - 1;
        let named = self.bytes().get(from..equals)?.iter().all(|byte| is_of_name(*byte));
        (named && length > 0).then_some(Part { at: equals + 1, names: Some((own, from..equals)) })
    }

    /// The key whose value begins at `at`.
    fn key_before(&self, at: usize) -> Option<Range<usize>> {
        let from = at.saturating_sub(NAME);
        let before = self.bytes().get(from..at)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
        let quote = *before.last().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let end = before.len() - 1;
        let start = memchr::memrchr(quote, before.get(..end)?)? + 1;
        Some(from + start..from + end)
    }

    fn blank(&self, at: usize) -> usize {
        let mut here = at;
        while here < at + NAME && self.byte(here).is_some_and(|byte| byte.is_ascii_whitespace()) {
            here += 1;
        }
        here
    }

    /// Where the byte stands next, within the length of a name.
    fn next_byte(&self, at: usize, wanted: u8) -> Option<usize> {
        (at..at + NAME)
            .map_while(|here| Some((here, self.byte(here)?)))
            .find(|(_, byte)| *byte == wanted)
            .map(|found| found.0)
    }
}

/// Whether a tag ends a cell, or begins one.
fn is_cell(tag: &[u8], ends: bool) -> bool {
    let name = tag.strip_prefix(if ends { b"</".as_slice() } else { b"<" }).and_then(|name| name.get(..2));
    name.is_some_and(|name| name.eq_ignore_ascii_case(b"td") || name.eq_ignore_ascii_case(b"th"))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.[]%".contains(&byte) || byte >= 0x80
}
