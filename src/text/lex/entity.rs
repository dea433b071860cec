//! Character references: `&#49;`, `&#x31;`, and the named ones that stand for separators, spaces and punctuation.

use super::{Reader, UNREADABLE};

/// Characters of a reference that are read, at most, after its `&`.
const LONGEST: usize = 24;

/// Named references that matter in numbers and addresses (HTML, 13.5), in the order of the alphabet.
const NAMES: &[(&[u8], char)] = &[
    (b"NewLine", '\n'),
    (b"NoBreak", '\u{2060}'),
    (b"NonBreakingSpace", '\u{A0}'),
    (b"Tab", '\t'),
    (b"ZeroWidthSpace", '\u{200B}'),
    (b"amp", '&'),
    (b"apos", '\''),
    (b"ast", '*'),
    (b"bull", '•'),
    (b"centerdot", '·'),
    (b"colon", ':'),
    (b"comma", ','),
    (b"commat", '@'),
    (b"dash", '‐'),
    (b"emsp", '\u{2003}'),
    (b"ensp", '\u{2002}'),
    (b"equals", '='),
    (b"gt", '>'),
    (b"hairsp", '\u{200A}'),
    (b"horbar", '―'),
    (b"hyphen", '‐'),
    (b"lowbar", '_'),
    (b"lpar", '('),
    (b"lrm", '\u{200E}'),
    (b"lt", '<'),
    (b"mdash", '—'),
    (b"middot", '·'),
    (b"minus", '−'),
    (b"nbsp", '\u{A0}'),
    (b"ndash", '–'),
    (b"num", '#'),
    (b"numsp", '\u{2007}'),
    (b"period", '.'),
    (b"plus", '+'),
    (b"puncsp", '\u{2008}'),
    (b"quot", '"'),
    (b"rlm", '\u{200F}'),
    (b"rpar", ')'),
    (b"semi", ';'),
    (b"shy", '\u{AD}'),
    (b"sim", '∼'),
    (b"sol", '/'),
    (b"sup1", '¹'),
    (b"sup2", '²'),
    (b"sup3", '³'),
    (b"thinsp", '\u{2009}'),
    (b"tilde", '~'),
    (b"zwj", '\u{200D}'),
    (b"zwnj", '\u{200C}'),
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
        let mut name = [0; LONGEST];
        let mut at = start;
        for len in 0..LONGEST {
            let unit = self.unit(at);
            match unit.map(|unit| unit.char) {
                Some(char) if char.is_ascii_alphanumeric() => *name.get_mut(len)? = char as u8,
                Some(';') => return Some((by_name(name.get(..len)?)?, at + unit?.len)),
                // Only the oldest names may lack their semicolon.
                _ => {
                    let old = by_name(name.get(..len)?).filter(|char| "&<>\"\u{A0}\u{AD}·¹²³".contains(*char))?;
                    return Some((old, at));
                }
            }
            at += unit?.len;
        }
        None
    }
}

fn by_name(name: &[u8]) -> Option<char> {
    let index = NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
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
