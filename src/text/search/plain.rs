//! Chains of digits in plain ASCII, read without the lexer: nearly all dates, times and identifiers of a page.

use crate::text::lex::{AFTER, After, Reader};
use crate::text::{Charset, Separator, Syntax};

/// Digits and groups of a plain chain, at most; longer ones are left to the lexer.
const DIGITS: usize = 32;
const GROUPS: usize = 12;
/// Separators between two digits, at most.
const SEPARATORS: usize = 3;

/// A whole chain of ASCII digits with nothing but ASCII separators between them: what its cluster will be.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    values: [u8; DIGITS],
    /// Where each group ends, in digits.
    ends: [u8; GROUPS],
    separators: [Separator; GROUPS],
    groups: usize,
}

/// What stands at a digit.
pub(super) enum Met {
    /// A plain chain. No candidate begins from its last digit up to there.
    End(usize),
    /// Something in the chain or after it must be lexed.
    Unsure,
}

impl Plain {
    /// The values of all its digits.
    pub fn values(&self) -> &[u8] {
        let digits = self.groups.checked_sub(1).and_then(|last| self.ends.get(last)).map_or(0, |end| usize::from(*end));
        self.values.get(..digits).unwrap_or_default()
    }

    /// Where each group ends, in digits.
    pub fn ends(&self) -> &[u8] {
        self.ends.get(..self.groups).unwrap_or_default()
    }

    /// What stands after each group but the last.
    pub fn separators(&self) -> &[Separator] {
        self.separators.get(..self.groups.saturating_sub(1)).unwrap_or_default()
    }

    /// Reads the chain whose first digit stands at `start`.
    #[inline]
    pub(super) fn read(&mut self, reader: &Reader<'_>, start: usize) -> Met {
        let bytes = reader.bytes();
        let (mut at, mut digits, mut single) = (start, 0, false);
        self.groups = 0;
        loop {
            let group = digits;
            while let Some(value) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|value| *value < 10) {
                let Some(free) = self.values.get_mut(digits) else { return Met::Unsure };
                *free = value;
                digits += 1;
                at += 1;
            }
            // Digits written apart one by one are joined by the lexer.
            let joins = single && digits - group == 1;
            single = digits - group == 1;
            let Some(end) = self.ends.get_mut(self.groups).filter(|_| !joins) else { return Met::Unsure };
            *end = digits as u8;
            self.groups += 1;
            match Between::read(reader, at) {
                Between::Digit { at: next, separator } => {
                    if let Some(slot) = self.separators.get_mut(self.groups - 1) {
                        *slot = separator;
                    }
                    at = next;
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
        // Nothing that these can begin, if they are whole or broken, is a digit, a separator, or of no width.
        [0xEA..=0xED, _, _, ..] => charset != Charset::Cp949,
        [0xB0..=0xC8, _, ..] => charset != Charset::Utf8,
        _ => false,
    }
}
