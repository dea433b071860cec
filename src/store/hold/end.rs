//! Holds end: nobody decided in time, or they are not needed any more.

use super::{Expired, Hold, HoldError, HoldState};
use crate::store::db::Statement;
use crate::store::{Store, StoreError, each};

impl Store {
    /// Ends what nobody has decided or released in time, and tells of it.
    ///
    /// # Errors
    /// When none was ended.
    pub async fn expire_holds(&self, now: i64) -> Result<Vec<Expired>, StoreError> {
        let statement = Statement::returning(
            "UPDATE holds SET state = 'expired' WHERE state IN ('waiting', 'approved') AND expires <= $1 RETURNING id, body",
        );
        each(self.rows(statement.int(now)).await?, |row| Ok(Expired { id: row.text()?, body: row.text()? }))
    }

    /// Forgets key, head and answer, so that the body's file cannot be read by anybody any more; its name, for deleting it.
    ///
    /// # Errors
    /// When it still waits, or has been destroyed already.
    pub async fn destroy_hold(&self, id: &str, now: i64) -> Result<String, HoldError> {
        let statement = Statement::returning(
            "UPDATE holds SET state = 'destroyed', data_key = NULL, head = NULL, answer_body = NULL \
             WHERE id = $1 AND state IN ('refused', 'released', 'failed', 'expired') RETURNING body",
        );
        match self.row(statement.text(id)).await? {
            Some(mut row) => Ok(row.text()?),
            None => match self.hold(id).await? {
                Some(Hold { state: state @ (HoldState::Waiting | HoldState::Approved), .. }) => {
                    Err(HoldError::WrongState { state })
                }
                _ => Err(self.why(id, None, now).await),
            },
        }
    }

    /// Deletes the records of holds that were made before `time` and are destroyed; how many.
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete_holds_before(&self, time: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM holds WHERE state = 'destroyed' AND created < $1").int(time)).await
    }
}
