//! Sessions of accounts, known by the hashes of their tokens.

use super::db::{Row, Statement};
use super::{Store, StoreError, each};

/// Somebody who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The SHA-256 of the token, in hexadecimal digits.
    pub token: String,
    /// The account.
    pub account: String,
    /// When it began, in Unix milliseconds.
    pub created: i64,
    /// When it was last used, in Unix milliseconds.
    pub seen: i64,
    /// From where it began.
    pub address: String,
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn add_session(&self, session: &Session) -> Result<(), StoreError> {
        let insert = "INSERT INTO sessions (token, account, created, seen, address) VALUES ($1, $2, $3, $4, $5)";
        let statement = Statement::write(insert).text(&session.token).text(&session.account);
        let statement = statement.int(session.created).int(session.seen).text(&session.address);
        self.change(statement).await.map(drop)
    }

    /// The session of a token, unless its account is disabled.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, StoreError> {
        let statement = Statement::read(
            "SELECT token, account, sessions.created, seen, address FROM sessions JOIN accounts ON name = account \
             WHERE token = $1 AND disabled = 0",
        );
        self.row(statement.text(token)).await?.map(|mut row| session(&mut row)).transpose()
    }

    /// The session was used; never moves its time back.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn touch_session(&self, token: &str, now: i64) -> Result<(), StoreError> {
        let update = "UPDATE sessions SET seen = $2 WHERE token = $1 AND seen < $2";
        self.change(Statement::write(update).text(token).int(now)).await.map(drop)
    }

    /// Ends a session; `false` when there was none.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn end_session(&self, token: &str) -> Result<bool, StoreError> {
        Ok(self.change(Statement::write("DELETE FROM sessions WHERE token = $1").text(token)).await? > 0)
    }

    /// The sessions of an account, the newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn sessions(&self, account: &str) -> Result<Vec<Session>, StoreError> {
        let statement = Statement::read(
            "SELECT token, account, created, seen, address FROM sessions WHERE account = $1 ORDER BY created DESC, token",
        );
        each(self.rows(statement.text(account)).await?, session)
    }

    /// Ends the sessions that were last used before `seen` or began before `created`; how many.
    ///
    /// # Errors
    /// When none was ended.
    pub async fn end_sessions_before(&self, seen: i64, created: i64) -> Result<u64, StoreError> {
        let delete = "DELETE FROM sessions WHERE seen < $1 OR created < $2";
        self.change(Statement::write(delete).int(seen).int(created)).await
    }
}

fn session(row: &mut Row) -> Result<Session, StoreError> {
    Ok(Session {
        token: row.text()?,
        account: row.text()?,
        created: row.int()?,
        seen: row.int()?,
        address: row.text()?,
    })
}
