//! Sessions of sites that bear names.

use crate::{Place, both};
use garim::store::{MOST_NAMED, NamedSession};

both!(a_name_is_borne_until_it_ends, what_has_changed_is_heard, there_is_an_end_to_them);

fn named(session: &str, account: &str, until: i64) -> NamedSession {
    NamedSession {
        session: session.to_owned(),
        site: "www.example.go.kr".to_owned(),
        account: account.to_owned(),
        hash: format!("hash of {account}"),
        since: 10,
        until,
        ended: false,
    }
}

async fn a_name_is_borne_until_it_ends(place: Place) {
    let (store, other) = (&place.store, place.another().await);
    store.name_session(&named("a", "kim", 1_000), 10).await.expect("named");
    store.name_session(&named("b", "lee", 2_000), 11).await.expect("named");
    assert_eq!(other.named_sessions(500).await.expect("read"), [named("b", "lee", 2_000), named("a", "kim", 1_000)]);
    assert_eq!(other.named_sessions(1_000).await.expect("read"), [named("b", "lee", 2_000)]);
    // Another one signs in in the same session.
    other.name_session(&named("a", "park", 3_000), 12).await.expect("named");
    assert_eq!(store.named_sessions(1_500).await.expect("read"), [named("a", "park", 3_000), named("b", "lee", 2_000)]);
    store.unname_sessions(&["a".to_owned(), "unknown".to_owned()], 13).await.expect("unnamed");
    store.unname_sessions(&[], 13).await.expect("nothing to do");
    assert_eq!(store.named_sessions(0).await.expect("read"), [named("b", "lee", 2_000)]);
    store.name_session(&named("a", "park", 3_000), 14).await.expect("named again");
    assert_eq!(store.named_sessions(0).await.expect("read").len(), 2);
}

async fn what_has_changed_is_heard(place: Place) {
    let (store, other) = (&place.store, place.another().await);
    store.name_session(&named("a", "kim", 1_000), 10).await.expect("named");
    store.name_session(&named("b", "lee", 1_000), 20).await.expect("named");
    store.unname_sessions(&["a".to_owned()], 30).await.expect("unnamed");
    let ended = NamedSession { ended: true, ..named("a", "kim", 1_000) };
    assert_eq!(other.named_sessions_since(20).await.expect("read"), [named("b", "lee", 1_000), ended.clone()]);
    assert_eq!(other.named_sessions_since(21).await.expect("read"), [ended]);
    assert_eq!(other.named_sessions_since(31).await.expect("read"), []);
}

async fn there_is_an_end_to_them(place: Place) {
    let store = &place.store;
    let all = i64::try_from(MOST_NAMED).expect("a number") + 500;
    let rows = match &place.address {
        garim::store::Address::File(_) => {
            format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {all}) SELECT i FROM n")
        }
        garim::store::Address::Server(_) => format!("SELECT i FROM generate_series(1, {all}) AS n(i)"),
    };
    let flood = format!(
        "INSERT INTO named_sessions (session, site, account, hash, since, until, changed) \
         SELECT 'flood' || i, 's', 'a', 'h', 1, 1000 + i, 1 FROM ({rows}) AS numbers"
    );
    place.behind(&flood).await.expect("flooded");
    assert_eq!(store.named_sessions(0).await.expect("read").len(), MOST_NAMED);
    assert_eq!(store.forget_named_sessions(1_010).await.expect("forgotten"), 500, "ten expired, the rest too many");
    assert_eq!(store.forget_named_sessions(1_010).await.expect("forgotten"), 0);
    let left = store.named_sessions(0).await.expect("read");
    assert_eq!((left.len(), left.last().map(|one| one.session.as_str())), (MOST_NAMED, Some("flood501")));
    assert_eq!(store.forget_named_sessions(i64::MAX).await.expect("forgotten"), MOST_NAMED as u64);
}
