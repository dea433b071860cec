//! A run: text that a reader has made out of a file, with the steps to where it stands.

use super::masked::values::Lines;
use super::{BITE, Inspector, Told, of_names};
use crate::inspect::Lens;
use crate::vocab::{Finding, Step};
use std::collections::VecDeque;
use std::sync::Arc;

/// A run that is being read.
pub(super) struct Run {
    path: Vec<Step>,
    inspector: Inspector,
    /// What has yet to be searched: cells are short.
    held: String,
    /// Bytes of the run so far, with what is held.
    length: u64,
    /// Where text begins that has a step of its own, in order, from the last one on that a finding may still stand in;
    /// `None` where text follows whose step is not said.
    steps: VecDeque<(u64, Option<Step>)>,
    /// All of its text, if somebody asks where in it something stands.
    lines: Option<Lines>,
}

impl Run {
    pub(super) fn new(path: &[Step], table: bool, keeps: bool, lens: &Arc<Lens>) -> Run {
        let inspector = Inspector::of_made(of_names(path), table, lens);
        let (path, steps) = (path.to_vec(), VecDeque::new());
        Run { path, inspector, held: String::new(), length: 0, steps, lines: keeps.then(Lines::default) }
    }

    /// Takes more text, which stands at this step. What only parts words or cells has none of its own.
    pub(super) fn take(&mut self, at: Option<&Step>, text: &str, told: &mut Told<'_, '_>) {
        let parts = |char: char| char.is_whitespace() || matches!(char, ',' | '"');
        let is_said = at.is_some() || !text.chars().all(parts);
        if is_said && self.steps.back().map_or(at.is_some(), |(_, last)| last.as_ref() != at) {
            self.steps.pop_back_if(|(start, _)| *start == self.length);
            self.steps.push_back((self.length, at.cloned()));
        }
        self.length = self.length.saturating_add(text.len() as u64);
        if let Some(lines) = &mut self.lines {
            lines.take(text);
        }
        self.held.push_str(text);
        if self.held.len() >= BITE {
            self.search(told);
        }
    }

    /// Nothing follows.
    pub(super) fn finish(mut self, told: &mut Told<'_, '_>) {
        self.search(told);
        let mut last = Vec::new();
        self.inspector.find_last(&mut last);
        self.give(last, told);
    }

    fn search(&mut self, told: &mut Told<'_, '_>) {
        let mut held = std::mem::take(&mut self.held);
        for bite in held.as_bytes().chunks(BITE) {
            let mut fresh = Vec::new();
            let settled = self.inspector.find(bite, &mut fresh);
            self.give(fresh, told);
            while self.steps.get(1).is_some_and(|(start, _)| *start <= settled) {
                self.steps.pop_front();
            }
        }
        held.clear();
        self.held = held;
    }

    fn give(&self, fresh: Vec<Finding>, told: &mut Told<'_, '_>) {
        for finding in fresh {
            let before = self.steps.partition_point(|(start, _)| *start <= finding.span.start);
            let at = before.checked_sub(1).and_then(|last| self.steps.get(last)).and_then(|(_, step)| step.as_ref());
            told.give(finding, &self.path, at, 0, self.lines.as_ref());
        }
    }
}
