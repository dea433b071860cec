//! Findings of several readings of the same bytes, each given once.

use super::scan;
use crate::vocab::{Finding, Reason, What};

/// Findings that may still change, sorted.
#[derive(Default)]
pub(super) struct Merged {
    ready: Vec<Finding>,
}

impl Merged {
    /// Takes a finding in. Of those that overlap the stronger stays, and of equals the first.
    pub fn add(&mut self, finding: Finding) {
        let overlaps = |other: &Finding| {
            other.span.start < finding.span.end && finding.span.start < other.span.end || other.span == finding.span
        };
        if self.ready.iter().any(|other| overlaps(other) && !scan::outranks(&finding, other)) {
            return;
        }
        self.ready.retain(|other| !overlaps(other));
        let at = self.ready.partition_point(|other| other.span < finding.span);
        self.ready.insert(at, finding);
    }

    /// Gives what ends before `settled`, where every reading is settled; up to where that leaves everything settled.
    pub fn give(&mut self, settled: u64, found: &mut Vec<Finding>) -> u64 {
        let certain = self.ready.partition_point(|finding| finding.span.end <= settled);
        found.extend(self.ready.drain(..certain));
        self.ready.first().map_or(settled, |finding| settled.min(finding.span.start))
    }

    /// Whether the text says that it is in a charset that is not read: then that is all that is said of it.
    pub fn unreadable(&mut self, found: &mut Vec<Finding>) -> bool {
        let unreadable = |finding: &Finding| finding.what == What::Uninspectable(Reason::Charset);
        if !self.ready.iter().any(unreadable) {
            return false;
        }
        self.ready.retain(unreadable);
        found.append(&mut self.ready);
        true
    }
}
