//! What resident and foreigner registration numbers share: `YYMMDD-SNNNNNC`, thirteen digits as 6-7 or in one.

use crate::detect::run::{Joint, Opening, Run};
use crate::detect::{Context, calendar, check_digits};
use crate::text::Separator;
use crate::vocab::{Day, Stands};

/// How the thirteen digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// 6-7 with punctuation or a space between.
    Parted,
    /// 6-7 over a line break: two numbers, unless something else says that they are one.
    Broken,
    /// All in one.
    Bare,
}

/// A group of thirteen, or one of six before one of seven.
pub(super) fn groups(first: usize, second: usize) -> bool {
    matches!((first, second), (13, _) | (6, 7))
}

/// Two digits of the year and the first of the month.
pub(super) fn leads([.., month]: [u8; 3]) -> bool {
    month < 2
}

/// Whether the first six digits end in what may be a month and a day.
pub(super) fn opens(opening: &Opening<'_>) -> bool {
    let mut values = [0; 6];
    let [_, _, month @ .., tens, ones] = opening.values(&mut values) else { return false };
    matches!(month, [0, 1..=9] | [1, 0..=2]) && matches!((tens, ones), (0, 1..=9) | (1 | 2, _) | (3, 0 | 1))
}

/// The spelling, if the run has the form of a registration number.
pub(super) fn spelling(run: &Run<'_>) -> Option<Spelling> {
    if run.is_grouped(&[13]) {
        return Some(Spelling::Bare);
    }
    if !run.is_grouped(&[6, 7]) {
        return None;
    }
    Some(if run.separators() == [Separator::Newline] { Spelling::Broken } else { Spelling::Parted })
}

/// The seventh digit, which tells sex, century and nationality, if the first six are a day in that century that is
/// not after today.
pub(super) fn seventh_of_real_birth(run: &Run<'_>, today: Day) -> Option<u8> {
    let seventh = run.value(6)?;
    let century = match seventh {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    let birth = calendar::short_day(century, run.values())?;
    (birth <= today).then_some(seventh)
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
        Stands::Text | Stands::Comment | Stands::FormControl => !is_joined(run, context),
        // A string in JSON is as often text that people wrote.
        Stands::JsonString | Stands::JsonNumber => !is_joined(run, context),
        Stands::Attribute | Stands::ScriptString => !is_joined(run, context) && is_in_sentence(context),
        Stands::Url => false,
    }
}

/// Whether Korean words stand beside it: a title or a message that people read.
fn is_in_sentence(context: &Context<'_>) -> bool {
    let is_hangul = |character: Option<char>| character.is_some_and(|character| matches!(character, '가'..='힣'));
    let before = context.before.trim_end_matches([' ', ':', '(']).chars().next_back();
    let after = context.after.trim_start_matches([' ', ')', '.', ',']).chars().next();
    is_hangul(before) || is_hangul(after)
}

/// Whether chance has put the digits together, though their check digit may hold: two numbers of a row of many, or a day and
/// a number in a name with underscores.
pub(super) fn is_by_chance(run: &Run<'_>, context: &Context<'_>) -> bool {
    let underscore = |beside: Option<char>| beside == Some('_');
    let chained = run.separators() == [Separator::Other] && (underscore(run.before()) || underscore(run.after()));
    chained || run.is_among_numbers(context)
}

/// Whether it is joined to Latin letters on either side.
pub(super) fn is_joined(run: &Run<'_>, context: &Context<'_>) -> bool {
    let underscore = |beside: Option<char>| beside == Some('_');
    run.joint_before(context).max(run.joint_after(context)) > Joint::Free
        || underscore(run.before())
        || underscore(run.after())
}
