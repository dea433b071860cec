//! An answer that has arrived whole: it goes out exactly as it came, or rewritten.

use super::{Asked, Held, Recoded};
use crate::body::account::Read;
use crate::body::budget::{Reservation, Spent};
use crate::body::cursor;
use crate::body::done::{Tells, Told};
use crate::body::kept::{Kept, Reading};
use crate::body::marks::Marks;
use crate::body::rewrite::{Rewriter, Rewriting};
use crate::body::{Coded, Hook, Means, Outgoing, Stop};
use crate::inspect::coding::Coding;
use crate::policy::Tally;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// An answer that has arrived whole and may go out.
pub struct Whole {
    /// In a box: it is ten times the size of an answer that streams.
    told: Box<(Tally, Read)>,
    prepared: Prepared,
}

/// How it goes out.
pub(super) struct Prepared {
    bytes: Going,
    recoded: Recoded,
    changed: bool,
    in_urls: bool,
    length: Option<u64>,
}

impl Whole {
    pub(super) fn new(prepared: Prepared, tally: Tally, read: Read) -> Whole {
        Whole { told: Box::new((tally, read)), prepared }
    }

    /// What was found in it.
    pub fn tally(&self) -> &Tally {
        &self.told.0
    }

    /// How much of it was read.
    pub fn read(&self) -> &Read {
        &self.told.1
    }

    /// Whether something in it is masked: its validators and digests are no longer true. If not, the body is the very
    /// bytes that came.
    pub fn changed(&self) -> bool {
        self.prepared.changed
    }

    /// Whether an address in it is changed.
    pub fn in_urls(&self) -> bool {
        self.prepared.in_urls
    }

    /// What becomes of `Content-Encoding`.
    pub fn recoded(&self) -> Recoded {
        self.prepared.recoded
    }

    /// The length of what goes out; `None` where it is not known before it is coded.
    pub fn length(&self) -> Option<u64> {
        self.prepared.length
    }

    /// What goes out. The hook is told when it has.
    pub fn into_body(self, hook: Hook) -> Outgoing {
        Told::new(self.into_bytes(), hook).boxed_unsync()
    }

    /// What goes out, for who tells its end.
    pub(super) fn into_bytes(self) -> WholeBody {
        WholeBody { bytes: self.prepared.bytes, told: Some(*self.told) }
    }
}

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whole").field("read", &self.told.1).field("changed", &self.changed()).finish_non_exhaustive()
    }
}

/// Decides how an answer goes out, now that all is known.
pub(super) async fn body(held: Box<Held>, tally: &Tally, asked: &Asked, means: &Means) -> Result<Prepared, Stop> {
    let (broken, seen) = (held.cursor.is_broken(), held.cursor.seen());
    let Held { keeper, kept, marks, .. } = *held;
    let kept = match kept {
        Some(kept) => kept,
        None => keeper.finish().await?,
    };
    let marks = marks.choose(tally);
    if marks.is_empty() {
        let length = Some(kept.len());
        let bytes = Going::AsCame(kept.into_reading());
        return Ok(Prepared { bytes, recoded: Recoded::AsCame, changed: false, in_urls: false, length });
    }
    if broken {
        return Err(Stop::Unmaskable);
    }
    Box::pin(changed(kept, marks, seen, asked, means)).await
}

/// One in which something is changed.
async fn changed(kept: Kept, marks: Marks, seen: u64, asked: &Asked, means: &Means) -> Result<Prepared, Stop> {
    let in_urls = marks.in_urls();
    let length = marks.length_after(seen);
    let (edits, charge) = marks.into_parts();
    let mut charges = vec![charge];
    let (mut rewriter, recoded) = rewriter(asked, means, &mut charges)?;
    rewriter.edit(edits);
    let exact = (recoded != Recoded::Gzip).then_some(length);
    let rewriting = Rewriting::new(kept.into_reading(), rewriter, exact, charges);
    if exact.is_none() && length <= means.limits.memory_per_body as u64 {
        let kept = rewriting.keep(means).await?;
        let length = Some(kept.len());
        return Ok(Prepared { bytes: Going::AsCame(kept.into_reading()), recoded, changed: true, in_urls, length });
    }
    Ok(Prepared { bytes: Going::Rewritten(Box::new(rewriting)), recoded, changed: true, in_urls, length: exact })
}

/// A second cursor for an answer, and what becomes of its coding.
pub(super) fn rewriter(
    asked: &Asked,
    means: &Means,
    charges: &mut Vec<Reservation>,
) -> Result<(Rewriter, Recoded), Spent> {
    let Coded::By(codings) = &asked.subject.coded else { return Ok((Rewriter::new(None, &[]), Recoded::AsCame)) };
    let (decoder, window) = cursor::decoder(codings, asked.subject.content.direction, means)?;
    charges.push(window);
    if !asked.gzip {
        return Ok((Rewriter::new(Some(decoder), &[]), Recoded::Identity));
    }
    charges.push(cursor::encoding(1, means)?);
    Ok((Rewriter::new(Some(decoder), &[Coding::Gzip]), Recoded::Gzip))
}

enum Going {
    AsCame(Reading),
    Rewritten(Box<Rewriting>),
}

/// The bytes of an answer that has arrived whole.
pub(super) struct WholeBody {
    bytes: Going,
    told: Option<(Tally, Read)>,
}

impl Tells for WholeBody {
    fn tell(&mut self) -> Option<(Tally, Read)> {
        self.told.take()
    }
}

impl Body for WholeBody {
    type Data = Bytes;
    type Error = Stop;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Stop>>> {
        match &mut self.bytes {
            Going::AsCame(reading) => {
                Pin::new(reading).poll_frame(cx).map(|next| next.map(|frame| frame.map_err(Stop::Spool)))
            }
            Going::Rewritten(rewriting) => Pin::new(rewriting.as_mut()).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.bytes {
            Going::AsCame(reading) => reading.is_end_stream(),
            Going::Rewritten(rewriting) => rewriting.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.bytes {
            Going::AsCame(reading) => reading.size_hint(),
            Going::Rewritten(rewriting) => rewriting.size_hint(),
        }
    }
}
