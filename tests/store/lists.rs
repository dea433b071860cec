//! Incidents, sightings, exceptions, windows and tokens.

use crate::{Place, both};
use garim::store::{Added, Asked, Excepted, Exception, Incident, IncidentFilter, Outcome, Page, Sighting, Totals};
use garim::vocab::Direction;

both!(
    incidents_are_filtered_and_paged,
    a_value_tells_who_saw_it,
    exceptions_hold_until_their_day,
    a_window_counts_different_values,
    two_nodes_count_together,
    what_waits_for_a_word_is_taken_once,
);

fn incident(number: i64) -> Incident {
    Incident {
        id: format!("i{number:03}"),
        time: 1_000 + number / 2,
        site: if number % 2 == 0 { "board" } else { "shop" }.to_owned(),
        address: format!("203.0.113.{}", number % 3),
        account: (number % 4 == 0).then(|| "hong".to_owned()),
        direction: if number % 5 == 0 { Direction::Upload } else { Direction::Download },
        verdict: "mask".to_owned(),
        rule: None,
        path: "/글/1".to_owned(),
        findings: "[]".to_owned(),
    }
}

async fn incidents_are_filtered_and_paged(place: Place) {
    let store = &place.store;
    let all: Vec<Incident> = (0..1_203).map(incident).collect();
    store.add_incidents(&all).await.expect("added");
    store.add_incidents(&all[..7]).await.expect("added again");
    assert_eq!(store.incident("i007").await.expect("read"), Some(incident(7)));
    assert_eq!(store.incident("none").await.expect("read"), None);
    assert!(store.settle_incident(&incident(7), "{}").await.expect("written"));
    assert!(!store.settle_incident(&incident(7), "[]").await.expect("asked"), "somebody was faster");
    let settled = Incident { findings: "{}".to_owned(), ..incident(7) };
    assert_eq!(store.incident("i007").await.expect("read"), Some(settled.clone()));
    assert!(store.settle_incident(&settled, &incident(7).findings).await.expect("written"));
    let mut wanted: Vec<Incident> =
        all.iter().filter(|one| one.site == "board" && one.time >= 1_100).cloned().collect();
    wanted.sort_by(|a, b| (b.time, &b.id).cmp(&(a.time, &a.id)));
    let filter = IncidentFilter { site: Some("board".into()), from: Some(1_100), ..IncidentFilter::default() };
    let mut page = Page::first(100);
    let mut got = Vec::new();
    loop {
        let some = store.incidents(&filter, &page).await.expect("read");
        let Some(last) = some.last() else { break };
        page.after = Some((last.time, last.id.clone()));
        got.extend(some);
    }
    assert_eq!(got, wanted);
    let count = async |filter: IncidentFilter| store.incidents(&filter, &Page::first(5_000)).await.expect("read").len();
    let none = IncidentFilter::default;
    assert_eq!(count(IncidentFilter { to: Some(1_001), ..none() }).await, 2);
    assert_eq!(count(IncidentFilter { account: Some("hong".into()), ..none() }).await, 301);
    assert_eq!(count(IncidentFilter { direction: Some(Direction::Upload), ..none() }).await, 241);
    assert_eq!(count(IncidentFilter { address: Some("203.0.113.0".into()), ..none() }).await, 401);
    assert_eq!(count(IncidentFilter { verdict: Some("block".into()), ..none() }).await, 0);
    assert_eq!(count(IncidentFilter { rule: Some("x".into()), ..none() }).await, 0);
    assert_eq!(store.delete_incidents_before(1_100).await.expect("deleted"), 200);
    assert_eq!(count(none()).await, 1_003);
}

