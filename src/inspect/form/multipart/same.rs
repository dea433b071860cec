//! Whether the two file names of a part say the same: `filename`, in whatever way a client writes what is not ASCII, and
//! `filename*` (RFC 5987).

use crate::inspect::{names, percent};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether `again`, what follows `UTF-8''` in `filename*`, says the same as `filename`: as it stands, as EUC-KR, or as
/// encoded words (RFC 2047), which .NET and Spring write there.
pub(super) fn name(filename: &[u8], again: &[u8]) -> bool {
    let Some(again) = value_chars(again) else { return false };
    filename == again
        || names::decoded(filename, None).as_bytes() == again
        || encoded_words(filename).is_some_and(|words| words == again)
}

/// RFC 5987 `value-chars`.
fn value_chars(text: &[u8]) -> Option<Vec<u8>> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~%".contains(byte);
    let (decoded, sound) = percent::decode(text, false);
    (sound && text.iter().all(plain)).then_some(decoded)
}

/// Encoded words of UTF-8 with a space between any two, and nothing else.
fn encoded_words(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for word in text.split(|byte| *byte == b' ') {
        let inner = word.strip_prefix(b"=?")?.strip_suffix(b"?=")?;
        let mut parts = inner.splitn(3, |byte| *byte == b'?');
        let (charset, coding, coded) = (parts.next()?, parts.next()?, parts.next()?);
        if !charset.eq_ignore_ascii_case(b"utf-8") {
            return None;
        }
        match coding {
            b"B" | b"b" => out.extend(STANDARD.decode(coded).ok()?),
            b"Q" | b"q" => out.extend(quoted_printable(coded)?),
            _ => return None,
        }
    }
    Some(out)
}

/// What an encoded word of the coding Q says: RFC 2047 section 4.2.
pub(in crate::inspect) fn quoted_printable(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'=' => {
                let (digits, after) = rest.split_at_checked(2)?;
                out.push(percent::byte(digits)?);
                rest = after;
            }
            b'_' => out.push(b' '),
            b'?' => return None,
            byte => out.push(*byte),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same() {
        for (filename, again) in [
            ("a.txt".as_bytes(), "a.txt"),
            ("명단.csv".as_bytes(), "%EB%AA%85%EB%8B%A8.csv"),
            (b"\xb8\xed\xb4\xdc.csv", "%EB%AA%85%EB%8B%A8.csv"),
            (b"=?utf-8?B?66qF64uoLmNzdg==?=", "%EB%AA%85%EB%8B%A8.csv"),
            (b"=?UTF-8?Q?=EB=AA=85=EB=8B=A8.csv?=", "%EB%AA%85%EB%8B%A8.csv"),
            (b"=?UTF-8?Q?=EB=AA=85_?= =?UTF-8?Q?=EB=8B=A8.csv?=", "%EB%AA%85%20%EB%8B%A8.csv"),
        ] {
            assert!(name(filename, again.as_bytes()), "{again}");
        }
    }

    #[test]
    fn what_does_not() {
        for (filename, again) in [
            ("a.txt", "b.txt"),
            ("a b.txt", "a b.txt"),
            ("a.txt", "%6"),
            ("a'.txt", "a'.txt"),
            ("=?utf-8?B?66qF64uoLmNzdg=?=", "%EB%AA%85%EB%8B%A8.csv"),
            ("=?utf-8?B?66qF64uo?=", "%EB%AA%85%EB%8B%A8.csv"),
            ("=?utf-8?B?66qF64uoLmNzdg==66qF?=", "%EB%AA%85%EB%8B%A8.csv"),
            ("=?euc-kr?B?YQ==?=", "a"),
            ("=?utf-8?B?YQ==?=b", "ab"),
            ("=?utf-8?Q?=6?=", "a"),
            ("=?utf-8?X?a?=", "a"),
            ("=?utf-8?Q?a?b?=", "a?b"),
        ] {
            assert!(!name(filename.as_bytes(), again.as_bytes()), "{filename} {again}");
        }
    }
}
