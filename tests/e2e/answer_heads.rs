//! The head of an answer stays true: untouched where nothing was masked, mended where something was; HEAD, Range.

use crate::codings::{HTML, body, chunk, codings, content, number};
use crate::support::{Http, MASK_ALL, Origin, Piece, Program, RESIDENT, Seen, answer, coded, masked, page, unsealed};
use garim::inspect::coding::Coding;
use http::{HeaderMap, Method, Request};

/// Fields that speak of the very bytes of a body.
const VALIDATORS: &str = "ETag: \"1\"\r\nLast-Modified: Sun, 22 Nov 2026 00:00:00 GMT\r\nAccept-Ranges: bytes\r\n\
    Digest: sha-256=eA==\r\nContent-Digest: sha-256=:eA==:\r\nCache-Control: public, max-age=60\r\nX-A: b\r\n";

/// All fields but those of the connection and the time.
fn lasting(headers: &HeaderMap) -> Vec<(String, String)> {
    let hop = ["connection", "keep-alive", "transfer-encoding", "date"];
    let fields = headers.iter().filter(|(name, _)| !hop.contains(&name.as_str()));
    let mut fields: Vec<_> =
        fields.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect();
    fields.sort();
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nothing_to_mask_the_bytes_go_out_as_they_came() {
    let clean = page(&"아무 번호도 없는 글 2026-11-22. ".repeat(300)).into_bytes();
    let html = "text/html; charset=utf-8";
    let mut bodies = codings(&clean);
    bodies.push(("", clean));
    let mut answers = Vec::new();
    for (coding, bytes) in &bodies {
        let coding = if coding.is_empty() { String::new() } else { format!("Content-Encoding: {coding}\r\n") };
        answers.push(answer(html, &format!("{VALIDATORS}{coding}"), bytes));
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {html}\r\n{VALIDATORS}{coding}Transfer-Encoding: chunked\r\n\r\n"
        );
        answers.push([head.into_bytes(), chunk(&bytes[..9]), chunk(&bytes[9..]), chunk(b"")].concat());
    }
    let served = answers.clone();
    let origin = Origin::new(move |seen: &Seen| vec![Piece::Send(served[number(seen)].clone())]).await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    for (number, answer) in answers.iter().enumerate() {
        let (coding, bytes) = &bodies[number / 2];
        let head = String::from_utf8_lossy(answer).into_owned();
        let head = head.split("\r\n\r\n").next().expect("a head").to_owned();
        for http in Http::BOTH {
            let request = Request::get(format!("/{number}")).header("accept-encoding", "gzip").body("");
            let shown = program.client().over(http, request.expect("a request")).await;
            assert!(shown.whole && shown.body == bytes, "{number} {coding} {http:?}");
            let fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
            let mut sent: Vec<_> = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
            sent.retain(|(name, _)| name != "transfer-encoding");
            let mut got = lasting(&shown.headers);
            if number % 2 == 1 {
                // A length that garim has come to know is true as well.
                got.retain(|(name, value)| name != "content-length" || *value != bytes.len().to_string());
            }
            // The validators are garim's own: the site's tag inside one of ours, which stands for its date as well.
            let tags = got.extract_if(.., |(name, _)| name == "etag").map(|(_, value)| value).collect::<Vec<_>>();
            assert!(matches!(tags.as_slice(), [tag] if tag.starts_with("\"g-") && tag.ends_with("-s1\"")), "{tags:?}");
            sent.retain(|(name, _)| name != "etag" && name != "last-modified");
            sent.sort();
            assert_eq!(got, sent, "{number} {coding} {http:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_what_was_masked_is_true() {
    let body = body();
    let mut bodies = codings(&body);
    bodies.push(("", body.clone()));
    let expected = masked(HTML, &body);
    let field = |coding: &str| format!("Expires: Sun, 22 Nov 2026 00:00:00 GMT\r\nContent-Encoding: {coding}\r\n");
    let answers = bodies.iter().map(|(coding, bytes)| match coding.is_empty() {
        true => answer(HTML, VALIDATORS, bytes),
        false => answer(HTML, &format!("{VALIDATORS}{}", field(coding)), bytes),
    });
    let answers: Vec<Vec<u8>> = answers.collect();
    let origin = Origin::new(move |seen: &Seen| vec![Piece::Send(answers[number(seen)].clone())]).await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    for (number, (coding, _)) in bodies.iter().enumerate() {
        for (accept, asked) in [("gzip;q=0.5, br", "gzip"), ("gzip;q=0, br", "identity"), ("", "identity")] {
            let request = Request::get(format!("/{number}")).header("accept-encoding", accept).body("");
            let shown = program.client().send(request.expect("a request")).await;
            assert_eq!(origin.seen().pop().expect("a request").field("accept-encoding"), [asked]);
            let recoded = if asked == "gzip" && !coding.is_empty() { "gzip" } else { "" };
            assert_eq!(shown.field("content-encoding"), recoded, "{coding} for {accept}");
            assert!(unsealed(&content(&shown)) == expected, "{coding} for {accept}");
            assert_eq!(shown.field("content-length"), shown.body.len().to_string(), "{coding} for {accept}");
            assert_eq!(shown.field("cache-control"), "private, no-store");
            assert_eq!(shown.field("x-a"), "b");
            for gone in ["etag", "last-modified", "accept-ranges", "digest", "content-digest", "expires"] {
                assert_eq!(shown.field(gone), "", "{gone} of {coding}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_says_nothing_that_the_page_does_not() {
    let body = body();
    let json = format!("{{\"주민등록번호\":{}}}", RESIDENT.replace('-', ""));
    let clean = page("없음").into_bytes();
    let answers = [
        answer(HTML, VALIDATORS, &body),
        answer(HTML, &format!("{VALIDATORS}Content-Encoding: gzip\r\n"), coded(Coding::Gzip, &body)),
        answer("application/json", VALIDATORS, json),
        answer("text/html; charset=utf-8", VALIDATORS, clean),
        answer("image/png", VALIDATORS, b"\x89PNG\r\n\x1a\n"),
    ];
    let last = answers.len() - 1;
    let served = answers.clone();
    let origin = Origin::new(move |seen: &Seen| {
        let answer = &served[number(seen)];
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
        vec![Piece::Send(if seen.head.starts_with("HEAD") { answer[..end].to_vec() } else { answer.clone() })]
    })
    .await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    for number in 0..answers.len() {
        for (http, accept) in Http::BOTH.into_iter().zip(["gzip", "identity"]) {
            let ask = |method: Method| {
                let request = Request::builder().method(method).uri(format!("/{number}"));
                request.header("accept-encoding", accept).body("").expect("a request")
            };
            let head = program.client().over(http, ask(Method::HEAD)).await;
            let get = program.client().over(http, ask(Method::GET)).await;
            assert_eq!((head.status, head.body.len()), (get.status, 0));
            let get = lasting(&get.headers);
            for field in lasting(&head.headers) {
                assert!(get.contains(&field), "{number} {http:?}: {field:?} is not in {get:?}");
            }
            assert!(number != last || lasting(&head.headers) == get, "{number}: nothing of a picture changes");
            // Whether a cache may keep a page is only known with the page.
            assert!(
                number == last || ["etag", "last-modified", "cache-control"].map(|name| head.field(name)) == [""; 3]
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_of_something_inspected_becomes_whole_and_one_of_a_film_stays() {
    let body = body();
    let origin = Origin::new(move |seen: &Seen| {
        let film = seen.target() == "/film";
        let kind = if film { "video/mp4" } else { HTML };
        if seen.field("range").is_empty() {
            return vec![Piece::Send(answer(kind, "Accept-Ranges: bytes\r\n", &body))];
        }
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Type: {kind}\r\nContent-Range: bytes 5-9/{}\r\n",
            body.len()
        );
        vec![Piece::Send([format!("{head}Content-Length: 5\r\n\r\n").as_bytes(), &body[5..10]].concat())]
    })
    .await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    let body = crate::codings::body();
    for http in Http::BOTH {
        let range = |path: &str| Request::get(path).header("range", "bytes=5-9").body("").expect("a request");
        let whole = program.client().over(http, range("/page")).await;
        assert_eq!((whole.status.as_u16(), whole.field("content-range")), (200, ""), "{http:?}");
        assert!(unsealed(&whole.body) == masked(HTML, &body));
        let posted = Request::post("/page").header("range", "bytes=5-9").body("a=b").expect("a request");
        let posted = program.client().over(http, posted).await;
        assert_eq!((posted.status.as_u16(), posted.field("content-range")), (200, ""), "{http:?}");
        let part = program.client().over(http, range("/film")).await;
        assert_eq!(part.status, 206, "{http:?}");
        assert_eq!(
            (part.body.as_ref(), part.field("content-range")),
            (&body[5..10], &*format!("bytes 5-9/{}", body.len()))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_any_field_of_an_answer_is_not_shown() {
    let head = format!(
        "HTTP/1.1 200 {RESIDENT}\r\nX-User: {RESIDENT}\r\nX-{RESIDENT}: 1\r\nETag: \"{RESIDENT}\"\r\nX-Jumin1: 900101\r\n\
         X-Jumin2: 1234568\r\nSet-Cookie: {RESIDENT}\r\nX-A: b\r\n"
    );
    let origin = Origin::new(move |seen: &Seen| {
        let kind = if seen.target() == "/film" { "video/mp4" } else { HTML };
        let body = if seen.head.starts_with("HEAD") { "" } else { "ok" };
        vec![Piece::Send(format!("{head}Content-Type: {kind}\r\nContent-Length: 2\r\n\r\n{body}").into_bytes())]
    })
    .await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    for (method, path) in [(Method::GET, "/page"), (Method::HEAD, "/page"), (Method::GET, "/film")] {
        let port = program.port;
        let raw = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        let shown = program.client().raw(raw).await;
        assert!(shown.starts_with("HTTP/1.1 200 OK\r\n") && shown.contains("X-A: b\r\n"), "{shown}");
        assert!(!shown.contains("1234568"), "{shown}");
        let ask = Request::builder().method(method.clone()).uri(path).body("").expect("a request");
        let over_h2 = program.client().over(Http::Two, ask).await;
        assert!(!format!("{:?}", over_h2.headers).contains("1234568"), "{:?}", over_h2.headers);
        let user = over_h2.field("x-user").to_owned();
        assert_eq!(unsealed(user.as_bytes()), format!("⟦{RESIDENT}⟧").into_bytes());
        let back = Request::post("/page").header("x-user", user).body("").expect("a request");
        assert_eq!(program.client().over(Http::Two, back).await.status, 200);
        assert_eq!(origin.seen().pop().expect("a request").field("x-user"), [RESIDENT]);
    }
    let record = program.record(|record| record["path"] == "/film");
    assert_eq!(record["download"]["verdict"], "mask", "{record}");
    assert!(!program.lines().join("\n").contains("1234568"));
}
