//! Character references: `&#49;`, `&#x31;`, and the named ones that stand for separators, spaces and punctuation.

use super::{Reader, UNREADABLE};

/// Characters of a reference that are read, at most, after its `&`.
const LONGEST: usize = 24;

/// A reference's name as one number, its letters from the highest byte down; compared at once.
type Name = u128;
/// The letters that such a number holds.
const LETTERS: usize = 16;

const fn name(letters: &[u8]) -> Name {
    let mut name = 0;
    let mut at = 0;
    while at < letters.len() {
        name = name << 8 | letters[at] as Name;
        at += 1;
    }
    name
}

/// Named references that matter in numbers and addresses (HTML, 13.5), sorted by their numbers.
const NAMES: &[(Name, char)] = &[
    (name(b"gt"), '>'),
    (name(b"lt"), '<'),
    (name(b"Tab"), '\t'),
    (name(b"amp"), '&'),
    (name(b"ast"), '*'),
    (name(b"lrm"), '\u{200E}'),
    (name(b"num"), '#'),
    (name(b"rlm"), '\u{200F}'),
    (name(b"shy"), '\u{AD}'),
    (name(b"sim"), '∼'),
    (name(b"sol"), '/'),
    (name(b"zwj"), '\u{200D}'),
    (name(b"apos"), '\''),
    (name(b"bull"), '•'),
    (name(b"dash"), '‐'),
    (name(b"emsp"), '\u{2003}'),
    (name(b"ensp"), '\u{2002}'),
    (name(b"lpar"), '('),
    (name(b"nbsp"), '\u{A0}'),
    (name(b"plus"), '+'),
    (name(b"quot"), '"'),
    (name(b"rpar"), ')'),
    (name(b"semi"), ';'),
    (name(b"sup1"), '¹'),
    (name(b"sup2"), '²'),
    (name(b"sup3"), '³'),
    (name(b"zwnj"), '\u{200C}'),
    (name(b"colon"), ':'),
    (name(b"comma"), ','),
    (name(b"mdash"), '—'),
    (name(b"minus"), '−'),
    (name(b"ndash"), '–'),
    (name(b"numsp"), '\u{2007}'),
    (name(b"tilde"), '~'),
    (name(b"commat"), '@'),
    (name(b"equals"), '='),
    (name(b"hairsp"), '\u{200A}'),
    (name(b"horbar"), '―'),
    (name(b"hyphen"), '‐'),
    (name(b"lowbar"), '_'),
    (name(b"middot"), '·'),
    (name(b"period"), '.'),
    (name(b"puncsp"), '\u{2008}'),
    (name(b"thinsp"), '\u{2009}'),
    (name(b"NewLine"), '\n'),
    (name(b"NoBreak"), '\u{2060}'),
    (name(b"centerdot"), '·'),
    (name(b"ZeroWidthSpace"), '\u{200B}'),
    (name(b"NonBreakingSpace"), '\u{A0}'),
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
                Some(char) if char.is_ascii_alphanumeric() => name = name << 8 | Name::from(char as u8),
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

fn by_name(name: Name) -> Option<char> {
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
        assert_eq!(by_name(name(b"NonBreakingSpace")), Some('\u{A0}'));
        assert_eq!(by_name(name(b"eacute")), None);
    }
}