async fn a_value_tells_who_saw_it(place: Place) {
    let store = &place.store;
    let seen = |number: i64, outcome| Sighting {
        hash: format!("hash{}", number % 3),
        kind: "mobile-number".to_owned(),
        time: 1_000 + number,
        exchange: format!("x{number}"),
        site: "board".to_owned(),
        address: "2001:db8::7".to_owned(),
        account: Some("hong".to_owned()),
        direction: Direction::Download,
        outcome,
    };
    let outcomes = [Outcome::Shown, Outcome::Posted, Outcome::Blocked, Outcome::Masked, Outcome::Held];
    let all: Vec<Sighting> = (0..1_200).map(|number| seen(number, outcomes[number as usize % 5])).collect();
    store.add_sightings(&all).await.expect("added");
    let hashes = ["hash1".to_owned(), "hash2".to_owned(), "unknown".to_owned()];
    let mut page = Page::first(150);
    let mut got = Vec::new();
    loop {
        let some = store.sightings(&hashes, &page).await.expect("read");
        let Some(last) = some.last() else { break };
        page.after = Some((last.time, last.exchange.clone()));
        got.extend(some);
    }
    let mut wanted: Vec<Sighting> = all.iter().filter(|one| one.hash != "hash0").cloned().collect();
    wanted.reverse();
    assert_eq!(got, wanted);
    assert_eq!(store.delete_sightings_before(1_300).await.expect("deleted"), 300);
}

async fn exceptions_hold_until_their_day(place: Place) {
    let store = &place.store;
    let exception = |id: &str, excepted, until| Exception {
        id: id.to_owned(),
        created: 1_000,
        site: "board".to_owned(),
        excepted,
        until,
        reason: "채용 공고".to_owned(),
        by: "kim".to_owned(),
        ended_by: None,
    };
    let rule = exception("a", Excepted::Rule("no-mobile".into()), 2_000);
    let kind = exception("b", Excepted::Kind("mobile-number".into(), Some(Direction::Upload)), 3_000);
    let both = exception("c", Excepted::Kind("@contact".into(), None), 1_500);
    assert!(store.add_exception(&rule).await.expect("added") && store.add_exception(&kind).await.expect("added"));
    assert!(store.add_exception(&both).await.expect("added"));
    assert_eq!(store.exceptions(Some(1_499)).await.expect("read"), [rule.clone(), kind.clone(), both]);
    assert!(!store.add_exception(&rule).await.expect("asked"));
    assert_eq!(store.exceptions(Some(1_999)).await.expect("read"), [rule.clone(), kind.clone()]);
    assert_eq!(store.exceptions(Some(2_000)).await.expect("read"), [kind]);
    assert!(store.end_exception("b", "lee", 2_500).await.expect("ended"));
    assert!(!store.end_exception("b", "lee", 2_501).await.expect("asked"));
    assert!(store.exceptions(Some(2_600)).await.expect("read").is_empty());
    let all = store.exceptions(None).await.expect("read");
    assert_eq!((all.len(), all[1].ended_by.as_deref(), all[1].until), (3, Some("lee"), 2_500));
}

const MINUTE: i64 = 60_000;

