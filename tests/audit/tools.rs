//! Journals to be tried out, and a second, independent writing of their format.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use garim::audit::{Check, Checked, Event, Fsync, Journal, Options, Verdict, What, verify};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The root secret of all tests.
pub const ROOT: &[u8] = b"0123456789abcdef0123456789abcdef";

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Small and quick: no test of these is about power cuts.
pub fn options(folder: &Path) -> Options {
    let mut options = Options::new(folder, "node-1");
    options.root = Some(ROOT.to_vec());
    options.fsync = Fsync::Every(Duration::ZERO);
    options
}

pub fn open(folder: &Path) -> Journal {
    Journal::open(options(folder)).expect("a journal")
}

pub fn event(number: u64) -> Event {
    Event { account: Some("kim".into()), ..Event::new("view") }.with("number", number.to_string())
}

/// Appends so many, one after the other.
pub fn append(journal: &Journal, count: u64) {
    for number in 0..count {
        journal.append(&event(number)).expect("taken").wait().expect("written");
    }
}

/// What is there now: what a killed process would leave, if a journal is open.
pub fn copy(from: &Path) -> TempDir {
    let to = folder();
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_file() {
            fs::copy(entry.path(), to.path().join(entry.file_name())).expect("copied");
        }
    }
    to
}

pub fn check(folder: &Path) -> Checked {
    check_with(folder, None)
}

pub fn check_with(folder: &Path, seals: Option<&Path>) -> Checked {
    verify(Check { folder, roots: &[ROOT.to_vec()], seals, public_keys: &[] })
}

/// Intact, and nothing but these is remarked.
pub fn well(folder: &Path, remarks: &[What]) -> Checked {
    let checked = check(folder);
    let said: Vec<&What> = checked.remarks.iter().map(|remark| &remark.what).collect();
    assert_eq!(said, remarks.iter().collect::<Vec<_>>(), "{checked:#?}");
    assert_eq!(checked.verdict(), Verdict::Intact);
    checked
}

/// Broken, and the first thing said is this.
pub fn broken(folder: &Path, what: &str) -> Checked {
    let checked = check(folder);
    assert_eq!(checked.verdict(), Verdict::Broken, "{what}: {checked:#?}");
    checked
}

pub fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let is = |path: &PathBuf| path.extension().is_some_and(|have| have == end) && path.to_string_lossy().contains('T');
    let mut files: Vec<PathBuf> = entries
        .filter(|path| is(path) && !matches!(path.file_stem(), Some(stem) if stem == "signing" || stem == "root"))
        .collect();
    files.sort();
    files
}

pub fn only(folder: &Path, end: &str) -> PathBuf {
    let files = files(folder, end);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

pub fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).expect("text").lines().map(str::to_owned).collect()
}

pub fn write(path: &Path, lines: &[String]) {
    fs::write(path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).expect("written");
}

fn hmac_of(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes).as_ref().to_vec()
}

/// The key of a record.
pub fn key_of(start: &str, seq: u64) -> Vec<u8> {
    let mut key = hmac_of(ROOT, format!("garim journal first\0{start}").as_bytes());
    (0..seq).for_each(|_| key = next(&key));
    key
}

pub fn next(key: &[u8]) -> Vec<u8> {
    Sha256::digest([b"garim journal next", key].concat()).to_vec()
}

/// Chains lines again from the one at `from` on, under a key that moves on.
pub fn rechain(lines: &mut [String], from: usize, mut key: Vec<u8>) {
    for at in from..lines.len() {
        let prev = match at.checked_sub(1) {
            Some(before) => URL_SAFE_NO_PAD.encode(Sha256::digest(&lines[before])),
            None => {
                let line = &lines[at];
                let at = line.rfind("\"prev\":\"").expect("a hash") + 8;
                line[at..at + 43].to_owned()
            }
        };
        let head = lines[at].rfind(",\"prev\":\"").expect("a hash");
        let covered = format!("{},\"prev\":\"{prev}", &lines[at][..head]);
        let mac = URL_SAFE_NO_PAD.encode(hmac_of(&key, covered.as_bytes()));
        lines[at] = format!("{covered}\",\"mac\":\"{mac}\"}}");
        key = next(&key);
    }
}

/// The start id of a log.
pub fn start_of(path: &Path) -> String {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    name[..35].to_owned()
}

/// A field of the newest slot of a state file.
pub fn state(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).expect("text");
    let slots = text.split('\n').filter_map(|slot| slot.split_once('\t')).map(|(json, _)| json);
    let states = slots.map(|json| serde_json::from_str::<serde_json::Value>(json).expect("JSON"));
    states.max_by_key(|state| state["turn"].as_u64()).expect("a state")
}

/// Writes a state over both slots, as somebody would who can write files.
pub fn put_state(path: &Path, state: &serde_json::Value) {
    let order = ["turn", "stage", "records", "hash", "key", "seals", "seal", "next", "proof"];
    let fields: Vec<String> = order.iter().map(|name| format!("\"{name}\":{}", state[name])).collect();
    let json = format!("{{{}}}", fields.join(","));
    let mut slot = format!("{json}\t{}", URL_SAFE_NO_PAD.encode(Sha256::digest(&json)));
    slot.push_str(&" ".repeat(1023 - slot.len()));
    slot.push('\n');
    fs::write(path, format!("{slot}{slot}")).expect("written");
}

/// Whether the loss of the last record would be told: the state on the disk counts it.
pub fn counts_the_last(folder: &Path) -> bool {
    let left = copy(folder);
    let log = only(left.path(), "log");
    let mut kept = lines(&log);
    assert!(kept.pop().is_some() && !kept.is_empty(), "more than one record");
    write(&log, &kept);
    check(left.path()).verdict() == Verdict::Broken
}
