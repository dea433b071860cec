//! Windows: how many different values, and how many bytes, a key (an address, an account) got within the last hour or day.
//!
//! A value is eight bytes of a keyed hash and stands once for each key, with the time at which it was last seen: a row of
//! about 35 bytes. That makes counting exact, and 100,000 addresses with twenty values each about 80 MB.

use super::db::Statement;
use super::standby::there_or_here;
use super::{Store, StoreError, each, limit};
use std::collections::{BTreeMap, BTreeSet};

/// What a key got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The address, account or session.
    pub key: String,
    /// Eight bytes of the keyed hash of each value. Once a key is over its limit, give no more: they would fill the store.
    pub values: Vec<u64>,
    /// How many bytes.
    pub bytes: u64,
}

/// What a key got within a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Different values.
    pub values: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Rows of one `INSERT`: far below SQLite's 32,766 values.
const ROWS: usize = 2000;

const KEYS: &str = "INSERT INTO window_keys (name, key, seen) VALUES";
const KEYS_END: &str = " ON CONFLICT (name, key) DO UPDATE SET \
     seen = CASE WHEN excluded.seen > window_keys.seen THEN excluded.seen ELSE window_keys.seen END RETURNING key, id";
const VALUES: &str = "INSERT INTO window_values (id, value, slot) VALUES";
const VALUES_END: &str =
    " ON CONFLICT (id, value) DO UPDATE SET slot = excluded.slot WHERE window_values.slot < excluded.slot";
const BYTES: &str = "INSERT INTO window_bytes (id, slot, bytes) VALUES";
const BYTES_END: &str = " ON CONFLICT (id, slot) DO UPDATE SET bytes = window_bytes.bytes + excluded.bytes";

/// The start of the slot of a time, in seconds.
fn slot(time: i64, length: i64) -> i64 {
    let seconds = time.div_euclid(1000);
    seconds.saturating_sub(seconds.rem_euclid(length.max(1000) / 1000))
}

impl Store {
    /// Adds what keys got in the window `name` at `now`. Times are rounded down to slots of `length` milliseconds (at least a
    /// second): the shorter, the more is written. All is added or nothing; in the file beside while the database is away.
    ///
    /// # Errors
    /// When nothing was added.
    pub async fn add_to_window(&self, name: &str, length: i64, now: i64, added: &[Added]) -> Result<(), StoreError> {
        there_or_here!(self, at => at.add_counted(name, length, now, added))
    }

    pub(super) async fn add_counted(
        &self,
        name: &str,
        length: i64,
        now: i64,
        added: &[Added],
    ) -> Result<(), StoreError> {
        // One row may be named once in a statement; and two nodes that go through them in the same order wait for each other
        // instead of locking each other out.
        let mut keys: BTreeMap<&str, (BTreeSet<u64>, u64)> = BTreeMap::new();
        for one in added {
            let (values, bytes) = keys.entry(&one.key).or_default();
            values.extend(&one.values);
            *bytes = bytes.saturating_add(one.bytes);
        }
        let slot = slot(now, length);
        let names: Vec<&str> = keys.keys().copied().collect();
        let mut ids: BTreeMap<String, i64> = BTreeMap::new();
        for names in names.chunks(ROWS) {
            let statement = Statement::many(KEYS, 3, names.len(), KEYS_END).with_rows();
            let statement = names.iter().fold(statement, |it, key| it.text(name).text(key).int(slot));
            for mut row in self.rows(statement).await? {
                ids.insert(row.text()?, row.int()?);
            }
        }
        let mut values: BTreeSet<(i64, i64)> = BTreeSet::new();
        let mut bytes: BTreeSet<(i64, i64)> = BTreeSet::new();
        for (key, (hashes, count)) in &keys {
            let Some(id) = ids.get(*key) else { continue };
            values.extend(hashes.iter().map(|hash| (*id, hash.cast_signed())));
            if *count > 0 {
                bytes.insert((*id, i64::try_from(*count).unwrap_or(i64::MAX)));
            }
        }
        let (values, bytes): (Vec<_>, Vec<_>) = (values.into_iter().collect(), bytes.into_iter().collect());
        let mut batch: Vec<Statement> = values
            .chunks(ROWS)
            .map(|rows| {
                let statement = Statement::many(VALUES, 3, rows.len(), VALUES_END);
                rows.iter().fold(statement, |it, (id, value)| it.int(*id).int(*value).int(slot))
            })
            .collect();
        batch.extend(bytes.chunks(ROWS).map(|rows| {
            let statement = Statement::many(BYTES, 3, rows.len(), BYTES_END);
            rows.iter().fold(statement, |it, (id, bytes)| it.int(*id).int(slot).int(*bytes))
        }));
        self.together(batch).await.map(drop)
    }

