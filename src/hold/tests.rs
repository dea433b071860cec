//! Holds in a folder and a store of their own.

use super::*;
use crate::store::{Address, Failure, HoldState};
use std::time::{Duration, SystemTime};

struct Place {
    folder: tempfile::TempDir,
    holds: Holds,
}

async fn place() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_or_create(&Address::File(folder.path().join("garim.db"))).await.expect("a store");
    let holds = Holds::new(store, folder.path()).expect("a folder");
    Place { folder, holds }
}

fn ring(first: u8) -> Ring {
    Ring::of(&[first; 32]).expect("a ring")
}

/// A ring of two keys: one that wraps, and one that opens.
fn rings(first: u8, second: u8) -> Ring {
    Ring::parse(&crate::seal::key_file(&[[first; 32], [second; 32]])).expect("a ring")
}

fn head() -> Head {
    let fields = vec![("cookie".to_owned(), b"a=1".to_vec())];
    Head { method: "POST".into(), target: "/write".into(), authority: "localhost".into(), fields }
}

fn begun(place: &Place, id: &str) -> Keeping {
    let about = About { id: id.into(), created: 1_000, expires: 100_000, site: "board".into(), ..About::default() };
    let mut keeping = place.holds.begin(about, &head()).expect("begun");
    keeping.writer.write(format!("body of {id}").as_bytes()).expect("written");
    keeping
}

async fn kept(place: &Place, ring: &Ring, id: &str) -> String {
    place.holds.finish(ring, begun(place, id)).await.expect("kept")
}

async fn approved(place: &Place, ring: &Ring, id: &str) {
    kept(place, ring, id).await;
    place.holds.store().approve_hold(id, "kim", None, 2_000).await.expect("approved");
}

fn body(mut released: Released) -> String {
    String::from_utf8(released.body.piece().expect("read").unwrap_or_default()).expect("text")
}

fn heard(status: u16) -> Heard {
    Heard { status, content_type: "text/html".into(), body: b"answered".to_vec(), ..Heard::default() }
}

async fn read(place: &Place, id: &str) -> Hold {
    place.holds.store().hold(id).await.expect("read").expect("a hold")
}

fn files(place: &Place) -> usize {
    std::fs::read_dir(place.folder.path().join("holds")).expect("a folder").count()
}

#[tokio::test]
async fn it_is_taken_once_and_its_answer_outlives_it() {
    let (place, ring) = (place().await, ring(1));
    let token = kept(&place, &ring, "a").await;
    assert_eq!(place.holds.of_token(&token).await.expect("read").expect("a hold").post.id, "a");
    assert!(place.holds.of_token("0000").await.expect("read").is_none());
    let early = place.holds.release(&ring, "a", 1_500).await.err();
    assert!(matches!(early, Some(KeepError::Hold(HoldError::NotApproved))));
    place.holds.store().approve_hold("a", "kim", None, 2_000).await.expect("approved");
    let released = place.holds.release(&ring, "a", 3_000).await.expect("released");
    assert!(released.head == head() && released.approved == ["kim"] && body(released) == "body of a");
    let twice = place.holds.release(&ring, "a", 3_001).await.err();
    assert!(matches!(twice, Some(KeepError::Hold(HoldError::AlreadyReleased { when: 3_000 }))));
    place.holds.answered(&ring, "a", &heard(200), None, 3_002).await.expect("answered");
    place.holds.store().note_hold("a", 1).await.expect("noted");
    for hold in place.holds.ended().await.expect("read") {
        assert!(place.holds.destroy(&hold, 3_003).await.expect("destroyed"));
        assert!(!place.holds.destroy(&hold, 3_003).await.expect("gone already"));
    }
    let hold = read(&place, "a").await;
    assert!(hold.state == HoldState::Destroyed && hold.stood() == HoldState::Released && files(&place) == 0);
    assert_eq!(Holds::answer(&ring, &hold).expect("opened"), Some(heard(200)));
    assert!(Holds::head(&ring, &hold).is_err());
}

#[tokio::test]
async fn what_cannot_be_opened_is_not_taken_or_has_failed() {
    let place = place().await;
    approved(&place, &ring(1), "a").await;
    assert!(!place.holds.opens(&ring(2), "a").await.expect("asked"));
    assert!(matches!(place.holds.release(&ring(2), "a", 3_000).await.err(), Some(KeepError::Sealed)));
    assert_eq!(read(&place, "a").await.state, HoldState::Approved, "another node, or a reload, may have the key");
    std::fs::remove_file(place.folder.path().join("holds/a.hold")).expect("removed");
    assert!(place.holds.approved(i64::MAX, 0, 3_000).await.expect("read").is_empty(), "its file is elsewhere");
    assert!(matches!(place.holds.release(&ring(1), "a", 3_000).await.err(), Some(KeepError::File(_))));
    let hold = read(&place, "a").await;
    assert_eq!((hold.state, hold.failure), (HoldState::Failed, Some(Failure::Unreadable)));
}

