//! What writes: makes one batch of what is to be recorded, writes and syncs it, and then tells who waited.

use super::before::Before;
use super::book::{Book, Courier};
use super::chain::{Chain, root_id};
use super::clock::{jump, now, set_back};
use super::error::JournalError;
use super::event::{field, kind};
use super::journal::about;
use super::names;
use super::options::{Fsync, Options};
use super::queue::{Entry, Job, Queue, Recorded, Taken, tell};
use super::seal::{Point, Why};
use super::state::{Keeper, State};
use super::there::is_there;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

mod log;
#[cfg(test)]
mod tests;

use log::{Doubt, Log};

/// How long the thread sleeps where nothing is due.
const IDLE: Duration = Duration::from_secs(60);
/// How long it sleeps while something could not be written.
const SOON: Duration = Duration::from_secs(1);
/// How long what may be on the disk later than it is acknowledged takes to be there.
const LATER: Duration = Duration::from_secs(1);
/// Everything that writing needs.
pub(super) struct Writer {
    pub(super) options: Options,
    pub(super) start: String,
    before: Option<Before>,
    chain: Chain,
    keeper: Keeper,
    book: Book,
    pub(super) queue: Arc<Queue>,
    log: Log,
    /// A failure left the log so that a new one must be begun, with so many torn bytes in the old.
    broken: Option<u64>,
    /// Records that are on the disk, and those that the old log may have lost.
    synced: u64,
    doubt: Option<Doubt>,
    buffer: Vec<u8>,
    /// Records that could not be written and are not yet told of, and why.
    lost: u64,
    why: String,
    began: Instant,
    last: Option<(i64, u64)>,
    sealed: u64,
    sealed_at: Instant,
    /// Since when there is something that is not synced.
    unsynced: Option<Instant>,
    root_id: String,
}

