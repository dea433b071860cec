//! A body that passes without being inspected: its bytes are counted, and whoever asked is told when it ends.

use crate::body::account::Read;
use crate::body::arrival::Arrival;
use crate::body::done::{Tells, Told};
use crate::body::silence::Silence;
use crate::body::{BoxError, Hook, Outgoing, Stop};
use crate::policy::Tally;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Hands a body on as it comes, without its trailers. `why` is the reason that the account gives for its bytes, as in
/// `binary`; the finding that this may be is the caller's to put into the tally. It fails where nothing comes for longer
/// than `silence`.
pub fn counted<B>(body: B, tally: Tally, why: &'static str, silence: Option<Duration>, hook: Hook) -> Outgoing
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    let passing =
        Passing { arrival: Arrival::new(body, u64::MAX), silence: Silence::of(silence), tally: Some(tally), why };
    Told::new(passing, hook).boxed_unsync()
}

struct Passing<B> {
    arrival: Arrival<B>,
    silence: Silence,
    tally: Option<Tally>,
    why: &'static str,
}

impl<B> Tells for Passing<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    fn tell(&mut self) -> Option<(Tally, Read)> {
        let tally = self.tally.take()?;
        Some((tally, Read::passed_over(self.arrival.raw(), self.why)))
    }
}

impl<B> Body for Passing<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = Stop;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Stop>>> {
        let Poll::Ready(chunk) = self.arrival.poll_chunk(cx) else {
            return self.silence.poll(cx).map(|()| Some(Err(Stop::Timeout)));
        };
        self.silence.broken();
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)).transpose())
    }

    fn is_end_stream(&self) -> bool {
        self.arrival.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        self.arrival.size_hint()
    }
}
