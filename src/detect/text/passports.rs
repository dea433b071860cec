//! 여권번호: a letter and eight digits (before 2021-12-21), a letter, three digits, a letter and four digits (since),
//! two letters and seven digits (before 2008); and the machine-readable zone (ICAO Doc 9303, part 4).

use super::parse::{at, before, cell_ends, cell_start, is_mask, is_word, run, text};
use super::{Around, BLOCK, TextMatch};
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// Types: general (multi, single), residence, official, diplomatic, and of old G and T.
const OLD: &str = "MSRODGTP";
const NEW: &str = "MSROD";

/// Labels' context words that stand before a shape.
const WORDS: &[&str] = &["여권", "passport"];

pub(super) fn after_label(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let end = around.chars.len().min(around.end.saturating_add(45));
    let mut here = around.end;
    while here < end {
        if let Some(range) = number(around.chars, here, true) {
            found.push(TextMatch::new(Kind::PassportNumber, Confidence::Probable, around.chars, range));
            return;
        }
        here = here.saturating_add(1);
    }
}

pub(super) fn shape(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let Some(range) = number(around.chars, around.at, false) else { return };
    let near: String = text(around.chars, 0..around.at).to_lowercase();
    let labelled = WORDS.iter().any(|word| near.contains(word));
    let confidence = if labelled { Confidence::Probable } else { Confidence::Possible };
    found.push(TextMatch::new(Kind::PassportNumber, confidence, around.chars, range));
}

/// The number that is the whole of a cell below a heading that says so.
pub(super) fn cell(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let start = cell_start(around.chars, around.at);
    let Some(range) = number(around.chars, start, true) else { return };
    if cell_ends(around.chars, range.end) {
        found.push(TextMatch::new(Kind::PassportNumber, Confidence::Probable, around.chars, range));
    }
}

/// The number that begins there. With a label its letters may stand apart from its digits.
fn number(chars: &[char], from: usize, labelled: bool) -> Option<Range<usize>> {
    let joined = |character: Option<char>| {
        character.is_some_and(|character| character.is_ascii_alphanumeric() || matches!(character, '_'))
    };
    let chained = |character: Option<char>| matches!(character, Some('-' | '.' | '/'));
    let head = before(chars, from);
    if joined(head) || chained(head) && !labelled {
        return None;
    }
    // Every one begins with a letter.
    let letter = at(chars, from).filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    let ranges = [old(chars, from, letter, labelled), new(chars, from, letter), oldest(chars, from, labelled)];
    ranges.into_iter().flatten().find(|range| {
        let next = at(chars, range.end);
        let chain = chained(next) && joined(at(chars, range.end.saturating_add(1)));
        let zeros = chars
            .get(range.clone())
            .is_some_and(|value| value.iter().all(|character| !character.is_ascii_digit() || *character == '0'));
        !joined(next) && !chain && !next.is_some_and(is_mask) && !zeros
    })
}

fn digits(chars: &[char], from: usize, count: usize) -> Option<usize> {
    let end = run(chars, from, count, |character| character.is_ascii_digit());
    (end.saturating_sub(from) == count).then_some(end)
}

fn old(chars: &[char], from: usize, letter: char, labelled: bool) -> Option<Range<usize>> {
    let apart =
        usize::from(labelled && at(chars, from.saturating_add(1)).is_some_and(|next| matches!(next, ' ' | '-')));
    let end = digits(chars, from.saturating_add(1).saturating_add(apart), 8)?;
    OLD.contains(letter).then_some(from..end)
}

fn new(chars: &[char], from: usize, letter: char) -> Option<Range<usize>> {
    let middle = digits(chars, from.saturating_add(1), 3)?;
    at(chars, middle).filter(char::is_ascii_alphabetic)?;
    let end = digits(chars, middle.saturating_add(1), 4)?;
    NEW.contains(letter).then_some(from..end)
}

/// Two letters and seven digits, as the guideline has them: with a label only.
fn oldest(chars: &[char], from: usize, labelled: bool) -> Option<Range<usize>> {
    let letters = run(chars, from, 3, |character| character.is_ascii_alphabetic());
    let apart = usize::from(at(chars, letters).is_some_and(|next| matches!(next, ' ' | '-' | '.')));
    let end = digits(chars, letters.saturating_add(apart), 7)?;
    let no = is_word(chars, from, "no");
    (labelled && letters.saturating_sub(from) == 2 && !no).then_some(from..end)
}

/// The second line of the zone: the number in nine places, its check digit, `KOR`, the birth date.
pub(super) fn machine_readable(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let zone = |character: char| character.is_ascii_uppercase() || character.is_ascii_digit() || character == '<';
    if before(chars, around.at).is_some_and(zone) {
        return;
    }
    let first = run(chars, around.at, 48, zone);
    let second = run(chars, first, 8, |character| character.is_whitespace() || character == BLOCK);
    // Both lines may stand in one: 44 characters each.
    let start = if second > first { second } else { around.at.saturating_add(44) };
    let Some(line) = chars.get(start..start.saturating_add(20)) else { return };
    let digit = |place: usize| line.get(place).is_some_and(char::is_ascii_digit);
    let is_line =
        line.iter().all(|character| zone(*character)) && digit(9) && is_word(line, 10, "KOR") && (13..20).all(digit);
    if !is_line {
        return;
    }
    let holds =
        line.get(9).and_then(|check| check.to_digit(10)) == Some(check_digit(line.get(..9).unwrap_or_default()));
    let length = line.get(..9).unwrap_or_default().iter().take_while(|character| **character != '<').count();
    let confidence = if holds { Confidence::Certain } else { Confidence::Probable };
    found.push(TextMatch::new(Kind::PassportNumber, confidence, chars, start..start.saturating_add(length)));
}

/// Weights 7, 3, 1; letters from A = 10; `<` is 0 (ICAO Doc 9303, part 3, section 4.9).
fn check_digit(number: &[char]) -> u32 {
    let weights = [7, 3, 1].into_iter().cycle();
    let sum = number.iter().zip(weights).fold(0_u32, |sum, (character, weight): (&char, u32)| {
        sum.saturating_add(character.to_digit(36).unwrap_or(0).saturating_mul(weight))
    });
    sum % 10
}

#[cfg(test)]
mod check {
    use super::check_digit;

    #[test]
    fn of_the_standards_own_example() {
        // ICAO Doc 9303, part 4, appendix: L898902C3 has the check digit 6.
        assert_eq!(check_digit(&"L898902C3".chars().collect::<Vec<_>>()), 6);
    }
}
