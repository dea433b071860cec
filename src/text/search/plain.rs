//! Chains of digits in plain ASCII, read without the lexer: nearly all dates, times and identifiers of a page.

use crate::text::lex::{AFTER, After, Reader};
use crate::text::{Charset, Separator, Syntax};

/// Digits and groups of a plain chain, at most; longer ones are left to the lexer.
const DIGITS: usize = 64;
const GROUPS: usize = 12;
/// Separators between two digits, at most.
const SEPARATORS: usize = 3;

/// A whole chain of ASCII digits with nothing but ASCII separators between them: what its cluster will be.
#[derive(Debug, Clone, Default)]
pub struct Plain<'a> {
    /// What is read, from the first digit on.
    bytes: &'a [u8],
    groups: [Group; GROUPS],
    count: usize,
}

/// A group of digits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Group {
    /// Its first byte, counted from the chain's.
    start: usize,
    /// Digits of the chain before it.
    before: usize,
    /// Its digits.
    pub len: usize,
    /// What stands after it, if it is not the last.
    pub separator: Separator,
}

/// What stands at a digit.
pub(super) enum Met {
    /// A plain chain. No candidate begins from its last digit up to there.
    End(usize),
    /// Something in the chain or after it must be lexed.
    Unsure,
}

impl<'a> Plain<'a> {
    /// Its groups, first to last.
    pub fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    /// How many digits it has.
    pub fn len(&self) -> usize {
        self.groups().last().map_or(0, |last| last.before + last.len)
    }

    /// Whether it may be a number that is written in an unusual way: digits apart by something else than spaces and dashes
    /// one by one, or by signs that look like digits or belong to escapes.
    pub fn is_odd(&self) -> bool {
        let odd = |group: &Group| group.separator == Separator::Other;
        let groups = self.groups();
        let inner = groups.get(..groups.len().saturating_sub(1)).unwrap_or_default();
        inner.iter().any(odd) || self.len() == groups.len()
    }

    /// Whether it has none, which no chain that was read is.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The value of a group's first digit.
    pub fn lead(&self, group: &Group) -> u8 {
        self.bytes.get(group.start).map_or(0, |byte| byte.wrapping_sub(b'0'))
    }

    /// The values of digits from a group on, as many as there are and fit.
    pub fn values_from<'v>(&self, group: &Group, values: &'v mut [u8]) -> &'v [u8] {
        let bytes = self.bytes.get(group.start..).unwrap_or_default();
        let value = |byte: &u8| byte.wrapping_sub(b'0');
        let count = values.len().min(self.len().saturating_sub(group.before));
        if group.len >= count {
            values.iter_mut().zip(bytes).for_each(|(to, byte)| *to = value(byte));
        } else {
            let digits = bytes.iter().map(value).filter(|value| *value < 10).take(count);
            values.iter_mut().zip(digits).for_each(|(to, digit)| *to = digit);
        }
        values.get(..count).unwrap_or_default()
    }

    /// Reads the chain whose first digit stands at `start`.
    #[inline]
    pub(super) fn read(&mut self, reader: &Reader<'a>, start: usize) -> Met {
        self.bytes = reader.bytes().get(start..).unwrap_or_default();
        self.count = 0;
        let (mut at, mut before, mut single) = (0, 0, false);
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let len = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            // Digits written apart one by one are joined by the lexer.
            let joins = single && len == 1;
            single = len == 1;
            let Some(group) = self.groups.get_mut(self.count).filter(|_| !joins && before + len <= DIGITS) else {
                return Met::Unsure;
            };
            *group = Group { start: at, before, len, separator: Separator::Other };
            self.count += 1;
            before += len;
            match Between::read(reader, start + at + len) {
                Between::Digit { at: next, separator } => {
                    group.separator = separator;
                    at = next - start;
                }
                Between::End(end) => return Met::End(end),
                Between::Unsure => return Met::Unsure,
            }
        }
    }
}

/// What follows a digit.
enum Between {
    Digit {
        at: usize,
        separator: Separator,
    },
    /// Nothing of the chain; no candidate begins before that place.
    End(usize),
    Unsure,
}

