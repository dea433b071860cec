//! The whole policy that garim is built for (`whole_policy.toml`), through the running proxy: for each of its rules something
//! that it decides, and a neighbour that it does not.

mod asks;
mod holds;
mod proof;
mod rest;

use crate::asked::behind;
use crate::support::{Answer, Authority, Client, Origin, Piece, Program, Seen, answer, garim, page};
use asks::{Ask, file, form, from, get, numbers, sent};
use http::Request;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

const WHOLE: &str = include_str!("whole_policy.toml");
/// A value that is allowed by its hash.
const ALLOWED: &str = "010-9876-5432";
/// Of each kind that is masked in pages one, and what of it nobody may see: with the words that go with it.
const MASKED_ALL: [(&str, &str, &str); 8] = [
    ("주민등록번호", "900101-1234568", "1234568"),
    ("외국인등록번호", "900101-5123488", "5123488"),
    ("여권번호", "M12345678", "2345678"),
    ("운전면허번호", "11-12-123456-78", "123456"),
    ("카드번호", "4000-0000-0000-0002", "0000-0000"),
    ("신한은행 계좌", "110-123-456789", "456789"),
    ("건강보험증번호", "1-0123456789", "0123456789"),
    (
        "CI",
        "VeXNjkbcjtS3wnZNKlpNdncG+F2GkAJK1r2jQBvpyMvMyTX2zR9hImrhUziuGjQATTO6DSRqwEyBsbryPjv57g==",
        "F2GkAJK1r2jQBvpyMvMyTX2zR9hImrhUziuGjQATTO6DSRqwEyBsbryPjv57g",
    ),
];
const ACCOUNT: &str = "신한은행 110-123-456789";

/// What is not as it stands there, and why: the machine is another, or it is not built here yet (tests of what is stand elsewhere).
const ADAPTED: &[(&str, &str, &str)] = &[
    ("[\"0.0.0.0:443\"]", "[\"127.0.0.1:0\"]", "a port of the test's"),
    ("[\"0.0.0.0:80\"]", "[\"127.0.0.1:0\"]", "a port of the test's"),
    ("trusted_proxies = []", "trusted_proxies = [\"127.0.0.0/8\"]", "the test plays the balancer"),
    ("\"/var/lib/garim\"", "\"state\"", "a folder of the test's"),
    ("\"/etc/garim/key\"", "\"seal.key\"", "a file of the test's"),
    ("\"/mnt/worm/garim.seals\"", "\"garim.seals\"", "a file of the test's"),
    ("[\"www.example.go.kr\", \"example.go.kr\"]", "[\"localhost\", \"127.0.0.1\"]", "names that the test can ask for"),
    ("/etc/garim/www.pem", "cert.pem", "a file of the test's"),
    ("/etc/garim/www.key", "key.pem", "a file of the test's"),
    ("http://10.0.0.5:80", "UPSTREAM", "the test's own server"),
    ("http://10.0.0.6:80", "http://127.0.0.1:1", "and one that is gone"),
    ("/etc/garim/pages/block.html", "block.html", "a file of the test's"),
    ("\"127.0.0.1:9443\"", "\"127.0.0.1:0\"", "a port of the test's"),
    ("https://chat.example.go.kr/hook", "http://127.0.0.1:1/hook", "nobody hears it: `alerts` has those who do"),
    ("smtp://mail.example.go.kr", "smtp://127.0.0.1:1", "nobody hears it"),
    ("udp://10.1.0.9:514", "udp://127.0.0.1:1", "nobody hears it"),
    ("/etc/garim/robots.txt", "robots.txt", "a file of the test's"),
    ("charset  = \"auto\"", "client_ca = \"office.pem\"\ncharset  = \"auto\"", "client_cert needs whom to believe"),
    ("from = [\"10.0.0.9/32\"]", "from = [\"127.0.0.1/32\"]", "the other end of the test's connection"),
    ("\"hmac:…\"", "\"HASH\"", "under the key of the test"),
    ("2027-03-31", "2099-03-31", "the test is to hold longer"),
    ("19:00-08:00", "HOURS", "the test runs at any hour: `lines` has those in which nothing is counted"),
];

/// What is in the way of the rules about who may go where: before a login none decides. It has a test of its own.
const GATE: &str = "[gate.admin]";

/// Without a section, from its header to the next blank line.
fn without(text: &str, header: &str) -> String {
    let (before, section) = text.split_once(header).unwrap_or_else(|| panic!("no {header}"));
    let (_, after) = section.split_once("\n\n").expect("an end");
    format!("{before}{after}")
}

