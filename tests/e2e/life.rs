//! How a process ends: it says so first, lets what is open finish, and waits no longer than it was told.

use crate::support::{FORM, Http, Origin, Piece, Program, Seen, answer, garim_with, ok, until};
use http::Request;
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

const A_WHILE: Duration = Duration::from_secs(2);

/// A site that takes a while for `/slow`, and never ends `/endless`.
async fn slow_site() -> Origin {
    Origin::new(|seen: &Seen| match seen.target() {
        "/slow" => vec![Piece::Pause(A_WHILE), Piece::Send(answer("text/plain", "", "at last"))],
        "/endless" => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n";
            let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 592]].concat();
            let start = [head.as_bytes(), &picture, b"\r\n"].concat();
            vec![Piece::Send(start), Piece::Pause(Duration::from_secs(60))]
        }
        _ => vec![Piece::Send(ok())],
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_fails_first_and_what_is_open_finishes() {
    let origin = slow_site().await;
    let program = Program::before(origin.port).start();
    assert_eq!(program.operations("/readyz").await.0, 200);
    let ask = |http| {
        let client = program.client();
        tokio::spawn(async move { client.over(http, Request::get("/slow").body("").expect("a request")).await })
    };
    let open = Http::BOTH.map(ask);
    origin.requests(2).await;
    let told = Instant::now();
    program.signal(Signal::TERM);
    until("it is not ready any more", async || program.operations("/readyz").await.0 == 503).await;
    assert_eq!(program.operations("/livez").await.0, 200);
    // For about a second connections are still taken, so that a balancer has seen it.
    if told.elapsed() < Duration::from_millis(500) {
        assert_eq!(program.client().get("/").await.status, 200);
    }
    for finished in open {
        let answer = finished.await.expect("an answer");
        assert_eq!((answer.text().as_str(), answer.whole), ("at last", true));
    }
    assert_eq!(program.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
    assert_eq!(program.says("ended")["whole"], true);
    assert!(!program.folder().join("state/control.sock").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_ends_is_cut_at_the_limit() {
    let origin = slow_site().await;
    let program = Program::before(origin.port).drain("1s").start();
    let ask = |http| {
        let client = program.client();
        tokio::spawn(async move { client.over(http, Request::get("/endless").body("").expect("a request")).await })
    };
    let open = Http::BOTH.map(ask);
    origin.requests(2).await;
    let told = Instant::now();
    program.signal(Signal::TERM);
    for cut in open {
        assert!(!cut.await.expect("the head had come").whole);
    }
    assert_eq!(program.ended(), Some(0));
    assert!(
        told.elapsed() > Duration::from_secs(1) && told.elapsed() < Duration::from_secs(15),
        "{:?}",
        told.elapsed()
    );
    assert_eq!(program.says("ended")["whole"], false);
    let records = program.lines().iter().filter(|line| line.contains("\"path\":\"/endless\"")).count();
    assert_eq!(records, 2, "an exchange that was cut is recorded too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_the_site_has_is_seen_through_though_its_writer_is_gone() {
    let origin = slow_site().await;
    let program = Program::before(origin.port).start();
    let mut wire = program.client().wire().await;
    let head = format!("POST /slow HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: {FORM}\r\n", program.port);
    wire.send(format!("{head}Content-Length: 3\r\n\r\na=b")).await;
    origin.requests(1).await;
    drop(wire);
    program.signal(Signal::TERM);
    assert_eq!(program.ended(), Some(0));
    let record = program.record(|record| record["path"] == "/slow");
    assert_eq!((&record["outcome"], &record["status"]), (&"client-gone-in-answer".into(), &200.into()), "{record}");
    assert_eq!(record["upload"]["bytes"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_cut_in_the_site_is_not_recorded_as_never_sent() {
    let origin = Origin::new(|_: &Seen| vec![Piece::Pause(Duration::from_secs(60))]).await;
    let program = Program::before(origin.port).drain("100ms").start();
    let mut wire = program.client().wire().await;
    let head = format!("POST /stuck HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: {FORM}\r\n", program.port);
    wire.send(format!("{head}Content-Length: 3\r\n\r\na=b")).await;
    origin.requests(1).await;
    program.signal(Signal::TERM);
    assert_eq!(program.ended(), Some(0));
    let record = program.record(|record| record["path"] == "/stuck");
    assert_eq!((&record["outcome"], &record["upload"]["bytes"]), (&"interrupted".into(), &3.into()), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_at_once_when_nothing_is_open() {
    let origin = slow_site().await;
    let program = Program::before(origin.port).drain("60s").start();
    let mut kept = program.client().keep(Http::One).await;
    assert_eq!(kept.get("/").await.status, 200);
    let told = Instant::now();
    program.signal(Signal::INT);
    assert_eq!(program.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(10), "an idle connection is no reason to wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_again_waits_for_nobody() {
    let origin = Origin::new(|_: &Seen| vec![Piece::Pause(Duration::from_secs(60))]).await;
    let program = Program::before(origin.port).drain("60s").start();
    let client = program.client();
    let open = tokio::spawn(async move { client.keep(Http::Two).await.get("/stuck").await });
    origin.requests(1).await;
    let told = Instant::now();
    program.signal(Signal::INT);
    program.says("draining");
    program.signal(Signal::INT);
    assert_eq!(program.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    open.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_socket_is_for_its_user_only_and_for_one_process() {
    let origin = slow_site().await;
    let mut program = Program::before(origin.port).start();
    let socket = program.folder().join("state/control.sock");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&socket), mode(&program.folder().join("state"))), (0o600, 0o700));
    let second = garim_with("run", &program.config());
    assert_eq!(second.code, Some(1));
    assert!(second.errors.contains("another garim is running with this state.dir"), "{second:?}");
    assert_eq!(program.client().get("/").await.status, 200, "the first one goes on");
    assert_eq!(garim_with("reload", &program.config()).code, Some(0), "and answers");

    // One that was killed leaves its socket behind: the next one takes its place.
    program.signal(Signal::KILL);
    program.ended();
    assert!(socket.exists());
    let alone = garim_with("reload", &program.config());
    assert_eq!(alone.code, Some(1));
    assert!(alone.errors.contains("no running garim answers"), "{alone:?}");
    let next = program.again();
    assert_eq!(next.client().get("/").await.status, 200);
    next.signal(Signal::TERM);
    assert_eq!(next.ended(), Some(0));
}
