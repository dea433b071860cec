//! Character references: `&#49;`, `&#x31;`, and the named ones that stand for separators, spaces and punctuation.

use super::{Reader, UNREADABLE};
use crate::text::packed::{LETTERS, Packed, packed};

/// Characters of a reference that are read, at most, after its `&`.
const LONGEST: usize = 24;

/// Named references that matter in numbers and addresses (HTML, 13.5), sorted by their numbers.
const NAMES: &[(Packed, char)] = &[
    (packed(b"gt"), '>'),
    (packed(b"lt"), '<'),
    (packed(b"Tab"), '\t'),
    (packed(b"amp"), '&'),
    (packed(b"ast"), '*'),
    (packed(b"lrm"), '\u{200E}'),
    (packed(b"num"), '#'),
    (packed(b"rlm"), '\u{200F}'),
    (packed(b"shy"), '\u{AD}'),
    (packed(b"sim"), '∼'),
    (packed(b"sol"), '/'),
    (packed(b"zwj"), '\u{200D}'),
    (packed(b"apos"), '\''),
    (packed(b"bull"), '•'),
    (packed(b"dash"), '‐'),
    (packed(b"emsp"), '\u{2003}'),
    (packed(b"ensp"), '\u{2002}'),
    (packed(b"lpar"), '('),
    (packed(b"nbsp"), '\u{A0}'),
    (packed(b"plus"), '+'),
    (packed(b"quot"), '"'),
    (packed(b"rpar"), ')'),
    (packed(b"semi"), ';'),
    (packed(b"sup1"), '¹'),
    (packed(b"sup2"), '²'),
    (packed(b"sup3"), '³'),
    (packed(b"zwnj"), '\u{200C}'),
    (packed(b"colon"), ':'),
    (packed(b"comma"), ','),
    (packed(b"mdash"), '—'),
    (packed(b"minus"), '−'),
    (packed(b"ndash"), '–'),
    (packed(b"numsp"), '\u{2007}'),
    (packed(b"tilde"), '~'),
    (packed(b"commat"), '@'),
    (packed(b"equals"), '='),
    (packed(b"hairsp"), '\u{200A}'),
    (packed(b"horbar"), '―'),
    (packed(b"hyphen"), '‐'),
    (packed(b"lowbar"), '_'),
    (packed(b"middot"), '·'),
    (packed(b"period"), '.'),
    (packed(b"puncsp"), '\u{2008}'),
    (packed(b"thinsp"), '\u{2009}'),
    (packed(b"NewLine"), '\n'),
    (packed(b"NoBreak"), '\u{2060}'),
    (packed(b"centerdot"), '·'),
    (packed(b"ZeroWidthSpace"), '\u{200B}'),
    (packed(b"NonBreakingSpace"), '\u{A0}'),
];

impl Reader<'_> {
    /// The reference that begins at `at` with an `&` of `len` bytes: its character and all its bytes.
    pub(super) fn entity(&self, at: usize, len: usize) -> Option<(char, usize)> {
        let next = self.unit(at + len)?;
        if next.char == '#' {
            let (code, end) = self.number(at + len + next.len)?;
            return Some((meant(code), end - at));
        }
        let (char, end) = self.named(at + len)?;
        Some((char, end - at))
    }

    /// The number after `&#`, and where it ends. The semicolon may be missing, as it may in browsers.
    fn number(&self, start: usize) -> Option<(u32, usize)> {
        let mut at = start;
        let mut radix = 10;
        if let Some(unit) = self.unit(at).filter(|unit| matches!(unit.char, 'x' | 'X')) {
            at += unit.len;
            radix = 16;
        }
        let mut code: Option<u32> = None;
        for _ in 0..LONGEST {
            let Some(unit) = self.unit(at) else { break };
            if unit.char == ';' && code.is_some() {
                at += unit.len;
                break;
            }
            let Some(digit) = unit.char.to_digit(radix) else { break };
            code = Some(code.unwrap_or(0).saturating_mul(radix).saturating_add(digit));
            at += unit.len;
        }
        Some((code?, at))
    }

    fn named(&self, start: usize) -> Option<(char, usize)> {
        let mut name = 0;
        let mut at = start;
        for _ in 0..=LETTERS {
            let unit = self.unit(at);
            match unit.map(|unit| unit.char) {
                Some(char) if char.is_ascii_alphanumeric() => name = name << 8 | Packed::from(char as u8),
                Some(';') => return Some((by_name(name)?, at + unit?.len)),
                // Only the oldest names may lack their semicolon.
                _ => {
                    let old = by_name(name).filter(|char| "&<>\"\u{A0}\u{AD}·¹²³".contains(*char))?;
                    return Some((old, at));
                }
            }
            at += unit?.len;
        }
        None
    }
}

fn by_name(name: Packed) -> Option<char> {
    let index = NAMES.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    NAMES.get(index).map(|(_, char)| *char)
}

/// The character of a code; the C1 range means what windows-1252 has there (HTML, 13.2.5.80).
fn meant(code: u32) -> char {
    match code {
        0x85 => '…',
        0x95 => '•',
        0x96 => '–',
        0x97 => '—',
        0x98 => '~',
        _ => char::from_u32(code).unwrap_or(UNREADABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(by_name(packed(b"NonBreakingSpace")), Some('\u{A0}'));
        assert_eq!(by_name(packed(b"eacute")), None);
    }
}
