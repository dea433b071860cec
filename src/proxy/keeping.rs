//! The audit journal beside the exchanges: what was decided about personal data is on the disk before it has an effect.
//!
//! An exchange in which something was found is recorded before its request goes on to the site, and before its answer goes out
//! when that was kept back. Of an answer that streams, what was found is known only afterwards: it is recorded then, and it
//! streams only while the journal can be written. What is refused or asked about has no effect, and waits for nothing.

use crate::audit::{Event, Journal, kind};
use crate::seal::Ring;
use crate::vocab::{Kind, Secret};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long an exchange waits for its record to be on the disk.
const PATIENCE: Duration = Duration::from_secs(10);

/// A journal, and what an exchange does that cannot be recorded.
pub struct Keeper {
    journal: Arc<Journal>,
    /// It is refused; else it goes on, and what is lost is told in the next record that can be written.
    refuses: bool,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("refuses", &self.refuses).finish_non_exhaustive()
    }
}

impl Keeper {
    /// Keeps this journal.
    pub fn new(journal: Arc<Journal>, refuses: bool) -> Keeper {
        Keeper { journal, refuses }
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Whether an exchange may begin whose record is written at its end only.
    pub fn is_ready(&self) -> bool {
        !self.refuses || self.journal.health().writing.is_none()
    }

    /// Records an exchange, as a line of JSON, and waits until that is on the disk, or only written if that may be
    /// [`soon`](Event::soon); whether the exchange may go on.
    pub(super) async fn commit(&self, line: &str, soon: bool) -> bool {
        self.record(&Event { soon, ..Event::body(kind::EXCHANGE, line) }).await
    }

    /// Records something and waits until that is on the disk; whether it may have its effect.
    pub(crate) async fn record(&self, event: &Event) -> bool {
        let (tell, told) = oneshot::channel();
        let put = self.journal.append_here(event, move |outcome| {
            // Nobody may be left to hear it.
            let _ = tell.send(outcome.is_ok());
        });
        if let Err(error) = &put {
            tracing::error!(%error, "the audit journal takes no record");
        }
        let written = put.is_ok() && matches!(timeout(PATIENCE, told).await, Ok(Ok(true)));
        written || !self.refuses
    }

    /// Records an exchange that waits for nothing.
    pub(super) fn note(&self, line: &str, soon: bool) {
        self.tell(&Event { soon, ..Event::body(kind::EXCHANGE, line) });
    }

    /// Records something that waits for nothing.
    pub(crate) fn tell(&self, event: &Event) {
        if let Err(error) = self.journal.append_here(event, |_| {}) {
            tracing::error!(%error, "the audit journal takes no record");
        }
    }
}

/// What the record of one exchange needs for the journal.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Where it is recorded.
    pub keeper: Arc<Keeper>,
    /// What values are hashed with.
    pub ring: Arc<Ring>,
}

impl Kept {
    /// The keyed hashes of values: the same value has the same one on every node with this key.
    pub(super) fn hashes(&self, values: &[(Kind, Secret)]) -> Vec<String> {
        values.iter().map(|(kind, value)| self.ring.fingerprint(*kind, value.expose())).collect()
    }
}
