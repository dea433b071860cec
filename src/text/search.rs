//! The hot loop: where is the next candidate worth lexing?
//!
//! The window is read in blocks of 64 bytes. Each becomes two masks of 64 bits, one of ASCII digits, one of bytes that can
//! begin a candidate in another way (`@`, `&`, `\`, a byte that can begin a digit outside ASCII). This is plain code over
//! byte arrays, written so that the compiler turns it into vector instructions. A block whose masks are empty, which is
//! most of a page, costs nothing more.
//!
//! From the first digit of a run the chain is followed: run of digits, gap, run of digits… A gap of ASCII separators
//! is followed by a table; only where markup, an entity, an escape or a character beyond ASCII stands between digits is
//! the lexer asked. So the search and the lexer agree on where a chain ends. Chains of fewer than [`LEAST_DIGITS`] digits
//! are left at once.

use super::Charset;
use super::lex::{AFTER, After, Gap, MAX_DIGITS, Piece, Reader, digit};

/// No number that garim knows has fewer digits.
pub const LEAST_DIGITS: usize = 10;

const BLOCK: usize = 64;
/// Separators that are followed without asking the lexer.
const FAST_SEPARATORS: usize = 3;

/// What the search came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A chain of at least [`LEAST_DIGITS`] digits; its first digit begins there.
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
    /// No more candidates.
    Nothing,
}

/// The next candidate at or after `from`, which must be the start of a piece. If `last`, nothing follows the window, and
/// there is no [`Hit::Open`].
pub fn next(reader: &Reader<'_>, from: usize, last: bool) -> Hit {
    let bytes = reader.bytes();
    let mut base = from;
    while let Some(rest) = bytes.get(base..).filter(|rest| !rest.is_empty()) {
        let (digits, others) = masks(rest, reader.charset());
        let mut open = digits | others;
        let mut next_base = base + BLOCK;
        while open != 0 {
            let bit = open.trailing_zeros() as usize;
            let at = base + bit;
            let run = (digits >> bit).trailing_ones() as usize;
            let after = rest.get(bit + run).map(|byte| AFTER[usize::from(*byte)]);
            let (end, cut) = if run > 0 && run < LEAST_DIGITS && after == Some(After::End) {
                // Most runs of most pages: a year, a width, an identifier's end.
                (at + run, false)
            } else if run > 0 {
                match follow(reader, at, 0) {
                    Chain { digits, .. } if digits >= LEAST_DIGITS => return Hit::Digits(at),
                    chain => (chain.end, chain.cut),
                }
            } else {
                match other(reader, at) {
                    Other::Hit { hit, cut } if !cut || last => return hit,
                    Other::Hit { .. } => return Hit::Open(at),
                    Other::Not { end, cut } => (end, cut),
                }
            };
            if cut && !last {
                return Hit::Open(at);
            }
            if end >= base + BLOCK {
                next_base = end;
                break;
            }
            open &= u64::MAX << (end - base);
        }
        base = next_base;
    }
    Hit::Nothing
}

/// The two masks of the first 64 bytes; a shorter rest is filled up with zero bytes.
#[inline]
fn masks(rest: &[u8], charset: Charset) -> (u64, u64) {
    let mut filled = [0; BLOCK];
    let block: &[u8; BLOCK] = match rest.first_chunk() {
        Some(block) => block,
        None => {
            filled.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            &filled
        }
    };
    let digits = mask(block, |byte| byte.wrapping_sub(b'0') < 10);
    let ascii = |byte: u8| (byte == b'@') | (byte == b'&') | (byte == b'\\');
    let others = match charset {
        // Lead bytes of characters that can be digits: not those of Hangul (EA to ED), of CJK (E3 to E9).
        Charset::Utf8 => mask(block, |byte| ascii(byte) | (byte.wrapping_sub(0xC2) < 0x21) | (byte >= 0xEE)),
        // Full-width, circled and raised digits.
        Charset::Cp949 => mask(block, |byte| ascii(byte) | (byte == 0xA3) | (byte.wrapping_sub(0xA8) < 2)),
        Charset::AsciiBased => mask(block, ascii),
    };
    (digits, others)
}

/// One bit for each byte that passes the test. The sum of eight flags times their powers of two, as one multiplication.
#[inline(always)]
fn mask(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let flags = block.map(|byte| u8::from(test(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    let mut mask = 0;
    for (number, eight) in eights.iter().enumerate() {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= gathered << (8 * number);
    }
    mask
}

/// A chain of digits as far as it was followed.
struct Chain {
    digits: usize,
    /// Where to search on: never past a place where another candidate could begin.
    end: usize,
    /// Whether the window ended too soon to tell that it ends there.
    cut: bool,
}

/// Follows a chain on from `start`, after so many digits of it.
fn follow(reader: &Reader<'_>, start: usize, counted: usize) -> Chain {
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
            && bytes.get(next).is_some_and(|byte| AFTER[usize::from(*byte)] == After::Separator)
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
        if digits >= LEAST_DIGITS {
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
fn other(reader: &Reader<'_>, at: usize) -> Other {
    let bytes = reader.bytes();
    let next = bytes.get(at + 1).copied();
    let not = |len| Other::Not { end: at + len, cut: false };
    match (bytes.get(at).copied(), next) {
        (Some(b'@'), _) => return Other::Hit { hit: Hit::At { at, len: 1 }, cut: false },
        // Of the named references only this one can begin a candidate.
        (Some(b'&'), Some(byte)) if !matches!(byte, b'#' | b'c' | b'\\') => return not(1),
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
        Some((Piece::Char(char), len)) if digit(char).is_some() => from_wide_digit(reader, at, at + len),
        Some((Piece::Char(_), len)) => Other::Not { end: at + len, cut },
        // What stands within a tag is searched like all else, so only its `<` is passed.
        _ => Other::Not { end: at + reader.unit(at).map_or(1, |unit| unit.len), cut },
    }
}

/// The chain that begins with a digit that is not plain ASCII and ends at `end`.
fn from_wide_digit(reader: &Reader<'_>, start: usize, end: usize) -> Other {
    let chain = match slow_gap(reader, end) {
        Ok((next, counted)) => follow(reader, next, 1 + counted),
        Err(cut) => Chain { digits: 1, end, cut },
    };
    match chain {
        Chain { digits, .. } if digits >= LEAST_DIGITS => Other::Hit { hit: Hit::Digits(start), cut: false },
        Chain { end, cut, .. } => Other::Not { end, cut },
    }
}

#[cfg(test)]
pub(crate) mod tests;
