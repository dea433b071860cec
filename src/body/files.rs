//! Files within a body: handed to the workers that open them, before the verdict falls.

use super::cursor::Cursor;
use super::kept::{Kept, Reading};
use super::{Means, Opener, Stop, Subject};
use crate::inspect::Opened;
use crate::policy::Tally;
use crate::sandbox::{Answer, Found, Job, Pieces};
use crate::vocab::{Finding, Place, Reason, Span, Stands, What};
use bytes::Bytes;
use std::io;
use std::pin::Pin;
use std::task::Context;

/// Has every file opened that the cursor was told of, and counts what is found in them. What could not be opened is counted
/// as what it is.
///
/// # Errors
/// When what is kept cannot be read, or the tally refuses.
pub(super) async fn open(
    cursor: &mut Cursor,
    kept: &Kept,
    subject: &Subject,
    tally: &mut Tally,
    means: &Means,
) -> Result<(), Stop> {
    for file in cursor.take_files(tally) {
        let length = file.span.end.saturating_sub(file.span.start);
        let found = match &means.opener {
            Some(opener) if length <= opener.largest => opened(opener, &file, length, kept, subject).await?,
            Some(_) => vec![uninspectable(&file, Reason::TooLarge)],
            None => vec![uninspectable(&file, Reason::Binary)],
        };
        if !found.iter().any(|finding| finding.place.inside.is_empty() && is_unread(finding)) {
            cursor.opened(length);
        }
        found.iter().for_each(|finding| {
            tally.add(finding);
        });
        if tally.refuses() {
            return Err(Stop::Refused);
        }
    }
    Ok(())
}

/// Whether nothing of the file was read.
fn is_unread(finding: &Finding) -> bool {
    matches!(finding.what, What::Uninspectable(reason) if reason != Reason::Image && reason != Reason::UnknownFormat)
}

fn uninspectable(file: &Opened, reason: Reason) -> Finding {
    Finding::uninspectable(reason, file.span, Place::whole(file.part.clone()))
}

/// What a worker finds in one file.
async fn opened(
    opener: &Opener,
    file: &Opened,
    length: u64,
    kept: &Kept,
    subject: &Subject,
) -> Result<Vec<Finding>, Stop> {
    opener.tell(subject.lens.today);
    let job = Job { name: file.name.clone(), limits: opener.limits, length };
    let ranged = Ranged { reading: kept.read(), skip: file.span.start, left: length };
    let opened =
        opener.pool.open(&job, ranged).await.map_err(|error| Stop::Spool(super::spool::SpoolError::from(error)))?;
    let mut found: Vec<Finding> = opened.answers.into_iter().map(|answer| finding(file, answer)).collect();
    if let Err(reason) = opened.ended {
        found.push(uninspectable(file, reason));
    }
    subject.lens.beyond.leave_alone(&mut found, 0);
    Ok(found)
}

/// What a worker told, as a finding of the body.
fn finding(file: &Opened, answer: Answer) -> Finding {
    let (steps, line) = match &answer {
        Answer::Found(found) => (found.steps.clone(), found.line),
        Answer::Unreadable { steps, .. } => (steps.clone(), 0),
    };
    let place = Place { part: file.part.clone(), stands: Stands::Text, line, inside: steps.into() };
    match answer {
        Answer::Unreadable { reason, .. } => Finding::uninspectable(reason, file.span, place),
        Answer::Found(Found { kind, confidence, masked, value, .. }) => Finding {
            what: What::Kind(kind),
            confidence,
            span: Span { start: file.span.start, end: file.span.end },
            place,
            masked,
            mask: Box::default(),
            secret: value,
            also: Box::default(),
        },
    }
}

/// A range of what is kept.
struct Ranged {
    reading: Reading,
    /// Bytes before it.
    skip: u64,
    left: u64,
}

impl Pieces for Ranged {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.left > 0 {
            let next = std::future::poll_fn(|cx: &mut Context<'_>| Pin::new(&mut self.reading).poll_next(cx));
            let Some(mut chunk) = next.await.transpose().map_err(io::Error::other)? else { return Ok(None) };
            let before = usize::try_from(self.skip).unwrap_or(usize::MAX).min(chunk.len());
            self.skip = self.skip.saturating_sub(before as u64);
            let _ = chunk.split_to(before);
            chunk.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            if !chunk.is_empty() {
                self.left = self.left.saturating_sub(chunk.len() as u64);
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }
}
