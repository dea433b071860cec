//! One-time codes that change every 30 seconds (RFC 6238 over RFC 4226: HMAC-SHA-1, six digits), as authenticator apps show
//! them.

use super::{NoRandom, random};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;

/// Seconds of a step (RFC 6238, 5.2).
const STEP: i64 = 30;

/// Bytes of a secret: the length of the hash (RFC 4226, 4, R6).
const BYTES: usize = 20;

/// The alphabet of RFC 4648, 6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret of an account's codes.
#[derive(Clone)]
pub struct Totp(Vec<u8>);

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp(…)")
    }
}

impl Totp {
    /// A new one.
    pub(super) fn random() -> Result<Totp, NoRandom> {
        Ok(Totp(random::<BYTES>()?.to_vec()))
    }

    pub(super) fn of(secret: Vec<u8>) -> Totp {
        Totp(secret)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The step whose code this is: the one of `now` (Unix milliseconds), the one before or the one after, for clocks that go
    /// wrong and people who type slowly. Spaces between digits are let be.
    pub(super) fn step_of(&self, code: &str, now: i64) -> Option<i64> {
        let code: String = code.chars().filter(|it| !it.is_ascii_whitespace()).collect();
        let step = now.div_euclid(1000).div_euclid(STEP);
        let mut found = None;
        // All three are looked at, whichever it is.
        for step in [step.saturating_sub(1), step, step.saturating_add(1)] {
            if verify_slices_are_equal(self.code(step).as_bytes(), code.as_bytes()).is_ok() {
                found = Some(step);
            }
        }
        found
    }

    /// The six digits of a step.
    pub(super) fn code(&self, step: i64) -> String {
        format!("{:06}", self.number(step) % 1_000_000)
    }

    /// RFC 4226, 5.3: four bytes of the hash, from where its last one says, without the sign.
    fn number(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let hash = tag.as_ref();
        let from = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
        let four = hash.iter().skip(from).take(4);
        four.fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff
    }

    /// The secret as people type it into an app.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let (mut bits, mut count) = (0_u32, 0_u32);
        for byte in &self.0 {
            bits = (bits << 8 | u32::from(*byte)) & 0xfff;
            count = count.saturating_add(8);
            while count >= 5 {
                count = count.saturating_sub(5);
                text.push(digit(bits >> count));
            }
        }
        if count > 0 {
            text.push(digit(bits << 5_u32.saturating_sub(count)));
        }
        text
    }
}

fn digit(bits: u32) -> char {
    BASE32.get((bits & 31) as usize).map_or('A', |byte| char::from(*byte))
}

/// What an app reads from a picture: `otpauth://totp/…` (Key URI Format of Google Authenticator). `issuer` is what the app shows
/// beside the name.
pub fn uri(totp: &Totp, issuer: &str, name: &str) -> String {
    let (issuer, name) = (escaped(issuer), escaped(name));
    format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30", totp.text())
}

/// RFC 3986, 2.3: what is not unreserved is written in hexadecimal digits.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_numbers_of_rfc_4226_appendix_d() {
        let totp = Totp::of(SECRET.to_vec());
        let numbers = [
            1_284_755_224,
            1_094_287_082,
            137_359_152,
            1_726_969_429,
            1_640_338_314,
            868_254_676,
            1_918_287_922,
            82_162_583,
            673_399_871,
            645_520_489,
        ];
        for (step, number) in numbers.into_iter().enumerate() {
            assert_eq!(totp.number(step as i64), number, "{step}");
        }
    }

    #[test]
    fn the_codes_of_rfc_6238_appendix_b() {
        let totp = Totp::of(SECRET.to_vec());
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(totp.number(seconds / 30) % 100_000_000, code, "{seconds}");
            let six = format!("{:06}", code % 1_000_000);
            assert_eq!(totp.step_of(&six, seconds * 1000), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_its_neighbours() {
        let totp = Totp::of(SECRET.to_vec());
        let code = totp.code(1_000);
        let at = |step: i64| totp.step_of(&code, step * 30_000 + 12_345);
        assert_eq!(
            [at(998), at(999), at(1_000), at(1_001), at(1_002)],
            [None, Some(1_000), Some(1_000), Some(1_000), None]
        );
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(totp.step_of(&spaced, 30_000_000), Some(1_000));
        for wrong in ["", "12345", "1234567", "０１２３４５"] {
            assert_eq!(totp.step_of(wrong, 30_000_000), None, "{wrong}");
        }
    }

    #[test]
    fn base32_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(Totp::of(bytes.as_bytes().to_vec()).text(), text);
        }
        let shown = uri(&Totp::of(SECRET.to_vec()), "가림 1", "kim");
        assert_eq!(
            shown,
            "otpauth://totp/%EA%B0%80%EB%A6%BC%201:kim?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%EA%B0%80%EB%A6%BC%201&algorithm=SHA1&digits=6&period=30"
        );
        assert!(!format!("{:?}", Totp::of(SECRET.to_vec())).contains("49"));
    }
}
