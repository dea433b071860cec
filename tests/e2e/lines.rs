//! Lines of the configuration that no other test has through the running program: each with what it does and what it leaves
//! alone.

use crate::opened::{form, zip};
use crate::support::{Answer, Client, FORM, Origin, Piece, Program, Seen, answer, coded, garim, ok, page, until};
use base64::Engine;
use garim::audit::{Event, Journal, Options};
use garim::inspect::coding::Coding;
use garim::seal::Ring;
use garim::store::{Address, Incident, IncidentFilter, Page, Role, Roles, Store};
use garim::vocab::Direction;
use http::Request;
use jiff::{ToSpan, Zoned};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A page for each number; `/long/N` with much around it.
async fn numbered() -> Origin {
    Origin::new(|seen: &Seen| {
        let number: u32 = seen.target().rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let around = if seen.target().starts_with("/long") { "글 ".repeat(2_000) } else { String::new() };
        let text = format!("call 010-2345-{:04} {around}", 1000 + number);
        vec![Piece::Send(answer("text/html; charset=utf-8", "", page(&text)))]
    })
    .await
}

fn window(lines: &str) -> String {
    format!(
        "[policy.board]\n[[policy.board.window]]\nname = \"harvest\"\nfind = [\"*\"]\ncounts = \"shown\"\nin = \"10m\"\n\
         action = \"block\"\n{lines}\n"
    )
}

async fn from(client: &Client, address: &str, path: &str) -> Answer {
    client.send(Request::get(path).header("x-forwarded-for", address).body("").expect("a request")).await
}

const TRUSTED: &str = "trusted_proxies = [\"127.0.0.0/8\"]";

