//! What somebody was asked about waits for a word beyond the process that asked: after a kill, and at another node that shares
//! the store. Then posts that garim forwards though the node that took them is gone.

use crate::asked::{behind, word};
use crate::away::{VARIABLES, database};
use crate::held::{at_the_machine, decides, form, receipt};
use crate::support::{Client, FORM, Origin, Program, RESIDENT, answer, until};
use http::Request;
use rustix::process::Signal;

const COOKIE: &str = "PHPSESSID=abc";
const GONE: &str = "기다리던 내용이 없어";
const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"own choice\"\non = \"upload\"\n\
    find = [\"mobile-number\"]\naction = \"warn\"\n[[policy.board.rule]]\nname = \"lists\"\non = \"download\"\n\
    find = [\"mobile-number\"]\nat_least = 10\naction = \"ask-reason\"\n[[policy.board.rule]]\non = \"download\"\n\
    find = [\"@unique-identifiers\"]\naction = \"mask\"\n[[policy.board.rule]]\non = \"download\"\n\
    find = [\"mobile-number\"]\naction = \"log\"\n";

/// A page with a list of numbers, with a value that is masked where it is read and where it is sent back.
fn list() -> String {
    let rows: String = (0..20).map(|number| format!("<li>이름 010-2345-67{number:02}\n")).collect();
    format!("<html><body><form><input name=\"rrn\" value=\"{RESIDENT}\"></form><p>{RESIDENT}</p>{rows}</body></html>")
}

async fn site() -> Origin {
    Origin::new(|seen| {
        let text = if seen.head.starts_with("POST") { "posted".to_owned() } else { list() };
        vec![crate::support::Piece::Send(answer("text/html; charset=utf-8", "", &text))]
    })
    .await
}

/// Posts something of which its writer is warned; the word that posts it as it is.
async fn warned(client: &Client, body: &str) -> String {
    let request = Request::post("/board/write?no=1").header("host", "localhost").header("content-type", FORM);
    let asked = client.send(request.header("cookie", COOKIE).body(body.to_owned()).expect("a request")).await;
    let shown = asked.text();
    assert_eq!(asked.status, 409, "{shown}");
    let token = behind(&shown, "name=\"garim-post\" value=\"").split('.').next().expect("a token").to_owned();
    format!("garim-post={token}.as-it-is\r\n")
}

/// Asks for a list; the word that says why it is wanted.
async fn asked_why(client: &Client) -> String {
    let request = Request::get("/admin/list").header("host", "localhost").header("cookie", COOKIE);
    let asked = client.send(request.body(String::new()).expect("a request")).await;
    let shown = asked.text();
    assert!(asked.status == 409 && !shown.contains("010-2345-6701"), "{shown}");
    format!("garim-answer={}\r\ngarim-reason=민원 처리에 씁니다\r\n", behind(&shown, "name=\"garim-answer\" value=\""))
}

fn posts(origin: &Origin) -> Vec<Vec<u8>> {
    origin.seen().into_iter().filter(|seen| seen.head.starts_with("POST")).map(|seen| seen.body).collect()
}

