//! Findings of several readings of the same bytes, each given once.

use super::scan;
use crate::vocab::{Finding, Reason, What};

/// No reference reaches so far, escaped and with its mark.
const REACH: u64 = 16 << 10;

/// Findings that may still change. Which of them stay is decided by the readings and not by when they came: a reading
/// that begins later, or is slower, must not change it.
#[derive(Default)]
pub(super) struct Merged {
    /// Not decided yet, each with its reading, sorted by place and reading.
    waiting: Vec<(u8, Finding)>,
    /// Those that stay, as far as they are decided, in order.
    ready: Vec<Finding>,
}

impl Merged {
    /// Takes in a finding of such a reading.
    pub fn add(&mut self, reading: u8, finding: Finding) {
        let at = self.waiting.partition_point(|(of, other)| (other.span, *of) <= (finding.span, reading));
        self.waiting.insert(at, (reading, finding));
    }

    /// Gives what ends before `settled`, where every reading is settled, or everything if nothing follows; up to where
    /// that leaves everything settled. Of those that overlap the stronger stays, and of equals that of the first reading.
    pub fn give(&mut self, settled: u64, last: bool, found: &mut Vec<Finding>) -> u64 {
        // What is of no length and stands where another reading is settled may be found by that one as well.
        let certain = |finding: &Finding| last || finding.reach() <= settled && finding.span.start < settled;
        // All that may overlap the first of them has come.
        let count = self.waiting.iter().take_while(|(_, finding)| certain(finding)).count();
        for number in 0..count {
            let Some((_, finding)) = self.waiting.get(number) else { break };
            if !self.is_taken(number, finding) {
                let finding = finding.clone();
                self.decide(finding);
            }
        }
        self.waiting.drain(..count);
        let open = self.waiting.first().map_or(settled, |(_, finding)| settled.min(finding.span.start));
        let certain = self.ready.iter().take_while(|finding| last || finding.reach() <= open).count();
        found.extend(self.ready.drain(..certain));
        self.ready.first().map_or(open, |finding| open.min(finding.span.start))
    }

    /// Whether what is no value overlaps this one of the waiting: that prevails, and what it hides hides nothing else.
    fn is_taken(&self, number: usize, finding: &Finding) -> bool {
        let is_value = |what: What| matches!(what, What::Kind(_));
        let takes = |other: &&(u8, Finding)| !is_value(other.1.what) && overlap(&other.1, finding);
        let (before, after) = self.waiting.split_at_checked(number).unwrap_or_default();
        let near = |other: &&(u8, Finding)| other.1.span.start + REACH > finding.span.start;
        let mut others = before.iter().rev().take_while(near);
        let mut more = after.iter().take_while(|(_, other)| other.span.start < finding.span.end);
        is_value(finding.what) && (others.any(|other| takes(&other)) || more.any(|other| takes(&other)))
    }

    fn decide(&mut self, finding: Finding) {
        // They are in order, and none of them begins later.
        let first = self.ready.iter().rposition(|other| other.span.end < finding.span.start).map_or(0, |at| at + 1);
        let near = self.ready.get(first..).unwrap_or_default();
        if near.iter().any(|other| overlap(other, &finding) && !scan::outranks(&finding, other)) {
            return;
        }
        let mut kept = self.ready.split_off(first);
        kept.retain(|other| !overlap(other, &finding));
        self.ready.append(&mut kept);
        self.ready.push(finding);
    }

    /// Whether the text says that it is in a charset that is not read: then that is all that is said of it.
    pub fn unreadable(&mut self, found: &mut Vec<Finding>) -> bool {
        let unreadable = |finding: &Finding| finding.what == What::Uninspectable(Reason::Charset);
        let Some(at) = self.waiting.iter().position(|(_, finding)| unreadable(finding)) else { return false };
        found.push(self.waiting.swap_remove(at).1);
        self.waiting.clear();
        true
    }
}

fn overlap(a: &Finding, b: &Finding) -> bool {
    b.span.start < a.span.end && a.span.start < b.span.end || a.span == b.span
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Confidence, Kind, Part, Place, Span};

    fn finding(what: What, start: u64, end: u64) -> Finding {
        let finding = Finding::uninspectable(Reason::Reference, Span { start, end }, Place::whole(Part::Body));
        Finding { what, confidence: Confidence::Certain, ..finding }
    }

    #[test]
    fn when_they_come_changes_nothing() {
        let number = finding(What::Kind(Kind::MobileNumber), 0, 10);
        // Longer than the number, and itself taken by the reference: then the number stays.
        let address = finding(What::Kind(Kind::EmailAddress), 5, 30);
        let reference = finding(What::Returned(Kind::EmailAddress), 20, 40);
        let broken = finding(What::Uninspectable(Reason::Reference), 50, 50);
        let all = [(0, &number), (1, &address), (2, &reference), (1, &broken), (2, &broken)];
        for turn in 0..all.len() {
            let (mut merged, mut found) = (Merged::default(), Vec::new());
            for (reading, finding) in all[turn..].iter().chain(&all[..turn]) {
                merged.add(*reading, (*finding).clone());
                assert_eq!(merged.give(0, false, &mut found), 0);
            }
            assert_eq!(merged.give(30, false, &mut found), 20);
            assert_eq!(merged.give(50, false, &mut found), 50);
            assert_eq!(found.len(), 2, "what stands at the end may yet be found again");
            merged.give(50, true, &mut found);
            let spans: Vec<_> = found.iter().map(|finding| (finding.span.start, finding.span.end)).collect();
            assert_eq!(spans, [(0, 10), (20, 40), (50, 50)]);
        }
    }
}
