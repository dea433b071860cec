//! Heads as data, however they are cut, and the gate before hyper itself.

use super::head::{Bounds, Framing, check};
use super::scanner::{Progress, Scanner};
use super::{HeadFault, gate};
use crate::config::Limits;
use crate::proxy::listen::Serve;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream};

const CORPUS: &str = include_str!("../../../tests/heads.txt");
const BOUNDS: Bounds = Bounds { bytes: 4096, fields: 20 };

struct Case {
    verdict: &'static str,
    head: Vec<u8>,
    /// What hyper is given.
    given: Vec<u8>,
}

fn corpus() -> Vec<Case> {
    let lines = CORPUS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let verdict = columns.next().expect("a verdict");
            let head = bytes(columns.next().expect("a head"));
            let given = columns.next().map_or_else(|| head.clone(), bytes);
            Case { verdict, head, given }
        })
        .collect()
}

fn bytes(written: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = written.replace("@HOST@", "a.kr:81").into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        let escaped = if byte == b'\\' { rest.next() } else { None };
        out.push(match escaped {
            None => byte,
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'0') => 0,
            Some(b'\\') => b'\\',
            Some(b'x') => {
                let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                u8::from_str_radix(&String::from_utf8_lossy(&digits), 16).expect("hexadecimal")
            }
            Some(other) => panic!("\\{}?", char::from(other)),
        });
    }
    out
}

/// What the gate says of a head that comes in these pieces, and what hyper is given.
fn judged<'a>(pieces: impl Iterator<Item = &'a [u8]>, bounds: &Bounds) -> Option<Result<Vec<u8>, HeadFault>> {
    let (mut scanner, mut head) = (Scanner::default(), Vec::new());
    for piece in pieces {
        head.extend_from_slice(piece);
        match scanner.look(&head, bounds.bytes) {
            Progress::More => {}
            Progress::Fault(fault) => return Some(Err(fault)),
            Progress::Whole(length) => {
                let head = &head[..length];
                return Some(check(head, bounds).map(|sound| sound.for_hyper(head).unwrap_or_else(|| head.to_vec())));
            }
        }
    }
    None
}

fn named(verdict: Option<Result<Vec<u8>, HeadFault>>) -> (&'static str, Vec<u8>) {
    match verdict {
        Some(Ok(given)) => ("pass", given),
        Some(Err(fault)) => (fault.name(), Vec::new()),
        None => ("more", Vec::new()),
    }
}

#[test]
fn every_case_gets_its_verdict() {
    let mut tried = std::collections::BTreeSet::new();
    for case in corpus() {
        let (verdict, given) = named(judged(std::iter::once(&case.head[..]), &BOUNDS));
        let shown = case.head.escape_ascii();
        assert_eq!(verdict, case.verdict, "{shown}");
        if verdict == "pass" {
            assert_eq!(given.escape_ascii().to_string(), case.given.escape_ascii().to_string());
        }
        tried.insert(verdict);
    }
    let elsewhere =
        ["too-long", "too-many-fields", "unfinished", "timeout", "cut", "unjudged"].map(|name| format!("head:{name}"));
    for fault in HeadFault::ALL {
        assert_ne!(tried.contains(fault.name()), elsewhere.contains(&fault.name().to_owned()), "{}", fault.name());
        assert!(!fault.to_string().is_empty());
    }
}