/// Another node, which shares the store.
fn another(place: &Place) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let holds = Holds::new(place.holds.store().clone(), folder.path()).expect("a folder");
    Place { folder, holds }
}

#[tokio::test]
async fn any_node_sends_what_another_took_and_once() {
    let (place, ring) = (place().await, ring(1));
    let other = another(&place);
    let mut keeping = begun(&place, "a");
    let long: Vec<u8> = (0..3 << 20).map(|at: u32| at as u8).collect();
    keeping.writer.write(&long).expect("written");
    place.holds.finish(&ring, keeping).await.expect("kept");
    kept(&place, &ring, "b").await;
    assert_eq!((other.holds.share().await.expect("asked"), place.holds.share().await.expect("shared")), (0, 2));
    assert_eq!(place.holds.share().await.expect("asked"), 0, "each once");
    place.holds.store().approve_hold("a", "kim", None, 2_000).await.expect("approved");
    let mut released = other.holds.release(&ring, "a", 3_000).await.expect("released");
    let mut whole = Vec::new();
    while let Some(piece) = released.body.piece().expect("read") {
        whole.extend_from_slice(&piece);
    }
    assert!(whole.starts_with(b"body of a") && whole.ends_with(&long), "{}", whole.len());
    assert!(place.holds.release(&ring, "a", 3_001).await.is_err(), "only one of them");
    assert_eq!((files(&place), files(&other)), (2, 1));
    // What is in the store is of no use without its key, and goes with it.
    let piece = place.holds.store().hold_piece("b", 0).await.expect("read").expect("a piece");
    assert!(!piece.windows(9).any(|window| window == b"body of b"));
    place.holds.store().refuse_hold("b", "lee", None, 3_000).await.expect("refused");
    place.holds.destroy(&read(&place, "b").await, 3_002).await.expect("destroyed");
    assert_eq!(place.holds.store().hold_piece("b", 0).await.expect("read"), None);
    assert_eq!(place.holds.store().clear_hold_bodies().await.expect("cleared"), 0, "what is being sent stays");
}

#[tokio::test]
async fn what_is_approved_waits_after_an_attempt() {
    let (place, ring) = (place().await, ring(1));
    approved(&place, &ring, "a").await;
    approved(&place, &ring, "b").await;
    place.holds.release(&ring, "b", 3_000).await.expect("released");
    place.holds.put_back("b", 3_001).await.expect("put back");
    let ids = async |tried, now| -> Vec<String> {
        let holds = place.holds.approved(tried, i64::MAX, now).await.expect("read");
        holds.into_iter().map(|hold| hold.post.id).collect()
    };
    assert_eq!(ids(3_000, 4_000).await, ["a"]);
    assert_eq!(ids(3_001, 4_000).await, ["a", "b"]);
    assert!(ids(3_001, 100_000).await.is_empty(), "too late");
}

#[tokio::test]
async fn what_is_not_finished_leaves_no_file() {
    let (place, ring) = (place().await, ring(1));
    let keeping = begun(&place, "a");
    assert_eq!(files(&place), 1);
    drop(keeping);
    assert_eq!(files(&place), 0);
    let (first, second) =
        (begun(&place, "b"), place.holds.begin(About { id: "b".into(), ..About::default() }, &head()));
    assert!(matches!(second.err(), Some(KeepError::File(_))), "nobody's file is written over");
    place.holds.store().close().await;
    assert!(matches!(place.holds.finish(&ring, first).await.err(), Some(KeepError::Store(_))));
    assert_eq!(files(&place), 0, "the store did not take it");
}

#[tokio::test]
async fn files_of_nobody_are_removed_when_they_are_old() {
    let (place, ring) = (place().await, ring(1));
    kept(&place, &ring, "a").await;
    let folder = place.folder.path().join("holds");
    for name in ["new.hold", "old.hold", "old.txt"] {
        std::fs::write(folder.join(name), "half").expect("written");
    }
    let old = SystemTime::now() - Duration::from_secs(3_700);
    for name in ["old.hold", "old.txt", "a.hold"] {
        let file = File::options().write(true).open(folder.join(name)).expect("a file");
        file.set_modified(old).expect("set back");
    }
    assert_eq!(place.holds.clear().await.expect("cleared"), 1);
    assert!(!folder.join("old.hold").exists() && folder.join("a.hold").exists() && folder.join("new.hold").exists());
}

