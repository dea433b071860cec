//! Cues: words and shapes at which kinds are looked for that are no long numbers. The bytes are gone over once, ahead of
//! the search for digits; what a cue means is decided on the logical text around it.
//!
//! The same search finds the pieces of words that tell what a text speaks of (see [`super::topics`]).

use super::escaped::{self, Escaped};
use super::stems::{SIGNS, STEMS};
use super::topics;
use crate::detect::Topics;
use crate::detect::text::{self, Cue};
use crate::text::lex::Reader;
use crate::text::search::{Shape, shapes};
use crate::text::sieve::Sieve;
use crate::text::{Charset, Syntax};
use std::sync::LazyLock;

/// A cue in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) at: usize,
    pub(super) len: usize,
    pub(super) cue: Cue,
}

/// Bytes behind a word that tell whether it is a cue.
const FOLLOWS: usize = 2;

/// The longest word has no more bytes.
const LONGEST: usize = 16;

/// What a word is looked for.
#[derive(Debug, Clone, Copy)]
enum Means {
    Stem(Cue),
    Sign(Cue),
    /// An escape of Hangul.
    Escape,
    /// A piece of a word; with it a word must begin, if true.
    Topics(Topics, bool),
}

/// All words of a charset.
struct Words {
    sieve: Sieve,
    means: Vec<Means>,
    sorted: Vec<Vec<u8>>,
    /// Whether a word begins with that byte.
    begins: [bool; 256],
}

impl Words {
    fn new(charset: Charset) -> Words {
        let encoded = |word: &str| match charset {
            Charset::Cp949 => encoding_rs::EUC_KR.encode(word).0.into_owned(),
            Charset::Utf8 | Charset::AsciiBased => word.as_bytes().to_vec(),
        };
        let stems = STEMS.iter().flat_map(|(cue, words)| words.iter().map(|word| (Means::Stem(*cue), *word)));
        let signs = SIGNS.iter().map(|(cue, word)| (Means::Sign(*cue), *word));
        let topics = topics::pieces().map(|(topics, piece, begins)| (Means::Topics(topics, begins), piece));
        let escapes = escaped::BEGINS.iter().map(|begins| (Means::Escape, *begins));
        let (means, words): (_, Vec<_>) =
            stems.chain(signs).chain(topics).chain(escapes).map(|(means, word)| (means, encoded(word))).unzip();
        let mut begins = [false; 256];
        for first in words.iter().filter_map(|word| word.first()) {
            begins[usize::from(*first)] = true;
        }
        let mut sorted = words.clone();
        sorted.sort_unstable();
        Words { sieve: Sieve::new(words, charset), means, sorted, begins }
    }

    /// Where the end of the bytes may be the beginning of a word.
    fn open(&self, bytes: &[u8], from: usize) -> usize {
        let first = bytes.len().saturating_sub(LONGEST).max(from);
        let begins = |at: &usize| {
            let tail = bytes.get(*at..).unwrap_or_default();
            let may = tail.first().is_some_and(|first| self.begins[usize::from(*first)]);
            // The next in order begins with it if any word does.
            let next = || self.sorted.get(self.sorted.partition_point(|word| word.as_slice() <= tail));
            may && next().is_some_and(|word| word.starts_with(tail))
        };
        (first..bytes.len()).find(begins).unwrap_or(bytes.len())
    }
}

static UTF8: LazyLock<Words> = LazyLock::new(|| Words::new(Charset::Utf8));
static CP949: LazyLock<Words> = LazyLock::new(|| Words::new(Charset::Cp949));

fn words(charset: Charset) -> &'static Words {
    if charset == Charset::Cp949 { &CP949 } else { &UTF8 }
}

