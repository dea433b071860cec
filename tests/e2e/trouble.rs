//! A site that is down, slow, or breaks off.

use crate::support::{Answer, FORM, Http, Origin, Piece, Program, Seen, answer, ok, until};
use http::Request;
use std::time::{Duration, Instant};

/// A port on loopback where nobody listens.
fn nobody() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Asks three times, as a Korean, an Englishman and a script.
async fn ask_thrice(program: &Program, http: Http, path: &str) -> [Answer; 3] {
    let client = program.client();
    let ask = async |name: &str, value: &str| {
        let request = Request::post(path).header("content-type", FORM).header(name, value);
        client.over(http, request.body("a=b").expect("a request")).await
    };
    [
        ask("accept-language", "ko-KR,ko;q=0.9").await,
        ask("accept-language", "en-GB").await,
        ask("accept", "application/json").await,
    ]
}

/// Each of the three is spoken to in its own way.
fn are_told(answers: [Answer; 3], status: u16, korean: &str, english: &str, error: &str) {
    let [first, second, third] = answers;
    for answer in [&first, &second, &third] {
        assert_eq!((answer.status.as_u16(), answer.whole), (status, true), "{}", answer.text());
        assert_eq!(answer.field("cache-control"), "no-store");
    }
    assert!(first.text().contains(korean) && first.text().contains("lang=\"ko\""), "{}", first.text());
    assert!(second.text().contains(english) && second.text().contains("lang=\"en\""), "{}", second.text());
    let json: serde_json::Value = serde_json::from_str(&third.text()).expect("JSON");
    assert_eq!(json["error"], error, "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_down_is_a_502_that_says_so() {
    let program = Program::before(nobody()).start();
    for http in Http::BOTH {
        let answers = ask_thrice(&program, http, "/a").await;
        assert!(answers[0].text().contains("저장된 것은 없습니다"), "nothing can have been stored");
        are_told(answers, 502, "누리집에 연결할 수 없습니다", "The site cannot be reached", "site-down");
    }
    let record = program.record(|record| record["outcome"] == "site-down");
    assert_eq!(record["status"], 502);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_never_answers_is_a_504_in_time() {
    let origin = Origin::new(|_: &Seen| vec![Piece::Pause(Duration::from_secs(60))]).await;
    let program = Program::before(origin.port).top("[limits]\nresponse_timeout = \"300ms\"").start();
    let start = Instant::now();
    for http in Http::BOTH {
        let answers = ask_thrice(&program, http, "/a").await;
        assert!(answers[0].text().contains("저장되었을 수 있습니다"), "it may have acted");
        are_told(answers, 504, "제때 응답하지 않았습니다", "did not answer in time", "site-slow");
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    assert_eq!(program.record(|record| record["outcome"] == "site-slow")["status"], 504);
    assert_eq!(origin.seen().len(), 6, "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_closes_without_a_word_is_a_502_and_is_not_asked_again() {
    let origin = Origin::new(|seen: &Seen| match seen.target() {
        "/nonsense" => vec![Piece::Send(b"this is not HTTP\r\n\r\n".to_vec()), Piece::Close],
        _ => vec![Piece::Close],
    })
    .await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        for path in ["/", "/nonsense"] {
            let answers = ask_thrice(&program, http, path).await;
            assert!(answers[1].text().contains("may have been stored"));
            are_told(answers, 502, "누리집에 연결할 수 없습니다", "The site cannot be reached", "site-down");
        }
    }
    assert_eq!(origin.seen().len(), 12, "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_never_looks_complete() {
    let text = "가나다라 ".repeat(40_000);
    let broken = move |kind: &str, framing: &str, start: &[u8]| {
        let mut bytes = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n").into_bytes();
        bytes.extend_from_slice(start);
        vec![Piece::Send(bytes), Piece::Pause(Duration::from_millis(200)), Piece::Close]
    };
    let origin = Origin::new(move |seen: &Seen| match seen.target() {
        "/short/length" => broken("text/html; charset=utf-8", "Content-Length: 1000", b"start"),
        "/short/chunks" => broken("text/html; charset=utf-8", "Transfer-Encoding: chunked", b"5\r\nstart\r\n"),
        "/long/length" => broken("text/html; charset=utf-8", "Content-Length: 9000000", text.as_bytes()),
        "/image/length" => broken("image/png", "Content-Length: 1000", b"start"),
        "/image/chunks" => broken("image/png", "Transfer-Encoding: chunked", b"5\r\nstart\r\n"),
        _ => broken("text/html", "Content-Encoding: gzip\r\nContent-Length: 1000", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
    })
    .await;
    let program = Program::before(origin.port).start();
    let paths = ["/short/length", "/short/chunks", "/long/length", "/image/length", "/image/chunks", "/gzip"];
    for http in Http::BOTH {
        for path in paths {
            let answer = program.client().over(http, Request::get(path).body("").expect("a request")).await;
            // It may be known before anything has gone out; then there is a page.
            let honest = !answer.whole || answer.status == 502;
            assert!(honest, "{http:?} {path}: {} {:?}", answer.status, answer.text());
        }
    }
    for path in paths {
        let record = program.record(|record| record["path"] == path);
        let outcome = record["outcome"].as_str().unwrap_or_default();
        assert!(["answer-broken", "site-down"].contains(&outcome), "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_not_held_back() {
    let origin = Origin::new(|_: &Seen| {
        let start = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nstart\n\r\n";
        let end = b"3\r\nend\r\n0\r\n\r\n".to_vec();
        vec![Piece::Send(start.as_bytes().to_vec()), Piece::Pause(Duration::from_secs(3)), Piece::Send(end)]
    })
    .await;
    let program = Program::before(origin.port).start();
    let mut wire = program.client().wire().await;
    let asked = Instant::now();
    wire.send(format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", program.port)).await;
    wire.until("\r\n\r\n").await;
    let head_after = asked.elapsed();
    assert!(wire.rest().await.contains("end"));
    assert!(head_after + Duration::from_secs(1) < asked.elapsed(), "the head came after {head_after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_site_has_closed_meanwhile_does_no_harm() {
    let origin =
        Origin::new(|_: &Seen| vec![Piece::Send(ok()), Piece::Pause(Duration::from_millis(100)), Piece::Close]).await;
    let program = Program::before(origin.port).site("upstream_idle = \"30s\"").start();
    let mut kept = program.client().keep(Http::One).await;
    for _ in 0..3 {
        let request = Request::post("/").header("content-type", FORM).body("a=b").expect("a request");
        assert_eq!(kept.send(request).await.status, 200);
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(origin.seen().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_is_found_again_once_it_is_back() {
    let port = nobody();
    let program = Program::before(port).start();
    assert_eq!(program.client().get("/").await.status, 502);
    let listener = std::net::TcpListener::bind(("127.0.0.1", port));
    // Another test may have been given the port meanwhile; then there is nothing to see here.
    let Ok(listener) = listener else { return };
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            let _ = std::io::Write::write_all(&mut stream, &answer("text/plain", "Connection: close\r\n", "back"));
        }
    });
    until("the site answers again", async || program.client().get("/").await.text() == "back").await;
}
