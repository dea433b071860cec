//! Hangul that is written in escapes, `\uc131\uba85`, as most programs write JSON: the words that are cues stand in it as
//! they do in plain text.

use std::ops::RangeInclusive;

/// An escape is so long.
const ESCAPE: usize = 6;
/// So many escapes before the end of what has come a word may begin that goes on: as many as the longest has.
const LONGEST: usize = 8;
/// Where escapes of Hangul begin.
pub(super) const BEGINS: &[&str] = &["\\ua", "\\ub", "\\uc", "\\ud", "\\uA", "\\uB", "\\uC", "\\uD"];
const HANGUL: RangeInclusive<u32> = 0xAC00..=0xD7A3;

/// A run of escapes, read.
#[derive(Debug, Default)]
pub(super) struct Escaped {
    /// What it says, in UTF-8.
    pub(super) text: Vec<u8>,
    /// Where each byte of it stands, and at last where the run ends.
    places: Vec<usize>,
}

impl Escaped {
    /// The run that begins there: syllables of Hangul, and single spaces between them.
    pub(super) fn read(bytes: &[u8], from: usize) -> Escaped {
        let mut run = Escaped::default();
        let mut here = from;
        loop {
            let space = bytes.get(here) == Some(&b' ') && !run.text.is_empty();
            let (char, len) = match syllable(bytes, here) {
                Some(char) => (char, ESCAPE),
                None if space && syllable(bytes, here + 1).is_some() => (' ', 1),
                None => break,
            };
            run.text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            run.places.resize(run.text.len(), here);
            here += len;
        }
        run.places.push(here);
        run
    }

    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.places.last().copied().unwrap_or(0)
    }

    /// Where what it says from one byte to another is written.
    pub(super) fn written(&self, from: usize, len: usize) -> Option<(usize, usize)> {
        let (start, end) = (*self.places.get(from)?, *self.places.get(from + len)?);
        Some((start, end.saturating_sub(start)))
    }
}

fn syllable(bytes: &[u8], at: usize) -> Option<char> {
    let [b'\\', b'u', digits @ ..] = bytes.get(at..at + ESCAPE)? else { return None };
    let code = digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))?;
    char::from_u32(code).filter(|_| HANGUL.contains(&code))
}

/// Where the end of the bytes may be the beginning of an escaped word that goes on.
pub(super) fn open(bytes: &[u8], from: usize) -> usize {
    let tail = bytes.get(bytes.len().saturating_sub(ESCAPE - 1)..).unwrap_or_default();
    let is_begun = |at: &usize| {
        let begun = tail.get(*at..).unwrap_or_default();
        begun.iter().enumerate().all(|(number, byte)| match number {
            0 => *byte == b'\\',
            1 => *byte == b'u',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let mut open = bytes.len() - (0..tail.len()).find(is_begun).map_or(0, |at| tail.len() - at);
    for _ in 0..LONGEST {
        let before = if open > 0 && bytes.get(open - 1) == Some(&b' ') { open - 1 } else { open };
        match before.checked_sub(ESCAPE).filter(|at| syllable(bytes, *at).is_some()) {
            Some(at) => open = at,
            None => break,
        }
    }
    open.max(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_read_with_their_places() {
        let text = br#"{"\uc131 \uBA85": "x"}"#;
        let run = Escaped::read(text, 2);
        assert_eq!(run.text, "성 명".as_bytes());
        assert_eq!((run.end(), run.written(0, 7), run.written(4, 3)), (15, Some((2, 13)), Some((9, 6))));
        assert_eq!(Escaped::read(br"\ud83d\ude00", 0).text, b"");
    }

    #[test]
    fn what_goes_on_is_open() {
        assert_eq!(open(br#"ab\uc131"#, 0), 2);
        assert_eq!(open(br#"ab\uc131\uba"#, 0), 2);
        assert_eq!(open(br#"ab\uc131""#, 0), 9);
        assert_eq!(open(br#"ab\"#, 0), 2);
        assert_eq!(open(b"ab", 0), 2);
    }
}
