//! Sightings: which value, known by its keyed hash alone, passed when and before whom; for `garim audit who`.

use super::db::{Row, Statement};
use super::{Page, Store, StoreError, each, limit};
use crate::vocab::Direction;

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A client got to see it.
    Shown,
    /// It reached the site.
    Posted,
    /// It was refused.
    Blocked,
    /// It was covered.
    Masked,
    /// It waits for approval.
    Held,
}

impl Outcome {
    const ALL: [Outcome; 5] = [Outcome::Shown, Outcome::Posted, Outcome::Blocked, Outcome::Masked, Outcome::Held];

    /// The word in the store and in output for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Shown => "shown",
            Outcome::Posted => "posted",
            Outcome::Blocked => "blocked",
            Outcome::Masked => "masked",
            Outcome::Held => "held",
        }
    }
}

/// One value in one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The keyed hash of the value.
    pub hash: String,
    /// The kind's name.
    pub kind: String,
    /// When, in Unix milliseconds.
    pub time: i64,
    /// The exchange's id.
    pub exchange: String,
    /// The site's name.
    pub site: String,
    /// The client's address.
    pub address: String,
    /// The account at the site, where it is known.
    pub account: Option<String>,
    /// Posted or shown.
    pub direction: Direction,
    /// What became of it.
    pub outcome: Outcome,
}

const COLUMNS: &str =
    "INSERT INTO sightings (hash, kind, time, exchange, site, address, account, direction, outcome) VALUES";

/// Rows of one `INSERT`: far below SQLite's 32,766 values.
const ROWS: usize = 500;

impl Store {
    /// Adds sightings, all or none.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn add_sightings(&self, sightings: &[Sighting]) -> Result<(), StoreError> {
        let inserted = sightings.chunks(ROWS).map(|rows| {
            rows.iter().fold(Statement::many(COLUMNS, 9, rows.len(), ""), |statement, one| {
                let statement = statement.text(&one.hash).text(&one.kind).int(one.time).text(&one.exchange);
                let statement = statement.text(&one.site).text(&one.address).maybe_text(one.account.as_deref());
                statement.text(one.direction.name()).text(one.outcome.name())
            })
        });
        self.together(inserted.collect()).await.map(drop)
    }

    /// Where the value with one of these hashes (one for each key that is still known) was seen, the newest first. The
    /// page's id is the exchange's.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn sightings(&self, hashes: &[String], page: &Page) -> Result<Vec<Sighting>, StoreError> {
        let (time, id) = page.after.as_ref().map_or((None, None), |(time, id)| (Some(*time), Some(id.as_str())));
        let mut all = Vec::new();
        for hash in hashes {
            let statement = Statement::read(
                "SELECT hash, kind, time, exchange, site, address, account, direction, outcome FROM sightings \
                 WHERE hash = $1 AND ($2 IS NULL OR time < $2 OR (time = $2 AND exchange < $3)) \
                 ORDER BY time DESC, exchange DESC LIMIT $4",
            );
            let statement = statement.text(hash).int(time).maybe_text(id).int(limit(page.limit));
            all.extend(each(self.rows(statement).await?, sighting)?);
        }
        all.sort_by(|a, b| (b.time, &b.exchange).cmp(&(a.time, &a.exchange)));
        all.truncate(page.limit);
        Ok(all)
    }

    /// Deletes the sightings from before `time`; how many.
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete_sightings_before(&self, time: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM sightings WHERE time < $1").int(time)).await
    }
}

fn sighting(row: &mut Row) -> Result<Sighting, StoreError> {
    Ok(Sighting {
        hash: row.text()?,
        kind: row.text()?,
        time: row.int()?,
        exchange: row.text()?,
        site: row.text()?,
        address: row.text()?,
        account: row.maybe_text()?,
        direction: row.word(Direction::from_name)?,
        outcome: row.word(|word| Outcome::ALL.into_iter().find(|outcome| outcome.name() == word))?,
    })
}
