//! The pool to one site: HTTP/1.1 over TCP or TLS, connections kept for the next request, nothing sent twice.

mod connect;
mod error;
mod tls;
mod watched;

#[cfg(test)]
mod tests;

pub use error::UpstreamError;

use crate::config::{Limits, Upstream};
use bytes::Bytes;
use connect::Connector;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri, Version};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;
use watched::{Progress, Watched};

/// Any error of a body.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What is sent: a body of garim's.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// hyper's least read buffer, in bytes.
const LEAST_BUFFER: usize = 8 << 10;

/// hyper's own number of fields: at it, heads are parsed on the stack.
const FIELDS_ON_STACK: usize = 100;

/// The pool to one site. Cheap to clone; clones share the connections.
#[derive(Debug, Clone)]
pub struct Pool {
    client: Client<Connector, Watched>,
    scheme: Scheme,
    authority: Authority,
    connect_timeout: Duration,
    response_timeout: Duration,
}

impl Pool {
    /// A pool without a connection yet. Reads the authorities of an `https://` site: the private file, else the
    /// system's. Blocking: reads files.
    pub fn new(upstream: &Upstream, limits: &Limits) -> Result<Pool, UpstreamError> {
        let address = connect::Address::new(&upstream.host, upstream.port);
        let authority = address.to_string();
        let authority = authority.parse().map_err(|_| UpstreamError::BadName { host: upstream.host.clone() })?;
        let tls = upstream.tls.then(|| tls::Tls::new(&address, upstream.ca.as_deref())).transpose()?;
        let mut client = Client::builder(TokioExecutor::new());
        client
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(upstream.idle)
            .timer(TokioTimer::new())
            // A post that was half sent may have been taken: sending it again would be a second post.
            .retry_canceled_requests(false)
            .set_host(false)
            .http1_preserve_header_case(true)
            // A soft ceiling: hyper looks after each read, so that a head of nearly twice as much can pass.
            .http1_max_buf_size(limits.header_bytes.max(LEAST_BUFFER));
        if limits.header_count != FIELDS_ON_STACK {
            client.http1_max_headers(limits.header_count);
        }
        Ok(Pool {
            client: client.build(Connector::new(address, tls)),
            scheme: if upstream.tls { Scheme::HTTPS } else { Scheme::HTTP },
            authority,
            connect_timeout: limits.connect_timeout,
            response_timeout: limits.response_timeout,
        })
    }

    /// Sends one request and gives the head of its answer; the body follows as it comes. The request goes out as it
    /// is: its target in origin-form, its `Host` untouched, names of headers in their own case if their extension is
    /// still with it. Connecting may take `connect_timeout`; then the answer's head may stay away `response_timeout`
    /// after the last piece of the body was taken. Dropping the future closes the connection.
    pub async fn send(&self, mut request: Request<Body>) -> Result<Response<Incoming>, UpstreamError> {
        *request.uri_mut() = self.absolute(request.uri());
        *request.version_mut() = Version::HTTP_11;
        let (progress, mut request) = Progress::watch(request);
        let mut connection = capture_connection(&mut request);
        let mut answer = self.client.request(request);

        tokio::select! {
            biased;
            answered = &mut answer => return answered.map_err(UpstreamError::from),
            _ = connection.wait_for_connection_metadata() => {}
            () = tokio::time::sleep(self.connect_timeout) => return Err(UpstreamError::ConnectTimeout),
        }
        self.answered(answer, &progress).await
    }

    /// Waits for the head as long as the request makes progress or its time is not over.
    async fn answered(
        &self,
        mut answer: ResponseFuture,
        progress: &Progress,
    ) -> Result<Response<Incoming>, UpstreamError> {
        progress.touch();
        loop {
            let left = self.response_timeout.saturating_sub(progress.quiet());
            if left.is_zero() {
                return Err(UpstreamError::ResponseTimeout);
            }
            tokio::select! {
                biased;
                answered = &mut answer => return answered.map_err(UpstreamError::from),
                () = tokio::time::sleep(left) => {}
            }
        }
    }

    /// The same target with the site's address, for finding the connection only: hyper writes the target alone.
    fn absolute(&self, target: &Uri) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = target.path_and_query().cloned().or_else(|| Some(PathAndQuery::from_static("/")));
        // All three parts are there, which is all that can be wanting.
        Uri::from_parts(parts).unwrap_or_default()
    }
}
