//! The lexer: bytes to logical characters that know which bytes they came from, in two layers.
//!
//! Layer A ([`Reader::unit`]) undoes the charset and the escapes of JSON and scripts. Layer B ([`Reader::piece`]) undoes
//! entities and markup on top of it: inline tags, comments and zero-width characters become nothing, block tags end
//! what stands before them. Clusters ([`clusters`]) and context windows ([`context`]) are cut from pieces.
//!
//! Nothing here keeps state between calls. Whoever reads a text piece by piece asks [`Reader::touched`] whether an
//! answer would be the same had more bytes been there.

mod around;
mod attributes;
mod clusters;
mod context;
mod disguise;
mod entity;
mod fold;
mod halves;
mod markup;
mod written;

pub use around::BLOCK;
pub use clusters::{Cut, Gap, MAX_DIGITS, MAX_GAP, MAX_RAW, hides_number};
pub use context::{AFTER_CHARS, BEFORE_CHARS, BEFORE_RAW, SPELLED_RAW, Spelled, parts_words};
pub use disguise::{Reading, alike};
pub use fold::{AFTER, After, digit, enclosed, is_nothing, separator};
pub use halves::{FIRST_HALF, Part, SECOND_HALF, begins_half, begins_parts};

use super::charset::cp949;
use super::{Charset, Syntax};
use disguise::Step;
use std::cell::Cell;

/// Stands for a byte or character that cannot be read.
const UNREADABLE: char = char::REPLACEMENT_CHARACTER;

/// A window of text that is read.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    charset: Charset,
    syntax: Syntax,
    reading: Reading,
    touched: Cell<bool>,
}

/// One character of layer A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The character; U+FFFD where the bytes are none.
    pub char: char,
    /// Its number of bytes, at least 1.
    pub len: usize,
    /// Whether it is written as itself, not as an escape.
    pub plain: bool,
}

/// One piece of layer B.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A logical character.
    Char(char),
    /// An inline tag, a comment, a character of no width.
    Nothing,
    /// `<br>`.
    Break,
    /// A block tag, or the quote at either end of a JSON string.
    Block,
}

