//! 건강보험증번호, the number of a certificate of health insurance: eleven digits, in one or as 1-10, of which the first
//! says the class of the insured. It has no check digit: without a word for it there is none.

use super::{JOINS, Rule};
use crate::detect::Context;
use crate::detect::rules::mobile;
use crate::detect::run::{Joint, Run};
use crate::detect::words::{Said, Topic};
use crate::text::Separator;
use crate::vocab::{Confidence, Kind};

pub(in crate::detect) const RULE: Rule = Rule {
    kind: Kind::HealthInsuranceNumber,
    needs: Topic::Health.set(),
    fewest: 11,
    groups: |first, _| matches!(first, 1 | 11),
    leads: |[first, ..]| matches!(first, 1 | 2 | 5 | 7),
    opens: |_| true,
    shape: |run, _| {
        run.values().len() == 11
            && run.is_cut_at(&[1])
            && run.is_joined_by(JOINS)
            && matches!(run.value(0), Some(1 | 2 | 5 | 7))
    },
    judge,
};

fn judge(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let joint = run.joint_before(context).max(run.joint_after(context));
    // `1 0112345678`, the first in a list of telephones.
    let listed = run.separators() == [Separator::Space] && mobile::parts(run.values().get(1..)?).is_some();
    let counted = run.text_after(context).trim_start_matches(' ').starts_with(['원', '명']);
    let fits = said.speaks_of(Topic::Health, run, usize::MAX) && joint < Joint::Glued && !listed && !counted;
    fits.then_some(Confidence::Probable)
}
