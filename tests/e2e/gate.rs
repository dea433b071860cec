//! Odd heads on raw sockets over TLS: each is refused with a page and a record, and the site sees nothing of it.

use crate::support::{FORM, Http, Origin, Program, RESIDENT, Seen, ok, plain, until};
use http::{HeaderValue, Request};
use std::time::{Duration, Instant};

/// The cases that `src/proxy/gate/tests.rs` reads as well.
const CORPUS: &str = include_str!("../heads.txt");

/// What follows every head: a body, and a request that must never be seen.
const BEHIND: &str =
    "hello GET /smuggled HTTP/1.1\r\nHost: @HOST@\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: @HOST@\r\n\r\n";

fn bytes(written: &str, host: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = written.replace("@HOST@", host).into_bytes().into_iter();
    while let Some(byte) = rest.next() {
        let escaped = if byte == b'\\' { rest.next() } else { None };
        out.push(match escaped {
            None => byte,
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'0') => 0,
            Some(b'x') => {
                let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                u8::from_str_radix(&String::from_utf8_lossy(&digits), 16).expect("hexadecimal")
            }
            Some(other) => other,
        });
    }
    out
}

struct Case {
    verdict: &'static str,
    head: &'static str,
    /// The target that reaches the site.
    target: String,
}

fn cases() -> impl Iterator<Item = Case> {
    let lines = CORPUS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut columns = line.split('\t');
        let (verdict, head) = (columns.next().unwrap_or_default(), columns.next().expect("a head"));
        let given = columns.next().unwrap_or(head);
        let target = given.split(' ').nth(1).unwrap_or_default().replace("\\\\", "\\");
        let path = ["http://@HOST@", "https://@HOST@"].iter().find_map(|start| target.strip_prefix(start));
        let target = path.map_or(target.clone(), |path| if path.is_empty() { "/" } else { path }.to_owned());
        Case { verdict, head, target }
    })
}

async fn site() -> (Origin, Program, String) {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let host = format!("localhost:{}", program.port);
    (origin, program, host)
}

