//! Bodies that are longer than what is kept in memory.

use crate::support::{Http, Origin, Piece, Program, Seen, answer, ok, until};
use http::Request;
use std::time::Duration;

/// What stands in the folder for state, by name.
fn named(program: &Program) -> Vec<String> {
    let entries = std::fs::read_dir(program.folder().join("state")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A text of so many bytes that is different everywhere.
fn text(length: usize) -> Vec<u8> {
    (0_u32..)
        .flat_map(|number| format!("line {}\n", number.wrapping_mul(2_654_435_761) >> 12).into_bytes())
        .take(length)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_post_passes_byte_for_byte_and_leaves_no_file() {
    let pause = Duration::from_millis(500);
    let origin = Origin::slow(pause, |seen: &Seen| vec![Piece::Send(answer("text/plain", "", &seen.body))]).await;
    let program = Program::before(origin.port).top("[limits]\nmemory_per_body = \"8 KiB\"").start();
    let body = text(3_000_001);
    for http in Http::BOTH {
        let request =
            Request::post("/long").header("content-type", "text/plain").body(body.clone()).expect("a request");
        let client = program.client();
        let posted = tokio::spawn(async move { client.over(http, request).await });
        until("it is in the spool", async || program.budget("spool").await > 2_000_000).await;
        assert_eq!(named(&program), ["control.sock", "journal"], "the spool has no name");
        assert!(program.budget("memory").await < 2_000_000, "and is not in memory as well");
        let answer = posted.await.expect("an answer");
        assert_eq!((answer.status.as_u16(), answer.whole), (200, true));
        assert!(answer.body == body, "{http:?}: the echo has {} bytes", answer.body.len());
        let seen = origin.seen().pop().expect("a request");
        assert!(seen.whole && seen.body == body, "{http:?}: the site got {} bytes", seen.body.len());
        assert_eq!(seen.field("content-length"), [body.len().to_string()]);
        for pool in ["spool", "memory"] {
            until("nothing is held any more", async || program.budget(pool).await == 0).await;
        }
    }
    assert_eq!(named(&program), ["control.sock", "journal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_spool_is_a_503_and_the_next_request_works() {
    let origin = Origin::always(ok()).await;
    let limits = "[limits]\nmemory_per_body = \"64 KiB\"\nbody_bytes = \"1 MiB\"\nspool_bytes = \"1 MiB\"";
    let program = Program::before(origin.port).top(limits).start();
    let body = text(900_000);
    let post = |path: &str, body: &[u8]| {
        Request::post(path).header("content-type", "text/plain").body(body.to_vec()).expect("a request")
    };
    let mut held = program.client().wire().await;
    let port = program.port;
    held.send(format!(
        "POST /held HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\
         Connection: close\r\n\r\n"
    ))
    .await;
    held.send(&body[..800_000]).await;
    until("the spool is nearly full", async || program.budget("spool").await > 650_000).await;
    for http in Http::BOTH {
        let refused = program.client().over(http, post("/refused", &body)).await;
        assert_eq!(refused.status, 503, "{http:?}");
        assert!(!refused.field("retry-after").is_empty());
        assert!(refused.text().contains("저장된 것은 없습니다"), "{}", refused.text());
        assert_eq!(
            program.client().over(http, post("/short", b"short")).await.status,
            200,
            "what is short needs no spool"
        );
    }
    assert_eq!(program.record(|record| record["path"] == "/refused")["outcome"], "overload");
    held.send(&body[800_000..]).await;
    assert!(held.rest().await.starts_with("HTTP/1.1 200 "), "what is held goes on");
    until("the spool is empty", async || program.budget("spool").await == 0).await;
    assert_eq!(program.client().send(post("/next", &body)).await.status, 200);
    let seen = origin.seen();
    assert_eq!(seen.iter().map(Seen::target).collect::<Vec<_>>(), ["/short", "/short", "/held", "/next"]);
    assert!(seen[2].body == body && seen[3].body == body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_that_cannot_be_written_is_a_503_and_the_next_request_works() {
    let origin = Origin::always(ok()).await;
    // A ceiling for files of 512 KiB at the most, as if the disk were full beyond it.
    let program = Program::before(origin.port)
        .after("trap '' XFSZ; ulimit -f 512")
        .top("[limits]\nmemory_per_body = \"64 KiB\"")
        .start();
    for http in Http::BOTH {
        for (path, length, status) in [("/long", 2_000_000, 503), ("/short", 150_000, 200)] {
            let request =
                Request::post(path).header("content-type", "text/plain").body(text(length)).expect("a request");
            let answer = program.client().over(http, request).await;
            assert_eq!(answer.status, status, "{http:?} {path}: {}", answer.text());
        }
    }
    assert_eq!(program.record(|record| record["path"] == "/long")["outcome"], "overload");
    assert_eq!(origin.seen().iter().map(Seen::target).collect::<Vec<_>>(), ["/short", "/short"]);
    until("the spool is empty", async || program.budget("spool").await == 0).await;
}
