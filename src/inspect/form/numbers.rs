//! Numbers of JSON in ways of writing that a reader of text does not see through, and that programs read as the same number:
//! a negative exponent, noughts before the first digit, the `n` of a large integer behind it.

/// The longest number that is looked at, as it is written.
pub(super) const LONGEST: usize = 64;
/// Digits of the numbers that are looked for, at least and at most.
const FEWEST: usize = 10;
const MOST: usize = 20;

/// Whether a byte may stand in a number.
pub(super) fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')
}

/// The digits of an integer that is written in such a way; `next` is what follows it.
pub(super) fn meant(written: &[u8], next: Option<u8>) -> Option<Vec<u8>> {
    let written = written.strip_prefix(b"-").unwrap_or(written);
    let mut halves = written.splitn(2, |byte| matches!(byte, b'e' | b'E'));
    let (mantissa, exponent) = (halves.next()?, halves.next());
    let mut parts = mantissa.splitn(2, |byte| *byte == b'.');
    let (whole, fraction) = (parts.next()?, parts.next().unwrap_or_default());
    let plain = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return None;
    }
    let power: i32 = exponent.map_or(Some(0), |text| std::str::from_utf8(text).ok()?.parse().ok())?;
    if power >= 0 && !whole.starts_with(b"0") && next != Some(b'n') {
        return None;
    }
    let digits = [whole, fraction].concat();
    let point = i64::try_from(whole.len()).ok()?.checked_add(power.into())?;
    let noughts = digits.iter().take_while(|digit| **digit == b'0').count();
    let digits = digits.get(noughts..)?;
    let length = usize::try_from(point.checked_sub(i64::try_from(noughts).ok()?)?).ok()?;
    if !(FEWEST..=MOST).contains(&length) {
        return None;
    }
    let (integer, rest) = digits.split_at_checked(length).unwrap_or((digits, &[]));
    let mut integer = integer.to_vec();
    integer.resize(length, b'0');
    rest.iter().all(|digit| *digit == b'0').then_some(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_read() {
        for (written, next) in [
            ("9001011234568000000000e-9", Some(b'}')),
            ("90010112345680e-1", None),
            ("9001011234568000.0E-3", Some(b',')),
            ("0.9001011234568e13", Some(b'}')),
            ("0.0009001011234568e+16", Some(b'}')),
            ("0009001011234568", Some(b'}')),
            ("-0.9001011234568e13", Some(b'}')),
            ("9001011234568", Some(b'n')),
        ] {
            assert_eq!(meant(written.as_bytes(), next).as_deref(), Some(&b"9001011234568"[..]), "{written}");
        }
        for (written, next) in [
            ("9001011234568", Some(b'}')),
            ("9.001011234568e12", Some(b'}')),
            ("9001011234568000000000e-10", None),
            ("1e-9", None),
            ("0.25", None),
            ("1e99999999999", None),
            ("1e-2147483648", None),
            ("0e2147483647", None),
            ("e-9", None),
            ("..-", None),
            ("9001011234568.5e-1", None),
        ] {
            assert_eq!(meant(written.as_bytes(), next), None, "{written}");
        }
    }
}
