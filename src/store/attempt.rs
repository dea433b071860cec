//! Attempts to sign in: counted before a password is looked at, so that a hundred at once are not a hundred guesses, and for
//! every name, so that a lock does not tell which accounts there are.

use super::db::Statement;
use super::{Store, StoreError};

/// When a name is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// This many failures in a row lock it; at least 1.
    pub after: u32,
    /// For this long, in milliseconds.
    pub lasts: i64,
}

/// Whether somebody may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The attempt is counted: as a failure, until [`Store::attempt_succeeded`].
    Counted,
    /// The name is locked until then, in Unix milliseconds.
    Locked(i64),
}

impl Store {
    /// Counts an attempt to sign in as `name`. The one that makes the count full locks the name, and may still succeed.
    ///
    /// # Errors
    /// When it is not counted; then nobody may sign in.
    pub async fn begin_attempt(&self, name: &str, lock: Lock, now: i64) -> Result<Attempt, StoreError> {
        let after = i64::from(lock.after.max(1));
        // Failures older than the lock lasts are let be, as if they had locked and the lock had passed.
        let statement = Statement::returning(
            "INSERT INTO attempts (name, failed, last, locked_until) \
             VALUES ($1, 1, $4, CASE WHEN $2 <= 1 THEN $4 + $3 ELSE 0 END) \
             ON CONFLICT (name) DO UPDATE SET last = $4, \
             failed = CASE WHEN attempts.failed >= $2 OR attempts.last <= $4 - $3 THEN 1 ELSE attempts.failed + 1 END, \
             locked_until = CASE \
               WHEN (CASE WHEN attempts.failed >= $2 OR attempts.last <= $4 - $3 THEN 1 ELSE attempts.failed + 1 END) >= $2 \
               THEN $4 + $3 ELSE 0 END \
             WHERE attempts.locked_until <= $4 RETURNING failed",
        );
        if self.row(statement.text(name).int(after).int(lock.lasts).int(now)).await?.is_some() {
            return Ok(Attempt::Counted);
        }
        let read = Statement::read("SELECT locked_until FROM attempts WHERE name = $1").text(name);
        let until = self.row(read).await?.map_or(Ok(now), |mut row| row.int())?;
        Ok(Attempt::Locked(until))
    }

    /// The attempt that was counted has succeeded: there is no failure in a row any more.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn attempt_succeeded(&self, name: &str, now: i64) -> Result<(), StoreError> {
        let batch = vec![
            Statement::write("DELETE FROM attempts WHERE name = $1").text(name),
            Statement::write("UPDATE accounts SET last_login = $2 WHERE name = $1").text(name).int(now),
        ];
        self.together(batch).await.map(drop)
    }

    /// The attempt that was counted was none: a right password without the code that must follow.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn attempt_withdrawn(&self, name: &str) -> Result<(), StoreError> {
        let update = "UPDATE attempts SET failed = failed - 1, locked_until = 0 WHERE name = $1 AND failed > 0";
        self.change(Statement::write(update).text(name)).await.map(drop)
    }

    /// Unlocks a name; `false` when nothing was counted for it.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn unlock(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.change(Statement::write("DELETE FROM attempts WHERE name = $1").text(name)).await? > 0)
    }

    /// Forgets what was counted before `time`, a day ago say, and locks nothing any more; how many names.
    ///
    /// # Errors
    /// When none was forgotten.
    pub async fn forget_attempts_before(&self, time: i64) -> Result<u64, StoreError> {
        let delete = "DELETE FROM attempts WHERE last < $1 AND locked_until < $1";
        self.change(Statement::write(delete).int(time)).await
    }
}