/// Hours around the present one, in Korea.
fn hours() -> String {
    let now = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let hour = |hours: i64| now.saturating_add(jiff::ToSpan::hours(hours)).strftime("%H:%M").to_string();
    format!("{}-{}", hour(-2), hour(2))
}

fn configuration(upstream: &str, hash: &str, gated: bool) -> String {
    let mut text = if gated { WHOLE.to_owned() } else { without(WHOLE, GATE) };
    for (from, to, why) in ADAPTED {
        assert!(text.contains(from), "{from} ({why}) is no longer there");
        text = text.replace(from, to);
    }
    text = text.replace("UPSTREAM", upstream).replace("HASH", hash).replace("HOURS", &hours());
    format!("[operations]\nlisten = \"127.0.0.1:0\"\n{text}")
}

/// The keyed hash of the value that is allowed.
fn hash(folder: &Path) -> String {
    let mut command = garim(&["hash", "--kind", "mobile-number", "--key"]);
    let mut child = command.arg(folder.join("seal.key")).stdin(Stdio::piped()).spawn().expect("started");
    child.stdin.take().expect("its input").write_all(ALLOWED.as_bytes()).expect("told");
    String::from_utf8(child.wait_with_output().expect("ended").stdout).expect("a hash").trim().to_owned()
}

/// A site with lists of so many numbers, as `/admin/list?n=100` asks for.
async fn site() -> Origin {
    let served = |seen: &Seen| {
        let target = seen.target().to_owned();
        let text = match target.split_once("?n=") {
            Some((_, count)) => numbers(count.parse().expect("a count")),
            _ if target == "/upload/" => {
                let listing =
                    "<html><head><title>Index of /upload</title></head><body><a href=\"a.xlsx\">a.xlsx</a></body>";
                return vec![Piece::Send(answer("text/html; charset=utf-8", "", listing))];
            }
            _ if target == "/everything" => MASKED_ALL.map(|(name, value, _)| format!("{name} {value}")).join("<br>"),
            _ if target == "/login.do" => {
                let sent = "HTTP/1.1 302 Found\r\nLocation: /board/\r\nContent-Length: 0\r\n\r\n";
                return vec![Piece::Send(sent.as_bytes().to_vec())];
            }
            None if target.starts_with("/board/1") => format!("900101-1234568 {ACCOUNT} 010-1234-5678"),
            None => "posted".to_owned(),
        };
        // A session begins with the first page, as in servlets.
        let begins = if seen.field("cookie").is_empty() { "Set-Cookie: JSESSIONID=1\r\n" } else { "" };
        vec![Piece::Send(answer("text/html; charset=utf-8", begins, page(&text)))]
    };
    Origin::new(served).await
}

/// garim with the whole policy, before that site.
fn whole(origin: &Origin) -> Program {
    started(origin, &Authority::new(), false)
}

/// The same, where the office's certificates are those of an authority, with or without the login before its pages.
fn started(origin: &Origin, office: &Authority, gated: bool) -> Program {
    let office = office.pem().to_owned();
    let upstream = format!("http://127.0.0.1:{}", origin.port);
    let prepare = move |folder: &Path, _: &crate::support::Authority| {
        let written = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
        written("block.html", "<title>{{title}}</title><body>우리 시: {{why}} {{found}} {{form}} {{contact}} {{id}}");
        written("robots.txt", "User-agent: *\nDisallow: /board/complaint/\n");
        written("office.pem", &office);
        written("garim.toml", &configuration(&upstream, &hash(folder), gated));
    };
    Program::before(origin.port).prepare(prepare).start()
}

