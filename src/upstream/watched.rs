//! A body that tells when its last piece was taken, so that a long upload is not mistaken for a silent site.

use super::{Body, BoxError};
use bytes::Bytes;
use http::Request;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// When a request last made progress.
#[derive(Debug, Clone)]
pub(super) struct Progress(Arc<Last>);

#[derive(Debug)]
struct Last {
    start: Instant,
    /// Milliseconds after `start`.
    moved: AtomicU64,
}

impl Progress {
    /// The request with its body watched.
    pub(super) fn watch(request: Request<Body>) -> (Progress, Request<Watched>) {
        let progress = Progress(Arc::new(Last { start: Instant::now(), moved: AtomicU64::new(0) }));
        let seen = progress.clone();
        (progress, request.map(|body| Watched { body, progress: seen }))
    }

    /// It moves now.
    pub(super) fn touch(&self) {
        let now = u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.moved.store(now, Ordering::Relaxed);
    }

    /// How long it has not moved.
    pub(super) fn quiet(&self) -> Duration {
        let moved = Duration::from_millis(self.0.moved.load(Ordering::Relaxed));
        self.0.start.elapsed().saturating_sub(moved)
    }
}

/// A body whose reading is noted.
#[derive(Debug)]
pub(super) struct Watched {
    body: Body,
    progress: Progress,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if frame.is_ready() {
            self.progress.touch();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
