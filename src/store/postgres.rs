//! PostgreSQL, which several nodes share. When it is away every call fails within a few seconds, and at once after that: a
//! node that enforces must not wait for it.

use super::db::{Database, Outcome, Record, Statement, Work, ask};
use super::{BUSY, StoreError, migrate};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode, Postgres};
use sqlx::{ConnectOptions as _, Executor as _};
use std::str::FromStr as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Connections of one node.
const CONNECTIONS: u32 = 8;

/// How long a call waits for a connection.
const CONNECT: Duration = Duration::from_secs(3);

/// How long after a failure no call tries again.
const AWAY: Duration = Duration::from_secs(1);

/// Whether this program can speak TLS to PostgreSQL.
const TLS: bool = cfg!(feature = "postgres-tls");

/// A database that other nodes use too.
pub(super) struct Shared {
    pool: PgPool,
    /// Until when the database is taken to be away.
    away: Mutex<Option<Instant>>,
    /// The options to bring its tables up to date with, while that is still to be done.
    due: tokio::sync::Mutex<Option<PgConnectOptions>>,
}

impl Shared {
    /// Connects, and brings the tables up to date; of several nodes one does so while the others wait.
    pub(super) async fn open(url: &str) -> Result<Shared, StoreError> {
        let options = options(url)?;
        bring_up_to_date(&options).await?;
        Ok(Shared::of(options, false))
    }

    /// Connects when something is asked; the tables stay as they are.
    pub(super) fn look(url: &str) -> Result<Shared, StoreError> {
        Ok(Shared::of(options(url)?, false))
    }

    /// The same as [`Shared::open`], but where the server does not answer that is done as soon as it does; whether that is so.
    pub(super) async fn open_soon(url: &str) -> Result<(Shared, bool), StoreError> {
        let options = options(url)?;
        match bring_up_to_date(&options).await {
            Ok(()) => Ok((Shared::of(options, false), false)),
            Err(StoreError::Gone(_)) => Ok((Shared::of(options, true), true)),
            Err(error) => Err(error),
        }
    }

    fn of(options: PgConnectOptions, due: bool) -> Shared {
        let limit = BUSY.as_millis();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(CONNECT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    // A commit that was answered survives a crash of the server, whatever its settings say.
                    let said = format!(
                        "SET statement_timeout = {limit}; SET lock_timeout = {limit}; \
                         SELECT set_config('synchronous_commit', 'on', false) \
                         WHERE current_setting('synchronous_commit') = 'off'"
                    );
                    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(said))).await.map(drop)
                })
            })
            .connect_lazy_with(options.clone());
        Shared { pool, away: Mutex::new(None), due: tokio::sync::Mutex::new(due.then_some(options)) }
    }

    /// Brings the tables up to date, if that is still to be done.
    async fn made(&self) -> Result<(), StoreError> {
        let mut due = self.due.lock().await;
        if let Some(options) = due.as_ref() {
            bring_up_to_date(options).await?;
            *due = None;
        }
        Ok(())
    }

    async fn several(&self, batch: Vec<Statement>) -> Result<Option<Vec<Outcome>>, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for statement in batch {
            let must = statement.must;
            let outcome = ask!(statement, &mut *transaction, Postgres, Record::Postgres)?;
            if must && outcome.changed == 0 {
                transaction.rollback().await?;
                return Ok(None);
            }
            outcomes.push(outcome);
        }
        transaction.commit().await?;
        Ok(Some(outcomes))
    }

    async fn one(&self, statement: Statement) -> Result<Option<Vec<Outcome>>, sqlx::Error> {
        let must = statement.must;
        let mut connection = self.pool.acquire().await?;
        let outcome = ask!(statement, &mut *connection, Postgres, Record::Postgres)?;
        Ok((!must || outcome.changed > 0).then(|| vec![outcome]))
    }

    async fn asked(&self, mut batch: Vec<Statement>) -> Result<Option<Vec<Outcome>>, sqlx::Error> {
        match batch.pop() {
            Some(only) if batch.is_empty() => self.one(only).await,
            Some(last) => {
                batch.push(last);
                self.several(batch).await
            }
            None => Ok(Some(Vec::new())),
        }
    }

    fn is_away(&self) -> bool {
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        match *away {
            Some(until) if Instant::now() < until => true,
            Some(_) => {
                // One call finds out; it sets this again if the database is still away.
                *away = None;
                false
            }
            None => false,
        }
    }
}

impl Database for Shared {
    fn run(&self, batch: Vec<Statement>) -> Work<'_, Option<Vec<Outcome>>> {
        Box::pin(async move {
            if self.is_away() {
                return Err(gone("it did not a moment ago"));
            }
            let done = match self.made().await {
                Err(error) => Err(error),
                // A connection whose other end has vanished says nothing for minutes.
                Ok(()) => match timeout(CONNECT + BUSY, self.asked(batch)).await {
                    Ok(done) => done.map_err(|error| StoreError::of_postgres(&error)),
                    Err(_) => Err(gone("no answer in time")),
                },
            };
            if matches!(done, Err(StoreError::Gone(_))) {
                *self.away.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(AWAY);
            }
            done
        })
    }

    fn close(&self) -> Work<'_, ()> {
        Box::pin(async move {
            self.pool.close().await;
            Ok(())
        })
    }
}

/// Makes the tables, or those that are new.
async fn bring_up_to_date(options: &PgConnectOptions) -> Result<(), StoreError> {
    let fail = |error| StoreError::of_postgres(&error);
    // Without the time limits of the others: a change of a large table takes as long as it takes.
    let first = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNECT);
    let first = first.connect_with(options.clone()).await.map_err(fail)?;
    let made = migrate::postgres().run(&first).await;
    first.close().await;
    made.map_err(|error| migrate::explained(error, fail))
}

fn gone(why: &str) -> StoreError {
    StoreError::Gone(why.to_owned())
}

/// Checks the URL; across a network the connection is encrypted and the server's name verified, unless the URL says otherwise.
fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| StoreError::Address(said_of(&error)))?;
    let options = options.application_name("garim").disable_statement_logging();
    let host = options.get_host().to_owned();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match options.get_ssl_mode() {
        PgSslMode::Prefer | PgSslMode::Allow if !here && TLS => Ok(options.ssl_mode(PgSslMode::VerifyFull)),
        PgSslMode::Disable => Ok(options),
        PgSslMode::Prefer | PgSslMode::Allow if here => Ok(options),
        _ if TLS => Ok(options),
        _ => Err(StoreError::Unencrypted { host }),
    }
}

/// What is wrong with a URL, without the URL.
fn said_of(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(inner) => inner.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_across_a_network_unencrypted_unless_somebody_says_so() {
        for url in
            ["postgres:///garim?host=/run/postgresql", "postgres://g@localhost/garim", "postgres://g@127.0.0.1/garim"]
        {
            assert!(options(url).is_ok(), "{url}");
        }
        let far = options("postgres://g:secret@db.example/garim");
        if TLS {
            assert!(far.is_ok_and(|options| matches!(options.get_ssl_mode(), PgSslMode::VerifyFull)));
        } else {
            assert!(matches!(far, Err(StoreError::Unencrypted { host }) if host == "db.example"));
            assert!(matches!(
                options("postgres://g@db.example/garim?sslmode=verify-full"),
                Err(StoreError::Unencrypted { .. })
            ));
        }
        assert!(options("postgres://g@db.example/garim?sslmode=disable").is_ok());
        let wrong = options("postgres://g:secret@db.example:port/garim").expect_err("no port").to_string();
        assert!(!wrong.contains("secret"), "{wrong}");
    }
}