/// What becomes of a request: its status, the side of its record that tells, the verdict there, and the rule that said so.
type Becomes = (u16, &'static str, &'static str, &'static str);

/// What is asked, and what becomes of it.
type Row = (Ask, Becomes);

/// The verdict on a post that no rule names.
const BY_DEFAULT: Becomes = (200, "upload", "log", "");
/// On one in which nothing is found.
const NOTHING: Becomes = (200, "upload", "pass", "");

const NEVER: Becomes = (403, "upload", "block", "unique identifiers are never posted");
const LISTS: Becomes = (202, "upload", "hold", "lists of people wait for the privacy officer");
const PROGRAMS: Becomes = (403, "upload", "block", "programs are not attachments");
const PHOTOS: Becomes = (200, "upload", "log", "photos pass, and are counted");
const MASKED: Becomes = (200, "download", "mask", "pages are masked for everybody else");

/// Who may go where.
fn access() -> Vec<Row> {
    vec![
        (get("/admin/list"), (403, "access", "block", "the admin pages are for the office")),
        (get("/admin/list").officer(), (200, "access", "", "")),
        (get("/admin/list").header("x-auth-role", "officer"), (200, "access", "", "")),
        (
            get("/admin/list").header("x-auth-role", "guest"),
            (403, "access", "block", "the admin pages are for the office"),
        ),
        (get("/board/2"), (200, "access", "", "")),
    ]
}

const SENSITIVE: &str = "기초생활수급자 명단%0A성명: 홍길동%0A성명: 김철수%0A성명: 이영희";

/// What is posted.
fn posts() -> Vec<Row> {
    let five = |what: &str| (0..5).map(|number| format!("{what}{number}@example.com ")).collect::<String>();
    let people: String = ["김민수", "이영희", "박철수", "최지우", "정하늘"]
        .iter()
        .enumerate()
        .map(|(number, name)| format!("성명: {name} 010-2345-678{number}%0A"))
        .collect();
    vec![
        (form("/board/write", "c=900101-1234568"), NEVER),
        (form("/board/write", "c=900101-5123488"), NEVER),
        (form("/board/write", "c=4000-0000-0000-0002"), NEVER),
        (form("/board/write", "c=건강보험증번호 1-0123456789"), NEVER),
        (form("/board/write", "c=11-12-123456-78"), NEVER),
        (form("/board/write", "c=여권번호 M12345678"), NEVER),
        (get("/search?q=900101-1234568"), NEVER),
        (sent("/api", "application/json", b"{\"c\":\"900101-1234568\"}".to_vec()), NEVER),
        (file("/board/write", "a.csv", "번호\n900101-1234568\n".as_bytes()), NEVER),
        (form("/board/write", "c=900101"), NOTHING),
        (
            form("/board/write", &format!("secret=1&c={ACCOUNT}")),
            (200, "upload", "log", "accounts may go into a secret post"),
        ),
        (form("/board/write", &format!("secret=0&c={ACCOUNT}")), (403, "upload", "block", "rule 4")),
        (form("/board/write", &format!("c={ACCOUNT}")), (403, "upload", "block", "rule 4")),
        (form("/board/write", "secret=0&c=신한은행 제출"), NOTHING),
        (form("/qna", &format!("c={}", numbers(10))), LISTS),
        (form("/qna", &format!("c={}", numbers(9))), BY_DEFAULT),
        (form("/qna", &format!("c={}{}", numbers(5), five("a"))), LISTS),
        (form("/qna", &format!("c={}{}", numbers(4), five("a"))), BY_DEFAULT),
        // Nine addresses, and a list of people with what nobody need know of them.
        (form("/qna", &format!("c={}%0A{}{}", SENSITIVE, five("a"), &five("b")[..60])), LISTS),
        (form("/qna", &format!("c={}%0A{}{}", SENSITIVE, five("a"), &five("b")[..45])), BY_DEFAULT),
        // Five numbers, and five records of a name near a number.
        (form("/qna", &format!("c={people}")), LISTS),
        (form("/board/write", "c=010-1234-5678"), (409, "upload", "warn", "a phone number is the writer's own choice")),
        (form("/qna", "c=010-1234-5678"), BY_DEFAULT),
    ]
}

/// What is attached.
fn files() -> Vec<Row> {
    let (held, refused) = ("so does a file that is called a list", (403, "upload", "block", "rule 11"));
    let mail = "hong@example.com\n".as_bytes();
    let password = "a file password is what the guideline advises; the officer knows it";
    vec![
        (file("/qna", "회원명단.csv", mail), (202, "upload", "hold", held)),
        (file("/qna", "내 이력서.txt", mail), (202, "upload", "hold", held)),
        (file("/qna", "민원 진정서.txt", mail), (202, "upload", "hold", held)),
        (file("/qna", "회원명단.csv", b"nothing\n"), NOTHING),
        (file("/qna", "메모.csv", mail), BY_DEFAULT),
        // The operator's own kind is one near its words alone.
        (file("/qna", "수강생명단.csv", "학번,과목\n2023-12345,수학\n".as_bytes()), (202, "upload", "hold", held)),
        (file("/qna", "수강생명단.csv", "상품,과목\n2023-12345,수학\n".as_bytes()), BY_DEFAULT),
        (file("/qna", "install.sh", b"#!/bin/sh\necho\n"), PROGRAMS),
        (file("/qna", "a.txt", b"#!/bin/sh\necho\n"), PROGRAMS),
        (file("/qna", "board.jsp", b"<%@ page %>\n"), PROGRAMS),
        (file("/qna", "setup.exe", &asks::program()), PROGRAMS),
        (file("/qna", "install.txt", b"how to install\n"), NOTHING),
        (file("/qna", "a.zip", &asks::archived(true)), (202, "upload", "hold", password)),
        (file("/qna", "a.zip", &asks::archived(false)), NOTHING),
        (file("/qna", "a.png", &asks::picture()), PHOTOS),
        (file("/qna", "a.pdf", &asks::scanned()), PHOTOS),
        (file("/qna", "a.zip", &asks::archived(false)[..40]), refused),
        (file("/qna", "a.gz", &asks::packed(7)), refused),
        (file("/qna", "a.gz", &asks::packed(2)), NOTHING),
        (sent("/qna", "application/octet-stream", b"text".to_vec()).header("content-range", "bytes 0-3/10"), refused),
        // As CryptoJS writes what it encrypts under a password.
        (form("/qna", "c=U2FsdGVkX1%2B0MTIzNDU2N8nS5yQ0uYpZkVbJ0f3Z1m5o4dE7w2k9x8c1v6b3n5a0"), refused),
    ]
}

/// What is shown, and to whom.
fn pages() -> Vec<Row> {
    let reason = "officers see numbers, and say why they take a list away";
    vec![
        (get("/admin/list?n=100").officer(), (409, "download", "ask-reason", reason)),
        (get("/admin/list?n=99").officer(), (200, "download", "log", "rule 13")),
        (get("/board/1"), MASKED),
        // The office's network has the role where it administers, and nowhere else.
        (get("/board/1").officer(), MASKED),
        (get("/board/1").header("x-auth-role", "officer"), (200, "download", "log", "rule 13")),
        (get("/everything"), MASKED),
        (get("/board/list?n=3"), (200, "download", "log", "")),
        (get("/board/3"), (200, "download", "pass", "")),
    ]
}

/// Asks, and looks into the record of it: the answer, the record, and what is not as expected, if something is not.
async fn tried(
    program: &Program,
    client: &Client,
    (number, ask): (usize, Ask),
    expected: Becomes,
) -> (Answer, serde_json::Value, Option<String>) {
    let (what, address, request) = ask.somewhere(number);
    let answer = client.send(request).await;
    let record = program.record(|record| record["client"] == address.as_str());
    let (status, side, verdict, rule) = expected;
    let told = |key: &str| record[side][key].as_str().unwrap_or_default();
    let found = (answer.status.as_u16(), told("verdict"), told("rule"));
    let wrong = (found != (status, verdict, rule)).then(|| format!("{what}: {expected:?}, but {record}"));
    (answer, record, wrong)
}

/// The same, all as expected.
async fn becomes(
    program: &Program,
    client: &Client,
    asked: (usize, Ask),
    expected: Becomes,
) -> (Answer, serde_json::Value) {
    let (answer, record, wrong) = tried(program, client, asked, expected).await;
    assert_eq!(wrong, None, "{}", answer.text());
    (answer, record)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_decides_what_it_says_and_not_its_neighbour() {
    let origin = site().await;
    let program = whole(&origin);
    let client = program.client();
    let rows = [access(), posts(), files(), pages()];
    let (mut decided, mut wrong): (Vec<&str>, Vec<String>) = Default::default();
    for (number, (ask, expected)) in rows.into_iter().flatten().enumerate() {
        wrong.extend(tried(&program, &client, (number, ask), expected).await.2);
        decided.push(expected.3);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let named = WHOLE.split("[[policy.public-board.rule]]").skip(1).enumerate().map(|(number, rule)| {
        let name = rule.trim_start().strip_prefix("name").and_then(|rest| rest.split('"').nth(1));
        name.map_or_else(|| format!("rule {}", number + 1), str::to_owned)
    });
    let named: Vec<String> = named.collect();
    assert_eq!(named.len(), 14);
    for name in named {
        assert!(decided.contains(&name.as_str()), "no request is decided by: {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_kinds_allowed_values_and_pages_are_as_it_says() {
    let origin = site().await;
    let program = whole(&origin);
    let client = program.client();
    let ask = async |number, ask, expected| becomes(&program, &client, (number, ask), expected).await;

    let own = file("/qna", "수강생명단.csv", "학번,과목\n2023-12345,수학\n".as_bytes());
    let (page, record) = ask(0, own, (202, "upload", "hold", "so does a file that is called a list")).await;
    assert!(record["upload"]["found"].to_string().contains("student-number"), "{record}");
    assert!(page.text().contains("2023-*****") && !page.text().contains("2023-12345"), "{}", page.text());
    let far = format!("c=성명: 홍길동 {} 010-1234-5678", "가".repeat(110));
    for (number, (body, kind, is_found)) in [
        ("c=성명: 홍길동 010-1234-5678", "\"record\"", true),
        (far.as_str(), "\"record\"", false),
        ("c=02-2100-1234", "landline-number", false),
        ("c=02-2200-1234", "landline-number", true),
        ("c=minwon@example.go.kr", "email-address", false),
        ("c=minwon@example.or.kr", "email-address", true),
        (&format!("c={ALLOWED}"), "mobile-number", false),
    ]
    .into_iter()
    .enumerate()
    {
        let (_, address, request) = form("/qna", body).somewhere(10 + number);
        assert_eq!(client.send(request).await.status, 200, "{body}");
        let record = program.record(|record| record["client"] == address.as_str());
        assert_eq!(record["upload"]["found"].to_string().contains(kind), is_found, "{body}: {record}");
    }

    let (refused, _) = ask(20, form("/board/write", "c=900101-1234568"), NEVER).await;
    let page = refused.text();
    assert!(page.contains("우리 시: ") && page.contains("900101-*******") && page.contains("민원봉사과"), "{page}");
    let script = form("/board/write", "c=900101-1234568").header("x-requested-with", "XMLHttpRequest");
    let (refused, _) = ask(21, script, NEVER).await;
    let told: serde_json::Value = serde_json::from_str(&refused.text()).expect("JSON");
    assert!(told["result"] == "fail" && told["msg"].as_str().is_some_and(|said| said.contains("개인정보")), "{told}");

    let (shown, _) = ask(22, get("/board/edu/write.do"), (200, "download", "pass", "")).await;
    assert!(shown.text().contains("garim-banner") && shown.field("set-cookie").contains("; Secure"));
    assert_eq!(shown.field("strict-transport-security"), "max-age=31536000");
    let (shown, _) = ask(23, get("/board/complaint/7"), (200, "download", "pass", "")).await;
    assert_eq!(shown.field("x-robots-tag"), "noindex, noarchive");
    let (everything, _) = ask(26, get("/everything"), MASKED).await;
    for (name, _, hidden) in MASKED_ALL {
        assert!(!everything.text().contains(hidden), "{name}: {}", everything.text());
    }
    let (listed, _) = ask(27, get("/upload/"), (403, "download", "pass", "")).await;
    assert!(!listed.text().contains("a.xlsx"), "{}", listed.text());
    let (_, address, request) = get("/board/notice/1234").somewhere(24);
    assert_eq!(client.send(request).await.status, 410);
    program.record(|record| record["client"] == address.as_str());
    assert!(ask(25, get("/robots.txt"), (200, "download", "pass", "")).await.0.text().contains("/board/complaint/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_about_goes_on_and_who_collects_is_stopped() {
    let origin = site().await;
    let program = whole(&origin);
    let client = program.client();
    let session = |ask: Ask| ask.header("cookie", "JSESSIONID=abc");
    let (_, address, request) = session(form("/board/write", "c=010-1234-5678")).somewhere(0);
    let page = client.send(request).await.text();
    let token = behind(&page, "name=\"garim-post\" value=\"").split('.').next().expect("a token").to_owned();
    let request = session(sent("/board/write", "text/plain", format!("garim-post={token}.hidden\r\n").into_bytes()));
    assert_eq!(client.send(request.somewhere(0).2).await.status, 200);
    assert_eq!(origin.seen().pop().expect("a request").body, b"c=010-****-5678");
    program.record(|record| record["consent"] == "hidden" && record["client"] == address.as_str());

    let list = "/admin/list?n=100";
    let page = client.send(session(get(list).officer()).somewhere(1).2).await.text();
    let token = behind(&page, "name=\"garim-answer\" value=\"").to_owned();
    let reason = format!("garim-answer={token}\r\ngarim-reason=월말 점검\r\n").into_bytes();
    let given = client.send(session(sent(list, "text/plain", reason).officer()).somewhere(1).2).await;
    assert!(given.status == 200 && given.text().contains("010-2345-0099"));
    assert_eq!(program.record(|record| record["consent"] == "reason")["why"], "월말 점검");

    let status = async |address: &str, count: usize| {
        let request = from(address, Request::get(format!("/board/list?n={count}")));
        client.send(request.header("cookie", "JSESSIONID=taker").body(Vec::new()).expect("a request")).await.status
    };
    assert_eq!(status("198.51.100.7", 200).await, 200, "as many as are within the limit");
    assert_eq!(status("10.1.2.3", 300).await, 200, "a school is one address");
    assert_eq!(status("198.51.100.7", 201).await, 429, "one more");
    let record = program.record(|record| record["beyond"] == true);
    assert_eq!((&record["outcome"], &record["client"]), (&"answer-refused".into(), &"198.51.100.7".into()));
}
