//! TLS towards the browsers: certificates by name from one map that is swapped whole, and the configuration around it.

mod clients;
mod error;
mod files;
mod own;
mod pem;
mod pfx;
mod table;
mod watch;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::proxy) mod trial;

pub use clients::ClientCertificate;
pub use error::{Problem, TlsError};
pub(in crate::proxy) use pem::{chain, load};
pub use table::Table;
pub use watch::watch;

use crate::config::Settings;
use arc_swap::ArcSwap;
use clients::{Authorities, AuthoritiesId};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, ResolvesServerCert, ServerSessionMemoryCache};
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

/// Sessions remembered for clients of TLS 1.2 without tickets; all others carry theirs in a ticket.
const SESSIONS: usize = 1_024;

/// The alert `unrecognized_name` (RFC 6066 section 3) as a plaintext record: type 21, TLS 1.2 on the wire, two bytes, fatal, 112.
/// rustls would say `access_denied`, which sends the reader looking in the wrong place.
const UNRECOGNIZED_NAME: [u8; 7] = [21, 3, 3, 0, 2, 2, 112];

/// The certificates in use. Handshakes look one up without a lock; [`Certificates::install`] swaps the whole map.
///
/// Who gets which: the site that has the name, a wildcard of its parent, else the site with `*`, else nobody (the alert
/// `unrecognized_name`). A client that names nobody (an address in the URL, an old health check) gets the certificate
/// of `*`, else of the first site with an address among its hosts, else of the first site: a certificate is no secret,
/// the client compares the name itself, and the `Host` it then sends is judged by itself.
#[derive(Debug)]
pub struct Certificates {
    table: ArcSwap<Table>,
}

impl Certificates {
    /// Reads every certificate of the settings; all mistakes are told at once. Blocking: reads files.
    pub fn load(settings: &Settings) -> Result<Arc<Certificates>, Vec<TlsError>> {
        Ok(Arc::new(Certificates { table: ArcSwap::from_pointee(Table::load(settings, None)?) }))
    }

    /// Reads for new settings without putting anything in use; certificates garim made itself are kept for hosts that
    /// stay. Blocking: reads files.
    pub fn prepare(&self, settings: &Settings) -> Result<Table, Vec<TlsError>> {
        Table::load(settings, Some(&self.table.load()))
    }

    /// Puts a whole map in use. Connections that stand keep theirs; tickets stay good.
    pub fn install(&self, table: Table) {
        self.table.store(Arc::new(table));
    }

    /// The certificate for the name a client asks for, in any case; `None` for one that asks for no name.
    pub fn find(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        self.table.load().find(name).cloned()
    }

    /// How many names there are.
    pub fn names(&self) -> usize {
        self.table.load().names()
    }

    /// Whose certificates a site believes, if it asks for any.
    fn authorities_of(&self, site: &str) -> Option<AuthoritiesId> {
        self.table.load().authorities_of(site)
    }

    fn table(&self) -> Arc<Table> {
        self.table.load_full()
    }

    /// Swaps only if `old` is still in use.
    fn replace(&self, old: &Arc<Table>, new: Table) -> bool {
        Arc::ptr_eq(old, &self.table.compare_and_swap(old, Arc::new(new)))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.find(hello.server_name())
    }
}

/// What a TLS listener needs: the certificates and one configuration around them. Made once per process: the key of the
/// tickets lives in it, so a reload that only swaps certificates lets clients resume.
#[derive(Debug, Clone)]
pub struct Front {
    certificates: Arc<Certificates>,
    config: Arc<ServerConfig>,
    /// For sites that ask for certificates of clients: one for all that believe the same authorities. Tickets and sessions are its
    /// own, so that what was shown to others is never resumed here.
    asking: Arc<Mutex<HashMap<AuthoritiesId, Arc<ServerConfig>>>>,
}

impl Front {
    /// Builds the configuration. Fails only if the library cannot make a ticket key.
    pub fn new(certificates: Arc<Certificates>) -> Result<Front, rustls::Error> {
        let config = server_config(Arc::clone(&certificates), None)?;
        Ok(Front { certificates, config, asking: Arc::default() })
    }

    /// The certificates behind it.
    pub fn certificates(&self) -> &Arc<Certificates> {
        &self.certificates
    }

    /// One handshake at a port of ours, and the certificate that the client has shown, if any. The caller bounds its time. A name
    /// that no site has is told so by its alert.
    pub async fn accept<IO>(&self, io: IO, port: u16) -> io::Result<(TlsStream<IO>, Option<ClientCertificate>)>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let mut start = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), io).await?;
        let name = start.client_hello().server_name().map(str::to_owned);
        if self.certificates.find(name.as_deref()).is_none() {
            start.io.write_all(&UNRECOGNIZED_NAME).await?;
            start.io.shutdown().await?;
            // Without the name: whatever a client writes into it would stand in a log.
            return Err(io::Error::new(io::ErrorKind::NotFound, "no site has the name that was asked for"));
        }
        let table = self.certificates.table();
        let Some(authorities) = table.clients(name.as_deref(), port) else {
            return Ok((start.into_stream(Arc::clone(&self.config)).await?, None));
        };
        let config = self.asking(&table, authorities).map_err(io::Error::other)?;
        let stream = start.into_stream(config).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let read = |shown| ClientCertificate::read(Arc::clone(&self.certificates), authorities.id, shown);
        let client = shown.and_then(read);
        Ok((stream, client))
    }

    /// The configuration for clients of sites that believe these authorities; those that no site believes any more are let go.
    fn asking(&self, table: &Table, authorities: &Authorities) -> Result<Arc<ServerConfig>, rustls::Error> {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = asking.get(&authorities.id) {
            return Ok(Arc::clone(config));
        }
        let config = server_config(Arc::clone(&self.certificates), Some(Arc::clone(&authorities.verifier)))?;
        asking.retain(|id, _| table.believes(id));
        asking.insert(authorities.id, Arc::clone(&config));
        Ok(config)
    }
}

/// TLS 1.2 and 1.3, `h2` and `http/1.1`, tickets under a key of the process, no early data (it can be replayed).
fn server_config(
    certificates: Arc<Certificates>,
    clients: Option<Arc<dyn ClientCertVerifier>>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?;
    let builder = match clients {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    Ok(Arc::new(config))
}
