//! Multipart forms, read by us and by multer.

use super::requests::forwarded;
use super::*;
use crate::body::request::receive;
use crate::body::second_reader::SecondReader;
use crate::inspect::form::multipart::{self, Outlined};
use crate::vocab::Reason;

fn upload(content_type: &str) -> Subject {
    subject(Direction::Upload, content_type, Coded::Plain)
}

const FORM: &str = "multipart/form-data; boundary=XyZ";

fn form(value: &str) -> Vec<u8> {
    let note = "가나다라마바사 ".repeat(700);
    format!(
        "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{value}\r\n\
         --XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\r\nContent-Type: text/plain\r\n\r\n\
         {note}\r\n--XyZ--\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn both_readers_of_a_form_agree() {
    let world = World::new();
    for (value, cut) in [("안녕", 1000), (VALUE, 7), ("", 64 << 10)] {
        let content = form(value);
        let body = Feed::cut(&content, cut);
        let received = receive(body, upload(FORM), tally(Action::Mask), &world.means).await.unwrap();
        assert_eq!(forwarded(received).await, masked(&content));
        let raw = coded(Coding::Gzip, &content);
        let subject = subject(Direction::Upload, FORM, Coded::By(vec![Coding::Gzip]));
        let received = receive(Feed::cut(&raw, cut), subject, tally(Action::Log), &world.means).await.unwrap();
        assert_eq!(forwarded(received).await, raw);
    }
    world.assert_free();
}

/// What `form("안녕")` holds, changed.
fn parts(change: impl Fn(&mut Vec<Outlined>)) -> Vec<Outlined> {
    let mut parts = multipart::split_whole(b"XyZ", &form("안녕"), 10).unwrap();
    change(&mut parts);
    parts
}

#[test]
fn a_form_that_multer_reads_otherwise_is_damaged() {
    let all = [
        (parts(|_| {}), true),
        (Vec::new(), false),
        (parts(|parts| parts.truncate(1)), false),
        (parts(|parts| parts.push(parts[0].clone())), false),
        (parts(|parts| parts[1].length += 1), false),
        (parts(|parts| parts[0].name = (*b"b").into()), false),
        (parts(|parts| parts[0].filename = Some((*b"b").into())), false),
        (parts(|parts| parts[1].filename = None), false),
        (parts(|parts| parts[1].filename = Some((*b"m.txt").into())), false),
        (parts(|parts| parts[1].filename = Some((*b"\xb8\xed").into())), false),
    ];
    for (ours, agrees) in all {
        for size in [1, 7, 1000, 1 << 20] {
            let mut second = SecondReader::new(FORM.as_bytes());
            form("안녕").chunks(size).for_each(|piece| second.push(Bytes::copy_from_slice(piece), &ours));
            assert_eq!(second.finish(&ours), agrees, "{ours:?} in pieces of {size}");
        }
    }
}

#[test]
fn a_form_that_multer_does_not_read_to_its_end_is_damaged() {
    let (whole, ours) = (form("안녕"), parts(|_| {}));
    for (bytes, boundary, agrees) in [
        (&whole[..], "XyZ", true),
        (&whole[..whole.len() - 2], "XyZ", true),
        (&whole[..whole.len() - 4], "XyZ", false),
        (&whole[..0], "XyZ", false),
        (&whole[..], "XyZZ", false),
        // Two readers may take either.
        (&whole[..], "XyZ; boundary=XyZ", false),
    ] {
        let mut second = SecondReader::new(format!("multipart/form-data; boundary={boundary}").as_bytes());
        second.push(Bytes::copy_from_slice(bytes), &ours);
        assert_eq!(second.finish(&ours), agrees, "{} bytes, {boundary}", bytes.len());
    }
}

/// A name that holds what looks like a file's name to a reader that minds no quotes.
#[tokio::test]
async fn a_name_that_readers_read_in_two_ways_is_damaged() {
    let world = World::new();
    let body = "--XyZ\r\nContent-Disposition: form-data; name=\"a; filename=b\"\r\n\r\nx\r\n--XyZ--\r\n";
    let received =
        receive(Feed::cut(body.as_bytes(), 10), upload(FORM), lenient(Action::Log, Reason::Damaged), &world.means)
            .await
            .unwrap();
    assert_eq!(received.tally.counts()[0].what, What::Uninspectable(Reason::Damaged));
}
