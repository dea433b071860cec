//! The state of a start: how far its chain has come at least, and the newest key, in a file of its own. It tells that the end
//! of a chain was cut off, since nobody can go back to an older key.

use super::chain::{Chain, Hash, Key, from_letters, letters, sha256};
use super::error::JournalError;
use super::names;
use super::there::is_there;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The bytes of a slot. There are two, written in turn: if one is torn by a power cut, the other stands.
const SLOT: u64 = 1024;

/// What became of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stage {
    /// Its process writes, or was killed.
    Open,
    /// It has ended; the key has been replaced by what makes no record.
    Closed,
    /// The next start has begun; nothing of the key is left.
    Followed,
}

/// What stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Counts the writing of this file.
    pub turn: u64,
    pub stage: Stage,
    /// Records that are in the log at least.
    pub records: u64,
    /// The hash of the last of them.
    pub hash: String,
    /// The key of the next record, or the closing key, or nothing.
    pub key: String,
    /// Seals that the folder has had.
    pub seals: u64,
    /// The hash of the last of them.
    pub seal: String,
    /// The start that came next.
    pub next: String,
    /// HMAC of all of this under the closing key, once it is followed.
    pub proof: String,
}

impl State {
    pub fn of(chain: &Chain, seals: u64, seal: &Hash) -> State {
        State {
            turn: 0,
            stage: Stage::Open,
            records: chain.records,
            hash: letters(&chain.hash),
            key: chain.key.letters(),
            seals,
            seal: letters(seal),
            next: String::new(),
            proof: String::new(),
        }
    }

    /// The key in it, unless nothing of it is left.
    pub fn key(&self) -> Option<Key> {
        from_letters(&self.key).map(Key::of)
    }

    /// What proves, under the closing key, that this was the end and which start came next.
    pub fn proof(&self, closing: &Key) -> String {
        let counts = format!("garim journal followed {} {}", self.records, self.seals);
        let texts = [&self.hash, &self.seal, &self.next].map(String::as_bytes);
        let [hash, seal, next] = texts;
        letters(&closing.mac(&[counts.as_bytes(), b" ", hash, b" ", seal, b" ", next]))
    }

    /// The chain has ended: what `key` makes of the key is put in its place.
    pub fn close(&mut self, key: &Key) {
        self.stage = Stage::Closed;
        self.key = key.closing().letters();
    }

    /// The start `next` has begun. Without a closing key there is no proof of it.
    pub fn follow(&mut self, next: &str) {
        next.clone_into(&mut self.next);
        if self.stage == Stage::Closed
            && let Some(closing) = self.key()
        {
            self.proof = self.proof(&closing);
        }
        self.key.clear();
        self.stage = Stage::Followed;
    }

    fn parse(slot: &[u8]) -> Option<State> {
        let text = std::str::from_utf8(slot).ok()?;
        let (json, _) = text.split_once('\t')?;
        let state: State = serde_json::from_str(json).ok()?;
        (state.slot().ok()? == slot).then_some(state)
    }

    fn slot(&self) -> io::Result<Vec<u8>> {
        let json = serde_json::to_string(self)?;
        let mut slot = format!("{json}\t{}", letters(&sha256(json.as_bytes()))).into_bytes();
        slot.resize(usize::try_from(SLOT).unwrap_or_default().saturating_sub(1), b' ');
        slot.push(b'\n');
        Ok(slot)
    }
}

/// What was read of a state file.
#[derive(Debug)]
pub(super) struct Read {
    /// The newest that is whole.
    pub state: Option<State>,
    /// One of the two slots is not.
    pub damaged: bool,
}

