//! Answers: whole, kept back or streaming, and never a byte too many.

use super::*;
use crate::body::answer::{Asked, Opened, Recoded, open};

const PAGE: &str = "text/plain; charset=utf-8";

pub(super) fn asked(coded: Coded) -> Asked {
    Asked {
        subject: subject(Direction::Download, PAGE, coded),
        events: false,
        verdict_first: false,
        told: "".into(),
        gzip: true,
    }
}

pub(super) fn gzip() -> Coded {
    Coded::By(vec![Coding::Gzip])
}

/// What a client gets of an answer that goes out, and what the hook is told.
pub(super) async fn got(opened: Opened<Feed>) -> (Result<Vec<u8>, BoxError>, Done) {
    let (hook, told) = hook();
    let (length, body) = match opened {
        Opened::Whole(whole) => (whole.length(), whole.into_body(hook)),
        Opened::Streaming(streaming) => (streaming.length(), streaming.into_body(hook)),
    };
    assert_eq!(body.size_hint().exact(), length);
    let bytes = all(body).await;
    let done = told.try_recv().unwrap();
    assert_adds_up(&done.read);
    if let (Ok(bytes), Some(length)) = (&bytes, length) {
        assert_eq!(bytes.len() as u64, length);
        assert_eq!(bytes.len() as u64, done.sent);
    }
    (bytes, done)
}

#[track_caller]
fn whole(opened: &Opened<Feed>) -> &answer::Whole {
    let Opened::Whole(whole) = opened else { panic!("it streams") };
    whole
}

#[track_caller]
pub(super) fn streaming(opened: &Opened<Feed>) -> &answer::Streaming<Feed> {
    let Opened::Streaming(streaming) = opened else { panic!("it is whole") };
    streaming
}

pub(super) async fn opened(world: &World, feed: Feed, asked: Asked, action: Action) -> Opened<Feed> {
    open(feed, asked, tally(action), &world.means).await.unwrap()
}

#[tokio::test]
async fn a_small_page_goes_out_whole_and_as_it_came() {
    let world = World::new();
    let content = text(4000, "없음");
    let multi = [coded(Coding::Gzip, &content), coded(Coding::Gzip, &content)].concat();
    let cases = [(Coded::Plain, content.clone()), (gzip(), coded(Coding::Gzip, &content)), (gzip(), multi)];
    for (coded, raw) in cases {
        for action in [Action::Log, Action::Mask, Action::Block] {
            let opened = opened(&world, Feed::cut(&raw, 100), asked(coded.clone()), action).await;
            assert!(!whole(&opened).changed());
            assert_eq!((whole(&opened).recoded(), whole(&opened).length()), (Recoded::AsCame, Some(raw.len() as u64)));
            let (bytes, done) = got(opened).await;
            assert_eq!(bytes.unwrap(), raw);
            assert!(matches!(done.how, How::Complete) && done.tally.is_empty());
            assert_eq!(done.read.raw, raw.len() as u64);
        }
    }
    world.assert_free();
}

#[tokio::test]
async fn an_empty_answer_is_empty() {
    let world = World::new();
    for coded in [Coded::Plain, gzip()] {
        let (bytes, done) = got(opened(&world, Feed::new([]), asked(coded), Action::Block).await).await;
        assert_eq!(bytes.unwrap(), b"");
        assert!(matches!(done.how, How::Complete));
    }
    world.assert_free();
}

#[tokio::test]
async fn a_small_page_with_a_finding_is_masked_and_its_length_true() {
    let world = World::new();
    let content = text(4000, VALUE);
    let plain = opened(&world, Feed::cut(&content, 100), asked(Coded::Plain), Action::Mask).await;
    assert!(whole(&plain).changed() && !whole(&plain).tally().is_empty());
    assert_eq!((whole(&plain).recoded(), whole(&plain).length()), (Recoded::AsCame, Some(content.len() as u64)));
    assert_eq!(got(plain).await.0.unwrap(), masked(&content));

    for coding in Coding::ALL.iter().copied() {
        let raw = coded(coding, &content);
        let by = asked(Coded::By(vec![coding]));
        let zipped = opened(&world, Feed::cut(&raw, 100), by.clone(), Action::Mask).await;
        assert_eq!(whole(&zipped).recoded(), Recoded::Gzip);
        assert!(whole(&zipped).length().is_some());
        assert_eq!(gunzip(&got(zipped).await.0.unwrap()), masked(&content));
        let identity = Asked { gzip: false, ..by };
        let identity = opened(&world, Feed::cut(&raw, 100), identity, Action::Mask).await;
        assert_eq!(whole(&identity).recoded(), Recoded::Identity);
        assert_eq!(whole(&identity).length(), Some(content.len() as u64));
        assert_eq!(got(identity).await.0.unwrap(), masked(&content));
    }
    world.assert_free();
}

#[tokio::test]
async fn a_rule_that_blocks_keeps_the_whole_back_however_long_it_takes() {
    let world = World::new();
    let slow = |value: &str| {
        let content = text(60 << 10, value);
        let (first, last) = content.split_at(50 << 10);
        Feed::new([chunk(first), Event::Wait(Duration::from_millis(60)), chunk(last)])
    };
    let stopped = open(slow(VALUE), asked(Coded::Plain), tally(Action::Block), &world.means).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Refused));
    assert_adds_up(&stopped.read);
    let clean = opened(&world, slow("없음"), asked(Coded::Plain), Action::Block).await;
    assert!(world.held().1 > 0, "it is in the spool");
    assert!(!whole(&clean).changed());
    assert_eq!(got(clean).await.0.unwrap(), text(60 << 10, "없음"));
    world.assert_free();
}

#[tokio::test]
async fn a_mask_from_a_count_on_reaches_back_to_the_first_finding() {
    let world = World::new();
    let other = "810514-1234564";
    let masks = || tally_of(vec![Rule { at_least: 2, ..rule(Find::every_kind(), Action::Mask) }], Mode::Enforce);
    for (second, expected) in [(VALUE, false), (other, true)] {
        let content = [text(30 << 10, VALUE), text(100, second)].concat();
        for (coded, raw) in [(Coded::Plain, content.clone()), (gzip(), coded(Coding::Gzip, &content))] {
            let opened = open(Feed::cut(&raw, 3000), asked(coded.clone()), masks(), &world.means).await.unwrap();
            assert_eq!(whole(&opened).changed(), expected);
            let bytes = got(opened).await.0.unwrap();
            let bytes = if coded == Coded::Plain { bytes } else { gunzip(&bytes) };
            let hidden = String::from_utf8(masked(&content)).unwrap().replace(other, "810514-*******").into_bytes();
            assert!(bytes == if expected { hidden } else { content.clone() });
        }
    }
    world.assert_free();
}
