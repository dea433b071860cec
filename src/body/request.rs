//! A client's body: taken in whole, inspected while it arrives, kept until the verdict.

use super::account::Read;
use super::arrival::{Arrival, Came, after};
use super::cursor::{self, Cursor};
use super::kept::{Keeper, Kept, Reading};
use super::marks::Marks;
use super::rewrite::{Rewriter, Rewriting};
use super::{BoxError, Coded, Means, Outgoing, Stop, Stopped, Subject, files};
use crate::inspect::{Step, Watched};
use crate::policy::{Action, Tally};
use crate::text::Charset;
use crate::vocab::{Finding, Part, Place, Reason, Span};
use bytes::Bytes;
use http_body::Body;
use http_body_util::BodyExt;
use std::fmt;
use std::time::Duration;
use tokio::time::Instant;

/// A body that has arrived whole and may be forwarded.
pub struct Received {
    /// What was found in it.
    pub tally: Tally,
    /// How much of it was read.
    pub read: Read,
    /// Whether it had trailers, which are not forwarded.
    pub trailers: bool,
    kept: Kept,
    /// Not yet made.
    marks: Option<Marks>,
    changed: bool,
    length: u64,
    said: Option<Watched>,
}

impl Received {
    /// Of a request without a body.
    fn nothing(mut tally: Tally) -> Received {
        tally.end();
        let (read, kept) = (Read::default(), Kept::nothing());
        Received { tally, read, trailers: false, kept, marks: None, changed: false, length: 0, said: None }
    }

    /// Whether something in it is masked: digests of the client's are no longer true. The coding stays as it was.
    pub fn changed(&self) -> bool {
        self.changed
    }

    /// What stands in a field of the form that was asked for, in a charset or by looking; `None` unless it is clear.
    pub fn field(&self, name: &str, charset: Option<Charset>) -> Option<String> {
        self.said.as_ref()?.text(name, charset)
    }

    /// The length of what is forwarded, in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What was found, and what came, as it came: for what is not forwarded yet.
    pub fn into_kept(self) -> (Tally, Kept) {
        (self.tally, self.kept)
    }

    /// What is forwarded, with its true length as size hint. It fails only if the spool cannot be read.
    pub fn into_body(self) -> Outgoing {
        let reading = self.kept.into_reading();
        let Some(marks) = self.marks else { return reading.map_err(BoxError::from).boxed_unsync() };
        rewriting(reading, marks, self.length).map_err(BoxError::from).boxed_unsync()
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received").field("read", &self.read).field("changed", &self.changed).finish_non_exhaustive()
    }
}

fn rewriting(reading: Reading, marks: Marks, length: u64) -> Rewriting {
    let (edits, charge) = marks.into_parts();
    let mut rewriter = Rewriter::new(None, &[]);
    rewriter.edit(edits);
    Rewriting::new(reading, rewriter, Some(length), vec![charge])
}

/// Takes a client's body in until its verdict. Everything but `Ok` must not be forwarded, not even in part.
pub async fn receive<B>(body: B, subject: Subject, tally: Tally, means: &Means) -> Result<Received, Box<Stopped<B>>>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    if body.is_end_stream() {
        let received = Received::nothing(tally);
        let refused = received.tally.refuses();
        return match refused {
            true => {
                Err(Box::new(Stopped { stop: Stop::Refused, tally: received.tally, read: received.read, rest: None }))
            }
            false => Ok(received),
        };
    }
    let mut receiving = Receiving { arrival: Arrival::new(body, means.limits.body_bytes), tally, cursor: None };
    match receiving.run(&subject, means).await {
        Ok(Taken { kept, marks, changed, length }) => Ok(Received {
            read: receiving.read(),
            said: receiving.cursor.as_ref().and_then(Cursor::said),
            trailers: receiving.arrival.trailers(),
            tally: receiving.tally,
            kept,
            marks,
            changed,
            length,
        }),
        Err(stop) => Err(Box::new(Stopped {
            stop,
            read: receiving.read(),
            tally: receiving.tally,
            rest: receiving.arrival.into_rest(),
        })),
    }
}

struct Receiving<B> {
    arrival: Arrival<B>,
    tally: Tally,
    cursor: Option<Cursor>,
}

struct Taken {
    kept: Kept,
    marks: Option<Marks>,
    changed: bool,
    length: u64,
}

