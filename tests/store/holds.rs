//! Holds: every change of state happens once.

use crate::{Place, both};
use garim::store::{
    Answer, Approval, Decision, Failure, HoldError, HoldFilter, HoldState, KeyOf, NewHold, Page, Store, Wrapped,
};
use std::sync::Arc;

both!(
    one_person_approves_and_it_is_sent_once,
    two_persons_are_two,
    too_late_is_too_late,
    what_is_refused_stays_refused,
    of_many_on_two_nodes_one_releases,
    a_release_ends_once,
    what_did_not_arrive_may_be_sent_once_more,
    what_was_being_sent_at_a_crash_is_given_up,
    what_was_said_stays_with_who_said_it,
    decisions_are_told_before_anything_is_destroyed,
    an_answer_outlives_its_post_for_as_long_as_that_might_have_waited,
    keys_are_replaced_if_they_are_what_was_read,
    tables_of_the_version_before_are_brought_up_to_date,
    a_destroyed_hold_keeps_no_key,
    lists_and_counts,
    what_waits_is_listed_in_turn,
    a_body_is_there_for_other_nodes_until_it_is_destroyed,
);

/// What is to be destroyed.
async fn ended(store: &Store) -> Vec<String> {
    store.ended_holds(10).await.expect("read").into_iter().map(|hold| hold.post.id).collect()
}

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
    assert_eq!(store.approve_hold("a", "kim", None, 2_000).await.expect("approved"), Decision::Approved);
    let again = store.approve_hold("a", "lee", None, 2_001).await;
    assert!(matches!(again, Err(HoldError::AlreadyDecided { by, when: 2_000 }) if by == "kim"));
    let taken = store.begin_release("a", 3_000).await.expect("released");
    assert_eq!((taken.post, taken.state, taken.released), (hold("a"), HoldState::Released, Some(3_000)));
    assert!(matches!(store.begin_release("a", 3_001).await, Err(HoldError::AlreadyReleased { when: 3_000 })));
    assert!(matches!(store.approve_hold("a", "lee", None, 4_000).await, Err(HoldError::AlreadyDecided { .. })));
    assert!(matches!(store.approve_hold("none", "lee", None, 4_000).await, Err(HoldError::NotFound)));
    let mine = store.hold_of_token("token-a").await.expect("read").expect("a hold");
    assert_eq!((mine.post.id.as_str(), mine.state), ("a", HoldState::Released));
}

