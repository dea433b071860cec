//! Facts to a verdict with its reason. Rules are read from the top; the first that applies to a finding decides it, and
//! the strictest decision of all findings decides the exchange: block > mask > log > pass.

mod plan;
mod planner;
mod rule;
mod spelled;
mod tally;

#[cfg(test)]
mod tests;

pub use plan::{Decision, Plan};
pub use planner::Planner;
pub use rule::{Find, Paths, Policy, Rule, Scope};
pub use tally::{Counts, Reported, Tally, Verdict};

/// What a rule does with a finding. The order is that of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Let it through; do not even record it.
    Pass,
    /// Let it through and record it.
    Log,
    /// Replace what must not be seen.
    Mask,
    /// Refuse the whole exchange.
    Block,
}

impl Action {
    /// Every action, mildest first.
    pub const ALL: &'static [Action] = &[Action::Pass, Action::Log, Action::Mask, Action::Block];

    /// The word used in policies, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Pass => "pass",
            Action::Log => "log",
            Action::Mask => "mask",
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
