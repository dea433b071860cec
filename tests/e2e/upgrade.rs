//! Connections that are to become something else than HTTP.

use crate::support::{Origin, POLICY, Piece, Program, Seen, ok, until};
use rustix::process::Signal;

const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

const RULE: &str = "[[policy.board.rule]]\nname = \"chat\"\nfind = [\"uninspectable:upgrade\"]\naction = \"log\"\n";

async fn site() -> Origin {
    Origin::new(|seen: &Seen| match seen.field("upgrade").first() {
        Some(_) => vec![Piece::Send(SWITCH.as_bytes().to_vec()), Piece::Echo],
        None => vec![Piece::Send(ok())],
    })
    .await
}

fn asks_for(program: &Program, protocol: &str) -> String {
    format!(
        "GET /socket HTTP/1.1\r\nHost: localhost:{}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: {protocol}\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        program.port
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_it_is_refused_with_a_page() {
    let origin = site().await;
    let program = Program::before(origin.port).start();
    let mut wire = program.client().wire().await;
    wire.send(asks_for(&program, "websocket")).await;
    assert!(wire.until("\r\n\r\n").await.starts_with("HTTP/1.1 403 "));
    assert!(wire.until("</html>").await.contains("<h1"));
    assert!(origin.seen().is_empty());
    let record = program.record(|record| record["path"] == "/socket");
    assert_eq!(record["outcome"], "request-refused", "{record}");
    assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:upgrade", "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_policy_lets_it_bytes_pass_both_ways_and_are_counted() {
    let origin = site().await;
    let program = Program::before(origin.port).policy(&format!("{POLICY}{RULE}")).start();
    let mut wire = program.client().wire().await;
    wire.send(asks_for(&program, "websocket")).await;
    let head = wire.until("\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 101 ") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    assert!(head.to_ascii_lowercase().contains("upgrade: websocket"), "{head}");
    for word in ["first.", "second.", "third."] {
        wire.send(word).await;
        assert_eq!(wire.until(".").await, word);
    }
    assert!(!program.lines().iter().any(|line| line.contains("/socket")), "it is recorded at its end");
    drop(wire);
    let record = program.record(|record| record["path"] == "/socket");
    assert_eq!((&record["outcome"], &record["status"]), (&"upgraded".into(), &101.into()), "{record}");
    for side in ["upload", "download"] {
        assert_eq!(record[side]["not_inspected"]["upgrade"], "first.second.third.".len(), "{record}");
        assert_eq!(record[side]["content"], record[side]["bytes"], "{record}");
    }
    until("all is given back", async || program.budget("memory").await == 0).await;
    let seen = &origin.seen()[0];
    assert_eq!((seen.field("upgrade"), seen.field("connection").len()), (vec!["websocket"], 1), "{}", seen.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_may_go_on_until_the_drain_is_over_and_is_recorded_then() {
    let origin = site().await;
    let program = Program::before(origin.port).drain("1s").policy(&format!("{POLICY}{RULE}")).start();
    let mut wire = program.client().wire().await;
    wire.send(asks_for(&program, "websocket")).await;
    wire.until("\r\n\r\n").await;
    program.signal(Signal::TERM);
    program.says("draining");
    wire.send("still here.").await;
    assert_eq!(wire.until(".").await, "still here.");
    assert_eq!(wire.rest().await, "");
    assert_eq!(program.ended(), Some(0));
    let record = program.record(|record| record["path"] == "/socket");
    assert_eq!((&record["outcome"], &record["upload"]["bytes"]), (&"upgraded".into(), &11.into()), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cleartext_http2_is_never_offered_to_the_site() {
    let origin = site().await;
    let program = Program::before(origin.port).start();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
         HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
        program.port
    );
    assert!(program.client().raw(request).await.starts_with("HTTP/1.1 200 "));
    let seen = &origin.seen()[0];
    for name in ["upgrade", "http2-settings", "connection"] {
        assert!(seen.field(name).is_empty(), "{}", seen.head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_nobody_asked_for_is_a_502() {
    let origin = Origin::new(|_: &Seen| vec![Piece::Send(SWITCH.as_bytes().to_vec()), Piece::Echo]).await;
    let program = Program::before(origin.port).start();
    let answer = program.client().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.whole), (502, true));
    until("all is given back", async || program.budget("memory").await == 0).await;
}
