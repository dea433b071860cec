//! The page of a refusal gives its writer the text back, masked.

use crate::support::{FORM, Http, Origin, Program, RESIDENT, RESIDENT_MASKED, ok, plain_text};
use http::Request;
use std::time::Duration;

/// What is typed, after the field that is refused.
const TYPED: &str = "한글로 길게 쓴 글, 전화 010-1234-5678 로 연락";
const GIVEN_BACK: &str = "한글로 길게 쓴 글, 전화 010-****-5678 로 연락";

fn part(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

fn percent(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// The same post in four spellings.
fn posts() -> Vec<(&'static str, Vec<u8>)> {
    let korean = encoding_rs::EUC_KR.encode(TYPED).0;
    let multipart = |typed: &[u8]| {
        [
            part("subject", RESIDENT.as_bytes()),
            part("password", b"secret-word"),
            part("content", typed),
            b"--B--\r\n".to_vec(),
        ]
        .concat()
    };
    let form =
        |typed: &[u8]| format!("subject={RESIDENT}&password=secret-word&content={}", percent(typed)).into_bytes();
    vec![
        (FORM, form(TYPED.as_bytes())),
        (FORM, form(&korean)),
        ("multipart/form-data; boundary=B", multipart(TYPED.as_bytes())),
        ("multipart/form-data; boundary=B", multipart(&korean)),
    ]
}

fn gives_back(page: &str) {
    let text = plain_text(page);
    assert!(text.contains(GIVEN_BACK) && text.contains(RESIDENT_MASKED), "{page}");
    for raw in [RESIDENT, "010-1234-5678", "secret-word"] {
        assert!(!page.contains(raw), "{raw} in {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_comes_back_masked() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for http in Http::BOTH {
        for (content_type, body) in posts() {
            let request = Request::post("/").header("content-type", content_type).body(body).expect("a request");
            let page = program.client().over(http, request).await;
            assert_eq!(page.status, 403);
            gives_back(&page.text());
        }
    }
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn also_what_comes_after_the_field_that_was_refused() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for (content_type, body) in posts() {
        let refused_at =
            body.windows(RESIDENT.len()).position(|window| window == RESIDENT.as_bytes()).expect("it") + 40;
        let mut wire = program.client().wire().await;
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            program.port,
            body.len()
        );
        wire.send([head.as_bytes(), &body[..refused_at]].concat()).await;
        assert!(wire.is_silent(Duration::from_millis(200)).await, "the page waits a moment for the rest");
        wire.send(&body[refused_at..]).await;
        let page = wire.rest().await;
        assert!(page.starts_with("HTTP/1.1 403 "), "{page}");
        gives_back(&page);
    }
}
