//! Holds: posts that wait until somebody has approved them, and are then sent once.
//!
//! ```text
//! waiting ──▶ approved ──▶ released ──▶ failed
//!    │  │         │            │          │
//!    │  └▶ refused│            │          │
//!    └──────┬─────┘            │          │
//!        expired ──────────▶ destroyed ◀──┘   (refused and released too)
//! ```
//! Each arrow is one statement that compares and sets. `released` is set before the post is sent: a node that dies while it
//! sends leaves a released hold without an answer, and the post is not sent again by itself.

use super::db::{Row, Statement};
use super::{Page, Store, StoreError, each, limit};

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// For an approval, or for the second of two.
    Waiting,
    /// It may be released.
    Approved,
    /// Somebody said no.
    Refused,
    /// It is being sent, or was; its answer tells which.
    Released,
    /// It was sent and the site did not take it, or could not be reached.
    Failed,
    /// Nobody decided, or released it, in time.
    Expired,
    /// Its key, head and answer are gone; the row stays as a record.
    Destroyed,
}

impl HoldState {
    const ALL: [HoldState; 7] = [
        HoldState::Waiting,
        HoldState::Approved,
        HoldState::Refused,
        HoldState::Released,
        HoldState::Failed,
        HoldState::Expired,
        HoldState::Destroyed,
    ];

    /// The word in the store and in output for programs.
    pub const fn name(self) -> &'static str {
        match self {
            HoldState::Waiting => "waiting",
            HoldState::Approved => "approved",
            HoldState::Refused => "refused",
            HoldState::Released => "released",
            HoldState::Failed => "failed",
            HoldState::Expired => "expired",
            HoldState::Destroyed => "destroyed",
        }
    }
}

/// A post that is to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// Unique.
    pub id: String,
    /// Now, in Unix milliseconds.
    pub created: i64,
    /// From when on nobody can approve or release it, in Unix milliseconds.
    pub expires: i64,
    /// The site's name.
    pub site: String,
    /// The path of the request, without its query.
    pub path: String,
    /// The client's address.
    pub address: String,
    /// The keyed hash of the session at the site, where there is one.
    pub session: Option<String>,
    /// The account at the site, where it is known.
    pub account: Option<String>,
    /// Whether two different persons must approve.
    pub two_persons: bool,
    /// What the poster says about it.
    pub message: Option<String>,
    /// JSON: kinds, counts, places, masked forms.
    pub findings: String,
    /// The key of body and head, wrapped by the key of the nodes.
    pub data_key: Vec<u8>,
    /// The name of the file in the state folder that holds the encrypted body.
    pub body: String,
    /// The encrypted head of the request.
    pub head: Vec<u8>,
    /// The hash of the token by which the poster asks after it; unique.
    pub token: String,
}

/// Who said yes or no, and when (Unix milliseconds).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The account.
    pub who: String,
    /// When.
    pub when: i64,
}

/// What the site answered to a released post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The encrypted body, as far as it is kept.
    pub body: Vec<u8>,
}

/// A post that waits or has waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What was put in. In lists, and once destroyed, `data_key` and `head` are empty.
    pub post: NewHold,
    /// Where it stands.
    pub state: HoldState,
    /// Who has approved it, in order; at most two.
    pub approvals: Vec<Approval>,
    /// Who has refused it.
    pub refusal: Option<Approval>,
    /// When it was released, in Unix milliseconds.
    pub released: Option<i64>,
    /// The site's answer; in lists its body is empty.
    pub answer: Option<Answer>,
}

/// What came of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A second person must approve too.
    NeedsAnother,
    /// It may be released.
    Approved,
}

/// A hold that has expired: what is to be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The hold's id.
    pub id: String,
    /// The file of its body.
    pub body: String,
}