#[test]
fn a_length_is_counted_and_a_switch_is_seen() {
    let read = |fields: &str| {
        check(format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").as_bytes(), &BOUNDS).expect("a sound head")
    };
    assert_eq!(read("").framing, Framing::Length(0));
    assert_eq!(read("Content-Length: 9999999999999999999\r\n").framing, Framing::Length(9_999_999_999_999_999_999));
    assert_eq!(read("Transfer-Encoding: chunked\r\n").framing, Framing::Chunked);
    assert!(!read("").switches && read("Upgrade: websocket\r\n").switches);
    let old = check(b"GET / HTTP/1.0\r\nUpgrade: websocket\r\n\r\n", &BOUNDS).expect("a sound head");
    assert!(!old.switches, "HTTP/1.0 knows of no other protocol");
}

#[test]
fn heads_have_their_ceilings() {
    let start = "GET / HTTP/1.1\r\nHost: a\r\n";
    let long = |length: usize| format!("{start}X: {}\r\n\r\n", "a".repeat(length - start.len() - 7)).into_bytes();
    let verdict = |head: &[u8]| named(judged(std::iter::once(head), &BOUNDS)).0;
    assert_eq!(verdict(&long(4096)), "pass");
    assert_eq!(verdict(&long(4097)), "head:too-long");
    assert_eq!(verdict(&long(4097)[..4096]), "head:too-long", "more can only be worse");
    assert_eq!(verdict(&long(4097)[..4095]), "more");
    assert_eq!(check(&long(4097), &BOUNDS), Err(HeadFault::TooLong));
    // What it becomes is bounded as well.
    let target = |length: usize| [b"GET /", &vec![0xB0; length][..], b" HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
    assert_eq!(verdict(&target(1356)), "pass");
    assert_eq!(verdict(&target(1357)), "head:too-long");
    let wide = Bounds { bytes: 1 << 20, fields: 20 };
    assert_eq!(check(&target(22_000), &wide), Err(HeadFault::TooLong), "hyper takes no longer target");
    let many = |number: usize, more: &str| format!("{start}{}{more}\r\n", "A: a\r\n".repeat(number - 1)).into_bytes();
    assert_eq!(verdict(&many(20, "")), "pass");
    assert_eq!(verdict(&many(21, "")), "head:too-many-fields");
    assert_eq!(verdict(&many(19, "Transfer-Encoding: chunked\r\n")), "head:too-many-fields", "one is added");
}

#[test]
fn only_one_whole_head_is_judged() {
    let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for end in 0..head.len() {
        let fault = check(&head[..end], &BOUNDS).expect_err("a part");
        assert!(matches!(fault, HeadFault::Unfinished), "{end}: {fault}");
    }
    assert_eq!(check(&[&head[..], b"x"].concat(), &BOUNDS), Err(HeadFault::Unfinished));
}

#[test]
fn what_two_names_become_one_by_is_guarded() {
    use super::head::is_ambiguous;
    for name in ["content_length", "CONTENT.TYPE", "transfer_encoding", "content_encoding"] {
        assert!(is_ambiguous(name.as_bytes()), "{name}");
    }
    for name in ["content-length", "Content-Type", "contentlength", "x_forwarded_for", "content_lengths", ""] {
        assert!(!is_ambiguous(name.as_bytes()), "{name}");
    }
}

fn limits() -> Limits {
    Limits {
        header_bytes: BOUNDS.bytes,
        header_count: BOUNDS.fields,
        header_timeout: Duration::from_millis(300),
        idle_timeout: Duration::from_millis(900),
        ..Limits::default()
    }
}

/// What a service behind the gate has seen: of each request the fault or the target, and the body.
type Seen = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

type Reply = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

fn service(seen: &Seen) -> impl Serve<Full<Bytes>> + use<> {
    let seen = Arc::clone(seen);
    service_fn(move |request: Request<Incoming>| -> Reply {
        let seen = Arc::clone(&seen);
        Box::pin(async move {
            let fault = request.extensions().get::<HeadFault>().map(|fault| fault.name().to_owned());
            let what = fault.unwrap_or_else(|| request.uri().to_string());
            let slow = what.contains("slow");
            let body = request.into_body().collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
            seen.lock().expect("a lock").push((what.clone(), body));
            if slow {
                tokio::time::sleep(Duration::from_millis(600)).await;
            }
            Ok(Response::new(Full::from(what)))
        })
    })
}

/// A client's end of a connection, and what is served at the other.
struct Stage {
    client: DuplexStream,
    seen: Seen,
    task: tokio::task::JoinHandle<bool>,
}

impl Stage {
    fn new(limits: Limits) -> Stage {
        Stage::with(limits, false)
    }

    fn with(limits: Limits, half_close: bool) -> Stage {
        let (client, server) = tokio::io::duplex(1 << 16);
        let seen = Seen::default();
        let (io, service) = gate(server, service(&seen), limits);
        let task = tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            http.half_close(half_close);
            http.serve_connection(TokioIo::new(io), service).await.is_ok()
        });
        Stage { client, seen, task }
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.client.write_all(bytes.as_ref()).await.expect("written");
    }

    async fn until(&mut self, end: &str) -> String {
        read_until(&mut self.client, end).await
    }

    fn seen(&self) -> Vec<(String, Vec<u8>)> {
        self.seen.lock().expect("a lock").clone()
    }

    /// What the service saw of a connection on which all this is sent, in pieces of these lengths.
    async fn all(bytes: &[u8], cuts: &[usize]) -> Vec<(String, Vec<u8>)> {
        // Otherwise the end of what the client sends takes an exchange along that is under way.
        let mut stage = Stage::with(limits(), true);
        for piece in pieces(bytes, cuts) {
            // The connection may have ended: after an answer that was the last, what follows is nobody's.
            let _ = stage.client.write_all(piece).await;
            tokio::task::yield_now().await;
        }
        let (mut reader, mut writer) = tokio::io::split(stage.client);
        let _ = writer.shutdown().await;
        let mut answers = Vec::new();
        tokio::time::timeout(SOON, reader.read_to_end(&mut answers)).await.expect("an end in time").expect("read");
        stage.seen.lock().expect("a lock").clone()
    }
}

