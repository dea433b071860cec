//! What becomes of a disk that takes what is written and does not keep it.

use super::*;
use crate::audit::book::Count;
use crate::audit::seal::Signer;
use crate::audit::{Check, Checked, Verdict, What, verify};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// A writer of a new journal, and what waits for it.
fn writer(folder: &Path) -> (Writer, Arc<Queue>) {
    let options = Options::new(folder, "node-1");
    let signer = Signer::of(folder).expect("a key");
    let start = names::start_id(now(), None).expect("random");
    let book = Book::new(signer, "node-1", folder, &start, Count::NONE);
    let queue = Arc::new(Queue::new(10, 1 << 20));
    let writer = Writer::begin(options, b"root", start, None, &[], book, Arc::clone(&queue)).expect("a writer");
    (writer, queue)
}

#[test]
fn a_disk_that_cannot_sync_is_not_asked_again_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut writer, queue) = writer(folder.path());
    assert!(writer.patience() > SOON, "nothing is due");
    // A pipe takes bytes, and has no disk to be synced to.
    let (_reader, pipe) = std::io::pipe().expect("a pipe");
    writer.log.file = File::from(OwnedFd::from(pipe));
    writer.unsynced = Instant::now().checked_sub(LATER * 2);
    assert!(writer.unsynced.is_some() && writer.patience().is_zero(), "it is due");
    writer.due();
    assert!(queue.health().writing.is_some(), "it is told");
    assert_eq!(writer.patience(), SOON, "and tried again after a rest");
    assert!(writer.ends_segment(), "the next record goes into another file");
}

/// A journal whose disk failed once: records 3 to 7 were acknowledged and not yet synced then.
struct Failed {
    folder: tempfile::TempDir,
    /// The file that the disk failed to take, and where records 3 and 8 begin in it, which is its end.
    path: PathBuf,
    bytes: Vec<u8>,
    from: usize,
}

impl Failed {
    fn new() -> Failed {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut writer, queue) = writer(folder.path());
        let entry = |soon| Entry { kind: kind::VIEW, fields: String::new(), soon, done: None };
        writer.batch(vec![entry(false), entry(false)]);
        let path = writer.log.path.clone();
        let from = std::fs::read(&path).expect("a log").len();
        writer.batch((0..5).map(|_| entry(true)).collect());
        assert_eq!((writer.synced, writer.chain.records), (3, 8));
        let (_reader, pipe) = std::io::pipe().expect("a pipe");
        let log = std::mem::replace(&mut writer.log.file, File::from(OwnedFd::from(pipe)));
        writer.unsynced = Instant::now().checked_sub(LATER * 2);
        writer.due();
        let told = queue.health().writing.clone().unwrap_or_default();
        assert!(told.ends_with("records 3 to 7 may not be on the disk"), "{told}");
        // Asked again, the system says that all is well: what it dropped it has forgotten.
        writer.log.file = log;
        writer.seal(Why::Interval);
        assert_eq!((writer.synced, writer.sealed), (3, 0), "nobody vouches for them");
        writer.due();
        assert!(writer.doubt.is_none() && writer.log.number == 2 && queue.health().writing.is_none());
        writer.batch(vec![entry(true)]);
        writer.end();
        let bytes = std::fs::read(&path).expect("a log");
        Failed { folder, path, bytes, from }
    }

    fn check(&self) -> Checked {
        let roots = [b"root".to_vec()];
        verify(Check { folder: self.folder.path(), roots: &roots, seals: None, public_keys: &[] })
    }

    /// What is said of the records that the disk may have lost.
    fn said(&self, bytes: &[u8]) -> (Verdict, Vec<What>) {
        std::fs::write(&self.path, bytes).expect("written");
        let checked = self.check();
        (checked.verdict(), checked.remarks.iter().map(|remark| remark.what.clone()).collect())
    }
}

#[test]
fn what_a_failing_disk_may_have_lost_is_told_and_is_no_alarm() {
    let failed = Failed::new();
    assert_eq!(failed.said(&failed.bytes), (Verdict::Intact, vec![What::InDoubt { from: 3, to: 7 }]));
    // Whatever the disk did not keep of them: cut anywhere, or zeros from anywhere on.
    for at in (failed.from..failed.bytes.len()).step_by(3) {
        let there = failed.bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        let lost = (Verdict::CannotTell, vec![What::LostByDisk { from: there, to: 7 }]);
        assert_eq!(failed.said(&failed.bytes[..at]), lost, "cut at {at}");
        if at % 5 == 0 {
            let mut zeros = failed.bytes.clone();
            zeros[at..].fill(0);
            assert_eq!(failed.said(&zeros), lost, "zeros from {at}");
        }
    }
    // A page that is gone in the middle takes what stands behind it along.
    let mut hole = failed.bytes.clone();
    hole[failed.from + 10..failed.from + 200].fill(0);
    assert_eq!(failed.said(&hole), (Verdict::CannotTell, vec![What::LostByDisk { from: 3, to: 7 }]));
}

#[test]
fn a_failing_disk_excuses_nothing_else() {
    let failed = Failed::new();
    let broken = |bytes: &[u8], what: &str| {
        let (verdict, said) = failed.said(bytes);
        assert!(verdict == Verdict::Broken, "{what}: {said:?}");
    };
    for at in (0..failed.from).step_by(3) {
        broken(&failed.bytes[..at], "what was on the disk");
    }
    let mut altered = failed.bytes.clone();
    let digit = altered.iter().rposition(u8::is_ascii_digit).expect("a digit");
    altered[digit] = if altered[digit] == b'0' { b'1' } else { b'0' };
    broken(&altered, "a record that is there");
    let lines: Vec<&[u8]> = failed.bytes.split_inclusive(|byte| *byte == b'\n').collect();
    broken(&[&lines[..4], &lines[5..]].concat().concat(), "one of them taken out");
    // Somebody who widens what the disk is said to have lost has no key for it.
    let wider = std::fs::read_dir(failed.folder.path()).expect("a folder").flatten().map(|entry| entry.path());
    let next = wider.into_iter().find(|path| path.to_string_lossy().ends_with("000002.log")).expect("a second file");
    let text = std::fs::read_to_string(&next).expect("text");
    std::fs::write(&next, text.replace("\"doubt\":{\"from\":3", "\"doubt\":{\"from\":2")).expect("written");
    broken(&lines[..2].concat(), "a wider gap");
}

#[test]
fn what_a_failing_disk_lost_is_removed_in_its_time_like_anything_else() {
    for lost in [false, true] {
        let failed = Failed::new();
        if lost {
            std::fs::write(&failed.path, &failed.bytes[..failed.from]).expect("written");
        }
        let options = Options { root: Some(b"root".to_vec()), ..Options::new(failed.folder.path(), "node-1") };
        let journal = crate::audit::Journal::open(options).expect("a journal");
        let removed = journal.prune(i64::MAX).expect("removed");
        assert_eq!((removed.segments, removed.starts), (2, 1), "lost: {lost}");
        drop(journal);
        assert_eq!(failed.check().verdict(), Verdict::Intact, "lost: {lost}: {:?}", failed.check().remarks);
    }
}
