//! The container: what it holds beside what its directory names, and how it may be packed.

use super::build::{Piece, archive, deflate, end, local, record, texts};
use super::stands;
use crate::extract::testing::Heard;
use crate::vocab::Reason;
use std::io::Write;

fn of(bytes: &[u8]) -> Heard {
    Heard::of("a.zip", bytes)
}

fn reasons(heard: &Heard) -> Vec<Reason> {
    heard.unreadable.iter().map(|(_, reason)| *reason).collect()
}

#[test]
fn entries_are_opened_as_files() {
    let inner = texts(&[("안.txt", "속의 글")]);
    let heard = of(&archive(&[Piece::deflated("a/b.txt", b"one"), Piece::stored("in.zip", &inner)]));
    stands(&heard, "one", "a.zip › a/b.txt");
    stands(&heard, "속의 글", "a.zip › in.zip › 안.txt");
    stands(&heard, "안.txt", "a.zip › in.zip › file name");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn names_may_be_in_cp949_and_are_text() {
    let (name, _, _) = encoding_rs::EUC_KR.encode("김가람 900101-1234568.txt");
    let piece = Piece { name: name.into_owned(), flags: 0, ..Piece::stored("", b"body") };
    let heard = of(&archive(&[piece]));
    stands(&heard, "김가람 900101-1234568.txt", "a.zip › file name");
    stands(&heard, "body", "a.zip › 김가람 900101-1234568.txt");
}

#[test]
fn both_names_of_an_entry_are_told() {
    let piece = Piece { local_name: Some("둘째.txt".into()), ..Piece::stored("첫째.txt", b"body") };
    let heard = of(&archive(&[piece]));
    stands(&heard, "첫째.txt", "a.zip › file name");
    stands(&heard, "둘째.txt", "a.zip › file name");
}

#[test]
fn comments_are_told() {
    let piece = Piece { comment: "항목 메모".into(), ..Piece::stored("a.txt", b"x") };
    let (entry, listed) = (local(&piece), record(&piece, 0));
    let bytes = [entry.clone(), listed.clone(), end(1, listed.len(), entry.len(), "전체 메모".as_bytes())].concat();
    let heard = of(&bytes);
    stands(&heard, "전체 메모", "a.zip › comment 1");
    stands(&heard, "항목 메모", "a.zip › comment 2");
}

#[test]
fn entries_of_one_name_are_all_read() {
    let heard = of(&archive(&[Piece::stored("a", b"first"), Piece::stored("a", b"second")]));
    stands(&heard, "first", "a.zip › a");
    stands(&heard, "second", "a.zip › a");
}

#[test]
fn entries_that_the_directory_does_not_name_are_read() {
    let hidden = Piece { listed: false, ..Piece::deflated("hidden.txt", b"left over") };
    let open = Piece { listed: false, flags: 8, ..Piece::deflated("open.txt", b"without a size") };
    let heard = of(&archive(&[Piece::stored("a", b"x"), hidden, Piece::stored("b", b"y"), open]));
    stands(&heard, "left over", "a.zip › hidden.txt");
    stands(&heard, "without a size", "a.zip › open.txt");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn an_archive_without_its_end_is_damaged_and_read() {
    let bytes = archive(&[Piece::stored("a", b"first"), Piece::deflated("b", b"second")]);
    let heard = of(&bytes[..bytes.len() - 60]);
    stands(&heard, "second", "a.zip › b");
    assert_eq!(reasons(&heard), [Reason::Damaged]);
}

#[test]
fn an_entry_that_breaks_off_is_read_up_to_there() {
    let rows: String = (0..5000).map(|number| format!("{number} 김가람\n")).collect();
    let list = format!("900101-1234568\n{rows}");
    let whole = archive(&[Piece::deflated("a.txt", b"010-0000-0000"), Piece::deflated("b.csv", list.as_bytes())]);
    let heard = of(whole.get(..whole.len() * 2 / 3).expect("long"));
    assert_eq!(heard.place_of("010-0000-0000"), Some("a.zip › a.txt"));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.zip › b.csv"));
    assert!(heard.unreadable.contains(&("a.zip › b.csv".to_owned(), Reason::Damaged)), "{:?}", heard.unreadable);
}

#[test]
fn bytes_before_between_and_behind_are_read() {
    let text = |what: &str| format!("{what} 900101-1234568 xxxxxxxxxxxxxxxxxxxxxxxx").into_bytes();
    let piece = Piece::stored("a", b"body");
    let (entry, listed) = (local(&piece), record(&piece, 0));
    let middle = text("middle");
    let at = entry.len() + middle.len();
    let bytes = [text("before"), entry, middle, listed.clone(), end(1, listed.len(), at, b""), text("behind")].concat();
    let heard = of(&bytes);
    stands(&heard, "before", "a.zip › part ‘before the archive’");
    stands(&heard, "middle", "a.zip › part ‘between the entries’");
    stands(&heard, "behind", "a.zip › part ‘between the entries’");
    stands(&heard, "body", "a.zip › a");
}

#[test]
fn bytes_behind_a_stream_in_its_entry_are_read() {
    let mut piece = Piece::deflated("a", b"body");
    piece.data.extend(b"slack 900101-1234568 xxxxxxxxxxxxxxxxxxxxxxxxxx");
    let heard = of(&archive(&[piece]));
    stands(&heard, "slack", "a.zip");
    stands(&heard, "body", "a.zip › a");
}

#[test]
fn entries_that_share_bytes_end_it() {
    let piece = Piece::stored("a", b"body");
    let (entry, listed) = (local(&piece), record(&piece, 0));
    let twice = [listed.clone(), listed].concat();
    let heard = of(&[entry.clone(), twice.clone(), end(2, twice.len(), entry.len(), b"")].concat());
    assert_eq!(reasons(&heard), [Reason::Overlapping]);
    assert!(heard.raw.is_empty());
}

#[test]
fn encrypted_entries_are_said_and_others_read() {
    let secret = Piece { flags: 1, ..Piece::stored("s", b"????") };
    let strong = Piece { method: 99, ..Piece::stored("t", b"????") };
    let heard = of(&archive(&[secret, strong, Piece::stored("a", b"open")]));
    assert_eq!(
        heard.unreadable,
        [("a.zip › s".to_owned(), Reason::Encrypted), ("a.zip › t".to_owned(), Reason::Encrypted)]
    );
    stands(&heard, "open", "a.zip › a");
}

#[test]
fn readers_of_local_headers_must_read_the_same() {
    let (plain, packed) = (Piece::stored("a", b"body"), Piece { method: 8, ..Piece::stored("a", b"body") });
    let (entry, listed) = (local(&packed), record(&plain, 0));
    let heard = of(&[entry.clone(), listed.clone(), end(1, listed.len(), entry.len(), b"")].concat());
    assert_eq!(reasons(&heard), [Reason::Damaged]);
}

#[test]
fn every_method_is_unpacked() {
    let text = "여러 방법 900101-1234568 ".repeat(50);
    let body = text.as_bytes();
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bz.write_all(body).expect("memory");
    // A stored block of DEFLATE is one of DEFLATE64 too.
    let length = body.len() as u16;
    let block = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), body].concat();
    let frame = |data: &[u8]| {
        // A frame with its size in two bytes, less 256, and one raw block (RFC 8878 3.1.1).
        let (size, block) = ((data.len() - 256) as u16, ((data.len() as u32) << 3 | 1).to_le_bytes());
        [&[0x28, 0xB5, 0x2F, 0xFD, 0x60][..], &size.to_le_bytes(), &block[..3], data].concat()
    };
    let skipped = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0][..], b"xyz", &frame(body)].concat();
    let methods = [(8, deflate(body)), (9, block), (12, bz.finish().expect("memory")), (93, skipped)];
    for (method, data) in methods {
        let piece = Piece { method, data, size: body.len() as u32, ..Piece::stored("a", b"") };
        let heard = of(&archive(&[piece]));
        assert_eq!(heard.unreadable, [], "method {method}");
        assert_eq!(heard.raw, [("a.zip › a".to_owned(), body.to_vec())], "method {method}");
    }
    let heard = of(&archive(&[Piece { method: 97, ..Piece::stored("a", b"????") }]));
    assert_eq!(reasons(&heard), [Reason::Unsupported]);
}

