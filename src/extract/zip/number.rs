//! Numbers of spreadsheets as people see them: decimal digits all the way, so that no digit of a long number is lost, and
//! number formats (ECMA-376 part 1, 18.8.31) as far as they decide which digits are seen.

use std::borrow::Cow;

/// Longer numbers, and greater exponents, are no numbers of a spreadsheet.
const MOST_DIGITS: usize = 340;

/// Digits that a spreadsheet keeps of a number with a fraction.
const SIGNIFICANT: usize = 15;

/// A number without its exponent, if it has one: `8.8E+3` is `8800`.
pub(super) fn whole(text: &str) -> Cow<'_, str> {
    let long = text.len() > SIGNIFICANT && text.contains('.');
    if !long && !text.contains(['e', 'E']) {
        return Cow::Borrowed(text);
    }
    Decimal::parse(text).map_or(Cow::Borrowed(text), |number| Cow::Owned(number.plain()))
}

/// A decimal number: 0.digits × 10^point.
#[derive(Clone)]
pub(super) struct Decimal {
    pub(super) negative: bool,
    /// Without zeros in front.
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    /// From a text such as `-12.5E+3`.
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.trim_start_matches('+').parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let valid = before.bytes().chain(after.bytes()).all(|byte| byte.is_ascii_digit());
        let length = before.len().checked_add(after.len())?;
        if !valid || length == 0 || length > MOST_DIGITS || exponent.unsigned_abs() as usize > MOST_DIGITS {
            return None;
        }
        let all: Vec<u8> = before.bytes().chain(after.bytes()).collect();
        let zeros = all.iter().take_while(|digit| **digit == b'0').count();
        let point = i32::try_from(before.len()).ok()?.checked_sub(i32::try_from(zeros).ok()?)?;
        let digits = all.into_iter().skip(zeros).collect();
        Some(Decimal { negative, digits, point: point.checked_add(exponent)? })
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == b'0')
    }

    fn is_whole(&self) -> bool {
        let whole = usize::try_from(self.point).unwrap_or(0);
        self.digits.iter().skip(whole).all(|digit| *digit == b'0')
    }

    /// As a floating point number, for comparing and for dates.
    pub(super) fn value(&self) -> f64 {
        let text = format!("0.{}e{}", String::from_utf8_lossy(&self.digits), self.point);
        let value = if self.digits.is_empty() { 0.0 } else { text.parse().unwrap_or(0.0) };
        if self.negative { -value } else { value }
    }

    fn scaled(&self, by: i32) -> Decimal {
        Decimal { point: self.point.saturating_add(by), ..self.clone() }
    }

    /// The digits before the point, and so many behind it, rounded.
    fn rounded(&self, decimals: usize) -> (Vec<u8>, Vec<u8>) {
        let keep = self.point.saturating_add(i32::try_from(decimals).unwrap_or(i32::MAX));
        let mut digits = match usize::try_from(keep) {
            Ok(keep) => {
                let mut kept: Vec<u8> = self.digits.iter().copied().take(keep).collect();
                kept.resize(keep.min(MOST_DIGITS * 3), b'0');
                if self.digits.get(keep).is_some_and(|next| *next >= b'5') {
                    carry(&mut kept);
                }
                kept
            }
            Err(_) => Vec::new(),
        };
        while digits.len() < decimals.saturating_add(1) {
            digits.insert(0, b'0');
        }
        let after = digits.split_off(digits.len().saturating_sub(decimals));
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        (digits, after)
    }

    /// All digits, without an exponent.
    pub(super) fn plain(&self) -> String {
        let decimals = if self.is_whole() {
            0
        } else {
            // So many digits behind the point as a spreadsheet keeps.
            let room = SIGNIFICANT.saturating_add_signed(-(self.point as isize));
            let used = self.digits.len().saturating_add_signed(-(self.point as isize));
            room.min(used)
        };
        let (before, mut after) = self.rounded(decimals);
        while after.last() == Some(&b'0') {
            after.pop();
        }
        let mut out = if self.negative { "-".to_owned() } else { String::new() };
        out.push_str(if before.is_empty() { "0" } else { "" });
        out.push_str(&String::from_utf8_lossy(&before));
        if !after.is_empty() {
            out.push('.');
            out.push_str(&String::from_utf8_lossy(&after));
        }
        out
    }
}

