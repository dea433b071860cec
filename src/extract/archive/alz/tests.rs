//! Tests of ALZ: entries made here, and one archive made with ALZip.

use crate::extract::Limits;
use crate::extract::make::alz::{archive, bzip2_of_alz, deflated, entry};
use crate::extract::testing::Heard;
use crate::vocab::Reason;

#[test]
fn entries_are_opened_and_what_is_locked_or_foreign_is_said() {
    let heard = Heard::of(
        "a.alz",
        &archive(&[
            entry("김가람.csv", 0, 2, &deflated(b"900101-1234568"), b"900101-1234568"),
            entry("locked", 1, 2, b"xx", b"xx"),
            entry("new", 0, 9, b"xx", b"xx"),
            entry("b", 0, 0, b"010-0000-0000", b"010-0000-0000"),
            entry("bzip", 0, 1, &bzip2_of_alz(b"010-0000-0001"), b"010-0000-0001"),
        ]),
    );
    assert_eq!(heard.place_of("900101-1234568"), Some("a.alz › 김가람.csv"));
    assert_eq!(heard.place_of("김가람.csv"), Some("a.alz › file name"));
    assert_eq!(heard.place_of("010-0000-0000"), Some("a.alz › b"));
    assert_eq!(heard.place_of("010-0000-0001"), Some("a.alz › bzip"));
    let expected = [("a.alz › locked", Reason::Encrypted), ("a.alz › new", Reason::Unsupported)];
    assert_eq!(heard.unreadable, expected.map(|(place, reason)| (place.to_owned(), reason)));
}

#[test]
fn blocks_of_bzip2_follow_each_other_anywhere_in_a_byte() {
    let mut data: Vec<u8> =
        (0..300_000_u32).flat_map(|number| (number.wrapping_mul(number) % 65_521).to_be_bytes()).collect();
    data.extend(b" 900101-1234568");
    let packed = bzip2_of_alz(&data);
    let heard = Heard::of("a.alz", &archive(&[entry("a", 0, 1, &packed, &data)]));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.alz › a"));
    assert!(heard.raw.iter().any(|(_, bytes)| *bytes == data));
    let false_marks = [b"DLZ\x01".as_slice(), &b"DLZ\x01".repeat(5000)].concat();
    let heard = Heard::of("a.alz", &archive(&[entry("a", 0, 1, &false_marks, b"")]));
    assert_eq!(heard.unreadable, [("a.alz › a".to_owned(), Reason::Damaged)]);
}

#[test]
fn an_archive_of_the_program_itself_is_read() {
    let bytes = include_bytes!("../../../../tests/documents/archive/normal.alz");
    let heard = Heard::of("normal.alz", bytes);
    assert_eq!(heard.unreadable, [("normal.alz › binary.bin".to_owned(), Reason::UnknownFormat)]);
    assert_eq!(heard.place_of("large.txt"), Some("normal.alz › file name"));
    assert!(heard.raw.iter().any(|(place, text)| place == "normal.alz › large.txt" && !text.is_empty()));
}

#[test]
fn comments_and_volumes() {
    let one = entry("a", 0, 0, b"010-0000-0000", b"010-0000-0000");
    let mut commented = archive(std::slice::from_ref(&one));
    commented.truncate(commented.len() - 4);
    commented.extend(b"ELZ\x01\x0E\0\0\0900101-1234568CLZ\x02");
    assert_eq!(Heard::of("a.alz", &commented).place_of("900101-1234568"), Some("a.alz"));
    let first = [b"ALZ\x01\x0A\0\0\0", &one[..], b"CLZ\x03\0\0\0\0"].concat();
    let later = b"ALZ\x01\x0A\0\x01\0 010-0000-0000";
    for bytes in [&first[..], later] {
        let heard = Heard::of("a.alz", bytes);
        assert_eq!(heard.unreadable, [("a.alz".to_owned(), Reason::Fragment)]);
        assert!(heard.place_of("010-0000-0000").is_some());
    }
}

#[test]
fn what_breaks_off_is_said_and_bombs_are_stopped() {
    let data = b"900101-1234568";
    let whole = archive(&[entry("a", 0, 2, &deflated(data), data), entry("b", 0, 0, data, data)]);
    for length in 4..whole.len() - 4 {
        let heard = Heard::of("a.alz", whole.get(..length).unwrap_or_default());
        let there = heard.unreadable.iter().any(|(_, reason)| *reason == Reason::Damaged);
        assert!(there || length >= whole.len() - 8, "{length}");
    }
    let zeros = vec![b'0'; 16 << 20];
    let bomb = archive(&[entry("a", 0, 2, &deflated(&zeros), &zeros)]);
    assert_eq!(Heard::of("a.alz", &bomb).unreadable, [(String::new(), Reason::Bomb)]);
    let heard = Heard::within("a.alz", &bomb, Limits { part_bytes: 1 << 20, ..Limits::default() });
    assert_eq!(heard.unreadable, [("a.alz › a".to_owned(), Reason::TooLarge)]);
}

#[test]
fn a_wrong_sum_is_damage_and_what_is_there_is_searched() {
    let heard = Heard::of("a.alz", &archive(&[entry("a", 0, 0, b"900101-1234568", b"900101-1234560")]));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.alz › a"));
    assert_eq!(heard.unreadable, [("a.alz › a".to_owned(), Reason::Damaged)]);
}
