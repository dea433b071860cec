//! Little-endian numbers and strings at places that may not be there.

use encoding_rs::Encoding;
use std::borrow::Cow;

/// So many bytes from `at`.
pub(in crate::extract) fn part(bytes: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(length)?)
}

/// What stands from `at` on; nothing, if that is beyond the end.
pub(in crate::extract) fn from(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

/// What stands before `end`, as far as it is there.
pub(in crate::extract) fn upto(bytes: &[u8], end: usize) -> &[u8] {
    bytes.get(..end).unwrap_or(bytes)
}

/// What stands at `at`, at most so many bytes, as far as it is there.
pub(in crate::extract) fn some(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    upto(from(bytes, at), length)
}

/// A byte.
pub(in crate::extract) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// A number of two bytes.
pub(in crate::extract) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(part(bytes, at, 2)?.try_into().ok()?))
}

/// A number of four bytes.
pub(in crate::extract) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(part(bytes, at, 4)?.try_into().ok()?))
}

/// A number of four bytes as a length or a place; the largest there is, if it is not there.
pub(in crate::extract) fn size_at(bytes: &[u8], at: usize) -> usize {
    u32_at(bytes, at).map_or(usize::MAX, |size| size as usize)
}

/// A floating point number of eight bytes.
pub(in crate::extract) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(part(bytes, at, 8)?.try_into().ok()?))
}

/// Code units of UTF-16.
pub(in crate::extract) fn units(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

/// UTF-16LE; half pairs become U+FFFD.
pub(in crate::extract) fn utf16(bytes: &[u8]) -> String {
    char::decode_utf16(units(bytes)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// UTF-16LE up to the first NUL.
pub(in crate::extract) fn utf16z(bytes: &[u8]) -> String {
    char::decode_utf16(units(bytes).take_while(|&unit| unit != 0))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Bytes up to the first NUL.
pub(in crate::extract) fn z(bytes: &[u8]) -> &[u8] {
    upto(bytes, memchr::memchr(0, bytes).unwrap_or(bytes.len()))
}

/// Text in a charset, without a look at byte order marks.
pub(in crate::extract) fn decode(charset: &'static Encoding, bytes: &[u8]) -> String {
    match charset.decode_without_bom_handling(bytes).0 {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

/// The charset of a Windows code page. What is not known is read as Korean: code page 949 holds ASCII too.
pub(in crate::extract) fn codepage(number: u32) -> &'static Encoding {
    use encoding_rs as known;
    match number {
        874 => known::WINDOWS_874,
        932 => known::SHIFT_JIS,
        936 => known::GBK,
        54936 => known::GB18030,
        950 => known::BIG5,
        1200 => known::UTF_16LE,
        1250 => known::WINDOWS_1250,
        1251 => known::WINDOWS_1251,
        1252 | 28591 => known::WINDOWS_1252,
        1253 => known::WINDOWS_1253,
        1254 => known::WINDOWS_1254,
        1255 => known::WINDOWS_1255,
        1256 => known::WINDOWS_1256,
        1257 => known::WINDOWS_1257,
        1258 => known::WINDOWS_1258,
        10000 => known::MACINTOSH,
        20866 => known::KOI8_R,
        65001 => known::UTF_8,
        _ => known::EUC_KR,
    }
}

/// Text without control characters: each becomes a space, or nothing before and behind.
pub(in crate::extract) fn clean(text: &str) -> String {
    let spaced: String = text.chars().map(|char| if char.is_control() && char != '\n' { ' ' } else { char }).collect();
    spaced.trim().to_owned()
}
