//! Real sockets on loopback; every wait is bounded.

use super::*;
use crate::config::Upstream;
use crate::proxy::gate::HeadFault;
use crate::proxy::tls::Certificates;
use crate::proxy::tls::trial::{Authority, settings, site};
use crate::upstream::Pool;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

type Out = UnsyncBoxBody<Bytes, BoxError>;
type Reply = Pin<Box<dyn Future<Output = Result<Response<Out>, Infallible>> + Send>>;

const SOON: Duration = Duration::from_secs(10);

fn text(text: String) -> Response<Out> {
    Response::new(Full::from(text).map_err(|never| match never {}).boxed_unsync())
}

/// Answers `/slow` after 300 ms, `/endless` without end, and all else at once; says who asked.
fn reply(peer: Peer, request: Request<Incoming>) -> Reply {
    Box::pin(async move {
        if let Some(fault) = request.extensions().get::<HeadFault>() {
            let mut refusal = text(fault.name().to_owned());
            *refusal.status_mut() = hyper::StatusCode::BAD_REQUEST;
            return Ok(refusal);
        }
        match request.uri().path() {
            "/slow" => tokio::time::sleep(Duration::from_millis(300)).await,
            "/endless" => return Ok(Response::new(Endless.boxed_unsync())),
            _ => {}
        }
        let sni = peer.sni.as_deref().unwrap_or("-");
        Ok(text(format!("{} tls={} h2={} sni={sni}", request.uri().path(), peer.tls, peer.h2)))
    })
}

struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, BoxError>>> {
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(Bytes::from_static(&[b'x'; 16 << 10])))))
    }
}

fn quick() -> Limits {
    Limits {
        header_timeout: Duration::from_millis(500),
        idle_timeout: Duration::from_millis(500),
        handshake_timeout: Duration::from_millis(500),
        ..Limits::default()
    }
}

fn open() -> Admit {
    Arc::new(|| Some(Box::new(())))
}

struct Running {
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    root: Authority,
}

impl Running {
    fn plain(limits: Limits, admit: Admit) -> Running {
        Running::start(|listener, shutdown, _| {
            let make = |peer: Peer| service_fn(move |request| reply(peer.clone(), request));
            tokio::spawn(serve_plain(listener, Door::new(limits, admit), make, shutdown))
        })
    }

    fn tls(limits: Limits) -> Running {
        Running::start(|listener, shutdown, root| {
            let folder = tempfile::tempdir().expect("a folder");
            let tls = root.issue(&["a.kr"]).write(folder.path(), "a");
            let certificates = Certificates::load(&settings(vec![site(&["a.kr"], tls)])).expect("certificates");
            let front = Front::new(certificates).expect("a front");
            let make = |peer: Peer| service_fn(move |request| reply(peer.clone(), request));
            tokio::spawn(serve_tls(listener, Door::new(limits, open()), front, make, shutdown))
        })
    }

    fn start(serve: impl FnOnce(TcpListener, Shutdown, &Authority) -> JoinHandle<()>) -> Running {
        let root = Authority::new();
        let listener = bind(([127, 0, 0, 1], 0).into()).expect("bound");
        let addr = listener.local_addr().expect("an address");
        let (stop, shutdown) = watch::channel(false);
        let task = serve(listener, shutdown, &root);
        Running { addr, stop, task, root }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.expect("connected")
    }

    async fn greet(&self, alpn: &[&str]) -> TlsStream<TcpStream> {
        let client = self.root.client(alpn, rustls::DEFAULT_VERSIONS);
        let name = ServerName::try_from("a.kr").expect("a name");
        TlsConnector::from(client).connect(name, self.connect().await).await.expect("a handshake")
    }

    async fn drain(self) {
        self.stop.send_replace(true);
        timeout(SOON, self.task).await.expect("drained in time").expect("no panic");
        assert!(TcpStream::connect(self.addr).await.is_err(), "nobody listens any more");
    }
}

/// Writes a request and reads to the end.
async fn ask(io: &mut (impl AsyncRead + AsyncWrite + Unpin), head: &str) -> String {
    io.write_all(head.as_bytes()).await.expect("written");
    rest(io).await
}

