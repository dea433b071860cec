//! Cues: words and shapes at which kinds are looked for that are no long numbers. The bytes are gone over once, ahead of
//! the search for digits; what a cue means is decided on the logical text around it.
//!
//! Stems are few and short, so that the vectorised search for many words (Teddy) holds them all. Of a stem in UTF-8 the
//! first byte is left out of the search: it is the same for most syllables, and tells nothing.

use crate::detect::text::{self, Cue};
use crate::text::Charset;
use crate::text::lex::Reader;
use crate::text::search::{Shape, shapes};
use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, MatchKind as Kind, Span};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A cue in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) at: usize,
    pub(super) len: usize,
    pub(super) cue: Cue,
}

/// The stems, by what they are about. None is the beginning of another.
const STEMS: &[(Cue, &[&str])] = &[
    (
        Cue::NameLabel,
        &[
            "성명",
            "이름",
            "성함",
            "예금주",
            "담당자",
            "보호자",
            "대표",
            "청인",
            "청자",
            "작성자",
            "수령인",
            "받는",
            "자명",
            "객명",
            "학생명",
            "성 명",
            "이 름",
            "성&nbsp;명",
            "ame\"",
            "ame:",
            "ame=",
            "nm\":",
            "Nm\":",
            "nm\" ",
            "Nm\" ",
        ],
    ),
    (Cue::Honorific, &["귀하"]),
    (Cue::AddressLabel, &["주소"]),
    (
        Cue::Province,
        &[
            "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "제주", "충북", "충남",
            "충청", "전북", "전남", "전라", "경북", "경남", "경상",
        ],
    ),
    (Cue::PassportLabel, &["여권", "여 권", "assport", "ASSPORT"]),
    (Cue::MachineReadable, &["PMKOR", "P<KOR", "P&lt;KOR"]),
    (
        Cue::BirthLabel,
        &[
            "생년", "생 년", "년생", "일생", "출생", "생일", "irth", "DOB:", "DOB ", "dob\"", "dob:", "dob ", "born",
            "rthd",
        ],
    ),
    (Cue::ConnectingKey, &["MC0GCCqG", "upInfo", "\"di\"", "중복가입"]),
    (
        Cue::NumberLabel,
        &[
            "학번",
            "사번",
            "군번",
            "행번",
            "학생번호",
            "학생증",
            "학적번호",
            "사원",
            "직원번호",
            "tude",
            "tdNo",
            "tdno",
            "tuNo",
            "tuno",
            "hakb",
            "sabu",
            "mpNo",
            "mpno",
            "mp_n",
            "mpId",
            "mplo",
            "taff",
            "ilit",
            "gunb",
        ],
    ),
    (Cue::AtInWords, &["골뱅이", " at ", " AT ", "(at)", "[at]", "(AT)", "[AT]"]),
    (
        Cue::SensitiveTerm,
        &[
            "수급",
            "차상위",
            "한부모",
            "조손",
            "장애등급",
            "장애정도",
            "장애유형",
            "결식",
            "다문화",
            "저소득",
            "징계",
            "진단",
        ],
    ),
];

/// Honorifics, which are too short for the search for many words, and the padding of base64.
const ALONE: &[(Cue, &str)] = &[
    (Cue::Honorific, "님"),
    (Cue::Honorific, "씨"),
    (Cue::Padding, "=="),
    (Cue::Hidden, "*-"),
    (Cue::Hidden, "-*"),
    (Cue::NumberLabel, "생"),
];

/// The longest stem has no more bytes.
const LONGEST: usize = 16;
/// Words that one vectorised search holds.
const AT_ONCE: usize = 64;

/// A stem in a charset.
struct Stem {
    cue: Cue,
    bytes: Vec<u8>,
    /// Bytes of it that are not searched for.
    skipped: usize,
}

/// One search for many stems.
struct Group {
    stems: Vec<Stem>,
    packed: Option<Searcher>,
    /// Where the processor, or the number of stems, does not allow the other.
    automaton: Option<AhoCorasick>,
}

