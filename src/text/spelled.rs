//! Digits that are spelled out: `공일공에 일이삼사`, `하나둘셋`, `zero one zero`, 一二三 (specification of detectors, 8.1 and
//! 8.2). These syllables are words and parts of words as well, so who reads them so must ask for many in a row.

use super::lex::{Reader, Reading};
use super::{Charset, Cluster};
use std::sync::LazyLock;

/// One character that reads as a digit.
const SYLLABLES: &[(char, u8)] = &[
    ('영', 0),
    ('공', 0),
    ('빵', 0),
    ('령', 0),
    ('일', 1),
    ('이', 2),
    ('둘', 2),
    ('삼', 3),
    ('셋', 3),
    ('사', 4),
    ('넷', 4),
    ('오', 5),
    ('육', 6),
    ('륙', 6),
    ('칠', 7),
    ('팔', 8),
    ('구', 9),
    ('〇', 0),
    ('零', 0),
    ('一', 1),
    ('二', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
    ('壹', 1),
    ('貳', 2),
    ('參', 3),
];

/// Words of several characters; the first of each is none of the above.
const WORDS: &[(&str, u8)] = &[
    ("제로", 0),
    ("하나", 1),
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("아홉", 9),
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
];

/// What is said between groups: `공일공에 일이삼사`, `공일공 다시 …` for a hyphen.
const PARTICLES: &[&str] = &["에", "의", "다시", "대시"];

/// Digits that must be spelled out, at least; fewer where the others are written.
pub const FEWEST: usize = 6;
/// The same where they are joined to digits.
pub const FEWEST_BESIDE_DIGITS: usize = 3;

fn syllable(c: char) -> Option<u8> {
    SYLLABLES.iter().find(|(known, _)| *known == c).map(|(_, value)| *value)
}

/// The digit that is spelled out there, beginning with such a character of so many bytes, and all its bytes.
pub(super) fn digit(reader: &Reader<'_>, at: usize, first: char, len: usize) -> Option<(u8, usize)> {
    let lower = first.to_ascii_lowercase();
    let mut words = WORDS.iter().filter(|(word, _)| word.starts_with(lower));
    let found = words.find_map(|(word, value)| Some((*value, word_at(reader, at, lower, len, word)?)));
    found.or_else(|| Some((syllable(first)?, len)))
}

/// What is said there between two groups: its length.
pub(super) fn particle(reader: &Reader<'_>, at: usize, first: char, len: usize) -> Option<usize> {
    PARTICLES.iter().filter(|word| word.starts_with(first)).find_map(|word| word_at(reader, at, first, len, word))
}

fn word_at(reader: &Reader<'_>, at: usize, first: char, len: usize, word: &str) -> Option<usize> {
    let mut end = at + len;
    for (number, char) in word.chars().enumerate() {
        if number == 0 {
            if char != first {
                return None;
            }
            continue;
        }
        let unit = reader.unit(end).filter(|unit| unit.char.to_ascii_lowercase() == char)?;
        end += unit.len;
    }
    Some(end - at)
}

/// Whether so many of a cluster's digits are spelled out that it is no accident.
pub fn suffices(reader: &Reader<'_>, cluster: &Cluster) -> bool {
    let written = cluster.digits.iter().filter(|digit| reader.digit(digit.start).is_some()).count();
    let spelled = cluster.digits.len().saturating_sub(written);
    spelled >= FEWEST || spelled >= FEWEST_BESIDE_DIGITS && written > 0
}

/// Where the run of digits, spelled or written, begins that goes on up to `at`, if there is one.
pub fn run_before(reader: &Reader<'_>, at: usize) -> Option<usize> {
    let reader = reader.reading(Reading::Spelled);
    let mut here = reader.sync(at.saturating_sub(BEFORE), at);
    let (mut start, mut separators) = (None, 0);
    while here < at {
        let (is_digit, separates, len) = reader.met(here)?;
        if is_digit {
            start.get_or_insert(here);
            separators = 0;
        } else {
            separators += 1;
            if !separates || separators > 3 {
                start = None;
            }
        }
        here += len;
    }
    start
}

/// Whether a run of spelled digits may go on at the end of these bytes.
pub fn may_go_on(bytes: &[u8], charset: Charset) -> bool {
    let pairs: &Pairs = match charset {
        Charset::Utf8 => &UTF8,
        Charset::Cp949 => &CP949,
        Charset::AsciiBased => return false,
    };
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or(bytes);
    tail.windows(2).any(|pair| matches!(pair, [a, b] if pairs.has(*a, *b)))
}

/// Which pairs of bytes are the last two of a spelled digit in UTF-8, or the two of one in CP949: a bit each.
struct Pairs(Vec<u64>);

impl Pairs {
    fn of(charset: Charset) -> Pairs {
        let mut bits = vec![0u64; 1024];
        let digits = SYLLABLES.iter().map(|(char, _)| *char);
        let others = ('㈠'..='㈨').chain('㊀'..='㊈').chain("섯곱덟홉".chars());
        for char in digits.chain(others) {
            let text = char.to_string();
            let encoded = match charset {
                Charset::Cp949 => encoding_rs::EUC_KR.encode(&text).0.into_owned(),
                _ => text.into_bytes(),
            };
            if let [.., a, b] = *encoded {
                let key = usize::from(a) << 8 | usize::from(b);
                if let Some(word) = bits.get_mut(key / 64) {
                    *word |= 1 << (key % 64);
                }
            }
        }
        Pairs(bits)
    }

    #[inline(always)]
    fn has(&self, a: u8, b: u8) -> bool {
        let key = usize::from(a) << 8 | usize::from(b);
        self.0.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
}

static UTF8: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(Charset::Utf8));
static CP949: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(Charset::Cp949));

