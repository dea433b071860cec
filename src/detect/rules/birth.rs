//! 생년월일, the date of birth: a real day not after today, at most 120 years ago, and only with a word for it close by.
//! (`1981년 5월 14일` and `81년생` have Hangul between the digits, which no run has.)

use super::Rule;
use crate::detect::calendar;
use crate::detect::run::Run;
use crate::detect::words::Topic;
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

/// How near the word must be, in characters (specification of detectors, §5.6).
const REACH: usize = 15;
/// Nobody is older, in years.
const OLDEST: u16 = 120;

pub(in crate::detect) const RULE: Rule = Rule {
    kind: Kind::DateOfBirth,
    needs: Topic::Birth.set(),
    fewest: 4,
    groups: |first, second| matches!((first, second), (6 | 8, _) | (2 | 4, 1 | 2)),
    leads: |_| true,
    opens: |_| true,
    shape: |run, today| day(run, today).is_some(),
    judge: |run, context, said| {
        // `생일 기간 2026.10.01 ~ 2026.11.22`
        let is_of_something_else = run.is_beside_dash() || is_spent(run.text_before(context));
        (said.speaks_of(Topic::Birth, run, REACH) && !is_of_something_else).then_some(Confidence::Probable)
    },
};

/// `생년월일 확인 후 2025-03-12 통보`: what stands between says that the day is another.
fn is_spent(before: &str) -> bool {
    const OTHERWISE: &[&str] = &["(예", "예시", "(ex", "확인", "없음", "없이", "변경", "정정", "불명", "미상", " 후 "];
    let near = before.char_indices().rev().take(REACH).last().and_then(|(at, _)| before.get(at..)).unwrap_or("");
    OTHERWISE.iter().any(|word| near.contains(word))
}

/// The day that the run is: six or eight digits in one, or a year, a month and a day.
fn day(run: &Run<'_>, today: Day) -> Option<Day> {
    let lengths: Vec<usize> = run.lengths().collect();
    let (year, month) = match *lengths {
        [6] => (2, 2),
        [8] => (4, 2),
        [year @ (2 | 4), month @ (1 | 2), 1 | 2] => (year, month),
        _ => return None,
    };
    if !run.is_joined_by(&[Separator::Dash, Separator::Dot, Separator::Slash, Separator::Space]) {
        return None;
    }
    let values = run.values();
    let part = |range: std::ops::Range<usize>| values.get(range).map(calendar::number);
    let month_end = month.checked_add(year)?;
    let (written, month) = (part(0..year)?, u8::try_from(part(year..month_end)?).ok()?);
    let day = u8::try_from(part(month_end..values.len())?).ok()?;
    let written = u16::try_from(written).ok()?;
    let centuries: &[u16] = if year == 2 { &[2000, 1900] } else { &[0] };
    let mut days = centuries.iter().filter_map(|century| calendar::day(written.saturating_add(*century), month, day));
    days.find(|day| *day <= today && today.year.saturating_sub(day.year) <= OLDEST)
}

/// Whether the run is written like a day of the calendar.
pub(super) fn is_date(run: &Run<'_>, today: Day) -> bool {
    day(run, today).is_some()
}
