//! Tokens that are good once: those of a warning's or a question's page.

use super::db::Statement;
use super::{Store, StoreError};

impl Store {
    /// Spends the token with this hash: `true` for exactly one caller, on whichever node, and only before it expires.
    ///
    /// # Errors
    /// When it cannot be told; then the token must be taken as spent.
    pub async fn spend(&self, token: &str, expires: i64, now: i64) -> Result<bool, StoreError> {
        if expires <= now {
            return Ok(false);
        }
        let insert = "INSERT INTO spent (token, expires) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING";
        Ok(self.change(Statement::write(insert).text(token).int(expires)).await? == 1)
    }

    /// Forgets the tokens that have expired and so are refused anyway; how many.
    ///
    /// # Errors
    /// When none was forgotten.
    pub async fn forget_spent(&self, now: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM spent WHERE expires <= $1").int(now)).await
    }
}
