//! The table of scores, in Markdown.

use super::generator::Page;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How one kind came out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    /// Values that have to be found, and how many of them were.
    pub wanted: u64,
    pub found: u64,
    /// Findings that are right, and that are not.
    pub right: u64,
    pub wrong: u64,
}

pub type Scores = BTreeMap<String, Score>;

pub fn head(presidio: &str, seed: u64, each: u64, pages: &[Page]) -> String {
    let bytes: usize = pages.iter().map(|page| page.text.len()).sum();
    let other = if presidio.is_empty() { "not installed".to_owned() } else { format!("presidio-analyzer {presidio}") };
    format!(
        "# Scores\nMade by `benches/scores/run`; every value is synthetic. Seed {seed}, {each} pages of each sort, {} pages, {} KB.\n\
         garim: findings at `probable` and above. Guideline: its eight POSIX patterns. Presidio: {other}, its Korean recognizers and those for\n\
         cards, e-mail and telephones. A finding is right if a truth of its kind overlaps it by more than half of both; what need not be found\n\
         (an officer's name in a press release) counts neither way. P is precision, R recall, in per cent.\n\n",
        pages.len(),
        bytes >> 10
    )
}

/// A row for each kind that is in the pages or was found.
pub fn rows(columns: &[(&str, Scores)]) -> String {
    let mut text = String::from("| kind | values |");
    columns.iter().for_each(|(name, _)| {
        let _ = write!(text, " {name} P | {name} R |");
    });
    text.push_str("\n| --- | ---: |");
    columns.iter().for_each(|_| text.push_str(" ---: | ---: |"));
    text.push('\n');
    let kinds: BTreeSet<&String> = columns.iter().flat_map(|(_, scores)| scores.keys()).collect();
    for kind in kinds {
        let of = |scores: &Scores| scores.get(kind).copied().unwrap_or_default();
        let wanted = columns.first().map_or(0, |(_, scores)| of(scores).wanted);
        let _ = write!(text, "| {kind} | {wanted} |");
        for (_, scores) in columns {
            let Score { wanted, found, right, wrong } = of(scores);
            let _ = write!(text, " {} | {} |", percent(right, right + wrong), percent(found, wanted));
        }
        text.push('\n');
    }
    text
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1}", part as f64 * 100.0 / whole as f64) }
}