/// Why a hold was not changed. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// There is none.
    #[error("there is no such hold / 그런 보류 건이 없습니다")]
    NotFound,
    /// It is too late.
    #[error("the hold has expired / 보류 기간이 지났습니다")]
    Expired,
    /// Somebody was quicker.
    #[error("{by} has decided already / {by} 님이 이미 처리했습니다")]
    AlreadyDecided {
        /// Who.
        by: String,
        /// When, in Unix milliseconds.
        when: i64,
    },
    /// It has been sent, or is being sent.
    #[error("it has been sent already / 이미 전송되었습니다")]
    AlreadyReleased {
        /// When, in Unix milliseconds.
        when: i64,
    },
    /// The same person cannot be both of two.
    #[error("a second person must approve / 다른 사람이 한 번 더 승인해야 합니다")]
    SamePerson,
    /// It cannot be released before it is approved.
    #[error("it is not approved / 아직 승인되지 않았습니다")]
    NotApproved,
    /// Its content is gone.
    #[error("its content has been destroyed / 내용이 파기되었습니다")]
    Destroyed,
    /// It stands where this cannot be done: it is not being sent, or still waits.
    #[error("the hold is {} / 지금 상태에서는 할 수 없습니다", state.name())]
    WrongState {
        /// Where it stands.
        state: HoldState,
    },
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which holds are wanted; what is `None` is not asked for.
#[derive(Debug, Clone, Default)]
pub struct HoldFilter {
    /// Where they stand.
    pub state: Option<HoldState>,
    /// The site's name.
    pub site: Option<String>,
    /// The keyed hash of the session at the site.
    pub session: Option<String>,
    /// The account at the site.
    pub account: Option<String>,
}

/// The columns that [`plain`] reads.
macro_rules! columns {
    () => {
        "id, created, expires, site, path, address, session, account, needed, message, findings, body, token, state, \
         first_by, first_at, second_by, second_at, refused_by, refused_at, released_at, answer_status"
    };
}
/// The condition that [`filtered`] fills.
macro_rules! filter {
    () => {
        "($1 IS NULL OR state = $1) AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR session = $3) \
         AND ($4 IS NULL OR account = $4)"
    };
}
impl Store {
    /// Adds a hold; `false` when there is one of this id or token. When this returns `true` the hold is on the disk.
    ///
    /// # Errors
    /// When nothing was written; then the post must be refused.
    pub async fn add_hold(&self, hold: &NewHold) -> Result<bool, StoreError> {
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

    /// One hold with its key, head and answer.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn hold(&self, id: &str) -> Result<Option<Hold>, StoreError> {
        let statement =
            Statement::read(concat!("SELECT ", columns!(), ", data_key, head, answer_body FROM holds WHERE id = $1"));
        self.row(statement.text(id)).await?.map(|mut row| whole(&mut row)).transpose()
    }

