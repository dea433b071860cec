//! A body, wherever it comes from: from the client or the site, or from where it waited for a decision.

use crate::body::BoxError;
use crate::body::kept::Reading;
use crate::upstream::SiteBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use std::pin::Pin;
use std::task::{Context, Poll};

/// It broke off.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Broken(BoxError);

/// A body that a request has.
#[derive(Debug)]
pub(super) enum Arriving {
    /// From the client, as it comes.
    Client(Incoming),
    /// From the client, looked at already because it is short.
    Short(Full<Bytes>),
    /// From before, when somebody was asked about it.
    Kept(Reading),
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Arriving::Client(body) => Pin::new(body).poll_frame(cx).map_err(|error| Broken(error.into())),
            Arriving::Short(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Arriving::Kept(body) => Pin::new(body).poll_frame(cx).map_err(|error| Broken(error.into())),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Arriving::Client(body) => body.is_end_stream(),
            Arriving::Short(body) => body.is_end_stream(),
            Arriving::Kept(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Arriving::Client(body) => body.size_hint(),
            Arriving::Short(body) => body.size_hint(),
            Arriving::Kept(body) => body.size_hint(),
        }
    }
}

/// A body that an answer has.
#[derive(Debug)]
pub(super) enum Answering {
    /// From the site, as it comes.
    Site(SiteBody),
    /// From before, when its reader was asked for a reason.
    Kept(Box<Reading>),
}

impl Body for Answering {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Answering::Site(body) => Pin::new(body).poll_frame(cx).map_err(|error| Broken(error.into())),
            Answering::Kept(body) => Pin::new(body.as_mut()).poll_frame(cx).map_err(|error| Broken(error.into())),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Answering::Site(body) => body.is_end_stream(),
            Answering::Kept(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Answering::Site(body) => body.size_hint(),
            Answering::Kept(body) => body.size_hint(),
        }
    }
}
