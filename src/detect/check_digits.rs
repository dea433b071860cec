//! Check digits. Each function takes the values of all digits of a number, the check digit among them.

const RESIDENT_WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

fn weighted(digits: &[u8], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit).saturating_mul(weight)).sum()
}

/// The check digit that a resident registration number should have: `(11 − S mod 11) mod 10`.
pub(super) fn resident_digit(digits: &[u8]) -> u8 {
    low_digit(11 - weighted(digits, RESIDENT_WEIGHTS) % 11)
}

/// The same for a foreigner registration number: `(13 − S mod 11) mod 10`. Never officially published; many real
/// numbers fail it, so it only ever raises the confidence.
pub(super) fn foreigner_digit(digits: &[u8]) -> u8 {
    low_digit(13 - weighted(digits, RESIDENT_WEIGHTS) % 11)
}

/// The same for a corporation registration number: weights 1 and 2 in turn, `(10 − T mod 10) mod 10`.
pub(super) fn corporation_digit(digits: &[u8]) -> u8 {
    low_digit(10 - weighted(digits.get(..12).unwrap_or(digits), [1, 2].into_iter().cycle()) % 10)
}

/// The same for a business registration number, whose tenth digit it is: weights 1, 3, 7 in turn, but 5 for the ninth, of
/// whose product the tens count once more; `(10 − T mod 10) mod 10`.
pub(super) fn business_digit(digits: &[u8]) -> u8 {
    let ninth = digits.get(8).copied().map_or(0, u32::from);
    let sum = weighted(digits.get(..9).unwrap_or(digits), [1, 3, 7, 1, 3, 7, 1, 3, 5]);
    low_digit(10 - sum.saturating_add(5 * ninth / 10) % 10)
}

/// The same for an EAN-13 barcode: weights 1 and 3 in turn (GS1 General Specifications, 7.9).
pub(super) fn barcode_digit(digits: &[u8]) -> u8 {
    low_digit(10 - weighted(digits.get(..12).unwrap_or(digits), [1, 3].into_iter().cycle()) % 10)
}

/// Whether the last digit is the one that `digit` gives for a number of thirteen.
pub(super) fn holds(digits: &[u8], digit: fn(&[u8]) -> u8) -> bool {
    digits.get(12).is_some_and(|last| digits.len() == 13 && *last == digit(digits))
}

/// Whether thirteen digits are as likely a corporation's number as a person's: an office of a registry (11 to 28), a
/// class of bodies (company, partnership, association, foundation, special body), and a check digit that holds.
/// Without office and class a tenth of all people would be taken for companies.
pub(super) fn is_corporation(digits: &[u8]) -> bool {
    let is_office = matches!(digits, [1, 1..=9, ..] | [2, 0..=8, ..]);
    let is_class = matches!(digits.get(4..6), Some([1, 1..=5] | [2, 1 | 2] | [3, 1]));
    is_office && is_class && holds(digits, corporation_digit)
}

/// The Luhn sum of all digits (ISO/IEC 7812-1, annex B); a card number's is a multiple of ten.
pub(super) fn luhn_sum(digits: &[u8]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let worth = |(place, digit): (usize, &u8)| {
        let digit = u32::from(*digit);
        if place.is_multiple_of(2) { digit } else { doubled(digit) }
    };
    digits.iter().rev().enumerate().map(worth).sum()
}

fn low_digit(number: u32) -> u8 {
    u8::try_from(number % 10).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect()
    }

    /// The worked numbers, computed by hand from the published formulas, not by this code.
    #[test]
    fn worked_numbers() {
        for (number, digit) in [("900101-123456", 8), ("050912-300001", 1), ("810514-123456", 4)] {
            assert_eq!(resident_digit(&digits(number)), digit, "{number}");
        }
        for (number, digit) in [("900101-512348", 8), ("991231-712348", 4)] {
            assert_eq!(foreigner_digit(&digits(number)), digit, "{number}");
        }
        for (number, digit) in [("110111-006243", 2), ("110111-123456", 9)] {
            assert_eq!(corporation_digit(&digits(number)), digit, "{number}");
        }
        for (number, digit) in [("123-45-6789", 1), ("220-81-0000", 1), ("101-81-0001", 6)] {
            assert_eq!(business_digit(&digits(number)), digit, "{number}");
        }
        assert_eq!(barcode_digit(&digits("880123456789")), 3);
        for card in [
            "4000-0000-0000-0002",
            "3700-000000-00002",
            "3056-000000-0007",
            "3530-0000-0000-0003",
            "6200-0000-0000-0005",
            "9410-0000-0000-0005",
            "2221-0000-0000-0009",
        ] {
            assert_eq!(luhn_sum(&digits(card)) % 10, 0, "{card}");
        }
    }

    #[test]
    fn the_guidelines_own_sample_fails() {
        assert!(!holds(&digits("810514-1234567"), resident_digit));
        assert!(holds(&digits("900101-1234568"), resident_digit));
        assert!(!holds(&digits("900101-12345680"), resident_digit));
    }
}
