//! 신용·체크카드번호, the payment card number (ISO/IEC 7812): an issuer's range and length, and the Luhn check digit,
//! without which there is no card.

use super::{Rule, lower};
use crate::detect::run::{Joint, MOST, MOST_GROUPS, Opening, Run};
use crate::detect::words::{Said, Topic, Topics};
use crate::detect::{Context, calendar, check_digits};
use crate::text::Separator;
use crate::vocab::{Confidence, Kind, Stands};
use std::ops::RangeInclusive;

/// In one group, or grouped as cards are printed.
pub(in crate::detect) const ALONE: Rule = Rule {
    kind: Kind::PaymentCardNumber,
    needs: Topics::NONE,
    fewest: FEWEST,
    groups: |first, second| {
        let begins = |printed: &&[usize]| printed.starts_with(&[first, second]);
        (FEWEST..=MOST).contains(&first) || PRINTED.iter().any(begins)
    },
    leads,
    opens: |opening| opens(opening, is_usual),
    shape: |run, _| is_usual(&lengths_of(run)) && shape(run),
    judge,
};

/// In whatever groups, with a word for it.
pub(in crate::detect) const LABELLED: Rule = Rule {
    kind: Kind::PaymentCardNumber,
    needs: Topic::Card.set(),
    fewest: FEWEST,
    groups: |first, second| (1..=MOST).contains(&first) && (first >= FEWEST || second > 0),
    leads,
    opens: |opening| opens(opening, |_| true),
    shape: |run, _| !is_usual(&lengths_of(run)) && shape(run),
    judge,
};

/// Ranges of the first four digits, and how long the numbers are. Thirteen digits that are no Visa are barcodes, and
/// fifteen that are no American Express are handset numbers (IMEI), whatever else an issuer's range allows.
const ISSUERS: &[(RangeInclusive<u64>, &[usize])] = &[
    (2221..=2720, &[16]),                 // Mastercard
    (3000..=3059, &[14, 16, 17, 18, 19]), // Diners Club
    (3095..=3095, &[14, 16, 17, 18, 19]),
    (3400..=3499, &[15]),                 // American Express
    (3528..=3589, &[16, 17, 18, 19]),     // JCB
    (3600..=3699, &[14, 16, 17, 18, 19]), // Diners Club
    (3700..=3799, &[15]),                 // American Express
    (3800..=3999, &[14, 16, 17, 18, 19]), // Diners Club
    (4000..=4999, &[13, 16, 19]),         // Visa
    (5000..=5099, &[14, 16, 17, 18, 19]), // Maestro
    (5100..=5599, &[16]),                 // Mastercard
    (5600..=6199, &[14, 16, 17, 18, 19]), // Maestro, Discover (6011)
    (6200..=6299, &[16, 17, 18, 19]),     // UnionPay
    (6300..=6999, &[14, 16, 17, 18, 19]), // Maestro, Discover (644-649, 65)
    (8100..=8199, &[16, 17, 18, 19]),     // UnionPay
    (9000..=9999, &[16]),                 // valid in Korea only
];

/// The groupings that cards are printed with.
const PRINTED: &[&[usize]] =
    &[&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 1], &[4, 4, 4, 4, 2], &[4, 4, 4, 4, 3]];

/// The fewest digits of a card.
const FEWEST: usize = 13;

/// The lengths of the numbers that begin like this; empty if none do.
fn lengths(values: &[u8]) -> &'static [usize] {
    let prefix = calendar::number(values.get(..4).unwrap_or(values));
    ISSUERS.iter().find(|(range, _)| range.contains(&prefix)).map_or(&[], |(_, lengths)| lengths)
}

/// Whether the digits are a card's: of an issuer, of its length, with a check digit that holds.
pub(in crate::detect) fn is_number(values: &[u8]) -> bool {
    lengths(values).contains(&values.len()) && check_digits::luhn_sum(values).is_multiple_of(10)
}

/// Whether it is one group, or grouped as cards are printed.
fn is_usual(lengths: &[usize]) -> bool {
    lengths.len() == 1 || PRINTED.contains(&lengths)
}

fn lengths_of(run: &Run<'_>) -> Vec<usize> {
    run.lengths().collect()
}

fn leads([first, second, third]: [u8; 3]) -> bool {
    (0..10).any(|fourth| !lengths(&[first, second, third, fourth]).is_empty())
}