/// One more in the last place.
fn carry(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit = digit.saturating_add(1);
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

/// A number format, with its sections.
#[derive(Debug, Default)]
pub(super) struct Format {
    sections: Vec<Section>,
}

#[derive(Debug, Default)]
struct Section {
    pieces: Vec<Piece>,
    condition: Option<(String, f64)>,
    general: bool,
    date: bool,
}

#[derive(Debug, PartialEq)]
enum Piece {
    /// A place for a digit: `0`, `#`, `?`.
    Digit(char),
    Literal(String),
    Point,
    Comma,
    Percent,
    /// The text of a cell that holds one.
    Text,
}

impl Format {
    /// From its code.
    pub(super) fn parse(code: &str) -> Format {
        let mut sections = vec![Section::default()];
        // What a program in Korean calls it.
        let code = code.replace("G/표준", "General");
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            if letter == ';' && sections.len() < 4 {
                sections.push(Section::default());
                continue;
            }
            let Some(section) = sections.last_mut() else { break };
            match letter {
                '"' => section.literal(&letters.by_ref().take_while(|next| *next != '"').collect::<String>()),
                '\\' => section.literal(&letters.next().map(String::from).unwrap_or_default()),
                '_' | '*' => drop(letters.next()),
                '[' => section.bracket(&letters.by_ref().take_while(|next| *next != ']').collect::<String>()),
                letter => section.letter(letter, &mut letters),
            }
        }
        sections.iter_mut().for_each(Section::settle);
        Format { sections }
    }

    /// Whether it shows a number as it is.
    pub(super) fn is_general(&self) -> bool {
        matches!(self.sections.as_slice(), [] | [Section { general: true, .. }])
    }

    /// A number as it is shown; `None` if it is a date beyond dates.
    pub(super) fn show(&self, number: &Decimal, from_1904: bool) -> Option<String> {
        let (section, signed) = self.section(number)?;
        if section.date {
            return date(number.value(), from_1904);
        }
        let sign = if number.negative && signed && !number.is_zero() { "-" } else { "" };
        let positive = Decimal { negative: false, ..number.clone() };
        let text = if section.general { section.around(&positive.plain()) } else { section.digits(&positive) };
        Some(format!("{sign}{text}"))
    }

    /// A text as it is shown, if the format adds something.
    pub(super) fn show_text(&self, text: &str) -> Option<String> {
        let section = self.sections.get(3).or_else(|| self.sections.first().filter(|_| self.sections.len() == 1))?;
        let adds = section.pieces.len() > 1 && section.pieces.contains(&Piece::Text);
        adds.then(|| section.around(text))
    }

    /// The section for a number, and whether it leaves the sign to be written.
    fn section(&self, number: &Decimal) -> Option<(&Section, bool)> {
        let value = number.value();
        if self.sections.iter().any(|section| section.condition.is_some()) {
            let hit = self.sections.iter().take(3).find(|section| section.holds(value));
            return hit.or_else(|| self.sections.get(1)).or_else(|| self.sections.first()).map(|found| (found, true));
        }
        match self.sections.as_slice() {
            [one] => Some((one, true)),
            [one, two, ..] if value < 0.0 => {
                Some((if two.pieces.is_empty() && !two.general { one } else { two }, false))
            }
            [_, _, three, ..] if number.is_zero() => Some((three, false)),
            [one, ..] => Some((one, true)),
            [] => None,
        }
    }
}

