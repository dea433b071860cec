//! `garim policy test` and `garim policy explain` as people and scripts meet them: the built program, its output and its
//! exit codes.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::{Command, Output};

/// Synthetic, as every number here; its check digit holds.
const NUMBER: &str = "900101-1234568";
const MOBILES: [&str; 3] = ["휴대전화: 010-2345-6789", "휴대전화: 010-3456-7891", "휴대전화: 010-4567-8912"];

/// The first rule begins in line 22, and each has its own number in its name.
const CONFIG: &str = r#"
[server]
listen = ["127.0.0.1:8443"]

[role.officer]
any = [{ address = ["10.1.0.0/16"] }]

[[site]]
hosts = ["www.a.kr"]
tls = "self-signed"
upstream = "http://127.0.0.1:80"
policy = "board"

[[site]]
hosts = ["b.kr"]
tls = "self-signed"
upstream = "http://127.0.0.1:80"
policy = "board"
mode = "observe"

[policy.board]
[[policy.board.rule]]
name = "1 admin"
path = ["/admin/**"]
except_role = ["officer"]
action = "block"

[[policy.board.rule]]
name = "2 programs"
on = "upload"
file_type = ["executable", "script"]
action = "block"

[[policy.board.rule]]
name = "3 drafts"
path = ["/draft/**"]
method = ["PUT"]
find = ["*"]
action = "pass"

[[policy.board.rule]]
name = "4 secret posts"
form = { secret = "1" }
find = ["mobile-number"]
action = "log"

[[policy.board.rule]]
name = "5 lists"
on = "upload"
file_name = ["*명단*"]
find = ["*"]
action = "block"

[[policy.board.rule]]
name = "6 numbers"
on = "upload"
find = ["resident-registration-number"]
action = "block"

[[policy.board.rule]]
name = "7 many"
on = "upload"
find = ["mobile-number", "landline-number"]
at_least = 3
action = "block"

[[policy.board.rule]]
name = "8 officers"
on = "upload"
role = ["officer"]
site = ["b.kr"]
find = ["mobile-number"]
action = "block"

[[policy.board.rule]]
name = "9 shown"
on = "download"
find = ["resident-registration-number"]
action = "mask"

