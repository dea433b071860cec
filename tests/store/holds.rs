//! Holds: every change of state happens once.

use crate::{Place, both};
use garim::store::{Answer, Approval, Decision, HoldError, HoldFilter, HoldState, NewHold, Page};
use std::sync::Arc;

both!(
    one_person_approves_and_it_is_sent_once,
    two_persons_are_two,
    too_late_is_too_late,
    what_is_refused_stays_refused,
    of_many_on_two_nodes_one_releases,
    a_release_ends_once,
    a_destroyed_hold_keeps_no_key,
    lists_and_counts,
);

pub fn hold(id: &str) -> NewHold {
    NewHold {
        id: id.to_owned(),
        created: 1_000,
        expires: 10_000,
        site: "board".to_owned(),
        path: "/write".to_owned(),
        address: "203.0.113.7".to_owned(),
        session: Some("5e55".to_owned()),
        account: None,
        two_persons: false,
        message: Some("급합니다".to_owned()),
        findings: r#"[{"kind":"mobile-number","count":2}]"#.to_owned(),
        data_key: vec![0, 1, 2, 255],
        body: format!("hold-{id}"),
        head: vec![9; 300],
        token: format!("token-{id}"),
    }
}

async fn one_person_approves_and_it_is_sent_once(place: Place) {
    let store = &place.store;
    assert!(store.add_hold(&hold("a")).await.expect("added"));
    assert!(!store.add_hold(&hold("a")).await.expect("asked"), "one of an id");
    assert!(!store.add_hold(&NewHold { id: "b".into(), ..hold("a") }).await.expect("asked"), "one of a token");
    let read = store.hold("a").await.expect("read").expect("a hold");
    assert_eq!((read.post, read.state), (hold("a"), HoldState::Waiting));
    assert!(matches!(store.begin_release("a", 2_000).await, Err(HoldError::NotApproved)));
    assert_eq!(store.approve_hold("a", "kim", 2_000).await.expect("approved"), Decision::Approved);
    let again = store.approve_hold("a", "lee", 2_001).await;
    assert!(matches!(again, Err(HoldError::AlreadyDecided { by, when: 2_000 }) if by == "kim"));
    let taken = store.begin_release("a", 3_000).await.expect("released");
    assert_eq!((taken.post, taken.state, taken.released), (hold("a"), HoldState::Released, Some(3_000)));
    assert!(matches!(store.begin_release("a", 3_001).await, Err(HoldError::AlreadyReleased { when: 3_000 })));
    assert!(matches!(store.approve_hold("a", "lee", 4_000).await, Err(HoldError::AlreadyDecided { .. })));
    assert!(matches!(store.approve_hold("none", "lee", 4_000).await, Err(HoldError::NotFound)));
    let mine = store.hold_of_token("token-a").await.expect("read").expect("a hold");
    assert_eq!((mine.post.id.as_str(), mine.state), ("a", HoldState::Released));
}

