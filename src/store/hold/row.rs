//! The columns of holds, and how they are read.

use super::{Answer, Approval, Failure, Hold, HoldFilter, HoldState, NewHold};
use crate::store::StoreError;
use crate::store::db::{Row, Statement};

/// The columns that [`plain`] reads.
macro_rules! columns {
    () => {
        "id, created, expires, site, path, address, session, account, needed, message, findings, body, token, state, \
         first_by, first_at, first_said, second_by, second_at, second_said, refused_by, refused_at, refused_said, \
         released_at, answer_status, failure, ended, noted"
    };
}
/// What [`whole`] reads beyond them.
macro_rules! secrets {
    () => {
        ", data_key, head, answer_key, answer_body"
    };
}
/// How many have decided.
macro_rules! decisions {
    () => {
        "(CASE WHEN first_by IS NULL THEN 0 ELSE 1 END + CASE WHEN second_by IS NULL THEN 0 ELSE 1 END \
         + CASE WHEN refused_by IS NULL THEN 0 ELSE 1 END)"
    };
}
/// The condition that [`filtered`] fills.
macro_rules! filter {
    () => {
        "($1 IS NULL OR state = $1) AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR session = $3) \
         AND ($4 IS NULL OR account = $4)"
    };
}
pub(super) use {columns, decisions, filter, secrets};

pub(super) fn filtered(statement: Statement, filter: &HoldFilter) -> Statement {
    let statement = statement.maybe_text(filter.state.map(HoldState::name)).maybe_text(filter.site.as_deref());
    statement.maybe_text(filter.session.as_deref()).maybe_text(filter.account.as_deref())
}

pub(super) fn state(word: &str) -> Option<HoldState> {
    HoldState::ALL.into_iter().find(|state| state.name() == word)
}

pub(super) fn whole(row: &mut Row) -> Result<Hold, StoreError> {
    let mut hold = plain(row)?;
    hold.post.data_key = row.maybe_bytes()?.unwrap_or_default();
    hold.post.head = row.maybe_bytes()?.unwrap_or_default();
    let (key, body) = (row.maybe_bytes()?.unwrap_or_default(), row.maybe_bytes()?.unwrap_or_default());
    if let Some(answer) = &mut hold.answer {
        (answer.key, answer.body) = (key, body);
    }
    Ok(hold)
}

pub(super) fn plain(row: &mut Row) -> Result<Hold, StoreError> {
    let post = NewHold {
        id: row.text()?,
        created: row.int()?,
        expires: row.int()?,
        site: row.text()?,
        path: row.text()?,
        address: row.text()?,
        session: row.maybe_text()?,
        account: row.maybe_text()?,
        two_persons: row.int()? == 2,
        message: row.maybe_text()?,
        findings: row.text()?,
        body: row.text()?,
        token: row.text()?,
        data_key: Vec::new(),
        head: Vec::new(),
    };
    let state = row.word(state)?;
    let approvals = [said(row)?, said(row)?].into_iter().flatten().collect();
    let (refusal, released) = (said(row)?, row.maybe_int()?);
    let status = row.maybe_int()?.map(|status| u16::try_from(status).unwrap_or_default());
    let answer = status.map(|status| Answer { status, key: Vec::new(), body: Vec::new() });
    let failure = row.maybe_text()?.and_then(|word| Failure::ALL.into_iter().find(|failure| failure.name() == word));
    let ended = row.maybe_text()?.as_deref().and_then(self::state);
    let noted = usize::try_from(row.int()?).unwrap_or_default();
    Ok(Hold { post, state, approvals, refusal, released, answer, failure, ended, noted })
}

fn said(row: &mut Row) -> Result<Option<Approval>, StoreError> {
    let (who, when, message) = (row.maybe_text()?, row.maybe_int()?, row.maybe_text()?);
    Ok(who.zip(when).map(|(who, when)| Approval { who, when, message }))
}
