//! The lines of the whole policy beside its rules: that `garim check` takes each of them, and what they do.

use super::asks::get;
use super::{ADAPTED, WHOLE, configuration, site, started, whole};
use crate::support::{Authority, Http, garim_with, plain, until};
use http::Request;
use rcgen::DnType;

/// What a line says, without what explains it.
fn said(line: &str) -> &str {
    let line = line.split(" #").next().unwrap_or_default().trim();
    if line.starts_with('#') { "" } else { line }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_taken() {
    let text = configuration("http://127.0.0.1:2", "hmac:x", true);
    let lines: Vec<&str> = text.lines().map(said).collect();
    let mut changed = 0;
    for line in WHOLE.lines().map(said).filter(|line| !line.is_empty()) {
        let is_adapted = ADAPTED.iter().any(|(from, ..)| line.contains(from.trim_end()) || from.contains(line));
        let key = line.split('=').next().unwrap_or_default().trim();
        assert!(lines.contains(&line) || is_adapted && lines.iter().any(|it| it.starts_with(key)), "{line}");
        changed += usize::from(!lines.contains(&line));
    }
    assert!(changed <= ADAPTED.len(), "{changed} lines are not as they were");
    // As a whole, with the login, by the program's own judgement.
    let origin = site().await;
    let program = started(&origin, &Authority::new(), true);
    let checked = garim_with("check", &program.config());
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(!checked.errors.contains("not in this version"), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_stands_before_the_pages_of_the_office() {
    let origin = site().await;
    let program = started(&origin, &Authority::new(), true);
    for path in ["/admin/list?n=1", "/manager/index.do", "/%61dmin/list?n=1"] {
        for http in Http::BOTH {
            let (_, _, request) = get(path).officer().somewhere(1);
            let asked = program.client().over(http, request).await;
            assert_eq!(asked.status, 401, "{path}");
            assert!(asked.text().contains("garim-password"), "{path}: {}", asked.text());
        }
    }
    assert!(origin.seen().is_empty(), "nothing reaches the site");
    assert_eq!(program.client().get("/board/2").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_may_show_a_certificate() {
    let (origin, office) = (site().await, Authority::new());
    let program = started(&origin, &office, false);
    let showing =
        |unit: &str| program.client().showing(office.issue_to(&[(DnType::OrganizationalUnitName, unit)], 2100).shown());
    for http in Http::BOTH {
        let ask = async |unit: &str| {
            let (_, _, request) = get("/admin/list?n=1").somewhere(9);
            showing(unit).over(http, request).await.status.as_u16()
        };
        assert_eq!((ask("Privacy Office").await, ask("Parks").await), (200, 403), "{http:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_at_the_site_has_a_total_wherever_the_account_is_used() {
    let origin = site().await;
    let program = whole(&origin);
    let client = program.client();
    let cookie = "JSESSIONID=member";
    let (_, _, request) = super::asks::form("/login.do", "userid=member&pw=x").header("cookie", cookie).somewhere(1);
    assert_eq!(client.send(request).await.status, 302);
    let status = async |address: u8, count: usize, cookie: &str| {
        let (_, _, request) =
            get(&format!("/board/list?n={count}")).header("cookie", cookie).somewhere(usize::from(address));
        client.send(request).await.status.as_u16()
    };
    assert_eq!((status(2, 200, cookie).await, status(3, 201, cookie).await), (200, 429), "from two addresses");
    assert_eq!(status(3, 201, "JSESSIONID=other").await, 429, "more than two hundred at once are too many for anybody");
    assert_eq!(status(4, 199, "JSESSIONID=other").await, 200, "another has a total of its own");
    let record = program.record(|record| record["beyond"] == true && record["account"] == "member");
    assert_eq!(record["status"], 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_seals_and_servers_are_as_it_says() {
    let origin = site().await;
    let program = whole(&origin);
    let mut wire = plain(program.listening("redirect")).await;
    wire.send("GET /board/2?a=b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let answer = wire.rest().await;
    assert!(
        answer.starts_with("HTTP/1.1 308 ")
            && answer.contains(&format!("https://localhost:{}/board/2?a=b", program.port))
    );
    // Of its two servers one is gone: whoever comes, the other answers.
    for number in 0..8 {
        let (_, _, request) = get("/board/2").somewhere(100 + number);
        assert_eq!(program.client().send(request).await.status, 200);
    }
    // From outside the networks of the console nobody is let in: this machine is inside.
    let console = crate::support::Client::new(program.listening("console"), program.authority().pem());
    let asked = console.send(Request::get("/").body("").expect("a request")).await;
    assert!(asked.status == 401 && asked.text().contains("garim-password"), "{}", asked.text());
    program.client().send(super::asks::form("/board/write", "c=900101-1234568").somewhere(1).2).await;
    program.signal(rustix::process::Signal::TERM);
    program.ended();
    let seals = program.folder().join("garim.seals");
    until("the seal is there", async || std::fs::metadata(&seals).is_ok_and(|file| file.len() > 0)).await;
}
