//! Where the tests get their stores from.

use garim::store::{Address, Store};
use std::sync::atomic::{AtomicU32, Ordering};

/// The variable that holds the URL of a PostgreSQL for tests.
pub const VARIABLE: &str = "GARIM_TEST_POSTGRES";

/// An empty store of a test, and what must live as long as it.
pub struct Place {
    pub store: Store,
    pub address: Address,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    pub async fn sqlite() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::File(folder.path().join("garim.db"));
        let store = Store::open_or_create(&address).await.expect("a store");
        Place { store, address, _folder: Some(folder) }
    }

    /// A database of its own; `None` when there is no server.
    pub async fn postgres() -> Option<Place> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let url = std::env::var(VARIABLE).ok()?;
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        sql(&url, &format!("CREATE DATABASE {name}")).await;
        let (head, tail) = url.split_once('?').unwrap_or((&url, ""));
        let (server, _) = head.rsplit_once('/').expect("a URL with a database");
        let address = Address::parse(&format!("{server}/{name}?{tail}")).expect("a URL");
        let store = Store::open(&address).await.expect("a store");
        Some(Place { store, address, _folder: None })
    }

    /// What another node has: connections of its own.
    pub async fn another(&self) -> Store {
        Store::open(&self.address).await.expect("opened again")
    }

    /// Runs SQL behind the store's back; `Err` is what the database said.
    pub async fn behind(&self, text: &str) -> Result<(), String> {
        let done = match &self.address {
            Address::File(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = sqlx::ConnectOptions::connect(&options).await.expect("a connection");
                sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.map(drop)
            }
            Address::Server(url) => {
                let mut connection =
                    <sqlx::PgConnection as sqlx::Connection>::connect(url).await.expect("a connection");
                sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.map(drop)
            }
        };
        done.map_err(|error| error.to_string())
    }
}

/// Runs SQL on a server.
pub async fn sql(url: &str, text: &str) {
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.expect("a server");
    sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.expect(text);
}

/// The tests of a list, over both databases.
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(crate::Place::sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    match crate::Place::postgres().await {
                        Some(place) => super::$name(place).await,
                        None => eprintln!("SKIPPED: {} is not set", crate::both::VARIABLE),
                    }
                }
            )*
        }
    };
}
pub(crate) use both;
