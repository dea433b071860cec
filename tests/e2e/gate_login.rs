//! garim's own login in front of paths of a site: nothing reaches the site without it, and who has signed in is known by role and
//! in the records.

use crate::support::{
    Answer, Client, FORM, Http, Origin, Program, RESIDENT, RESIDENT_MASKED, answer, garim, page, until,
};
use aws_lc_rs::hmac;
use http::Request;
use rustix::process::Signal;
use sqlx::{Connection, SqliteConnection};
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) const PASSWORD: &str = "Kx7!mq2z-w";
const GATE: &str = "[gate.admin]\npath = [\"/admin/**\"]\nrequire = \"account\"\n";
const OPEN: &str = "[policy.board]\n[[policy.board.rule]]\nfind = [\"*\"]\naction = \"log\"\n";

async fn origin() -> Origin {
    let fields = "Set-Cookie: PHPSESSID=7; Path=/\r\nSet-Cookie: __Host-garim=planted; Path=/; Secure\r\nETag: \"1\"\r\n\
        Cache-Control: public, max-age=600\r\n";
    Origin::always(answer("text/html; charset=utf-8", fields, page("the office's page"))).await
}

/// What the program says to somebody at the machine.
pub(crate) fn at_the_machine(program: &Program, arguments: &[&str], input: &str) -> String {
    let mut command = garim(arguments);
    command.arg("--config").arg(program.config());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    let ended = child.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
    assert!(ended.status.success(), "{arguments:?}: {said}");
    said
}

pub(crate) fn add(program: &Program, name: &str, role: &str) {
    at_the_machine(program, &["user", "add", name, "--role", role], &format!("{PASSWORD}\n"));
}

fn filled(name: &str, password: &str, code: &str) -> String {
    format!("garim-sign-in=1\r\ngarim-name={name}\r\ngarim-password={password}\r\ngarim-code={code}\r\n")
}

fn form(path: &str, body: String) -> Request<String> {
    let request = Request::post(path).header("content-type", "text/plain;charset=UTF-8");
    request.header("sec-fetch-site", "same-origin").body(body).expect("a request")
}

pub(crate) async fn sign_in(client: &Client, path: &str, name: &str, password: &str, code: &str) -> Answer {
    client.send(form(path, filled(name, password, code))).await
}

/// The cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let set = answer.fields("set-cookie").into_iter().find(|one| one.starts_with("__Host-garim=")).expect("a cookie");
    assert!(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{set}");
    set.split(';').next().expect("a pair").to_owned()
}

pub(crate) async fn signed_in(client: &Client, name: &str) -> String {
    let answer = sign_in(client, "/admin/", name, PASSWORD, "").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    cookie(&answer)
}

fn with(path: &str, cookie: &str) -> Request<String> {
    Request::get(path).header("cookie", cookie).body(String::new()).expect("a request")
}

/// The records of logins in the journal.
fn logins(program: &Program) -> Vec<serde_json::Value> {
    let folder = program.folder().join("state/journal");
    let logs = std::fs::read_dir(folder).expect("a journal").map(|entry| entry.expect("an entry").path());
    let logs = logs.filter(|path| path.extension().is_some_and(|end| end == "log"));
    let text: String = logs.map(|path| std::fs::read_to_string(path).expect("a log")).collect();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines.filter(|line| line["kind"] == "login").collect()
}

