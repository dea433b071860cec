//! Which rules of a plan can decide about what: a finding asks only those, however many others there are.

use super::subject::{SUBJECTS, TIERS, subject};
use super::{Find, subjects};
use crate::vocab::{Confidence, What};

/// What the index is told of a rule.
pub(super) struct Entry {
    /// What it is about.
    pub find: Find,
    /// The least confidence it acts on.
    pub confidence: Confidence,
    /// Whether it decides whatever else is known, so that none below it is asked.
    pub is_last: bool,
}

/// For each thing and each confidence the numbers of the rules that are about it, in order, up to the first that decides in
/// any case.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Where the numbers of each begin, and after the last of them where they end.
    starts: Box<[usize]>,
    numbers: Box<[usize]>,
}

impl Index {
    /// Of rules, in order.
    pub(super) fn new(rules: &[Entry]) -> Index {
        let mut about: Vec<Vec<usize>> = vec![Vec::new(); SUBJECTS * TIERS];
        for what in subjects() {
            let found: Vec<(usize, &Entry)> =
                rules.iter().enumerate().filter(|(_, entry)| entry.find.contains(what)).collect();
            for confidence in Confidence::ALL.iter().filter(|_| !found.is_empty()) {
                let Some(numbers) = about.get_mut(place(what, *confidence)) else { continue };
                for (number, entry) in found.iter().filter(|(_, entry)| *confidence >= entry.confidence) {
                    numbers.push(*number);
                    if entry.is_last {
                        break;
                    }
                }
            }
        }
        let mut numbers = Vec::new();
        let mut starts: Vec<usize> = Vec::with_capacity(about.len().saturating_add(1));
        for some in about {
            starts.push(numbers.len());
            numbers.extend(some);
        }
        starts.push(numbers.len());
        Index { starts: starts.into(), numbers: numbers.into() }
    }

    /// The numbers of the rules that are about something.
    pub(super) fn about(&self, what: What, confidence: Confidence) -> &[usize] {
        let at = place(what, confidence);
        let range = self.starts.get(at).zip(self.starts.get(at.saturating_add(1)));
        range.and_then(|(start, end)| self.numbers.get(*start..*end)).unwrap_or_default()
    }
}

fn place(what: What, confidence: Confidence) -> usize {
    subject(what) * TIERS + confidence as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Kind, Reason};

    #[test]
    fn only_rules_that_can_decide_are_asked() {
        let mobile = What::Kind(Kind::MobileNumber);
        let entry = |find, confidence, is_last| Entry { find, confidence, is_last };
        let index = Index::new(&[
            entry(Find::NONE.with(mobile), Confidence::Certain, false),
            entry(Find::every_reason(), Confidence::Possible, true),
            entry(Find::every_kind(), Confidence::Probable, true),
            entry(Find::every_kind(), Confidence::Possible, true),
        ]);
        assert_eq!(index.about(mobile, Confidence::Certain), [0, 2]);
        assert_eq!(index.about(mobile, Confidence::Probable), [2]);
        assert_eq!(index.about(mobile, Confidence::Possible), [3]);
        assert_eq!(index.about(What::Uninspectable(Reason::Damaged), Confidence::Certain), [1]);
        assert_eq!(index.about(What::Returned(Kind::MobileNumber), Confidence::Certain), [0_usize; 0]);
        assert_eq!(Index::default().about(mobile, Confidence::Certain), [0_usize; 0]);
    }
}
