//! 사업자등록번호, the business registration number: `XXX-XX-XXXXX`, whose check digit must hold. It is public, but of one
//! person where that is a sole trader.

use super::{JOINS, Rule, lower};
use crate::detect::run::{Joint, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::detect::{Context, check_digits};
use crate::text::Separator;
use crate::vocab::{Confidence, Kind};

/// 3-2-5, which with its check digit says what it is.
pub(in crate::detect) const GROUPED: Rule = Rule {
    kind: Kind::BusinessRegistrationNumber,
    needs: Topics::NONE,
    fewest: DIGITS,
    groups: |first, second| (first, second) == (3, 2),
    leads: |[first, ..]| first != 0,
    opens: |opening| opening.is_grouped(LENGTHS, JOINS) && is_number(opening.values(&mut [0; DIGITS])),
    shape: |run, _| run.is_grouped(LENGTHS) && run.is_joined_by(JOINS) && is_number(run.values()),
    judge: judge_grouped,
};

/// Ten digits in one: a tenth of all such runs has a check digit that holds.
pub(in crate::detect) const LABELLED: Rule = Rule {
    kind: Kind::BusinessRegistrationNumber,
    needs: Topic::Business.set(),
    fewest: DIGITS,
    groups: |first, _| matches!(first, 3 | 5 | 10),
    leads: |[first, ..]| first != 0,
    opens: |opening| is_number(opening.values(&mut [0; DIGITS])),
    shape: |run, _| {
        run.values().len() == DIGITS && run.is_cut_at(&[3, 5]) && run.is_joined_by(JOINS) && is_number(run.values())
    },
    judge: |run, _, said| said.speaks_of(Topic::Business, run, usize::MAX).then_some(Confidence::Certain),
};

/// The groups that it is written in.
const LENGTHS: &[usize] = &[3, 2, 5];
const DIGITS: usize = 10;

/// Whether the check digit holds, and the class of the business (the fourth and fifth digits) is given out: 01 to 99.
pub(in crate::detect) fn is_number(values: &[u8]) -> bool {
    let class = values.get(3..5).is_some_and(|class| class != [0, 0]);
    values.first() != Some(&0) && class && values.get(9) == Some(&check_digits::business_digit(values))
}

fn judge_grouped(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    if said.is(Topic::Business) {
        return Some(Confidence::Certain);
    }
    let joint = run.joint_before(context).max(run.joint_after(context));
    if joint == Joint::Glued {
        return None;
    }
    let spaced = run.separators().first() == Some(&Separator::Space);
    // `87,378 63 27488`: amounts in a row.
    if run.is_among_numbers(context) || spaced && run.is_beside_numbers() {
        return Some(Confidence::Possible);
    }
    let weak = joint > Joint::Free || run.is_in_row() || spaced;
    let found = if weak { Confidence::Probable } else { Confidence::Certain };
    if said.is(Topic::Thing) { lower(found) } else { Some(found) }
}