impl Between {
    #[inline]
    fn read(reader: &Reader<'_>, start: usize) -> Between {
        let bytes = reader.bytes();
        let (mut at, mut count, mut newline, mut mark) = (start, 0, false, None);
        loop {
            let Some(byte) = bytes.get(at).copied() else { return Between::Unsure };
            match AFTER[usize::from(byte)] {
                After::Separator(kind) if count < SEPARATORS => {
                    match kind {
                        Separator::Newline => newline = true,
                        Separator::Space => {}
                        other => mark = mark.or(Some(other)),
                    }
                    count += 1;
                    at += 1;
                }
                After::Digit if at == start || count > 0 => {
                    let separator = if newline { Separator::Newline } else { mark.unwrap_or(Separator::Space) };
                    return Between::Digit { at, separator };
                }
                After::End => return Between::End(at),
                After::Lex => match after_lexed(reader, at) {
                    Lexed::Ends => return Between::End(at),
                    Lexed::Nothing(len) => at += len,
                    Lexed::Unsure => return Between::Unsure,
                },
                After::Separator(_) | After::Digit => return Between::Unsure,
            }
        }
    }
}

/// What a byte begins that is neither a plain digit nor a plain separator.
enum Lexed {
    /// Something that ends every chain.
    Ends,
    /// So many bytes that mean nothing.
    Nothing(usize),
    Unsure,
}

fn after_lexed(reader: &Reader<'_>, at: usize) -> Lexed {
    let rest = reader.bytes().get(at..).unwrap_or_default();
    if ends_chain(rest, reader.charset()) {
        return Lexed::Ends;
    }
    let inline = INLINE.iter().find(|tag| rest.starts_with(tag)).filter(|_| reader.syntax() == Syntax::Html);
    inline.map_or(Lexed::Unsure, |tag| Lexed::Nothing(tag.len()))
}

/// End tags within a line, as they mostly follow a number in HTML.
const INLINE: &[&[u8]] = &[b"</a>", b"</b>", b"</em>", b"</span>", b"</font>", b"</strong>"];

/// Whether what begins with a byte of [`After::Lex`] ends every chain, in any syntax: the end tags of cells, items,
/// paragraphs, the ampersand of a link, a Hangul syllable.
#[inline]
pub(super) fn ends_chain(rest: &[u8], charset: Charset) -> bool {
    match *rest {
        [b'<', b'/', first, second, b'>', ..] => matches!(
            [first | 0x20, second | 0x20],
            [b't', b'd' | b'h' | b'r'] | [b'l', b'i'] | [b'd', b'd' | b't'] | [b'u' | b'o', b'l']
        ),
        [b'<', b'/', b'p' | b'P', b'>', ..] => true,
        [b'<', b'/', b'd', b'i', b'v', b'>', ..] => true,
        [b'&', b'a', b'm', b'p', b';', ..] => true,
        // Nothing that these can begin, if they are whole or broken, is a digit, a separator, or of no width. (Below Hangul
        // there are digits of other scripts.)
        [0xEA, 0xB0..=0xFF, _, ..] | [0xEB..=0xED, _, _, ..] => charset != Charset::Cp949,
        // An escape of a digit, of a separator, or of a percent sign.
        [b'%', next, ..] => !matches!(next, b'2' | b'3' | b'5' | b'7'),
        // The plus between two strings of a script.
        [b'"' | b'\'' | b'`', next, ..] if next != b'+' && !next.is_ascii_whitespace() => true,
        [b'"' | b'\'' | b'`', b' ', next, ..] => next != b'+' && !next.is_ascii_whitespace(),
        // Letters that look like digits, between digits.
        [b'O' | b'o' | b'l' | b'I' | b'S' | b'B', next, ..] => !looks_like_digit(next),
        [0xB0..=0xC8, _, ..] => charset != Charset::Utf8,
        _ => false,
    }
}

/// Whether a byte is a digit, or something that stands between digits and may be read as one.
fn looks_like_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'O' | b'o' | b'l' | b'I' | b'S' | b'B' | b'|' | b'-')
}
