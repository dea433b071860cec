//! SQLite's file: its mode, and that nothing that is wrong with it is ever written over.

use crate::Place;
use crate::holds::hold;
use garim::store::{Address, Store, StoreError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn folder() -> (tempfile::TempDir, PathBuf, Address) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("garim.db");
    (folder, path.clone(), Address::File(path))
}

fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("changed");
}

/// Opening fails, and leaves the folder as it was.
async fn refused(path: &Path) -> StoreError {
    let folder = path.parent().expect("a folder");
    let names = || {
        let mut all: Vec<_> = fs::read_dir(folder).expect("read").map(|it| it.expect("one").file_name()).collect();
        all.sort();
        all
    };
    let before = (fs::read(path).ok(), names());
    let error = Store::open(&Address::File(path.to_owned())).await.err().expect("refused");
    assert_eq!(names(), before.1, "{error}");
    assert!(fs::read(path).ok() == before.0, "changed: {error}");
    error
}

#[tokio::test]
async fn all_its_files_are_its_owners_alone() {
    let (folder, path, address) = folder();
    let store = Store::open_or_create(&address).await.expect("made");
    store.add_hold(&hold("a")).await.expect("added");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("read") {
        let entry = entry.expect("one");
        assert_eq!(entry.metadata().expect("data").permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name());
    }
    assert!(names.len() > 1, "the log stands beside it: {names:?}");
    store.close().await;
    assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1, "one file when it is closed");
    assert!(matches!(Store::create(&path).await, Err(StoreError::Exists { .. })));
    let nowhere = path.with_file_name("nowhere").join("garim.db");
    assert!(matches!(Store::create(&nowhere).await, Err(StoreError::NoFolder { .. })));
    let again = Store::open_or_create(&address).await.expect("opened");
    assert!(again.hold("a").await.expect("read").is_some());
}

#[tokio::test]
async fn it_commits_as_it_must() {
    let place = Place::sqlite().await;
    let Address::File(path) = &place.address else { panic!("a file") };
    let bytes = fs::read(path).expect("read");
    assert_eq!((bytes[18], bytes[19]), (2, 2), "write-ahead log");
    assert_eq!(&bytes[68..72], b"garm");
}

#[tokio::test]
async fn what_is_no_store_is_told_and_left() {
    let (_folder, path, address) = folder();
    assert!(matches!(refused(&path).await, StoreError::Missing { .. }));
    put(&path, b"");
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
    put(&path, b"just some text, not a database at all");
    assert!(matches!(refused(&path).await, StoreError::Foreign { .. }));
    put(&path, b"SQLite format 3\0");
    assert!(matches!(refused(&path).await, StoreError::Damaged { .. }));
    fs::remove_file(&path).expect("removed");
    let other = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = sqlx::ConnectOptions::connect(&other).await.expect("another database");
    sqlx::raw_sql("CREATE TABLE t (x)").execute(&mut connection).await.expect("a table");
    sqlx::Connection::close(connection).await.expect("closed");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changed");
    assert!(matches!(refused(&path).await, StoreError::Foreign { .. }), "another program's");
    assert!(matches!(Store::open_or_create(&address).await.err(), Some(StoreError::Foreign { .. })));
}

#[tokio::test]
async fn a_torn_file_is_told_and_left() {
    let (_folder, path, address) = folder();
    let store = Store::open_or_create(&address).await.expect("made");
    for number in 0..50 {
        store.add_hold(&hold(&format!("h{number}"))).await.expect("added");
    }
    store.close().await;
    let whole = fs::read(&path).expect("read");
    for length in [whole.len() / 2, whole.len() - 1, 4096, 100] {
        put(&path, &whole[..length]);
        let error = refused(&path).await;
        assert!(matches!(error, StoreError::Damaged { .. }), "{length}: {error}");
    }
    let mut wrong = whole.clone();
    // Pages in the middle, all of them.
    let end = wrong.len();
    wrong[4096..end].fill(0x5a);
    put(&path, &wrong);
    let error = refused(&path).await;
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("백업"));
    put(&path, &whole);
    let store = Store::open(&address).await.expect("whole again");
    assert!(store.hold("h49").await.expect("read").is_some());
}

#[tokio::test]
async fn others_may_not_read_it() {
    let (_folder, path, _) = folder();
    Store::create(&path).await.expect("made");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
    assert!(matches!(refused(&path).await, StoreError::Open { .. }));
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let newer =
        "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    for (change, newer) in [(newer, true), ("UPDATE _sqlx_migrations SET checksum = x'00'", false)] {
        let place = Place::sqlite().await;
        place.store.close().await;
        place.behind(change).await.expect("changed");
        let error = Store::open(&place.address).await.err().expect("refused");
        match newer {
            true => assert!(matches!(error, StoreError::Newer { found: 9999, .. }), "{error}"),
            false => assert!(matches!(error, StoreError::OtherBuild(1)), "{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_store_says_so_in_time() {
    let place = Place::sqlite().await;
    let Address::File(path) = &place.address else { panic!("a file") };
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut other = sqlx::ConnectOptions::connect(&options).await.expect("another process");
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("locked");
    let start = Instant::now();
    let error = place.store.add_hold(&hold("a")).await.expect_err("locked");
    assert!(matches!(error, StoreError::Busy) && error.is_passing(), "{error}");
    let took = start.elapsed();
    assert!(took > Duration::from_secs(4) && took < Duration::from_secs(9), "{took:?}");
    assert!(place.store.hold("a").await.expect("readers go on").is_none());
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("unlocked");
    assert!(place.store.add_hold(&hold("a")).await.expect("added"));
}

#[tokio::test]
async fn a_window_of_many_addresses_stays_small() {
    let place = Place::sqlite().await;
    let Address::File(path) = &place.address else { panic!("a file") };
    const ADDRESSES: u64 = 4_000;
    for round in 0..4_u64 {
        let added = (0..ADDRESSES).map(|address| garim::store::Added {
            key: format!("203.0.{}.{}", address / 256, address % 256),
            values: (0..5)
                .map(|value| (address * 20 + round * 5 + value).wrapping_mul(0x9e37_79b9_7f4a_7c15))
                .collect(),
            bytes: 1,
        });
        let now = 1_790_000_000_000 + round as i64 * 60_000;
        place.store.add_to_window("w", 60_000, now, &added.collect::<Vec<_>>()).await.expect("added");
    }
    place.store.close().await;
    let each = fs::metadata(path).expect("data").len() / ADDRESSES;
    assert!(each < 1_000, "{each} bytes for an address with twenty values");
    let again = Store::open(&place.address).await.expect("opened");
    let totals = again.window_totals("w", 60_000, "203.0.3.7", 0).await.expect("counted");
    assert_eq!((totals.values, totals.bytes), (20, 4));
}

#[test]
fn addresses_are_read() {
    assert_eq!(
        Address::parse("/var/lib/garim/garim.db").expect("a path"),
        Address::File("/var/lib/garim/garim.db".into())
    );
    assert_eq!(Address::parse("sqlite:///a/b.db").expect("a path"), Address::File("/a/b.db".into()));
    assert_eq!(Address::parse("sqlite:b.db").expect("a path"), Address::File("b.db".into()));
    let server = Address::parse("postgres://g:secret@db/garim").expect("a URL");
    assert!(!format!("{server:?}").contains("secret"));
    for wrong in ["", "sqlite:", "mysql://g:secret@db/garim"] {
        let error = Address::parse(wrong).expect_err(wrong).to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
