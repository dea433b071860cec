//! Rules with an end, and sites that are one port.

use crate::support::{FORM, Origin, Program, RESIDENT, RESIDENT_MASKED, answer, garim_with, page};
use http::Request;

/// An exception from a block, until a day.
fn excepted_until(day: &str) -> String {
    format!(
        "[policy.board]\n[[policy.board.rule]]\nname = \"move to the new form\"\non = \"upload\"\n\
         find = [\"주민등록번호\"]\naction = \"log\"\nuntil = {day}\nreason = \"the old form is still in use\"\nby = \"kim\"\n\
         [[policy.board.rule]]\nname = \"never posted\"\non = \"upload\"\nfind = [\"주민등록번호\"]\naction = \"block\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_holds_on_its_last_day_and_not_after() {
    let origin = Origin::always(answer("text/html", "", "ok")).await;
    let today = garim::config::today().to_string();
    for (day, status, rule) in
        [(today.as_str(), 200, "move to the new form"), ("2999-12-31", 200, "move to the new form")]
    {
        let program = Program::before(origin.port).policy(&excepted_until(day)).start();
        assert_eq!(program.client().post("/w", FORM, format!("a={RESIDENT}")).await.status, status, "{day}");
        let record = program.record(|record| record["method"] == "POST");
        assert_eq!(record["upload"]["rule"], rule);
    }
    let program = Program::before(origin.port).policy(&excepted_until("2020-03-31")).start();
    assert_eq!(program.client().post("/w", FORM, format!("a={RESIDENT}")).await.status, 403);
    let record = program.record(|record| record["method"] == "POST");
    assert_eq!(record["upload"]["rule"], "never posted");
    let checked = garim_with("check", &program.config());
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let warning = "warning: the rule applied until 2020-03-31, which is past: it does not apply any more";
    assert!(checked.errors.contains(warning) && checked.errors.contains("2020-03-31까지만"), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_about_access_ends_too() {
    let origin = Origin::always(answer("text/html", "", "ok")).await;
    let policy = |day: &str| {
        format!(
            "[policy.board]\n[[policy.board.rule]]\npath = [\"/old/**\"]\naction = \"pass\"\nuntil = {day}\n\
             [[policy.board.rule]]\npath = [\"/old/**\", \"/new/**\"]\naction = \"block\"\n"
        )
    };
    let program = Program::before(origin.port).policy(&policy("2999-12-31")).start();
    assert_eq!(program.client().get("/old/1").await.status, 200);
    assert_eq!(program.client().get("/new/1").await.status, 403);
    program.edit_config("2999-12-31", "2020-12-31");
    let reloaded = garim_with("reload", &program.config());
    assert_eq!(reloaded.code, Some(0), "{reloaded:?}");
    assert_eq!(program.client().get("/old/1").await.status, 403);
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_may_be_one_port_of_a_name() {
    let origin = Origin::always(answer("text/html", "", page(RESIDENT))).await;
    let (first, second) = (free_port(), free_port());
    // The site of all ports masks; that of the second port has a policy of its own, and another upstream path to tell.
    let other = Origin::always(answer("text/html", "", page("the other site"))).await;
    let policy = format!(
        "[policy.board]\n[[policy.board.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"mask\"\n\
         [[site]]\nhosts = [\"localhost:{second}\"]\ntls = {{ cert = \"cert.pem\", key = \"key.pem\" }}\n\
         upstream = \"http://127.0.0.1:{}\"\npolicy = \"closed\"\n\
         [policy.closed]\n[[policy.closed.rule]]\nmethod = [\"POST\"]\naction = \"block\"\n",
        other.port
    );
    let program = Program::before(origin.port)
        .policy(&policy)
        .prepare(move |folder, _| {
            let config = folder.join("garim.toml");
            let text = std::fs::read_to_string(&config).expect("a configuration");
            let both = format!("listen = [\"127.0.0.1:{first}\", \"127.0.0.1:{second}\"]");
            std::fs::write(config, text.replacen("listen = [\"127.0.0.1:0\"]", &both, 1)).expect("written");
        })
        .start();
    let asked = async |port: u16, method: &str, host: String| {
        let client = crate::support::Client::new(port, program.authority().pem());
        let request = Request::builder().method(method).uri("/").header("host", host);
        client.send(request.body("").expect("a request")).await
    };
    let masked = asked(first, "GET", format!("localhost:{first}")).await.text();
    assert!(masked.contains(RESIDENT_MASKED), "{masked}");
    assert!(asked(second, "GET", format!("localhost:{second}")).await.text().contains("the other site"));
    // What counts is what the browser asks for, which a proxy or a NAT before garim may have mapped to another port.
    assert!(asked(first, "GET", format!("LOCALHOST:{second}")).await.text().contains("the other site"));
    assert!(asked(second, "GET", "localhost".to_owned()).await.text().contains(RESIDENT_MASKED));
    assert_eq!(asked(first, "POST", format!("localhost:{first}")).await.status, 200);
    assert_eq!(asked(second, "POST", format!("localhost:{second}")).await.status, 403);
    let record = program.record(|record| record["outcome"] == "no-access");
    assert_eq!(record["site"], format!("localhost:{second}"));
    assert!(other.seen().iter().all(|seen| !seen.head.starts_with("POST")));
}
