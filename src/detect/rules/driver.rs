//! 운전면허번호, the driver's licence number: `AA-BB-CCCCCC-DD`, the region of a police agency, the year, six digits and
//! two whose rule is not public. On old cards the region is a name before `BB-CCCCCC-DD`.

use super::{JOINS, Rule, lower};
use crate::detect::Context;
use crate::detect::run::{Joint, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

/// 2-2-6-2, which says what it is.
pub(in crate::detect) const GROUPED: Rule = Rule {
    kind: Kind::DriverLicenceNumber,
    needs: Topics::NONE,
    fewest: 12,
    groups: |first, second| (first, second) == (2, 2),
    leads: |[first, ..]| matches!(first, 1 | 2),
    opens: |opening| opening.is_grouped(LENGTHS, JOINS) && is_region(opening.values(&mut [0; 2])),
    shape: |run, _| run.is_grouped(LENGTHS) && run.is_joined_by(JOINS) && is_region(run.values()),
    judge: judge_grouped,
};

/// 2-6-2 after the name of a region, or after a word.
pub(in crate::detect) const REGIONAL: Rule = Rule {
    kind: Kind::DriverLicenceNumber,
    needs: Topics::NONE,
    fewest: 10,
    groups: |first, second| (first, second) == (2, 6),
    leads: |_| true,
    opens: |opening| opening.is_grouped(WITHOUT_REGION, JOINS),
    shape: |run, _| run.is_grouped(WITHOUT_REGION) && run.is_joined_by(JOINS),
    judge: judge_regional,
};

/// Twelve digits in one or in other groups, which need a word.
pub(in crate::detect) const LABELLED: Rule = Rule {
    kind: Kind::DriverLicenceNumber,
    needs: Topic::Licence.set(),
    fewest: 12,
    groups: |first, _| matches!(first, 2 | 4 | 10 | 12),
    leads: |[first, ..]| matches!(first, 1 | 2),
    opens: |_| true,
    shape: shape_labelled,
    judge: |run, _, said| said.speaks_of(Topic::Licence, run, usize::MAX).then_some(Confidence::Probable),
};

/// The groups that it is written in, with the digits of a region and without.
const LENGTHS: &[usize] = &[2, 2, 6, 2];
const WITHOUT_REGION: &[usize] = &[2, 6, 2];

/// The names of regions on old cards.
const REGIONS: &[&str] = &[
    "서울",
    "부산",
    "경기",
    "강원",
    "충북",
    "충남",
    "전북",
    "전남",
    "경북",
    "경남",
    "제주",
    "대구",
    "인천",
    "광주",
    "대전",
    "울산",
    "경기북부",
    "경기남부",
];
/// The most characters between such a name and the number.
const WIDEST_GAP: usize = 3;

/// Whether the number begins with a region: 11 to 26 and 28 are given out.
fn is_region(values: &[u8]) -> bool {
    matches!(values, [1, 1..=9, ..] | [2, 0..=6 | 8, ..])
}

fn shape_labelled(run: &Run<'_>, _today: Day) -> bool {
    run.values().len() == 12 && run.is_cut_at(&[2, 4, 10]) && run.is_joined_by(JOINS) && is_region(run.values())
}

fn judge_grouped(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    if said.is(Topic::Licence) {
        return Some(Confidence::Probable);
    }
    let joint = run.joint_before(context).max(run.joint_after(context));
    if joint == Joint::Glued {
        return None;
    }
    let weak = joint > Joint::Free || run.is_in_row() || run.separators().first() != Some(&Separator::Dash);
    let found = if weak { Confidence::Possible } else { Confidence::Probable };
    if matches!(said.nearest, Some(Topic::Thing | Topic::Account | Topic::Bank)) { lower(found) } else { Some(found) }
}

fn judge_regional(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let labelled = said.speaks_of(Topic::Licence, run, usize::MAX);
    let found = (labelled || follows_region(run.text_before(context))).then_some(Confidence::Probable)?;
    if said.is(Topic::Thing) { lower(found) } else { Some(found) }
}

/// Whether a region's name stands directly before, as a word of its own.
fn follows_region(before: &str) -> bool {
    let name_end = before.trim_end_matches(|character: char| !character.is_alphanumeric());
    let gap = before.get(name_end.len()..).unwrap_or_default();
    let begins_word = |rest: &str| !rest.ends_with(char::is_alphanumeric);
    gap.chars().count() <= WIDEST_GAP
        && REGIONS.iter().any(|region| name_end.strip_suffix(region).is_some_and(begins_word))
}
