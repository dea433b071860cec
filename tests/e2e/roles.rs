//! Who asks: rules by role, method and field of a form, and rules about access alone.

use crate::support::{FORM, Origin, Program, RESIDENT, RESIDENT_MASKED, answer, page};
use http::Request;

const MULTIPART: &str = "multipart/form-data; boundary=B";

async fn origin() -> Origin {
    Origin::always(answer("text/html; charset=utf-8", "ETag: \"1\"\r\n", page(RESIDENT))).await
}

fn policy(rules: &[&str]) -> String {
    let rules: String =
        rules.iter().map(|rule| format!("[[policy.board.rule]]\n{}\n", rule.replace("; ", "\n"))).collect();
    format!("[policy.board]\n{rules}")
}

/// A request as somebody before a trusted proxy sends it.
fn from(address: &str, method: &str, path: &str, role: Option<&str>) -> Request<&'static str> {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.header("x-forwarded-for", address);
    let request = if let Some(role) = role { request.header("x-auth-role", role) } else { request };
    request.body("").expect("a request")
}

const OFFICERS: &str = "[role.officer]\nany = [\n  { address = [\"10.1.0.0/16\"], path = [\"/admin/**\", \"/board/**\"] },\n  \
    { header = { name = \"X-Auth-Role\", value = \"officer\" }, from = [\"127.0.0.0/8\"] },\n]";

