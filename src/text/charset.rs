//! Which charset a text is in: by label, byte order mark, its own declaration, or by looking at its bytes.

use super::Charset;
use super::transcode::Transcoding;
use encoding_rs::{EUC_KR, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;
use std::sync::OnceLock;

/// How many bytes are looked at to find a charset, at most.
pub const LOOKED_AT: usize = 64 * 1024;

/// Names that people write and the Encoding Standard does not know.
const MORE_NAMES_OF_CP949: &[&[u8]] = &[b"cp949", b"ms949", b"uhc", b"x-windows-949", b"x-cp949", b"euckr", b"ibm949"];

/// Encodings that the Encoding Standard does not know at all, and in which digits are not ASCII bytes or bytes of
/// digits need not be digits.
const UNREADABLE_NAMES: &[&[u8]] = &[b"utf-7", b"utf7", b"utf-32", b"utf32", b"johab", b"cp1361", b"ms1361"];

/// The Encoding Standard knows it only to replace it.
const NAMES_OF_ISO_2022_KR: &[&[u8]] = &[b"iso-2022-kr", b"csiso2022kr", b"iso2022kr"];

/// A charset that a text was said to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// One that garim reads.
    Read(Charset),
    /// One in which ASCII characters are not ASCII bytes, and that is read as UTF-8.
    Transcoded(Transcoding),
    /// One in which ASCII characters are not ASCII bytes (UTF-32, ISO-2022-JP, UTF-7 …), or bytes of digits need not be
    /// digits (JOHAB): the text cannot be inspected.
    Unreadable,
}

/// The charset with this name, as browsers understand it: `EUC-KR` means CP949. `None` if nobody knows the name.
pub fn from_label(label: &[u8]) -> Option<Named> {
    let label = label.trim_ascii();
    let is = |names: &[&[u8]]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
    if is(MORE_NAMES_OF_CP949) {
        return Some(Named::Read(Charset::Cp949));
    }
    if is(UNREADABLE_NAMES) {
        return Some(Named::Unreadable);
    }
    if is(NAMES_OF_ISO_2022_KR) {
        return Some(Named::Transcoded(Transcoding::Iso2022Kr));
    }
    let encoding = Encoding::for_label(label)?;
    Some(if encoding == UTF_16LE {
        Named::Transcoded(Transcoding::Utf16Le)
    } else if encoding == UTF_16BE {
        Named::Transcoded(Transcoding::Utf16Be)
    } else if encoding == UTF_8 {
        Named::Read(Charset::Utf8)
    } else if encoding == EUC_KR {
        Named::Read(Charset::Cp949)
    } else if encoding == REPLACEMENT || !encoding.is_ascii_compatible() {
        Named::Unreadable
    } else {
        Named::Read(Charset::AsciiBased)
    })
}

/// The charset that a byte order mark says. It outweighs every other word, as it does in browsers.
pub fn from_bom(text: &[u8]) -> Option<Named> {
    let (encoding, _) = Encoding::for_bom(text)?;
    Some(if encoding == UTF_16LE {
        Named::Transcoded(Transcoding::Utf16Le)
    } else if encoding == UTF_16BE {
        Named::Transcoded(Transcoding::Utf16Be)
    } else {
        Named::Read(Charset::Utf8)
    })
}

/// The charset that the text itself declares within [`LOOKED_AT`] bytes: `<meta charset=…>`, the `http-equiv` form, or an
/// XML declaration. The first of them counts. As in browsers, a text that can be read as ASCII and calls itself UTF-16
/// is UTF-8.
pub fn declared(text: &[u8]) -> Option<Named> {
    let text = text.get(..LOOKED_AT).unwrap_or(text);
    if let Some(named) = xml_label(text).and_then(known) {
        return Some(named);
    }
    for at in memchr::memchr_iter(b'<', text) {
        let rest = text.get(at + 1..).unwrap_or_default();
        if !rest.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta")) {
            continue;
        }
        let name = tag_at(text, at).and_then(|tag| named_value(tag, b"charset"));
        if let Some(named) = name.and_then(known) {
            return Some(named);
        }
    }
    None
}

/// The name in an XML declaration that says another charset than garim reads, where ASCII is not read as ASCII alone:
/// parsers believe it. UTF-16 said of a text that can be read as ASCII is a slip, which they complain of.
pub fn declares_foreign(text: &[u8]) -> bool {
    let label = xml_label(text.get(..LOOKED_AT).unwrap_or(text));
    label.is_some_and(|label| !matches!(known(label), Some(Named::Read(_))) || is_of_many_bytes(label))
}

/// Whether a charset that garim reads the ASCII of has other characters of two bytes.
fn is_of_many_bytes(label: &[u8]) -> bool {
    let read_as_ascii = matches!(known(label), Some(Named::Read(Charset::AsciiBased)));
    read_as_ascii && Encoding::for_label(label).is_some_and(|encoding| !encoding.is_single_byte())
}

fn xml_label(text: &[u8]) -> Option<&[u8]> {
    let tag = text.trim_ascii_start().starts_with(b"<?xml").then(|| tag_at(text, 0)).flatten()?;
    named_value(tag, b"encoding")
}

/// By looking: UTF-8 if the bytes are valid UTF-8 but for a character cut at the end, else CP949.
pub fn by_looking(text: &[u8]) -> Charset {
    match std::str::from_utf8(text) {
        Ok(_) => Charset::Utf8,
        Err(error) if error.error_len().is_none() => Charset::Utf8,
        Err(_) => Charset::Cp949,
    }
}

