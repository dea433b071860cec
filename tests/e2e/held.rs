//! Posts that wait for approval: kept encrypted, asked after by their writers, sent once.

use crate::alerts::Hook;
use crate::support::{Answer, Client, FORM, Origin, Piece, Program, Seen, answer, garim, ok};
use http::Request;
use std::io::Write;
use std::process::Stdio;

pub const MOBILES: &str = "010-1234-5678 010-2345-6789 010-3456-7890";
pub const MULTIPART: &str = "multipart/form-data; boundary=B";
pub const PASSWORD: &str = "Kx7!mq2z-w\n";
pub const POLICY: &str = "[hold]\nexpire = \"1h\"\napprovers = { \"/edu/**\" = [\"lee\"], \"*\" = [\"kim\"] }\ndeputy = [\"park\"]\n\
    second_for = 10\n[policy.board]\n[[policy.board.rule]]\nname = \"lists wait\"\nfind = [\"mobile-number\"]\nat_least = 3\n\
    action = \"hold\"\n[[policy.board.rule]]\nfind = [\"mobile-number\"]\naction = \"log\"\n";

/// What the program says to somebody at the machine, and whether it did it.
pub fn at_the_machine(program: &Program, arguments: &[&str], input: &str) -> (bool, String) {
    let mut command = garim(arguments);
    command.arg("--config").arg(program.config());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    // It need not read it.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    let ended = child.wait_with_output().expect("ended");
    (ended.status.success(), String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned())
}

pub fn accounts(program: &Program) {
    for name in ["kim", "lee", "park"] {
        let (done, said) = at_the_machine(program, &["user", "add", name, "--role", "approver"], PASSWORD);
        assert!(done, "{said}");
    }
}

/// Decides as somebody, and it must be done.
pub fn decides(program: &Program, decision: &[&str], by: &str) -> String {
    let (done, said) = at_the_machine(program, &[&["holds"], decision, &["--by", by]].concat(), PASSWORD);
    assert!(done, "{said}");
    said
}

/// Changes the store behind the program's back.
pub async fn behind_its_back(program: &Program, text: &'static str) {
    let mut connection = store(program).await;
    sqlx::raw_sql(text).execute(&mut connection).await.expect(text);
    sqlx::Connection::close(connection).await.expect("closed");
}

/// A connection of its own to the program's store.
pub async fn store(program: &Program) -> sqlx::SqliteConnection {
    let path = std::fs::read_dir(program.folder().join("state")).expect("the state");
    let path =
        path.map(|entry| entry.expect("an entry").path()).find(|path| path.extension().is_some_and(|it| it == "db"));
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path.expect("a store"));
    sqlx::ConnectOptions::connect(&options).await.expect("a connection")
}

