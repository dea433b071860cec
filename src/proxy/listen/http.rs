//! hyper's two protocols with every limit set: what is left at its default here is left on purpose.
//!
//! `pipeline_flush` above all stays off: with it hyper's `Buffered::can_buffer` is always true, so an answer that comes
//! faster than the client reads is buffered without end.

use super::{Answer, Serve, Shutdown, Terms, drained};
use crate::config::Limits;
use crate::proxy::gate::gate;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};

/// What an HTTP/2 client may send of one body before it is read, in bytes.
pub const STREAM_WINDOW: u32 = 256 << 10;

/// The same of all bodies of one HTTP/2 connection together.
pub const CONNECTION_WINDOW: u32 = 1 << 20;

/// What of one answer waits for an HTTP/2 client's window, in bytes.
const SEND_BUFFER: usize = 64 << 10;

/// Streams that a client has opened and reset and that wait to be noticed (CVE-2023-44487); h2's own default.
const RESETS_WAITING: usize = 20;

/// Streams that garim has reset because of the client's errors, before the connection is closed (CVE-2025-8671).
const RESETS_OF_OURS: usize = 256;

/// hyper's least read buffer, in bytes.
const LEAST_BUFFER: usize = 8 << 10;

/// What the gate may add to a head, in bytes: `Connection: close`.
const ADDED_BY_THE_GATE: usize = 64;

/// hyper's own number of fields: at it, heads are parsed on the stack.
const FIELDS_ON_STACK: usize = 100;

/// HTTP/1.1 behind the gate, until the client, a timer or a drain ends it.
pub(super) async fn one<IO, S, B>(io: IO, service: S, terms: Terms)
where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    S: Serve<B>,
    B: Answer,
{
    let Terms { limits, gated, shutdown } = terms;
    let mut http = one_builder(&limits);
    if gated {
        let (io, service) = gate(io, service, limits);
        serve_one(&http, io, service, shutdown).await;
    } else {
        http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
        serve_one(&http, io, service, shutdown).await;
    }
}

fn one_builder(limits: &Limits) -> http1::Builder {
    let most = limits.header_bytes.saturating_add(ADDED_BY_THE_GATE);
    let mut http = http1::Builder::new();
    // A client that hangs up takes its exchange along; what must outlive it runs in a task of its own.
    http.half_close(false)
        .preserve_header_case(true)
        // The first bounds memory (nearly twice of it: hyper looks after each read), the second is the exact limit.
        .max_buf_size(most.max(LEAST_BUFFER))
        .max_header_size(most);
    if limits.header_count != FIELDS_ON_STACK {
        http.max_headers(limits.header_count);
    }
    http
}

async fn serve_one<IO, S, B>(http: &http1::Builder, io: IO, service: S, mut shutdown: Shutdown)
where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    S: Serve<B>,
    B: Answer,
{
    let mut connection = pin!(http.serve_connection(TokioIo::new(io), service).with_upgrades());
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = drained(&mut shutdown) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %Chain(&error), "an HTTP/1 connection broke");
    }
}

/// HTTP/2 until the client, silence or a drain ends it.
pub(super) async fn two<IO, S, B>(io: IO, service: S, terms: Terms)
where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    S: Serve<B>,
    B: Answer,
{
    let Terms { limits, mut shutdown, .. } = terms;
    let load = Arc::new(Load::default());
    let counted = Counted { service, load: Arc::clone(&load) };
    let mut connection = pin!(two_builder(&limits).serve_connection(TokioIo::new(io), counted));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async {
            tokio::select! {
                () = drained(&mut shutdown) => {}
                () = load.idle_for(limits.idle_timeout) => {}
            }
        } => {
            // Streams that stand are finished; new ones need a new connection.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %Chain(&error), "an HTTP/2 connection broke");
    }
}

fn two_builder(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .adaptive_window(false)
        .max_send_buf_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(RESETS_WAITING)
        .max_local_error_reset_streams(RESETS_OF_OURS)
        .keep_alive_interval(limits.idle_timeout)
        .keep_alive_timeout(limits.header_timeout);
    http
}

/// How many exchanges of a connection are under way, and since when there is none.
#[derive(Debug)]
struct Load {
    start: Instant,
    running: AtomicUsize,
    /// Milliseconds after `start`.
    last: AtomicU64,
}

impl Default for Load {
    fn default() -> Load {
        Load { start: Instant::now(), running: AtomicUsize::new(0), last: AtomicU64::new(0) }
    }
}

impl Load {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Ends once nothing has run for that long.
    async fn idle_for(&self, limit: Duration) {
        loop {
            let quiet = Duration::from_millis(self.now().saturating_sub(self.last.load(Ordering::Relaxed)));
            let left = if self.running.load(Ordering::Relaxed) > 0 { limit } else { limit.saturating_sub(quiet) };
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}

/// A service whose load is counted.
struct Counted<S> {
    service: S,
    load: Arc<Load>,
}

impl<S: Service<Request<Incoming>, Future: Unpin>> Service<Request<Incoming>> for Counted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Running<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.load.running.fetch_add(1, Ordering::Relaxed);
        Running { future: self.service.call(request), load: Arc::clone(&self.load) }
    }
}

/// An exchange under way.
struct Running<F> {
    future: F,
    load: Arc<Load>,
}

impl<F: Future + Unpin> Future for Running<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Poll::Ready(ready!(Pin::new(&mut self.future).poll(cx)))
    }
}

impl<F> Drop for Running<F> {
    fn drop(&mut self) {
        self.load.last.store(self.load.now(), Ordering::Relaxed);
        self.load.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An error with what caused it: hyper's own says only the outermost.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
