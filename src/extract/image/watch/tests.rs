//! Pictures that come in pieces of any size.

use super::*;
use crate::extract::make::image::{chunk, jpeg, png, segment};
use crate::extract::{Written, written};

/// How much of a picture goes out, and whether something in it is to be opened, when it comes in pieces of this size.
fn passed(picture: &[u8], size: usize) -> (usize, Option<&'static [u8]>) {
    let mut watch = Watch::new(picture).expect("a picture");
    let (mut gone, mut come) = (0, 0);
    while come < picture.len() {
        come = (come + size).min(picture.len());
        let seen = watch.look(&picture[gone..come]);
        gone += seen.pass;
        if seen.said_behind.is_some() {
            return (gone, seen.said_behind);
        }
        assert!(come - gone <= MOST_HELD, "{} held", come - gone);
    }
    (gone, None)
}

fn scanned(between: &[Vec<u8>], behind: &[u8]) -> Vec<u8> {
    let jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let scan = [segment(0xDA, &[0; 10]), b"\x11\xFF\x00\x22\xFF\xD0\x33".repeat(40)].concat();
    let tables = segment(0xC4, &[1; 40]);
    [&[0xFF, 0xD8][..], &jfif, &scan, &tables, &between.concat(), &scan, &[0xFF, 0xD9], behind].concat()
}

/// AVIF whose list of what it holds comes first.
fn boxed(behind: &[u8]) -> Vec<u8> {
    let data = [&b"\0\0\x01\x08mdat"[..], &[7; 256]].concat();
    [&b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x0Cmeta\0\0\0\0"[..], &data, behind].concat()
}

#[test]
fn a_picture_of_which_nothing_is_written_goes_out_whole() {
    let film = [
        &b"GIF89a\x01\0\x01\0\x80\0\0abcdef\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0\x21\xF9\x04\0\0\0\0\0"[..],
        b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B",
    ]
    .concat();
    let web = b"RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\x07\x10\x11\x11\x88\x88\xFE\x07\0".to_vec();
    let icon = png(&[chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &[3; 500]), chunk(b"IEND", b"")]);
    for picture in [scanned(&[], b""), scanned(&[], &[0; 500]), film, web, icon, boxed(b"")] {
        for size in [1, 2, 3, 7, 100, 10_000] {
            assert_eq!(passed(&picture, size), (picture.len(), None), "{:?} by {size}", picture.first_chunk::<8>());
        }
    }
    // Less than anything would need.
    assert_eq!(passed(&scanned(&[], b"\r\n<!-- 1 -->"), 5).1, None);
}

/// The picture goes out up to where something is written, however it comes; and behind the head that is put before it, the rest
/// is read as it would be in the whole.
#[test]
fn what_is_written_late_or_stands_behind_does_not_leave() {
    let late = scanned(&[segment(0xFE, b"900101-1234568 is written here")], b"");
    let behind = b"\0\0\0900101-1234568 is written here";
    let icon = [chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &[3; 500])].concat();
    let text = png(&[icon.clone(), chunk(b"tEXt", b"Comment\x00900101-1234568"), chunk(b"IEND", b"")]);
    let shown = png(&[icon, chunk(b"IEND", b"")]);
    let note = b"GIF89a\x01\0\x01\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x21\xFE\x0E900101-1234568\0\x3B";
    let web = b"RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\x07\x10\x11\x11\x88\x88\xFE\x07\0";
    let id = [&b"\0\0\0\x38uuid"[..], b"<x:xmpmeta>900101-1234568 is written here</x:xmpmeta>"].concat();
    for picture in [
        late,
        scanned(&[], behind),
        [&shown[..], behind].concat(),
        text,
        note.to_vec(),
        [&web[..], behind].concat(),
        boxed(behind),
        boxed(&id),
        jpeg(),
    ] {
        let whole = passed(&picture, picture.len());
        let number = memchr::memmem::find(&picture, b"900101-1234568").unwrap_or(usize::MAX);
        let (pass, head) = (whole.0, whole.1.expect("something"));
        assert!(pass <= number, "{pass} {number} {:?}", picture.first_chunk::<8>());
        for size in [1, 2, 3, 7, 100] {
            assert_eq!(passed(&picture, size), whole, "by {size}");
        }
        let rest = [head, &picture[pass..]].concat();
        assert_eq!(written(&rest, true), Written::Something, "{:?}", picture.first_chunk::<8>());
    }
}
