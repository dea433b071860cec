//! A PostgreSQL that is away: told at once, and found again.

use crate::Place;
use crate::both::{VARIABLE, sql};
use crate::holds::hold;
use garim::store::{Address, Store, StoreError};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_server_that_is_not_there_is_told_in_time() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let address = Address::parse(&format!("postgres://g:secret@127.0.0.1:{port}/garim")).expect("a URL");
    let start = Instant::now();
    let error = Store::open(&address).await.err().expect("away");
    assert!(matches!(error, StoreError::Gone(_)) && error.is_passing(), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(4));
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_told_in_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its number").port();
    let address = Address::parse(&format!("postgres://g@127.0.0.1:{port}/garim?sslmode=disable")).expect("a URL");
    let start = Instant::now();
    let error = Store::open(&address).await.err().expect("away");
    assert!(matches!(error, StoreError::Gone(_)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_and_comes_back() {
    let Some(place) = Place::postgres().await else { return eprintln!("SKIPPED: {VARIABLE} is not set") };
    let url = std::env::var(VARIABLE).expect("set");
    let Address::Server(own) = &place.address else { panic!("a server") };
    let name = own.split('?').next().and_then(|head| head.rsplit('/').next()).expect("its database").to_owned();
    place.store.add_hold(&hold("a")).await.expect("added");
    sql(&url, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
    sql(&url, &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
    let start = Instant::now();
    let error = place.store.add_hold(&hold("b")).await.expect_err("away");
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    drop(error);
    sql(&url, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")).await;
    let start = Instant::now();
    while place.store.ping().await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "it does not come back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(place.store.add_hold(&hold("b")).await.expect("added"));
    assert!(place.store.hold("a").await.expect("read").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_may_start_at_once_and_a_newer_one_is_refused() {
    let Some(place) = Place::postgres().await else { return eprintln!("SKIPPED: {VARIABLE} is not set") };
    place.behind("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.expect("emptied");
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let address = place.address.clone();
            tokio::spawn(async move { Store::open(&address).await.map(drop) })
        })
        .collect();
    for start in starts {
        start.await.expect("ran").expect("opened");
    }
    let newer =
        "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    place.behind(newer).await.expect("changed");
    let error = Store::open(&place.address).await.err().expect("refused");
    assert!(matches!(error, StoreError::Newer { found: 9999, .. }), "{error}");
}
