//! Handshakes, certificates that change, and the listener that only redirects.

use crate::support::{Authority, Client, Http, Origin, Program, garim_with, ok, plain, until};
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKeyChain};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, ProtocolVersion};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_and_both_protocols_are_spoken() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let client = program.client();
    for (version, spoken) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        for (offer, chosen) in [("h2 http/1.1", "h2"), ("http/1.1 h2", "h2"), ("http/1.1", "http/1.1"), ("", "")] {
            let alpn: Vec<&[u8]> = offer.split_whitespace().map(str::as_bytes).collect();
            let stream = client.handshake("localhost", client.config(&[version], &alpn)).await.expect("a handshake");
            assert_eq!(stream.get_ref().1.protocol_version(), Some(spoken));
            assert_eq!(stream.get_ref().1.alpn_protocol().unwrap_or_default(), chosen.as_bytes(), "{offer}");
        }
        let nothing_common = client.handshake("localhost", client.config(&[version], &[b"spdy/3"])).await;
        assert!(nothing_common.is_err(), "a protocol that is not spoken");
    }
    for http in Http::BOTH {
        assert_eq!(client.keep(http).await.get("/").await.text(), "ok");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_no_site_is_refused_in_the_handshake() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    // Whoever answers would be believed: it is the program that refuses.
    let client = Client::credulous(program.port);
    let refused = client.handshake("other.test", client.config(&[&TLS13], &[])).await.expect_err("refused").to_string();
    assert!(refused.contains("UnrecognisedName") || refused.contains("AccessDenied"), "{refused}");
    assert!(client.handshake("localhost", client.config(&[&TLS13], &[])).await.is_ok());
}

/// The certificate that a new connection is shown.
async fn shown(client: &Client) -> Vec<u8> {
    let stream = client.connect(&[b"http/1.1"]).await;
    stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).expect("a certificate").to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_swapped_by_symlink_is_picked_up_and_connections_go_on() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port)
        .tls("{ cert = \"live/cert.pem\", key = \"live/key.pem\" }")
        .prepare(|folder, authority| {
            std::fs::create_dir(folder.join("one")).expect("a folder");
            authority.issue().write(&folder.join("one"));
            std::os::unix::fs::symlink("one", folder.join("live")).expect("a link");
        })
        .start();
    let client = program.client();
    let before = shown(&client).await;
    let (mut one, mut two) = (client.keep(Http::One).await, client.keep(Http::Two).await);
    assert_eq!((one.get("/").await.text(), two.get("/").await.text()), ("ok".to_owned(), "ok".to_owned()));

    let folder = program.folder().to_owned();
    std::fs::create_dir(folder.join("two")).expect("a folder");
    let renewed = program.authority().issue();
    renewed.write(&folder.join("two"));
    std::os::unix::fs::symlink("two", folder.join("fresh")).expect("a link");
    std::fs::rename(folder.join("fresh"), folder.join("live")).expect("swapped");
    until("the new certificate is shown", async || shown(&client).await != before).await;
    assert_eq!(shown(&client).await, renewed.certificate.der().to_vec());
    assert_eq!((one.get("/").await.text(), two.get("/").await.text()), ("ok".to_owned(), "ok".to_owned()));

    std::fs::write(folder.join("two/cert.pem"), "not a certificate").expect("written");
    program.says("a changed certificate cannot be used");
    assert_eq!(shown(&client).await, renewed.certificate.der().to_vec(), "the one before stays in use");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_signed_certificate_is_made_on_request() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).tls("\"self-signed\"").start();
    let strict = program.client();
    let strict = strict.handshake("localhost", strict.config(&[&TLS13], &[])).await;
    assert!(strict.is_err(), "nobody vouches for it");
    let client = Client::credulous(program.port);
    for http in Http::BOTH {
        assert_eq!(client.keep(http).await.get("/").await.text(), "ok");
    }
}

/// Asks for a page, and tells whether the session was resumed.
async fn resumes(client: &Client, config: &Arc<ClientConfig>) -> bool {
    let mut stream = client.handshake("localhost", Arc::clone(config)).await.expect("a handshake");
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed)
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_resumed_also_after_a_reload() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let client = program.client();
    for version in [&TLS12, &TLS13] {
        let config = client.config(&[version], &[b"http/1.1"]);
        assert!(!resumes(&client, &config).await && resumes(&client, &config).await, "{version:?}");
        program.authority().issue().write(program.folder());
        assert_eq!(garim_with("reload", &program.config()).code, Some(0));
        assert!(resumes(&client, &config).await, "{version:?}, after a reload");
    }
}

fn write_pfx(folder: &Path, authority: &Authority) {
    let issued = authority.issue();
    let certificate = p12_keystore::Certificate::from_der(issued.certificate.der()).expect("a certificate");
    let key = p12_keystore::PrivateKey::from_der(&issued.key.serialize_der()).expect("a key");
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new(vec![1], key, [certificate]);
    store.add_entry("site", KeyStoreEntry::PrivateKeyChain(chain));
    std::fs::write(folder.join("site.pfx"), store.writer("비밀 1").write().expect("a file")).expect("written");
    std::fs::write(folder.join("password"), "비밀 1\r\n").expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pfx_file_is_as_good_as_pem() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port)
        .tls("{ pfx = \"site.pfx\", password_file = \"password\" }")
        .prepare(write_pfx)
        .start();
    assert_eq!(program.client().get("/").await.text(), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn http_at_the_port_of_tls_is_told_so() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for request in
        ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /board/write HTTP/1.1\r\nHost: localhost\r\n", "G"]
    {
        let mut wire = plain(program.port).await;
        wire.send(request.to_owned()).await;
        let answer = wire.rest().await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("https://"), "{request}: {answer}");
    }
    assert!(origin.seen().is_empty());
    assert_eq!(program.client().get("/").await.text(), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_listener_sends_to_the_port_that_people_reach() {
    let origin = Origin::always(ok()).await;
    for (wanted, to) in [("443", "https://localhost/board"), ("4443", "https://localhost:4443/board")] {
        let lines = format!("redirect = [\"127.0.0.1:0\"]\nredirect_port = {wanted}");
        let program = Program::before(origin.port).server(&lines).start();
        let mut wire = plain(program.listening("redirect")).await;
        wire.send("GET /board HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned()).await;
        let answer = wire.rest().await;
        assert!(answer.lines().any(|line| line.eq_ignore_ascii_case(&format!("location: {to}"))), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_listener_only_redirects() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).server("redirect = [\"127.0.0.1:0\"]").start();
    let port = program.listening("redirect");
    for (request, status, location) in [
        ("GET /board?id=3 HTTP/1.1\r\nHost: localhost\r\n", "308", Some("/board?id=3")),
        ("POST /board HTTP/1.1\r\nHost: LOCALHOST:80\r\nContent-Length: 0\r\n", "308", Some("/board")),
        ("GET / HTTP/1.1\r\nHost: other.test\r\n", "421", None),
        ("GET / HTTP/1.1\r\n", "400", None),
    ] {
        let mut wire = plain(port).await;
        wire.send(format!("{request}Connection: close\r\n\r\n")).await;
        let answer = wire.rest().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        let found = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location:"));
        let expected = location.map(|path| format!("https://localhost:{}{path}", program.port));
        assert_eq!(found.and_then(|line| line.split_once(": ")).map(|(_, to)| to.to_owned()), expected);
    }
    assert!(origin.seen().is_empty());
}
