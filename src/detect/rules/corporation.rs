//! 법인등록번호, the corporate registration number: four digits of a registry, two of a class of bodies, a serial number
//! and a check digit, as 6-7 like a resident's. It is public; it is known so that it is not taken for a person's.
//!
//! Numbers given since 2025-01-31 are believed to have no check digit: a label suffices for `possible`.

use super::Rule;
use super::registration::{Spelling, groups, is_joined, is_rival, seventh_of_real_birth, spelling};
use crate::detect::run::{Opening, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::detect::{Context, check_digits};
use crate::vocab::{Confidence, Day, Kind};

const DIGITS: usize = 13;

/// What the check digit alone tells, where it cannot be a person's.
pub(in crate::detect) const ALONE: Rule = Rule {
    kind: Kind::CorporateRegistrationNumber,
    needs: Topics::NONE,
    fewest: DIGITS,
    groups,
    leads: |_| true,
    opens: opens_alone,
    shape: shape_alone,
    judge: judge_alone,
};

/// What a word tells.
pub(in crate::detect) const LABELLED: Rule = Rule {
    kind: Kind::CorporateRegistrationNumber,
    needs: Topic::Corporation.set(),
    fewest: DIGITS,
    groups,
    leads: |_| true,
    opens: |_| true,
    shape: |run, _| spelling(run).is_some() && run.values().iter().any(|value| *value != 0),
    judge: judge_labelled,
};

/// Whether thirteen digits follow of which the check digit holds; in one they begin with a registry's.
fn opens_alone(opening: &Opening<'_>) -> bool {
    let mut values = [0; DIGITS];
    let values = opening.values(&mut values);
    let first = values.first().copied();
    (opening.lengths().0 == 6 || matches!(first, Some(1 | 2)))
        && check_digits::holds(values, check_digits::corporation_digit)
}

/// A check digit that holds, and no birth: of thirteen digits in one, a tenth pass, so those must have a registry's and a
/// class's digits too.
fn shape_alone(run: &Run<'_>, today: Day) -> bool {
    let fits = match spelling(run) {
        Some(Spelling::Parted) => check_digits::holds(run.values(), check_digits::corporation_digit),
        Some(Spelling::Bare) => check_digits::is_corporation(run.values()) && !is_rival(run.values(), today),
        Some(Spelling::Broken | Spelling::Spread) | None => false,
    };
    let of_a_person = matches!(seventh_of_real_birth(run, today), Some(1..=8));
    fits && !of_a_person && run.values().iter().any(|value| *value != 0)
}

fn judge_alone(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let of_another = matches!(said.nearest, Some(Topic::Thing | Topic::Registration));
    (!of_another && !run.is_in_row() && !is_joined(run, context)).then_some(Confidence::Possible)
}

fn judge_labelled(run: &Run<'_>, _context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let holds = check_digits::holds(run.values(), check_digits::corporation_digit);
    let found = if holds { Confidence::Certain } else { Confidence::Possible };
    (said.is(Topic::Corporation)).then_some(found)
}
