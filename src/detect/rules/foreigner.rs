//! 외국인등록번호, the foreigner registration number, and 국내거소신고번호, that of overseas Koreans.
//!
//! Its check digit was never published and many real numbers fail it; it only raises.

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
    kind: Kind::ForeignerRegistrationNumber,
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
    spelling(run).is_some() && matches!(seventh_of_real_birth(run, today), Some(5..=8))
}

fn judge(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let topic = said.nearest;
    let labelled = topic == Some(Topic::Registration);
    let bare = spelling(run)? == Spelling::Bare;
    if bare && !labelled && (run.is_of_identifier(context) || run.is_inside_word()) {
        return None;
    }
    if !labelled && is_by_chance(run, context) {
        return Some(Confidence::Possible);
    }
    let holds = check_digits::holds(values(run), check_digits::foreigner_digit);
    if !labelled && is_too_loose(run, context, holds) {
        return None;
    }
    let found = match spelling(run)? {
        Spelling::Parted if labelled || (holds && topic != Some(Topic::Corporation)) => {
            if !labelled && check_digits::is_corporation(run.values()) {
                Confidence::Possible
            } else {
                Confidence::Certain
            }
        }
        Spelling::Parted => parted_alone(run, context, topic)?,
        Spelling::Spread if labelled && holds => Confidence::Certain,
        Spelling::Spread if labelled => Confidence::Probable,
        Spelling::Spread if topic == Some(Topic::Corporation) => Confidence::Possible,
        Spelling::Spread => spread_alone(run, context, holds),
        Spelling::Broken if holds => match labelled {
            true => Confidence::Certain,
            false if run.is_of_values() => Confidence::Possible,
            false => Confidence::Probable,
        },
        Spelling::Broken if labelled && run.separators() == [Separator::Hyphenated] => Confidence::Probable,
        Spelling::Broken => return None,
        Spelling::Bare if labelled => {
            if holds {
                Confidence::Certain
            } else {
                Confidence::Probable
            }
        }
        Spelling::Bare if !holds || is_rival(run.values(), context.today) => return None,
        // Behind the name of a bank it is an account's.
        Spelling::Bare if topic == Some(Topic::Bank) => Confidence::Possible,
        Spelling::Bare if stands_alone(run, context) => Confidence::Probable,
        Spelling::Bare => Confidence::Possible,
    };
    // An order is numbered from the day on, `20121128-…`, whose last digit may be right by chance.
    let is_sure = found == Confidence::Certain && run.values().len() == DIGITS;
    if topic == Some(Topic::Thing) && !is_sure { lower(found) } else { Some(found) }
}

/// 6-7 with neither a label nor a check digit that holds.
fn parted_alone(run: &Run<'_>, context: &Context<'_>, topic: Option<Topic>) -> Option<Confidence> {
    let corporation = check_digits::is_corporation(run.values());
    if corporation && topic == Some(Topic::Corporation) {
        return None;
    }
    let other = corporation || topic == Some(Topic::Corporation);
    let weak = other || is_of_program(run, context) || run.is_in_row() || is_joined(run, context);
    Some(if weak { Confidence::Possible } else { Confidence::Probable })
}
