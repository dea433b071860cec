//! What a site answers to a post that was held is kept while it goes out, and before its last piece does.

use super::outliving::Outliving;
use super::refuse::Refusal;
use crate::act::page::Outcome;
use crate::body::{BoxError, Outgoing};
use crate::hold::{Heard, Holds, KeepError, LONGEST_ANSWER};
use crate::seal::Ring;
use crate::store::Failure;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Who is to be told what a site answered.
pub(super) struct Telling {
    holds: Holds,
    ring: Arc<Ring>,
    id: String,
    /// Where the site has its login page, if that is known.
    login: Option<String>,
    heard: Heard,
}

impl Telling {
    /// The hold of this number.
    pub(super) fn new(holds: Holds, ring: Arc<Ring>, id: String, login: Option<String>) -> Telling {
        Telling { holds, ring, id, login, heard: Heard::default() }
    }

    /// Hears an answer. What garim itself answers is none of the site's: it tells whether the post has arrived.
    pub(super) async fn hear(mut self, response: Response<Outgoing>) -> Response<Outgoing> {
        if let Some(refusal) = response.extensions().get::<Refusal>().copied() {
            self.own(refusal).await;
            return response;
        }
        let (head, body) = response.into_parts();
        self.heard.status = head.status.as_u16();
        self.heard.content_type = text_of(&head.headers, CONTENT_TYPE);
        self.heard.location = text_of(&head.headers, LOCATION);
        if body.is_end_stream() || body.size_hint().exact() == Some(0) {
            self.tell(Vec::new(), false).await;
            return Response::from_parts(head, body);
        }
        let keeps = is_text(&self.heard.content_type) && !head.headers.contains_key(CONTENT_ENCODING);
        let told = Told { body, last: None, kept: Vec::new(), keeps, cut: false, telling: Some(self), told: None };
        Response::from_parts(head, told.boxed_unsync())
    }

    /// Whether the post has arrived, by what garim answered itself.
    async fn own(self, refusal: Refusal) {
        let now = jiff::Timestamp::now().as_millisecond();
        let passing = matches!(refusal.page, Outcome::Overload | Outcome::SiteDown | Outcome::SiteSlow);
        let done = match (refusal.reached, passing) {
            (true, _) => self.holds.failed(&self.id, Failure::Unknown, now).await,
            (false, true) => self.holds.put_back(&self.id, now).await,
            (false, false) => self.holds.failed(&self.id, Failure::Withheld, now).await,
        };
        tell_of(done, &self.id);
    }

    /// That was the whole answer.
    async fn tell(mut self, body: Vec<u8>, cut: bool) {
        (self.heard.body, self.heard.cut) = (body, cut);
        let status = StatusCode::from_u16(self.heard.status).unwrap_or_default();
        let failure = match &self.login {
            Some(login) if self.heard.is_login(login) => Some(Failure::Login),
            // RFC 9110 section 15.5.2.
            _ if status == StatusCode::UNAUTHORIZED || self.heard.goes_to_login() => Some(Failure::Login),
            _ if status.is_client_error() || status.is_server_error() => Some(Failure::NotAccepted),
            _ => None,
        };
        let now = jiff::Timestamp::now().as_millisecond();
        tell_of(self.holds.answered(&self.ring, &self.id, &self.heard, failure, now).await, &self.id);
    }
}

fn tell_of(done: Result<(), KeepError>, id: &str) {
    if let Err(error) = done {
        tracing::error!(%id, %error, "what became of a hold cannot be recorded");
    }
}

fn text_of(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

/// Whether a body of this type is worth keeping: somebody is to read it.
fn is_text(content_type: &str) -> bool {
    let lower = content_type.to_ascii_lowercase();
    lower.starts_with("text/") || ["json", "xml", "html"].iter().any(|kind| lower.contains(kind))
}

/// A body that is told of before its last piece goes out, and also if it is dropped.
struct Told {
    body: Outgoing,
    /// The piece that waits until another has come.
    last: Option<Frame<Bytes>>,
    /// Of what has come, as much as is kept.
    kept: Vec<u8>,
    keeps: bool,
    cut: bool,
    /// Taken at the end.
    telling: Option<Telling>,
    told: Option<Outliving<()>>,
}

impl Told {
    fn keep(&mut self, frame: &Frame<Bytes>) {
        let Some(data) = frame.data_ref() else { return };
        let room = if self.keeps { LONGEST_ANSWER.saturating_sub(self.kept.len()) } else { 0 };
        self.kept.extend(data.iter().take(room));
        self.cut |= data.len() > room;
    }

    fn telling(&mut self) -> Option<Outliving<()>> {
        let (telling, kept) = (self.telling.take()?, std::mem::take(&mut self.kept));
        Some(Outliving::new(telling.tell(kept, self.cut)))
    }
}

impl Body for Told {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if let Some(told) = &mut self.told {
                ready!(Pin::new(told).poll(cx));
                self.told = None;
            }
            if self.telling.is_none() {
                return Poll::Ready(self.last.take().map(Ok));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    self.keep(&frame);
                    if let Some(before) = self.last.replace(frame) {
                        return Poll::Ready(Some(Ok(before)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.told = self.telling(),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.telling.is_none() && self.told.is_none() && self.last.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let waits = self.last.as_ref().and_then(Frame::data_ref).map_or(0, |data| data.len() as u64);
        match self.body.size_hint().exact() {
            Some(rest) => SizeHint::with_exact(rest.saturating_add(waits)),
            None => SizeHint::default(),
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.cut = true;
        // It goes on by itself.
        drop(self.telling());
    }
}
