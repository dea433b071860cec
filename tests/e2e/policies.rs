//! What the rules of a policy do to real exchanges.

use crate::support::{FORM, Origin, Program, RESIDENT, RESIDENT_MASKED, answer, page};

const MOBILE: &str = "010-1234-5678";

async fn origin() -> Origin {
    Origin::always(answer("text/html; charset=utf-8", "", page(&format!("{RESIDENT} 전화 {MOBILE}")))).await
}

fn policy(head: &str, rules: &[&str]) -> String {
    let rules: String =
        rules.iter().map(|rule| format!("[[policy.board.rule]]\n{}\n", rule.replace("; ", "\n"))).collect();
    format!("[policy.board]\n{head}\n{rules}")
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_go_by_path_and_direction_and_from_the_top() {
    let origin = origin().await;
    let rules = [
        "path = [\"/open/**\"]; on = \"upload\"; find = [\"*\"]; action = \"pass\"",
        "path = [\"/관리/*\"]; find = [\"*\"]; action = \"block\"",
        "on = \"upload\"; find = [\"주민등록번호\"]; action = \"block\"",
        "on = \"download\"; find = [\"@contact\"]; action = \"mask\"",
    ];
    let program = Program::before(origin.port).policy(&policy("", &rules)).start();
    let client = program.client();
    let planted = format!("a={RESIDENT}");
    for (path, status) in [("/open/a/b", 200), ("/open", 403), ("/board", 403), ("/%EA%B4%80%EB%A6%AC/1", 403)] {
        assert_eq!(client.post(path, FORM, planted.clone()).await.status, status, "{path}");
    }
    assert_eq!(client.post("/board", FORM, format!("a={MOBILE}")).await.status, 200, "no rule: logged");
    assert_eq!(client.get("/%EA%B4%80%EB%A6%AC/1").await.status, 403);
    assert_eq!(client.get("/%EA%B4%80%EB%A6%AC/1/2").await.status, 200, "a star stays within a segment");
    let shown = client.get("/open/a").await.text();
    assert!(shown.contains(RESIDENT) && shown.contains("010-****-5678"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_go_by_site() {
    let origin = origin().await;
    let rules = [
        "site = [\"second.test\"]; find = [\"*\"]; action = \"block\"",
        "find = [\"@unique-identifiers\"]; action = \"mask\"",
    ];
    let second = format!(
        "[[site]]\nhosts = [\"second.test\"]\ntls = \"self-signed\"\nupstream = \"http://127.0.0.1:{}\"\npolicy = \"board\"",
        origin.port
    );
    let program = Program::before(origin.port).policy(&policy("", &rules)).top(&second).start();
    assert!(program.client().get("/").await.text().contains(RESIDENT_MASKED));
    let request = http::Request::get("/").header("host", "second.test").body("").expect("a request");
    assert_eq!(program.client().send(request).await.status, 403);
    let record = program.record(|record| record["site"] == "second.test");
    assert_eq!(record["download"]["verdict"], "block");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_is_of_different_values_over_the_whole_exchange() {
    let origin = origin().await;
    let rules = ["on = \"upload\"; find = [\"@contact\"]; at_least = 3; action = \"block\""];
    let program = Program::before(origin.port).policy(&policy("", &rules)).start();
    let client = program.client();
    let (a, b, c) = (MOBILE, "010-2345-6789", "hong@example.com");
    for (path, body, status) in [
        ("/", format!("a={a}&b={b}"), 200),
        ("/", format!("a={a}&b={a}&c={b}&d=01012345678"), 200),
        ("/", format!("a={a}&b={b}&c={c}"), 403),
        ("/?q=010-2345-6789", format!("a={a}&c={c}"), 403),
        ("/?q=010-2345-6789", format!("a={a}&b={b}"), 200),
    ] {
        assert_eq!(client.post(path, FORM, body.clone()).await.status, status, "{path} {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_acts_from_its_confidence_on() {
    let origin = origin().await;
    // A right date and a wrong check digit: a resident number since 2020 may have any.
    let (sound, unsound) = (RESIDENT, "900101-1234567");
    for (confidence, refused) in [("possible", true), ("probable", true), ("certain", false)] {
        let rule =
            format!("find = [\"주민등록번호\"]; confidence = \"{confidence}\"; on = \"upload\"; action = \"block\"");
        let program = Program::before(origin.port).policy(&policy("", &[&rule])).start();
        assert_eq!(program.client().post("/", FORM, format!("a={sound}")).await.status, 403, "{confidence}");
        let status = program.client().post("/", FORM, format!("a={unsound}")).await.status;
        assert_eq!(status == 403, refused, "{confidence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_observed_goes_through_and_is_recorded() {
    let origin = origin().await;
    let rules = [
        "name = \"up\"; on = \"upload\"; find = [\"*\"]; action = \"block\"",
        "name = \"down\"; on = \"download\"; find = [\"*\"]; action = \"mask\"",
    ];
    let observing = rules.map(|rule| format!("{rule}; mode = \"observe\""));
    let observing: Vec<&str> = observing.iter().map(String::as_str).collect();
    let programs = [
        Program::before(origin.port).policy(&policy("mode = \"observe\"", &rules)).start(),
        Program::before(origin.port).policy(&policy("mode = \"enforce\"", &rules)).site("mode = \"observe\"").start(),
        Program::before(origin.port).policy(&policy("mode = \"enforce\"", &observing)).start(),
    ];
    for (number, program) in programs.iter().enumerate() {
        let body = format!("a={RESIDENT}");
        let shown = program.client().post("/observed", FORM, body.clone()).await;
        assert_eq!(shown.status, 200, "{number}");
        assert!(shown.text().contains(RESIDENT) && shown.text().contains(MOBILE), "{number}: {}", shown.text());
        assert_eq!(origin.seen().pop().expect("a request").body, body.as_bytes());
        let record = program.record(|record| record["path"] == "/observed");
        for (side, would, rule) in [("upload", "block", "up"), ("download", "mask", "down")] {
            let side = &record[side];
            assert_eq!(
                (&side["verdict"], &side["would"], &side["rule"]),
                (&"log".into(), &would.into(), &rule.into()),
                "{record}"
            );
        }
    }
    let enforcing = Program::before(origin.port)
        .policy(&policy(
            "mode = \"observe\"",
            &rules.map(|rule| format!("{rule}; mode = \"enforce\"")).each_ref().map(String::as_str),
        ))
        .site("mode = \"observe\"")
        .start();
    assert_eq!(
        enforcing.client().post("/", FORM, format!("a={RESIDENT}")).await.status,
        403,
        "the rule's own mode goes first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_decides_what_no_rule_names() {
    let origin = origin().await;
    for (default, posted, shown, verdict) in [
        ("pass", 200, RESIDENT, "pass"),
        ("log", 200, RESIDENT, "log"),
        ("mask", 200, RESIDENT_MASKED, "mask"),
        ("block", 403, "", "block"),
    ] {
        let program = Program::before(origin.port).policy(&policy(&format!("default = \"{default}\""), &[])).start();
        assert_eq!(program.client().post("/", FORM, format!("a={RESIDENT}")).await.status, posted, "{default}");
        let answer = program.client().get("/shown").await;
        assert!(answer.text().contains(shown), "{default}: {}", answer.text());
        assert_eq!(answer.status, posted, "{default}");
        let record = program.record(|record| record["path"] == "/shown");
        assert_eq!(record["download"]["verdict"], verdict, "{record}");
    }
}
