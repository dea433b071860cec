//! Word documents.

use super::*;

/// A document of one piece, at a place behind what an earlier save left.
#[test]
fn what_a_fast_save_left_is_deleted_text() {
    let (old, new) = (wide("지운 글 900101-1234568"), wide("새 글\r"));
    let mut document = vec![0; 1024];
    document[..2].copy_from_slice(&0xA5ECu16.to_le_bytes());
    document[2..4].copy_from_slice(&0xC1u16.to_le_bytes());
    document[0x0A..0x0C].copy_from_slice(&0x200u16.to_le_bytes());
    document[0x4C..0x50].copy_from_slice(&4u32.to_le_bytes());
    document.extend(&old);
    document.extend([0; 4]);
    let place = document.len() as u32;
    document.extend(&new);
    let mut clx = vec![2, 16, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0];
    clx.extend(place.to_le_bytes());
    clx.extend([0, 0]);
    document[0x1A2..0x1A6].copy_from_slice(&8u32.to_le_bytes());
    document[0x1A6..0x1AA].copy_from_slice(&(clx.len() as u32).to_le_bytes());
    let table = [&[0; 8][..], &clx].concat();
    let heard = Heard::of("a.doc", &compound(&[("WordDocument", document.clone()), ("1Table", table)]));
    assert_eq!(at(&heard, "새 글"), "a.doc › paragraph 1");
    assert_eq!(at(&heard, "900101-1234568"), "a.doc › deleted text");
    assert_eq!(heard.unreadable, []);

    // Without its tables it is damaged; what is printable in it is read all the same.
    let heard = Heard::of("a.doc", &compound(&[("WordDocument", document.clone())]));
    assert_eq!(at(&heard, "900101-1234568"), "a.doc");
    assert_eq!(heard.unreadable, [("a.doc".to_owned(), Reason::Damaged)]);

    document[0x0B] |= 1;
    let heard = Heard::of("a.doc", &compound(&[("WordDocument", document)]));
    assert_eq!(heard.unreadable, [("a.doc".to_owned(), Reason::Encrypted)]);
}

#[test]
fn a_document_of_word_95_is_in_its_code_page() {
    let text = encoding_rs::EUC_KR.encode("홍길동 글\r").0.into_owned();
    let mut document = vec![0; 0x300];
    document[..2].copy_from_slice(&0xA5DCu16.to_le_bytes());
    document[2..4].copy_from_slice(&104u16.to_le_bytes());
    document[6..8].copy_from_slice(&0x412u16.to_le_bytes());
    document[0x18..0x1C].copy_from_slice(&0x300u32.to_le_bytes());
    document[0x34..0x38].copy_from_slice(&(text.len() as u32).to_le_bytes());
    document.extend(&text);
    let heard = Heard::of("a.doc", &compound(&[("WordDocument", document)]));
    assert_eq!(at(&heard, "홍길동 글"), "a.doc › paragraph 1");
}
