//! An answer that goes out while it arrives: what can no longer be part of a finding is handed on, the masks in it.

use super::whole::rewriter;
use super::{Asked, Held, Recoded};
use crate::body::account::Read;
use crate::body::arrival::Arrival;
use crate::body::budget::{Pool, Reservation, Spent};
use crate::body::cursor::{Cursor, PIECE};
use crate::body::done::{Tells, Told};
use crate::body::rewrite::{RewriteError, Rewriter};
use crate::body::silence::Silence;
use crate::body::{BoxError, Coded, Hook, Means, Outgoing, Stop, Subject};
use crate::inspect::Step;
use crate::policy::Tally;
use crate::vocab::Edit;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What a stream needs to go on, taken before its first byte leaves: later there is nobody to be told 503.
pub(super) struct Room {
    out: Out,
    recoded: Recoded,
    /// An edit may change the length.
    stretches: bool,
    charges: Vec<Reservation>,
    /// For how long the site may be silent.
    pub(super) silence: Silence,
}

impl Room {
    pub(super) fn new(tally: &Tally, asked: &Asked, means: &Means) -> Result<Room, Spent> {
        let mut room = Room::as_it_comes(means)?;
        let plan = tally.plan();
        if asked.subject.coded != Coded::Unknown && (plan.may_mask() || plan.keeps_back()) {
            let (rewriter, recoded) = rewriter(asked, means, &mut room.charges)?;
            room.out = Out::Rewritten(Box::new(rewriter));
            room.recoded = recoded;
            room.stretches = recoded != Recoded::AsCame || !keeps_length(&asked.subject);
        }
        Ok(room)
    }

    /// For an answer that nothing can change.
    pub(super) fn as_it_comes(means: &Means) -> Result<Room, Spent> {
        // A chunk that has just come, and the tail that the inspector has not settled.
        let charges = vec![means.budget.reserve(Pool::Memory, PIECE as u64)?];
        Ok(Room {
            out: Out::AsCame(VecDeque::new()),
            recoded: Recoded::AsCame,
            stretches: false,
            charges,
            silence: Silence::default(),
        })
    }
}

/// Whether what is done to an answer keeps its length: in what is, or may turn out to be, JSON or a script, a number
/// that is masked becomes a string, two bytes longer; and pages get sealed references, if there is what seals them.
pub fn keeps_length(subject: &Subject) -> bool {
    let content_type = subject.content.content_type.as_deref().unwrap_or_default();
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let is = |text: &[u8]| essence.eq_ignore_ascii_case(text);
    is(b"text/plain") || is(b"text/xml") || is(b"text/csv") || is(b"text/html") && subject.lens.seal.is_none()
}

fn changes_length(edit: &Edit) -> bool {
    edit.span.end.saturating_sub(edit.span.start) != edit.bytes.len() as u64
}

/// Where the bytes go.
enum Out {
    /// No rule can change or refuse: they go as they came, once the inspector has seen them.
    AsCame(VecDeque<Bytes>),
    /// They go as far as they are settled, with the masks in them.
    Rewritten(Box<Rewriter>),
}

/// An answer that goes out while it arrives.
pub struct Streaming<B> {
    flow: Box<Flow<B>>,
    recoded: Recoded,
    may_change: bool,
}

impl<B> Streaming<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    pub(super) fn new(arrival: Arrival<B>, tally: Tally, held: Held, last: Option<Bytes>, room: Room) -> Streaming<B> {
        let Room { mut out, recoded, stretches, mut charges, silence } = room;
        let Held { cursor, keeper, marks, settled, .. } = held;
        let announced = arrival.announced().and_then(|rest| rest.checked_add(arrival.raw()));
        let (mut chunks, charge) = keeper.into_memory();
        chunks.extend(last);
        let (edits, edits_charge) = marks.choose(&tally).into_parts();
        charges.push(edits_charge);
        let stretches = stretches || edits.iter().any(changes_length);
        let may_change = match &mut out {
            Out::AsCame(queue) => {
                queue.append(&mut chunks);
                false
            }
            Out::Rewritten(rewriter) => {
                chunks.into_iter().for_each(|chunk| rewriter.feed(chunk));
                rewriter.edit(edits);
                true
            }
        };
        let flow = Flow {
            arrival,
            silence,
            cursor,
            tally: Some(tally),
            out,
            raw: Bytes::new(),
            settled,
            stage: Stage::Arriving,
            left: announced.filter(|_| !stretches),
            charge,
            _charges: charges,
        };
        Streaming { flow: Box::new(flow), recoded, may_change }
    }

    /// What was found so far.
    pub fn tally(&self) -> Option<&Tally> {
        self.flow.tally.as_ref()
    }

    /// Whether it is read; `false` once it has turned out not to be text.
    pub fn is_read(&self) -> bool {
        self.flow.cursor.is_read()
    }

    /// Whether something in it may be masked: its validators and digests cannot be given. If not, the body is the very
    /// bytes that come.
    pub fn may_change(&self) -> bool {
        self.may_change
    }

    /// What becomes of `Content-Encoding`.
    pub fn recoded(&self) -> Recoded {
        self.recoded
    }

    /// The length of what goes out, where the site has announced its own and masks cannot change it.
    pub fn length(&self) -> Option<u64> {
        self.flow.left
    }

    /// What goes out. The site is read as fast as this is. Where the answer is refused or damaged on its way, it fails,
    /// so that the client never takes it for complete. The hook is told how it ended.
    pub fn into_body(self, hook: Hook) -> Outgoing
    where
        B: 'static,
    {
        Told::new(*self.flow, hook).boxed_unsync()
    }
}

