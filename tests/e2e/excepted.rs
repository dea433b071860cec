//! Exceptions that a policy administrator makes while garim runs: by the command line and in the console, in force within seconds
//! and until their end, and in the journal.

use crate::console::Staged;
use crate::held::{PASSWORD, at_the_machine};
use crate::support::{FORM, Origin, Piece, Program, RESIDENT, Seen, answer, garim, garim_with, until};

const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"never posted\"\non = \"upload\"\nfind = [\"주민등록번호\"]\n\
    action = \"block\"\n[[policy.board.rule]]\nname = \"no numbers\"\non = \"upload\"\nfind = [\"mobile-number\"]\naction = \"block\"\n";

fn accounts(program: &Program) {
    for (name, role) in [("choi", "policy-admin"), ("kim", "approver")] {
        let (done, said) = at_the_machine(program, &["user", "add", name, "--role", role], PASSWORD);
        assert!(done, "{said}");
    }
}

fn exceptions(program: &Program, arguments: &[&str]) -> (bool, String) {
    at_the_machine(program, &[&["exceptions"], arguments].concat(), PASSWORD)
}

async fn posts(program: &Program, value: &str) -> u16 {
    program.client().post("/w", FORM, format!("a={value}")).await.status.as_u16()
}

fn journal(program: &Program) -> String {
    at_the_machine(program, &["audit", "list", "--kind", "policy", "--language", "en"], "").1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_let_be_from_one_moment_to_another_without_a_restart() {
    let origin = Origin::always(answer("text/html", "", "ok")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    assert_eq!(posts(&program, RESIDENT).await, 403);
    let add = [
        "add",
        "--site",
        "localhost",
        "--rule",
        "never posted",
        "--until",
        "1h",
        "--reason",
        "이전 자료 옮기기",
        "--by",
    ];
    let (done, said) = exceptions(&program, &[&add[..], &["kim"]].concat());
    assert!(!done && said.contains("policy-admin"), "an approver makes none: {said}");
    let (done, _) = at_the_machine(&program, &[&["exceptions"], &add[..], &["choi"]].concat(), "another\n");
    assert!(!done, "with a wrong password");
    let logins = at_the_machine(&program, &["audit", "list", "--kind", "login", "--language", "en"], "").1;
    for (account, verdict) in [("kim", "in"), ("choi", "failed")] {
        let line = |line: &&str| line.contains(&format!("account={account} from=local {verdict} gate=command line"));
        assert!(logins.lines().any(|one| line(&one)), "{account} {verdict}: {logins}");
    }
    let (done, said) = exceptions(&program, &[&add[..], &["choi"]].concat());
    assert!(done && said.contains("rule=\"never posted\"") && said.contains("이전 자료 옮기기"), "{said}");
    let id = said.split(' ').next().expect("a number").to_owned();
    until("it is in force", async || posts(&program, RESIDENT).await == 200).await;
    assert_eq!(posts(&program, "010-1234-5678").await, 403, "another rule is as it was");
    // What is in force stays so over a reload and over a restart.
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    assert_eq!(posts(&program, RESIDENT).await, 200);
    let tried =
        at_the_machine(&program, &["policy", "test", "--path", "/w", "--method", "POST", "--field", "a=1"], "").1;
    assert!(tried.contains("1 exceptions hold here now"), "{tried}");
    let listed = exceptions(&program, &["list"]).1;
    assert!(listed.contains(&id) && listed.contains("by=choi"), "{listed}");

    let (done, said) = exceptions(&program, &["end", &id, "--by", "kim"]);
    assert!(!done, "{said}");
    let (done, said) = exceptions(&program, &["end", &id, "--by", "choi"]);
    assert!(done, "{said}");
    until("it has ended", async || posts(&program, RESIDENT).await == 403).await;
    let (done, said) = exceptions(&program, &["end", &id, "--by", "choi"]);
    assert!(!done && said.contains("no exception of this number holds"), "{said}");
    assert!(!exceptions(&program, &["list"]).1.contains(&id));
    assert!(exceptions(&program, &["list", "--all"]).1.contains("by choi"));
    let said = journal(&program);
    let begun = said.lines().find(|line| line.contains(" excepted")).unwrap_or_else(|| panic!("{said}"));
    for told in ["account=choi", "이전 자료 옮기기", "rule=never posted", id.as_str(), "until=", "localhost"] {
        assert!(begun.contains(told), "{told}: {begun}");
    }
    let over = said.lines().find(|line| line.contains("exception-over")).unwrap_or_else(|| panic!("{said}"));
    assert!(over.contains("account=choi") && over.contains(&id), "{over}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_is_let_be_until_its_time_and_recorded_under_the_exceptions_name() {
    let origin = Origin::always(answer("text/html", "", "ok")).await;
    let program = Program::before(origin.port).policy(POLICY).start();
    accounts(&program);
    let add = |until: &str, kind: &str, reason: &str| {
        let what = ["add", "--site", "localhost", "--kind", kind, "--until", until, "--reason", reason, "--by", "choi"];
        exceptions(&program, &what)
    };
    for (until, kind, reason, said) in [
        ("2020-01-01", "mobile-number", "행사 안내", "from today on"),
        ("3y", "mobile-number", "행사 안내", "at most a year"),
        ("1h", "*", "행사 안내", "not everything"),
        ("1h", "mobil", "행사 안내", "expected a kind"),
        ("1h", "mobile-number", "..", "few words"),
    ] {
        let (done, told) = add(until, kind, reason);
        assert!(!done && told.contains(said), "{until} {kind} {reason}: {told}");
    }
    let rule =
        ["add", "--site", "localhost", "--rule", "never posted", "--on", "upload", "--until", "1h", "--reason", "행사"];
    let (done, said) = exceptions(&program, &[&rule[..], &["--by", "choi"]].concat());
    assert!(!done && said.contains("cannot be used with"), "a rule says itself which way it is about: {said}");
    let (done, said) = add("6s", "휴대전화번호", "행사 안내 010-2345-6789");
    assert!(done && said.contains("010-****-6789") && !said.contains("2345"), "{said}");
    let id = said.split(' ').next().expect("a number").to_owned();
    until("it is in force", async || posts(&program, "010-1234-5678").await == 200).await;
    let record = program.record(|record| record["method"] == "POST" && record["status"] == 200);
    assert_eq!(
        (record["upload"]["rule"].as_str(), record["upload"]["verdict"].as_str()),
        (Some(format!("exception {id}").as_str()), Some("log"))
    );
    assert_eq!(posts(&program, RESIDENT).await, 403);
    until("it is over by itself", async || posts(&program, "010-1234-5678").await == 403).await;
    until("the journal says so", async || journal(&program).contains("exception-over")).await;
    assert!(!journal(&program).contains("2345"));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_console_an_administrator_makes_and_ends_one() {
    let origin = Origin::always(answer("text/html", "", "ok")).await;
    let program = Program::before(origin.port).policy(POLICY).top("[console]\nlisten = \"127.0.0.1:0\"\n").start();
    let staged = Staged::with(program, origin, &[("choi", "policy-admin"), ("kim", "approver"), ("lee", "viewer")]);
    let (choi, kim, lee) =
        (staged.signed_in("choi").await, staged.signed_in("kim").await, staged.signed_in("lee").await);
    let form = |page: &crate::support::Answer, rest: &str| format!("{}\r\n{rest}", crate::console::csrf(page));
    let page = staged.get("/exceptions", &choi).await;
    assert!(page.text().contains("never posted") && page.text().contains("지금은 예외가 없습니다"), "{}", page.text());
    let wanted =
        "site=localhost\r\nrule=\r\nkind=mobile-number\r\non=upload\r\nuntil=2h\r\nreason=<b>행사</b> 안내\r\n";
    assert_eq!(staged.post("/exceptions/add", &choi, form(&page, &wanted.replace("2h", "someday"))).await, 400);
    assert_eq!(staged.post("/exceptions/add", &choi, form(&page, &wanted.replace("upload", "sideways"))).await, 400);
    assert_eq!(
        staged.post("/exceptions/add", &choi, wanted.to_owned()).await,
        403,
        "without what the form brings along"
    );
    assert_eq!(staged.post("/exceptions/add", &choi, form(&page, wanted)).await, 303);
    until("it is in force", async || posts(&staged.program, "010-1234-5678").await == 200).await;
    let shown = staged.get("/exceptions", &choi).await;
    assert!(
        shown.text().contains("&lt;b&gt;행사&lt;/b&gt; 안내")
            && shown.text().contains("mobile-number (올리는 글에서만)")
            && shown.text().contains("<td>choi</td>"),
        "{}",
        shown.text()
    );
    let id = shown.text().split("/exceptions/").find_map(|rest| rest.split_once("/end\"").map(|(id, _)| id.to_owned()));
    let id = id.filter(|id| !id.contains('"')).unwrap_or_else(|| panic!("no button in {}", shown.text()));
    let seen = staged.get("/exceptions", &lee).await.text();
    assert!(seen.contains("행사") && !seen.contains("<form"), "who looks on makes none: {seen}");
    assert_eq!(staged.get("/exceptions", &kim).await.status, 403);
    assert!(!staged.get("/", &kim).await.text().contains("/exceptions"), "no link leads where nobody is let in");
    assert!(!staged.get("/", &kim).await.text().contains("/journal"), "nor to the journal");
    assert!(staged.get("/", &lee).await.text().contains("/journal"));
    assert_eq!(staged.post(&format!("/exceptions/{id}/end"), &choi, form(&shown, "")).await, 303);
    until("it has ended", async || posts(&staged.program, "010-1234-5678").await == 403).await;
    assert_eq!(staged.post(&format!("/exceptions/{id}/end"), &choi, form(&shown, "")).await, 409);
    let over = staged.get("/exceptions", &lee).await.text();
    assert!(over.contains("끝난 예외") && over.contains("<td>choi</td></tr>"), "{over}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_which_approvers_have_no_account() {
    let origin = Origin::always(answer("text/html", "", "ok")).await;
    let policy = "[hold]\napprovers = { \"*\" = [\"kim\", \"nobody\"] }\ndeputy = [\"choi\", \"park\"]\n[policy.board]\n\
        [[policy.board.rule]]\non = \"upload\"\nfind = [\"mobile-number\"]\naction = \"hold\"\n";
    let program = Program::before(origin.port).policy(policy).start();
    accounts(&program);
    assert!(at_the_machine(&program, &["user", "add", "park", "--role", "approver"], PASSWORD).0);
    assert!(at_the_machine(&program, &["user", "disable", "park"], "").0);
    let checked = garim_with("check", &program.config());
    assert_eq!(checked.code, Some(0), "{checked:?}");
    for said in [
        "warning: nobody approves what is held by [hold], and has no account: garim user add nobody --role approver",
        "승인자 nobody에게 계정이 없습니다",
        "choi approves what is held by [hold], and is no approver",
        "park approves what is held by [hold], and the account is disabled",
    ] {
        assert!(checked.errors.contains(said), "{said}: {}", checked.errors);
    }
    assert!(!checked.errors.contains("kim "), "{}", checked.errors);
}

#[test]
fn a_pipe_that_is_closed_early_breaks_no_command_off() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/config/garim.toml");
    for arguments in
        [&["policy", "explain", "--config", config][..], &["check", "--config", config], &["hash", "--help"]]
    {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let errors = writer.try_clone().expect("its end");
        let ended = garim(arguments).stdout(writer).stderr(errors).status().expect("ended");
        assert!(ended.code().is_some_and(|code| code != 101), "{arguments:?}: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_may_be_let_be_in_what_is_posted_and_not_in_what_is_shown() {
    let site = |seen: &Seen| {
        let text = if seen.head.starts_with("GET ") { "call 010-1234-5678" } else { "ok" };
        vec![Piece::Send(answer("text/html", "", text))]
    };
    let origin = Origin::new(site).await;
    let rule = "[policy.board]\n[[policy.board.rule]]\nname = \"no numbers\"\nfind = [\"mobile-number\"]\naction = \"block\"\n";
    let program = Program::before(origin.port).policy(rule).start();
    accounts(&program);
    let client = program.client();
    assert_eq!((posts(&program, "010-1234-5678").await, client.get("/").await.status.as_u16()), (403, 403));
    let what = ["add", "--site", "localhost", "--kind", "mobile-number", "--on", "upload", "--until", "1h"];
    let (done, said) = exceptions(&program, &[&what[..], &["--reason", "연락처를 적는 행사", "--by", "choi"]].concat());
    assert!(done && said.contains("kind=mobile-number on=upload"), "{said}");
    until("it is in force", async || posts(&program, "010-1234-5678").await == 200).await;
    assert_eq!(client.get("/").await.status, 403, "what is shown is as it was");
    let (_, listed) = exceptions(&program, &["list"]);
    assert!(listed.contains("kind=mobile-number on=upload"), "{listed}");
    let recorded = journal(&program);
    assert!(recorded.contains("kinds=mobile-number on=upload"), "{recorded}");
}
