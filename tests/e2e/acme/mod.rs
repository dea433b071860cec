//! Certificates that garim gets by itself, from an authority of the test's own.

mod server;

use crate::support::{Client, Origin, Program, ok, until};
use rustix::process::Signal;
use rustls::version::TLS13;
use server::{Server, fetch};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// garim before a site whose certificate comes from that authority.
fn program(origin: &Origin, server: &Server) -> Program {
    let top = format!("[acme]\ndirectory = \"https://localhost:{}/dir\"\nca = \"acme-ca.pem\"", server.port);
    let pem = server.pem().to_owned();
    let program = Program::before(origin.port)
        .server("redirect = [\"127.0.0.1:0\"]")
        .tls("{ acme = \"admin@example.go.kr\" }")
        .top(&top)
        .prepare(move |folder, _| {
            std::fs::write(folder.join("acme-ca.pem"), pem).expect("written");
            // An address cannot be had by http-01 here; a second name, and a port, can.
            let config = folder.join("garim.toml");
            let text = std::fs::read_to_string(&config).expect("a configuration");
            let hosts = "[\"localhost\", \"www.example.go.kr\", \"www.example.go.kr:8443\"]";
            std::fs::write(&config, text.replace("[\"localhost\", \"127.0.0.1\"]", hosts)).expect("written");
        })
        .start();
    server.state().proofs_at = program.listening("redirect");
    program
}

/// A client that believes in the authority alone.
fn believing(program: &Program, server: &Server) -> Client {
    Client::new(program.port, server.pem())
}