/// Appends the cues that begin at or after `from`, in order, and returns up to where no further cue begins, and the topics
/// of which a piece of a word begins before that. If `last`, nothing follows the bytes.
pub(super) fn gather(reader: &Reader<'_>, from: usize, last: bool, met: &mut Vec<Met>) -> (usize, Topics) {
    let (bytes, charset) = (reader.bytes(), reader.charset());
    let words = words(charset);
    let first = met.len();
    let end = shapes(bytes, from, charset, last, |shape, at| {
        let cue = match shape {
            Shape::Plate => Cue::PlateShape,
            Shape::Passport => Cue::PassportShape,
            Shape::Version4 => Cue::Version4Shape,
            Shape::Version6 => Cue::Version6Shape,
        };
        met.push(Met { at, len: 1, cue });
    });
    let escapes = matches!(reader.syntax(), Syntax::Html | Syntax::Json | Syntax::Script);
    let end = match last {
        true => end,
        false if escapes => end.min(words.open(bytes, from)).min(escaped::open(bytes, from)),
        false => end.min(words.open(bytes, from)),
    };
    // They come in order; those behind the end are told again once more has come.
    while met.len() > first && met.last().is_some_and(|met| met.at >= end) {
        met.pop();
    }
    let (mut topics, mut unescaped, mut end) = (Topics::NONE, from, end);
    words.sieve.each(bytes, from, |number, at| {
        let (Some(means), Some(word)) = (words.means.get(number), words.sieve.words().get(number)) else { return };
        let met_there = |cue: &Cue| match word.as_slice() {
            // What stands around a short key is none of it.
            [b'>' | b'<' | b',' | b'\t' | b'"', key @ .., _] => Met { at: at + 1, len: key.len(), cue: *cue },
            _ => Met { at, len: word.len(), cue: *cue },
        };
        match means {
            _ if at >= end => {}
            // What follows it says whether it is a cue.
            Means::Stem(_) | Means::Sign(_) if !last && at + word.len() + FOLLOWS > bytes.len() => end = at,
            Means::Topics(_, true) if !begins_word(bytes, at) => {}
            Means::Topics(of_word, _) => topics = topics | *of_word,
            Means::Escape if escapes && at >= unescaped => {
                let run = Escaped::read(bytes, at);
                unescaped = run.end().max(at + 1);
                topics = topics | of_escaped(&run, end, met);
            }
            Means::Stem(cue) if is_stem(reader, word, at, *cue) => met.push(met_there(cue)),
            Means::Sign(cue) if is_sign(reader, word, at, *cue) => met.push(met_there(cue)),
            Means::Stem(_) | Means::Sign(_) | Means::Escape => {}
        }
    });
    let mut number = 0;
    met.retain(|met| {
        number += 1;
        number <= first || met.at < end
    });
    if let Some(new) = met.get_mut(first..) {
        new.sort_by_key(|met| (met.at, met.len, met.cue));
    }
    (end, topics)
}

/// Appends the cues that begin before `end` in a run of escapes, and returns the topics of which pieces of words stand in it.
fn of_escaped(run: &Escaped, end: usize, met: &mut Vec<Met>) -> Topics {
    let (words, mut topics) = (words(Charset::Utf8), Topics::NONE);
    words.sieve.each(&run.text, 0, |number, at| {
        let (Some(means), Some(word)) = (words.means.get(number), words.sieve.words().get(number)) else { return };
        match means {
            Means::Topics(of_word, _) => topics = topics | *of_word,
            Means::Stem(cue) => {
                let written = run.written(at, word.len()).filter(|(start, _)| *start < end);
                met.extend(written.map(|(at, len)| Met { at, len, cue: *cue }));
            }
            Means::Sign(_) | Means::Escape => {}
        }
    });
    topics
}

/// Whether a stem that stands there is a cue.
fn is_stem(reader: &Reader<'_>, stem: &[u8], at: usize, cue: Cue) -> bool {
    let bytes = reader.bytes();
    (cue != Cue::AtInWords || follows_word(bytes, at, stem.first() != Some(&b' ')))
        && is_worth(reader, at + stem.len(), cue)
        && aligned(reader, stem, at)
}

/// Whether a sign that stands there is a cue.
fn is_sign(reader: &Reader<'_>, sign: &[u8], at: usize, cue: Cue) -> bool {
    match cue {
        Cue::Honorific => aligned(reader, sign, at) && honours(reader, at),
        Cue::Padding => pads(reader.bytes(), at),
        Cue::AtInWords => follows_word(reader.bytes(), at, false),
        Cue::AtPercent => {
            let after = reader.bytes().get(at + sign.len());
            follows_word(reader.bytes(), at, false) && after.is_none_or(u8::is_ascii_alphanumeric)
        }
        // 1981.05.14생
        Cue::NumberLabel => follows_date(reader.bytes(), at),
        _ => true,
    }
}

/// Whether a stem beyond ASCII stands where a character begins.
fn aligned(reader: &Reader<'_>, stem: &[u8], at: usize) -> bool {
    stem.first().is_none_or(|first| *first < 0x80) || reader.aligned(at)
}

/// Whether a look at the next byte leaves it a cue: the attribute `name="…"` is none, nor is the tag `</frame>`.
fn is_worth(reader: &Reader<'_>, end: usize, cue: Cue) -> bool {
    let bytes = reader.bytes();
    let next = |by: usize| bytes.get(end + by).copied();
    let wide = |next: Option<u8>| next.is_none_or(|next| next >= 0x80 || matches!(next, b'%' | b'\\' | b'&'));
    let quote = |next: Option<u8>| matches!(next, Some(b'"' | b'\''));
    match (cue, bytes.get(end.saturating_sub(2)..end)) {
        (Cue::NameLabel, Some([b'e' | b'm', b'='])) => wide(next(0)) || quote(next(0)) && wide(next(1)),
        (Cue::NameLabel, Some([b'=' | b':', b'"' | b'\'']) | Some([b':', b' '])) => wide(next(0)) || quote(next(0)),
        (Cue::NameLabel, Some([b'e' | b'm', b'>'])) => wide(next(0)) || next(0) == Some(b'<'),
        // Headings, and not the prose of an English page.
        (Cue::NameLabel, Some([b'e' | b'm', b',' | b'\t'])) => reader.syntax() == Syntax::Plain,
        _ => true,
    }
}