struct Stems {
    groups: Vec<Group>,
    /// Whether a stem begins with that byte.
    begins: [bool; 256],
    alone: Vec<(Cue, Vec<u8>, Finder<'static>)>,
}

impl Group {
    fn new(stems: Vec<Stem>) -> Group {
        let searched = || stems.iter().map(|stem| stem.bytes.get(stem.skipped..).unwrap_or_default());
        let packed = Config::new().match_kind(MatchKind::LeftmostLongest).builder().extend(searched()).build();
        let slow = || AhoCorasick::builder().match_kind(Kind::LeftmostLongest).build(searched()).ok();
        let automaton = if packed.is_some() { None } else { slow() };
        Group { packed, automaton, stems }
    }

    /// The next stem at or after `from`: its number and where what is searched of it begins.
    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let span = Span { start: from, end: bytes.len() };
        let found = match (&self.packed, &self.automaton) {
            (Some(packed), _) => packed.find_in(bytes, span),
            (None, Some(automaton)) => automaton.find(aho_corasick::Input::new(bytes).span(span)),
            (None, None) => None,
        };
        found.map(|found| (found.pattern().as_usize(), found.start()))
    }
}

impl Stems {
    fn new(encoded: fn(&str) -> Vec<u8>, skips: bool) -> Stems {
        let all = STEMS.iter().flat_map(|(cue, words)| words.iter().map(|word| (*cue, encoded(word))));
        let mut stems: Vec<Stem> = all
            .map(|(cue, bytes)| {
                let skipped =
                    usize::from(skips && bytes.len() > 4 && bytes.first().is_some_and(|first| *first >= 0x80));
                Stem { cue, bytes, skipped }
            })
            .collect();
        let mut groups = Vec::new();
        let count = stems.len().div_ceil(AT_ONCE).max(1);
        let size = stems.len().div_ceil(count);
        while !stems.is_empty() {
            let rest = stems.split_off(size.min(stems.len()));
            groups.push(Group::new(std::mem::replace(&mut stems, rest)));
        }
        let alone = ALONE.iter().map(|(cue, word)| {
            let bytes = encoded(word);
            (*cue, bytes.clone(), Finder::new(&bytes).into_owned())
        });
        let alone: Vec<_> = alone.collect();
        let mut begins = [false; 256];
        let stems = groups.iter().flat_map(|group| &group.stems).map(|stem| &stem.bytes);
        for first in stems.chain(alone.iter().map(|(_, word, _)| word)).filter_map(|stem| stem.first()) {
            begins[usize::from(*first)] = true;
        }
        Stems { groups, begins, alone }
    }

    /// Where the end of the bytes may be the beginning of a stem.
    fn open(&self, bytes: &[u8], from: usize) -> usize {
        let first = bytes.len().saturating_sub(LONGEST).max(from);
        let begins = |at: &usize| {
            let tail = bytes.get(*at..).unwrap_or_default();
            if tail.first().is_none_or(|first| !self.begins[usize::from(*first)]) {
                return false;
            }
            let of = |stem: &[u8]| stem.len() > tail.len() && stem.starts_with(tail);
            let stems = || self.groups.iter().flat_map(|group| group.stems.iter().map(|stem| stem.bytes.as_slice()));
            stems().chain(self.alone.iter().map(|(_, word, _)| word.as_slice())).any(of)
        };
        (first..bytes.len()).find(begins).unwrap_or(bytes.len())
    }
}

static UTF8: LazyLock<Stems> = LazyLock::new(|| Stems::new(|word| word.as_bytes().to_vec(), true));
static CP949: LazyLock<Stems> =
    LazyLock::new(|| Stems::new(|word| encoding_rs::EUC_KR.encode(word).0.into_owned(), false));

