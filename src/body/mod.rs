//! hyper's bodies against the inspector: what comes in is read once, kept or streamed, and goes out as the verdict says.
//!
//! - [`request::receive`] takes a client's whole body in, inspects it while it arrives and keeps it until the verdict.
//! - [`answer::open`] takes a site's body in until it knows whether it goes out whole or streams; [`answer::counted`]
//!   is for one that is not inspected.
//! - [`budget`], [`spool`] and [`kept`] hold bytes; [`rewrite`] hands them on with the masks in them.
//! - [`discard()`] reads away what a refused client still sends.
//!
//! A body that must not go on is never an `Ok`: it is a [`Stopped`], which says why and gives back what was not read.

mod account;
pub mod answer;
mod arrival;
pub mod budget;
mod content;
mod cursor;
mod discard;
mod done;
mod files;
pub mod kept;
mod marks;
mod masking;
mod recall;
pub mod request;
pub mod rewrite;
pub(crate) mod second_reader;
mod silence;
pub mod spool;

#[cfg(test)]
mod tests;

pub use account::Read;
pub use discard::discard;
pub use done::{Done, Hook, How};
pub use recall::Recall;

use crate::config::Limits;
use crate::inspect::coding::{self, Coding};
use crate::inspect::{Content, Lens};
use crate::policy::Tally;
use crate::sandbox::protocol::Broken;
use crate::sandbox::{Pool, Start};
use crate::vocab::Day;
use budget::{Budget, Spent};
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use kept::KeepError;
use rewrite::RewriteError;
use spool::{SpoolError, Spools};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What a body of hyper's fails with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body on its way out: to the site, or to the client.
pub type Outgoing = http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>;

/// What the bodies of a process share. Cheap to clone; after a reload the limits differ, the budget and the spools stay.
#[derive(Debug, Clone)]
pub struct Means {
    /// The byte budget of the process.
    pub budget: Budget,
    /// Makes spool files.
    pub spools: Spools,
    /// The ceilings of one body.
    pub limits: Limits,
    /// Whether multipart bodies are read twice; only a bench does without.
    pub second_reader: bool,
    /// Who opens files; `None` leaves what is no text uninspected.
    pub opener: Option<Arc<Opener>>,
    /// Remembers what was found in answers; `None` has each read again.
    pub recall: Option<Arc<Recall>>,
}

/// Who opens files.
#[derive(Debug)]
pub struct Opener {
    /// The workers.
    pub pool: Pool,
    /// What they were told last.
    told: Mutex<Start>,
    /// The limits for each file with all within it.
    pub limits: crate::extract::Limits,
    /// The largest file that is opened, in bytes.
    pub largest: u64,
}

impl Opener {
    /// With workers that are told this.
    ///
    /// # Errors
    /// When it is too much to be told.
    pub fn new(
        settings: crate::sandbox::Settings,
        limits: crate::extract::Limits,
        largest: u64,
    ) -> Result<Opener, Broken> {
        let told = Mutex::new(settings.start.clone());
        Ok(Opener { pool: Pool::new(settings)?, told, limits, largest })
    }

    /// Tells the workers what day it is, when it is another.
    fn tell(&self, today: Day) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.today != today {
            told.today = today;
            // It was told before but for a date, and that was not too much.
            let _ = self.pool.renew(&told);
        }
    }
}

/// What has been done to a content, as `Content-Encoding` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coded {
    /// Nothing.
    Plain,
    /// These codings were applied, in this order; never empty.
    By(Vec<Coding>),
    /// Something garim cannot undo: the body is `uninspectable:coding`.
    Unknown,
}

impl Coded {
    /// Reads `Content-Encoding` from a head.
    pub fn of(headers: &HeaderMap) -> Coded {
        match coding::parse(headers.get_all(CONTENT_ENCODING).iter().map(|value| value.as_bytes())) {
            Ok(codings) if codings.is_empty() => Coded::Plain,
            Ok(codings) => Coded::By(codings),
            Err(_) => Coded::Unknown,
        }
    }
}

/// What is known of a body that is to be inspected.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its type, and the way it goes.
    pub content: Content,
    /// Its coding.
    pub coded: Coded,
    /// What inspection is told about the world.
    pub lens: Arc<Lens>,
}

/// Why a body does not go on.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The tally refuses it: a page that says what was found.
    #[error("the policy refuses the body")]
    Refused,
    /// A rule wants something masked in a body whose coding is broken, so that it cannot be: refused like the above.
    #[error("the body cannot be masked as the policy wants, because its coding is broken")]
    Unmaskable,
    /// Longer than `limits.body_bytes`: 413 for a request, 502 for an answer.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// The ceiling.
        limit: u64,
    },
    /// Silent for longer than `limits.idle_timeout`, or slower than `limits.body_min_rate`: 408, or 504.
    #[error("the body came too slowly")]
    Timeout,
    /// Whoever sent it went away before its end: nobody is there to be answered, or 502.
    #[error("the sender of the body went away: {0}")]
    Gone(BoxError),
    /// Its framing is broken, as in a chunk without a length: 400, or 502.
    #[error("the framing of the body is broken: {0}")]
    Malformed(BoxError),
    /// The byte budget is spent: 503.
    #[error(transparent)]
    Overload(#[from] Spent),
    /// It cannot be rewritten: broken off where it was going out already, else 502 or 503.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
    /// The spool is full ([`SpoolError::Full`]) or fails: 503.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

impl From<KeepError> for Stop {
    fn from(error: KeepError) -> Stop {
        match error {
            KeepError::Memory(spent) => Stop::Overload(spent),
            KeepError::Spool(error) => Stop::Spool(error),
        }
    }
}

/// A body that does not go on.
pub struct Stopped<B> {
    /// Why.
    pub stop: Stop,
    /// What was found in it until then.
    pub tally: Tally,
    /// How much of it was read.
    pub read: Read,
    /// What was not read of it, for [`discard()`]; `None` where nothing more can come.
    pub rest: Option<B>,
}

impl<B> fmt::Debug for Stopped<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stopped").field("stop", &self.stop).field("read", &self.read).finish_non_exhaustive()
    }
}
