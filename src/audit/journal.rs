//! A journal that is being written: opened by one process, told what to record by all of its threads.

use super::before::{self, Before};
use super::book::{Book, Count};
use super::clock::now;
use super::desk::Desk;
use super::error::JournalError;
use super::event::{Event, quote};
use super::names::{self, Listing};
use super::options::Options;
use super::prune::Removed;
use super::queue::{Done, Entry, Health, Job, Queue, Recorded};
use super::seal::{Signer, secret};
use super::writer::Writer;
use rustix::fs::{FlockOperation, flock};
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the lock is asked for: `garim audit verify` holds it for a moment.
const TRIES: u32 = 20;
/// How long between.
const BETWEEN: Duration = Duration::from_millis(10);

/// A journal that is being written. Dropping it stops it.
pub struct Journal {
    queue: Arc<Queue>,
    desk: Arc<Desk>,
    start: String,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("start", &self.start).finish_non_exhaustive()
    }
}

/// A record that is under way.
#[derive(Debug)]
pub struct Ticket(Receiver<Result<Recorded, Arc<JournalError>>>);

impl Ticket {
    /// Waits until the record is written as the options say. Blocking.
    ///
    /// # Errors
    /// When it could not be.
    pub fn wait(self) -> Result<Recorded, Arc<JournalError>> {
        self.0.recv().unwrap_or_else(|_| Err(Arc::new(JournalError::Stopped)))
    }
}

impl Journal {
    /// Opens the folder for this process and begins a chain; the first record is on the disk when this returns. What a
    /// killed process left behind is recorded and sealed. Blocking.
    ///
    /// # Errors
    /// When another process writes there, a file cannot be written, or a key cannot be used. Damaged logs are no error.
    pub fn open(mut options: Options) -> Result<Journal, JournalError> {
        let folder = options.folder.clone();
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(JournalError::at(&folder))?;
        let lock = lock(&folder)?;
        let mut root = root(&options)?;
        // Nothing of it is needed once there is a first key.
        options.root.take().unwrap_or_default().fill(0);
        let signer = Signer::of(&folder)?;
        let mut listing = Listing::read(&folder).map_err(JournalError::at(&folder))?;
        let discarded = before::discard(&folder, &mut listing)?;
        let before = Before::find(&listing);
        let last =
            listing.starts.last_key_value().map(|(start, _)| start.as_str()).max(discarded.first().map(String::as_str));
        let start = names::start_id(now(), last)?;
        let seals = before.as_ref().map_or(Count::NONE, Before::seals);
        let found = Count::of(&listing);
        let seals = if found.number > seals.number { found } else { seals };
        let mut book = Book::new(signer, &options.node, &folder, &start, seals);
        let queue = Arc::new(Queue::new(options.queue_records, options.queue_bytes));
        book.copy(options.copies.take());
        let writer = Writer::begin(options, &root, start.clone(), before, &discarded, book, Arc::clone(&queue));
        root.fill(0);
        std::hint::black_box(&root);
        let desk = Arc::new(Desk::new(writer?, Arc::clone(&queue)));
        let (at, its) = (Arc::clone(&queue), Arc::clone(&desk));
        let spawned = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
            // A panic must not leave callers waiting, nor the lock held by nobody's work.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| its.run()));
            its.clear();
            at.end();
            drop(lock);
        });
        let thread = spawned.map_err(JournalError::at(&folder))?;
        Ok(Journal { queue, desk, start, thread: Mutex::new(Some(thread)) })
    }

    /// The id of this start: when it began, and random letters.
    pub fn start(&self) -> &str {
        &self.start
    }

    /// Records something. The ticket tells when it is written; where nobody waits for it, it is written all the same.
    ///
    /// # Errors
    /// When it makes no record, too much waits, or the journal is stopped.
    pub fn append(&self, event: &Event) -> Result<Ticket, JournalError> {
        let (tell, told) = sync_channel(1);
        self.append_with(event, move |outcome| drop(tell.try_send(outcome)))?;
        Ok(Ticket(told))
    }

    /// Records something and calls `done`, once, when it is written or could not be: on the thread that writes, so it must
    /// be quick and not wait. If this returns an error, `done` is not called.
    ///
    /// # Errors
    /// When it makes no record, too much waits, or the journal is stopped.
    pub fn append_with(
        &self,
        event: &Event,
        done: impl FnOnce(Result<Recorded, Arc<JournalError>>) + Send + 'static,
    ) -> Result<(), JournalError> {
        self.queue.put(Job::Record(entry(event, done)?))
    }

    /// The same, but what need not be on the disk when it is acknowledged is written on this thread if nothing else is being
    /// written; then `done` is called before this returns. Waits for the system to take a line, never for the disk to have it,
    /// and only as long as the system has taken the lines before at once.
    ///
    /// # Errors
    /// The same.
    pub fn append_here(
        &self,
        event: &Event,
        done: impl FnOnce(Result<Recorded, Arc<JournalError>>) + Send + 'static,
    ) -> Result<(), JournalError> {
        match self.desk.write(entry(event, done)?) {
            None => Ok(()),
            Some(entry) => self.queue.put(Job::Record(entry)),
        }
    }

    /// How the journal fares.
    pub fn health(&self) -> Health {
        self.queue.health().clone()
    }

    /// Removes segments that are sealed and whose records are all older than `before` (milliseconds since 1970), oldest
    /// first, and records which. The segment that is being written stays. Blocking.
    ///
    /// # Errors
    /// When the record of it cannot be written (nothing is removed then), or a file cannot be removed.
    pub fn prune(&self, before: i64) -> Result<Removed, Arc<JournalError>> {
        let (tell, told) = sync_channel(1);
        self.queue.put(Job::Prune(before, Box::new(move |outcome| drop(tell.try_send(outcome))))).map_err(Arc::new)?;
        told.recv().unwrap_or_else(|_| Err(Arc::new(JournalError::Stopped)))
    }

    /// Writes what waits, the record of the end and its seal, and closes the chain. What comes later is refused. Blocking, a
    /// few seconds where the second place stands still.
    pub fn stop(&self) {
        self.queue.stop();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.stop();
    }
}

