//! Answers that stream: as early as may be, as fast as they are read, and never completed when something is wrong.

use super::answers::{asked, got, gzip, opened, streaming};
use super::*;
use crate::body::answer::{Asked, Opened, Recoded, counted, open};
use crate::vocab::Reason;
use proptest::prelude::*;

#[tokio::test]
async fn a_long_page_streams_masked() {
    let world = World::new();
    let content = text(60 << 10, VALUE);
    let plain = Feed::cut(&content, 4096).announced(content.len() as u64);
    let opened = opened(&world, plain, asked(Coded::Plain), Action::Mask).await;
    assert!(streaming(&opened).may_change());
    assert_eq!(streaming(&opened).length(), Some(content.len() as u64));
    let (bytes, done) = got(opened).await;
    assert_eq!(bytes.unwrap(), masked(&content));
    assert!(matches!(done.how, How::Complete) && !done.tally.is_empty());
    assert_eq!(done.read.content, content.len() as u64);
    world.assert_free();
}

#[tokio::test]
async fn a_long_json_answer_promises_no_length() {
    let world = World::new();
    let content = format!("{{\"a\":\"{}\"}}", "가나다 ".repeat(5000)).into_bytes();
    let feed = Feed::cut(&content, 4096).announced(content.len() as u64);
    let json = Asked { subject: subject(Direction::Download, "application/json", Coded::Plain), ..asked(Coded::Plain) };
    let opened = opened(&world, feed, json, Action::Mask).await;
    assert_eq!(streaming(&opened).length(), None);
    assert_eq!(got(opened).await.0.unwrap(), content);
    world.assert_free();
}

#[tokio::test]
async fn where_nothing_can_change_coded_bytes_stream_as_they_came() {
    let world = World::new();
    let content = letters(200_000);
    let raw = coded(Coding::Gzip, &content);
    let feed = Feed::cut(&raw, 4096).announced(raw.len() as u64);
    let opened = opened(&world, feed, asked(gzip()), Action::Log).await;
    assert!(!streaming(&opened).may_change());
    assert_eq!((streaming(&opened).recoded(), streaming(&opened).length()), (Recoded::AsCame, Some(raw.len() as u64)));
    let (bytes, done) = got(opened).await;
    assert_eq!(bytes.unwrap(), raw);
    assert_eq!((done.read.raw, done.read.content), (raw.len() as u64, content.len() as u64));
    world.assert_free();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_pieces_and_pauses_give_the_masked_whole(
        len in 0..40_000_usize,
        cut in 1..6000_usize,
        pause in prop::option::of(0..20_usize),
        coding in prop::option::of(prop::sample::select(Coding::ALL)),
        gzip in any::<bool>(),
        action in prop::sample::select(vec![Action::Log, Action::Mask]),
    ) {
        let world = World::new();
        let content = text(len, VALUE);
        let expected = if action == Action::Mask { masked(&content) } else { content.clone() };
        let (coded_by, raw) = match coding {
            Some(coding) => (Coded::By(vec![coding]), coded(coding, &content)),
            None => (Coded::Plain, content.clone()),
        };
        let mut feed = Feed::cut(&raw, cut);
        if let Some(at) = pause.filter(|at| *at <= feed.events.len()) {
            feed.events.insert(at, Event::Wait(Duration::from_millis(40)));
        }
        block_on(async {
            let opened = opened(&world, feed, Asked { gzip, ..asked(coded_by) }, action).await;
            let recoded = match &opened {
                Opened::Whole(whole) => whole.recoded(),
                Opened::Streaming(streaming) => streaming.recoded(),
            };
            let (bytes, done) = got(opened).await;
            let bytes = bytes.unwrap();
            let plain = match (recoded, coding) {
                (Recoded::Gzip, _) => gunzip(&bytes),
                (Recoded::AsCame, Some(_)) => {
                    prop_assert!(bytes == raw);
                    content.clone()
                }
                (Recoded::AsCame, None) | (Recoded::Identity, _) => bytes,
            };
            prop_assert!(plain == expected);
            prop_assert_eq!(done.tally.counts()[0].found, 1);
            prop_assert_eq!(done.read.content, content.len() as u64);
            Ok(())
        })?;
        world.assert_free();
    }
}

#[test]
fn a_value_cut_at_every_byte_of_a_stream_is_masked() {
    let world = World::new();
    let content = text(200, VALUE);
    for cut in 1..content.len() {
        block_on(async {
            let pause = Event::Wait(Duration::from_millis(1));
            let feed = Feed::new([chunk(&content[..cut]), pause, chunk(&content[cut..])]);
            let events = Asked { events: true, ..asked(Coded::Plain) };
            let opened = opened(&world, feed, events, Action::Mask).await;
            streaming(&opened);
            assert_eq!(got(opened).await.0.unwrap(), masked(&content), "cut at {cut}");
        });
    }
    world.assert_free();
}

