//! The returning mark as a text, and recognising it when it comes back.

use super::{Style, hidden};
use crate::text::lex::digit;
use crate::vocab::Kind;

/// The fewest stars and tildes in turn that are a mark.
pub(super) const FEWEST: usize = 4;
/// The most marks that may stand alone: those of a payment card, of which a script has cut off the rest.
const MOST_ALONE: usize = 10;
/// The most separators between two marks, or between the mark and what was left of the value.
const WIDEST_GAP: usize = 3;

/// A value as it was written, with its hidden characters marked: what people read before a sealed reference, and what
/// is looked for there when it comes back.
pub fn mark(kind: Kind, written: &str) -> String {
    let counts = |character: char| !kind.is_number() || digit(character).is_some();
    let value: String = match kind.is_number() {
        false => written.to_owned(),
        true => written.chars().filter_map(digit).map(|digit| char::from(b'0' + digit % 10)).collect(),
    };
    let hidden = hidden(kind, &value, Style::Returning);
    let mut marks = ['*', '~'].into_iter().cycle();
    let mut number = 0_usize;
    let mut marked = |character: char| {
        let hides = counts(character) && hidden.hides(number);
        number = number.saturating_add(usize::from(counts(character)));
        if hides { marks.next().unwrap_or('*') } else { character }
    };
    written.chars().map(&mut marked).collect()
}

/// Whether a text that a client sends holds a returning mark: at least four stars and tildes in turn, beginning with a
/// star, after a digit (`900101-*~*~*~*`) or around an at sign, or alone, where a script has split the value.
///
/// People do type `~*~*~ 축하 ~*~*~` as an ornament; it has neither digit nor at sign beside it.
pub fn returned(text: &str) -> bool {
    let closed = close_gaps(text);
    let mut before = None;
    let mut rest = closed.as_str();
    while let Some(start) = rest.find(['*', '~']) {
        before = rest.get(..start).and_then(|head| head.chars().next_back()).or(before);
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|character| !matches!(character, '*' | '~' | '@')).unwrap_or(tail.len());
        let (run, next) = tail.split_at_checked(end).unwrap_or((tail, ""));
        let beside = before.is_some_and(|before: char| before.is_numeric() || before == '@') || run.contains('@');
        if is_mark(run, beside) {
            return true;
        }
        before = run.chars().next_back();
        rest = next;
    }
    is_mark(&closed, true) && closed.len() <= MOST_ALONE
}

/// Whether the run holds enough marks in turn, from a star on. Beside a value the mark may be followed by others' stars.
fn is_mark(run: &str, beside: bool) -> bool {
    let marks = run.bytes().filter(|byte| *byte != b'@');
    let in_turn = marks.zip([b'*', b'~'].into_iter().cycle()).take_while(|(mark, due)| mark == due).count();
    let all = run.bytes().all(|byte| matches!(byte, b'*' | b'~' | b'@'));
    all && beside && in_turn >= FEWEST
}

/// The text with marks in their plain form and without separators, except where there are too many: a space.
fn close_gaps(text: &str) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut gap = 0_usize;
    for character in text.chars() {
        let plain = match character {
            '＊' => '*',
            '～' => '~',
            other => other,
        };
        if !(plain.is_alphanumeric() || matches!(plain, '*' | '~' | '@')) {
            gap = gap.saturating_add(1);
            continue;
        }
        if gap > WIDEST_GAP {
            closed.push(' ');
        }
        gap = 0;
        closed.push(plain);
    }
    closed
}
