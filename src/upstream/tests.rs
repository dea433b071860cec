//! Sites played by bare sockets; every wait is bounded.

use super::*;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Frame;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

const SOON: Duration = Duration::from_secs(10);

fn upstream(port: u16) -> Upstream {
    Upstream { tls: false, host: "127.0.0.1".to_owned(), port, ca: None, idle: Duration::from_secs(4) }
}

fn limits() -> Limits {
    let short = Duration::from_millis(400);
    Limits { connect_timeout: short, response_timeout: short, ..Limits::default() }
}

fn get(path: &str) -> Request<Body> {
    let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
    Request::get(path).header("Host", "board.example.kr").body(body).expect("a request")
}

fn post(body: Body) -> Request<Body> {
    Request::post("/write").header("Host", "board.example.kr").body(body).expect("a request")
}

fn full(text: &'static str) -> Body {
    Full::from(text).map_err(|never| match never {}).boxed_unsync()
}

async fn send(pool: &Pool, request: Request<Body>) -> Result<String, UpstreamError> {
    let answer = timeout(SOON, pool.send(request)).await.expect("in time")?;
    let body = timeout(SOON, answer.into_body().collect()).await.expect("in time").expect("a body").to_bytes();
    Ok(String::from_utf8_lossy(&body).into_owned())
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// Reads up to the end of a head; `None` at the end of the connection.
async fn head(io: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(io.read_u8().await.ok()?);
    }
    Some(seen)
}

async fn answer(io: &mut (impl AsyncWrite + Unpin), text: &str) {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len());
    io.write_all(answer.as_bytes()).await.expect("written");
    io.flush().await.expect("flushed");
}

#[tokio::test]
async fn a_site_that_is_down() {
    let (listener, port) = listener().await;
    drop(listener);
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    let error = send(&pool, get("/")).await.expect_err("nobody there");
    let UpstreamError::Connect { to, cause } = &error else { panic!("{error:?}") };
    assert_eq!(
        (to.as_str(), cause.kind()),
        (format!("127.0.0.1:{port}").as_str(), std::io::ErrorKind::ConnectionRefused)
    );
}

#[tokio::test]
async fn a_site_that_is_slow() {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        head(&mut stream).await;
        std::future::pending::<()>().await;
    });
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    let error = send(&pool, get("/")).await.expect_err("no answer");
    assert!(matches!(error, UpstreamError::ResponseTimeout), "{error:?}");
}

#[tokio::test]
async fn a_site_that_never_shakes_hands() {
    let (_listener, port) = listener().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (ca, _) = authority(folder.path(), &["127.0.0.1"]);
    let pool = Pool::new(&Upstream { tls: true, ca: Some(ca), ..upstream(port) }, &limits()).expect("a pool");
    let error = send(&pool, get("/")).await.expect_err("no handshake");
    assert!(matches!(error, UpstreamError::ConnectTimeout), "{error:?}");
}

/// A body of so many pieces, each after a pause; then an error, if there is one.
struct Slow {
    left: usize,
    pause: Pin<Box<tokio::time::Sleep>>,
    error: Option<&'static str>,
}

const PAUSE: Duration = Duration::from_millis(60);

impl Slow {
    fn body(left: usize, error: Option<&'static str>) -> Body {
        Slow { left, pause: Box::pin(tokio::time::sleep(PAUSE)), error }.boxed_unsync()
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        std::task::ready!(self.pause.as_mut().poll(cx));
        if self.left == 0 {
            return Poll::Ready(self.error.take().map(|error| Err(error.into())));
        }
        self.left -= 1;
        self.pause = Box::pin(tokio::time::sleep(PAUSE));
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"piece")))))
    }
}

#[tokio::test]
async fn a_long_upload_is_no_slow_site() {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut seen = Vec::new();
        while !seen.ends_with(b"0\r\n\r\n") {
            seen.push(stream.read_u8().await.expect("a byte"));
        }
        answer(&mut stream, "taken").await;
        std::future::pending::<()>().await;
    });
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    // Longer than `response_timeout` in all, and never so long without a piece.
    assert_eq!(send(&pool, post(Slow::body(9, None))).await.expect("an answer"), "taken");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_ours() {
    let (listener, port) = listener().await;
    let site = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut seen = Vec::new();
        stream.read_to_end(&mut seen).await.expect("an end");
        seen
    });
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    let error = send(&pool, post(Slow::body(1, Some("the disk is gone")))).await.expect_err("no whole body");
    assert!(matches!(error, UpstreamError::Body { .. }), "{error:?}");
    let seen = timeout(SOON, site).await.expect("in time").expect("no panic");
    assert!(seen.ends_with(b"5\r\npiece\r\n"), "and the site sees that it is not whole");
}

/// A site that keeps connections, answers with its count of connections, and closes instead of answering a post.
async fn counting() -> (u16, Arc<AtomicUsize>) {
    let (listener, port) = listener().await;
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    tokio::spawn(async move {
        for connection in 1.. {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                while let Some(asked) = head(&mut stream).await {
                    count.fetch_add(1, Ordering::SeqCst);
                    if asked.starts_with(b"POST") {
                        return;
                    }
                    answer(&mut stream, &connection.to_string()).await;
                }
            });
        }
    });
    (port, requests)
}

