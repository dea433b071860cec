//! Keys of holds, wrapped by the key of the nodes, are wrapped anew when that changes.

use crate::store::db::Statement;
use crate::store::{Store, StoreError, each, limit};

/// What a wrapped key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOf {
    /// A post.
    Post,
    /// What the site answered to it.
    Answer,
}

/// The wrapped keys of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The hold's id.
    pub id: String,
    /// The key of the post; `None` once it is destroyed.
    pub post: Option<Vec<u8>>,
    /// The key of the answer, where one is kept.
    pub answer: Option<Vec<u8>>,
}

impl Store {
    /// A page of the holds that have keys, by id, behind `after`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn wrapped_keys(&self, after: &str, most: usize) -> Result<Vec<Wrapped>, StoreError> {
        let statement = Statement::read(
            "SELECT id, data_key, answer_key FROM holds WHERE id > $1 \
             AND (data_key IS NOT NULL OR answer_key IS NOT NULL) ORDER BY id LIMIT $2",
        );
        each(self.rows(statement.text(after).int(limit(most))).await?, |row| {
            Ok(Wrapped { id: row.text()?, post: row.maybe_bytes()?, answer: row.maybe_bytes()? })
        })
    }

    /// Puts a key, wrapped anew, in the place of what it was wrapped in before; `false` if that stands there no more.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn rewrap_key(&self, id: &str, of: KeyOf, before: &[u8], anew: &[u8]) -> Result<bool, StoreError> {
        let statement = Statement::write(match of {
            KeyOf::Post => "UPDATE holds SET data_key = $3 WHERE id = $1 AND data_key = $2",
            KeyOf::Answer => "UPDATE holds SET answer_key = $3 WHERE id = $1 AND answer_key = $2",
        });
        Ok(self.change(statement.text(id).bytes(before).bytes(anew)).await? == 1)
    }
}
