//! Synthetic numbers with right check digits, from a seed: for tests, benches and the demo. They belong to nobody that
//! we know of, and the same seed gives the same numbers.

use super::check_digits;

/// Makes numbers. (SplitMix64, Steele and others 2014: eight lines, and good enough for test data.)
#[derive(Debug, Clone)]
pub struct Maker {
    state: u64,
}

impl Maker {
    /// A maker of the numbers that belong to this seed.
    pub fn new(seed: u64) -> Maker {
        Maker { state: seed }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.bits().checked_rem(limit).unwrap_or(0)
    }

    /// One of the choices; the default of the type if there are none.
    pub fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let number = usize::try_from(self.below(u64::try_from(choices.len()).unwrap_or(0))).unwrap_or(0);
        choices.get(number).copied().unwrap_or_default()
    }

    /// A resident registration number, 13 digits with a check digit that holds, of somebody born 1930 to 2024.
    pub fn resident(&mut self) -> String {
        self.registration([1, 3], check_digits::resident_digit)
    }

    /// A foreigner registration number, 13 digits with a check digit that holds, of somebody born 1930 to 2024.
    pub fn foreigner(&mut self) -> String {
        self.registration([5, 7], check_digits::foreigner_digit)
    }

    /// The seventh digit is one of the century's pair, which begins with this one; no number is one that may as well
    /// be a corporation's (those are few, and they are left to tests of their own).
    fn registration(&mut self, pairs: [u8; 2], check: fn(&[u8]) -> u8) -> String {
        loop {
            let year = self.below(95).saturating_add(1930);
            let pair = if year < 2000 { pairs[0] } else { pairs[1] };
            let seventh = u64::from(pair).saturating_add(self.below(2));
            let (month, day) = (self.below(12).saturating_add(1), self.below(28).saturating_add(1));
            let text = format!("{:02}{month:02}{day:02}{seventh}{:05}", year % 100, self.below(100_000));
            let mut values = values(&text);
            values.push(check(&values));
            if !check_digits::is_corporation(&values) {
                return written(&values);
            }
        }
    }

    /// A payment card number of 16 digits (Visa, Mastercard, JCB, UnionPay or one for Korea only), whose Luhn digit
    /// holds.
    pub fn card(&mut self) -> String {
        let prefix = self.pick(&["4000", "5100", "2221", "3530", "6200", "9410"]);
        self.card_of(prefix, 16)
    }

    /// A payment card number that begins and is as long as said, whose Luhn digit holds.
    pub fn card_of(&mut self, prefix: &str, length: usize) -> String {
        let mut values = values(prefix);
        while values.len() < length.saturating_sub(1) {
            values.push(u8::try_from(self.below(10)).unwrap_or(0));
        }
        values.push(0);
        let last = u8::try_from((10 - check_digits::luhn_sum(&values) % 10) % 10).unwrap_or(0);
        values.pop();
        values.push(last);
        written(&values)
    }

    /// A mobile number of 11 digits that begins with 010.
    pub fn mobile(&mut self) -> String {
        let exchange = self.below(8_000).saturating_add(2_000);
        format!("010{exchange:04}{:04}", self.below(10_000))
    }

    /// An e-mail address under a domain that is reserved for examples (RFC 2606).
    pub fn email(&mut self) -> String {
        let name = self.pick(&["minsu", "younghee", "jh.kim", "park_s", "lee+web", "c.hong"]);
        let domain = self.pick(&["example.com", "example.org", "mail.example.net"]);
        format!("{name}{}@{domain}", self.below(1_000))
    }
}

/// The digits with a hyphen before each of these places: `("9001011234568", &[6])` is `900101-1234568`.
pub fn hyphenated(digits: &str, places: &[usize]) -> String {
    separated(digits, places, "-")
}

/// The same with any separator.
pub fn separated(digits: &str, places: &[usize], separator: &str) -> String {
    let mut text = String::with_capacity(digits.len());
    for (place, digit) in digits.chars().enumerate() {
        if places.contains(&place) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

fn values(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| byte.wrapping_sub(b'0')).collect()
}

fn written(values: &[u8]) -> String {
    values.iter().map(|value| char::from(b'0'.saturating_add(*value))).collect()
}
