//! What becomes of a disk that takes what is written and does not keep it.

use super::*;
use crate::audit::seal::Signer;
use std::os::fd::OwnedFd;

#[test]
fn a_disk_that_cannot_sync_is_not_asked_again_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options::new(folder.path(), "node-1");
    let signer = Signer::of(folder.path()).expect("a key");
    let start = names::start_id(now(), None).expect("random");
    let book = Book::new(signer, "node-1", folder.path(), &start, Count::NONE);
    let queue = Arc::new(Queue::new(10, 1 << 20));
    let mut writer = Writer::begin(options, b"root", start, None, &[], book, Arc::clone(&queue)).expect("a writer");
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