#[tokio::test]
async fn a_pause_sends_what_is_settled_even_through_an_encoder() {
    let world = World::new();
    let first = text(2000, "없음");
    let mut encoder = Encoder::new(Coding::Gzip, 1);
    let mut raw = Vec::new();
    encoder.encode(&first, &mut raw).unwrap();
    encoder.flush(&mut raw).unwrap();
    let feed = Feed::new([chunk(&raw), Event::Stall]);
    let opened = opened(&world, feed, asked(gzip()), Action::Mask).await;
    assert_eq!(streaming(&opened).recoded(), Recoded::Gzip);
    let (hook, told) = hook();
    let Opened::Streaming(streaming) = opened else { unreachable!() };
    let mut body = streaming.into_body(hook);
    let mut sent = Vec::new();
    while let Ok(frame) = tokio::time::timeout(Duration::from_millis(200), body.frame()).await {
        sent.extend_from_slice(&frame.unwrap().unwrap().into_data().unwrap());
    }
    let limits = inspect_coding::DecodeLimits { decoded_bytes: MIB, ratio: 2_000, memory: 16 << 20 };
    let mut decoder = inspect_coding::Decoder::new(&[Coding::Gzip], inspect_coding::Members::One, limits);
    let mut seen = Vec::new();
    decoder.decode(&sent, &mut seen, 1 << 20).unwrap();
    // All but what may still become part of a finding.
    assert!(first.starts_with(&seen) && seen.len() + 400 > first.len(), "{} of {}", seen.len(), first.len());
    drop(body);
    assert!(matches!(told.try_recv().unwrap().how, How::Dropped));
    world.assert_free();
}

#[tokio::test]
async fn the_site_is_read_only_as_fast_as_the_client_reads() {
    let world = World::new();
    let content = text(2 << 20, "없음");
    let feed = Feed::cut(&content, 4096);
    let taken = Arc::clone(&feed.taken);
    let opened = opened(&world, feed, asked(Coded::Plain), Action::Mask).await;
    let held = taken.load(Ordering::Relaxed);
    assert!(held <= 3, "{held} chunks for 8 KiB");
    let (hook, told) = hook();
    let Opened::Streaming(streaming) = opened else { panic!("it is whole") };
    let mut body = streaming.into_body(hook);
    let mut sent = 0;
    while sent < 40 << 10 {
        sent += body.frame().await.unwrap().unwrap().into_data().unwrap().len();
        let ahead = (taken.load(Ordering::Relaxed) * 4096).saturating_sub(sent);
        assert!(ahead <= 80 << 10, "{ahead} bytes ahead");
        assert!(world.held().0 < 200 << 10, "{:?}", world.held());
    }
    drop(body);
    let done = told.try_recv().unwrap();
    assert!(matches!(done.how, How::Dropped));
    assert_eq!(done.sent, sent as u64);
    assert!(done.read.raw < 200 << 10);
    world.assert_free();
}

#[tokio::test]
async fn a_bomb_is_handed_out_in_pieces() {
    let mut world = World::new();
    world.means.limits.decoded_ratio = 2000;
    let content = vec![b' '; 20 << 20];
    let raw = coded(Coding::Gzip, &content);
    let identity = Asked { gzip: false, events: true, ..asked(gzip()) };
    let opened = opened(&world, Feed::cut(&raw, 64 << 10), identity, Action::Mask).await;
    let Opened::Streaming(streaming) = opened else { unreachable!() };
    let mut body = streaming.into_body(hook().0);
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.len() <= 64 << 10, "{}", first.len());
    assert!(world.held().0 < MIB);
}

#[tokio::test]
async fn damage_on_the_way_breaks_the_connection() {
    let world = World::new();
    let content = letters(60_000);
    let mut raw = coded(Coding::Gzip, &content);
    raw.truncate(raw.len() - 2);
    for (action, announced) in [(Action::Log, false), (Action::Log, true), (Action::Mask, false), (Action::Mask, true)]
    {
        let mut feed = Feed::cut(&raw, 4096);
        feed.announced = announced.then_some(raw.len() as u64);
        let opened = opened(&world, feed, asked(gzip()), action).await;
        streaming(&opened);
        let (bytes, done) = got(opened).await;
        assert!(bytes.is_err());
        assert!(matches!(done.how, How::Broken(Stop::Refused)), "{:?}", done.how);
        assert!(done.sent < raw.len() as u64 || action == Action::Mask || !announced);
        assert_eq!(done.tally.counts()[0].what, What::Uninspectable(Reason::Coding));
    }
    // Early enough, it is a page instead.
    let stopped = open(Feed::cut(b"not gzip", 4), asked(gzip()), tally(Action::Mask), &world.means).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Refused));
    world.assert_free();
}

