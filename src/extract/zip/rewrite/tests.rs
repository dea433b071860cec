//! Archives written again: what is not changed stays as it was.

use super::*;
use crate::extract::testing::{Heard, entries};
use crate::extract::zip::tests::{Piece, archive_of};

/// Covers every `9`.
fn nines(text: &str, _: Means) -> Vec<Cover> {
    text.match_indices('9').map(|(at, _)| Cover { at, by: '*' }).collect()
}

fn done(bytes: &[u8]) -> Option<Vec<u8>> {
    rewrite(bytes, Limits::default(), &|| false, &mut nines).expect("a document")
}

/// The local headers and the records of an archive, with where each begins.
fn headers(bytes: &[u8]) -> Vec<(Vec<u8>, Vec<u8>, usize)> {
    let (mut heard, late) = (Heard::default(), || false);
    let walk = Walk::new(Limits::default(), &late, &mut heard);
    let directory = Directory::survey(bytes, &walk).expect("an archive");
    directory.entries.iter().map(|entry| (entry.head.to_vec(), entry.record.to_vec(), entry.at)).collect()
}

fn pieces() -> Vec<Piece> {
    vec![
        Piece::stored("mimetype", b"application/vnd.oasis.opendocument.text"),
        Piece::deflated("Pictures/a.png", b"\x89PNG 999"),
        Piece::stored("content.xml", "<a>가나9</a>".as_bytes()),
        Piece::deflated("META-INF/manifest.xml", b"<manifest/>"),
    ]
}

#[test]
fn what_is_not_changed_keeps_its_headers_and_its_place() {
    let mut before = archive_of(&pieces());
    // Times and rights, which a rewriting must not touch.
    for mark in [&b"PK\x03\x04"[..], b"PK\x01\x02"] {
        let places: Vec<usize> = memchr::memmem::find_iter(&before, mark).collect();
        for at in places {
            let time = if mark == b"PK\x03\x04" { 10 } else { 12 };
            before[at + time..at + time + 4].copy_from_slice(&[1, 2, 3, 4]);
            if mark == b"PK\x01\x02" {
                before[at + 38..at + 42].copy_from_slice(&[5, 6, 7, 8]);
            }
        }
    }
    let after = done(&before).expect("changed");
    for (number, ((head, record, _), (new_head, new_record, new_at))) in
        headers(&before).into_iter().zip(headers(&after)).enumerate()
    {
        let expected = [&record[..42], &(new_at as u32).to_le_bytes(), &record[46..]].concat();
        if number == 2 {
            assert_eq!((&new_head[10..14], &new_record[38..42]), (&[1, 2, 3, 4][..], &[5, 6, 7, 8][..]));
            assert_eq!((new_head[8], new_record[10]), (8, 8), "it is deflated");
            let mut crc = flate2::Crc::new();
            crc.update("<a>가나*</a>".as_bytes());
            assert_eq!(
                (&new_head[14..18], &new_record[16..20]),
                (&crc.sum().to_le_bytes()[..], &crc.sum().to_le_bytes()[..])
            );
        } else {
            assert_eq!((new_head, new_record), (head, expected));
        }
    }
    assert!(after.starts_with(b"PK\x03\x04") && after[30..].starts_with(b"mimetypeapplication/vnd"));
    assert_eq!(entries(&after)[2].1, "<a>가나*</a>".as_bytes());
}

#[test]
fn sizes_that_stood_behind_the_data_stand_before_it() {
    let pieces: Vec<Piece> = pieces().into_iter().map(|piece| Piece { flags: 0x808, ..piece }).collect();
    let after = done(&archive_of(&pieces)).expect("changed");
    let held: Vec<Vec<u8>> = entries(&after).into_iter().map(|(_, held, _)| held).collect();
    assert_eq!(held[1], b"\x89PNG 999");
    assert_eq!(held[2], "<a>가나*</a>".as_bytes());
    for (head, record, _) in headers(&after) {
        assert_eq!((&head[6..8], &record[8..10]), (&[0, 8][..], &[0, 8][..]));
        assert_eq!(head[14..26], record[16..28]);
        assert!(head[18..22] != [0; 4], "its length is said");
    }
}

#[test]
fn what_the_directory_does_not_name_is_left_out() {
    let hidden = Piece { listed: false, ..Piece::stored("secret.xml", b"<a>nobody is shown this</a>") };
    let after = done(&archive_of(&[pieces(), vec![hidden]].concat())).expect("changed");
    assert_eq!(entries(&after).len(), 4);
    assert!(memchr::memmem::find(&after, b"nobody").is_none());
}

#[test]
fn nothing_to_cover_is_nothing_to_write() {
    let mut pieces = pieces();
    pieces.remove(2);
    assert_eq!(done(&archive_of(&pieces)), None);
}

#[test]
fn limits_and_time_are_kept() {
    let bytes = archive_of(&pieces());
    let late = rewrite(&bytes, Limits::default(), &|| true, &mut nines);
    assert_eq!(late, Err(NotRewritten::Stopped(Reason::OutOfTime)));
    let few = Limits { entries: 2, ..Limits::default() };
    assert_eq!(rewrite(&bytes, few, &|| false, &mut nines), Err(NotRewritten::Stopped(Reason::TooManyEntries)));
    let small = Limits { unpacked_bytes: 20, ..Limits::default() };
    assert_eq!(rewrite(&bytes, small, &|| false, &mut nines), Err(NotRewritten::Stopped(Reason::TooLarge)));
}
