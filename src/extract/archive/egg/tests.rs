//! Tests of EGG, on archives made here by the specification.

use super::super::super::testing::Heard;
use super::{COMMENT, DUMMY, ENCRYPTION, END, FILE, NAME, SOLID, SPLIT};
use crate::extract::Limits;
use crate::extract::make::alz::deflated;
use crate::extract::make::egg::{archive, azo, block, bzipped, entry, header, lzma};
use crate::vocab::Reason;

const DATA: &[u8] = b"900101-1234568 010-0000-0000";

#[test]
fn blocks_of_every_method_are_unpacked() {
    let number: &[u8] = b"name,number\n900101-1234568\n";
    let methods: [(u8, Vec<u8>, &[u8]); 5] = [
        (0, DATA.to_vec(), DATA),
        (1, deflated(DATA), DATA),
        (2, bzipped(DATA), DATA),
        (3, azo(DATA), DATA),
        (4, lzma(), number),
    ];
    for (method, packed, data) in methods {
        let one = entry(1, "김가람.csv".as_bytes(), data.len(), &[], &[block(method, &packed, data)]);
        let heard = Heard::of("a.egg", &archive(&[], &[one]));
        assert_eq!(heard.place_of("900101-1234568"), Some("a.egg › 김가람.csv"), "{method}");
        assert_eq!(heard.place_of("김가람.csv"), Some("a.egg › file name"));
        assert_eq!(heard.unreadable, [], "{method}");
    }
    let one = entry(1, b"a", 1, &[], &[block(9, b"x", b"x")]);
    let heard = Heard::of("a.egg", &archive(&[], &[one]));
    assert_eq!(heard.unreadable, [("a.egg › a".to_owned(), Reason::Unsupported)]);
}

