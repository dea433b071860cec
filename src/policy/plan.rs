//! What a policy can do to one direction of one exchange, worked out before its first byte is read.

use super::{Action, Find, Mode};
use crate::vocab::{Confidence, Kind, Reason, What};
use std::sync::Arc;

/// What is to be done with a finding, and which rule says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the rule says.
    pub action: Action,
    /// Whether it is carried out.
    pub mode: Mode,
    /// The rule's name; `None` for the default.
    pub rule: Option<Arc<str>>,
}

impl Decision {
    /// What really happens: in observe mode nothing stricter than a record.
    pub fn effective(&self) -> Action {
        match self.mode {
            Mode::Enforce => self.action,
            Mode::Observe => self.action.min(Action::Log),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct PlannedRule {
    pub find: Find,
    pub at_least: u32,
    pub confidence: Confidence,
    pub decision: Decision,
}

/// The rules that can apply, in order, and what follows from them for the path of the body.
#[derive(Debug, Clone)]
pub struct Plan {
    rules: Vec<PlannedRule>,
    default: Decision,
    refusal: Decision,
}

impl Plan {
    pub(super) fn new(rules: Vec<PlannedRule>, default: Action, mode: Mode) -> Plan {
        let decision = |action| Decision { action, mode, rule: None };
        Plan { rules, default: decision(default), refusal: decision(Action::Block) }
    }

    /// The decision about a finding. `different` tells how many different values of a set have been seen with at
    /// least a confidence.
    pub(super) fn decide(
        &self,
        what: What,
        confidence: Confidence,
        different: impl Fn(Find, Confidence) -> u32,
    ) -> &Decision {
        self.rules
            .iter()
            .find(|rule| {
                rule.find.contains(what)
                    && confidence >= rule.confidence
                    && (rule.at_least <= 1 || different(rule.find, rule.confidence) >= rule.at_least)
            })
            .map_or_else(|| self.unnamed(what), |rule| &rule.decision)
    }

    fn unnamed(&self, what: What) -> &Decision {
        match what {
            What::Uninspectable(reason) if reason != Reason::Binary => &self.refusal,
            _ => &self.default,
        }
    }

    fn decisions_about_kinds(&self) -> impl Iterator<Item = (&Decision, u32)> {
        let ruled = self.rules.iter().filter(|rule| rule.find.has_kinds()).map(|rule| (&rule.decision, rule.at_least));
        ruled.chain(std::iter::once((&self.default, 1)))
    }

    /// Whether a finding of personal data could still refuse or change what has already gone out, so that the whole
    /// body is kept back until its verdict: a block, or a mask from a count above one.
    pub fn keeps_back(&self) -> bool {
        self.decisions_about_kinds().any(|(decision, at_least)| match decision.effective() {
            Action::Block => true,
            Action::Mask => at_least > 1,
            _ => false,
        })
    }

    /// Whether a body can be changed.
    pub fn may_mask(&self) -> bool {
        self.decisions_about_kinds().any(|(decision, _)| decision.effective() == Action::Mask)
    }

    /// Whether nothing that is found is even recorded, so that a body need not be read.
    pub fn ignores_kinds(&self) -> bool {
        self.decisions_about_kinds().all(|(decision, _)| decision.action == Action::Pass)
    }

    /// Up to how many different values have to be told apart for this plan; 0 or 1 means counting is not needed.
    pub(super) fn highest_count(&self) -> u32 {
        self.rules.iter().map(|rule| rule.at_least).max().unwrap_or(0)
    }

    /// The decision about one kind of uninspectable thing, before anything has been read (for an upgrade).
    pub fn about(&self, reason: Reason) -> &Decision {
        self.decide(What::Uninspectable(reason), Confidence::Certain, |_, _| 0)
    }

    /// Kinds that at least one rule or the default does something with.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|kind| {
            self.default.action != Action::Pass
                || self
                    .rules
                    .iter()
                    .any(|rule| rule.find.contains(What::Kind(*kind)) && rule.decision.action != Action::Pass)
        })
    }
}