/// Whether as many digits as an issuer's numbers have are a number of groups there that fit, and the check digit holds.
fn opens(opening: &Opening<'_>, fits: impl Fn(&[usize]) -> bool) -> bool {
    let (mut grouped, mut total, mut totals) = ([0; MOST_GROUPS], 0_usize, 0_u32);
    for number in 0..MOST_GROUPS {
        let Some((length, between)) = opening.group(number) else { break };
        total = total.saturating_add(length);
        if total > MOST {
            break;
        }
        if let Some(last) = grouped.get_mut(number) {
            *last = length;
        }
        totals |= u32::from(grouped.get(..=number).is_some_and(&fits)) << total;
        if !between.is_some_and(|between| joins(&between)) {
            break;
        }
    }
    if totals >> FEWEST == 0 {
        return false;
    }
    let mut values = [0; MOST];
    let values = opening.values(&mut values);
    lengths(values).iter().any(|length| {
        let whole = totals >> *length & 1 == 1;
        whole && values.get(..*length).is_some_and(|values| check_digits::luhn_sum(values).is_multiple_of(10))
    })
}

fn joins(between: &Separator) -> bool {
    matches!(
        between,
        Separator::Dash
            | Separator::Hyphenated
            | Separator::Dot
            | Separator::Space
            | Separator::Slash
            | Separator::Bracket
            | Separator::Other
    )
}

fn shape(run: &Run<'_>) -> bool {
    let values = run.values();
    run.separators().iter().all(joins)
        && lengths(values).contains(&values.len())
        && !values.iter().all(|value| Some(*value) == run.value(0))
        && check_digits::luhn_sum(values).is_multiple_of(10)
}

fn judge(run: &Run<'_>, context: &Context<'_>, said: &Said) -> Option<Confidence> {
    let topic = said.nearest;
    let labelled = topic == Some(Topic::Card);
    let joint = run.joint_before(context).max(run.joint_after(context));
    if !labelled && run.is_of_identifier(context) {
        return None;
    }
    if !labelled && (run.is_of_dump(context) || run.is_of_drawing(context) || is_literal(run, context)) {
        return Some(Confidence::Possible);
    }
    let found = if PRINTED.iter().any(|lengths| run.is_grouped(lengths)) {
        let cut = run.is_of_cut_row(context);
        let row = run.is_in_row() || cut;
        let lines = run.is_in_lines_of_fours(is_number);
        let chance = run.is_of_columns() || lines;
        match labelled || joint == Joint::Free && !row && !lines {
            true if run.separators().contains(&Separator::Hyphenated) => Confidence::Probable,
            true => Confidence::Certain,
            // `L9947 9365 7507 2681z`: what a program draws.
            false if joint == Joint::Glued && is_drawn(run, context) => Confidence::Possible,
            false if lines || row && (cut || chance || !is_in_row_of_cards(run)) => Confidence::Possible,
            false => Confidence::Probable,
        }
    } else if run.lengths().len() == 1 {
        let masked_tail = run.after() == Some('*') && run.before() != Some('*');
        let usual = matches!(run.values().len(), 15 | 16);
        let part_of_a_word = joint > Joint::Free && !context.alone;
        if masked_tail || (!labelled && (part_of_a_word || !usual)) {
            return None;
        }
        Confidence::Probable
    } else if labelled {
        Confidence::Probable
    } else {
        return None;
    };
    if topic == Some(Topic::Thing) { lower(found) } else { Some(found) }
}

/// Whether a row of groups of four, cut into cards from its beginning, holds nothing but cards. Of a row of any numbers of four
/// digits a fifteenth of all places begins what passes for a card.
fn is_in_row_of_cards(run: &Run<'_>) -> bool {
    let (row, before) = run.row();
    let fours = row.iter().all(|group| group.len() == 4) && row.len().is_multiple_of(4) && before.is_multiple_of(4);
    // Of other groupings, or with other numbers beside it, it is one by its own digits only if those are few.
    let few = row.len().saturating_sub(run.lengths().len()) <= 2 && !row.iter().all(|group| group.len() == 4);
    few || fours && row.chunks(4).all(|groups| is_number(&run.values_of(groups)))
}

/// Whether it has spaces between, in what only programs read.
fn is_drawn(run: &Run<'_>, context: &Context<'_>) -> bool {
    let for_people = matches!(context.stands, Stands::Text | Stands::Comment | Stands::FormControl);
    run.separators().first() == Some(&Separator::Space) && !for_people
}

/// What stands before a number in a program.
const OPERATORS: &[char] = &['=', ',', '[', '(', '+', '-', '*', '/', '%', '<', '>', '&', '|', '^', '?'];

/// Whether it is a number in a program that nothing names: `t=6185148482045896`.
fn is_literal(run: &Run<'_>, context: &Context<'_>) -> bool {
    let operated = match run.separator_before() {
        None => context.before.trim_end().ends_with(OPERATORS),
        // `a50=6185148482045896`
        separator => separator == Some(Separator::Other),
    };
    run.is_bare() && context.stands == Stands::ScriptString && operated
}
