//! 성명: the name of a person, where a label, an honorific or the head of a column says that one stands there.

use super::labels::{self, Label};
use super::parse::{at, before, gap, is_blank, is_hangul, is_mask, one_of, over_value, run, run_back};
use super::{Around, BLOCK, TextMatch, given, surnames};
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// The names that one label is followed by, at most: `대표자: 홍길동, 김철수`.
const IN_A_ROW: usize = 8;

/// What may follow a name within its word: particles, honorifics, titles.
const AFTER: &[&str] = &[
    "님",
    "씨",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에게",
    "께",
    "께서",
    "과",
    "와",
    "도",
    "입니다",
    "이며",
    "이고",
    "이라고",
    "라고",
    "님은",
    "님이",
    "님의",
    "님께",
    "님께서",
    "님을",
    "씨는",
    "씨가",
    "씨의",
    "씨와",
    "씨를",
    "씨에게",
    "귀하",
    "군",
    "양",
    "외",
    "으로",
    "로",
    "이다",
    "였다",
    "이었다",
    "인",
    "만",
    "이에요",
    "예요",
    "이란",
    "이라는",
    "이라",
    "에서",
    "에",
    "선생님",
    "선생",
    "과장",
    "팀장",
    "부장",
    "차장",
    "대리",
    "사원",
    "주임",
    "주무관",
    "계장",
    "교수",
    "원장",
    "사장",
    "대표",
    "이사",
    "박사",
    "의원",
    "위원",
    "기자",
    "실장",
    "국장",
    "본부장",
    "입니다만",
    "이구요",
    "이고요",
    "올림",
    "드림",
    "배상",
    "작성",
    "서명",
    "배우자",
    "학생",
    "환자",
    "어린이",
    "회원",
    "고객",
];

/// Titles between a name and an honorific: 홍길동 과장님.
const TITLES: &[&str] = &[
    "과장",
    "부장",
    "차장",
    "팀장",
    "대리",
    "사원",
    "주임",
    "계장",
    "교수",
    "원장",
    "사장",
    "회장",
    "대표",
    "이사",
    "실장",
    "국장",
    "소장",
    "선생",
    "박사",
    "의원",
    "위원",
    "위원장",
    "주무관",
    "사무관",
    "서기관",
    "기사",
    "변호사",
    "간호사",
    "상담사",
    "복지사",
    "작가",
    "감독",
    "강사",
    "교사",
    "교장",
    "교감",
    "목사",
    "신부",
    "고객",
    "회원",
    "학생",
    "환자",
    "어르신",
    "본부장",
    "센터장",
    "관장",
    "기자",
    "대표이사",
];

/// How much a word must look like a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// A label and a mark of punctuation stand before it: two syllables do.
    Plain,
    /// Nothing but a space parts it from what says it is one: three syllables or more.
    Closely,
}

pub(super) fn after_label(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let Some(label) = labels::of_names(around.chars, around.at, around.end) else { return };
    let Label { end, particle, weak } = label;
    let end = over_value(around.chars, end);
    let gap = gap(around.chars, end);
    if gap.end == end && !particle {
        return;
    }
    let asked = if gap.parted && !particle && !weak { Asked::Plain } else { Asked::Closely };
    in_a_row(around.chars, gap.end, asked, found);
}

/// The names that begin there, with commas and the like between them.
fn in_a_row(chars: &[char], from: usize, asked: Asked, found: &mut Vec<TextMatch>) {
    let mut here = from;
    for number in 0..IN_A_ROW {
        let asked = if number == 0 { asked } else { Asked::Closely };
        let Some(name) = name(chars, here, asked) else { return };
        let end = name.end;
        found.push(TextMatch::new(Kind::PersonName, Confidence::Probable, chars, name));
        let after = run(chars, end, 3, |character| matches!(character, ',' | '·' | '/' | '、' | ' ' | 'ㆍ'));
        if !chars.get(end..after).unwrap_or_default().iter().any(|character| *character != ' ') {
            return;
        }
        here = after;
    }
}

/// The name that is the whole of a cell, with nothing but spaces and brackets beside it.
pub(super) fn cell(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    // A tab ends an empty cell.
    let quote = |character: char| is_blank(character) && character != '\t' || matches!(character, '"' | '\'');
    let start = run(chars, around.at, 4, quote);
    let Some(name) = name(chars, start, Asked::Plain) else { return };
    let blank = run(chars, name.end, 3, |character| matches!(character, ' ' | '"' | '\''));
    let ends = at(chars, blank)
        .is_none_or(|next| next == BLOCK || matches!(next, '\n' | '(' | '/' | ',' | '[' | '\t' | ';' | '|' | '외'));
    if ends {
        found.push(TextMatch::new(Kind::PersonName, Confidence::Probable, chars, name));
    }
}

