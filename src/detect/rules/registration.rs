//! What resident and foreigner registration numbers share: `YYMMDD-SNNNNNC`, thirteen digits as 6-7 or in one; and with
//! the birth as people write a day, `19900101-…`, `90/01/01-…`, `1990.01.01-…`.

use super::Rule;
use crate::detect::run::{Joint, Opening, Run};
use crate::detect::{Context, calendar, check_digits};
use crate::text::Separator;
use crate::vocab::{Confidence, Day, Stands};

/// How the thirteen digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// 6-7 with punctuation or a space between.
    Parted,
    /// 6-7 over a line break: two numbers, unless something else says that they are one.
    Broken,
    /// All in one.
    Bare,
    /// 6-1-6, with another blank in its second half, or with the birth as a day that people write.
    Spread,
}

/// With the century of the birth, which is no part of the number: `19900101-…`, `1990.01.01-…`.
const LONG: &[&[usize]] = &[&[8, 7], &[4, 2, 2, 7]];
/// Without it: `90/01/01-…`, and 6-1-6.
const SHORT: &[&[usize]] = &[&[2, 2, 2, 7], &[6, 1, 6]];
/// With one blank in the second half, which programs take out.
const LOOSE: &[&[usize]] = &[&[6, 2, 5], &[6, 3, 4], &[6, 4, 3], &[6, 5, 2], &[6, 6, 1]];
/// The digits of a century.
const CENTURY: usize = 2;
/// The digits of a number.
pub(super) const DIGITS: usize = 13;

/// A group of thirteen, one of six before one of seven or one, or two digits of a year before two of a month.
pub(super) fn groups(first: usize, second: usize) -> bool {
    matches!((first, second), (13, _) | (6, 1..=7) | (2, 2))
}

