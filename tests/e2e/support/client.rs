//! A real TLS client that verifies, over HTTP/1.1 and HTTP/2.

use super::wire::{Wire, plain};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its fields.
    pub headers: HeaderMap,
    /// Its body; what came of it before it broke off, if it did.
    pub body: Bytes,
    /// Whether the body came to its proper end.
    pub whole: bool,
    /// Whether trailers came after it.
    pub trailers: bool,
}

impl Answer {
    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A field as text; empty if it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All values of a field.
    pub fn fields(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

/// Which HTTP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Http {
    /// HTTP/1.1.
    One,
    /// HTTP/2.
    Two,
}

impl Http {
    /// Both.
    pub const BOTH: [Http; 2] = [Http::One, Http::Two];
}

/// A client of one program.
#[derive(Clone)]
pub struct Client {
    port: u16,
    verifier: Arc<dyn ServerCertVerifier>,
    /// The certificate that it shows, if it is asked for one.
    shown: Option<Arc<SingleCertAndKey>>,
    /// What it says before the handshake, in pieces.
    said: Vec<Vec<u8>>,
}

impl Client {
    /// Believes in one authority only.
    pub fn new(port: u16, authority: &str) -> Client {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
            roots.add(certificate.expect("PEM")).expect("an authority");
        }
        let provider = Arc::new(default_provider());
        let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Client { port, verifier: verifier.expect("a verifier"), shown: None, said: Vec::new() }
    }

    /// Believes whoever answers, as `curl -k` does.
    pub fn credulous(port: u16) -> Client {
        Client { port, verifier: Arc::new(Anyone), shown: None, said: Vec::new() }
    }

    /// The same, showing a certificate where it is asked for one.
    pub fn showing(self, certificate: CertifiedKey) -> Client {
        Client { shown: Some(Arc::new(certificate.into())), ..self }
    }

    /// The same, saying something before the handshake, a piece at a time, as a balancer does.
    pub fn saying(self, pieces: &[&[u8]]) -> Client {
        Client { said: pieces.iter().map(|piece| piece.to_vec()).collect(), ..self }
    }

    /// What handshakes are made with; those that share it resume each other's sessions.
    pub fn config(&self, versions: &[&'static SupportedProtocolVersion], alpn: &[&[u8]]) -> Arc<ClientConfig> {
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .expect("versions")
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&self.verifier));
        let mut config = match &self.shown {
            Some(shown) => builder.with_client_cert_resolver(Arc::<SingleCertAndKey>::clone(shown)),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Arc::new(config)
    }

    /// A handshake under this name.
    pub async fn handshake(&self, name: &str, config: Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
        let mut tcp = TcpStream::connect(("127.0.0.1", self.port)).await?;
        tcp.set_nodelay(true)?;
        for piece in &self.said {
            tcp.write_all(piece).await?;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        TlsConnector::from(config).connect(name, tcp).await
    }

    /// A TLS connection to `localhost` with these protocols offered.
    pub async fn connect(&self, alpn: &[&[u8]]) -> TlsStream<TcpStream> {
        self.handshake("localhost", self.config(&[&TLS13, &TLS12], alpn)).await.expect("a handshake that verifies")
    }

    /// A connection for literal bytes.
    pub async fn wire(&self) -> Wire {
        Wire::new(self.connect(&[b"http/1.1"]).await)
    }

    /// A connection for several requests.
    pub async fn keep(&self, http: Http) -> Kept {
        let port = self.port;
        match http {
            Http::One => {
                let io = TokioIo::new(self.connect(&[b"http/1.1"]).await);
                let (sender, connection) = http1::handshake(io).await.expect("HTTP/1.1");
                tokio::spawn(connection);
                Kept { port, sender: Sender::One(sender) }
            }
            Http::Two => {
                let io = TokioIo::new(self.connect(&[b"h2"]).await);
                let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
                tokio::spawn(connection);
                Kept { port, sender: Sender::Two(sender) }
            }
        }
    }

    /// Sends a request on a connection of its own.
    pub async fn over(&self, http: Http, request: Request<impl Into<Bytes>>) -> Answer {
        self.keep(http).await.send(request).await
    }

    /// Sends a request over HTTP/1.1. `Host` is set unless it is there.
    pub async fn send(&self, request: Request<impl Into<Bytes>>) -> Answer {
        self.over(Http::One, request).await
    }

    /// A GET over HTTP/1.1.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Bytes::new()).expect("a request")).await
    }

    /// A POST over HTTP/1.1.
    pub async fn post(&self, path: &str, content_type: &str, body: impl Into<Bytes>) -> Answer {
        let request = Request::post(path).header("content-type", content_type).body(body).expect("a request");
        self.send(request).await
    }

    /// Sends literal bytes that end their connection, and gives everything that comes back.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut wire = self.wire().await;
        wire.send(bytes).await;
        wire.rest().await
    }
}

/// A connection that is kept.
pub struct Kept {
    port: u16,
    sender: Sender,
}

enum Sender {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

impl Kept {
    /// Sends a request, and fails if the connection is gone.
    pub async fn send(&mut self, request: Request<impl Into<Bytes>>) -> Answer {
        let mut request = request.map(|body| Full::new(body.into()));
        let answered = match &mut self.sender {
            Sender::One(sender) => {
                let host = format!("localhost:{}", self.port).parse().expect("a host");
                request.headers_mut().entry("host").or_insert(host);
                sender.ready().await.expect("a connection that stands");
                sender.send_request(request).await
            }
            Sender::Two(sender) => {
                let target = format!("https://localhost:{}{}", self.port, request.uri());
                *request.uri_mut() = target.parse().expect("a target");
                sender.ready().await.expect("a connection that stands");
                sender.send_request(request).await
            }
        };
        whole(answered.expect("an answer")).await
    }

    /// Sends a GET.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Bytes::new()).expect("a request")).await
    }
}

async fn whole(response: http::Response<hyper::body::Incoming>) -> Answer {
    let (head, mut body) = response.into_parts();
    let (mut bytes, mut whole, mut trailers) = (Vec::new(), true, false);
    while let Some(frame) = body.frame().await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) => bytes.extend_from_slice(&data),
            Ok(Err(_)) => trailers = true,
            Err(_) => {
                whole = false;
                break;
            }
        }
    }
    Answer { status: head.status, headers: head.headers, body: bytes.into(), whole, trailers }
}

/// A GET without TLS: status and body.
pub async fn plain_get(port: u16, path: &str) -> (u16, String) {
    let mut wire = plain(port).await;
    wire.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await;
    let answer = wire.rest().await;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// Takes every certificate.
#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}
