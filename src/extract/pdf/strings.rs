//! Text strings (ISO 32000-2 section 7.9.2.2), and what stands in their place in real files.

use encoding_rs::{EUC_KR, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a string: UTF-16 or UTF-8 with their marks; else UTF-8 or CP949 if it is valid as such, because Korean
/// programs write them without a mark; else PDFDocEncoding, of which the letters and digits are those of Windows-1252.
pub(super) fn text(bytes: &[u8]) -> String {
    let decoded = match bytes {
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xEF, 0xBB, 0xBF, rest @ ..] => UTF_8.decode_without_bom_handling(rest).0,
        plain => [UTF_8, EUC_KR]
            .iter()
            .find_map(|charset| charset.decode_without_bom_handling_and_without_replacement(plain))
            .unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(plain).0),
    };
    without_language(&decoded)
}

/// Without language tags: an escape, a language, an escape (section 7.9.2.2.2).
fn without_language(text: &str) -> String {
    if !text.contains('\u{1B}') {
        return text.to_owned();
    }
    let mut tag = 0_usize;
    text.split('\u{1B}')
        .enumerate()
        .filter(|(at, piece)| {
            let is_tag =
                *at > tag && matches!(piece.len(), 2 | 4) && piece.bytes().all(|byte| byte.is_ascii_alphabetic());
            if is_tag {
                tag = *at;
            }
            !is_tag
        })
        .map(|(_, piece)| piece)
        .collect()
}

/// Whether a string of which nothing is known is text at all, and not colours, digests or keys.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        return true;
    }
    bytes.iter().all(|byte| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x1B))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_in_whatever_charset_they_are() {
        assert_eq!(text(b"\xFE\xFF\xAC\x00\x00\x31"), "가1");
        assert_eq!(text(b"\xFF\xFE\x00\xAC"), "가");
        assert_eq!(text("\u{FEFF}가".as_bytes()), "가");
        assert_eq!(text("가나".as_bytes()), "가나");
        assert_eq!(text(b"\xB0\xA1"), "가");
        assert_eq!(text(b"caf\xE9"), "café");
        assert_eq!(text(b"\xFE\xFF\x00\x1B\x00k\x00o\x00\x1B\xAC\x00"), "가");
    }

    #[test]
    fn digests_are_no_text() {
        assert!(!is_text(b"\x01\x02abc"));
        assert!(is_text(b"010-0000-0000"));
    }
}
