//! Encoded words (RFC 2047) in heads: programs that take a file's name from there undo them, as they do in mail.

use crate::inspect::form::multipart::quoted_printable;

/// A text with its encoded words undone; `None` if it has none. Their charset is looked for, whatever they say.
pub(super) fn undone(text: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut rest, mut any) = (Vec::with_capacity(text.len()), text, false);
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let (before, word) = rest.split_at_checked(at)?;
        match undone_word(word) {
            Some((said, behind)) => {
                // White space between two of them is none of the text.
                if !any || !before.trim_ascii().is_empty() {
                    out.extend_from_slice(before);
                }
                out.extend(said);
                (rest, any) = (behind, true);
            }
            None => {
                let (kept, behind) = rest.split_at_checked(at.saturating_add(2))?;
                out.extend_from_slice(kept);
                rest = behind;
            }
        }
    }
    out.extend_from_slice(rest);
    any.then_some(out)
}

/// What the word says that a text begins with, and what stands behind it.
fn undone_word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut parts = text.strip_prefix(b"=?")?.splitn(3, |byte| *byte == b'?');
    let (_charset, coding, coded) = (parts.next()?, parts.next()?, parts.next()?);
    let end = memchr::memmem::find(coded, b"?=")?;
    let (coded, behind) = coded.split_at_checked(end)?;
    let said = match coding {
        b"B" | b"b" => super::from_base64(coded),
        b"Q" | b"q" => quoted_printable(coded)?,
        _ => return None,
    };
    Some((said, behind.get(2..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_undone() {
        for (text, said) in [
            ("=?utf-8?B?OTAwMTAxLTEyMzQ1Njg=?=", Some("900101-1234568")),
            ("a =?UTF-8?Q?90=30101-?= =?utf-8?q?1234568?= b", Some("a 900101-1234568 b")),
            ("a=?b =?euc-kr?B?YQ?=", Some("a=?b a")),
            ("a=?b", None),
            ("=?utf-8?X?a?=", None),
            ("=?utf-8?B?YQ==", None),
            ("plain", None),
        ] {
            assert_eq!(undone(text.as_bytes()).as_deref(), said.map(str::as_bytes), "{text}");
        }
    }
}