#[tokio::test(flavor = "multi_thread")]
async fn a_total_may_be_that_of_a_role_whoever_is_in_it() {
    let origin = numbered().await;
    let office = "[role.office]\nany = [{ address = [\"10.1.0.0/16\"] }]";
    let policy = window("per = \"role\"\ndifferent = 3");
    let program = Program::before(origin.port).server(TRUSTED).top(office).policy(&policy).start();
    let client = program.client();
    let status =
        async |address: &str, number: u32| from(&client, address, &format!("/board/{number}")).await.status.as_u16();
    for (address, number) in [("10.1.0.1", 1), ("10.1.0.2", 2), ("10.1.0.3", 3)] {
        assert_eq!(status(address, number).await, 200);
    }
    assert_eq!((status("10.1.0.4", 4).await, status("203.0.113.9", 4).await), (429, 200), "the public is another role");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_may_count_bytes() {
    let origin = numbered().await;
    let program =
        Program::before(origin.port).server(TRUSTED).policy(&window("per = \"address\"\nbytes = \"20 KiB\"")).start();
    let client = program.client();
    let status = async |address: &str, path: &str| from(&client, address, path).await.status.as_u16();
    // Some 8 KB each, with the same number in all of them.
    let all = [1; 4].map(|number| format!("/long/{number}"));
    let mut statuses = Vec::new();
    for path in &all {
        statuses.push(status("203.0.113.9", path).await);
    }
    assert_eq!((statuses[0], statuses[1], statuses[3]), (200, 200, 429), "{statuses:?}");
    for _ in 0..6 {
        assert_eq!(status("203.0.113.10", "/board/1").await, 200, "short pages are few bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_may_be_for_some_hours_only() {
    let origin = numbered().await;
    let in_korea = Zoned::now().with_time_zone(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let hour = |minutes: i64| in_korea.saturating_add(minutes.minutes()).strftime("%H:%M").to_string();
    for (from_then, to, last) in [(-60, 60, 429), (60, 600, 200), (-600, -60, 200)] {
        let hours = format!("per = \"address\"\ndifferent = 2\nhours = \"{}-{}\"", hour(from_then), hour(to));
        let program = Program::before(origin.port).policy(&window(&hours)).start();
        let mut statuses = Vec::new();
        for number in 1..=3 {
            statuses.push(program.client().get(&format!("/board/{number}")).await.status.as_u16());
        }
        assert_eq!(statuses, [200, 200, last], "{hours}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_connections_stand_and_others_wait() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).top("[limits]\nconnections = 2").start();
    let client = program.client();
    let (first, second) = (client.connect(&[b"http/1.1"]).await, client.connect(&[b"http/1.1"]).await);
    let mut third = tokio::spawn({
        let client = client.clone();
        async move { client.get("/third").await.text() }
    });
    assert!(tokio::time::timeout(Duration::from_millis(700), &mut third).await.is_err(), "there is no room");
    assert!(origin.seen().is_empty());
    drop(first);
    assert_eq!(third.await.expect("it ended"), "ok", "there is room again");
    drop(second);
}

/// Posts a file: its status, and the kinds that were found.
async fn posted(program: &Program, path: &str, file: &[u8]) -> (u16, String) {
    let body = form("a.zip", "application/zip", file);
    let request = Request::post(path).header("content-type", "multipart/form-data; boundary=B");
    let answer = program.client().send(request.body(body).expect("a request")).await;
    let record = program.record(|record| record["path"] == path);
    (answer.status.as_u16(), record["upload"]["found"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ceilings_of_a_file_may_stand_among_all_limits() {
    let origin = Origin::always(ok()).await;
    let limits = "[limits]\narchive_depth = 2\narchive_entries = 10\narchive_bytes = \"13 MiB\"\narchive_ratio = 10\n\
        inspect_time = \"20s\"";
    let policy = "[policy.board]\n[[policy.board.rule]]\nfind = [\"uninspectable\"]\naction = \"block\"\n";
    let program = Program::before(origin.port).top(limits).policy(policy).start();
    let one = zip("a.txt", b"nothing");
    let (two, within) = (zip("a.zip", &one), |file: &[u8]| zip("b.zip", file));
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("{number}.txt")).collect();
        crate::masked_documents::archive(&names.iter().map(|name| (name.as_str(), "nothing")).collect::<Vec<_>>())
    };
    let zeros = |mib: usize| coded(Coding::Gzip, &vec![b' '; mib << 20]);
    for (path, file, expected) in [
        ("/one", one.clone(), None),
        ("/deep", within(&within(&two)), Some("uninspectable:too-deep")),
        ("/few", many(8), None),
        ("/many", many(12), Some("uninspectable:too-many-entries")),
        ("/packed", zeros(9), None),
        ("/bomb", zeros(12), Some("uninspectable:bomb")),
    ] {
        let (status, found) = posted(&program, path, &file).await;
        assert_eq!(status, if expected.is_some() { 403 } else { 200 }, "{path}: {found}");
        assert!(found.contains(expected.unwrap_or_default()), "{path}: {found}");
    }
    // What stands in an archive within an archive is unpacked twice.
    let large = zip("a.txt", &vec![b' '; 7 << 20]);
    let (status, found) = posted(&program, "/large", &zip("c.zip", &large)).await;
    assert!(status == 403 && found.contains("uninspectable:too-large"), "14 MiB in all: {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_may_be_so_for_a_site_a_path_a_kind_and_a_time() {
    let origin = Origin::always(ok()).await;
    let allow = "[[allow]]\nvalues = [\"02-2100-*\"]\nkinds = [\"landline-number\"]\npath = [\"/board/**\"]\nreason = \"ours\"\n\
        [[allow]]\nvalues = [\"*@example.go.kr\"]\nsite = [\"localhost\"]\nuntil = 2099-12-31\n\
        [[allow]]\nvalues = [\"*@old.example.go.kr\"]\nuntil = 2020-12-31\n\
        [[allow]]\nvalues = [\"*@other.example.go.kr\"]\nsite = [\"other.example.go.kr\"]\n\
        [[site]]\nhosts = [\"other.example.go.kr\"]\ntls = \"self-signed\"\nupstream = \"http://127.0.0.1:1\"\npolicy = \"board\"";
    let policy = "[policy.board]\n[[policy.board.rule]]\nfind = [\"landline-number\", \"email-address\"]\nconfidence = \"possible\"\naction = \"block\"\n";
    let program = Program::before(origin.port).top(allow).policy(policy).start();
    for (path, value, status) in [
        ("/board/write", "전화 02-2100-1234", 200),
        ("/board/write", "전화 02-2101-1234", 403),
        ("/qna", "전화 02-2100-1234", 403),
        ("/qna", "minwon@example.go.kr", 200),
        ("/qna", "minwon@old.example.go.kr", 403),
        ("/qna", "minwon@other.example.go.kr", 403),
    ] {
        let answer = program.client().post(path, FORM, format!("c={value}")).await;
        assert_eq!(answer.status, status, "{path} {value}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_console_ends_when_it_is_not_used() {
    let origin = Origin::always(ok()).await;
    let console = "[console]\nlisten = \"127.0.0.1:0\"\nsession_idle = \"2s\"\n";
    let program = Program::before(origin.port).top(console).start();
    let mut command = garim(&["user", "add", "kim", "--role", "viewer", "--config"]);
    let mut child = command.arg(program.config()).stdin(Stdio::piped()).spawn().expect("started");
    child.stdin.take().expect("its input").write_all(b"Kx7!mq2z-w\n").expect("written");
    assert!(child.wait().expect("ended").success());
    let client = Client::new(program.listening("console"), program.authority().pem());
    let body = "garim-sign-in=1\r\ngarim-name=kim\r\ngarim-password=Kx7!mq2z-w\r\ngarim-code=\r\n";
    let signed_in = client.post("/", "text/plain", body).await;
    let cookie = signed_in.field("set-cookie").split(';').next().expect("a pair").to_owned();
    let status = async || {
        let request = Request::get("/").header("cookie", &cookie).body("").expect("a request");
        client.send(request).await.status.as_u16()
    };
    for _ in 0..3 {
        assert_eq!(status().await, 200, "while it is used");
        tokio::time::sleep(Duration::from_millis(900)).await;
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(status().await, 401);
}

/// An incident of some days ago.
fn incident(id: &str, days: i64) -> Incident {
    Incident {
        id: id.to_owned(),
        time: jiff::Timestamp::now().as_millisecond() - days * 86_400_000,
        site: "localhost".to_owned(),
        address: "203.0.113.9".to_owned(),
        account: None,
        direction: Direction::Upload,
        verdict: "log".to_owned(),
        rule: None,
        path: "/board/write".to_owned(),
        findings: "{}".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_long_enough_goes_from_the_store() {
    let origin = Origin::always(ok()).await;
    let mut program = Program::before(origin.port)
        .prepare(|folder, _| {
            let config = folder.join("garim.toml");
            let text = std::fs::read_to_string(&config).expect("a configuration");
            let keep = "[state]\nkeep = { incidents = \"30d\", access = \"2y\", grants = \"3y\" }\n";
            std::fs::write(config, text.replacen("[state]\n", keep, 1)).expect("written");
        })
        .start();
    program.signal(rustix::process::Signal::TERM);
    program.ended();
    let address = Address::File(program.folder().join("state/garim.db"));
    let store = Store::open_or_create(&address).await.expect("a store");
    store.add_incidents(&[incident("old", 31), incident("new", 29)]).await.expect("added");
    let days = |days: i64| jiff::Timestamp::now().as_millisecond() - days * 86_400_000;
    store.add_account("kim", "hash", Roles::default(), "root", days(1_200)).await.expect("added");
    store.set_role("kim", Role::Viewer, true, "root", days(1_000)).await.expect("given");
    let program = program.again();
    program.says("deleted from the store: kept long enough");
    let left = store.incidents(&IncidentFilter::default(), &Page::first(10)).await.expect("read");
    assert_eq!(left.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["new"]);
    let left = store.grants(Some("kim")).await.expect("read");
    assert_eq!(left.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(), ["viewer"]);
    assert!(store.account("kim").await.expect("read").is_some(), "who it was given to stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn seals_are_written_to_a_second_place_and_tell_a_journal_that_was_cut() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port)
        .prepare(|folder, _| {
            let config = folder.join("garim.toml");
            let text = std::fs::read_to_string(&config).expect("a configuration");
            std::fs::write(config, text.replacen("[state]\n", "[state]\nseal_to = \"other.seals\"\n", 1))
                .expect("written");
        })
        .start();
    program.client().post("/w", FORM, "a=900101-1234568").await;
    program.signal(rustix::process::Signal::TERM);
    program.ended();
    let seals = program.folder().join("other.seals");
    until("the seal is there", async || std::fs::metadata(&seals).is_ok_and(|file| file.len() > 0)).await;
    let verify = |program: &Program| {
        let mut command = garim(&["audit", "verify", "--config"]);
        command.arg(program.config()).arg("--seals").arg(program.folder().join("other.seals"));
        command.output().expect("ended").status.code()
    };
    assert_eq!(verify(&program), Some(0));
    // Whoever breaks in cuts the journal and what stands beside it, but not what was written elsewhere.
    for entry in std::fs::read_dir(program.folder().join("state/journal")).expect("a journal") {
        let path = entry.expect("an entry").path();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("log") => {
                let text = std::fs::read_to_string(&path).expect("a log");
                let kept: Vec<&str> = text.split_inclusive('\n').take(1).collect();
                std::fs::write(&path, kept.concat()).expect("written");
            }
            Some("seals") => std::fs::remove_file(&path).expect("removed"),
            _ => {}
        }
    }
    assert_eq!(verify(&program), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_has_so_much_time() {
    let origin = Origin::always(ok()).await;
    let limits = "[limits]\ninspect_time = \"1s\"\narchive_ratio = 100000\n[documents]\nworkers = 1";
    let policy = "[policy.board]\n[[policy.board.rule]]\nfind = [\"uninspectable:out-of-time\"]\naction = \"block\"\n";
    let program = Program::before(origin.port).top(limits).policy(policy).start();
    assert_eq!(posted(&program, "/in-time", &zip("a.txt", b"nothing")).await.0, 200);
    // What takes longer than a second to read: many pages, and in each line something to look at.
    let long = coded(Coding::Gzip, "상품 010-2345 900101-12 가격 1,000원\n".repeat(1 << 20).as_bytes());
    let (status, found) = posted(&program, "/late", &long).await;
    assert!(status == 403 && found.contains("uninspectable:out-of-time"), "{found}");
}

/// A mail server that takes everything: what was said to it, as one text.
async fn post_office() -> (u16, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let got = Arc::new(Mutex::new(String::new()));
    let all = Arc::clone(&got);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (all, mut stream) = (Arc::clone(&all), BufReader::new(stream));
            tokio::spawn(async move {
                let (mut line, mut is_letter) = (String::new(), false);
                let _ = stream.write_all(b"220 mail\r\n").await;
                while matches!(stream.read_line(&mut line).await, Ok(1..)) {
                    let said = std::mem::take(&mut line);
                    all.lock().expect("a lock").push_str(&said);
                    is_letter = if is_letter { said != ".\r\n" } else { said == "DATA\r\n" };
                    let answer: &[u8] = if said == "DATA\r\n" { b"354 go on\r\n" } else { b"250 ok\r\n" };
                    if !is_letter || said == "DATA\r\n" {
                        let _ = stream.write_all(answer).await;
                    }
                }
            });
        }
    });
    (port, got)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passed_is_mailed_and_stands_in_the_collector() {
    let origin = Origin::always(ok()).await;
    let (port, letters) = post_office().await;
    let collector = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let alert = format!(
        "[alert]\ntogether = \"1s\"\n\
         mail = {{ smtp = \"smtp://127.0.0.1:{port}\", from = \"garim@example.go.kr\", to = [\"privacy@example.go.kr\"] }}\n\
         syslog = {{ to = \"udp://{}\", format = \"cef\" }}",
        collector.local_addr().expect("an address")
    );
    let policy = "[policy.board]\n[[policy.board.rule]]\nname = \"recorded\"\nfind = [\"@unique-identifiers\"]\naction = \"log\"\n";
    let program = Program::before(origin.port).top(&alert).policy(policy).start();
    assert_eq!(program.client().post("/board/write", FORM, "c=900101-1234568").await.status, 200);
    let id = program.record(|record| record["path"] == "/board/write")["id"].as_str().expect("an id").to_owned();
    let mut line = vec![0; 4096];
    let length = tokio::time::timeout(Duration::from_secs(20), collector.recv(&mut line)).await.expect("in time");
    let line = String::from_utf8_lossy(&line[..length.expect("a line")]).into_owned();
    assert!(line.contains("CEF:0|garim|") && line.contains(&id) && !line.contains("1234568"), "{line}");
    until("the letter is there", async || letters.lock().expect("a lock").contains("\r\n.\r\n")).await;
    let letter = letters.lock().expect("a lock").clone();
    for said in ["MAIL FROM:<garim@example.go.kr>", "RCPT TO:<privacy@example.go.kr>", "To: privacy@example.go.kr"] {
        assert!(letter.contains(said), "{letter}");
    }
    let text = letter.split("base64\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n.\r\n").next()).expect("a text");
    let text = base64::engine::general_purpose::STANDARD.decode(text.replace("\r\n", "")).expect("base64");
    let text = String::from_utf8(text).expect("a text");
    assert!(text.contains(&id) && text.contains("주민등록번호") && text.contains("Draft of a breach report"), "{text}");
    assert!(!text.contains("1234568"), "never a value");
}

/// A start of the journal so many days ago, as the program would have written it then.
fn written(folder: &Path, clock: fn() -> i64) {
    let ring = Ring::parse(&std::fs::read_to_string(folder.join("seal.key")).expect("keys")).expect("keys");
    let mut options = Options::new(folder.join("state/journal"), "node-1");
    options.root = Some(ring.derived("audit journal"));
    options.clock = clock;
    let journal = Journal::open(options).expect("a journal");
    let event = Event { path: Some("/admin/list".to_owned()), ..Event::new("view") };
    journal.append(&event).expect("taken").wait().expect("written");
}

fn days_ago(days: i64) -> i64 {
    jiff::Timestamp::now().as_millisecond() - days * 86_400_000
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_long_enough_goes_from_the_journal() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port)
        .top("[journal]\nnode = \"node-1\"")
        .prepare(|folder, _| {
            let config = folder.join("garim.toml");
            let text = std::fs::read_to_string(&config).expect("a configuration");
            std::fs::write(config, text.replacen("[state]\n", "[state]\nkeep = { access = \"2y\" }\n", 1))
                .expect("written");
            written(folder, || days_ago(2 * 366 + 30));
            written(folder, || days_ago(600));
        })
        .start();
    let journal = program.folder().join("state/journal");
    let logs = || {
        let files = std::fs::read_dir(&journal).expect("a journal").flatten().map(|file| file.path());
        let mut logs: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "log")).collect();
        logs.sort();
        logs
    };
    until("what is older than two years is gone", async || logs().len() == 2).await;
    until("and that is recorded", async || {
        logs().iter().any(|log| std::fs::read_to_string(log).is_ok_and(|log| log.contains("\"kind\":\"retention\"")))
    })
    .await;
    let kept = std::fs::read_to_string(&logs()[0]).expect("a log");
    assert!(kept.contains("/admin/list"), "what is 600 days old stays: {kept}");
    let mut command = garim(&["audit", "verify", "--config"]);
    let verified = command.arg(program.config()).output().expect("ended");
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_the_shape_and_the_status_that_the_sites_scripts_know() {
    let origin = Origin::always(ok()).await;
    let site = "refusal = { status = 200, json = '{\"result\":\"fail\",\"msg\":\"{message}\"}' }\n\
        contact = { office = \"민원봉사과\", phone = \"02-2100-1234\", mail = \"privacy@example.go.kr\", hours = \"09:00-18:00\" }";
    let program = Program::before(origin.port).site(site).start();
    let request = Request::post("/w").header("content-type", FORM).header("x-requested-with", "XMLHttpRequest");
    let told = program.client().send(request.body("c=900101-1234568").expect("a request")).await;
    let value: serde_json::Value = serde_json::from_str(&told.text()).expect("JSON");
    assert!(told.status == 200 && value["result"] == "fail", "{value}");
    assert!(value["msg"].as_str().is_some_and(|said| said.contains("개인정보")), "{value}");
    let page = program.client().post("/w", FORM, "c=900101-1234568").await.text();
    for said in ["민원봉사과", "href=\"tel:0221001234\"", "mailto:privacy@example.go.kr", "09:00-18:00"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}
