//! 휴대전화번호, the mobile number: 010 and eight digits, the old 011 and 016 to 019 with seven or eight, and both with
//! the country's code. Landlines, 070, 050x and the representative 15xx numbers are none.

use super::{Rule, lower};
use crate::detect::Context;
use crate::detect::run::{Joint, MOST_GROUPS, Opening, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Kind, Stands};

/// The fewest digits: of an old number, with a short exchange.
const FEWEST: usize = 10;

pub(in crate::detect) const RULE: Rule =
    Rule { kind: Kind::MobileNumber, needs: Topics::NONE, fewest: FEWEST, groups, leads, opens, shape, judge };

/// The parts of a mobile number, as the places in its digits where one ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Parts {
    /// Where the country's code ends: 0 if there is none.
    pub(in crate::detect) country: usize,
    /// Where a zero that stands between the country's code and the rest ends; the same as `country` if there is none.
    pub(in crate::detect) zero: usize,
    /// Where the prefix (`010`, or `10` after a country's code) ends.
    pub(in crate::detect) prefix: usize,
    /// Where the exchange ends; the last four digits follow.
    pub(in crate::detect) exchange: usize,
}

/// Where the country's code and the zero after it end, if a prefix follows.
fn prefixes(values: &[u8]) -> Option<(usize, usize)> {
    let country = match values {
        [0, 0, 8, 2, ..] => 4,
        [8, 2, ..] => 2,
        _ => 0,
    };
    let rest = values.get(country..)?;
    let zero = country.saturating_add(usize::from(rest.first() == Some(&0)));
    if country == 0 && zero == 0 {
        return None;
    }
    matches!(values.get(zero..)?, [1, 0 | 1 | 6..=9, ..]).then_some((country, zero))
}

/// The longest: 0082, a zero and ten digits.
const MOST: usize = 15;

fn groups(first: usize, second: usize) -> bool {
    let alone = first >= FEWEST || second > 0;
    (1..=MOST).contains(&first) && alone
}

fn leads(digits: [u8; 3]) -> bool {
    matches!(digits, [0, 1, 0 | 1 | 6..=9] | [0, 0, 8] | [8, 2, 0 | 1])
}

/// Whether it begins as one does, and as many digits as one has are a number of groups.
fn opens(opening: &Opening<'_>) -> bool {
    let Some((_, zero)) = prefixes(opening.values(&mut [0; 8])) else { return false };
    let mut total = 0_usize;
    for number in 0..MOST_GROUPS {
        let Some((length, between)) = opening.group(number) else { return false };
        total = total.saturating_add(length);
        if matches!(total.saturating_sub(zero), 9 | 10) {
            return true;
        }
        if total > MOST || !between.is_some_and(|between| joins(&between)) {
            return false;
        }
    }
    false
}

fn joins(between: &Separator) -> bool {
    !matches!(between, Separator::Comma | Separator::Colon | Separator::Newline)
}

/// The parts of the number that these digits are, if they are a mobile number.
pub(in crate::detect) fn parts(values: &[u8]) -> Option<Parts> {
    let (country, zero) = prefixes(values)?;
    let [1, network, subscriber @ ..] = values.get(zero..)? else { return None };
    let length_fits = match network {
        0 => subscriber.len() == 8,
        1 | 6..=9 => matches!(subscriber.len(), 7 | 8),
        _ => false,
    };
    // No exchange that begins with 0 or 1 is given out; but 010-1234-5678 is what people type for an example, and
    // some type it for their own.
    // `0 1 0 1 1 0 1 1 1 0 1` is a number to the base of two.
    let exchange_fits =
        subscriber.first().is_some_and(|first| *first != 0) && subscriber.iter().any(|digit| *digit > 1);
    (length_fits && exchange_fits).then(|| Parts {
        country,
        zero,
        prefix: zero.saturating_add(2),
        exchange: values.len().saturating_sub(4),
    })
}

fn shape(run: &Run<'_>, _today: Day) -> bool {
    let Some(parts) = parts(run.values()) else { return false };
    // `0.16.208.2298` is a version: only after the country's code a zero stands apart.
    let zero = if parts.country > 0 { parts.zero } else { parts.prefix };
    let cuts_fit = run.is_cut_at(&[parts.country, zero, parts.prefix, parts.exchange]);
    cuts_fit && run.separators().iter().all(joins)
}