async fn sql(program: &Program, statement: &'static str) {
    let file = program.folder().join("state/garim.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("the store");
    sqlx::raw_sql(statement).execute(&mut connection).await.expect("done");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_signed_in_does_not_get_past_and_who_has_does() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(GATE).start();
    add(&program, "kim", "viewer");
    let client = program.client();
    for http in Http::BOTH {
        assert_eq!(client.over(http, with("/board/1", "a=1")).await.status, 200, "what is not behind it is open");
        let seen = origin.seen().len();
        let asked = client.over(http, with("/admin/list?x=1", "a=1; __Host-garim=made-up")).await;
        assert_eq!(asked.status, 401);
        assert!(asked.text().contains("로그인이 필요한 화면입니다"), "{}", asked.text());
        let action = format!("action=\"https://localhost:{}/admin/list?x=1\"", program.port);
        assert!(asked.text().contains(&action) && asked.field("cache-control") == "no-store", "{}", asked.text());
        assert_eq!(origin.seen().len(), seen, "nothing has reached the site");

        let request = form("/admin/list?x=1", filled("kim", PASSWORD, ""));
        let entered = client.over(http, request).await;
        assert_eq!(entered.status, 303, "{}", entered.text());
        assert_eq!(entered.field("location"), format!("https://localhost:{}/admin/list?x=1", program.port));
        let shown = client.over(http, with("/admin/list?x=1", &format!("a=1; {}; b=2", cookie(&entered)))).await;
        assert_eq!((shown.status.as_u16(), shown.text().contains("the office's page")), (200, true));
        assert_eq!(origin.seen().pop().expect("a request").field("cookie"), ["a=1; b=2"], "the site never sees it");
        assert_eq!(shown.fields("set-cookie"), ["PHPSESSID=7; Path=/"], "a site begins no session of garim's");
        assert_eq!((shown.field("cache-control"), shown.field("etag")), ("private, no-store", ""));
    }
    let scripted = Request::get("/admin/api").header("x-requested-with", "XMLHttpRequest").body(String::new());
    let scripted = client.send(scripted.expect("a request")).await;
    let object: serde_json::Value = serde_json::from_slice(&scripted.body).expect("JSON");
    assert_eq!((scripted.status.as_u16(), object["error"].as_str()), (401, Some("sign-in")));

    let record = program.record(|record| record["path"] == "/admin/list" && record["outcome"] == "answered");
    assert_eq!(record["operator"], "kim");
    program.record(|record| record["outcome"] == "sign-in" && record["status"] == 401);
    let logins = logins(&program);
    let first = logins.first().expect("a record");
    assert_eq!((&first["account"], &first["verdict"]), (&"kim".into(), &"in".into()), "{first}");
    assert_eq!((&first["address"], &first["path"]), (&"127.0.0.1".into(), &"/admin/list".into()), "{first}");
    let said = program.lines().join("\n") + &format!("{logins:?}");
    assert!(!said.contains(PASSWORD) && !said.contains("__Host-garim") && !said.contains("made-up"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_without_a_session_goes_nowhere_and_that_is_said() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(GATE).start();
    add(&program, "kim", "viewer");
    let client = program.client();
    let refused = client.post("/admin/write", FORM, format!("a={}", "x".repeat(200_000))).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("보내신 내용은 누리집에 전달하지 않았습니다"), "{}", refused.text());
    assert!(origin.seen().is_empty());
    let cookie = signed_in(&client, "kim").await;
    let request = Request::post("/admin/write").header("content-type", FORM).header("cookie", &cookie);
    assert_eq!(client.send(request.body("a=x".to_owned()).expect("a request")).await.status, 200);
    assert_eq!(origin.seen().len(), 1);
    // A form of the login that is broken, or said where there is no gate, does not reach the site either.
    for (path, body) in [("/admin/", "garim-sign-in=1\r\ngarim-pass"), ("/board", "garim-sign-in=\r\n")] {
        assert_eq!(client.send(form(path, body.to_owned())).await.status, 401);
    }
    assert_eq!(origin.seen().len(), 1);
    let other = client.send(form("/board", "a=garim-sign-in=1".to_owned())).await;
    assert_eq!((other.status.as_u16(), origin.seen().len()), (200, 2), "a text of the site's own does");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_counted_and_lock() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(GATE).top("[accounts]\nlock_after = 3\n").start();
    add(&program, "kim", "viewer");
    let client = program.client();
    for (name, password) in
        [("kim", "wrong"), ("nobody", PASSWORD), ("900101-1234568", PASSWORD), ("kim", "wrong"), ("kim", "")]
    {
        let refused = sign_in(&client, "/admin/", name, password, "").await;
        assert_eq!(refused.status, 401, "{name}");
        assert!(refused.text().contains("로그인하지 못했습니다") && refused.fields("set-cookie").is_empty(), "{name}");
        assert!(!refused.text().contains(RESIDENT), "what stands in the wrong field is not shown again");
    }
    for _ in 0..3 {
        let locked = sign_in(&client, "/admin/", "kim", PASSWORD, "").await;
        assert_eq!(locked.status, 429, "{}", locked.text());
        assert!(locked.text().contains("10분"), "{}", locked.text());
    }
    let told = |verdict: &str| logins(&program).iter().filter(|one| one["verdict"] == verdict).count();
    until("the lock is recorded", async || told("locked") == 1).await;
    assert_eq!((told("failed"), told("in")), (5, 0));
    assert!(!format!("{:?}", logins(&program)).contains("900101"));
    at_the_machine(&program, &["user", "unlock", "kim"], "");
    signed_in(&client, "kim").await;
    // Names are many; an address is one.
    for name in ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg", "hhhh", "iiii", "jjjj", "kkkk", "llll"] {
        sign_in(&client, "/admin/", name, "wrong", "").await;
    }
    assert_eq!(sign_in(&client, "/admin/", "kim", PASSWORD, "").await.status, 429);
    assert!(origin.seen().is_empty());
}

/// The code of now, of a secret in base 32 (RFC 4648, 6; RFC 6238).
fn code(secret: &str) -> String {
    let (mut bits, mut held, mut key) = (0_u32, 0, Vec::new());
    for letter in secret.bytes().filter(|byte| *byte != b'=') {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|one| *one == letter).expect("base 32");
        bits = bits << 5 | u32::try_from(value).expect("five bits");
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push(u8::try_from(bits >> held & 0xFF).expect("a byte"));
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs() / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &now.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 0xF);
    let number = u32::from_be_bytes([tag[at] & 0x7F, tag[at + 1], tag[at + 2], tag[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_may_take_one_time_codes() {
    let origin = origin().await;
    let gate = GATE.replace("\"account\"", "\"account+totp\"") + "[accounts]\nkey_file = \"codes.key\"\n";
    let program = Program::before(origin.port).policy(OPEN).top(&gate).start();
    add(&program, "kim", "viewer");
    add(&program, "lee", "viewer");
    assert!(!program.folder().join("codes.key").exists());
    let said = at_the_machine(&program, &["user", "totp", "kim"], "");
    let secret = said.split("the secret is ").nth(1).and_then(|rest| rest.split(';').next()).expect("a secret");
    assert!(program.folder().join("codes.key").exists(), "the key is where garim looks for it");
    let client = program.client();
    let none = sign_in(&client, "/admin/", "lee", PASSWORD, "").await;
    assert!(none.status == 401 && none.text().contains("인증번호를 쓰는 계정만"), "{}", none.text());
    assert!(none.fields("set-cookie").is_empty());
    let asked = sign_in(&client, "/admin/", "kim", PASSWORD, "").await;
    assert!(
        asked.text().contains("인증번호를 입력해 주세요") && asked.text().contains("value=\"kim\""),
        "{}",
        asked.text()
    );
    let right = code(secret);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    assert!(sign_in(&client, "/admin/", "kim", PASSWORD, wrong).await.text().contains("로그인하지 못했습니다"));
    let entered = sign_in(&client, "/admin/", "kim", PASSWORD, &code(secret)).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    assert_eq!(client.send(with("/admin/", &cookie(&entered))).await.status, 200);
    assert_eq!(sign_in(&client, "/admin/", "kim", PASSWORD, &right).await.status, 401, "a code is good once");
    at_the_machine(&program, &["user", "totp", "kim", "--off"], "");
    assert_eq!(client.send(with("/admin/", &cookie(&entered))).await.status, 401, "and ends with them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_not_used_when_signed_out_and_with_its_account() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(&format!("{GATE}idle = \"3s\"\n")).start();
    add(&program, "kim", "viewer");
    add(&program, "lee", "viewer");
    let client = program.client();
    let status = async |path: &str, cookie: &str| client.send(with(path, cookie)).await.status.as_u16();
    let idle = signed_in(&client, "kim").await;
    assert_eq!(status("/admin/", &idle).await, 200);
    tokio::time::sleep(Duration::from_millis(3_200)).await;
    assert_eq!(status("/admin/", &idle).await, 401);

    let out = signed_in(&client, "kim").await;
    let asked = client.send(with("/.well-known/garim/sign-out", &out)).await;
    assert!(
        asked.status == 200 && asked.text().contains("로그아웃할까요") && asked.text().contains("kim"),
        "{}",
        asked.text()
    );
    assert_eq!(status("/admin/", &out).await, 200, "a link alone signs nobody out");
    let request = |site: &str| {
        let request = Request::post("/.well-known/garim/sign-out").header("content-type", "text/plain");
        let request = request.header("cookie", &out).header("sec-fetch-site", site);
        request.body("garim-sign-out=1\r\n".to_owned()).expect("a request")
    };
    assert_eq!(client.send(request("cross-site")).await.status, 403);
    assert_eq!(status("/admin/", &out).await, 200, "nor does a form of another site");
    let gone = client.send(request("same-origin")).await;
    assert!(gone.status == 200 && gone.field("set-cookie").contains("Max-Age=0"), "{:?}", gone.headers);
    assert_eq!(status("/admin/", &out).await, 401);
    until("signing out is recorded", async || logins(&program).iter().any(|one| one["verdict"] == "out")).await;

    let lee = signed_in(&client, "lee").await;
    at_the_machine(&program, &["user", "disable", "lee"], "");
    assert_eq!(status("/admin/", &lee).await, 401);
    let disabled = sign_in(&client, "/admin/", "lee", PASSWORD, "").await;
    assert!(disabled.text().contains("사용이 중지된 계정입니다"), "{}", disabled.text());
    assert!(origin.seen().iter().all(|seen| seen.target() == "/admin/"), "the site is not asked about signing out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_signs_nobody_in_and_nobody_is_sent_elsewhere() {
    let origin = origin().await;
    let gate = GATE.replace("/admin/**", "/**");
    let program = Program::before(origin.port).policy(OPEN).top(&gate).start();
    add(&program, "kim", "viewer");
    let client = program.client();
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let request = Request::post("/x").header("content-type", "text/plain").header(name, value);
        let refused = client.send(request.body(filled("kim", PASSWORD, "")).expect("a request")).await;
        assert!(refused.status == 403 && refused.fields("set-cookie").is_empty(), "{name}: {value}");
    }
    for path in ["//evil.example/x", "/\\evil.example/x", "///evil.example", "/x?//evil.example"] {
        let asked = client.get(path).await;
        let home = format!("https://localhost:{}/", program.port);
        assert!(asked.status == 401 && asked.text().contains(&format!("action=\"{home}")), "{path}: {}", asked.text());
        let entered = sign_in(&client, path, "kim", PASSWORD, "").await;
        assert!(entered.status == 303 && entered.field("location").starts_with(&home), "{}", entered.field("location"));
    }
    let request = Request::get("/x").header("sec-fetch-site", "cross-site").body(String::new()).expect("a request");
    assert!(client.send(request).await.text().contains("<a href=\"https://localhost:"), "who came by a link may go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_of_writing_a_path_leads_around_it() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(GATE).start();
    add(&program, "kim", "viewer");
    let client = program.client();
    let paths = [
        "/admin",
        "/admin/list",
        "/ADMIN/list",
        "/%61dmin/list",
        "/%2561dmin/list",
        "//admin/list",
        "///admin/list",
        "/./admin/list",
        "/x/../admin/list",
        "/admin/../admin/list",
        "/x/%2e%2e/admin/list",
        "/x/..%2fadmin/list",
        "/x/..;/admin/list",
        "/admin;x=1/list",
        "/;x=1/admin/list",
        "/admin%3bx=1/list",
        "/\\admin/list",
        "/%5cadmin/list",
        "/admin./list",
        "/admin%20/list",
        "/admin/list.php/x.css",
        "/admin%00/list",
        "/%u0061dmin/list",
        "/%c1%a1dmin/list",
        "/x/..%5cadmin/list",
    ];
    for path in paths {
        let said = client
            .raw(format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", program.port))
            .await;
        let status = said.split(' ').nth(1).expect("a status");
        assert!(matches!(status, "401" | "400"), "{path}: {said}");
        if let Ok(request) = Request::get(path).body(String::new()) {
            let status = client.over(Http::Two, request).await.status.as_u16();
            assert!(matches!(status, 401 | 400), "{path} over HTTP/2: {status}");
        }
    }
    for (name, value) in [("x-original-url", "/admin/list"), ("x-rewrite-url", "/x/../admin/list")] {
        let request = Request::get("/").header(name, value).body(String::new()).expect("a request");
        assert_eq!(client.send(request).await.status, 401, "{name}");
    }
    let absolute = format!(
        "GET http://localhost:{0}/admin/ HTTP/1.1\r\nHost: localhost:{0}\r\nConnection: close\r\n\r\n",
        program.port
    );
    assert!(client.raw(absolute).await.starts_with("HTTP/1.1 401"));
    assert!(
        origin.seen().is_empty(),
        "{:?}",
        origin.seen().iter().map(|seen| seen.target().to_owned()).collect::<Vec<_>>()
    );
    for path in ["/", "/administrator", "/board/admin/list", "/board?x=/admin/"] {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_has_the_roles_of_the_account() {
    let origin = Origin::always(answer("text/html; charset=utf-8", "", page(RESIDENT))).await;
    let roles =
        "[role.officer]\nany = [{ account = [\"kim\"] }]\n[role.approver]\nany = [{ account_role = \"approver\" }]\n";
    let policy = "[policy.board]\n[[policy.board.rule]]\npath = [\"/admin/approve\"]\nexcept_role = [\"approver\"]\naction = \"block\"\n\
        [[policy.board.rule]]\non = \"download\"\nrole = [\"officer\"]\nfind = [\"*\"]\naction = \"log\"\n\
        [[policy.board.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"mask\"\n";
    let program = Program::before(origin.port).policy(policy).top(GATE).top(roles).start();
    for (name, role) in [("kim", "viewer"), ("lee", "approver")] {
        add(&program, name, role);
    }
    let client = program.client();
    let (kim, lee) = (signed_in(&client, "kim").await, signed_in(&client, "lee").await);
    for path in ["/admin/list", "/board/1"] {
        assert!(client.send(with(path, &kim)).await.text().contains(RESIDENT), "{path}");
        let hidden = client.send(with(path, &lee)).await.text();
        assert!(hidden.contains(RESIDENT_MASKED) && !hidden.contains(RESIDENT), "{path}");
    }
    assert!(client.get("/board/1").await.text().contains(RESIDENT_MASKED), "who has not signed in is the public");
    assert_eq!(client.send(with("/admin/approve", &kim)).await.status, 403);
    assert_eq!(client.send(with("/admin/approve", &lee)).await.status, 200);
    // The record of what was shown names who saw it, in the journal as well.
    let record = program.record(|record| record["operator"] == "kim" && record["path"] == "/board/1");
    assert_eq!(record["download"]["verdict"], "log");
    let listed = at_the_machine(&program, &["audit", "list", "--kind", "exchange"], "");
    assert!(listed.contains("/board/1"), "{listed}");
    at_the_machine(&program, &["user", "revoke", "lee", "approver"], "");
    assert_eq!(client.send(with("/admin/approve", &lee)).await.status, 401, "a role that is taken ends the session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_survives_a_restart() {
    let origin = origin().await;
    let mut program = Program::before(origin.port).policy(OPEN).top(GATE).start();
    add(&program, "kim", "viewer");
    let cookie = signed_in(&program.client(), "kim").await;
    program.signal(Signal::TERM);
    assert_eq!(program.ended(), Some(0));
    let program = program.again();
    assert_eq!(program.client().send(with("/admin/", &cookie)).await.status, 200);
    assert_eq!(program.client().get("/admin/").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_store_it_stays_closed() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(GATE).start();
    add(&program, "kim", "viewer");
    let client = program.client();
    let cookie = signed_in(&client, "kim").await;
    sql(&program, "DROP TABLE sessions").await;
    let closed = client.send(with("/admin/", &cookie)).await;
    assert!(closed.status == 503 && closed.text().contains("지금은 로그인을 확인할 수 없습니다"), "{}", closed.text());
    assert!(!closed.field("retry-after").is_empty());
    assert_eq!(client.send(with("/board/1", &cookie)).await.status, 503, "roles decide elsewhere, too");
    assert_eq!(sign_in(&client, "/admin/", "kim", PASSWORD, "").await.status, 503);
    assert_eq!(client.get("/admin/").await.status, 401);
    assert!(origin.seen().is_empty());
    assert_eq!(client.get("/board/1").await.status, 200, "who has no session asks nothing of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_too_old_is_changed_first() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(OPEN).top(GATE).start();
    add(&program, "kim", "viewer");
    let client = program.client();
    sql(&program, "UPDATE accounts SET changed = 0").await;
    let asked = sign_in(&client, "/admin/", "kim", PASSWORD, "").await;
    assert!(asked.status == 401 && asked.text().contains("비밀번호를 바꿀 때가 되었습니다"), "{}", asked.text());
    assert!(asked.fields("set-cookie").is_empty());
    let change = async |old: &str, new: &str, again: &str| {
        let body = format!(
            "garim-change=1\r\ngarim-name=kim\r\ngarim-password={old}\r\ngarim-code=\r\ngarim-new={new}\r\ngarim-again={again}\r\n"
        );
        client.send(form("/admin/", body)).await.text()
    };
    const NEW: &str = "Wz4#nk8v-t";
    assert!(change(PASSWORD, NEW, "other").await.contains("서로 다릅니다"));
    assert!(change("wrong", NEW, NEW).await.contains("로그인하지 못했습니다"));
    assert!(change(PASSWORD, "short", "short").await.contains("자 이상이어야 합니다"));
    assert!(change(PASSWORD, PASSWORD, PASSWORD).await.contains("최근에 쓰던 비밀번호"));
    assert!(change(PASSWORD, NEW, NEW).await.contains("비밀번호를 바꾸었습니다"));
    assert_eq!(sign_in(&client, "/admin/", "kim", PASSWORD, "").await.status, 401);
    assert_eq!(sign_in(&client, "/admin/", "kim", NEW, "").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_behind_a_gate_is_not_sent_around_it() {
    let origin = origin().await;
    let policy = "[hold]\napprovers = { \"*\" = [\"kim\"] }\n[policy.board]\n[[policy.board.rule]]\non = \"upload\"\n\
        find = [\"mobile-number\"]\naction = \"hold\"\n";
    let program = Program::before(origin.port).policy(policy).top(GATE).start();
    add(&program, "kim", "approver");
    let client = program.client();
    let cookie = signed_in(&client, "kim").await;
    let request = Request::post("/admin/write").header("content-type", FORM).header("cookie", &cookie);
    let held = client.send(request.body("a=010-1234-5678".to_owned()).expect("a request")).await;
    assert_eq!(held.status, 202, "{}", held.text());
    let token = held.text().split("/.well-known/garim/hold?").nth(1).expect("a receipt")[..40].to_owned();
    let record = program.record(|record| record["outcome"] == "held");
    let id = record["id"].as_str().expect("an id");
    at_the_machine(&program, &["holds", "approve", id, "--by", "kim"], &format!("{PASSWORD}\n"));
    let send = async |cookie: &str| {
        let request = Request::post("/board").header("content-type", "text/plain").header("cookie", cookie);
        client.send(request.body(format!("garim-hold={token}\r\n")).expect("a request")).await.status.as_u16()
    };
    assert_eq!(send("a=1").await, 401);
    assert!(origin.seen().is_empty());
    assert_eq!(send(&cookie).await, 200);
    assert_eq!(origin.seen().pop().expect("a request").target(), "/admin/write");
}
