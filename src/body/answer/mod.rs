//! A site's body: held until it is known whether it goes out whole or streams.
//!
//! Where a rule could still refuse the whole answer it is kept back until its end, in memory and then in the spool.
//! Elsewhere it is held only while the site sends without a pause and it fits in memory, so that a page without
//! findings goes out exactly as it came, and one with masks with a true length. The rest streams.

mod begun;
mod passing;
mod streaming;
mod watched;
mod whole;

pub use begun::Begun;
pub use passing::counted;
pub use streaming::{Streaming, keeps_length};
pub use watched::{Watching, watched};
pub use whole::Whole;

use super::account::Read;
use super::arrival::{Arrival, Came, after};
use super::cursor::Cursor;
use super::kept::{Keeper, Kept};
use super::marks::Marks;
use super::recall;
use super::silence::Silence;
use super::{BoxError, Means, Stop, Stopped, Subject, files};
use crate::inspect::Step;
use crate::policy::{Action, Tally};
use bytes::Bytes;
use http_body::Body;
use std::time::Duration;
use streaming::Room;
use tokio::time::Instant;

/// A site that sends nothing for so long is taken to be at work on the rest: what it sent goes on its way.
const PAUSE: Duration = Duration::from_millis(20);

/// The longest answer that is kept back only because caches may keep it, in bytes as they come: a bundle of scripts, not
/// an archive's listing.
const WAITED_FOR: u64 = 8 << 20;

/// What is asked about an answer.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What it is.
    pub subject: Subject,
    /// It is an event stream: it has no end to wait for, and streams from its first byte, whatever the policy.
    pub events: bool,
    /// The site means it to be kept by caches, which they may only if nothing is found in it: its verdict is waited for
    /// if it is no longer than [`WAITED_FOR`] or does not say how long it is, until something is found.
    pub verdict_first: bool,
    /// What decides beside the answer and the configuration what is found in it: the site, and the path where that matters.
    pub told: Box<str>,
    /// The client takes gzip: a coded answer that must be recoded is coded so, else not at all.
    pub gzip: bool,
}

/// An answer that may go out.
#[derive(Debug)]
pub enum Opened<B> {
    /// It has arrived, and its verdict has fallen.
    Whole(Whole),
    /// It goes out while it arrives.
    Streaming(Streaming<B>),
}

/// What becomes of `Content-Encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recoded {
    /// It stays as it came: nothing was coded, or the bytes go out as they came.
    AsCame,
    /// It becomes `gzip`.
    Gzip,
    /// It goes: the content is sent uncoded.
    Identity,
}

/// Takes an answer in until it is known how it goes out. An `Err` with [`Stop::Refused`] is the page's moment: nothing
/// of the answer has left.
pub async fn open<B>(body: B, asked: Asked, tally: Tally, means: &Means) -> Result<Opened<B>, Box<Stopped<B>>>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    let keeps_back = tally.plan().keeps_back() && !asked.events;
    let mut opening = Opening::new(body, &asked, tally, means, keeps_back)?;
    match opening.hold(&asked, means).await {
        Ok(Next::Whole) => opening.whole(&asked, means).await.map(Opened::Whole),
        Ok(Next::Stream(last)) => opening.stream(last, &asked, means).map(Opened::Streaming),
        Err(stop) => Err(opening.stopped(stop)),
    }
}

/// Takes an answer in until its verdict, whatever the policy: nothing of it has left, or streams.
async fn open_whole<B>(body: B, asked: Asked, tally: Tally, means: &Means) -> Result<Whole, Box<Stopped<B>>>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    let mut opening = Opening::new(body, &asked, tally, means, true)?;
    match opening.hold(&asked, means).await {
        Ok(Next::Whole) => opening.whole(&asked, means).await,
        Ok(Next::Stream(_)) => Err(opening.stopped(Stop::Refused)),
        Err(stop) => Err(opening.stopped(stop)),
    }
}

/// What is held of an answer while it is being opened.
struct Held {
    cursor: Cursor,
    keeper: Keeper,
    /// What was kept, complete, if it has been read already.
    kept: Option<Kept>,
    marks: Marks,
    settled: u64,
    /// What has come, as long as it may turn out to be an answer that came before: then it need not be read.
    unread: Option<Vec<Bytes>>,
}