[[policy.board.window]]
name = "harvest"
per = "address"
find = ["*"]
different = 200
in = "10m"
action = "block"
"#;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        place.write("garim.toml", CONFIG);
        place.write("clean.txt", "안녕하세요");
        place.write("found.txt", format!("주민등록번호 {NUMBER}\n그리고 다시 {NUMBER}"));
        place.write("mobiles.txt", MOBILES.join("\n"));
        place
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), bytes).expect("written");
    }

    fn run(&self, locale: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
        command.args(["policy", arguments[0], "--config", "garim.toml"]).args(&arguments[1..]);
        let output = command.current_dir(self.0.path()).env("LC_ALL", locale).output().expect("the program starts");
        let all = [text(&output.stdout), text(&output.stderr)].concat();
        assert!(!all.contains(NUMBER) && !all.contains("1234568"), "a value was printed: {all}");
        output
    }

    /// The exit code and the only test of `garim policy test --json` on the first site.
    fn on(&self, site: &str, arguments: &[&str]) -> (i32, Value) {
        let all = [&["test", "--json", "--site", site], arguments].concat();
        let output = self.run("C.UTF-8", &all);
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
        let value: Value = serde_json::from_slice(&output.stdout).expect("an object");
        let code = output.status.code().expect("a code");
        assert_eq!(value["passes"], code == 0);
        assert_eq!(value["tests"].as_array().map(Vec::len), Some(1));
        (code, value["tests"][0].clone())
    }

    fn tried(&self, arguments: &[&str]) -> (i32, Value) {
        self.on("www.a.kr", arguments)
    }

    /// The exit code, and the verdict and the deciding rule's number on the request.
    fn request(&self, arguments: &[&str]) -> (i32, String, Option<u64>) {
        let (code, test) = self.tried(arguments);
        let part = part(&test, "request");
        (code, part["verdict"].as_str().expect("a word").to_owned(), part["rule"]["number"].as_u64())
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

fn part(test: &Value, name: &str) -> Value {
    let parts = test["parts"].as_array().expect("parts");
    parts.iter().find(|part| part["part"] == name).unwrap_or_else(|| panic!("no {name} in {test}")).clone()
}

/// What kept the rule of that number from deciding.
fn kept(part: &Value, number: u64) -> Value {
    let above = part["rules_above"].as_array().expect("rules");
    let found = above.iter().find(|kept| kept["rule"]["number"] == number);
    found.unwrap_or_else(|| panic!("rule {number} is not in {part}")).clone()
}

fn blocked(rule: u64) -> (i32, String, Option<u64>) {
    (1, "block".to_owned(), Some(rule))
}

#[test]
fn an_attachment_is_judged_and_told_with_the_rule_and_why() {
    let place = Place::new();
    let (code, test) = place.tried(&["--path", "/board/write", "found.txt"]);
    assert_eq!((code, test["method"].as_str(), test["path"].as_str()), (1, Some("POST"), Some("/board/write")));
    let request = part(&test, "request");
    assert_eq!((&request["verdict"], &request["mode"]), (&"block".into(), &"enforce".into()));
    let line = CONFIG.lines().position(|line| line.contains("6 numbers")).expect("a line");
    assert_eq!(request["rule"], serde_json::json!({ "number": 6, "name": "6 numbers", "line": line }));
    let found = &request["found"][0];
    assert_eq!(found["kind"], "resident-registration-number");
    assert_eq!((found["found"].as_u64(), found["different"].as_u64()), (Some(2), Some(1)));
    assert_eq!((&found["confidence"], &found["masked"]), (&"certain".into(), &"900101-*******".into()));
    assert_eq!(found["place"], "attachment 'found.txt', line 1");
    assert_eq!(kept(&request, 2)["kept_by"], "kind");
    assert_eq!(kept(&request, 3)["kept_by"], "path");
    assert_eq!(kept(&request, 5)["kept_by"], "file");
    assert!(request["ms"].as_f64().is_some_and(|took| took >= 0.0));
    assert_eq!(place.request(&["clean.txt"]), (0, "pass".to_owned(), None));
}

#[test]
fn people_read_it_in_both_languages() {
    let place = Place::new();
    let output = place.run("C.UTF-8", &["test", "--site", "www.a.kr", "found.txt", "clean.txt"]);
    assert_eq!(output.status.code(), Some(1));
    let english = text(&output.stdout);
    for words in [
        "request: refused; enforced",
        "decided by rule 6 \"6 numbers\", line ",
        "900101-*******",
        "nothing was found",
        "rule 3 \"3 drafts\"",
        "the path is not /draft/**",
    ] {
        assert!(english.contains(words), "{words} is not in {english}");
    }
    let output = place.run("ko_KR.UTF-8", &["test", "--site", "www.a.kr", "found.txt"]);
    let korean = text(&output.stdout);
    for words in
        ["요청: 막음; 시행", "결정한 규칙: 규칙 6", "주민등록번호: 2건, 서로 다른 값 1개, 확실", "첨부 ‘found.txt’"]
    {
        assert!(korean.contains(words), "{words} is not in {korean}");
    }
}

#[test]
fn who_asks_for_what_is_judged_first() {
    let place = Place::new();
    let (code, test) = place.tried(&["--path", "/admin/list"]);
    let access = part(&test, "access");
    assert_eq!((code, &access["verdict"], access["rule"]["number"].as_u64()), (1, &"block".into(), Some(1)));
    assert_eq!(test["parts"].as_array().map(Vec::len), Some(1), "nothing was read");
    for who in [["--role", "officer"], ["--address", "10.1.2.3"]] {
        let (code, test) = place.tried(&[&["--path", "/admin/list"], &who[..]].concat());
        assert_eq!((code, &test["roles"][0]), (0, &"officer".into()));
        assert_eq!(kept(&part(&test, "access"), 1)["kept_by"], "except_role");
    }
    let (_, test) = place.on("b.kr", &["mobiles.txt"]);
    assert_eq!(part(&test, "request")["rule"]["number"], 7);
    let (_, test) = place.on("b.kr", &["clean.txt"]);
    assert_eq!(kept(&part(&test, "request"), 8)["kept_by"], "role");
    let (_, test) = place.tried(&["--role", "officer", "clean.txt"]);
    assert_eq!(kept(&part(&test, "request"), 8)["kept_by"], "site");
    assert_eq!(kept(&part(&test, "request"), 9)["kept_by"], "direction");
}

#[test]
fn a_login_that_stands_before_the_page_is_told() {
    let place = Place::new();
    let gate = "\n[gate.office]\npath = [\"/admin/**\"]\nrequire = \"account\"\n";
    place.write("garim.toml", format!("{CONFIG}{gate}"));
    let (_, test) = place.tried(&["--path", "/admin/list", "--role", "officer"]);
    assert_eq!(test["gates"][0], "office", "{test}");
    let (_, test) = place.tried(&["--path", "/board/list"]);
    assert_eq!(test["gates"].as_array().map(Vec::len), Some(0), "{test}");
    for (locale, words) in
        [("C.UTF-8", "signing in to garim (gate: office)"), ("ko_KR.UTF-8", "garim 로그인(관문: office)")]
    {
        let output = place.run(locale, &["test", "--site", "www.a.kr", "--path", "/%61dmin/list"]);
        assert!(text(&output.stdout).contains(words), "{}", text(&output.stdout));
    }
}

#[test]
fn forms_counts_files_and_methods_decide() {
    let place = Place::new();
    assert_eq!(place.request(&["mobiles.txt"]), blocked(7));
    assert_eq!(place.request(&["--field", "secret=1", "mobiles.txt"]), (0, "log".to_owned(), Some(4)));
    let (_, test) = place.tried(&["--field", "secret=2", "mobiles.txt"]);
    assert_eq!(kept(&part(&test, "request"), 4)["kept_by"], "form");
    place.write("two.txt", MOBILES[..2].join("\n"));
    let (code, test) = place.tried(&["two.txt"]);
    let count = kept(&part(&test, "request"), 7);
    assert_eq!((code, &count["kept_by"], &count["have"], &count["need"]), (0, &"count".into(), &2.into(), &3.into()));
    place.write("참가자 명단.txt", MOBILES[0]);
    assert_eq!(place.request(&["참가자 명단.txt"]), blocked(5));
    place.write("a.vbs", "x = 1");
    assert_eq!(place.request(&["a.vbs"]), blocked(2));
    let draft = ["--path", "/draft/1", "found.txt"];
    assert_eq!(place.request(&[&["--method", "PUT"], &draft[..]].concat()).0, 0);
    let (code, test) = place.tried(&draft);
    assert_eq!((code, &kept(&part(&test, "request"), 3)["kept_by"]), (1, &"method".into()));
}

#[test]
fn documents_are_opened() {
    let place = Place::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(NUMBER.as_bytes()).expect("packed");
    place.write("a.txt.gz", packed.finish().expect("packed"));
    assert_eq!(place.request(&["a.txt.gz"]), blocked(6));
    let (code, test) = place.tried(&["--download", "a.txt.gz"]);
    let answer = part(&test, "answer");
    assert_eq!((code, &answer["verdict"], &answer["unmaskable"]), (1, &"block".into(), &true.into()));
}

#[test]
fn curl_words_and_saved_requests_are_read() {
    let place = Place::new();
    let number = format!("memo={NUMBER}");
    let curl = |words: &[&str]| {
        let all = [&["test", "--json", "--curl"], words].concat();
        let output = place.run("C.UTF-8", &all);
        let value: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        (output.status.code(), value["tests"][0].clone())
    };
    let (code, test) =
        curl(&["-X", "POST", "https://www.a.kr/board?a=1", "-H", "X-A: b", "-d", "a=b", "--data-urlencode", &number]);
    assert_eq!((code, &test["path"], &test["site"]), (Some(1), &"/board".into(), &"www.a.kr".into()));
    assert_eq!(part(&test, "request")["found"][0]["place"], "field 'memo', line 1");
    let (code, test) = curl(&["https://www.a.kr/", "-F", "secret=1", "-F", "file=@mobiles.txt"]);
    assert_eq!((code, part(&test, "request")["rule"]["number"].as_u64()), (Some(0), Some(4)));
    let (code, _) = curl(&["-G", "https://www.a.kr/", "--data-urlencode", &number]);
    assert_eq!(code, Some(1));
    // As a browser copies it, behind what ends the options.
    let output = place.run("C.UTF-8", &["test", "--", "curl", "https://www.a.kr/board", "--data-urlencode", &number]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("POST www.a.kr/board"), "{}", text(&output.stdout));
    let (code, _) = curl(&["--json", &format!("{{\"a\":\"{NUMBER}\"}}"), "https://www.a.kr/"]);
    assert_eq!(code, Some(1));
    let (code, test) = curl(&["https://b.kr/", "-b", "a=b"]);
    assert_eq!((code, &test["method"]), (Some(0), &"GET".into()));
    for end in ["\r\n", "\n"] {
        let head =
            ["POST /board HTTP/1.1", "Host: www.a.kr", "Content-Type: application/x-www-form-urlencoded", "", &number];
        place.write("saved", head.join(end));
        assert_eq!(place.request(&["--request", "saved"]), blocked(6));
        let form = [
            "POST /board HTTP/1.1",
            "Host: www.a.kr",
            "Content-Type: multipart/form-data; boundary=x",
            "",
            "--x",
            "Content-Disposition: form-data; name=\"memo\"",
            "",
            NUMBER,
            "--x--",
            "",
        ];
        place.write("saved", form.join(end));
        assert_eq!(place.request(&["--request", "saved"]), blocked(6));
    }
}

#[test]
fn what_is_only_observed_passes_and_says_what_it_would() {
    let place = Place::new();
    let (code, test) = place.on("b.kr", &["found.txt"]);
    let request = part(&test, "request");
    assert_eq!((code, &request["verdict"], &request["would"]), (0, &"log".into(), &"block".into()));
    assert_eq!((&request["mode"], request["rule"]["number"].as_u64()), (&"observe".into(), Some(6)));
    let output = place.run("C.UTF-8", &["test", "--site", "b.kr", "found.txt"]);
    assert!(text(&output.stdout).contains("only observed, else refused"), "{}", text(&output.stdout));
}

#[test]
fn answers_are_judged_too() {
    let place = Place::new();
    place.write("page.html", format!("<p>주민등록번호</p><p>{NUMBER}</p>"));
    let (code, test) = place.tried(&["--download", "page.html"]);
    let answer = part(&test, "answer");
    assert_eq!((code, &test["method"], &answer["verdict"]), (1, &"GET".into(), &"mask".into()));
    assert_eq!(answer["rule"]["number"], 9);
    assert_eq!(kept(&answer, 6)["kept_by"], "direction");
    assert_eq!(place.tried(&["--download", "clean.txt"]).0, 0);
}

#[test]
fn wrong_arguments_and_files_are_told() {
    let place = Place::new();
    place.write("broken.toml", "[policy");
    for arguments in [
        &["test", "clean.txt"][..],
        &["test", "--site", "c.kr", "clean.txt"],
        &["test", "--site", "b.kr", "no-such-file"],
        &["test", "--site", "b.kr", "--role", "nobody", "clean.txt"],
        &["test", "--site", "b.kr", "--field", "x", "clean.txt"],
        &["test", "--request", "clean.txt"],
        &["test", "--curl", "--no-such-option", "x", "https://b.kr/"],
        &["explain", "no such rule"],
    ] {
        let output = place.run("C.UTF-8", arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_policy_and_its_rules_are_explained() {
    let place = Place::new();
    let output = place.run("C.UTF-8", &["explain"]);
    let english = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    for words in [
        "policy board (enforced)\nsites: www.a.kr, b.kr (only observed",
        "1. 1 admin (line 22)\n   whatever is asked for: refused\n   - only at /admin/**\n   - not for officer\n",
        "program, script in what is posted: refused",
        "- only if the form's field 'secret' is '1'",
        "- only in files called *명단*",
        "- only from 3 different values on",
        "what no rule names, in what is posted:\n",
    ] {
        assert!(english.contains(words), "{words} is not in {english}");
    }
    let by_name = place.run("C.UTF-8", &["explain", "7 many"]);
    let by_number = place.run("C.UTF-8", &["explain", "board/7"]);
    assert_eq!(text(&by_name.stdout), text(&by_number.stdout));
    let one = text(&by_name.stdout);
    for words in [
        "mobile number, landline number in what is posted: refused",
        "rules above it that are asked first:",
        "  4. 4 secret posts: mobile number: let through and recorded",
    ] {
        assert!(one.contains(words), "{words} is not in {one}");
    }
    assert!(!one.contains("6 numbers"), "{one}");
    let total = place.run("C.UTF-8", &["explain", "harvest"]);
    let total = text(&total.stdout);
    assert!(total.starts_with("policy board\nharvest: more than 200 different values of "), "{total}");
    let unknown = place.run("C.UTF-8", &["explain", "8 officer"]);
    let unknown = text(&unknown.stderr);
    assert!(unknown.contains("there are: \"1 admin\", ") && unknown.contains("\"8 officers\""), "{unknown}");
    let korean = place.run("ko_KR.UTF-8", &["explain", "6 numbers"]);
    let korean = text(&korean.stdout);
    for words in ["올리는 내용에서 주민등록번호: 막음", "확신도가 유력 이상일 때만", "사이트: www.a.kr, b.kr"]
    {
        assert!(korean.contains(words), "{words} is not in {korean}");
    }
}
