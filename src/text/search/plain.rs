//! Chains of digits in plain ASCII, read without the lexer: nearly all dates, times and identifiers of a page.

use crate::text::Separator;
use crate::text::lex::{AFTER, After, separator};

/// Digits and groups of a plain chain, at most; longer ones are left to the lexer.
const DIGITS: usize = 32;
const GROUPS: usize = 12;
/// Separators between two digits, at most.
const SEPARATORS: usize = 3;

/// A whole chain of ASCII digits with nothing but ASCII separators between them: what its cluster will be.
#[derive(Debug, Clone)]
pub struct Plain {
    values: [u8; DIGITS],
    /// Where each group ends, in digits.
    ends: [u8; GROUPS],
    separators: [Separator; GROUPS],
    groups: usize,
}

/// What stands at a digit.
pub(super) enum Met {
    /// A chain that ends there, its last digit or the separators after it.
    Short(usize),
    /// A chain with as many digits as a number has; its last digit ends there.
    Long(Plain, usize),
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
    pub(super) fn read(bytes: &[u8], start: usize, least: usize) -> Met {
        let mut plain =
            Plain { values: [0; DIGITS], ends: [0; GROUPS], separators: [Separator::Other; GROUPS], groups: 0 };
        let (mut at, mut digits, mut single) = (start, 0, false);
        loop {
            let group = digits;
            while let Some(value) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|value| *value < 10) {
                let Some(free) = plain.values.get_mut(digits) else { return Met::Unsure };
                *free = value;
                digits += 1;
                at += 1;
            }
            // Digits written apart one by one are joined by the lexer.
            let now_single = digits - group == 1;
            let Some(end) = plain.ends.get_mut(plain.groups).filter(|_| !(single && now_single)) else {
                return Met::Unsure;
            };
            *end = digits as u8;
            plain.groups += 1;
            single = now_single;
            match Between::read(bytes, at) {
                Between::Digit { at: next, separator } => {
                    if let Some(slot) = plain.separators.get_mut(plain.groups - 1) {
                        *slot = separator;
                    }
                    at = next;
                }
                Between::End(_) if digits >= least => return Met::Long(plain, at),
                Between::End(end) => return Met::Short(end),
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
                After::Separator if at - start < SEPARATORS => {
                    match separator(char::from(byte)) {
                        Some(Separator::Newline) => newline = true,
                        Some(Separator::Space) | None => {}
                        other => mark = mark.or(other),
                    }
                    at += 1;
                }
                After::Digit if newline => return Between::Digit { at, separator: Separator::Newline },
                After::Digit => return Between::Digit { at, separator: mark.unwrap_or(Separator::Space) },
                After::End => return Between::End(at),
                After::Lex if bytes.get(at..).is_some_and(ends_chain) => return Between::End(at),
                After::Lex | After::Separator => return Between::Unsure,
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