/// As 7-Zip packs three lines by PPMd.
#[test]
fn ppmd_is_unpacked() {
    const PACKED: &[u8] = b"\x07\x00\x6D\xF1\xA2\xAD\xBF\x48\xD6\x34\xF4\x87\x46\x7D\x99\xB0\xF9\xEC\x70\xC6\x75\xCA\
        \x1D\xB1\x35\x9C\x98\x10\xE9\x62\x3E\xD5\x1A\x77\x7F\x6C\x9A\x5A\x0C\x13\xB4\x86\x00\x00";
    let packed =
        |data: &[u8]| of(&archive(&[Piece { method: 98, data: data.to_vec(), size: 75, ..Piece::stored("a", b"") }]));
    let heard = packed(PACKED);
    assert_eq!(heard.unreadable, []);
    assert!(heard.raw[0].1.ends_with(b"row 2 900101-1234568\n"), "{:?}", heard.raw);
    // The model would need more memory than there may be.
    let large = [&[0xF7, 0x0F][..], &PACKED[2..]].concat();
    assert_eq!(reasons(&packed(&large)), [Reason::TooLarge]);
    for length in 0..PACKED.len() - 8 {
        assert_eq!(reasons(&packed(&PACKED[..length])), [Reason::Damaged], "{length}");
    }
    for number in 2..PACKED.len() {
        let mut changed = PACKED.to_vec();
        changed[number] ^= 0x55;
        packed(&changed);
    }
}