#[tokio::test(flavor = "multi_thread")]
async fn pages_for_the_office_are_for_the_office() {
    let origin = origin().await;
    let rules = [
        "name = \"office\"; path = [\"/admin/**\"]; except_role = [\"officer\"]; action = \"block\"",
        "method = [\"DELETE\", \"PUT\"]; role = [\"public\"]; action = \"block\"",
        "on = \"download\"; role = [\"officer\"]; find = [\"*\"]; action = \"log\"",
        "on = \"download\"; find = [\"*\"]; action = \"mask\"",
    ];
    let trusted = "trusted_proxies = [\"127.0.0.0/8\"]";
    let program = Program::before(origin.port).server(trusted).top(OFFICERS).policy(&policy(&rules)).start();
    let client = program.client();
    let status = async |request| client.send(request).await.status;
    assert_eq!(status(from("10.1.2.3", "GET", "/admin/list", None)).await, 200);
    assert_eq!(status(from("192.0.2.9", "GET", "/admin/list", None)).await, 403);
    assert_eq!(status(from("192.0.2.9", "GET", "/%61dmin/list", None)).await, 403, "however it is written");
    assert_eq!(status(from("192.0.2.9", "GET", "/admin/list", Some("officer"))).await, 200);
    assert_eq!(status(from("192.0.2.9", "GET", "/admin/list", Some("guest"))).await, 403);
    assert_eq!(status(from("192.0.2.9", "DELETE", "/board/1", None)).await, 403);
    assert_eq!(status(from("10.1.2.3", "DELETE", "/board/1", None)).await, 200);
    let record = program.record(|record| record["outcome"] == "no-access" && record["path"] == "/admin/list");
    assert_eq!((&record["access"]["verdict"], &record["access"]["rule"]), (&"block".into(), &"office".into()));
    assert!(origin.seen().iter().all(|seen| !seen.target().starts_with("/admin")
        || seen.field("x-forwarded-for")[0] != "192.0.2.9"
        || seen.field("x-auth-role") == ["officer"]));

    let shown = client.send(from("10.1.2.3", "GET", "/board/1", None)).await;
    assert!(shown.text().contains(RESIDENT), "officers see numbers");
    let hidden = client.send(from("192.0.2.9", "GET", "/board/1", None)).await;
    assert!(hidden.text().contains(RESIDENT_MASKED) && !hidden.text().contains(RESIDENT));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_role_was_given_is_no_copy_for_another() {
    let origin = Origin::always(answer("text/html; charset=utf-8", "ETag: \"1\"\r\n", page("nothing"))).await;
    let rules = [
        "on = \"download\"; role = [\"officer\"]; find = [\"*\"]; action = \"log\"",
        "find = [\"*\"]; action = \"block\"",
    ];
    let trusted = "trusted_proxies = [\"127.0.0.0/8\"]";
    let program = Program::before(origin.port).server(trusted).top(OFFICERS).policy(&policy(&rules)).start();
    let client = program.client();
    let tag = client.send(from("10.1.2.3", "GET", "/board/1", None)).await.field("etag").to_owned();
    let asked = async |address: &str| {
        let mut request = from(address, "GET", "/board/1", None);
        request.headers_mut().insert("if-none-match", tag.parse().expect("a tag"));
        client.send(request).await;
        origin.seen().pop().expect("a request").field("if-none-match").len()
    };
    assert_eq!((asked("10.1.2.3").await, asked("192.0.2.9").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_field_of_the_same_form_decides() {
    let origin = origin().await;
    let rules = [
        "name = \"secret\"; form = { secret = \"1\" }; find = [\"주민등록번호\"]; action = \"log\"",
        "on = \"upload\"; find = [\"주민등록번호\"]; action = \"block\"",
    ];
    let program = Program::before(origin.port).policy(&policy(&rules)).start();
    let client = program.client();
    for (path, body, status) in [
        ("/w", format!("a={RESIDENT}&secret=1"), 200),
        ("/w", format!("secret=1&a={RESIDENT}"), 200),
        ("/w", format!("a={RESIDENT}&secre%74=%31"), 200),
        ("/w", format!("a={RESIDENT}&secret=0"), 403),
        ("/w", format!("a={RESIDENT}"), 403),
        ("/w", format!("a={RESIDENT}&secret=1&secret=0"), 403),
        ("/w", format!("a={RESIDENT}&secret"), 403),
        ("/w?secret=0", format!("a={RESIDENT}&secret=1"), 403),
        ("/w?x=1", format!("a={RESIDENT}&secret=1"), 200),
    ] {
        assert_eq!(client.post(path, FORM, body.clone()).await.status, status, "{path} {body}");
    }
    let json = format!("{{\"a\":\"{RESIDENT}\",\"secret\":\"1\"}}");
    assert_eq!(client.post("/w", "application/json", json).await.status, 403, "no form");
    let get =
        Request::get(format!("/w?a={RESIDENT}&secret=1")).header("host", "localhost").body("").expect("a request");
    assert_eq!(client.send(get).await.status, 403, "no form either");
    let parts = |secret: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{RESIDENT}\r\n--B\r\nContent-Disposition: \
             form-data; name=\"secret\"\r\n\r\n{secret}\r\n--B--\r\n"
        )
    };
    assert_eq!(client.post("/w", MULTIPART, parts("1")).await.status, 200);
    assert_eq!(client.post("/w", MULTIPART, parts("2")).await.status, 403);
    let record = program.record(|record| record["upload"]["rule"] == "secret");
    assert_eq!(record["upload"]["verdict"], "log");
}

fn file(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--B--\r\n"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_told_apart_by_name_and_by_type() {
    let origin = origin().await;
    let rules = [
        "name = \"programs\"; on = \"upload\"; file_type = [\"executable\", \"script\", \"server-page\"]; action = \"block\"",
        "name = \"lists\"; on = \"upload\"; file_name = [\"*명단*\", \"*LIST*\"]; find = [\"*\"]; action = \"block\"",
        "on = \"upload\"; find = [\"*\", \"uninspectable\"]; action = \"log\"",
    ];
    let program = Program::before(origin.port).policy(&policy(&rules)).start();
    let client = program.client();
    let planted = format!("name,{RESIDENT}\n");
    for (name, content, status) in [
        ("setup.exe", b"anything".as_slice(), 403),
        ("shell.php.jpg", b"\xFF\xD8\xFF", 403),
        ("photo.jpg", b"\xFF\xD8\xFF\xE0<?php system($_GET[0]);", 403),
        ("photo.txt", b"MZ\x90\x00\x03\x00\x00\x00", 403),
        ("수강생 명단.csv", planted.as_bytes(), 403),
        ("list-2026.csv", planted.as_bytes(), 403),
        ("수강생 명단.csv", b"nothing\n", 200),
        ("2026.csv", planted.as_bytes(), 200),
    ] {
        assert_eq!(client.post("/w", MULTIPART, file(name, content)).await.status, status, "{name}");
    }
    let beside = format!("a={RESIDENT}");
    assert_eq!(client.post("/w", FORM, beside).await.status, 200, "a file's name says nothing of what is no file");
    let refused = client.post("/w", MULTIPART, file("setup.exe", b"x")).await.text();
    assert!(refused.contains("올릴 수 없는 종류의 파일"), "{refused}");
}
