//! Documents made here and real ones, masked: what was found is gone from all of their bytes, and all else is as it was.

mod documents;
mod hangul;
mod odf;
mod refused;
mod sheets;
mod splits;

use super::*;
use crate::extract::testing::{Heard, entries};
use crate::vocab::{Confidence, Day, Part, Span};

/// Synthetic; its check digit holds.
const NUMBER: &str = "900101-1234568";
/// What must not be left of it.
const SECRET: &str = "1234568";
const MASKED: &str = "900101-*******";

fn lens() -> Arc<Lens> {
    let today = Day { year: 2026, month: 11, day: 22 };
    Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: crate::inspect::Beyond::default() })
}

fn opened(name: &str) -> Opened {
    let part = Part::File { field: "file".to_owned(), name: name.to_owned() };
    Opened { part, name: name.to_owned(), span: Span { start: 0, end: 0 }, is_read: false }
}

/// What a policy says that masks all that is no mere shape.
fn probable(finding: &Finding) -> bool {
    matches!(finding.what, What::Kind(_)) && finding.confidence >= Confidence::Probable
}

fn tried(name: &str, bytes: &[u8]) -> Result<Masked, NotMasked> {
    masked(&opened(name), bytes, &lens(), Limits::default(), &|| false, &probable)
}

/// Masks a document in which something is to be masked.
#[track_caller]
fn done(name: &str, bytes: &[u8]) -> Masked {
    let done = tried(name, bytes).unwrap_or_else(|error| panic!("{name}: {error} {error:?}"));
    assert!(done.found.iter().any(probable), "{name}: {:?}", done.found);
    assert!(!done.left.iter().any(probable), "{name}: {:?}", done.left);
    done
}

/// The text of a part, and of it without its tags: a value that is split over elements must not be left either.
fn readings(bytes: &[u8]) -> [String; 2] {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let bare = text.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
    [text, bare]
}

/// Whether these stand nowhere in what the document holds, nor in documents within it.
#[track_caller]
fn gone(bytes: &[u8], secrets: &[&str]) {
    for (name, held, _) in entries(bytes) {
        if held.starts_with(b"PK\x03\x04") {
            gone(&held, secrets);
        }
        for reading in readings(&held) {
            for secret in secrets {
                assert!(!reading.contains(secret), "{secret} in {name}: {reading}");
            }
        }
    }
}

/// The part of this name.
#[track_caller]
fn part(bytes: &[u8], name: &str) -> String {
    let part = entries(bytes).into_iter().find(|(known, ..)| known == name);
    String::from_utf8(part.unwrap_or_else(|| panic!("no {name}")).1).expect("UTF-8")
}

/// Whether the entries are the same in the same order, and only these are packed anew, with nothing but letters covered in
/// them.
#[track_caller]
fn only(before: &[u8], after: &[u8], changed: &[&str]) {
    same_places(before, after);
    let (before, after) = (entries(before), entries(after));
    let names = |all: &[(String, Vec<u8>, Vec<u8>)]| all.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    let mut differ = Vec::new();
    for ((name, was, packed), (_, is, packed_now)) in before.iter().zip(&after) {
        if packed == packed_now {
            continue;
        }
        differ.push(name.as_str());
        let (was, is) = (String::from_utf8_lossy(was), String::from_utf8_lossy(is));
        let covered = |(was, is): (char, char)| was == is || matches!(is, '*' | '＊');
        assert_eq!(was.chars().count(), is.chars().count(), "{name}: {is}");
        assert!(was.chars().zip(is.chars()).all(covered), "{name}: {was}\n{is}");
    }
    assert_eq!(differ, changed);
}

/// Whether a reader finds the same texts at the same places, but for what is covered.
#[track_caller]
fn same_places(before: &[u8], after: &[u8]) {
    let (before, after) = (Heard::of("a", before), Heard::of("a", after));
    assert_eq!((before.said.len(), &before.unreadable), (after.said.len(), &after.unreadable));
    for ((place, was), (new_place, is)) in before.said.iter().zip(&after.said) {
        let covered = |(was, is): (char, char)| was == is || matches!(is, '*' | '＊');
        assert_eq!((place, was.chars().count()), (new_place, is.chars().count()), "{was}\n{is}");
        assert!(was.chars().zip(is.chars()).all(covered), "{place}: {was}\n{is}");
    }
}

/// The ways to all that was found, of which the given ones must be some.
#[track_caller]
fn found_at(done: &Masked, ways: &[&str]) {
    let all: Vec<String> = done.found.iter().map(|finding| finding.place.way()).collect();
    for way in ways {
        assert!(all.iter().any(|known| known.starts_with(way)), "{way} is none of {all:#?}");
    }
}

#[test]
fn a_document_without_anything_is_the_same() {
    let bytes = crate::extract::testing::texts(&[("[Content_Types].xml", "<Types/>"), ("a.xml", "<a>가나다</a>")]);
    let done = tried("a.docx", &bytes).expect("nothing to do");
    assert_eq!((done.bytes == bytes, done.found, done.left), (true, vec![], vec![]));
}
