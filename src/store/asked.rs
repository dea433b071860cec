//! What somebody was asked about and waits for a word, which is good once: on any node where several share the store, and
//! after a restart. While the database is away it lies in the file beside, and its own node alone goes on with it.

use super::db::{Row, Statement};
use super::{Store, StoreError};

/// Something that waits for a word. Nothing of it can be read without the nodes' key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Unique, and of no use to anybody: it names the body.
    pub id: String,
    /// The hash of the token.
    pub token: String,
    /// From when on no word is taken, in Unix milliseconds.
    pub expires: i64,
    /// Its key, wrapped.
    pub data_key: Vec<u8>,
    /// What is known of it, encrypted.
    pub head: Vec<u8>,
}

const COLUMNS: &str = "SELECT id, token, expires, data_key, head FROM asked WHERE token = $1";

fn asked(row: &mut Row) -> Result<Asked, StoreError> {
    Ok(Asked {
        id: row.text()?,
        token: row.text()?,
        expires: row.int()?,
        data_key: row.maybe_bytes()?.unwrap_or_default(),
        head: row.maybe_bytes()?.unwrap_or_default(),
    })
}

impl Store {
    /// Adds it: to the database, or while that is away to the file beside; `false` when there is one of this id or token. When
    /// the database goes away meanwhile nobody knows whether it is there: then it must be added anew under another token.
    ///
    /// # Errors
    /// When it cannot be told whether it was written.
    pub async fn add_asked(&self, asked: &Asked) -> Result<bool, StoreError> {
        let at = self.instead().unwrap_or(self);
        let insert = "INSERT INTO asked (id, token, expires, data_key, head) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING";
        let statement = Statement::write(insert).text(&asked.id).text(&asked.token).int(asked.expires);
        let added = at.change(statement.bytes(&asked.data_key).bytes(&asked.head)).await;
        if let Err(error) = &added {
            self.instead_after(error);
        }
        Ok(added? == 1)
    }

    /// All pieces of its body are here.
    ///
    /// # Errors
    /// When it was not written.
    pub async fn share_asked(&self, id: &str, pieces: i64) -> Result<(), StoreError> {
        let update = Statement::write("UPDATE asked SET shared = $2 WHERE id = $1").text(id).int(pieces);
        match self.change(update).await? {
            0 => self.forget_hold_body(id).await,
            _ => Ok(()),
        }
    }

    /// How many pieces its body has here; none until all of them are there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn asked_pieces(&self, id: &str) -> Result<i64, StoreError> {
        let row = self.row(Statement::read("SELECT shared FROM asked WHERE id = $1").text(id)).await?;
        row.map_or(Ok(0), |mut row| row.int())
    }

    /// What waits for a word under the token with this hash.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn asked(&self, token: &str) -> Result<Option<Asked>, StoreError> {
        if let Some(here) = self.beside()
            && let Some(mut row) = here.row(Statement::read(COLUMNS).text(token)).await?
        {
            return asked(&mut row).map(Some);
        }
        let found = self.row(Statement::read(COLUMNS).text(token)).await?;
        found.map(|mut row| asked(&mut row)).transpose()
    }

    /// Takes it, if it has not expired: `true` for exactly one caller, on whichever node, ever.
    ///
    /// # Errors
    /// When it cannot be told; then it must be taken as taken.
    pub async fn take_asked(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        // It lies in one of them.
        if let Some(here) = self.beside()
            && here.take_own(id, now).await?
        {
            return Ok(true);
        }
        self.take_own(id, now).await
    }

    async fn take_own(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        let row = Statement::write("DELETE FROM asked WHERE id = $1 AND expires > $2").text(id).int(now).must();
        let body = Statement::write("DELETE FROM hold_bodies WHERE hold = $1").text(id);
        self.together(vec![row, body]).await
    }

    /// Forgets what no word came for in time, and what `gone` names; how many.
    ///
    /// # Errors
    /// When none was forgotten.
    pub async fn forget_asked(&self, now: i64, gone: &[String]) -> Result<u64, StoreError> {
        let mut forgotten = 0_u64;
        if let Some(here) = self.beside() {
            forgotten = here.forget_own(now, gone).await?;
        }
        match self.is_away() {
            true => Ok(forgotten),
            false => Ok(forgotten.saturating_add(self.forget_own(now, gone).await?)),
        }
    }

    async fn forget_own(&self, now: i64, gone: &[String]) -> Result<u64, StoreError> {
        for id in gone {
            self.take_own(id, i64::MIN).await?;
        }
        let bodies = "DELETE FROM hold_bodies WHERE hold IN (SELECT id FROM asked WHERE expires <= $1)";
        self.change(Statement::write(bodies).int(now)).await?;
        self.change(Statement::write("DELETE FROM asked WHERE expires <= $1").int(now)).await
    }
}
