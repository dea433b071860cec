//! `garim demo`: what it tells people to try works, and nothing of it is left behind.

use crate::support::{Authority, Client, FORM, Http, Program, RESIDENT, garim, plain_get};
use http::Request;
use rustix::process::Signal;
use std::time::{Duration, Instant};

struct Demo {
    program: Program,
    board: u16,
}

impl Demo {
    /// Starts it on ports of the system's choosing, its temporary files in a folder of its own.
    fn start() -> Demo {
        let folder = tempfile::tempdir().expect("a folder");
        let port = "127.0.0.1:0";
        let mut command = garim(&["demo", "--listen", port, "--board", port, "--operations", port]);
        command.env("TMPDIR", folder.path());
        let mut program = Program::new(command, folder, Authority::new());
        program.port = address(&mut program, "https://127.0.0.1:", "/board");
        program.operations = address(&mut program, "http://127.0.0.1:", "/metrics");
        let board = address(&mut program, "http://127.0.0.1:", "/board");
        Demo { program, board }
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.program.folder()).expect("a folder").count()
    }
}

/// The port in a line of the guide that is an address and nothing else.
fn address(program: &mut Program, start: &str, end: &str) -> u16 {
    program.wait_for_line(end, |line| line.trim().strip_prefix(start)?.strip_suffix(end)?.parse().ok())
}

/// What is written around a number's first half.
fn shown(body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let rest =
        |from: &str| from.chars().take_while(|letter| letter.is_ascii_digit() || "*~".contains(*letter)).collect();
    text.split("810514-").skip(1).map(rest).collect()
}

async fn post(client: &Client, http: Http, path: &str, kind: &str, body: &str) -> (u16, String, String) {
    let request = Request::post(path).header("content-type", kind).header("accept", "application/json");
    let answer = client.over(http, request.body(body.to_owned()).expect("a request")).await;
    (answer.status.as_u16(), answer.field("location").to_owned(), answer.text())
}

