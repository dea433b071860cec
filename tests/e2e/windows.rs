//! Totals over time: somebody who takes numbers one page at a time.

use crate::support::{Http, Origin, Piece, Program, Seen, answer, page, until};
use http::Request;

/// A page for each number.
async fn origin() -> Origin {
    Origin::new(|seen: &Seen| {
        let number: u32 = seen.target().rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        vec![Piece::Send(answer("text/html", "", page(&format!("call 010-2345-{:04}", 1000 + number))))]
    })
    .await
}

fn policy(rule: &str, window: &str) -> String {
    format!(
        "[policy.board]\n[[policy.board.rule]]\non = \"download\"\nfind = [\"mobile-number\"]\naction = \"{rule}\"\n\
         [[policy.board.window]]\nname = \"harvest\"\nper = \"session\"\nfind = [\"*\"]\ndifferent = 5\nin = \"10m\"\n{window}\n"
    )
}

fn get(number: u32, session: &str) -> Request<&'static str> {
    let request = Request::get(format!("/board/{number}")).header("host", "localhost");
    request.header("cookie", format!("PHPSESSID={session}")).body("").expect("a request")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_numbers_one_by_one_is_stopped_and_stays_so_after_a_restart() {
    let origin = origin().await;
    let mut program = Program::before(origin.port).policy(&policy("log", "action = \"block\"")).start();
    let client = program.client();
    let status = async |number, session: &str| client.over(Http::One, get(number, session)).await.status.as_u16();
    for number in [1, 2, 3, 4, 5, 1, 1, 2] {
        assert_eq!(status(number, "a").await, 200, "{number}: five different ones, and those again");
    }
    let beyond = client.send(get(6, "a")).await;
    assert!(beyond.status == 429 && beyond.text().contains("너무 많이") && !beyond.text().contains("010-2345-1006"));
    assert_eq!((status(1, "a").await, status(6, "b").await), (429, 200), "another session is another");
    let record = program.record(|record| record["beyond"] == true);
    assert_eq!(record["outcome"], "answer-refused");
    program.signal(rustix::process::Signal::KILL);
    program.ended();
    let program = program.again();
    assert_eq!(program.client().send(get(7, "a")).await.status, 429);
    assert_eq!(program.client().send(get(7, "c")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_shown_unmasked_counts_and_exempt_addresses_do_not() {
    let origin = origin().await;
    for (rule, window) in [
        ("mask", "action = \"block\""),
        ("log", "action = \"block\"\nexcept = [\"127.0.0.0/8\"]"),
        ("log", "action = \"log\""),
    ] {
        let program = Program::before(origin.port).policy(&policy(rule, window)).start();
        for number in 0..12 {
            assert_eq!(program.client().send(get(number, "a")).await.status, 200, "{rule} {window} {number}");
        }
        if window == "action = \"log\"" {
            program.record(|record| record["beyond"] == true && record["outcome"] == "answered");
        }
    }
}

/// Several nodes share a database, and it is away: each counts for itself, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_shared_database_a_node_begins_counts_and_says_so() {
    let origin = origin().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let policy = policy("log", "action = \"block\"");
    let state = move |folder: &std::path::Path, _: &crate::support::Authority| {
        let config = folder.join("garim.toml");
        let text = std::fs::read_to_string(&config).expect("a configuration");
        let database = format!("[state]\ndatabase = \"postgres://garim@127.0.0.1:{free}/garim\"");
        std::fs::write(&config, text.replace("[state]", &database)).expect("written");
    };
    let program = Program::before(origin.port).policy(&policy).prepare(state).start();
    let client = program.client();
    for number in 0..8 {
        let expected = if number < 5 { 200 } else { 429 };
        assert_eq!(client.send(get(number, "a")).await.status, expected, "{number}");
    }
    until("it says so", async || {
        let (status, said) = program.operations("/readyz").await;
        status == 200 && said.starts_with("ready\nstore: the database does not answer")
    })
    .await;
    program.says("the store is away");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_counted_is_not_shown_and_nobody_is_told_that_it_was_too_much() {
    let origin = origin().await;
    let program = Program::before(origin.port).policy(&policy("log", "action = \"block\"")).start();
    assert_eq!(program.client().send(get(1, "a")).await.status, 200);
    crate::held::behind_its_back(&program, "ALTER TABLE window_values RENAME TO elsewhere").await;
    let refused = program.client().send(get(2, "a")).await;
    assert!(refused.status == 503 && !refused.text().contains("너무 많이"), "{}", refused.text());
    crate::held::behind_its_back(&program, "ALTER TABLE elsewhere RENAME TO window_values").await;
    assert_eq!(program.client().send(get(3, "a")).await.status, 200);
}