    /// What a key got in the window `name` from `since` on; as the slot in which `since` lies counts whole, it may be up to one
    /// slot more. While the database is away, what this node has counted since then.
    ///
    /// # Errors
    /// When it cannot be counted.
    pub async fn window_totals(&self, name: &str, length: i64, key: &str, since: i64) -> Result<Totals, StoreError> {
        there_or_here!(self, at => at.counted_since(name, length, key, since))
    }

    /// Whose totals in the window `name` from `since` on are beyond `values` or `bytes`, the greatest first, at most `most` of
    /// them. While the database is away, as far as this node has counted since then.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn window_beyond(
        &self,
        name: &str,
        length: i64,
        since: i64,
        limits: (Option<u64>, Option<u64>),
        most: usize,
    ) -> Result<Vec<(String, Totals)>, StoreError> {
        there_or_here!(self, at => at.beyond(name, slot(since, length), limits, most))
    }

    async fn beyond(
        &self,
        name: &str,
        slot: i64,
        (values, bytes): (Option<u64>, Option<u64>),
        most: usize,
    ) -> Result<Vec<(String, Totals)>, StoreError> {
        let statement = Statement::read(
            "SELECT key, seen_values, seen_bytes FROM (SELECT key, \
             (SELECT count(*) FROM window_values WHERE window_values.id = window_keys.id AND slot >= $2) AS seen_values, \
             (SELECT CAST(COALESCE(sum(bytes), 0) AS BIGINT) FROM window_bytes \
              WHERE window_bytes.id = window_keys.id AND slot >= $2) AS seen_bytes \
             FROM window_keys WHERE name = $1 AND seen >= $2) AS totals \
             WHERE seen_values > $3 OR seen_bytes > $4 ORDER BY seen_values DESC, seen_bytes DESC, key LIMIT $5",
        );
        let most_of = |limit: Option<u64>| limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let statement = statement.text(name).int(slot).int(most_of(values)).int(most_of(bytes)).int(limit(most));
        each(self.rows(statement).await?, |row| {
            let key = row.text()?;
            let mut number = || row.int().map(|number| u64::try_from(number).unwrap_or_default());
            Ok((key, Totals { values: number()?, bytes: number()? }))
        })
    }

    async fn counted_since(&self, name: &str, length: i64, key: &str, since: i64) -> Result<Totals, StoreError> {
        let statement = Statement::read(
            "SELECT (SELECT count(*) FROM window_values WHERE window_values.id = window_keys.id AND slot >= $3), \
             (SELECT CAST(COALESCE(sum(bytes), 0) AS BIGINT) FROM window_bytes \
              WHERE window_bytes.id = window_keys.id AND slot >= $3) \
             FROM window_keys WHERE name = $1 AND key = $2",
        );
        let row = self.row(statement.text(name).text(key).int(slot(since, length))).await?;
        let Some(mut row) = row else { return Ok(Totals::default()) };
        let mut number = || row.int().map(|number| u64::try_from(number).unwrap_or_default());
        Ok(Totals { values: number()?, bytes: number()? })
    }

    /// Forgets what the window `name` saw before `time`; how many values.
    ///
    /// # Errors
    /// When nothing was forgotten.
    pub async fn forget_window_before(&self, name: &str, time: i64) -> Result<u64, StoreError> {
        if self.is_away() {
            // What is here is brought over first.
            return Ok(0);
        }
        let seconds = time.div_euclid(1000);
        let values = "DELETE FROM window_values WHERE slot < $2 AND id IN (SELECT id FROM window_keys WHERE name = $1)";
        let bytes = "DELETE FROM window_bytes WHERE slot < $2 AND id IN (SELECT id FROM window_keys WHERE name = $1)";
        // A key that is used again meanwhile has a newer `seen`, or is made anew.
        let keys = "DELETE FROM window_keys WHERE name = $1 AND seen < $2 \
             AND NOT EXISTS (SELECT 1 FROM window_values WHERE window_values.id = window_keys.id)";
        let forgotten = self.change(Statement::write(values).text(name).int(seconds)).await?;
        self.change(Statement::write(bytes).text(name).int(seconds)).await?;
        self.change(Statement::write(keys).text(name).int(seconds)).await?;
        Ok(forgotten)
    }
}

#[cfg(test)]
mod tests {
    use super::slot;

    #[test]
    fn a_slot_starts_at_its_length() {
        assert_eq!(slot(119_999, 60_000), 60);
        assert_eq!(slot(120_000, 60_000), 120);
        assert_eq!(slot(1_999, 1), 1, "a second at least");
        assert_eq!(slot(-1, 60_000), -60);
    }
}
