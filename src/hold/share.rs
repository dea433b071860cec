//! Bodies go from the node that took a post to the others by way of the store: its writer may come back to any of them.

use super::{Holds, KeepError, Unfinished};
use crate::store::{Hold, Store};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

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
        match put(&self.store, &hold.post.id, &self.path(hold)).await? {
            Some(pieces) => self.store.share_hold(&hold.post.id, pieces).await.map(|()| true).map_err(KeepError::from),
            None => Ok(false),
        }
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
        get(&self.store, &hold.post.id, pieces, &self.path(hold)).await.map(|()| true)
    }
}

/// Puts what a file holds into the store; in how many pieces, or `None` where it is too long.
pub(super) async fn put(store: &Store, id: &str, path: &Path) -> Result<Option<i64>, KeepError> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() > LARGEST {
        return Ok(None);
    }
    let mut pieces = 0_i64;
    loop {
        let mut piece = Vec::new();
        (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(Some(pieces));
        }
        store.put_hold_piece(id, pieces, &piece).await?;
        pieces = pieces.saturating_add(1);
    }
}

/// Makes a file of these pieces. It appears whole or not at all; of two that fetch it at once, each writes a file of its own.
pub(super) async fn get(store: &Store, id: &str, pieces: i64, path: &Path) -> Result<(), KeepError> {
    let ending = path.extension().unwrap_or_default();
    let mut unfinished = Unfinished(Some(path.with_file_name(super::token()?).with_extension(ending)));
    if let Some(beside) = &unfinished.0 {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
        for piece in 0..pieces {
            let bytes = store.hold_piece(id, piece).await?;
            file.write_all(&bytes.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?)?;
        }
        std::fs::rename(beside, path)?;
    }
    unfinished.0 = None;
    Ok(())
}
