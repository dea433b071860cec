//! A real TLS client that verifies, over HTTP/1.1 and HTTP/2, and one that speaks literal bytes.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
}

/// A client of one program.
#[derive(Clone)]
pub struct Client {
    port: u16,
    roots: Arc<rustls::RootCertStore>,
}

impl Client {
    /// Believes in one authority only.
    pub fn new(port: u16, authority: &str) -> Client {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
            roots.add(certificate.expect("PEM")).expect("an authority");
        }
        Client { port, roots: Arc::new(roots) }
    }

    /// A TLS connection to `localhost` with these protocols offered.
    pub async fn connect(&self, alpn: &[&[u8]]) -> TlsStream<TcpStream> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(Arc::clone(&self.roots))
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).await.expect("connected");
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, tcp).await.expect("a handshake that verifies")
    }

    /// Sends a request over HTTP/1.1. `Host` is set unless it is there.
    pub async fn send(&self, request: Request<impl Into<Bytes>>) -> Answer {
        let io = TokioIo::new(self.connect(&[b"http/1.1"]).await);
        let (mut sender, connection) = http1::handshake(io).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        let mut request = request.map(|body| Full::new(body.into()));
        let host = format!("localhost:{}", self.port).parse().expect("a host");
        request.headers_mut().entry("host").or_insert(host);
        whole(sender.send_request(request).await.expect("an answer")).await
    }

    /// Sends a request over HTTP/2.
    pub async fn send_h2(&self, request: Request<impl Into<Bytes>>) -> Answer {
        let io = TokioIo::new(self.connect(&[b"h2"]).await);
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
        tokio::spawn(connection);
        let mut request = request.map(|body| Full::new(body.into()));
        let target = format!("https://localhost:{}{}", self.port, request.uri());
        *request.uri_mut() = target.parse().expect("a target");
        whole(sender.send_request(request).await.expect("an answer")).await
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

    /// Sends literal bytes, and gives everything that comes back until the connection ends or `patience` is over.
    pub async fn raw(&self, bytes: &[u8], patience: std::time::Duration) -> Vec<u8> {
        let mut stream = self.connect(&[b"http/1.1"]).await;
        stream.write_all(bytes).await.expect("sent");
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(patience, async {
            while stream.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {}
        })
        .await;
        answer
    }
}

async fn whole(response: http::Response<hyper::body::Incoming>) -> Answer {
    let (head, mut body) = response.into_parts();
    let (mut bytes, mut whole) = (Vec::new(), true);
    while let Some(frame) = body.frame().await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) => bytes.extend_from_slice(&data),
            Ok(Err(_)) => {}
            Err(_) => {
                whole = false;
                break;
            }
        }
    }
    Answer { status: head.status, headers: head.headers, body: bytes.into(), whole }
}

/// A GET without TLS: status and body.
pub async fn plain_get(port: u16, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}