fn known(name: &[u8]) -> Option<Named> {
    let wide = Encoding::for_label(name).is_some_and(|encoding| encoding == UTF_16LE || encoding == UTF_16BE);
    if wide { Some(Named::Read(Charset::Utf8)) } else { from_label(name) }
}

/// The tag that begins at or after `at`, if it is complete.
fn tag_at(text: &[u8], at: usize) -> Option<&[u8]> {
    let rest = text.get(at..)?;
    rest.get(..memchr::memchr(b'>', rest)?)
}

/// The value after `name`, spaces and `=`, quoted or not.
fn named_value<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let lower = tag.to_ascii_lowercase();
    memmem::find_iter(&lower, name).find_map(|at| {
        let rest = tag.get(at + name.len()..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let end = rest.iter().position(|byte| b"\"' ;/>\t\r\n?".contains(byte)).unwrap_or(rest.len());
        rest.get(..end).filter(|value| !value.is_empty())
    })
}

/// Lead and trail bytes of CP949's two-byte characters: 0x81 to 0xFE, then 0x41 to 0xFE (WHATWG Encoding, index EUC-KR).
const LEADS: usize = 0xFE - 0x81 + 1;
const TRAILS: usize = 0xFE - 0x41 + 1;

/// The character of two CP949 bytes; `None` if they are none. Every one is in the basic plane.
pub(in crate::text) fn cp949(lead: u8, trail: u8) -> Option<char> {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let pairs = (0..LEADS * TRAILS).map(|pair| [0x81 + (pair / TRAILS) as u8, 0x41 + (pair % TRAILS) as u8]);
        pairs.map(|pair| decode_pair(pair).unwrap_or(0)).collect()
    });
    let row = usize::from(lead.checked_sub(0x81)?);
    let column = usize::from(trail.checked_sub(0x41)?);
    let value = *table.get(row * TRAILS + column).filter(|_| row < LEADS && column < TRAILS)?;
    char::from_u32(u32::from(value)).filter(|_| value != 0)
}

fn decode_pair(pair: [u8; 2]) -> Option<u16> {
    let decoded = EUC_KR.decode_without_bom_handling_and_without_replacement(&pair)?;
    let mut chars = decoded.chars();
    let first = chars.next()?;
    if chars.next().is_some() { None } else { u16::try_from(u32::from(first)).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CP949: Option<Named> = Some(Named::Read(Charset::Cp949));
    const UTF8: Option<Named> = Some(Named::Read(Charset::Utf8));

    #[test]
    fn labels_as_browsers_know_them() {
        for label in ["euc-kr", "EUC-KR", " ks_c_5601-1987", "KSC5601", "windows-949", "cp949", "korean"] {
            assert_eq!(from_label(label.as_bytes()), CP949, "{label}");
        }
        assert_eq!(from_label(b"utf8"), UTF8);
        assert_eq!(from_label(b"shift_jis"), Some(Named::Read(Charset::AsciiBased)));
        for label in ["utf-32", "iso-2022-jp", "johab", "utf-7"] {
            assert_eq!(from_label(label.as_bytes()), Some(Named::Unreadable), "{label}");
        }
        for (label, transcoding) in [
            ("utf-16", Transcoding::Utf16Le),
            ("UTF-16BE", Transcoding::Utf16Be),
            ("iso-2022-kr", Transcoding::Iso2022Kr),
        ] {
            assert_eq!(from_label(label.as_bytes()), Some(Named::Transcoded(transcoding)), "{label}");
        }
        assert_eq!(from_label(b"no-such"), None);
    }

    #[test]
    fn byte_order_marks() {
        assert_eq!(from_bom(b"\xEF\xBB\xBFabc"), UTF8);
        assert_eq!(from_bom(b"\xFF\xFEa\0"), Some(Named::Transcoded(Transcoding::Utf16Le)));
        assert_eq!(from_bom(b"abc"), None);
    }

    #[test]
    fn declarations() {
        assert_eq!(declared(b"<html><META  charset = 'euc-kr'>"), CP949);
        let old = b"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=ks_c_5601-1987\">";
        assert_eq!(declared(old), CP949);
        assert_eq!(declared(b"<?xml version=\"1.0\" encoding=\"EUC-KR\"?><a/>"), CP949);
        assert_eq!(declared(b"<meta charset=\"utf-16\">"), UTF8);
        assert_eq!(declared(b"<meta name=viewport><p>charset=euc-kr</p>"), None);
        assert_eq!(declared(b"<meta charset=euc-kr"), None, "not complete");
    }

    #[test]
    fn looking_allows_a_cut_character_at_the_end() {
        assert_eq!(by_looking("가나다".as_bytes()), Charset::Utf8);
        assert_eq!(by_looking(&"가나다".as_bytes()[..8]), Charset::Utf8);
        assert_eq!(by_looking(b"\xb0\xa1\xb3\xaa"), Charset::Cp949);
    }

    #[test]
    fn pairs_of_cp949() {
        assert_eq!(cp949(0xb0, 0xa1), Some('가'));
        assert_eq!(cp949(0xa3, 0xb9), Some('９'));
        assert_eq!(cp949(0x81, 0x41), Some('갂'));
        assert_eq!(cp949(0x80, 0x41), None);
        assert_eq!(cp949(0xff, 0xa1), None);
        assert_eq!(cp949(0xb0, 0x20), None);
    }
}
