//! The second cursor of a body: the bytes once more, decoded again if they are coded, with the chosen edits made, up to
//! where no finding can still fall, and coded again. Bytes that nothing changes are handed on without a copy.

use super::budget::Reservation;
use super::cursor::PIECE;
use super::kept::{Keeper, Kept, Reading};
use super::{Means, Stop};
use crate::inspect::coding::{Coding, CodingError, Decoder, Encoder};
use crate::vocab::Edit;
use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// How hard a masked body is coded again, as gzip counts: near its default size at half its time.
const LEVEL: i32 = 3;

/// Shorter pieces are copied together, longer ones handed on as they are.
const SHORT: usize = 2 << 10;
/// How much is copied into one piece.
const TOGETHER: usize = 16 << 10;

/// Why a body cannot be rewritten. None of these comes from a body that was inspected to its end: the connection is
/// broken rather than a byte sent that was not meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// A content coding failed.
    #[error(transparent)]
    Coding(#[from] CodingError),
    /// An edit came too late, or not in order: the bytes it would have hidden are already out.
    #[error("an edit at byte {edit} came when bytes before {at} had been handed out")]
    Late {
        /// Where the edit starts.
        edit: u64,
        /// How far the body was.
        at: u64,
    },
    /// An edit changes the length of a body whose length was already told.
    #[error("an edit changes the length of the body")]
    Stretched,
    /// The body ended before the end of its last edit.
    #[error("the body ended within an edit")]
    Short,
}

/// Makes edits in a body.
pub struct Rewriter {
    /// Chunks as they came that the cursor has not yet passed.
    raw: VecDeque<Bytes>,
    queued: u64,
    decoder: Option<Decoder>,
    edits: VecDeque<Edit>,
    /// Content bytes passed.
    at: u64,
    /// Content bytes of the last edit that are still to be dropped.
    skip: u64,
    /// A piece that waits for short ones before it to go out.
    long: Option<Bytes>,
    encoders: Vec<Encoder>,
    /// The encoders hold bytes that a flush would give.
    dirty: bool,
    ended: bool,
    finished: bool,
}

impl Rewriter {
    /// For content that `decoder` gives (`None` if it is not coded), to be coded with `codings` in their order.
    pub fn new(decoder: Option<Decoder>, codings: &[Coding]) -> Rewriter {
        Rewriter {
            raw: VecDeque::new(),
            queued: 0,
            decoder,
            edits: VecDeque::new(),
            at: 0,
            skip: 0,
            long: None,
            encoders: codings.iter().map(|coding| Encoder::new(*coding, LEVEL)).collect(),
            dirty: false,
            ended: false,
            finished: false,
        }
    }

    /// Adds the next chunk, as it came.
    pub fn feed(&mut self, chunk: Bytes) {
        self.queued = self.queued.saturating_add(chunk.len() as u64);
        self.raw.push_back(chunk);
    }

    /// Adds edits that are to be made, after those added before.
    pub fn edit(&mut self, edits: impl IntoIterator<Item = Edit>) {
        self.edits.extend(edits);
    }

    /// No chunk comes any more.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Raw bytes that are held.
    pub fn queued(&self) -> u64 {
        self.queued
    }

