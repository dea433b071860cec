//! What a new start finds of the one before it: where its chain ended, and how.

use super::book::Count;
use super::chain::{Hash, Line, from_letters, letters, sha256};
use super::error::JournalError;
use super::event::LONGEST;
use super::names::{self, Files, Listing};
use super::state::{self, Keeper, Stage, State};
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The end of the chain of an older start.
#[derive(Debug, Clone)]
pub(super) struct Before {
    pub start: String,
    /// The segment that the last record is in.
    pub segment: u32,
    pub records: u64,
    pub hash: Hash,
    /// Bytes of a torn line behind it, and of what else is no record.
    pub torn: u64,
    /// When the last record was written, in milliseconds since 1970.
    pub time: Option<i64>,
    /// Records that the state counts beyond those that are there.
    pub missing: u64,
    state: Option<State>,
}

impl Before {
    /// As it stands in the first record of each segment: `,"before":{…}`.
    pub fn fields(before: Option<&Before>) -> String {
        let Some(before) = before else { return ",\"before\":null".to_owned() };
        let mut out = format!(",\"before\":{{\"start\":\"{}\",\"segment\":{}", before.start, before.segment);
        let _ = write!(out, ",\"records\":{},\"hash\":\"{}\"", before.records, letters(&before.hash));
        let how = if before.stopped() { "stop" } else { "left" };
        let _ = write!(out, ",\"how\":\"{how}\",\"torn\":{},\"missing\":{}}}", before.torn, before.missing);
        out
    }

    /// Whether its process ended in order.
    pub fn stopped(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.stage != Stage::Open) && self.missing == 0 && self.torn == 0
    }

    /// What the state counts of seals.
    pub fn seals(&self) -> Count {
        let state = self.state.as_ref();
        let count = state.and_then(|state| Some(Count { number: state.seals, last: from_letters(&state.seal)? }));
        count.unwrap_or(Count::NONE)
    }

    /// The end of the newest chain in a folder. Nothing that is wrong with its files keeps a new start from beginning: it is
    /// recorded, and `garim audit verify` tells it.
    pub fn find(listing: &Listing) -> Option<Before> {
        let (start, files) = listing.starts.last_key_value()?;
        let state = files.key.as_ref().and_then(|path| state::read(path).ok()).and_then(|read| read.state);
        let mut before = Before::of(start, files);
        before.missing = state.as_ref().map_or(0, |state| state.records.saturating_sub(before.records));
        before.state = state;
        Some(before)
    }

    fn of(start: &str, files: &Files) -> Before {
        let mut before = Before {
            start: start.to_owned(),
            segment: 0,
            records: 0,
            hash: super::chain::first_prev(start),
            torn: 0,
            time: None,
            missing: 0,
            state: None,
        };
        for (number, path) in files.segments.iter().rev() {
            let size = fs::metadata(path).map_or(0, |data| data.len());
            if let Some(good) = Good::of(path) {
                before.segment = *number;
                before.records = good.records;
                before.hash = good.hash;
                before.time = Some(good.time);
                before.torn = before.torn.saturating_add(size.saturating_sub(good.end));
                return before;
            }
            before.torn = before.torn.saturating_add(size);
        }
        before
    }

    /// The chain has a successor from now on. The key that its process left behind is erased.
    ///
    /// # Errors
    /// When its state cannot be written.
    pub fn follow(&self, folder: &Path, next: &str) -> Result<(), JournalError> {
        let Some(state) = self.state.clone().filter(|state| state.stage != Stage::Followed) else { return Ok(()) };
        let mut keeper = Keeper::open(folder, &self.start, state)?;
        if keeper.state.stage == Stage::Open
            && let Some(mut key) = keeper.state.key()
        {
            // Only what was written after the state was: few, since it is written after every batch.
            for _ in keeper.state.records..self.records {
                key.step();
            }
            keeper.state.records = keeper.state.records.max(self.records);
            if self.missing == 0 {
                keeper.state.hash = letters(&self.hash);
            }
            keeper.state.close(&key);
        }
        keeper.state.follow(next);
        keeper.put_both()
    }
}

/// The records of a segment up to the first line that does not follow from the one before it. A power cut may leave holes
/// behind what was synced, and whole lines behind a hole.
struct Good {
    records: u64,
    hash: Hash,
    time: i64,
    /// Where the next line would begin.
    end: u64,
}

impl Good {
    fn of(path: &Path) -> Option<Good> {
        let mut reader = BufReader::with_capacity(256 << 10, File::open(path).ok()?);
        let most = u64::try_from(LONGEST).unwrap_or_default().saturating_add(1);
        let (mut good, mut bytes): (Option<Good>, Vec<u8>) = (None, Vec::new());
        loop {
            bytes.clear();
            let read = (&mut reader).take(most).read_until(b'\n', &mut bytes);
            let Some((read, whole)) = read.ok().zip(bytes.strip_suffix(b"\n")) else { return good };
            let follows = |line: &Line<'_>| {
                good.as_ref().is_none_or(|good| line.seq == good.records && line.is_behind(&good.hash))
            };
            let Some(line) = Line::parse(whole).filter(follows) else { return good };
            let end = good.as_ref().map_or(0, |good| good.end).saturating_add(u64::try_from(read).unwrap_or_default());
            good = Some(Good { records: line.seq.saturating_add(1), hash: sha256(whole), time: line.time, end });
        }
    }
}

/// Removes starts that ended before their first record was whole; nothing of theirs was ever acknowledged. Returns their ids.
///
/// # Errors
/// When a file cannot be removed.
pub(super) fn discard(folder: &Path, listing: &mut Listing) -> Result<Vec<String>, JournalError> {
    let mut gone = Vec::new();
    while let Some((start, files)) = listing.starts.last_key_value() {
        let state = files.key.as_ref().and_then(|path| state::read(path).ok());
        // Without a state there is nothing to tell that there was no record: it stays, for verify to tell.
        let none = state.is_some_and(|read| match read.state {
            Some(state) => state.records == 0,
            // It is whole before there is a log.
            None => files.segments.is_empty(),
        });
        if !none || files.seals.is_some() || Before::of(start, files).records > 0 {
            break;
        }
        for path in files.segments.values().chain(&files.key) {
            fs::remove_file(path).map_err(JournalError::at(path))?;
        }
        gone.push(start.clone());
        listing.starts.pop_last();
    }
    if !gone.is_empty() {
        names::sync_folder(folder)?;
    }
    Ok(gone)
}
