//! 연계정보(CI), 88 characters of base64 for 64 bytes, and 중복가입확인정보(DI), 64 for 47: by their key, since a SHA-512 in base64
//! has 88 as well.

use super::parse::{at, before, cell_ends, cell_start, holds, letters, run, run_back, text};
use super::{Around, BLOCK, TextMatch};
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// Characters of the two, and of the one without its padding.
pub(super) const CI: usize = 88;
const DI: usize = 64;
/// The bytes that most of the second begin with (DER: a sequence, an object identifier).
const DI_BEGINS: &str = "MC0GCCqGSIb3DQIJAyEA";

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/')
}

/// At `==`.
pub(super) fn before_padding(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let end = around.at.saturating_add(2);
    let start = run_back(around.chars, around.at, CI.saturating_add(1), is_base64);
    if end.saturating_sub(start) == CI
        && at(around.chars, end) != Some('=')
        && (has_key(around.chars, start, &["ci", "conn", "연계정보"]) || is_named_behind(around.chars, end))
    {
        found.push(matched(around.chars, start..end, Confidence::Certain));
    }
}

/// `value="…==" name="ci"`
fn is_named_behind(chars: &[char], end: usize) -> bool {
    let behind = text(chars, end..end.saturating_add(10)).to_ascii_lowercase();
    ["\" name=\"ci", "' name='ci"].iter().any(|name| {
        behind.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphabetic()))
    })
}

/// Which of the two a field of this name holds: the characters of it.
pub(super) fn names(field: &str) -> Option<usize> {
    named(&letters(field))
}

/// The same of its letters and digits.
pub(super) fn named(field: &str) -> Option<usize> {
    const OF_USERS: &[&str] =
        &["", "user", "usr", "member", "mber", "mem", "cust", "my", "kcb", "nice", "ipin", "cert"];
    let is_of = |word: &str| field.strip_suffix(word).is_some_and(|user| OF_USERS.contains(&user));
    if is_of("ci") || ["conninfo", "연계정보"].iter().any(|word| holds(field, word)) {
        Some(CI)
    } else {
        (is_of("di") || ["dupinfo", "중복가입"].iter().any(|word| holds(field, word))).then_some(DI)
    }
}

/// The value that is the whole of a cell below a heading that says so.
pub(super) fn cell(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let start = cell_start(around.chars, around.at);
    let end = run(around.chars, start, CI.saturating_add(1), |character| is_base64(character) || character == '=');
    if matches!(end.saturating_sub(start), CI | DI) && cell_ends(around.chars, end) {
        found.push(matched(around.chars, start..end, Confidence::Certain));
    }
}

/// At a key, or at the characters that a DI begins with.
pub(super) fn after_key(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let begins = super::parse::is_word(chars, around.at, DI_BEGINS);
    let mut start = if begins { around.at } else { around.end };
    let limit = start.saturating_add(24);
    while start < limit && !begins {
        let end = run(chars, start, CI.saturating_add(1), is_base64);
        if end.saturating_sub(start) >= DI.saturating_sub(2) {
            break;
        }
        start = end.max(start.saturating_add(1));
    }
    if before(chars, start).is_some_and(is_base64) {
        return;
    }
    let end = run(chars, start, CI.saturating_add(1), is_base64);
    let padding = run(chars, end, 3, |character| character == '=').saturating_sub(end);
    let end = end.saturating_add(padding);
    if end.saturating_sub(start) == CI && padding == 2 && has_key(chars, start, &["ci", "conn", "연계정보"]) {
        found.push(matched(chars, start..end, Confidence::Certain));
        return;
    }
    if end.saturating_sub(start) != DI || padding > 1 {
        return;
    }
    let keyed = has_key(chars, start, &["di", "dup", "중복가입"]);
    let confidence = if keyed { Confidence::Certain } else { Confidence::Probable };
    if keyed || begins {
        found.push(matched(chars, start..end, confidence));
    }
}

fn matched(chars: &[char], range: Range<usize>, confidence: Confidence) -> TextMatch {
    TextMatch::new(Kind::ConnectingInformation, confidence, chars, range)
}

/// Whether one of these is a word of the forty characters before a value.
fn has_key(chars: &[char], start: usize, keys: &[&str]) -> bool {
    let near = text(chars, start.saturating_sub(40)..start);
    // What is but the key of a value stands behind its label.
    let says =
        |part: &&str| part.chars().any(char::is_alphanumeric) && !matches!(*part, "value" | "val" | "data" | "text");
    let near = near.rsplit(BLOCK).find(says).unwrap_or_default();
    let mut word = String::new();
    let mut words = Vec::new();
    let mut previous = ' ';
    for character in near.chars().chain([' ']) {
        let camel = character.is_ascii_uppercase() && previous.is_ascii_lowercase();
        if (!character.is_alphanumeric() || camel) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        }
        previous = character;
    }
    words.iter().any(|word| {
        keys.iter().any(|key| {
            if key.len() == 2 {
                let word = word.trim_end_matches(|digit: char| digit.is_ascii_digit());
                // `data-userci`
                word == *key || word.ends_with(key) && names(word).is_some()
            } else {
                word.contains(key)
            }
        })
    })
}
