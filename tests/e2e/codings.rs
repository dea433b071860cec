//! However an answer is cut, coded and carried, the client gets the page that inspecting the whole body gives; and what
//! holds nothing goes out as it came.

use crate::support::{
    Answer, Http, MASK_ALL, Origin, Piece, Program, RESIDENT, Seen, accounted, answer, coded, coded_in_pieces, decoded,
    masked, page,
};
use garim::inspect::coding::Coding;
use http::{HeaderMap, Method, Request};
use std::sync::Arc;
use std::time::Duration;

const HTML: &str = "text/html; charset=euc-kr";
/// Longer than garim waits for a site that is at work on the rest of a page: what came goes on its way.
const PAUSE: Duration = Duration::from_millis(40);
/// Where one value stands that is cut at every byte.
const CUT: &str = "900101-5123488";

/// A page in EUC-KR with values of several kinds in several places.
fn body() -> Vec<u8> {
    let text = format!(
        "게시판</p>\n{}<p>주민등록번호 {RESIDENT}</p><input name=a value=\"010-1234-5678\"><p>외국인 {CUT} 카드 \
         4539-1488-0343-6467</p><script>view('{RESIDENT}')</script><!-- hong@example.com -->",
        "<p>공지 2026-11-22 조회 1,234</p>\n".repeat(40)
    );
    encoding_rs::EUC_KR.encode(&page(&text)).0.into_owned()
}

