//! The store: the same questions to SQLite, always, and to PostgreSQL when `GARIM_TEST_POSTGRES` holds the URL of a server on
//! which databases may be made (`tests/real/postgres/run` starts one). Then what is SQLite's alone: its file.

#[path = "store/account_asked.rs"]
mod account_asked;
#[path = "store/both.rs"]
mod both;
#[path = "store/file.rs"]
mod file;
#[path = "store/gone.rs"]
mod gone;
#[path = "store/holds.rs"]
mod holds;
#[path = "store/killed.rs"]
mod killed;
#[path = "store/lists.rs"]
mod lists;
#[path = "store/standby.rs"]
mod standby;

use both::{Place, both};
