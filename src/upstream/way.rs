//! One connection to a site, and those that rest.

use super::connect::Link;
use super::watched::Watched;
use crate::config::Limits;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// hyper's least read buffer, in bytes.
const LEAST_BUFFER: usize = 8 << 10;

/// hyper's own number of fields: at it, heads are parsed on the stack.
const FIELDS_ON_STACK: usize = 100;

/// hyper's client with every limit set.
pub(super) fn builder(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.preserve_header_case(true)
        // Old sites and their CGI fold long fields and set colons off. A gateway makes one line of the one (RFC 9112 section 5.2) and
        // takes the blank out of the other (section 5.1), and what goes on is written anew.
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        // A soft ceiling: hyper looks after each read, so that a head of nearly twice as much can pass.
        .max_buf_size(limits.header_bytes.max(LEAST_BUFFER));
    if limits.header_count != FIELDS_ON_STACK {
        http.max_headers(limits.header_count);
    }
    http
}

/// One connection: what requests are given to, and what has to be driven for them to move.
pub(super) struct Way {
    pub sender: SendRequest<Watched>,
    pub connection: Driven,
}

/// The half of a connection that does its work when it is polled.
pub(super) struct Driven(Option<Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>>);

impl Way {
    pub(super) fn new(sender: SendRequest<Watched>, connection: http1::Connection<TokioIo<Link>, Watched>) -> Way {
        Way { sender, connection: Driven(Some(Box::pin(connection.with_upgrades()))) }
    }

    /// Drives it to its end.
    pub(super) async fn end(self: Box<Self>) {
        let Way { sender, mut connection } = *self;
        poll_fn(|cx| if connection.poll_ended(cx) { Poll::Ready(()) } else { Poll::Pending }).await;
        drop(sender);
    }

    /// Whether the next request can be sent, after a last look at the connection.
    fn is_ready(&mut self, cx: &mut Context<'_>) -> bool {
        !self.connection.poll_ended(cx) && self.sender.is_ready()
    }
}

impl Driven {
    /// Does what can be done now; whether the connection has ended, well or not: what it ended with is told to the
    /// request that was under way.
    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(connection) = &mut self.0 else { return true };
        if connection.as_mut().poll(cx).is_ready() {
            self.0 = None;
        }
        self.0.is_none()
    }
}

/// The connections that wait for a request.
pub(super) struct Resting {
    ways: Mutex<Ways>,
    /// For how long one may rest: less than the site keeps it.
    limit: Duration,
}

#[derive(Default)]
struct Ways {
    /// The one that has rested longest first.
    list: Vec<(Instant, Box<Way>)>,
    /// A task will close what rests for too long.
    swept: bool,
}

impl Resting {
    pub(super) fn new(limit: Duration) -> Resting {
        Resting { ways: Mutex::default(), limit }
    }

    /// One that still stands, the last one used: the others may rest until they are closed.
    pub(super) async fn take(&self) -> Option<Box<Way>> {
        loop {
            let mut way = self.last()?;
            // The site may have closed it meanwhile, or sent what nobody asked for.
            if poll_fn(|cx| Poll::Ready(way.is_ready(cx))).await {
                return Some(way);
            }
        }
    }

    fn last(&self) -> Option<Box<Way>> {
        let (since, way) = self.ways.lock().unwrap_or_else(PoisonError::into_inner).list.pop()?;
        (since.elapsed() < self.limit).then_some(way)
    }

    /// Keeps one whose answer has been read to its end, if it can serve another; closes it if not.
    pub(super) fn keep(self: &Arc<Self>, mut way: Box<Way>) {
        let Ok(runtime) = Handle::try_current() else { return };
        if !way.is_ready(&mut Context::from_waker(Waker::noop())) {
            return;
        }
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        ways.list.push((Instant::now(), way));
        if !std::mem::replace(&mut ways.swept, true) {
            runtime.spawn(sweep(Arc::downgrade(self), self.limit));
        }
    }

    /// Closes what has rested for too long; whether something is left.
    fn close_old(&self) -> bool {
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        let old = ways.list.iter().take_while(|(since, _)| since.elapsed() >= self.limit).count();
        ways.list.drain(..old);
        ways.swept = !ways.list.is_empty();
        ways.swept
    }
}

async fn sweep(resting: Weak<Resting>, limit: Duration) {
    loop {
        tokio::time::sleep(limit).await;
        if !resting.upgrade().is_some_and(|resting| resting.close_old()) {
            return;
        }
    }
}
