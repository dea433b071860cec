//! A connection to a receiver, with TLS or without.

use super::AlertError;
use crate::config::alert::Peer;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Bytes both ways.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<IO: AsyncRead + AsyncWrite + Send + Unpin> Duplex for IO {}

/// Makes connections to one receiver, a new one for each message: alerts are rare.
pub(super) struct Link {
    peer: Peer,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Link {
    pub(super) fn plain(peer: &Peer) -> Link {
        Link { peer: peer.clone(), tls: None }
    }

    /// TLS 1.2 and 1.3; believes the file's authorities alone if there is one, else the system's.
    pub(super) fn tls(peer: &Peer, ca: Option<&Path>) -> Result<Link, AlertError> {
        let name = ServerName::try_from(peer.host.clone()).map_err(|_| AlertError::BadName(peer.host.clone()))?;
        let roots = match ca {
            Some(file) => private(file)?,
            None => system()?,
        };
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| AlertError::Tls(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Link { peer: peer.clone(), tls: Some((TlsConnector::from(Arc::new(config)), name)) })
    }

    pub(super) async fn connect(&self) -> io::Result<Box<dyn Duplex>> {
        // Every address of the name is tried in turn.
        let stream = TcpStream::connect((self.peer.host.as_str(), self.peer.port)).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some((tls, name)) => Ok(Box::new(tls.connect(name.clone(), stream).await?)),
        }
    }
}

/// Host and port, as in a URL.
pub(super) fn place(peer: &Peer) -> String {
    if peer.host.contains(':') {
        format!("[{}]:{}", peer.host, peer.port)
    } else {
        format!("{}:{}", peer.host, peer.port)
    }
}

/// The bytes of a file that is named in `[alert]`.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, AlertError> {
    std::fs::read(file).map_err(|error| AlertError::File {
        file: file.to_owned(),
        reason: format!("cannot be read ({error}); check the path and that garim's user may read it"),
    })
}

fn private(file: &Path) -> Result<RootCertStore, AlertError> {
    let failed = |reason: String| AlertError::File { file: file.to_owned(), reason };
    let bytes = read(file)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|error| failed(format!("is not PEM ({error})")))?;
        roots.add(certificate).map_err(|error| failed(format!("holds a certificate that cannot be used ({error})")))?;
    }
    if roots.is_empty() {
        return Err(failed("holds no certificate (-----BEGIN CERTIFICATE-----) of an authority".to_owned()));
    }
    Ok(roots)
}

/// The authorities of the system; those of them that cannot be read are passed over, as every client does.
fn system() -> Result<RootCertStore, AlertError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let reason = "there are none: install the package ca-certificates, or name a file in `ca` of [alert]";
        let file = PathBuf::from("the system's certificate authorities");
        return Err(AlertError::File { file, reason: reason.to_owned() });
    }
    Ok(roots)
}
