//! Facts to a verdict with its reason. Rules are read from the top; the first that applies to a finding decides it, and
//! the strictest decision of all findings decides the exchange: block > hold > ask-reason > warn > mask > log > pass.

mod conditions;
mod find;
mod index;
mod let_be;
mod plan;
mod planner;
mod roles;
mod rule;
mod scope;
mod seen;
mod spelled;
mod subject;
mod tally;

#[cfg(test)]
mod tests;

pub use conditions::{Conditions, FieldIs, Files, MOST_FILE_RULES};
pub use find::{Find, subjects};
pub use let_be::{Exception, LetBe};
pub use plan::{Consent, Decision, Plan};
pub use planner::Planner;
pub use roles::{MOST_ROLES, Roles};
pub use rule::{Policy, Rule};
pub use scope::{Asker, Paths, Scope, glob};
pub(crate) use tally::Decided;
pub use tally::{Counts, First, Reported, Tally, Verdict};

/// What a rule does with a finding. The order is that of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Let it through; do not even record it.
    Pass,
    /// Let it through and record it.
    Log,
    /// Replace what must not be seen.
    Mask,
    /// Ask the writer first: post it with that hidden, as it is, or edit it. Of uploads only.
    Warn,
    /// Ask the reader for a reason first. Of downloads only.
    AskReason,
    /// Keep it until somebody approves. Of uploads only.
    Hold,
    /// Refuse the whole exchange.
    Block,
}

impl Action {
    /// Every action, mildest first.
    pub const ALL: &'static [Action] =
        &[Action::Pass, Action::Log, Action::Mask, Action::Warn, Action::AskReason, Action::Hold, Action::Block];

    /// The word used in policies, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Pass => "pass",
            Action::Log => "log",
            Action::Mask => "mask",
            Action::Warn => "warn",
            Action::AskReason => "ask-reason",
            Action::Hold => "hold",
            Action::Block => "block",
        }
    }
}

/// Whether decisions are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Decide and record, but let everything through.
    Observe,
    /// Do what is decided.
    Enforce,
}

impl Mode {
    /// Both modes.
    pub const ALL: &'static [Mode] = &[Mode::Observe, Mode::Enforce];

    /// The word used in policies and records.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Observe => "observe",
            Mode::Enforce => "enforce",
        }
    }
}