/// Says both words at one of these programs after another; each must be good once.
async fn goes_on_once(origin: &Origin, first: &Program, rest: &[&Program], (post, why): (String, String), body: &str) {
    let client = first.client();
    let stolen = word(&client, "/board/write?no=1", post.clone(), "PHPSESSID=xyz").await;
    assert!(stolen.text().contains(GONE), "bound to its session still");
    let posted = word(&client, "/board/write?no=1", post.clone(), COOKIE).await;
    assert_eq!((posted.status.as_u16(), posted.text().as_str()), (200, "posted"));
    assert_eq!(posts(origin), [body.as_bytes()], "as it was");
    let record = first.record(|record| record["consent"] == "as-it-is");
    assert_eq!((&record["upload"]["rule"], &record["upload"]["verdict"]), (&"own choice".into(), &"log".into()));
    let asked_for = origin.seen().len();
    let given = word(&client, "/admin/list", why.clone(), COOKIE).await;
    let shown = given.text();
    assert!(given.status == 200 && shown.contains("010-2345-6719"), "{shown}");
    assert!(!shown.contains(RESIDENT) && shown.contains("<p>900101-*******</p>"), "masked as before: {shown}");
    assert_eq!(origin.seen().len(), asked_for, "it is not fetched again");
    let record = first.record(|record| record["consent"] == "reason");
    assert_eq!((&record["why"], &record["download"]["rule"]), (&"민원 처리에 씁니다".into(), &"lists".into()));
    for program in rest.iter().chain([&first]) {
        for (at, said) in [("/board/write?no=1", &post), ("/admin/list", &why)] {
            assert!(word(&program.client(), at, said.clone(), COOKIE).await.text().contains(GONE), "once");
        }
    }
    assert_eq!(posts(origin).len(), 1, "exactly once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_is_good_once_after_the_process_that_asked_was_killed() {
    let origin = site().await;
    let mut program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    let body = format!("a=010-1234-5678&b={}", "x".repeat(300_000));
    let words = (warned(&client, &body).await, asked_why(&client).await);
    let folder = program.folder().join("state/asked");
    let files: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(files.len(), 2);
    for file in &files {
        let bytes = std::fs::read(file).expect("a file");
        let is_there = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!is_there("010-") && !is_there("xxxxxxxx") && !is_there("<html"), "it is encrypted");
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).expect("a file").permissions());
        assert_eq!(mode & 0o077, 0, "its owner's alone");
    }
    program.signal(Signal::KILL);
    program.ended();
    let program = program.again();
    goes_on_once(&origin, &program, &[], words, &body).await;
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0, "nothing is left of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_is_asked_though_the_database_is_away() {
    let origin = site().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let top = format!("database = \"postgres://g@127.0.0.1:{port}/garim\"\n");
    let program = Program::before(origin.port).policy(POLICY).top(&top).start();
    let client = program.client();
    let said = warned(&client, "a=010-1234-5678").await;
    assert_eq!(word(&client, "/board/write?no=1", said.clone(), COOKIE).await.text(), "posted");
    assert_eq!(word(&client, "/board/write?no=1", said, COOKIE).await.status, 503, "another node could have had it");
    assert_eq!(posts(&origin).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_is_asked_though_the_store_is_locked() {
    let origin = site().await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    // There is a store, and somebody keeps it to himself.
    warned(&client, "a=010-1234-5678").await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(program.folder().join("state/garim.db"));
    let mut other = sqlx::ConnectOptions::connect(&options).await.expect("a connection");
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("locked");
    let said = warned(&client, "a=010-1234-5679").await;
    assert_eq!(word(&client, "/board/write?no=1", said.clone(), COOKIE).await.text(), "posted");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("let go");
    assert!(word(&client, "/board/write?no=1", said, COOKIE).await.text().contains(GONE), "once");
    assert_eq!(posts(&origin), [b"a=010-1234-5679"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_asked_about_and_goes_nowhere() {
    let origin = site().await;
    let program = Program::before(origin.port).policy(POLICY).start();
    // A file in the place of the folder: as good as a disk that takes nothing, also for root.
    std::fs::write(program.folder().join("state/asked"), "").expect("written");
    let client = program.client();
    let refused = client.post("/board/write?no=1", FORM, "a=010-1234-5678").await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    let list = client.get("/admin/list").await;
    assert!(list.status == 503 && !list.text().contains("010-2345"), "{}", list.text());
    assert!(posts(&origin).is_empty());
}

fn node(origin: &Origin, url: &str, policy: &str) -> Program {
    let top = format!("database = \"{url}\"\n[console]\nlisten = \"127.0.0.1:0\"\n");
    Program::before(origin.port).policy(policy).top(&top).start()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_is_good_once_at_whichever_node() {
    let Ok(server) = std::env::var(VARIABLES[0]) else { return eprintln!("SKIPPED: {} is not set", VARIABLES[0]) };
    let origin = site().await;
    let url = database(&server, "words").await;
    let (mut one, other, third) =
        (node(&origin, &url, POLICY), node(&origin, &url, POLICY), node(&origin, &url, POLICY));
    let client = one.client();
    let body = format!("a=010-1234-5678&b={}", "x".repeat(3_000_000));
    let words = (warned(&client, &body).await, asked_why(&client).await);
    one.signal(Signal::KILL);
    one.ended();
    goes_on_once(&origin, &other, &[&third], words, &body).await;
    let one = one.again();
    // All at once, wherever it lies: one of them posts it.
    for _ in 0..5 {
        let before = posts(&origin).len();
        let said = warned(&one.client(), "a=010-1234-5678").await;
        let mut asked = Vec::new();
        for program in [&one, &other, &third, &one, &other, &third] {
            let (client, said) = (program.client(), said.clone());
            asked.push(tokio::spawn(async move { word(&client, "/board/write?no=1", said, COOKIE).await.text() }));
        }
        let mut posted = 0;
        for told in asked {
            posted += usize::from(told.await.expect("told") == "posted");
        }
        assert_eq!((posted, posts(&origin).len()), (1, before + 1), "exactly once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_forwarded_once_though_the_node_that_took_it_is_gone() {
    let Ok(server) = std::env::var(VARIABLES[0]) else { return eprintln!("SKIPPED: {} is not set", VARIABLES[0]) };
    let origin = site().await;
    let url = database(&server, "forwards").await;
    let policy = "[hold]\nrelease = \"forward\"\napprovers = { \"*\" = [\"kim\"] }\n[policy.board]\n[[policy.board.rule]]\n\
        find = [\"mobile-number\"]\nat_least = 3\naction = \"hold\"\n";
    let (one, other, third) = (node(&origin, &url, policy), node(&origin, &url, policy), node(&origin, &url, policy));
    let (done, said) = at_the_machine(&one, &["user", "add", "kim", "--role", "approver"], crate::held::PASSWORD);
    assert!(done, "{said}");
    let (token, id) = crate::away::held(&one, "/board/write").await;
    until("its body is in the store", async || {
        let shared = format!("SELECT shared FROM holds WHERE id = '{id}'");
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.expect("a server");
        let row = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(shared)).fetch_one(&mut connection).await;
        row.expect("a hold") > 0
    })
    .await;
    one.signal(Signal::KILL);
    one.ended();
    decides(&other, &["approve", &id], "kim");
    until("another sends it", async || !posts(&origin).is_empty()).await;
    until("it is told", async || receipt(&third.client(), &token).await.contains("이미 올라갔습니다")).await;
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    assert_eq!(posts(&origin), [form().as_bytes()], "as it came, and exactly once");
}

/// A page with a number of its own for each path; whoever signs in is let in.
async fn numbers() -> Origin {
    Origin::new(|seen| {
        let sent = match seen.target().rsplit('/').next().and_then(|number| number.parse::<u32>().ok()) {
            Some(number) => answer("text/html", "", format!("<p>call 010-2345-{:04}</p>", 1000 + number)),
            None => b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n".to_vec(),
        };
        vec![crate::support::Piece::Send(sent)]
    })
    .await
}

fn window(per: &str) -> String {
    format!(
        "[policy.board]\n[[policy.board.rule]]\non = \"download\"\nfind = [\"mobile-number\"]\naction = \"log\"\n\
         [[policy.board.window]]\nname = \"harvest\"\nper = \"{per}\"\nfind = [\"*\"]\ncounts = \"shown\"\ndifferent = 5\n\
         in = \"10m\"\naction = \"block\"\n"
    )
}

const NAMED: &str =
    "identity = { session_cookie = \"SID\", login = { path = \"/login.do\", field = \"userid\", ok = 302 } }";

async fn taken(program: &Program, number: u32) -> u16 {
    let request = Request::get(format!("/board/{number}")).header("host", "localhost").header("cookie", "SID=taker");
    program.client().send(request.body(String::new()).expect("a request")).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_an_address_a_session_or_an_account_survives_a_kill() {
    let origin = numbers().await;
    for per in ["address", "session", "account"] {
        let mut program = Program::before(origin.port).site(NAMED).policy(&window(per)).start();
        signs_in_at_the_site(&program).await;
        for number in 1..=5 {
            assert_eq!(taken(&program, number).await, 200, "{per} {number}");
        }
        program.signal(Signal::KILL);
        program.ended();
        let program = program.again();
        assert_eq!((taken(&program, 6).await, taken(&program, 7).await), (429, 429), "{per}");
    }
}

async fn signs_in_at_the_site(program: &Program) {
    let request = Request::post("/login.do").header("host", "localhost").header("content-type", FORM);
    let request = request.header("cookie", "SID=taker").body("userid=taker&pw=x".to_owned()).expect("a request");
    assert_eq!(program.client().send(request).await.status, 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_an_address_a_session_or_an_account_is_that_of_all_nodes() {
    let Ok(server) = std::env::var(VARIABLES[0]) else { return eprintln!("SKIPPED: {} is not set", VARIABLES[0]) };
    let origin = numbers().await;
    for per in ["address", "session", "account"] {
        let url = database(&server, &format!("totals_{per}")).await;
        let start = || {
            let top = format!("database = \"{url}\"\n");
            Program::before(origin.port).site(NAMED).policy(&window(per)).top(&top).start()
        };
        let (one, other) = (start(), start());
        signs_in_at_the_site(&one).await;
        until("the other node knows who it is", async || {
            taken(&other, 1).await;
            other.lines().iter().any(|line| line.contains("\"account\":\"taker\""))
        })
        .await;
        for number in 1..=3 {
            assert_eq!(taken(&one, number).await, 200, "{per} {number}");
        }
        assert_eq!((taken(&other, 4).await, taken(&other, 5).await), (200, 200), "{per}");
        assert_eq!((taken(&one, 6).await, taken(&other, 7).await), (429, 429), "{per}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_to_sign_in_lock_at_all_nodes() {
    let Ok(server) = std::env::var(VARIABLES[0]) else { return eprintln!("SKIPPED: {} is not set", VARIABLES[0]) };
    let origin = numbers().await;
    let url = database(&server, "locks").await;
    let start = || {
        let top = format!(
            "database = \"{url}\"\n[accounts]\nlock_after = 3\n[gate.admin]\npath = [\"/admin/**\"]\nrequire = \"account\"\n"
        );
        Program::before(origin.port).top(&top).start()
    };
    let (one, other) = (start(), start());
    crate::gate_login::add(&one, "kim", "viewer");
    let sign_in = async |program: &Program, password: &str| {
        let client = program.client();
        crate::gate_login::sign_in(&client, "/admin/", "kim", password, "").await.status.as_u16()
    };
    for program in [&one, &other, &one] {
        assert_eq!(sign_in(program, "wrong").await, 401);
    }
    assert_eq!(sign_in(&other, crate::gate_login::PASSWORD).await, 429, "locked at the other, too");
    crate::gate_login::at_the_machine(&one, &["user", "unlock", "kim"], "");
    assert_eq!(sign_in(&other, crate::gate_login::PASSWORD).await, 303);
}
