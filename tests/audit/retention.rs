//! Retention: whole sealed segments go, and that they did is on record; whatever was killed in between.

use crate::tools::*;
use garim::audit::{Journal, Verdict, What};
use std::fs;

#[test]
fn retention_removes_whole_sealed_segments_and_nothing_else_may() {
    let folder = folder();
    for _ in 0..2 {
        let mut options = options(folder.path());
        options.segment_bytes = 1200;
        append(&Journal::open(options).expect("a journal"), 12);
    }
    let before = files(folder.path(), "log").len();
    let mut options = options(folder.path());
    options.segment_bytes = 1200;
    let journal = Journal::open(options).expect("a journal");
    append(&journal, 6);
    assert_eq!(journal.prune(0).expect("nothing").segments, 0);
    let removed = journal.prune(i64::MAX).expect("removed");
    assert!(removed.segments as usize > before && removed.starts == 2, "{removed:?}");
    assert_eq!(files(folder.path(), "key").len(), 1);
    append(&journal, 6);
    drop(journal);
    let checked = well(folder.path(), &[]);
    assert_eq!(checked.starts, 1);
    // The next segment goes without a record of it.
    let copy = copy(folder.path());
    fs::remove_file(&files(copy.path(), "log")[0]).expect("removed");
    assert_eq!(broken(copy.path(), "not by retention").remarks[0].what, What::NotRetained);
    // Retention goes on, also over several starts.
    for round in 0..3 {
        let journal = open(folder.path());
        append(&journal, 2);
        journal.prune(i64::MAX).expect("removed");
        drop(journal);
        well(folder.path(), &[]);
        assert_eq!(files(folder.path(), "log").len(), 1, "{round}");
    }
}

#[test]
fn retention_that_was_killed_in_between_is_well() {
    let folder = folder();
    for _ in 0..2 {
        let mut options = options(folder.path());
        options.segment_bytes = 1200;
        append(&Journal::open(options).expect("a journal"), 8);
    }
    let kept = copy(folder.path());
    let journal = open(folder.path());
    journal.prune(i64::MAX).expect("removed");
    drop(journal);
    // One after the other of what was removed is still there: logs, seals, key of the first start, then of the next.
    let all = |end: &str| files(kept.path(), end);
    let mut order = Vec::new();
    for key in all("key") {
        let own = |path: &std::path::PathBuf| start_of(path) == start_of(&key);
        order.extend(all("log").into_iter().filter(own));
        order.extend(all("seals").into_iter().filter(own));
        order.push(key);
    }
    for path in order.iter().rev() {
        fs::copy(path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
        let checked = check(folder.path());
        assert_eq!(checked.verdict(), Verdict::Intact, "{} {checked:#?}", path.display());
        let copy = copy(folder.path());
        let journal = open(copy.path());
        journal.prune(i64::MAX).expect("removed");
        drop(journal);
        well(copy.path(), &[]);
        assert_eq!(files(copy.path(), "key").len(), 1);
    }
}

#[test]
fn retention_is_not_held_up_by_what_killed_processes_left() {
    let folder = folder();
    append(&open(folder.path()), 1);
    let journal = open(folder.path());
    append(&journal, 3);
    let left = copy(folder.path());
    drop(journal);
    // Killed when it had just made its next segment, and its successor before it sealed anything.
    let log = files(left.path(), "log").pop().expect("a log");
    fs::write(log.with_file_name(format!("{}-000002.log", start_of(&log))), "{\"seq\":").expect("written");
    let journal = open(left.path());
    append(&journal, 1);
    drop(journal);
    fs::remove_file(files(left.path(), "seals").pop().expect("seals")).expect("removed");
    let journal = open(left.path());
    let removed = journal.prune(i64::MAX).expect("removed");
    drop(journal);
    assert_eq!((removed.starts, removed.segments, files(left.path(), "log").len()), (3, 3, 1), "{removed:?}");
}