#[test]
fn lzma_and_xz_are_unpacked() {
    let piece = Piece { method: 14, data: LZMA.to_vec(), size: 24, flags: 0x802, ..Piece::stored("a", b"") };
    let heard = of(&archive(&[piece]));
    stands(&heard, "lzma text 900101-1234568", "a.zip › a");
    let piece = Piece { method: 95, data: XZ.to_vec(), size: 24, ..Piece::stored("a", b"") };
    stands(&of(&archive(&[piece])), "lzma text 900101-1234568", "a.zip › a");
    let mut window = LZMA.to_vec();
    window[5..9].copy_from_slice(&[0xFF; 4]);
    let piece = Piece { method: 14, data: window, flags: 0x802, ..Piece::stored("a", b"") };
    assert_eq!(reasons(&of(&archive(&[piece]))), [Reason::TooLarge]);
}

/// "lzma text 900101-1234568" as Python's lzma module packs it, with the head of a ZIP, and with an end mark.
const LZMA: &[u8] = &[
    0x09, 0x04, 0x05, 0x00, 0x5D, 0x00, 0x00, 0x01, 0x00, 0x00, 0x36, 0x1E, 0x89, 0xDD, 0x7D, 0x49, 0x77, 0x46, 0xEF,
    0x2F, 0x27, 0x2F, 0x58, 0xAE, 0xDF, 0x3B, 0x6C, 0xD8, 0x31, 0x9D, 0x0D, 0x9E, 0x7D, 0xCC, 0x0E, 0x5C, 0x82, 0x3B,
    0xFF, 0xEF, 0x49, 0x00, 0x00,
];

/// The same as xz.
const XZ: &[u8] = &[
    0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x04, 0xE6, 0xD6, 0xB4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x0C, 0x00, 0x00,
    0x00, 0x8F, 0x98, 0x41, 0x9C, 0x01, 0x00, 0x17, 0x6C, 0x7A, 0x6D, 0x61, 0x20, 0x74, 0x65, 0x78, 0x74, 0x20, 0x39,
    0x30, 0x30, 0x31, 0x30, 0x31, 0x2D, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x38, 0x00, 0x8C, 0xA6, 0xE2, 0x9E, 0x61,
    0x3E, 0x95, 0xE3, 0x00, 0x01, 0x30, 0x18, 0x8E, 0x1B, 0xAC, 0xEC, 0x1F, 0xB6, 0xF3, 0x7D, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x04, 0x59, 0x5A,
];

