//! One kind a file. Each number rule offers its shape, which needs no context, and its judgement, which does.

pub(super) mod bank;
pub(super) mod birth;
pub(super) mod business;
pub(super) mod card;
pub(super) mod corporation;
pub(super) mod driver;
pub(super) mod email;
pub(super) mod enrolment;
pub(super) mod foreigner;
pub(super) mod health;
pub(super) mod hidden;
mod institutions;
pub(super) mod landline;
pub(super) mod mobile;
mod registration;
pub(super) mod resident;

pub(super) use registration::is_rival;

use super::Context;
use super::run::{Opening, Run};
use super::words::{Said, Topics};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

/// How one kind of number is recognised.
pub(super) struct Rule {
    /// The kind.
    pub(super) kind: Kind,
    /// The topics of which a word must be near for the rule to say anything at all; none if the shape alone may be a find.
    pub(super) needs: Topics,
    /// The fewest digits of one.
    pub(super) fewest: usize,
    /// Whether one can begin with a group of so many digits before one of so many (0 if there is none). Asked once for all
    /// lengths, when the table of [`openings`](super::openings) is made; true wherever `opens` may be.
    pub(super) groups: fn(usize, usize) -> bool,
    /// Whether one can begin with these three digits, asked and true likewise.
    pub(super) leads: fn([u8; 3]) -> bool,
    /// Whether one can begin there: asked where the table does not say no and there are `fewest` digits, and true wherever
    /// `shape` may be.
    pub(super) opens: fn(&Opening<'_>) -> bool,
    /// Whether the run can be one at all, by its digits and groups: cheap, and true for whatever `judge` may accept.
    pub(super) shape: fn(&Run<'_>, Day) -> bool,
    /// How sure it is one, given a run of the right shape and what the words say; `None` if it is none.
    pub(super) judge: fn(&Run<'_>, &Context<'_>, &Said) -> Option<Confidence>,
}

impl Rule {
    /// Whether it says anything where words of these topics are near.
    pub(super) fn speaks(&self, near: Topics) -> bool {
        self.needs.is_empty() || self.needs.meets(near)
    }

    /// Whether the run has its shape.
    pub(super) fn fits(&self, run: &Run<'_>, today: Day) -> bool {
        run.values().len() >= self.fewest && (self.shape)(run, today)
    }
}

/// What numbers with groups of fixed lengths are joined by, one and the same between all groups.
const JOINS: &[Separator] = &[Separator::Dash, Separator::Dot, Separator::Space];

/// The digits of a run that are the number of such a kind.
pub(super) fn digits_of(kind: Kind, run: &Run<'_>) -> std::ops::Range<usize> {
    match kind {
        Kind::ResidentRegistrationNumber | Kind::ForeignerRegistrationNumber => registration::digits(run),
        _ => run.digits(),
    }
}

/// One tier less; `None` below the lowest.
fn lower(confidence: Confidence) -> Option<Confidence> {
    match confidence {
        Confidence::Certain => Some(Confidence::Probable),
        Confidence::Probable => Some(Confidence::Possible),
        Confidence::Possible => None,
    }
}
