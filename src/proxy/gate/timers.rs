//! How long a connection may wait, and for what.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// The end of an exchange, for which the client owes nothing. Looked at again after `limits.idle_timeout`: to be woken at
    /// every end would cost every exchange another turn of its connection.
    Exchange,
    /// The first byte of a head, on a connection that has no exchange under way: `limits.idle_timeout`.
    Idle,
    /// The rest of a head: `limits.header_timeout` from its first byte on, however many bytes come meanwhile.
    Head,
    /// The client's next bytes after its connection has been closed towards it.
    Lingering,
}

/// One timer for all of them, as a connection waits for one thing at a time. It is made once for a connection, and
/// costs a reset for each head.
#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    waits: Option<Wait>,
}

impl Timer {
    /// Ready once `wait` has lasted for `limit`. The time begins with the first call after another wait or
    /// [`Timer::stop`].
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, wait: Wait, limit: Duration) -> Poll<()> {
        let begins = self.waits.replace(wait) != Some(wait);
        let sleep = match &mut self.sleep {
            Some(sleep) => {
                if begins {
                    sleep.as_mut().reset(deadline(limit));
                }
                sleep
            }
            none => none.insert(Box::pin(tokio::time::sleep_until(deadline(limit)))),
        };
        sleep.as_mut().poll(cx)
    }

    /// What was waited for has come.
    pub(super) fn stop(&mut self) {
        self.waits = None;
    }
}

/// A time beyond what the clock can tell is a year.
fn deadline(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or_else(|| now + Duration::from_secs(31_536_000))
}
