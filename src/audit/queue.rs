//! What waits to be written: bounded, so that a disk that stands still costs its callers an error and not the memory.

use super::error::JournalError;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A record that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Its number within this start.
    pub seq: u64,
}

/// What a record's writer is told, once: on the thread that writes, which it must not hold up.
pub(super) type Done = Box<dyn FnOnce(Result<Recorded, Arc<JournalError>>) + Send>;
/// What comes of a removal of old segments.
pub(super) type Pruned = Box<dyn FnOnce(Result<super::Removed, Arc<JournalError>>) + Send>;

/// A record on its way.
pub(super) struct Entry {
    pub kind: &'static str,
    pub fields: String,
    /// It may reach the disk later than it is acknowledged.
    pub soon: bool,
    pub done: Option<Done>,
}

/// Something for the thread to do.
pub(super) enum Job {
    Record(Entry),
    /// Remove what was written before that time, in milliseconds since 1970.
    Prune(i64, Pruned),
}

/// How the journal fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Why records cannot be written now.
    pub writing: Option<String>,
    /// Why seals cannot be written beside the logs now.
    pub sealing: Option<String>,
    /// Why seals cannot be written to the second place now.
    pub second_place: Option<String>,
    /// Records of this start that could not be written.
    pub lost: u64,
    /// Records of this start that have been.
    pub records: u64,
    /// Whether nothing more is taken.
    pub stopped: bool,
}

impl Health {
    /// Whether all is well.
    pub fn is_well(&self) -> bool {
        self.writing.is_none() && self.sealing.is_none() && self.second_place.is_none() && !self.stopped
    }
}

#[derive(Default)]
struct Inner {
    jobs: VecDeque<Job>,
    bytes: usize,
    /// Records that were refused since the thread asked last.
    refused: u64,
    /// What the thread has taken is not done yet.
    busy: bool,
    /// The thread is to look again what is due.
    nudged: bool,
    stop: bool,
    ended: bool,
}

/// What the callers and the thread share.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    due: Condvar,
    health: Mutex<Health>,
    most: usize,
    most_bytes: usize,
}

/// What the thread takes at once.
pub(super) struct Taken {
    pub jobs: VecDeque<Job>,
    pub refused: u64,
    /// This is the end, once these are done.
    pub stop: bool,
}

impl Queue {
    pub fn new(most: usize, most_bytes: usize) -> Queue {
        Queue {
            inner: Mutex::default(),
            due: Condvar::new(),
            health: Mutex::default(),
            most: most.max(1),
            most_bytes: most_bytes.max(super::event::LONGEST),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// When too much waits, or the journal is stopped; then `job` is dropped, and whoever waits for it is not called.
    pub fn put(&self, job: Job) -> Result<(), JournalError> {
        let mut inner = self.inner();
        if inner.stop || inner.ended {
            return Err(JournalError::Stopped);
        }
        if let Job::Record(entry) = &job {
            let bytes = inner.bytes.saturating_add(entry.fields.len());
            if inner.jobs.len() >= self.most || bytes > self.most_bytes {
                inner.refused = inner.refused.saturating_add(1);
                drop(inner);
                let mut health = self.health();
                health.lost = health.lost.saturating_add(1);
                return Err(JournalError::Full);
            }
            inner.bytes = bytes;
        }
        inner.jobs.push_back(job);
        let first = inner.jobs.len() == 1;
        drop(inner);
        if first {
            self.due.notify_one();
        }
        Ok(())
    }

    /// Whether nothing waits or is being done, so that what is written now stands in its right place.
    pub fn is_free(&self) -> bool {
        let inner = self.inner();
        inner.jobs.is_empty() && inner.refused == 0 && !inner.busy && !inner.stop && !inner.ended
    }

    /// Has the thread look again what is due.
    pub fn nudge(&self) {
        self.inner().nudged = true;
        self.due.notify_one();
    }

    /// What was taken is done.
    pub fn done(&self) {
        self.inner().busy = false;
    }

    /// Waits for something to do, at most so long; takes all there is, up to `most` jobs. Until they are [`done`](Queue::done),
    /// the queue is not free.
    pub fn take(&self, patience: Duration, most: usize) -> Taken {
        let inner = self.inner();
        let rests = |inner: &mut Inner| inner.jobs.is_empty() && !inner.stop && !inner.nudged;
        let waited = self.due.wait_timeout_while(inner, patience, rests);
        let mut inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        let rest = inner.jobs.len().min(most);
        let rest = inner.jobs.split_off(rest);
        let jobs = std::mem::replace(&mut inner.jobs, rest);
        let bytes = jobs.iter().map(|job| if let Job::Record(entry) = job { entry.fields.len() } else { 0 });
        inner.bytes = inner.bytes.saturating_sub(bytes.sum());
        let refused = std::mem::take(&mut inner.refused);
        inner.nudged = false;
        inner.busy = true;
        Taken { stop: inner.stop && inner.jobs.is_empty(), jobs, refused }
    }

    /// Nothing more is taken; what waits is still written.
    pub fn stop(&self) {
        self.inner().stop = true;
        self.due.notify_all();
    }

    /// The thread has ended: whoever still waits is told.
    pub fn end(&self) {
        let mut inner = self.inner();
        inner.ended = true;
        let jobs = std::mem::take(&mut inner.jobs);
        drop(inner);
        self.health().stopped = true;
        for job in jobs {
            match job {
                Job::Record(entry) => tell(entry.done, Err(Arc::new(JournalError::Stopped))),
                Job::Prune(_, done) => done(Err(Arc::new(JournalError::Stopped))),
            }
        }
    }
}

/// Calls who waits for a record. What goes wrong there is not the journal's.
pub(super) fn tell(done: Option<Done>, outcome: Result<Recorded, Arc<JournalError>>) {
    if let Some(done) = done {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| done(outcome)));
    }
}
