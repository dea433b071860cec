//! A hold is taken for sending, once, and what became of it is kept.

use super::row::{columns, plain, whole};
use super::{Answer, Hold, HoldError, HoldState};
use crate::store::db::Statement;
use crate::store::{Store, StoreError, each};

impl Store {
    /// Takes the hold for sending: exactly one caller, on whichever node, ever gets it.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn begin_release(&self, id: &str, now: i64) -> Result<Hold, HoldError> {
        let statement = Statement::returning(concat!(
            "UPDATE holds SET state = 'released', released_at = $2 \
             WHERE id = $1 AND state = 'approved' AND expires > $2 RETURNING ",
            columns!(),
            ", data_key, head, answer_body"
        ));
        match self.row(statement.text(id).int(now)).await? {
            Some(mut row) => Ok(whole(&mut row)?),
            None => Err(self.why(id, None, now).await),
        }
    }

    /// What was taken for sending before `time` and has no answer: its node was stopped, or lost the database. Whether it
    /// arrived is not known; a person looks, and ends it with [`Store::fail_release`] or [`Store::finish_release`].
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn unfinished_releases(&self, time: i64) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE state = 'released' AND answer_status IS NULL AND released_at < $1 ORDER BY released_at, id"
        ));
        each(self.rows(statement.int(time)).await?, plain)
    }

    /// What the site answered to the post that is being sent.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn finish_release(&self, id: &str, answer: &Answer, now: i64) -> Result<(), HoldError> {
        self.answered(id, HoldState::Released, Some(answer), now).await
    }

    /// The post that is being sent did not arrive, or the site did not take it.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn fail_release(&self, id: &str, answer: Option<&Answer>, now: i64) -> Result<(), HoldError> {
        self.answered(id, HoldState::Failed, answer, now).await
    }

    async fn answered(&self, id: &str, to: HoldState, answer: Option<&Answer>, now: i64) -> Result<(), HoldError> {
        let update = "UPDATE holds SET state = $2, answer_status = $3, answer_body = $4 \
             WHERE id = $1 AND state = 'released' AND answer_status IS NULL";
        let statement = Statement::write(update).text(id).text(to.name());
        let statement = statement.int(answer.map(|answer| i64::from(answer.status)));
        match self.change(statement.maybe_bytes(answer.map(|answer| answer.body.as_slice()))).await? {
            0 => Err(self.why(id, None, now).await),
            _ => Ok(()),
        }
    }
}
