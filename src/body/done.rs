//! The end of a body that went out: however it ends, whoever asked is told once.

use super::account::Read;
use super::{BoxError, Stop};
use crate::policy::Tally;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What became of a body.
#[derive(Debug)]
pub struct Done {
    /// What was found in it.
    pub tally: Tally,
    /// How much of it was read.
    pub read: Read,
    /// Bytes that were handed out.
    pub sent: u64,
    /// How it ended.
    pub how: How,
}

/// How a body that was going out ended.
#[derive(Debug)]
pub enum How {
    /// It went out whole.
    Complete,
    /// It was broken off: the connection ends before the body is complete.
    Broken(Stop),
    /// It was no longer wanted: the client has gone.
    Dropped,
}

/// Is told what became of a body, once. It runs where the body is dropped, so it must not block.
pub type Hook = Box<dyn FnOnce(Done) + Send>;

/// A body that knows what it has read.
pub(super) trait Tells: Body<Data = Bytes, Error = Stop> + Unpin + Send {
    /// What was found and read so far; called once, at the end.
    fn tell(&mut self) -> Option<(Tally, Read)>;
}

/// What hyper is told when a body is broken off; why is told to the hook only.
#[derive(Debug)]
struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body was broken off")
    }
}

impl std::error::Error for BrokenOff {}

/// Counts what goes out and calls the hook at the end.
pub(super) struct Told<B: Tells> {
    body: B,
    sent: u64,
    hook: Option<Hook>,
}

impl<B: Tells> Told<B> {
    pub(super) fn new(body: B, hook: Hook) -> Told<B> {
        Told { body, sent: 0, hook: Some(hook) }
    }

    fn end(&mut self, how: How) {
        if let (Some(hook), Some((tally, read))) = (self.hook.take(), self.body.tell()) {
            hook(Done { tally, read, sent: self.sent, how });
        }
    }
}

impl<B: Tells> Body for Told<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.hook.is_none() {
            return Poll::Ready(None);
        }
        match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                let len = frame.data_ref().map_or(0, Bytes::len);
                self.sent = self.sent.saturating_add(len as u64);
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(stop)) => {
                self.end(How::Broken(stop));
                Poll::Ready(Some(Err(BrokenOff.into())))
            }
            None => {
                self.end(How::Complete);
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.hook.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Tells> Drop for Told<B> {
    /// hyper drops a body of known length without asking whether there is more.
    fn drop(&mut self) {
        let how = if self.body.is_end_stream() { How::Complete } else { How::Dropped };
        self.end(how);
    }
}
