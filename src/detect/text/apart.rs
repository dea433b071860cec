//! 주민등록번호 앞자리 900101 뒷자리 1234568: a registration number whose halves a sentence tells one after the other.

use super::parse::{at, before, run, text};
use super::{Around, TextMatch};
use crate::detect::{self, Context};
use crate::text::{Cluster, Digit, Separator};
use crate::vocab::{Confidence, Kind, Stands};
use std::ops::Range;

/// Digits of the halves.
const FIRST: usize = 6;
const SECOND: usize = 7;
/// Characters between the label and the first half, and between the halves, at most.
const BEFORE: usize = 16;
const BETWEEN: usize = 24;
/// Words for the first half, each a cue of its own; and words between the halves: for the second one, and for the dash.
const OF_FIRST: &[&str] = &["앞자리", "앞번호"];
const OF_SECOND: &[&str] = &["뒤", "뒷", "다시", "대시", "대쉬", "하이픈", "나머지"];
/// What the rules are told of the number: that it is called one.
const LABEL: &str = "주민등록번호";

/// The number of which the label, or the word for its first half, speaks.
pub(super) fn after_label(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let Some(first) = half(chars, around.end, BEFORE, FIRST) else { return };
    let Some(second) = half(chars, first.end, BETWEEN, SECOND) else { return };
    let says = |range: Range<usize>, words: &[&str]| {
        let said = text(chars, range);
        words.iter().any(|word| said.contains(word))
    };
    // Each number is told once: by the cue that is nearest.
    if says(around.end..first.start, OF_FIRST) || !says(first.end..second.start, OF_SECOND) {
        return;
    }
    let number = TextMatch::new(Kind::ResidentRegistrationNumber, Confidence::Possible, chars, first.start..second.end);
    if let Some((kind, confidence)) = judged(around, &number.text) {
        found.push(TextMatch { kind, confidence, ..number });
    }
}

/// The half that comes next, behind so many characters at most, if it has so many digits.
fn half(chars: &[char], from: usize, apart: usize, digits: usize) -> Option<Range<usize>> {
    let start = run(chars, from, apart, |character| !character.is_ascii_digit());
    let end = run(chars, start, digits.saturating_add(1), |character| character.is_ascii_digit());
    let joined = |beside: Option<char>| beside.is_some_and(|beside| beside.is_ascii_alphanumeric() || beside == '*');
    let whole = end.saturating_sub(start) == digits && !joined(before(chars, start)) && !joined(at(chars, end));
    whole.then_some(start..end)
}

/// What the rules say of both halves written as one number.
fn judged(around: &Around<'_>, number: &str) -> Option<(Kind, Confidence)> {
    let values = number.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0');
    let cluster = Cluster {
        digits: values.zip(0..).map(|(value, start)| Digit { value, start, len: 1 }).collect(),
        groups: vec![0..FIRST, FIRST..FIRST + SECOND],
        separators: vec![Separator::Dash],
        ..Cluster::default()
    };
    let context = Context {
        before: "",
        after: "",
        label: LABEL,
        column: "",
        stands: Stands::Text,
        alone: false,
        today: around.today,
        hosts: around.hosts,
    };
    let mut matches = Vec::new();
    detect::numbers(&cluster, &context, &mut matches);
    let of_people = [Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber];
    matches.iter().find(|found| of_people.contains(&found.kind)).map(|found| (found.kind, found.confidence))
}
