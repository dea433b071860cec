//! 자동차등록번호: two or three digits, a letter of purpose, four digits; of old with the name of a region before them.

use super::parse::{at, before, cell_ends, cell_start, is_hangul, is_mask, number, one_of, run, run_back, text};
use super::{Around, TextMatch};
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// Private, commercial, delivery, rental, military (자동차등록번호판 등의 기준에 관한 고시).
const LETTERS: &str = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호국합육해공";
/// Diplomatic: two syllables.
const PAIRS: &[&str] = &["외교", "영사", "준외", "준영", "국기", "협정", "대표"];
/// The regions of old plates.
const REGIONS: &[&str] = &[
    "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "충북", "충남", "전북", "전남",
    "경북", "경남", "제주",
];
/// What a number with one of these after it is.
const COUNTS: &[&str] = &[
    "원", "만", "억", "명", "건", "년", "월", "일", "개", "km", "호", "번지", "회", "점", "시", "분", "위", "㎡", "m",
    "%", "천",
];
/// Letters of plates that are quantities as well.
const QUANTITIES: &str = "호부도구자주배거보조";
/// Words that say that the number of a plate follows.
const NUMBERS: &[&str] = &["번호", "no", "num", "plate"];
/// Words before a plate that say so.
const WORDS: &[&str] = &[
    "차량",
    "자동차",
    "차번",
    "번호판",
    "차넘버",
    "차 번호",
    "등록번호판",
    "plate",
    "carno",
    "car_no",
    "carnum",
    "car_num",
    "vehicle",
    "주차",
    "승용차",
    "차종",
];

/// Behind a label, however it is written: with tags between its characters, in full width.
pub(super) fn after_label(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    const REACH: usize = 16;
    first_from(around, around.end..around.end.saturating_add(REACH), found);
}

/// Behind the name of a region.
pub(super) fn after_region(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let end = one_of(around.chars, around.at, REGIONS).unwrap_or(around.end);
    first_from(around, end..end.saturating_add(2), found);
}

/// The first number that begins there.
fn first_from(around: &Around<'_>, range: Range<usize>, found: &mut Vec<TextMatch>) {
    let digit = |place: usize| at(around.chars, place).is_some_and(|character| character.is_ascii_digit());
    let begins = range.filter(|place| digit(*place) && !place.checked_sub(1).is_some_and(digit));
    for place in begins {
        let known = found.len();
        find(&Around { at: place, ..*around }, found);
        if found.len() > known {
            return;
        }
    }
}

/// The number that is the whole of a cell below a heading that says so.
pub(super) fn cell(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let start = cell_start(around.chars, around.at);
    let head = one_of(around.chars, start, REGIONS).or_else(|| one_of(around.chars, start, PAIRS));
    let region = head.map_or(start, |end| spaces(around.chars, end));
    let known = found.len();
    find_labelled(&Around { at: region, ..*around }, true, found);
    let whole =
        found.last().and_then(|found| found.characters.last()).is_some_and(|last| cell_ends(around.chars, last.end));
    if !whole {
        found.truncate(known);
    }
}

pub(super) fn find(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    find_labelled(around, false, found);
}

