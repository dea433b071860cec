//! `garim detect` and `garim hash` as people and scripts meet them: the built program, its output and its exit codes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Synthetic, as every number here; its check digit holds.
const NUMBER: &str = "900101-1234568";

/// Runs the program in a folder with this on standard input.
fn garim(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    let input = input.to_vec();
    // It need not read all of it.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("its output");
    writer.join().expect("written");
    output
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn a_table_for_people_in_both_languages() {
    let folder = folder(&[("a.html", &format!("<p>주민번호</p>\n<p>{NUMBER}</p>"))]);
    let output = garim(folder.path(), &["detect", "a.html"], b"");
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Vec<&str>> = text(&output.stdout).lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[1], ["resident-registration-number", "certain", "line", "2", "900101-*******"]);
    assert_eq!(lines[2], ["1", "found"]);
    let mut korean = Command::new(env!("CARGO_BIN_EXE_garim"));
    korean.args(["detect", "a.html"]).current_dir(folder.path()).env("LC_ALL", "ko_KR.UTF-8");
    let output = korean.output().expect("its output");
    let output = text(&output.stdout);
    assert!(output.contains("주민등록번호") && output.contains("2번째 줄") && output.contains("모두 1건"), "{output}");
    assert!(!output.contains("1234568"));
}

#[test]
fn json_tells_kind_confidence_and_bytes_and_never_the_value() {
    let folder =
        folder(&[("a.html", &format!("<p>가 {NUMBER}</p>")), ("b.txt", "nothing"), ("c.bin", "\u{1}\u{2}\u{3}")]);
    let output = garim(folder.path(), &["detect", "--json", "a.html", "b.txt", "c.bin"], b"");
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(
        lines,
        [
            "{\"file\":\"a.html\",\"kind\":\"resident-registration-number\",\"confidence\":\"certain\",\"start\":7,\"end\":21,\
             \"masked\":\"900101-*******\",\"place\":\"line 1\"}",
            "{\"file\":\"c.bin\",\"kind\":\"uninspectable:binary\",\"confidence\":\"certain\",\"start\":0,\"end\":3,\"masked\":\"\",\
             \"place\":\"the file\"}",
        ]
    );
}

#[test]
fn exit_codes_are_0_for_clean_1_for_found_and_2_for_trouble() {
    let folder = folder(&[("clean.txt", "안녕하세요"), ("found.txt", NUMBER)]);
    let code = |arguments: &[&str], input: &[u8]| garim(folder.path(), arguments, input).status.code();
    assert_eq!(code(&["detect", "clean.txt"], b""), Some(0));
    assert_eq!(code(&["detect", "clean.txt", "found.txt"], b""), Some(1));
    assert_eq!(code(&["detect", "found.txt", "no-such-file"], b""), Some(2));
    assert_eq!(code(&["detect", "."], b""), Some(2));
    assert_eq!(code(&["detect", "--kind", "no-such-kind", "clean.txt"], b""), Some(2));
    assert_eq!(code(&["detect", "--type", "pdf", "clean.txt"], b""), Some(2));
    assert_eq!(code(&["detect"], NUMBER.as_bytes()), Some(1));
    assert_eq!(code(&["detect", "-"], b"900101-1******"), Some(0));
}

