//! Bytes that are kept until a verdict: in memory up to a limit, beyond it all of them in a spool file.

use super::budget::{Budget, Pool, Reservation, Spent};
use super::spool::{Reader, SpoolError, Spooled, Spools, Writer};
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Shorter chunks are copied together, so that a body that comes byte by byte costs no more than its length; longer
/// ones, and the first, which is mostly the only one, are kept as they came.
const SHORT: usize = 4 << 10;
/// How many bytes of short chunks are copied into one.
const TOGETHER: usize = 16 << 10;

/// Why bytes cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The memory budget is spent.
    #[error(transparent)]
    Memory(#[from] Spent),
    /// The spool file cannot be written.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Takes bytes in and keeps them. Its `Debug`, like that of all here, shows no byte of them.
pub struct Keeper {
    spools: Spools,
    /// Most bytes in memory.
    limit: usize,
    chunks: VecDeque<Bytes>,
    short: BytesMut,
    held: usize,
    charge: Reservation,
    spool: Option<Writer>,
    len: u64,
}

impl Keeper {
    /// Keeps up to `limit` bytes in memory.
    pub fn new(budget: &Budget, spools: &Spools, limit: usize) -> Result<Keeper, KeepError> {
        Ok(Keeper {
            spools: spools.clone(),
            limit,
            chunks: VecDeque::new(),
            short: BytesMut::new(),
            held: 0,
            charge: budget.reserve(Pool::Memory, 0)?,
            spool: None,
            len: 0,
        })
    }

    /// How many bytes were taken in.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was taken in.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether this many bytes more would still be kept in memory.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.spool.is_none() && self.held.saturating_add(bytes) <= self.limit
    }

    /// Takes a chunk. After an error nothing can be relied on.
    pub async fn push(&mut self, chunk: Bytes) -> Result<(), KeepError> {
        match self.hold(chunk)? {
            Some(beyond) => self.spool(beyond).await,
            None => Ok(()),
        }
    }

    /// Takes a chunk into memory; gives it back for [`Keeper::spool`] if it finds no room there.
    pub fn hold(&mut self, chunk: Bytes) -> Result<Option<Bytes>, KeepError> {
        if !self.has_room(chunk.len()) {
            return Ok(Some(chunk));
        }
        self.len = self.len.saturating_add(chunk.len() as u64);
        self.charge.grow(chunk.len() as u64)?;
        self.held = self.held.saturating_add(chunk.len());
        if chunk.len() >= SHORT || self.held == chunk.len() {
            self.close_short();
            self.chunks.push_back(chunk);
        } else {
            self.short.extend_from_slice(&chunk);
            if self.short.len() >= TOGETHER {
                self.close_short();
            }
        }
        Ok(None)
    }

    /// Takes a chunk into the spool file, and before it what memory holds. In a box: most bodies have none of it.
    pub fn spool(&mut self, chunk: Bytes) -> Pin<Box<dyn Future<Output = Result<(), KeepError>> + Send + '_>> {
        Box::pin(async move {
            self.len = self.len.saturating_add(chunk.len() as u64);
            if self.spool.is_none() {
                self.move_to_spool().await?;
            }
            if let Some(spool) = &mut self.spool {
                spool.write(&chunk).await?;
            }
            Ok(())
        })
    }

    fn close_short(&mut self) {
        if !self.short.is_empty() {
            self.chunks.push_back(self.short.split().freeze());
        }
    }

    async fn move_to_spool(&mut self) -> Result<(), SpoolError> {
        self.close_short();
        let mut spool = self.spools.create().await?;
        while let Some(chunk) = self.chunks.pop_front() {
            spool.write(&chunk).await?;
            self.charge.shrink(chunk.len() as u64);
        }
        self.short = BytesMut::new();
        self.held = 0;
        self.spool = Some(spool);
        Ok(())
    }

    /// Nothing more comes.
    pub async fn finish(mut self) -> Result<Kept, KeepError> {
        self.close_short();
        let place = match self.spool {
            Some(spool) => Place::Spool(Box::pin(spool.finish()).await?),
            None => Place::Memory(self.chunks, Some(self.charge)),
        };
        Ok(Kept { place, len: self.len })
    }

    /// What is held in memory, with its reservation; for a body that goes over to streaming, which never spools.
    pub(super) fn into_memory(mut self) -> (VecDeque<Bytes>, Reservation) {
        self.close_short();
        (self.chunks, self.charge)
    }
}

enum Place {
    Memory(VecDeque<Bytes>, Option<Reservation>),
    Spool(Spooled),
}

/// Bytes that are kept, complete.
pub struct Kept {
    place: Place,
    len: u64,
}

impl Kept {
    /// Nothing at all.
    pub(super) fn nothing() -> Kept {
        Kept { place: Place::Memory(VecDeque::new(), None), len: 0 }
    }

    /// How many bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether they are in a spool file.
    pub fn is_spooled(&self) -> bool {
        matches!(self.place, Place::Spool(_))
    }

    /// Reads them and keeps them. Finish with one reading before the next starts.
    pub fn read(&self) -> Reading {
        let source = match &self.place {
            Place::Memory(chunks, _) => Source::Memory(chunks.clone(), None),
            Place::Spool(spooled) => Source::Spool(spooled.reader()),
        };
        Reading { source, left: self.len }
    }

    /// Reads them for the last time: memory is given back chunk by chunk.
    pub fn into_reading(self) -> Reading {
        let source = match self.place {
            Place::Memory(chunks, charge) => Source::Memory(chunks, charge),
            Place::Spool(spooled) => Source::Spool(spooled.reader()),
        };
        Reading { source, left: self.len }
    }
}

enum Source {
    Memory(VecDeque<Bytes>, Option<Reservation>),
    Spool(Reader),
}

/// Kept bytes on their way out, in order: a body whose length is known.
pub struct Reading {
    source: Source,
    left: u64,
}

impl Reading {
    /// The next chunk; `None` at the end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, SpoolError>>> {
        let next = match &mut self.source {
            Source::Memory(chunks, charge) => {
                let chunk = chunks.pop_front();
                if let (Some(chunk), Some(charge)) = (&chunk, charge) {
                    charge.shrink(chunk.len() as u64);
                }
                chunk.map(Ok)
            }
            Source::Spool(reader) => ready!(reader.poll_next(cx)),
        };
        if let Some(Ok(chunk)) = &next {
            self.left = self.left.saturating_sub(chunk.len() as u64);
        }
        Poll::Ready(next)
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("len", &self.len).finish_non_exhaustive()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("len", &self.len).finish_non_exhaustive()
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = SpoolError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, SpoolError>>> {
        self.poll_next(cx).map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
