//! A run: text that a reader has made out of a file, with the steps to where it stands.

use super::{BITE, Inspector, of_names, placed, way};
use crate::inspect::Lens;
use crate::vocab::{Finding, Step};
use std::collections::VecDeque;
use std::sync::Arc;

/// A run that is being read.
pub(super) struct Run {
    lens: Arc<Lens>,
    path: Vec<Step>,
    inspector: Inspector,
    /// What has yet to be searched: cells are short.
    held: String,
    /// Bytes of the run so far, with what is held.
    length: u64,
    /// Where text of a step begins, in order, from the last one on that a finding may still stand in.
    steps: VecDeque<(u64, Step)>,
}

impl Run {
    pub(super) fn new(path: &[Step], table: bool, lens: &Arc<Lens>) -> Run {
        let inspector = Inspector::of_made(of_names(path), table, lens);
        let (path, steps) = (path.to_vec(), VecDeque::new());
        Run { lens: Arc::clone(lens), path, inspector, held: String::new(), length: 0, steps }
    }

    /// Takes more text, which stands at this step, or at the last one that was said.
    pub(super) fn take(&mut self, at: Option<&Step>, text: &str, found: &mut dyn FnMut(Finding)) {
        if let Some(at) = at
            && self.steps.back().is_none_or(|(_, last)| last != at)
        {
            self.steps.pop_back_if(|(start, _)| *start == self.length);
            self.steps.push_back((self.length, at.clone()));
        }
        self.length = self.length.saturating_add(text.len() as u64);
        self.held.push_str(text);
        if self.held.len() >= BITE {
            self.search(found);
        }
    }

    /// Nothing follows.
    pub(super) fn finish(mut self, found: &mut dyn FnMut(Finding)) {
        self.search(found);
        let mut last = Vec::new();
        self.inspector.find_last(&mut last);
        self.give(last, found);
    }

    fn search(&mut self, found: &mut dyn FnMut(Finding)) {
        let held = std::mem::take(&mut self.held);
        for bite in held.as_bytes().chunks(BITE) {
            let mut fresh = Vec::new();
            let settled = self.inspector.find(bite, &mut fresh);
            self.give(fresh, found);
            while self.steps.get(1).is_some_and(|(start, _)| *start <= settled) {
                self.steps.pop_front();
            }
        }
        self.held = held;
        self.held.clear();
    }

    fn give(&self, fresh: Vec<Finding>, found: &mut dyn FnMut(Finding)) {
        for finding in fresh {
            let before = self.steps.partition_point(|(start, _)| *start <= finding.span.start);
            let at = before.checked_sub(1).and_then(|last| self.steps.get(last)).map(|(_, step)| step);
            found(placed(finding, way(&self.path, at, &self.lens), 0));
        }
    }
}
