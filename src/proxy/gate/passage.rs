//! What the two ends of a gate tell each other: the bytes before hyper, and the service behind it.

use super::fault::HeadFault;
use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::service::Service;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::time::Instant;

/// Shared by both ends of one connection. Both run in the connection's own task.
#[derive(Debug, Default)]
pub(super) struct Passage {
    /// Heads handed to hyper.
    passed: AtomicU64,
    /// Requests hyper has made of them.
    called: AtomicU64,
    /// Requests whose answers are not out yet.
    open: AtomicU64,
    /// The last head, if it is a refused one: its number and what is wrong with it.
    refused: OnceLock<(u64, HeadFault)>,
    /// Another protocol is spoken from here on.
    switched: AtomicBool,
    /// Whom to tell when an answer is out, and when the last one was.
    over: Mutex<Over>,
}

#[derive(Debug, Default)]
struct Over {
    waits: Option<Waker>,
    last: Option<Instant>,
}

impl Passage {
    /// One more head goes to hyper.
    pub(super) fn pass(&self) {
        self.passed.fetch_add(1, Ordering::Relaxed);
    }

    /// One more head goes to hyper, in place of one that is refused; it is the last.
    pub(super) fn refuse(&self, fault: HeadFault) {
        let number = self.passed.fetch_add(1, Ordering::Relaxed) + 1;
        // Nothing is judged after the first refusal, so nothing is set twice.
        let _ = self.refused.set((number, fault));
    }

    /// Whether an exchange is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.open.load(Ordering::Relaxed) > 0
    }

    /// Whether every head that was passed has been answered.
    pub(super) fn is_answered(&self) -> bool {
        !self.is_busy() && self.called.load(Ordering::Relaxed) >= self.passed.load(Ordering::Relaxed)
    }

    /// Whether the last answer has switched the protocol.
    pub(super) fn is_switched(&self) -> bool {
        self.switched.load(Ordering::Relaxed)
    }

    /// Wakes the task once the exchange under way is over: hyper, which has found nothing to read meanwhile, does not
    /// look again by itself.
    pub(super) fn wake_when_over(&self, cx: &Context<'_>) {
        let waits = &mut self.over.lock().unwrap_or_else(PoisonError::into_inner).waits;
        if !waits.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            *waits = Some(cx.waker().clone());
        }
    }

    /// How long ago the last exchange was over; nothing before the first.
    pub(super) fn over_for(&self) -> Duration {
        let last = self.over.lock().unwrap_or_else(PoisonError::into_inner).last;
        last.map_or(Duration::ZERO, |last| last.elapsed())
    }

    /// An exchange is over.
    fn close(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.last = Some(Instant::now());
        if let Some(waker) = over.waits.take() {
            drop(over);
            waker.wake();
        }
    }

    /// What is wrong with the request that hyper makes now.
    fn call(&self) -> Option<HeadFault> {
        let number = self.called.fetch_add(1, Ordering::Relaxed) + 1;
        match self.refused.get() {
            Some((refused, fault)) if *refused == number => Some(*fault),
            // hyper must never find a request that has not been judged, say in what follows a chunked body.
            _ if number > self.passed.load(Ordering::Relaxed) => Some(HeadFault::Unjudged),
            _ => None,
        }
    }
}

/// A service behind a gate: a request that is refused has its [`HeadFault`] in its extensions.
#[derive(Debug)]
pub struct Gated<S> {
    service: S,
    passage: Arc<Passage>,
}

impl<S> Gated<S> {
    pub(super) fn new(service: S, passage: Arc<Passage>) -> Gated<S> {
        Gated { service, passage }
    }
}

impl<S, B, I> Service<Request<I>> for Gated<S>
where
    S: Service<Request<I>, Response = Response<B>, Error = Infallible, Future: Unpin>,
{
    type Response = Response<Answer<B>>;
    type Error = Infallible;
    type Future = Answering<S::Future>;

    fn call(&self, mut request: Request<I>) -> Self::Future {
        let fault = self.passage.call();
        if let Some(fault) = fault {
            request.extensions_mut().insert(fault);
        }
        let open = Open::new(Arc::clone(&self.passage));
        Answering { future: self.service.call(request), open: Some(open), last: fault.is_some() }
    }
}

/// An exchange under way, until its answer is out or given up.
#[derive(Debug)]
struct Open(Arc<Passage>);

impl Open {
    fn new(passage: Arc<Passage>) -> Open {
        passage.open.fetch_add(1, Ordering::Relaxed);
        Open(passage)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A request being answered.
#[derive(Debug)]
pub struct Answering<F> {
    future: F,
    /// Until there is an answer to hand it to.
    open: Option<Open>,
    /// The connection ends with it.
    last: bool,
}

impl<F, B> Future for Answering<F>
where
    F: Future<Output = Result<Response<B>, Infallible>> + Unpin,
{
    type Output = Result<Response<Answer<B>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Ok(mut response) = ready!(Pin::new(&mut self.future).poll(cx));
        let open = self.open.take();
        if let Some(Open(passage)) = &open
            && response.status() == StatusCode::SWITCHING_PROTOCOLS
        {
            passage.switched.store(true, Ordering::Relaxed);
        }
        if self.last {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Poll::Ready(Ok(response.map(|body| Answer { body, _open: open })))
    }
}

/// A body whose exchange is under way until hyper drops it.
#[derive(Debug)]
pub struct Answer<B> {
    body: B,
    _open: Option<Open>,
}

impl<B: Body<Data = Bytes> + Unpin> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