pub(super) fn before_honorific(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    if at(chars, around.end).is_some_and(|next| is_hangul(next) && !"이은의께을과도만에가는와를라".contains(next))
    {
        return;
    }
    let mut end = run_back(chars, around.at, 2, |character| character == ' ');
    let mut start = run_back(chars, end, 8, is_hangul);
    // 홍길동 과장님, 홍길동과장님
    let titles = TITLES.iter().filter_map(|title| {
        end.checked_sub(title.chars().count()).filter(|at| *at >= start && one_of(chars, *at, &[title]) == Some(end))
    });
    if let Some(title) = titles.min() {
        end = if title > start { title } else { run_back(chars, title, 2, |character| character == ' ') };
        start = run_back(chars, end, 8, is_hangul);
    }
    let word = start..end;
    let fewest = 3;
    if word.len() < fewest || before(chars, start).is_some_and(is_mask) {
        return;
    }
    if is_name(chars.get(word.clone()).unwrap_or_default(), Asked::Closely) {
        found.push(TextMatch::new(Kind::PersonName, Confidence::Probable, chars, word));
    }
}

/// The name that begins there.
fn name(chars: &[char], from: usize, asked: Asked) -> Option<Range<usize>> {
    let end = run(chars, from, 12, is_hangul);
    let next = at(chars, end);
    if next.is_some_and(|next| is_mask(next) || next.is_alphanumeric()) {
        return None;
    }
    let word = chars.get(from..end)?;
    if word.len() == 1 {
        return spaced(chars, from, asked);
    }
    if is_name(word, asked) {
        return Some(from..end);
    }
    let most = word.len().min(4);
    // The longest first: 홍길은 is more likely a name than 홍길 with a particle.
    (2..=most).rev().map(|length| from.saturating_add(length)).find_map(|cut| {
        let suffix = one_of(chars, cut, AFTER)? == end;
        (suffix && is_name(chars.get(from..cut)?, Asked::Closely)).then_some(from..cut)
    })
}

/// The name of three syllables or more that begins there and is a whole word.
pub(super) fn whole(chars: &[char], from: usize) -> Option<Range<usize>> {
    let end = run(chars, from, 5, is_hangul);
    let joined = at(chars, end).is_some_and(|next| is_mask(next) || next.is_alphanumeric());
    (!joined && is_name(chars.get(from..end)?, Asked::Closely)).then_some(from..end)
}

/// 홍 길 동
fn spaced(chars: &[char], from: usize, asked: Asked) -> Option<Range<usize>> {
    let mut letters = Vec::new();
    let mut here = from;
    let mut end = from;
    while letters.len() < 5 {
        let Some(letter) = at(chars, here).filter(|letter| is_hangul(*letter)) else { break };
        if at(chars, here.saturating_add(1)).is_some_and(|next| is_hangul(next) || is_mask(next)) {
            // 김 철수
            if letters.len() == 1 {
                let last = run(chars, here, 4, is_hangul);
                letters.extend(chars.get(here..last).unwrap_or_default());
                let fits = letters.len() == 3 && asked == Asked::Plain && is_name(&letters, Asked::Closely);
                return (fits && !at(chars, last).is_some_and(is_mask)).then_some(from..last);
            }
            return None;
        }
        letters.push(letter);
        end = here.saturating_add(1);
        here = run(chars, end, 2, |character| character == ' ');
        if here == end {
            break;
        }
    }
    is_name(&letters, asked.max(Asked::Closely)).then_some(from..end)
}

/// What makes longer words of words.
const MAKES_WORDS: &str = "실과팀부계금권증품별표란율률집회반적중전료명사장자처청관님들";

/// Whether a syllable is a particle after this word: some follow a consonant, some a vowel.
fn is_particle(word: &[char], particle: char) -> bool {
    let code = word.last().map_or(0, |last| u32::from(*last).saturating_sub(0xAC00));
    let open = code.is_multiple_of(28);
    if open { "가는를와로".contains(particle) } else { "이은을과의도만".contains(particle) }
}

/// Whether a word is a name: a family name, and syllables of given names.
fn is_name(word: &[char], asked: Asked) -> bool {
    let fewest = if asked == Asked::Plain { 2 } else { 3 };
    // 상담실, 이용권; and 명단은, 정보가.
    let made = word.split_last().is_some_and(|(last, head)| {
        given::is_word(head) && (MAKES_WORDS.contains(*last) || asked == Asked::Closely && is_particle(head, *last))
    });
    let single = |family: char| if asked == Asked::Plain { surnames::single(family) } else { surnames::common(family) };
    if word.len() < fewest || given::is_word(word) || made {
        return false;
    }
    match *word {
        [family, given] => single(family) && given::syllable(given) && !surnames::double(family, given),
        [family, first, second] => {
            let single = single(family) && given::syllable(first) && given::syllable(second);
            single || surnames::double(family, first) && given::syllable(second)
        }
        [family, more, first, second] => {
            surnames::double(family, more) && given::syllable(first) && given::syllable(second)
        }
        _ => false,
    }
}

/// Whether Hangul before an honorific may be a name: three syllables or, with a long family name, four.
pub fn may_be_name(word: &[char]) -> bool {
    is_name(word, Asked::Closely)
}

/// Where the title begins that a word ends with, if it does.
pub fn title(word: &[char]) -> Option<usize> {
    let begins = TITLES.iter().filter_map(|title| word.len().checked_sub(title.chars().count()));
    begins.filter(|at| one_of(word, *at, TITLES) == Some(word.len())).min()
}
