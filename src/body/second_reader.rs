//! The second reader of a multipart body: multer splits the same bytes, and both must find the same parts. A body that
//! two parsers read in two ways is damaged, whoever is right.

use super::kept::{Kept, Reading};
use super::rewrite::{Rewriter, Rewriting};
use super::{BoxError, Coded, Means, Stop, Subject, cursor};
use crate::inspect::form::multipart::{self, Outline};
use crate::policy::Tally;
use crate::vocab::{Finding, Part, Place, Reason, Span};
use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyDataStream;
use multer::Multipart;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Splits a kept body again; if the parts, their lengths, names and file names are not those of the outline, the tally
/// gets `uninspectable:damaged`. An error is one of ours, as of the spool; it says nothing about the body.
pub(super) async fn check(
    kept: &Kept,
    outline: &Outline,
    subject: &Subject,
    tally: &mut Tally,
    means: &Means,
) -> Result<(), Stop> {
    let (rewriter, charges) = match &subject.coded {
        Coded::By(codings) => {
            let (decoder, window) = cursor::decoder(codings, subject.content.direction, means)?;
            (Rewriter::new(Some(decoder), &[]), vec![window])
        }
        Coded::Plain | Coded::Unknown => (Rewriter::new(None, &[]), Vec::new()),
    };
    let reading: Reading = kept.read();
    let content = Rewriting::new(reading, rewriter, None, charges);
    let content_type = subject.content.content_type.as_deref().unwrap_or_default();
    if !agrees(content, content_type, outline).await? {
        let span = Span { start: 0, end: kept.len() };
        tally.add(&Finding::uninspectable(Reason::Damaged, span, Place::whole(Part::Body)));
    }
    Ok(())
}

async fn agrees(content: Rewriting, content_type: &[u8], outline: &Outline) -> Result<bool, Stop> {
    let Some(boundary) = boundary(content_type) else { return Ok(false) };
    let paced = BodyDataStream::new(Paced { content, pause: false });
    let mut parts = Multipart::new(paced, boundary);
    let mut expected = outline.parts.iter();
    loop {
        let mut field = match parts.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(expected.next().is_none()),
            Err(error) => return disagreement(error),
        };
        let Some(part) = expected.next() else { return Ok(false) };
        if !says(field.name(), Some(&part.name)) || !says(field.file_name(), part.filename.as_deref()) {
            return Ok(false);
        }
        let mut length = 0_u64;
        loop {
            match field.chunk().await {
                Ok(Some(chunk)) => length = length.saturating_add(chunk.len() as u64),
                Ok(None) => break,
                Err(error) => return disagreement(error),
            }
        }
        if length != part.length {
            return Ok(false);
        }
    }
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

/// multer fails because of the body, or because of us.
fn disagreement(error: multer::Error) -> Result<bool, Stop> {
    match error {
        multer::Error::StreamReadFailed(error) => match error.downcast::<Stop>() {
            Ok(stop) => Err(*stop),
            Err(_) => Ok(false),
        },
        _ => Ok(false),
    }
}

/// Gives a chunk, then waits once: multer takes in all that a stream has ready, and would take in the whole body.
struct Paced {
    content: Rewriting,
    pause: bool,
}

impl Body for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.pause = !self.pause;
        if !self.pause {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Pin::new(&mut self.content).poll_frame(cx).map(|next| next.map(|frame| frame.map_err(BoxError::from)))
    }
}
