//! Numbers of cells as people see them: under the format of the cell.

use super::dates;

/// The places behind the point, at most.
const MOST_PLACES: usize = 30;

/// A number as it is: never with an exponent.
pub(super) fn plain(value: f64) -> String {
    format!("{value}")
}

/// What a cell shows, and the number itself where its digits are others, but for zeros before them.
pub(super) fn shown(value: f64, format: &str, since_1904: bool) -> String {
    let bare = plain(value);
    let digits =
        |text: &str| text.bytes().filter(u8::is_ascii_digit).skip_while(|&digit| digit == b'0').collect::<Vec<_>>();
    match under(value, format, since_1904) {
        Some((seen, is_date)) if is_date || digits(&seen) == digits(&bare) => seen,
        Some((seen, _)) => format!("{seen} {bare}"),
        None => bare,
    }
}

/// A piece of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Stands as it is.
    Text(char),
    /// A digit: always, where there is one, or a space.
    Digit(char),
    Point,
    Comma,
    Percent,
    Exponent,
    /// A letter of a date, so many times.
    Date(char, u8),
    /// Morning or afternoon.
    Half,
}

/// The number under the format, and whether that is a date. Nothing, where the format is none for numbers.
fn under(value: f64, format: &str, since_1904: bool) -> Option<(String, bool)> {
    if !value.is_finite() {
        return None;
    }
    let (section, without_sign) = section(format, value)?;
    let pieces = pieces(&section)?;
    if pieces.iter().any(|piece| matches!(piece, Piece::Date(..))) {
        return dates::shown(value, &pieces, since_1904).map(|text| (text, true));
    }
    let value = if without_sign { value.abs() } else { value };
    number(value, &pieces).map(|text| (text, false))
}

/// The section of the format for this value (ECMA-376 part 1, section 18.8.31), and whether it has said the sign
/// itself.
fn section(format: &str, value: f64) -> Option<(String, bool)> {
    let sections = split(format);
    let conditions: Vec<Option<(String, f64)>> = sections.iter().map(|section| condition(section)).collect();
    if conditions.iter().any(Option::is_some) {
        let holds = |at: &usize| match conditions.get(*at).and_then(Option::as_ref) {
            Some((compare, limit)) => match compare.as_str() {
                "<" => value < *limit,
                "<=" => value <= *limit,
                ">" => value > *limit,
                ">=" => value >= *limit,
                "<>" => value != *limit,
                _ => value == *limit,
            },
            None => true,
        };
        let at = (0..sections.len()).find(holds)?;
        return Some((sections.get(at)?.clone(), false));
    }
    let at = match sections.len() {
        0 => return None,
        1 => 0,
        2 => usize::from(value < 0.0),
        _ if value < 0.0 => 1,
        _ if value == 0.0 => 2,
        _ => 0,
    };
    Some((sections.get(at)?.clone(), at == 1))
}

/// The sections, apart at semicolons that are not quoted.
fn split(format: &str) -> Vec<String> {
    let (mut sections, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for char in format.chars() {
        if char == ';' && !quoted && !escaped {
            sections.push(String::new());
            continue;
        }
        quoted ^= char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
        if let Some(section) = sections.last_mut() {
            section.push(char);
        }
    }
    sections
}

/// A condition in brackets: how it compares, with what.
fn condition(section: &str) -> Option<(String, f64)> {
    for bracket in section.split('[').skip(1) {
        let inside = bracket.split(']').next()?;
        let compare: String = inside.chars().take_while(|char| matches!(char, '<' | '>' | '=')).collect();
        if !compare.is_empty() {
            return Some((compare.clone(), inside.strip_prefix(compare.as_str())?.trim().parse().ok()?));
        }
    }
    None
}

/// The pieces of a section; nothing, if it is `General` or for text.
fn pieces(section: &str) -> Option<Vec<Piece>> {
    if section.to_ascii_lowercase().contains("general") || section.contains("G/표준") || section.trim() == "@" {
        return None;
    }
    let (mut pieces, mut chars) = (Vec::new(), section.chars().peekable());
    while let Some(char) = chars.next() {
        match char {
            '"' => pieces.extend(chars.by_ref().take_while(|&char| char != '"').map(Piece::Text)),
            '\\' => pieces.extend(chars.next().map(Piece::Text)),
            '_' => {
                chars.next();
                pieces.push(Piece::Text(' '));
            }
            '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|&char| char != ']').collect();
                pieces.extend(bracket(&inside));
            }
            '0' | '#' | '?' => pieces.push(Piece::Digit(char)),
            '.' => pieces.push(Piece::Point),
            ',' => pieces.push(Piece::Comma),
            '%' => pieces.push(Piece::Percent),
            'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => {
                chars.next();
                pieces.push(Piece::Exponent);
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'a' | 'A' | 'e' => {
                if matches!(char, 'a' | 'A') && half(&mut chars) {
                    pieces.push(Piece::Half);
                    continue;
                }
                let (letter, mut times) = (char.to_ascii_lowercase(), 1u8);
                while chars.next_if(|next| next.to_ascii_lowercase() == letter).is_some() {
                    times = times.saturating_add(1);
                }
                pieces.push(Piece::Date(letter, times));
            }
            other => pieces.push(Piece::Text(other)),
        }
    }
    Some(pieces)
}

/// `AM/PM` or `A/P`, of which the first letter is read.
fn half(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let ahead: String = chars.clone().take(4).collect::<String>().to_ascii_lowercase();
    let length = if ahead == "m/pm" {
        4
    } else if ahead.starts_with("/p") {
        2
    } else {
        return false;
    };
    chars.by_ref().take(length).for_each(drop);
    true
}

