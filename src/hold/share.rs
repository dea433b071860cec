//! Bodies go from the node that took a post to the others by way of the store: its writer may come back to any of them.

use super::{ENDING, Holds, KeepError};
use crate::store::Hold;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

/// Bytes of a piece.
const PIECE: usize = 1 << 20;
/// Bodies of more bytes stay in their file: a database is no place for them.
const LARGEST: u64 = 64 << 20;
/// So many are read at a time.
const ROUND: usize = 200;

impl Holds {
    /// Puts bodies that lie in this node's folder alone into the store, encrypted as they are; how many.
    ///
    /// # Errors
    /// When the store cannot be asked, or a file not read.
    pub async fn share(&self) -> Result<usize, KeepError> {
        let (mut after, mut shared) = ((i64::MIN, String::new()), 0_usize);
        loop {
            let some = self.store.unshared_holds((after.0, &after.1), ROUND).await?;
            let Some(last) = some.last() else { return Ok(shared) };
            after = (last.post.created, last.post.id.clone());
            for hold in some.iter().filter(|hold| self.is_here(hold)) {
                shared = shared.saturating_add(usize::from(self.share_one(hold).await?));
            }
        }
    }

    async fn share_one(&self, hold: &Hold) -> Result<bool, KeepError> {
        let mut file = File::open(self.path(hold))?;
        if file.metadata()?.len() > LARGEST {
            return Ok(false);
        }
        let mut pieces = 0_i64;
        loop {
            let mut piece = Vec::new();
            (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
            if piece.is_empty() {
                break;
            }
            self.store.put_hold_piece(&hold.post.id, pieces, &piece).await?;
            pieces = pieces.saturating_add(1);
        }
        self.store.share_hold(&hold.post.id, pieces).await?;
        Ok(true)
    }

    /// Has the body of a post in this node's folder, if another node took it; whether it is there now.
    ///
    /// # Errors
    /// When the store cannot be asked, or the file not written.
    pub(super) async fn fetch(&self, hold: &Hold) -> Result<bool, KeepError> {
        if self.is_here(hold) {
            return Ok(true);
        }
        let pieces = self.store.hold_pieces(&hold.post.id).await?;
        if pieces == 0 {
            return Ok(false);
        }
        let path = self.path(hold);
        // It appears whole or not at all; of two that fetch it at once, each writes a file of its own.
        let unfinished = path.with_file_name(format!("{}.{ENDING}", super::token()?));
        let fetched =
            self.write(hold, pieces, &unfinished).await.and_then(|()| Ok(std::fs::rename(&unfinished, &path)?));
        if fetched.is_err() {
            let _ = std::fs::remove_file(&unfinished);
        }
        fetched.map(|()| true)
    }

    async fn write(&self, hold: &Hold, pieces: i64, path: &std::path::Path) -> Result<(), KeepError> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        for piece in 0..pieces {
            let bytes = self.store.hold_piece(&hold.post.id, piece).await?;
            file.write_all(&bytes.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?)?;
        }
        Ok(())
    }
}
