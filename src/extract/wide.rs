//! Text in UTF-16 within unknown bytes: the strings of programs, of databases, of formats that nobody describes.

use super::budget::Halt;
use super::walk::Walk;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// So many characters in a row are text. Fewer are found everywhere, and no personal data is that short.
const LEAST: usize = 6;

/// Says all runs of text in UTF-16, in either order of the bytes, at even and at odd places, a line each. They
/// are found by what they look like: characters that Korean text is made of, one after the other. The bytes as they are
/// must be searched too, for text in charsets of single bytes.
pub(super) fn say(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut runs = Vec::new();
    for order in [u16::from_le_bytes as fn([u8; 2]) -> u16, u16::from_be_bytes] {
        for start in [0, 1] {
            walk.tick()?;
            find(bytes, start, order, &mut runs);
        }
    }
    let lines = without_shadows(runs);
    if lines.is_empty() {
        return Ok(());
    }
    walk.prose(|run| lines.values().try_for_each(|(_, line)| run.line(None, line)))
}

/// A run: where it begins, where it ends, what it says.
type Run = (usize, usize, String);

/// Each place is read once: ASCII in one order looks like itself in the other, a byte further on. The longest is right.
fn without_shadows(mut runs: Vec<Run>) -> BTreeMap<usize, (usize, String)> {
    runs.sort_by_key(|(start, end, _)| Reverse(end.saturating_sub(*start)));
    let mut kept: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for (start, end, text) in runs {
        let before = kept.range(..end).next_back();
        if before.is_none_or(|(_, (before_ends, _))| *before_ends <= start) {
            kept.insert(start, (end, text));
        }
    }
    kept
}

fn find(bytes: &[u8], start: usize, order: fn([u8; 2]) -> u16, runs: &mut Vec<Run>) {
    let (mut text, mut length, mut ascii) = (String::new(), 0_usize, 0_usize);
    let pairs = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
    // One more that is no text ends the last run.
    let letters = pairs.iter().map(|pair| char::from_u32(u32::from(order(*pair)))).chain([None]);
    for (number, letter) in letters.enumerate() {
        match letter.filter(|letter| is_text(*letter)) {
            Some(letter) => {
                text.push(letter);
                length += 1;
                ascii += usize::from(letter.is_ascii());
            }
            None if length == 0 => {}
            None => {
                let end = start.saturating_add(number.saturating_mul(2));
                // Pairs of any bytes are Hangul by chance often, ASCII hardly ever; Hangul alone is believed when there
                // is more of it than chance puts in a row.
                if length >= LEAST && (ascii.saturating_mul(4) >= length || length >= 4 * LEAST) {
                    runs.push((end.saturating_sub(length.saturating_mul(2)), end, std::mem::take(&mut text)));
                }
                text.clear();
                (length, ascii) = (0, 0);
            }
        }
    }
}

/// What text in Korea is made of: ASCII, Hangul, signs, full-width forms. Hanja are half of all pairs of bytes, and are left
/// out but for what stands between others.
fn is_text(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\t' | '\u{A0}'..='\u{FF}' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}'
        | '\u{3130}'..='\u{318F}' | '가'..='힣' | '\u{FF01}'..='\u{FF5E}')
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn runs_within_unknown_bytes_are_said() {
        let text = "이름 김가람 900101-1234568";
        for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            for shift in 0..4 {
                let bytes = [&vec![0xEE; 33 + shift], &[0, 0, 0][..], &wide(text, order), &[0, 1, 2, 0xFF, 0]].concat();
                let heard = Heard::of("a.dat", &bytes);
                let said = heard.said.iter().find(|(_, said)| said.contains("900101-1234568"));
                assert_eq!(heard.text().matches("900101").count(), 1);
                assert_eq!(said.map(|(place, said)| (place.as_str(), said.contains("김가람"))), Some(("a.dat", true)));
                assert_eq!(heard.raw, [("a.dat".to_owned(), bytes)]);
                assert_eq!(heard.unreadable, [("a.dat".to_owned(), Reason::UnknownFormat)]);
            }
        }
    }

    #[test]
    fn bytes_without_meaning_say_little() {
        let mut seed = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .take(1 << 20)
        .collect();
        let said: usize = Heard::of("a.dat", &noise).said.iter().map(|(_, text)| text.len()).sum();
        assert!(said < 4096, "{said}");
    }
}
