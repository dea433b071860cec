//! The journal: records a second by how they reach the disk, and the time to check a million of them.
//!
//! `cargo bench --bench journal`; a record is of the size that an exchange with two findings has. How fast a disk syncs
//! decides the first: what is recorded together shares one sync.

use divan::Bencher;
use divan::counter::ItemsCount;
use garim::audit::{Check, Event, Fsync, Journal, Options, Verdict, verify};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROOT: &[u8] = b"0123456789abcdef0123456789abcdef";
/// Records of one round.
const RECORDS: usize = 20_000;
/// Records to be checked.
const MANY: usize = 1_000_000;

fn main() {
    divan::main();
}

fn event() -> Event {
    let found =
        "{\"kind\":\"mobile-number\",\"confidence\":\"certain\",\"count\":2,\"first\":\"field content, line 3\"}";
    Event::body(
        "exchange",
        format!(
            "{{\"id\":\"7K3M9QXD\",\"site\":\"board\",\"client\":\"192.0.2.17\",\"method\":\"POST\",\"path\":\"/bbs/write.do\",\
             \"status\":403,\"outcome\":\"request-refused\",\"upload\":{{\"verdict\":\"block\",\"rule\":\"numbers\",\"found\":[{found},\
             {found}],\"bytes\":4096,\"content\":4096,\"inspected\":4096}},\"ms\":{{\"receive\":3,\"added\":1}}}}"
        ),
    )
}

fn open(folder: &Path, fsync: Fsync) -> Journal {
    let mut options = Options::new(folder, "node-1");
    options.root = Some(ROOT.to_vec());
    options.fsync = fsync;
    Journal::open(options).expect("a journal")
}

/// Records with at most so many under way at once: what so many exchanges at a time do. Of so many one is a post, which is on the
/// disk before it is acknowledged where the policy of syncing says so; the others show something.
fn record(journal: &Journal, records: usize, at_once: usize, posts: usize) {
    let (post, view) = (event(), Event { soon: true, ..event() });
    let (done, is_done) = sync_channel(at_once);
    let mut open = 0;
    for number in 0..records {
        let event = if number.is_multiple_of(posts) { &post } else { &view };
        if open == at_once {
            is_done.recv().expect("an answer");
            open -= 1;
        }
        let done = done.clone();
        journal
            .append_with(event, move |outcome| {
                let _ = done.try_send(outcome.expect("written"));
            })
            .expect("taken");
        open += 1;
    }
    for _ in 0..open {
        is_done.recv().expect("an answer");
    }
}

fn appends(bencher: Bencher<'_, '_>, fsync: Fsync, records: usize, at_once: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), fsync);
    bencher.counter(ItemsCount::new(records)).bench_local(|| record(&journal, records, at_once, 1));
}

/// The default: one record in ten is a post.
#[divan::bench(args = [1, 16, 64, 512], sample_count = 3, sample_size = 1)]
fn fsync_posts(bencher: Bencher<'_, '_>, at_once: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), Fsync::Posts);
    let records = if at_once == 1 { 2_000 } else { RECORDS };
    bencher.counter(ItemsCount::new(records)).bench_local(|| record(&journal, records, at_once, 10));
}

#[divan::bench(args = [1, 16, 64, 512], sample_count = 3, sample_size = 1)]
fn fsync_each(bencher: Bencher<'_, '_>, at_once: usize) {
    appends(bencher, Fsync::Each, if at_once == 1 { 500 } else { RECORDS }, at_once);
}

#[divan::bench(args = [1, 64], sample_count = 3, sample_size = 1)]
fn fsync_every_second(bencher: Bencher<'_, '_>, at_once: usize) {
    appends(bencher, Fsync::Every(Duration::from_secs(1)), RECORDS, at_once);
}

#[divan::bench(args = [1, 64], sample_count = 3, sample_size = 1)]
fn fsync_never(bencher: Bencher<'_, '_>, at_once: usize) {
    appends(bencher, Fsync::Never, RECORDS, at_once);
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn verify_a_million(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = open(folder.path(), Fsync::Never);
    record(&journal, MANY, 1024, 1);
    drop(journal);
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| {
        let checked = verify(Check { folder: folder.path(), roots: &[ROOT.to_vec()], seals: None, public_keys: &[] });
        assert_eq!(checked.verdict(), Verdict::Intact);
        checked.records
    });
}
