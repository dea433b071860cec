//! The hot loop: where is the next candidate worth lexing?
//!
//! The window is read in blocks of 64 bytes. Each becomes two masks of 64 bits, one of ASCII digits, one of bytes that can
//! begin a candidate in another way (`@`, `&`, `\`, a byte that can begin a digit outside ASCII). This is plain code over
//! byte arrays, written so that the compiler turns it into vector instructions. A block whose masks are empty, which is
//! most of a page, costs nothing more.
//!
//! From the first digit of a run the chain is followed: run of digits, gap, run of digits… A gap of ASCII separators
//! is followed by a table; only where markup, an entity, an escape or a character beyond ASCII stands between digits is
//! the lexer asked. So the search and the lexer agree on where a chain ends. Chains of fewer digits than are wanted are
//! left at once.

mod masks;
mod plain;
mod shapes;

pub use plain::{Group, Plain};
pub use shapes::{Shape, shapes};

use super::Charset;
use super::lex::{AFTER, After, Gap, MAX_DIGITS, Piece, Reader, digit};
use masks::{BLOCK, masks};
use plain::{Met, ends_chain};

/// Separators that are followed without asking the lexer.
const FAST_SEPARATORS: usize = 3;

/// What the search came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A chain of at least as many digits as are wanted; its first digit begins there.
    Digits(usize),
    /// An at sign in any of its forms.
    At {
        /// Its first byte.
        at: usize,
        /// Its number of bytes.
        len: usize,
    },
    /// What begins there reaches the end of the window: more bytes could make it something else.
    Open(usize),
    /// No more candidates that begin before the limit. The next stretch is to be searched from there: the limit, or where
    /// a chain ends that runs across it.
    Nothing(usize),
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The fewest digits of a chain that is given, at least 1.
    pub least: usize,
    /// Only what begins before there is given, whole even where it ends behind it. So a text can be searched in stretches,
    /// each with a `least` of its own.
    pub limit: usize,
    /// Whether nothing follows the window: then there is no [`Hit::Open`].
    pub last: bool,
}

/// The next candidate at or after `from`, which must be the start of a piece. Of the plain chains only those are given
/// that are `worth` it.
pub fn next(reader: &Reader<'_>, from: usize, wanted: Wanted, worth: impl Fn(&Plain<'_>) -> bool) -> Hit {
    let Wanted { least, limit, last } = wanted;
    let bytes = reader.bytes();
    let limit = limit.min(bytes.len());
    let (mut base, mut passed) = (from, from);
    let mut plain = Plain::default();
    while let Some(rest) = bytes.get(base..).filter(|_| base < limit) {
        let (digits, others) = masks(rest, reader.charset());
        let mut open = (digits | others) & before(limit - base);
        let mut next_base = base + BLOCK;
        while open != 0 {
            let bit = open.trailing_zeros() as usize;
            let at = base + bit;
            let run = (digits >> bit).trailing_ones() as usize;
            let after = rest.get(bit + run..).unwrap_or_default();
            let (end, cut) = if run > 0 && run < least && ends_at_once(after, reader.charset()) {
                // Most runs of most pages: a year, a width, an identifier's end.
                (at + run, false)
            } else if run > 0 {
                match plain.read(reader, at) {
                    Met::End(end) if plain.len() < least || !worth(&plain) => (end, false),
                    Met::End(_) => return Hit::Digits(at),
                    Met::Unsure => match follow(reader, at, 0, least) {
                        Chain { digits, .. } if digits >= least => return Hit::Digits(at),
                        chain => (chain.end, chain.cut),
                    },
                }
            } else if passes(bytes, at) {
                (at + 1, false)
            } else {
                match other(reader, at, least) {
                    Other::Hit { hit, cut } if !cut || last => return hit,
                    Other::Hit { .. } => return Hit::Open(at),
                    Other::Not { end, cut } => (end, cut),
                }
            };
            if cut && !last {
                return Hit::Open(at);
            }
            passed = end;
            if end >= base + BLOCK {
                next_base = end;
                break;
            }
            open &= u64::MAX << (end - base);
        }
        base = next_base;
    }
    Hit::Nothing(passed.max(limit))
}

/// The bits of so many bytes of a block.
#[inline(always)]
fn before(count: usize) -> u64 {
    if count < BLOCK { !(u64::MAX << count) } else { u64::MAX }
}

/// Whether what follows a digit ends its chain, and that can be seen at once.
#[inline(always)]
fn ends_at_once(after: &[u8], charset: Charset) -> bool {
    match after.first().map(|byte| AFTER[usize::from(*byte)]) {
        Some(After::End) => true,
        Some(After::Lex) => ends_chain(after, charset),
        _ => false,
    }
}

