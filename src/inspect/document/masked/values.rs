//! What is to be masked, as it was read: each value in the line in which it stands, with the letters that are covered.

use crate::extract::Cover;
use crate::vocab::{Finding, Kind, Patch, What};
use std::ops::Range;

/// The text of a run, and where in it each text begins that a reader gave.
#[derive(Default)]
pub(in crate::inspect::document) struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    /// More text.
    pub(in crate::inspect::document) fn take(&mut self, text: &str) {
        self.starts.push(self.text.len());
        self.text.push_str(text);
    }

    /// The line around a place: of the text that a reader gave in one piece, what stands between two ends of lines.
    fn line(&self, at: usize) -> Option<Range<usize>> {
        let next = self.starts.partition_point(|start| *start <= at);
        let start = *self.starts.get(next.checked_sub(1)?)?;
        let end = self.starts.get(next).copied().unwrap_or(self.text.len());
        let before =
            self.text.get(start..at)?.rfind('\n').map_or(start, |end| start.saturating_add(end).saturating_add(1));
        let behind = self.text.get(at..end)?.find('\n').map_or(end, |end| at.saturating_add(end));
        Some(before..behind)
    }
}

/// One value, or what of it stands in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) line: String,
    /// Where it stands in the line.
    pub(super) at: Range<usize>,
    /// What is covered, by place in the line.
    pub(super) covers: Vec<Cover>,
    /// It can be nothing else, wherever it stands.
    pub(super) is_unmistakable: bool,
}

/// The values that somebody wants to be masked.
pub(in crate::inspect::document) struct Values<'v> {
    wanted: &'v dyn Fn(&Finding) -> bool,
    pub(super) all: Vec<Value>,
}

/// Digits, of which fewer may be a number of anything.
const UNMISTAKABLE: usize = 8;

impl<'v> Values<'v> {
    /// None yet.
    pub(super) fn new(wanted: &'v dyn Fn(&Finding) -> bool) -> Values<'v> {
        Values { wanted, all: Vec::new() }
    }

    /// Takes a finding, if it is wanted, with what would replace it in the text that it was found in.
    pub(in crate::inspect::document) fn take(&mut self, finding: &Finding, patches: &[Patch], lines: Option<&Lines>) {
        let (What::Kind(kind), Some(lines)) = (finding.what, lines) else { return };
        if (self.wanted)(finding) {
            patches.iter().for_each(|patch| self.patch(kind, patch, lines));
        }
    }

    fn patch(&mut self, kind: Kind, patch: &Patch, lines: &Lines) {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let (start, end) = (place(patch.span.start), place(patch.span.end));
        let Some(written) = lines.text.get(start..end) else { return };
        let mut open: Option<(Range<usize>, Value)> = None;
        for (at, letter) in written.char_indices() {
            let here = start.saturating_add(at);
            if open.as_ref().is_none_or(|(line, _)| !line.contains(&here)) {
                self.put(kind, open.take().map(|(_, value)| value));
                let Some(line) = lines.line(here).filter(|line| line.contains(&here)) else { continue };
                let text = lines.text.get(line.clone()).unwrap_or_default().to_owned();
                let first = here.saturating_sub(line.start);
                let value = Value { line: text, at: first..first, covers: Vec::new(), is_unmistakable: false };
                open = Some((line, value));
            }
            let Some((line, value)) = &mut open else { continue };
            let at_line = here.saturating_sub(line.start);
            value.at.end = at_line.saturating_add(letter.len_utf8());
            let by = masked(patch, written, at, letter);
            if by != letter {
                value.covers.push(Cover { at: at_line, by });
            }
        }
        self.put(kind, open.map(|(_, value)| value));
    }

    fn put(&mut self, kind: Kind, value: Option<Value>) {
        let Some(mut value) = value.filter(|value| !value.covers.is_empty()) else { return };
        let text = value.line.get(value.at.clone()).unwrap_or_default();
        let digits = text.chars().filter(|letter| letter.is_numeric()).count();
        let dated = matches!(kind, Kind::DateOfBirth | Kind::IpAddress | Kind::PostalAddress);
        value.is_unmistakable = (digits >= UNMISTAKABLE && !dated) || text.contains('@');
        self.all.push(value);
    }
}

/// What stands for a letter of a value that is written so, when it is masked.
fn masked(patch: &Patch, written: &str, at: usize, letter: char) -> char {
    if patch.bytes.len() != written.len() {
        return if letter.is_alphanumeric() { '*' } else { letter };
    }
    let mask = patch.bytes.get(at..at.saturating_add(letter.len_utf8()));
    mask.and_then(|mask| std::str::from_utf8(mask).ok()).and_then(|mask| mask.chars().next()).unwrap_or('*')
}
