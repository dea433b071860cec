//! What ends, and what is destroyed.

use super::{ENDING, Holds, KeepError};
use crate::store::Hold;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// So many holds are ended in one round.
const ROUND: usize = 200;

/// A file that no hold in the store names is nobody's once it is so old: before, its post may still be arriving.
const NOBODYS: Duration = Duration::from_secs(3_600);

impl Holds {
    /// Holds with decisions that do not stand in the journal yet.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn unnoted(&self) -> Result<Vec<Hold>, KeepError> {
        Ok(self.store.unnoted_holds(ROUND).await?)
    }

    /// What is not needed any more, and is to be told of and destroyed.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn ended(&self) -> Result<Vec<Hold>, KeepError> {
        Ok(self.store.ended_holds(ROUND).await?)
    }

    /// Destroys a post: its key and its head, then its file. `false` when another node was quicker.
    ///
    /// # Errors
    /// When the store cannot be asked, or the file stays.
    pub async fn destroy(&self, hold: &Hold, now: i64) -> Result<bool, KeepError> {
        let destroyed = match self.store.destroy_hold(&hold.post.id, now).await {
            Ok(_) => true,
            Err(crate::store::HoldError::Destroyed | crate::store::HoldError::NotFound) => false,
            Err(error) => return Err(error.into()),
        };
        remove(self.path(hold))?;
        Ok(destroyed)
    }

    /// Ends what nobody has decided or released in time.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn expire(&self, now: i64) -> Result<(), KeepError> {
        self.store.expire_holds(now).await?;
        Ok(())
    }

    /// Forgets answers that were kept long enough.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn forget_answers(&self, now: i64) -> Result<(), KeepError> {
        self.store.forget_answers(now).await?;
        Ok(())
    }

    /// Gives up what was taken for sending before `time` and has no answer; how many.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn give_up(&self, time: i64) -> Result<u64, KeepError> {
        Ok(self.store.give_up_releases(time).await?)
    }

    /// Removes files of posts that were never held to the end, or are destroyed on another node; how many.
    ///
    /// # Errors
    /// When the folder or the store cannot be read.
    pub async fn clear(&self) -> Result<usize, KeepError> {
        let mut cleared = 0_usize;
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let id = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if path.extension().is_none_or(|ending| ending != ENDING) || !is_old(&path) {
                continue;
            }
            let hold = self.store.hold(id).await?;
            if hold.is_none_or(|hold| hold.post.data_key.is_empty()) {
                remove(path)?;
                cleared = cleared.saturating_add(1);
            }
        }
        if self.store.is_shared() {
            self.store.clear_hold_bodies().await?;
        }
        Ok(cleared)
    }
}

fn is_old(path: &std::path::Path) -> bool {
    let changed = std::fs::metadata(path).and_then(|data| data.modified());
    changed.is_ok_and(|changed| SystemTime::now().duration_since(changed).is_ok_and(|age| age >= NOBODYS))
}

fn remove(path: PathBuf) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