fn added(key: &str, values: std::ops::Range<u64>, bytes: u64) -> Added {
    // Spread over all 64 bits, as hashes are.
    Added {
        key: key.to_owned(),
        values: values.map(|value| value.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect(),
        bytes,
    }
}

async fn a_window_counts_different_values(place: Place) {
    let store = &place.store;
    let at = |minute: i64| 1_000_000_000 + minute * MINUTE - 1_000_000_000 % MINUTE;
    let add = async |minute, added: &[Added]| {
        store.add_to_window("downloads", MINUTE, at(minute), added).await.expect("added");
    };
    let count = async |key: &str, since| {
        let totals = store.window_totals("downloads", MINUTE, key, at(since)).await.expect("counted");
        (totals.values, totals.bytes)
    };
    add(0, &[added("a", 0..5_000, 100), added("b", 0..3, 7), added("a", 4_000..5_001, 1)]).await;
    add(5, &[added("a", 4_990..5_010, 10)]).await;
    assert_eq!(count("a", 0).await, (5_010, 111), "a value counts once");
    assert_eq!(count("a", 1).await, (20, 10), "from when it was last seen");
    assert_eq!(count("a", 6).await, (0, 0));
    let beyond = async |since, limits| {
        let over = store.window_beyond("downloads", MINUTE, at(since), limits, 9).await.expect("counted");
        over.into_iter().map(|(key, totals)| (key, totals.values, totals.bytes)).collect::<Vec<_>>()
    };
    let (a, b) = (("a".to_owned(), 5_010, 111), ("b".to_owned(), 3, 7));
    assert_eq!(beyond(0, (Some(2), None)).await, [a.clone(), b.clone()], "the greatest first");
    assert_eq!(beyond(0, (Some(3), Some(100))).await, std::slice::from_ref(&a));
    assert_eq!(beyond(0, (None, Some(6))).await, [a, b]);
    assert_eq!(beyond(1, (Some(2), None)).await, [("a".to_owned(), 20, 10)], "what is past counts no more");
    assert!(beyond(0, (None, None)).await.is_empty() && beyond(6, (Some(0), Some(0))).await.is_empty());
    assert_eq!((count("b", 0).await, count("none", 0).await), ((3, 7), (0, 0)));
    add(3, &[added("a", 5_000..5_001, 0)]).await;
    assert_eq!(count("a", 5).await, (20, 10), "never back in time");
    let other = store.window_totals("posts", MINUTE, "a", at(0)).await.expect("counted");
    assert_eq!(other, Totals::default(), "windows are apart");
    let again = place.another().await;
    assert_eq!(again.window_totals("downloads", MINUTE, "a", at(0)).await.expect("counted").values, 5_010);
    assert_eq!(store.forget_window_before("downloads", at(5)).await.expect("forgotten"), 4_993);
    assert_eq!((count("a", 0).await, count("b", 0).await), ((20, 10), (0, 0)));
    add(9, &[added("b", 0..1, 1)]).await;
    assert_eq!(count("b", 0).await, (1, 1));
}

async fn two_nodes_count_together(place: Place) {
    let other = place.another().await;
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let store = if number % 2 == 0 { place.store.clone() } else { other.clone() };
            tokio::spawn(async move {
                for round in 0..10 {
                    // Each adds what the others add too, in another order.
                    let mut both = vec![added("a", 0..round * 10 + 10, 1), added("b", round..round + 5, 1)];
                    if number % 3 == 0 {
                        both.reverse();
                    }
                    store.add_to_window("w", MINUTE, 60_000, &both).await.expect("added");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("ran");
    }
    let totals = |key: &'static str| place.store.window_totals("w", MINUTE, key, 0);
    assert_eq!(totals("a").await.expect("counted"), Totals { values: 100, bytes: 80 });
    assert_eq!(totals("b").await.expect("counted"), Totals { values: 14, bytes: 80 });
}

fn asked(id: &str, expires: i64) -> Asked {
    let (data_key, head) = (vec![1, 2], vec![3, 4]);
    Asked { id: id.to_owned(), token: format!("token-{id}"), expires, data_key, head }
}

async fn what_waits_for_a_word_is_taken_once(place: Place) {
    let (store, other) = (&place.store, place.another().await);
    for id in ["a", "b", "c"] {
        assert!(store.add_asked(&asked(id, 2_000)).await.expect("added"));
    }
    assert!(!store.add_asked(&asked("a", 2_000)).await.expect("asked"), "one of an id");
    assert_eq!(other.asked("token-a").await.expect("read"), Some(asked("a", 2_000)));
    assert_eq!(other.asked("a").await.expect("read"), None, "its number is no token");
    store.put_hold_piece("a", 0, b"piece").await.expect("put");
    assert_eq!(other.asked_pieces("a").await.expect("read"), 0, "not until all are there");
    store.share_asked("a", 1).await.expect("shared");
    assert_eq!(
        (other.asked_pieces("a").await.expect("read"), store.clear_hold_bodies().await.expect("cleared")),
        (1, 0)
    );
    assert!(!store.take_asked("a", 2_000).await.expect("told"), "too late");
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let store = if number % 2 == 0 { place.store.clone() } else { other.clone() };
            tokio::spawn(async move { store.take_asked("a", 1_999).await.expect("told") })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.expect("ran"));
    }
    assert_eq!(won, 1);
    assert_eq!(store.asked("token-a").await.expect("read"), None);
    assert_eq!(store.hold_piece("a", 0).await.expect("read"), None, "its body goes with it");
    store.put_hold_piece("a", 0, b"late").await.expect("put");
    store.share_asked("a", 1).await.expect("nobody waits for it any more");
    assert_eq!(store.hold_piece("a", 0).await.expect("read"), None);
    store.put_hold_piece("c", 0, b"piece").await.expect("put");
    assert_eq!(store.forget_asked(1_999, &["b".to_owned()]).await.expect("forgotten"), 0);
    assert_eq!(other.asked("token-b").await.expect("read"), None, "it was to go");
    assert_eq!(store.forget_asked(2_000, &[]).await.expect("forgotten"), 1);
    assert_eq!(store.hold_piece("c", 0).await.expect("read"), None);
}