/// The certificate that is shown under a name, if it is believed.
async fn shown(client: &Client, name: &str) -> Option<Vec<u8>> {
    let stream = client.handshake(name, client.config(&[&TLS13], &[b"http/1.1"])).await.ok()?;
    stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).map(|first| first.to_vec())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_got_and_kept_over_a_restart() {
    let (origin, server) = (Origin::always(ok()).await, Server::new((1, 89)).await);
    server.state().refuses_a_nonce = true;
    let mut program = program(&origin, &server);
    let client = believing(&program, &server);
    until("the certificate is in use", async || shown(&client, "localhost").await.is_some()).await;
    let first = shown(&client, "www.example.go.kr").await.expect("for the other name too");
    assert_eq!(client.get("/").await.text(), "ok");
    program.says("a certificate was got by ACME");
    {
        let state = server.state();
        assert_eq!(state.contacts, ["mailto:admin@example.go.kr"]);
        assert_eq!(
            (state.orders.len(), &state.orders[0].hosts[..]),
            (1, &["localhost".to_owned(), "www.example.go.kr".to_owned()][..])
        );
        assert_eq!(state.fetched.len(), 2, "each host was asked: {:?}", state.fetched);
    }
    let tokens: Vec<String> = server.state().fetched.iter().map(|(what, _)| what.clone()).collect();
    let port = program.listening("redirect");
    for token in tokens {
        let token = token.split_once('/').expect("a token").1.to_owned();
        let again = fetch(port, "localhost", &format!("/.well-known/acme-challenge/{token}")).await;
        assert_eq!(again.0, 308, "nobody is answered afterwards");
    }
    let folder = program.folder().join("state/acme");
    assert_eq!((mode(&folder), mode(&folder.join("localhost.pem"))), (0o700, 0o600));
    let account = std::fs::read_dir(&folder).expect("a folder").filter_map(Result::ok).map(|entry| entry.path());
    let account = account.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "json"));
    assert_eq!(mode(&account.expect("an account")), 0o600);
    assert_eq!(program.operations("/readyz").await, (200, "ready\n".to_owned()));

    program.signal(Signal::TERM);
    program.ended();
    let program = program.again();
    assert_eq!(shown(&believing(&program, &server), "localhost").await, Some(first), "at once, the same");
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let state = server.state();
    assert_eq!((state.orders.len(), state.accounts.len()), (1, 1), "nothing more was asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn until_there_is_one_garim_serves_with_its_own_and_says_so() {
    let (origin, server) = (Origin::always(ok()).await, Server::new((1, 89)).await);
    server.state().broken = true;
    let program = program(&origin, &server);
    let told = program.says("no certificate was got by ACME");
    assert_eq!((&told["level"], &told["site"]), (&"error".into(), &"localhost".into()));
    let client = Client::credulous(program.port);
    assert_eq!(client.get("/").await.text(), "ok", "self-signed, and it serves");
    assert_eq!(shown(&believing(&program, &server), "localhost").await, None);
    until("it is remarked", async || {
        let (status, said) = program.operations("/readyz").await;
        status == 200
            && said.starts_with("ready\ncertificates: localhost: one that browsers do not believe stands in; ACME: ")
            && said.contains("down for maintenance")
    })
    .await;
    // Another answer at port 80 than ours: a proof that does not hold.
    let elsewhere = Origin::always(ok()).await;
    server.state().broken = false;
    server.state().proofs_at = elsewhere.port;
    program.signal(Signal::HUP);
    until("why is told", async || {
        let (_, said) = program.operations("/readyz").await;
        said.contains("the authority could not see that localhost is yours: ") && said.contains("another answer came")
    })
    .await;
    // A certificate for another key than ours.
    server.state().foreign_key = true;
    server.state().proofs_at = program.listening("redirect");
    program.signal(Signal::HUP);
    until("why is told", async || program.operations("/readyz").await.1.contains("does not belong to the key")).await;
    assert!(!program.folder().join("state/acme/localhost.pem").exists());
    // And all is well; the account is the first one still.
    server.state().foreign_key = false;
    program.signal(Signal::HUP);
    let client = believing(&program, &server);
    until("the certificate is in use", async || shown(&client, "localhost").await.is_some()).await;
    until("nothing is remarked", async || program.operations("/readyz").await.1 == "ready\n").await;
    assert_eq!(server::keys(&server.state()).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_due_is_renewed_and_a_failure_does_not_take_it_away() {
    let (origin, server) = (Origin::always(ok()).await, Server::new((80, 10)).await);
    let program = program(&origin, &server);
    let client = believing(&program, &server);
    until("the certificate is in use", async || shown(&client, "localhost").await.is_some()).await;
    let old = shown(&client, "localhost").await;
    // Two thirds of its life are over: but the authority is down.
    server.state().broken = true;
    program.signal(Signal::HUP);
    until("it is remarked", async || {
        let (status, said) = program.operations("/readyz").await;
        status == 200 && said.contains("localhost: its certificate holds for 9 more days; ACME: ")
    })
    .await;
    assert_eq!(shown(&client, "localhost").await, old, "it stays in use");
    // Its file is gone, even so; and a broken one is no better.
    let file = program.folder().join("state/acme/localhost.pem");
    std::fs::write(&file, "half a file").expect("written");
    program.says("a changed certificate cannot be used");
    assert_eq!(shown(&client, "localhost").await, old);
    std::fs::remove_file(&file).expect("removed");
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(shown(&client, "localhost").await, old);
    // The authority is there again, and has forgotten the account.
    {
        let mut state = server.state();
        (state.broken, state.forgetful, state.life) = (false, true, (0, 90));
    }
    let mut kept = client.keep(crate::support::Http::One).await;
    program.signal(Signal::HUP);
    until("why is told", async || program.operations("/readyz").await.1.contains("ACME: ")).await;
    until("the account is forgotten", async || {
        program.signal(Signal::HUP);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        shown(&client, "localhost").await.is_some_and(|now| Some(now) != old)
    })
    .await;
    assert_eq!(kept.get("/").await.text(), "ok", "a connection goes on");
    assert_eq!(server.state().accounts.len(), 2);
    until("nothing is remarked", async || program.operations("/readyz").await.1 == "ready\n").await;
}
