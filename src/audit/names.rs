//! The files of a journal: what they are called, and which there are.

use super::error::JournalError;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file that a writer holds a lock on.
pub(super) const LOCK: &str = "lock";
/// The private key of seals (PKCS #8, DER).
pub(super) const SIGNING: &str = "signing.key";
/// The secret that first keys are made with, where the operator names no key file.
pub(super) const ROOT: &str = "root.key";

/// The letters of a start id: 18 of its time, a hyphen, 16 random ones.
const ID: usize = 35;

/// A new start id: when (UTC, to the millisecond) and random letters. It sorts after `last` even if the clock was set back.
pub(super) fn start_id(now: i64, last: Option<&str>) -> Result<String, JournalError> {
    let after = last.and_then(time_of).map_or(now, |last| now.max(last.saturating_add(1)));
    let time = Timestamp::from_millisecond(after).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| JournalError::Random)?;
    let mut id = time.strftime("%Y%m%dT%H%M%S").to_string();
    let _ = write!(id, "{:03}-", time.subsec_millisecond());
    for byte in random {
        let _ = write!(id, "{byte:02x}");
    }
    Ok(id)
}

/// The time in a start id, in milliseconds since 1970.
fn time_of(id: &str) -> Option<i64> {
    let (time, _) = id.split_once('-')?;
    let (second, milli) = time.split_at_checked(15)?;
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%S", second).ok()?;
    let at = jiff::tz::TimeZone::UTC.to_timestamp(at).ok()?;
    at.as_millisecond().checked_add(milli.parse().ok()?)
}

fn is_id(text: &str) -> bool {
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f' | b'T'));
    text.len() == ID
        && text.split_once('-').is_some_and(|(time, random)| time.len() == 18 && letters(time) && letters(random))
}

/// The log of one segment.
pub(super) fn segment(folder: &Path, start: &str, number: u32) -> PathBuf {
    folder.join(format!("{start}-{number:06}.log"))
}

/// Where the newest key of a start lies.
pub(super) fn key(folder: &Path, start: &str) -> PathBuf {
    folder.join(format!("{start}.key"))
}

/// The seals that a start wrote.
pub(super) fn seals(folder: &Path, start: &str) -> PathBuf {
    folder.join(format!("{start}.seals"))
}

/// The files of one start.
#[derive(Debug, Default, Clone)]
pub(super) struct Files {
    /// By their numbers.
    pub segments: BTreeMap<u32, PathBuf>,
    pub key: Option<PathBuf>,
    pub seals: Option<PathBuf>,
}

/// What lies in the folder of a journal.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Sorted by time.
    pub starts: BTreeMap<String, Files>,
    /// Names that are no journal's.
    pub others: Vec<String>,
}

impl Listing {
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(folder: &Path) -> io::Result<Listing> {
        let mut listing = Listing::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !listing.take(&name, entry.path()) && !matches!(name.as_str(), LOCK | SIGNING | ROOT) {
                listing.others.push(name);
            }
        }
        listing.others.sort();
        Ok(listing)
    }

    fn take(&mut self, name: &str, path: PathBuf) -> bool {
        let Some((stem, end)) = name.rsplit_once('.') else { return false };
        let numbered = (end == "log").then(|| stem.rsplit_once('-')).flatten();
        let id = numbered.map_or(stem, |(id, _)| id);
        if !is_id(id) {
            return false;
        }
        let number = numbered.map(|(_, digits)| digits.parse::<u32>().ok().filter(|n| format!("{n:06}") == digits));
        let files = self.starts.entry(id.to_owned()).or_default();
        match (end, number) {
            ("log", Some(Some(number))) => files.segments.insert(number, path).is_none(),
            ("key", None) => files.key.replace(path).is_none(),
            ("seals", None) => files.seals.replace(path).is_none(),
            _ => false,
        }
    }
}

/// Makes what was created, renamed or removed in a folder last (fsync of the folder).
///
/// # Errors
/// What the system says.
pub(super) fn sync_folder(folder: &Path) -> Result<(), JournalError> {
    fs::File::open(folder).and_then(|file| file.sync_all()).map_err(JournalError::at(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_ids_sort_even_when_the_clock_is_set_back() {
        let first = start_id(1_795_700_000_123, None).expect("random");
        assert!(first.starts_with("20261126T") && is_id(&first), "{first}");
        assert_eq!(time_of(&first), Some(1_795_700_000_123));
        let second = start_id(1_000, Some(&first)).expect("random");
        assert!(second > first, "{second} {first}");
        assert_eq!(time_of(&second), Some(1_795_700_000_124));
    }

    #[test]
    fn names_are_told_from_others() {
        let id = start_id(1_795_700_000_123, None).expect("random");
        let mut listing = Listing::default();
        for name in [format!("{id}-000001.log"), format!("{id}.key"), format!("{id}.seals")] {
            assert!(listing.take(&name, PathBuf::from(&name)), "{name}");
        }
        for name in
            [format!("{id}-1.log"), format!("{id}.log"), format!("{id}-000001.key"), "x.log".to_owned(), "x".to_owned()]
        {
            assert!(!listing.take(&name, PathBuf::from(&name)), "{name}");
        }
        assert_eq!(listing.starts.len(), 1);
    }
}