impl Section {
    fn literal(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Literal(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Literal(text.to_owned())),
        }
    }

    fn bracket(&mut self, text: &str) {
        let compared = text.trim_start_matches(['<', '>', '=']);
        if let Some(currency) = text.strip_prefix('$') {
            let sign = currency.split_once('-').map_or(currency, |(sign, _)| sign);
            self.literal(sign);
        } else if compared.len() < text.len() {
            let sign = text.get(..text.len().saturating_sub(compared.len())).unwrap_or_default();
            self.condition = compared.trim().parse().ok().map(|value| (sign.to_owned(), value));
        } else if text.chars().all(|letter| matches!(letter, 'h' | 'm' | 's' | 'H' | 'M' | 'S')) {
            self.date = true;
        }
    }

    fn letter(&mut self, letter: char, rest: &mut std::str::Chars<'_>) {
        match letter {
            '0' | '#' | '?' => self.pieces.push(Piece::Digit(letter)),
            '.' => self.pieces.push(Piece::Point),
            ',' => self.pieces.push(Piece::Comma),
            '%' => self.pieces.push(Piece::Percent),
            '@' => self.pieces.push(Piece::Text),
            'G' if rest.as_str().starts_with("eneral") => {
                rest.nth("eneral".len().saturating_sub(1));
                self.general = true;
                self.pieces.push(Piece::Text);
            }
            // A mantissa with an exponent, or a fraction: all digits are of more use.
            'E' | 'e' if rest.as_str().starts_with(['+', '-']) => self.general = true,
            '/' if matches!(self.pieces.last(), Some(Piece::Digit(_))) => self.general = true,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'g' | 'b' => self.date = true,
            other => self.literal(other.encode_utf8(&mut [0; 4])),
        }
    }

    fn settle(&mut self) {
        if self.general && self.pieces.iter().any(|piece| matches!(piece, Piece::Digit(_))) {
            self.pieces = vec![Piece::Text];
        }
        self.general |= self.pieces.contains(&Piece::Text);
    }

    fn holds(&self, value: f64) -> bool {
        match &self.condition {
            None => false,
            Some((sign, other)) => match sign.as_str() {
                "<" => value < *other,
                "<=" => value <= *other,
                ">" => value > *other,
                ">=" => value >= *other,
                "=" => value == *other,
                _ => value != *other,
            },
        }
    }

    /// The literals around a text.
    fn around(&self, text: &str) -> String {
        let parts = self.pieces.iter().map(|piece| match piece {
            Piece::Literal(literal) => literal.as_str(),
            Piece::Text => text,
            _ => "",
        });
        parts.collect()
    }

    /// A number, digit by digit into its places.
    fn digits(&self, number: &Decimal) -> String {
        let point = self.pieces.iter().position(|piece| *piece == Piece::Point).unwrap_or(self.pieces.len());
        let is_digit = |piece: &&Piece| matches!(piece, Piece::Digit(_));
        let whole = self.pieces.iter().take(point).filter(is_digit).count();
        let decimals = self.pieces.iter().skip(point).filter(is_digit).count();
        let last = self.pieces.iter().take(point).rposition(|piece| matches!(piece, Piece::Digit(_))).unwrap_or(0);
        let commas = |from: usize, to: usize| {
            self.pieces.iter().take(to).skip(from).filter(|piece| **piece == Piece::Comma).count()
        };
        let (grouped, thousands) = (commas(0, last) > 0, commas(last, point));
        let percents = self.pieces.iter().filter(|piece| **piece == Piece::Percent).count();
        let shift = i32::try_from(percents.saturating_mul(2))
            .unwrap_or(0)
            .saturating_sub(i32::try_from(thousands.saturating_mul(3)).unwrap_or(0));
        let (before, after) = number.scaled(shift).rounded(decimals.min(30));
        let mut placed = Placed { before: &before, whole, seen: 0, grouped, out: String::new() };
        let mut behind = after.iter();
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Digit(kind) if index < point => placed.digit(*kind),
                Piece::Digit(_) => placed.out.extend(behind.next().map(|digit| char::from(*digit))),
                Piece::Literal(text) => placed.out.push_str(text),
                Piece::Point if decimals > 0 => placed.out.push('.'),
                Piece::Percent => placed.out.push('%'),
                Piece::Point | Piece::Comma | Piece::Text => {}
            }
        }
        placed.out
    }
}

/// Digits before the point, on their way into their places.
struct Placed<'d> {
    before: &'d [u8],
    /// Places in all, and those that are done.
    whole: usize,
    seen: usize,
    grouped: bool,
    out: String,
}

