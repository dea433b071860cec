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
}
