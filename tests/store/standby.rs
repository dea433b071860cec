//! A database that several nodes share and that is away: a node counts for itself, and brings it over.

use crate::Place;
use crate::both::VARIABLE;
use crate::holds::hold;
use garim::store::{
    Added, Address, Asked, HoldError, HoldState, Incident, IncidentFilter, NamedSession, NewHold, Page, Store,
    StoreError, Totals,
};
use garim::vocab::Direction;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

const MINUTE: i64 = 60_000;
const NOW: i64 = 1_000_000 * MINUTE;

fn added(values: std::ops::Range<u64>, bytes: u64) -> [Added; 1] {
    [Added { key: "a".to_owned(), values: values.collect(), bytes }]
}

async fn count(store: &Store) -> (u64, u64) {
    let Totals { values, bytes } = store.window_totals("downloads", MINUTE, "a", NOW).await.expect("counted");
    (values, bytes)
}

#[tokio::test]
async fn a_node_begins_and_counts_without_the_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("standby.db");
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let address = Address::parse(&format!("postgres://g@127.0.0.1:{port}/garim")).expect("a URL");
    let store = Store::open_with_standby(&address, &file).await.expect("it begins");
    assert!(store.is_away());
    store.add_to_window("downloads", MINUTE, NOW, &added(0..5, 10)).await.expect("added");
    store.add_to_window("downloads", MINUTE, NOW + MINUTE, &added(3..7, 1)).await.expect("added");
    assert_eq!(count(&store).await, (7, 11));
    assert!(matches!(store.catch_up(NOW).await, Err(StoreError::Gone(_))), "still away");
    assert_eq!(store.forget_window_before("downloads", NOW + 9 * MINUTE).await.expect("nothing"), 0);
    store.close().await;
    let again = Store::open_with_standby(&address, &file).await.expect("it begins again");
    assert_eq!(count(&again).await, (7, 11), "what was counted is in the file");
}

fn incident(id: &str) -> Incident {
    let [site, address, verdict, path, findings] = ["a", "192.0.2.1", "log", "/", "{}"].map(str::to_owned);
    let (time, direction) = (NOW, Direction::Upload);
    Incident { id: id.to_owned(), time, site, address, account: None, direction, verdict, rule: None, path, findings }
}

fn named(session: &str) -> NamedSession {
    let [site, account, hash] = ["a", "kim", "hash"].map(str::to_owned);
    NamedSession { session: session.to_owned(), site, account, hash, since: NOW, until: NOW + MINUTE, ended: false }
}

async fn incidents(store: &Store) -> Vec<Incident> {
    store.incidents(&IncidentFilter::default(), &Page::first(9)).await.expect("read")
}

