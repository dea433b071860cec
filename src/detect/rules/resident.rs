//! 주민등록번호, the resident registration number.
//!
//! The check digit proves much when it holds and nothing when it fails: since 2020-10-05 the last six digits are
//! arbitrary for newborns and for numbers given anew.

use super::registration::{
    DIGITS, Spelling, groups, is_by_chance, is_joined, is_of_program, is_rival, is_too_loose, leads, opens,
    seventh_of_real_birth, spelling, spread_alone, stands_alone, values, with_century,
};
use super::{Rule, lower};
use crate::detect::run::Run;
use crate::detect::words::{Said, Topic, Topics};
use crate::detect::{Context, check_digits};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind};

pub(in crate::detect) const RULE: Rule = Rule {
    kind: Kind::ResidentRegistrationNumber,
    needs: Topics::NONE,
    fewest: 13,
    groups,
    leads,
    opens,
    shape: |run, today| run.values().len() == DIGITS && shape(run, today),
    judge,
};

/// With the century of the birth.
pub(in crate::detect) const WITH_CENTURY: Rule =
    with_century(RULE, |run, today| run.values().len() > DIGITS && shape(run, today));

fn shape(run: &Run<'_>, today: Day) -> bool {
    spelling(run).is_some() && matches!(seventh_of_real_birth(run, today), Some(0..=4 | 9))
}

fn judge(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let seventh = seventh_of_real_birth(run, context.today)?;
    let topic = said.nearest;
    if matches!(seventh, 0 | 9) && topic != Some(Topic::Registration) {
        return None;
    }
    if topic != Some(Topic::Registration) {
        // With its dash it is one between letters too, where somebody hides it so.
        let bare = spelling(run)? == Spelling::Bare;
        if bare && (run.is_of_identifier(context) || run.is_inside_word()) {
            return None;
        }
        if is_by_chance(run, context) {
            return Some(Confidence::Possible);
        }
    }
    let holds = check_digits::holds(values(run), check_digits::resident_digit);
    if topic != Some(Topic::Registration) && is_too_loose(run, context, holds) {
        return None;
    }
    let found = match spelling(run)? {
        Spelling::Spread => Some(spread(run, context, holds, topic)),
        Spelling::Bare => bare(run, context, holds, topic),
        Spelling::Broken => broken(run, holds, topic),
        Spelling::Parted => parted(run, context, holds, topic),
    }?;
    // An order is numbered from the day on, `20121128-…`, whose last digit may be right by chance.
    let is_sure = found == Confidence::Certain && run.values().len() == DIGITS;
    if topic == Some(Topic::Thing) && !is_sure { lower(found) } else { Some(found) }
}

/// 6-7 with a separator.
fn parted(run: &Run<'_>, context: &Context<'_>, holds: bool, topic: Option<Topic>) -> Option<Confidence> {
    if topic == Some(Topic::Registration) {
        return Some(if holds { Confidence::Certain } else { Confidence::Probable });
    }
    let corporation = check_digits::is_corporation(run.values());
    if topic == Some(Topic::Corporation) {
        return match (corporation, holds) {
            (true, _) => None,
            (false, true) => Some(Confidence::Probable),
            (false, false) => Some(Confidence::Possible),
        };
    }
    if corporation {
        return Some(Confidence::Possible);
    }
    if holds {
        return Some(if is_chained(run, context) { Confidence::Probable } else { Confidence::Certain });
    }
    let weak = is_of_program(run, context) || run.is_in_row() || is_joined(run, context);
    Some(if weak { Confidence::Possible } else { Confidence::Probable })
}

/// `19900101-1234568`, `90/01/01-1234568`, `900101-1-234568`.
fn spread(run: &Run<'_>, context: &Context<'_>, holds: bool, topic: Option<Topic>) -> Confidence {
    match (topic, holds) {
        (Some(Topic::Registration), true) => Confidence::Certain,
        (Some(Topic::Registration), false) => Confidence::Probable,
        (Some(Topic::Corporation), _) => Confidence::Possible,
        _ => spread_alone(run, context, holds),
    }
}

/// `AB-900101-1234568`, a chain that has not only digits in it.
fn is_chained(run: &Run<'_>, context: &Context<'_>) -> bool {
    let hyphen = |beside: Option<char>| beside == Some('-');
    is_joined(run, context) && (hyphen(run.before()) || hyphen(run.after()))
}

/// 6-7 over a line break: only with a check digit that holds.
fn broken(run: &Run<'_>, holds: bool, topic: Option<Topic>) -> Option<Confidence> {
    match (holds, topic) {
        (true, Some(Topic::Registration)) => Some(Confidence::Certain),
        (true, _) if run.is_of_values() => Some(Confidence::Possible),
        (true, _) => Some(Confidence::Probable),
        // A line ends behind its hyphen.
        (false, Some(Topic::Registration)) if run.separators() == [Separator::Hyphenated] => Some(Confidence::Probable),
        (false, _) => None,
    }
}

/// Thirteen digits in one. Of random ones nine in ten thousand pass date and check digit, and there are many in URLs
/// and scripts.
fn bare(run: &Run<'_>, context: &Context<'_>, holds: bool, topic: Option<Topic>) -> Option<Confidence> {
    if topic == Some(Topic::Registration) {
        return Some(if holds { Confidence::Certain } else { Confidence::Probable });
    }
    if !holds || is_rival(run.values(), context.today) {
        return None;
    }
    // Behind the name of a bank it is an account's, whose numbers are as long.
    let of_other = matches!(topic, Some(Topic::Corporation | Topic::Bank));
    if of_other || check_digits::is_corporation(run.values()) {
        return Some(Confidence::Possible);
    }
    Some(if stands_alone(run, context) { Confidence::Probable } else { Confidence::Possible })
}