#[tokio::test]
async fn connections_are_kept_and_let_go_before_the_site_does() {
    let (port, _) = counting().await;
    let kept = Upstream { idle: Duration::from_millis(500), ..upstream(port) };
    let pool = Pool::new(&kept, &limits()).expect("a pool");
    assert_eq!(send(&pool, get("/")).await.expect("an answer"), "1");
    assert_eq!(send(&pool, get("/")).await.expect("an answer"), "1", "the same connection");
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(send(&pool, get("/")).await.expect("an answer"), "2", "idle for too long");
}

#[tokio::test]
async fn what_a_site_closed_while_it_rested_is_not_used() {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        for connection in 1.. {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            head(&mut stream).await;
            // It says nothing of it beforehand, and closes.
            answer(&mut stream, &connection.to_string()).await;
        }
    });
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    for connection in ["1", "2", "3"] {
        assert_eq!(send(&pool, get("/")).await.expect("an answer"), connection);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_answer_that_nobody_reads_to_its_end_takes_its_connection_along() {
    let (port, _) = counting().await;
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    drop(pool.send(get("/")).await.expect("an answer"));
    assert_eq!(send(&pool, get("/")).await.expect("an answer"), "2");
    let (one, other) = tokio::join!(send(&pool, get("/")), send(&pool, get("/")));
    assert_ne!(one.expect("an answer"), other.expect("an answer"), "two at a time need two connections");
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let (port, requests) = counting().await;
    let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
    send(&pool, get("/")).await.expect("a connection in the pool");
    let error = send(&pool, post(full("break"))).await.expect_err("the site broke off");
    assert!(matches!(error, UpstreamError::Broken { .. }), "{error:?}");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(requests.load(Ordering::SeqCst), 2, "one for the pool, one post");
    assert_eq!(send(&pool, get("/")).await.expect("an answer"), "2", "and the next one works");
}

#[tokio::test]
async fn an_answer_that_is_not_http_or_too_long() {
    let long = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "a".repeat(300 << 10));
    for bad in ["SSH-2.0-OpenSSH\r\n\r\n".to_owned(), long] {
        let (listener, port) = listener().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            head(&mut stream).await;
            let _ = stream.write_all(bad.as_bytes()).await;
            std::future::pending::<()>().await;
        });
        let pool = Pool::new(&upstream(port), &limits()).expect("a pool");
        let error = send(&pool, get("/")).await.expect_err("no answer");
        assert!(matches!(error, UpstreamError::Broken { .. }), "{error:?}");
    }
}

/// An authority's file, and TLS of a site under it.
fn authority(folder: &Path, names: &[&str]) -> (std::path::PathBuf, TlsAcceptor) {
    let key = || KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, key()).expect("an authority");
    let file = folder.join("ca.pem");
    std::fs::write(&file, root.pem()).expect("written");
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let own = key();
    let cert = CertificateParams::new(names).expect("names").signed_by(&own, &root).expect("a certificate");
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], der)
        .expect("a certificate");
    (file, TlsAcceptor::from(Arc::new(config)))
}

/// A TLS site that answers with the name it was asked for in the handshake.
async fn secure(acceptor: TlsAcceptor) -> u16 {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let name = stream.get_ref().1.server_name().unwrap_or("-").to_owned();
            if head(&mut stream).await.is_some() {
                answer(&mut stream, &name).await;
            }
        }
    });
    port
}

#[tokio::test]
async fn a_private_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ca, acceptor) = authority(folder.path(), &["localhost", "127.0.0.1"]);
    let port = secure(acceptor).await;
    for (host, name) in [("localhost", "localhost"), ("127.0.0.1", "-")] {
        let site = Upstream { tls: true, host: host.to_owned(), ca: Some(ca.clone()), ..upstream(port) };
        let pool = Pool::new(&site, &Limits::default()).expect("a pool");
        assert_eq!(send(&pool, get("/")).await.expect("an answer"), name);
    }
}

#[tokio::test]
async fn whom_nobody_vouches_for() {
    let (folder, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (ca, acceptor) = authority(folder.path(), &["somebody.else"]);
    let port = secure(acceptor).await;
    let (stranger, _) = authority(other.path(), &["localhost"]);
    for (ca, why) in [(Some(ca), "another name"), (Some(stranger), "another authority")] {
        let pool = Pool::new(&Upstream { tls: true, ca, ..upstream(port) }, &Limits::default()).expect("a pool");
        let error = send(&pool, get("/")).await.expect_err(why);
        assert!(matches!(error, UpstreamError::Tls { .. }), "{why}: {error:?}");
    }
}

#[test]
fn mistakes_are_told_when_the_pool_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    let make = |host: &str| {
        let site = Upstream { tls: true, host: host.to_owned(), ca: Some(file.clone()), ..upstream(443) };
        Pool::new(&site, &Limits::default()).expect_err("a mistake")
    };
    assert!(matches!(make("a.kr"), UpstreamError::Authorities { .. }), "no such file");
    std::fs::write(&file, "nothing\n").expect("written");
    assert!(matches!(make("a.kr"), UpstreamError::Authorities { .. }), "no certificate");
    assert!(matches!(make("a b"), UpstreamError::BadName { .. }));
}

#[test]
fn addresses_of_version_six_go_in_brackets() {
    for host in ["::1", "[::1]"] {
        assert_eq!(connect::Address::new(host, 8080).to_string(), "[::1]:8080");
        Pool::new(&Upstream { host: host.to_owned(), ..upstream(8080) }, &Limits::default()).expect("a pool");
    }
}
