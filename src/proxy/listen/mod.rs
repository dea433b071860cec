//! Where connections begin: bind, accept within a cap, shake hands, serve, and drain when told to.

mod ahead;
mod bind;
mod http;
mod patience;
mod told;
mod unsecured;

#[cfg(test)]
mod tests;

pub use bind::{BindError, bind};
pub use http::{CONNECTION_WINDOW, STREAM_WINDOW};
pub use told::whose;

use super::metrics::Metrics;
use super::tls::{ClientCertificate, Front};
use crate::config::Limits;
use crate::upstream::BoxError;
use ahead::Ahead;
use arc_swap::ArcSwap;
use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper::{Request, Response};
use patience::Patient;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::Receiver;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};

/// Turns true when connections are to be drained; a sender that is gone means the same.
pub type Shutdown = Receiver<bool>;

/// Held as long as a connection lives; what it stands for (a piece of the byte budget) is given back when it drops.
pub type Guard = Box<dyn Send + Sync>;

/// Asked before a connection is served; `None` closes it at once.
pub type Admit = Arc<dyn Fn() -> Option<Guard> + Send + Sync>;

/// The first and the longest pause after an accept that failed for want of something (descriptors, memory).
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Its address; behind a balancer that says it (`server.proxy_protocol`), the one that was said.
    pub addr: SocketAddr,
    /// Ours, that it came to.
    pub local: SocketAddr,
    /// The name it asked for in the handshake, in lower case.
    pub sni: Option<Arc<str>>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Whether it speaks HTTP/2.
    pub h2: bool,
    /// The certificate that it has shown, if it was asked for one.
    pub certificate: Option<Arc<ClientCertificate>>,
}

/// What all listeners have in common: the caps, and who may come in.
#[derive(Clone)]
pub struct Door {
    limits: Arc<ArcSwap<Limits>>,
    slots: Arc<Semaphore>,
    admit: Admit,
    /// Only a bench opens it without the gate.
    gated: bool,
    /// Where connections have to begin with a header of the PROXY protocol: where those that do not are counted.
    told: Option<Arc<Metrics>>,
}

impl Door {
    /// A door with `limits.connections` places, shared by every listener it is given to.
    pub fn new(limits: Limits, admit: Admit) -> Door {
        let slots = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
        Door { limits: Arc::new(ArcSwap::from_pointee(limits)), slots, admit, gated: true, told: None }
    }

    /// The same without the [gate](super::gate), to measure what the gate costs. Never for real traffic.
    #[must_use]
    pub fn without_gate(self) -> Door {
        Door { gated: false, ..self }
    }

    /// The same for listeners whose connections have to begin with a header of the PROXY protocol, which says whose they are.
    /// Those that do not are closed, logged, and counted there.
    #[must_use]
    pub fn told_whose(self, metrics: Arc<Metrics>) -> Door {
        Door { told: Some(metrics), ..self }
    }

    /// Limits for connections to come; those that stand keep theirs. The number of places is that of the start.
    pub fn set_limits(&self, limits: Limits) {
        self.limits.store(Arc::new(limits));
    }

    /// Waits for a place, then for a connection. Beyond the cap clients wait in the backlog of the kernel.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        let mut pause = PAUSE.0;
        loop {
            let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else {
                return std::future::pending().await; // the semaphore is never closed
            };
            match listener.accept().await {
                Ok((stream, addr)) => return (stream, addr, slot),
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection; trying again");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2).min(PAUSE.1);
                }
            }
        }
    }
}

/// Errors of a connection that was gone before it was accepted (`accept(2)`), not of ours.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// A hyper service of garim's: it never fails, and its future is boxed, so that an idle connection stays small (hyper
/// allocates the room of the future with the connection).
///
/// A request whose extensions hold a [`HeadFault`](super::gate::HeadFault) is to be refused with 400: it stands in the
/// place of one that the gate has refused, and nothing else in it means anything.
pub trait Serve<B>:
    Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Future + Send + Unpin + 'static>
    + Send
    + 'static
{
}

impl<S, B> Serve<B> for S where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Future + Send + Unpin + 'static>
        + Send
        + 'static
{
}

/// A body that garim answers with.
pub trait Answer: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static {}

impl<B> Answer for B where B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static {}

/// Serves HTTP/1.1 and HTTP/2 over TLS. `make` gives each connection its service. Returns when `shutdown` has turned
/// true and every connection has ended by itself; dropping the future (say, at the end of the time for a drain) ends
/// those that are left.
pub async fn serve_tls<M, S, B>(listener: TcpListener, door: Door, front: Front, make: M, shutdown: Shutdown)
where
    M: Fn(Peer) -> S + Clone + Send + 'static,
    S: Serve<B>,
    B: Answer,
{
    accept(listener, door, shutdown, move |stream, addr, terms| {
        secure(stream, addr, terms, front.clone(), make.clone())
    })
    .await;
}

