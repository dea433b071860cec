//! The embedded database: one file of its owner's, written by one connection, read by several.

use super::db::{Database, Outcome, Record, Statement, Work, ask};
use super::{BUSY, StoreError, migrate};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `garm`: what stands as application_id in the header of our files (<https://www.sqlite.org/fileformat2.html>, 1.3.17).
const APPLICATION: u32 = 0x6761_726d;

/// The length of a database's header, in bytes.
const HEADER: usize = 100;

/// Up to this size a file is read through when it is opened, in bytes: about a quarter of a second.
const QUICK: u64 = 64 << 20;

/// Connections that read at the same time.
const READERS: u32 = 4;

/// A database in a file.
pub(super) struct Embedded {
    path: PathBuf,
    /// One connection: writers of this process queue here, in order, and do not spin on the file's lock.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Embedded {
    /// Opens the file at `path`, which must be a whole store of garim's, and brings its tables up to date.
    pub(super) async fn open(path: &Path) -> Result<Embedded, StoreError> {
        let path = std::path::absolute(path).map_err(|error| StoreError::File { path: path.to_owned(), error })?;
        let seen = whole(&path)?;
        let fail = |error| StoreError::of_sqlite(error, &path);
        if seen.length <= QUICK {
            // Without a log the file is all there is, and is looked at without making anything beside it.
            let look = options(&path).read_only(true).immutable(!seen.logged);
            checked(look, &path).await?;
        }
        // A copy that somebody put back may have another journal.
        let logging = options(&path).journal_mode(SqliteJournalMode::Wal);
        let writer = pool(1).connect_with(logging).await.map_err(fail)?;
        if let Err(error) = migrate::sqlite().run(&writer).await {
            writer.close().await;
            return Err(migrate::explained(error, fail));
        }
        let readers = pool(READERS).connect_with(options(&path).pragma("query_only", "ON")).await.map_err(fail)?;
        Ok(Embedded { path, writer, readers })
    }

    /// Opens the file at `path` only to be read, as it is.
    pub(super) async fn look(path: &Path) -> Result<Embedded, StoreError> {
        let path = std::path::absolute(path).map_err(|error| StoreError::File { path: path.to_owned(), error })?;
        let seen = whole(&path)?;
        let look = options(&path).read_only(true).immutable(!seen.logged);
        let pool = pool(1).connect_with(look).await.map_err(|error| StoreError::of_sqlite(error, &path))?;
        Ok(Embedded { path, writer: pool.clone(), readers: pool })
    }

    /// Makes a store where there is no file. It is made beside its place and put there whole.
    pub(super) async fn create(path: &Path) -> Result<(), StoreError> {
        let path = std::path::absolute(path).map_err(|error| StoreError::File { path: path.to_owned(), error })?;
        let fail = |error| StoreError::File { path: path.clone(), error };
        if path.try_exists().map_err(fail)? {
            return Err(StoreError::Exists { path });
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
            return Err(StoreError::NoFolder { folder: folder.to_owned() });
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".new-{}", std::process::id()));
        let beside = path.with_file_name(name);
        let made = filled(&beside).await.and_then(|()| in_place(&beside, &path));
        // What is half made is of no use.
        let _ = fs::remove_file(&beside);
        made
    }

    fn fail(&self, error: sqlx::Error) -> StoreError {
        StoreError::of_sqlite(error, &self.path)
    }

    async fn one(&self, statement: Statement) -> Result<Option<Vec<Outcome>>, StoreError> {
        let must = statement.must;
        let pool = if statement.reads { &self.readers } else { &self.writer };
        let mut connection = pool.acquire().await.map_err(|error| self.fail(error))?;
        let outcome = ask!(statement, &mut *connection, Sqlite, Record::Sqlite).map_err(|error| self.fail(error))?;
        Ok((!must || outcome.changed > 0).then(|| vec![outcome]))
    }

    async fn several(&self, batch: Vec<Statement>) -> Result<Option<Vec<Outcome>>, StoreError> {
        // At once for writing: one that first reads could not become a writer while another one writes.
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.map_err(|error| self.fail(error))?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for statement in batch {
            let must = statement.must;
            let outcome =
                ask!(statement, &mut *transaction, Sqlite, Record::Sqlite).map_err(|error| self.fail(error))?;
            if must && outcome.changed == 0 {
                transaction.rollback().await.map_err(|error| self.fail(error))?;
                return Ok(None);
            }
            outcomes.push(outcome);
        }
        transaction.commit().await.map_err(|error| self.fail(error))?;
        Ok(Some(outcomes))
    }
}

