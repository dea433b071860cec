//! 연계정보(CI), 88 characters of base64 for 64 bytes, and 중복가입확인정보(DI), 64 for 47: by their key, since a SHA-512 in base64
//! has 88 as well.

use super::parse::{at, before, run, run_back, text};
use super::{Around, BLOCK, TextMatch};
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// Characters of the two, and of the one without its padding.
const CI: usize = 88;
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
    let end = end.saturating_add(usize::from(at(chars, end) == Some('=')));
    if end.saturating_sub(start) != DI || at(chars, end) == Some('=') {
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
    let near = near.rsplit(BLOCK).find(|part| part.chars().any(char::is_alphanumeric)).unwrap_or_default();
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
                word.trim_end_matches(|digit: char| digit.is_ascii_digit()) == *key
            } else {
                word.contains(key)
            }
        })
    })
}