fn judge(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let topic = said.nearest;
    if run.is_of_identifier(context) {
        return None;
    }
    let called = topic == Some(Topic::Telephone);
    let joined = !called && {
        let before = run.joint_before(context) > Joint::Free && !is_initial(context.before);
        before || run.joint_after(context) > Joint::Free
    };
    let international = run.before() == Some('+');
    let grouped = run.lengths().len() > 1;
    if !called && !international && is_doubtful(run, context, grouped) {
        return (!joined).then_some(Confidence::Possible);
    }
    // `c019 4795 9132`, `820D 8210 8216 8229`: lines of hexadecimal numbers.
    if grouped
        && !called
        && (joined && run.is_joined_by(&[Separator::Space]) || run.is_of_dump(context) || run.is_of_drawing(context))
    {
        return Some(Confidence::Possible);
    }
    let among_others = run.is_beside_numbers();
    let found = match (grouped || international, joined) {
        // `width:82.1029209089px`
        _ if !called && !international && run.value(0) == Some(8) && run.separators() == [Separator::Dot] => {
            Confidence::Possible
        }
        // A row of groups of four.
        (true, false) if is_run_on(run) && run.is_joined_by(&[Separator::Space]) && among_others => {
            Confidence::Possible
        }
        (true, false) if !called && run.is_in_columns() => Confidence::Possible,
        (true, false) if is_odd(run) || is_run_on(run) => Confidence::Probable,
        (true, false) => Confidence::Certain,
        (true, true) => Confidence::Probable,
        (false, false) => Confidence::Probable,
        (false, true) if context.alone => Confidence::Probable,
        (false, true) => return None,
    };
    match topic {
        // Nobody has a number of the old networks any more: parts and models are numbered like them.
        Some(Topic::Thing) if is_old(run) => Some(Confidence::Possible),
        Some(Topic::Thing) => lower(found),
        _ => Some(found),
    }
}

fn for_people(context: &Context<'_>) -> bool {
    matches!(context.stands, Stands::Text | Stands::Comment | Stands::FormControl)
}

/// Whether something else than what people put there stands between its parts, or a line ends there.
fn is_odd(run: &Run<'_>) -> bool {
    run.separators().iter().any(|separator| matches!(separator, Separator::Other | Separator::Hyphenated))
}

/// Whether it is of one of the networks before 010.
fn is_old(run: &Run<'_>) -> bool {
    parts(run.values()).is_some_and(|Parts { zero, .. }| run.value(zero.saturating_add(1)) != Some(0))
}

/// `8210-1234-5678`: the country's code runs on without a plus before it, as in a parcel's number.
fn is_run_on(run: &Run<'_>) -> bool {
    run.value(0) == Some(8) && run.before() != Some('+') && run.is_grouped(&[4, 4, 4])
}

/// Whether nothing but a word near tells a number of this form from any other: ten digits in one, which begin as the old
/// numbers did; the old networks, or a zero, behind a country's code without its plus; numbers of a row.
fn is_doubtful(run: &Run<'_>, context: &Context<'_>, grouped: bool) -> bool {
    let Some(Parts { country, zero, .. }) = parts(run.values()) else { return true };
    let old = is_old(run);
    let by_program = !for_people(context);
    let split = run.is_grouped(&[3, 3, 4]) || run.is_grouped(&[3, 4, 4]);
    match (country, grouped) {
        (0, false) => run.values().len() < 11 || old && by_program && context.alone,
        (0, true) => !split && (old || run.is_among_numbers(context)) || old && run.is_among_numbers(context),
        // `0082` cannot begin anything else.
        (4, _) => old,
        (_, false) => old || zero > country,
        (_, true) => old || run.is_among_numbers(context),
    }
}

/// `T010-1234-5678`, `H.P.010-…`: a single letter that stands for a telephone.
fn is_initial(before: &str) -> bool {
    let mut outwards = before.chars().rev().skip_while(|character| matches!(character, '.' | '-'));
    // A small c begins a hexadecimal number.
    let letter = outwards.next().is_some_and(|letter| letter == 'C' || "TMHP".contains(letter.to_ascii_uppercase()));
    letter && !outwards.next().is_some_and(|further| further.is_ascii_alphanumeric())
}