impl Placed<'_> {
    fn digit(&mut self, kind: char) {
        self.seen = self.seen.saturating_add(1);
        let right = self.whole.saturating_sub(self.seen);
        // The first place takes all digits that have none.
        let from =
            if self.seen == 1 { self.before.len().max(right.saturating_add(1)) } else { right.saturating_add(1) };
        for place in (right..from).rev() {
            let digit = self.before.len().checked_sub(place.saturating_add(1)).and_then(|at| self.before.get(at));
            match (digit, kind) {
                (Some(digit), _) => self.out.push(char::from(*digit)),
                (None, '0') => self.out.push('0'),
                (None, '?') => self.out.push(' '),
                (None, _) => continue,
            }
            if self.grouped && place > 0 && place.is_multiple_of(3) {
                self.out.push(',');
            }
        }
    }
}

/// A serial number as a date, a time, or both (18.17.4.1).
fn date(serial: f64, from_1904: bool) -> Option<String> {
    let serial = if from_1904 { serial + 1462.0 } else { serial };
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let days = serial.floor();
    let seconds = ((serial - days) * 86_400.0).round() as u64;
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if days < 1.0 {
        return Some(time);
    }
    // Day 60 is a 29 February 1900 that never was.
    let days = if days < 60.0 { days + 1.0 } else { days };
    let (year, month, day) = civil(days as i64 - 25_569);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if seconds > 0 { format!("{date} {time}") } else { date })
}

/// Year, month and day from days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, number: &str) -> String {
        let number = Decimal::parse(number).expect("a number");
        Format::parse(code).show(&number, false).unwrap_or_else(|| "no date".to_owned())
    }

    #[test]
    fn long_numbers_keep_all_their_digits() {
        assert_eq!(whole("8.801011234568E+12"), "8801011234568");
        assert_eq!(whole("8801011234568"), "8801011234568");
        assert_eq!(whole("1.5E-3"), "0.0015");
        assert_eq!(whole("0.30000000000000004"), "0.3");
        assert_eq!(whole("-1E2"), "-100");
        assert_eq!(whole("1E999999999"), "1E999999999");
        assert_eq!(whole("9999999999999999.9"), "10000000000000000");
        assert_eq!(whole("Ellen"), "Ellen");
    }

    #[test]
    fn formats_place_the_digits() {
        assert_eq!(shown("000000-0000000", "101011234568"), "010101-1234568");
        assert_eq!(shown("000000\\-0000000", "9001011234568"), "900101-1234568");
        assert_eq!(shown("0##-####-####", "1012345678"), "010-1234-5678");
        assert_eq!(shown("[<=99999999]####-####;000-0000-0000", "1012345678"), "010-1234-5678");
        assert_eq!(shown("#,##0", "1234567"), "1,234,567");
        assert_eq!(shown("#,##0.00_);[Red](#,##0.00)", "-1234.5"), "(1,234.50)");
        assert_eq!(shown("0.0%", "0.1256"), "12.6%");
        assert_eq!(shown("00000", "42"), "00042");
        assert_eq!(shown("General", "8.801011234568E+12"), "8801011234568");
        assert_eq!(shown("0.00E+00", "8801011234568"), "8801011234568");
        assert_eq!(shown("[$₩-412]#,##0", "-5000"), "-₩5,000");
        assert_eq!(shown("\"no. \"0", "7"), "no. 7");
        assert_eq!(shown(";;;", "7"), "");
        assert_eq!(shown("# ?/?", "1.5"), "1.5");
        assert_eq!(shown("G/표준\"원\"", "7"), "7원");
        assert_eq!(shown("_-* #,##0_-;\\-* #,##0_-;_-* \"-\"_-;_-@_-", "-1234"), "-1,234");
    }

    #[test]
    fn dates_are_dates() {
        assert_eq!(shown("yyyy-mm-dd", "32874"), "1990-01-01");
        assert_eq!(shown("yyyy\"년\" m\"월\" d\"일\"", "32874"), "1990-01-01");
        assert_eq!(shown("[h]:mm", "0.5"), "12:00:00");
        assert_eq!(shown("m/d/yy h:mm", "32874.25"), "1990-01-01 06:00:00");
        assert_eq!(shown("yyyy", "9001011234568"), "no date");
        assert_eq!(shown("yyyy", "1"), "1900-01-01");
    }
}
