//! What the rules on access records want can be shown from an export and the sheet of a month: who, when, from where, whose data,
//! what was done and why; who could not sign in; and that nothing was altered.

use crate::asked::{behind, word};
use crate::gate_login::{add, at_the_machine, sign_in, signed_in};
use crate::support::{Origin, Program, answer};
use http::Request;

const TOP: &str = "[accounts]\nlock_after = 3\n[gate.admin]\npath = [\"/admin/**\"]\nrequire = \"account\"\n";
const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"lists\"\non = \"download\"\nfind = [\"*\"]\n\
    at_least = 10\naction = \"ask-reason\"\n[[policy.board.rule]]\nname = \"few\"\non = \"download\"\nfind = [\"*\"]\n\
    action = \"log\"\n";
const PLACE: &str = "203.0.113.9";

/// A table as it is written: rows of cells in quotes.
fn table(text: &str) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let inner = line.trim_start_matches('\u{feff}').trim_end().trim_start_matches('"').trim_end_matches('"');
        inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
    };
    text.lines().filter(|line| line.contains("\",\"")).map(row).collect()
}

/// The cell of a row below what a column is called.
fn cell<'a>(head: &[String], row: &'a [String], name: &str) -> &'a str {
    let at = head.iter().position(|one| one.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {head:?}"));
    row[at].as_str()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_whose_data_when_from_where_and_why_can_be_shown() {
    let list: String = (0..12).map(|number| format!("<li>010-2345-67{number:02}\n")).collect();
    let origin = Origin::always(answer("text/html; charset=utf-8", "", list)).await;
    let program =
        Program::before(origin.port).server("trusted_proxies = [\"127.0.0.0/8\"]").top(TOP).policy(POLICY).start();
    add(&program, "kim", "auditor");
    add(&program, "lee", "viewer");
    let client = program.client();
    let cookie = signed_in(&client, "kim").await;
    let request = Request::get("/admin/members").header("cookie", &cookie).header("x-forwarded-for", PLACE);
    let asked = client.send(request.body(String::new()).expect("a request")).await;
    let shown = asked.text();
    assert!(asked.status == 409 && !shown.contains("010-2345-6700"), "{shown}");
    let token = behind(&shown, "name=\"garim-answer\" value=\"").to_owned();
    for nothing in ["", "."] {
        let said = format!("garim-answer={token}\r\ngarim-reason={nothing}\r\n");
        assert_eq!(word(&client, "/admin/members", said, &cookie).await.status, 409, "a reason that says nothing");
    }
    let said = format!("garim-answer={token}\r\ngarim-reason=민원 처리 결과 통보\r\n");
    let request = Request::post("/admin/members").header("content-type", "text/plain").header("cookie", &cookie);
    let given = client.send(request.header("x-forwarded-for", PLACE).body(said).expect("a request")).await;
    assert!(given.status == 200 && given.text().contains("010-2345-6711"));
    for _ in 0..3 {
        sign_in(&client, "/admin/", "lee", "wrong", "").await;
    }
    assert_eq!(sign_in(&client, "/admin/", "lee", crate::gate_login::PASSWORD, "").await.status, 429);

    let exported = at_the_machine(&program, &["audit", "export", "--format", "csv", "--reason", "월말 점검"], "");
    let rows = table(&exported);
    let head = &rows[0];
    let view = rows.iter().find(|row| cell(head, row, "reason") == "민원 처리 결과 통보").expect("the view");
    let told = ["account", "address", "method", "path", "verdict", "rule"].map(|name| cell(head, view, name));
    assert_eq!(told, ["kim", PLACE, "POST", "/admin/members", "log", "lists"]);
    assert_eq!(
        cell(head, view, "whose").split(' ').filter(|hash| hash.starts_with("hmac:")).count(),
        12,
        "of each, once"
    );
    assert!(cell(head, view, "found").contains("mobile-number ×12"), "{view:?}");
    let today = garim::audit::korean_time(jiff::Timestamp::now().as_millisecond()).strftime("%Y-%m-%d").to_string();
    assert!(cell(head, view, "korean time").starts_with(&today) && cell(head, view, "time").ends_with('Z'));
    let failed = rows.iter().filter(|row| cell(head, row, "kind") == "login" && cell(head, row, "verdict") == "failed");
    assert_eq!(failed.clone().count(), 3);
    assert!(
        failed.into_iter().all(|row| cell(head, row, "account") == "lee" && cell(head, row, "address") == "127.0.0.1")
    );
    let has = |kind: &str, verdict: &str| {
        rows.iter().any(|row| cell(head, row, "kind") == kind && cell(head, row, "verdict") == verdict)
    };
    assert!(has("login", "locked") && has("login", "in") && has("account", "add"), "{exported}");
    for row in rows.iter().skip(1).filter(|row| ["login", "account", "exchange"].contains(&cell(head, row, "kind"))) {
        assert!(!cell(head, row, "address").is_empty(), "no place: {row:?}");
    }
    assert!(!exported.contains("010-2345"), "no value stands there");
    // Whose data it was: asked with the value itself, which stands in no record.
    let who = at_the_machine(&program, &["audit", "who"], "010-2345-6707\n");
    assert!(who.contains("kim") && who.contains(PLACE) && who.contains("민원 처리 결과 통보"), "{who}");

    let month = today.get(..7).expect("a month").to_owned();
    let sheet = ["audit", "report", "--month", &month, "--language", "ko", "--hours", "00:00-00:01", "--format", "csv"];
    let sheet = at_the_machine(&program, &sheet, "").replace("\r\n", "\n");
    let section = |name: &str| {
        let (_, rest) = sheet.split_once(&format!("\"{name}\"\n")).unwrap_or_else(|| panic!("no {name} in {sheet}"));
        rest.split("\n\n").next().unwrap_or_default().to_owned()
    };
    assert!(sheet.contains("\"위·변조 점검\",\"이상 없음\""), "{sheet}");
    for name in ["업무 시간 외 개인정보 조회", "다운로드·내보내기와 사유"] {
        let rows = section(name);
        assert!(rows.contains("민원 처리 결과 통보") && rows.contains(PLACE) && rows.contains("kim"), "{name}: {rows}");
        assert!(rows.contains("사유를 적고 내려받기 (reason)"), "{rows}");
    }
    assert!(section("다운로드·내보내기와 사유").contains("월말 점검"), "the export is one, too");
    let failures = section("로그인 실패");
    assert!(failures.contains("lee") && failures.contains("잠김 (locked)"), "{failures}");
}
