//! Roles by certificate: who shows one that the site believes, and who only looks like it.

use crate::support::{Authority, Client, Http, Origin, Program, garim_with, ok};
use http::Request;
use rcgen::DnType;
use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const POLICY: &str = "[role.officer]\nany = [{ client_cert = \"OU=Privacy Office\" }]\n[policy.board]\n[[policy.board.rule]]\n\
    path = [\"/admin/**\"]\nexcept_role = [\"officer\"]\naction = \"block\"\n";
const UNIT: DnType = DnType::OrganizationalUnitName;

/// A program whose site believes an authority, and its clients'.
fn start(origin: &Origin, office: &Authority, site: &str) -> Program {
    let pem = office.pem().to_owned();
    let site = format!("client_ca = \"office.pem\"\n{site}");
    Program::before(origin.port)
        .site(&site)
        .policy(POLICY)
        .prepare(move |folder, _| std::fs::write(folder.join("office.pem"), pem).expect("written"))
        .start()
}

fn showing(program: &Program, office: &Authority, subject: &[(DnType, &str)]) -> Client {
    program.client().showing(office.issue_to(subject, 2100).shown())
}

/// Whether a handshake, or the first request after it, comes to nothing.
async fn is_refused(client: &Client, version: &'static SupportedProtocolVersion) -> bool {
    let Ok(mut stream) = client.handshake("localhost", client.config(&[version], &[b"http/1.1"])).await else {
        return true;
    };
    let asked = stream.write_all(b"GET /admin/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let mut answer = Vec::new();
    asked.is_err() || stream.read_to_end(&mut answer).await.is_err() && answer.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_a_certificate_of_the_office_has_its_role() {
    let (origin, office) = (Origin::always(ok()).await, Authority::new());
    let program = start(&origin, &office, "");
    let officer = showing(&program, &office, &[(DnType::CommonName, "kim"), (UNIT, "Privacy Office")]);
    for http in Http::BOTH {
        let ask = async |client: &Client, path: &str| client.keep(http).await.get(path).await.status.as_u16();
        assert_eq!(ask(&officer, "/admin/1").await, 200, "{http:?}");
        let without = program.client();
        assert_eq!((ask(&without, "/admin/1").await, ask(&without, "/board/1").await), (403, 200), "{http:?}");
        for subject in [
            vec![(DnType::CommonName, "OU=Privacy Office")],
            vec![(DnType::CommonName, "kim, OU=Privacy Office"), (UNIT, "Parks")],
            vec![(DnType::OrganizationName, "Privacy Office")],
            vec![(UNIT, "privacy office")],
            vec![],
        ] {
            let other = showing(&program, &office, &subject);
            assert_eq!(ask(&other, "/admin/1").await, 403, "{http:?} {subject:?}");
            assert_eq!(ask(&other, "/board/1").await, 200, "{http:?} {subject:?}");
        }
        // Nobody sees a certificate in a header that anybody can write.
        let said = Request::get("/admin/1").header("x-ssl-client-s-dn", "OU=Privacy Office").body("");
        assert_eq!(without.over(http, said.expect("a request")).await.status, 403);
    }
    assert!(origin.seen().iter().all(|seen| !seen.head.contains("Privacy Office") || seen.target() != "/admin/1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_nobody_known_ends_the_handshake() {
    let (origin, office) = (Origin::always(ok()).await, Authority::new());
    let program = start(&origin, &office, "");
    let subject = [(UNIT, "Privacy Office")];
    for version in [&TLS12, &TLS13] {
        let stranger = showing(&program, &Authority::new(), &subject);
        assert!(is_refused(&stranger, version).await, "of another authority");
        let expired = program.client().showing(office.issue_to(&subject, 2020).shown());
        assert!(is_refused(&expired, version).await, "of another time");
        assert!(!is_refused(&program.client(), version).await, "and none at all is no fault");
        assert!(!is_refused(&showing(&program, &office, &subject), version).await);
    }
    assert!(origin.seen().iter().all(|seen| seen.target() == "/admin/1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_says_nothing_to_another_site() {
    let (origin, office, other) = (Origin::always(ok()).await, Authority::new(), Authority::new());
    let pem = other.pem().to_owned();
    let site = |host: &str, more: &str| {
        format!(
            "[[site]]\nhosts = [\"{host}\"]\ntls = {{ cert = \"cert.pem\", key = \"key.pem\" }}\nupstream = \
             \"http://127.0.0.1:{}\"\npolicy = \"board\"\n{more}\n",
            origin.port
        )
    };
    let sites = [
        site("same.test", "client_ca = \"office.pem\""),
        site("other.test", "client_ca = \"other.pem\""),
        site("none.test", ""),
    ];
    let office_pem = office.pem().to_owned();
    let program = Program::before(origin.port)
        .site("client_ca = \"office.pem\"")
        .policy(&format!("{}{POLICY}", sites.concat()))
        .prepare(move |folder, _| {
            std::fs::write(folder.join("office.pem"), office_pem).expect("written");
            std::fs::write(folder.join("other.pem"), pem).expect("written");
        })
        .start();
    let subject = [(UNIT, "Privacy Office")];
    let officer = showing(&program, &office, &subject);
    let mut one = officer.keep(Http::One).await;
    let mut status = async |host: &str| {
        let request = Request::get("/admin/1").header("host", host).body("").expect("a request");
        one.send(request).await.status.as_u16()
    };
    assert_eq!(status("localhost").await, 200);
    assert_eq!(status("same.test").await, 200, "it believes the same authorities");
    assert_eq!((status("other.test").await, status("none.test").await), (403, 403));
    assert_eq!(status("localhost").await, 200);

    // A session that was begun at one site is resumed at no other, and brings no certificate along.
    let anyone = Client::credulous(program.port).showing(office.issue_to(&subject, 2100).shown());
    for version in [&TLS12, &TLS13] {
        let config = anyone.config(&[version], &[b"http/1.1"]);
        let asked = async |name: &str, host: &str| {
            let mut stream = anyone.handshake(name, std::sync::Arc::clone(&config)).await.expect("a handshake");
            let kind = stream.get_ref().1.handshake_kind();
            let request = format!("GET /admin/1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.expect("sent");
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            let status = String::from_utf8_lossy(&answer).split(' ').nth(1).map(str::to_owned).unwrap_or_default();
            (kind, status)
        };
        assert_eq!(asked("localhost", "localhost").await, (Some(HandshakeKind::Full), "200".to_owned()));
        let again = asked("localhost", "localhost").await;
        assert_eq!(again, (Some(HandshakeKind::Resumed), "200".to_owned()), "the same site, the same client");
        let none = asked("none.test", "localhost").await;
        assert_eq!(none, (Some(HandshakeKind::Full), "403".to_owned()), "it came without being asked for one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_believes_other_authorities_at_once() {
    let (origin, office, next) = (Origin::always(ok()).await, Authority::new(), Authority::new());
    let program = start(&origin, &office, "");
    let subject = [(UNIT, "Privacy Office")];
    let officer = showing(&program, &office, &subject);
    let (mut one, mut two) = (officer.keep(Http::One).await, officer.keep(Http::Two).await);
    assert_eq!((one.get("/admin/1").await.status.as_u16(), two.get("/admin/1").await.status.as_u16()), (200, 200));
    let config = officer.config(&[&TLS13], &[b"http/1.1"]);
    let ask = async || {
        let mut stream = officer.handshake("localhost", std::sync::Arc::clone(&config)).await.ok()?;
        stream.write_all(b"GET /admin/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.ok()?;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).split(' ').nth(1).map(str::to_owned)
    };
    assert_eq!(ask().await.as_deref(), Some("200"));

    let reload = || {
        let ended = garim_with("reload", &program.config());
        (ended.code, ended.errors)
    };
    let file = program.folder().join("office.pem");
    std::fs::write(&file, "nothing").expect("written");
    let (code, said) = reload();
    assert!(code != Some(0) && said.contains("office.pem") && said.contains("holds no certificate"), "{said}");
    assert_eq!(one.get("/admin/1").await.status, 200, "the old one stays in force");

    std::fs::write(&file, next.pem()).expect("written");
    assert_eq!(reload().0, Some(0));
    assert_eq!((one.get("/admin/1").await.status.as_u16(), two.get("/admin/1").await.status.as_u16()), (403, 403));
    assert_eq!(one.get("/board/1").await.status, 200, "the connection itself goes on");
    assert_ne!(ask().await.as_deref(), Some("200"), "nor is a session resumed");
    assert_eq!(showing(&program, &next, &subject).keep(Http::Two).await.get("/admin/1").await.status, 200);
}
