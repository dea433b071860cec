//! A picture that passes without being inspected, and is watched while it does: where something is written about it late, or
//! stands behind it, that is kept back, and opened before it leaves.
//!
//! The picture itself has gone by then, as it may. What was kept back follows it, or the connection is broken off: no byte of
//! what is refused has left.

use super::whole::WholeBody;
use super::{Asked, Begun, Whole, open_whole};
use crate::body::account::Read;
use crate::body::arrival::Arrival;
use crate::body::done::{Tells, Told};
use crate::body::silence::Silence;
use crate::body::{BoxError, Coded, Hook, Means, Outgoing, Stop, Stopped, Subject};
use crate::extract::Watch;
use crate::inspect::Content;
use crate::policy::{Action, Tally};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Who watches, and what it takes to open what is kept back.
pub struct Watching {
    /// Knows where it is in the picture.
    pub watch: Watch,
    /// What the picture is.
    pub subject: Subject,
    /// What bodies share.
    pub means: Arc<Means>,
}

/// Hands a picture on as it comes; the rest is as in [`super::counted`].
pub fn watched<B>(
    body: B,
    tally: Tally,
    why: &'static str,
    silence: Option<Duration>,
    watching: Watching,
    hook: Hook,
) -> Outgoing
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError> + Send + Unpin,
{
    let left = body.size_hint().exact();
    let passing = Passing { arrival: Arrival::new(body, u64::MAX), silence: Silence::of(silence), held: Bytes::new() };
    let state = State::Passing(passing);
    Told::new(Watched { state, watching, tally: Some(tally), why, passed: 0, left, rest: None }, hook).boxed_unsync()
}

struct Passing<B> {
    arrival: Arrival<B>,
    silence: Silence,
    /// A few bytes that cannot be told yet.
    held: Bytes,
}

type Opening<B> = Pin<Box<dyn Future<Output = Result<Whole, Box<Stopped<Begun<B>>>>> + Send>>;

enum State<B: Body> {
    Passing(Passing<B>),
    /// The rest is being opened.
    Opening(Opening<B>),
    /// The rest may go, but for so many bytes that were put before it.
    Leaving(Box<WholeBody>, usize),
    Over,
}

struct Watched<B: Body> {
    state: State<B>,
    watching: Watching,
    tally: Option<Tally>,
    why: &'static str,
    /// Bytes that went by unopened.
    passed: u64,
    /// Bytes yet to go out, if that is known.
    left: Option<u64>,
    /// What was read of the rest, and how many bytes were put before it.
    rest: Option<(Read, usize)>,
}

impl<B> Watched<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError> + Send + Unpin,
{
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Stop>> {
        loop {
            let piece = match &mut self.state {
                State::Passing(passing) => match passing.arrival.poll_chunk(cx)? {
                    Poll::Ready(chunk) => self.pass(chunk),
                    Poll::Pending => return passing.silence.poll(cx).map(|()| Err(Stop::Timeout)),
                },
                State::Opening(opening) => {
                    let opened = ready!(opening.as_mut().poll(cx));
                    self.opened(opened)?;
                    None
                }
                State::Leaving(bytes, added) => match ready!(Pin::new(bytes.as_mut()).poll_frame(cx)).transpose()? {
                    Some(frame) => frame.into_data().ok().map(|piece| behind(piece, added)),
                    None => {
                        self.state = State::Over;
                        None
                    }
                },
                State::Over => return Poll::Ready(Ok(None)),
            };
            if let Some(piece) = piece.filter(|piece| !piece.is_empty()) {
                return Poll::Ready(Ok(Some(piece)));
            }
        }
    }

    /// What may go of what has come.
    fn pass(&mut self, chunk: Option<Bytes>) -> Option<Bytes> {
        let State::Passing(passing) = &mut self.state else { return None };
        passing.silence.broken();
        let ended = chunk.is_none();
        let mut bytes = joined(std::mem::take(&mut passing.held), chunk.unwrap_or_default());
        let seen = self.watching.watch.look(&bytes);
        let mut piece = bytes.split_to(seen.pass.min(bytes.len()));
        match seen.said_behind {
            Some(head) => self.open(head, bytes),
            // It breaks off, or what stands behind is too short to be anything.
            None if ended => {
                piece = joined(piece, bytes);
                self.state = State::Over;
            }
            None => passing.held = bytes,
        }
        self.passed = self.passed.saturating_add(piece.len() as u64);
        Some(piece)
    }

    /// Has the rest opened, as a picture of its own.
    fn open(&mut self, head: &'static [u8], begun: Bytes) {
        let State::Passing(passing) = std::mem::replace(&mut self.state, State::Over) else { return };
        let Some(tally) = self.tally.take() else { return };
        self.tally = Some(tally.copied());
        self.rest = Some((Read::default(), head.len()));
        let (rest, ended) = passing.arrival.into_body();
        let body = Begun::with(VecDeque::from([Bytes::from_static(head), begun]), rest, ended);
        let Subject { content, lens, .. } = self.watching.subject.clone();
        let subject = Subject { content: Content { content_type: None, ..content }, coded: Coded::Plain, lens };
        let asked = Asked { subject, events: false, verdict_first: true, told: Box::default(), gzip: false };
        let means = Means { recall: None, ..Means::clone(&self.watching.means) };
        self.state = State::Opening(Box::pin(async move { open_whole(body, asked, tally, &means).await }));
    }

    fn opened(&mut self, opened: Result<Whole, Box<Stopped<Begun<B>>>>) -> Result<(), Stop> {
        let added = self.rest.take().map_or(0, |(_, added)| added);
        self.state = State::Over;
        match opened {
            Ok(whole) => {
                // Of what has gone in part, nobody can be asked, and nothing of it is masked.
                let stays = whole.changed() || whole.tally().verdict().action > Action::Mask;
                let mut bytes = Box::new(whole.into_bytes());
                if let Some((tally, read)) = bytes.tell() {
                    self.tally = Some(tally);
                    self.rest = Some((read, added));
                }
                if stays {
                    return Err(Stop::Refused);
                }
                self.state = State::Leaving(bytes, added);
                Ok(())
            }
            Err(stopped) => {
                self.tally = Some(stopped.tally);
                self.rest = Some((stopped.read, added));
                Err(stopped.stop)
            }
        }
    }
}

/// A piece without what was put before it.
fn behind(mut piece: Bytes, added: &mut usize) -> Bytes {
    let own = piece.split_off(piece.len().min(*added));
    *added = added.saturating_sub(piece.len());
    own
}

fn joined(first: Bytes, second: Bytes) -> Bytes {
    if first.is_empty() || second.is_empty() {
        return if first.is_empty() { second } else { first };
    }
    [first, second].concat().into()
}

impl<B> Tells for Watched<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError> + Send + Unpin,
{
    fn tell(&mut self) -> Option<(Tally, Read)> {
        let tally = self.tally.take()?;
        let picture = Read::passed_over(self.passed, self.why);
        Some((
            tally,
            match self.rest.take() {
                Some((rest, added)) => picture.and(&rest, added as u64),
                None => picture,
            },
        ))
    }
}

impl<B> Body for Watched<B>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError> + Send + Unpin,
{
    type Data = Bytes;
    type Error = Stop;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Stop>>> {
        let piece = ready!(self.poll_bytes(cx));
        if let (Ok(Some(piece)), Some(left)) = (&piece, &mut self.left) {
            *left = left.saturating_sub(piece.len() as u64);
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)).transpose())
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Over) || self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
