//! Digits and separators in disguise, as they are read beside what is written: percent escapes, strings that a script puts
//! together, letters that look like digits, numbers that are spelled out, quoted-printable (specification of detectors,
//! 8.1 to 8.3).

use super::{MAX_DIGITS, Piece, Reader, UNREADABLE, digit, separator};
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
                    return Some((
                        char.to_digit(10).map_or(Step::Piece(Piece::Char(char)), |value| Step::Digit(value as u8)),
                        len,
                    ));
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

    /// A percent escape of a digit or of what separates digits, once or more often escaped.
    fn percent(&self, at: usize) -> Option<(char, usize)> {
        let mut here = at + 1;
        for _ in 0..=MOST_LEVELS {
            let value = self.hexadecimal(here)?;
            here += 2;
            if value != b'%' {
                let char = char::from(value);
                return (value.is_ascii_digit() || " -./()_~:+".contains(char)).then_some((char, here - at));
            }
        }
        None
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
        let Some(before) = start.checked_sub(1).filter(|at| self.bytes.get(*at) == Some(&b'%')) else { return start };
        match self.percent(before) {
            Some((char, _)) if char.is_ascii_digit() => before,
            Some((_, len)) if self.bytes.get(before + len).is_some_and(u8::is_ascii_digit) => before + len,
            _ => start,
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
        'O' | 'o' | '○' | '〇' => 0,
        'l' | 'I' | '|' | 'ㅣ' => 1,
        'S' => 5,
        'B' => 8,
        _ => return None,
    })
}
