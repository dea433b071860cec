//! Multipart forms, read by us and by multer.

use super::requests::forwarded;
use super::*;
use crate::body::request::receive;
use crate::inspect::form::multipart::{self, Outline, Outlined};
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

/// The outline of `form("안녕")`, changed.
fn outline(change: impl Fn(&mut Vec<Outlined>)) -> Outline {
    let mut outline = multipart::split_whole(b"XyZ", &form("안녕"), 10).unwrap();
    change(&mut outline.parts);
    outline
}

#[tokio::test]
async fn a_form_that_multer_reads_otherwise_is_damaged() {
    let world = World::new();
    let outlines = [
        (outline(|_| {}), true),
        (Outline::default(), false),
        (outline(|parts| parts.truncate(1)), false),
        (outline(|parts| parts.push(parts[0].clone())), false),
        (outline(|parts| parts[1].length += 1), false),
        (outline(|parts| parts[0].name = (*b"b").into()), false),
        (outline(|parts| parts[0].filename = Some((*b"b").into())), false),
        (outline(|parts| parts[1].filename = None), false),
        (outline(|parts| parts[1].filename = Some((*b"m.txt").into())), false),
        (outline(|parts| parts[1].filename = Some((*b"\xb8\xed").into())), false),
    ];
    for (outline, agrees) in outlines {
        let mut keeper = kept::Keeper::new(&world.means.budget, &world.means.spools, 1 << 20).unwrap();
        keeper.push(Bytes::from(form("안녕"))).await.unwrap();
        let kept = keeper.finish().await.unwrap();
        let mut tally = tally(Action::Log);
        second_reader::check(&kept, &outline, &upload(FORM), &mut tally, &world.means).await.unwrap();
        assert_eq!(tally.is_empty(), agrees, "{outline:?}");
        let damaged = |counts: &crate::policy::Counts| counts.what == What::Uninspectable(Reason::Damaged);
        assert!(tally.counts().iter().all(damaged));
    }
    world.assert_free();
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
