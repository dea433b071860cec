//! The byte budget of the process, spent.

use crate::support::{Http, Origin, Program, ok, until};
use bytes::Bytes;
use http::Request;

/// Room for one exchange at a time over HTTP/1.1: its heads take 128 KiB.
const ROOM_FOR_ONE: &str =
    "[limits]\nmemory_bytes = \"250 KiB\"\nmemory_per_body = \"32 KiB\"\nheader_bytes = \"64 KiB\"";

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_spent_new_exchanges_are_503_and_later_ones_work() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top(ROOM_FOR_ONE).start();
    let mut kept = program.client().keep(Http::One).await;
    assert_eq!(kept.get("/before").await.status, 200);

    let mut held = program.client().wire().await;
    let port = program.port;
    held.send(format!(
        "POST /held HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\
         Connection: close\r\n\r\nab"
    ))
    .await;
    until("it holds its room", async || program.budget("memory").await >= 128 << 10).await;
    let refused = [
        kept.get("/refused").await,
        program.client().get("/refused").await,
        program.client().over(Http::Two, Request::get("/refused").body(Bytes::new()).expect("a request")).await,
    ];
    for refused in refused {
        assert_eq!(refused.status, 503);
        assert!(refused.field("retry-after").parse::<u32>().is_ok(), "{:?}", refused.headers);
        assert!(refused.text().contains("<h1"));
    }
    assert_eq!(program.record(|record| record["path"] == "/refused")["outcome"], "overload");
    assert_eq!(program.operations("/readyz").await.0, 200, "whoever watches is not turned away");

    held.send("cd").await;
    assert!(held.rest().await.starts_with("HTTP/1.1 200 "), "what was open goes on");
    until("all is given back", async || program.budget("memory").await == 0).await;
    assert_eq!(kept.get("/after").await.status, 200, "on the connection that was refused before");
    let seen = origin.seen();
    assert_eq!(seen.iter().map(|seen| seen.target()).collect::<Vec<_>>(), ["/before", "/held", "/after"]);
    let (_, metrics) = program.operations("/metrics").await;
    assert!(
        metrics.contains("garim_exchanges_total{site=\"localhost\",outcome=\"overload\",status=\"503\"} 3"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_an_exchange_its_room_is_given_back() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[limits]\nbody_bytes = \"64 KiB\"").start();
    let client = program.client();
    for http in Http::BOTH {
        client.over(http, Request::get("/").body(Bytes::new()).expect("a request")).await;
        client.over(http, Request::head("/").body(Bytes::new()).expect("a request")).await;
        client.over(http, Request::post("/").body(vec![b'a'; 65_537]).expect("a request")).await;
    }
    for end in ["", "a", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
        let mut gone = client.wire().await;
        let port = program.port;
        gone.send(format!("POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 100\r\n\r\n{end}")).await;
    }
    let connections = async || program.operations("/metrics").await.1.contains("garim_open_exchanges 0");
    until("no exchange is open", connections).await;
    for pool in ["memory", "spool"] {
        until("all is given back", async || program.budget(pool).await == 0).await;
    }
}