impl<'a> Reader<'a> {
    /// A reader of `bytes`.
    pub fn new(bytes: &'a [u8], charset: Charset, syntax: Syntax) -> Reader<'a> {
        Reader { bytes, charset, syntax, reading: Reading::Written, touched: Cell::new(false) }
    }

    /// The whole window.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The charset it is read in.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// The syntax it is read in.
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Whether the end of the window was looked at since this was last asked: then what was read could have been
    /// something else had the window been longer.
    pub fn touched(&self) -> bool {
        self.touched.replace(false)
    }

    /// The byte there; `None`, which counts as touching, at the end.
    #[inline]
    pub fn byte(&self, at: usize) -> Option<u8> {
        let byte = self.bytes.get(at).copied();
        if byte.is_none() {
            self.touched.set(true);
        }
        byte
    }

    /// The character of layer A there; `None` at the end.
    #[inline]
    pub fn unit(&self, at: usize) -> Option<Unit> {
        match self.byte(at)? {
            b'\\' => Some(self.escape(at)),
            byte if byte < 0x80 => Some(Unit { char: char::from(byte), len: 1, plain: true }),
            lead => Some(self.wide(at, lead)),
        }
    }

    fn wide(&self, at: usize, lead: u8) -> Unit {
        let unreadable = Unit { char: UNREADABLE, len: 1, plain: true };
        match self.charset {
            Charset::Utf8 => self.utf8(at, lead).unwrap_or(unreadable),
            Charset::Cp949 => {
                let pair = self.byte(at + 1).and_then(|trail| cp949(lead, trail));
                pair.map_or(unreadable, |char| Unit { char, len: 2, plain: true })
            }
            Charset::AsciiBased => unreadable,
        }
    }

    fn utf8(&self, at: usize, lead: u8) -> Option<Unit> {
        let len = match lead {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return None,
        };
        // Every byte is asked for in turn, so that a cut character counts as touching and a broken one does not.
        let mut code = u32::from(lead) & (0x7F >> len);
        for next in at + 1..at + len {
            let byte = self.byte(next)?;
            if byte & 0xC0 != 0x80 {
                return None;
            }
            code = code << 6 | u32::from(byte & 0x3F);
        }
        let shortest = [0, 0, 0x80, 0x800, 0x10000].get(len).copied().unwrap_or(0);
        let char = char::from_u32(code).filter(|_| code >= shortest)?;
        Some(Unit { char, len, plain: true })
    }

    /// A backslash and what follows it: JSON (RFC 8259, 7) and script escapes. In HTML only `\uXXXX`, `\xXX` and white
    /// space count, since scripts stand in it; elsewhere a backslash is itself.
    fn escape(&self, at: usize) -> Unit {
        let literal = Unit { char: '\\', len: 1, plain: true };
        let strings = match self.syntax {
            Syntax::Json | Syntax::Script => true,
            Syntax::Html => false,
            Syntax::Xml | Syntax::Plain => return literal,
        };
        let escaped = |char, len| Unit { char, len, plain: false };
        match self.byte(at + 1) {
            Some(b'u') if self.syntax != Syntax::Json && self.byte(at + 2) == Some(b'{') => {
                self.code_point(at).map_or(literal, |(char, len)| escaped(char, len))
            }
            Some(b'u') => self.code_unit(at).map_or(literal, |(char, len)| escaped(char, len)),
            Some(b'x') if self.syntax != Syntax::Json => {
                self.hex(at + 2, 2).and_then(char::from_u32).map_or(literal, |char| escaped(char, 4))
            }
            Some(b'n') => escaped('\n', 2),
            Some(b'r') => escaped('\r', 2),
            Some(b't') => escaped('\t', 2),
            Some(b'b' | b'f') if strings => escaped(' ', 2),
            Some(byte) if strings && byte.is_ascii() => escaped(char::from(byte), 2),
            _ => literal,
        }
    }

    /// `\u{X…}`, as scripts have it.
    fn code_point(&self, at: usize) -> Option<(char, usize)> {
        const LONGEST: usize = 6;
        let digits = (at + 3..=at + 3 + LONGEST).position(|at| self.byte(at) == Some(b'}'))?;
        let code = self.hex(at + 3, digits).filter(|_| digits > 0)?;
        Some((char::from_u32(code)?, digits + 4))
    }

    /// `\uXXXX`, or two of them that make a surrogate pair. A lone surrogate is unreadable.
    fn code_unit(&self, at: usize) -> Option<(char, usize)> {
        let first = self.hex(at + 2, 4)?;
        if !(0xD800..0xDC00).contains(&first) {
            return Some((char::from_u32(first).unwrap_or(UNREADABLE), 6));
        }
        let follows = self.byte(at + 6) == Some(b'\\') && self.byte(at + 7) == Some(b'u');
        let second = follows.then(|| self.hex(at + 8, 4)).flatten();
        match second.filter(|second| (0xDC00..0xE000).contains(second)) {
            Some(second) => {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                Some((char::from_u32(code).unwrap_or(UNREADABLE), 12))
            }
            None => Some((UNREADABLE, 6)),
        }
    }

    fn hex(&self, at: usize, digits: usize) -> Option<u32> {
        (at..at + digits).try_fold(0, |value, at| Some(value * 16 + char::from(self.byte(at)?).to_digit(16)?))
    }

    /// The piece of layer B there and its number of bytes; `None` at the end.
    #[inline]
    pub fn piece(&self, at: usize) -> Option<(Piece, usize)> {
        let unit = self.unit(at)?;
        if self.syntax != Syntax::Plain {
            match unit.char {
                '<' => return Some(self.markup(at, unit.len)),
                '&' => {
                    let (char, len) = self.entity(at, unit.len).unwrap_or(('&', unit.len));
                    return Some((if is_nothing(char) { Piece::Nothing } else { Piece::Char(char) }, len));
                }
                '"' if unit.plain && self.syntax == Syntax::Json => return Some((Piece::Block, unit.len)),
                _ => {}
            }
        }
        Some((if is_nothing(unit.char) { Piece::Nothing } else { Piece::Char(unit.char) }, unit.len))
    }

    /// The digit there and its number of bytes; from 10 to 20 where one character is a number of two digits.
    #[inline]
    pub fn digit(&self, at: usize) -> Option<(u8, usize)> {
        if let Some(byte) = self.bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            return Some((byte - b'0', 1));
        }
        match self.step(at)? {
            (Step::Digit(value), len) => Some((value, len)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
