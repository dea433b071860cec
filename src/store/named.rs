//! Which session of a site belongs to which account of the site: so that a restart and other nodes know it too.

use super::db::{Row, Statement};
use super::standby::there_or_here;
use super::{Store, StoreError, each, limit};

/// A session that bears the name of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSession {
    /// The keyed hash of the session, never the session itself.
    pub session: String,
    /// The site's name.
    pub site: String,
    /// The account, as records show it.
    pub account: String,
    /// The keyed hash of the account.
    pub hash: String,
    /// When it signed in, in Unix milliseconds.
    pub since: i64,
    /// When the name is forgotten, in Unix milliseconds.
    pub until: i64,
    /// It has been signed out, or the session has another name by now.
    pub ended: bool,
}

/// So many stay when there are too many: those that last longest.
pub const MOST_NAMED: usize = 100_000;

impl Store {
    /// Has a session bear a name from now on, instead of any that it had. While the database is away, other nodes hear of it
    /// later.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn name_session(&self, named: &NamedSession, now: i64) -> Result<(), StoreError> {
        there_or_here!(self, at => at.put_named(named, now))
    }

    pub(super) async fn put_named(&self, named: &NamedSession, now: i64) -> Result<(), StoreError> {
        let insert = "INSERT INTO named_sessions (session, site, account, hash, since, until, changed) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (session) DO UPDATE SET site = excluded.site, \
             account = excluded.account, hash = excluded.hash, since = excluded.since, until = excluded.until, \
             changed = excluded.changed, ended = 0";
        let statement = Statement::write(insert).text(&named.session).text(&named.site).text(&named.account);
        let statement = statement.text(&named.hash).int(named.since).int(named.until).int(now);
        self.change(statement).await.map(drop)
    }

    /// Takes the name from sessions, by their keyed hashes. While the database is away, other nodes hear of it later.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn unname_sessions(&self, sessions: &[String], now: i64) -> Result<(), StoreError> {
        if let Some(here) = self.instead() {
            return here.note_unnamed(sessions, now).await;
        }
        match self.put_unnamed(sessions, now).await {
            Err(error) => match self.instead_after(&error) {
                Some(here) => here.note_unnamed(sessions, now).await,
                None => Err(error),
            },
            done => done,
        }
    }

    /// Notes that these have no name any more, whether one is known here or not.
    async fn note_unnamed(&self, sessions: &[String], now: i64) -> Result<(), StoreError> {
        let insert = "INSERT INTO named_sessions (session, site, account, hash, since, until, changed, ended) \
             VALUES ($1, '', '', '', $2, $2, $2, 1) ON CONFLICT (session) DO UPDATE SET ended = 1, changed = excluded.changed";
        let batch = sessions.iter().map(|session| Statement::write(insert).text(session).int(now)).collect();
        self.together(batch).await.map(drop)
    }

    pub(super) async fn put_unnamed(&self, sessions: &[String], now: i64) -> Result<(), StoreError> {
        let update = "UPDATE named_sessions SET ended = 1, changed = $2 WHERE session = $1 AND ended = 0";
        let batch = sessions.iter().map(|session| Statement::write(update).text(session).int(now)).collect();
        self.together(batch).await.map(drop)
    }

    /// The sessions that bear a name at `now`, those that last longest first. While the database is away, those that got it at
    /// this node since then.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn named_sessions(&self, now: i64) -> Result<Vec<NamedSession>, StoreError> {
        there_or_here!(self, at => at.own_named(now))
    }

    async fn own_named(&self, now: i64) -> Result<Vec<NamedSession>, StoreError> {
        let statement = Statement::read(
            "SELECT session, site, account, hash, since, until, ended FROM named_sessions \
             WHERE until > $1 AND ended = 0 ORDER BY until DESC, session LIMIT $2",
        );
        each(self.rows(statement.int(now).int(limit(MOST_NAMED))).await?, named)
    }

    /// What has changed since, the oldest first: new names, and those that ended.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn named_sessions_since(&self, time: i64) -> Result<Vec<NamedSession>, StoreError> {
        let statement = Statement::read(
            "SELECT session, site, account, hash, since, until, ended FROM named_sessions \
             WHERE changed >= $1 ORDER BY changed, session LIMIT $2",
        );
        each(self.rows(statement.int(time).int(limit(MOST_NAMED))).await?, named)
    }

    /// Forgets names that have expired, and those beyond [`MOST_NAMED`]; how many.
    ///
    /// # Errors
    /// When none was forgotten.
    pub async fn forget_named_sessions(&self, now: i64) -> Result<u64, StoreError> {
        if self.is_away() {
            // What is here is brought over first.
            return Ok(0);
        }
        let expired = "DELETE FROM named_sessions WHERE until <= $1";
        let beyond = "DELETE FROM named_sessions WHERE session IN \
             (SELECT session FROM named_sessions ORDER BY until DESC, session LIMIT 100000 OFFSET $1)";
        let forgotten = self.change(Statement::write(expired).int(now)).await?;
        let more = self.change(Statement::write(beyond).int(limit(MOST_NAMED))).await?;
        Ok(forgotten.saturating_add(more))
    }
}

pub(super) fn named(row: &mut Row) -> Result<NamedSession, StoreError> {
    Ok(NamedSession {
        session: row.text()?,
        site: row.text()?,
        account: row.text()?,
        hash: row.text()?,
        since: row.int()?,
        until: row.int()?,
        ended: row.int()? != 0,
    })
}