#[test]
fn blocks_make_one_file() {
    let (first, second) = DATA.split_at(6);
    let blocks = [block(1, &deflated(first), first), block(0, second, second)];
    let heard = Heard::of("a.egg", &archive(&[], &[entry(1, b"a", DATA.len(), &[], &blocks)]));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.egg › a"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn a_solid_archive_is_one_stream() {
    let (first, second) = DATA.split_at(15);
    let files = [
        entry(1, b"a", first.len(), &[], &[block(1, &deflated(DATA), DATA)]),
        entry(2, b"empty", 0, &[], &[]),
        entry(3, b"b", second.len(), &[], &[]),
    ];
    let heard = Heard::of("a.egg", &archive(&header(SOLID, 0, &[]), &files));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.egg › a"));
    assert_eq!(heard.place_of("010-0000-0000"), Some("a.egg › b"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn names_in_cp949_and_below_another_entry() {
    let name = [&949_u16.to_le_bytes()[..], &encoding_rs::EUC_KR.encode("김가람").0].concat();
    let folder =
        [&FILE.to_le_bytes()[..], &[5, 0, 0, 0], &[0; 8], &header(NAME, 8, &name), &END.to_le_bytes()].concat();
    let within = [&5_u32.to_le_bytes()[..], b"b.csv"].concat();
    let file = [&FILE.to_le_bytes()[..], &[6, 0, 0, 0], &28_u64.to_le_bytes(), &header(NAME, 0x10, &within)].concat();
    let file = [&file[..], &END.to_le_bytes(), &block(0, DATA, DATA)].concat();
    let heard = Heard::of("a.egg", &archive(&[], &[folder, file]));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.egg › 김가람/b.csv"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn comments_are_text() {
    let own = header(COMMENT, 0, b"comment 900101-1234568");
    let one = entry(1, b"a", 0, &own, &[]);
    let heard = Heard::of("a.egg", &archive(&[], &[one, header(COMMENT, 0, b"of all"), header(COMMENT, 4, b"xx")]));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.egg › comment 1"));
    assert_eq!(heard.place_of("of all"), Some("a.egg › comment 2"));
    assert_eq!(heard.unreadable, [("a.egg › comment 3".to_owned(), Reason::Encrypted)]);
}

#[test]
fn what_is_locked_is_said_and_the_next_is_read() {
    // AES-256 tells a size that is five too large.
    let told = [&ENCRYPTION.to_le_bytes()[..], &[0, 34, 0, 2], &[7; 28]].concat();
    let files = [
        entry(1, b"locked", 2, &told, &[block(0, b"xx", b"xx")]),
        entry(2, b"open", DATA.len(), &header(DUMMY, 0, b"..."), &[block(0, DATA, DATA)]),
    ];
    let heard = Heard::of("a.egg", &archive(&[], &files));
    assert_eq!(heard.unreadable, [("a.egg › locked".to_owned(), Reason::Encrypted)]);
    assert_eq!(heard.place_of("900101-1234568"), Some("a.egg › open"));
    let all = header(super::ALL_ENCRYPTED, 0, &[0; 8]);
    assert_eq!(Heard::of("a.egg", &archive(&all, &[])).unreadable, [("a.egg".to_owned(), Reason::Encrypted)]);
}

#[test]
fn volumes_are_pieces() {
    let first =
        archive(&header(SPLIT, 0, &[0, 0, 0, 0, 9, 0, 0, 0]), &[entry(1, b"a", 28, &[], &[block(0, DATA, DATA)])]);
    let later = archive(&header(SPLIT, 0, &[9, 0, 0, 0, 0, 0, 0, 0]), &[DATA.to_vec()]);
    for bytes in [&first[..], &first[..first.len() - 20], &later] {
        let heard = Heard::of("a.egg", bytes);
        assert!(heard.unreadable.contains(&("a.egg".to_owned(), Reason::Fragment)), "{:?}", heard.unreadable);
        assert!(heard.place_of("900101-").is_some());
    }
}

#[test]
fn what_breaks_off_is_said_and_what_is_behind_is_searched() {
    let blocks = [block(1, &deflated(DATA), DATA)];
    let whole =
        archive(&[], &[entry(1, b"a", DATA.len(), &[], &blocks), entry(2, b"b", 28, &[], &[block(0, DATA, DATA)])]);
    for length in 6..whole.len() - 1 {
        let heard = Heard::of("a.egg", &whole[..length]);
        assert!(heard.unreadable.iter().any(|(_, reason)| *reason == Reason::Damaged), "{length}");
    }
    let behind = [&whole[..], b"hidden 900101-1234560"].concat();
    let heard = Heard::of("a.egg", &behind);
    assert_eq!(heard.place_of("900101-1234560"), Some("a.egg"));
    assert_eq!(heard.unreadable, [("a.egg".to_owned(), Reason::Damaged)]);
}

#[test]
fn bombs_and_windows_are_stopped() {
    let zeros = vec![b'0'; 16 << 20];
    let bomb = archive(&[], &[entry(1, b"a", zeros.len(), &[], &[block(1, &deflated(&zeros), &zeros)])]);
    assert_eq!(Heard::of("a.egg", &bomb).unreadable, [(String::new(), Reason::Bomb)]);
    let small = Limits { part_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(Heard::within("a.egg", &bomb, small).unreadable, [("a.egg › a".to_owned(), Reason::TooLarge)]);
    let mut window = lzma();
    window[5..9].copy_from_slice(&0x4000_0000_u32.to_le_bytes());
    // AZO that tells 4 GiB, and AZO that tells 64 MiB and has one byte.
    let told = |size: u32| {
        [&[0x31, 0][..], &size.to_be_bytes(), &1_u32.to_be_bytes(), &(size ^ 1).to_be_bytes(), &[0; 13]].concat()
    };
    for (method, packed, reason) in [
        (4, window, ("a.egg › a", Reason::TooLarge)),
        (3, told(u32::MAX), ("a.egg › a", Reason::TooLarge)),
        (3, told(64 << 20), ("", Reason::Bomb)),
    ] {
        let bytes = archive(&[], &[entry(1, b"a", 1, &[], &[block(method, &packed, b"x")])]);
        assert_eq!(Heard::of("a.egg", &bytes).unreadable, [(reason.0.to_owned(), reason.1)]);
    }
}