const SOON: Duration = Duration::from_secs(10);

async fn read_until(io: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut piece = [0; 512];
        let n = tokio::time::timeout(SOON, io.read(&mut piece)).await.expect("in time").expect("readable");
        assert_ne!(n, 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&piece[..n]));
    }
    text
}

fn pieces<'a>(bytes: &'a [u8], cuts: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    let mut cuts = cuts.iter().copied();
    std::iter::from_fn(move || {
        let length = cuts.next().unwrap_or(rest.len()).clamp(1, rest.len().max(1));
        let (piece, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(piece)
    })
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn chunked(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    )
}

#[tokio::test]
async fn pipelined_requests_stay_in_order_and_bodies_are_counted_out() {
    let smuggled = get("/smuggled");
    let all = [get("/1"), post("/2", &smuggled), get("/3"), post("/4", ""), get("/5")].concat();
    let mut stage = Stage::new(limits());
    stage.send(&all).await;
    stage.until("/5").await;
    let seen = stage.seen();
    let targets: Vec<&str> = seen.iter().map(|(target, _)| target.as_str()).collect();
    assert_eq!(targets, ["/1", "/2", "/3", "/4", "/5"]);
    assert_eq!(seen[1].1, smuggled.as_bytes());
    drop(stage.client);
    assert!(stage.task.await.expect("no panic"));
}

#[tokio::test]
async fn a_refused_head_waits_for_its_turn_and_is_the_last() {
    let mut stage = Stage::new(limits());
    let bad = "GET /bad HTTP/1.1\nHost: a\n\n";
    stage.send(format!("{}{}{bad}{}", get("/slow"), get("/2"), get("/after"))).await;
    let answers = read_until(&mut stage.client, "head:bare-line-feed").await;
    assert!(answers.contains("/slow") && answers.contains("/2") && answers.contains("connection: close"), "{answers}");
    let targets: Vec<String> = stage.seen().into_iter().map(|(target, _)| target).collect();
    assert_eq!(targets, ["/slow", "/2", "head:bare-line-feed"]);
    stage.send("still writing").await;
    drop(stage.client);
    tokio::time::timeout(SOON, stage.task).await.expect("an end in time").expect("no panic");
}

