//! 학번, 사번, 군번: the numbers of students, staffs and soldiers. Each school and company makes its own, so that only a word
//! says what they are. They are looked for where a policy names them.

use super::{Rule, birth, landline, mobile};
use crate::detect::Context;
use crate::detect::calendar;
use crate::detect::run::{Joint, Run};
use crate::detect::words::{Said, Topic};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

/// 학번: eight to ten digits that begin with the year of entry.
pub(in crate::detect) const STUDENT: Rule = Rule {
    kind: Kind::StudentNumber,
    needs: Topic::Student.set(),
    fewest: 8,
    opens: |opening| matches!(opening.first, 4 | 8..=10) && matches!(opening.lead, 1 | 2),
    shape: |run, today| {
        (8..=10).contains(&run.values().len()) && run.is_cut_at(&[4]) && run.is_joined_by(DASH) && is_year(run, today)
    },
    judge: |run, context, said| judge(Topic::Student, run, context, said),
};

/// 사번: four to ten digits.
pub(in crate::detect) const STAFF: Rule = Rule {
    kind: Kind::StaffNumber,
    needs: Topic::Staff.set(),
    fewest: 4,
    opens: |opening| opening.first <= 10,
    shape: |run, today| {
        let dated = run.lengths().len() > 1 && birth::is_date(run, today);
        run.values().len() <= 10 && run.lengths().len() <= 3 && run.is_joined_by(DASH) && !dated && !is_telephone(run)
    },
    judge: |run, context, said| judge(Topic::Staff, run, context, said),
};

/// 군번: two digits of the year, and five to eight.
pub(in crate::detect) const MILITARY: Rule = Rule {
    kind: Kind::MilitaryNumber,
    needs: Topic::Military.set(),
    fewest: 7,
    opens: |opening| matches!(opening.first, 2 | 7..=10),
    shape: |run, _| (7..=10).contains(&run.values().len()) && run.is_cut_at(&[2]) && run.is_joined_by(DASH),
    judge: |run, context, said| judge(Topic::Military, run, context, said),
};

const DASH: &[Separator] = &[Separator::Dash];
/// How near the word must be, in characters, to say so much.
const REACH: usize = 15;
/// The first year of entry that is plausible.
const FIRST_YEAR: u64 = 1950;

fn is_year(run: &Run<'_>, today: Day) -> bool {
    let year = run.values().get(..4).map(calendar::number);
    year.is_some_and(|year| (FIRST_YEAR..=u64::from(today.year).saturating_add(1)).contains(&year))
}

fn is_telephone(run: &Run<'_>) -> bool {
    mobile::parts(run.values()).is_some() || (run.lengths().len() > 1 && landline::is_number(run.values()))
}

fn judge(topic: Topic, run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let joint = run.joint_before(context).max(run.joint_after(context));
    let near = said.speaks_of(topic, run, REACH);
    let far = said.speaks_of(topic, run, usize::MAX);
    let found = if near { Confidence::Probable } else { Confidence::Possible };
    (far && joint < Joint::Glued).then_some(found)
}
