//! Holds in trouble: two at once, tokens that are not meant, keys, locks and disks.

use crate::held::{MOBILES, PASSWORD, POLICY, accounts, at_the_machine, decides, held, receipt, send, store};
use crate::support::{Client, FORM, Origin, Program, answer, garim_with, until};
use http::Request;
use std::os::unix::fs::PermissionsExt;

async fn posted(client: &Client, path: &str, body: &str) -> crate::support::Answer {
    let request = Request::post(path).header("host", "localhost").header("content-type", "text/plain");
    client.send(request.body(body.to_owned()).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_at_once_one_does_and_the_other_is_told() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let (token, id) = held(&program, &program.client(), "/board/write").await;
    let decide = |what: &'static str, by: &'static str| {
        let (program, id) = (&program, &id);
        move || at_the_machine(program, &["holds", what, id, "--by", by], PASSWORD)
    };
    let (first, second) = std::thread::scope(|scope| {
        let both = (scope.spawn(decide("approve", "kim")), scope.spawn(decide("refuse", "park")));
        (both.0.join().expect("ended"), both.1.join().expect("ended"))
    });
    assert!(first.0 != second.0, "{first:?} {second:?}");
    let (loser, winner) = if first.0 { (&second.1, "kim") } else { (&first.1, "park") };
    // The winner's refusal may be destroyed by the time the loser is told.
    let told = loser.contains(&format!("{winner} has decided already")) || loser.contains("has been destroyed");
    assert!(told, "{loser}");
    if first.0 {
        let client = program.client();
        assert_eq!(send(&client, &token).await.text(), "posted");
        let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "park"], PASSWORD);
        let told = ["kim has decided already", "has been sent already", "has been destroyed"];
        assert!(!done && told.iter().any(|words| said.contains(words)), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_once_and_for_its_own_post() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    decides(&program, &["approve", &id], "kim");
    // With a body of somebody's beside it, it is no word of garim's: it is a post like any other, and what was held stays.
    let body = format!("garim-hold={token}\r\ntext=another body {MOBILES}");
    assert!(posted(&client, "/board/write", &body).await.text().contains("담당자의 승인을 기다립니다"));
    assert!(origin.seen().is_empty());
    for wrong in
        ["0".repeat(40), format!("{token}0"), token[1..].to_owned(), token.replace(|c: char| c.is_ascii_digit(), "z")]
    {
        posted(&client, "/board/write", &format!("garim-hold={wrong}\r\n")).await;
    }
    assert!(origin.seen().iter().all(|seen| !seen.body.starts_with(b"--B")), "nothing of what is held was sent");
    let before = origin.seen().len();
    // Wherever the word comes to, what was approved goes to its own address.
    assert_eq!(posted(&client, "/other/place", &format!("garim-hold={token}\r\n")).await.text(), "posted");
    let arrived = origin.seen().pop().expect("a request");
    assert!(arrived.target() == "/board/write" && arrived.body.starts_with(b"--B"));
    let again = send(&client, &token).await.text();
    assert!(again.contains("이미 올라갔습니다"), "{again}");
    assert_eq!(origin.seen().len(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_that_is_gone_or_open_to_others_is_named() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let mut program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    decides(&program, &["approve", &id], "kim");
    assert_eq!(send(&client, &token).await.text(), "posted");
    let key = program.folder().join("seal.key");
    let mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("its mode");
    mode(0o640);
    let (done, said) = at_the_machine(&program, &["holds", "show", &id, "--answer"], "");
    assert!(!done && said.contains("others may read") && said.contains("chmod 600"), "{said}");
    let (done, said) = at_the_machine(&program, &["key", "rotate", key.to_str().expect("a path")], "");
    assert!(!done && said.contains("others may read") && said.contains("chmod 600"), "{said}");
    mode(0o600);
    std::fs::rename(&key, program.folder().join("away")).expect("away");
    for arguments in [["holds", "show", &id, "--answer"], ["key", "rewrap", key.to_str().expect("a path"), ""]] {
        let arguments: Vec<&str> = arguments.into_iter().filter(|one| !one.is_empty()).collect();
        let (done, said) = at_the_machine(&program, &arguments, "");
        assert!(!done && said.contains("seal.key"), "{said}");
    }
    // Another key in its place opens nothing, and says so.
    crate::support::write_secret(&key, &garim::seal::key_file(&[[9; 32]]));
    let (done, said) = at_the_machine(&program, &["holds", "show", &id, "--answer"], "");
    assert!(!done && said.contains("it was altered, or its key is gone"), "{said}");
    program.signal(rustix::process::Signal::TERM);
    program.ended();
    std::fs::rename(program.folder().join("away"), &key).expect("back");
    let program = program.again();
    assert!(at_the_machine(&program, &["holds", "show", &id, "--answer"], "").1.contains("posted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_locked_store_does_not_take_is_refused_and_nothing_of_it_stays() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    let mut other = store(&program).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("locked");
    let shown = posted(&client, "/board/other", MOBILES).await;
    assert_eq!(shown.status, 503, "{}", shown.text());
    let (done, said) = at_the_machine(&program, &["holds", "approve", &id, "--by", "kim"], PASSWORD);
    assert!(!done && said.contains("the store is locked by another process; nothing was written"), "{said}");
    assert!(receipt(&client, &token).await.contains("담당자의 승인을 기다립니다"), "who only asks is told");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("unlocked");
    assert_eq!(std::fs::read_dir(program.folder().join("state/holds")).expect("a folder").count(), 1);
    decides(&program, &["approve", &id], "kim");
    assert_eq!(send(&client, &token).await.text(), "posted");
    assert_eq!(origin.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_refused() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    let folder = program.folder().join("state/holds");
    std::fs::remove_dir(&folder).expect("empty");
    std::fs::write(&folder, "no folder").expect("written");
    let shown = posted(&client, "/board/write", MOBILES).await;
    assert_eq!(shown.status, 503, "{}", shown.text());
    assert!(shown.text().contains("저장된 것은 없습니다"), "{}", shown.text());
    program.says("a post cannot be held, and is refused");
    std::fs::remove_file(&folder).expect("removed");
    std::fs::create_dir(&folder).expect("made");
    assert_eq!(posted(&client, "/board/write", MOBILES).await.status, 202);
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_file_or_with_one_that_others_may_read_it_does_not_start() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    program.signal(rustix::process::Signal::TERM);
    program.ended();
    let key = program.folder().join("seal.key");
    let refused = |words: &str| {
        for command in ["run", "check"] {
            let said = garim_with(command, &program.config());
            assert!(said.code.is_some_and(|code| code != 0) && said.errors.contains(words), "{command}: {said:?}");
        }
    };
    for mode in [0o640, 0o604, 0o660] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("its mode");
        refused("chmod 600");
    }
    std::fs::remove_file(&key).expect("removed");
    refused("is not there; make it with: garim key new");
    std::fs::write(&key, "no key\n").expect("written");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("its mode");
    refused("seal.key");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_held() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let (journal, away) = (program.folder().join("state/journal"), program.folder().join("away"));
    std::fs::rename(&journal, &away).expect("moved");
    let refused = program.client().post("/board/unrecorded", FORM, format!("a={MOBILES}")).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    let (done, listed) = at_the_machine(&program, &["holds", "list", "--all"], "");
    assert!(done && !listed.contains("/board/unrecorded"), "{listed}");
    std::fs::rename(&away, &journal).expect("moved back");
    until("it is written again", async || {
        program.client().post("/board/recorded", FORM, format!("a={MOBILES}")).await.status == 202
    })
    .await;
    // It was recorded before it was kept, and as held.
    let logs = std::fs::read_dir(&journal).expect("a journal").flatten();
    let text: String = logs.filter_map(|log| std::fs::read_to_string(log.path()).ok()).collect();
    let told = text.lines().filter(|line| line.contains("/board/recorded") && line.contains("\"verdict\":\"hold\""));
    assert!(told.count() >= 1, "{text}");
}
