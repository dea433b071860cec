//! 생년월일: a date of birth, by its label only.

use super::parse::{at, before, gap, is_hangul, number, one_of, over_value, run, run_back};
use super::{Around, BLOCK, TextMatch, date};
use crate::vocab::{Confidence, Kind};

/// What a label is continued with.
const ENDS: &[&str] = &[
    " 월 일",
    "년월일",
    "연월일",
    "월일",
    "일자",
    "일시",
    "일",
    "년도",
    "연도",
    "년",
    "day",
    "date",
    "dt",
    "_date",
    "_dt",
    "_day",
    "-date",
    "ymd",
    "Day",
    "Date",
    "Dt",
    "Ymd",
    "_ymd",
    "DAY",
    "DATE",
    "_DT",
];
/// What a label is explained with.
const EXPLAINS: &[&str] =
    &["양력", "음력", "6자리", "8자리", "yymmdd", "yyyymmdd", "양", "음", "필수", "숫자만", "-포함", "-제외"];

pub(super) fn find(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    if one_of(chars, around.at, &["년생"]).is_some() {
        of_year(around, found);
        return;
    }
    if one_of(chars, around.at, &["일생"]).is_some() {
        of_day(around, found);
        return;
    }
    // Cirth; and when a file was born.
    let is_part = one_of(chars, around.at, &["irth"]).is_some()
        && !before(chars, around.at).is_some_and(|letter| letter.eq_ignore_ascii_case(&'b'));
    // Midob, a language.
    let is_end = one_of(chars, around.at, &["dob"]).is_some()
        && before(chars, around.at).is_some_and(|letter| letter.is_ascii_lowercase());
    if is_part || is_end || one_of(chars, around.end, &["time", "Time", "_time"]).is_some() {
        return;
    }
    let mut end = one_of(chars, around.end, ENDS).unwrap_or(around.end);
    for value in [".value", "\" value=", "' value="] {
        end = one_of(chars, end, &[value]).unwrap_or(end);
    }
    let explained = gap(chars, end);
    if let Some(close) = one_of(chars, explained.end, EXPLAINS).filter(|close| at(chars, *close) == Some(')')) {
        end = close.saturating_add(1);
    } else if at(chars, end).is_some_and(|next| "은는이가".contains(next)) {
        end = end.saturating_add(1);
    }
    if at(chars, end).is_some_and(is_hangul) {
        return;
    }
    end = over_value(chars, end);
    let start = gap(chars, end).end;
    if start.saturating_sub(end) > 15 || before(chars, start) == Some('*') {
        return;
    }
    if let Some(range) = date::read(chars, start, around.today) {
        found.push(TextMatch::new(Kind::DateOfBirth, Confidence::Probable, chars, range));
    }
}

/// The date that is the whole of a cell and is written with Hangul: what is digits only is found by its digits.
pub(super) fn cell(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let blank = |character: char| matches!(character, ' ' | '\n' | '"' | '\'') || character == BLOCK;
    let start = run(chars, around.at, 4, blank);
    let Some(range) = date::read(chars, start, around.today) else { return };
    let hangul = chars.get(range.clone()).is_some_and(|date| date.contains(&'년'));
    let end = range.end.saturating_add(usize::from(at(chars, range.end) == Some('일')));
    let ends = at(chars, run(chars, end, 2, |character| matches!(character, ' ' | '"' | '\'')));
    if hangul && ends.is_none_or(|next| next == BLOCK || matches!(next, '\n' | '(' | '/' | ',' | '\t' | ';' | '|')) {
        found.push(TextMatch::new(Kind::DateOfBirth, Confidence::Probable, chars, range));
    }
}

/// `1981년 5월 14일생`: the day before the word.
fn of_day(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    const LONGEST: usize = 14;
    let chars = around.chars;
    let ends = !at(chars, around.at.saturating_add(2)).is_some_and(is_hangul);
    let first = around.at.saturating_sub(LONGEST);
    let digit = |place: usize| at(chars, place).is_some_and(|character| character.is_ascii_digit());
    let begins = |place: &usize| digit(*place) && !place.checked_sub(1).is_some_and(digit);
    let date = (first..around.at)
        .filter(begins)
        .find_map(|place| date::read(chars, place, around.today).filter(|date| date.end == around.at));
    if let Some(range) = date.filter(|_| ends) {
        found.push(TextMatch::new(Kind::DateOfBirth, Confidence::Probable, chars, range));
    }
}

/// `(81년생)`, 1981년생: the year alone.
fn of_year(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let digit = |character: char| character.is_ascii_digit();
    let start = run_back(chars, around.at, 5, digit);
    let year = number(chars, start..around.at);
    let after = around.at.saturating_add(2);
    if !date::is_year(year, around.at.saturating_sub(start), around.today) || one_of(chars, after, &["월일"]).is_some()
    {
        return;
    }
    let head = before(chars, start);
    let bracketed = matches!(head, Some('(' | ',' | '/'))
        || head == Some(' ') && before(chars, start.saturating_sub(1)) == Some(',');
    let closes = run(chars, after, 2, |character| character == ' ');
    let bracketed = bracketed && at(chars, closes).is_some_and(|next| matches!(next, ')' | ',' | '/'));
    let confidence = if bracketed { Confidence::Probable } else { Confidence::Possible };
    found.push(TextMatch::new(Kind::DateOfBirth, confidence, chars, start..around.at));
}
