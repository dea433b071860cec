//! Objects, macros, and what nobody knows.

use super::*;

#[test]
fn a_packed_file_has_its_name() {
    let data = "속 글".as_bytes();
    let mut native = vec![0, 0, 0, 0, 2, 0];
    native.extend(b"a.txt\0C:\\kim\\a.txt\0\0\0\x03\0");
    native.extend([&6u32.to_le_bytes()[..], b"C:\\t\\a\0"].concat());
    let mut native = native[..native.len() - 1].to_vec();
    native.extend((data.len() as u32).to_le_bytes());
    native.extend(data);
    let heard = Heard::of("a.bin", &compound(&[("MBD01/\u{1}Ole10Native", native)]));
    assert_eq!(at(&heard, "속 글"), "a.bin › MBD01 › a.txt");
    assert_eq!(at(&heard, "kim"), "a.bin › MBD01 › file name");
}

#[test]
fn macros_are_unpacked() {
    // A chunk as it is: 4096 bytes that are not packed.
    let mut source = "Attribute VB_Name = \"x\"\r\n' 900101-1234568\r\n".as_bytes().to_vec();
    source.resize(4096, b' ');
    let packed = [&[1, 0xFF, 0x3F][..], &source].concat();
    let dir = [&[1, 0, 0x30][..], &[0; 1]].concat();
    let streams = [("_VBA_PROJECT_CUR/VBA/dir", dir), ("_VBA_PROJECT_CUR/VBA/x", packed)];
    let heard = Heard::of("a.xls", &compound(&streams));
    assert!(at(&heard, "900101-1234568").ends_with("› script"));
}

#[test]
fn unknown_streams_are_searched() {
    let heard = Heard::of("a.ole", &compound(&[("Odd", [&[1, 2][..], &wide("모르는 글 12")].concat())]));
    assert_eq!(at(&heard, "모르는 글 12"), "a.ole › part ‘Odd’");
}
