//! What garim remembers: incidents, who saw which value, posts that wait for approval, accounts and their sessions,
//! exceptions, windows of policies, and what waits for a word that is good once. In a file of SQLite's on one node, or in a
//! PostgreSQL that several nodes share; [`Store`] is the same over both.
//!
//! Every time is handed in, in Unix milliseconds. A change of state is one statement that compares and sets, so that of two
//! who want the same thing, on whichever nodes, one gets it and the other is told why not.

mod account;
mod asked;
mod attempt;
mod carried;
mod db;
mod error;
mod exception;
mod hold;
mod incident;
mod migrate;
mod named;
mod postgres;
mod session;
mod sighting;
mod sqlite;
mod standby;
mod window;

pub use account::{Account, AccountError, GRANTS_STAY, Grant, Role, Roles};
pub use asked::Asked;
pub use attempt::{Attempt, Lock};
pub use error::StoreError;
pub use exception::{Excepted, Exception};
pub use hold::{Answer, Approval, Decision, Failure, Hold, HoldError, HoldFilter, HoldState, KeyOf, NewHold, Wrapped};
pub use incident::{Incident, IncidentFilter, Page};
pub use named::{MOST_NAMED, NamedSession};
pub use session::Session;
pub use sighting::{Outcome, Sighting};
pub use window::{Added, Totals};

use db::{Database, Row, Statement};
use standby::Standby;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a writer waits for a lock that another process holds.
pub const BUSY: Duration = Duration::from_secs(5);

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite's.
    File(PathBuf),
    /// A PostgreSQL, by its URL, which may hold a password.
    Server(String),
}

impl Address {
    /// Reads `postgres://…`, `postgresql://…`, `sqlite:PATH` or a path.
    ///
    /// # Errors
    /// When it is empty, or another URL.
    pub fn parse(text: &str) -> Result<Address, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Server(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").map_or(text, |rest| rest.strip_prefix("//").unwrap_or(rest));
        if path.is_empty() || path.contains("://") {
            let scheme = text.split("://").next().unwrap_or_default();
            return Err(StoreError::Address(format!("\"{}\"", scheme.escape_debug())));
        }
        Ok(Address::File(PathBuf::from(path)))
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::File(path) => f.debug_tuple("File").field(path).finish(),
            Address::Server(_) => f.write_str("Server(…)"),
        }
    }
}

/// An open store. Cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Store {
    database: Arc<dyn Database>,
    standby: Option<Arc<Standby>>,
}

impl Store {
    /// Opens a store and brings its tables up to date. A PostgreSQL gets its tables on the first opening; a file must be
    /// there.
    ///
    /// # Errors
    /// When it is missing, damaged, not ours, of a newer garim, readable by others, locked, or away. Nothing of it has been
    /// changed then.
    pub async fn open(address: &Address) -> Result<Store, StoreError> {
        Ok(Store {
            standby: None,
            database: match address {
                Address::File(path) => Arc::new(sqlite::Embedded::open(path).await?),
                Address::Server(url) => Arc::new(postgres::Shared::open(url).await?),
            },
        })
    }

    /// Opens a store to look at: its tables stay as they are, and nothing can be written.
    ///
    /// # Errors
    /// As of [`Store::open`].
    pub async fn look(address: &Address) -> Result<Store, StoreError> {
        Ok(Store {
            standby: None,
            database: match address {
                Address::File(path) => Arc::new(sqlite::Embedded::look(path).await?),
                Address::Server(url) => Arc::new(postgres::Shared::look(url)?),
            },
        })
    }

    /// Makes a file at `path` (mode 0600) with empty tables. It appears whole or not at all.
    ///
    /// # Errors
    /// When there is a file already, or it cannot be written.
    pub async fn create(path: &Path) -> Result<(), StoreError> {
        sqlite::Embedded::create(path).await
    }

    /// [`Store::open`]; a file that is not there is made before.
    ///
    /// # Errors
    /// As of [`Store::open`].
    pub async fn open_or_create(address: &Address) -> Result<Store, StoreError> {
        if let Address::File(path) = address {
            match Store::create(path).await {
                Ok(()) | Err(StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Store::open(address).await
    }

    /// Waits for what runs, then lets go of the database.
    pub async fn close(&self) {
        // Nothing can be done about it.
        let _ = self.database.close().await;
        if let Some(standby) = &self.standby {
            let _ = standby.here.database.close().await;
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.rows(Statement::read("SELECT 1")).await.map(drop)
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let outcomes = self.database.run(vec![statement]).await?;
        Ok(outcomes.into_iter().flatten().flat_map(|outcome| outcome.rows).collect())
    }

    async fn row(&self, statement: Statement) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(statement).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    async fn change(&self, statement: Statement) -> Result<u64, StoreError> {
        let outcomes = self.database.run(vec![statement]).await?;
        Ok(outcomes.into_iter().flatten().map(|outcome| outcome.changed).sum())
    }

    /// All of the statements or none; `false` when one that must change something did not.
    async fn together(&self, batch: Vec<Statement>) -> Result<bool, StoreError> {
        Ok(self.database.run(batch).await?.is_some())
    }
}

/// Reads every row with `read`.
fn each<T>(rows: Vec<Row>, read: impl Fn(&mut Row) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(|mut row| read(&mut row)).collect()
}

/// A number of rows for `LIMIT`.
fn limit(wanted: usize) -> i64 {
    i64::try_from(wanted).unwrap_or(i64::MAX)
}