#[tokio::test]
async fn posts_wait_here_while_the_database_is_away_and_nobody_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("standby.db");
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let address = Address::parse(&format!("postgres://g@127.0.0.1:{port}/garim")).expect("a URL");
    let store = Store::open_with_standby(&address, &file).await.expect("it begins");
    assert!(store.add_hold(&hold("a")).await.expect("kept here"));
    assert!(!store.add_hold(&hold("a")).await.expect("asked"), "one of an id");
    let read = store.hold_of_token("token-a").await.expect("read").expect("a hold");
    assert_eq!((read.post, read.state), (hold("a"), HoldState::Waiting));
    assert!(store.hold("a").await.expect("read").is_some(), "its file is somebody's");
    // It cannot be told whether there is another: that is no "there is none".
    assert!(matches!(store.hold_of_token("token-b").await, Err(StoreError::Gone(_))));
    assert!(matches!(store.approve_hold("a", "kim", None, 2_000).await, Err(HoldError::Store(StoreError::Gone(_)))));
    assert!(matches!(store.begin_release("a", 2_000).await, Err(HoldError::Store(StoreError::Gone(_)))));
    assert!(matches!(store.refuse_hold("a", "kim", None, 2_000).await, Err(HoldError::Store(StoreError::Gone(_)))));
    assert_eq!(store.holds_beside().await.expect("counted"), 1);
    store.add_incidents(&[incident("i")]).await.expect("kept here");
    store.name_session(&named("s"), NOW).await.expect("kept here");
    store.unname_sessions(&["elsewhere".to_owned()], NOW).await.expect("kept here");
    store.close().await;
    // Also over a restart.
    let again = Store::open_with_standby(&address, &file).await.expect("it begins again");
    assert_eq!(again.hold_of_token("token-a").await.expect("read").expect("a hold").post, hold("a"));
    assert_eq!(
        (incidents(&again).await, again.named_sessions(NOW).await.expect("read")),
        (vec![incident("i")], vec![named("s")])
    );
    let refused = again.accounts().await.map(drop);
    assert!(matches!(refused, Err(StoreError::Gone(_))), "what somebody decides is not decided here: {refused:?}");
    // What this node asks about is its own: no other can take it.
    let asked = Asked { id: "a".into(), token: "t".into(), expires: 9, data_key: vec![1], head: vec![2] };
    assert!(again.add_asked(&asked).await.expect("kept here"));
    assert_eq!(again.asked("t").await.expect("read"), Some(asked));
    assert!(again.take_asked("a", 0).await.expect("taken"));
    assert!(matches!(again.take_asked("a", 0).await, Err(StoreError::Gone(_))), "there could be another");
    assert!(matches!(again.asked("t").await, Err(StoreError::Gone(_))));
}

#[tokio::test]
async fn a_file_needs_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = Address::File(folder.path().join("garim.db"));
    let store = Store::open_with_standby(&address, &folder.path().join("standby.db")).await.expect("a store");
    store.add_to_window("downloads", MINUTE, NOW, &added(0..5, 10)).await.expect("added");
    assert_eq!(
        (count(&store).await, store.catch_up(NOW).await.expect("nothing to do"), store.is_away()),
        ((5, 10), 0, false)
    );
    assert!(!folder.path().join("standby.db").exists());
}

/// The way to a server, which can be cut.
struct Way {
    port: u16,
    open: Arc<AtomicBool>,
}

impl Way {
    async fn to(server: String) -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let open = Arc::new(AtomicBool::new(true));
        let is_open = Arc::clone(&open);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (is_open, server) = (Arc::clone(&is_open), server.clone());
                tokio::spawn(async move {
                    let cut = async {
                        while is_open.load(Ordering::SeqCst) {
                            tokio::time::sleep(Duration::from_millis(10)).await;
                        }
                    };
                    let carry = async {
                        let mut far = TcpStream::connect(server).await.expect("the server");
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    };
                    tokio::select! { () = cut => {}, () = carry => {} }
                });
            }
        });
        Way { port, open }
    }

    fn set(&self, open: bool) {
        self.open.store(open, Ordering::SeqCst);
    }
}

/// A way to the server of a place, and a URL that goes by it.
async fn way_to(place: &Place) -> (Way, Address) {
    let Address::Server(url) = &place.address else { panic!("a server") };
    let (head, rest) = url.split_once('@').expect("a user");
    let (server, rest) = rest.split_once('/').expect("a database");
    let way = Way::to(server.to_owned()).await;
    let through = Address::parse(&format!("{head}@127.0.0.1:{}/{rest}", way.port)).expect("a URL");
    (way, through)
}

