//! Digits and separators in disguise, as they are read beside what is written: percent escapes, strings that a script puts
//! together, letters that look like digits, numbers that are spelled out, quoted-printable (specification of detectors,
//! 8.1 to 8.3).

use super::{MAX_DIGITS, Piece, Reader, UNREADABLE, digit, is_nothing, separator};
use crate::text::Syntax;
use crate::text::spelled;

/// What counts as a digit beyond what is written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// Nothing.
    #[default]
    Written,
    /// Letters that look like digits, between digits: `9OO1O1`. Only what passes a check digit may be made of this.
    Alike,
    /// Digits that are spelled out, `공일공`, `one`, 一, with the particles between their groups.
    Spelled,
    /// Quoted-printable: `=39=30` (RFC 2045, 6.7).
    Quoted,
}

/// A piece as a cluster sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Digit(u8),
    Piece(Piece),
}

/// Times that a percent escape may be escaped itself, and is read here.
const MOST_LEVELS: usize = 2;
/// What separates digits where it is escaped.
const PERCENT_SEPARATORS: &str = " -./()_~:+,;|[]\t\r\n";
/// White space that may stand around the plus between two strings.
const MOST_WHITE: usize = 12;

impl<'a> Reader<'a> {
    /// The same text in another reading.
    pub fn reading(&self, reading: Reading) -> Reader<'a> {
        Reader { reading, ..Reader::new(self.bytes, self.charset, self.syntax) }
    }

    /// The next step of a cluster and its number of bytes; `None` at the end.
    pub(super) fn step(&self, at: usize) -> Option<(Step, usize)> {
        let byte = self.byte(at)?;
        let piece = |piece, len| Some((Step::Piece(piece), len));
        match byte {
            // What is no address in any syntax is read as it stands.
            b'%' if self.syntax != Syntax::Plain => {
                if let Some((char, len)) = self.percent(at) {
                    let step = match digit(char) {
                        Some(value) => Step::Digit(value),
                        None if is_nothing(char) => Step::Piece(Piece::Nothing),
                        None => Step::Piece(Piece::Char(char)),
                    };
                    return Some((step, len));
                }
            }
            b'"' | b'\'' | b'`' => {
                if let Some(len) = self.concatenation(at) {
                    return piece(Piece::Nothing, len);
                }
            }
            _ => {}
        }
        let (found, len) = self.piece(at)?;
        let Piece::Char(char) = found else { return piece(found, len) };
        if let Some(value) = digit(char) {
            return Some((Step::Digit(value), len));
        }
        match self.reading {
            Reading::Written => {}
            Reading::Alike => {
                if let Some(value) = alike(char).filter(|_| self.among_digits(at, len)) {
                    return Some((Step::Digit(value), len));
                }
            }
            Reading::Spelled => {
                if let Some((value, len)) = spelled::digit(self, at, char, len) {
                    return Some((Step::Digit(value), len));
                }
                if let Some(len) = spelled::particle(self, at, char, len) {
                    return piece(Piece::Char('-'), len);
                }
            }
            Reading::Quoted => {
                if let Some((char, len)) = self.quoted(at, char) {
                    return match char.to_digit(10) {
                        Some(value) => Some((Step::Digit(value as u8), len)),
                        None if char == UNREADABLE => piece(Piece::Nothing, len),
                        None => piece(Piece::Char(char), len),
                    };
                }
            }
        }
        piece(found, len)
    }

    /// Whether a digit stands there in this reading, or something that may stand between digits, and its number of bytes.
    pub(in crate::text) fn met(&self, at: usize) -> Option<(bool, bool, usize)> {
        let (step, len) = self.step(at)?;
        Some(match step {
            Step::Digit(_) => (true, false, len),
            Step::Piece(Piece::Char(char)) => (false, separator(char).is_some(), len),
            Step::Piece(Piece::Nothing | Piece::Break) => (false, true, len),
            Step::Piece(Piece::Block) => (false, false, len),
        })
    }

    /// A percent escape of a digit, of what separates digits or shows nothing, once or more often escaped; beyond ASCII
    /// as the bytes of UTF-8, each escaped.
    fn percent(&self, at: usize) -> Option<(char, usize)> {
        let (first, mut here) = self.percent_byte(at)?;
        if first.is_ascii() {
            let char = char::from(first);
            return (first.is_ascii_digit() || PERCENT_SEPARATORS.contains(char)).then_some((char, here - at));
        }
        let count = match first {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return None,
        };
        let mut bytes = [first, 0, 0, 0];
        for byte in bytes.get_mut(1..count)? {
            (*byte, here) = self.percent_byte(here).filter(|(byte, _)| byte & 0xC0 == 0x80)?;
        }
        let char = std::str::from_utf8(bytes.get(..count)?).ok()?.chars().next()?;
        let matters = digit(char).is_some() || separator(char).is_some() || is_nothing(char);
        matters.then_some((char, here - at))
    }

    /// The byte of a percent escape, once or more often escaped, and where it ends.
    fn percent_byte(&self, at: usize) -> Option<(u8, usize)> {
        if self.byte(at)? != b'%' {
            return None;
        }
        let mut here = at + 1;
        for _ in 0..=MOST_LEVELS {
            let value = self.hexadecimal(here)?;
            here += 2;
            if value != b'%' {
                return Some((value, here));
            }
        }
        None
    }

    /// The character whose percent escape ends at `at`; a letter for whatever is none of ASCII.
    pub(super) fn percent_before(&self, at: usize) -> Option<char> {
        let escape = at.checked_sub(3).filter(|at| self.bytes.get(*at) == Some(&b'%'))?;
        let value = self.hexadecimal(escape + 1)?;
        Some(if value.is_ascii() { char::from(value) } else { '가' })
    }

    fn hexadecimal(&self, at: usize) -> Option<u8> {
        let nibble = |at| char::from(self.byte(at)?).to_digit(16);
        Some((nibble(at)? * 16 + nibble(at + 1)?) as u8)
    }

    /// Where the first digit begins of a cluster that the fast search came upon there: it does not begin with those of CJK
    /// and of some other scripts, nor with percent escapes.
    pub fn first_digit(&self, start: usize) -> usize {
        let mut first = self.unescaped(start);
        for _ in 0..MAX_DIGITS {
            let Some(before) = first.checked_sub(3).filter(|at| matches!(self.bytes.get(*at), Some(0xE3..=0xEA)))
            else {
                break;
            };
            let Some(unit) = self.unit(before).filter(|unit| unit.len == 3 && digit(unit.char).is_some()) else {
                break;
            };
            first -= unit.len;
        }
        first
    }

    /// The same for a run of ASCII digits of which the first are perhaps part of a percent escape.
    fn unescaped(&self, start: usize) -> usize {
        if self.syntax == Syntax::Plain {
            return start;
        }
        let back = |by: usize| start.checked_sub(by).and_then(|at| self.bytes.get(at));
        let before = match (back(2), back(1)) {
            (_, Some(b'%')) => start - 1,
            // Of `%B8` the second is a digit.
            (Some(b'%'), Some(b'A'..=b'F' | b'a'..=b'f')) => start - 2,
            _ => return start,
        };
        let follows = |end: usize| self.bytes.get(end).is_some_and(u8::is_ascii_digit);
        match self.percent(before) {
            Some((char, _)) if digit(char).is_some() => before,
            Some((_, len)) if follows(before + len) => before + len,
            Some(_) => start,
            None => {
                // Perhaps the last byte of a wide digit.
                let lead = (1..=3).find_map(|by| {
                    let lead = before.checked_sub(3 * by)?;
                    self.percent(lead).filter(|(char, len)| digit(*char).is_some() && lead + len == before + 3)?;
                    Some(lead)
                });
                let escapes = || follows(before + 3) && self.hexadecimal(before + 1).is_some();
                lead.unwrap_or(if escapes() { before + 3 } else { start })
            }
        }
    }

    /// `' + '` between two strings of a script: its length.
    fn concatenation(&self, at: usize) -> Option<usize> {
        if !matches!(self.syntax, Syntax::Html | Syntax::Script) {
            return None;
        }
        let white = |mut at| {
            let end = at + MOST_WHITE;
            while at < end && self.byte(at)?.is_ascii_whitespace() {
                at += 1;
            }
            Some(at)
        };
        let plus = white(at + 1).filter(|at| self.byte(*at) == Some(b'+'))?;
        let opens = white(plus + 1)?;
        matches!(self.byte(opens)?, b'"' | b'\'' | b'`').then_some(opens + 1 - at)
    }

    /// Whether something that looks like a digit follows digits that end there, perhaps after a hyphen, and a digit or
    /// something like one follows it.
    pub fn alike_follows(&self, end: usize) -> bool {
        let end = end + usize::from(self.byte(end) == Some(b'-'));
        let Some(unit) = self.unit(end).filter(|unit| alike(unit.char).is_some()) else { return false };
        self.unit(end + unit.len)
            .is_none_or(|next| digit(next.char).is_some() || alike(next.char).is_some() || next.char == '-')
    }

    /// Whether what stands there stands between digits, or what looks like them.
    fn among_digits(&self, at: usize, len: usize) -> bool {
        let is_digit = |char: char| digit(char).is_some() || alike(char).is_some();
        let after = self.unit(at + len).is_some_and(|unit| is_digit(unit.char) || unit.char == '-');
        let before = self.char_before(at).is_some_and(|char| is_digit(char) || char == '-');
        before && after
    }

    /// What a quoted-printable escape says: a digit, a separator, or nothing at the end of a line that goes on.
    fn quoted(&self, at: usize, char: char) -> Option<(char, usize)> {
        if char != '=' {
            return None;
        }
        match self.byte(at + 1)? {
            b'\n' => return Some((UNREADABLE, 2)),
            b'\r' if self.byte(at + 2)? == b'\n' => return Some((UNREADABLE, 3)),
            _ => {}
        }
        let char = char::from(self.hexadecimal(at + 1)?);
        (char.is_ascii_digit() || " -./()_~:+".contains(char)).then_some((char, 3))
    }
}

/// The digit that a letter or sign looks like.
pub fn alike(c: char) -> Option<u8> {
    Some(match c {
        'O' | 'o' | 'Ｏ' | 'ｏ' | 'ㅇ' | '○' | '〇' => 0,
        'l' | 'I' | 'ｌ' | 'Ｉ' | '|' | '｜' | 'ㅣ' => 1,
        'S' | 'Ｓ' => 5,
        'B' | 'Ｂ' => 8,
        _ => return None,
    })
}
