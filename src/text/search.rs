//! The hot loop: where is the next candidate worth lexing?
//!
//! The window is read in blocks of 64 bytes. Each becomes two masks of 64 bits, one of ASCII digits, one of bytes that can
//! begin a candidate in another way (`@`, `&`, `\`, a byte that can begin a digit outside ASCII), with the vectors that the
//! processor has. A block whose masks are empty, which is most of a page, costs nothing more.
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

use super::block::{BLOCK, Masks};
use super::lex::{AFTER, After, FIRST_HALF, Gap, MAX_DIGITS, Piece, Reader, Reading, begins_half, begins_parts, digit};
use super::{Charset, spelled};
use masks::Begins;
use plain::{Met, ends_chain};

/// So many digits may be the end of a number of which the beginning is spelled out.
const FEWEST_SPELLED: usize = 7;

/// Bytes before a number in which the direction of writing is turned over.
const BEFORE_TURNED: usize = 16;

/// Separators that are followed without asking the lexer.
const FAST_SEPARATORS: usize = 3;

/// What the search came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A chain of at least as many digits as are wanted; its first digit begins there.
    Digits(usize),
    /// As many, if those letters among them that look like digits are taken for them; its first digit begins there.
    Alike(usize),
    /// Seven to nine digits after what may be digits that are spelled out: `공일공 2234-5678`. They begin there.
    Spelled(usize),
    /// Several digits that are spelled out, in escapes: `\uacf5\uc77c\uacf5`. They begin there.
    Said(usize),
    /// Six digits before, or seven after a hyphen beside which stands what hides digits: `810514-*234567`. They begin there.
    Hidden(usize),
    /// An at sign in any of its forms.
    At {
        /// Its first byte.
        at: usize,
        /// Its number of bytes.
        len: usize,
    },
    /// Six digits alone, which may be the first half of a number that is split over two places, or three or four that may be
    /// the first part of one that is split over more.
    Half(usize),
    /// What begins there reaches the end of the window: more bytes could make it something else.
    Open(usize),
    /// No more candidates that begin before the limit. The next stretch is to be searched from there: the limit, or where
    /// a chain ends that runs across it.
    Nothing(usize),
}

impl Hit {
    /// Where it begins; if it is nothing, where to search on.
    pub fn place(self) -> usize {
        match self {
            Hit::Digits(at)
            | Hit::Alike(at)
            | Hit::Spelled(at)
            | Hit::Said(at)
            | Hit::Half(at)
            | Hit::Hidden(at)
            | Hit::Open(at)
            | Hit::At { at, .. }
            | Hit::Nothing(at) => at,
        }
    }
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
/// of which some group is worth it: `worth` tells its number. Of a chain longer than the plain ones may be, the groups before
/// are left out that are not worth it, but for one.
pub fn next(reader: &Reader<'_>, from: usize, wanted: Wanted, worth: impl Fn(&Plain<'_>) -> Option<usize>) -> Hit {
    next_of(reader, from, wanted, &mut Blocks::new(reader.charset()), worth)
}

/// The blocks of one text that were tested, for those who search it on and on.
#[derive(Debug)]
pub struct Blocks(Masks<Begins, 2>);

impl Blocks {
    /// None yet, of a text in this charset.
    pub fn new(charset: Charset) -> Blocks {
        Blocks(Masks::new(Begins(charset)))
    }
}