/// `curl -d name=hong -d subject=… --data-urlencode content=…`
fn form(content: &str) -> String {
    let escaped: String = content.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("name=hong&subject=test&content={escaped}")
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_the_guide_says_is_true() {
    let demo = Demo::start();
    demo.program.wait_for_line("the end of the guide", |line| line.contains("Ctrl-C").then_some(()));
    let client = Client::credulous(demo.program.port);
    for http in Http::BOTH {
        let (status, _, text) = post(&client, http, "/board/write", FORM, &form(&format!("주민번호 {RESIDENT}"))).await;
        assert_eq!(status, 403, "{text}");
        assert!(text.contains("900101-*******") && !text.contains(RESIDENT), "{text}");

        let (_, plain) = plain_get(demo.board, "/board/1").await;
        let real = shown(plain.as_bytes());
        assert!(real.iter().any(|rest| rest.len() == 7 && rest.bytes().all(|b| b.is_ascii_digit())), "{real:?}");
        let masked = client.over(http, Request::get("/board/1").body("").expect("a request")).await;
        let masked = shown(&masked.body);
        assert!(!masked.is_empty() && masked.iter().all(|rest| rest == "*******"), "{masked:?}");

        let (status, location, _) = post(&client, http, "/board/write", FORM, &form("가로등이 꺼져 있습니다.")).await;
        assert_eq!(status, 303);
        let path = location.find("/board/").map(|at| &location[at..]).expect("where it is");
        assert_eq!(client.over(http, Request::get(path).body("").expect("a request")).await.status, 200, "{location}");

        let json = format!("{{\"name\":\"hong\",\"subject\":\"json\",\"content\":\"{RESIDENT}\"}}");
        let (status, _, text) = post(&client, http, "/api/posts", "application/json", &json).await;
        let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((status, &told["error"]), (403, &"blocked".into()));

        let field = |name: &str| format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nlist\r\n");
        let file =
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\nContent-Type: text/csv";
        let fields = ["name", "subject", "content"].map(field).concat();
        let body = format!("{fields}{file}\r\n\r\n성명,주민번호\n홍길동,{RESIDENT}\n\r\n--B--\r\n");
        let (status, _, text) = post(&client, http, "/board/write", "multipart/form-data; boundary=B", &body).await;
        assert_eq!(status, 403, "{text}");

        let edit = client.over(http, Request::get("/board/1/edit").body("").expect("a request")).await;
        let masked = shown(&edit.body);
        assert!(!masked.is_empty() && masked.iter().all(|rest| rest == "*~*~*~*"), "{masked:?}");
        let edit = edit.text();
        let sealed = edit.split("810514-*~*~*~*").nth(1).and_then(|rest| rest.split([' ', '<']).next());
        let back = form(&format!("주민등록번호 810514-*~*~*~*{}", sealed.expect("a reference")));
        assert_eq!(post(&client, http, "/board/1/edit", FORM, &back).await.0, 303);
        assert_eq!(shown(plain_get(demo.board, "/board/1").await.1.as_bytes()), real, "the real number stays");
        let (status, _, text) = post(&client, http, "/board/1/edit", FORM, "content=810514-*~*~*~*").await;
        let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((status, &told["error"]), (403, &"mask-returned".into()));
        assert_eq!(shown(plain_get(demo.board, "/board/1").await.1.as_bytes()), real, "the real number stays");
    }
    let (_, metrics) = demo.program.operations("/metrics").await;
    assert!(metrics.contains("garim_findings_total{") && metrics.contains("outcome=\"request-refused\""), "{metrics}");
}

/// What stands between two pieces of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split(before)
        .nth(1)
        .and_then(|tail| tail.split(after).next())
        .unwrap_or_else(|| panic!("no {before} in: {page}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn where_numbers_are_keys_references_lead_to_the_same_places() {
    let demo = Demo::start();
    let client = Client::credulous(demo.program.port);
    let (_, plain) = plain_get(demo.board, "/board/5").await;
    let number = between(&plain, "/photo/", ".jpg").to_owned();
    assert_eq!(number.len(), 14, "{number}");
    for http in Http::BOTH {
        let get = |path: String| async { client.over(http, Request::get(path).body("").expect("a request")).await };
        let page = get("/board/5".to_owned()).await.text();
        let secret = number.split('-').nth(1).expect("two halves");
        assert!(!page.contains(secret), "{page}");
        let photo = get(format!("/photo/{}", between(&page, "/photo/", "\""))).await;
        assert_eq!((photo.status.as_u16(), photo.field("content-type")), (200, "image/jpeg"));
        for key in [between(&page, "/member?rrn=", "\""), between(&page, "view('", "'")] {
            let member = get(format!("/member?no={key}")).await;
            assert_eq!((member.status.as_u16(), member.text().contains(secret)), (200, false), "{key}");
        }
    }
    let (_, log) = plain_get(demo.board, "/board/log").await;
    assert_eq!(log.matches(&format!("GET /photo/{number}.jpg<")).count(), 2, "{log}");
    assert_eq!(log.matches(&format!("GET /member?no={number}<")).count(), 4, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_and_leaves_nothing_behind() {
    let demo = Demo::start();
    assert_eq!(demo.files(), 1, "the folder for its state");
    let mut kept = Client::credulous(demo.program.port).keep(Http::Two).await;
    assert_eq!(kept.get("/board").await.status, 200);
    let told = Instant::now();
    demo.program.signal(Signal::INT);
    assert_eq!(demo.program.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    assert_eq!(demo.files(), 0);
}

/// As of `garim demo | head -1`.
#[tokio::test(flavor = "multi_thread")]
async fn it_serves_on_when_nobody_reads_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = "127.0.0.1:0";
    let mut command = garim(&["demo", "--listen", port, "--board", port, "--operations", port]);
    command.env("TMPDIR", folder.path()).stdout(std::fs::File::create("/dev/full").expect("it is always full"));
    let mut child = command.stderr(std::process::Stdio::null()).spawn().expect("garim");
    let start = Instant::now();
    while std::fs::read_dir(folder.path()).expect("a folder").count() == 0 {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(child.try_wait().expect("a child").is_none(), "it serves");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::INT).expect("a process");
    assert!(child.wait().expect("a child").success());
}

#[test]
fn where_no_temporary_folder_can_be_made_it_says_which_and_what_to_do() {
    let output = garim(&["demo"]).env("TMPDIR", "/nowhere/at/all").output().expect("garim");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("/nowhere/at/all") && said.contains("TMPDIR로"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told_and_nothing_is_left_behind() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address.to_string())).expect("an address");
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = garim(&["demo", "--listen", &taken.1, "--board", "127.0.0.1:0", "--operations", "127.0.0.1:0"]);
    command.env("TMPDIR", folder.path());
    let ended = tokio::task::spawn_blocking(move || command.output().expect("it ends")).await.expect("it ends");
    let errors = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{errors}");
    assert!(errors.contains(&taken.1) && errors.contains("다른 프로그램이"), "{errors}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