impl<B> Receiving<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    fn read(&self) -> Read {
        let raw = self.arrival.raw();
        self.cursor.as_ref().map_or_else(|| Read::passed_over(raw, "refused"), |cursor| cursor.read(raw))
    }

    async fn run(&mut self, subject: &Subject, means: &Means) -> Result<Taken, Stop> {
        self.arrival.check_announced()?;
        let mut marks = Marks::new(means)?;
        let mut keeper = Keeper::new(&means.budget, &means.spools, means.limits.memory_per_body)?;
        let announced = self.arrival.announced();
        let cursor = self.cursor.insert(Cursor::new(subject, announced, means)?);
        let pace = Pace::new(means);
        while let Some(chunk) = pace.next(&mut self.arrival).await? {
            let mut raw = chunk.clone();
            while let Some(step) = cursor.step(&mut raw, &mut self.tally) {
                let refused = take(step, &mut marks, &mut self.tally);
                if refused.is_err() {
                    cursor.pass_over(&raw);
                }
                refused?;
            }
            if let Some(beyond) = keeper.hold(chunk)? {
                keeper.spool(beyond).await?;
            }
        }
        if keeper.is_empty() {
            return Ok(Taken { kept: keeper.finish().await?, marks: None, changed: false, length: 0 });
        }
        while let Some(step) = cursor.finish(&mut self.tally) {
            take(step, &mut marks, &mut self.tally)?;
        }
        self.tally.end();
        let mut kept = keeper.finish().await?;
        if cursor.has_files() && !self.tally.refuses() {
            let counts = (&mut self.tally, &mut marks);
            kept = Box::pin(files::open(cursor, kept, subject, counts, means)).await?;
        }
        if !cursor.is_read_alike() && !self.tally.refuses() {
            let span = Span { start: 0, end: cursor.seen() };
            self.tally.add(&Finding::uninspectable(Reason::Damaged, span, Place::whole(Part::Body)));
        }
        if self.tally.refuses() {
            return Err(Stop::Refused);
        }
        if self.tally.verdict().action > Action::Mask {
            // Somebody is asked first: what came is kept as it came.
            return Ok(Taken { length: kept.len(), kept, marks: None, changed: false });
        }
        let marks = marks.choose(&self.tally);
        if marks.is_empty() {
            let length = kept.len();
            return Ok(Taken { kept, marks: None, changed: false, length });
        }
        Box::pin(finish(kept, marks, cursor, subject, means)).await
    }
}

fn take(step: Step, marks: &mut Marks, tally: &mut Tally) -> Result<(), Stop> {
    marks.add(step.edits, tally)?;
    if step.refused { Err(Stop::Refused) } else { Ok(()) }
}

/// Decides how a body goes on in which something is changed. A coded one that is masked is coded again now, so that its length is known.
async fn finish(kept: Kept, marks: Marks, cursor: &Cursor, subject: &Subject, means: &Means) -> Result<Taken, Stop> {
    if cursor.is_broken() {
        return Err(Stop::Unmaskable);
    }
    let length = marks.length_after(cursor.seen());
    let Coded::By(codings) = &subject.coded else {
        return Ok(Taken { kept, marks: Some(marks), changed: true, length });
    };
    let (decoder, window) = cursor::decoder(codings, subject.content.direction, means)?;
    let (edits, charge) = marks.into_parts();
    let mut rewriter = Rewriter::new(Some(decoder), codings);
    rewriter.edit(edits);
    let charges = vec![window, charge, cursor::encoding(codings.len(), means)?];
    let kept = Rewriting::new(kept.into_reading(), rewriter, None, charges).keep(means).await?;
    let length = kept.len();
    Ok(Taken { kept, marks: None, changed: true, length })
}

/// How long a client may take.
struct Pace {
    start: Instant,
    idle: Duration,
    rate: u64,
}

impl Pace {
    fn new(means: &Means) -> Pace {
        Pace { start: Instant::now(), idle: means.limits.idle_timeout, rate: means.limits.body_min_rate }
    }

    /// The next chunk; `None` at the end.
    async fn next<B>(&self, arrival: &mut Arrival<B>) -> Result<Option<Bytes>, Stop>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<BoxError>,
    {
        match arrival.next(|raw| self.deadline(raw)).await? {
            Came::Chunk(chunk) => Ok(Some(chunk)),
            Came::End => Ok(None),
            Came::Nothing => Err(Stop::Timeout),
        }
    }

    /// Nothing for `idle` is too long; so is more in all than `idle` and what `raw` bytes take at the least rate.
    fn deadline(&self, raw: u64) -> Instant {
        let silence = after(Instant::now(), self.idle);
        let Some(seconds) = raw.checked_div(self.rate) else { return silence };
        after(after(self.start, self.idle), Duration::from_secs(seconds)).min(silence)
    }
}