/// What stands in brackets: hours and the like that go beyond a day; a currency; colours say nothing.
fn bracket(inside: &str) -> Vec<Piece> {
    if let Some(currency) = inside.strip_prefix('$') {
        return currency.chars().take_while(|&char| char != '-').map(Piece::Text).collect();
    }
    match inside.chars().next().map(|char| char.to_ascii_lowercase()) {
        Some(letter @ ('h' | 'm' | 's')) if inside.chars().all(|char| char.eq_ignore_ascii_case(&letter)) => {
            vec![Piece::Date(letter, inside.len().min(2) as u8)]
        }
        _ => Vec::new(),
    }
}

/// A number: its digits into the places of the format, what stands between them as it is.
fn number(value: f64, pieces: &[Piece]) -> Option<String> {
    let is_digit = |piece: &Piece| matches!(piece, Piece::Digit(_));
    if pieces.contains(&Piece::Exponent) || !pieces.iter().any(is_digit) {
        let fixed = || pieces.iter().filter_map(|piece| if let Piece::Text(char) = piece { Some(*char) } else { None });
        return (!pieces.contains(&Piece::Exponent)).then(|| fixed().collect());
    }
    let point = pieces.iter().position(|piece| *piece == Piece::Point).unwrap_or(pieces.len());
    let (whole, behind) = pieces.split_at_checked(point)?;
    let last = whole.iter().rposition(is_digit);
    // Commas behind the last digit divide by a thousand each; between digits, they group.
    let divides = last.map_or(0, |last| whole.iter().skip(last).filter(|piece| **piece == Piece::Comma).count());
    let first = whole.iter().position(is_digit).unwrap_or(0);
    let groups = whole.iter().take(last.unwrap_or(0)).skip(first).any(|piece| *piece == Piece::Comma);
    let percent = pieces.iter().filter(|piece| **piece == Piece::Percent).count();
    let scaled = value * 100f64.powi(percent as i32) / 1000f64.powi(divides as i32);
    let places = behind.iter().filter(|piece| is_digit(piece)).count().min(MOST_PLACES);
    let written = format!("{:.places$}", scaled.abs());
    let (digits, decimals) = written.split_once('.').unwrap_or((&written, ""));
    let sign = if value < 0.0 { "-" } else { "" };
    Some(format!("{sign}{}{}", before_point(digits, whole, groups), behind_point(decimals, behind)))
}

/// Fills the places before the point from the right; what does not fit stands before the first of them.
fn before_point(digits: &str, pieces: &[Piece], groups: bool) -> String {
    let (mut out, mut left, mut written) = (Vec::new(), digits.chars().rev().peekable(), 0u32);
    let mut places = pieces.iter().filter(|piece| matches!(piece, Piece::Digit(_))).count();
    let zero = digits == "0";
    let mut put = |out: &mut Vec<char>, char: char| {
        if groups && written > 0 && written % 3 == 0 {
            out.push(',');
        }
        written = written.saturating_add(1);
        out.push(char);
    };
    for piece in pieces.iter().rev() {
        match piece {
            Piece::Text(char) => out.push(*char),
            Piece::Percent => out.push('%'),
            Piece::Digit(kind) => {
                places = places.saturating_sub(1);
                match left.next().filter(|_| !(zero && *kind == '#')) {
                    Some(digit) => put(&mut out, digit),
                    None if *kind == '0' => put(&mut out, '0'),
                    None => {}
                }
                while places == 0
                    && let Some(digit) = left.next()
                {
                    put(&mut out, digit);
                }
            }
            _ => {}
        }
    }
    out.iter().rev().collect()
}

fn behind_point(decimals: &str, pieces: &[Piece]) -> String {
    let (mut out, mut left) = (String::new(), decimals.chars());
    for piece in pieces {
        match piece {
            Piece::Point => out.push('.'),
            Piece::Digit(_) => out.extend(left.next()),
            Piece::Text(char) => out.push(*char),
            Piece::Percent => out.push('%'),
            _ => {}
        }
    }
    out
}

/// The format of a number that needs no record (ECMA-376 part 1, section 18.8.30, and its Korean part).
pub(super) fn built_in(number: u16) -> &'static str {
    match number {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14 => "yyyy-mm-dd",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        27 | 31 | 50 | 51 | 53 | 54 | 57 | 58 => "yyyy\"년\" mm\"월\" dd\"일\"",
        28 | 29 => "mm-dd",
        30 => "mm-dd-yy",
        36 => "yyyy-mm-dd",
        32 => "h\"시\" mm\"분\"",
        33 => "h\"시\" mm\"분\" ss\"초\"",
        37 | 38 => "#,##0",
        39 | 40 => "#,##0.00",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        _ => "General",
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_stand_as_people_see_them() {
        for (value, format, seen) in [
            (9001011234568.0, "General", "9001011234568"),
            (9001011234568.0, "000000-0000000", "900101-1234568"),
            (101011234568.0, "000000-0000000", "010101-1234568"),
            (1012345678.0, "000-0000-0000", "010-1234-5678"),
            (1012345678.0, "[<=9999999]###-####;(0##) ####-####", "(010) 1234-5678"),
            (1234567.0, "#,##0", "1,234,567"),
            (1234567.891, "#,##0.00_ ", "1,234,567.89  1234567.891"),
            (-5.0, "#,##0;[Red]-#,##0", "-5"),
            (0.25, "0%", "25%"),
            (0.0, "#,##0", "0"),
            (12.0, "\"제 \"0\" 호\"", "제 12 호"),
            (32874.0, "yyyy\\-mm\\-dd", "1990-01-01"),
            (32874.75, "yy/m/d h:mm AM/PM", "90/1/1 6:00 PM"),
            (1.5, "[h]:mm", "36:00"),
        ] {
            assert_eq!(shown(value, format, false), seen, "{value} {format}");
        }
    }
}
