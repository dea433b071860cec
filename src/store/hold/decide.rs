//! Somebody says yes or no, and whoever cannot is told why.

use super::row::{columns, decisions, plain, state};
use super::{Approval, Decision, Hold, HoldError, HoldState};
use crate::store::db::Statement;
use crate::store::{Store, StoreError, each, limit};

impl Store {
    /// `who` approves, and may say something to the writer.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn approve_hold(
        &self,
        id: &str,
        who: &str,
        message: Option<&str>,
        now: i64,
    ) -> Result<Decision, HoldError> {
        let statement = Statement::returning(
            "UPDATE holds SET first_by = COALESCE(first_by, $2), first_at = COALESCE(first_at, $3), \
             first_said = CASE WHEN first_by IS NULL THEN $4 ELSE first_said END, \
             second_by = CASE WHEN first_by IS NULL THEN NULL ELSE $2 END, \
             second_at = CASE WHEN first_by IS NULL THEN NULL ELSE $3 END, \
             second_said = CASE WHEN first_by IS NULL THEN NULL ELSE $4 END, \
             state = CASE WHEN needed = 1 OR first_by IS NOT NULL THEN 'approved' ELSE 'waiting' END \
             WHERE id = $1 AND state = 'waiting' AND expires > $3 AND (first_by IS NULL OR first_by <> $2) RETURNING state",
        );
        match self.row(statement.text(id).text(who).int(now).maybe_text(message)).await? {
            Some(mut row) => match row.word(state)? {
                HoldState::Approved => Ok(Decision::Approved),
                _ => Ok(Decision::NeedsAnother),
            },
            None => Err(self.why(id, Some(who), now).await),
        }
    }

    /// `who` refuses, also after the first of two approvals, and may say why to the writer.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn refuse_hold(&self, id: &str, who: &str, message: Option<&str>, now: i64) -> Result<(), HoldError> {
        let update = "UPDATE holds SET state = 'refused', refused_by = $2, refused_at = $3, refused_said = $4 \
             WHERE id = $1 AND state = 'waiting' AND expires > $3";
        let statement = Statement::write(update).text(id).text(who).int(now).maybe_text(message);
        match self.change(statement).await? {
            0 => Err(self.why(id, Some(who), now).await),
            _ => Ok(()),
        }
    }

    /// Holds with decisions that do not stand in the journal yet, the oldest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn unnoted_holds(&self, most: usize) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE state IN ('waiting', 'approved', 'refused', 'released', 'failed', 'expired') AND ",
            decisions!(),
            " > noted ORDER BY created, id LIMIT $1"
        ));
        each(self.rows(statement.int(limit(most))).await?, plain)
    }

    /// So many decisions of a hold stand in the journal now; `false` if as many did before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn note_hold(&self, id: &str, decisions: usize) -> Result<bool, StoreError> {
        let update = "UPDATE holds SET noted = $2 WHERE id = $1 AND noted < $2";
        Ok(self.change(Statement::write(update).text(id).int(limit(decisions))).await? == 1)
    }

    /// Why a change of the hold found nothing to change; `who` when it was a decision.
    pub(super) async fn why(&self, id: &str, who: Option<&str>, now: i64) -> HoldError {
        match self.own_hold(id).await {
            Ok(Some(hold)) => reason(hold, who, now),
            Ok(None) => HoldError::NotFound,
            Err(error) => HoldError::Store(error),
        }
    }
}

fn reason(hold: Hold, who: Option<&str>, now: i64) -> HoldError {
    let decided = hold.refusal.or_else(|| hold.approvals.last().cloned());
    match (hold.state, who, decided) {
        (HoldState::Destroyed, _, _) => HoldError::Destroyed,
        (HoldState::Expired, _, _) => HoldError::Expired,
        (HoldState::Waiting | HoldState::Approved, None, _) | (HoldState::Waiting, Some(_), _)
            if hold.post.expires <= now =>
        {
            HoldError::Expired
        }
        (HoldState::Waiting, Some(_), _) => HoldError::SamePerson,
        (HoldState::Waiting, None, _) => HoldError::NotApproved,
        (_, Some(_), Some(Approval { who, when, .. })) => HoldError::AlreadyDecided { by: who, when },
        (HoldState::Released | HoldState::Failed, _, _) => {
            HoldError::AlreadyReleased { when: hold.released.unwrap_or_default() }
        }
        (HoldState::Refused, None, Some(Approval { who, when, .. })) => HoldError::AlreadyDecided { by: who, when },
        (state, _, _) => HoldError::WrongState { state },
    }
}
