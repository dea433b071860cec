//! The content of a body that is kept, read once more from its start: as it came, or with its coding undone.

use super::budget::Reservation;
use super::cursor::{self, PIECE};
use super::kept::{Kept, Reading};
use super::{Coded, Means, Stop, Subject};
use crate::inspect::coding::Decoder;
use bytes::{Buf, Bytes};
use std::future::poll_fn;

/// Reads on from range to range, in order, so that however many files a body holds it is read once.
pub(super) struct Content {
    reading: Reading,
    decoding: Option<(Decoder, Reservation)>,
    /// Coded bytes that are not decoded yet.
    raw: Bytes,
    /// Content bytes that are not given yet; they begin at `at`.
    piece: Bytes,
    at: u64,
    ended: bool,
}

impl Content {
    /// Of a body whose coding was found sound. Takes memory for the decoder's window.
    pub(super) fn of(kept: &Kept, subject: &Subject, means: &Means) -> Result<Content, Stop> {
        let decoding = match &subject.coded {
            Coded::By(codings) => Some(cursor::decoder(codings, subject.content.direction, means)?),
            Coded::Plain | Coded::Unknown => None,
        };
        let (raw, piece) = (Bytes::new(), Bytes::new());
        Ok(Content { reading: kept.read(), decoding, raw, piece, at: 0, ended: false })
    }

    /// How far it has read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Passes over what stands before this offset.
    pub(super) async fn skip_to(&mut self, start: u64) -> Result<(), Stop> {
        while self.at < start && self.next(start).await?.is_some() {}
        Ok(())
    }

    /// The next bytes before this offset; `None` where there are none.
    pub(super) async fn next(&mut self, end: u64) -> Result<Option<Bytes>, Stop> {
        while self.piece.is_empty() && !self.ended && self.at < end {
            self.piece = self.fill().await?;
        }
        let left = usize::try_from(end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let given = self.piece.split_to(left.min(self.piece.len()));
        self.at = self.at.saturating_add(given.len() as u64);
        Ok((!given.is_empty()).then_some(given))
    }

    /// More content; it may be empty before the end.
    async fn fill(&mut self) -> Result<Bytes, Stop> {
        if self.raw.is_empty() {
            match poll_fn(|cx| self.reading.poll_next(cx)).await.transpose()? {
                Some(chunk) => self.raw = chunk,
                None => return self.last(),
            }
        }
        let Some((decoder, _)) = &mut self.decoding else { return Ok(std::mem::take(&mut self.raw)) };
        let mut out = Vec::new();
        // It was decoded before: what fails now, failed then, and is counted.
        match decoder.decode(&self.raw, &mut out, PIECE) {
            Ok(0) if out.is_empty() => self.ended = true,
            Ok(taken) => self.raw.advance(taken.min(self.raw.len())),
            Err(_) => self.ended = true,
        }
        Ok(out.into())
    }

    /// What a decoder still holds when nothing more comes.
    fn last(&mut self) -> Result<Bytes, Stop> {
        let mut out = Vec::new();
        self.ended = match &mut self.decoding {
            Some((decoder, _)) => decoder.finish(&mut out, PIECE).unwrap_or(true),
            None => true,
        };
        Ok(out.into())
    }
}
