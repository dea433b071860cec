//! Requests: kept until the verdict, whatever their size, coding and pieces.

use super::*;
use crate::body::request::{Received, receive};
use crate::vocab::Reason;
use proptest::prelude::*;
use std::time::Instant;

const PLAIN: &str = "text/plain; charset=utf-8";

fn upload(content_type: &str, coded: Coded) -> Subject {
    subject(Direction::Upload, content_type, coded)
}

async fn received(world: &World, body: Feed, coded: Coded, action: Action) -> Result<Received, Box<Stopped<Feed>>> {
    receive(body, upload(PLAIN, coded), tally(action), &world.means).await
}

/// What is forwarded, and that its length was true.
pub(super) async fn forwarded(received: Received) -> Vec<u8> {
    let length = received.length();
    assert_adds_up(&received.read);
    let body = received.into_body();
    assert_eq!(body.size_hint().exact(), Some(length));
    let bytes = all(body).await.unwrap();
    assert_eq!(bytes.len() as u64, length);
    bytes
}

#[tokio::test]
async fn clean_bodies_pass_byte_for_byte_in_memory_and_from_the_spool() {
    let world = World::new();
    for len in [0, 1, 8 << 10, 9 << 10, 200 << 10] {
        let content = text(len, "없음");
        let received = received(&world, Feed::cut(&content, 3000), Coded::Plain, Action::Block).await.unwrap();
        assert!(!received.changed() && received.tally.is_empty());
        assert_eq!((received.read.raw, received.read.content), (content.len() as u64, content.len() as u64));
        assert_eq!(forwarded(received).await, content);
    }
    world.assert_free();
}

#[tokio::test]
async fn an_empty_body_is_empty_whatever_its_type_says() {
    let world = World::new();
    let subject = upload("multipart/form-data; boundary=B", Coded::By(vec![Coding::Gzip]));
    let received = receive(Feed::new([]), subject, tally(Action::Block), &world.means).await.unwrap();
    assert_eq!(forwarded(received).await, b"");
    world.assert_free();
}

#[tokio::test]
async fn a_refusal_comes_at_once_and_gives_back_the_rest() {
    let world = World::new();
    let content = text(400 << 10, VALUE);
    let feed = Feed::cut(&content, 4096);
    let taken = Arc::clone(&feed.taken);
    let stopped = received(&world, feed, Coded::Plain, Action::Block).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Refused), "{:?}", stopped.stop);
    let (read, of) = (taken.load(Ordering::Relaxed), content.len().div_ceil(4096));
    assert!(read <= of / 2 + 20, "{read} of {of} chunks were read");
    assert_adds_up(&stopped.read);
    assert_eq!(stopped.read.raw, stopped.read.content);
    assert_eq!(stopped.tally.counts().len(), 1);
    world.assert_free();
    let left = content.len() as u64 - stopped.read.raw;
    let thrown = discard(stopped.rest.unwrap(), MIB, Duration::from_secs(5)).await.unwrap();
    assert_eq!(thrown, left);
}

#[tokio::test]
async fn what_a_refused_client_still_sends_is_read_until_it_falls_silent() {
    let pieces = |count: usize, pause: u64| {
        let pause = move || Event::Wait(Duration::from_millis(pause));
        (0..count).flat_map(move |_| [pause(), chunk(b"piece")]).chain([Event::Stall]).collect::<Vec<Event>>()
    };
    let silence = Duration::from_millis(200);
    assert_eq!(discard(Feed::new(pieces(8, 40)), MIB, silence).await.unwrap(), 40, "longer in all than a silence");
    let slow = tokio::time::timeout(silence * 15, discard(Feed::new(pieces(1000, 100)), MIB, silence));
    assert!(slow.await.expect("an end").unwrap() < 5 * 30, "and yet not for ever");
    assert!(discard(Feed::new(pieces(1000, 0)), 40, silence).await.unwrap() <= 45);
}

#[tokio::test]
async fn masks_are_in_what_is_forwarded() {
    let world = World::new();
    for len in [100, 100 << 10] {
        let content = text(len, VALUE);
        let received = received(&world, Feed::cut(&content, 1000), Coded::Plain, Action::Mask).await.unwrap();
        assert!(received.changed());
        assert_eq!(forwarded(received).await, masked(&content));
    }
    world.assert_free();
}

#[tokio::test]
async fn what_is_logged_or_observed_passes_unchanged() {
    let world = World::new();
    let content = text(500, VALUE);
    let observed = tally_of(vec![rule(Find::every_kind(), Action::Block)], Mode::Observe);
    for tally in [tally(Action::Log), observed] {
        let body = Feed::cut(&content, 9);
        let received = receive(body, upload(PLAIN, Coded::Plain), tally, &world.means).await.unwrap();
        assert!(!received.changed() && !received.tally.is_empty());
        assert_eq!(forwarded(received).await, content);
    }
    world.assert_free();
}

