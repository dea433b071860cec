//! Holds end: nobody decided in time, or they are not needed any more.

use super::row::{columns, decisions, plain};
use super::{Hold, HoldError, HoldState};
use crate::store::db::Statement;
use crate::store::{Store, StoreError, each, limit};

impl Store {
    /// Ends what nobody has decided or released in time; how many.
    ///
    /// # Errors
    /// When none was ended.
    pub async fn expire_holds(&self, now: i64) -> Result<u64, StoreError> {
        let update = "UPDATE holds SET state = 'expired' WHERE state IN ('waiting', 'approved') AND expires <= $1";
        self.change(Statement::write(update).int(now)).await
    }

    /// What is to be destroyed, the oldest first: it will not be sent any more, or was sent and has its answer, and all that
    /// was decided about it stands in the journal.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn ended_holds(&self, most: usize) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE (state IN ('refused', 'expired', 'failed') \
             OR (state = 'released' AND answer_status IS NOT NULL)) AND noted >= ",
            decisions!(),
            " ORDER BY created, id LIMIT $1"
        ));
        each(self.rows(statement.int(limit(most))).await?, plain)
    }

    /// Forgets key and head, so that the body's file cannot be read by anybody any more; its name, for deleting it.
    ///
    /// # Errors
    /// When it still waits, or has been destroyed already.
    pub async fn destroy_hold(&self, id: &str, now: i64) -> Result<String, HoldError> {
        let statement = Statement::returning(
            "UPDATE holds SET ended = state, state = 'destroyed', data_key = NULL, head = NULL \
             WHERE id = $1 AND state IN ('refused', 'released', 'failed', 'expired') RETURNING body",
        );
        match self.row(statement.text(id)).await? {
            Some(mut row) => {
                // Without its key nobody can read what is left.
                self.forget_hold_body(id).await?;
                Ok(row.text()?)
            }
            None => match self.own_hold(id).await? {
                Some(Hold { state: state @ (HoldState::Waiting | HoldState::Approved), .. }) => {
                    Err(HoldError::WrongState { state })
                }
                _ => Err(self.why(id, None, now).await),
            },
        }
    }

    /// Forgets what sites answered, with its keys, once it has been kept for as long as its post might have waited; how many.
    ///
    /// # Errors
    /// When none was forgotten.
    pub async fn forget_answers(&self, now: i64) -> Result<u64, StoreError> {
        let update = "UPDATE holds SET answer_key = NULL, answer_body = NULL \
             WHERE answer_key IS NOT NULL AND released_at + (expires - created) <= $1";
        self.change(Statement::write(update).int(now)).await
    }

    /// Deletes the records of holds that were made before `time` and are destroyed; how many.
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete_holds_before(&self, time: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM holds WHERE state = 'destroyed' AND created < $1").int(time)).await
    }
}