#[test]
fn an_archive_behind_a_program_is_found() {
    let zip = archive(&[Piece::deflated("a", b"inside")]);
    let program = [b"MZ".to_vec(), vec![0x90; 5000], zip.clone()].concat();
    stands(&of(&program), "inside", "a.zip › a");
    // Within a compound file it is not one, unless it is glued to it.
    let compound = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 504], zip.clone(), vec![0; 100]].concat();
    assert_eq!(of(&compound).place_of("inside"), None);
    let glued = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 504], zip].concat();
    stands(&of(&glued), "inside", "a.zip › a");
}

#[test]
fn what_systems_leave_is_searched_and_not_said_to_be_unknown() {
    let heard = of(&archive(&[Piece::stored("__MACOSX/._a", b"\x00\x05\x16\x07 where from")]));
    stands(&heard, "where from", "a.zip › __MACOSX/._a");
    assert_eq!(heard.unreadable, []);
}

#[test]
fn a_directory_that_claims_the_whole_file_hides_nothing() {
    let piece = Piece::deflated("a.txt", b"claimed");
    let entry = local(&piece);
    // Its directory would begin at the first entry, and holds none.
    let heard = of(&[entry.clone(), end(0, entry.len(), 0, b"")].concat());
    stands(&heard, "claimed", "a.zip › a.txt");
    // A signature ends the list of entries; what stands behind it is in the file all the same.
    let (first, second) = (Piece::stored("b", b"x"), local(&Piece::stored("c.txt", b"behind the list")));
    let (entry, listed) = (local(&first), record(&first, 0));
    let tail = [listed.clone(), b"PK\x05\x05\x00\x00".to_vec(), second].concat();
    let heard = of(&[entry.clone(), tail.clone(), end(1, tail.len(), entry.len(), b"")].concat());
    stands(&heard, "behind the list", "a.zip › c.txt");
}

#[test]
fn a_comment_may_be_a_place_for_entries() {
    let piece = Piece::stored("a", b"body");
    let (entry, listed) = (local(&piece), record(&piece, 0));
    let hidden = local(&Piece::deflated("in a comment.txt", b"hidden in the comment"));
    let heard = of(&[entry.clone(), listed.clone(), end(1, listed.len(), entry.len(), &hidden)].concat());
    stands(&heard, "hidden in the comment", "a.zip › in a comment.txt");
}

#[test]
fn real_archives_are_read() {
    let heard = of(include_bytes!("../../../../tests/documents/testZipEncrypted.zip"));
    stands(&heard, "hello world", "a.zip › unencrypted.txt");
    assert_eq!(heard.unreadable, [("a.zip › encrypted.txt".to_owned(), Reason::Encrypted)]);
}

/// What programs add to a record is shown by none; and a gap may be as short as a number.
#[test]
fn numbers_in_extra_fields_and_in_short_gaps_are_read() {
    const NUMBER: &[u8] = b"900101-1234568";
    let whole = archive(&[Piece::stored("a.txt", b"x")]);
    let at = memchr::memmem::find(&whole, b"PK\x01\x02").expect("a directory");
    let (entries, directory) = whole.split_at(at);
    let (record, end) = directory.split_at(46 + "a.txt".len());
    let extra = [&b"\x99\x99\x0E\0"[..], NUMBER].concat();
    let mut longer = [record, &extra].concat();
    longer[30..32].copy_from_slice(&18_u16.to_le_bytes());
    let mut later = end.to_vec();
    later[12..16].copy_from_slice(&(longer.len() as u32).to_le_bytes());
    let added = [entries, &longer, &later].concat();
    stands(&Heard::of("a.zip", &added), "900101-1234568", "a.zip › part ‘between the entries’");
    let mut later = end.to_vec();
    later[16..20].copy_from_slice(&((at + NUMBER.len()) as u32).to_le_bytes());
    let apart = [entries, NUMBER, record, &later].concat();
    let heard = Heard::of("a.zip", &apart);
    stands(&heard, "900101-1234568", "a.zip › part ‘between the entries’");
    assert_eq!(heard.unreadable, []);
}
