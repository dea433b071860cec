//! A hold is taken for sending, once, and what became of it is kept.

use super::row::{columns, secrets, whole};
use super::{Answer, Failure, Hold, HoldError, HoldState};
use crate::store::db::Statement;
use crate::store::{Store, StoreError};

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
            secrets!()
        ));
        match self.row(statement.text(id).int(now)).await? {
            Some(mut row) => Ok(whole(&mut row)?),
            None => Err(self.why(id, None, now).await),
        }
    }

    /// Gives back what was taken for sending and has certainly not reached the site: it may be taken once more. `released`
    /// stays as the time of this attempt.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn put_back_hold(&self, id: &str, now: i64) -> Result<(), HoldError> {
        let update =
            "UPDATE holds SET state = 'approved' WHERE id = $1 AND state = 'released' AND answer_status IS NULL";
        match self.change(Statement::write(update).text(id)).await? {
            0 => Err(self.why(id, None, now).await),
            _ => Ok(()),
        }
    }

    /// Gives up what was taken for sending before `time` and has no answer: its node was stopped, or lost the database.
    /// Whether it arrived is not known, and it is not sent again. How many.
    ///
    /// # Errors
    /// When none was given up.
    pub async fn give_up_releases(&self, time: i64) -> Result<u64, StoreError> {
        let update = "UPDATE holds SET state = 'failed', failure = $2 \
             WHERE state = 'released' AND answer_status IS NULL AND released_at < $1";
        self.change(Statement::write(update).int(time).text(Failure::Unknown.name())).await
    }

    /// What the site answered to the post that is being sent.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn finish_release(&self, id: &str, answer: &Answer, now: i64) -> Result<(), HoldError> {
        self.answered(id, HoldState::Released, None, Some(answer), now).await
    }

    /// The post that is being sent did not arrive, or the site did not take it.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn fail_release(
        &self,
        id: &str,
        failure: Failure,
        answer: Option<&Answer>,
        now: i64,
    ) -> Result<(), HoldError> {
        self.answered(id, HoldState::Failed, Some(failure), answer, now).await
    }

    async fn answered(
        &self,
        id: &str,
        to: HoldState,
        failure: Option<Failure>,
        answer: Option<&Answer>,
        now: i64,
    ) -> Result<(), HoldError> {
        let update = "UPDATE holds SET state = $2, failure = $3, answer_status = $4, answer_key = $5, answer_body = $6 \
             WHERE id = $1 AND state = 'released' AND answer_status IS NULL";
        let kept = answer.filter(|answer| !answer.key.is_empty());
        let statement = Statement::write(update).text(id).text(to.name()).maybe_text(failure.map(Failure::name));
        let statement = statement.int(answer.map(|answer| i64::from(answer.status)));
        let statement = statement.maybe_bytes(kept.map(|answer| answer.key.as_slice()));
        match self.change(statement.maybe_bytes(kept.map(|answer| answer.body.as_slice()))).await? {
            0 => Err(self.why(id, None, now).await),
            _ => Ok(()),
        }
    }
}