fn head(extra: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n{extra}\r\n").into_bytes()
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// An answer in chunks, with or without pauses between them.
fn chunked(extra: &str, pieces: &[impl AsRef<[u8]>], pause: bool) -> Vec<Piece> {
    let mut all = vec![Piece::Send(head(&format!("Transfer-Encoding: chunked\r\n{extra}")))];
    for piece in pieces {
        if pause {
            all.push(Piece::Pause(PAUSE));
        }
        all.push(Piece::Send(chunk(piece.as_ref())));
    }
    all.push(Piece::Send(chunk(b"")));
    all
}

struct Way {
    name: String,
    pieces: Vec<Piece>,
}

/// All ways in which the site sends the page.
fn ways(body: &[u8]) -> Vec<Way> {
    let mut ways = Vec::new();
    let mut add = |name: String, pieces| ways.push(Way { name, pieces });
    add("with a length".into(), vec![Piece::Send(answer(HTML, "", body))]);
    add(
        "up to the close".into(),
        vec![Piece::Send([head("Connection: close\r\n"), body.to_vec()].concat()), Piece::Close],
    );
    let at = body.windows(CUT.len()).position(|window| window == CUT.as_bytes()).expect("the value");
    for cut in at..=at + CUT.len() {
        let pieces = [&body[..cut], &body[cut..]];
        let zipped = coded_in_pieces(Coding::Gzip, &pieces);
        for pause in [false, true] {
            add(format!("cut at {}, pause {pause}", cut - at), chunked("", &pieces, pause));
            let name = format!("gzip, cut at {}, pause {pause}", cut - at);
            add(name, chunked("Content-Encoding: gzip\r\n", &zipped, pause));
        }
        let members = [coded(Coding::Gzip, &body[..cut]), coded(Coding::Gzip, &body[cut..])].concat();
        add(
            format!("gzip members, cut at {}", cut - at),
            vec![Piece::Send(answer(HTML, "Content-Encoding: gzip\r\n", members))],
        );
    }
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    add("byte by byte".into(), chunked("", &bytes, false));
    for (name, bytes) in codings(body) {
        let field = format!("Content-Encoding: {name}\r\n");
        add(format!("{name} whole"), vec![Piece::Send(answer(HTML, &field, &bytes))]);
        let pieces: Vec<&[u8]> = bytes.chunks(bytes.len().div_ceil(4)).collect();
        add(format!("{name} slowly"), chunked(&field, &pieces, true));
    }
    ways
}

fn codings(body: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let zlib = coded(Coding::Deflate, body);
    assert_eq!(zlib[0], 0x78, "zlib has a head");
    vec![
        ("gzip", coded(Coding::Gzip, body)),
        ("x-gzip", coded(Coding::Gzip, body)),
        // Old servers send deflate without the zlib around it.
        ("deflate", zlib[2..zlib.len() - 4].to_vec()),
        ("deflate", zlib),
        ("br", coded(Coding::Brotli, body)),
        ("zstd", coded(Coding::Zstd, body)),
        ("deflate, gzip", coded(Coding::Gzip, &coded(Coding::Deflate, body))),
    ]
}

fn content(answer: &Answer) -> Vec<u8> {
    decoded(answer.field("content-encoding"), &answer.body)
}

fn number(seen: &Seen) -> usize {
    seen.target()[1..].parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_gives_what_the_whole_body_gives() {
    let body = body();
    let expected = masked(HTML, &body);
    assert!(expected != body && expected.len() == body.len());
    let ways = Arc::new(ways(&body));
    let served = Arc::clone(&ways);
    let origin = Origin::new(move |seen: &Seen| served[number(seen)].pieces.clone()).await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    let mut tasks = Vec::new();
    for http in Http::BOTH {
        for accept in ["gzip, deflate, br", "identity"] {
            let (ways, client, expected) = (Arc::clone(&ways), program.client(), expected.clone());
            tasks.push(tokio::spawn(async move {
                let mut kept = client.keep(http).await;
                for (number, Way { name, .. }) in ways.iter().enumerate() {
                    let request = Request::get(format!("/{number}")).header("accept-encoding", accept);
                    let shown = kept.send(request.body("").expect("a request")).await;
                    assert!(shown.whole && content(&shown) == expected, "{name} over {http:?}: {}", shown.text());
                    assert!(shown.field("content-encoding").is_empty() || accept != "identity", "{name}");
                }
            }));
        }
    }
    for task in tasks {
        task.await.expect("every way");
    }
    for number in 0..ways.len() {
        accounted(&program.record(|record| record["path"] == format!("/{number}")), "download", body.len());
    }
    for seen in origin.seen() {
        assert!(matches!(seen.field("accept-encoding")[..], ["gzip" | "identity"]), "{}", seen.head);
    }
}

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
            assert!(content(&shown) == expected, "{coding} for {accept}");
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
            // Whether a cache may keep the page is only known with the page: one that was masked is kept by none.
            let said = lasting(&head.headers).into_iter().filter(|(name, _)| number == last || name != "cache-control");
            for field in said {
                assert!(get.contains(&field), "{number} {http:?}: {field:?} is not in {get:?}");
            }
            assert!(number != last || lasting(&head.headers) == get, "{number}: nothing of a picture changes");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_of_something_inspected_becomes_whole_and_one_of_a_picture_stays() {
    let body = body();
    let origin = Origin::new(move |seen: &Seen| {
        let picture = seen.target() == "/picture";
        let kind = if picture { "image/png" } else { HTML };
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
    let body = self::body();
    for http in Http::BOTH {
        let range = |path: &str| Request::get(path).header("range", "bytes=5-9").body("").expect("a request");
        let whole = program.client().over(http, range("/page")).await;
        assert_eq!((whole.status.as_u16(), whole.field("content-range")), (200, ""), "{http:?}");
        assert!(whole.body == masked(HTML, &body));
        let part = program.client().over(http, range("/picture")).await;
        assert_eq!(part.status, 206, "{http:?}");
        assert_eq!(
            (part.body.as_ref(), part.field("content-range")),
            (&body[5..10], &*format!("bytes 5-9/{}", body.len()))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_304_passes_without_a_body() {
    let not_modified = format!("HTTP/1.1 304 Not Modified\r\n{VALIDATORS}\r\n").into_bytes();
    let origin = Origin::always(not_modified).await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    for http in Http::BOTH {
        let mut kept = program.client().keep(http).await;
        for _ in 0..2 {
            let request = Request::get("/style.css").header("if-none-match", "\"1\"").body("").expect("a request");
            let answer = kept.send(request).await;
            assert_eq!(
                (answer.status.as_u16(), answer.field("etag"), answer.body.len()),
                (304, "\"1\"", 0),
                "{http:?}"
            );
        }
        assert_eq!(origin.seen().pop().expect("a request").field("if-none-match"), ["\"1\""]);
    }
}
