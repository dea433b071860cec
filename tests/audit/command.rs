//! `garim audit` as people run it.

use crate::tools::*;
use garim::audit::{Journal, Options};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The program; a build of this room alone has none.
const GARIM: Option<&str> = option_env!("CARGO_BIN_EXE_garim");

fn garim(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(GARIM.expect("the program"));
    let (action, rest) = args.split_first().expect("an action");
    command.args(["audit", action, "--dir"]).arg(folder).args(rest).env("LC_ALL", "C").env("USER", "auditor");
    command.output().expect("it runs")
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// A journal with a root secret of its own.
fn own() -> Options {
    Options::new("", "node-1")
}

fn journal(folder: &TempDir) -> Journal {
    Journal::open(Options { folder: folder.path().to_owned(), ..own() }).expect("a journal")
}

#[test]
fn verify_tells_by_its_exit_code() {
    if GARIM.is_none() {
        return;
    }
    let folder = folder();
    let (code, text) = said(&garim(folder.path(), &["verify"]));
    assert!(code == Some(2) && text.contains("cannot tell"), "{text}");
    append(&journal(&folder), 3);
    let (code, text) = said(&garim(folder.path(), &["verify"]));
    assert!(code == Some(0) && text.contains("5 records") && text.contains("public key of seals: "), "{text}");
    let (code, text) = said(&garim(folder.path(), &["verify", "--language", "ko"]));
    assert!(code == Some(0) && text.contains("이상 없음"), "{text}");
    let (code, text) = said(&garim(&folder.path().join("nowhere"), &["verify"]));
    assert!(code == Some(2) && text.contains("no such folder"), "{text}");
    let path = only(folder.path(), "log");
    let mut bad = lines(&path);
    bad[2] = bad[2].replacen("kim", "lee", 1);
    write(&path, &bad);
    let (code, text) = said(&garim(folder.path(), &["verify"]));
    assert!(
        code == Some(1) && text.contains("-000001.log record 2 (byte ") && text.contains("its MAC is wrong"),
        "{text}"
    );
    let (code, text) = said(&garim(folder.path(), &["verify", "--public-key", "x"]));
    assert!(code == Some(2) && text.contains("is no public key of seals"), "a slip of the pen is no alarm: {text}");
}

#[test]
fn a_folder_that_is_gone_is_told_by_its_seals() {
    let folder = folder();
    let (dir, seals) = (folder.path().join("journal"), folder.path().join("seals"));
    let journal = Journal::open(Options { seal_to: Some(seals.clone()), ..options(&dir) }).expect("a journal");
    append(&journal, 2);
    drop(journal);
    fs::remove_dir_all(&dir).expect("removed");
    let seals = seals.to_str().expect("a path");
    let output = garim(&dir, &["verify", "--seals", seals, "--language", "en"]);
    let (code, text) = said(&output);
    assert!(code == Some(1) && text.contains("is missing"), "{text}");
    assert_eq!(said(&garim(&dir, &["verify"])).0, Some(2), "without seals nobody can tell");
}

#[test]
fn a_journal_that_another_took_the_place_of_is_told_by_its_seals() {
    let folder = folder();
    let (dir, seals) = (folder.path().join("journal"), folder.path().join("seals"));
    let open = || Journal::open(Options { seal_to: Some(seals.clone()), ..options(&dir) }).expect("a journal");
    let first = open();
    append(&first, 2);
    drop(first);
    let told = || said(&garim(&dir, &["verify", "--seals", seals.to_str().expect("a path"), "--language", "en"]));
    let (code, text) = told();
    // Its key is elsewhere; beyond that there is nothing to tell.
    assert!(code == Some(2) && !text.contains("is missing"), "{text}");
    fs::remove_dir_all(&dir).expect("removed");
    // It runs and has not sealed anything: nothing of its own contradicts the seals of the other.
    let second = open();
    append(&second, 2);
    let (code, text) = told();
    assert!(code == Some(1) && text.contains("is missing"), "{text}");
    drop(second);
    let (code, text) = told();
    assert!(code == Some(1), "{text}");
}

#[test]
fn an_export_is_recorded() {
    if GARIM.is_none() {
        return;
    }
    let folder = folder();
    let running = journal(&folder);
    append(&running, 2);
    // Nobody takes records along without saying why, and nothing is written before.
    for why in [&[][..], &["--reason", ""], &["--reason", "..."]] {
        let (code, text) = said(&garim(folder.path(), &[&["export", "--kind", "view"], why].concat()));
        assert!(code == Some(1) && text.contains("--reason") && !text.contains("2 records"), "{why:?}: {text}");
    }
    let (code, text) = said(&garim(folder.path(), &["export", "--kind", "view", "--reason", "점검"]));
    assert!(code == Some(1) && text.contains("no running garim answers") && !text.contains("2 records"), "{text}");
    let (code, text) = said(&garim(folder.path(), &["prune", "--before", "2100-01-01"]));
    assert!(code == Some(1) && text.contains("garim is running"), "{text}");
    drop(running);
    let away = crate::tools::folder();
    let out = away.path().join("out.csv");
    let args = ["export", "--format", "csv", "--reason", "점검", "--out", out.to_str().expect("a path")];
    let (code, text) = said(&garim(folder.path(), &args));
    assert!(code == Some(0), "{text}");
    let table = fs::read_to_string(&out).expect("a file");
    assert!(table.starts_with('\u{feff}') && table.contains("\"export\"") && table.contains("\"점검\""), "{table}");
    let (code, _) = said(&garim(folder.path(), &args));
    assert_eq!(code, Some(1), "no file is written over");
    let (code, text) = said(&garim(folder.path(), &["list", "--kind", "export"]));
    assert!(code == Some(0) && text.contains("auditor (uid ") && text.contains("reason=점검"), "{text}");
    let (code, text) = said(&garim(folder.path(), &["list", "--kind", "export", "--language", "ko"]));
    assert!(code == Some(0) && text.contains("내보내기 (export)") && text.contains("사유=점검"), "{text}");
    assert!(text.contains("계정=auditor") && text.contains("파일="), "{text}");
    let (code, text) = said(&garim(folder.path(), &["verify"]));
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = said(&garim(folder.path(), &["prune", "--before", "2100-01-01"]));
    assert!(code == Some(0) && text.contains("segments with"), "{text}");
    let (code, text) = said(&garim(folder.path(), &["verify"]));
    assert!(code == Some(0) && text.contains("1 starts"), "{text}");
}

#[test]
fn the_sheet_of_a_month_is_written() {
    if GARIM.is_none() {
        return;
    }
    let folder = folder();
    append(&journal(&folder), 2);
    let month = garim::audit::korean_time(jiff::Timestamp::now().as_millisecond()).strftime("%Y-%m").to_string();
    let (code, text) = said(&garim(folder.path(), &["report", "--month", &month]));
    assert!(code == Some(0) && text.contains("Monthly check") && text.contains("<td>Intact</td>"), "{text}");
    let (code, text) =
        said(&garim(folder.path(), &["report", "--month", &month, "--language", "ko", "--format", "csv"]));
    assert!(code == Some(0) && text.contains("이상 없음"), "{text}");
    let (code, _) = said(&garim(folder.path(), &["report", "--month", "november"]));
    assert_eq!(code, Some(2));
}

#[test]
fn an_export_has_an_account_a_place_and_a_reason() {
    if GARIM.is_none() {
        return;
    }
    let folder = folder();
    append(&journal(&folder), 2);
    let from = |ssh: Option<&str>| {
        let mut command = Command::new(GARIM.expect("the program"));
        command.args(["audit", "export", "--reason", "월말 점검", "--kind", "export", "--dir"]).arg(folder.path());
        command.env("USER", "auditor").env_remove("SUDO_USER").env_remove("SSH_CONNECTION");
        ssh.map(|ssh| command.env("SSH_CONNECTION", ssh));
        said(&command.output().expect("it runs"))
    };
    for ssh in [None, Some("203.0.113.5 50022 10.0.0.1 22"), Some("not an address")] {
        assert_eq!(from(ssh).0, Some(0));
    }
    let (_, text) = said(&garim(folder.path(), &["list", "--kind", "export"]));
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(" export ")).collect();
    assert_eq!(lines.len(), 3, "{text}");
    for (line, place) in lines.iter().zip(["local", "203.0.113.5", "local"]) {
        assert!(line.contains(&format!("from={place} ")) && line.contains("reason=월말 점검"), "{line}");
        assert!(line.contains("account=auditor (uid "), "{line}");
    }
}
