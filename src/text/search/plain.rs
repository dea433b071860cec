//! Chains of digits in plain ASCII, read without the lexer: nearly all dates, times and identifiers of a page.

use crate::text::Separator;
use crate::text::lex::{AFTER, After};

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
    pub(super) fn read(&mut self, bytes: &[u8], start: usize) -> Met {
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
            match Between::read(bytes, at) {
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
    fn read(bytes: &[u8], start: usize) -> Between {
        let (mut at, mut newline, mut mark) = (start, false, None);
        loop {
            let Some(byte) = bytes.get(at).copied() else { return Between::Unsure };
            match AFTER[usize::from(byte)] {
                After::Separator(kind) if at - start < SEPARATORS => {
                    match kind {
                        Separator::Newline => newline = true,
                        Separator::Space => {}
                        other => mark = mark.or(Some(other)),
                    }
                    at += 1;
                }
                After::Digit if newline => return Between::Digit { at, separator: Separator::Newline },
                After::Digit => return Between::Digit { at, separator: mark.unwrap_or(Separator::Space) },
                After::End => return Between::End(at),
                After::Lex if bytes.get(at..).is_some_and(ends_chain) => return Between::End(at),
                After::Lex | After::Separator(_) => return Between::Unsure,
            }
        }
    }
}

/// Whether what begins with a `<` or `&` ends every chain, in any syntax: the end tags of cells, items, paragraphs, and
/// the ampersand of a link.
#[inline]
pub(super) fn ends_chain(rest: &[u8]) -> bool {
    match *rest {
        [b'<', b'/', first, second, b'>', ..] => matches!(
            [first | 0x20, second | 0x20],
            [b't', b'd' | b'h' | b'r'] | [b'l', b'i'] | [b'd', b'd' | b't'] | [b'u' | b'o', b'l']
        ),
        [b'<', b'/', b'p' | b'P', b'>', ..] => true,
        [b'<', b'/', b'd', b'i', b'v', b'>', ..] => true,
        [b'&', b'a', b'm', b'p', b';', ..] => true,
        _ => false,
    }
}
