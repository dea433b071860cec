//! A PostgreSQL that several nodes share and that is away: a node starts, goes on enforcing, keeps what waits, and brings it over.

use crate::held::{PASSWORD, at_the_machine, decides, form, receipt, send};
use crate::support::{Origin, Program, RESIDENT, answer, until};
use http::Request;
use std::process::Command;

const POLICY: &str = "[gate.admin]\npath = [\"/admin/**\"]\nrequire = \"account\"\n[hold]\nexpire = \"1h\"\n\
    approvers = { \"*\" = [\"kim\"] }\n[policy.board]\n[[policy.board.rule]]\non = \"upload\"\n\
    find = [\"@unique-identifiers\"]\naction = \"block\"\n[[policy.board.rule]]\nfind = [\"mobile-number\"]\n\
    at_least = 3\naction = \"hold\"\n";
const IDENTITY: &str =
    "identity = { session_cookie = \"SID\", login = { path = \"/login.do\", field = \"userid\", ok = 302 } }";
/// The URL of a server on which databases may be made, and a program that stops and starts it (`tests/real/postgres/run`).
pub(crate) const VARIABLES: [&str; 2] = ["GARIM_TEST_POSTGRES", "GARIM_TEST_POSTGRES_CONTROL"];

fn program(origin: &Origin, url: &str) -> Program {
    let top = format!("database = \"{url}\"\n[console]\nlisten = \"127.0.0.1:0\"\n");
    Program::before(origin.port).site(IDENTITY).policy(POLICY).top(&top).start()
}

/// A database of its own on a server; its URL.
pub(crate) async fn database(server: &str, what: &str) -> String {
    let name = format!("{what}_{}", std::process::id());
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(server).await.expect("a server");
    let made = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await;
    made.expect("a database");
    let (head, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{head}/{name}")
}

/// Posts something that is held: the token of its receipt, and its reference number.
pub(crate) async fn held(program: &Program, path: &str) -> (String, String) {
    let request = Request::post(path).header("content-type", "multipart/form-data; boundary=B");
    let shown = program.client().send(request.body(form()).expect("a request")).await;
    assert_eq!(shown.status, 202, "{}", shown.text());
    let token = crate::held::behind(&shown.text(), "/.well-known/garim/hold?");
    let path = path.to_owned();
    let record = program.record(move |record| record["outcome"] == "held" && record["path"] == path.as_str());
    (token, record["id"].as_str().expect("an id").to_owned())
}

/// What holds while the database is away.
async fn goes_on(program: &Program) -> (String, String) {
    let client = program.client();
    until("it says so", async || program.operations("/readyz").await.1.contains("store: the database does not answer"))
        .await;
    assert_eq!(program.operations("/readyz").await.0, 200, "all nodes are without it");
    let refused = client.post("/board/write", crate::support::FORM, format!("a={RESIDENT}")).await;
    assert_eq!(refused.status, 403, "it enforces");
    let gate = client.get("/admin/list").await;
    assert!(gate.status == 401 && gate.text().contains("로그인이 필요한 화면입니다"), "{}", gate.text());
    let filled = "garim-sign-in=1\r\ngarim-name=kim\r\ngarim-password=Kx7!mq2z-w\r\ngarim-code=\r\n";
    let request =
        Request::post("/admin/list").header("content-type", "text/plain").header("sec-fetch-site", "same-origin");
    let signs = client.send(request.body(filled).expect("a request")).await;
    assert!(signs.status == 503 && signs.text().contains("지금은 로그인을 확인할 수 없습니다"), "{}", signs.text());
    let (token, id) = held(program, "/board/write").await;
    let waits = "담당자의 승인을 기다립니다";
    assert!(receipt(&client, &token).await.contains(waits) && send(&client, &token).await.text().contains(waits));
    until("it says what waits", async || program.operations("/readyz").await.1.contains("1 posts wait here")).await;
    let (done, said) = at_the_machine(program, &["holds", "approve", &id, "--by", "kim"], PASSWORD);
    assert!(!done && said.contains("the database does not answer"), "{said}");
    (token, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_with_accounts_starts_and_posts_wait_without_the_database() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let program = program(&origin, &format!("postgres://g@127.0.0.1:{port}/garim"));
    let (token, _) = goes_on(&program).await;
    let folder = program.folder().join("state/holds");
    for entry in std::fs::read_dir(folder).expect("holds") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(9).any(|window| window == b"as it was"), "it is encrypted");
    }
    let mut program = program;
    program.signal(rustix::process::Signal::KILL);
    program.ended();
    let program = program.again();
    assert!(receipt(&program.client(), &token).await.contains("담당자의 승인을 기다립니다"), "also after a crash");
    assert!(origin.seen().iter().all(|seen| !seen.target().starts_with("/admin")), "nothing went past the gate");
    assert!(origin.seen().iter().all(|seen| !seen.head.starts_with("POST")), "nothing was posted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_is_brought_over_approved_and_sent_once() {
    let [Some(server), Some(control)] = VARIABLES.map(|name| std::env::var(name).ok()) else {
        return eprintln!("SKIPPED: {} are not set", VARIABLES.join(", "));
    };
    let control = |word: &str| assert!(Command::new(&control).arg(word).status().expect("started").success(), "{word}");
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = program(&origin, &database(&server, "away").await);
    let (done, said) = at_the_machine(&program, &["user", "add", "kim", "--role", "approver"], PASSWORD);
    assert!(done, "{said}");
    let (before, _) = held(&program, "/board/before").await;
    control("stop");
    let (token, id) = goes_on(&program).await;
    let client = program.client();
    let unknown = client.get(&format!("/.well-known/garim/hold?{before}")).await;
    assert_eq!(unknown.status, 503, "of what lies there alone nothing can be told now");
    control("start");
    until("it is brought over", async || !program.operations("/readyz").await.1.contains("store")).await;
    assert!(receipt(&client, &token).await.contains("담당자의 승인을 기다립니다"));
    assert!(receipt(&client, &before).await.contains("담당자의 승인을 기다립니다"));
    decides(&program, &["approve", &id], "kim");
    let sent = send(&client, &token).await;
    assert_eq!((sent.status.as_u16(), sent.text().as_str()), (200, "posted"));
    send(&client, &token).await;
    let posts = origin.seen().into_iter().filter(|seen| seen.head.starts_with("POST")).count();
    assert_eq!(posts, 1, "exactly once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_one_node_took_is_sent_from_another_and_once() {
    let Ok(server) = std::env::var(VARIABLES[0]) else { return eprintln!("SKIPPED: {} is not set", VARIABLES[0]) };
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let url = database(&server, "nodes").await;
    let (one, other) = (program(&origin, &url), program(&origin, &url));
    let (done, said) = at_the_machine(&one, &["user", "add", "kim", "--role", "approver"], PASSWORD);
    assert!(done, "{said}");
    let (token, id) = held(&one, "/board/write").await;
    decides(&other, &["approve", &id], "kim");
    // Until its body is there, which takes a moment, the receipt stands and nothing is lost.
    until("the other node sends it", async || send(&other.client(), &token).await.text() == "posted").await;
    for node in [&one, &other] {
        send(&node.client(), &token).await;
    }
    let posts = origin.seen().into_iter().filter(|seen| seen.head.starts_with("POST")).collect::<Vec<_>>();
    assert_eq!(posts.len(), 1, "exactly once");
    assert!(posts[0].body.windows(9).any(|window| window == b"as it was"), "whole");
}
