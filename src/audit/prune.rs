//! Retention: whole sealed segments are removed, oldest first, and a record says which, so that `verify` knows this gap from
//! any other.

use super::chain::{Hash, Line, from_letters, letters, sha256};
use super::error::JournalError;
use super::event::kind;
use super::names::{self, Files, Listing};
use super::seal::Seal;
use super::tail;
use super::writer::Writer;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Segments that one record names.
const CHUNK: usize = 500;

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// Segments.
    pub segments: u64,
    /// Starts of which nothing is left.
    pub starts: u64,
    /// Records in them.
    pub records: u64,
}

/// A segment that may go.
struct Old {
    start: String,
    number: u32,
    path: PathBuf,
    first: u64,
    last: u64,
    hash: Hash,
    /// It is the last of its start, whose other files go with it.
    whole: bool,
    /// Segments without a record that go with it.
    beside: Vec<PathBuf>,
}

impl Writer {
    /// Removes what is older than `before`. The record of it is on the disk before a file is removed; if garim is killed in
    /// between, the next time removes the rest.
    ///
    /// # Errors
    /// When it cannot be recorded, or a file cannot be removed.
    pub(super) fn prune(&mut self, before: i64) -> Result<Removed, JournalError> {
        let folder = self.options.folder.clone();
        let listing = Listing::read(&folder).map_err(JournalError::at(&folder))?;
        let old = old(&listing, before, &self.start, self.segment());
        let mut removed = Removed::default();
        leftovers(&listing, &self.start)?;
        for chunk in old.chunks(CHUNK) {
            self.record_now(kind::RETENTION, &fields(chunk, before))?;
            for one in chunk {
                remove(&one.path)?;
                removed.segments = removed.segments.saturating_add(1);
                removed.records = removed.records.saturating_add(one.last.saturating_sub(one.first)).saturating_add(1);
                one.beside.iter().try_for_each(|path| remove(path))?;
                if one.whole {
                    // The state goes last: without it, what is left of a start would look like one that was cut.
                    remove(&names::seals(&folder, &one.start))?;
                    remove(&names::key(&folder, &one.start))?;
                    removed.starts = removed.starts.saturating_add(1);
                }
            }
            names::sync_folder(&folder)?;
        }
        Ok(removed)
    }
}

/// What a crash left of removed starts.
fn leftovers(listing: &Listing, own: &str) -> Result<(), JournalError> {
    let oldest = listing.starts.iter().take_while(|(start, files)| files.segments.is_empty() && start.as_str() != own);
    for path in oldest.flat_map(|(_, files)| files.seals.iter().chain(&files.key)) {
        remove(path)?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), JournalError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(JournalError::at(path)(error)),
        _ => Ok(()),
    }
}

fn fields(old: &[Old], before: i64) -> String {
    let mut out = format!(",\"before\":{before},\"removed\":[");
    for (at, one) in old.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(
            out,
            "{comma}{{\"start\":\"{}\",\"segment\":{},\"first\":{},\"last\":{},\"hash\":\"{}\",\"whole\":{}}}",
            one.start,
            one.number,
            one.first,
            one.last,
            letters(&one.hash),
            one.whole
        );
    }
    out.push(']');
    out
}

