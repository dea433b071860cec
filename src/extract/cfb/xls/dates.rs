//! Dates and times of cells: days since the end of 1899, or since 1904.

use super::numbers::Piece;

/// The last day that a spreadsheet knows: the end of 9999.
const LAST: f64 = 2_958_466.0;
const DAY: u64 = 86_400;

/// A day and a time of it.
struct When {
    year: i64,
    month: u32,
    day: u32,
    weekday: i64,
    /// Seconds since the first day began.
    since: u64,
}

/// The date under the pieces of a format; nothing, if there is no such day.
pub(super) fn shown(value: f64, pieces: &[Piece], since_1904: bool) -> Option<String> {
    let value = if since_1904 { value + 1462.0 } else { value };
    if !(0.0..LAST).contains(&value) {
        return None;
    }
    let when = when(value);
    let half = pieces.contains(&Piece::Half);
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(char) => out.push(*char),
            Piece::Point => out.push('.'),
            Piece::Comma => out.push(','),
            Piece::Half => out.push_str(if when.since % DAY >= DAY / 2 { "PM" } else { "AM" }),
            Piece::Date('m', times) if is_minutes(pieces, at) => {
                out.push_str(&padded(when.since % DAY / 60 % 60, *times));
            }
            Piece::Date(letter, times) => out.push_str(&one(&when, *letter, *times, half, pieces)),
            Piece::Digit(_) | Piece::Percent | Piece::Exponent => {}
        }
    }
    Some(out)
}

fn one(when: &When, letter: char, times: u8, half: bool, pieces: &[Piece]) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const DAYS: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];
    let hour = when.since % DAY / 3600;
    match (letter, times) {
        ('y', ..=2) => format!("{:02}", when.year % 100),
        ('y' | 'e', _) => when.year.to_string(),
        ('m', 3..) => {
            let name = MONTHS.get(when.month.saturating_sub(1) as usize).copied().unwrap_or_default();
            let length = if times == 3 { 3 } else { name.len() };
            name.chars().take(length).collect()
        }
        ('m', _) => padded(u64::from(when.month), times),
        ('d', ..=2) => padded(u64::from(when.day), times),
        ('d' | 'a', _) => DAYS.get(when.weekday as usize).copied().unwrap_or_default().to_owned(),
        // Without a day before it, hours go beyond a day.
        ('h', _) if !half && !pieces.iter().any(|piece| matches!(piece, Piece::Date('d' | 'y', _))) => {
            padded(when.since / 3600, times)
        }
        ('h', _) if half => padded(if hour.is_multiple_of(12) { 12 } else { hour % 12 }, times),
        ('h', _) => padded(hour, times),
        ('s', _) => padded(when.since % 60, times),
        _ => String::new(),
    }
}

fn padded(number: u64, times: u8) -> String {
    if times > 1 { format!("{number:02}") } else { number.to_string() }
}

/// Whether an `m` means minutes: behind hours, or before seconds.
fn is_minutes(pieces: &[Piece], at: usize) -> bool {
    let date = |piece: &&Piece| matches!(piece, Piece::Date(..));
    let before = pieces.iter().take(at).rev().find(date);
    let behind = pieces.iter().skip(at.saturating_add(1)).find(date);
    matches!(before, Some(Piece::Date('h', _))) || matches!(behind, Some(Piece::Date('s', _)))
}

/// The calendar of a number of days. The year 1900 has a day too many before day 60, as the spreadsheet has.
fn when(value: f64) -> When {
    let seconds = (value * DAY as f64).round() as u64;
    let serial = (seconds / DAY) as i64;
    let days = if serial < 60 { serial.saturating_sub(25_568) } else { serial.saturating_sub(25_569) };
    let (year, month, day) = civil(days);
    When { year, month, day, weekday: days.saturating_add(3).rem_euclid(7), since: seconds }
}

/// Year, month and day of the days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}