/// How many requests were refused for a reason, as `/metrics` counts them.
async fn counted(program: &Program, reason: &str) -> usize {
    let (_, metrics) = program.operations("/metrics").await;
    let start = format!("garim_bad_heads_total{{reason=\"{reason}\"}} ");
    metrics.lines().find_map(|line| line.strip_prefix(&start)?.parse().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_odd_head_is_refused_with_a_page_and_recorded_and_the_site_sees_nothing() {
    let (origin, program, host) = site().await;
    let behind = bytes(BEHIND, &host);
    let mut tried = std::collections::BTreeMap::<&str, usize>::new();
    for Case { verdict, head, .. } in cases().filter(|case| case.verdict != "pass") {
        let answer = program.client().raw([&bytes(head, &host)[..], &behind].concat()).await;
        let (fields, page) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{head}: {answer:?}"));
        assert!(fields.starts_with("HTTP/1.1 400 ") && fields.contains("\r\nconnection: close"), "{head}: {answer}");
        assert!(page.contains("<h1") && page.contains("lang=\"ko\"") && page.ends_with("</html>\n"), "{head}: {page}");
        *tried.entry(verdict).or_default() += 1;
    }
    assert!(tried.len() > 20, "{tried:?}");
    assert!(origin.seen().is_empty(), "the site saw {:?}", origin.seen());
    for (reason, times) in tried {
        let record = program.record(|record| record["reason"] == reason);
        assert_eq!((&record["outcome"], &record["status"]), (&"bad-request".into(), &400.into()), "{record}");
        assert_eq!(counted(&program, reason).await, times, "{reason}");
    }
    let (_, metrics) = program.operations("/metrics").await;
    assert!(metrics.contains("garim_exchanges_total{site=\"-\",outcome=\"bad-request\",status=\"400\"}"), "{metrics}");
    assert!(!program.lines().iter().any(|line| line.contains("smuggled")));
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_have_one_reading_pass() {
    let (origin, program, host) = site().await;
    let chunked = |case: &Case| case.head.to_ascii_lowercase().contains("chunked");
    for Case { head, target, .. } in cases().filter(|case| case.verdict == "pass" && !chunked(case)) {
        let mut wire = program.client().wire().await;
        wire.send([&bytes(head, &host)[..], b"hello"].concat()).await;
        let answer = wire.until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.0 200 "), "{head}: {answer}");
        assert_eq!(origin.seen().pop().expect("a request").target(), target, "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_as_it_is_spoken_to() {
    let (origin, program, host) = site().await;
    let ask = async |fields: &str| {
        let head = format!("POST / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n{fields}\r\n");
        program.client().raw(head).await
    };
    let english = ask("Accept-Language: en-GB\r\n").await;
    assert!(english.contains("lang=\"en\"") && english.contains("<h1"), "{english}");
    let json = ask("Accept: application/json\r\n").await;
    let json: serde_json::Value = serde_json::from_str(json.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    assert_eq!(json["error"], "bad-request");
    let head = format!("HEAD / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n");
    let head = program.client().raw(head).await;
    assert!(head.starts_with("HTTP/1.1 400 ") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_beyond_its_ceilings_is_refused_with_a_page_however_much_follows() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[limits]\nheader_bytes = \"16 KiB\"\nheader_count = 20").start();
    let start = format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\n", program.port);
    let long = format!("{start}X: {}\r\n\r\n", "a".repeat(4 << 20));
    let many = format!("{start}{}\r\n", "A: b\r\n".repeat(30));
    for (head, reason) in [(long, "head:too-long"), (many, "head:too-many-fields")] {
        let mut wire = program.client().wire().await;
        wire.send(head).await;
        assert!(wire.rest().await.starts_with("HTTP/1.1 400 "));
        program.record(|record| record["reason"] == reason);
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_refused_by_its_head_shows_its_page() {
    let (origin, program, host) = site().await;
    let length = 8 << 20;
    let mut wire = program.client().wire().await;
    wire.send(format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ))
    .await;
    wire.send(vec![b'a'; length]).await;
    let page = wire.rest().await;
    assert!(page.starts_with("HTTP/1.1 400 ") && page.ends_with("</html>\n"), "{page}");
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn old_korean_links_live_and_are_inspected() {
    let (origin, program, host) = site().await;
    let get = |target: &[u8]| {
        let rest = format!(" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        [b"GET ", target, rest.as_bytes()].concat()
    };
    // "가" in EUC-KR, in the path and in the query.
    let answer = program.client().raw(get(b"/\xb0\xa1.asp?q=\xb0\xa1&p=1")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(origin.seen()[0].target(), "/%B0%A1.asp?q=%B0%A1&p=1");
    // "주민번호" in EUC-KR before a number.
    let target = [b"/?q=\xc1\xd6\xb9\xce\xb9\xf8\xc8\xa3", RESIDENT.as_bytes()].concat();
    let answer = program.client().raw(get(&target)).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert_eq!(origin.seen().len(), 1, "the number stays here");
    let record = program.record(|record| record["outcome"] == "request-refused");
    assert_eq!(record["upload"]["found"][0]["kind"], "resident-registration-number", "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_a_chunked_body_is_never_a_request() {
    let (origin, program, host) = site().await;
    let smuggled = format!("GET /smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for kept in ["", "Connection: keep-alive\r\n"] {
        let head = format!("POST /a HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\n{kept}");
        let body = "3\r\na=b\r\n0\r\n\r\n";
        let answer = program.client().raw(format!("{head}Transfer-Encoding: chunked\r\n\r\n{body}{smuggled}")).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
    let seen = origin.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|seen| seen.target() == "/a" && seen.body == b"a=b" && seen.whole));
}

/// hyper reads chunks: what it takes has one reading, which goes on with a length; what it does not take is refused.
#[tokio::test(flavor = "multi_thread")]
async fn odd_chunks_are_refused_or_reach_the_site_as_one_body_of_known_length() {
    let (origin, program, host) = site().await;
    let smuggled = format!("GET /smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut passed = 0;
    for (chunks, passes) in [
        ("3\r\na=b\r\n0\r\n\r\n", true),
        ("0003\r\na=b\r\n0\r\n\r\n", true),
        ("3;a=b\r\na=b\r\n0;c\r\n\r\n", true),
        ("3 \r\na=b\r\n0\r\n\r\n", true),
        ("3\r\na=b\r\n0\r\nContent-Length: 5\r\nX-Late: y\r\n\r\n", true),
        ("3\na=b\n0\n\n", false),
        ("3\r\na=b\n0\r\n\r\n", false),
        ("3\r\na=b0\r\n\r\n", false),
        ("3;a\nb\r\na=b\r\n0\r\n\r\n", false),
        ("0x3\r\na=b\r\n0\r\n\r\n", false),
        ("+3\r\na=b\r\n0\r\n\r\n", false),
        (" \r\na=b\r\n0\r\n\r\n", false),
        ("\r\n3\r\na=b\r\n0\r\n\r\n", false),
        ("ffffffffffffffff3\r\na=b\r\n0\r\n\r\n", false),
        ("3\r\na=b\r\n0\r\nX: y\nZ: w\r\n\r\n", false),
    ] {
        let head = format!("POST /a HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\n");
        let answer = program.client().raw(format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}{smuggled}")).await;
        let status = if passes { "HTTP/1.1 200 " } else { "HTTP/1.1 400 " };
        assert!(answer.starts_with(status), "{chunks:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{chunks:?}: {answer}");
        passed += usize::from(passes);
        assert_eq!(origin.seen().len(), passed, "{chunks:?}");
    }
    for seen in origin.seen() {
        assert_eq!((seen.target(), seen.body.as_slice(), seen.whole), ("/a", &b"a=b"[..], true));
        assert_eq!(seen.field("content-length"), ["3"]);
        assert!(seen.field("transfer-encoding").is_empty() && seen.field("x-late").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelined_requests_are_answered_in_order() {
    let origin = Origin::new(|seen: &Seen| {
        let text = format!("{} {}", seen.target(), seen.body.len());
        vec![crate::support::Piece::Send(crate::support::answer("text/plain", "", text))]
    })
    .await;
    let program = Program::before(origin.port).start();
    let host = format!("localhost:{}", program.port);
    let mut wire = program.client().wire().await;
    let body = "GET /smuggled HTTP/1.1\r\n\r\n".repeat(2000);
    let post = |path: &str, body: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let all = [get("/1"), post("/2", &body), get("/3"), post("/4", "x"), get("/5\nbad"), get("/6")].concat();
    wire.send(all).await;
    let answers = wire.rest().await;
    let order = ["/1 0", &format!("/2 {}", body.len()), "/3 0", "/4 1", "HTTP/1.1 400 "];
    let places: Vec<_> = order.iter().map(|text| answers.find(text).unwrap_or_else(|| panic!("{text}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    let targets: Vec<String> = origin.seen().iter().map(|seen| seen.target().to_owned()).collect();
    assert_eq!(targets, ["/1", "/2", "/3", "/4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_may_wait_and_a_slow_head_may_not() {
    let origin = Origin::always(ok()).await;
    let limits = "[limits]\nheader_timeout = \"400ms\"\nidle_timeout = \"3s\"";
    let program = Program::before(origin.port).top(limits).start();
    let mut kept = program.client().keep(Http::One).await;
    for _ in 0..2 {
        assert_eq!(kept.get("/").await.status, 200);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }
    assert_eq!(kept.get("/").await.status, 200, "it idled for longer than a head may take");
    let mut slow = program.client().wire().await;
    let start = Instant::now();
    slow.send("GET / HTTP/1.1\r\nHost: local").await;
    while slow.try_send("a").await && start.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let mut silent = program.client().wire().await;
    let start = Instant::now();
    assert_eq!(silent.rest().await, "");
    assert!(start.elapsed() > Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(origin.seen().len(), 3);
    let recorded = |reason: &str| program.lines().iter().filter(|line| line.contains(reason)).count();
    assert_eq!(recorded("head:timeout"), 1, "{:?}", program.lines());
    let mut cut = program.client().wire().await;
    cut.send("GET / HTTP/1.1\r\nHost: local").await;
    drop(cut);
    drop(program.client().wire().await);
    let start = Instant::now();
    while recorded("head:cut") == 0 && start.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(recorded("head:"), 2, "who comes and goes is not recorded: {:?}", program.lines());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_switch_is_not_judged_and_what_follows_none_is() {
    let (origin, program, host) = site().await;
    // Cleartext HTTP/2 is not taken up, so HTTP/1 goes on behind the request.
    let head = format!("GET /1 HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    let mut wire = program.client().wire().await;
    wire.send(format!("{head}GET /2 HTTP/1.1\r\nHost: {host}\r\n\r\nGET /3 HTTP/1.1\nHost: {host}\n\n")).await;
    let answers = wire.rest().await;
    assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 2, "{answers}");
    assert!(answers.contains("HTTP/1.1 400 "), "{answers}");
    assert!(origin.seen().iter().all(|seen| seen.field("upgrade").is_empty()));
    assert_eq!(origin.seen().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_what_hyper_leaves_open_is_refused() {
    let (origin, program, host) = site().await;
    let ask = async |name: &'static str, values: &[&str]| {
        let mut request = Request::post("/").body("a=b").expect("a request");
        for value in values {
            request.headers_mut().append(name, HeaderValue::from_str(value).expect("a value"));
        }
        program.client().over(Http::Two, request).await
    };
    for (name, values, reason) in [
        ("host", &["other.test"][..], "head:host-differs"),
        ("host", &[&host, &host], "head:host"),
        ("content-type", &["text/plain", "multipart/form-data; boundary=B"], "head:content-type-twice"),
        ("content_length", &["5"], "head:ambiguous-name"),
        ("transfer_encoding", &["chunked"], "head:ambiguous-name"),
    ] {
        let answer = ask(name, values).await;
        assert_eq!((answer.status.as_u16(), answer.whole), (400, true), "{name} {values:?}");
        assert!(answer.text().contains("<h1"), "{}", answer.text());
        let record = program.record(|record| record["reason"] == reason);
        assert_eq!((&record["protocol"], &record["outcome"]), (&"h2".into(), &"bad-request".into()), "{record}");
    }
    let method = Request::builder().method("900101-1234568").uri("/").body("a=b").expect("a request");
    assert_eq!(program.client().over(Http::Two, method).await.status, 400);
    assert_eq!(program.record(|record| record["reason"] == "head:method")["protocol"], "h2");
    assert!(origin.seen().is_empty());
    assert_eq!(ask("host", &[&host]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_for_operations_is_behind_a_gate_too() {
    let (_origin, program, _) = site().await;
    let mut wire = plain(program.operations).await;
    wire.send("GET /livez HTTP/1.1\nHost: a\n\n").await;
    assert!(wire.rest().await.starts_with("HTTP/1.1 400 "));
    assert_eq!(program.operations("/livez").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_given_back() {
    let (_origin, program, host) = site().await;
    for Case { head, .. } in cases() {
        let mut wire = program.client().wire().await;
        wire.send(bytes(head, &host)).await;
    }
    until("no connection is left", async || {
        let (_, metrics) = program.operations("/metrics").await;
        metrics.contains("garim_connections 0\n") && metrics.contains("garim_open_exchanges 0\n")
    })
    .await;
}
