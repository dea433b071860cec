//! `[detector.NAME]`: what an operator has garim find beside what it knows.

use super::names::nearest;
use super::reader::{Table, Value};
use super::rules::{CONFIDENCES, find_in};
use super::{expected, words};
use crate::detect::own::{Pattern, PatternError};
use crate::inspect::Detectors;
use crate::inspect::together::{FARTHEST, Together};
use crate::policy::Find;
use crate::vocab::{Confidence, Keep, Own};
use std::ops::Range;
use std::sync::Arc;

/// The longest name, in bytes: it is a label in metrics and stands in sealed references.
const LONGEST_NAME: usize = 60;
/// The most characters that a mask may keep.
const MOST_KEPT: u8 = 100;

/// The detectors, and the kinds that they add.
#[derive(Default)]
pub(super) struct Read {
    pub(super) detectors: Option<Arc<Detectors>>,
    pub(super) own: Vec<Own>,
}

pub(super) fn detectors(root: &Table<'_>) -> Read {
    let Some(all) = root.table("detector", "[detector]") else { return Read::default() };
    let (mut found, mut own, mut together) = (Detectors::default(), Vec::new(), Vec::new());
    for (name, span, value) in all.entries() {
        let Some(table) = value.table(format!("[detector.{}]", words::named(name))) else { continue };
        if !is_name(name) {
            table.book.wrong(&span, words::detector_name(name));
        }
        // A detector that is misspelt still has its name: rules that name it are no further mistake.
        match (table.has("pattern"), table.has("together")) {
            (true, false) => found.patterns.extend(pattern(name, &span, table, &mut own)),
            (false, true) => {
                let kind = named(&table, name, &span, Keep::Nothing, true, &mut own);
                together.push((kind, table));
            }
            (false, false) if misspelt(&table) => {}
            _ => table.book.wrong(&span, words::pattern_or_together(name)),
        }
    }
    for (kind, table) in together {
        let kinds = table.get("together").map(|value| parts(&value, &own)).unwrap_or_default();
        let within = table.need("within", expected::NUMBER).and_then(|value| value.number(1..=FARTHEST as u64));
        table.finish(&[]);
        if let (Some(own), Some(within)) = (kind, within.and_then(|within| usize::try_from(within).ok())) {
            found.together.push(Together { own, kinds, within });
        }
    }
    let any = !found.patterns.is_empty() || !found.together.is_empty();
    Read { detectors: any.then(|| Arc::new(found)), own }
}

/// Tells a key that should be one of the two that say what is found; `false` if there is none.
fn misspelt(table: &Table<'_>) -> bool {
    let keys = table.entries();
    let mut told = false;
    for (key, span, _) in &keys {
        if let Some(near) = nearest(key, ["pattern", "together"]) {
            table.book.wrong(span, words::unknown_key(key, &table.section, Some(near), &[]));
            told = true;
        }
    }
    told
}

/// The kind of that name; `None` once it has been told that there are too many.
fn named(
    table: &Table<'_>,
    name: &str,
    span: &Range<usize>,
    keep: Keep,
    together: bool,
    own: &mut Vec<Own>,
) -> Option<Own> {
    let kind = if is_name(name) { Own::of(name, keep, together) } else { return None };
    if kind.is_none() {
        table.book.wrong(span, words::too_many_detectors(Own::MOST));
    }
    own.extend(kind);
    kind
}

/// A name that is a word of its own in rules, records and metrics, in lower case; Korean is possible.
fn is_name(name: &str) -> bool {
    let fits = |character: char| {
        character == '-' || character.is_ascii_digit() || character.is_alphabetic() && !character.is_uppercase()
    };
    (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fits) && !name.starts_with("uninspectable")
}

fn pattern(name: &str, span: &Range<usize>, table: Table<'_>, own: &mut Vec<Own>) -> Option<Pattern> {
    let written = table.get("pattern");
    let context = table.list("context", expected::WORDS);
    let context: Vec<String> =
        context.iter().filter_map(|value| value.text(expected::WORDS)).map(str::to_owned).collect();
    let keep = table.get("mask").and_then(|value| keep(&value)).unwrap_or(Keep::Nothing);
    let default = if context.is_empty() { Confidence::Probable } else { Confidence::Possible };
    let confidence = table.choice("confidence", CONFIDENCES).unwrap_or(default);
    let kind = named(&table, name, span, keep, false, own);
    table.finish(&[]);
    let written = written?;
    let text = written.text(expected::PATTERN)?;
    match Pattern::new(kind?, text, &context, confidence) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            written.wrong(wrong_pattern(text, &error));
            None
        }
    }
}

fn wrong_pattern(text: &str, error: &PatternError) -> words::Words {
    match error {
        PatternError::Syntax { message, at } => {
            let before = text.get(..*at).unwrap_or_default();
            words::no_pattern(message, before.chars().count() + 1)
        }
        PatternError::Unbounded => words::pattern_without_end(),
        PatternError::TooLong(bytes) => words::long_pattern(*bytes, crate::detect::own::LONGEST),
        PatternError::Empty => words::pattern_of_nothing(),
        PatternError::Anchored => words::anchored_pattern(),
        PatternError::TooLarge => words::large_pattern(),
    }
}

fn keep(value: &Value<'_>) -> Option<Keep> {
    let text = value.text(expected::MASK)?;
    let count = |text: &str| text.parse().ok().filter(|count| (1..=MOST_KEPT).contains(count));
    let keep = match text.split_once(':') {
        None if text == "all" => Some(Keep::Nothing),
        Some(("keep-first", kept)) => count(kept).map(Keep::First),
        Some(("keep-last", kept)) => count(kept).map(Keep::Last),
        _ => None,
    };
    if keep.is_none() {
        let word = text.split(':').next().unwrap_or_default();
        let near = nearest(word, ["all", "keep-first", "keep-last"]).filter(|near| *near != word);
        value.wrong_value(expected::MASK, near);
    }
    keep
}

/// The kinds of which one each belongs together: at least two.
fn parts(value: &Value<'_>, own: &[Own]) -> Vec<Find> {
    let values = value.filled(expected::TOGETHER);
    if values.len() == 1 {
        value.wrong(words::one_together());
    }
    values.iter().filter_map(|value| find_in(value, own)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for name in ["student-number", "학번", "a1"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "Student", "a b", "@contact", "*", "a:b", "a\"b", "uninspectable", &"가".repeat(21)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
