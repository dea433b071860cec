//! The second reader of a multipart body: multer splits the same bytes, and both must find the same parts. A body that
//! two parsers read in two ways is damaged, whoever is right.
//!
//! It reads each piece directly after our own reader has, and only while that one finds the form sound: multer buffers
//! a preamble or a part's head without end, and takes in all that a stream has ready. So it never holds more than one
//! piece and what our reader allows a head to be.

use super::Subject;
use crate::inspect::form::multipart::{self, Outlined};
use crate::vocab::Direction;
use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyDataStream;
use multer::{Field, Multipart};
use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// Follows our own reader through one body.
pub(crate) struct SecondReader {
    feed: Feed,
    /// `None` once it has come to the form's end, or disagrees.
    parts: Option<Multipart<'static>>,
    /// The part that it is in.
    field: Option<Field<'static>>,
    /// Its length so far.
    length: u64,
    /// Parts that have ended.
    ended: usize,
    agrees: bool,
}

impl SecondReader {
    /// For a body that a client sends as a form; `None` where there is no second reading.
    pub(crate) fn of(subject: &Subject) -> Option<SecondReader> {
        let content_type = subject.content.content_type.as_deref().unwrap_or_default();
        let upload = subject.content.direction == Direction::Upload;
        (upload && multipart::boundary(content_type).is_ok()).then(|| SecondReader::new(content_type))
    }

    /// For a body of such a type.
    pub(crate) fn new(content_type: &[u8]) -> SecondReader {
        let feed = Feed::default();
        let boundary = boundary(content_type);
        let agrees = boundary.is_some();
        let parts = boundary.map(|boundary| Multipart::new(BodyDataStream::new(feed.clone()), boundary));
        SecondReader { feed, parts, field: None, length: 0, ended: 0, agrees }
    }

    /// Takes the next piece, which our own reader has taken already: `ours` are the parts that it knows by now.
    pub(crate) fn push(&mut self, piece: Bytes, ours: &[Outlined]) {
        if self.parts.is_some() {
            self.feed.give(Some(piece));
            self.read_on(ours);
        }
    }

    /// The body is complete, and `ours` are all its parts: whether it has found the same.
    pub(crate) fn finish(&mut self, ours: &[Outlined]) -> bool {
        if self.parts.is_some() {
            self.feed.give(None);
            self.read_on(ours);
        }
        self.agrees && self.parts.is_none() && self.ended == ours.len()
    }

    /// Reads until it waits for more.
    fn read_on(&mut self, ours: &[Outlined]) {
        match self.try_to_read_on(ours) {
            Poll::Pending => return,
            Poll::Ready(agrees) => self.agrees = agrees,
        }
        (self.field, self.parts) = (None, None);
    }

    /// Whether it agrees, once it has come to the form's end or found something else than we did.
    fn try_to_read_on(&mut self, ours: &[Outlined]) -> Poll<bool> {
        // Whoever feeds it asks it again: there is nobody to be woken.
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            let part = ours.get(self.ended);
            if let Some(field) = &mut self.field {
                let chunk = pin!(field.chunk()).poll(&mut cx);
                match chunk {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(Some(chunk))) => self.length = self.length.saturating_add(chunk.len() as u64),
                    Poll::Ready(Ok(None)) if part.is_some_and(|part| part.length == self.length) => {
                        (self.field, self.length) = (None, 0);
                        self.ended += 1;
                    }
                    Poll::Ready(_) => return Poll::Ready(false),
                }
                continue;
            }
            let Some(parts) = &mut self.parts else { return Poll::Ready(false) };
            match parts.poll_next_field(&mut cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(Some(field))) if part.is_some_and(|part| names_agree(&field, part)) => {
                    self.field = Some(field);
                }
                Poll::Ready(Ok(None)) => return Poll::Ready(true),
                Poll::Ready(_) => return Poll::Ready(false),
            }
        }
    }
}

fn names_agree(field: &Field<'_>, ours: &Outlined) -> bool {
    says(field.name(), Some(&ours.name)) && says(field.file_name(), ours.filename.as_deref())
}

/// The boundary, which multer must read as we do. Where it reads none, ours stands: clients in Java write `===…===`
/// without quotes, which its reader of media types does not allow.
fn boundary(content_type: &[u8]) -> Option<String> {
    let ours = std::str::from_utf8(multipart::boundary(content_type).ok()?).ok()?;
    let theirs = std::str::from_utf8(content_type).ok().and_then(|value| multer::parse_boundary(value).ok());
    theirs.is_none_or(|theirs| theirs == ours).then(|| ours.to_owned())
}

/// Whether a name is what the other reader says it is. It says none that is not UTF-8, and undoes escapes of quotes.
fn says(said: Option<&str>, ours: Option<&[u8]>) -> bool {
    match (said, ours.map(std::str::from_utf8)) {
        (Some(said), Some(Ok(ours))) => said == ours.replace("\\\"", "\""),
        (None, None | Some(Err(_))) => true,
        (None, Some(Ok(_))) | (Some(_), None | Some(Err(_))) => false,
    }
}

/// What has come and is not yet read.
#[derive(Default)]
struct Waiting {
    piece: Option<Bytes>,
    ended: bool,
}

/// Gives a piece, then waits for the next.
#[derive(Clone, Default)]
struct Feed(Arc<Mutex<Waiting>>);

impl Feed {
    /// The next piece, or the end.
    fn give(&self, piece: Option<Bytes>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = Waiting { ended: piece.is_none(), piece };
    }
}

impl Body for Feed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.piece.take() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if waiting.ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