/// The segments that may go: from the oldest on, up to the first that may not.
fn old(listing: &Listing, before: i64, own: &str, current: u32) -> Vec<Old> {
    let mut old = Vec::new();
    let following = listing.starts.values().skip(1).map(Some).chain([None]);
    for ((start, files), next) in listing.starts.iter().zip(following) {
        let mut numbers: Vec<(u32, &PathBuf)> = files.segments.iter().map(|(number, path)| (*number, path)).collect();
        // A process may have been killed before the first record of its last segment.
        let mut empty = Vec::new();
        while let Some((_, path)) = numbers.pop_if(|(_, path)| start != own && is_empty(path)) {
            empty.push(path.clone());
        }
        let last = numbers.last().map(|(number, _)| *number);
        for (number, path) in numbers {
            let kept = start == own && number >= current;
            let followed = number.checked_add(1).and_then(|next| files.segments.get(&next)).and_then(|next| told(next));
            let is_told = followed.is_some();
            let ends = (!kept).then(|| ends(path, followed)).flatten().filter(|ends| ends.time < before);
            let known = |ends: &Ends| is_told || ends.are_known(start, number, files, next);
            let Some(ends) = ends.filter(known) else { return old };
            let whole = start != own && last == Some(number);
            let beside = if whole { std::mem::take(&mut empty) } else { Vec::new() };
            let Ends { first, last, hash, .. } = ends;
            old.push(Old { start: start.clone(), number, path: path.clone(), first, last, hash, whole, beside });
        }
        if start == own {
            break;
        }
    }
    old
}

/// Whether there is no whole line in a file.
fn is_empty(path: &Path) -> bool {
    matches!(tail::last_line(path, None), Ok(None))
}

struct Ends {
    first: u64,
    last: u64,
    hash: Hash,
    time: i64,
}

/// The first and last record of a segment; of one whose end the disk may have lost, as the next one has `told` it.
fn ends(path: &Path, told: Option<(u64, Hash, i64)>) -> Option<Ends> {
    let first = Line::parse(&first_line(path)?)?.seq;
    if let Some((last, hash, time)) = told {
        return Some(Ends { first, last, hash, time });
    }
    let last = tail::last_line(path, None).ok()??;
    let line = Line::parse(&last.bytes)?;
    Some(Ends { first, last: line.seq, hash: sha256(&last.bytes), time: line.time })
}

/// Where a segment ended whose end the disk may have lost, as the first record of the next one says: nobody has sealed that.
fn told(next: &Path) -> Option<(u64, Hash, i64)> {
    let bytes = first_line(next)?;
    let line = Line::parse(&bytes)?;
    serde_json::from_slice::<serde_json::Value>(&bytes).ok()?.get("doubt")?;
    Some((line.seq.checked_sub(1)?, from_letters(line.prev)?, line.time))
}

fn first_line(path: &Path) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(File::open(path).ok()?).read_until(b'\n', &mut line).ok()?;
    line.pop_if(|last| *last == b'\n')?;
    Some(line)
}

impl Ends {
    /// Whether the end of a segment is sealed. Where the process that was to seal what another had left was killed before it
    /// could, its first record says where that ended.
    fn are_known(&self, start: &str, number: u32, files: &Files, next: Option<&Files>) -> bool {
        let seals = [files.seals.as_ref(), next.and_then(|next| next.seals.as_ref())];
        let follows = || {
            let path = next?.segments.get(&1)?;
            let line = first_line(path)?;
            let value: serde_json::Value = serde_json::from_slice(&line).ok()?;
            let before = value.get("before")?;
            let is = |name: &str, text: &str| before.get(name).and_then(serde_json::Value::as_str) == Some(text);
            let records = before.get("records")?.as_u64()?.checked_sub(1)?;
            Some(is("start", start) && is("hash", &letters(&self.hash)) && records == self.last)
        };
        seals.into_iter().flatten().any(|path| is_sealed(path, start, number, self)) || follows().unwrap_or(false)
    }
}

/// Whether the end of a segment is sealed.
fn is_sealed(seals: &Path, start: &str, number: u32, ends: &Ends) -> bool {
    let Ok(file) = File::open(seals) else { return false };
    let wanted = format!("\"segment\":{number},\"seq\":{},", ends.last);
    let lines = BufReader::new(file).lines().map_while(Result::ok).filter(|line| line.contains(&wanted));
    lines.filter_map(|line| Seal::parse(line.as_bytes())).any(|(seal, _)| {
        seal.start == start && seal.segment == number && seal.seq == ends.last && seal.is_at(&ends.hash)
    })
}
