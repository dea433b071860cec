//! Answers that go out while they arrive, those that are kept back, and the memory that either takes.

use crate::support::{
    FORM, Http, MASK_ALL, Origin, PATIENCE, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, accounted, answer, coded,
    masked, ok, page, until,
};
use garim::inspect::coding::Coding;
use http::Request;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Sender, channel};

const HTML: &str = "text/html; charset=utf-8";
const BLOCKS: &str = "[policy.board]\n[[policy.board.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"block\"\n";

/// A site that answers one request with the bytes that a test gives it, each as soon as there is room for them.
async fn fed() -> (u16, Sender<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, mut pieces) = channel::<Vec<u8>>(1);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a head"));
        }
        while let Some(piece) = pieces.recv().await {
            if stream.write_all(&piece).await.is_err() {
                return;
            }
        }
    });
    (port, sender)
}

async fn feed(site: &Sender<Vec<u8>>, piece: impl AsRef<[u8]>) {
    site.send(piece.as_ref().to_vec()).await.expect("the site stands");
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

fn chunked_head(content_type: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n")
}

fn get(port: u16, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")
}

/// So many lines of a page, of 64 bytes each.
fn lines(number: usize) -> String {
    "<p>2026-11-22 a line of a page that is rather long</p> <br> <br>\n".repeat(number)
}

/// A site that stops in the middle keeps nobody waiting for ever, whatever it sends; only events may be rare.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_stops_in_the_middle_is_broken_off() {
    for (number, (content_type, start)) in [
        (HTML, "<p>the beginning of a page</p>"),
        ("image/gif", "GIF89a\x01\0\x01\0 and so on"),
        ("text/event-stream", "data: an event\n\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let (port, site) = fed().await;
        let program = Program::before(port).policy(MASK_ALL).top("[limits]\nidle_timeout = \"700ms\"").start();
        let path = format!("/{number}");
        let mut wire = program.client().wire().await;
        wire.send(get(program.port, &path)).await;
        feed(&site, chunked_head(content_type)).await;
        feed(&site, chunk(start)).await;
        if content_type == "text/event-stream" {
            wire.until("an event").await;
            tokio::time::sleep(Duration::from_millis(1500)).await;
            feed(&site, chunk("data: the next\n\n")).await;
            wire.until("the next").await;
            continue;
        }
        let rest = tokio::time::timeout(Duration::from_secs(10), wire.rest()).await.expect("it ends");
        assert!(!rest.ends_with("0\r\n\r\n"), "it is not taken for whole: {rest}");
        let record = program.record(|record| record["path"] == path);
        assert_eq!(record["outcome"], "answer-broken", "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_page_arrives_while_the_site_still_writes() {
    let (port, site) = fed().await;
    let program = Program::before(port).policy(MASK_ALL).start();
    let mut wire = program.client().wire().await;
    wire.send(get(program.port, "/long")).await;
    feed(&site, chunked_head(HTML)).await;
    let body = format!("<p>first {RESIDENT}</p>{}", lines(16 << 10));
    feed(&site, chunk(&body)).await;
    let came = wire.until(RESIDENT_MASKED).await;
    assert!(came.ends_with(&format!("<p>first {RESIDENT_MASKED}")), "{came}");
    let last = format!("<p>last {RESIDENT}</p>");
    feed(&site, chunk(&last)).await;
    feed(&site, chunk("")).await;
    let rest = wire.rest().await;
    // Chunks may end anywhere before it.
    assert!(rest.contains(RESIDENT_MASKED) && !rest.contains(RESIDENT) && rest.ends_with("0\r\n\r\n"));
    let record = program.record(|record| record["path"] == "/long");
    accounted(&record, "download", body.len() + last.len());
    assert_eq!(record["download"]["found"][0]["count"], 2, "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_stops_the_site() {
    for content_type in [HTML, "image/png"] {
        let (port, site) = fed().await;
        let program = Program::before(port).policy(MASK_ALL).start();
        let mut wire = program.client().wire().await;
        wire.send(get(program.port, "/")).await;
        feed(&site, chunked_head(content_type)).await;
        let before = program.memory("VmRSS");
        let (piece, mut sent) = (chunk(&lines(4 << 10)), 0);
        let stopped = async {
            while tokio::time::timeout(Duration::from_secs(2), site.send(piece.clone().into_bytes())).await.is_ok() {
                sent += piece.len();
                assert!(sent < 64 << 20, "{content_type}: the site was never stopped");
            }
        };
        tokio::time::timeout(PATIENCE * 2, stopped).await.expect("it stops in time");
        let grown = program.memory("VmHWM").saturating_sub(before);
        assert!(grown < 32 << 20, "{content_type}: {grown} bytes for {sent}");
        drop(site);
        wire.until("\r\n\r\n").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_bodies_take_little_memory_both_ways() {
    let body = format!("{}<p>{RESIDENT}</p>", lines(780 << 10));
    assert!(body.len() > 48 << 20);
    let shown = body.clone();
    let origin = Origin::new(move |seen: &Seen| {
        vec![Piece::Send(if seen.target() == "/down" { answer(HTML, "", &shown) } else { ok() })]
    })
    .await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    assert_eq!(program.client().get("/warm").await.status, 200);
    let before = program.memory("VmRSS");
    let down = program.client().get("/down").await;
    assert!(down.whole && down.body.len() == body.len());
    assert!(down.body.ends_with(format!("<p>{RESIDENT_MASKED}</p>").as_bytes()));
    let up = program
        .client()
        .over(Http::Two, Request::post("/up").header("content-type", HTML).body(body.clone()).expect("a request"))
        .await;
    assert_eq!(up.status, 200);
    let seen = origin.seen().pop().expect("a request");
    assert!(seen.whole && seen.body.len() == body.len());
    assert!(seen.body.ends_with(format!("<p>{RESIDENT_MASKED}</p>").as_bytes()));
    let grown = program.memory("VmHWM").saturating_sub(before);
    assert!(grown < 64 << 20, "{} MiB", grown >> 20);
    accounted(&program.record(|record| record["path"] == "/down"), "download", body.len());
    accounted(&program.record(|record| record["path"] == "/up"), "upload", body.len());
    until("the budget is free again", async || program.budget("spool").await == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_goes_event_by_event() {
    let (port, site) = fed().await;
    let program = Program::before(port).policy(MASK_ALL).start();
    let mut wire = program.client().wire().await;
    wire.send(get(program.port, "/events")).await;
    feed(&site, chunked_head("text/event-stream")).await;
    let events = [
        ("data: hello\n\n", "hello\n\n"),
        ("data: 번호 900101-1234568\n\n", "번호 900101-*******"),
        ("data: {\"id\":\"900101-1234568\"}\n\n", "{\"id\":\"900101-*~*~*~*"),
        (": ping\n\n", ": ping\n\n"),
    ];
    for (event, end) in events {
        feed(&site, chunk(event)).await;
        wire.until(end).await;
    }
    feed(&site, chunk("")).await;
    assert!(wire.rest().await.ends_with("0\r\n\r\n"));
    let record = program.record(|record| record["path"] == "/events");
    accounted(&record, "download", events.iter().map(|(event, _)| event.len()).sum());
    assert_eq!((&record["download"]["verdict"], &record["outcome"]), (&"mask".into(), &"answered".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_is_not_held_back() {
    let (port, site) = fed().await;
    let program = Program::before(port).policy(MASK_ALL).start();
    let mut wire = program.client().wire().await;
    wire.send(get(program.port, "/poll")).await;
    assert!(wire.is_silent(Duration::from_millis(300)).await, "the site has not answered");
    feed(&site, chunked_head("application/json")).await;
    feed(&site, chunk("{\"type\":\"hello\",\"text\":\"안녕하세요, 여러분. 오늘도 반갑습니다\"}\n")).await;
    let came = wire.until("하세").await;
    assert!(came.contains("HTTP/1.1 200 OK"), "{came}");
    feed(&site, chunk(&format!("{{\"no\":\"{RESIDENT}\"}}\n"))).await;
    feed(&site, chunk("")).await;
    assert!(wire.rest().await.contains("{\"no\":\"900101-*~*~*~*\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_blocked_is_kept_back_whole() {
    let long = format!("begin-of-it {}", lines(16 << 10));
    let body = format!("{long}{RESIDENT}");
    let origin = Origin::new(move |seen: &Seen| {
        let coding = if seen.target().starts_with("/gzip") { "Content-Encoding: gzip\r\n" } else { "" };
        let bytes = if coding.is_empty() { body.clone().into_bytes() } else { coded(Coding::Gzip, body.as_bytes()) };
        let (head, rest) = bytes.split_at(bytes.len() - 5);
        let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        let start = format!("HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n{coding}Transfer-Encoding: chunked\r\n\r\n");
        vec![
            Piece::Send([start.as_bytes(), &chunk(head)].concat()),
            Piece::Pause(Duration::from_millis(200)),
            Piece::Send([chunk(rest), chunk(b"")].concat()),
        ]
    })
    .await;
    let program = Program::before(origin.port).policy(BLOCKS).start();
    for http in Http::BOTH {
        for path in ["/plain", "/gzip"] {
            let path = format!("{path}/{http:?}");
            let refused = program.client().over(http, Request::get(&path).body("").expect("a request")).await;
            assert_eq!((refused.status.as_u16(), refused.field("cache-control")), (403, "no-store"));
            let text = refused.text();
            assert!(text.contains("<h1") && !text.contains("begin-of-it") && !text.contains(RESIDENT), "{text}");
            let record = program.record(|record| record["path"] == path.as_str());
            assert_eq!(record["outcome"], "answer-refused");
            accounted(&record, "download", long.len() + RESIDENT.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mask_from_a_count_on_masks_all_or_nothing() {
    let values = ["900101-1234568", "900101-5123488", "4539-1488-0343-6467"];
    let body = |values: &[&str]| page(&values.map_lines()) + &lines(8 << 10);
    let (two, twice, three) = (body(&values[..2]), body(&[values[0]; 5]), body(&values));
    let served = [two.clone(), twice.clone(), three.clone()];
    let origin = Origin::new(move |seen: &Seen| {
        let number: usize = seen.target()[1..].parse().expect("a number");
        vec![Piece::Send(answer(HTML, "ETag: \"1\"\r\n", &served[number]))]
    })
    .await;
    let policy = MASK_ALL.replace("action = ", "at_least = 3\naction = ");
    let program = Program::before(origin.port).policy(&policy).start();
    for (number, expected) in [two.into_bytes(), twice.into_bytes(), masked(HTML, three.as_bytes())].iter().enumerate()
    {
        let shown = program.client().get(&format!("/{number}")).await;
        assert!(shown.body == expected, "{number}: {}", &shown.text()[..400]);
        // What is only logged is a finding as well.
        assert_eq!((shown.field("etag"), shown.field("cache-control")), ("", "private, no-store"), "{number}");
    }
}

/// One paragraph for each.
trait Lines {
    fn map_lines(&self) -> String;
}

impl Lines for [&str] {
    fn map_lines(&self) -> String {
        self.iter().map(|value| format!("<p>주민등록번호 외국인등록번호 카드 {value}</p>\n")).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_on_the_way_never_looks_complete() {
    // Noise does not shrink, so that the coded page is long enough to stream.
    let mut maker = garim::detect::synthetic::Maker::new(1);
    let noise: String = (0..40_000).map(|_| format!("<p>{:x}</p>\n", maker.bits())).collect();
    let zipped = coded(Coding::Gzip, noise.as_bytes());
    assert!(zipped.len() > 300 << 10);
    let mut wrong = zipped.clone();
    let end = wrong.len() - 6;
    wrong[end] ^= 1;
    let gzip = "Content-Encoding: gzip\r\n";
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 40_000].to_vec();
    let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let head = chunked_head(HTML).into_bytes();
    let answers = [
        cut(answer(HTML, "", &noise)),
        cut(answer(HTML, gzip, &zipped)),
        answer(HTML, gzip, &wrong),
        answer(HTML, gzip, &zipped[..zipped.len() - 1000]),
        [&head[..], &chunk(noise.as_bytes())].concat(),
        [&head[..], &chunk(noise.as_bytes()), b"zz\r\n"].concat(),
    ];
    let number = answers.len();
    let origin = Origin::new(move |seen: &Seen| {
        let number: usize = seen.target().rsplit('/').next().expect("a number").parse().expect("a number");
        vec![Piece::Send(answers[number].clone()), Piece::Close]
    })
    .await;
    for policy in [MASK_ALL, BLOCKS, "[policy.board]\n"] {
        let program = Program::before(origin.port).policy(policy).start();
        for http in Http::BOTH {
            for number in 0..number {
                let path = format!("/{http:?}/{number}");
                let request = Request::get(&path).header("accept-encoding", "gzip").body("").expect("a request");
                let shown = program.client().over(http, request).await;
                assert!(!shown.whole || shown.status.as_u16() >= 400, "{policy} {path}: {}", shown.status);
                let record = program.record(|record| record["path"] == path.as_str());
                assert_ne!(record["outcome"], "answered", "{record}");
                let content = record["download"]["content"].as_u64().expect("a length");
                accounted(&record, "download", usize::try_from(content).expect("a length"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_is_not_read_into_memory() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    assert_eq!(program.client().get("/").await.status, 200);
    let before = program.memory("VmRSS");
    let body = format!("a={RESIDENT}&b={}", "x".repeat(32 << 20));
    let length = body.len();
    assert_eq!(program.client().post("/form", FORM, body).await.status, 403);
    accounted(&program.record(|record| record["path"] == "/form"), "upload", length);
    assert!(program.memory("VmHWM").saturating_sub(before) < 16 << 20);
}
