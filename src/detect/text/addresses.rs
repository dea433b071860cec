//! 주소: an address, as a ladder from the province down: 시·도, 시·군·구, 읍·면·동 or a road, and a number.

use super::parse::{at, before, gap, is_hangul, one_of, run, run_back};
use super::{Around, BLOCK, TextMatch};
use crate::vocab::{Confidence, Kind};

/// Provinces and cities that are none of a province's, long and short.
const PROVINCES: &[&str] = &[
    "서울특별시",
    "서울시",
    "서울",
    "부산광역시",
    "부산시",
    "부산",
    "대구광역시",
    "대구시",
    "대구",
    "인천광역시",
    "인천시",
    "인천",
    "광주광역시",
    "광주시",
    "광주",
    "대전광역시",
    "대전시",
    "대전",
    "울산광역시",
    "울산시",
    "울산",
    "세종특별자치시",
    "세종시",
    "세종",
    "경기도",
    "경기",
    "강원특별자치도",
    "강원도",
    "강원",
    "충청북도",
    "충북",
    "충청남도",
    "충남",
    "전북특별자치도",
    "전라북도",
    "전북",
    "전라남도",
    "전남",
    "경상북도",
    "경북",
    "경상남도",
    "경남",
    "제주특별자치도",
    "제주도",
    "제주시",
    "제주",
];

/// Words after a number that make it a count, not a house.
const COUNTS: &[&str] = &[
    "명", "건", "개", "원", "년", "월", "일", "회", "시", "분", "대", "km", "m", "%", "만", "억", "천", "위", "차",
    "곳", "여", "세대", "가구", "번째", "주년", "호선", "배", "점", "인",
];

/// Tokens after the house's number, at most.
const TAIL: usize = 6;

pub(super) fn from_province(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    // 북서울, 축구경기
    if before(around.chars, around.at).is_some_and(is_hangul) {
        return;
    }
    let Some(end) = one_of(around.chars, around.at, PROVINCES) else { return };
    if let Some(address) = ladder(around.chars, around.at, end, 1) {
        found.push(address);
    }
}

/// Labels' ends: 주소지, 주소(도로명).
const ENDS: &[&str] = &["지", "는", "1", "지는", "(도로명)", "(지번)", "(배송지)", "(자택)", "(필수)", " (도로명)"];

pub(super) fn after_label(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let mut here = one_of(chars, around.end, ENDS).unwrap_or(around.end);
    for value in ["\" value=", "' value="] {
        here = one_of(chars, here, &[value]).unwrap_or(here);
    }
    let parted = gap(chars, here);
    if parted.end == here {
        return;
    }
    here = postal_code(chars, parted.end);
    let province = one_of(chars, here, PROVINCES);
    if let Some(address) = ladder(chars, here, province.unwrap_or(here), usize::from(province.is_some())) {
        found.push(address);
    }
}

/// Past a postal code: `(03045)`, `우)03045`, `[110-123]`.
fn postal_code(chars: &[char], from: usize) -> usize {
    let marks = |character: char| {
        matches!(character, '(' | ')' | '[' | ']' | '우' | '〒' | ' ' | ':' | '-') || character.is_ascii_digit()
    };
    let end = run(chars, from, 16, marks);
    let digits = chars.get(from..end).unwrap_or_default().iter().filter(|character| character.is_ascii_digit()).count();
    if matches!(digits, 5 | 6) { end } else { from }
}

/// The address whose province, if it has one, ends at `end`, and that begins at `start`.
fn ladder(chars: &[char], start: usize, end: usize, levels: usize) -> Option<TextMatch> {
    let mut levels = levels;
    let mut here = spaces(chars, end);
    // A city and its district: 수원시 팔달구.
    for _ in 0..2 {
        let Some(next) = district(chars, here) else { break };
        levels = levels.saturating_add(1);
        here = spaces(chars, next);
    }
    let mut street = None;
    for _ in 0..3 {
        let Some(next) = town_or_road(chars, here) else { break };
        street = Some(next);
        levels = levels.saturating_add(1);
        here = spaces(chars, next);
    }
    street?;
    let number = house(chars, here).filter(|_| levels >= 2)?;
    let end = tail(chars, number);
    Some(TextMatch::new(Kind::PostalAddress, Confidence::Probable, chars, start..end))
}

fn spaces(chars: &[char], from: usize) -> usize {
    run(chars, from, 3, |character| character.is_whitespace() && character != '\n' && character != BLOCK)
}

/// The end of a 시, 군 or 구 that begins there, written with or without a space after it.
fn district(chars: &[char], from: usize) -> Option<usize> {
    let word = run(chars, from, 12, is_hangul);
    let names = from.saturating_add(1)..word.min(from.saturating_add(6));
    let mut ends = names
        .filter(|place| matches!(at(chars, *place), Some('시' | '군' | '구')))
        .map(|place| place.saturating_add(1));
    // Where a word ends it is certain: 시흥시, 군산시, 구로구; otherwise the first that is not all of it.
    let ends_word = (word > from.saturating_add(1))
        .then_some(word)
        .filter(|end| matches!(before(chars, *end), Some('시' | '군' | '구')) && end.saturating_sub(from) <= 5);
    ends_word
        .filter(|_| at(chars, word).is_some_and(|next| next == ' ' || next.is_whitespace()))
        .or_else(|| ends.find(|end| *end < word))
}

