//! A site with several servers behind: a client keeps to one, and goes on to the next when that is gone or not well.

use crate::support::{FORM, Origin, Piece, Program, RESIDENT, Seen, answer, until};
use http::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A server that says its name, and that it is not well where it is asked after.
async fn server(name: &'static str, well: Arc<AtomicBool>) -> Origin {
    let served = move |seen: &Seen| {
        if seen.target() == "/health" && !well.load(Ordering::SeqCst) {
            return vec![Piece::Send(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_vec())];
        }
        vec![Piece::Send(answer("text/html", "", name))]
    };
    Origin::new(served).await
}

/// A program that is told by its balancer who asks, before these servers.
fn program(ports: [u16; 2], health: &str) -> Program {
    let [one, two] = ports;
    let several = format!("[\"http://127.0.0.1:{one}\", \"http://127.0.0.1:{two}\"]");
    let prepare = move |folder: &std::path::Path, _: &crate::support::Authority| {
        let path = folder.join("garim.toml");
        let text = std::fs::read_to_string(&path).expect("a configuration");
        let text = text.replace(&format!("upstream = \"http://127.0.0.1:{one}\""), &format!("upstream = {several}"));
        std::fs::write(path, text).expect("written");
    };
    let trusted = "trusted_proxies = [\"127.0.0.0/8\"]";
    Program::before(one).server(trusted).site(health).prepare(prepare).start()
}

async fn of(program: &Program, client: u8) -> String {
    let request = Request::get("/").header("x-forwarded-for", format!("192.0.2.{client}"));
    let answer = program.client().send(request.body("").expect("a request")).await;
    assert_eq!(answer.status, 200);
    answer.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_keeps_to_its_server_and_goes_on_to_the_next() {
    let well = Arc::new(AtomicBool::new(true));
    let (one, two) = (server("one", Arc::clone(&well)).await, server("two", well).await);
    let program = program([one.port, two.port], "");
    let mut firsts = Vec::new();
    for client in 0..20 {
        firsts.push(of(&program, client).await);
    }
    assert!(firsts.contains(&"one".to_owned()) && firsts.contains(&"two".to_owned()), "{firsts:?}");
    for client in 0..20 {
        assert_eq!(of(&program, client).await, firsts[usize::from(client)], "it keeps to it");
    }

    // Nobody listens on port 1: every client is served by the other.
    let program = self::program([1, two.port], "");
    for client in 0..20 {
        assert_eq!(of(&program, client).await, "two");
    }
    let said = program.says("a server of the site cannot be reached, and is passed over");
    assert_eq!(said["server"], "127.0.0.1:1");
    let posted = program.client().post("/w", FORM, "a=b").await;
    assert_eq!((posted.status.as_u16(), two.seen().last().expect("a post").body.as_slice()), (200, &b"a=b"[..]));
    let refused = program.client().post("/w", FORM, format!("a={RESIDENT}")).await;
    assert_eq!(refused.status, 403, "it is inspected as ever");
    assert_eq!(self::program([1, 2], "").client().get("/").await.status, 502, "with nobody there it is down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_well_is_passed_over_until_it_is() {
    let well = Arc::new(AtomicBool::new(true));
    let one = server("one", Arc::clone(&well)).await;
    let two = server("two", Arc::new(AtomicBool::new(true))).await;
    let health = "health = { path = \"/health\", every = \"1s\", fail = 2, rise = 1 }";
    let program = program([one.port, two.port], health);
    let mut client = 0;
    while of(&program, client).await != "one" {
        client += 1;
    }
    let up = |server: &Origin, is_up: u8| {
        format!("garim_upstream_up{{site=\"localhost\",server=\"127.0.0.1:{}\"}} {is_up}\n", server.port)
    };
    let shown = program.operations("/metrics").await.1;
    assert!(shown.contains(&up(&one, 1)) && shown.contains(&up(&two, 1)), "{shown}");
    assert_eq!(program.operations("/readyz").await, (200, "ready\n".to_owned()));
    well.store(false, Ordering::SeqCst);
    program.says("a server of the site is not well, and is passed over");
    assert_eq!(of(&program, client).await, "two");
    let shown = program.operations("/metrics").await.1;
    assert!(shown.contains(&up(&one, 0)) && shown.contains(&up(&two, 1)), "{shown}");
    let remark = format!("upstream: localhost: 127.0.0.1:{} down, 1 of 2 up\n", one.port);
    assert_eq!(program.operations("/readyz").await, (200, format!("ready\n{remark}")));
    well.store(true, Ordering::SeqCst);
    program.says("a server of the site is well again");
    until("it is asked again", async || of(&program, client).await == "one").await;
    let asked = one.seen().into_iter().find(|seen| seen.target() == "/health").expect("a question");
    assert_eq!(asked.field("host"), ["localhost"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_garim_that_reaches_no_server_says_that_others_should_be_asked() {
    let well = Arc::new(AtomicBool::new(true));
    let (one, two) = (server("one", Arc::clone(&well)).await, server("two", Arc::clone(&well)).await);
    let health = "health = { path = \"/health\", every = \"1s\", fail = 1, rise = 1 }";
    let program = program([one.port, two.port], health);
    assert_eq!(program.operations("/readyz").await.0, 200);
    well.store(false, Ordering::SeqCst);
    // Nobody but who asks for it has to come for that.
    until("it says so", async || program.operations("/readyz").await.0 == 503).await;
    let said = program.operations("/readyz").await.1;
    assert!(said.starts_with("not ready\nupstream: localhost: ") && said.contains(" down, 0 of 2 up\n"), "{said}");
    assert_eq!(program.operations("/livez").await.0, 200);
    well.store(true, Ordering::SeqCst);
    until("it is ready again", async || program.operations("/readyz").await == (200, "ready\n".to_owned())).await;
    // Where nobody asks after them, a request that did not arrive is only remarked.
    let program = self::program([1, 2], "");
    assert_eq!(program.client().get("/").await.status, 502);
    let (status, said) = program.operations("/readyz").await;
    assert!(status == 200 && said.contains(" down, 0 of 2 up\n"), "{said}");
}
