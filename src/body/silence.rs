//! How long a body that goes out while it arrives may be silent.

use super::arrival::after;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Ends a body whose sender is silent for too long: nobody would ever be told that no more comes.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// `None`: it may be silent for ever.
    limit: Option<Duration>,
    /// Made once there is something to wait for, which is rarely more than once for a body.
    waits: Option<(Pin<Box<Sleep>>, Instant)>,
}

impl Silence {
    /// At most so long.
    pub(super) fn of(limit: Option<Duration>) -> Silence {
        Silence { limit, waits: None }
    }

    /// Something has come.
    pub(super) fn broken(&mut self) {
        if let Some((_, since)) = &mut self.waits {
            *since = Instant::now();
        }
    }

    /// Nothing has come yet; ready once that has been so for too long.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let (sleep, since) = self.waits.get_or_insert_with(|| {
            let now = Instant::now();
            (Box::pin(sleep_until(after(now, limit))), now)
        });
        loop {
            ready!(sleep.as_mut().poll(cx));
            let end = after(*since, limit);
            if end <= Instant::now() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use tokio::time::timeout;

    async fn ends_within(silence: &mut Silence, time: u64) -> bool {
        timeout(Duration::from_millis(time), poll_fn(|cx| silence.poll(cx))).await.is_ok()
    }

    #[tokio::test]
    async fn it_ends_after_the_limit_and_not_while_something_comes() {
        let mut silence = Silence::of(Some(Duration::from_secs(1)));
        let start = Instant::now();
        for _ in 0..4 {
            assert!(!ends_within(&mut silence, 300).await);
            silence.broken();
        }
        assert!(ends_within(&mut silence, 10_000).await);
        assert!(start.elapsed() >= Duration::from_millis(2200), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn some_may_be_silent_for_ever() {
        let mut silence = Silence::of(None);
        silence.broken();
        assert!(!ends_within(&mut silence, 100).await);
    }
}