#[test]
fn filters_leave_the_rest_out() {
    let folder = folder(&[("a.txt", &format!("{NUMBER} 010-2234-5678 hong.gd@example.com"))]);
    let kinds = |arguments: &[&str]| -> Vec<String> {
        let all: Vec<&str> = ["detect", "--json"].into_iter().chain(arguments.iter().copied()).collect();
        let output = garim(folder.path(), &all, b"");
        let lines =
            text(&output.stdout).lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        lines.map(|line| line["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    assert_eq!(kinds(&["a.txt"]).len(), 3);
    assert_eq!(kinds(&["--kind", "@contact", "a.txt"]), ["mobile-number", "email-address"]);
    assert_eq!(kinds(&["--kind", "주민등록번호,email-address", "a.txt"]).len(), 2);
    assert_eq!(kinds(&["--confidence", "certain", "--kind", "휴대전화번호", "a.txt"]), ["mobile-number"]);
}

#[test]
fn masked_text_keeps_its_length_and_all_else() {
    let page = format!("<p>번호 {NUMBER}</p><input value=\"010-2234-5678\">\n");
    let folder = folder(&[("a.html", &page)]);
    let output = garim(folder.path(), &["detect", "--mask", "a.html"], b"");
    assert_eq!(text(&output.stdout), page.replace("1234568", "*******").replace("2234", "****"));
    assert_eq!(output.status.code(), Some(1));
    let (korean, _, _) = encoding_rs::EUC_KR.encode(&page);
    let output = garim(folder.path(), &["detect", "--mask", "--type", "html", "--charset", "euc-kr"], &korean);
    assert_eq!(output.stdout.len(), korean.len());
    // It streams: more than would be held.
    let long = format!("{}{NUMBER}", "가나다라 마바사\n".repeat(200_000));
    let output = garim(folder.path(), &["detect", "--mask"], long.as_bytes());
    assert_eq!(text(&output.stdout), long.replace("1234568", "*******"));
    let output = garim(folder.path(), &["detect", "--mask"], b"%PDF-1.7 900101-1234568");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "what is not read is not passed on");
}

const CONFIG: &str = "[server]\nlisten = [\"127.0.0.1:8443\"]\n[state]\nkey_file = \"seal.key\"\n[[site]]\nhosts = [\"a.kr\"]\ntls = \"self-signed\"\n\
    upstream = \"http://10.0.0.5:80\"\npolicy = \"p\"\n[policy.p]\n[[policy.p.rule]]\nfind = [\"*\"]\naction = \"mask\"\n\
    [detector.badge]\npattern = '\\bB-[0-9]{4}\\b'\nmask = \"keep-last:1\"\n\
    [detector.record]\ntogether = [\"badge\", \"mobile-number\"]\nwithin = 30\n";

#[test]
fn a_configuration_adds_detectors_and_allows_values_by_their_hashes() {
    let folder = folder(&[("a.txt", "B-1234 010-2234-5678")]);
    let key = garim(folder.path(), &["key", "new", "seal.key"], b"");
    assert_eq!(key.status.code(), Some(0));
    let hash = |arguments: &[&str], input: &[u8]| {
        let all: Vec<&str> = ["hash", "--key", "seal.key"].into_iter().chain(arguments.iter().copied()).collect();
        garim(folder.path(), &all, input)
    };
    let hashed = hash(&[], b"010-2234-5678\n");
    let written = text(&hashed.stdout).trim().to_owned();
    assert!(written.starts_with("hmac:") && written.len() == 33, "{written}");
    assert_eq!(text(&hash(&["--kind", "mobile-number"], b"+82 10 2234 5678").stdout).trim(), written);
    assert_eq!(hash(&[], b"hello").status.code(), Some(1));
    assert!(!text(&hashed.stdout).contains("2234") && !text(&hashed.stderr).contains("2234"));

    let config = folder.path().join("garim.toml");
    std::fs::write(&config, CONFIG).expect("written");
    let found = |arguments: &[&str]| {
        let all: Vec<&str> =
            ["detect", "--json", "--config", "garim.toml"].into_iter().chain(arguments.iter().copied()).collect();
        let output = garim(folder.path(), &all, b"");
        let lines =
            text(&output.stdout).lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let told = lines.map(|line| format!("{} {}", line["kind"].as_str().unwrap(), line["masked"].as_str().unwrap()));
        told.collect::<Vec<_>>()
    };
    assert_eq!(found(&["a.txt"]), ["badge *-***4", "mobile-number 010-****-5678", "record *-***4, 010-****-5678"]);
    assert_eq!(found(&["--kind", "badge", "a.txt"]), ["badge *-***4"]);
    std::fs::write(&config, format!("{CONFIG}[[allow]]\nhashes = [\"{written}\"]\n")).expect("written");
    assert_eq!(found(&["a.txt"]), ["badge *-***4"]);
    std::fs::write(&config, format!("{CONFIG}[[allow]]\nhashes = [\"{written}\"]\nuntil = 2020-01-31\n"))
        .expect("written");
    assert_eq!(found(&["a.txt"]).len(), 3, "what has expired is found again");
    let checked = garim(folder.path(), &["check", "--config", "garim.toml"], b"");
    assert!(
        text(&checked.stderr).contains("garim.toml:22:9: warning: allowed until 2020-01-31"),
        "{}",
        text(&checked.stderr)
    );
}
