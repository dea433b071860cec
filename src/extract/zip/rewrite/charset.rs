//! A changed part in the charset in which it was.

use crate::extract::zip::xml::charset_of;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// The text as bytes, in the charset of `old` and with its mark; `None` if they cannot be written back as they were.
pub(super) fn encoded(text: &str, old: &[u8]) -> Option<Vec<u8>> {
    let (encoding, mark) = charset_of(old);
    let body = old.get(mark..)?;
    let written = |text: &str| {
        let mut out = old.get(..mark)?.to_vec();
        if encoding == UTF_8 {
            out.extend(text.bytes());
        } else if encoding == UTF_16LE {
            out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        } else if encoding == UTF_16BE {
            out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        } else {
            let (bytes, _, unwritable) = encoding.encode(text);
            if unwritable {
                return None;
            }
            out.extend(bytes.iter());
        }
        Some(out)
    };
    if encoding == UTF_8 && std::str::from_utf8(body).is_ok() {
        return written(text);
    }
    // What is not changed must be the same bytes again.
    let (was, _) = encoding.decode_without_bom_handling(body);
    (written(&was)? == old).then(|| written(text))?
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_part_keeps_its_charset() {
        let wide: Vec<u8> = "\u{feff}<a>가</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let new: Vec<u8> = "\u{feff}<a>*</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(encoded("<a>*</a>", &wide), Some(new));
        let (korean, _, _) = encoding_rs::EUC_KR.encode("<?xml version='1.0' encoding='euc-kr'?><a>가＊</a>");
        assert_eq!(encoded("가＊", &korean).as_deref(), Some(&b"\xB0\xA1\xA3\xAA"[..]));
        assert_eq!(encoded("*", b"\xEF\xBB\xBF<a/>").as_deref(), Some(&b"\xEF\xBB\xBF*"[..]));
        assert_eq!(encoded("*", b"<a>\xFF</a>"), None);
    }
}
