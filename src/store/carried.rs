//! What is brought over from the file beside a shared database, besides what windows have counted. Each thing is there before it
//! is removed here, and putting it there twice changes nothing, so that a crash in between loses and doubles nothing.

use super::db::Statement;
use super::named::named;
use super::{Incident, IncidentFilter, NamedSession, Page, Store, StoreError, each, limit};

/// So many are brought over at once; posts one by one.
const AT_ONCE: usize = 500;

impl Store {
    /// How many posts wait in the file beside, for the database to be back; nobody can decide about them before.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn holds_beside(&self) -> Result<u64, StoreError> {
        let Some(here) = self.beside() else { return Ok(0) };
        let count =
            here.row(Statement::read("SELECT count(*) FROM holds")).await?.map_or(Ok(0), |mut row| row.int())?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Brings everything over; how many rows.
    pub(super) async fn bring_over(&self, here: &Store, now: i64) -> Result<u64, StoreError> {
        let incidents = self.bring_incidents(here).await?;
        let named = self.bring_named(here, now).await?;
        Ok(incidents.saturating_add(named).saturating_add(self.bring_holds(here).await?))
    }

    async fn bring_incidents(&self, here: &Store) -> Result<u64, StoreError> {
        let mut brought = 0_u64;
        loop {
            let some: Vec<Incident> = here.own_incidents(&IncidentFilter::default(), &Page::first(AT_ONCE)).await?;
            if some.is_empty() {
                return Ok(brought);
            }
            self.put_incidents(&some).await?;
            let gone = some.iter().map(|one| Statement::write("DELETE FROM incidents WHERE id = $1").text(&one.id));
            here.together(gone.collect()).await?;
            brought = brought.saturating_add(u64::try_from(some.len()).unwrap_or(u64::MAX));
        }
    }

    async fn bring_named(&self, here: &Store, now: i64) -> Result<u64, StoreError> {
        let mut brought = 0_u64;
        loop {
            let statement = Statement::read(
                "SELECT session, site, account, hash, since, until, ended, changed FROM named_sessions \
                 ORDER BY changed, session LIMIT $1",
            );
            let rows = here.rows(statement.int(limit(AT_ONCE))).await?;
            let some: Vec<(NamedSession, i64)> = each(rows, |row| Ok((named(row)?, row.int()?)))?;
            if some.is_empty() {
                return Ok(brought);
            }
            for (one, changed) in &some {
                // Other nodes hear of what has changed of late: that is now.
                match one.ended {
                    true => self.put_unnamed(std::slice::from_ref(&one.session), now).await?,
                    false => self.put_named(one, now).await?,
                }
                let gone = "DELETE FROM named_sessions WHERE session = $1 AND changed = $2";
                here.change(Statement::write(gone).text(&one.session).int(*changed)).await?;
                brought = brought.saturating_add(1);
            }
        }
    }

    async fn bring_holds(&self, here: &Store) -> Result<u64, StoreError> {
        let mut brought = 0_u64;
        loop {
            let some = here.kept_holds(AT_ONCE).await?;
            if some.is_empty() {
                return Ok(brought);
            }
            for hold in some {
                let id = &hold.post.id;
                // It may have arrived there just before the answer was lost.
                if !self.put_hold(&hold.post).await? && self.own_hold(id).await?.is_none() {
                    return Err(StoreError::Unreadable(format!("the token of the hold {id} is another's")));
                }
                here.change(Statement::write("DELETE FROM holds WHERE id = $1").text(id)).await?;
                brought = brought.saturating_add(1);
            }
        }
    }
}