#[tokio::test]
async fn keys_are_wrapped_anew_and_the_one_before_can_go() {
    let (place, before) = (place().await, ring(1));
    for id in ["a", "b", "c"] {
        approved(&place, &before, id).await;
    }
    place.holds.release(&before, "b", 3_000).await.expect("released");
    place.holds.answered(&before, "b", &heard(302), None, 3_001).await.expect("answered");
    kept(&place, &ring(3), "lost").await;
    let both = rings(2, 1);
    let done = rewrap(place.holds.store(), &both).await.expect("wrapped");
    assert_eq!(done, Rewrapped { anew: 4, already: 0, lost: 1 });
    let done = rewrap(place.holds.store(), &both).await.expect("wrapped");
    assert_eq!(done, Rewrapped { anew: 0, already: 4, lost: 1 });
    let after = ring(2);
    assert!(!place.holds.opens(&before, "a").await.expect("asked"));
    assert_eq!(body(place.holds.release(&after, "a", 4_000).await.expect("released")), "body of a");
    assert_eq!(Holds::answer(&after, &read(&place, "b").await).expect("opened"), Some(heard(302)));
}

fn asks(place: &Place) -> Asks {
    let store = place.holds.store().clone();
    Asks::new(place.folder.path(), move |_| {
        let store = store.clone();
        Box::pin(async move { Ok(Some(store)) })
    })
}

async fn waits(asks: &Asks, ring: &Ring, body: &[u8]) -> String {
    let mut asking = asks.begin().expect("begun");
    asking.writer.write(body).expect("written");
    asks.finish(ring, asking, b"about", 2_000).await.expect("kept")
}

#[tokio::test]
async fn what_the_store_does_not_take_waits_in_this_process_alone() {
    let (place, ring) = (place().await, ring(1));
    let asks = Asks::new(place.folder.path(), |_| Box::pin(async { Err(StoreError::Busy) }));
    let token = waits(&asks, &ring, b"body").await;
    let found = asks.waits(&ring, &token, 1_000).await.expect("known here").expect("it waits");
    assert_eq!(whole(asks.body(&found).await.expect("read")), b"body");
    assert!(asks.take(&found, 1_000).await.expect("taken") && !asks.take(&found, 1_000).await.expect("told"), "once");
    assert!(matches!(asks.waits(&ring, &token, 1_000).await, Err(KeepError::Store(StoreError::Busy))));
    waits(&asks, &ring, b"late").await;
    assert!(asks.sweep(2_000, 0).await.is_err() && names(place.folder.path()).is_empty());
}

fn whole(mut reader: Reader) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(piece) = reader.piece().expect("read") {
        whole.extend_from_slice(&piece);
    }
    whole
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("asked")).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect()
}

#[tokio::test]
async fn what_somebody_is_asked_about_is_taken_once_at_any_node_and_after_a_restart() {
    let (place, ring) = (place().await, ring(1));
    let other = another(&place);
    let (here, there) = (asks(&place), asks(&other));
    let long: Vec<u8> = (0..3 << 20).map(|at: u32| at as u8).collect();
    let token = waits(&here, &ring, &long).await;
    assert!(here.waits(&ring, "0000", 1_000).await.expect("asked").is_none());
    assert!(here.waits(&ring, &token, 2_000).await.expect("asked").is_none(), "too late");
    assert!(here.waits(&self::ring(2), &token, 1_000).await.expect("asked").is_none(), "under another key");
    let found = there.waits(&ring, &token, 1_000).await.expect("asked").expect("it waits");
    assert_eq!(found.about, b"about");
    assert!(matches!(there.body(&found).await.err(), Some(KeepError::Elsewhere)), "until it is shared");
    let id = names(place.folder.path())[0].trim_end_matches(".asked").to_owned();
    here.share(place.holds.store(), &id).await.expect("shared");
    let piece = place.holds.store().hold_piece(&id, 0).await.expect("read").expect("a piece");
    assert!(!piece.windows(64).any(|window| window == &long[..64]), "it is encrypted");
    assert!(whole(there.body(&found).await.expect("fetched")) == long);
    assert!(names(other.folder.path()).is_empty(), "nothing of it stays there");
    // As after a restart.
    let again = asks(&place);
    let same = again.waits(&ring, &token, 1_000).await.expect("asked").expect("it waits");
    assert!(whole(again.body(&same).await.expect("read")) == long);
    assert!(there.take(&found, 1_500).await.expect("taken"));
    assert!(!again.take(&same, 1_500).await.expect("told"), "once");
    assert!(again.waits(&ring, &token, 1_000).await.expect("asked").is_none() && names(place.folder.path()).is_empty());
    let late = waits(&again, &ring, b"late").await;
    again.sweep(2_000, 0).await.expect("swept");
    assert!(names(place.folder.path()).is_empty(), "what is too old goes");
    assert!(again.waits(&ring, &late, 1_000).await.expect("asked").is_none());
}
