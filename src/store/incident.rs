//! Incidents: exchanges in which something was found and dealt with.

use super::db::{Row, Statement};
use super::standby::there_or_here;
use super::{Store, StoreError, each, limit};
use crate::vocab::Direction;

/// An exchange in which personal data was found. It holds no values: only kinds, counts, places and masked forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The exchange's id, unique.
    pub id: String,
    /// When, in Unix milliseconds.
    pub time: i64,
    /// The site's name in the configuration.
    pub site: String,
    /// The client's address.
    pub address: String,
    /// The account at the site, where it is known.
    pub account: Option<String>,
    /// Posted or shown.
    pub direction: Direction,
    /// What was done: `log`, `mask`, `block`, ….
    pub verdict: String,
    /// The rule that said so.
    pub rule: Option<String>,
    /// The path of the request, without its query.
    pub path: String,
    /// JSON: kinds, counts, places, masked forms.
    pub findings: String,
}

/// Which incidents are wanted; what is `None` is not asked for.
#[derive(Debug, Clone, Default)]
pub struct IncidentFilter {
    /// Not before, in Unix milliseconds.
    pub from: Option<i64>,
    /// Before, in Unix milliseconds.
    pub to: Option<i64>,
    /// The site's name.
    pub site: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The account at the site.
    pub account: Option<String>,
    /// Posted or shown.
    pub direction: Option<Direction>,
    /// What was done.
    pub verdict: Option<String>,
    /// The rule.
    pub rule: Option<String>,
}

/// A page of a list that is sorted by time, the newest first. The next page starts behind the last row of this one, so that
/// rows that arrive meanwhile move nothing.
#[derive(Debug, Clone)]
pub struct Page {
    /// Time and id of the last row of the page before.
    pub after: Option<(i64, String)>,
    /// The most rows.
    pub limit: usize,
}

impl Page {
    /// The first page.
    pub fn first(limit: usize) -> Page {
        Page { after: None, limit }
    }
}

const COLUMNS: &str =
    "INSERT INTO incidents (id, time, site, address, account, direction, verdict, rule, path, findings) VALUES";

/// Rows of one `INSERT`: far below SQLite's 32,766 values.
const ROWS: usize = 500;

impl Store {
    /// Adds incidents, all or none; to the file beside while the database is away. An id that is there already is left as it is:
    /// a batch may be sent again.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn add_incidents(&self, incidents: &[Incident]) -> Result<(), StoreError> {
        there_or_here!(self, at => at.put_incidents(incidents))
    }

    pub(super) async fn put_incidents(&self, incidents: &[Incident]) -> Result<(), StoreError> {
        let inserted = incidents.chunks(ROWS).map(|rows| {
            let statement = Statement::many(COLUMNS, 10, rows.len(), " ON CONFLICT (id) DO NOTHING");
            rows.iter().fold(statement, |statement, one| {
                let statement = statement.text(&one.id).int(one.time).text(&one.site).text(&one.address);
                let statement = statement.maybe_text(one.account.as_deref()).text(one.direction.name());
                let statement = statement.text(&one.verdict).maybe_text(one.rule.as_deref());
                statement.text(&one.path).text(&one.findings)
            })
        });
        self.together(inserted.collect()).await.map(drop)
    }

    /// A page of the incidents that the filter lets through, the newest first. While the database is away, those that this node
    /// has kept since then.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn incidents(&self, filter: &IncidentFilter, page: &Page) -> Result<Vec<Incident>, StoreError> {
        there_or_here!(self, at => at.own_incidents(filter, page))
    }

    pub(super) async fn own_incidents(
        &self,
        filter: &IncidentFilter,
        page: &Page,
    ) -> Result<Vec<Incident>, StoreError> {
        let (time, id) = page.after.as_ref().map_or((None, None), |(time, id)| (Some(*time), Some(id.as_str())));
        let statement = Statement::read(
            "SELECT id, time, site, address, account, direction, verdict, rule, path, findings FROM incidents \
             WHERE ($1 IS NULL OR time >= $1) AND ($2 IS NULL OR time < $2) AND ($3 IS NULL OR site = $3) \
             AND ($4 IS NULL OR address = $4) AND ($5 IS NULL OR account = $5) AND ($6 IS NULL OR direction = $6) \
             AND ($7 IS NULL OR verdict = $7) AND ($8 IS NULL OR rule = $8) \
             AND ($9 IS NULL OR time < $9 OR (time = $9 AND id < $10)) ORDER BY time DESC, id DESC LIMIT $11",
        )
        .int(filter.from)
        .int(filter.to)
        .maybe_text(filter.site.as_deref())
        .maybe_text(filter.address.as_deref())
        .maybe_text(filter.account.as_deref())
        .maybe_text(filter.direction.map(Direction::name))
        .maybe_text(filter.verdict.as_deref())
        .maybe_text(filter.rule.as_deref())
        .int(time)
        .maybe_text(id)
        .int(limit(page.limit));
        each(self.rows(statement).await?, incident)
    }

    /// One incident.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn incident(&self, id: &str) -> Result<Option<Incident>, StoreError> {
        let statement = Statement::read(
            "SELECT id, time, site, address, account, direction, verdict, rule, path, findings FROM incidents WHERE id = $1",
        );
        self.row(statement.text(id)).await?.map(|mut row| incident(&mut row)).transpose()
    }

    /// Puts other findings into an incident, if those are still in it that were read; whether it was so.
    ///
    /// # Errors
    /// When nothing was written.
    pub async fn settle_incident(&self, read: &Incident, findings: &str) -> Result<bool, StoreError> {
        let statement = Statement::write("UPDATE incidents SET findings = $1 WHERE id = $2 AND findings = $3");
        Ok(self.change(statement.text(findings).text(&read.id).text(&read.findings)).await? == 1)
    }

    /// Deletes the incidents from before `time`; how many.
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete_incidents_before(&self, time: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM incidents WHERE time < $1").int(time)).await
    }
}

fn incident(row: &mut Row) -> Result<Incident, StoreError> {
    Ok(Incident {
        id: row.text()?,
        time: row.int()?,
        site: row.text()?,
        address: row.text()?,
        account: row.maybe_text()?,
        direction: row.word(Direction::from_name)?,
        verdict: row.text()?,
        rule: row.maybe_text()?,
        path: row.text()?,
        findings: row.text()?,
    })
}