#[tokio::test]
async fn a_broken_coding_that_may_pass_streams_as_it_came_unless_it_is_masked() {
    let world = World::new();
    let clean = [coded(Coding::Gzip, &letters(2000)), vec![1; 30_000]].concat();
    let passing = || lenient(Action::Mask, Reason::Coding);
    let opened = open(Feed::cut(&clean, 4096), asked(gzip()), passing(), &world.means).await.unwrap();
    assert!(!streaming(&opened).may_change());
    let (bytes, done) = got(opened).await;
    assert!(bytes.unwrap() == clean);
    assert!(done.read.account.passed_over["coding"] > 25_000);
    let content = [letters(2000), text(100, VALUE)].concat();
    let found = [coded(Coding::Gzip, &content), vec![1; 30_000]].concat();
    let stopped = open(Feed::cut(&found, 4096), asked(gzip()), passing(), &world.means).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Unmaskable), "{:?}", stopped.stop);
    world.assert_free();
}

#[tokio::test]
async fn an_event_stream_is_refused_where_the_event_stands() {
    let world = World::new();
    let stream = subject(Direction::Download, "text/event-stream", Coded::Plain);
    let events = Asked { subject: stream, events: true, ..asked(Coded::Plain) };
    let calm = "data: 안녕\n\n".repeat(40).into_bytes();
    let feed = Feed::new([chunk(&calm), chunk(format!("data: {VALUE}\n\n").as_bytes()), chunk(&calm)]);
    let opened = open(feed, events, tally(Action::Block), &world.means).await.unwrap();
    let (hook, told) = hook();
    let Opened::Streaming(streaming) = opened else { panic!("it is whole") };
    let mut body = streaming.into_body(hook);
    let mut sent = Vec::new();
    let broken = loop {
        match body.frame().await {
            Some(Ok(frame)) => sent.extend_from_slice(&frame.into_data().unwrap()),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broken, "the stream was completed");
    assert!(calm.starts_with(&sent), "{:?}", String::from_utf8_lossy(&sent[sent.len().saturating_sub(60)..]));
    let done = told.try_recv().unwrap();
    assert!(matches!(done.how, How::Broken(Stop::Refused)));
    assert_adds_up(&done.read);
    drop(body);
    world.assert_free();
}

#[tokio::test]
async fn a_site_that_breaks_off_is_never_completed() {
    let world = World::new();
    let broken = |len| Feed::new([chunk(&text(len, "")), Event::Fail(io::ErrorKind::UnexpectedEof.into())]);
    let stopped = open(broken(100), asked(Coded::Plain), tally(Action::Mask), &world.means).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Gone(_)));
    let (bytes, done) = got(opened(&world, broken(20 << 10), asked(Coded::Plain), Action::Mask).await).await;
    assert!(bytes.is_err() && matches!(done.how, How::Broken(Stop::Gone(_))));
    world.assert_free();
}

#[tokio::test]
async fn a_site_that_falls_silent_while_all_is_kept_back_is_a_timeout() {
    let mut world = World::new();
    world.means.limits.idle_timeout = Duration::from_millis(50);
    let feed = Feed::new([chunk(b"abc"), Event::Stall]);
    let stopped = open(feed, asked(Coded::Plain), tally(Action::Block), &world.means).await.unwrap_err();
    assert!(matches!(stopped.stop, Stop::Timeout));
    world.assert_free();
}

#[tokio::test]
async fn without_budget_an_answer_is_refused_before_its_first_byte() {
    let world = World::new();
    world.means.budget.resize(1000, 0);
    let content = text(20 << 10, "");
    for action in [Action::Mask, Action::Block] {
        let feed = Feed::cut(&content, 4096);
        let stopped = open(feed, asked(Coded::Plain), tally(action), &world.means).await.unwrap_err();
        assert!(matches!(stopped.stop, Stop::Overload(_)), "{:?}", stopped.stop);
    }
    world.assert_free();
}

#[tokio::test]
async fn what_is_not_inspected_is_counted() {
    let (hook, told) = hook();
    let content = vec![0xff; 10_000];
    let mut feed = Feed::cut(&content, 999).announced(10_000);
    feed.events.push_back(Event::Trailers);
    let body = counted(feed, tally(Action::Log), "binary", None, hook);
    assert_eq!(body.size_hint().exact(), Some(10_000));
    assert_eq!(all(body).await.unwrap(), content);
    let done = told.try_recv().unwrap();
    assert!(matches!(done.how, How::Complete));
    assert_eq!((done.sent, done.read.account.passed_over.get("binary")), (10_000, Some(&10_000)));
    assert_adds_up(&done.read);
}

#[tokio::test]
async fn a_body_that_hyper_drops_at_its_announced_end_is_complete() {
    let world = World::new();
    let content = text(60 << 10, VALUE);
    let feed = Feed::cut(&content, 4096).announced(content.len() as u64);
    let (hook, told) = hook();
    let Opened::Streaming(streaming) = opened(&world, feed, asked(Coded::Plain), Action::Mask).await else {
        panic!("it is whole")
    };
    let mut body = streaming.into_body(hook);
    let mut sent = 0;
    while sent < content.len() {
        sent += body.frame().await.unwrap().unwrap().into_data().unwrap().len();
    }
    assert!(body.is_end_stream());
    drop(body);
    let done = told.try_recv().unwrap();
    assert!(matches!(done.how, How::Complete));
    assert_eq!(done.read.content, content.len() as u64);
    assert_adds_up(&done.read);
    world.assert_free();
}