/// Catches up as soon as it can; how many rows.
async fn caught_up(node: &Store) -> u64 {
    let start = Instant::now();
    loop {
        assert!(start.elapsed() < Duration::from_secs(10), "it does not come back");
        match node.catch_up(NOW).await {
            Ok(rows) => return rows,
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_meanwhile_is_brought_over_once() {
    let Some(place) = Place::postgres().await else { return eprintln!("SKIPPED: {VARIABLE} is not set") };
    let (way, through) = way_to(&place).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("standby.db");
    let node = Store::open_with_standby(&through, &file).await.expect("a store");
    node.name_session(&named("before"), NOW).await.expect("named");
    assert!(node.add_hold(&hold("before")).await.expect("held"));
    way.set(false);
    tokio::time::sleep(Duration::from_millis(50)).await;
    for id in ["a", "b"] {
        assert!(node.add_hold(&hold(id)).await.expect("kept here"));
    }
    node.add_incidents(&[incident("i"), incident("j")]).await.expect("kept here");
    node.name_session(&named("s"), NOW).await.expect("kept here");
    node.unname_sessions(&["before".to_owned()], NOW).await.expect("kept here");
    assert!(place.store.hold("a").await.expect("read").is_none() && node.is_away());
    // The answer to one was lost on the way: it is there already, and approved by now.
    assert!(place.store.add_hold(&hold("b")).await.expect("there"));
    place.store.approve_hold("b", "kim", None, 2_000).await.expect("approved");
    place.store.add_incidents(&[incident("j")]).await.expect("there");
    // Another node starts after this one has ended.
    node.close().await;
    way.set(true);
    let node = Store::open_with_standby(&through, &file).await.expect("a store");
    assert_eq!(node.hold_of_token("token-a").await.expect("read").expect("still here").state, HoldState::Waiting);
    assert!(
        matches!(node.approve_hold("a", "kim", None, 2_000).await, Err(HoldError::NotFound)),
        "not before it is there"
    );
    assert_eq!(caught_up(&node).await, 6, "two posts, two incidents, two sessions");
    assert_eq!((caught_up(&node).await, node.holds_beside().await.expect("counted")), (0, 0), "once");
    let there = place.store.hold("a").await.expect("read").expect("a hold");
    assert_eq!((there.post, there.state), (hold("a"), HoldState::Waiting), "with its key and head");
    assert_eq!(
        place.store.hold("b").await.expect("read").expect("a hold").state,
        HoldState::Approved,
        "as it was decided"
    );
    assert_eq!(incidents(&place.store).await.len(), 2);
    assert_eq!(place.store.named_sessions(NOW).await.expect("read"), [named("s")]);
    // Once approved it is taken out once, from whichever node.
    place.store.approve_hold("a", "kim", None, 2_000).await.expect("approved");
    let (one, other) = tokio::join!(node.begin_release("a", 3_000), place.store.begin_release("a", 3_000));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    // Of a token that another has nothing is lost: it stays here, and that is told.
    way.set(false);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(node.add_hold(&NewHold { token: "token-b".to_owned(), ..hold("c") }).await.expect("kept here"));
    way.set(true);
    let start = Instant::now();
    while !matches!(node.catch_up(NOW).await, Err(StoreError::Unreadable(_))) {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(node.holds_beside().await.expect("counted"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_counted_meanwhile_is_brought_over() {
    let Some(place) = Place::postgres().await else { return eprintln!("SKIPPED: {VARIABLE} is not set") };
    let (way, through) = way_to(&place).await;
    let folder = tempfile::tempdir().expect("a folder");
    let node = Store::open_with_standby(&through, &folder.path().join("standby.db")).await.expect("a store");
    assert!(!node.is_away());
    node.add_to_window("downloads", MINUTE, NOW, &added(0..5, 10)).await.expect("added");
    way.set(false);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let start = Instant::now();
    node.add_to_window("downloads", MINUTE, NOW, &added(3..5_008, 100)).await.expect("counted here");
    assert!(start.elapsed() < Duration::from_secs(10) && node.is_away(), "{:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(count(&node).await, (5_005, 100));
    assert!(start.elapsed() < Duration::from_secs(1), "nobody waits for it any more");
    place.store.add_to_window("downloads", MINUTE, NOW, &added(9_000..9_001, 1)).await.expect("another node");
    assert_eq!(count(&place.store).await, (6, 11));

    way.set(true);
    let brought = caught_up(&node).await;
    assert_eq!((brought, node.is_away()), (5_006, false), "each value, and the bytes");
    assert_eq!((count(&node).await, count(&place.store).await), ((5_009, 111), (5_009, 111)));
    assert_eq!(node.catch_up(NOW).await.expect("there"), 0, "once");
}
