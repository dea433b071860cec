//! What of a head reaches the other side, as literal bytes.

use crate::support::{Http, Origin, Piece, Program, Seen, ok};
use bytes::Bytes;
use http::Request;

/// A GET as literal bytes that end their connection.
fn get(port: u16, path: &str, fields: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{fields}\r\n")
}

fn asking(path: &str) -> http::request::Builder {
    Request::get(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_one_connection_go_no_further() {
    let answered = "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n\
                    Proxy-Connection: keep-alive\r\nTrailer: X-Late\r\nX-Shown: Ja\r\nContent-Length: 2\r\n\r\nok";
    let origin = Origin::always(answered.as_bytes().to_vec()).await;
    let program = Program::before(origin.port).start();
    let request = format!(
        "GET /a?b=c HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close, X-Private\r\nX-Private: 1\r\n\
         Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nTrailer: X-Late\r\n\
         Proxy-Authorization: Basic eA==\r\nX-Kept: Ja\r\n\r\n",
        program.port
    );
    let answer = program.client().raw(request).await;
    let head = &origin.seen()[0].head;
    assert!(head.starts_with("GET /a?b=c HTTP/1.1\r\n") && head.contains("X-Kept: Ja\r\n"), "{head}");
    let gone = ["x-private", "keep-alive", "proxy-connection", "te", "trailer", "proxy-authorization", "connection"];
    for name in gone {
        assert!(origin.seen()[0].field(name).is_empty(), "{name} in {head}");
    }
    assert!(answer.contains("X-Shown: Ja\r\n") && answer.ends_with("\r\n\r\nok"), "{answer}");
    let shown = answer.to_ascii_lowercase();
    for name in ["x-hop", "keep-alive", "proxy-connection", "trailer"] {
        assert!(!shown.contains(name), "{name} in {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_keep_their_case_both_ways() {
    let answered = |kind: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-type: {kind}\r\nX-CamelCase: V\r\nx-lower: v\r\nETAG: \"1\"\r\nContent-LENGTH: 2\r\n\r\nok"
        )
    };
    for kind in ["text/html; charset=utf-8", "image/png"] {
        let origin = Origin::always(answered(kind).into_bytes()).await;
        let program = Program::before(origin.port).start();
        let fields = "USER-AGENT: a\r\nx-lower: b\r\nX-CamelCase: C\r\nCookie: d=E\r\n";
        let answer = program.client().raw(get(program.port, "/", fields)).await;
        let head = &origin.seen()[0].head;
        for field in ["\r\nUSER-AGENT: a\r\n", "\r\nx-lower: b\r\n", "\r\nX-CamelCase: C\r\n", "\r\nCookie: d=E\r\n"] {
            assert!(head.contains(field), "{field:?} is not in {head}");
        }
        for field in [&format!("\r\nContent-type: {kind}\r\n"), "\r\nX-CamelCase: V\r\n", "\r\nx-lower: v\r\n"] {
            assert!(answer.contains(field), "{field:?} is not in {answer}");
        }
        assert!(answer.contains("\r\nETAG: \"g-") && answer.contains("\r\nContent-LENGTH: 2\r\n"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_old_sites_fold_or_set_off_become_plain_ones() {
    let page = "<p>900101-1234568</p>";
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type:\r\n text/html;\r\n\tcharset=utf-8\r\nX-Note: number\r\n 900101-1234568\r\nSet-Cookie : a=b\r\n\
         Content-Length : {}\r\n\r\n",
        page.len()
    );
    let origin = Origin::always(format!("{head}{page}").into_bytes()).await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        let answer = program.client().keep(http).await.get("/").await;
        assert_eq!((answer.status.as_u16(), answer.field("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(answer.text(), "<p>900101-*******</p>");
        assert!(answer.field("set-cookie").starts_with("a=b"), "{}", answer.field("set-cookie"));
        let note = answer.field("x-note");
        assert!(!note.is_empty() && !note.contains("1234568"), "{note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_is_kept_and_forwarding_fields_of_a_stranger_are_not_believed() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let authority = format!("localhost:{}", program.port);
    for (number, http) in Http::BOTH.into_iter().enumerate() {
        let request = asking(&format!("/{number}"))
            .header("x-forwarded-for", "203.0.113.7")
            .header("x-forwarded-for", "203.0.113.8")
            .header("forwarded", "for=203.0.113.7;proto=http")
            .header("x-forwarded-host", "evil.test")
            .header("x-forwarded-proto", "http")
            .header("x-forwarded-port", "1")
            .header("x-forwarded-prefix", "/evil");
        assert_eq!(program.client().over(http, request.body("").expect("a request")).await.status, 200);
        let seen = origin.seen().pop().expect("a request");
        assert_eq!(seen.field("host"), [&authority], "{http:?}");
        assert_eq!(seen.field("x-forwarded-for"), ["127.0.0.1"]);
        assert_eq!(seen.field("x-forwarded-host"), [&authority]);
        assert_eq!(seen.field("x-forwarded-proto"), ["https"]);
        assert_eq!(seen.field("x-forwarded-port"), [program.port.to_string()]);
        assert_eq!(seen.field("forwarded"), [format!("for=127.0.0.1;host=\"{authority}\";proto=https")]);
        assert!(seen.field("x-forwarded-prefix").is_empty(), "{}", seen.head);
        let record = program.record(|record| record["path"] == format!("/{number}"));
        assert_eq!(record["client"], "127.0.0.1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_is_believed() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).server("trusted_proxies = [\"127.0.0.0/8\"]").start();
    for (number, http) in Http::BOTH.into_iter().enumerate() {
        let request = asking(&format!("/{number}"))
            .header("x-forwarded-for", "198.51.100.1, 203.0.113.7")
            .header("x-forwarded-proto", "http");
        program.client().over(http, request.body("").expect("a request")).await;
        let seen = origin.seen().pop().expect("a request");
        assert_eq!(seen.field("x-forwarded-for"), ["198.51.100.1, 203.0.113.7, 127.0.0.1"], "{http:?}");
        assert_eq!(seen.field("x-forwarded-proto"), ["http"]);
        let record = program.record(|record| record["path"] == format!("/{number}"));
        assert_eq!(record["client"], "203.0.113.7");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expectation_is_met_by_garim_itself() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let mut wire = program.client().wire().await;
    wire.send(format!(
        "POST /a HTTP/1.1\r\nHost: localhost:{}\r\nExpect: 100-continue\r\nContent-Type: text/plain\r\n\
         Content-Length: 5\r\nConnection: close\r\n\r\n",
        program.port
    ))
    .await;
    assert!(wire.until("\r\n\r\n").await.starts_with("HTTP/1.1 100 "));
    assert!(origin.seen().is_empty(), "nothing goes on before the body");
    wire.send("hello").await;
    assert!(wire.rest().await.starts_with("HTTP/1.1 200 OK\r\n"));
    let seen = origin.seen();
    assert_eq!((seen.len(), seen[0].body.as_slice()), (1, &b"hello"[..]));
    assert!(seen[0].field("expect").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_are_not_forwarded() {
    let body = "2\r\nok\r\n0\r\nX-Late: answer\r\n\r\n";
    for kind in ["text/plain", "image/png"] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let origin = Origin::always(format!("{head}{body}").into_bytes()).await;
        let program = Program::before(origin.port).start();
        let answer = program
            .client()
            .raw(format!(
                "POST /a HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nTE: trailers\r\n\
                 Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Late: request\r\n\r\n",
                program.port
            ))
            .await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.to_ascii_lowercase().contains("x-late"), "{answer}");
        let seen = origin.seen();
        assert_eq!((seen.len(), seen[0].body.as_slice(), seen[0].whole), (1, &b"hi"[..], true));
        assert!(seen[0].field("x-late").is_empty() && seen[0].field("trailer").is_empty());
        let over_h2 = program.client().over(Http::Two, asking("/").body("").expect("a request")).await;
        assert_eq!((over_h2.text().as_str(), over_h2.whole, over_h2.trailers), ("ok", true, false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_at_the_sites_own_http_becomes_https() {
    let origin = Origin::new(|seen: &Seen| {
        let host = seen.field("host").first().copied().unwrap_or_default().to_owned();
        let to = match seen.target() {
            "/own" => format!("http://{host}/next?a=b#c"),
            "/relative" => "/next".to_owned(),
            _ => "http://other.test/next".to_owned(),
        };
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
        vec![Piece::Send(answer.into_bytes())]
    })
    .await;
    let program = Program::before(origin.port).start();
    let own = format!("https://localhost:{}/next?a=b#c", program.port);
    for http in Http::BOTH {
        for (path, location) in [("/own", own.as_str()), ("/relative", "/next"), ("/other", "http://other.test/next")] {
            let answer = program.client().over(http, asking(path).body("").expect("a request")).await;
            assert_eq!((answer.status.as_u16(), answer.field("location")), (302, location), "{http:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_arrive_as_they_were_set_and_go_back_as_one() {
    let answered = "HTTP/1.1 200 OK\r\nSet-Cookie: b=2; Path=/\r\nSet-Cookie: a=1; HttpOnly\r\nSet-Cookie: b=3\r\n\
                    Content-Length: 0\r\n\r\n";
    let origin = Origin::always(answered.as_bytes().to_vec()).await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        let request = asking("/").header("cookie", "PHPSESSID=x; a=1").header("cookie", "b=2");
        let answer = program.client().over(http, request.body("").expect("a request")).await;
        assert_eq!(answer.fields("set-cookie"), ["b=2; Path=/", "a=1; HttpOnly", "b=3"], "{http:?}");
        // HTTP/2 clients send a field for each cookie; over HTTP/1.1 there may be only one (RFC 9113 section 8.2.3).
        assert_eq!(origin.seen().pop().expect("a request").field("cookie"), ["PHPSESSID=x; a=1; b=2"], "{http:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_a_body_keep_their_heads() {
    let origin = Origin::new(|seen: &Seen| {
        let answer = match seen.target() {
            "/head" => "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nETag: \"1\"\r\nContent-Length: 1000\r\n\r\n",
            "/204" => "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n",
            _ => "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nX-A: b\r\n\r\n",
        };
        vec![Piece::Send(answer.as_bytes().to_vec())]
    })
    .await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        let mut kept = program.client().keep(http).await;
        let head = kept.send(Request::head("/head").body(Bytes::new()).expect("a request")).await;
        assert_eq!((head.status.as_u16(), head.field("content-length"), head.whole), (200, "1000", true), "{http:?}");
        for (path, status) in [("/204", 204), ("/304", 304)] {
            let request = Request::get(path).header("if-none-match", head.field("etag"));
            let answer = kept.send(request.body(Bytes::new()).expect("a request")).await;
            assert_eq!((answer.status.as_u16(), answer.field("x-a"), answer.body.len()), (status, "b", 0), "{http:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_no_site_of_ours_gets_a_page() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let port = program.port;
    for (head, status, error) in [
        ("GET / HTTP/1.1\r\nHost: other.test\r\n".to_owned(), "421", "no-such-site"),
        ("GET / HTTP/1.1\r\n".to_owned(), "400", "bad-request"),
        (format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nHost: localhost:{port}\r\n"), "400", "bad-request"),
        (format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nHost: other.test\r\n"), "400", "bad-request"),
        (format!("GET http://other.test/ HTTP/1.1\r\nHost: localhost:{port}\r\n"), "400", "bad-request"),
        (format!("GET / HTTP/1.1\r\nHost: a@localhost:{port}\r\n"), "400", "bad-request"),
        ("CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n".to_owned(), "400", "bad-request"),
    ] {
        let request = format!("{head}Accept-Language: en\r\nConnection: close\r\n");
        let page = program.client().raw(format!("{request}\r\n")).await;
        assert!(page.starts_with(&format!("HTTP/1.1 {status} ")) && page.contains("<h1"), "{head}: {page}");
        let json = program.client().raw(format!("{request}Accept: application/json\r\n\r\n")).await;
        let body = json.split_once("\r\n\r\n").expect("a body").1;
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["error"], error, "{head}");
        program.record(|record| record["outcome"] == error);
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_in_absolute_form_reaches_the_site_in_origin_form() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let port = program.port;
    let request =
        format!("GET https://localhost:{port}/a?b HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n");
    assert!(program.client().raw(format!("{request}\r\n")).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(origin.seen()[0].target(), "/a?b");
    assert_eq!(origin.seen()[0].field("host"), [format!("localhost:{port}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_to_nowhere_gets_its_page_though_it_is_long() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let mut wire = program.client().wire().await;
    let length = 4 << 20;
    wire.send(format!("POST / HTTP/1.1\r\nHost: other.test\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"))
        .await;
    wire.send(vec![b'a'; length]).await;
    assert!(wire.rest().await.starts_with("HTTP/1.1 421 "));
}
