//! A body as it arrives: chunk after chunk, within its limits of size and time.

use super::{BoxError, Stop};
use bytes::Bytes;
use http_body::{Body, SizeHint};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The moment in so much time; a time beyond what the clock can tell is a year.
pub(super) fn after(start: Instant, time: Duration) -> Instant {
    start.checked_add(time).unwrap_or_else(|| start + Duration::from_secs(31_536_000))
}

/// What came before the deadline.
pub(super) enum Came {
    /// A chunk that is not empty.
    Chunk(Bytes),
    /// The body's end.
    End,
    /// Nothing.
    Nothing,
}

/// Reads a body. Trailers are dropped: nobody inspects them.
pub(super) struct Arrival<B> {
    body: B,
    most: u64,
    raw: u64,
    /// It has ended or failed.
    over: bool,
    trailers: bool,
}

impl<B> Arrival<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    /// Reads at most `most` bytes.
    pub(super) fn new(body: B, most: u64) -> Arrival<B> {
        Arrival { body, most, raw: 0, over: false, trailers: false }
    }

    /// Refuses a body whose announced length is too large, before any of it is read.
    pub(super) fn check_announced(&self) -> Result<(), Stop> {
        if self.body.size_hint().lower() > self.most {
            return Err(Stop::TooLarge { limit: self.most });
        }
        Ok(())
    }

    /// The bytes that came so far, without a chunk that was too large.
    pub(super) fn raw(&self) -> u64 {
        self.raw
    }

    /// Whether trailers came, and were dropped.
    pub(super) fn trailers(&self) -> bool {
        self.trailers
    }

    /// The exact number of bytes yet to come, where it was announced.
    pub(super) fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// What is known of the number of bytes yet to come.
    pub(super) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }

    /// Whether nothing more comes.
    pub(super) fn is_over(&self) -> bool {
        self.over || self.body.is_end_stream()
    }

    /// The next chunk; `None` at the end.
    pub(super) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Stop>> {
        while !self.over {
            if self.body.is_end_stream() {
                self.over = true;
                break;
            }
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.over = true;
                    return Poll::Ready(Err(broken(error.into())));
                }
                None => {
                    self.over = true;
                    break;
                }
            };
            match frame.into_data() {
                Ok(chunk) if chunk.is_empty() => {}
                Ok(chunk) => return Poll::Ready(self.count(chunk).map(Some)),
                Err(_) => self.trailers = true,
            }
        }
        Poll::Ready(Ok(None))
    }

    fn count(&mut self, chunk: Bytes) -> Result<Bytes, Stop> {
        let raw = self.raw.saturating_add(chunk.len() as u64);
        if raw > self.most {
            return Err(Stop::TooLarge { limit: self.most });
        }
        self.raw = raw;
        Ok(chunk)
    }

    /// The next chunk, if it comes before the deadline. The clock is asked, and a timer set, only where there is
    /// something to wait for.
    pub(super) async fn next(&mut self, deadline: impl FnOnce(u64) -> Instant) -> Result<Came, Stop> {
        let at_once = poll_fn(|cx| {
            Poll::Ready(match self.poll_chunk(cx) {
                Poll::Ready(chunk) => Some(chunk),
                Poll::Pending => None,
            })
        });
        let chunk = match at_once.await {
            Some(chunk) => chunk?,
            None => match timeout_at(deadline(self.raw), poll_fn(|cx| self.poll_chunk(cx))).await {
                Ok(chunk) => chunk?,
                Err(_) => return Ok(Came::Nothing),
            },
        };
        Ok(chunk.map_or(Came::End, Came::Chunk))
    }

    /// The body, and whether it has ended.
    pub(super) fn into_body(self) -> (B, bool) {
        (self.body, self.over)
    }

    /// What was not read, if more can come.
    pub(super) fn into_rest(self) -> Option<B> {
        (!self.over).then_some(self.body)
    }
}

/// hyper tells framing that is broken by these kinds of `io::Error`, and an early end by others.
fn broken(error: BoxError) -> Stop {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error.as_ref());
    while let Some(this) = cause {
        let kind = this.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)) {
            return Stop::Malformed(error);
        }
        cause = this.source();
    }
    Stop::Gone(error)
}