impl Database for Embedded {
    fn run(&self, mut batch: Vec<Statement>) -> Work<'_, Option<Vec<Outcome>>> {
        Box::pin(async move {
            match batch.pop() {
                Some(only) if batch.is_empty() => self.one(only).await,
                Some(last) => {
                    batch.push(last);
                    self.several(batch).await
                }
                None => Ok(Some(Vec::new())),
            }
        })
    }

    fn close(&self) -> Work<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            self.writer.close().await;
            Ok(())
        })
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        // A commit that was answered survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        // What is deleted is overwritten: wrapped keys of destroyed holds among it.
        .pragma("secure_delete", "ON")
        .disable_statement_logging()
}

fn pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(BUSY + Duration::from_secs(5))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// What is seen of a file from outside.
struct Seen {
    /// In bytes.
    length: u64,
    /// There is a log beside it, of a process that has it open or was killed.
    logged: bool,
}

/// That the file is its owner's alone and looks like a whole store. Nothing is written.
fn whole(path: &Path) -> Result<Seen, StoreError> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => StoreError::Missing { path: path.to_owned() },
        _ => StoreError::File { path: path.to_owned(), error },
    };
    let mut file = File::open(path).map_err(fail)?;
    let data = file.metadata().map_err(fail)?;
    if !data.is_file() {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if data.permissions().mode() & 0o077 != 0 {
        return Err(StoreError::Open { path: path.to_owned() });
    }
    let damaged = |what: &str| StoreError::Damaged { path: path.to_owned(), what: what.to_owned() };
    if data.len() == 0 {
        return Err(damaged("the file is empty"));
    }
    let mut header = [0; HEADER];
    let read = (&mut file).take(HEADER as u64).read(&mut header).map_err(fail)?;
    if header.get(..16) != Some(b"SQLite format 3\0") {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if read < HEADER {
        return Err(damaged("the header is cut short"));
    }
    if number(&header, 68, 4) != u64::from(APPLICATION) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = fs::metadata(&log).ok();
    let page = match number(&header, 16, 2) {
        1 => 65536,
        size => size,
    };
    // Else pages of its own, or changed ones, may stand in the log alone.
    let all_is_here = log.as_ref().is_none_or(|log| log.len() == 0);
    if all_is_here && page.saturating_mul(number(&header, 28, 4)) > data.len() {
        return Err(damaged("the file is cut short"));
    }
    Ok(Seen { length: data.len(), logged: log.is_some() })
}

/// A big-endian number of the header.
fn number(header: &[u8; HEADER], at: usize, length: usize) -> u64 {
    header.iter().skip(at).take(length).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Reads the pages through (<https://www.sqlite.org/pragma.html#pragma_quick_check>).
async fn checked(look: SqliteConnectOptions, path: &Path) -> Result<(), StoreError> {
    let fail = |error| StoreError::of_sqlite(error, path);
    let looking = pool(1).connect_with(look).await.map_err(fail)?;
    let said = sqlx::query_scalar::<_, String>("PRAGMA quick_check(1)").fetch_one(&looking).await;
    looking.close().await;
    match said.map_err(fail)? {
        fine if fine == "ok" => Ok(()),
        what => Err(StoreError::Damaged { path: path.to_owned(), what }),
    }
}

async fn filled(beside: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside);
    made.map_err(|error| StoreError::File { path: beside.to_owned(), error })?;
    let fail = |error| StoreError::of_sqlite(error, beside);
    let named = options(beside).journal_mode(SqliteJournalMode::Wal).pragma("application_id", APPLICATION.to_string());
    let writer = pool(1).connect_with(named).await.map_err(fail)?;
    let made = migrate::sqlite().run(&writer).await.map_err(|error| migrate::explained(error, fail));
    // The last connection writes the log into the file and takes it away.
    writer.close().await;
    made
}

/// Gives the file its name, unless something has that name by now, and has both on the disk.
fn in_place(beside: &Path, path: &Path) -> Result<(), StoreError> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists { path: path.to_owned() },
        _ => StoreError::File { path: path.to_owned(), error },
    };
    File::open(beside).and_then(|file| file.sync_all()).map_err(fail)?;
    fs::hard_link(beside, path).map_err(fail)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)
}
