//! Percent escapes (RFC 3986 section 2.1), as addresses and url-encoded forms use them.

use crate::text::near;

/// The value of each hexadecimal digit; 255 for what is none.
static NIBBLES: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789ABCDEF"[value];
        table[digit as usize] = value as u8;
        table[digit.to_ascii_lowercase() as usize] = value as u8;
        value += 1;
    }
    table
};

/// The byte that two hexadecimal digits say; `None` if they are none.
#[inline]
pub(super) fn pair(high: u8, low: u8) -> Option<u8> {
    let (high, low) = (NIBBLES[usize::from(high)], NIBBLES[usize::from(low)]);
    ((high | low) < 16).then_some(high << 4 | low)
}

/// The same for a slice.
pub(super) fn byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = *digits else { return None };
    pair(high, low)
}

/// The bytes that a text says, and whether every `%` in it begins an escape; those that do not stand for themselves.
/// In forms a `+` is a space.
pub(crate) fn decode(text: &[u8], form: bool) -> (Vec<u8>, bool) {
    // What is said is no longer than what is written: room for it is made once, not asked for byte by byte.
    let mut out = vec![0; text.len()];
    let (mut sound, mut rest, mut count) = (true, text, 0);
    for to in &mut out {
        (*to, rest) = match rest {
            [b'%', high, low, after @ ..] if let Some(byte) = pair(*high, *low) => (byte, after),
            [b'+', after @ ..] if form => (b' ', after),
            [byte, after @ ..] => {
                sound &= *byte != b'%';
                (*byte, after)
            }
            [] => break,
        };
        count += 1;
    }
    out.truncate(count);
    (out, sound)
}

/// Where the first `%` stands that begins no whole escape of two digits. Texts in Korean are one escape after another.
fn doubtful(text: &[u8]) -> Option<usize> {
    let mut rest = text;
    loop {
        rest = match rest {
            [b'%', high, low, after @ ..] if pair(*high, *low).is_some() => after,
            [b'%', ..] => return Some(text.len() - rest.len()),
            _ => rest.get(near::find(b'%', rest)?..)?,
        };
    }
}

/// Checks escapes in a text that comes in pieces. `%uXXXX` is one, too: old scripts write it (ECMA-262, B.2.1.1), and ASP
/// reads it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Checker {
    /// Digits that are still owed after a `%`.
    owed: u8,
    /// Nothing stands after the `%` yet.
    fresh: bool,
}

impl Checker {
    /// Takes the next bytes; how many of them stand before the first byte that breaks an escape.
    pub fn sound(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if self.owed > 0 {
                let first = rest.first().copied().unwrap_or_default();
                if std::mem::take(&mut self.fresh) && matches!(first, b'u' | b'U') {
                    self.owed = 4;
                    at += 1;
                    continue;
                }
                if !first.is_ascii_hexdigit() {
                    return at;
                }
                self.owed -= 1;
                at += 1;
                continue;
            }
            let Some(percent) = doubtful(rest) else { return bytes.len() };
            (self.owed, self.fresh) = (2, true);
            at += percent + 1;
        }
        bytes.len()
    }

    /// Whether no escape is cut short at the end.
    pub fn whole(self) -> bool {
        self.owed == 0
    }
}
