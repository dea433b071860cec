//! base64url without padding (RFC 4648 section 5), and nothing that has two readings.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Whether a byte is one of its letters.
pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Appends the letters of some bytes.
pub(super) fn encode(bytes: &[u8], out: &mut String) {
    for group in bytes.chunks(3) {
        let value = group.iter().enumerate().fold(0_u32, |value, (at, byte)| value | u32::from(*byte) << (16 - 8 * at));
        for letter in 0..=group.len() {
            let index = (value >> (18 - 6 * letter)) & 0x3F;
            out.push(LETTERS.get(index as usize).copied().map_or('A', char::from));
        }
    }
}

/// The bytes that letters say; `None` if they are not what [`encode`] would have written.
pub(super) fn decode(letters: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(letters.len() / 4 * 3 + 2);
    for group in letters.chunks(4) {
        let value = group
            .iter()
            .enumerate()
            .try_fold(0_u32, |all, (at, letter)| Some(all | value(*letter)? << (18 - 6 * at)))?;
        let [_, high, middle, low] = value.to_be_bytes();
        let kept = group.len().checked_sub(1).filter(|kept| *kept > 0)?;
        let (said, rest) =
            [high, middle, low].split_at_checked(kept).map(|(said, rest)| (said.to_vec(), rest.to_vec()))?;
        if rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend(said);
    }
    Some(out)
}

fn value(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
