//! Answers that came before: nothing about them is different but that they are not read again.

use super::answers::{asked, gzip};
use super::*;
use crate::body::answer::{Asked, Opened, open};
use proptest::prelude::*;

fn forgetting() -> World {
    let mut world = World::new();
    world.means.limits.memory_per_body = 1 << 20;
    world
}

fn remembering() -> World {
    let mut world = forgetting();
    world.means.recall = Recall::new(1 << 20).map(Arc::new);
    world
}

/// Everything that comes of an answer but the time that it took, and whether it was recalled.
async fn outcome(world: &World, raw: &[u8], cut: usize, asked: Asked, tally: Tally) -> (String, bool) {
    let coded = asked.subject.coded != Coded::Plain;
    match open(Feed::cut(raw, cut), asked, tally, &world.means).await {
        Ok(Opened::Whole(whole)) => {
            let Read { raw, content, account, recalled, .. } = whole.read().clone();
            let (hook, told) = hook();
            let head = (whole.changed(), whole.in_urls(), whole.recoded(), whole.length());
            let bytes = all(whole.into_body(hook)).await.unwrap();
            let done = told.try_recv().unwrap();
            assert_adds_up(&done.read);
            let found = (done.tally.reported(), done.tally.counts(), done.tally.first_values());
            (format!("{head:?} {raw} {content} {account:?} {found:?} {bytes:?}"), recalled)
        }
        Ok(Opened::Streaming(_)) => panic!("it streams"),
        Err(stopped) => {
            // How much of it was read hangs on how it came.
            assert_adds_up(&stopped.read);
            assert!(coded || stopped.read.raw == stopped.read.content);
            (format!("{:?}", stopped.stop), stopped.read.recalled)
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("주민등록번호 900101-1234568 "),
        Just("<td>010-2345-6789</td>"),
        Just("<p>성명: 홍길동</p>\n"),
        Just("가나다라 마바사 "),
        Just("2026-11-22 "),
        Just("<a href='/p?no=900101-1234568'>글</a>"),
        Just("a@b.or.kr "),
        Just("<script>f('900101-1234568')</script>"),
    ];
    proptest::collection::vec(piece, 1..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_second_time_everything_is_as_the_first_time(
        page in pieces(), cuts in [1_usize..200, 1..200, 1..200], codes in any::<bool>(),
    ) {
        let (plain, remembering) = (forgetting(), remembering());
        let (coded_by, raw) = match codes {
            true => (gzip(), coded(Coding::Gzip, page.as_bytes())),
            false => (Coded::Plain, page.into_bytes()),
        };
        let html = || subject(Direction::Download, "text/html; charset=utf-8", coded_by.clone());
        let of_page = || Asked { subject: html(), ..asked(Coded::Plain) };
        block_on(async {
            for action in [Action::Log, Action::Mask, Action::Block] {
                let first = outcome(&plain, &raw, cuts[0], of_page(), tally(action)).await;
                let mut before = action != Action::Log;
                for cut in cuts {
                    let again = outcome(&remembering, &raw, cut, of_page(), tally(action)).await;
                    prop_assert_eq!((&again.0, again.1), (&first.0, before));
                    // It is remembered what was found, not what was done about it.
                    before = true;
                }
            }
            Ok(())
        })?;
        remembering.assert_free();
    }
}

#[tokio::test]
async fn what_is_refused_before_its_end_is_read_each_time() {
    let world = remembering();
    let page = text(2_000, VALUE);
    for _ in 0..2 {
        let (said, recalled) = outcome(&world, &page, 100, asked(Coded::Plain), tally(Action::Block)).await;
        assert!(said.starts_with("Refused") && !recalled);
    }
}

#[tokio::test]
async fn what_is_too_long_or_comes_slowly_is_read_as_it_comes() {
    let world = remembering();
    let long = letters(recall::LONGEST + 1);
    for _ in 0..2 {
        let (_, recalled) = outcome(&world, &long, 10_000, asked(Coded::Plain), tally(Action::Mask)).await;
        assert!(!recalled);
    }
    let short = letters(recall::LONGEST);
    for again in [false, true] {
        let (_, recalled) = outcome(&world, &short, 10_000, asked(Coded::Plain), tally(Action::Mask)).await;
        assert_eq!(recalled, again);
    }
    let page = text(2_000, VALUE);
    let slow = || Feed::new([chunk(&page), Event::Stall]);
    for _ in 0..2 {
        let opened = open(slow(), asked(Coded::Plain), tally(Action::Mask), &world.means).await.unwrap();
        assert!(matches!(opened, Opened::Streaming(_)));
    }
}

#[tokio::test]
async fn another_site_has_findings_of_its_own() {
    let world = remembering();
    let page = text(2_000, VALUE);
    let of = |told: &str| Asked { told: told.into(), ..asked(Coded::Plain) };
    for (site, before) in [("a", false), ("b", false), ("a", true), ("b", true)] {
        let (_, recalled) = outcome(&world, &page, 100, of(site), tally(Action::Mask)).await;
        assert_eq!(recalled, before, "{site}");
    }
}
