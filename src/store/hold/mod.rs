//! Holds: posts that wait until somebody has approved them, and are then sent once.
//!
//! ```text
//! waiting ──▶ approved ◀─▶ released ──▶ failed
//!    │  │         │            │          │
//!    │  └▶ refused│            │          │
//!    └──────┬─────┘            │          │
//!        expired ──────────▶ destroyed ◀──┘   (refused and released too)
//! ```
//! Each arrow is one statement that compares and sets. `released` is set before the post is sent: a node that dies while it
//! sends leaves a released hold without an answer, and the post is not sent again by itself. Only what has certainly not
//! reached the site goes back to `approved`.
//!
//! What the site answered has a key of its own, and stays when the post is destroyed.

mod ask;
mod body;
mod decide;
mod end;
mod key;
mod row;
mod send;

pub use key::{KeyOf, Wrapped};

use super::StoreError;

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
    /// Its key and head are gone, and its answer when its time is over; the row stays as a record.
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

    /// The same in Korean, for people.
    pub const fn korean(self) -> &'static str {
        match self {
            HoldState::Waiting => "대기",
            HoldState::Approved => "승인됨",
            HoldState::Refused => "거부됨",
            HoldState::Released => "올림",
            HoldState::Failed => "올리지 못함",
            HoldState::Expired => "기한 지남",
            HoldState::Destroyed => "지움",
        }
    }
}

/// Why a hold was not posted, or is not known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The site answered with its login page, or the way to it.
    Login,
    /// The site answered with an error.
    NotAccepted,
    /// The policy, or garim, let it not go on: nothing of it has reached the site.
    Withheld,
    /// Whether it arrived is not known: the site broke off, or garim ended while it was sent. It is not sent again.
    Unknown,
    /// What was kept cannot be opened: it was altered, or its key is gone.
    Unreadable,
}

impl Failure {
    const ALL: [Failure; 5] =
        [Failure::Login, Failure::NotAccepted, Failure::Withheld, Failure::Unknown, Failure::Unreadable];

    /// The word in the store and in output for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Failure::Login => "login-page",
            Failure::NotAccepted => "not-accepted",
            Failure::Withheld => "withheld",
            Failure::Unknown => "unknown",
            Failure::Unreadable => "unreadable",
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
    /// What was said to the writer.
    pub message: Option<String>,
}

/// What the site answered to a released post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The key of the body, wrapped by the key of the nodes; empty where no body is kept.
    pub key: Vec<u8>,
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
    /// The site's answer; in lists its key and body are empty.
    pub answer: Option<Answer>,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// Where it stood when it was destroyed.
    pub ended: Option<HoldState>,
    /// How many of its decisions stand in the journal.
    pub noted: usize,
}

impl Hold {
    /// Where it stands, or stood before it was destroyed.
    pub fn stood(&self) -> HoldState {
        self.ended.filter(|_| self.state == HoldState::Destroyed).unwrap_or(self.state)
    }

    /// Who has decided, in order, and whether the last of them refused.
    pub fn decisions(&self) -> impl Iterator<Item = (&Approval, bool)> {
        let approvals = self.approvals.iter().map(|approval| (approval, false));
        approvals.chain(self.refusal.iter().map(|refusal| (refusal, true)))
    }

    /// What whoever decided last has said to the writer.
    pub fn message(&self) -> Option<&str> {
        self.decisions().last().and_then(|(decision, _)| decision.message.as_deref())
    }
}

/// What came of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A second person must approve too.
    NeedsAnother,
    /// It may be released.
    Approved,
}

/// Why a hold was not changed. Nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// There is none.
    #[error("there is no such hold: garim holds list --all tells those there are / 그런 보류 건이 없습니다")]
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
