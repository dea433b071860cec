//! Synthetic numbers with right check digits, from a seed: for tests, benches and the demo. They belong to nobody that
//! we know of, and the same seed gives the same numbers.

use super::check_digits;

/// Banks, the codes that some of their accounts begin with, and how they group them.
const ACCOUNTS: &[(&str, &str, &[usize])] = &[
    ("신한은행", "110", &[3, 3, 6]),
    ("우리은행", "1002", &[4, 3, 6]),
    ("국민은행", "12321", &[3, 2, 4, 3]),
    ("농협은행", "302", &[3, 4, 4, 2]),
    ("하나은행", "117", &[3, 6, 5]),
    ("기업은행", "061", &[3, 6, 2, 3]),
    ("카카오뱅크", "3333", &[4, 2, 7]),
    ("토스뱅크", "1000", &[4, 4, 4]),
    ("새마을금고", "9002", &[4, 4, 4, 1]),
    ("부산은행", "112", &[3, 4, 4, 2]),
];

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

    /// A driver's licence number of 12 digits, of a region that is given out.
    pub fn licence(&mut self) -> String {
        let region = self.pick(&[11_u64, 12, 13, 17, 20, 22, 26, 28]);
        format!("{region}{:02}{:06}{:02}", self.below(100), self.below(1_000_000), self.below(100))
    }

    /// A business registration number of 10 digits whose check digit holds.
    pub fn business(&mut self) -> String {
        let (office, class) = (self.below(800).saturating_add(101), self.below(99).saturating_add(1));
        let mut values = values(&format!("{office:03}{class:02}{:04}", self.below(10_000)));
        values.push(check_digits::business_digit(&values));
        written(&values)
    }

    /// A corporate registration number of 13 digits whose check digit holds: of a company, whose seventh digit is 0.
    pub fn corporation(&mut self) -> String {
        let office = self.pick(&["1101", "1342", "2001", "1801"]);
        let class = self.pick(&["11", "14", "21", "22"]);
        let mut values = values(&format!("{office}{class}0{:05}", self.below(100_000)));
        values.push(check_digits::corporation_digit(&values));
        written(&values)
    }

    /// The number of a certificate of health insurance, 11 digits.
    pub fn health_insurance(&mut self) -> String {
        let class = self.pick(&["1", "2", "5", "7"]);
        format!("{class}{:010}", self.below(10_000_000_000))
    }

    /// A bank account number, grouped as the bank does, and the bank's name.
    pub fn account(&mut self) -> (&'static str, String) {
        let (bank, lead, groups) = self.pick(ACCOUNTS);
        let mut digits = lead.to_owned();
        while digits.len() < groups.iter().sum() {
            digits.push_str(&self.below(10).to_string());
        }
        let mut place = 0_usize;
        let places: Vec<usize> = groups
            .iter()
            .map(|length| {
                place = place.saturating_add(*length);
                place
            })
            .collect();
        let inner = places.split_last().map_or(&[][..], |(_, inner)| inner);
        (bank, hyphenated(&digits, inner))
    }

    /// A landline number of 9 to 11 digits.
    pub fn landline(&mut self) -> String {
        let area = self.pick(&["02", "031", "042", "051", "064", "070"]);
        let exchange = if area == "070" || self.below(2) == 0 {
            self.below(8_000).saturating_add(2_000)
        } else {
            self.below(800).saturating_add(200)
        };
        format!("{area}{exchange}{:04}", self.below(10_000))
    }

    /// A date of birth from 1930 to 2024, as `YYYYMMDD`.
    pub fn birth(&mut self) -> String {
        let year = self.below(95).saturating_add(1930);
        format!("{year}{:02}{:02}", self.below(12).saturating_add(1), self.below(28).saturating_add(1))
    }

    /// The number of a student, 9 digits that begin with the year of entry.
    pub fn student(&mut self) -> String {
        format!("{}{:05}", self.below(40).saturating_add(1985), self.below(100_000))
    }

    /// The number of a member of a staff, 6 digits.
    pub fn staff(&mut self) -> String {
        format!("{:06}", self.below(1_000_000))
    }

    /// A soldier's number, `YY-NNNNNNNN` without its hyphen.
    pub fn military(&mut self) -> String {
        format!("{:02}{:08}", self.below(26), self.below(100_000_000))
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
