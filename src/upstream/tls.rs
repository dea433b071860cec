//! TLS towards a site: whom to believe, and the name it must prove.

use super::UpstreamError;
use super::connect::Address;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Handshakes with one site.
#[derive(Clone)]
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// TLS 1.2 and 1.3, `http/1.1` only; believes the file's authorities alone if there is one, else the system's.
    pub(super) fn new(address: &Address, ca: Option<&Path>) -> Result<Tls, UpstreamError> {
        let host = address.host();
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| UpstreamError::BadName { host: host.to_owned() })?;
        let roots = match ca {
            Some(file) => private(file)?,
            None => system()?,
        };
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| UpstreamError::Authorities { file: PathBuf::new(), reason: error.to_string() })?;
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls { connector: TlsConnector::from(Arc::new(config)), name })
    }

    pub(super) async fn connect(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), stream).await
    }
}

fn private(file: &Path) -> Result<RootCertStore, UpstreamError> {
    let failed = |reason: String| UpstreamError::Authorities { file: file.to_owned(), reason };
    let bytes = std::fs::read(file).map_err(|error| {
        failed(format!("cannot be read ({error}); check the path and that garim's user may read it"))
    })?;
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
fn system() -> Result<RootCertStore, UpstreamError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let reason = "there are none: install the package ca-certificates, or name a file in `upstream_ca`";
        let file = PathBuf::from("the system's certificate authorities");
        return Err(UpstreamError::Authorities { file, reason: reason.to_owned() });
    }
    Ok(roots)
}