#[tokio::test]
async fn a_chunked_request_is_the_last() {
    let mut stage = Stage::new(limits());
    stage.send(format!("{}{}{}", get("/1"), chunked("/2", "hello"), get("/smuggled"))).await;
    let mut answers = Vec::new();
    let closed = tokio::time::timeout(SOON, stage.client.read_to_end(&mut answers)).await;
    closed.expect("closed").expect("read");
    assert!(String::from_utf8_lossy(&answers).contains("connection: close"));
    assert_eq!(stage.seen(), [("/1".to_owned(), Vec::new()), ("/2".to_owned(), b"hello".to_vec())]);
}

#[tokio::test]
async fn more_than_a_gate_judges_is_refused_behind_it() {
    // As if hyper and the gate disagreed about where a request ends.
    let passage: Arc<super::passage::Passage> = Arc::default();
    passage.pass();
    let seen = Seen::default();
    let service = super::passage::Gated::new(service(&seen), passage);
    let (mut client, server) = tokio::io::duplex(1 << 16);
    tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(server), service));
    client.write_all([get("/1"), get("/2"), get("/3")].concat().as_bytes()).await.expect("written");
    read_until(&mut client, "head:unjudged").await;
    assert_eq!(client.read(&mut [0; 64]).await.expect("an end"), 0, "the connection ends with it");
    let targets: Vec<String> = seen.lock().expect("a lock").iter().map(|(target, _)| target.clone()).collect();
    assert_eq!(targets, ["/1", "head:unjudged"]);
}

#[tokio::test]
async fn the_end_of_an_exchange_costs_no_turn_of_its_connection() {
    const EXCHANGES: usize = 10;
    let (mut client, server) = tokio::io::duplex(1 << 16);
    let answer = |_: Request<Incoming>| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"the end"))))
    };
    let (io, service) = gate(server, service_fn(move |request| Box::pin(answer(request))), limits());
    let mut connection =
        Box::pin(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(io), service));
    let turns = Arc::new(Mutex::new(0_usize));
    let counted = Arc::clone(&turns);
    tokio::spawn(std::future::poll_fn(move |cx| {
        *counted.lock().expect("a lock") += 1;
        connection.as_mut().poll(cx)
    }));
    for _ in 0..EXCHANGES {
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("written");
        read_until(&mut client, "the end").await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let turns = *turns.lock().expect("a lock");
    assert!(turns <= 2 * EXCHANGES + 4, "one for the head and one for the answer each: {turns}");
}

#[tokio::test]
async fn an_idle_connection_may_wait_longer_than_a_head() {
    let limits = limits();
    let mut stage = Stage::new(limits);
    for _ in 0..2 {
        // Longer than the header timer, shorter than the idle one; the exchange itself counts for neither.
        tokio::time::sleep(limits.header_timeout * 2).await;
        stage.send(get("/slow")).await;
        stage.until("/slow").await;
    }
    let mut rest = Vec::new();
    let silent = tokio::time::Instant::now();
    let closed = tokio::time::timeout(SOON, stage.client.read_to_end(&mut rest)).await;
    closed.expect("in time").expect("closed");
    assert!(rest.is_empty() && silent.elapsed() > limits.header_timeout * 2, "{:?}", silent.elapsed());
    assert!(silent.elapsed() < limits.idle_timeout * 4, "{:?}", silent.elapsed());
}

