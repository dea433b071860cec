//! What clients really send (`tests/clients`): it passes byte for byte where it holds nothing, and what it holds is found.

use super::*;
use crate::body::request::receive;
use crate::text::charset::{self, Named};
use crate::vocab::Reason;
use std::{fs, path::Path};

/// As long as a number, and none.
const WORDS: &[u8] = b"nothing at all";

/// One post.
#[derive(Default)]
struct Post {
    client: String,
    content_type: Option<String>,
    charset: String,
    /// Why it is refused, or a part of it is not read.
    expect: Option<String>,
    body: Vec<u8>,
}

impl Post {
    fn parse(text: &str) -> Post {
        let mut post = Post::default();
        let (head, body) = text.split_once("\n\n").expect("an empty line after the head");
        for line in head.trim_start().lines() {
            let (name, value) = line.split_once(": ").expect(line);
            match name {
                "Client" => post.client = value.to_owned(),
                "Content-Type" => post.content_type = Some(value.to_owned()),
                "Charset" => post.charset = value.to_owned(),
                "Expect" => post.expect = Some(value.to_owned()),
                "Why" => {}
                _ => panic!("{line}"),
            }
        }
        body.strip_suffix('\n').unwrap_or(body).split('\n').for_each(|line| bytes(line, &mut post.body));
        post
    }

    fn holding(&self, words: &[u8]) -> (Vec<u8>, u64) {
        let (mut out, mut rest, mut count) = (Vec::new(), self.body.as_slice(), 0_u64);
        while let Some(at) = rest.windows(2).position(|two| two == b"{}") {
            out.extend([&rest[..at], words].concat());
            rest = &rest[at + 2..];
            count += 1;
        }
        out.extend(rest);
        (out, count)
    }

    fn subject(&self) -> Subject {
        let mut subject = subject(Direction::Upload, "", Coded::Plain);
        subject.content.content_type = self.content_type.as_ref().map(|value| value.clone().into_bytes());
        if let Some(Named::Read(charset)) = charset::from_label(self.charset.as_bytes()) {
            subject.content.charset = Some(charset);
        }
        subject
    }
}

/// A line with its end, escapes undone.
fn bytes(line: &str, out: &mut Vec<u8>) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend(before.as_bytes());
        let (escape, left) = after.split_at(1);
        rest = left;
        match escape {
            "x" => {
                out.push(u8::from_str_radix(&left[..2], 16).expect(line));
                rest = &left[2..];
            }
            "n" => out.push(b'\n'),
            "c" => return,
            other => out.extend(other.as_bytes()),
        }
    }
    out.extend(rest.as_bytes());
    out.extend(b"\r\n");
}

/// Reasons are noted, and nothing is refused for them.
fn noting(action: Action) -> Tally {
    tally_of(vec![rule(Find::every_reason(), Action::Log), rule(Find::every_kind(), action)], Mode::Enforce)
}

fn posts() -> Vec<Post> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let files = ["browsers", "libraries", "components"].map(|name| folder.join(name).with_extension("txt"));
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap_or_else(|error| panic!("{file:?}: {error}")));
    texts.flat_map(|text| text.split("\n=====\n").map(Post::parse).collect::<Vec<_>>()).collect()
}

#[tokio::test]
async fn what_clients_really_send_passes_whole() {
    let world = World::new();
    for post in posts() {
        for cut in [1, 97, 4096] {
            let (body, _) = post.holding(WORDS);
            let feed = Feed::cut(&body, cut);
            let received = receive(feed, post.subject(), noting(Action::Mask), &world.means).await.unwrap();
            // Some of the forms hold the name of who wrote, which changes nothing.
            let counts = received.tally.counts();
            let named = counts.iter().map(|counts| counts.what.name());
            let reasons: Vec<_> = named.filter(|name| *name != "person-name").collect();
            let expected: Vec<_> = post.expect.iter().map(|reason| format!("uninspectable:{reason}")).collect();
            assert_eq!(reasons, expected, "{}", post.client);
            assert!(!received.changed());
            assert_eq!(all(received.into_body()).await.unwrap(), body, "{}", post.client);
        }
    }
    world.assert_free();
}

#[tokio::test]
async fn what_they_hold_is_found_and_masked_wherever_it_stands() {
    let world = World::new();
    for post in posts() {
        let (body, count) = post.holding(VALUE.as_bytes());
        let (masked, _) = post.holding(MASKED.as_bytes());
        let received = receive(Feed::cut(&body, 61), post.subject(), noting(Action::Mask), &world.means).await.unwrap();
        let counts = received.tally.counts();
        let is_number = |what: What| !matches!(what, What::Uninspectable(_)) && what.name() != "person-name";
        let kinds = counts.iter().filter(|counts| is_number(counts.what));
        assert_eq!(kinds.map(|counts| counts.found).sum::<u64>(), count, "{}", post.client);
        if post.expect.as_deref() != Some("damaged") {
            assert_eq!(all(received.into_body()).await.unwrap(), masked, "{}", post.client);
        }
    }
    world.assert_free();
}

#[tokio::test]
async fn cut_short_or_changed_in_one_byte_no_form_is_read_in_two_ways() {
    // What a form says of itself must not depend on the reader: where ours takes a changed form, so does multer.
    let world = World::new();
    for post in posts().into_iter().filter(|post| post.client.starts_with("Chrome, Edge")) {
        let (body, _) = post.holding(WORDS);
        for at in 0..body.len() {
            for byte in [b'\r', b'\n', b'"', b'-', b';', b' ', 0] {
                let mut changed = body.clone();
                changed[at] = byte;
                let subject = post.subject();
                let ours = crate::inspect::form::multipart::split_whole(
                    crate::inspect::form::multipart::boundary(subject.content.content_type.as_deref().unwrap())
                        .unwrap(),
                    &changed,
                    100,
                );
                let damaged = What::Uninspectable(Reason::Damaged);
                let received = receive(Feed::cut(&changed, 512), subject, noting(Action::Log), &world.means).await;
                let received = received.unwrap();
                let refused = received.tally.counts().iter().any(|counts| counts.what == damaged);
                assert_eq!(refused, ours.is_err(), "byte {at} is {byte}: {ours:?}");
            }
        }
    }
}
