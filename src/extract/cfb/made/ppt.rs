//! Presentations.

use super::*;
use crate::extract::make::ppt::{deck, notes, record, slide};
use std::io::Read;

#[test]
fn slides_have_numbers_and_old_ones_are_deleted() {
    let mut packed = vec![0; 4];
    let object = compound(&[("CONTENTS", "속 글".as_bytes().to_vec())]);
    flate2::read::ZlibEncoder::new(&object[..], flate2::Compression::fast()).read_to_end(&mut packed).expect("zlib");
    let parts = [slide("첫 글", false), slide("숨은 글", true), notes("노트 글"), record(0x10, 0x1011, &packed)];
    let heard = Heard::of("a.ppt", &deck("지운 글", "개요 글", &parts));
    assert_eq!(at(&heard, "개요 글"), "a.ppt › slide 1");
    assert_eq!(at(&heard, "첫 글"), "a.ppt › slide 1");
    assert_eq!(at(&heard, "숨은 글"), "a.ppt › slide 2 (hidden)");
    assert_eq!(at(&heard, "노트 글"), "a.ppt › speaker notes of slide 2");
    assert_eq!(at(&heard, "지운 글"), "a.ppt › deleted text");
    assert!(at(&heard, "속 글").ends_with("› CONTENTS"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn an_encrypted_presentation_is_told() {
    let user = [0, 0, 0, 0xF3D1_C4DF, 0u32].into_iter().flat_map(u32::to_le_bytes).collect();
    let heard = Heard::of("a.ppt", &compound(&[("Current User", user), ("PowerPoint Document", vec![1; 64])]));
    assert_eq!(heard.unreadable, [("a.ppt".to_owned(), Reason::Encrypted)]);
}
