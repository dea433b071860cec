//! One kind a file. Each number rule offers its shape, which needs no context, and its judgement, which does.

pub(super) mod card;
pub(super) mod email;
pub(super) mod foreigner;
pub(super) mod mobile;
mod registration;
pub(super) mod resident;

use super::Context;
use super::run::{Opening, Run};
use crate::vocab::{Confidence, Day, Kind};

/// How one kind of number is recognised.
pub(super) struct Rule {
    /// The kind.
    pub(super) kind: Kind,
    /// Whether one can begin with a group of so many digits before one of so many (0 if there is none). Asked once for all
    /// lengths, when the table of [`openings`](super::openings) is made; true wherever `opens` may be.
    pub(super) groups: fn(usize, usize) -> bool,
    /// Whether one can begin with these three digits, asked and true likewise.
    pub(super) leads: fn([u8; 3]) -> bool,
    /// Whether one can begin there: asked where the table does not say no, and true wherever `shape` may be.
    pub(super) opens: fn(&Opening<'_>) -> bool,
    /// Whether the run can be one at all, by its digits and groups: cheap, and true for whatever `judge` may accept.
    pub(super) shape: fn(&Run<'_>, Day) -> bool,
    /// How sure it is one, given a run of the right shape; `None` if it is none.
    pub(super) judge: fn(&Run<'_>, &Context<'_>) -> Option<Confidence>,
}

/// One tier less; `None` below the lowest.
fn lower(confidence: Confidence) -> Option<Confidence> {
    match confidence {
        Confidence::Certain => Some(Confidence::Probable),
        Confidence::Probable => Some(Confidence::Possible),
        Confidence::Possible => None,
    }
}
