//! A database that several nodes share and that is away: a node counts for itself, and brings it over.

use crate::Place;
use crate::both::VARIABLE;
use garim::store::{Added, Address, Store, StoreError, Totals};
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
    assert!(matches!(store.catch_up().await, Err(StoreError::Gone(_))), "still away");
    assert_eq!(store.forget_window_before("downloads", NOW + 9 * MINUTE).await.expect("nothing"), 0);
    store.close().await;
    let again = Store::open_with_standby(&address, &file).await.expect("it begins again");
    assert_eq!(count(&again).await, (7, 11), "what was counted is in the file");
}

#[tokio::test]
async fn a_file_needs_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = Address::File(folder.path().join("garim.db"));
    let store = Store::open_with_standby(&address, &folder.path().join("standby.db")).await.expect("a store");
    store.add_to_window("downloads", MINUTE, NOW, &added(0..5, 10)).await.expect("added");
    assert_eq!(
        (count(&store).await, store.catch_up().await.expect("nothing to do"), store.is_away()),
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_counted_meanwhile_is_brought_over() {
    let Some(place) = Place::postgres().await else { return eprintln!("SKIPPED: {VARIABLE} is not set") };
    let Address::Server(url) = &place.address else { panic!("a server") };
    let (head, rest) = url.split_once('@').expect("a user");
    let (server, rest) = rest.split_once('/').expect("a database");
    let way = Way::to(server.to_owned()).await;
    let through = Address::parse(&format!("{head}@127.0.0.1:{}/{rest}", way.port)).expect("a URL");
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
    let start = Instant::now();
    let brought = loop {
        assert!(start.elapsed() < Duration::from_secs(10), "it does not come back");
        match node.catch_up().await {
            Ok(rows) => break rows,
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    };
    assert_eq!((brought, node.is_away()), (5_006, false), "each value, and the bytes");
    assert_eq!((count(&node).await, count(&place.store).await), ((5_009, 111), (5_009, 111)));
    assert_eq!(node.catch_up().await.expect("there"), 0, "once");
}
