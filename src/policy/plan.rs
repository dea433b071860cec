//! What a policy can do to one direction of one exchange, worked out before its first byte is read.

use super::{Action, Find, Mode};
use crate::vocab::{Confidence, Direction, Kind, Reason, What};
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
    /// The default for kinds that `*` does not mean: a record at most; and for those that are to be named, and names of people,
    /// which stand on every page and count beside something else, nothing.
    aside: Decision,
    unasked: Decision,
    /// The default for what is binary: nothing of it can be masked.
    binary: Decision,
    refusal: Decision,
    direction: Direction,
}

/// A finding judged.
pub(super) struct Judged<'a> {
    /// What the first rule that applies says.
    pub decision: &'a Decision,
    /// What is carried out.
    pub effective: Action,
}

impl Plan {
    pub(super) fn new(rules: Vec<PlannedRule>, default: Action, mode: Mode, direction: Direction) -> Plan {
        let decision = |action| Decision { action, mode, rule: None };
        let binary = if default == Action::Mask { Action::Log } else { default };
        Plan {
            rules,
            default: decision(default),
            aside: decision(default.min(Action::Log)),
            unasked: decision(Action::Pass),
            binary: decision(binary),
            refusal: decision(Action::Block),
            direction,
        }
    }

    /// The decision about a finding: of the first rule that applies. A rule that only observes does not end the search
    /// for what is carried out: trying a rule out must not weaken those below it. `different` tells how many different
    /// values of a set have been seen with at least a confidence.
    pub(super) fn judge(
        &self,
        what: What,
        confidence: Confidence,
        different: impl Fn(Find, Confidence) -> u32,
    ) -> Judged<'_> {
        let mut applying = self.rules.iter().filter(|rule| {
            rule.find.contains(what)
                && confidence >= rule.confidence
                && (rule.at_least <= 1 || different(rule.find, rule.confidence) >= rule.at_least)
        });
        let Some(first) = applying.next().map(|rule| &rule.decision) else {
            let decision = self.unnamed(what);
            return Judged { decision, effective: decision.effective() };
        };
        let enforced = std::iter::once(first).chain(applying.map(|rule| &rule.decision));
        let enforced = enforced.into_iter().find(|decision| decision.mode == Mode::Enforce);
        let carried_out = enforced.unwrap_or_else(|| self.unnamed(what)).effective();
        Judged { decision: first, effective: carried_out.max(first.action.min(Action::Log)) }
    }

    fn unnamed(&self, what: What) -> &Decision {
        match what {
            What::Uninspectable(reason) if self.passes(reason) => &self.binary,
            What::Uninspectable(_) => &self.refusal,
            What::Kind(kind) if kind.is_optional() || kind == Kind::PersonName => &self.unasked,
            What::Kind(kind) if !kind.is_by_star() => &self.aside,
            What::Kind(_) | What::Returned(_) => &self.default,
        }
    }

    /// Whether something that no rule names takes the default though it could not be inspected: pictures, which every site
    /// shows and takes; and of what a site sends, files that nobody can read without more than garim has. What a
    /// limit or a failure kept from being read is refused either way.
    pub(super) fn passes(&self, reason: Reason) -> bool {
        match reason {
            Reason::Binary | Reason::Image => true,
            Reason::Encrypted
            | Reason::Drm
            | Reason::ImageOnlyPdf
            | Reason::UndecodableGlyphs
            | Reason::UnknownFormat
            | Reason::Unsupported
            | Reason::Fragment => self.direction == Direction::Download,
            _ => false,
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

    /// What is done about one kind of uninspectable thing.
    pub fn about(&self, reason: Reason) -> Action {
        self.judge(What::Uninspectable(reason), Confidence::Certain, |_, _| 0).effective
    }
}