async fn two_persons_are_two(place: Place) {
    let store = &place.store;
    store.add_hold(&NewHold { two_persons: true, ..hold("a") }).await.expect("added");
    assert_eq!(store.approve_hold("a", "kim", 2_000).await.expect("once"), Decision::NeedsAnother);
    assert!(matches!(store.approve_hold("a", "kim", 2_001).await, Err(HoldError::SamePerson)));
    assert!(matches!(store.begin_release("a", 2_002).await, Err(HoldError::NotApproved)));
    assert_eq!(store.approve_hold("a", "lee", 2_003).await.expect("twice"), Decision::Approved);
    let said = |who: &str, when| Approval { who: who.to_owned(), when };
    let read = store.hold("a").await.expect("read").expect("a hold");
    assert_eq!(read.approvals, [said("kim", 2_000), said("lee", 2_003)]);
    assert!(
        matches!(store.approve_hold("a", "park", 3_000).await, Err(HoldError::AlreadyDecided { by, .. }) if by == "lee")
    );
    // Many at once: two of them, and no more.
    let two = NewHold { two_persons: true, ..hold("b") };
    store.add_hold(&two).await.expect("added");
    let other = place.another().await;
    let tasks: Vec<_> = (0..12)
        .map(|number| {
            let store = if number % 2 == 0 { store.clone() } else { other.clone() };
            tokio::spawn(async move { store.approve_hold("b", &format!("person{}", number / 3), 2_000).await })
        })
        .collect();
    let (mut first, mut second) = (0, 0);
    for task in tasks {
        match task.await.expect("ran") {
            Ok(Decision::NeedsAnother) => first += 1,
            Ok(Decision::Approved) => second += 1,
            Err(HoldError::SamePerson | HoldError::AlreadyDecided { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((first, second), (1, 1));
    let read = store.hold("b").await.expect("read").expect("a hold");
    assert_ne!(read.approvals[0].who, read.approvals[1].who);
}

async fn too_late_is_too_late(place: Place) {
    let store = &place.store;
    store.add_hold(&hold("a")).await.expect("added");
    store.add_hold(&hold("b")).await.expect("added");
    store.add_hold(&NewHold { expires: 20_000, ..hold("c") }).await.expect("added");
    assert!(matches!(store.approve_hold("a", "kim", 10_000).await, Err(HoldError::Expired)));
    assert!(matches!(store.refuse_hold("a", "kim", 10_000).await, Err(HoldError::Expired)));
    store.approve_hold("b", "kim", 9_999).await.expect("just in time");
    assert!(matches!(store.begin_release("b", 10_000).await, Err(HoldError::Expired)));
    let mut gone = store.expire_holds(10_000).await.expect("expired");
    gone.sort_by(|a, b| a.id.cmp(&b.id));
    let told: Vec<_> = gone.iter().map(|one| (one.id.as_str(), one.body.as_str())).collect();
    assert_eq!(told, [("a", "hold-a"), ("b", "hold-b")]);
    assert!(store.expire_holds(10_000).await.expect("expired").is_empty(), "told once");
    assert!(matches!(store.approve_hold("a", "kim", 5_000).await, Err(HoldError::Expired)));
    assert!(matches!(store.begin_release("b", 5_000).await, Err(HoldError::Expired)));
    store.approve_hold("c", "kim", 10_000).await.expect("not yet");
}

async fn what_is_refused_stays_refused(place: Place) {
    let store = &place.store;
    store.add_hold(&NewHold { two_persons: true, ..hold("a") }).await.expect("added");
    store.approve_hold("a", "kim", 2_000).await.expect("once");
    store.refuse_hold("a", "lee", 2_001).await.expect("refused");
    for error in [
        store.refuse_hold("a", "park", 2_002).await.expect_err("decided"),
        store.approve_hold("a", "park", 2_002).await.map(drop).expect_err("decided"),
        store.begin_release("a", 2_002).await.map(drop).expect_err("decided"),
    ] {
        assert!(matches!(error, HoldError::AlreadyDecided { by, when: 2_001 } if by == "lee"));
    }
}

async fn of_many_on_two_nodes_one_releases(place: Place) {
    let other = place.another().await;
    for round in 0..10 {
        let id = Arc::new(format!("h{round}"));
        place.store.add_hold(&hold(&id)).await.expect("added");
        place.store.approve_hold(&id, "kim", 2_000).await.expect("approved");
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                let (store, id) = (if number % 2 == 0 { &place.store } else { &other }.clone(), Arc::clone(&id));
                tokio::spawn(async move { store.begin_release(&id, 3_000).await })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            match task.await.expect("ran") {
                Ok(taken) => {
                    assert_eq!(taken.post.id, *id);
                    won += 1;
                }
                Err(HoldError::AlreadyReleased { when: 3_000 }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
}

async fn a_release_ends_once(place: Place) {
    let store = &place.store;
    let answer = |status| Answer { status, body: vec![status as u8; 3] };
    assert!(matches!(store.finish_release("a", &answer(200), 1).await, Err(HoldError::NotFound)));
    for id in ["a", "b", "c"] {
        store.add_hold(&hold(id)).await.expect("added");
        assert!(matches!(store.finish_release(id, &answer(200), 2_000).await, Err(HoldError::NotApproved)));
        store.approve_hold(id, "kim", 2_000).await.expect("approved");
        store.begin_release(id, 3_000).await.expect("released");
    }
    let open = async |time| store.unfinished_releases(time).await.expect("read").len();
    assert_eq!((open(3_000).await, open(3_001).await), (0, 3));
    store.finish_release("a", &answer(200), 3_100).await.expect("finished");
    store.fail_release("b", Some(&answer(500)), 3_100).await.expect("failed");
    store.fail_release("c", None, 3_100).await.expect("failed");
    assert_eq!(open(i64::MAX).await, 0);
    for id in ["a", "b", "c"] {
        assert!(matches!(
            store.finish_release(id, &answer(201), 3_200).await,
            Err(HoldError::AlreadyReleased { when: 3_000 })
        ));
        assert!(matches!(store.begin_release(id, 3_300).await, Err(HoldError::AlreadyReleased { .. })), "never again");
    }
    let read = |id: &'static str| async move { store.hold(id).await.expect("read").expect("a hold") };
    assert_eq!((read("a").await.state, read("a").await.answer), (HoldState::Released, Some(answer(200))));
    assert_eq!((read("b").await.state, read("b").await.answer), (HoldState::Failed, Some(answer(500))));
    assert_eq!((read("c").await.state, read("c").await.answer), (HoldState::Failed, None));
}

async fn a_destroyed_hold_keeps_no_key(place: Place) {
    let store = &place.store;
    store.add_hold(&hold("a")).await.expect("added");
    let waiting = store.destroy_hold("a", 2_000).await;
    assert!(matches!(waiting, Err(HoldError::WrongState { state: HoldState::Waiting })));
    store.refuse_hold("a", "kim", 2_000).await.expect("refused");
    assert_eq!(store.delete_holds_before(5_000).await.expect("deleted"), 0, "not before it is destroyed");
    assert_eq!(store.destroy_hold("a", 2_001).await.expect("destroyed"), "hold-a");
    assert!(matches!(store.destroy_hold("a", 2_002).await, Err(HoldError::Destroyed)));
    let read = store.hold("a").await.expect("read").expect("a record");
    assert!(read.post.data_key.is_empty() && read.post.head.is_empty());
    assert_eq!(read.refusal.map(|refusal| refusal.who).as_deref(), Some("kim"));
    assert_eq!(store.delete_holds_before(1_000).await.expect("deleted"), 0);
    assert_eq!(store.delete_holds_before(1_001).await.expect("deleted"), 1);
}

async fn lists_and_counts(place: Place) {
    let store = &place.store;
    for number in 0..5 {
        let site = if number < 3 { "board" } else { "shop" };
        let made = NewHold { created: 1_000 + number / 2, site: site.into(), ..hold(&format!("h{number}")) };
        store.add_hold(&made).await.expect("added");
    }
    store.approve_hold("h1", "kim", 2_000).await.expect("approved");
    let board = HoldFilter { site: Some("board".into()), ..HoldFilter::default() };
    let waiting = HoldFilter { state: Some(HoldState::Waiting), ..board.clone() };
    let ids = |holds: Vec<garim::store::Hold>| holds.into_iter().map(|hold| hold.post.id).collect::<Vec<_>>();
    assert_eq!(ids(store.holds(&waiting, &Page::first(10)).await.expect("read")), ["h2", "h0"]);
    assert_eq!(store.count_holds(&waiting).await.expect("counted"), 2);
    assert_eq!(store.count_holds(&HoldFilter { session: Some("5e55".into()), ..board }).await.expect("counted"), 3);
    let all = HoldFilter::default();
    let mut page = Page::first(2);
    let mut seen = Vec::new();
    loop {
        let holds = store.holds(&all, &page).await.expect("read");
        let Some(last) = holds.last() else { break };
        assert!(last.post.data_key.is_empty() && last.post.head.is_empty(), "no secrets in lists");
        page.after = Some((last.post.created, last.post.id.clone()));
        seen.extend(ids(holds));
    }
    assert_eq!(seen, ["h4", "h3", "h2", "h1", "h0"]);
}
