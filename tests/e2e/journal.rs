//! The audit journal of a running garim: what was decided stands in it before it has an effect, and cannot be altered unseen.

use crate::support::{FORM, Origin, Piece, Program, RESIDENT, Seen, answer, garim, garim_with, page, until};
use rustix::process::Signal;
use std::io::Write;
use std::process::Stdio;

const MOBILE: &str = "010-1234-5678";
const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"numbers\"\non = \"upload\"\nfind = [\"주민등록번호\"]\n\
    action = \"block\"\n[[policy.board.rule]]\nname = \"phones\"\nfind = [\"mobile-number\"]\naction = \"log\"\n";

/// What `garim audit` says of the program's journal, and its exit code.
fn audit(program: &Program, arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut command = garim(&[&["audit"], arguments].concat());
    command.arg("--config").arg(program.config());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("written");
    let ended = child.wait_with_output().expect("ended");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// The lines of the journal.
fn lines(program: &Program) -> Vec<String> {
    let folder = program.folder().join("state/journal");
    let mut logs: Vec<_> = std::fs::read_dir(folder)
        .expect("a journal")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "log"))
        .collect();
    logs.sort();
    let text: String = logs.iter().map(|path| std::fs::read_to_string(path).expect("a log")).collect();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_is_kept_and_can_be_checked() {
    let origin = Origin::always(answer("text/html", "", page(&format!("call {MOBILE}")))).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    assert_eq!(client.get("/nothing-found").await.status, 200);
    assert_eq!(client.post("/board", FORM, format!("a={MOBILE}")).await.status, 200);
    // Its record is on the disk before the site has it.
    assert!(lines(&program).iter().any(|line| line.contains("\"path\":\"/board\"") && line.contains("\"upload\"")));
    assert_eq!(client.post("/refused", FORM, format!("a={RESIDENT}")).await.status, 403);
    until("the refusal is recorded", async || lines(&program).iter().any(|line| line.contains("request-refused")))
        .await;

    let all = lines(&program).join("\n");
    assert!(!all.contains(MOBILE) && !all.contains("01012345678") && !all.contains(RESIDENT), "{all}");
    let (code, said) = audit(&program, &["verify"], "");
    assert_eq!(code, Some(0), "{said}");
    let (code, listed) = audit(&program, &["list", "--kind", "exchange"], "");
    assert!(code == Some(0) && listed.contains("/refused") && listed.contains("rule=numbers"), "{listed}");

    let (code, who) = audit(&program, &["who"], &format!("{MOBILE}\n"));
    assert!(code == Some(0) && who.contains("/board") && who.contains("leaked") && !who.contains("/refused"), "{who}");
    let (_, who) = audit(&program, &["who"], "900101-1234568\n");
    assert!(who.contains("/refused") && who.contains("stopped") && !who.contains("leaked"), "{who}");
    let (_, who) = audit(&program, &["who"], "010-9999-8888\n");
    assert!(who.contains("0 records"), "{who}");

    // One letter of one record.
    let folder = program.folder().join("state/journal");
    let log = std::fs::read_dir(&folder)
        .expect("a journal")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("/refused")))
        .expect("a log");
    let text = std::fs::read_to_string(&log).expect("a log");
    std::fs::write(&log, text.replacen("/refused", "/rephused", 1).replacen("rephused", "refuser", 1))
        .expect("written");
    let (code, said) = audit(&program, &["verify"], "");
    assert_eq!(code, Some(1), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_and_an_end_are_recorded_and_the_next_start_goes_on() {
    let origin = Origin::always(answer("text/html", "", "x")).await;
    let mut program = Program::before(origin.port).policy(POLICY).start();
    program.edit_config("name = \"phones\"", "name = \"telephones\"");
    let ended = garim(&["reload", "--config"]).arg(program.config()).output().expect("a reload");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    program.signal(Signal::TERM);
    assert_eq!(program.ended(), Some(0));
    let program = program.again();
    assert_eq!(program.client().post("/w", FORM, format!("a={MOBILE}")).await.status, 200);
    let all = lines(&program);
    for kind in ["\"start\"", "\"policy\"", "\"stop\"", "\"exchange\""] {
        assert!(all.iter().any(|line| line.contains(&format!("\"kind\":{kind}"))), "{kind} in {all:#?}");
    }
    let (code, said) = audit(&program, &["verify"], "");
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_refused_unless_the_operator_says_otherwise() {
    let origin = Origin::always(answer("text/html", "", "x")).await;
    for (top, last) in [("", 503), ("[journal]\nwhen_broken = \"pass\"", 200)] {
        // Files end after so many blocks, as on a full disk.
        let program = Program::before(origin.port).policy(POLICY).top(top).after("trap '' XFSZ; ulimit -f 32").start();
        let client = program.client();
        let mut statuses = Vec::new();
        for number in 0..60 {
            let body = format!("a={MOBILE}&n={number}");
            statuses.push(client.post("/board", FORM, body).await.status.as_u16());
        }
        assert_eq!((statuses[0], statuses[59]), (200, last), "{statuses:?}");
        assert_eq!(client.get("/nothing-found").await.status, 200, "of what is clean there is nothing to record");
        assert_eq!(client.post("/refused", FORM, format!("a={RESIDENT}")).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_streams_may_hold_something_and_does_not_begin_without_a_journal() {
    let long = page(&"nothing to be found ".repeat(40_000));
    let [long, short] = [long, "x".to_owned()].map(|body| answer("text/html", "", body));
    let served =
        move |seen: &Seen| vec![Piece::Send(if seen.target() == "/long" { long.clone() } else { short.clone() })];
    let origin = Origin::new(served).await;
    let program = Program::before(origin.port).policy(POLICY).after("trap '' XFSZ; ulimit -f 32").start();
    let client = program.client();
    assert_eq!(client.get("/long").await.status, 200);
    for number in 0..60 {
        client.post("/board", FORM, format!("a={MOBILE}&n={number}")).await;
    }
    assert_eq!(client.get("/long").await.status, 503);
}

/// What commands do while garim runs stands in its journal too: it alone may write there.
#[tokio::test(flavor = "multi_thread")]
async fn what_commands_do_is_recorded_by_the_process_that_runs() {
    let origin = Origin::always(answer("text/html", "", "x")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    assert_eq!(program.client().post("/board", FORM, format!("a={MOBILE}")).await.status, 200);
    let out = program.folder().join("out.csv");
    let export = ["export", "--format", "csv", "--reason", "monthly check", "--out", out.to_str().expect("a path")];
    let (code, said) = audit(&program, &export, "");
    assert_eq!(code, Some(0), "{said}");
    assert!(std::fs::read_to_string(&out).expect("a table").contains("/board"));
    let mut command = garim(&["user", "add", "kim", "--role", "approver", "--by", "park", "--config"]);
    let mut child = command.arg(program.config()).stdin(Stdio::piped()).spawn().expect("started");
    child.stdin.take().expect("its input").write_all(b"Kx7!mq2z-w\n").expect("written");
    assert!(child.wait().expect("ended").success());
    let done = lines(&program);
    let has = |words: &[&str]| done.iter().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(has(&["\"kind\":\"export\"", "monthly check"]), "{done:#?}");
    assert!(
        has(&["\"kind\":\"account\"", "\"account\":\"park\"", "\"verdict\":\"add\"", "\"name\":\"kim\""]),
        "{done:#?}"
    );
    // Another key, and the next records are by the same chain.
    let rotated = garim(&["key", "rotate"]).arg(program.folder().join("seal.key")).status().expect("run");
    assert!(rotated.success());
    program.signal(Signal::HUP);
    until("the key's change is recorded", async || {
        lines(&program).iter().any(|line| line.contains("\"kind\":\"key\""))
    })
    .await;
    program.signal(Signal::TERM);
    program.ended();
    let disable = garim(&["user", "disable", "kim", "--by", "park", "--config"]).arg(program.config()).status();
    assert!(disable.expect("run").success());
    assert!(lines(&program).iter().any(|line| line.contains("\"verdict\":\"disable\"")), "by a journal of its own");
    let (code, said) = audit(&program, &["verify"], "");
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_is_taken_away_is_told_and_nothing_goes_on_unrecorded() {
    let origin = Origin::always(answer("text/html", "", page(&format!("call {MOBILE}")))).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    let client = program.client();
    assert_eq!(client.post("/before", FORM, format!("a={MOBILE}")).await.status, 200);
    let (journal, away) = (program.folder().join("state/journal"), program.folder().join("away"));
    std::fs::rename(&journal, &away).expect("moved");
    let before = origin.seen().len();
    assert_eq!(client.post("/unrecorded", FORM, format!("a={MOBILE}")).await.status, 503);
    assert_eq!(origin.seen().len(), before, "it did not reach the site");
    assert_eq!(client.get("/unrecorded").await.status, 503);
    let (status, said) = program.operations("/readyz").await;
    assert!(status == 503 && said.contains("removed or replaced"), "{said}");
    std::fs::rename(&away, &journal).expect("moved back");
    until("the journal is written again", async || {
        client.post("/after", FORM, format!("a={MOBILE}")).await.status == 200
    })
    .await;
    assert_eq!(program.operations("/readyz").await.0, 200);
    let (code, said) = audit(&program, &["verify", "--language", "en"], "");
    assert!(code == Some(0) && said.contains("could not be written"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_place_that_is_not_there_is_said_wherever_somebody_looks() {
    let origin = Origin::always(answer("text/html", "", "nothing")).await;
    let mut program = Program::before(origin.port).policy(POLICY).start();
    program.signal(Signal::TERM);
    program.ended();
    let missing = program.folder().join("nowhere/garim.seals");
    program.edit_config("[state]\n", &format!("[state]\nseal_to = \"{}\"\n", missing.display()));
    let program = program.again();
    let checked = garim_with("check", &program.config());
    let warned = checked.code == Some(0) && checked.errors.contains("the folder of \"seal_to\" is not there");
    assert!(warned, "{checked:?}");
    program.client().post("/a", FORM, format!("a={MOBILE}")).await;
    program.says("the audit journal is in trouble");
    until("/readyz says it", async || {
        let (status, said) = program.operations("/readyz").await;
        status == 200 && said.contains("seals: ")
    })
    .await;
    std::fs::create_dir(missing.parent().expect("a folder")).expect("made");
    until("the copy of the seals is caught up with", async || {
        let checked = audit(&program, &["verify", "--seals", missing.to_str().expect("a path")], "").0;
        checked == Some(0) && !program.operations("/readyz").await.1.contains("seals: ")
    })
    .await;
}
