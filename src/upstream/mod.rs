//! The pool to one site: HTTP/1.1 over TCP or TLS, connections kept for the next request, nothing sent twice.
//!
//! A connection has no task of its own: it is driven by whoever waits for its answer, and rests between two of them.

mod connect;
mod error;
mod servers;
mod site_body;
mod tls;
mod turn;
mod watched;
mod way;

#[cfg(test)]
mod tests;

pub use error::UpstreamError;
pub use servers::Servers;
pub use site_body::SiteBody;
pub use turn::Turn;

use crate::config::{Limits, Upstream};
use bytes::Bytes;
use connect::Connector;
use http::{Request, Response, StatusCode, Version};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use watched::{Progress, Watched};
use way::{Resting, Way};

/// Any error of a body.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What is sent: a body of garim's.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// The pool to one site. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Pool {
    connector: Connector,
    resting: Arc<Resting>,
    connect_timeout: Duration,
    response_timeout: Duration,
}

impl Pool {
    /// A pool without a connection yet. Reads the authorities of an `https://` site: the private file, else the
    /// system's. Blocking: reads files.
    pub fn new(upstream: &Upstream, limits: &Limits) -> Result<Pool, UpstreamError> {
        let address = connect::Address::new(&upstream.host, upstream.port);
        if address.to_string().parse::<http::uri::Authority>().is_err() {
            return Err(UpstreamError::BadName { host: upstream.host.clone() });
        }
        let tls = upstream.tls.then(|| tls::Tls::new(&address, upstream.ca.as_deref())).transpose()?;
        Ok(Pool {
            connector: Connector::new(address, tls, way::builder(limits)),
            resting: Arc::new(Resting::new(upstream.idle)),
            connect_timeout: limits.connect_timeout,
            response_timeout: limits.response_timeout,
        })
    }

    /// Sends one request and gives the head of its answer; the body follows as it comes. The request goes out as it
    /// is: its target in origin-form, its `Host` untouched, names of headers in their own case if their extension is
    /// still with it. Connecting may take `connect_timeout`; then the answer's head may stay away `response_timeout`
    /// after the last piece of the body was taken. Dropping the future closes the connection.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<SiteBody>, UpstreamError> {
        let way = self.reach().await?;
        self.send_by(way, request).await
    }

    /// A connection, which may take `connect_timeout`. Nothing is sent yet.
    async fn reach(&self) -> Result<Box<Way>, UpstreamError> {
        if let Some(way) = self.resting.take().await {
            return Ok(way);
        }
        // In a box: it is large, and most requests have none of it.
        let connected = timeout(self.connect_timeout, Box::pin(self.connector.connect())).await;
        Ok(Box::new(connected.map_err(|_| UpstreamError::ConnectTimeout)??))
    }

    async fn send_by(
        &self,
        mut way: Box<Way>,
        mut request: Request<Body>,
    ) -> Result<Response<SiteBody>, UpstreamError> {
        *request.version_mut() = Version::HTTP_11;
        let (progress, request) = Progress::watch(request);
        let answered = self.answered(&mut way, request, &progress).await?;
        if answered.status() == StatusCode::SWITCHING_PROTOCOLS {
            // The switch is the connection's own work, and the last.
            tokio::spawn(way.end());
            return Ok(answered.map(SiteBody::alone));
        }
        Ok(answered.map(|body| SiteBody::new(body, way, Arc::clone(&self.resting))))
    }

    /// Waits for the head as long as the request makes progress or its time is not over.
    async fn answered(
        &self,
        way: &mut Way,
        request: Request<Watched>,
        progress: &Progress,
    ) -> Result<Response<Incoming>, UpstreamError> {
        let mut answer = pin!(way.sender.send_request(request));
        let mut timer = pin!(sleep_until(Instant::now() + self.response_timeout));
        let connection = &mut way.connection;
        poll_fn(|cx| {
            let ended = connection.poll_ended(cx);
            if let Poll::Ready(answered) = answer.as_mut().poll(cx) {
                return Poll::Ready(answered.map_err(UpstreamError::from));
            }
            if ended {
                return Poll::Ready(Err(UpstreamError::Closed));
            }
            while timer.as_mut().poll(cx).is_ready() {
                let left = self.response_timeout.saturating_sub(progress.quiet());
                if left.is_zero() {
                    return Poll::Ready(Err(UpstreamError::ResponseTimeout));
                }
                timer.as_mut().reset(Instant::now() + left);
            }
            Poll::Pending
        })
        .await
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("connector", &self.connector).finish_non_exhaustive()
    }
}
