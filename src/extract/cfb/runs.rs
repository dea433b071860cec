//! Printable runs in bytes whose structure is not known, or not believed: the last net.

use super::bytes::{decode, units};
use std::ops::Range;

/// A run of UTF-16LE has at least so many characters.
const LEAST_WIDE: usize = 4;
/// A run in code page 949 has at least so many bytes.
const LEAST_NARROW: usize = 5;

/// Every run of printable UTF-16LE, from even and from odd places: a line each.
pub(in crate::extract) fn wide(bytes: &[u8]) -> String {
    let mut out = String::new();
    wide_from(bytes, &mut out);
    wide_from(bytes.get(1..).unwrap_or_default(), &mut out);
    out
}

fn wide_from(bytes: &[u8], out: &mut String) {
    let mut run = Vec::new();
    for unit in units(bytes).chain([0]) {
        if is_written(unit) {
            run.push(unit);
            continue;
        }
        if run.len() >= LEAST_WIDE && is_likely(&run) {
            out.extend(char::decode_utf16(run.iter().copied()).flatten());
            out.push('\n');
        }
        run.clear();
    }
}

/// Whether people write this in Korea: ASCII, Latin-1, symbols, kana, Hangul, full width. Chinese characters are left
/// out: any two bytes of a binary are one.
fn is_written(unit: u16) -> bool {
    matches!(unit, 9 | 0x20..=0x7E | 0xA0..=0xFF | 0x1100..=0x11FF | 0x2010..=0x203A | 0x2460..=0x24FF
        | 0x3000..=0x30FF | 0x3130..=0x318F | 0xAC00..=0xD7A3 | 0xFF01..=0xFF5E)
}

/// Whether it is text rather than chance: of the syllables that a binary gives, four in five are none of the usual
/// ones.
fn is_likely(run: &[u16]) -> bool {
    let (mut syllables, mut rare) = (0u32, 0u32);
    for char in char::decode_utf16(run.iter().copied()).flatten().filter(|char| ('가'..='힣').contains(char)) {
        syllables = syllables.saturating_add(1);
        let mut utf8 = [0; 4];
        let usual =
            matches!(encoding_rs::EUC_KR.encode(char.encode_utf8(&mut utf8)).0.as_ref(), [0xB0..=0xC8, 0xA1..=0xFE]);
        rare = rare.saturating_add(u32::from(!usual));
    }
    rare.saturating_mul(4) <= syllables
}

/// Every run of printable bytes of code page 949: a line each.
pub(in crate::extract) fn narrow(bytes: &[u8]) -> String {
    let mut out = String::new();
    for run in narrow_ranges(bytes) {
        out.push_str(&decode(encoding_rs::EUC_KR, bytes.get(run).unwrap_or_default()));
        out.push('\n');
    }
    out
}

/// Where the runs of [`narrow`] are.
fn narrow_ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let (mut runs, mut start, mut at) = (Vec::new(), 0, 0);
    while at <= bytes.len() {
        let wide = match (bytes.get(at), bytes.get(at.saturating_add(1))) {
            (Some(9 | 0x20..=0x7E), _) => 1,
            // Signs and the usual syllables: with the others, any binary would be full of text.
            (Some(0xA1..=0xA3 | 0xB0..=0xC8), Some(0xA1..=0xFE)) => 2,
            _ => 0,
        };
        if wide == 0 {
            if at.saturating_sub(start) >= LEAST_NARROW {
                runs.push(start..at);
            }
            start = at.saturating_add(1);
        }
        at = at.saturating_add(wide.max(1));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_at_even_and_odd_places() {
        let mut bytes = vec![1, 0, 2];
        bytes.extend("홍길동 1234".encode_utf16().flat_map(u16::to_le_bytes));
        bytes.extend([0, 0, 7]);
        assert!(wide(&bytes).contains("홍길동 1234\n"));
        assert!(wide(&bytes[1..]).contains("홍길동 1234\n"));
    }

    #[test]
    fn runs_of_code_page_949_are_found() {
        let mut bytes = vec![0, 3];
        bytes.extend(encoding_rs::EUC_KR.encode("홍길동 1234").0.iter());
        bytes.push(0);
        assert_eq!(narrow(&bytes), "홍길동 1234\n");
    }
}