impl<B> fmt::Debug for Streaming<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming").field("recoded", &self.recoded).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The site has more.
    Arriving,
    /// All has come; the inspector has still to settle some of it.
    Settling,
    /// All is settled and has only to go out.
    Leaving,
    /// All is out.
    Over,
}

struct Flow<B> {
    arrival: Arrival<B>,
    silence: Silence,
    cursor: Cursor,
    /// `None` once told.
    tally: Option<Tally>,
    out: Out,
    /// What the first cursor has not yet taken of the chunk that came last.
    raw: Bytes,
    settled: u64,
    stage: Stage,
    /// Bytes yet to go out, if that is known.
    left: Option<u64>,
    /// For what was held before the first byte left; given back as it goes out.
    charge: Reservation,
    _charges: Vec<Reservation>,
}

impl<B> Flow<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Stop>> {
        loop {
            if let Some(piece) = self.piece()? {
                return Poll::Ready(Ok(Some(piece)));
            }
            match self.stage {
                Stage::Over => return Poll::Ready(Ok(None)),
                Stage::Leaving => self.stage = Stage::Over,
                Stage::Settling => self.settle()?,
                Stage::Arriving => {
                    if !self.inspect()?
                        && let Some(flushed) = ready!(self.poll_source(cx))?
                    {
                        return Poll::Ready(Ok(Some(flushed)));
                    }
                }
            }
        }
    }

    /// Takes the next chunk in. While the site has none, what an encoder holds is given out.
    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Stop>> {
        match self.arrival.poll_chunk(cx) {
            Poll::Ready(chunk) => {
                self.silence.broken();
                Poll::Ready(chunk.and_then(|chunk| self.take(chunk)).map(|()| None))
            }
            Poll::Pending => match self.flush() {
                Some(flushed) => Poll::Ready(flushed.map(Some)),
                None => self.silence.poll(cx).map(|()| Err(Stop::Timeout)),
            },
        }
    }

    /// The next bytes that may go.
    fn piece(&mut self) -> Result<Option<Bytes>, Stop> {
        let piece = match &mut self.out {
            Out::AsCame(queue) => {
                let piece = queue.pop_front();
                self.charge.shrink(piece.as_ref().map_or(0, Bytes::len) as u64);
                piece
            }
            Out::Rewritten(rewriter) => {
                let mut piece = rewriter.next(self.settled)?;
                self.charge.shrink_to(rewriter.queued());
                if piece.is_none() && self.stage == Stage::Leaving && !rewriter.is_finished() {
                    piece = Some(rewriter.finish()?);
                }
                piece
            }
        };
        Ok(piece.filter(|piece| !piece.is_empty()))
    }

    /// Shows the inspector the next piece of the chunk that came last; `false` when it has seen all of it.
    fn inspect(&mut self) -> Result<bool, Stop> {
        let Some(tally) = &mut self.tally else { return Ok(false) };
        match self.cursor.step(&mut self.raw, tally) {
            Some(step) => self.apply(step).map(|()| true),
            None => Ok(false),
        }
    }

    fn apply(&mut self, step: Step) -> Result<(), Stop> {
        let Some(tally) = &self.tally else { return Ok(()) };
        if step.refused {
            self.cursor.pass_over(&std::mem::take(&mut self.raw));
            return Err(Stop::Refused);
        }
        self.settled = self.settled.max(step.settled);
        if let Out::Rewritten(rewriter) = &mut self.out {
            if self.cursor.is_broken() {
                return Err(Stop::Unmaskable);
            }
            let wanted = |edit: &Edit| tally.masks(edit);
            let edits: Vec<Edit> = step.edits.into_iter().filter(wanted).collect();
            if self.left.is_some() && edits.iter().any(changes_length) {
                return Err(RewriteError::Stretched.into());
            }
            rewriter.edit(edits);
        }
        Ok(())
    }

    /// The site has sent a chunk, or its last.
    fn take(&mut self, chunk: Option<Bytes>) -> Result<(), Stop> {
        let Some(chunk) = chunk else {
            self.stage = Stage::Settling;
            return Ok(());
        };
        self.raw = chunk.clone();
        if let Out::Rewritten(rewriter) = &mut self.out {
            rewriter.feed(chunk.clone());
        }
        let last = self.arrival.is_over();
        if last || matches!(self.out, Out::AsCame(_)) {
            while self.inspect()? {}
        }
        if last {
            // The last chunk leaves only once the inspector has seen that all is well with the end.
            self.stage = Stage::Settling;
            while self.stage == Stage::Settling {
                self.settle()?;
            }
        }
        if let Out::AsCame(queue) = &mut self.out {
            queue.push_back(chunk);
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), Stop> {
        let Some(tally) = &mut self.tally else { return Ok(()) };
        if let Some(step) = self.cursor.finish(tally) {
            return self.apply(step);
        }
        self.settled = u64::MAX;
        self.stage = Stage::Leaving;
        if let Out::Rewritten(rewriter) = &mut self.out {
            rewriter.end();
        }
        Ok(())
    }

    /// What an encoder holds, when the site has nothing more for now.
    fn flush(&mut self) -> Option<Result<Bytes, Stop>> {
        match &mut self.out {
            Out::AsCame(_) => None,
            Out::Rewritten(rewriter) => rewriter.flush().map_err(Stop::from).transpose(),
        }
    }
}

impl<B> Tells for Flow<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    fn tell(&mut self) -> Option<(Tally, Read)> {
        let mut tally = self.tally.take()?;
        if self.left == Some(0) {
            // All is out, but nobody asked whether that was the end: what the inspector still holds belongs to it.
            while self.cursor.finish(&mut tally).is_some() {}
        }
        Some((tally, self.cursor.read(self.arrival.raw())))
    }
}

impl<B> Body for Flow<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
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
        self.stage == Stage::Over || self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
