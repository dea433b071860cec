//! What can be wrong with the store, in the words of a person who has to mend it.

use std::io;
use std::path::PathBuf;

/// Why the store did not do what was asked. No message holds a password of a connection URL, or a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file; it is not made in passing, or a lost store would look like an empty one.
    #[error("{}: there is no store here; garim makes one when it first has something to keep, and garim user add does; one that was there has to come from a backup\n    저장소 파일이 없습니다. 처음이면 garim이 필요할 때 만들고 garim user add도 만듭니다. 있던 것이면 백업에서 되살리십시오.", path.display())]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// A store is to be made where a file is already.
    #[error("{}: the file is there already; it is not overwritten\n    이미 있는 파일입니다. 덮어쓰지 않습니다.", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The folder in which a store is to be made is not there.
    #[error("{folder}: there is no such folder; garim makes its state.dir when it is started: start it first, or make the folder for the user garim runs as (chmod 700)\n    폴더가 없습니다. garim을 한 번 시작하면 state.dir을 만듭니다. 먼저 시작하거나, garim을 돌리는 사용자의 폴더로 만드십시오(chmod 700).", folder = folder.display())]
    NoFolder {
        /// Which.
        folder: PathBuf,
    },
    /// Others may read it.
    #[error("{path}: others may read it; make it its owner's alone: chmod 600 {path}\n    다른 사용자도 읽을 수 있습니다. chmod 600 {path} 명령으로 막으십시오.", path = path.display())]
    Open {
        /// Which.
        path: PathBuf,
    },
    /// The file is no database, or the database of another program.
    #[error("{}: this is not a store of garim; it is left as it is\n    garim의 저장소가 아닙니다. 파일은 그대로 두었습니다.", path.display())]
    Foreign {
        /// Which.
        path: PathBuf,
    },
    /// The file is cut short, or its pages contradict each other.
    #[error("{}: the store is damaged ({what}); it is left as it is: put back a copy from your backup\n    저장소 파일이 손상되었습니다. 파일은 그대로 두었습니다. 백업에서 되살리십시오.", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What was seen.
        what: String,
    },
    /// The file cannot be read or written.
    #[error("{}: {error}\n    저장소 파일을 읽거나 쓸 수 없습니다.", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process kept the database locked for longer than is waited ([`super::BUSY`]).
    #[error(
        "the store is locked by another process; nothing was written\n    다른 프로세스가 저장소를 쓰고 있습니다. 아무것도 기록하지 않았습니다. 잠시 뒤 다시 하십시오."
    )]
    Busy,
    /// The disk is full.
    #[error(
        "the disk of the store is full; nothing was written\n    저장소의 디스크가 가득 찼습니다. 아무것도 기록하지 않았습니다."
    )]
    Full,
    /// PostgreSQL does not answer. A node goes on enforcing; see [`StoreError::is_passing`].
    #[error("the database does not answer: {0}\n    데이터베이스가 응답하지 않습니다.")]
    Gone(String),
    /// The database refuses the user or the password.
    #[error(
        "the database lets us not in: {0}\n    데이터베이스가 접속을 거부했습니다. 사용자와 비밀번호를 확인하십시오."
    )]
    Refused(String),
    /// The URL or path names no store.
    #[error("not the address of a store: {0}\n    저장소 주소가 아닙니다. 파일 경로나 postgres:// 주소를 적으십시오.")]
    Address(String),
    /// The database is across a network, and nothing would keep what is sent there secret.
    #[error(
        "{host}: the connection to this database would not be encrypted; this garim is built without TLS for PostgreSQL: use a unix socket or a tunnel, or say sslmode=disable if the network is yours alone\n    이 데이터베이스와의 연결이 암호화되지 않습니다. 유닉스 소켓이나 터널을 쓰거나, 전용망이면 sslmode=disable을 적으십시오."
    )]
    Unencrypted {
        /// The host.
        host: String,
    },
    /// A newer garim has written this database.
    #[error(
        "the store has version {found}, this garim knows {known}: install the newer garim again\n    더 새로운 garim이 쓰던 저장소입니다(버전 {found}, 이 garim은 {known}). 새 garim을 설치하십시오."
    )]
    Newer {
        /// The version of the database.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one that this program has: the database belongs to another build.
    #[error(
        "the tables of the store were made by another build of garim (version {0})\n    다른 빌드의 garim이 만든 저장소입니다."
    )]
    OtherBuild(i64),
    /// A row that this program cannot read.
    #[error("a row of the store cannot be read: {0}\n    저장소의 내용을 읽을 수 없습니다.")]
    Unreadable(String),
    /// Something else the database said.
    #[error("the database says: {0}\n    데이터베이스 오류입니다.")]
    Database(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody doing anything here: another process holds the lock, or the
    /// database is away. What enforces goes on without the store; what needs it (a new hold, a sign-in) is refused.
    pub fn is_passing(&self) -> bool {
        matches!(self, StoreError::Busy | StoreError::Gone(_))
    }

    /// What SQLite's driver said of the file at `path`. Result codes: <https://www.sqlite.org/rescode.html>.
    pub(super) fn of_sqlite(error: sqlx::Error, path: &std::path::Path) -> StoreError {
        let path = path.to_owned();
        match &error {
            sqlx::Error::PoolTimedOut => StoreError::Busy,
            sqlx::Error::Io(inner) => StoreError::File { path, error: io::Error::new(inner.kind(), inner.to_string()) },
            sqlx::Error::Database(inner) => {
                let code: u32 = inner.code().and_then(|code| code.parse().ok()).unwrap_or_default();
                match code & 0xff {
                    5 | 6 => StoreError::Busy,
                    11 => StoreError::Damaged { path, what: inner.message().to_owned() },
                    13 => StoreError::Full,
                    26 => StoreError::Foreign { path },
                    8 | 10 | 14 => StoreError::File { path, error: io::Error::other(inner.message().to_owned()) },
                    _ => StoreError::Database(inner.message().to_owned()),
                }
            }
            _ => StoreError::of_driver(&error),
        }
    }

    /// What PostgreSQL's driver said. Codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    pub(super) fn of_postgres(error: &sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolTimedOut => StoreError::Gone("no connection in time".to_owned()),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => StoreError::Gone(error.to_string()),
            sqlx::Error::Database(inner) => {
                let code = inner.code().unwrap_or_default().into_owned();
                let said = inner.message().to_owned();
                match code.get(..2).unwrap_or_default() {
                    // Cut off by our time limit.
                    "57" if code == "57014" => StoreError::Busy,
                    // 57P0x: a server that goes down or comes up.
                    "08" | "57" => StoreError::Gone(said),
                    "28" => StoreError::Refused(said),
                    "53" if code == "53100" => StoreError::Full,
                    "53" => StoreError::Gone(said),
                    // 55P03 lock_not_available, 40001 and 40P01 two writers in each other's way: nothing was written.
                    "55" | "40" => StoreError::Busy,
                    _ => StoreError::Database(said),
                }
            }
            _ => StoreError::of_driver(error),
        }
    }

    fn of_driver(error: &sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Unreadable(error.to_string()),
            sqlx::Error::PoolClosed => StoreError::Gone("the store is closed".to_owned()),
            _ => StoreError::Database(error.to_string()),
        }
    }
}