/// The end of a 읍, 면, 동, 리, 가 or of a road.
fn town_or_road(chars: &[char], from: usize) -> Option<usize> {
    let end = run(chars, from, 24, |character| {
        is_hangul(character) || character.is_ascii_digit() || matches!(character, '·' | '.')
    });
    let word = chars.get(from..end)?;
    if word.len() < 2 || !is_hangul(*word.first()?) {
        return None;
    }
    // The last of them in the word, so that 세종대로23길 is one: a number may follow without a space.
    let last =
        word.iter().rposition(|character| matches!(character, '읍' | '면' | '동' | '리' | '가' | '로' | '길'))?;
    let rest = word.get(last.saturating_add(1)..).unwrap_or_default();
    let clean = rest.iter().all(|character| character.is_ascii_digit());
    (last > 0 && clean).then(|| from.saturating_add(last).saturating_add(1))
}

/// The end of the house's number: `209`, `12-3`, `산 12-3`, `123번지`, `지하 12`.
fn house(chars: &[char], from: usize) -> Option<usize> {
    let mut here = from;
    if let Some(end) = one_of(chars, here, &["산", "지하"]) {
        here = spaces(chars, end);
    }
    let digit = |character: char| character.is_ascii_digit();
    let mut end = run(chars, here, 6, digit);
    if end == here || end.saturating_sub(here) > 5 {
        return None;
    }
    if at(chars, end).is_some_and(|next| matches!(next, '-' | '~')) {
        let second = run(chars, end.saturating_add(1), 5, digit);
        if second > end.saturating_add(1) {
            end = second;
        }
    }
    if at(chars, end) == Some('-') && at(chars, end.saturating_add(1)).is_some_and(digit) {
        return None;
    }
    if let Some(lot) = one_of(chars, end, &["번지", "번길", "번", "호"]) {
        let after = spaces(chars, lot);
        // 12번길 34
        return if before(chars, lot) == Some('길') { house(chars, after) } else { Some(lot) };
    }
    let counts = one_of(chars, spaces(chars, end), COUNTS).is_some_and(|after| after <= end.saturating_add(3));
    (!counts
        || at(chars, end) == Some(' ')
            && !at(chars, end.saturating_add(1)).is_some_and(|next| "명건개원년월일회%".contains(next)))
    .then_some(end)
}

/// The end of what follows the number: a building, a floor, a room, a town in brackets.
fn tail(chars: &[char], from: usize) -> usize {
    let mut end = from;
    let mut here = from;
    for _ in 0..TAIL {
        let start = run(chars, here, 3, |character| matches!(character, ' ' | ',' | '\u{A0}'));
        if at(chars, start) == Some('(') {
            let close = run(chars, start.saturating_add(1), 30, |character| {
                is_hangul(character) || character.is_ascii_digit() || matches!(character, ' ' | ',' | '-' | '·')
            });
            if at(chars, close) != Some(')')
                || !chars.get(start..close).is_some_and(|inside| inside.iter().any(|character| is_hangul(*character)))
            {
                break;
            }
            here = close.saturating_add(1);
            end = here;
            continue;
        }
        let word = run(chars, start, 16, |character| {
            is_hangul(character) || character.is_ascii_alphanumeric() || character == '-'
        });
        if word == start {
            break;
        }
        let unit = unit(chars, start, word);
        match unit {
            Some(unit) => {
                end = unit;
                here = unit;
                if unit < word {
                    break;
                }
            }
            // The name of a building, if a number follows.
            None if at(chars, start).is_some_and(|first| is_hangul(first) || first.is_ascii_alphabetic()) => {
                here = word
            }
            None => break,
        }
    }
    end
}

/// The end of a floor or a room: `101동`, `1203호`, `3층`, `B1층`, `지하1층`, `101-1203`.
fn unit(chars: &[char], from: usize, end: usize) -> Option<usize> {
    let digit = |character: char| character.is_ascii_digit();
    let digits = run_back(chars, end, 16, |character| !digit(character));
    let first = (from..end).find(|place| at(chars, *place).is_some_and(digit))?;
    let number = run(chars, first, 5, |character| digit(character) || character == '-');
    match one_of(chars, number, &["동", "호", "층", "번지", "호실", "실", "단지", "차"]) {
        Some(after) if after == end || one_of(chars, after, &["에", "로", "으로", "입니다", "이며"]).is_some() => {
            Some(after)
        }
        Some(after) => unit(chars, after, end).or(Some(after)),
        None if digits == end
            && number == end
            && number.saturating_sub(first) <= 9
            && chars.get(first..number).is_some_and(|unit| unit.contains(&'-')) =>
        {
            Some(end)
        }
        None => None,
    }
}
