//! Registration numbers of which the wrong half was hidden: `******-1234567`, `810514-*234567`. What is left is the part
//! that is secret.

use super::Rule;
use crate::detect::run::{Joint, Run};
use crate::detect::words::{STARS, Said, Topic};
use crate::detect::{Context, calendar};
use crate::vocab::{Confidence, Kind};

/// A resident's.
pub(in crate::detect) const RESIDENT: Rule = Rule {
    kind: Kind::ResidentRegistrationNumber,
    needs: Topic::Hidden.set(),
    fewest: 6,
    opens: |opening| matches!(opening.first, 6 | 7),
    shape: |run, _| run.is_grouped(&[6]) || (run.is_grouped(&[7]) && matches!(run.value(0), Some(1..=4))),
    judge: |run, context, said| {
        if run.values().len() == 7 { birth_hidden(run, context, said) } else { seventh_hidden(run, context, said) }
    },
};

/// A foreigner's, told by the seventh digit if that is left.
pub(in crate::detect) const FOREIGNER: Rule = Rule {
    kind: Kind::ForeignerRegistrationNumber,
    needs: Topic::Hidden.set(),
    fewest: 7,
    opens: |opening| opening.first == 7,
    shape: |run, _| run.is_grouped(&[7]) && matches!(run.value(0), Some(5..=8)),
    judge: birth_hidden,
};

/// Digits of a birth.
const BIRTH: usize = 6;

/// `******-1234567`.
fn birth_hidden(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let stars = run.text_before(context).strip_suffix('-')?;
    let rest = stars.trim_end_matches(STARS);
    let hides = stars.get(rest.len()..).is_some_and(|hidden| hidden.chars().count() == BIRTH);
    (hides && !goes_on(rest)).then(|| judged(run, context, said))?
}

/// `810514-*234567`.
fn seventh_hidden(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let birth = run.text_before(context).strip_suffix(STARS)?.strip_suffix('-')?;
    let start = birth.len().checked_sub(BIRTH)?;
    let (rest, digits) = (birth.get(..start)?, birth.get(start..)?);
    let digits: Option<Vec<u8>> =
        digits.chars().map(|digit| digit.to_digit(10).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    let real = [1900, 2000].into_iter().any(|century| calendar::short_day(century, &digits).is_some());
    (real && !goes_on(rest)).then(|| judged(run, context, said))?
}

/// Whether the number began before what was looked at.
fn goes_on(before: &str) -> bool {
    before.ends_with(|character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_'))
}

fn judged(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let ends = run.joint_after(context) == Joint::Free && !run.after().is_some_and(|after| STARS.contains(&after));
    let found = if said.is(Topic::Thing) { Confidence::Possible } else { Confidence::Probable };
    ends.then_some(found)
}
