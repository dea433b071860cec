//! Objects, macros, and what nobody knows.

use super::*;
use crate::extract::make::cfb::{macros, native};

#[test]
fn a_packed_file_has_its_name() {
    let native = native("a.txt", "속 글".as_bytes());
    let heard = Heard::of("a.bin", &compound(&[("MBD01/\u{1}Ole10Native", native)]));
    assert_eq!(at(&heard, "속 글"), "a.bin › MBD01 › a.txt");
    assert_eq!(at(&heard, "kim"), "a.bin › MBD01 › file name");
}

#[test]
fn macros_are_unpacked() {
    let heard = Heard::of("a.xls", &compound(&macros("_VBA_PROJECT_CUR/", "' 900101-1234568")));
    assert!(at(&heard, "900101-1234568").ends_with("› script"));
}

#[test]
fn unknown_streams_are_searched() {
    let heard = Heard::of("a.ole", &compound(&[("Odd", [&[1, 2][..], &wide("모르는 글 12")].concat())]));
    assert_eq!(at(&heard, "모르는 글 12"), "a.ole › part ‘Odd’");
    assert_eq!(heard.unreadable, [("a.ole".to_owned(), Reason::UnknownFormat)], "it may be packed in a way of its own");
}

/// Drawings of Visio pack their text; small pictures of folders and the objects of documents hold nothing that is missed.
#[test]
fn what_a_program_packs_in_a_way_of_its_own_is_said_to_be_unknown() {
    use crate::extract::make::office;
    let drawing = compound(&[("VisioDocument", vec![7; 5000]), ("\u{5}SummaryInformation", vec![1; 60])]);
    let small = compound(&[("Catalog", vec![0; 60]), ("256_0a1b2c", vec![1; 60])]);
    let unread =
        |name: &str, bytes: &[u8]| Heard::of(name, bytes).unreadable.into_iter().map(|(_, reason)| reason).collect();
    let reasons: Vec<Reason> = unread("a.vsd", &drawing);
    assert_eq!(reasons, [Reason::UnknownFormat]);
    let zipped: Vec<Reason> = unread("a.zip", &office::deflated(&[("a.vsd", &drawing), ("Thumbs.db", &small)]));
    assert_eq!(zipped, [Reason::UnknownFormat]);
    let document =
        office::docx("", "", &[("word/embeddings/oleObject1.bin", &compound(&[("Equation Native", vec![1; 99])]))]);
    assert_eq!(Heard::of("a.docx", &document).unreadable, []);
}