impl Held {
    fn new<B>(asked: &Asked, arrival: &Arrival<B>, means: &Means) -> Result<Held, Stop>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<BoxError>,
    {
        arrival.check_announced()?;
        Ok(Held {
            cursor: Cursor::new(&asked.subject, arrival.announced(), means)?,
            keeper: Keeper::new(&means.budget, &means.spools, means.limits.memory_per_body)?,
            kept: None,
            marks: Marks::new(means)?,
            settled: 0,
            unread: (means.recall.is_some() && !asked.events).then(Vec::new),
        })
    }

    /// Shows a chunk to the inspector.
    fn inspect(&mut self, chunk: &Bytes, tally: &mut Tally) -> Result<(), Stop> {
        let mut raw = chunk.clone();
        while let Some(step) = self.cursor.step(&mut raw, tally) {
            if let Err(stop) = self.take(step, tally) {
                self.cursor.pass_over(&raw);
                return Err(stop);
            }
        }
        Ok(())
    }

    fn take(&mut self, step: Step, tally: &mut Tally) -> Result<(), Stop> {
        self.settled = self.settled.max(step.settled);
        self.marks.add(step.edits, tally)?;
        if step.refused { Err(Stop::Refused) } else { Ok(()) }
    }
}

enum Next {
    Whole,
    /// With a chunk that no longer fits.
    Stream(Option<Bytes>),
}

struct Opening<B> {
    arrival: Arrival<B>,
    tally: Tally,
    /// In a box: it is handed on from step to step.
    held: Box<Held>,
    /// A rule could still refuse it.
    keeps_back: bool,
    /// Its verdict is worth waiting for.
    waits: bool,
}

