//! A body whose first bytes have been looked at before it is known what is done with it.

use crate::body::arrival::after;
use crate::body::budget::Reservation;
use crate::body::{BoxError, Coded, Means, Subject, cursor};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A body, with what came of it already before the rest. Trailers that come that early are dropped: nobody reads them.
pub struct Begun<B: Body> {
    first: VecDeque<Bytes>,
    /// What it failed with while its first bytes were awaited.
    failed: Option<B::Error>,
    /// Nothing follows what has come.
    ended: bool,
    /// What holding more than a few bytes takes of the budget.
    charge: Option<Reservation>,
    rest: B,
}

impl<B> Begun<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    /// Nothing of it has been looked at.
    pub fn new(rest: B) -> Begun<B> {
        Begun { first: VecDeque::new(), failed: None, ended: false, charge: None, rest }
    }

    /// What has come already, and the rest; `ended` if there is none.
    pub(super) fn with(first: VecDeque<Bytes>, rest: B, ended: bool) -> Begun<B> {
        Begun { first, failed: None, ended, charge: None, rest }
    }

    /// Waits for so many bytes or the end: for the first of them as long as `patience`, for the rest as long as `more`
    /// in all.
    pub async fn look(&mut self, most: usize, patience: Duration, more: Duration) {
        let now = Instant::now();
        let mut until = after(now, if self.seen() == 0 { patience } else { more });
        while self.failed.is_none() && self.seen() < most && !self.is_all() {
            let was_empty = self.seen() == 0;
            match timeout_at(until, poll_fn(|cx| Pin::new(&mut self.rest).poll_frame(cx))).await {
                Ok(Some(Ok(frame))) => self.first.extend(frame.into_data().ok().filter(|chunk| !chunk.is_empty())),
                Ok(Some(Err(error))) => self.failed = Some(error),
                Ok(None) => self.ended = true,
                Err(_) => return,
            }
            if was_empty && self.seen() > 0 {
                until = after(Instant::now(), more);
            }
        }
    }

    /// Whether all of it has come.
    pub fn is_all(&self) -> bool {
        self.failed.is_none() && (self.ended || self.rest.is_end_stream())
    }

    /// How long it is, where that is known.
    pub fn length(&self) -> Option<u64> {
        let rest = if self.is_all() { Some(0) } else { self.rest.size_hint().exact() };
        rest?.checked_add(self.seen() as u64)
    }

    /// Holds what was taken of the budget for its first bytes, until they are handed on.
    pub fn charge(&mut self, charge: Reservation) {
        self.charge = Some(charge);
    }

    fn seen(&self) -> usize {
        self.first.iter().map(Bytes::len).sum()
    }

    /// The first bytes of its content, `most` at most; `None` where they cannot be told, as its coding is not known, is
    /// broken, or there is no memory to undo it.
    pub fn start(&self, subject: &Subject, most: usize, means: &Means) -> Option<Vec<u8>> {
        let mut start = Vec::new();
        let (mut decoder, _charge) = match &subject.coded {
            Coded::Plain => {
                start.extend(self.first.iter().flatten().take(most));
                return Some(start);
            }
            Coded::By(codings) => cursor::decoder(codings, subject.content.direction, means).ok()?,
            Coded::Unknown => return None,
        };
        for chunk in &self.first {
            let mut rest: &[u8] = chunk;
            while !rest.is_empty() && start.len() < most {
                let taken = decoder.decode(rest, &mut start, most).ok()?;
                if taken == 0 {
                    break;
                }
                rest = rest.get(taken..).unwrap_or_default();
            }
        }
        Some(start)
    }
}

impl<B> Body for Begun<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(chunk) = self.first.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        self.charge = None;
        match self.failed.take() {
            Some(error) => Poll::Ready(Some(Err(error))),
            None if self.ended => Poll::Ready(None),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_empty() && self.failed.is_none() && (self.ended || self.rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let held: u64 = self.first.iter().map(|chunk| chunk.len() as u64).sum();
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(held));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(held));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::budget::{Budget, Pool};
    use http_body_util::{BodyExt, Full};

    #[tokio::test]
    async fn what_was_looked_at_comes_first_and_once() {
        let mut body = Begun::new(Full::new(Bytes::from_static(b"first and rest")));
        assert_eq!(body.size_hint().exact(), Some(14));
        body.look(3, Duration::from_secs(1), Duration::from_secs(1)).await;
        assert_eq!((body.size_hint().exact(), body.is_end_stream(), body.seen()), (Some(14), false, 14));
        assert_eq!(body.collect().await.expect("a body").to_bytes(), "first and rest");
    }

    /// Some bytes, then a failure.
    struct Breaks(bool);

    impl Body for Breaks {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            let first = !std::mem::replace(&mut self.0, true);
            Poll::Ready(Some(if first { Ok(Frame::data(Bytes::from_static(b"abc"))) } else { Err("broken".into()) }))
        }
    }

    #[tokio::test]
    async fn a_failure_comes_behind_what_came_before_it() {
        let mut body = Begun::new(Breaks(false));
        body.look(100, Duration::from_secs(1), Duration::from_secs(1)).await;
        assert!(!body.is_end_stream());
        let first = body.frame().await.expect("a frame").expect("bytes").into_data().expect("data");
        assert_eq!(first, "abc");
        assert!(body.frame().await.expect("a frame").is_err());
    }

    /// What never comes is not waited for.
    #[tokio::test]
    async fn patience_ends() {
        let mut body = Begun::new(Silent);
        body.look(100, Duration::from_millis(10), Duration::from_secs(60)).await;
        assert_eq!((body.seen(), body.is_all(), body.length()), (0, false, None));
    }

    /// What has begun and comes slowly is not waited for either, however patient the site's timeout is.
    #[tokio::test]
    async fn what_has_begun_is_judged_by_what_is_there() {
        let mut body = Begun::new(Slow(1));
        body.look(100, Duration::from_secs(60), Duration::from_millis(10)).await;
        assert_eq!((body.seen(), body.is_all()), (3, false));
        let world = Budget::new(100, 0);
        body.charge(world.reserve(Pool::Memory, 50).expect("room"));
        assert_eq!(world.used(Pool::Memory), 50);
        assert_eq!(body.frame().await.expect("a frame").expect("bytes").into_data().expect("data"), "abc");
        assert!(tokio::time::timeout(Duration::from_millis(10), body.frame()).await.is_err());
        assert_eq!(world.used(Pool::Memory), 0, "given back once they are handed on");
    }

    /// So many chunks, and then nothing for ever.
    struct Slow(u8);

    impl Body for Slow {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            match self.0.checked_sub(1) {
                Some(left) => {
                    self.0 = left;
                    Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"abc")))))
                }
                None => Poll::Pending,
            }
        }
    }

    struct Silent;

    impl Body for Silent {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Poll::Pending
        }
    }
}
