//! Writers who are warned, and readers who are to say why: nothing is written, attached or fetched again.

use crate::support::{Client, FORM, Origin, Program, RESIDENT, answer};
use http::Request;

const MOBILE: &str = "010-1234-5678";
const MASKED: &str = "010-****-5678";
const MULTIPART: &str = "multipart/form-data; boundary=B";

fn policy(rules: &[&str]) -> String {
    let rules: String =
        rules.iter().map(|rule| format!("[[policy.board.rule]]\n{}\n", rule.replace("; ", "\n"))).collect();
    format!("[policy.board]\n{rules}")
}

const WARNS: &str = "name = \"own choice\"; find = [\"mobile-number\"]; action = \"warn\"";
const BLOCKS: &str = "on = \"upload\"; find = [\"@unique-identifiers\"]; action = \"block\"";

/// What stands behind a mark in a page, up to the next quote.
pub(crate) fn behind<'a>(page: &'a str, mark: &str) -> &'a str {
    let at = page.find(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    page[at + mark.len()..].split('"').next().expect("a quote")
}

pub(crate) async fn word(client: &Client, path: &str, body: String, cookie: &str) -> crate::support::Answer {
    let request = Request::post(path).header("host", "localhost").header("content-type", "text/plain");
    client.send(request.header("cookie", cookie).body(body).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_who_is_warned_posts_hidden_or_as_it_is_without_writing_again() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(&policy(&[BLOCKS, WARNS])).start();
    let client = program.client();
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nCall {MOBILE}\r\n--B\r\nContent-Disposition: form-data; \
         name=\"f\"; filename=\"a.txt\"\r\n\r\nkept as it is\r\n--B--\r\n"
    );
    for (choice, sent) in [("hidden", MASKED), ("as-it-is", MOBILE)] {
        let request = Request::post("/board/write?no=1").header("host", "localhost").header("content-type", MULTIPART);
        let request = request.header("cookie", "PHPSESSID=abc").header("referer", "https://localhost/board");
        let asked = client.send(request.body(body.clone()).expect("a request")).await;
        let shown = asked.text();
        assert_eq!(asked.status, 409);
        assert!(shown.contains("이대로 올릴까요") && shown.contains(MASKED) && !shown.contains(MOBILE), "{shown}");
        assert!(asked.field("content-security-policy").contains("form-action https:"));
        assert_eq!(behind(&shown, "enctype=\"text/plain\" action=\""), "/board/write?no=1");
        let token = behind(&shown, "name=\"garim-post\" value=\"").split('.').next().expect("a token").to_owned();
        let seen = origin.seen().len();

        let said = format!("garim-post={token}.{choice}\r\n");
        let elsewhere = word(&client, "/other", said.clone(), "PHPSESSID=abc").await;
        assert!(elsewhere.text().contains("기다리던 내용이 없어"), "bound to its path");
        let stolen = word(&client, "/board/write", said.clone(), "PHPSESSID=xyz").await;
        assert!(stolen.text().contains("기다리던 내용이 없어"), "bound to its session");
        assert_eq!(origin.seen().len(), seen, "nothing has reached the site yet");

        let posted = word(&client, "/board/write?no=1", said.clone(), "PHPSESSID=abc; other=2").await;
        assert_eq!((posted.status.as_u16(), posted.text().as_str()), (200, "posted"));
        let arrived = origin.seen().pop().expect("a request");
        assert_eq!(arrived.target(), "/board/write?no=1");
        assert_eq!(String::from_utf8_lossy(&arrived.body), body.replace(MOBILE, sent));
        assert_eq!(arrived.field("content-type"), [MULTIPART]);
        assert_eq!(arrived.field("referer"), ["https://localhost/board"]);
        assert_eq!(arrived.field("cookie"), ["PHPSESSID=abc; other=2"], "the session as it is by now");
        let record = program.record(|record| record["consent"] == choice);
        assert_eq!(record["upload"]["verdict"], if choice == "hidden" { "mask" } else { "log" });
        assert_eq!(record["upload"]["rule"], "own choice");

        let again = word(&client, "/board/write?no=1", said, "PHPSESSID=abc").await;
        assert!(again.text().contains("기다리던 내용이 없어"), "a token is good once");
        assert_eq!(origin.seen().len(), seen + 1);
    }
    program.record(|record| record["outcome"] == "asked" && record["upload"]["verdict"] == "warn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_stricter_than_a_warning_and_a_file_cannot_be_hidden() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(&policy(&[BLOCKS, WARNS])).start();
    let client = program.client();
    let refused = client.post("/w", FORM, format!("a={MOBILE}&b={RESIDENT}")).await.text();
    assert!(!refused.contains("garim-post"), "{refused}");
    let gzipped = {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(format!("연락처 {MOBILE}\n").as_bytes()).expect("packed");
        packed.finish().expect("packed")
    };
    let head = b"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.gz\"\r\n\r\n";
    let body = [head.as_slice(), &gzipped, b"\r\n--B--\r\n"].concat();
    let asked = client.post("/w", MULTIPART, body).await.text();
    assert!(asked.contains(".as-it-is") && !asked.contains(".hidden"), "{asked}");
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_are_told_how_to_go_on_and_other_plain_text_passes() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(&policy(&[WARNS])).start();
    let client = program.client();
    let request = Request::post("/api").header("host", "localhost").header("content-type", "application/json");
    let request = request.header("accept", "application/json").body(format!("{{\"a\":\"{MOBILE}\"}}"));
    let told: serde_json::Value =
        serde_json::from_str(&client.send(request.expect("a request")).await.text()).expect("JSON");
    assert_eq!((&told["error"], told["choices"].as_array().map(Vec::len)), (&"warned".into(), Some(2)));
    let choice = told["choices"][1].as_str().expect("a choice").to_owned();
    assert_eq!(word(&client, "/api", choice, "").await.status, 200);
    assert_eq!(origin.seen().pop().expect("a request").body, format!("{{\"a\":\"{MOBILE}\"}}").as_bytes());
    for plain in ["garim-post=nothing", "a text\r\nof its own\r\n"] {
        assert_eq!(client.post("/api", "text/plain", plain).await.status, 200, "{plain}");
        assert_eq!(origin.seen().pop().expect("a request").body, plain.as_bytes());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_says_why_before_a_list_goes_out() {
    let list: String = (0..20).map(|number| format!("이름,010-2345-67{number:02}\n")).collect();
    let origin = Origin::always(answer("text/csv; charset=utf-8", "", &list)).await;
    let rules = [
        "name = \"lists\"; on = \"download\"; find = [\"mobile-number\"]; at_least = 10; action = \"ask-reason\"",
        "on = \"download\"; find = [\"mobile-number\"]; action = \"log\"",
    ];
    let program = Program::before(origin.port).policy(&policy(&rules)).start();
    let client = program.client();
    let asked = client.get("/admin/list.csv").await;
    let shown = asked.text();
    assert!(asked.status == 409 && shown.contains("까닭을 적어 주세요") && !shown.contains("010-2345-6701"), "{shown}");
    let token = behind(&shown, "name=\"garim-answer\" value=\"").to_owned();
    for nothing in ["", "   ", "..", "123", "ㅋㅋ"] {
        let word_of = format!("garim-answer={token}\r\ngarim-reason={nothing}\r\n");
        let again = word(&client, "/admin/list.csv", word_of, "").await;
        assert!(again.text().contains(&token), "{nothing} says nothing, and is asked again");
    }
    let said = format!("garim-answer={token}\r\ngarim-reason=민원 처리, 홍길동 900101-1234568\r\n");
    let given = word(&client, "/admin/list.csv", said.clone(), "").await;
    assert_eq!((given.status.as_u16(), given.text()), (200, list.clone()));
    assert_eq!(given.field("content-type"), "text/csv; charset=utf-8");
    assert!(given.field("cache-control").contains("no-store"));
    assert_eq!(origin.seen().len(), 1, "the site is asked once");
    let record = program.record(|record| record["consent"] == "reason");
    let why = record["why"].as_str().expect("a reason");
    assert!(why.contains("민원 처리") && !why.contains("900101-1234568"), "{why}");
    let late = word(&client, "/admin/list.csv", said, "").await.text();
    assert!(late.contains("기다리던 내용이 없어 보여 드리지 않았습니다") && !late.contains("올린"), "once: {late}");
    program.record(|record| record["outcome"] == "asked" && record["download"]["verdict"] == "ask-reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_is_refused_where_somebody_would_have_to_be_asked() {
    let events: String = (0..20).map(|number| format!("data: 010-2345-67{number:02}\n\n")).collect();
    let origin = Origin::always(answer("text/event-stream", "", events)).await;
    let rules = ["on = \"download\"; find = [\"mobile-number\"]; action = \"ask-reason\""];
    let program = Program::before(origin.port).policy(&policy(&rules)).start();
    let shown = program.client().raw("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!shown.contains("010-2345"), "{shown}");
    program.record(|record| record["outcome"] == "answer-broken" && record["download"]["verdict"] == "block");
}
