//! Bodies of posts that wait, for the nodes that have no file of them; and of what somebody was asked about.

use super::row::{columns, plain};
use super::{Hold, HoldError};
use crate::store::db::Statement;
use crate::store::{Store, StoreError, each, limit};

impl Store {
    /// Whether several nodes may share it.
    pub fn is_shared(&self) -> bool {
        self.standby.is_some()
    }

    /// What may still be sent and has its body in a file alone, the oldest first, from such a time and id on.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn unshared_holds(&self, after: (i64, &str), most: usize) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE state IN ('waiting', 'approved') AND shared = 0 \
             AND (created > $1 OR (created = $1 AND id > $2)) ORDER BY created, id LIMIT $3"
        ));
        each(self.rows(statement.int(after.0).text(after.1).int(limit(most))).await?, plain)
    }

    /// Puts down a piece of a body, encrypted as it is in its file.
    ///
    /// # Errors
    /// When it was not written.
    pub async fn put_hold_piece(&self, id: &str, piece: i64, bytes: &[u8]) -> Result<(), StoreError> {
        let insert = "INSERT INTO hold_bodies (hold, piece, bytes) VALUES ($1, $2, $3) \
             ON CONFLICT (hold, piece) DO UPDATE SET bytes = excluded.bytes";
        self.change(Statement::write(insert).text(id).int(piece).bytes(bytes)).await.map(drop)
    }

    /// All pieces are there. Where nobody can send it any more, they go again.
    ///
    /// # Errors
    /// When it was not written.
    pub async fn share_hold(&self, id: &str, pieces: i64) -> Result<(), StoreError> {
        let update = "UPDATE holds SET shared = $2 WHERE id = $1 AND state IN ('waiting', 'approved')";
        match self.change(Statement::write(update).text(id).int(pieces)).await? {
            0 => self.forget_hold_body(id).await,
            _ => Ok(()),
        }
    }

    /// How many pieces a body has here; none until all of them are there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn hold_pieces(&self, id: &str) -> Result<i64, HoldError> {
        let statement = Statement::read("SELECT shared FROM holds WHERE id = $1").text(id);
        match self.row(statement).await? {
            Some(mut row) => Ok(row.int()?),
            None => Err(HoldError::NotFound),
        }
    }

    /// One of them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn hold_piece(&self, id: &str, piece: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let statement = Statement::read("SELECT bytes FROM hold_bodies WHERE hold = $1 AND piece = $2");
        match self.row(statement.text(id).int(piece)).await? {
            Some(mut row) => row.maybe_bytes(),
            None => Ok(None),
        }
    }

    /// Removes the body of one that is destroyed.
    pub(in crate::store) async fn forget_hold_body(&self, id: &str) -> Result<(), StoreError> {
        self.change(Statement::write("DELETE FROM hold_bodies WHERE hold = $1").text(id)).await.map(drop)
    }

    /// Removes bodies that a node was putting down when it ended, and whose posts nobody can send any more; how many pieces.
    ///
    /// # Errors
    /// When none was removed.
    pub async fn clear_hold_bodies(&self) -> Result<u64, StoreError> {
        let delete = "DELETE FROM hold_bodies WHERE hold NOT IN \
             (SELECT id FROM holds WHERE state IN ('waiting', 'approved', 'released')) \
             AND hold NOT IN (SELECT id FROM asked)";
        self.change(Statement::write(delete)).await
    }
}
