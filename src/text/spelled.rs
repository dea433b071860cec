//! Digits that are spelled out: `공일공에 일이삼사`, `하나둘셋`, `zero one zero`, 一二三 (specification of detectors, 8.1 and
//! 8.2). These syllables are words and parts of words as well, so who reads them so must ask for many in a row.

use super::lex::{Reader, Reading};
use super::{Charset, Cluster, Digit};
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
const PARTICLES: &[&str] = &["에", "의", "다시", "대시", "하이픈", "작대기", "빼기"];

/// Separators between two digits, at most.
const MOST_SEPARATORS: usize = 3;

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
    // Most letters begin no such word, and are asked about one by one.
    if !matches!(lower, 'z' | 'o' | 't' | 'f' | 's' | 'e' | 'n' | '제' | '하' | '다' | '여' | '일' | '아') {
        return if first.is_ascii() { None } else { Some((syllable(first)?, len)) };
    }
    let mut words = WORDS.iter().filter(|(word, _)| word.starts_with(lower));
    let found = words.find_map(|(word, value)| Some((*value, word_at(reader, at, lower, len, word)?)));
    found.or_else(|| Some((syllable(first)?, len)))
}

/// What is said there between two groups: its length.
pub(super) fn particle(reader: &Reader<'_>, at: usize, first: char, len: usize) -> Option<usize> {
    if !matches!(first, '에' | '의' | '다' | '대' | '하' | '작' | '빼') {
        return None;
    }
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
    // Those that the fast search does not begin with count as well.
    let rare = |at: usize| reader.charset() == Charset::Utf8 && matches!(reader.bytes().get(at), Some(0xE3..=0xEA));
    let is_written = |digit: &&Digit| reader.digit(digit.start).is_some() && !rare(digit.start);
    let written = cluster.digits.iter().filter(is_written).count();
    let spelled = cluster.digits.len().saturating_sub(written);
    spelled >= FEWEST || spelled >= FEWEST_BESIDE_DIGITS && written > 0
}

/// Where the run of digits, spelled or written, begins that goes on up to `at`, if there is one.
pub fn run_before(reader: &Reader<'_>, at: usize) -> Option<usize> {
    if ends_every_run(reader, at) {
        return None;
    }
    let reader = reader.reading(Reading::Spelled);
    let mut here = reader.sync(at.saturating_sub(BEFORE), at);
    let (mut start, mut separators) = (None, 0);
    while here < at {
        let met = reader.met(here);
        let touched = reader.touched();
        // The inside of a tag in which the place stands, or may yet stand, is read as text.
        let surrounds = |len: usize| reader.bytes().get(here) == Some(&b'<') && (touched || here + len > at);
        if met.is_some_and(|(.., len)| surrounds(len)) {
            (start, separators, here) = (None, 0, here + 1);
            continue;
        }
        // What is cut off by the end may be anything yet.
        let Some((is_digit, separates, len)) = met.filter(|_| !touched) else { break };
        if is_digit {
            start.get_or_insert(here);
            separators = 0;
        } else {
            separators += 1;
            if !separates || separators > MOST_SEPARATORS {
                start = None;
            }
        }
        here += len;
    }
    start
}

/// Whether a glance at the last character, past a few separators, tells that no run goes on up to there: as it does where
/// text ends in Korean.
fn ends_every_run(reader: &Reader<'_>, at: usize) -> bool {
    let Some(before) = reader.bytes().get(at.saturating_sub(BEFORE)..at) else { return false };
    // What stands within a tag is no character of the text.
    let in_tag = || memchr::memrchr2(b'<', b'>', before).is_some_and(|at| before.get(at) == Some(&b'<'));
    let separators = before.iter().rev().take(MOST_SEPARATORS).take_while(|byte| b" .,\n".contains(byte)).count();
    let text = before.get(..before.len() - separators).unwrap_or_default();
    match (reader.charset(), text) {
        (Charset::Utf8, [.., 0xEA..=0xED, a, b]) => {
            let particle = PARTICLES.iter().any(|word| word.as_bytes().ends_with(&[*a, *b]));
            !UTF8.parts.has(*a, *b) && !particle && !in_tag()
        }
        _ => false,
    }
}