    /// The hold whose poster has the token with this hash.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn hold_of_token(&self, token: &str) -> Result<Option<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            ", data_key, head, answer_body FROM holds WHERE token = $1"
        ));
        self.row(statement.text(token)).await?.map(|mut row| whole(&mut row)).transpose()
    }

    /// A page of holds, the newest first, without keys, heads and answers' bodies.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn holds(&self, filter: &HoldFilter, page: &Page) -> Result<Vec<Hold>, StoreError> {
        let (time, id) = page.after.as_ref().map_or((None, None), |(time, id)| (Some(*time), Some(id.as_str())));
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE ",
            filter!(),
            " AND ($5 IS NULL OR created < $5 OR (created = $5 AND id < $6)) ORDER BY created DESC, id DESC LIMIT $7"
        ));
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

    /// `who` approves.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn approve_hold(&self, id: &str, who: &str, now: i64) -> Result<Decision, HoldError> {
        let statement = Statement::returning(
            "UPDATE holds SET first_by = COALESCE(first_by, $2), first_at = COALESCE(first_at, $3), \
             second_by = CASE WHEN first_by IS NULL THEN NULL ELSE $2 END, \
             second_at = CASE WHEN first_by IS NULL THEN NULL ELSE $3 END, \
             state = CASE WHEN needed = 1 OR first_by IS NOT NULL THEN 'approved' ELSE 'waiting' END \
             WHERE id = $1 AND state = 'waiting' AND expires > $3 AND (first_by IS NULL OR first_by <> $2) RETURNING state",
        );
        match self.row(statement.text(id).text(who).int(now)).await? {
            Some(mut row) => match row.word(state)? {
                HoldState::Approved => Ok(Decision::Approved),
                _ => Ok(Decision::NeedsAnother),
            },
            None => Err(self.why(id, Some(who), now).await),
        }
    }

    /// `who` refuses, also after the first of two approvals.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn refuse_hold(&self, id: &str, who: &str, now: i64) -> Result<(), HoldError> {
        let update = "UPDATE holds SET state = 'refused', refused_by = $2, refused_at = $3 \
             WHERE id = $1 AND state = 'waiting' AND expires > $3";
        match self.change(Statement::write(update).text(id).text(who).int(now)).await? {
            0 => Err(self.why(id, Some(who), now).await),
            _ => Ok(()),
        }
    }

    /// Takes the hold for sending: exactly one caller, on whichever node, ever gets it.
    ///
    /// # Errors
    /// Why it could not be.
    pub async fn begin_release(&self, id: &str, now: i64) -> Result<Hold, HoldError> {
        let statement = Statement::returning(concat!(
            "UPDATE holds SET state = 'released', released_at = $2 \
             WHERE id = $1 AND state = 'approved' AND expires > $2 RETURNING ",
            columns!(),
            ", data_key, head, answer_body"
        ));
        match self.row(statement.text(id).int(now)).await? {
            Some(mut row) => Ok(whole(&mut row)?),
            None => Err(self.why(id, None, now).await),
        }
    }

    /// What was taken for sending before `time` and has no answer: its node was stopped, or lost the database. Whether it
    /// arrived is not known; a person looks, and ends it with [`Store::fail_release`] or [`Store::finish_release`].
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn unfinished_releases(&self, time: i64) -> Result<Vec<Hold>, StoreError> {
        let statement = Statement::read(concat!(
            "SELECT ",
            columns!(),
            " FROM holds WHERE state = 'released' AND answer_status IS NULL AND released_at < $1 ORDER BY released_at, id"
        ));
        each(self.rows(statement.int(time)).await?, plain)
    }

    /// What the site answered to the post that is being sent.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn finish_release(&self, id: &str, answer: &Answer, now: i64) -> Result<(), HoldError> {
        self.answered(id, HoldState::Released, Some(answer), now).await
    }

    /// The post that is being sent did not arrive, or the site did not take it.
    ///
    /// # Errors
    /// When it is not being sent, or has its answer already.
    pub async fn fail_release(&self, id: &str, answer: Option<&Answer>, now: i64) -> Result<(), HoldError> {
        self.answered(id, HoldState::Failed, answer, now).await
    }

    async fn answered(&self, id: &str, to: HoldState, answer: Option<&Answer>, now: i64) -> Result<(), HoldError> {
        let update = "UPDATE holds SET state = $2, answer_status = $3, answer_body = $4 \
             WHERE id = $1 AND state = 'released' AND answer_status IS NULL";
        let statement = Statement::write(update).text(id).text(to.name());
        let statement = statement.int(answer.map(|answer| i64::from(answer.status)));
        match self.change(statement.maybe_bytes(answer.map(|answer| answer.body.as_slice()))).await? {
            0 => Err(self.why(id, None, now).await),
            _ => Ok(()),
        }
    }

    /// Ends what nobody has decided or released in time, and tells of it.
    ///
    /// # Errors
    /// When none was ended.
    pub async fn expire_holds(&self, now: i64) -> Result<Vec<Expired>, StoreError> {
        let statement = Statement::returning(
            "UPDATE holds SET state = 'expired' WHERE state IN ('waiting', 'approved') AND expires <= $1 RETURNING id, body",
        );
        each(self.rows(statement.int(now)).await?, |row| Ok(Expired { id: row.text()?, body: row.text()? }))
    }

    /// Forgets key, head and answer, so that the body's file cannot be read by anybody any more; its name, for deleting it.
    ///
    /// # Errors
    /// When it still waits, or has been destroyed already.
    pub async fn destroy_hold(&self, id: &str, now: i64) -> Result<String, HoldError> {
        let statement = Statement::returning(
            "UPDATE holds SET state = 'destroyed', data_key = NULL, head = NULL, answer_body = NULL \
             WHERE id = $1 AND state IN ('refused', 'released', 'failed', 'expired') RETURNING body",
        );
        match self.row(statement.text(id)).await? {
            Some(mut row) => Ok(row.text()?),
            None => match self.hold(id).await? {
                Some(Hold { state: state @ (HoldState::Waiting | HoldState::Approved), .. }) => {
                    Err(HoldError::WrongState { state })
                }
                _ => Err(self.why(id, None, now).await),
            },
        }
    }

    /// Deletes the records of holds that were made before `time` and are destroyed; how many.
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete_holds_before(&self, time: i64) -> Result<u64, StoreError> {
        self.change(Statement::write("DELETE FROM holds WHERE state = 'destroyed' AND created < $1").int(time)).await
    }

    /// Why a change of the hold found nothing to change; `who` when it was a decision.
    async fn why(&self, id: &str, who: Option<&str>, now: i64) -> HoldError {
        match self.hold(id).await {
            Ok(Some(hold)) => reason(hold, who, now),
            Ok(None) => HoldError::NotFound,
            Err(error) => HoldError::Store(error),
        }
    }
}