/// The number that begins there; `said` if it is known what it is.
fn find_labelled(around: &Around<'_>, said: bool, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let digit = |character: char| character.is_ascii_digit();
    if diplomatic(around, said, found) {
        return;
    }
    let first = run(chars, around.at, 4, digit);
    let count = first.saturating_sub(around.at);
    let letter = spaces(chars, first);
    let end_of_letter = one_of(chars, letter, PAIRS).or_else(|| {
        at(chars, letter).filter(|character| LETTERS.contains(*character)).map(|_| letter.saturating_add(1))
    });
    let Some(end_of_letter) = end_of_letter.filter(|_| (1..=3).contains(&count) && letter <= first.saturating_add(1))
    else {
        return;
    };
    let near = text(chars, 0..around.at).to_lowercase();
    let labelled = said || WORDS.iter().any(|word| near.contains(word));
    // `12가-3456`: only a word tells it from other codes.
    let dash = usize::from(labelled && at(chars, end_of_letter) == Some('-'));
    let last = spaces(chars, end_of_letter.saturating_add(dash));
    let end = run(chars, last, 5, digit);
    if end.saturating_sub(last) != 4 || at(chars, end).is_some_and(|next| next.is_ascii_alphanumeric() || is_mask(next))
    {
        return;
    }
    let after = spaces(chars, end);
    let chained = matches!(at(chars, end), Some('-')) && at(chars, end.saturating_add(1)).is_some_and(digit);
    // 개인택시 is no count.
    let counted = |counted: usize| after == end || !at(chars, counted).is_some_and(is_hangul);
    if chained || one_of(chars, after, COUNTS).is_some_and(counted) {
        return;
    }
    let space = run_back(chars, around.at, 2, |character| character == ' ');
    let head = before(chars, space);
    let region = REGIONS
        .iter()
        .filter_map(|region| space.checked_sub(region.chars().count()))
        .find(|at| one_of(chars, *at, REGIONS) == Some(space) && !before(chars, *at).is_some_and(is_hangul));
    // 을지로3가 1234, and the tail of a longer number.
    let street = head.is_some_and(|head| matches!(head, '로' | '길' | '동')) && region.is_none();
    // A comma parts the fields of a line, too.
    let point = |head: char| {
        matches!(head, '.' | ',')
            && around.at.checked_sub(1).and_then(|at| before(chars, at)).is_some_and(|far| far.is_ascii_digit())
    };
    let joined =
        before(chars, around.at).is_some_and(|head| head.is_ascii_alphanumeric() || head == '-' || point(head));
    // 제12조
    let article = head == Some('제');
    if street || joined || article || region.is_none() && count < 2 {
        return;
    }
    // `차량 25도 2025`: a quantity and a year.
    let year = last > end_of_letter && (1950..2050).contains(&number(chars, last..end));
    let measured = at(chars, letter).is_some_and(|letter| QUANTITIES.contains(letter)) && letter == first;
    let doubtful = year && measured && !NUMBERS.iter().any(|word| near.contains(word));
    let confidence =
        if (region.is_some() || labelled) && !doubtful { Confidence::Probable } else { Confidence::Possible };
    let start = region.unwrap_or(around.at);
    found.push(TextMatch::new(Kind::VehicleRegistrationNumber, confidence, chars, start..end));
}

/// `외교 123-001`: the number behind the two syllables, where a word says that it is a plate's.
fn diplomatic(around: &Around<'_>, said: bool, found: &mut Vec<TextMatch>) -> bool {
    const DIGITS: usize = 3;
    let chars = around.chars;
    let digit = |character: char| character.is_ascii_digit();
    let space = run_back(chars, around.at, 1, |character| character == ' ');
    let pair = space.checked_sub(2).filter(|start| one_of(chars, *start, PAIRS) == Some(space));
    let Some(pair) = pair.filter(|pair| !before(chars, *pair).is_some_and(is_hangul)) else { return false };
    let near = text(chars, 0..pair).to_lowercase();
    let labelled = said || WORDS.iter().any(|word| near.contains(word));
    let middle = run(chars, around.at, DIGITS + 1, digit);
    let last = middle.saturating_add(usize::from(at(chars, middle) == Some('-')));
    let end = run(chars, last, DIGITS + 1, digit);
    let lengths = (middle.saturating_sub(around.at), end.saturating_sub(last));
    let goes_on = at(chars, end).is_some_and(|next| next == '-' || is_mask(next));
    if !labelled || last == middle || lengths != (DIGITS, DIGITS) || goes_on {
        return false;
    }
    found.push(TextMatch::new(Kind::VehicleRegistrationNumber, Confidence::Probable, chars, pair..end));
    true
}

fn spaces(chars: &[char], from: usize) -> usize {
    run(chars, from, 1, |character| character == ' ' || character == '\u{A0}')
}