/// Which pairs of bytes are the last two of a spelled digit in UTF-8, or the two of one in CP949: a bit each.
struct Pairs {
    /// Of a character that is a digit, or part of the word for one, and not too common.
    digits: Bits,
    /// Of these, and of those that words of several characters have besides.
    parts: Bits,
}

struct Bits(Vec<u64>);

impl Pairs {
    fn of(charset: Charset) -> Pairs {
        let digits = || SYLLABLES.iter().map(|(char, _)| *char).chain("하나여섯곱덟홉".chars());
        // Digits of other scripts that the fast search does not begin with.
        let others = ('\u{3007}'..'\u{AC00}').filter(|char| super::lex::digit(*char).is_some());
        let parts = "다아제로".chars();
        Pairs {
            digits: Bits::of(digits().chain(others.clone()), charset),
            parts: Bits::of(digits().chain(others).chain(parts), charset),
        }
    }
}

impl Bits {
    fn of(chars: impl Iterator<Item = char>, charset: Charset) -> Bits {
        let mut bits = vec![0u64; 1024];
        for char in chars {
            let text = char.to_string();
            let encoded = match charset {
                Charset::Cp949 => encoding_rs::EUC_KR.encode(&text),
                _ => (text.as_bytes().into(), encoding_rs::UTF_8, false),
            };
            if let ([.., a, b], false) = (&*encoded.0, encoded.2) {
                let key = usize::from(*a) << 8 | usize::from(*b);
                if let Some(word) = bits.get_mut(key / 64) {
                    *word |= 1 << (key % 64);
                }
            }
        }
        Bits(bits)
    }

    #[inline(always)]
    fn has(&self, a: u8, b: u8) -> bool {
        let key = usize::from(a) << 8 | usize::from(b);
        self.0.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
}

fn pairs(charset: Charset) -> Option<(&'static Pairs, usize)> {
    match charset {
        Charset::Utf8 => Some((&UTF8, 3)),
        Charset::Cp949 => Some((&CP949, 2)),
        Charset::AsciiBased => None,
    }
}

static UTF8: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(Charset::Utf8));
static CP949: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(Charset::Cp949));

/// A number that is spelled out takes thirty bytes at least, twenty in CP949: twice in as many is looked. Where a space stands
/// after each syllable or after four, the places must not fall on the same byte of all of them.
const STRIDE: usize = 11;
const STRIDE_CP949: usize = 8;
/// Bytes before a place at which a number that it is in begins, at most.
pub const BEFORE: usize = 192;
/// Spelled digits that must stand together around the place, as a rule.
const TOGETHER: usize = 3;
/// ASCII bytes between two of them, at most.
const MOST_BETWEEN: usize = 2;
/// Bytes from a place on that are looked at.
const FROM: usize = 24;

