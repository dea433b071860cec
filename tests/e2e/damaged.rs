//! Bodies that break their own syntax: refused with a page that says so, and never forwarded, not even in part.

use crate::support::{FORM, Http, Origin, Program, ok};
use garim::inspect::coding::{Coding, Encoder};
use http::Request;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    let mut encoder = Encoder::new(Coding::Gzip, 6);
    encoder.encode(content, &mut coded).expect("coded");
    encoder.finish(&mut coded).expect("coded");
    coded
}

const MULTIPART: &str = "multipart/form-data; boundary=B";

/// A part of a form.
fn part(name: &str, value: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

struct Broken {
    what: &'static str,
    content_type: &'static str,
    coding: &'static str,
    body: Vec<u8>,
}

fn broken() -> Vec<Broken> {
    let plain = |what, content_type, body: String| Broken { what, content_type, coding: "", body: body.into_bytes() };
    let coded = |what, body| Broken { what, content_type: FORM, coding: "gzip", body };
    let whole = gzip(b"subject=hello&content=world");
    let mut wrong_sum = whole.clone();
    let sum = whole.len() - 8;
    wrong_sum[sum] ^= 1;
    vec![
        plain("a form without its end", MULTIPART, part("a", "b")),
        plain("a form that ends within a head", MULTIPART, format!("{}--B\r\nContent-Dispo", part("a", "b"))),
        plain("a form whose end is not at the end", MULTIPART, format!("{}--B--\r\nmore", part("a", "b"))),
        plain("a form with something before it", MULTIPART, format!("before\r\n{}--B--\r\n", part("a", "b"))),
        plain("a part without a name", MULTIPART, "--B\r\nContent-Type: text/plain\r\n\r\na\r\n--B--\r\n".to_owned()),
        plain("no boundary", "multipart/form-data", format!("{}--B--\r\n", part("a", "b"))),
        plain(
            "a part of another length",
            MULTIPART,
            part("a", "b").replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\n") + "--B--",
        ),
        plain("two names, of which one holds a file's", MULTIPART, part("a; filename=b", "c") + "--B--"),
        plain("two types", "text/plain, text/html", "a".to_owned()),
        plain("an escape that is none", FORM, "a=%zz".to_owned()),
        plain("an escape that is cut off", FORM, "a=b%4".to_owned()),
        coded("what is not gzip", b"this is not gzip, whatever its head says".to_vec()),
        coded("gzip cut off", whole[..whole.len() - 9].to_vec()),
        coded("gzip with a wrong sum", wrong_sum),
        coded("bytes after gzip", [&whole[..], b"content=more"].concat()),
        coded("gzip after gzip", [&whole[..], &whole[..]].concat()),
        Broken { what: "an unknown coding", content_type: FORM, coding: "lzma", body: b"a=b".to_vec() },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_is_refused_and_never_forwarded() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        for (number, broken) in broken().into_iter().enumerate() {
            let path = format!("/{http:?}/{number}");
            let what = broken.what;
            let mut request = Request::post(&path).header("content-type", broken.content_type);
            if !broken.coding.is_empty() {
                request = request.header("content-encoding", broken.coding);
            }
            let request = request.header("accept-language", "en").body(broken.body.clone()).expect("a request");
            let refused = program.client().over(http, request).await;
            assert_eq!(refused.status, 403, "{what}: {}", refused.text());
            assert!(refused.text().contains("could not") && refused.text().contains("Nothing was stored"), "{what}");
            let record = program.record(|record| record["path"] == path.as_str());
            assert_eq!(record["outcome"], "request-refused", "{what}: {record}");
            let kind = record["upload"]["found"][0]["kind"].as_str().unwrap_or_default();
            assert!(["uninspectable:damaged", "uninspectable:coding"].contains(&kind), "{what}: {record}");
            let upload = &record["upload"];
            assert_eq!(upload["bytes"], broken.body.len(), "{what}: {record}");
            let passed_over = upload["not_inspected"].as_object().into_iter().flat_map(|all| all.values());
            let sum: u64 = passed_over.chain([&upload["inspected"]]).filter_map(serde_json::Value::as_u64).sum();
            assert_eq!(upload["content"], sum, "{what}: {record}");
        }
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_whole_passes_as_it_came() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let form = format!("{}{}--B--\r\n", part("a", "b"), part("c", "가나다"));
    let coded = gzip(b"subject=hello&content=world");
    for (content_type, coding, body) in [
        (MULTIPART, None, form.as_bytes()),
        (FORM, None, b"a=%41%ea%b0%80&b=+".as_slice()),
        (FORM, Some("gzip"), coded.as_slice()),
    ] {
        let mut request = Request::post("/").header("content-type", content_type);
        if let Some(coding) = coding {
            request = request.header("content-encoding", coding);
        }
        let passed = program.client().send(request.body(body.to_vec()).expect("a request")).await;
        assert_eq!(passed.status, 200, "{content_type}: {}", passed.text());
        let seen = origin.seen().pop().expect("a request");
        assert!(seen.whole && seen.body == body, "{content_type}");
        assert_eq!(seen.field("content-encoding").first().copied(), coding);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_said_twice_is_refused() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for (first, second) in [("text/plain", FORM), (FORM, "text/plain"), (FORM, FORM)] {
        let request = Request::post("/").header("content-type", first).header("content-type", second);
        let refused = program.client().send(request.body(b"a=b".to_vec()).expect("a request")).await;
        assert_eq!(refused.status, 400, "{first} {second}: {}", refused.text());
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn framing_that_is_broken_is_a_400() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for chunks in ["zz\r\nabc\r\n0\r\n\r\n", "-1\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n"] {
        let mut wire = program.client().wire().await;
        wire.send(format!(
            "POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\
             \r\n{chunks}",
            program.port
        ))
        .await;
        let answer = wire.until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{chunks:?}: {answer}");
    }
    assert!(origin.seen().is_empty());
}