/// A rule for the same numbers with the century of the birth before them, which have such a shape.
pub(super) const fn with_century(rule: Rule, shape: fn(&Run<'_>, Day) -> bool) -> Rule {
    Rule {
        fewest: DIGITS + CENTURY,
        groups: groups_with_century,
        leads: leads_with_century,
        opens: opens_with_century,
        shape,
        ..rule
    }
}

/// As [`groups`], with the century.
fn groups_with_century(first: usize, second: usize) -> bool {
    matches!((first, second), (8, 7) | (4, 2))
}

/// The century of a birth.
fn leads_with_century(digits: [u8; 3]) -> bool {
    matches!(digits, [1, 9, _] | [2, 0, _])
}

/// Whether the groups fit, and a month and a day stand behind a year of four digits.
fn opens_with_century(opening: &Opening<'_>) -> bool {
    let mut values = [0; 8];
    let [_, _, _, _, month @ .., tens, ones] = opening.values(&mut values) else { return false };
    is_grouped(opening, LONG) && is_day(month, *tens, *ones)
}

/// Whether groups of one of these lengths begin there.
fn is_grouped(opening: &Opening<'_>, all: &[&[usize]]) -> bool {
    let length = |number: usize| opening.group(number).map_or(0, |(length, _)| length);
    all.iter().any(|lengths| lengths.iter().enumerate().all(|(number, wanted)| length(number) == *wanted))
}

/// The digits of a run that are the number: not the century of its birth.
pub(super) fn digits(run: &Run<'_>) -> std::ops::Range<usize> {
    let all = run.digits();
    if all.len() > DIGITS { all.start.saturating_add(CENTURY)..all.end } else { all }
}

/// Their values.
pub(super) fn values<'r>(run: &'r Run<'_>) -> &'r [u8] {
    let all = run.values();
    all.get(all.len().saturating_sub(DIGITS)..).unwrap_or(all)
}

/// Two digits of the year and the first of the month.
pub(super) fn leads([.., month]: [u8; 3]) -> bool {
    month < 2
}

/// Whether the first six digits end in what may be a month and a day.
pub(super) fn opens(opening: &Opening<'_>) -> bool {
    let mut values = [0; 6];
    let [_, _, month @ .., tens, ones] = opening.values(&mut values) else { return false };
    let usual = opening.group(0).is_some_and(|(length, _)| length == DIGITS) || is_grouped(opening, &[&[6, 7]]);
    (usual || is_grouped(opening, SHORT) || is_grouped(opening, LOOSE)) && is_day(month, *tens, *ones)
}

fn is_day(month: &[u8], tens: u8, ones: u8) -> bool {
    matches!(month, [0, 1..=9] | [1, 0..=2]) && matches!((tens, ones), (0, 1..=9) | (1 | 2, _) | (3, 0 | 1))
}

/// The spelling, if the run has the form of a registration number.
pub(super) fn spelling(run: &Run<'_>) -> Option<Spelling> {
    if run.is_grouped(&[13]) {
        return Some(Spelling::Bare);
    }
    if SHORT.iter().chain(LONG).any(|lengths| run.is_grouped(lengths)) {
        let parted = |separator: &Separator| {
            matches!(separator, Separator::Dash | Separator::Dot | Separator::Slash | Separator::Space)
        };
        // `130531 1.753045` is a number and a fraction.
        let fraction = run.is_grouped(&[6, 1, 6]) && run.separators().contains(&Separator::Dot);
        return (run.separators().iter().all(parted) && !fraction).then_some(Spelling::Spread);
    }
    if is_loose(run) {
        return Some(Spelling::Spread);
    }
    if !run.is_grouped(&[6, 7]) {
        return None;
    }
    let broken = matches!(run.separators(), [Separator::Newline | Separator::Hyphenated]);
    Some(if broken { Spelling::Broken } else { Spelling::Parted })
}

/// Whether it is one with a blank in its second half.
fn is_loose(run: &Run<'_>) -> bool {
    let parted = |separator: &Separator| {
        matches!(separator, Separator::Dash | Separator::Dot | Separator::Slash | Separator::Space)
    };
    LOOSE.iter().any(|lengths| run.is_grouped(lengths))
        && matches!(run.separators(), [first, Separator::Space] if parted(first))
}

/// Whether it is no number unless a word says so: the blank in its second half has to stand there by mistake, so that the
/// rest has to be as it is written, and right.
pub(super) fn is_too_loose(run: &Run<'_>, context: &Context<'_>, holds: bool) -> bool {
    let written = run.separators().first() == Some(&Separator::Dash) && !is_joined(run, context) && !run.is_in_row();
    is_loose(run) && !(holds && written)
}

/// The seventh digit, which tells sex, century and nationality, if the first six are a day in that century that is
/// not after today.
pub(super) fn seventh_of_real_birth(run: &Run<'_>, today: Day) -> Option<u8> {
    let digits = values(run);
    let seventh = *digits.get(6)?;
    let century = century_of(seventh);
    let written = run.values().get(..run.values().len().saturating_sub(DIGITS)).map_or(0, calendar::number);
    let birth = calendar::short_day(century, digits)?;
    (birth <= today && (written == 0 || written.saturating_mul(100) == u64::from(century))).then_some(seventh)
}

fn century_of(seventh: u8) -> u16 {
    match seventh {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    }
}

/// How sure a number with its birth as people write a day is one, where no word says so. A document or an order is
/// numbered so from its day on: of the last years it is as likely one of these.
pub(super) fn spread_alone(run: &Run<'_>, context: &Context<'_>, holds: bool) -> Confidence {
    const RECENT: u16 = 25;
    let recent = || {
        let seventh = values(run).get(6).copied().unwrap_or(0);
        let birth = calendar::short_day(century_of(seventh), values(run));
        birth.is_none_or(|birth| context.today.year.saturating_sub(birth.year) < RECENT)
    };
    let dashed = run.separators().last() == Some(&Separator::Dash);
    let whole = run.is_grouped(&[6, 1, 6]);
    match (dashed && !is_joined(run, context) && !run.is_in_row(), holds) {
        (true, true) if whole || !recent() => Confidence::Certain,
        (true, false) if whole || !recent() => Confidence::Probable,
        (true, true) => Confidence::Probable,
        (false, true) if !is_joined(run, context) && !is_by_chance(run, context) => Confidence::Probable,
        _ => Confidence::Possible,
    }
}

/// Whether thirteen digits in one are more likely something else: a barcode that begins with Korea's 880, a time in
/// milliseconds within five years of today, or an id that begins with a date from 2001 to 2012, of which the first
/// six digits read as a birth in 1920 or 2020.
pub(in crate::detect) fn is_rival(values: &[u8], today: Day) -> bool {
    let barcode = values.starts_with(&[8, 8, 0]) && check_digits::holds(values, check_digits::barcode_digit);
    let days = i64::try_from(calendar::number(values) / 86_400_000).unwrap_or(i64::MAX);
    let timestamp = days.abs_diff(calendar::days_since_epoch(today)) <= 5 * 366;
    let year = u16::try_from(calendar::number(values.get(..4).unwrap_or(values))).unwrap_or(0);
    let dated =
        (2001..=2012).contains(&year) && values.get(2..8).and_then(|day| calendar::short_day(2000, day)).is_some();
    barcode || timestamp || dated
}

/// Whether it is a word of its own where people read, or the whole of a value where programs read.
pub(super) fn stands_alone(run: &Run<'_>, context: &Context<'_>) -> bool {
    match context.stands {
        _ if context.alone => true,
        Stands::Text | Stands::Comment | Stands::FormControl => !is_joined(run, context) || is_file(run, context),
        // A string in JSON is as often text that people wrote.
        Stands::JsonString | Stands::JsonNumber => !is_joined(run, context),
        Stands::Attribute | Stands::ScriptString => !is_joined(run, context) && is_in_sentence(context),
        Stands::Url => false,
    }
}

/// Whether it is the name of a file: `9001011234568.jpg`.
fn is_file(run: &Run<'_>, context: &Context<'_>) -> bool {
    const ENDS: &[&str] = &[
        ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".pdf", ".hwp", ".doc", ".xls", ".ppt", ".zip", ".txt", ".csv",
    ];
    let after = context.after.to_ascii_lowercase();
    run.joint_before(context) == Joint::Free && ENDS.iter().any(|end| after.starts_with(end))
}

/// Whether Korean words stand beside it: a title or a message that people read.
fn is_in_sentence(context: &Context<'_>) -> bool {
    let is_hangul = |character: Option<char>| character.is_some_and(|character| matches!(character, '가'..='힣'));
    let before = context.before.trim_end_matches([' ', ':', '(']).chars().next_back();
    let after = context.after.trim_start_matches([' ', ')', '.', ',']).chars().next();
    is_hangul(before) || is_hangul(after)
}

/// Whether it stands where people read: of the strings of JSON in those that are sentences.
pub(super) fn is_read_by_people(context: &Context<'_>) -> bool {
    let words = context.stands == Stands::JsonString && is_in_sentence(context);
    words || matches!(context.stands, Stands::Text | Stands::Comment | Stands::FormControl)
}

/// Whether chance has put the digits together, though their check digit may hold: two numbers of a row of many, or a day and
/// a number in a name with underscores.
pub(super) fn is_by_chance(run: &Run<'_>, context: &Context<'_>) -> bool {
    let underscore = |beside: Option<char>| beside == Some('_');
    let chained = run.separators() == [Separator::Other] && (underscore(run.before()) || underscore(run.after()));
    // `…737dcc050127 8046075c435…`: the ends of two digests.
    let digests = run.separators() == [Separator::Space] && run.is_inside_word();
    chained
        || digests
        || run.is_among_numbers(context)
        || run.is_of_fractions()
        || run.is_in_lines_of_numbers()
        || run.is_of_drawing(context)
}

/// Whether a program has put together 6-7 with neither a word nor a check digit for it: the segments of a path
/// `/390616/5999818/`, a fraction.
pub(super) fn is_of_program(run: &Run<'_>, context: &Context<'_>) -> bool {
    let path = run.separators() == [Separator::Slash] && run.before() == Some('/');
    let fraction = run.separators().contains(&Separator::Dot) && !is_read_by_people(context);
    path || fraction
}

/// Whether it is joined to Latin letters on either side.
pub(super) fn is_joined(run: &Run<'_>, context: &Context<'_>) -> bool {
    let underscore = |beside: Option<char>| beside == Some('_');
    run.joint_before(context).max(run.joint_after(context)) > Joint::Free
        || underscore(run.before())
        || underscore(run.after())
}