/// A chain of digits as far as it was followed.
struct Chain {
    digits: usize,
    /// Where to search on: never past a place where another candidate could begin.
    end: usize,
    /// Whether the window ended too soon to tell that it ends there.
    cut: bool,
}

/// Follows a chain on from `start`, after so many digits of it, until it has as many as are wanted.
fn follow(reader: &Reader<'_>, start: usize, counted: usize, least: usize) -> Chain {
    let bytes = reader.bytes();
    let mut at = start;
    let mut digits = counted;
    loop {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
            digits += 1;
            if digits > MAX_DIGITS {
                return Chain { digits, end: at, cut: false };
            }
        }
        let mut next = at;
        while next - at < FAST_SEPARATORS
            && bytes.get(next).is_some_and(|byte| matches!(AFTER[usize::from(*byte)], After::Separator(_)))
        {
            next += 1;
        }
        match bytes.get(next).map(|byte| AFTER[usize::from(*byte)]) {
            Some(After::Digit) => at = next,
            Some(After::End) => return Chain { digits, end: next, cut: false },
            _ => match slow_gap(reader, at) {
                Ok((next, counted)) => {
                    at = next;
                    digits += counted;
                }
                Err(cut) => return Chain { digits, end: at, cut },
            },
        }
        if digits >= least {
            return Chain { digits, end: at, cut: false };
        }
    }
}

/// The gap at `at` as the lexer sees it: where to go on and how many digits were counted on the way. An error if the chain
/// ends: whether only because the window does.
fn slow_gap(reader: &Reader<'_>, at: usize) -> Result<(usize, usize), bool> {
    reader.touched();
    match reader.gap(at) {
        Gap::Next { at: next, .. } => match reader.digit(next) {
            _ if reader.bytes().get(next).is_some_and(u8::is_ascii_digit) => Ok((next, 0)),
            Some((_, len)) => Ok((next + len, 1)),
            None => Err(false),
        },
        Gap::End { .. } => Err(reader.touched()),
    }
}

/// Whether an ampersand stands there that begins no candidate. Of the named references only `&commat;` can.
#[inline(always)]
fn passes(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..), Some([b'&', next, ..]) if !matches!(next, b'#' | b'c' | b'\\'))
}

enum Other {
    Hit {
        hit: Hit,
        /// Whether the window ended too soon to tell that it is one.
        cut: bool,
    },
    /// No candidate; as in [`Chain`].
    Not { end: usize, cut: bool },
}

/// What begins at a byte that is no digit.
fn other(reader: &Reader<'_>, at: usize, least: usize) -> Other {
    let bytes = reader.bytes();
    let next = bytes.get(at + 1).copied();
    let not = |len| Other::Not { end: at + len, cut: false };
    match (bytes.get(at).copied(), next) {
        (Some(b'@'), _) => return Other::Hit { hit: Hit::At { at, len: 1 }, cut: false },
        // In CP949 most of these bytes are halves of Hangul.
        (Some(0xA3), Some(trail)) if reader.charset() == Charset::Cp949 && !(0xB0..=0xC0).contains(&trail) => {
            return not(1);
        }
        (Some(0x80..), Some(_)) if !reader.aligned(at) => return not(1),
        _ => {}
    }
    reader.touched();
    let piece = reader.piece(at);
    let cut = reader.touched();
    match piece {
        Some((Piece::Char('@' | '＠'), len)) => Other::Hit { hit: Hit::At { at, len }, cut },
        Some((Piece::Char(char), len)) if digit(char).is_some() => from_wide_digit(reader, at, at + len, least),
        Some((Piece::Char(_), len)) => Other::Not { end: at + len, cut },
        // What stands within a tag is searched like all else, so only its `<` is passed.
        _ => Other::Not { end: at + reader.unit(at).map_or(1, |unit| unit.len), cut },
    }
}

/// The chain that begins with a digit that is not plain ASCII and ends at `end`.
fn from_wide_digit(reader: &Reader<'_>, start: usize, end: usize, least: usize) -> Other {
    let chain = match slow_gap(reader, end) {
        Ok((next, counted)) => follow(reader, next, 1 + counted, least),
        Err(cut) => Chain { digits: 1, end, cut },
    };
    match chain {
        Chain { digits, .. } if digits >= least => Other::Hit { hit: Hit::Digits(start), cut: false },
        Chain { end, cut, .. } => Other::Not { end, cut },
    }
}

#[cfg(test)]
pub(crate) mod tests;
