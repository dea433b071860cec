//! What the tables ask through: one SQL text for both databases, values by type, and one trait that two drivers fulfil.
//!
//! Both databases take `$1`, `ON CONFLICT` and `RETURNING`; every integer column is 64 bits wide. Where the two differ is
//! in the migrations alone.

use super::StoreError;
use sqlx::Row as _;
use std::borrow::Cow;
use std::pin::Pin;

/// The answer of a driver, on its way.
pub(super) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A database that runs statements.
pub(super) trait Database: Send + Sync {
    /// Runs the statements in order, several in one transaction. `None` when one that must change something changed
    /// nothing: then nothing has been written at all.
    fn run(&self, batch: Vec<Statement>) -> Work<'_, Option<Vec<Outcome>>>;

    /// Waits for what runs, then lets go of the database.
    fn close(&self) -> Work<'_, ()>;
}

/// A value that is handed to a statement; `None` is NULL.
pub(super) enum Bind {
    /// A whole number.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

/// One SQL statement with its values.
pub(super) struct Statement {
    pub(super) sql: Cow<'static, str>,
    pub(super) binds: Vec<Bind>,
    /// Rows are wanted back, not only their number.
    pub(super) rows: bool,
    /// It only reads.
    pub(super) reads: bool,
    /// The batch is undone when this changes nothing.
    pub(super) must: bool,
}

impl Statement {
    fn new(sql: impl Into<Cow<'static, str>>, rows: bool, reads: bool) -> Statement {
        Statement { sql: sql.into(), binds: Vec::new(), rows, reads, must: false }
    }

    /// A `SELECT`.
    pub(super) fn read(sql: &'static str) -> Statement {
        Statement::new(sql, true, true)
    }

    /// What changes rows.
    pub(super) fn write(sql: &'static str) -> Statement {
        Statement::new(sql, false, false)
    }

    /// What changes rows and tells of them: `… RETURNING …`.
    pub(super) fn returning(sql: &'static str) -> Statement {
        Statement::new(sql, true, false)
    }

    /// `head` and as many groups of `columns` placeholders as there are `rows`, then `tail`.
    pub(super) fn many(head: &'static str, columns: usize, rows: usize, tail: &'static str) -> Statement {
        let mut sql = String::from(head);
        let mut next = 1_usize;
        for row in 0..rows {
            sql.push_str(if row == 0 { " (" } else { ", (" });
            for column in 0..columns {
                if column > 0 {
                    sql.push_str(", ");
                }
                sql.push('$');
                sql.push_str(&next.to_string());
                next = next.saturating_add(1);
            }
            sql.push(')');
        }
        sql.push_str(tail);
        Statement::new(sql, false, false)
    }

    /// Rows are wanted back: the text ends in `RETURNING …`.
    pub(super) fn with_rows(mut self) -> Statement {
        self.rows = true;
        self
    }

    /// The batch is undone when this changes nothing.
    pub(super) fn must(mut self) -> Statement {
        self.must = true;
        self
    }

    pub(super) fn int(mut self, value: impl Into<Option<i64>>) -> Statement {
        self.binds.push(Bind::Int(value.into()));
        self
    }

    pub(super) fn text(mut self, value: &str) -> Statement {
        self.binds.push(Bind::Text(Some(value.to_owned())));
        self
    }

    pub(super) fn maybe_text(mut self, value: Option<&str>) -> Statement {
        self.binds.push(Bind::Text(value.map(str::to_owned)));
        self
    }

    pub(super) fn bytes(mut self, value: &[u8]) -> Statement {
        self.binds.push(Bind::Bytes(Some(value.to_owned())));
        self
    }

    pub(super) fn maybe_bytes(mut self, value: Option<&[u8]>) -> Statement {
        self.binds.push(Bind::Bytes(value.map(<[u8]>::to_owned)));
        self
    }
}

/// What a statement did.
pub(super) struct Outcome {
    /// Rows changed, or rows read.
    pub(super) changed: u64,
    pub(super) rows: Vec<Row>,
}

/// A row as the driver has it.
pub(super) enum Record {
    Sqlite(sqlx::sqlite::SqliteRow),
    Postgres(sqlx::postgres::PgRow),
}

/// A row whose columns are read one after the other, in the order in which the statement names them.
pub(super) struct Row {
    record: Record,
    next: usize,
}

macro_rules! column {
    ($row:expr) => {{
        let at = $row.next;
        $row.next = at.saturating_add(1);
        match &$row.record {
            Record::Sqlite(row) => row.try_get(at),
            Record::Postgres(row) => row.try_get(at),
        }
        .map_err(|error| StoreError::Unreadable(error.to_string()))
    }};
}

impl Row {
    pub(super) fn new(record: Record) -> Row {
        Row { record, next: 0 }
    }

    pub(super) fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        column!(self)
    }

    pub(super) fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        column!(self)
    }

    pub(super) fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        column!(self)
    }

    pub(super) fn int(&mut self) -> Result<i64, StoreError> {
        self.maybe_int()?.ok_or_else(null)
    }

    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        self.maybe_text()?.ok_or_else(null)
    }

    /// A word of a closed set.
    pub(super) fn word<T>(&mut self, of: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let word = self.text()?;
        of(&word).ok_or_else(|| StoreError::Unreadable(format!("unknown word \"{}\"", word.escape_debug())))
    }
}

fn null() -> StoreError {
    StoreError::Unreadable("a column is empty".to_owned())
}

/// Runs one statement on a connection of `$database`: an [`Outcome`], or the driver's error.
macro_rules! ask {
    ($statement:expr, $connection:expr, $database:ty, $record:path) => {{
        let statement = $statement;
        // The text is ours: constants, and groups of placeholders.
        let once = matches!(statement.sql, std::borrow::Cow::Owned(_));
        let mut query = sqlx::query::<$database>(sqlx::AssertSqlSafe(statement.sql)).persistent(!once);
        for bind in statement.binds {
            query = match bind {
                $crate::store::db::Bind::Int(value) => query.bind(value),
                $crate::store::db::Bind::Text(value) => query.bind(value),
                $crate::store::db::Bind::Bytes(value) => query.bind(value),
            };
        }
        if statement.rows {
            query.fetch_all($connection).await.map(|rows| {
                let rows: Vec<_> = rows.into_iter().map(|row| $crate::store::db::Row::new($record(row))).collect();
                $crate::store::db::Outcome { changed: rows.len() as u64, rows }
            })
        } else {
            let done = query.execute($connection).await;
            done.map(|done| $crate::store::db::Outcome { changed: done.rows_affected(), rows: Vec::new() })
        }
    }};
}
pub(super) use ask;
