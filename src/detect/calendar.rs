//! Real dates, without a clock.

use crate::vocab::Day;

/// The day with this year, month and day of the Gregorian calendar, if there is one.
pub(super) fn day(year: u16, month: u8, day: u8) -> Option<Day> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=last).contains(&day).then_some(Day { year, month, day })
}

/// The number that decimal digits write; 0 for none. Meant for at most 19 digits.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum: u64, digit| sum.saturating_mul(10).saturating_add(u64::from(*digit)))
}

/// The day that `YYMMDD` is in a century that begins with this year.
pub(super) fn short_day(century: u16, digits: &[u8]) -> Option<Day> {
    let year = u16::try_from(number(digits.get(..2)?)).ok()?;
    let month = u8::try_from(number(digits.get(2..4)?)).ok()?;
    day(century.saturating_add(year), month, u8::try_from(number(digits.get(4..6)?)).ok()?)
}

/// Days since 1970-01-01, negative before it. (The civil-from-days arithmetic of proleptic Gregorian dates, with the
/// year beginning in March so that the leap day is the last.)
pub(super) fn days_since_epoch(day: Day) -> i64 {
    let (year, month) = (i64::from(day.year), i64::from(day.month));
    let (year, month) =
        if month > 2 { (year, month.saturating_sub(3)) } else { (year.saturating_sub(1), month.saturating_add(9)) };
    let leaps = year / 4 - year / 100 + year / 400;
    365 * year + leaps + (153 * month + 2) / 5 + i64::from(day.day) - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_days_exist_where_the_calendar_has_them() {
        assert!(day(2000, 2, 29).is_some());
        assert!(day(1900, 2, 29).is_none());
        assert!(day(2024, 2, 29).is_some());
        assert!(day(2023, 2, 29).is_none());
        assert!(day(1999, 2, 30).is_none());
        assert!(day(1999, 4, 31).is_none());
        assert!(day(1999, 0, 1).is_none());
        assert!(day(1999, 13, 1).is_none());
        assert!(day(1999, 1, 0).is_none());
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(days_since_epoch(Day { year: 1970, month: 1, day: 1 }), 0);
        assert_eq!(days_since_epoch(Day { year: 1969, month: 12, day: 31 }), -1);
        assert_eq!(days_since_epoch(Day { year: 2000, month: 2, day: 29 }), 11_016);
        assert_eq!(days_since_epoch(Day { year: 2027, month: 1, day: 26 }), 20_844);
    }
}
