//! A post is taken out to be sent, once, and what became of it is kept.

use super::{Head, Heard, Holds, KeepError, Reader, answer, unwrapped};
use crate::seal::Ring;
use crate::store::{Failure, Hold, HoldFilter, HoldState, Page};

/// So many holds are looked at in one round.
const ROUND: usize = 1_000;

/// What is to be sent now, and never again.
pub struct Released {
    /// Its head, as it came.
    pub head: Head,
    /// Its body, to be read.
    pub body: Reader,
    /// Who approved it.
    pub approved: Vec<String>,
}

impl Holds {
    /// Whether the key of a hold is one of the ring's: after a change of keys, a node may not have them yet.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn opens(&self, ring: &Ring, id: &str) -> Result<bool, KeepError> {
        let hold = self.store.hold(id).await?;
        Ok(hold.is_none_or(|hold| !Holds::is_shut(ring, &hold)))
    }

    /// Whether a hold still has its key, and no key of the ring opens that.
    pub fn is_shut(ring: &Ring, hold: &Hold) -> bool {
        !hold.post.data_key.is_empty() && Holds::head(ring, hold).is_err()
    }

    /// Takes a hold for sending, which happens once. If its file cannot be opened it has failed; if its key is none of the
    /// ring's, or its body is on another node, it is not taken.
    ///
    /// # Errors
    /// When it is not to be sent, or cannot be opened.
    pub async fn release(&self, ring: &Ring, id: &str, now: i64) -> Result<Released, KeepError> {
        if !self.opens(ring, id).await? {
            return Err(KeepError::Sealed);
        }
        if let Some(hold) = self.store.hold(id).await?
            && !self.fetch(&hold).await?
            && self.store.is_shared()
        {
            return Err(KeepError::Elsewhere);
        }
        let hold = self.store.begin_release(id, now).await?;
        let opened = self.opened(ring, &hold);
        if opened.is_err() {
            self.store.fail_release(id, Failure::Unreadable, None, now).await?;
        }
        opened
    }

    fn opened(&self, ring: &Ring, hold: &Hold) -> Result<Released, KeepError> {
        let approved = hold.approvals.iter().map(|approval| approval.who.clone()).collect();
        let head = Holds::head(ring, hold)?;
        let key = unwrapped(ring, &hold.post.data_key)?;
        Ok(Released { head, body: Reader::open(&self.path(hold), &key)?, approved })
    }

    /// What is approved and may be sent from here, the oldest first: its file is here, or it was approved before `left` and its
    /// body is in the store; and the last attempt to send it, if there was one, was before `tried`.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn approved(&self, tried: i64, left: i64, now: i64) -> Result<Vec<Hold>, KeepError> {
        let filter = HoldFilter { state: Some(HoldState::Approved), ..HoldFilter::default() };
        let (mut page, mut ours) = (Page::first(ROUND), Vec::new());
        // Those of other nodes may be many.
        while ours.len() < ROUND {
            let some = self.store.holds_in_turn(&filter, &page).await?;
            let Some(last) = some.last() else { break };
            page.after = Some((last.post.created, last.post.id.clone()));
            for hold in some {
                let is_due = hold.post.expires > now && hold.released.is_none_or(|last| last < tried);
                if is_due && (self.is_here(&hold) || self.is_left(&hold, left).await?) {
                    ours.push(hold);
                }
            }
        }
        Ok(ours)
    }

    /// Whether the node that has the file of a hold has let the moment pass in which it alone sends it, and any other can.
    async fn is_left(&self, hold: &Hold, left: i64) -> Result<bool, KeepError> {
        let is_old = hold.approvals.iter().all(|approval| approval.when < left);
        Ok(is_old && self.store.is_shared() && self.store.hold_pieces(&hold.post.id).await? > 0)
    }

    /// What the site answered, and whether that is a failure.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn answered(
        &self,
        ring: &Ring,
        id: &str,
        heard: &Heard,
        failure: Option<Failure>,
        now: i64,
    ) -> Result<(), KeepError> {
        let answer = answer::sealed(ring, id, heard)?;
        match failure {
            None => self.store.finish_release(id, &answer, now).await?,
            Some(failure) => self.store.fail_release(id, failure, Some(&answer), now).await?,
        }
        Ok(())
    }

    /// The site has given no answer that is known.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn failed(&self, id: &str, failure: Failure, now: i64) -> Result<(), KeepError> {
        Ok(self.store.fail_release(id, failure, None, now).await?)
    }

    /// It has certainly not reached the site, and may be sent later.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn put_back(&self, id: &str, now: i64) -> Result<(), KeepError> {
        Ok(self.store.put_back_hold(id, now).await?)
    }

    /// What the site answered, as far as it is kept; `None` where nothing is.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn answer(ring: &Ring, hold: &Hold) -> Result<Option<Heard>, KeepError> {
        match &hold.answer {
            Some(kept) if !kept.key.is_empty() => answer::opened(ring, &hold.post.id, kept).map(Some),
            _ => Ok(None),
        }
    }
}
