//! ISO-2022-KR (RFC 1557), which old mail programs of Korea write: Hangul between two shifts, in seven bits.

use encoding_rs::EUC_KR;

/// What a text begins with that is in it.
const MARK: &[u8] = b"\x1B$)C";

/// The text, if it bears the mark near its beginning.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let at = memchr::memmem::find(head, MARK)?;
    let (before, text) = bytes.split_at_checked(at)?;
    let text = text.strip_prefix(MARK)?;
    let (mut plain, mut shifted) = (before.to_vec(), false);
    for &byte in text {
        match byte {
            0x0E => shifted = true,
            0x0F => shifted = false,
            // A line ends a shift too.
            b'\n' => {
                shifted = false;
                plain.push(byte);
            }
            0x21..=0x7E if shifted => plain.push(byte | 0x80),
            _ => plain.push(byte),
        }
    }
    Some(EUC_KR.decode_without_bom_handling(&plain).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::extract::testing::Heard;

    #[test]
    fn shifts_are_read() {
        let text = b"\x1B$)C\x0E1h0!6w\x0F 900101-1234568\r\n\x0E1h\nplain";
        assert_eq!(read(text).as_deref(), Some("김가람 900101-1234568\r\n김\nplain"));
        assert_eq!(read(b"\x0E1h0!6w\x0F"), None);
        assert_eq!(Heard::of("a.txt", text).place_of("김가람"), Some("a.txt"));
    }
}
