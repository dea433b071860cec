//! Making a connection to one site.

use super::UpstreamError;
use super::tls::Tls;
use super::turn::Turn;
use super::way::Way;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Where a site is.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// A name, or an address without brackets.
    host: String,
    port: u16,
}

impl Address {
    /// Takes an IPv6 address with or without brackets.
    pub(super) fn new(host: &str, port: u16) -> Address {
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        Address { host: bare.to_owned(), port }
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Makes connections to one site.
#[derive(Clone)]
pub(super) struct Connector {
    address: Arc<Address>,
    tls: Option<Arc<Tls>>,
    http: http1::Builder,
}

impl Connector {
    pub(super) fn new(address: Address, tls: Option<Tls>, http: http1::Builder) -> Connector {
        Connector { address: Arc::new(address), tls: tls.map(Arc::new), http }
    }

    /// A connection that is ready for its first request. It may take as long as the system and the site let it.
    pub(super) async fn connect(&self) -> Result<Way, UpstreamError> {
        let failed = |cause: io::Error| UpstreamError::Connect { to: self.address.to_string(), cause: Arc::new(cause) };
        // Every address of the name is tried in turn, in the resolver's order.
        let stream = TcpStream::connect((self.address.host.as_str(), self.address.port)).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let link: Box<dyn Duplex> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => Box::new(
                tls.connect(stream)
                    .await
                    .map_err(|cause| UpstreamError::Tls { to: self.address.to_string(), cause: Arc::new(cause) })?,
            ),
        };
        let (sender, connection) = self.http.handshake(TokioIo::new(Link { io: link, turn: Turn::default() })).await?;
        Ok(Way::new(sender, connection))
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("address", &self.address).field("tls", &self.tls.is_some()).finish()
    }
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<IO: AsyncRead + AsyncWrite + Send + Unpin> Duplex for IO {}

/// A connection, with TLS or without. What is sent by it waits for its [`Turn`].
pub(super) struct Link {
    io: Box<dyn Duplex>,
    turn: Turn,
}

impl AsyncRead for Link {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if !self.turn.has_come(cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if !self.turn.has_come(cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        if flushed.is_ready() {
            self.turn.is_over();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
