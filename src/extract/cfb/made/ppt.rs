//! Presentations.

use super::*;
use crate::extract::make::ppt::{deck, notes, record, slide, slide_with_table};
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

/// A group whose shapes make a grid is a table; boxes that stand anywhere are none.
#[test]
fn tables_know_their_cells() {
    let table = slide_with_table(&[["성명", "번호"], ["홍길동", "900101-1234568"], ["김철수", ""]]);
    let heard = Heard::of("a.ppt", &deck("글", "글", &[table, slide("글", false)]));
    assert_eq!(heard.place_of("900101-1234568"), Some("a.ppt › slide 1 › table 1 › cell B2"));
    assert_eq!(heard.place_of("김철수"), Some("a.ppt › slide 1 › table 1 › cell A3"));
    assert_eq!(heard.said.iter().filter(|(_, text)| text.contains("홍길동")).count(), 1, "it is said once");
    let boxes = slide_with_table(&[["하나", "둘"]]);
    let heard = Heard::of("a.ppt", &deck("글", "글", &[boxes, slide("글", false)]));
    assert_eq!(heard.place_of("하나"), Some("a.ppt › slide 1"));
}
