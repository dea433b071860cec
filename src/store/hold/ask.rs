//! Holds are added and asked for.

use super::row::{columns, filter, filtered, plain, secrets, whole};
use super::{Hold, HoldFilter, NewHold};
use crate::store::db::Statement;
use crate::store::standby::there_or_here;
use crate::store::{Page, Store, StoreError, each, limit};

/// By what a hold is asked for.
#[derive(Debug, Clone, Copy)]
enum By<'a> {
    Id(&'a str),
    /// The hash of its poster's token.
    Token(&'a str),
}

impl Store {
    /// Adds a hold; `false` when there is one of this id or token. When this returns `true` the hold is on the disk: of the
    /// database, or while that is away of this node, in the file beside. There it waits, and nobody can decide about it, until
    /// [`Store::catch_up`] has brought it over.
    ///
    /// # Errors
    /// When nothing was written; then the post must be refused.
    pub async fn add_hold(&self, hold: &NewHold) -> Result<bool, StoreError> {
        there_or_here!(self, at => at.put_hold(hold))
    }

    pub(in crate::store) async fn put_hold(&self, hold: &NewHold) -> Result<bool, StoreError> {
        let statement = Statement::write(
            "INSERT INTO holds (id, created, expires, site, path, address, session, account, needed, message, findings, \
             data_key, body, head, token) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
             ON CONFLICT DO NOTHING",
        );
        let statement = statement.text(&hold.id).int(hold.created).int(hold.expires).text(&hold.site).text(&hold.path);
        let statement = statement.text(&hold.address).maybe_text(hold.session.as_deref());
        let statement = statement.maybe_text(hold.account.as_deref()).int(if hold.two_persons { 2 } else { 1 });
        let statement = statement.maybe_text(hold.message.as_deref()).text(&hold.findings).bytes(&hold.data_key);
        Ok(self.change(statement.text(&hold.body).bytes(&hold.head).text(&hold.token)).await? == 1)
    }

    /// One hold with its key, head and answer; also one that still lies in the file beside.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn hold(&self, id: &str) -> Result<Option<Hold>, StoreError> {
        self.wherever(By::Id(id)).await
    }

    /// The hold whose poster has the token with this hash; also one that still lies in the file beside.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn hold_of_token(&self, token: &str) -> Result<Option<Hold>, StoreError> {
        self.wherever(By::Token(token)).await
    }

    async fn wherever(&self, by: By<'_>) -> Result<Option<Hold>, StoreError> {
        if let Some(here) = self.instead()
            && let Some(hold) = here.own(by).await?
        {
            return Ok(Some(hold));
        }
        match (self.own(by).await, self.beside()) {
            (there @ (Ok(None) | Err(StoreError::Gone(_))), Some(here)) => match here.own(by).await? {
                None => there,
                found => Ok(found),
            },
            (there, _) => there,
        }
    }

    pub(in crate::store) async fn own_hold(&self, id: &str) -> Result<Option<Hold>, StoreError> {
        self.own(By::Id(id)).await
    }

    async fn own(&self, by: By<'_>) -> Result<Option<Hold>, StoreError> {
        let (statement, value) = match by {
            By::Id(id) => (concat!("SELECT ", columns!(), secrets!(), " FROM holds WHERE id = $1"), id),
            By::Token(token) => (concat!("SELECT ", columns!(), secrets!(), " FROM holds WHERE token = $1"), token),
        };
        let row = self.row(Statement::read(statement).text(value)).await?;
        row.map(|mut row| whole(&mut row)).transpose()
    }

    /// Posts that wait, the oldest first, with all that is kept of them.
    pub(in crate::store) async fn kept_holds(&self, most: usize) -> Result<Vec<Hold>, StoreError> {
        let statement =
            Statement::read(concat!("SELECT ", columns!(), secrets!(), " FROM holds ORDER BY created, id LIMIT $1"));
        each(self.rows(statement.int(limit(most))).await?, whole)
    }

    /// A page of holds, the newest first, without keys, heads and answers' bodies.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn holds(&self, filter: &HoldFilter, page: &Page) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE ",
            filter!(),
            " AND ($5 IS NULL OR created < $5 OR (created = $5 AND id < $6)) ORDER BY created DESC, id DESC LIMIT $7"
        ));
        self.page_of(statement, filter, page).await
    }

    /// A page of holds, the oldest first: what has waited longest is to be decided first. Without keys, heads and answers' bodies.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn holds_in_turn(&self, filter: &HoldFilter, page: &Page) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE ",
            filter!(),
            " AND ($5 IS NULL OR created > $5 OR (created = $5 AND id > $6)) ORDER BY created, id LIMIT $7"
        ));
        self.page_of(statement, filter, page).await
    }

    /// What a statement tells of a page, behind the last of the page before.
    async fn page_of(&self, statement: Statement, filter: &HoldFilter, page: &Page) -> Result<Vec<Hold>, StoreError> {
        let (time, id) = page.after.as_ref().map_or((None, None), |(time, id)| (Some(*time), Some(id.as_str())));
        each(self.rows(filtered(statement, filter).int(time).maybe_text(id).int(limit(page.limit))).await?, plain)
    }

    /// How many holds there are.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn count_holds(&self, filter: &HoldFilter) -> Result<u64, StoreError> {
        let statement = Statement::read(concat!("SELECT count(*) FROM holds WHERE ", filter!()));
        let count = self.row(filtered(statement, filter)).await?.map_or(Ok(0), |mut row| row.int())?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}