async fn two_persons_are_two(place: Place) {
    let store = &place.store;
    store.add_hold(&NewHold { two_persons: true, ..hold("a") }).await.expect("added");
    assert_eq!(store.approve_hold("a", "kim", None, 2_000).await.expect("once"), Decision::NeedsAnother);
    assert!(matches!(store.approve_hold("a", "kim", None, 2_001).await, Err(HoldError::SamePerson)));
    assert!(matches!(store.begin_release("a", 2_002).await, Err(HoldError::NotApproved)));
    assert_eq!(store.approve_hold("a", "lee", None, 2_003).await.expect("twice"), Decision::Approved);
    let said = |who: &str, when| Approval { who: who.to_owned(), when, message: None };
    let read = store.hold("a").await.expect("read").expect("a hold");
    assert_eq!(read.approvals, [said("kim", 2_000), said("lee", 2_003)]);
    assert!(
        matches!(store.approve_hold("a", "park", None, 3_000).await, Err(HoldError::AlreadyDecided { by, .. }) if by == "lee")
    );
    // Many at once: two of them, and no more.
    let two = NewHold { two_persons: true, ..hold("b") };
    store.add_hold(&two).await.expect("added");
    let other = place.another().await;
    let tasks: Vec<_> = (0..12)
        .map(|number| {
            let store = if number % 2 == 0 { store.clone() } else { other.clone() };
            tokio::spawn(async move { store.approve_hold("b", &format!("person{}", number / 3), None, 2_000).await })
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
    assert!(matches!(store.approve_hold("a", "kim", None, 10_000).await, Err(HoldError::Expired)));
    assert!(matches!(store.refuse_hold("a", "kim", None, 10_000).await, Err(HoldError::Expired)));
    store.approve_hold("b", "kim", None, 9_999).await.expect("just in time");
    assert!(matches!(store.begin_release("b", 10_000).await, Err(HoldError::Expired)));
    assert_eq!(store.expire_holds(10_000).await.expect("expired"), 2);
    assert_eq!(store.expire_holds(10_000).await.expect("expired"), 0, "once");
    assert_eq!(ended(store).await, ["a"], "of b it is not told yet who approved it");
    assert!(store.note_hold("b", 1).await.expect("noted"));
    assert_eq!(ended(store).await, ["a", "b"]);
    assert!(matches!(store.approve_hold("a", "kim", None, 5_000).await, Err(HoldError::Expired)));
    assert!(matches!(store.begin_release("b", 5_000).await, Err(HoldError::Expired)));
    store.approve_hold("c", "kim", None, 10_000).await.expect("not yet");
}

async fn what_is_refused_stays_refused(place: Place) {
    let store = &place.store;
    store.add_hold(&NewHold { two_persons: true, ..hold("a") }).await.expect("added");
    store.approve_hold("a", "kim", None, 2_000).await.expect("once");
    store.refuse_hold("a", "lee", None, 2_001).await.expect("refused");
    for error in [
        store.refuse_hold("a", "park", None, 2_002).await.expect_err("decided"),
        store.approve_hold("a", "park", None, 2_002).await.map(drop).expect_err("decided"),
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
        place.store.approve_hold(&id, "kim", None, 2_000).await.expect("approved");
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
    let answer = |status| Answer { status, key: vec![7; 60], body: vec![status as u8; 3] };
    assert!(matches!(store.finish_release("a", &answer(200), 1).await, Err(HoldError::NotFound)));
    for id in ["a", "b", "c"] {
        store.add_hold(&hold(id)).await.expect("added");
        assert!(matches!(store.finish_release(id, &answer(200), 2_000).await, Err(HoldError::NotApproved)));
        store.approve_hold(id, "kim", None, 2_000).await.expect("approved");
        store.begin_release(id, 3_000).await.expect("released");
    }
    store.finish_release("a", &answer(200), 3_100).await.expect("finished");
    store.fail_release("b", Failure::NotAccepted, Some(&answer(500)), 3_100).await.expect("failed");
    store.fail_release("c", Failure::Withheld, None, 3_100).await.expect("failed");
    for id in ["a", "b", "c"] {
        assert!(matches!(
            store.finish_release(id, &answer(201), 3_200).await,
            Err(HoldError::AlreadyReleased { when: 3_000 })
        ));
        assert!(matches!(store.put_back_hold(id, 3_200).await, Err(HoldError::AlreadyReleased { .. })));
        assert!(matches!(store.begin_release(id, 3_300).await, Err(HoldError::AlreadyReleased { .. })), "never again");
    }
    let read = |id: &'static str| async move {
        let hold = store.hold(id).await.expect("read").expect("a hold");
        (hold.state, hold.failure, hold.answer)
    };
    assert_eq!(read("a").await, (HoldState::Released, None, Some(answer(200))));
    assert_eq!(read("b").await, (HoldState::Failed, Some(Failure::NotAccepted), Some(answer(500))));
    assert_eq!(read("c").await, (HoldState::Failed, Some(Failure::Withheld), None));
}

async fn what_did_not_arrive_may_be_sent_once_more(place: Place) {
    let store = &place.store;
    store.add_hold(&hold("a")).await.expect("added");
    assert!(matches!(store.put_back_hold("a", 2_000).await, Err(HoldError::NotApproved)));
    store.approve_hold("a", "kim", None, 2_000).await.expect("approved");
    store.begin_release("a", 3_000).await.expect("released");
    store.put_back_hold("a", 3_001).await.expect("put back");
    let read = store.hold("a").await.expect("read").expect("a hold");
    assert_eq!((read.state, read.released), (HoldState::Approved, Some(3_000)), "when it was tried is known");
    assert_eq!(store.begin_release("a", 4_000).await.expect("once more").released, Some(4_000));
    assert!(matches!(store.begin_release("a", 4_001).await, Err(HoldError::AlreadyReleased { when: 4_000 })));
}

async fn what_was_being_sent_at_a_crash_is_given_up(place: Place) {
    let store = &place.store;
    for id in ["a", "b", "c"] {
        store.add_hold(&hold(id)).await.expect("added");
        store.approve_hold(id, "kim", None, 2_000).await.expect("approved");
    }
    store.begin_release("a", 3_000).await.expect("released");
    store.begin_release("b", 3_000).await.expect("released");
    let answer = Answer { status: 302, key: Vec::new(), body: Vec::new() };
    store.finish_release("b", &answer, 3_001).await.expect("finished");
    assert_eq!(store.give_up_releases(3_000).await.expect("asked"), 0, "not yet");
    assert_eq!(store.give_up_releases(3_001).await.expect("given up"), 1);
    let read = store.hold("a").await.expect("read").expect("a hold");
    assert_eq!((read.state, read.failure), (HoldState::Failed, Some(Failure::Unknown)));
    assert!(matches!(store.begin_release("a", 3_300).await, Err(HoldError::AlreadyReleased { .. })), "never again");
    assert!(matches!(store.finish_release("a", &answer, 3_300).await, Err(HoldError::AlreadyReleased { .. })));
    assert_eq!(store.hold("c").await.expect("read").expect("a hold").state, HoldState::Approved);
}

async fn what_waits_is_listed_in_turn(place: Place) {
    let store = &place.store;
    for (id, created) in [("c", 1_002), ("a", 1_001), ("d", 1_003), ("b", 1_001)] {
        store.add_hold(&NewHold { created, ..hold(id) }).await.expect("added");
    }
    let filter = HoldFilter { state: Some(HoldState::Waiting), ..HoldFilter::default() };
    let (mut page, mut listed) = (Page::first(2), Vec::new());
    loop {
        let some = store.holds_in_turn(&filter, &page).await.expect("read");
        let Some(last) = some.last() else { break };
        page.after = Some((last.post.created, last.post.id.clone()));
        listed.extend(some.into_iter().map(|hold| hold.post.id));
    }
    assert_eq!(listed, ["a", "b", "c", "d"], "the oldest first, and none twice or never");
}

async fn what_was_said_stays_with_who_said_it(place: Place) {
    let store = &place.store;
    store.add_hold(&NewHold { two_persons: true, ..hold("a") }).await.expect("added");
    store.approve_hold("a", "kim", Some("확인함"), 2_000).await.expect("once");
    store.approve_hold("a", "lee", None, 2_001).await.expect("twice");
    let read = store.hold("a").await.expect("read").expect("a hold");
    let said: Vec<_> = read.approvals.iter().map(|one| (one.who.as_str(), one.message.as_deref())).collect();
    assert_eq!((said, read.message()), (vec![("kim", Some("확인함")), ("lee", None)], None));
    store.add_hold(&NewHold { two_persons: true, ..hold("b") }).await.expect("added");
    store.approve_hold("b", "kim", None, 2_000).await.expect("once");
    store.refuse_hold("b", "lee", Some("번호를 빼 주세요 '\"; --"), 2_001).await.expect("refused");
    store.destroy_hold("b", 2_002).await.expect("destroyed");
    for read in [
        store.hold("b").await.expect("read").expect("a hold"),
        store.holds(&HoldFilter::default(), &Page::first(1)).await.expect("read").remove(0),
    ] {
        assert_eq!(read.message(), Some("번호를 빼 주세요 '\"; --"), "it outlives the post");
        assert_eq!((read.state, read.stood()), (HoldState::Destroyed, HoldState::Refused));
        assert_eq!(
            read.decisions().map(|(one, refused)| (one.who.as_str(), refused)).collect::<Vec<_>>(),
            [("kim", false), ("lee", true)]
        );
    }
}

async fn decisions_are_told_before_anything_is_destroyed(place: Place) {
    let store = &place.store;
    store.add_hold(&NewHold { two_persons: true, ..hold("a") }).await.expect("added");
    let open = async || store.unnoted_holds(10).await.expect("read").len();
    assert_eq!(open().await, 0);
    store.approve_hold("a", "kim", None, 2_000).await.expect("once");
    assert_eq!(open().await, 1);
    assert!(store.note_hold("a", 1).await.expect("noted"));
    assert!(!store.note_hold("a", 1).await.expect("asked"), "by one node only");
    assert_eq!(open().await, 0);
    store.refuse_hold("a", "lee", None, 2_001).await.expect("refused");
    assert_eq!((open().await, ended(store).await.len()), (1, 0));
    assert!(store.note_hold("a", 2).await.expect("noted"));
    assert_eq!((open().await, ended(store).await), (0, vec!["a".to_owned()]));
    store.destroy_hold("a", 2_002).await.expect("destroyed");
    assert_eq!((open().await, ended(store).await.len()), (0, 0));
}

async fn an_answer_outlives_its_post_for_as_long_as_that_might_have_waited(place: Place) {
    let store = &place.store;
    store.add_hold(&hold("a")).await.expect("added");
    store.approve_hold("a", "kim", None, 2_000).await.expect("approved");
    store.begin_release("a", 3_000).await.expect("released");
    let answer = Answer { status: 200, key: vec![1, 2, 3], body: vec![4, 5, 6] };
    store.finish_release("a", &answer, 3_001).await.expect("finished");
    store.note_hold("a", 1).await.expect("noted");
    assert_eq!(ended(store).await, ["a"]);
    store.destroy_hold("a", 3_002).await.expect("destroyed");
    let read = async || store.hold("a").await.expect("read").expect("a hold");
    assert_eq!((read().await.answer, read().await.post.data_key.len()), (Some(answer.clone()), 0));
    // It was made at 1_000 to wait until 10_000, and released at 3_000.
    assert_eq!(store.forget_answers(11_999).await.expect("asked"), 0);
    assert_eq!(store.forget_answers(12_000).await.expect("forgotten"), 1);
    assert_eq!(read().await.answer, Some(Answer { key: Vec::new(), body: Vec::new(), ..answer }));
    assert_eq!(read().await.stood(), HoldState::Released);
}

async fn keys_are_replaced_if_they_are_what_was_read(place: Place) {
    let store = &place.store;
    for id in ["a", "b", "c"] {
        store.add_hold(&hold(id)).await.expect("added");
    }
    store.approve_hold("b", "kim", None, 2_000).await.expect("approved");
    store.begin_release("b", 3_000).await.expect("released");
    let answer = Answer { status: 200, key: vec![8, 8], body: vec![1] };
    store.finish_release("b", &answer, 3_001).await.expect("finished");
    store.destroy_hold("b", 3_002).await.expect("destroyed");
    let keys = async |after: &'static str, most| store.wrapped_keys(after, most).await.expect("read");
    let of = |id: &str, post: Option<Vec<u8>>, answer| Wrapped { id: id.to_owned(), post, answer };
    let before = vec![0, 1, 2, 255];
    assert_eq!(keys("", 2).await, [of("a", Some(before.clone()), None), of("b", None, Some(vec![8, 8]))]);
    assert_eq!(keys("b", 2).await, [of("c", Some(before.clone()), None)]);
    let put = async |id: &'static str, of, before: &[u8], anew: &[u8]| {
        store.rewrap_key(id, of, before, anew).await.expect("asked")
    };
    assert!(put("a", KeyOf::Post, &before, &[5]).await);
    assert!(!put("a", KeyOf::Post, &before, &[6]).await, "it is another by now");
    assert!(put("b", KeyOf::Answer, &[8, 8], &[9]).await && !put("b", KeyOf::Post, &before, &[9]).await);
    let read = store.hold("b").await.expect("read").expect("a hold");
    assert_eq!((read.post.data_key, read.answer.expect("an answer").key), (Vec::new(), vec![9]));
    assert_eq!(store.hold("a").await.expect("read").expect("a hold").post.data_key, [5]);
}

async fn a_destroyed_hold_keeps_no_key(place: Place) {
    let store = &place.store;
    store.add_hold(&hold("a")).await.expect("added");
    let waiting = store.destroy_hold("a", 2_000).await;
    assert!(matches!(waiting, Err(HoldError::WrongState { state: HoldState::Waiting })));
    store.refuse_hold("a", "kim", None, 2_000).await.expect("refused");
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
    store.approve_hold("h1", "kim", None, 2_000).await.expect("approved");
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

async fn tables_of_the_version_before_are_brought_up_to_date(place: Place) {
    place.store.add_hold(&hold("a")).await.expect("added");
    place.store.approve_hold("a", "kim", None, 2_000).await.expect("approved");
    place.store.close().await;
    for column in ["first_said", "second_said", "refused_said", "noted", "ended", "failure", "answer_key"] {
        place.behind(&format!("ALTER TABLE holds DROP COLUMN {column}")).await.expect("dropped");
    }
    place.behind("DELETE FROM _sqlx_migrations WHERE version = 2").await.expect("as before");
    let store = Store::open(&place.address).await.expect("brought up to date");
    let read = store.hold("a").await.expect("read").expect("a hold");
    assert_eq!((read.post, read.state, read.noted), (hold("a"), HoldState::Approved, 0));
    assert_eq!(store.unnoted_holds(10).await.expect("read").len(), 1);
    store.close().await;
}

async fn a_body_is_there_for_other_nodes_until_it_is_destroyed(place: Place) {
    let store = &place.store;
    for id in ["a", "b"] {
        store.add_hold(&hold(id)).await.expect("added");
    }
    let unshared = async |after: (i64, &str)| {
        let holds = store.unshared_holds(after, 9).await.expect("read");
        holds.into_iter().map(|hold| hold.post.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (unshared((0, "")).await, unshared((1_000, "a")).await),
        (vec!["a".into(), "b".into()], vec!["b".into()])
    );
    for (piece, bytes) in [(0, &b"one"[..]), (1, b"torn"), (1, b"two")] {
        store.put_hold_piece("a", piece, bytes).await.expect("written");
    }
    assert_eq!(store.hold_pieces("a").await.expect("asked"), 0, "not until all are there");
    store.share_hold("a", 2).await.expect("written");
    assert_eq!((store.hold_pieces("a").await.expect("asked"), unshared((0, "")).await), (2, vec!["b".into()]));
    assert_eq!(store.hold_piece("a", 1).await.expect("read").as_deref(), Some(&b"two"[..]));
    assert_eq!(store.hold_piece("a", 2).await.expect("read"), None);
    assert!(matches!(store.hold_pieces("c").await, Err(HoldError::NotFound)));
    // A node that comes too late with it, or ends while it puts it down, leaves nothing.
    store.refuse_hold("b", "kim", None, 2_000).await.expect("refused");
    store.put_hold_piece("b", 0, b"late").await.expect("written");
    store.share_hold("b", 1).await.expect("asked");
    assert_eq!(
        (store.hold_pieces("b").await.expect("asked"), store.hold_piece("b", 0).await.expect("read")),
        (0, None)
    );
    store.put_hold_piece("b", 0, b"late").await.expect("written");
    assert_eq!(store.clear_hold_bodies().await.expect("cleared"), 1);
    store.approve_hold("a", "kim", None, 2_000).await.expect("approved");
    store.begin_release("a", 2_001).await.expect("taken");
    assert_eq!(store.clear_hold_bodies().await.expect("cleared"), 0, "it is being sent");
    let answer = Answer { status: 200, key: Vec::new(), body: Vec::new() };
    store.finish_release("a", &answer, 2_002).await.expect("answered");
    store.destroy_hold("a", 2_003).await.expect("destroyed");
    assert_eq!(store.hold_piece("a", 0).await.expect("read"), None);
}