/// As [`next`], in the text that these blocks are of.
pub fn next_of(
    reader: &Reader<'_>,
    from: usize,
    wanted: Wanted,
    blocks: &mut Blocks,
    worth: impl Fn(&Plain<'_>) -> Option<usize>,
) -> Hit {
    let Wanted { least, limit, last } = wanted;
    let bytes = reader.bytes();
    let limit = limit.min(bytes.len());
    let (mut base, mut passed) = (from, from);
    let mut plain = Plain::default();
    while let Some(rest) = bytes.get(base..).filter(|_| base < limit) {
        let [digits, others] = blocks.0.at(bytes, base);
        let mut next_base = base + BLOCK;
        let mut open = (digits | others) & before(limit - base);
        while open != 0 {
            let bit = open.trailing_zeros() as usize;
            let at = base + bit;
            let run = (digits >> bit).trailing_ones() as usize;
            let after = rest.get(bit + run..).unwrap_or_default();
            let met = if run > 0 && run < FEWEST_SPELLED.min(least) && ends_at_once(after, reader.charset()) {
                // Most runs of most pages: a year, a width, an identifier's end.
                Other::Not { end: at + run, cut: false }
            } else if run > 0 {
                chain(reader, at, wanted, &mut plain, &worth)
            } else if passes(bytes, at) {
                Other::Not { end: at + 1, cut: false }
            } else {
                other(reader, at, least)
            };
            if run > 0 && matches!(met, Other::Not { .. }) && half_before(bytes, at) {
                return Hit::Hidden(at);
            }
            let end = match met {
                Other::Hit { hit, cut } if !cut || last => return hit,
                Other::Hit { .. } => return Hit::Open(at),
                Other::Not { cut, .. } if cut && !last => return Hit::Open(at),
                Other::Not { end, .. } => end,
            };
            if run > 0
                && let Some(half) = half_of(bytes, at, end)
            {
                return Hit::Half(half);
            }
            if run > 0
                && let Some(part) = part_of(bytes, at, end)
            {
                return Hit::Half(part);
            }
            passed = end;
            if end >= next_base {
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

/// What the chain is whose first digit stands at `at`.
fn chain<'a>(
    reader: &Reader<'a>,
    at: usize,
    wanted: Wanted,
    plain: &mut Plain<'a>,
    worth: &impl Fn(&Plain<'_>) -> Option<usize>,
) -> Other {
    let hit = |hit| Other::Hit { hit, cut: false };
    let mut start = at;
    loop {
        let end = match plain.read(reader, start, wanted.last) {
            // Where to cut it is not known before it is whole.
            Met::Cut => return hit(Hit::Open(start)),
            Met::End(end) => end,
            Met::On(next) => match worth(plain).map(|group| start + plain.cut_before(group)) {
                Some(place) if place < next => return hit(Hit::Digits(place)),
                _ if next >= wanted.limit => return Other::Not { end: next, cut: false },
                _ => {
                    start = next;
                    continue;
                }
            },
            Met::Unsure => return lexed(reader, start, wanted),
        };
        let bytes = reader.bytes();
        // Whether a search begins there or before must not matter.
        if end == start + FIRST_HALF + 1 && half_after(bytes, end) {
            return hit(Hit::Hidden(start));
        }
        let worthy = || worth(plain).or_else(|| (escaped(bytes, start) || is_turned(bytes, start)).then_some(0));
        return match if plain.len() < wanted.least { None } else { worthy() } {
            Some(group) => hit(Hit::Digits(start + plain.cut_before(group))),
            None if half_after(bytes, end) => hit(Hit::Hidden(end - 7)),
            None if (FEWEST_SPELLED..wanted.least).contains(&plain.len())
                && spelled::stands_before(bytes, start, reader.charset()) =>
            {
                hit(Hit::Spelled(start))
            }
            None if end >= 3 && bytes.get(end - 3..=end).is_some_and(|last| last.ends_with(b"=2D")) => {
                lexed(reader, start, wanted)
            }
            None => Other::Not { end, cut: false },
        };
    }
}

/// What a chain is that must be lexed.
fn lexed(reader: &Reader<'_>, start: usize, wanted: Wanted) -> Other {
    match unsure(reader, start, wanted) {
        Ok(hit) => Other::Hit { hit, cut: false },
        Err(Chain { cut: true, .. }) if !wanted.last => Other::Hit { hit: Hit::Open(start), cut: false },
        Err(Chain { end, .. }) => Other::Not { end, cut: false },
    }
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

/// Where six digits stand that may be a first half, in a chain that is too short for a number: it may begin with the number
/// of a field, as in `jumin1=900101`.
#[inline]
fn half_of(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let last = end.checked_sub(FIRST_HALF).filter(|last| *last >= at)?;
    [last, at].into_iter().find(|at| begins_half(bytes, *at))
}

/// Where three or four digits stand that may be a first part: the last of a chain, as in `hp1=010`.
#[inline(always)]
fn part_of(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let may = match bytes.get(end) {
        Some(b'"' | b'\'' | b'&') => true,
        Some(b'<' | b'*') => matches!(bytes.get(end.wrapping_sub(3)..end), Some([b'0', b'1', _])),
        _ => false,
    };
    let before = bytes.get(at..end).filter(|_| may)?;
    let run = before.iter().rev().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let start = end.checked_sub(run)?;
    begins_parts(bytes, start, run).then_some(start)
}

/// Whether a run of digits begins within a percent escape, perhaps.
fn escaped(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at.saturating_sub(2)..at) {
        Some([b'%', letter]) => letter.is_ascii_hexdigit(),
        before => before.is_some_and(|before| before.ends_with(b"%")),
    }
}

/// Whether a mark that turns the direction of writing over stands shortly before, in whatever form.
fn is_turned(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(BEFORE_TURNED)..at).unwrap_or_default();
    // Itself, as a character reference or as an escape.
    if !before.iter().any(|byte| matches!(byte, 0xE2 | b'&' | b'\\')) {
        return false;
    }
    let is_number = |four: &[u8; 4]| *four == *b"8238" || four.map(|byte| byte | 0x20) == *b"202e";
    before.array_windows().any(is_number)
        || before.array_windows().any(|three: &[u8; 3]| *three == *"\u{202E}".as_bytes())
}

/// A chain that begins at `start` and must be lexed: what it is, or where it ends.
#[inline(never)]
fn unsure(reader: &Reader<'_>, start: usize, wanted: Wanted) -> Result<Hit, Chain> {
    let Wanted { least, last, .. } = wanted;
    let chain = follow(reader, start, 0, least);
    if chain.digits >= least {
        return Ok(Hit::Digits(start));
    }
    if chain.cut {
        return Err(chain);
    }
    if chain.digits == 1 && begins_in_letters(reader.bytes(), start) {
        return Ok(Hit::Alike(start));
    }
    if half_after(reader.bytes(), chain.end + 1) {
        return Ok(Hit::Hidden(chain.end - 6));
    }
    if chain.digits >= FEWEST_SPELLED && spelled::stands_before(reader.bytes(), start, reader.charset()) {
        return Ok(Hit::Spelled(start));
    }
    reader.touched();
    let Some(reading) = disguise(reader, start, chain.end) else {
        return Err(Chain { cut: reader.touched(), ..chain });
    };
    if reading == Reading::Quoted {
        // Its escapes are digits to the fast search.
        return Ok(Hit::Alike(start));
    }
    let other = follow(&reader.reading(reading), start, 0, least);
    if other.digits >= least && (!other.cut || last) {
        return Ok(Hit::Alike(start));
    }
    Err(Chain { cut: other.cut, ..chain })
}

/// Whether a one there is that of `O1O-1234-5678`.
pub fn begins_in_letters(bytes: &[u8], one: usize) -> bool {
    let near = one.checked_sub(1).and_then(|at| bytes.get(at..at + 5));
    let word = one.checked_sub(2).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    !word && matches!(near, Some([b'O' | b'o', b'1', b'O' | b'o', b'-' | b'.', b'2'..=b'9']))
}

/// In what reading a chain may go on that ended before a letter. One that began after a letter was looked at from there.
fn disguise(reader: &Reader<'_>, start: usize, end: usize) -> Option<Reading> {
    let bytes = reader.bytes();
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    if before == Some(&b'=') && end.checked_sub(2).and_then(|at| bytes.get(at..=end)) == Some(b"=2D".as_slice()) {
        return Some(Reading::Quoted);
    }
    if before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    reader.alike_follows(end).then_some(Reading::Alike)
}

/// Whether a byte may hide a digit, or begin a character that does.
fn hides(byte: u8) -> bool {
    matches!(byte, b'*' | b'x' | b'X' | b'#') || byte >= 0x80
}

/// Whether seven digits begin there, after a hyphen and what hides digits. What it is, is seen when it is cut.
#[inline(always)]
fn half_before(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(2).and_then(|at| bytes.get(at..at + 2));
    matches!(before, Some([hidden, b'-']) if hides(*hidden)) && {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count() == 7
    }
}

/// Whether what hides digits begins at `end`, after a hyphen and six digits.
pub fn half_after(bytes: &[u8], end: usize) -> bool {
    let Some(before) = end.checked_sub(7).and_then(|start| bytes.get(start..end)) else { return false };
    matches!(before, [digits @ .., b'-'] if digits.iter().all(u8::is_ascii_digit))
        && bytes.get(end).is_some_and(|byte| hides(*byte))
        && !end.checked_sub(8).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit)
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

/// Whether an ampersand stands there that begins no candidate. Of the named references only `&commat;` and the raised
/// digits can (`&sup1;`).
#[inline(always)]
fn passes(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..), Some([b'&', next, ..]) if !matches!(next, b'#' | b'c' | b's' | b'\\'))
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
        Some((Piece::Char(char), len)) if len > 2 && bytes.get(at) == Some(&b'\\') && spelled::may_begin(char) => {
            match spelled::several_begin(reader, at) {
                (true, touched) => Other::Hit { hit: Hit::Said(at), cut: cut || touched },
                (false, touched) => Other::Not { end: at + len, cut: cut || touched },
            }
        }
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
        Chain { end, cut: true, .. } => Other::Not { end, cut: true },
        Chain { end: ends, .. } => {
            reader.touched();
            let follows = reader.alike_follows(ends);
            let cut = reader.touched();
            let other = follows.then(|| follow(&reader.reading(Reading::Alike), end, 1, least));
            match other {
                Some(other) if other.digits >= least => Other::Hit { hit: Hit::Alike(start), cut: cut || other.cut },
                other => Other::Not { end: ends, cut: cut || other.is_some_and(|other| other.cut) },
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