#[test]
fn a_value_cut_at_every_byte_is_masked_as_in_the_whole_body() {
    let world = World::new();
    let content = text(200, VALUE);
    for cut in 1..content.len() {
        block_on(async {
            let events = [chunk(&content[..cut]), chunk(&content[cut..])];
            let received = received(&world, Feed::new(events), Coded::Plain, Action::Mask).await.unwrap();
            assert_eq!(forwarded(received).await, masked(&content), "cut at {cut}");
        });
    }
    world.assert_free();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn coded_requests_are_masked_and_coded_again(
        len in 0..40_000_usize,
        cut in 1..5000_usize,
        codings in prop::collection::vec(prop::sample::select(Coding::ALL), 1..=2),
    ) {
        let world = World::new();
        let content = text(len, VALUE);
        let raw = codings.iter().fold(content.clone(), |raw, coding| coded(*coding, &raw));
        block_on(async {
            let by = Coded::By(codings.clone());
            let logged = received(&world, Feed::cut(&raw, cut), by.clone(), Action::Log).await.unwrap();
            prop_assert!(!logged.changed());
            prop_assert!(forwarded(logged).await == raw);
            let received = received(&world, Feed::cut(&raw, cut), by, Action::Mask).await.unwrap();
            prop_assert_eq!((received.read.raw, received.read.content), (raw.len() as u64, content.len() as u64));
            prop_assert!(received.changed());
            let again = forwarded(received).await;
            prop_assert!(undone(&again, &codings) == masked(&content));
            Ok(())
        })?;
        world.assert_free();
    }
}

fn undone(raw: &[u8], codings: &[Coding]) -> Vec<u8> {
    use inspect_coding::{DecodeLimits, Decoder, Members};
    let limits = DecodeLimits { decoded_bytes: 64 * MIB, ratio: 2_000, memory: 16 << 20 };
    let (mut decoder, mut out) = (Decoder::new(codings, Members::One, limits), Vec::new());
    assert_eq!(decoder.decode(raw, &mut out, 1 << 20), Ok(raw.len()));
    while !decoder.finish(&mut out, 1 << 20).unwrap() {}
    out
}

#[tokio::test]
async fn codings_that_are_unknown_broken_or_followed_by_bytes_are_refused() {
    let world = World::new();
    let gzip = || Coded::By(vec![Coding::Gzip]);
    let whole = coded(Coding::Gzip, &text(500, ""));
    let short = &whole[..whole.len() - 1];
    let twice = [whole.as_slice(), whole.as_slice()].concat();
    let cases =
        [(Coded::Unknown, whole.as_slice()), (gzip(), short), (gzip(), &twice), (gzip(), b"plain, not gzip at all")];
    for (coded, raw) in cases {
        let stopped = received(&world, Feed::cut(raw, 50), coded, Action::Log).await.unwrap_err();
        assert!(matches!(stopped.stop, Stop::Refused), "{:?}", stopped.stop);
        let what = What::Uninspectable(Reason::Coding);
        assert!(stopped.tally.counts().iter().any(|counts| counts.what == what && counts.found == 1));
        assert_adds_up(&stopped.read);
    }
    world.assert_free();
}

#[tokio::test]
async fn a_policy_may_let_a_broken_coding_pass_but_not_with_a_mask_in_it() {
    let world = World::new();
    let raw = coded(Coding::Gzip, &text(9000, VALUE));
    let short = &raw[..raw.len() - 1];
    let by = || upload(PLAIN, Coded::By(vec![Coding::Gzip]));
    let passing = lenient(Action::Log, Reason::Coding);
    let received = receive(Feed::cut(short, 100), by(), passing, &world.means).await.unwrap();
    assert_eq!(forwarded(received).await, short);
    let masking = lenient(Action::Mask, Reason::Coding);
    let stopped = receive(Feed::cut(short, 100), by(), masking, &world.means).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Unmaskable), "{:?}", stopped.stop);
    world.assert_free();
}

#[tokio::test]
async fn sizes_around_the_limit() {
    let mut world = World::new();
    world.means.limits.body_bytes = 1000;
    let exact = received(&world, Feed::cut(&[b'x'; 1000], 300), Coded::Plain, Action::Block).await;
    assert_eq!(exact.unwrap().length(), 1000);
    let over = Feed::cut(&[b'x'; 1001], 300);
    let stopped = received(&world, over, Coded::Plain, Action::Block).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::TooLarge { limit: 1000 }));
    let announced = Feed::cut(&[b'x'; 1001], 300).announced(1001);
    let taken = Arc::clone(&announced.taken);
    let stopped = received(&world, announced, Coded::Plain, Action::Block).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::TooLarge { limit: 1000 }) && stopped.rest.is_some());
    assert_eq!(taken.load(Ordering::Relaxed), 0);
    world.assert_free();
}