/// Whether a Latin word may begin there: no letter stands before it, but for that of an escape (`\n`), or a small one before
/// a capital.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let capital = bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    match before {
        [.., b'\\', _] => true,
        [.., last] => !last.is_ascii_alphabetic() || capital && last.is_ascii_lowercase(),
        [] => true,
    }
}

/// Whether a character of an address stands directly before, or if allowed before one space and a bracket.
fn follows_word(bytes: &[u8], at: usize, spaced: bool) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let bracket = before.strip_suffix(b"(").or_else(|| before.strip_suffix(b"["));
    let before = bracket.filter(|_| spaced).unwrap_or(before);
    let before = before.strip_suffix(b" ").filter(|_| spaced).unwrap_or(before);
    before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte))
}

/// Whether a digit stands directly before, or before a dot.
fn follows_date(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    before.strip_suffix(b".").unwrap_or(before).last().is_some_and(u8::is_ascii_digit)
}

/// Whether sixteen characters of base64 stand before it.
fn pads(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(16).and_then(|from| bytes.get(from..at));
    before.is_some_and(|before| before.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/\\".contains(byte)))
}

/// Whether the syllables before an honorific may be a name, perhaps with a title between.
fn honours(reader: &Reader<'_>, at: usize) -> bool {
    let (word, start) = syllables(reader, at);
    if word.is_empty() {
        let Some(start) = space(reader, start) else { return false };
        return text::may_be_name(&syllables(reader, start).0);
    }
    match text::title(&word) {
        Some(0) => space(reader, start).is_some_and(|start| text::may_be_name(&syllables(reader, start).0)),
        Some(title) => text::may_be_name(word.get(..title).unwrap_or_default()),
        None => text::may_be_name(&word),
    }
}

/// Past a space to its left; `None` if something else stands there.
fn space(reader: &Reader<'_>, at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    (reader.bytes().get(before) == Some(&b' ')).then_some(before)
}

/// The Hangul that ends there, of six syllables at most, and where it begins.
fn syllables(reader: &Reader<'_>, end: usize) -> (Vec<char>, usize) {
    const MOST: usize = 6;
    let width = if reader.charset() == Charset::Cp949 { 2 } else { 3 };
    let mut word = Vec::new();
    let mut here = end;
    while word.len() < MOST {
        let Some(start) = here.checked_sub(width) else { break };
        if reader.bytes().get(start).is_none_or(|byte| *byte < 0x80) {
            break;
        }
        match reader.unit(start) {
            Some(unit) if unit.len == width && matches!(unit.char, '가'..='힣') => word.push(unit.char),
            _ => break,
        }
        here = start;
    }
    word.reverse();
    (word, here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Syntax;

    #[test]
    fn no_stem_begins_another_and_all_are_found() {
        for charset in [Charset::Utf8, Charset::Cp949] {
            let words = words(charset);
            let stems =
                words.means.iter().zip(words.sieve.words()).filter(|(means, _)| matches!(means, Means::Stem(_)));
            let stems: Vec<&Vec<u8>> = stems.map(|(_, stem)| stem).collect();
            for (number, stem) in stems.iter().enumerate() {
                assert!(stem.len() >= 4, "{:?}", String::from_utf8_lossy(stem));
                assert!(stems.iter().enumerate().all(|(other, begins)| other == number || !stem.starts_with(begins)));
            }
            for (number, word) in words.sieve.words().iter().enumerate() {
                assert!(word.len() <= LONGEST);
                let mut found = false;
                words.sieve.each(word, 0, |other, at| found |= (other, at) == (number, 0));
                assert!(found, "{:?}", String::from_utf8_lossy(word));
            }
        }
    }

    #[test]
    fn honorifics_need_a_name_before_them() {
        let met = |text: &str| {
            let mut met = Vec::new();
            let reader = Reader::new(text.as_bytes(), Charset::Utf8, Syntax::Html);
            assert_eq!(gather(&reader, 0, true, &mut met).0, text.len());
            met.len()
        };
        assert_eq!(met("홍길동님, 홍길동 님, 홍길동 과장님"), 3);
        assert_eq!(met("고객님 선생님 날씨가 아저씨 원장님 이용자님"), 0);
    }
}
