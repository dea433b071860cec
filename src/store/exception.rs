//! Exceptions: a rule or a kind that is let be at a site until a day, because somebody said so and why.

use super::db::{Row, Statement};
use super::{Store, StoreError, each};
use crate::vocab::Direction;

/// What is let be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excepted {
    /// A rule, by its name.
    Rule(String),
    /// A kind, by its name; only one way, or both.
    Kind(String, Option<Direction>),
}

/// An exception from the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Unique.
    pub id: String,
    /// When it was made, in Unix milliseconds.
    pub created: i64,
    /// The site's name.
    pub site: String,
    /// What is let be.
    pub excepted: Excepted,
    /// Until when, in Unix milliseconds.
    pub until: i64,
    /// Why.
    pub reason: String,
    /// The account that made it.
    pub by: String,
    /// The account that ended it before its time.
    pub ended_by: Option<String>,
}

impl Store {
    /// Adds an exception; `false` when there is one of this id.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn add_exception(&self, exception: &Exception) -> Result<bool, StoreError> {
        let (rule, kind, on) = match &exception.excepted {
            Excepted::Rule(rule) => (Some(rule.as_str()), None, None),
            Excepted::Kind(kind, on) => (None, Some(kind.as_str()), on.map(Direction::name)),
        };
        let statement = Statement::write(
            "INSERT INTO exceptions (id, created, site, rule, kind, direction, until, reason, by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING",
        );
        let statement = statement.text(&exception.id).int(exception.created).text(&exception.site);
        let statement = statement.maybe_text(rule).maybe_text(kind).maybe_text(on).int(exception.until);
        Ok(self.change(statement.text(&exception.reason).text(&exception.by)).await? == 1)
    }

    /// The exceptions that hold at `now`; with `None` all that there ever were. The oldest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn exceptions(&self, now: Option<i64>) -> Result<Vec<Exception>, StoreError> {
        let statement = Statement::read(
            "SELECT id, created, site, rule, kind, direction, until, reason, by, ended_by FROM exceptions \
             WHERE $1 IS NULL OR until > $1 ORDER BY created, id",
        );
        each(self.rows(statement.int(now)).await?, exception)
    }

    /// Ends an exception before its time; `false` when it held no more.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn end_exception(&self, id: &str, by: &str, now: i64) -> Result<bool, StoreError> {
        let update = "UPDATE exceptions SET until = $3, ended_by = $2 WHERE id = $1 AND until > $3";
        Ok(self.change(Statement::write(update).text(id).text(by).int(now)).await? == 1)
    }
}

fn exception(row: &mut Row) -> Result<Exception, StoreError> {
    let (id, created, site) = (row.text()?, row.int()?, row.text()?);
    let (rule, kind, on) = (row.maybe_text()?, row.maybe_text()?, row.maybe_text()?);
    let way = on.as_deref().map(Direction::from_name);
    let excepted = match (rule, kind, way) {
        (Some(rule), None, None) => Excepted::Rule(rule),
        (None, Some(kind), None) => Excepted::Kind(kind, None),
        (None, Some(kind), Some(Some(way))) => Excepted::Kind(kind, Some(way)),
        _ => return Err(StoreError::Unreadable("an exception from nothing".to_owned())),
    };
    let (until, reason, by, ended_by) = (row.int()?, row.text()?, row.text()?, row.maybe_text()?);
    Ok(Exception { id, created, site, excepted, until, reason, by, ended_by })
}