/// # Errors
/// When the file cannot be read.
pub(super) fn read(path: &Path) -> io::Result<Read> {
    let file = File::open(path)?;
    let mut slots = Vec::new();
    for number in 0..2 {
        let mut slot = Vec::new();
        let from = SLOT * number;
        slot.resize(usize::try_from(SLOT).unwrap_or_default(), 0);
        slots.push(file.read_exact_at(&mut slot, from).ok().and_then(|()| State::parse(&slot)));
    }
    let damaged = slots.iter().any(Option::is_none);
    Ok(Read { state: slots.into_iter().flatten().max_by_key(|state| state.turn), damaged })
}

/// The file of a start that is being written.
#[derive(Debug)]
pub(super) struct Keeper {
    path: PathBuf,
    file: File,
    pub state: State,
}

impl Keeper {
    /// Makes the file; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it is there already, or cannot be written.
    pub fn create(folder: &Path, start: &str, state: State) -> Result<Keeper, JournalError> {
        let path = names::key(folder, start);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(JournalError::at(&path))?;
        let mut keeper = Keeper { path, file, state };
        keeper.put_both()?;
        names::sync_folder(folder)?;
        Ok(keeper)
    }

    /// Opens the file of an older start, whose state this was.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(folder: &Path, start: &str, state: State) -> Result<Keeper, JournalError> {
        let path = names::key(folder, start);
        let file = OpenOptions::new().write(true).open(&path).map_err(JournalError::at(&path))?;
        Ok(Keeper { path, file, state })
    }

    /// # Errors
    /// When the file is not where it was made any more.
    pub fn is_there(&self) -> Result<(), JournalError> {
        is_there(&self.path, &self.file)
    }

    /// Writes the state over the older slot. It is not waited for: the log is on the disk first, and the state only
    /// tells how far it has come at least.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&mut self) -> Result<(), JournalError> {
        self.state.turn = self.state.turn.saturating_add(1);
        let slot = self.state.slot().map_err(JournalError::at(&self.path))?;
        self.file.write_all_at(&slot, (self.state.turn % 2).saturating_mul(SLOT)).map_err(JournalError::at(&self.path))
    }

    /// Writes the state over both slots, one after the other, so that no older key is left in the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_both(&mut self) -> Result<(), JournalError> {
        for _ in 0..2 {
            self.put()?;
            self.file.sync_all().map_err(JournalError::at(&self.path))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_slot_counts_and_one_may_be_torn() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut chain = Chain::begin(b"root", "s");
        let mut keeper = Keeper::create(folder.path(), "s", State::of(&chain, 0, &[0; 32])).expect("made");
        let path = names::key(folder.path(), "s");
        chain.record(&mut Vec::new(), 0, 0, "view", "");
        keeper.state = State { turn: keeper.state.turn, ..State::of(&chain, 0, &[0; 32]) };
        keeper.put().expect("written");
        let seen = read(&path).expect("read");
        assert_eq!((seen.state.as_ref().map(|state| state.records), seen.damaged), (Some(1), false));
        assert!(seen.state.and_then(|state| state.key()).is_some_and(|key| key.same(&chain.key)));
        let at = (keeper.state.turn % 2) * SLOT;
        keeper.file.write_all_at(b"x", at + 20).expect("written");
        let seen = read(&path).expect("read");
        assert_eq!((seen.state.map(|state| state.records), seen.damaged), (Some(0), true));
    }

    #[test]
    fn nothing_of_the_key_is_left_in_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let chain = Chain::begin(b"root", "s");
        let mut keeper = Keeper::create(folder.path(), "s", State::of(&chain, 0, &[0; 32])).expect("made");
        let path = names::key(folder.path(), "s");
        keeper.state.close(&chain.key);
        keeper.put_both().expect("written");
        assert!(!std::fs::read_to_string(&path).expect("text").contains(&chain.key.letters()));
        keeper.state.follow("t");
        keeper.put_both().expect("written");
        let text = std::fs::read_to_string(&path).expect("text");
        assert!(!text.contains(&chain.key.closing().letters()));
        assert_eq!(keeper.state.proof, keeper.state.proof(&chain.key.closing()));
    }
}
