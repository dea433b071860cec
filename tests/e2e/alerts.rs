//! Who is told of what happens: of what passed, and never of what was masked or refused; and nothing waits for it.

use crate::held::{PASSWORD, at_the_machine};
use crate::support::{
    FORM, Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, answer, garim, garim_with, ok, page, until,
};
use garim::store::{Address, Incident, Store};
use garim::vocab::Direction;
use http::Request;
use rustix::process::Signal;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A chat server: takes what is posted to it, or takes connections and never says a word.
pub(super) struct Hook {
    port: u16,
    got: Arc<Mutex<Vec<Value>>>,
}

impl Hook {
    pub(super) async fn new(answers: bool) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let got = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&got);
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                if !answers {
                    open.push(stream);
                    continue;
                }
                let taken = Arc::clone(&taken);
                tokio::spawn(async move {
                    let mut text = Vec::new();
                    while body(&text).is_none() {
                        if stream.read_buf(&mut text).await.unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    let value = serde_json::from_str(&body(&text).expect("a body")).expect("JSON");
                    taken.lock().expect("a lock").push(value);
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
                });
            }
        });
        Hook { port, got }
    }

    /// `[alert]` with this way, and more lines.
    pub(super) fn alert(&self, more: &str) -> String {
        format!("[alert]\nwebhook = \"http://127.0.0.1:{}/hook?secret=1\"\ntogether = \"1s\"\n{more}\n", self.port)
    }

    fn all(&self) -> Vec<Value> {
        self.got.lock().expect("a lock").clone()
    }

    /// Waits for so many messages, and makes sure that there are no more.
    pub(super) async fn messages(&self, number: usize) -> Vec<Value> {
        until("messages arrive", async || self.all().len() >= number).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let all = self.all();
        assert_eq!(all.len(), number, "{all:#?}");
        all
    }
}

/// The body of a request that is there as a whole.
fn body(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    (body.len() >= length).then(|| body.to_owned())
}

fn policy(rules: &[&str]) -> String {
    let rules: String =
        rules.iter().map(|rule| format!("[[policy.board.rule]]\n{}\n", rule.replace("; ", "\n"))).collect();
    format!("[policy.board]\n{rules}")
}

const REFUSED: &str = "path = [\"/refused/**\"]; find = [\"@unique-identifiers\"]; action = \"block\"";
const HIDDEN: &str = "path = [\"/hidden/**\"]; find = [\"@unique-identifiers\"]; action = \"mask\"";
const RECORDED: &str =
    "name = \"only recorded\"; find = [\"@unique-identifiers\", \"mobile-number\"]; action = \"log\"";
const CONTACT: &str = "contact = { office = \"개인정보보호팀\", phone = \"02-2100-1234\" }";

async fn origin() -> Origin {
    let shows = |seen: &Seen| {
        let text = if seen.head.starts_with("POST") { "posted" } else { RESIDENT };
        vec![Piece::Send(answer("text/html; charset=utf-8", "", page(text)))]
    };
    Origin::new(shows).await
}

