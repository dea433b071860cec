//! The body of a site's answer, which drives the connection it comes on.

use super::way::{Resting, Way};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The body of a site's answer. Read to its end, it gives its connection back for the next request; dropped before, it
/// closes it.
pub struct SiteBody {
    body: Incoming,
    way: Option<(Box<Way>, Arc<Resting>)>,
}

impl SiteBody {
    pub(super) fn new(body: Incoming, way: Box<Way>, resting: Arc<Resting>) -> SiteBody {
        let mut body = SiteBody { body, way: Some((way, resting)) };
        body.give_back_at_end();
        body
    }

    /// One whose connection is driven by others.
    pub(super) fn alone(body: Incoming) -> SiteBody {
        SiteBody { body, way: None }
    }

    fn give_back_at_end(&mut self) {
        if self.body.is_end_stream()
            && let Some((way, resting)) = self.way.take()
        {
            resting.keep(way);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let come = Pin::new(&mut self.body).poll_frame(cx);
        if come.is_ready() {
            return come;
        }
        let Some((way, _)) = &mut self.way else { return Poll::Pending };
        if way.connection.poll_ended(cx) {
            self.way = None;
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }
}

impl Body for SiteBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(self.poll(cx));
        if frame.is_none() {
            if let Some((way, resting)) = self.way.take() {
                resting.keep(way);
            }
        } else {
            self.give_back_at_end();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl fmt::Debug for SiteBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteBody").field("left", &self.size_hint().exact()).finish_non_exhaustive()
    }
}
