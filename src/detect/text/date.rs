//! Dates as people write them, with or without Hangul.

use super::parse::{at, number, run};
use crate::detect::calendar;
use crate::vocab::Day;
use std::ops::Range;

/// Nobody is older.
const OLDEST: u16 = 120;

/// The date that begins there: `810514`, `19810514`, `1981-05-14`, `81.5.14`, `1981년 5월 14일`. A day that is, not later than
/// today, of somebody who may live.
pub(super) fn read(chars: &[char], from: usize, today: Day) -> Option<Range<usize>> {
    let digit = |character: char| character.is_ascii_digit();
    let first = run(chars, from, 9, digit);
    let ends = |end: usize| {
        let next = at(chars, end);
        let joined = next == Some('-') && at(chars, end.saturating_add(1)).is_some_and(digit);
        !joined && !next.is_some_and(|next| digit(next) || super::parse::is_mask(next))
    };
    let whole = match first.saturating_sub(from) {
        8 if is_born(number(chars, from..first) / 10_000, chars, from.saturating_add(4)..first, today) => Some(first),
        6 if is_born(number(chars, from..first) / 10_000, chars, from.saturating_add(2)..first, today) => Some(first),
        2 | 4 => return parted(chars, from, first, today).filter(|range| ends(range.end)),
        _ => None,
    };
    whole.filter(|end| ends(*end)).map(|end| from..end)
}

/// Whether somebody may be born in that year, on the day that four digits write.
fn is_born(year: u32, chars: &[char], day: Range<usize>, today: Day) -> bool {
    let written = number(chars, day);
    born(year, written / 100, written % 100, today)
}

/// A year and the marks that part it from the month and the day.
fn parted(chars: &[char], from: usize, year_end: usize, today: Day) -> Option<Range<usize>> {
    let digit = |character: char| character.is_ascii_digit();
    let spaces = |from: usize| run(chars, from, 3, |character| character == ' ');
    let mark = |from: usize, word: char| {
        let here = spaces(from);
        let next = match at(chars, here)? {
            '年' => '년',
            '月' => '월',
            next => next,
        };
        let fits = next == word || matches!(next, '-' | '.' | '/');
        fits.then(|| (spaces(here.saturating_add(1)), next))
    };
    let (month, first) = mark(year_end, '년')?;
    let month_end = run(chars, month, 2, digit);
    let (day, second) = mark(month_end, '월')?;
    let day_end = run(chars, day, 2, digit);
    let same = first == second || (first, second) == ('년', '월');
    let fits = same && month_end > month && day_end > day;
    let (year, month, day) =
        (number(chars, from..year_end), number(chars, month..month_end), number(chars, day..day_end));
    (fits && born(year, month, day, today)).then_some(from..day_end)
}

fn born(year: u32, month: u32, day: u32, today: Day) -> bool {
    let (Ok(year), Ok(month), Ok(day)) = (u16::try_from(year), u8::try_from(month), u8::try_from(day)) else {
        return false;
    };
    let years = if year < 100 { [year.saturating_add(1900), year.saturating_add(2000)] } else { [year, year] };
    years.iter().any(|year| {
        let lives = *year <= today.year && year.saturating_add(OLDEST) >= today.year;
        lives && calendar::day(*year, month, day).is_some_and(|day| day <= today)
    })
}

/// Whether somebody who is alive may be born in that year, of two or four digits.
pub(super) fn is_year(year: u32, digits: usize, today: Day) -> bool {
    let today = u32::from(today.year);
    match digits {
        2 => true,
        4 => year <= today && year.saturating_add(u32::from(OLDEST)) >= today,
        _ => false,
    }
}
