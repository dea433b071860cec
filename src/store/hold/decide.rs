//! Somebody says yes or no, and whoever cannot is told why.

use super::row::state;
use super::{Approval, Decision, Hold, HoldError, HoldState};
use crate::store::Store;
use crate::store::db::Statement;

impl Store {
    /// `who` approves.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn approve_hold(&self, id: &str, who: &str, now: i64) -> Result<Decision, HoldError> {
        let statement = Statement::returning(
            "UPDATE holds SET first_by = COALESCE(first_by, $2), first_at = COALESCE(first_at, $3), \
             second_by = CASE WHEN first_by IS NULL THEN NULL ELSE $2 END, \
             second_at = CASE WHEN first_by IS NULL THEN NULL ELSE $3 END, \
             state = CASE WHEN needed = 1 OR first_by IS NOT NULL THEN 'approved' ELSE 'waiting' END \
             WHERE id = $1 AND state = 'waiting' AND expires > $3 AND (first_by IS NULL OR first_by <> $2) RETURNING state",
        );
        match self.row(statement.text(id).text(who).int(now)).await? {
            Some(mut row) => match row.word(state)? {
                HoldState::Approved => Ok(Decision::Approved),
                _ => Ok(Decision::NeedsAnother),
            },
            None => Err(self.why(id, Some(who), now).await),
        }
    }

    /// `who` refuses, also after the first of two approvals.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn refuse_hold(&self, id: &str, who: &str, now: i64) -> Result<(), HoldError> {
        let update = "UPDATE holds SET state = 'refused', refused_by = $2, refused_at = $3 \
             WHERE id = $1 AND state = 'waiting' AND expires > $3";
        match self.change(Statement::write(update).text(id).text(who).int(now)).await? {
            0 => Err(self.why(id, Some(who), now).await),
            _ => Ok(()),
        }
    }

    /// Why a change of the hold found nothing to change; `who` when it was a decision.
    pub(super) async fn why(&self, id: &str, who: Option<&str>, now: i64) -> HoldError {
        match self.hold(id).await {
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
        (_, Some(_), Some(Approval { who, when })) => HoldError::AlreadyDecided { by: who, when },
        (HoldState::Released | HoldState::Failed, _, _) => {
            HoldError::AlreadyReleased { when: hold.released.unwrap_or_default() }
        }
        (HoldState::Refused, None, Some(Approval { who, when })) => HoldError::AlreadyDecided { by: who, when },
        (state, _, _) => HoldError::WrongState { state },
    }
}