/// The first place from `at` on, of those looked at, around which several spelled digits stand together; an error with the
/// place up to which was looked, if there is none. Places depend on where the first is, so that must not depend on how the
/// text is cut: after one that was given, it goes on at [`after`].
pub fn next(bytes: &[u8], charset: Charset, mut at: usize, last: bool) -> Result<usize, usize> {
    let Some((pairs, wide)) = pairs(charset) else { return Err(bytes.len()) };
    let (digits, stride) = (&pairs.digits, if wide == 3 { STRIDE } else { STRIDE_CP949 });
    let is_near = |rest: &[u8; 5]| {
        let &[a, b, c, d, e] = rest;
        match charset {
            Charset::Utf8 => digits.has(b, c) | digits.has(c, d) | digits.has(d, e),
            _ => digits.has(a, b) | digits.has(b, c),
        }
    };
    while at < bytes.len() {
        // Most places are nothing: several are asked about at once. What is spelled in ASCII is not looked for here.
        let several = bytes.get(at..).and_then(|rest| rest.first_chunk::<{ 3 * STRIDE + 5 }>());
        let place = |several: &[u8; 3 * STRIDE + 5], number: usize| {
            several.get(number * stride..).and_then(|rest| rest.first_chunk()).is_some_and(is_near)
        };
        if several.is_some_and(|several| {
            several.is_ascii() || !(place(several, 0) | place(several, 1) | place(several, 2) | place(several, 3))
        }) {
            at += 4 * stride;
            continue;
        }
        let Some(rest) = bytes.get(at..).and_then(|rest| rest.first_chunk()) else {
            return Err(if last { bytes.len() } else { at });
        };
        if is_near(rest) {
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

/// The first `zero` from `from` on, in whatever case; an error with the place up to which was looked, if there is none.
pub fn next_english(bytes: &[u8], from: usize, last: bool) -> Result<usize, usize> {
    let rest = bytes.get(from..).unwrap_or_default();
    for at in memchr::memchr2_iter(b'z', b'Z', rest) {
        match rest.get(at..at + 4) {
            Some(word) if word.eq_ignore_ascii_case(b"zero") => return Ok(from + at),
            None if !last => return Err(from + at),
            _ => {}
        }
    }
    Err(bytes.len())
}

/// The place after that one.
pub fn after(at: usize, charset: Charset) -> usize {
    at + if charset == Charset::Utf8 { STRIDE } else { STRIDE_CP949 }
}

/// Whether several spelled digits stand together around there.
#[inline(never)]
fn together(bytes: &[u8], pairs: &Pairs, at: usize, wide: usize) -> bool {
    let is = |at: usize, bits: &Bits| matches!(bytes.get(at + wide - 2..at + wide), Some(&[a, b]) if bits.has(a, b));
    let is_ascii = |at: usize| bytes.get(at).is_some_and(u8::is_ascii);
    let Some(first) = (at..at + wide).find(|at| is(*at, &pairs.digits)) else { return false };
    let (mut count, mut here) = (1, first + wide);
    while count < TOGETHER && here < at + FROM - wide {
        let skipped = (0..MOST_BETWEEN).take_while(|by| is_ascii(here + by)).count();
        if !is(here + skipped, &pairs.parts) {
            break;
        }
        count += 1;
        here += skipped + wide;
    }
    here = first;
    while count < TOGETHER {
        let skipped = (1..=MOST_BETWEEN).take_while(|by| here >= *by && is_ascii(here - by)).count();
        let Some(before) = here.checked_sub(skipped + wide).filter(|at| is(*at, &pairs.parts)) else { break };
        count += 1;
        here = before;
    }
    count >= TOGETHER
}

/// Whether a character may begin a digit that is spelled out: Korean and Chinese ones.
pub fn may_begin(c: char) -> bool {
    matches!(c, '\u{3007}'..='\u{9FFF}' | '가'..='힣')
        && (syllable(c).is_some() || matches!(c, '제' | '하' | '다' | '여' | '일' | '아'))
}

/// Whether several digits that are spelled out begin there, a few separators between them; and whether the end was looked at.
pub fn several_begin(reader: &Reader<'_>, at: usize) -> (bool, bool) {
    let (reader, mut here) = (reader.reading(Reading::Spelled), at);
    let (mut count, mut separators) = (0, 0);
    while count < TOGETHER && separators <= MOST_SEPARATORS {
        let Some((is_digit, separates, len)) = reader.met(here) else { break };
        match (is_digit, separates) {
            (true, _) => (count, separators) = (count + 1, 0),
            (false, true) => separators += 1,
            (false, false) => break,
        }
        here += len;
    }
    (count >= TOGETHER, reader.touched())
}

/// Whether a spelled digit stands directly before written ones, or before a space or dash before them.
pub fn stands_before(bytes: &[u8], at: usize, charset: Charset) -> bool {
    let Some((pairs, _)) = pairs(charset) else { return false };
    (2..=3).any(|by| {
        let pair = at.checked_sub(by).and_then(|from| bytes.get(from..from + 2));
        matches!(pair, Some(&[a, b]) if pairs.parts.has(a, b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Syntax;

    #[test]
    fn every_word_is_begun_by_what_is_asked_about() {
        let words = SYLLABLES.iter().map(|(char, value)| (char.to_string(), *value));
        for (word, value) in words.chain(WORDS.iter().map(|(word, value)| (word.to_string(), *value))) {
            let reader = Reader::new(word.as_bytes(), Charset::Utf8, Syntax::Plain);
            let first = word.chars().next().expect("a letter");
            assert_eq!(digit(&reader, 0, first, first.len_utf8()), Some((value, word.len())), "{word}");
        }
        for word in PARTICLES {
            let reader = Reader::new(word.as_bytes(), Charset::Utf8, Syntax::Plain);
            let first = word.chars().next().expect("a letter");
            assert_eq!(particle(&reader, 0, first, first.len_utf8()), Some(word.len()), "{word}");
        }
    }
}