    /// Whether all has been handed out.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// The next piece of output from content before `settled`; `None` when there is no more of it for now.
    pub fn next(&mut self, settled: u64) -> Result<Option<Bytes>, RewriteError> {
        while let Some(piece) = self.together(settled)? {
            let piece = self.encode(piece)?;
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    /// Short pieces, as they are around edits, are copied together: each would cost more as a frame of its own.
    fn together(&mut self, settled: u64) -> Result<Option<Bytes>, RewriteError> {
        let mut short = BytesMut::new();
        while short.len() < TOGETHER {
            let piece = match self.long.take() {
                Some(long) => Some(long),
                None => self.plain(settled)?,
            };
            match piece {
                None => break,
                Some(long) if long.len() >= SHORT && short.is_empty() => return Ok(Some(long)),
                Some(long) if long.len() >= SHORT => {
                    self.long = Some(long);
                    break;
                }
                Some(piece) => short.extend_from_slice(&piece),
            }
        }
        Ok((!short.is_empty()).then(|| short.freeze()))
    }

    /// The last bytes, after [`Rewriter::end`] and when `next(u64::MAX)` has given `None`; call it once.
    pub fn finish(&mut self) -> Result<Bytes, RewriteError> {
        self.finished = true;
        if self.skip > 0 || !self.edits.is_empty() || !self.raw.is_empty() {
            return Err(RewriteError::Short);
        }
        let mut carry = Vec::new();
        for encoder in &mut self.encoders {
            let mut out = Vec::new();
            encoder.encode(&carry, &mut out)?;
            encoder.finish(&mut out)?;
            carry = out;
        }
        Ok(Bytes::from(carry))
    }

    /// What the encoders hold back, so that a client sees all that the site has sent; `None` if that is nothing.
    pub fn flush(&mut self) -> Result<Option<Bytes>, RewriteError> {
        if !self.dirty {
            return Ok(None);
        }
        self.dirty = false;
        let mut carry = Vec::new();
        for encoder in &mut self.encoders {
            let mut out = Vec::new();
            encoder.encode(&carry, &mut out)?;
            encoder.flush(&mut out)?;
            carry = out;
        }
        Ok((!carry.is_empty()).then(|| Bytes::from(carry)))
    }

    /// The next piece with the edits made, not yet coded.
    fn plain(&mut self, settled: u64) -> Result<Option<Bytes>, RewriteError> {
        while self.at < settled {
            let mut most = settled - self.at;
            if self.skip > 0 {
                let Some(dropped) = self.content(most.min(self.skip))? else { return Ok(None) };
                self.skip = self.skip.saturating_sub(dropped.len() as u64);
                continue;
            }
            if let Some(start) = self.edits.front().map(|edit| edit.span.start) {
                if start < self.at {
                    return Err(RewriteError::Late { edit: start, at: self.at });
                }
                if start == self.at
                    && let Some(edit) = self.edits.pop_front()
                {
                    self.skip = edit.span.end.saturating_sub(edit.span.start);
                    return Ok(Some(Bytes::from(edit.bytes)));
                }
                most = most.min(start - self.at);
            }
            return self.content(most);
        }
        Ok(None)
    }

    /// At least one and at most `most` bytes of content; `None` if more has to come first, or there is none.
    fn content(&mut self, most: u64) -> Result<Option<Bytes>, RewriteError> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let content = match &mut self.decoder {
            Some(_) => self.decoded(most.min(PIECE))?,
            None => self.raw.front_mut().map(|chunk| chunk.split_to(most.min(chunk.len()))),
        };
        if self.decoder.is_none() {
            self.queued = self.queued.saturating_sub(content.as_ref().map_or(0, Bytes::len) as u64);
        }
        while self.raw.front().is_some_and(Bytes::is_empty) {
            self.raw.pop_front();
        }
        let content = content.filter(|content| !content.is_empty());
        self.at = self.at.saturating_add(content.as_ref().map_or(0, Bytes::len) as u64);
        Ok(content)
    }

    fn decoded(&mut self, room: usize) -> Result<Option<Bytes>, RewriteError> {
        let Some(decoder) = &mut self.decoder else { return Ok(None) };
        let mut out = Vec::new();
        while out.len() < room {
            let Some(chunk) = self.raw.front_mut() else { break };
            let before = out.len();
            let taken = decoder.decode(chunk, &mut out, room - before)?.min(chunk.len());
            chunk.advance(taken);
            self.queued = self.queued.saturating_sub(taken as u64);
            if chunk.is_empty() {
                self.raw.pop_front();
            } else if taken == 0 && out.len() == before {
                break;
            }
        }
        if out.is_empty() {
            // All input is taken; what the decoder still holds comes without any.
            decoder.decode(&[], &mut out, room)?;
        }
        if out.is_empty() && self.ended && self.raw.is_empty() {
            decoder.finish(&mut out, room)?;
        }
        Ok(Some(Bytes::from(out)))
    }

    fn encode(&mut self, piece: Bytes) -> Result<Bytes, RewriteError> {
        if self.encoders.is_empty() {
            return Ok(piece);
        }
        self.dirty = true;
        let mut carry = Vec::new();
        for (number, encoder) in self.encoders.iter_mut().enumerate() {
            let mut out = Vec::new();
            encoder.encode(if number == 0 { &piece } else { &carry }, &mut out)?;
            carry = out;
        }
        Ok(Bytes::from(carry))
    }
}

/// Kept bytes on their way out, rewritten.
pub(super) struct Rewriting {
    source: Reading,
    rewriter: Rewriter,
    /// The exact number of bytes yet to go out, where it is known: always for content that is not coded again.
    left: Option<u64>,
    /// Memory for windows and edits.
    _charges: Vec<Reservation>,
}

impl Rewriting {
    pub(super) fn new(
        source: Reading,
        rewriter: Rewriter,
        length: Option<u64>,
        charges: Vec<Reservation>,
    ) -> Rewriting {
        Rewriting { source, rewriter, left: length, _charges: charges }
    }

    /// Keeps what comes out of it, so that its length is known.
    pub(super) async fn keep(mut self, means: &Means) -> Result<Kept, Stop> {
        let mut keeper = Keeper::new(&means.budget, &means.spools, means.limits.memory_per_body)?;
        while let Some(piece) = poll_fn(|cx| self.poll_bytes(cx)).await? {
            keeper.push(piece).await?;
        }
        Ok(keeper.finish().await?)
    }

    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Stop>> {
        loop {
            if self.rewriter.is_finished() {
                return Poll::Ready(Ok(None));
            }
            if let Some(piece) = self.rewriter.next(u64::MAX)? {
                return Poll::Ready(Ok(Some(piece)));
            }
            if self.rewriter.ended {
                let last = self.rewriter.finish()?;
                if !last.is_empty() {
                    return Poll::Ready(Ok(Some(last)));
                }
                continue;
            }
            match ready!(self.source.poll_next(cx)) {
                Some(chunk) => self.rewriter.feed(chunk?),
                None => self.rewriter.end(),
            }
        }
    }
}

impl Body for Rewriting {
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
        self.rewriter.is_finished() || self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