/// Serves HTTP/1.1 without TLS: operations, redirects, the demonstration board. As [`serve_tls`] otherwise.
pub async fn serve_plain<M, S, B>(listener: TcpListener, door: Door, make: M, shutdown: Shutdown)
where
    M: Fn(Peer) -> S + Clone + Send + 'static,
    S: Serve<B>,
    B: Answer,
{
    accept(listener, door, shutdown, move |stream, addr, terms| plain(stream, addr, terms, make.clone())).await;
}

/// What a connection is served by.
struct Terms {
    limits: Limits,
    gated: bool,
    shutdown: Shutdown,
}

/// The accept loop: a place, a connection, a task for it; until told to stop, and then until the tasks are done.
async fn accept<C, F>(listener: TcpListener, door: Door, mut shutdown: Shutdown, connection: C)
where
    C: Fn(TcpStream, SocketAddr, Terms) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    loop {
        let (stream, addr, slot) = tokio::select! {
            biased;
            () = drained(&mut shutdown) => break,
            Some(ended) = tasks.join_next() => {
                tell_of_panic(ended);
                continue;
            }
            next = door.next(&listener) => next,
        };
        let Some(guard) = (door.admit)() else {
            tracing::debug!(client = %addr, "a connection was not admitted");
            continue;
        };
        let _ = stream.set_nodelay(true);
        let terms = Terms { limits: **door.limits.load(), gated: door.gated, shutdown: shutdown.clone() };
        let (told, connection) = (door.told.clone(), connection.clone());
        tasks.spawn(async move {
            let mut stream = stream;
            let whose = match &told {
                Some(metrics) => whose_it_is(&mut stream, addr, &terms, metrics).await,
                None => Some(addr),
            };
            if let Some(addr) = whose {
                connection(stream, addr, terms).await;
            }
            drop((slot, guard));
        });
    }
    drop(listener);
    while let Some(ended) = tasks.join_next().await {
        tell_of_panic(ended);
    }
}

/// Reads whose a connection is from its PROXY header; `None` when it is to be closed.
async fn whose_it_is(stream: &mut TcpStream, addr: SocketAddr, terms: &Terms, metrics: &Metrics) -> Option<SocketAddr> {
    match told::read(stream, addr, terms.limits.header_timeout).await {
        Ok(whose) => whose,
        Err(wrong) => {
            metrics.proxy_header(wrong.name());
            tracing::warn!(peer = %addr, %wrong, "a connection was closed");
            None
        }
    }
}

/// Ends when connections are to be drained.
async fn drained(shutdown: &mut Shutdown) {
    let _ = shutdown.wait_for(|down| *down).await;
}

fn tell_of_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!("a connection's task panicked; the connection was closed");
    }
}

/// One connection over TLS.
async fn secure<M, S, B>(stream: TcpStream, addr: SocketAddr, terms: Terms, front: Front, make: M)
where
    M: Fn(Peer) -> S,
    S: Serve<B>,
    B: Answer,
{
    let Ok(local) = stream.local_addr() else { return };
    let shaken = async {
        if unsecured::is_http(&stream).await {
            return Err(stream);
        }
        Ok(front.accept(Ahead::new(stream), local.port()).await)
    };
    let (stream, certificate) = match tokio::time::timeout(terms.limits.handshake_timeout, shaken).await {
        Ok(Err(stream)) => {
            tracing::debug!(client = %addr, "HTTP without TLS where TLS is spoken");
            return unsecured::refuse(stream).await;
        }
        Ok(Ok(Ok(accepted))) => accepted,
        Ok(Ok(Err(error))) => return tracing::debug!(client = %addr, %error, "no handshake"),
        Err(_) => return tracing::debug!(client = %addr, "no handshake in time"),
    };
    let (_, tls) = stream.get_ref();
    let h2 = tls.alpn_protocol() == Some(b"h2");
    let sni = tls.server_name().map(|name| Arc::from(name.to_ascii_lowercase()));
    let service = make(Peer { addr, local, sni, tls: true, h2, certificate: certificate.map(Arc::new) });
    let stream = Patient::new(stream, terms.limits.idle_timeout);
    if h2 {
        http::two(stream, service, terms).await;
    } else {
        http::one(stream, service, terms).await;
    }
}

/// One connection without TLS.
async fn plain<M, S, B>(stream: TcpStream, addr: SocketAddr, terms: Terms, make: M)
where
    M: Fn(Peer) -> S,
    S: Serve<B>,
    B: Answer,
{
    let Ok(local) = stream.local_addr() else { return };
    let service = make(Peer { addr, local, sni: None, tls: false, h2: false, certificate: None });
    http::one(Patient::new(stream, terms.limits.idle_timeout), service, terms).await;
}