/// What stands behind a mark in a page, up to the next quote.
pub fn behind(page: &str, mark: &str) -> String {
    let at = page.find(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    page[at + mark.len()..].split('"').next().expect("a quote").to_owned()
}

pub fn form() -> String {
    format!(
        "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{MOBILES}\r\n--B\r\nContent-Disposition: form-data; \
         name=\"f\"; filename=\"a.txt\"\r\n\r\n{}\r\n--B--\r\n",
        "as it was ".repeat(20_000)
    )
}

/// Posts something that is held: the token of its receipt, and its reference number.
pub async fn held(program: &Program, client: &Client, path: &str) -> (String, String) {
    let request = Request::post(path).header("host", "localhost").header("content-type", MULTIPART);
    let request = request.header("cookie", "PHPSESSID=old").body(form()).expect("a request");
    let shown = client.send(request).await;
    let page = shown.text();
    assert!(
        shown.status == 202 && page.contains("담당자의 승인을 기다립니다") && !page.contains("010-1234-5678"),
        "{page}"
    );
    let token = behind(&page, "/.well-known/garim/hold?");
    let path = path.split('?').next().expect("a path").to_owned();
    let record = program.record(move |record| record["outcome"] == "held" && record["path"] == path.as_str());
    (token, record["id"].as_str().expect("an id").to_owned())
}

pub async fn receipt(client: &Client, token: &str) -> String {
    client.get(&format!("/.well-known/garim/hold?{token}")).await.text()
}

pub async fn send(client: &Client, token: &str) -> Answer {
    let request = Request::post("/board/write").header("host", "localhost").header("content-type", "text/plain");
    let request = request.header("cookie", "PHPSESSID=new");
    client.send(request.body(format!("garim-hold={token}\r\n")).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_waits_is_approved_and_is_sent_once_from_the_writers_session() {
    let (origin, hook) = (Origin::always(answer("text/html", "", "posted")).await, Hook::new(true).await);
    let alert = hook.alert("[alert.breach]\npeople = 2");
    let program = Program::before(origin.port).policy(POLICY).top(&alert).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write?no=7").await;
    assert!(origin.seen().is_empty(), "nothing has reached the site");
    let folder = program.folder().join("state/holds");
    let kept: Vec<u8> = std::fs::read_dir(&folder)
        .expect("holds")
        .flat_map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file"))
        .collect();
    assert!(kept.len() > 200_000 && !kept.windows(9).any(|window| window == b"as it was"), "it is encrypted");
    assert!(receipt(&client, &token).await.contains("담당자의 승인을 기다립니다"));
    assert!(send(&client, &token).await.text().contains("담당자의 승인을 기다립니다"), "not before it is approved");

    let (done, listed) = at_the_machine(&program, &["holds", "list"], "");
    assert!(done && listed.contains(&id) && listed.contains("/board/write"), "{listed}");
    let (done, shown) = at_the_machine(&program, &["holds", "show", &id], "");
    assert!(done && shown.contains("mobile-number/휴대전화번호: 3") && shown.contains("010-****-5678"), "{shown}");
    assert!(!shown.contains("010-1234-5678"));
    for (by, password) in [("lee", PASSWORD), ("kim", "wrong\n"), ("nobody", PASSWORD)] {
        let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", by], password);
        assert!(!done, "{by}: {said}");
    }
    let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "kim"], PASSWORD);
    assert!(done, "{said}");
    let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "park"], PASSWORD);
    assert!(!done, "twice: {said}");

    let page = receipt(&client, &token).await;
    assert!(page.contains("승인되었습니다") && page.contains("action=\"/board/write?no=7\""), "{page}");
    let posted = send(&client, &token).await;
    assert_eq!((posted.status.as_u16(), posted.text().as_str()), (200, "posted"));
    let arrived = origin.seen().pop().expect("a request");
    assert_eq!(
        (arrived.target(), String::from_utf8_lossy(&arrived.body).as_ref()),
        ("/board/write?no=7", form().as_str())
    );
    assert_eq!(arrived.field("cookie"), ["PHPSESSID=new"], "the session that the writer has by now");
    assert!(send(&client, &token).await.text().contains("이미 올라갔습니다"));
    assert_eq!(origin.seen().len(), 1);
    let record = program.record(|record| record["consent"] == "released");
    assert_eq!((&record["upload"]["verdict"], &record["upload"]["rule"]), (&"log".into(), &"lists wait".into()));
    assert_eq!(record["why"], "approved: kim");
    // What somebody has approved is no leak; what nobody has is one.
    let two = "a=010-1234-5678 010-2345-6789";
    assert_eq!(client.post("/board/unasked", FORM, two).await.status, 200);
    assert_eq!(hook.messages(1).await[0]["places"][0], "/board/unasked");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_get_the_receipt_in_json() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    let request = Request::post("/api").header("host", "localhost").header("content-type", "application/json");
    let request = request.header("accept", "application/json").body(format!("{{\"a\":\"{MOBILES}\"}}"));
    let told: serde_json::Value =
        serde_json::from_str(&client.send(request.expect("a request")).await.text()).expect("JSON");
    assert_eq!(told["error"], "held");
    let (_, token) = told["receipt"].as_str().and_then(|link| link.split_once('?')).expect("a receipt");
    assert!(receipt(&client, token).await.contains("담당자의 승인을 기다립니다"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_or_not_taken_by_the_site_is_told() {
    let origin = Origin::new(|seen: &Seen| {
        let away = b"HTTP/1.1 302 Found\r\nLocation: /login.do?next=1\r\nContent-Length: 0\r\n\r\n".to_vec();
        vec![Piece::Send(if seen.target().starts_with("/member") { away } else { ok() })]
    })
    .await;
    let site = "identity = { login = { path = \"/login.do\" } }";
    let program = Program::before(origin.port).site(site).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/edu/write").await;
    assert!(!at_the_machine(&program, &["holds", "refuse", &id, "--by", "kim"], PASSWORD).0, "lee's path");
    assert!(at_the_machine(&program, &["holds", "refuse", &id, "--by", "lee"], PASSWORD).0);
    assert!(receipt(&client, &token).await.contains("승인되지 않았습니다"));
    assert!(!at_the_machine(&program, &["holds", "approve", &id, "--by", "lee"], PASSWORD).0);

    let (token, id) = held(&program, &client, "/member/write").await;
    assert!(at_the_machine(&program, &["holds", "approve", &id, "--by", "park"], PASSWORD).0, "the deputy");
    send(&client, &token).await;
    assert!(receipt(&client, &token).await.contains("누리집이 받지 않았습니다"));
    assert_eq!(origin.seen().len(), 1);
    assert!(receipt(&client, &"0".repeat(40)).await.contains("이 주소로 접수된 글이 없습니다"), "nobody's token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_outlives_garim_and_long_lists_need_two() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let mut program = Program::before(origin.port).policy(&POLICY.replace("second_for = 10", "second_for = 2")).start();
    accounts(&program);
    let (token, id) = held(&program, &program.client(), "/board/write").await;
    let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "kim"], PASSWORD);
    assert!(done && said.contains("second person"), "{said}");
    assert!(!at_the_machine(&program, &["holds", "approve", &id, "--by", "kim"], PASSWORD).0, "not the same again");
    program.signal(rustix::process::Signal::KILL);
    program.ended();
    let program = program.again();
    let client = program.client();
    assert!(receipt(&client, &token).await.contains("담당자의 승인을 기다립니다"));
    assert!(at_the_machine(&program, &["holds", "approve", &id, "--by", "park"], PASSWORD).0);
    assert_eq!(send(&client, &token).await.text(), "posted");
    assert_eq!(origin.seen().pop().expect("a request").body, form().as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_signed_in_is_sent_by_who_wrote_it_alone() {
    let login = |session: &str| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: PHPSESSID={session}; Path=/\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let origin = Origin::new(move |seen: &Seen| {
        let query = seen.target().strip_prefix("/login.do?").map(login);
        vec![Piece::Send(query.map_or_else(|| answer("text/html", "", "posted"), String::into_bytes))]
    })
    .await;
    let site = "identity = { session_cookie = \"PHPSESSID\", login = { path = \"/login.do\", field = \"id\", ok = 302 } }\n\
                banner = { path = [\"/board/write\"] }";
    let program = Program::before(origin.port).site(site).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let sign_in = async |name: &str, session: &str| {
        let shown = client.post(&format!("/login.do?{session}"), FORM, format!("id={name}&pw=a")).await;
        assert_eq!(shown.status, 302, "{}", shown.text());
    };
    sign_in("hong", "old").await;
    let (token, id) = held(&program, &client, "/board/write").await;
    let page = receipt(&client, &token).await;
    assert!(page.contains(&id), "the number of the receipt is that of the post: {page}");
    decides(&program, &["approve", &id], "kim");
    let before = origin.seen().len();
    // Neither whoever was given the address, nor the writer in a session that the site does not know any more.
    for _ in 0..2 {
        let shown = send(&client, &token).await;
        assert!(shown.status == 200 && shown.text().contains("로그인한 뒤에 올려 주세요"), "{}", shown.text());
        assert!(!shown.text().contains("garim-banner"), "the notice is for the site's own forms");
    }
    sign_in("lee", "new").await;
    assert!(send(&client, &token).await.text().contains("garim-hold"), "the button stays");
    assert!(receipt(&client, &token).await.contains("보내지 않았고"), "nothing is lost");
    sign_in("hong", "new").await;
    assert_eq!(send(&client, &token).await.text(), "posted");
    assert_eq!(origin.seen().len(), before + 3, "two logins, and the post once");
    let again = send(&client, &token).await.text();
    assert!(again.contains("이미 올라갔습니다") && !again.contains("저장된 것은 없습니다"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_a_login_page_is_a_failure_wherever_that_is() {
    let away = b"HTTP/1.1 302 Found\r\nLocation: /bbs/login.php?url=1\r\nContent-Length: 0\r\n\r\n".to_vec();
    let origin = Origin::always(away).await;
    // The form is posted to another address than it is shown at, as with gnuboard; and no login is configured at all.
    let posted_to = "identity = { login = { path = \"/bbs/login_check.php\" } }";
    for site in ["", posted_to] {
        let program = Program::before(origin.port).site(site).policy(POLICY).start();
        accounts(&program);
        let client = program.client();
        let (token, id) = held(&program, &client, "/board/write").await;
        decides(&program, &["approve", &id], "kim");
        send(&client, &token).await;
        assert!(receipt(&client, &token).await.contains("누리집이 받지 않았습니다"));
        let (_, shown) = at_the_machine(&program, &["holds", "show", &id], "");
        assert!(shown.contains("the site answered with its login page"), "{shown}");
    }
}