impl Writer {
    /// Begins the chain of a start: state, log, first record; then seals and closes what the one before left.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn begin(
        options: Options,
        root: &[u8],
        start: String,
        before: Option<Before>,
        discarded: &[String],
        book: Book,
        queue: Arc<Queue>,
    ) -> Result<Writer, JournalError> {
        let chain = Chain::begin(root, &start);
        let keeper = Keeper::create(&options.folder, &start, State::of(&chain, book.count.number, &book.count.last))?;
        let log = Log::create(&options.folder, &start, 1, 0)?;
        let now = Instant::now();
        let mut writer = Writer {
            options,
            start,
            before,
            chain,
            keeper,
            book,
            queue,
            log,
            broken: None,
            synced: 0,
            doubt: None,
            buffer: Vec::new(),
            lost: 0,
            why: String::new(),
            began: now,
            last: None,
            sealed: 0,
            sealed_at: now,
            unsynced: None,
            root_id: root_id(root),
        };
        let mut fields = writer.head(1, 0);
        fields.push_str(&about(&writer.options.about, discarded));
        writer.put_record(kind::START, &fields);
        writer.note_set_back();
        let saved = Chain::begin(root, &writer.start);
        writer.commit(saved, true)?;
        names::sync_folder(&writer.options.folder)?;
        writer.after()?;
        Ok(writer)
    }

    /// What becomes of the start before, and the way to the second place.
    fn after(&mut self) -> Result<(), JournalError> {
        if let Some(before) = self.before.clone() {
            if !before.stopped()
                && let Some(seq) = before.records.checked_sub(1)
            {
                let (start, hash) = (before.start.clone(), before.hash);
                let left = self.book.seal(Point { start, segment: before.segment, seq, hash, why: Why::Left }, now());
                self.note_sealing(left);
            }
            before.follow(&self.options.folder, &self.start)?;
        }
        if let Some(to) = self.options.seal_to.clone() {
            let queue = Arc::clone(&self.queue);
            let tell = move |wrong: Option<String>| {
                let mut fields = String::new();
                field(&mut fields, "verdict", if wrong.is_some() { "failed" } else { "well" });
                fields.push_str(",\"detail\":{\"place\":\"second\"");
                if let Some(wrong) = &wrong {
                    field(&mut fields, "error", wrong);
                }
                fields.push('}');
                queue.health().second_place = wrong;
                // Where too much waits, health still tells it.
                let _ = queue.put(Job::Record(Entry { kind: kind::SEAL, fields, soon: false, done: None }));
            };
            self.book.carry(Courier::start(&self.options.folder, &self.start, &to, tell)?);
        }
        Ok(())
    }

    /// Does what was taken, and what is due; how long there is nothing else to do, or `None` at the end.
    pub fn work(&mut self, taken: Taken) -> Option<Duration> {
        self.note_lost(taken.refused, "too much waited to be recorded");
        let mut entries = Vec::new();
        for job in taken.jobs {
            match job {
                Job::Record(entry) => entries.push(entry),
                Job::Prune(before, done) => {
                    self.batch(std::mem::take(&mut entries));
                    done(self.prune(before).map_err(Arc::new));
                }
            }
        }
        self.batch(entries);
        if taken.stop {
            self.end();
            return None;
        }
        self.due();
        Some(self.patience())
    }

    /// Whether a record can be written by itself at once: it is not awaited on the disk, and nothing has to be done first.
    pub fn is_plain(&self, soon: bool) -> bool {
        let waits = match self.options.fsync {
            Fsync::Each => true,
            Fsync::Posts => !soon,
            Fsync::Every(_) | Fsync::Never => false,
        };
        !waits && self.lost == 0 && !self.ends_segment()
    }

    /// Whether something is written that the disk need not have yet, or could not be written: the thread sees to it.
    pub fn is_behind(&self) -> bool {
        self.unsynced.is_some() || self.lost > 0
    }

    /// How long nothing is to be done.
    pub fn patience(&self) -> Duration {
        if self.lost > 0 || self.broken.is_some() || self.book.waits() {
            return SOON;
        }
        let sync = match (self.lag(), self.unsynced) {
            (Some(lag), Some(since)) => lag.saturating_sub(since.elapsed()),
            _ => IDLE,
        };
        let seal = match self.chain.records > self.sealed {
            true => self.options.seal_every.saturating_sub(self.sealed_at.elapsed()),
            false => IDLE,
        };
        sync.min(seal).min(IDLE)
    }

    /// How long after it was written something is on the disk at the latest.
    fn lag(&self) -> Option<Duration> {
        match self.options.fsync {
            Fsync::Each => Some(Duration::ZERO),
            Fsync::Posts => Some(LATER),
            Fsync::Every(every) => Some(every),
            Fsync::Never => None,
        }
    }

    /// Writes records, and what the journal has to say itself, and tells who waited.
    pub fn batch(&mut self, entries: Vec<Entry>) {
        if entries.is_empty() && self.lost == 0 {
            return;
        }
        let saved = self.chain.clone();
        let outcome = self.try_batch(&entries, saved);
        match outcome {
            Ok(first) => {
                for (seq, entry) in (first..).zip(entries) {
                    tell(entry.done, Ok(Recorded { seq }));
                }
            }
            Err(error) => {
                let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
                self.note_lost(count, &error.to_string());
                let mut health = self.queue.health();
                health.lost = health.lost.saturating_add(count);
                drop(health);
                let error = Arc::new(error);
                entries.into_iter().for_each(|entry| tell(entry.done, Err(Arc::clone(&error))));
            }
        }
    }

    /// The number of the first of the entries.
    fn try_batch(&mut self, entries: &[Entry], saved: Chain) -> Result<u64, JournalError> {
        self.is_there()?;
        let saved = if self.ends_segment() {
            self.next_segment()?;
            self.chain.clone()
        } else {
            saved
        };
        let lost = self.lost;
        if lost > 0 {
            let mut fields = format!(",\"detail\":{{\"records\":\"{lost}\"");
            field(&mut fields, "error", &self.why);
            fields.push('}');
            self.put_record(kind::LOST, &fields);
        }
        let first = self.chain.records;
        let first = first.saturating_add(self.note_clock());
        for entry in entries {
            self.put_record(entry.kind, &entry.fields);
        }
        let sync = match self.options.fsync {
            Fsync::Each => true,
            Fsync::Posts => lost > 0 || entries.iter().any(|entry| !entry.soon),
            Fsync::Every(_) | Fsync::Never => false,
        };
        self.commit(saved, sync)?;
        self.lost = 0;
        self.why.clear();
        Ok(first)
    }

    /// What was taken away takes no more records. Without its state there is no going on; without its log another is begun next.
    fn is_there(&mut self) -> Result<(), JournalError> {
        let log = || is_there(&self.log.path, &self.log.file).map_err(|error| (error, true));
        let there = self.keeper.is_there().map_err(|error| (error, false));
        let there = there.and_then(|()| if self.broken.is_some() { Ok(()) } else { log() });
        there.map_err(|(error, begins)| {
            if begins {
                self.broken = Some(0);
            }
            self.queue.health().writing = Some(error.to_string());
            error
        })
    }

    /// Whether the next record begins a segment.
    fn ends_segment(&self) -> bool {
        let long = self.log.length >= self.options.segment_bytes;
        let old = self.log.opened.elapsed() >= self.options.segment_age
            && self.chain.records > self.log.first.saturating_add(1);
        long || old || self.broken.is_some()
    }

    /// Records that the clock was set, if it was; how many records that took.
    fn note_clock(&mut self) -> u64 {
        let (time, up) = self.clock();
        let Some(by) = self.last.and_then(|last| jump(last, (time, up))) else { return 0 };
        let fields = format!(",\"detail\":{{\"by\":\"{by}\"}}");
        self.put_record(kind::CLOCK, &fields);
        1
    }

    /// Records that the clock was set back while nothing was written, if the start before tells so.
    fn note_set_back(&mut self) {
        let before = self.before.as_ref().and_then(|before| before.time);
        if let (Some(before), Some((time, _))) = (before, self.last)
            && let Some(by) = set_back(before, time)
        {
            let fields = format!(",\"detail\":{{\"by\":\"-{by}\"}}");
            self.put_record(kind::CLOCK, &fields);
        }
    }

    fn note_lost(&mut self, count: u64, why: &str) {
        if count > 0 {
            self.lost = self.lost.saturating_add(count);
            why.clone_into(&mut self.why);
        }
    }

    fn clock(&self) -> (i64, u64) {
        ((self.options.clock)(), u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn put_record(&mut self, kind: &str, fields: &str) {
        let (time, up) = self.clock();
        self.chain.record(&mut self.buffer, time, up, kind, fields);
        self.last = Some((time, up));
    }

    /// Writes the buffer to the log. If that fails, the log and the chain are as they were before.
    fn commit(&mut self, saved: Chain, sync: bool) -> Result<(), JournalError> {
        let mut written = self.log.file.write_all(&self.buffer);
        if sync && written.is_ok() {
            written = self.log.file.sync_data();
            if written.is_err() {
                self.give_up(saved.records);
            }
        }
        let bytes = u64::try_from(self.buffer.len()).unwrap_or_default();
        self.buffer.clear();
        self.buffer.shrink_to(1 << 20);
        if let Err(error) = written {
            self.chain = saved;
            if self.log.file.set_len(self.log.length).is_err() {
                let size = self.log.file.metadata().map_or(0, |data| data.len());
                self.broken = Some(size.saturating_sub(self.log.length));
            }
            let error = JournalError::at(&self.log.path)(error);
            self.complain(&error);
            return Err(error);
        }
        self.log.length = self.log.length.saturating_add(bytes);
        let mut health = self.queue.health();
        health.writing = None;
        health.records = self.chain.records;
        drop(health);
        match sync {
            true => self.keep(),
            false => {
                self.unsynced.get_or_insert_with(Instant::now);
            }
        }
        Ok(())
    }

    /// The state says how far the log has come on the disk. If it cannot be written, the older one stands, which says less.
    fn keep(&mut self) {
        self.unsynced = None;
        self.synced = self.chain.records;
        let turn = self.keeper.state.turn;
        self.keeper.state = State { turn, ..State::of(&self.chain, self.book.count.number, &self.book.count.last) };
        let _ = self.keeper.put();
    }

    fn sync(&mut self) -> Result<(), JournalError> {
        if self.unsynced.is_some() {
            let done = self.log.file.sync_data().map_err(JournalError::at(&self.log.path));
            if let Err(error) = done {
                self.give_up(self.chain.records);
                self.complain(&error);
                return Err(error);
            }
            self.keep();
        }
        Ok(())
    }

    /// Syncs and seals what is due.
    fn due(&mut self) {
        if self.doubt.is_some() {
            // What may be lost is told at once, not only when something else is to be recorded. Until that can be written, it is tried
            // again, with a rest in between.
            let _ = self.next_segment();
        }
        if let (Some(lag), Some(since)) = (self.lag(), self.unsynced)
            && since.elapsed() >= lag
        {
            // It is told where it fails.
            let _ = self.sync();
        }
        let due = self.chain.records > self.sealed && self.sealed_at.elapsed() >= self.options.seal_every;
        if due || self.book.waits() {
            self.seal(Why::Interval);
        }
    }

    /// Seals the chain as it stands, if it has come further since the last seal.
    fn seal(&mut self, why: Why) {
        if self.doubt.is_some() {
            // Nobody signs for what may be lost.
            return;
        }
        let sealed = match self.chain.records.checked_sub(1).filter(|_| self.chain.records > self.sealed) {
            None => self.book.again(now()),
            Some(seq) => self.sync().and_then(|()| {
                let (start, hash) = (self.start.clone(), self.chain.hash);
                self.sealed = self.chain.records;
                self.sealed_at = Instant::now();
                self.book.seal(Point { start, segment: self.log.number, seq, hash, why }, now())
            }),
        };
        self.note_sealing(sealed);
        if self.unsynced.is_none() && self.doubt.is_none() {
            self.keep();
        }
    }

    fn note_sealing(&mut self, outcome: Result<(), JournalError>) {
        self.queue.health().sealing = outcome.err().map(|error| error.to_string());
    }

    /// Writes one record and waits until it is on the disk.
    pub(super) fn record_now(&mut self, kind: &str, fields: &str) -> Result<(), JournalError> {
        if self.doubt.is_some() {
            self.next_segment()?;
        }
        let saved = self.chain.clone();
        self.put_record(kind, fields);
        self.commit(saved, true)
    }

    /// The number of the segment that is written now.
    pub(super) fn segment(&self) -> u32 {
        self.log.number
    }

    /// The last record, its seal, and the end of the key.
    fn end(&mut self) {
        self.batch(Vec::new());
        let ended = self.try_batch(
            &[Entry { kind: kind::STOP, fields: String::new(), soon: false, done: None }],
            self.chain.clone(),
        );
        self.seal(Why::Stop);
        if ended.is_ok() {
            let chain = self.chain.clone();
            self.keeper.state.close(&chain.key);
            let _ = self.keeper.put_both();
        }
        self.book.finish();
    }
}
