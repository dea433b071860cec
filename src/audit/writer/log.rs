//! The file that is written now, and what of it the disk may not have.

use super::Writer;
use crate::audit::before::Before;
use crate::audit::book::Count;
use crate::audit::error::JournalError;
use crate::audit::event::{field, kind};
use crate::audit::names;
use crate::audit::seal::Why;
use std::fmt::Write;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The file that is written now.
pub(super) struct Log {
    pub file: File,
    pub path: PathBuf,
    pub number: u32,
    /// Bytes of whole, written records.
    pub length: u64,
    pub opened: Instant,
    /// Its first record, and what is sealed of it, as numbers of records.
    pub first: u64,
}

impl Log {
    pub fn create(folder: &Path, start: &str, number: u32, first: u64) -> Result<Log, JournalError> {
        let path = names::segment(folder, start, number);
        let file =
            OpenOptions::new().append(true).create(true).mode(0o600).open(&path).map_err(JournalError::at(&path))?;
        // There is something in it only if its first record could not be written and it could not be removed.
        file.set_len(0).map_err(JournalError::at(&path))?;
        Ok(Log { file, path, number, length: 0, opened: Instant::now(), first })
    }
}

/// Records that were acknowledged before the disk failed to take them: by their numbers, the first and the last. The system has dropped
/// what it could not write, and asking once more would be answered as if all were well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doubt {
    pub from: u64,
    pub to: u64,
}

impl Doubt {
    /// Of what is on the disk up to `synced` and written up to `records`.
    pub fn between(synced: u64, records: u64) -> Option<Doubt> {
        records.checked_sub(1).filter(|to| *to >= synced).map(|to| Doubt { from: synced, to })
    }

    /// As it stands in the first record of the next segment.
    pub fn fields(doubt: Option<Doubt>) -> String {
        let mut out = String::new();
        if let Some(Doubt { from, to }) = doubt {
            let _ = write!(out, ",\"doubt\":{{\"from\":{from},\"to\":{to}}}");
        }
        out
    }

    /// For whoever looks after the machine.
    pub fn told(self, error: &JournalError) -> String {
        let Doubt { from, to } = self;
        format!("{error}; records {from} to {to} may not be on the disk")
    }
}

impl Writer {
    /// What the first record of every segment says.
    pub(super) fn head(&self, number: u32, torn: u64) -> String {
        let mut out = ",\"format\":1".to_owned();
        field(&mut out, "node", &self.options.node);
        field(&mut out, "start", &self.start);
        let _ = write!(out, ",\"segment\":{number},\"torn\":{torn}");
        field(&mut out, "root", &self.root_id);
        field(&mut out, "public", self.book.public());
        out.push_str(&Before::fields(self.before.as_ref()));
        out.push_str(&Count::fields(&self.book.count));
        out
    }

    /// Seals the segment and begins the next one.
    pub(super) fn next_segment(&mut self) -> Result<(), JournalError> {
        self.seal(Why::Segment);
        let number = self.log.number.saturating_add(1);
        let torn = self.broken.unwrap_or(0);
        let log = Log::create(&self.options.folder, &self.start, number, self.chain.records);
        let log = log.inspect_err(|error| self.complain(error))?;
        let saved = self.chain.clone();
        let old = std::mem::replace(&mut self.log, log);
        let fields = self.head(number, torn) + &Doubt::fields(self.doubt);
        self.put_record(kind::SEGMENT, &fields);
        let begun = self.commit(saved, true).and_then(|()| names::sync_folder(&self.options.folder));
        match begun {
            Ok(()) => {
                (self.broken, self.doubt) = (None, None);
                Ok(())
            }
            Err(error) if self.log.length == 0 => {
                // Nothing of it is of use; the old one stays the last until there is room.
                let _ = std::fs::remove_file(&self.log.path);
                self.log = old;
                self.broken = Some(torn);
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// What the system did not write, it does not try again: this file is done with, and of its `records` those that were not on the
    /// disk yet may be lost. The next file says which.
    pub(super) fn give_up(&mut self, records: u64) {
        self.broken = Some(0);
        self.unsynced = None;
        self.doubt = Doubt::between(self.synced, records);
    }

    /// Tells whoever looks after the machine.
    pub(super) fn complain(&self, error: &JournalError) {
        let told = self.doubt.map_or_else(|| error.to_string(), |doubt| doubt.told(error));
        self.queue.health().writing = Some(told);
    }
}