async fn post(program: &Program, path: &str, text: &str) -> u16 {
    program.client().post(path, FORM, format!("content={text}")).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passed_is_told_and_what_was_refused_or_masked_is_not() {
    let (origin, hook) = (origin().await, Hook::new(true).await);
    let program = Program::before(origin.port).policy(&policy(&[REFUSED, HIDDEN, RECORDED])).site(CONTACT);
    let program = program.top(&hook.alert("")).start();
    let client = program.client();
    assert_eq!(post(&program, "/refused/write", RESIDENT).await, 403);
    assert_eq!(client.get("/refused/page").await.status, 403);
    assert_eq!(post(&program, "/hidden/write", RESIDENT).await, 200);
    assert!(client.get("/hidden/page").await.text().contains(RESIDENT_MASKED));
    assert_eq!(post(&program, "/board/write", "010-1234-5678").await, 200, "below every threshold");
    assert_eq!(post(&program, "/board/write?no=1", RESIDENT).await, 200);
    let told = hook.messages(1).await.remove(0);
    let record = program.record(|record| {
        record["upload"]["found"][0]["kind"] == "resident-registration-number" && record["path"] == "/board/write"
    });
    assert_eq!((&told["event"], &told["severity"]), (&"leaked".into(), &"critical".into()), "{told:#}");
    assert_eq!((&told["reference"], &told["rule"]), (&record["id"], &"only recorded".into()));
    assert_eq!((&told["found"][0]["count"], &told["places"][0]), (&1.into(), &"/board/write".into()));
    assert_eq!(told["breach"]["grounds"], serde_json::json!(["unique-identifiers"]));
    let time = |name: &Value| name.as_str().expect("a time").parse::<jiff::Timestamp>().expect("a time");
    let hours = time(&told["breach"]["due"]).duration_since(time(&told["time"])).as_hours();
    assert_eq!(hours, 72);
    let draft = told["breach"]["draft"]["ko"].as_str().expect("a draft");
    assert!(
        draft.contains("1. 유출된 개인정보의 항목: 주민등록번호 1건") && draft.contains("개인정보보호팀, 02-2100-1234")
    );
    assert!(!told.to_string().contains(RESIDENT) && !told.to_string().contains("1234568"), "never a value");

    assert!(client.get("/board/page").await.text().contains(RESIDENT));
    let told = hook.messages(2).await.remove(1);
    assert_eq!((&told["places"][0], &told["times"]), (&"/board/page".into(), &1.into()), "{told:#}");
    let (_, metrics) = program.operations("/metrics").await;
    let counted = "garim_alerts_total{way=\"webhook\",event=\"leaked\",result=\"arrived\"} 2";
    assert!(metrics.contains(counted), "{metrics}");
    assert!(!program.lines().iter().any(|line| line.contains("secret=1")), "the hook's secret is not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_role_is_shown_what_is_meant_for_it_but_may_leak_by_posting() {
    let (origin, hook) = (origin().await, Hook::new(true).await);
    let shows = "on = \"download\"; role = [\"officer\"]; find = [\"*\"]; action = \"log\"";
    let tried = "name = \"tried out\"; on = \"download\"; path = [\"/tried/**\"]; find = [\"*\"]; mode = \"observe\"; action = \"mask\"";
    let officer = "[role.officer]\nany = [{ address = [\"127.0.0.0/8\"] }]\n";
    let top = format!("{officer}{}", hook.alert(""));
    let program = Program::before(origin.port).policy(&policy(&[tried, shows, RECORDED])).top(&top).start();
    assert!(program.client().get("/board/page").await.text().contains(RESIDENT));
    assert!(program.client().get("/tried/page").await.text().contains(RESIDENT));
    let told = hook.messages(1).await.remove(0);
    assert_eq!(told["rule"], "tried out", "a rule that merely observes would not have shown it: {told:#}");
    assert_eq!(post(&program, "/board/write", RESIDENT).await, 200);
    assert_eq!(hook.messages(2).await[1]["places"][0], "/board/write");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_reached_the_site_is_no_leak() {
    let hook = Hook::new(true).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    let program = Program::before(closed).policy(&policy(&[RECORDED])).top(&hook.alert("")).start();
    assert!(post(&program, "/board/write", RESIDENT).await >= 500);
    program.record(|record| record["outcome"] == "site-down");
    // One that breaks off may have it.
    let breaks = Origin::new(|_: &Seen| vec![Piece::Close]).await;
    program.edit_config(&format!("127.0.0.1:{closed}"), &format!("127.0.0.1:{}", breaks.port));
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    assert!(post(&program, "/board/broken", RESIDENT).await >= 500);
    assert_eq!(hook.messages(1).await[0]["places"][0], "/board/broken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_beyond_its_limit_is_told_once() {
    let shows = |seen: &Seen| {
        let number: u32 = seen.target().rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        vec![Piece::Send(answer("text/html", "", page(&format!("call 010-2345-{:04}", 1000 + number))))]
    };
    let origin = Origin::new(shows).await;
    for (action, last, told) in [("block", 429, true), ("alert", 200, true), ("log", 200, false)] {
        let hook = Hook::new(true).await;
        let policy = format!(
            "[policy.board]\n[[policy.board.rule]]\nfind = [\"mobile-number\"]\naction = \"log\"\n[[policy.board.window]]\n\
             name = \"harvest\"\nper = \"session\"\nfind = [\"*\"]\ndifferent = 5\nin = \"10m\"\naction = \"{action}\"\n"
        );
        let program = Program::before(origin.port).policy(&policy).top(&hook.alert("")).start();
        let get = async |number: u32, session: &str| {
            let request = Request::get(format!("/board/{number}")).header("host", "localhost");
            let request = request.header("cookie", format!("PHPSESSID={session}")).body("").expect("a request");
            program.client().send(request).await.status.as_u16()
        };
        for number in 1..=5 {
            assert_eq!(get(number, "a").await, 200);
        }
        assert!(hook.all().is_empty(), "five are within the limit");
        for number in 6..=9 {
            assert_eq!(get(number, "a").await, last, "{action}");
        }
        let messages = hook.messages(usize::from(told)).await;
        let Some(message) = messages.first() else { continue };
        assert_eq!((&message["event"], &message["rule"]), (&"window".into(), &"harvest".into()), "{message:#}");
        assert_eq!((&message["values"], &message["breach"]), (&6.into(), &Value::Null));
        assert_eq!(message["found"].as_array().map(Vec::len), Some(usize::from(action == "alert")), "what goes out");
        let detail = message["detail"].as_str().expect("what");
        assert!(detail.contains("one session within 10m: 6 different values") && !message.to_string().contains("010-"));
        // Another session is another.
        for number in 1..=6 {
            get(number, "b").await;
        }
        hook.messages(2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_streams_beyond_a_limit_is_told_behind_it_and_may_be_an_incident() {
    let list: String = (0..40).map(|number| format!("<p>010-2345-{:04}</p>", 1_000 + number)).collect();
    let long = format!("{list}{}", "<p>nothing to be found</p>".repeat(20_000));
    let (origin, hook) = (Origin::always(answer("text/html", "", page(&long))).await, Hook::new(true).await);
    let policy = "[policy.board]\n[[policy.board.rule]]\nfind = [\"mobile-number\"]\naction = \"pass\"\n\
        [[policy.board.window]]\nname = \"harvest\"\nper = \"address\"\nfind = [\"*\"]\ndifferent = 30\nin = \"10m\"\n\
        action = \"block\"\n";
    let top = hook.alert("[alert.breach]\npeople = 40");
    let program = Program::before(origin.port).policy(policy).top(&top).start();
    assert_eq!(program.client().get("/board/list").await.status, 200, "it streams before it is counted");
    let told = hook.messages(1).await.remove(0);
    assert_eq!((&told["event"], &told["values"]), (&"window".into(), &40.into()), "{told:#}");
    assert_eq!(told["breach"]["grounds"], serde_json::json!(["people"]), "though its rule lets it pass");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.contains("goes on")), "{told:#}");
    assert_eq!(program.client().get("/board/list").await.status, 429);
    let id = told["reference"].as_str().expect("a reference");
    until("it is kept", async || incidents(&program, &["list"]).1.contains(id)).await;
    hook.messages(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_when_it_is_much_and_then_once() {
    let (origin, hook) = (origin().await, Hook::new(true).await);
    let on = "on = [\"blocked\", \"leaked\"]\nblocked = \"3 per 10m\"";
    let program = Program::before(origin.port).policy(&policy(&[REFUSED])).top(&hook.alert(on)).start();
    for number in 0..2 {
        assert_eq!(post(&program, &format!("/refused/{number}"), RESIDENT).await, 403);
    }
    hook.messages(0).await;
    for number in 2..5 {
        assert_eq!(post(&program, &format!("/refused/{number}"), RESIDENT).await, 403);
    }
    let told = hook.messages(1).await.remove(0);
    assert_eq!((&told["event"], &told["severity"]), (&"blocked".into(), &"notice".into()), "{told:#}");
    assert_eq!((&told["found"][0]["count"], &told["breach"]), (&3.into(), &Value::Null), "it did not pass");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.starts_with("3 refused within 10m")), "{told:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_tells_others_and_a_bad_one_changes_nothing() {
    let (origin, one, two) = (origin().await, Hook::new(true).await, Hook::new(true).await);
    let program = Program::before(origin.port).policy(&policy(&[RECORDED])).top(&one.alert("")).start();
    let mut kept = program.client().keep(crate::support::Http::One).await;
    kept.get("/board/1").await;
    one.messages(1).await;
    program.edit_config("together = \"1s\"\n", "together = \"1s\"\nca = \"missing.pem\"\n");
    program.edit_config(&format!("http://127.0.0.1:{}/", one.port), "https://127.0.0.1:1/");
    let told = garim_with("check", &program.config());
    assert!(told.code == Some(1) && told.errors.contains("missing.pem"), "{told:?}");
    let told = garim_with("reload", &program.config());
    assert!(told.code != Some(0), "{told:?}");
    kept.get("/board/2").await;
    one.messages(2).await;
    program.edit_config("https://127.0.0.1:1/", &format!("http://127.0.0.1:{}/", two.port));
    program.edit_config("ca = \"missing.pem\"\n", "");
    assert_eq!(garim_with("check", &program.config()).code, Some(0));
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    kept.get("/board/3").await;
    assert_eq!(two.messages(1).await[0]["places"][0], "/board/3");
    assert_eq!(one.all().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_webhook_costs_no_exchange_anything() {
    let (origin, silent) = (origin().await, Hook::new(false).await);
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
    let nobody = format!("[alert]\nwebhook = \"http://127.0.0.1:{closed}/\"\ntogether = \"1s\"\nretry_for = \"0s\"\n");
    for (top, failed) in [(silent.alert("timeout = \"60s\"\nat_most = \"1000 per 1h\""), false), (nobody, true)] {
        let program = Program::before(origin.port).policy(&policy(&[RECORDED])).top(&top).start();
        let mut kept = program.client().keep(crate::support::Http::One).await;
        let started = Instant::now();
        for number in 0..100 {
            assert_eq!(kept.get(&format!("/board/{number}")).await.status, 200);
        }
        assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
        if failed {
            let counted = "garim_alerts_total{way=\"webhook\",event=\"leaked\",result=\"failed\"}";
            until("it is counted", async || program.operations("/metrics").await.1.contains(counted)).await;
            program.says("an alert did not arrive");
        }
        let started = Instant::now();
        program.signal(Signal::TERM);
        assert_eq!(program.ended(), Some(0));
        assert!(started.elapsed() < Duration::from_secs(8), "the end waits {:?}", started.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_cannot_be_written_is_told() {
    let (origin, hook) = (Origin::always(ok()).await, Hook::new(true).await);
    let program = Program::before(origin.port).policy(&policy(&[RECORDED])).top(&hook.alert("on = [\"journal\"]"));
    // Files end after so many blocks, as on a full disk.
    let program = program.after("trap '' XFSZ; ulimit -f 32").start();
    for number in 0..60 {
        post(&program, &format!("/board/{number}"), "010-1234-5678").await;
    }
    until("it is told", async || !hook.all().is_empty()).await;
    let told = hook.all().remove(0);
    assert_eq!((&told["event"], &told["severity"]), (&"journal".into(), &"critical".into()), "{told:#}");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.contains("no record can be written")), "{told:#}");
}

/// The processes that a program has started.
fn kill_workers(program: u32) {
    let children = std::fs::read_to_string(format!("/proc/{program}/task/{program}/children")).unwrap_or_default();
    let tasks = std::fs::read_dir(format!("/proc/{program}/task")).expect("tasks").flatten();
    let all = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok()).chain([children]);
    for pid in all.flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()) {
        if let Some(pid) = pid.parse().ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_over_a_file_is_told() {
    let (origin, hook) = (Origin::always(ok()).await, Hook::new(true).await);
    let program = Program::before(origin.port).policy(&policy(&[RECORDED]));
    let program = program.top(&format!("[documents]\nworkers = 1\n{}", hook.alert(""))).start();
    // Bytes that are nothing known, and take a while to be looked through.
    let file = [b"\x00\x01\x02\xff".as_slice(), &b"nothing to be found 12 in here, ".repeat(200_000)].concat();
    let pid = program.pid();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let killer = Arc::clone(&stop);
    let killing = tokio::spawn(async move {
        while !killer.load(std::sync::atomic::Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(100)).await;
            kill_workers(pid);
        }
    });
    let posted = program.client().post("/board/file", "application/octet-stream", file).await.status.as_u16();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    killing.await.expect("its end");
    let record = program.record(|record| record["path"] == "/board/file");
    assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:worker-died", "{posted} {record}");
    let told = hook.messages(1).await.remove(0);
    assert_eq!((&told["event"], &told["reference"]), (&"worker".into(), &record["id"]), "{told:#}");
}

/// What `garim incidents` says, and its exit code.
fn incidents(program: &Program, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = garim(&[&["incidents"], arguments].concat());
    let ended = command.arg("--config").arg(program.config()).output().expect("ended");
    (ended.status.code(), String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_an_incident_survives_a_restart_until_somebody_closes_it() {
    let (origin, hook) = (origin().await, Hook::new(true).await);
    let program = Program::before(origin.port).policy(&policy(&[RECORDED])).site(CONTACT).top(&hook.alert(""));
    let mut program = program.start();
    for _ in 0..3 {
        assert_eq!(post(&program, "/board/write", RESIDENT).await, 200);
    }
    let id = hook.messages(2).await[0]["reference"].as_str().expect("a reference").to_owned();
    let listed = || incidents(&program, &["list"]);
    until("it is kept", async || listed().1.contains(&id)).await;
    let (_, all) = listed();
    assert_eq!(all.lines().count(), 1, "the same again within an hour is one incident: {all}");
    assert!(
        all.contains("/board/write")
            && all.contains("resident-registration-number=1")
            && all.contains("due/신고 기한 ")
    );
    let (code, shown) = incidents(&program, &["show", &id]);
    assert!(code == Some(0) && shown.contains("신고·통지 초안") && shown.contains("개인정보보호팀"), "{shown}");
    assert!(!shown.contains(RESIDENT) && !all.contains(RESIDENT));
    // One whose time runs out, of before the restart.
    program.signal(Signal::KILL);
    program.ended();
    let file = program.folder().join("state/garim.db");
    let store = Store::open(&Address::File(file)).await.expect("a store");
    let kept = store.incident(&id).await.expect("read").expect("an incident");
    let old = Incident { id: "older".to_owned(), time: kept.time - 60 * 3_600_000, ..kept };
    assert_eq!(old.direction, Direction::Upload);
    store.add_incidents(&[old]).await.expect("added");
    store.close().await;
    let program = program.again();
    let told = hook.messages(3).await.remove(2);
    assert_eq!((&told["event"], &told["reference"]), (&"leaked".into(), &"older".into()), "{told:#}");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.starts_with("11 hours are left of 72")), "{told:#}");
    assert!(told["breach"]["due"].is_string());

    // Whoever closes one is who he says, and more than a viewer.
    for (name, role) in [("kim", "auditor"), ("lee", "viewer")] {
        assert!(at_the_machine(&program, &["user", "add", name, "--role", role], PASSWORD).0);
    }
    let as_whom = |by: &str, id: &str, why: &str, password: &str| {
        at_the_machine(&program, &["incidents", "close", id, "--by", by, "--why", why], password)
    };
    let close = |id: &str, why: &str| as_whom("kim", id, why, PASSWORD);
    let refused = [close("older", " "), close("older", "..."), close("nobody", "reported")];
    assert!(refused.iter().all(|(done, _)| !done), "{refused:?}");
    for (by, password, why) in
        [("kim", "another one 1!\n", "wrong"), ("", PASSWORD, "wrong"), ("lee", PASSWORD, "auditor")]
    {
        let (done, said) = as_whom(by, "older", "reported to KISA", password);
        assert!(!done && said.contains(why), "{by}: {said}");
    }
    let (_, open) = incidents(&program, &["list"]);
    assert!(open.contains("older"), "{open}");
    let (done, said) = close("older", "reported to KISA");
    assert!(done, "{said}");
    let logs = std::fs::read_dir(program.folder().join("state/journal")).expect("a journal").flatten();
    let mut logs = logs.filter_map(|log| std::fs::read_to_string(log.path()).ok());
    let words = ["\"kind\":\"alert\"", "\"verdict\":\"closed\"", "\"account\":\"kim\"", "\"incident\":\"older\""];
    assert!(logs.any(|log| log.lines().any(|line| words.iter().all(|word| line.contains(word)))), "it is recorded");
    let (done, said) = close("older", "again");
    assert!(!done && said.contains("already"), "{said}");
    let (_, open) = incidents(&program, &["list"]);
    assert!(open.contains(&id) && !open.contains("older"), "{open}");
    let (_, all) = incidents(&program, &["list", "--all"]);
    assert!(all.contains("older") && all.contains("by kim: reported to KISA"), "{all}");
}

/// Seals of the journal go out by themselves as they are made; with what arrived, a journal that was written anew is known.
#[tokio::test(flavor = "multi_thread")]
async fn copies_of_seals_tell_a_journal_that_was_cut() {
    let origin = Origin::always(answer("text/html", "", "x")).await;
    let hook = Hook::new(true).await;
    let collector = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let syslog = format!("syslog = {{ to = \"udp://{}\" }}", collector.local_addr().expect("an address"));
    let alert = hook.alert(&format!("on = [\"journal\"]\n{syslog}\n[journal]\ncopies = [\"webhook\", \"syslog\"]"));
    let program = Program::before(origin.port).top(&alert).start();
    assert_eq!(program.client().post("/board", FORM, format!("a={RESIDENT}")).await.status, 403);
    program.signal(Signal::TERM);
    program.ended();
    let seals: Vec<String> = hook.all().iter().map(|seal| seal["seal"].as_str().expect("a text").to_owned()).collect();
    assert!(!seals.is_empty());
    let mut line = vec![0; 4096];
    for seal in &seals {
        let length = collector.recv(&mut line).await.expect("a line");
        let text = String::from_utf8_lossy(&line[..length]).into_owned();
        assert!(text.starts_with("<110>1 ") && text.contains(" seal - ") && text.ends_with(seal.as_str()), "{text}");
    }
    let copies = program.folder().join("copies");
    std::fs::write(&copies, seals.iter().map(|seal| format!("{seal}\n")).collect::<String>()).expect("written");
    let verify = |seals: bool| {
        let mut command = garim(&["audit", "verify", "--config"]);
        command.arg(program.config());
        if seals {
            command.arg("--seals").arg(&copies);
        }
        command.output().expect("done").status.code()
    };
    assert_eq!((verify(false), verify(true)), (Some(0), Some(0)));
    // Whoever has the whole machine leaves nothing of it.
    let journal = program.folder().join("state/journal");
    for entry in std::fs::read_dir(&journal).expect("a journal") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name != "signing.key" && name != "lock") {
            std::fs::remove_file(path).expect("removed");
        }
    }
    assert_eq!(verify(true), Some(1), "the copies know of it");
}
