//! Archives that are known and not read: they are said to be so, never taken for unknown bytes.

use crate::extract::{Format, Halt, Walk};
use crate::vocab::Reason;

/// Archives and images of disks of all other kinds.
pub(in crate::extract) const FORMATS: &[Format] = &[
    Format { name: "packed archive", bears: is_packed, read: |_, _| Err(Halt::Part(Reason::Unsupported)) },
    Format { name: "plain archive", bears: is_plain, read: searched },
];

/// Marks at fixed places of what packs its files.
const PACKED: &[(usize, &[u8])] = &[
    (0, b"MSCF\0\0\0\0"),
    (0, b"ISc("),
    (20, b"\xDC\xA7\xC4\xFD"),
    (0, b"UC2\x1A"),
    (10, b"rLau"),
    (0, b"StuffIt (c)1997"),
    (0, b"xar!\0"),
    (0, b"MSWIM\0\0\0"),
    (0, b"LRZI\0"),
    (0, b"\x89LZO\0\r\n\x1A\n"),
    (0, b"\xED\xAB\xEE\xDB"),
    (0, b"ITSF\x03\0\0\0"),
    (0, b"!BDN"),
    (0, b"QFI\xFB"),
    (0, b"KDMV\x01\0\0\0"),
    (0, b"conectix\0\0\0\x02"),
];

/// Marks of what keeps its files as they are: they can be searched, if not told apart.
const PLAIN: &[(usize, &[u8])] = &[
    (32_769, b"CD001"),
    (0, b"!<arch>\n"),
    // Pages as a program: what it writes need not stand in it, or letter by letter.
    (0, b"%!PS"),
    // What Outlook sends its attachments in: winmail.dat.
    (0, b"\x78\x9F\x3E\x22"),
];

fn bears(bytes: &[u8], marks: &[(usize, &[u8])]) -> bool {
    marks.iter().any(|(at, mark)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
}

fn is_packed(bytes: &[u8]) -> bool {
    bears(bytes, PACKED) || is_lha(bytes) || is_arj(bytes) || is_ace(bytes)
}

fn is_plain(bytes: &[u8]) -> bool {
    bears(bytes, PLAIN) || is_cpio(bytes)
}

/// The kind of the head, zero, stands before the mark.
fn is_ace(bytes: &[u8]) -> bool {
    bytes.get(4) == Some(&0) && bytes.get(7..14) == Some(b"**ACE**")
}

/// A mark that is the beginning of many a resident registration number too, and then nothing but digits: 104 of base 16, or
/// 70 of base 8.
fn is_cpio(bytes: &[u8]) -> bool {
    let digits = |range: std::ops::Range<usize>, base| {
        bytes.get(range).is_some_and(|field| field.iter().all(|&byte| char::from(byte).is_digit(base)))
    };
    (bytes.starts_with(b"070701") || bytes.starts_with(b"070702")) && digits(6..110, 16)
        || bytes.starts_with(b"070707") && digits(6..76, 8)
}

/// The method of the first entry: `-lh5-`, `-lzs-`, `-pm0-`; and the level of the head, which no text has there.
fn is_lha(bytes: &[u8]) -> bool {
    let level = bytes.get(20).is_some_and(|level| *level <= 3);
    level
        && bytes.get(2..7).is_some_and(|method| {
            [&b"-lh"[..], b"-lz", b"-pm"].iter().any(|start| method.starts_with(start))
                && method.get(3).is_some_and(u8::is_ascii_alphanumeric)
                && method.ends_with(b"-")
        })
}

/// Two bytes of a mark, then a head of at most 2,600 bytes, and of at least 30.
fn is_arj(bytes: &[u8]) -> bool {
    let Some((&[0x60, 0xEA, low, high, first], _)) = bytes.split_first_chunk::<5>() else {
        return false;
    };
    let length = u16::from_le_bytes([low, high]);
    (30..=2600).contains(&length) && (30..=100).contains(&first)
}

fn searched(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.raw(bytes)?;
    Err(Halt::Part(Reason::Unsupported))
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn what_is_not_read_is_said() {
        let arj = [&b"\x60\xEA\x2B\0\x1E\x0B\x01"[..], &[0; 40]].concat();
        let packed: [&[u8]; 5] = [
            b"MSCF\0\0\0\0\x2C\0",
            b"\x24\x9C-lh5-.............\x01",
            b"\x22\x11-pm0-.............\0",
            b"\0\0\0\0\0\0\0**ACE**\x14",
            &arj,
        ];
        for bytes in packed {
            let heard = Heard::of("a", bytes);
            assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Unsupported)], "{bytes:?}");
            assert_eq!(heard.raw, []);
        }
    }

    #[test]
    fn what_keeps_its_files_as_they_are_is_searched() {
        let mut iso = vec![0; 32_769];
        iso.extend(b"CD001\x01 900101-1234568");
        let cpio = [b"070701", &[b'0'; 104][..], b"900101-1234568"].concat();
        for bytes in [&iso[..], &cpio, b"!<arch>\n900101-1234568", b"%!PS-Adobe-3.0\n(900101-1234568) show"] {
            let heard = Heard::of("a", bytes);
            assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Unsupported)]);
            assert_eq!(heard.place_of("900101-1234568"), Some("a"));
        }
    }

    #[test]
    fn texts_are_not_taken_for_archives() {
        for text in ["a -lh5- and more of it", "070701-3234567 900101", "abcdefg**ACE**", "`\u{EA}", "SITE\n", "ZOOM"] {
            assert_eq!(Heard::of("a.txt", text.as_bytes()).unreadable, [], "{text}");
        }
    }
}
