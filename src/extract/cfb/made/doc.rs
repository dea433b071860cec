//! Word documents.

use super::*;
use crate::extract::make::doc::{word, word_95, word_with_deleted};

/// A document of one piece, at a place behind what an earlier save left.
#[test]
fn what_a_fast_save_left_is_deleted_text() {
    let (mut document, table) = word(&[(0, "새 글\r")], "지운 글 900101-1234568");
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
    let heard = Heard::of("a.doc", &compound(&[("WordDocument", word_95("홍길동 글\r"))]));
    assert_eq!(at(&heard, "홍길동 글"), "a.doc › paragraph 1");
}

/// What was taken out of a note, a comment, a head or a box does not touch what took its place.
#[test]
fn what_was_deleted_beside_the_main_text_is_parted_from_what_is_left() {
    for (story, place) in
        [(1, "note 1"), (2, "header"), (4, "comment 1"), (5, "note 1"), (6, "text box"), (7, "text box")]
    {
        // Of `12` that stands where `68` does now.
        let (document, tables) = word_with_deleted(&[(0, "글\r"), (story, "900101-12345\u{31}\u{32}68\r")], 14..16);
        let heard = Heard::of("a.doc", &compound(&[("WordDocument", document), ("1Table", tables)]));
        assert_eq!(at(&heard, "900101-1234568"), format!("a.doc › {place}"), "{story}");
        let gone = heard.said.iter().find(|(place, _)| place == "a.doc › deleted text");
        assert_eq!(gone.map(|(_, text)| text.as_str()), Some("12"), "{story}");
    }
}
