//! The tables: SQL files inside the program, applied in order when a store is opened.

use super::StoreError;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::borrow::Cow;

/// The versions of the tables: number, name, SQL of SQLite, SQL of PostgreSQL. A version that has been released never changes:
/// what it made is changed by the next one.
const VERSIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "tables",
        include_str!("migrations/sqlite/0001_tables.sql"),
        include_str!("migrations/postgres/0001_tables.sql"),
    ),
    (
        2,
        "hold answers",
        include_str!("migrations/sqlite/0002_hold_answers.sql"),
        include_str!("migrations/postgres/0002_hold_answers.sql"),
    ),
    (
        3,
        "named sessions",
        include_str!("migrations/sqlite/0003_named_sessions.sql"),
        include_str!("migrations/postgres/0003_named_sessions.sql"),
    ),
    (
        4,
        "exception directions",
        include_str!("migrations/sqlite/0004_exception_directions.sql"),
        include_str!("migrations/postgres/0004_exception_directions.sql"),
    ),
    (
        5,
        "hold bodies",
        include_str!("migrations/sqlite/0005_hold_bodies.sql"),
        include_str!("migrations/postgres/0005_hold_bodies.sql"),
    ),
    (6, "asked", include_str!("migrations/sqlite/0006_asked.sql"), include_str!("migrations/postgres/0006_asked.sql")),
];

fn migrator(sql: impl Fn(&(i64, &str, &'static str, &'static str)) -> &'static str) -> Migrator {
    let of = |version: &(i64, &'static str, &'static str, &'static str)| {
        let text = sql(version).into_sql_str();
        Migration::new(version.0, Cow::Borrowed(version.1), MigrationType::Simple, text, false)
    };
    Migrator::with_migrations(VERSIONS.iter().map(of).collect())
}

/// For SQLite.
pub(super) fn sqlite() -> Migrator {
    migrator(|version| version.2)
}

/// For PostgreSQL.
pub(super) fn postgres() -> Migrator {
    migrator(|version| version.3)
}

/// Why the tables could not be brought up to date; `driver` tells what the driver said.
pub(super) fn explained(error: MigrateError, driver: impl Fn(sqlx::Error) -> StoreError) -> StoreError {
    let known = VERSIONS.last().map_or(0, |version| version.0);
    match error {
        MigrateError::VersionMissing(found) if found > known => StoreError::Newer { found, known },
        MigrateError::VersionMissing(found) | MigrateError::VersionMismatch(found) | MigrateError::Dirty(found) => {
            StoreError::OtherBuild(found)
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => driver(error),
        other => StoreError::Database(other.to_string()),
    }
}