impl<B> Opening<B>
where
    B: Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    fn new(
        body: B,
        asked: &Asked,
        tally: Tally,
        means: &Means,
        keeps_back: bool,
    ) -> Result<Opening<B>, Box<Stopped<B>>> {
        let arrival = Arrival::new(body, means.limits.body_bytes);
        let held = match Held::new(asked, &arrival, means) {
            Ok(held) => Box::new(held),
            Err(stop) => {
                let read = Read::passed_over(arrival.raw(), "refused");
                return Err(Box::new(Stopped { stop, tally, read, rest: arrival.into_rest() }));
            }
        };
        let short = arrival.announced().is_none_or(|length| length <= WAITED_FOR);
        let waits = asked.verdict_first && short;
        Ok(Opening { arrival, tally, held, keeps_back, waits })
    }

    async fn hold(&mut self, asked: &Asked, means: &Means) -> Result<Next, Stop> {
        if asked.events {
            return Ok(Next::Stream(None));
        }
        loop {
            let patience = if self.is_held() { means.limits.idle_timeout } else { PAUSE };
            match self.arrival.next(|_| after(Instant::now(), patience)).await? {
                Came::Chunk(chunk) if self.may_be_known(&chunk) => {
                    self.held.unread.iter_mut().for_each(|unread| unread.push(chunk.clone()));
                    // There is room.
                    self.held.keeper.hold(chunk)?;
                }
                Came::Chunk(chunk) => {
                    self.catch_up()?;
                    self.inspect(&chunk)?;
                    if !self.is_held() && !self.held.keeper.has_room(chunk.len()) {
                        return Ok(Next::Stream(Some(chunk)));
                    }
                    if let Some(beyond) = self.held.keeper.hold(chunk)? {
                        self.held.keeper.spool(beyond).await?;
                    }
                }
                Came::End => break,
                Came::Nothing if self.is_held() => return Err(Stop::Timeout),
                Came::Nothing => {
                    self.catch_up()?;
                    return Ok(Next::Stream(None));
                }
            }
        }
        self.complete(asked, means)?;
        if self.held.cursor.has_files() && !self.tally.refuses() {
            Box::pin(self.open_files(asked, means)).await?;
        }
        if self.tally.refuses() { Err(Stop::Refused) } else { Ok(Next::Whole) }
    }

    fn inspect(&mut self, chunk: &Bytes) -> Result<(), Stop> {
        self.held.inspect(chunk, &mut self.tally)?;
        // No verdict falls before it is opened.
        self.keeps_back |= self.held.cursor.has_files();
        self.still_waits();
        Ok(())
    }

    /// Whether what has come is with this chunk still short enough to be an answer that came before.
    fn may_be_known(&self, chunk: &Bytes) -> bool {
        let length = |unread: &Vec<Bytes>| unread.iter().map(Bytes::len).sum::<usize>().saturating_add(chunk.len());
        let short = self.held.unread.as_ref().is_some_and(|unread| length(unread) <= recall::LONGEST);
        short && self.held.keeper.has_room(chunk.len())
    }

    /// It is not waited for any longer whether the answer is one that came before: what has come is read.
    fn catch_up(&mut self) -> Result<(), Stop> {
        let unread = self.held.unread.take().unwrap_or_default();
        let mut chunks = unread.iter();
        let read = chunks.try_for_each(|chunk| self.inspect(chunk));
        // Of what is refused, those that are left.
        chunks.for_each(|chunk| self.held.cursor.pass_over(chunk));
        read
    }

    /// All of it has come: what has not been read is read, unless it came before.
    fn complete(&mut self, asked: &Asked, means: &Means) -> Result<(), Stop> {
        if self.held.keeper.is_empty() {
            return Ok(());
        }
        let from = Instant::now();
        let unread = self.held.unread.as_deref().zip(means.recall.as_deref());
        let known =
            unread.and_then(|(unread, recall)| Some((recall, recall.known(&asked.subject, &asked.told, unread)?)));
        let before = known.and_then(|(recall, known)| recall.get(&known));
        self.held.cursor.spend(from.elapsed());
        if let Some(recalled) = before {
            let step = self.held.cursor.recall(&recalled, &mut self.tally);
            return self.held.take(step, &mut self.tally);
        }
        if known.is_some() {
            self.held.cursor.hear();
        }
        self.catch_up()?;
        while let Some(step) = self.held.cursor.finish(&mut self.tally) {
            self.held.take(step, &mut self.tally)?;
        }
        if let Some((recall, known)) = known
            && let Some(recalled) = self.held.cursor.heard()
        {
            recall.put(known, recalled);
        }
        Ok(())
    }

    /// Has the file opened that the answer is.
    async fn open_files(&mut self, asked: &Asked, means: &Means) -> Result<(), Stop> {
        let keeper = Keeper::new(&means.budget, &means.spools, means.limits.memory_per_body)?;
        let kept = std::mem::replace(&mut self.held.keeper, keeper).finish().await?;
        let Held { cursor, marks, .. } = &mut *self.held;
        let kept = files::open(cursor, kept, &asked.subject, (&mut self.tally, marks), means).await?;
        self.held.kept = Some(kept);
        Ok(())
    }

    fn is_held(&self) -> bool {
        self.keeps_back || self.waits
    }

    /// Nothing is gained by waiting once something was found, or it has turned out not to be read. What is in the spool
    /// already stays until its end.
    fn still_waits(&mut self) {
        let worth = !self.tally.reveals() && self.held.cursor.is_read();
        self.waits &= worth || !self.held.keeper.has_room(0);
    }

    async fn whole(self, asked: &Asked, means: &Means) -> Result<Whole, Box<Stopped<B>>> {
        let Opening { arrival, tally, held, .. } = self;
        let read = held.cursor.read(arrival.raw());
        match whole::body(held, &tally, asked, means).await {
            Ok(prepared) => Ok(Whole::new(prepared, tally, read)),
            Err(stop) => Err(Box::new(Stopped { stop, tally, read, rest: None })),
        }
    }

    fn stream(self, last: Option<Bytes>, asked: &Asked, means: &Means) -> Result<Streaming<B>, Box<Stopped<B>>> {
        if self.tally.verdict().action > Action::Mask {
            // What goes out while it arrives cannot wait for anybody's word.
            return Err(self.stopped(Stop::Refused));
        }
        match self.room(asked, means) {
            Ok(mut room) => {
                // Events come when something happens, which may be never.
                room.silence = Silence::of((!asked.events).then_some(means.limits.idle_timeout));
                let Opening { arrival, tally, held, .. } = self;
                Ok(Streaming::new(arrival, tally, *held, last, room))
            }
            Err(stop) => Err(self.stopped(stop)),
        }
    }

    fn room(&self, asked: &Asked, means: &Means) -> Result<Room, Stop> {
        if !self.held.cursor.is_broken() {
            return Ok(Room::new(&self.tally, asked, means)?);
        }
        // The policy lets a broken coding pass, and no byte has left: it passes as it came, unless it has to be masked.
        if self.held.marks.wanted(&self.tally) { Err(Stop::Unmaskable) } else { Ok(Room::as_it_comes(means)?) }
    }

    fn stopped(self, stop: Stop) -> Box<Stopped<B>> {
        let read = self.held.cursor.read(self.arrival.raw());
        Box::new(Stopped { stop, tally: self.tally, read, rest: self.arrival.into_rest() })
    }
}
