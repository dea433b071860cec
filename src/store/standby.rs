//! What a node does while the database that it shares with others is away: what it counts, what went through, posts that wait and
//! who has signed in at the sites lie in a file of its own, and are brought over when the database is back. What somebody decides
//! (approvals, exceptions, accounts, one-time tokens) is never decided there: two nodes could decide differently.

use super::db::Statement;
use super::{Added, Address, Store, StoreError, limit, postgres};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks the shared database, or the file beside it while that is away, in the same words.
macro_rules! there_or_here {
    ($store:ident, $at:ident => $ask:expr) => {{
        let there = match $store.instead() {
            None => {
                let $at = $store;
                $ask.await
            }
            Some($at) => return $ask.await,
        };
        match there {
            Err(error) => match $store.instead_after(&error) {
                Some($at) => $ask.await,
                None => Err(error),
            },
            done => done,
        }
    }};
}
pub(super) use there_or_here;

/// Rows that are brought over at once.
const AT_ONCE: usize = 2000;
/// Rows are told apart by the second they were written with.
const SECOND: i64 = 1000;

/// The file beside a shared database.
pub(super) struct Standby {
    pub(super) here: Store,
    away: AtomicBool,
}

/// A row of a window: its name, its key, and two numbers.
type Line = (String, String, i64, i64);

impl Store {
    /// [`Store::open_or_create`] that begins although the server does not answer: what there is to keep is kept in `file` until
    /// it does (see [`Store::catch_up`]). For an address that is a file, `file` is of no use.
    ///
    /// # Errors
    /// As of [`Store::open`], but for a server that is away; and when `file` cannot be opened.
    pub async fn open_with_standby(address: &Address, file: &Path) -> Result<Store, StoreError> {
        let Address::Server(url) = address else { return Store::open_or_create(address).await };
        let here = Store::open_or_create(&Address::File(file.to_owned())).await?;
        let (database, away) = postgres::Shared::open_soon(url).await?;
        let standby = Standby { here, away: AtomicBool::new(away) };
        Ok(Store { database: Arc::new(database), standby: Some(Arc::new(standby)) })
    }

    /// Whether the database that is shared is away, so that this node counts for itself.
    pub fn is_away(&self) -> bool {
        self.standby.as_ref().is_some_and(|standby| standby.away.load(Ordering::Acquire))
    }

    /// The file in which is counted now, if the database is away.
    pub(super) fn instead(&self) -> Option<&Store> {
        self.standby.as_ref().filter(|standby| standby.away.load(Ordering::Acquire)).map(|standby| &standby.here)
    }

    /// The same after a call failed: from here on, if it failed because the database is away.
    pub(super) fn instead_after(&self, error: &StoreError) -> Option<&Store> {
        let standby = self.standby.as_ref().filter(|_| matches!(error, StoreError::Gone(_)))?;
        standby.away.store(true, Ordering::Release);
        Some(&standby.here)
    }

    /// The file beside the database, whether that is away or not.
    pub(super) fn beside(&self) -> Option<&Store> {
        self.standby.as_ref().map(|standby| &standby.here)
    }

    /// Looks whether the shared database answers, and if so brings over what this node has kept meanwhile; how many rows
    /// that were. To be called every few seconds: what calls find out by themselves is only that it is gone.
    ///
    /// A row is removed here after it is there, so nothing is lost; what is counted in between may be counted twice in bytes,
    /// never in values.
    ///
    /// # Errors
    /// When the database is away, or something cannot be brought over; it is kept then.
    pub async fn catch_up(&self, now: i64) -> Result<u64, StoreError> {
        let Some(standby) = &self.standby else { return Ok(0) };
        if let Err(error) = self.ping().await {
            self.instead_after(&error);
            return Err(error);
        }
        standby.away.store(false, Ordering::Release);
        let counted = self.bring_counted(&standby.here).await?;
        Ok(counted.saturating_add(self.bring_over(&standby.here, now).await?))
    }

    async fn bring_counted(&self, here: &Store) -> Result<u64, StoreError> {
        let mut brought = 0_u64;
        loop {
            let (values, bytes) = (here.counted(VALUES).await?, here.counted(BYTES).await?);
            if values.is_empty() && bytes.is_empty() {
                return Ok(brought);
            }
            let mut slots: BTreeMap<(&str, i64), Vec<Added>> = BTreeMap::new();
            let mut add = |name, key: &str, slot, values: Vec<u64>, bytes| {
                slots.entry((name, slot)).or_default().push(Added { key: key.to_owned(), values, bytes });
            };
            for (name, key, value, slot) in &values {
                add(name, key, *slot, vec![value.cast_unsigned()], 0);
            }
            for (name, key, bytes, slot) in &bytes {
                add(name, key, *slot, Vec::new(), u64::try_from(*bytes).unwrap_or_default());
            }
            for ((name, slot), added) in slots {
                self.add_counted(name, SECOND, slot.saturating_mul(SECOND), &added).await?;
            }
            here.forget_counted(&values, &bytes).await?;
            brought = brought.saturating_add(u64::try_from(values.len() + bytes.len()).unwrap_or(u64::MAX));
        }
    }

    async fn counted(&self, sql: &'static str) -> Result<Vec<Line>, StoreError> {
        let rows = self.rows(Statement::read(sql).int(limit(AT_ONCE))).await?;
        super::each(rows, |row| Ok((row.text()?, row.text()?, row.int()?, row.int()?)))
    }

    /// Removes rows, if they are still what they were.
    async fn forget_counted(&self, values: &[Line], bytes: &[Line]) -> Result<(), StoreError> {
        let remove = |sql| {
            move |(name, key, number, slot): &Line| Statement::write(sql).text(name).text(key).int(*number).int(*slot)
        };
        let mut batch: Vec<Statement> = values.iter().map(remove(NO_VALUE)).collect();
        batch.extend(bytes.iter().map(remove(NO_BYTES)));
        self.together(batch).await.map(drop)
    }
}

const VALUES: &str =
    "SELECT name, key, value, slot FROM window_values JOIN window_keys ON window_keys.id = window_values.id LIMIT $1";
const BYTES: &str =
    "SELECT name, key, bytes, slot FROM window_bytes JOIN window_keys ON window_keys.id = window_bytes.id LIMIT $1";
const NO_VALUE: &str = "DELETE FROM window_values WHERE id = (SELECT id FROM window_keys WHERE name = $1 AND key = $2) \
     AND value = $3 AND slot = $4";
const NO_BYTES: &str = "DELETE FROM window_bytes WHERE id = (SELECT id FROM window_keys WHERE name = $1 AND key = $2) \
     AND bytes = $3 AND slot = $4";