async fn rest(io: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is an end as well.
    let _ = timeout(SOON, io.read_to_end(&mut answer)).await.expect("an end in time");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads one answer that ends in these bytes, and leaves the connection as it is.
async fn read_to(io: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut answer = String::new();
    while !answer.ends_with(end) {
        let mut piece = [0; 512];
        let n = timeout(SOON, io.read(&mut piece)).await.expect("in time").expect("readable");
        assert_ne!(n, 0, "closed after {answer:?}");
        answer.push_str(&String::from_utf8_lossy(&piece[..n]));
    }
    answer
}

#[tokio::test]
async fn one_and_two_over_tls_and_one_without() {
    let server = Running::tls(Limits::default());
    let mut one = server.greet(&["http/1.1"]).await;
    let answer = ask(&mut one, "GET /a HTTP/1.1\r\nHost: a.kr\r\nConnection: close\r\n\r\n").await;
    assert!(answer.ends_with("/a tls=true h2=false sni=a.kr"), "{answer}");

    let io = TokioIo::new(server.greet(&["h2", "http/1.1"]).await);
    let (mut send, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("a handshake");
    tokio::spawn(connection);
    let request = Request::get("https://a.kr/b").body(Full::<Bytes>::default()).expect("a request");
    let answer = timeout(SOON, send.send_request(request)).await.expect("in time").expect("an answer");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(body, "/b tls=true h2=true sni=a.kr");
    drop(send);
    server.drain().await;

    let server = Running::plain(Limits::default(), open());
    let answer = ask(&mut server.connect().await, "GET /c HTTP/1.0\r\n\r\n").await;
    assert!(answer.ends_with("/c tls=false h2=false sni=-"), "{answer}");
    server.drain().await;
}

#[tokio::test]
async fn a_drain_finishes_what_runs_and_closes_what_idles() {
    let server = Running::tls(Limits::default());
    let mut idle = server.greet(&["http/1.1"]).await;
    idle.write_all(b"GET /idle HTTP/1.1\r\nHost: a.kr\r\n\r\n").await.expect("written");
    read_to(&mut idle, "sni=a.kr").await;
    let mut busy = server.greet(&["http/1.1"]).await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a.kr\r\n\r\n").await.expect("written");
    tokio::time::sleep(Duration::from_millis(50)).await; // it has been read
    let reading = tokio::spawn(async move { (rest(&mut busy).await, rest(&mut idle).await) });
    server.drain().await;
    let (busy, idle) = reading.await.expect("no panic");
    assert!(busy.contains("connection: close") && busy.ends_with("/slow tls=true h2=false sni=a.kr"), "{busy}");
    assert_eq!(idle, "");
}

#[tokio::test]
async fn dropping_the_server_ends_its_connections() {
    let server = Running::plain(Limits::default(), open());
    let mut stuck = server.connect().await;
    stuck.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
    read_to(&mut stuck, "x").await;
    server.stop.send_replace(true);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!server.task.is_finished(), "the answer has no end");
    server.task.abort();
    rest(&mut stuck).await;
}

#[tokio::test]
async fn beyond_the_cap_clients_wait() {
    let server = Running::plain(Limits { connections: 1, ..Limits::default() }, open());
    let mut first = server.connect().await;
    first.write_all(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
    read_to(&mut first, "sni=-").await;
    let mut second = server.connect().await;
    second.write_all(b"GET /2 HTTP/1.0\r\n\r\n").await.expect("written");
    assert!(timeout(Duration::from_millis(150), second.readable()).await.is_err(), "no place yet");
    drop(first);
    assert!(rest(&mut second).await.contains("/2 tls"));
    server.drain().await;
}

#[tokio::test]
async fn who_is_not_admitted_is_closed_and_guards_are_given_back() {
    struct Place(Arc<AtomicUsize>);
    impl Drop for Place {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let admit: Admit = Arc::new(move || {
        let before = count.fetch_add(1, Ordering::SeqCst);
        let place = Place(Arc::clone(&count));
        if before == 0 { Some(Box::new(place)) } else { None }
    });
    let server = Running::plain(Limits::default(), admit);
    let mut first = server.connect().await;
    first.write_all(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
    read_to(&mut first, "sni=-").await;
    assert_eq!(rest(&mut server.connect().await).await, "", "closed at once");
    drop(first);
    let mut freed = false;
    for _ in 0..500 {
        freed = taken.load(Ordering::SeqCst) == 0;
        if freed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(freed, "the guard went with its connection");
    assert!(ask(&mut server.connect().await, "GET /3 HTTP/1.0\r\n\r\n").await.contains("/3 tls"));
    server.drain().await;
}

#[tokio::test]
async fn silence_is_not_waited_for() {
    let server = Running::tls(quick());
    assert_eq!(rest(&mut server.connect().await).await, "", "no handshake");
    assert_eq!(rest(&mut server.greet(&["http/1.1"]).await).await, "", "no head");
    let mut half = server.greet(&["http/1.1"]).await;
    assert!(ask(&mut half, "GET / HTTP/1.1\r\nHost: a").await.ends_with("head:timeout"), "half a head");
    // HTTP/2: the preface and empty settings, then nothing.
    let mut two = server.greet(&["h2"]).await;
    two.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("written");
    rest(&mut two).await;
    server.drain().await;
}

#[tokio::test]
async fn who_stops_reading_is_dropped() {
    let server = Running::plain(Limits { connections: 1, ..quick() }, open());
    let mut deaf = server.connect().await;
    deaf.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
    // The only place is free again although the first client is still there.
    assert!(ask(&mut server.connect().await, "GET /next HTTP/1.0\r\n\r\n").await.contains("/next tls"));
    drop(deaf);
    server.drain().await;
}

#[tokio::test]
async fn heads_have_a_ceiling() {
    let server = Running::plain(Limits { header_bytes: 16 << 10, header_count: 10, ..Limits::default() }, open());
    let refused = |answer: String, why: &str| {
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains(why), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
    };
    // Much more is sent than is read as a head, and still the answer arrives.
    let long = format!("GET / HTTP/1.0\r\nA: {}\r\n\r\n", "a".repeat(1 << 20));
    refused(ask(&mut server.connect().await, &long).await, "head:too-long");
    let many = format!("GET / HTTP/1.0\r\n{}\r\n", "A: a\r\n".repeat(11));
    refused(ask(&mut server.connect().await, &many).await, "head:too-many-fields");
    let fits = format!("GET / HTTP/1.0\r\nB: {}\r\n{}\r\n", "b".repeat(12 << 10), "A: a\r\n".repeat(9));
    assert!(ask(&mut server.connect().await, &fits).await.starts_with("HTTP/1.0 200"));
    server.drain().await;
}

#[tokio::test]
async fn an_address_in_use_is_told() {
    let first = bind(([127, 0, 0, 1], 0).into()).expect("bound");
    let addr = first.local_addr().expect("an address");
    let error = bind(addr).expect_err("taken");
    assert!(matches!(error, BindError::Taken(taken) if taken == addr), "{error}");
    assert!(error.to_string().contains(&format!("sport = :{}", addr.port())), "{error}");
    // TEST-NET-1 (RFC 5737) is nobody's.
    assert!(matches!(bind(([192, 0, 2, 1], 0).into()), Err(BindError::NotHere(_))));
}

#[tokio::test]
async fn the_redirect_redirects_and_nothing_else() {
    let server = Running::start(|listener, shutdown, _| {
        let known: crate::proxy::redirect::Known = Arc::new(|host| host == "a.kr");
        let door = Door::new(quick(), open());
        tokio::spawn(crate::proxy::redirect::serve(listener, door, known, Arc::default(), 8443, shutdown))
    });
    let answer = ask(&mut server.connect().await, "GET /b?c HTTP/1.1\r\nHost: A.kr:80\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 308 ") && answer.contains("location: https://a.kr:8443/b?c\r\n"), "{answer}");
    assert!(answer.contains("connection: close\r\n") && answer.contains("https 로만"), "{answer}");
    let answer = ask(&mut server.connect().await, "GET / HTTP/1.1\r\nHost: b.kr\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 421 ") && !answer.contains("location"), "{answer}");
    let answer = ask(&mut server.connect().await, "GET /b HTTP/1.1\nHost: a.kr\n\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && !answer.contains("location"), "{answer}");
    let post = "POST /b HTTP/1.1\r\nHost: a.kr\r\nContent-Length: 3\r\n\r\nabc";
    assert!(ask(&mut server.connect().await, post).await.starts_with("HTTP/1.1 308 "));
    server.drain().await;
}

/// From a client through hyper's server and the pool to a site, and back: targets and the case of names stay.
#[tokio::test]
async fn names_keep_their_case_both_ways() {
    let site = bind(([127, 0, 0, 1], 0).into()).expect("bound");
    let port = site.local_addr().expect("an address").port();
    let seen = tokio::spawn(async move {
        let (mut stream, _) = site.accept().await.expect("a connection");
        let head = read_to(&mut stream, "\r\n\r\n").await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nX-PoweredBY: PHP\r\ncontent-LENGTH: 0\r\n\r\n").await.expect("written");
        head
    });
    let upstream = Upstream { tls: false, host: "127.0.0.1".to_owned(), port, ca: None, idle: Duration::from_secs(1) };
    let pool = Pool::new(&upstream, &Limits::default()).expect("a pool");
    let server = Running::start(|listener, shutdown, _| {
        let make = move |_| {
            let pool = pool.clone();
            service_fn(move |request: Request<Incoming>| -> Reply {
                let pool = pool.clone();
                Box::pin(async move {
                    let request = request.map(|body| body.map_err(BoxError::from).boxed_unsync());
                    let answer = pool.send(request).await.expect("an answer");
                    Ok(answer.map(|body| body.map_err(BoxError::from).boxed_unsync()))
                })
            })
        };
        tokio::spawn(serve_plain(listener, Door::new(Limits::default(), open()), make, shutdown))
    });
    let asked = "GET /b%20c?d=1 HTTP/1.1\r\nHost: A.kr:81\r\nX-CuStom: 1\r\n\r\n";
    let mut client = server.connect().await;
    client.write_all(asked.as_bytes()).await.expect("written");
    let answer = read_to(&mut client, "\r\n\r\n").await;
    assert!(answer.contains("\r\nX-PoweredBY: PHP\r\n") && answer.contains("\r\ncontent-LENGTH: 0\r\n"), "{answer}");
    assert_eq!(seen.await.expect("no panic"), asked);
    drop(client);
    server.drain().await;
}
