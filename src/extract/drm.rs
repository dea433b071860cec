//! Files that somebody else has locked: wrapped by a rights management system, or encrypted as a whole.
//!
//! The marks are those that products are seen to write at the start of a file; none of them is published as a format.

use super::Format;
use super::Halt;
use crate::vocab::Reason;

/// Wrappers and encrypted files.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "drm", bears: is_wrapped, read: |_, _| Err(Halt::Part(Reason::Drm)) },
    Format { name: "encrypted", bears: is_encrypted, read: |_, _| Err(Halt::Part(Reason::Encrypted)) },
];

/// SoftCamp, MarkAny Document SAFER, NASCA, Fasoo, Microsoft protected files.
fn is_wrapped(bytes: &[u8]) -> bool {
    const MARKS: &[&[u8]] =
        &[b"SCDSA0", b"<DOCUMENT SAFER", b"DOCUMENTSAFER", b"<## NASCA DRM", b"DRMONE ", b"\x9B DRMONE", b".pfile"];
    MARKS.iter().any(|mark| bytes.starts_with(mark))
}

/// OpenPGP in ASCII (RFC 9580 section 6.2), S/MIME, `openssl enc`, age.
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[
        b"-----BEGIN PGP MESSAGE-----",
        b"Salted__",
        b"age-encryption.org/v1\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
    ];
    if is_enveloped(bytes) {
        return true;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    MARKS.iter().any(|mark| text.starts_with(mark))
}

/// Encrypted S/MIME messages (RFC 5652): a sequence that begins with the name of enveloped data, of encrypted data, or of
/// enveloped data with a sum. Signed messages are read: their content is in the open.
fn is_enveloped(bytes: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[
        b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03",
        b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x06",
        b"\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17",
    ];
    let Some((&[0x30, length], rest)) = bytes.split_first_chunk::<2>() else { return false };
    // The length is in the byte itself, or in as many bytes as its lower half says.
    let more = if length > 0x80 { usize::from(length & 0x0F) } else { 0 };
    rest.get(more..).is_some_and(|rest| NAMES.iter().any(|name| rest.starts_with(name)))
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn locked_files_are_told_apart() {
        let drm: [&[u8]; 5] = [
            b"SCDSA002\0\x01",
            b"DOCUMENTSAFER_1",
            b"<## NASCA DRM FILE - VER1.00 ##>",
            b"\x9B DRMONE  This",
            b".pfile\x02",
        ];
        for bytes in drm {
            assert_eq!(Heard::of("a.hwp", bytes).unreadable, [("a.hwp".to_owned(), Reason::Drm)]);
        }
        let encrypted: [&[u8]; 4] = [
            b"\x30\x82\x01\x02\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0",
            b"-----BEGIN PGP MESSAGE-----\n\nhQ",
            b"Salted__\x01\x02",
            b"age-encryption.org/v1\n-> X25519 a\n",
        ];
        for bytes in encrypted {
            assert_eq!(Heard::of("a", bytes).unreadable, [("a".to_owned(), Reason::Encrypted)]);
        }
    }

    #[test]
    fn texts_about_them_are_texts() {
        let texts: [&[u8]; 4] =
            [b"SCDS", b"The file is DOCUMENTSAFER 900101-1234568", b"age", b"-----BEGIN PGP PUBLIC"];
        for text in texts {
            let heard = Heard::of("a", text);
            assert_eq!(heard.unreadable, []);
            assert_eq!(heard.raw, [("a".to_owned(), text.to_vec())]);
        }
    }
}
