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

/// So many escapes are undone at once.
pub(super) const RUN: usize = 32;

/// What the first bytes of a text say, as many as are alike, and how many bytes say each of it: 3 where they are escapes,
/// which are undone in `room`, else 1. An escape that is none stands for itself; in forms a `+` is a space. `None` if
/// there are none, or if they are the beginning of an escape and more may come.
#[inline]
pub(super) fn run<'a>(text: &'a [u8], form: bool, last: bool, room: &'a mut [u8; RUN]) -> Option<(&'a [u8], usize)> {
    match *text {
        [] => None,
        [b'%', ..] => {
            let count = undo(text, room);
            match text {
                _ if count > 0 => room.get(..count).map(|said| (said, 3)),
                [_] | [_, _] if !last => None,
                _ => text.get(..1).map(|said| (said, 1)),
            }
        }
        [b'+', ..] if form => Some((b" ", 1)),
        _ => {
            let ends = |byte: &u8| *byte == b'%' || form && *byte == b'+';
            let plain = text.iter().position(ends).unwrap_or(text.len());
            text.get(..plain).map(|said| (said, 1))
        }
    }
}

/// Undoes the escapes that a text begins with, one directly after the other; how many there are, as far as there is room.
#[inline]
fn undo(text: &[u8], room: &mut [u8; RUN]) -> usize {
    let (threes, _) = text.as_chunks::<3>();
    let mut count = 0;
    for (to, [percent, high, low]) in room.iter_mut().zip(threes) {
        let (high, low) = (NIBBLES[usize::from(*high)], NIBBLES[usize::from(*low)]);
        if *percent != b'%' || (high | low) >= 16 {
            break;
        }
        *to = high << 4 | low;
        count += 1;
    }
    count
}

/// The bytes that a text says, and whether every `%` in it begins an escape; those that do not stand for themselves.
/// In forms a `+` is a space.
pub(crate) fn decode(text: &[u8], form: bool) -> (Vec<u8>, bool) {
    let (mut out, mut sound, mut rest, mut room) = (Vec::with_capacity(text.len()), true, text, [0; RUN]);
    while let Some((said, each)) = run(rest, form, true, &mut room) {
        sound &= each > 1 || rest.first() != Some(&b'%');
        out.extend_from_slice(said);
        rest = rest.get(said.len() * each..).unwrap_or_default();
    }
    (out, sound)
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
            // Texts in Korean are one escape after another.
            let (threes, _) = rest.as_chunks::<3>();
            let whole = |[percent, high, low]: &&[u8; 3]| *percent == b'%' && pair(*high, *low).is_some();
            let passed = 3 * threes.iter().take_while(whole).count();
            let Some(percent) = near::find(b'%', rest.get(passed..).unwrap_or_default()) else { return bytes.len() };
            (self.owed, self.fresh) = (2, true);
            at += passed + percent + 1;
        }
        bytes.len()
    }

    /// Whether no escape is cut short at the end.
    pub fn whole(self) -> bool {
        self.owed == 0
    }
}