fn entry(
    event: &Event,
    done: impl FnOnce(Result<Recorded, Arc<JournalError>>) + Send + 'static,
) -> Result<Entry, JournalError> {
    let done: Done = Box::new(done);
    Ok(Entry { kind: event.kind, fields: event.render()?, soon: event.soon, done: Some(done) })
}

/// Holds the lock of a folder as long as the file is open. It is gone with the process, however that ends.
fn lock(folder: &Path) -> Result<File, JournalError> {
    let path = folder.join(names::LOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(JournalError::at(&path))?;
    for _ in 0..TRIES {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK) => std::thread::park_timeout(BETWEEN),
            Err(error) => return Err(JournalError::at(&path)(error.into())),
        }
    }
    Err(JournalError::Locked { folder: folder.to_owned() })
}

/// Whether a process writes in a folder.
pub fn is_running(folder: &Path) -> bool {
    let Ok(file) = File::open(folder.join(names::LOCK)) else { return false };
    flock(&file, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK)
}

fn root(options: &Options) -> Result<Vec<u8>, JournalError> {
    if let Some(root) = &options.root {
        return Ok(root.clone());
    }
    let path = options.folder.join(names::ROOT);
    let made = || {
        let mut root = [0; 32];
        aws_lc_rs::rand::fill(&mut root).map_err(|_| JournalError::Random)?;
        Ok(root.to_vec())
    };
    let root = secret(&options.folder, &path, made)?;
    if root.len() == 32 { Ok(root) } else { Err(JournalError::Key { path }) }
}

/// What the first record of a start says of itself: `,"about":{…}`.
pub(super) fn about(about: &[(String, String)], discarded: &[String]) -> String {
    let mut out = String::new();
    for (at, (name, value)) in about.iter().enumerate() {
        out.push_str(if at == 0 { ",\"about\":{" } else { "," });
        quote(&mut out, name);
        out.push(':');
        quote(&mut out, value);
    }
    if !about.is_empty() {
        out.push('}');
    }
    for (at, start) in discarded.iter().enumerate() {
        out.push_str(if at == 0 { ",\"discarded\":[" } else { "," });
        quote(&mut out, start);
    }
    if !discarded.is_empty() {
        out.push(']');
    }
    out
}