#[tokio::test]
async fn silence_and_dripping_are_timeouts() {
    let mut world = World::new();
    world.means.limits.idle_timeout = Duration::from_millis(60);
    let silent = Feed::new([chunk(b"abc"), Event::Stall]);
    let stopped = received(&world, silent, Coded::Plain, Action::Block).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Timeout) && stopped.rest.is_some());

    world.means.limits.body_min_rate = 1000;
    let drip = (0..100).flat_map(|_| [chunk(b"x"), Event::Wait(Duration::from_millis(20))]);
    let start = Instant::now();
    let stopped = received(&world, Feed::new(drip), Coded::Plain, Action::Block).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Timeout));
    assert!(start.elapsed() < Duration::from_millis(1000), "{:?}", start.elapsed());

    world.means.limits.body_min_rate = 0;
    let drip = (0..8).flat_map(|_| [chunk(b"x"), Event::Wait(Duration::from_millis(20))]);
    assert!(received(&world, Feed::new(drip), Coded::Plain, Action::Block).await.is_ok());
    world.assert_free();
}

#[tokio::test]
async fn a_client_that_goes_is_told_from_one_that_breaks_the_framing() {
    let world = World::new();
    let fails = |kind| Feed::new([chunk(b"abc"), Event::Fail(io::Error::from(kind))]);
    let stopped = received(&world, fails(io::ErrorKind::UnexpectedEof), Coded::Plain, Action::Log).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Gone(_)) && stopped.rest.is_none());
    let stopped = received(&world, fails(io::ErrorKind::InvalidInput), Coded::Plain, Action::Log).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Malformed(_)) && stopped.rest.is_none());
    world.assert_free();
}

#[tokio::test]
async fn trailers_are_dropped_and_noted() {
    let world = World::new();
    let feed = Feed::new([chunk(b"abc"), Event::Trailers]);
    let received = received(&world, feed, Coded::Plain, Action::Log).await.unwrap();
    assert!(received.trailers);
    let mut body = received.into_body();
    while let Some(frame) = body.frame().await {
        assert!(frame.unwrap().is_data());
    }
}

#[tokio::test]
async fn a_spent_budget_and_a_full_spool_refuse_and_the_next_request_works() {
    let world = World::new();
    let big = text(100 << 10, "");
    world.means.budget.resize(256 * MIB, 0);
    let stopped = received(&world, Feed::cut(&big, 4096), Coded::Plain, Action::Log).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Spool(SpoolError::Full(_))), "{:?}", stopped.stop);
    assert_adds_up(&stopped.read);
    world.means.budget.resize(1000, 64 * MIB);
    let stopped = received(&world, Feed::cut(&big, 4096), Coded::Plain, Action::Log).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Overload(_)), "{:?}", stopped.stop);
    world.assert_free();
    world.means.budget.resize(256 * MIB, 64 * MIB);
    assert!(received(&world, Feed::cut(&big, 4096), Coded::Plain, Action::Log).await.is_ok());
}

#[tokio::test]
async fn more_findings_than_are_remembered_are_a_finding() {
    let mut world = World::new();
    world.means.limits.findings = 3;
    let content = format!("{VALUE} 와 ").repeat(4).into_bytes();
    let stopped = received(&world, Feed::cut(&content, 4096), Coded::Plain, Action::Mask).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Refused));
    let what = What::Uninspectable(Reason::TooLarge);
    assert!(stopped.tally.counts().iter().any(|counts| counts.what == what && counts.found == 1));
    world.means.limits.findings = 4;
    let received = received(&world, Feed::cut(&content, 4096), Coded::Plain, Action::Mask).await.unwrap();
    assert_eq!(forwarded(received).await, masked(&content));
    world.assert_free();
}

/// What waits is moved as it is made, and made for every exchange: what only some of them need stands in boxes.
#[test]
fn what_waits_is_small() {
    let world = World::new();
    let receiving = receive(Feed::new([]), upload(PLAIN, Coded::Plain), tally(Action::Log), &world.means);
    let opening = answer::open(Feed::new([]), super::answers::asked(Coded::Plain), tally(Action::Log), &world.means);
    let sizes = [
        ("a body being received", size_of_val(&receiving)),
        ("an answer being opened", size_of_val(&opening)),
        ("a cursor", size_of::<cursor::Cursor>()),
        ("an inspector", size_of::<crate::inspect::Inspector>()),
        ("a keeper", size_of::<kept::Keeper>()),
        ("an answer that is whole", size_of::<answer::Whole>()),
        ("a done", size_of::<Done>()),
        ("a tally", size_of::<Tally>()),
        ("a read", size_of::<Read>()),
        ("received", size_of::<Received>()),
        ("stop", size_of::<Stop>()),
    ];
    for (what, size) in sizes {
        assert!(size <= 2_080, "{what} takes {size} bytes");
    }
}
