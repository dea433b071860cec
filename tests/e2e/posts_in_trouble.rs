//! Clients that vanish, send too much, or too slowly.

use crate::support::{FORM, Http, Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, Wire, answer, ok, until};
use bytes::Bytes;
use http::Request;
use http_body::Frame;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// The head of a post of a text, of so many bytes.
fn head(program: &Program, path: &str, length: usize) -> String {
    let port = program.port;
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// An answer's head and body, on a connection that stays open.
async fn page(wire: &mut Wire) -> (String, String) {
    let head = wire.until("\r\n\r\n").await;
    (head, wire.until("</html>").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_post_whose_writer_goes_half_way_nothing_reaches_the_site() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let mut wire = program.client().wire().await;
    wire.send(head(&program, "/half", 1_000)).await;
    wire.send([b'a'; 500]).await;
    until("the exchange is under way", async || program.budget("memory").await > 0).await;
    drop(wire);
    let record = program.record(|record| record["path"] == "/half");
    assert_eq!(record["outcome"], "client-gone", "{record}");
    until("nothing is held any more", async || program.budget("memory").await == 0).await;
    assert_eq!(program.client().get("/").await.status, 200);
    assert_eq!(origin.seen().len(), 1, "only the one after it");
}

/// A body that breaks off after its first bytes.
struct BreaksOff(u8);

impl http_body::Body for BreaksOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        self.0 += 1;
        Poll::Ready(Some(match self.0 {
            1 => Ok(Frame::data(Bytes::from_static(b"content=the first half"))),
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_stream_that_is_reset_half_way_nothing_reaches_the_site() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let io = TokioIo::new(program.client().connect(&[b"h2"]).await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    tokio::spawn(connection);
    let target = format!("https://localhost:{}/reset", program.port);
    let request = Request::post(target).header("content-type", FORM).body(BreaksOff(0)).expect("a request");
    assert!(sender.send_request(request).await.is_err());
    let record = program.record(|record| record["path"] == "/reset");
    assert_eq!(record["outcome"], "client-gone", "{record}");
    until("nothing is held any more", async || program.budget("memory").await == 0).await;
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_goes_to_the_site_whole_though_its_writer_goes_after_the_verdict() {
    // The site leaves the body lying, so that the forward stands half-way when the client goes.
    let pause = Duration::from_secs(1);
    let origin = Origin::slow(pause, |_: &Seen| vec![Piece::Send(answer("text/plain", "", "stored"))]).await;
    let program = Program::before(origin.port).start();
    let body = b"0123456789abcdef".repeat(1 << 20);
    let mut wire = program.client().wire().await;
    wire.send(head(&program, "/whole", body.len())).await;
    wire.send(&body).await;
    origin.heads(1).await;
    assert!(origin.seen().is_empty());
    drop(wire);
    let seen = origin.requests(1).await;
    assert!(seen[0].whole && seen[0].body == body, "{} bytes", seen[0].body.len());
    let record = program.record(|record| record["path"] == "/whole");
    assert_eq!((&record["outcome"], &record["status"]), (&"client-gone-in-answer".into(), &200.into()), "{record}");
    assert_eq!(record["upload"]["bytes"], body.len());
    for pool in ["memory", "spool"] {
        until("nothing is held any more", async || program.budget(pool).await == 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[limits]\nbody_bytes = \"1 MiB\"").start();
    let most = vec![b'a'; 1 << 20];
    for http in Http::BOTH {
        let post =
            |body: Vec<u8>| Request::post("/").header("content-type", "text/plain").body(body).expect("a request");
        assert_eq!(program.client().over(http, post(most.clone())).await.status, 200, "{http:?}");
        let refused = program.client().over(http, post([&most[..], b"a"].concat())).await;
        assert_eq!(refused.status, 413, "{http:?}");
        assert!(refused.text().contains("너무 커서 받지 않았습니다"));
    }
    let mut wire = program.client().wire().await;
    let chunked = head(&program, "/chunked", 0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    wire.send(chunked).await;
    for _ in 0..5 {
        wire.send(format!("40000\r\n{}\r\n", "a".repeat(0x40000))).await;
    }
    wire.send("0\r\n\r\n").await;
    assert!(page(&mut wire).await.0.starts_with("HTTP/1.1 413 "));
    assert_eq!(program.record(|record| record["path"] == "/chunked")["status"], 413);
    assert_eq!(origin.seen().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_too_slowly_is_refused() {
    let origin = Origin::always(ok()).await;
    let limits = "[limits]\nidle_timeout = \"700ms\"\nbody_min_rate = \"1 MiB/s\"";
    let program = Program::before(origin.port).top(limits).start();
    let start = Instant::now();
    let mut silent = program.client().wire().await;
    silent.send(head(&program, "/silent", 100)).await;
    silent.send("start").await;
    assert!(page(&mut silent).await.0.starts_with("HTTP/1.1 408 "));

    let mut trickling = program.client().wire().await;
    trickling.send(head(&program, "/trickling", 1_000_000)).await;
    let trickle = tokio::time::timeout(Duration::from_secs(15), async {
        while trickling.is_silent(Duration::from_millis(100)).await {
            trickling.send("a").await;
        }
    });
    assert!(trickle.await.is_ok(), "it was never refused");
    assert!(page(&mut trickling).await.0.starts_with("HTTP/1.1 408 "));
    assert!(start.elapsed() < Duration::from_secs(20));
    for path in ["/silent", "/trickling"] {
        assert_eq!(program.record(|record| record["path"] == path)["outcome"], "bad-request");
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_arrives_while_the_rest_of_a_refused_post_is_read_away() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let length = 20 << 20;
    let mut wire = program.client().wire().await;
    wire.send(head(&program, "/refused", length)).await;
    let start = format!("{RESIDENT} ");
    wire.send(&start).await;
    // As a browser does: everything first, and only then a look at what came.
    let rest = vec![b'a'; length - start.len()];
    assert!(wire.try_send(&rest).await, "no reset while it writes");
    let (answer, body) = page(&mut wire).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(body.contains(RESIDENT_MASKED) && !body.contains(RESIDENT));
    let record = program.record(|record| record["path"] == "/refused");
    assert_eq!(record["outcome"], "request-refused", "{record}");
    assert!(origin.seen().is_empty());
    until("nothing is held any more", async || program.budget("memory").await == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_refused_post_over_http2_stops_no_other() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let mut kept = program.client().keep(Http::Two).await;
    for _ in 0..2 {
        let body = format!("{RESIDENT} {}", "a".repeat(20 << 20));
        let request = Request::post("/refused").header("content-type", "text/plain").body(body).expect("a request");
        let refused = kept.send(request).await;
        assert_eq!((refused.status.as_u16(), refused.whole), (403, true));
        assert_eq!(kept.get("/").await.text(), "ok");
    }
    assert!(origin.seen().iter().all(|seen| seen.target() == "/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_limit_what_is_left_of_a_refused_post_is_cut_off() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[limits]\ndiscard_bytes = \"1 MiB\"").start();
    let length = 64 << 20;
    let mut wire = program.client().wire().await;
    wire.send(head(&program, "/refused", length)).await;
    let whole = async {
        let mut sent = 0;
        while sent < length && wire.try_send(format!("{RESIDENT} {}", "a".repeat(65_521))).await {
            sent += 65_536;
        }
        sent
    };
    let sent = tokio::time::timeout(Duration::from_secs(15), whole).await.expect("it is cut off");
    assert!(sent < length, "the connection was not closed");
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_post_leaves_its_connection_for_the_next() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        let mut kept = program.client().keep(http).await;
        for content in [RESIDENT, "clean", RESIDENT, "clean"] {
            let request = Request::post("/").header("content-type", FORM).body(format!("content={content}"));
            let status = kept.send(request.expect("a request")).await.status;
            assert_eq!(status, if content == RESIDENT { 403 } else { 200 }, "{http:?}");
        }
    }
    assert_eq!(origin.seen().len(), 4);
}