#[tokio::test]
async fn a_slow_head_is_cut_however_it_trickles() {
    let limits = limits();
    for before in ["", "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut stage = Stage::new(limits);
        if !before.is_empty() {
            stage.send(before).await;
            stage.until("/1").await;
        }
        let start = tokio::time::Instant::now();
        let mut left = get("/late").into_bytes().into_iter();
        while start.elapsed() < limits.header_timeout * 4 {
            let Some(byte) = left.next() else { break };
            let refused = stage.seen().iter().any(|(target, _)| target == "head:timeout");
            if refused || stage.client.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(limits.header_timeout / 10).await;
        }
        assert!(start.elapsed() < limits.header_timeout * 3, "{:?}", start.elapsed());
        stage.until("head:timeout").await;
        let targets: Vec<String> = stage.seen().into_iter().map(|(target, _)| target).collect();
        assert_eq!(targets, if before.is_empty() { vec!["head:timeout"] } else { vec!["/1", "head:timeout"] });
    }
}

#[tokio::test]
async fn a_head_that_breaks_off_is_refused_and_none_is_not() {
    for (sent, expected) in [
        ("", &[][..]),
        ("G", &["head:cut"]),
        ("GET / HTTP/1.1\r\nHost: a\r\n", &["head:cut"]),
        ("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n", &["/1"]),
        ("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n", &["/1", "head:cut"]),
    ] {
        let mut stage = Stage::new(limits());
        stage.send(sent).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        stage.client.shutdown().await.expect("ended");
        let mut answers = Vec::new();
        tokio::time::timeout(SOON, stage.client.read_to_end(&mut answers)).await.expect("an end").expect("read");
        let targets: Vec<String> = stage.seen().into_iter().map(|(target, _)| target).collect();
        assert_eq!(targets, expected, "{sent}");
    }
}

#[tokio::test]
async fn what_a_refused_client_still_sends_is_read_away_within_bounds() {
    let mut stage = Stage::new(Limits { discard_bytes: 1 << 20, ..limits() });
    stage.send("GET / HTTP/1.1\n").await;
    stage.until("head:bare-line-feed").await;
    // More than any buffer on the way holds: somebody reads it.
    stage.send(vec![b'a'; 1 << 19]).await;
    let more = stage.client.write_all(&vec![b'a'; 1 << 20]).await;
    assert!(more.is_err(), "there is a limit");
    // And one that neither sends nor closes is not waited for.
    let mut silent = Stage::new(limits());
    silent.send("GET / HTTP/1.1\n").await;
    silent.until("head:bare-line-feed").await;
    let start = tokio::time::Instant::now();
    let _ = silent.task.await;
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

fn requests() -> impl Strategy<Value = Vec<u8>> {
    let cases: Vec<Vec<u8>> = corpus().into_iter().map(|case| case.head).collect();
    let sound = prop_oneof![
        Just(get("/get").into_bytes()),
        "[a-z\r\n]{0,40}".prop_map(|body| post("/post", &body).into_bytes()),
        "[a-z\r\n]{1,40}".prop_map(|body| chunked("/chunked", &body).into_bytes()),
        Just(b"GET /\xb0\xa1 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
        Just(get("/up").replace("\r\n\r\n", "\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n").into_bytes()),
    ];
    let all = prop_oneof![6 => sound, 1 => proptest::sample::select(cases)];
    proptest::collection::vec(all, 1..5).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// However the bytes are cut, a head gets the same verdict, and hyper the same bytes.
    #[test]
    fn cuts_do_not_matter(
        case in proptest::sample::select(corpus().into_iter().map(|case| case.head).collect::<Vec<_>>()),
        cuts in proptest::collection::vec(1_usize..40, 0..20),
        bytes in 30_usize..200,
    ) {
        let bounds = Bounds { bytes, fields: 3 };
        let whole = judged(std::iter::once(&case[..]), &bounds);
        let cut = judged(pieces(&case, &cuts), &bounds);
        prop_assert_eq!(whole, cut);
    }

    /// The same of whole connections, through hyper.
    #[test]
    fn cuts_do_not_matter_to_the_service(
        all in requests(),
        cuts in proptest::collection::vec(1_usize..60, 0..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let whole = runtime.block_on(Stage::all(&all, &[]));
        let cut = runtime.block_on(Stage::all(&all, &cuts));
        prop_assert_eq!(whole, cut);
    }
}
