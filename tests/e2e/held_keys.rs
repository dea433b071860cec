//! `garim key rotate` wraps the keys of holds anew, and keys of before can be removed.

use crate::held::{POLICY, accounts, at_the_machine, decides, form, held, receipt, send};
use crate::support::{Origin, Program, answer, garim, garim_with, until, write_secret};
use rustix::process::Signal;
use std::path::PathBuf;
use std::time::Duration;

fn key_path(program: &Program) -> PathBuf {
    program.folder().join("seal.key")
}

fn key(program: &Program, action: &str) -> (bool, String) {
    let path = key_path(program);
    at_the_machine(program, &["key", action, path.to_str().expect("a path")], "")
}

/// Leaves the first key of the file alone.
fn remove_older(program: &Program) {
    let text = std::fs::read_to_string(key_path(program)).expect("keys");
    let first = text.lines().find(|line| line.starts_with("seal-1 ")).expect("a key");
    write_secret(&key_path(program), &format!("{first}\n"));
}

fn reload(program: &Program) {
    let done = garim_with("reload", &program.config());
    assert_eq!(done.code, Some(0), "{}", done.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_the_keys_of_before_can_be_removed() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (sent, answered) = held(&program, &client, "/board/first").await;
    decides(&program, &["approve", &answered], "kim");
    send(&client, &sent).await;
    let (waiting, id) = held(&program, &client, "/board/second").await;
    let (done, said) = key(&program, "rotate");
    assert!(done && said.contains("wrapped anew, 0 were so already, 0 open under no key"), "{said}");
    // Its post may be destroyed by now; its answer has a key of its own.
    assert!(said.contains("keys of holds: 2") || said.contains("keys of holds: 3"), "{said}");
    // What a garim keeps that has not reloaded is under the key before.
    let (late, between) = held(&program, &client, "/board/third").await;
    reload(&program);
    let (done, said) = key(&program, "rewrap");
    assert!(done && said.contains("keys of holds: 1 wrapped anew"), "{said}");
    let (done, said) = key(&program, "rewrap");
    assert!(done && said.contains("keys of holds: 0 wrapped anew"), "{said}");
    remove_older(&program);
    reload(&program);
    for (token, id) in [(waiting, id), (late, between)] {
        decides(&program, &["approve", &id], "kim");
        assert_eq!(send(&client, &token).await.text(), "posted");
    }
    assert_eq!(origin.seen().pop().expect("a request").body, form().as_bytes());
    let (done, shown) = at_the_machine(&program, &["holds", "show", &answered, "--answer"], "");
    assert!(done && shown.contains("posted"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_beside_a_shared_database_is_wrapped_anew_too() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    held(&program, &program.client(), "/board/first").await;
    program.signal(Signal::TERM);
    until("it has ended", async || program.ended().is_some()).await;
    // Where a node keeps what it cannot bring to the database that it shares.
    let state = program.folder().join("state");
    for file in ["", "-wal", "-shm"].map(|ending| format!("garim.db{ending}")) {
        // The last two need not be there.
        if state.join(&file).exists() {
            std::fs::rename(state.join(&file), state.join(file.replace("garim", "standby"))).expect("renamed");
        }
    }
    let (done, said) = key(&program, "rotate");
    assert!(done && said.contains("keys of holds: 1 wrapped anew, 0 were so already"), "{said}");
    let (done, said) = key(&program, "rewrap");
    assert!(done && said.contains("keys of holds: 0 wrapped anew, 1 were so already"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_a_rotation_is_killed_every_hold_still_opens() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let mut holds = Vec::new();
    for number in 0..6 {
        holds.push(held(&program, &client, &format!("/board/{number}")).await);
    }
    let path = key_path(&program);
    for round in 0..24_u64 {
        let mut command = garim(&["key", "rotate"]);
        let mut child = command.arg(&path).arg("--config").arg(program.config()).spawn().expect("started");
        tokio::time::sleep(Duration::from_millis(2 + round * 2)).await;
        let _ = child.kill();
        child.wait().expect("ended");
    }
    let (done, said) = key(&program, "rotate");
    assert!(done && said.contains("0 open under no key"), "{said}");
    reload(&program);
    remove_older(&program);
    reload(&program);
    crate::held::behind_its_back(&program, "UPDATE holds SET state = 'approved', first_by = 'kim', first_at = 1").await;
    for (token, _) in &holds {
        assert!(receipt(&client, token).await.contains("name=\"garim-hold\""), "its head opens");
        assert_eq!(send(&client, token).await.text(), "posted");
    }
    assert_eq!(origin.seen().len(), holds.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_there_yet_loses_nothing() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program =
        Program::before(origin.port).policy(&POLICY.replace("[hold]\n", "[hold]\nrelease = \"forward\"\n")).start();
    accounts(&program);
    let (_, id) = held(&program, &program.client(), "/board/write").await;
    // The file had one key: the next is one that the running garim does not know.
    assert!(key(&program, "rotate").0);
    decides(&program, &["approve", &id], "kim");
    program.says("no key of this node opens an approved post");
    assert!(origin.seen().is_empty());
    reload(&program);
    assert_eq!(origin.requests(1).await.remove(0).body, form().as_bytes());
}

#[test]
fn what_is_no_key_file_of_the_configuration_is_said_and_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    write_secret(&folder.path().join("a.key"), &crate::support::key_file());
    write_secret(&folder.path().join("b.key"), &crate::support::key_file());
    let text = "[server]\nlisten = [\"127.0.0.1:0\"]\n[state]\ndir = \"s\"\nkey_file = \"a.key\"\n[[site]]\nhosts = [\"a\"]\n\
                tls = \"self-signed\"\nupstream = \"http://127.0.0.1:1\"\npolicy = \"b\"\n[policy.b]\n";
    std::fs::write(of("g.toml"), text).expect("written");
    let run = |arguments: &[&str]| {
        let ended = garim(arguments).output().expect("ended");
        (ended.status.code(), String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned())
    };
    let before = std::fs::read(of("b.key")).expect("keys");
    for action in ["rotate", "rewrap"] {
        let (code, said) = run(&["key", action, &of("b.key"), "--config", &of("g.toml")]);
        assert!(code == Some(1) && said.contains("the configuration's state.key_file is another"), "{said}");
    }
    let (code, said) = run(&["key", "rotate", &of("b.key"), "--config", &of("none.toml")]);
    assert!(code == Some(1) && said.contains("none.toml"), "{said}");
    assert_eq!(std::fs::read(of("b.key")).expect("keys"), before);
    let (code, said) = run(&["key", "rotate", &of("b.key")]);
    assert!(code == Some(0) && said.contains("the keys of holds, if there are any, stay as they are"), "{said}");
    let (code, said) = run(&["key", "rotate", &of("a.key"), "--config", &of("g.toml")]);
    assert!(code == Some(0) && said.contains("goes on to its next key"), "there is no store yet: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_key_opens_any_more_is_said_to_the_operator_the_approver_and_the_writer() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let keyless = |folder: &std::path::Path, _: &crate::support::Authority| {
        let config = folder.join("garim.toml");
        let text = std::fs::read_to_string(&config).expect("a configuration");
        std::fs::write(config, text.replacen("key_file = \"seal.key\"\n", "", 1)).expect("written");
    };
    let mut program = Program::before(origin.port).policy(POLICY).prepare(keyless).start();
    accounts(&program);
    let checked = garim_with("check", &program.config());
    assert!(
        checked.code == Some(0) && checked.errors.contains("[state] has no key_file: posts that wait"),
        "{checked:?}"
    );
    let (token, id) = held(&program, &program.client(), "/board/write").await;
    program.signal(Signal::TERM);
    program.ended();
    let program = program.again();
    program.says("posts that are kept cannot be opened");
    let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "kim"], crate::held::PASSWORD);
    assert!(done && said.contains("this post cannot be opened and sent"), "{said}");
    let client = program.client();
    for page in [receipt(&client, &token).await, send(&client, &token).await.text()] {
        assert!(page.contains("승인되었지만 지금은 올릴 수 없습니다") && !page.contains("garim-hold\""), "{page}");
    }
    assert!(origin.seen().is_empty());
}