/// A number that is spelled out takes thirty bytes at least, twenty in CP949: twice in as many is looked.
const STRIDE: usize = 12;
const STRIDE_CP949: usize = 8;
/// Bytes before a place at which a number that it is in begins, at most.
pub const BEFORE: usize = 192;
/// Bytes at the end in which the last digit of a run that goes on stands.
const TAIL: usize = 16;
/// Spelled digits that must stand together around the place, with at most one byte between two.
const TOGETHER: usize = 3;
/// Bytes from a place on that are looked at.
const FROM: usize = 24;

/// The first place from `at` on, of those looked at, around which several spelled digits stand together; an error with the
/// place up to which was looked, if there is none. Places depend on where the first is, so that must not depend on how the
/// text is cut: after one that was given, it goes on at [`after`].
pub fn next(bytes: &[u8], charset: Charset, mut at: usize, last: bool) -> Result<usize, usize> {
    let pairs: &Pairs = match charset {
        Charset::Utf8 => &UTF8,
        Charset::Cp949 => &CP949,
        Charset::AsciiBased => return Err(bytes.len()),
    };
    let (wide, stride) = if charset == Charset::Utf8 { (3, STRIDE) } else { (2, STRIDE_CP949) };
    while at < bytes.len() {
        let Some(&[a, b, c, d, e]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<5>()) else {
            return Err(if last { bytes.len() } else { at });
        };
        let here = match charset {
            Charset::Utf8 => pairs.has(b, c) | pairs.has(c, d) | pairs.has(d, e),
            _ => pairs.has(a, b) | pairs.has(b, c),
        };
        if here {
            if !last && at + FROM > bytes.len() {
                return Err(at);
            }
            if together(bytes, pairs, at, wide) {
                return Ok(at);
            }
        }
        at += stride;
    }
    Err(at)
}

/// The place after that one.
pub fn after(at: usize, charset: Charset) -> usize {
    at + if charset == Charset::Utf8 { STRIDE } else { STRIDE_CP949 }
}

/// Whether several spelled digits stand together around there.
#[inline]
fn together(bytes: &[u8], pairs: &Pairs, at: usize, wide: usize) -> bool {
    let is = |at: usize| match bytes.get(at + wide - 2..at + wide) {
        Some(&[a, b]) => pairs.has(a, b),
        _ => false,
    };
    let Some(first) = (at..at + wide).find(|at| is(*at)) else { return false };
    let mut count = 1;
    let mut here = first + wide;
    while count < TOGETHER && here < at + FROM {
        let skipped = usize::from(bytes.get(here).is_some_and(u8::is_ascii));
        if !is(here + skipped) {
            break;
        }
        count += 1;
        here += skipped + wide;
    }
    here = first;
    while count < TOGETHER {
        let skipped = usize::from(here > 0 && bytes.get(here - 1).is_some_and(u8::is_ascii));
        let Some(before) = here.checked_sub(skipped + wide).filter(|at| is(*at)) else { break };
        count += 1;
        here = before;
    }
    count >= TOGETHER
}
