//! The characters of HWP 3: two bytes each, Hangul composed of three letters of five bits (KS X 1001 annex 3), the
//! rest in
//! ranges of their own.
//!
//! Chinese characters beyond the 4888 of KS X 1001, old Hangul and rare signs are not mapped: they become `□`. Nothing
//! that a
//! number is written with is among them.

use encoding_rs::EUC_KR;

/// What stands for a character that is not mapped.
const UNKNOWN: char = '□';

/// Ranges that run in parallel with Unicode: first, last, and the first in Unicode.
const RANGES: &[(u16, u16, u32)] = &[
    (0x00A0, 0x00AC, 0xA0),
    (0x1F01, 0x1F53, 0x3041),
    (0x1F61, 0x1FB6, 0x30A1),
    (0x2000, 0x2017, 0x2000),
    (0x2028, 0x2046, 0x2028),
    (0x2190, 0x219B, 0x2190),
    (0x2C01, 0x2C1A, 0x24B6),
    (0x2C21, 0x2C3A, 0x24D0),
    (0x2E01, 0x2E09, 0x2460),
    (0x2E21, 0x2E29, 0x2776),
    (0x31A1, 0x31BA, 0x41),
];

/// Vowels by their code, from U+1161; gaps are codes without a vowel.
const VOWELS: [Option<u32>; 32] = {
    let mut vowels = [None; 32];
    let (mut code, mut vowel) = (3, 0);
    while code < 30 {
        if !matches!(code, 8 | 9 | 16 | 17 | 24 | 25) {
            vowels[code] = Some(vowel);
            vowel += 1;
        }
        code += 1;
    }
    vowels
};

/// A string; it ends at a NUL.
pub(super) fn string(units: impl IntoIterator<Item = u16>) -> String {
    units.into_iter().take_while(|&unit| unit != 0).map(char).collect()
}

/// One character.
pub(super) fn char(unit: u16) -> char {
    match unit {
        0x20..=0x7E => char::from(unit as u8),
        0..=0x1F => ' ',
        0x8000.. => hangul(unit),
        // The name of the maker in letters of its own.
        0x37C0..=0x37C5 => "한글과컴퓨터".chars().nth(usize::from(unit - 0x37C0)).unwrap_or(UNKNOWN),
        // Signs, a row of KS X 1001 in each 96.
        0x3400..=0x37BF => {
            let index = unit - 0x3400;
            from_ks(0xA1 + index / 0x60, 0xA0 + index % 0x60)
        }
        // Chinese characters in the order of KS X 1001.
        0x4000..=0x5317 => {
            let index = unit - 0x4000;
            from_ks(0xCA + index / 94, 0xA1 + index % 94)
        }
        // Lines of tables drawn with letters.
        0x3013..=0x305F => '|',
        _ => ranged(unit).unwrap_or(UNKNOWN),
    }
}

fn ranged(unit: u16) -> Option<char> {
    let (first, _, unicode) = RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&unit))?;
    char::from_u32(unicode.saturating_add(u32::from(unit.saturating_sub(*first))))
}

fn from_ks(lead: u16, trail: u16) -> char {
    let bytes = [lead as u8, trail as u8];
    EUC_KR.decode_without_bom_handling(&bytes).0.chars().next().filter(|&char| char != '\u{FFFD}').unwrap_or(UNKNOWN)
}

/// A syllable, or one letter of one.
fn hangul(unit: u16) -> char {
    const FIRST: [char; 19] = [
        'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ',
        'ㅎ',
    ];
    let (lead, vowel, tail) = (u32::from(unit >> 10 & 31), unit >> 5 & 31, u32::from(unit & 31));
    let lead = lead.checked_sub(2).filter(|&lead| lead < 19);
    let vowel = VOWELS.get(usize::from(vowel)).copied().flatten();
    // 18 is no consonant at the end.
    let tail = match tail {
        1..=17 => Some(tail - 1),
        19..=29 => Some(tail - 2),
        _ => None,
    };
    let mapped = match (lead, vowel, tail) {
        (Some(lead), Some(vowel), Some(tail)) => char::from_u32(0xAC00 + (lead * 21 + vowel) * 28 + tail),
        (Some(lead), None, _) => FIRST.get(lead as usize).copied(),
        (None, Some(vowel), _) => char::from_u32(0x314F + vowel),
        _ => None,
    };
    mapped.unwrap_or(UNKNOWN)
}

/// Printable runs in bytes whose structure is broken: four characters at least, from even and odd places.
pub(super) fn runs(bytes: &[u8]) -> String {
    let mut out = String::new();
    for start in [0, 1] {
        let mut run = String::new();
        let pairs = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
        for unit in pairs.iter().map(|pair| u16::from_le_bytes(*pair)).chain([0]) {
            let written = matches!(unit, 0x20..=0x7E | 0x34D0..=0x34D9) || unit >= 0x8841 && char(unit) != UNKNOWN;
            if written {
                run.push(char(unit));
                continue;
            }
            if run.chars().count() >= 4 {
                out.push_str(&run);
                out.push('\n');
            }
            run.clear();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an editor would write for a syllable: the reverse of [`hangul`].
    fn unit(syllable: char) -> u16 {
        (0x8000..=0xFFFF).find(|&unit| char(unit) == syllable).expect("a syllable")
    }

    #[test]
    fn every_syllable_has_its_code() {
        let mut all: Vec<char> = (0x8000..=0xFFFF).map(hangul).filter(|char| ('가'..='힣').contains(char)).collect();
        all.sort_unstable();
        assert_eq!(all.len(), 11_172);
        assert!(all.iter().copied().eq('가'..='힣'));
        assert_eq!(unit('가'), 0x8861);
        assert_eq!(unit('힣'), 0xD3BD);
    }

    #[test]
    fn signs_and_chinese_characters_are_mapped() {
        assert_eq!(string([0x34D0, 0x34D9, 0x4000, 0x5317, 0x41, 0, 0x42]), "０９伽詰A");
        assert_eq!(char(0x7FFF), UNKNOWN);
    }
}
