//! Where the writer lies: its thread has it for what waits, and whoever records something that is not awaited on the disk takes
//! it up himself if nobody else has it. To wake a thread for each page that shows something, and to be woken by it, costs
//! several times what the record does.

use super::queue::{Entry, Queue};
use super::writer::Writer;
use std::sync::{Arc, Mutex, TryLockError};
use std::time::{Duration, Instant};

/// The most records of one batch.
const BATCH: usize = 4096;
/// A write that takes so long shows a disk that stands still now and then.
const SLOW: Duration = Duration::from_millis(5);
/// How long only the thread writes after one.
const REST: Duration = Duration::from_secs(10);

/// The writer, and what waits for it.
pub(super) struct Desk {
    /// `None` once the journal has ended.
    place: Mutex<Option<Place>>,
    queue: Arc<Queue>,
}

struct Place {
    writer: Writer,
    /// Until when only the thread writes.
    slow: Option<Instant>,
}

impl Desk {
    pub fn new(writer: Writer, queue: Arc<Queue>) -> Desk {
        Desk { place: Mutex::new(Some(Place { writer, slow: None })), queue }
    }

    /// What the thread does: works until the journal is stopped, or somebody has failed while he had the writer.
    pub fn run(&self) {
        let mut patience = self.with(|writer| Some(writer.patience()));
        while let Some(rest) = patience {
            let taken = self.queue.take(rest, BATCH);
            patience = self.with(|writer| writer.work(taken));
            self.queue.done();
        }
    }

    fn with(&self, work: impl FnOnce(&mut Writer) -> Option<Duration>) -> Option<Duration> {
        work(&mut self.place.lock().ok()?.as_mut()?.writer)
    }

    /// Puts the writer away.
    pub fn clear(&self) {
        let place = match self.place.lock() {
            Ok(mut place) => place.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        };
        drop(place);
    }

    /// Writes a record here and now, and calls who waits for it. It comes back if it has to go through the queue: when it is
    /// awaited on the disk, something else is under way or comes first, or the disk has been slow.
    pub fn write(&self, entry: Entry) -> Option<Entry> {
        let mut place = match self.place.try_lock() {
            Ok(place) => place,
            Err(TryLockError::WouldBlock | TryLockError::Poisoned(_)) => return Some(entry),
        };
        let Some(Place { writer, slow }) = place.as_mut() else { return Some(entry) };
        let began = Instant::now();
        let rests = slow.is_some_and(|until| began < until);
        if rests || !writer.is_plain(entry.soon) || !self.queue.is_free() {
            return Some(entry);
        }
        let was_behind = writer.is_behind();
        writer.batch(vec![entry]);
        *slow = (began.elapsed() >= SLOW).then(|| Instant::now() + REST);
        if writer.is_behind() && !was_behind {
            self.queue.nudge();
        }
        None
    }
}