/// Appends the cues that begin at or after `from`, in order, and returns up to where no further cue begins. If `last`,
/// nothing follows the bytes.
pub(super) fn gather(reader: &Reader<'_>, from: usize, last: bool, met: &mut Vec<Met>) -> usize {
    let (bytes, charset) = (reader.bytes(), reader.charset());
    let stems = if charset == Charset::Cp949 { &*CP949 } else { &*UTF8 };
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
    let end = if last { end } else { end.min(stems.open(bytes, from)) };
    for group in &stems.groups {
        let mut here = from;
        while let Some((number, at)) = group.next(bytes, here) {
            here = at + 1;
            let Some(stem) = group.stems.get(number) else { break };
            let Some(begins) = at.checked_sub(stem.skipped).filter(|begins| *begins >= from) else { continue };
            let whole = bytes.get(begins..).is_some_and(|rest| rest.starts_with(&stem.bytes))
                && (stem.cue != Cue::AtInWords || follows_word(bytes, begins, stem.bytes.first() != Some(&b' ')));
            if whole && is_worth(bytes, begins + stem.bytes.len(), stem.cue) && aligned(reader, &stem.bytes, begins) {
                met.push(Met { at: begins, len: stem.bytes.len(), cue: stem.cue });
            }
        }
    }
    for (cue, word, finder) in &stems.alone {
        let rest = bytes.get(from..).unwrap_or_default();
        for at in finder.find_iter(rest) {
            let at = from + at;
            let worth = match cue {
                Cue::Honorific => aligned(reader, word, at) && honours(reader, at),
                Cue::Padding => pads(bytes, at),
                // 1981.05.14생
                Cue::NumberLabel => follows_date(bytes, at),
                _ => true,
            };
            if worth {
                met.push(Met { at, len: word.len(), cue: *cue });
            }
        }
    }
    let mut kept = first;
    for number in first..met.len() {
        if let Some(one) = met.get(number).copied().filter(|met| met.at < end) {
            if let Some(place) = met.get_mut(kept) {
                *place = one;
            }
            kept += 1;
        }
    }
    met.truncate(kept);
    if let Some(new) = met.get_mut(first..) {
        new.sort_by_key(|met| (met.at, met.len, met.cue));
    }
    end
}

/// Whether a stem beyond ASCII stands where a character begins.
fn aligned(reader: &Reader<'_>, stem: &[u8], at: usize) -> bool {
    stem.first().is_none_or(|first| *first < 0x80) || reader.aligned(at)
}

/// Whether a look at the next byte leaves it a cue: the attribute `name="…"` is none.
fn is_worth(bytes: &[u8], end: usize, cue: Cue) -> bool {
    let key = cue == Cue::NameLabel && bytes.get(end.saturating_sub(4)..end) == Some(b"ame=");
    !key || bytes.get(end).is_some_and(|next| *next >= 0x80 || *next == b'%' || *next == b'\\')
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
    fn no_stem_begins_another_and_all_fit() {
        assert!(UTF8.groups.iter().chain(&CP949.groups).all(|group| group.stems.len() <= AT_ONCE));
        for stems in [&*UTF8, &*CP949] {
            let all: Vec<&[u8]> =
                stems.groups.iter().flat_map(|group| &group.stems).map(|stem| stem.bytes.as_slice()).collect();
            for (number, stem) in all.iter().enumerate() {
                assert!(stem.len() <= LONGEST && stem.len() >= 4, "{:?}", String::from_utf8_lossy(stem));
                assert!(all.iter().enumerate().all(|(other, begins)| other == number || !stem.starts_with(begins)));
            }
        }
    }

    #[test]
    fn the_vectorised_search_finds_what_the_automaton_finds() {
        let text = "신청자명: 홍길동님 서울특별시 주소 여권 name=\"a\" userName\":\" 골뱅이 hong at x.kr 경상남도 충청북도 a== ".repeat(20);
        for group in &UTF8.groups {
            let stems = || group.stems.iter().map(|stem| stem.bytes.get(stem.skipped..).unwrap());
            let slow = AhoCorasick::builder().match_kind(Kind::LeftmostLongest).build(stems()).unwrap();
            let (mut here, mut expected, mut found) = (0, Vec::new(), Vec::new());
            while let Some(hit) = group.next(text.as_bytes(), here) {
                found.push(hit);
                here = hit.1 + 1;
            }
            here = 0;
            while let Some(hit) = slow.find(aho_corasick::Input::new(&text).range(here..)) {
                expected.push((hit.pattern().as_usize(), hit.start()));
                here = hit.start() + 1;
            }
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn honorifics_need_a_name_before_them() {
        let met = |text: &str| {
            let mut met = Vec::new();
            let reader = Reader::new(text.as_bytes(), Charset::Utf8, Syntax::Html);
            assert_eq!(gather(&reader, 0, true, &mut met), text.len());
            met.len()
        };
        assert_eq!(met("홍길동님, 홍길동 님, 홍길동 과장님"), 3);
        assert_eq!(met("고객님 선생님 날씨가 아저씨 원장님 이용자님"), 0);
    }
}