fn reason(hold: Hold, who: Option<&str>, now: i64) -> HoldError {
    let decided = hold.refusal.or_else(|| hold.approvals.last().cloned());
    match (hold.state, who, decided) {
        (HoldState::Destroyed, _, _) => HoldError::Destroyed,
        (HoldState::Expired, _, _) => HoldError::Expired,
        (HoldState::Waiting | HoldState::Approved, None, _) | (HoldState::Waiting, Some(_), _)
            if hold.post.expires <= now =>
        {
            HoldError::Expired
        }
        (HoldState::Waiting, Some(_), _) => HoldError::SamePerson,
        (HoldState::Waiting, None, _) => HoldError::NotApproved,
        (_, Some(_), Some(Approval { who, when })) => HoldError::AlreadyDecided { by: who, when },
        (HoldState::Released | HoldState::Failed, _, _) => {
            HoldError::AlreadyReleased { when: hold.released.unwrap_or_default() }
        }
        (HoldState::Refused, None, Some(Approval { who, when })) => HoldError::AlreadyDecided { by: who, when },
        (state, _, _) => HoldError::WrongState { state },
    }
}

fn filtered(statement: Statement, filter: &HoldFilter) -> Statement {
    let statement = statement.maybe_text(filter.state.map(HoldState::name)).maybe_text(filter.site.as_deref());
    statement.maybe_text(filter.session.as_deref()).maybe_text(filter.account.as_deref())
}

fn state(word: &str) -> Option<HoldState> {
    HoldState::ALL.into_iter().find(|state| state.name() == word)
}

fn whole(row: &mut Row) -> Result<Hold, StoreError> {
    let mut hold = plain(row)?;
    hold.post.data_key = row.maybe_bytes()?.unwrap_or_default();
    hold.post.head = row.maybe_bytes()?.unwrap_or_default();
    let body = row.maybe_bytes()?.unwrap_or_default();
    if let Some(answer) = &mut hold.answer {
        answer.body = body;
    }
    Ok(hold)
}

fn plain(row: &mut Row) -> Result<Hold, StoreError> {
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
    let answer = status.map(|status| Answer { status, body: Vec::new() });
    Ok(Hold { post, state, approvals, refusal, released, answer })
}

fn said(row: &mut Row) -> Result<Option<Approval>, StoreError> {
    let (who, when) = (row.maybe_text()?, row.maybe_int()?);
    Ok(who.zip(when).map(|(who, when)| Approval { who, when }))
}
