//! ALZ, the archives of ALZip: heads and data one after the other. The format is not published; the layout is the one that
//! the free unpackers read (unalz). EGG, its successor, is known and not read.

use super::{Tolerant, decoded};
use crate::extract::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use flate2::read::DeflateDecoder;

/// Archives made with ALZip.
pub(in crate::extract) const FORMATS: &[Format] = &[
    Format { name: "alz", bears: |bytes| bytes.starts_with(b"ALZ\x01"), read },
    Format {
        name: "egg",
        bears: |bytes| bytes.starts_with(b"EGGA"),
        read: |_, _| Err(Halt::Part(Reason::Unsupported)),
    },
];

/// The head of an entry, and its packed bytes.
struct Entry<'a> {
    name: String,
    is_encrypted: bool,
    /// 0 is stored, 1 a bzip2 of its own, 2 deflate.
    method: u8,
    packed: &'a [u8],
    /// The data ends before it should.
    is_cut: bool,
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut rest = bytes.get(8..).ok_or(Halt::DAMAGED)?;
    while !rest.starts_with(b"CLZ\x01") {
        let Some((entry, behind)) = entry(rest) else {
            walk.raw(rest)?;
            return Err(Halt::DAMAGED);
        };
        walk.entry()?;
        walk.within(Step::EntryName, |walk| walk.say(&entry.name))?;
        let done = one(&entry, walk);
        if let Err(Halt::Part(reason)) = done {
            walk.within(Step::File(entry.name.clone()), |_| Err(Halt::Part(reason)))?;
        } else {
            done?;
        }
        if entry.is_cut {
            return Err(Halt::DAMAGED);
        }
        rest = behind;
    }
    Ok(())
}

/// Takes bytes off the front.
fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(taken)
}

/// A number of up to eight bytes, the lowest first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

fn entry(mut rest: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let head = take(&mut rest, 13)?;
    let (mark, fields) = head.split_first_chunk::<4>()?;
    let (length, flags) = (usize::try_from(number(fields.get(..2)?)).ok()?, *fields.get(7)?);
    // The upper half says how many bytes a size takes: none for a folder.
    let width = usize::from(flags >> 4);
    if mark != b"BLZ\x01" || width > 8 {
        return None;
    }
    let (mut method, mut size) = (0, 0);
    if width > 0 {
        method = *take(&mut rest, 6)?.first()?;
        size = usize::try_from(number(take(&mut rest, width)?)).ok()?;
        take(&mut rest, width)?;
    }
    let name = decoded(take(&mut rest, length)?);
    let is_encrypted = flags & 1 != 0;
    if is_encrypted {
        take(&mut rest, 12)?;
    }
    let is_cut = size > rest.len();
    let here = size.min(rest.len());
    let packed = take(&mut rest, here)?;
    Some((Entry { name, is_encrypted, method, packed, is_cut }, rest))
}

fn one(entry: &Entry<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    if entry.packed.is_empty() {
        return Ok(());
    }
    match (entry.is_encrypted, entry.method) {
        (true, _) => Err(Halt::Part(Reason::Encrypted)),
        (_, 0) => {
            walk.unpacked(entry.packed.len())?;
            walk.open(&entry.name, entry.packed)
        }
        (_, 2) => {
            let mut packed = Tolerant::new(DeflateDecoder::new(entry.packed));
            let bytes = walk.unpack(&mut packed)?;
            walk.open(&entry.name, &bytes)?;
            packed.failed.map_or(Ok(()), |reason| Err(Halt::Part(reason)))
        }
        _ => Err(Halt::Part(Reason::Unsupported)),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::Limits;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;
    use std::io::Write;

    fn entry(name: &str, flags: u8, method: u8, packed: &[u8]) -> Vec<u8> {
        let name = encoding_rs::EUC_KR.encode(name).0.into_owned();
        let size = u32::try_from(packed.len()).expect("short").to_le_bytes();
        let length = u16::try_from(name.len()).expect("short").to_le_bytes();
        let head =
            [&b"BLZ\x01"[..], &length, &[0x20, 0, 0, 0, 0, 0x40 | flags, 0, method, 0, 0, 0, 0, 0], &size, &size];
        let key: &[u8] = if flags & 1 == 0 { &[] } else { &[0; 12] };
        [&head.concat(), &name[..], key, packed].concat()
    }

    fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
        [b"ALZ\x01\x0A\0\0\0", &entries.concat()[..], b"CLZ\x01\0\0\0\0\0\0\0\0CLZ\x02"].concat()
    }

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(data).expect("into memory");
        out.finish().expect("into memory")
    }

    #[test]
    fn entries_are_opened_and_what_is_locked_or_foreign_is_said() {
        let heard = Heard::of(
            "a.alz",
            &archive(&[
                entry("김가람.csv", 0, 2, &deflated(b"900101-1234568")),
                entry("locked", 1, 2, b"xx"),
                entry("bzip", 0, 1, b"xx"),
                entry("b", 0, 0, b"010-0000-0000"),
            ]),
        );
        assert_eq!(heard.place_of("900101-1234568"), Some("a.alz › 김가람.csv"));
        assert_eq!(heard.place_of("김가람.csv"), Some("a.alz › file name"));
        assert_eq!(heard.place_of("010-0000-0000"), Some("a.alz › b"));
        let expected = [("a.alz › locked", Reason::Encrypted), ("a.alz › bzip", Reason::Unsupported)];
        assert_eq!(heard.unreadable, expected.map(|(place, reason)| (place.to_owned(), reason)));
        assert_eq!(Heard::of("a.egg", b"EGGA\0\x01").unreadable, [("a.egg".to_owned(), Reason::Unsupported)]);
    }

    #[test]
    fn what_breaks_off_is_said_and_bombs_are_stopped() {
        let whole = archive(&[entry("a", 0, 2, &deflated(b"900101-1234568")), entry("b", 0, 0, b"010-0000-0000")]);
        for length in 4..whole.len() - 16 {
            let heard = Heard::of("a.alz", whole.get(..length).unwrap_or_default());
            assert!(heard.unreadable.contains(&("a.alz".to_owned(), Reason::Damaged)), "{length}");
        }
        let bomb = archive(&[entry("a", 0, 2, &deflated(&vec![b'0'; 16 << 20]))]);
        assert_eq!(Heard::of("a.alz", &bomb).unreadable, [(String::new(), Reason::Bomb)]);
        let heard = Heard::within("a.alz", &bomb, Limits { part_bytes: 1 << 20, ..Limits::default() });
        assert_eq!(heard.unreadable, [("a.alz › a".to_owned(), Reason::TooLarge)]);
    }
}
