//! What is written by whoever records it.

use crate::tools::*;
use garim::audit::{Event, Fsync, Journal, JournalError, Options, What};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Whether a record is written on the thread that makes it, and what comes of it.
fn is_written_here(journal: &Journal, event: &Event) -> bool {
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    let done = move |done: Result<_, _>| {
        done.expect("written");
        tell.send(std::thread::current().id()).expect("heard");
    };
    journal.append_here(event, done).expect("taken");
    told.recv().expect("an outcome") == std::thread::current().id()
}

fn shown(number: u64) -> Event {
    Event { soon: true, ..event(number) }
}

/// As often as it takes for the thread to rest.
fn comes_to_be_written_here(journal: &Journal) -> bool {
    (0..200).any(|number| {
        let here = is_written_here(journal, &shown(number));
        if !here {
            std::thread::park_timeout(Duration::from_millis(50));
        }
        here
    })
}

#[test]
fn what_was_only_shown_is_written_where_it_is_recorded() {
    let folder = folder();
    let journal = Journal::open(Options { fsync: Fsync::Posts, ..options(folder.path()) }).expect("a journal");
    assert!(comes_to_be_written_here(&journal));
    well(copy(folder.path()).path(), &[What::LeftOpen]);
    let began = std::time::Instant::now();
    while !counts_the_last(folder.path()) {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody syncs it");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert!(!is_written_here(&journal, &event(1)), "a post waits for the disk");
    assert!(counts_the_last(folder.path()));
    drop(journal);
    well(folder.path(), &[]);
    let each = Journal::open(Options { fsync: Fsync::Each, ..options(folder.path()) }).expect("a journal");
    assert!((0..20).all(|number| !is_written_here(&each, &shown(number))), "all is awaited");
}

#[test]
fn segments_end_and_seals_come_where_nothing_goes_through_the_thread() {
    let folder = folder();
    let mut options = Options { fsync: Fsync::Never, segment_bytes: 2000, ..options(folder.path()) };
    options.seal_every = Duration::from_millis(20);
    let journal = Journal::open(options).expect("a journal");
    for number in 0..100 {
        is_written_here(&journal, &shown(number));
    }
    assert!(comes_to_be_written_here(&journal));
    let seals = || files(folder.path(), "seals").iter().map(|path| lines(path).len()).sum::<usize>();
    let (before, began) = (seals(), std::time::Instant::now());
    while seals() == before {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody seals");
        assert!(comes_to_be_written_here(&journal));
    }
    drop(journal);
    assert!(well(folder.path(), &[]).segments > 3);
}

/// Who finds the writer taken does not wait for it, and what one caller records stands in its order.
#[test]
fn nobody_waits_for_who_writes() {
    let folder = folder();
    let journal = Journal::open(Options { fsync: Fsync::Posts, ..options(folder.path()) }).expect("a journal");
    let (gate, opens) = std::sync::mpsc::sync_channel::<()>(0);
    let (held, is_held) = std::sync::mpsc::sync_channel::<()>(0);
    journal
        .append_with(&event(0), move |_| {
            held.send(()).expect("held");
            let _ = opens.recv();
        })
        .expect("taken");
    is_held.recv().expect("held");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let put = |number| {
        let seen = Arc::clone(&seen);
        let done = move |done: Result<garim::audit::Recorded, _>| {
            seen.lock().expect("a lock").push(done.expect("written").seq);
        };
        journal.append_here(&shown(number), done).expect("taken");
    };
    (0..3).for_each(put);
    assert!(seen.lock().expect("a lock").is_empty(), "they wait their turn");
    drop(gate);
    (3..2000).for_each(put);
    journal.stop();
    let seen = seen.lock().expect("a lock").clone();
    assert_eq!(seen, (2..=2001).collect::<Vec<u64>>(), "each once, in order");
    assert!(matches!(journal.append_here(&shown(0), |_| {}), Err(JournalError::Stopped)));
    assert_eq!(well(folder.path(), &[]).records, 2003);
}

#[test]
fn who_panics_where_he_writes_does_not_stop_the_journal() {
    let folder = folder();
    let journal = Journal::open(Options { fsync: Fsync::Posts, ..options(folder.path()) }).expect("a journal");
    for _ in 0..3 {
        assert!(comes_to_be_written_here(&journal));
        journal.append_here(&shown(0), |_| panic!("a caller's mistake")).expect("taken");
    }
    append(&journal, 1);
    assert!(comes_to_be_written_here(&journal));
    drop(journal);
    well(folder.path(), &[]);
}
