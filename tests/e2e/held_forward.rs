//! `[hold] release = "forward"`: garim itself sends what was approved, once, whatever happens.

use crate::held::{MOBILES, POLICY, accounts, at_the_machine, decides, form, held, receipt, send};
use crate::support::{Origin, Piece, Program, Seen, answer, garim_with, ok, until};
use http::Request;
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::time::Duration;

/// Long enough for what would be sent a second time.
const TWO_ROUNDS: Duration = Duration::from_secs(5);

fn forwarding() -> String {
    POLICY.replace("[hold]\n", "[hold]\nrelease = \"forward\"\n")
}

async fn told(client: &crate::support::Client, token: &str, words: &str) -> String {
    let mut page = String::new();
    until(words, async || {
        page = receipt(client, token).await;
        page.contains(words)
    })
    .await;
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_sent_as_it_came_and_once() {
    let origin = Origin::always(answer("text/html; charset=utf-8", "", "<p>등록됨 010-9876-5432</p>")).await;
    let program = Program::before(origin.port).policy(&forwarding()).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write?no=7").await;
    let said = decides(&program, &["approve", &id], "kim");
    assert!(said.contains("garim posts it"), "{said}");
    let arrived = origin.requests(1).await.remove(0);
    assert_eq!((arrived.target(), arrived.body.as_slice()), ("/board/write?no=7", form().as_bytes()));
    assert_eq!(arrived.field("cookie"), ["PHPSESSID=old"], "the session of then");
    assert_eq!(arrived.field("host"), ["localhost"]);
    assert_eq!(arrived.field("x-forwarded-for"), ["127.0.0.1"]);
    let page = told(&client, &token, "이미 올라갔습니다").await;
    assert!(page.contains("HTTP 200") && page.contains("등록됨 010-****-5432"), "{page}");
    let (_, shown) = at_the_machine(&program, &["holds", "show", &id, "--answer"], "");
    assert!(shown.contains("등록됨 010-****-5432"), "{shown}");
    let record = program.record(|record| record["consent"] == "released");
    assert_eq!((&record["outcome"], &record["why"]), (&"answered".into(), &"approved: kim".into()));
    assert!(send(&client, &token).await.text().contains("이미 올라갔습니다"), "its writer cannot send it again");
    tokio::time::sleep(TWO_ROUNDS).await;
    assert_eq!(origin.seen().len(), 1);
    let checked = garim_with("check", &program.config());
    let all = checked.output + &checked.errors;
    assert!(checked.code == Some(0) && all.contains("the session and the CSRF token of then"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_page_is_a_failure_that_is_shown() {
    let origin = Origin::new(|_: &Seen| {
        vec![Piece::Send(b"HTTP/1.1 302 Found\r\nLocation: /login.do\r\nContent-Length: 0\r\n\r\n".to_vec())]
    })
    .await;
    let site = "identity = { login = { path = \"/login.do\" } }";
    let program = Program::before(origin.port).site(site).policy(&forwarding()).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    decides(&program, &["approve", &id], "kim");
    let page = told(&client, &token, "누리집이 받지 않았습니다").await;
    assert!(page.contains("HTTP 302") && page.contains("/login.do"), "{page}");
    let (_, listed) = at_the_machine(&program, &["holds", "list", "--all"], "");
    assert!(listed.contains("login page"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_reach_the_site_is_tried_again_later() {
    let port = Origin::always(ok()).await.port;
    let program = Program::before(port).policy(&forwarding()).start();
    accounts(&program);
    let (token, id) = held(&program, &program.client(), "/board/write").await;
    decides(&program, &["approve", &id], "kim");
    until("it was tried", async || {
        let (_, shown) = at_the_machine(&program, &["holds", "show", &id], "");
        shown.contains(" approved ") && shown.contains("the site could not be reached")
    })
    .await;
    assert!(receipt(&program.client(), &token).await.contains("승인되어 곧 올라갑니다"));
    // The same where its writer sends it: nothing is lost, and the button is still there.
    let program = Program::before(port).policy(POLICY).start();
    accounts(&program);
    let client = program.client();
    let (token, id) = held(&program, &client, "/board/write").await;
    decides(&program, &["approve", &id], "kim");
    assert_eq!(send(&client, &token).await.status, 502);
    assert!(receipt(&client, &token).await.contains("name=\"garim-hold\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_being_sent_at_a_kill_is_unknown_and_not_sent_again() {
    let origin = Origin::new(|_: &Seen| vec![Piece::Pause(Duration::from_secs(60)), Piece::Send(ok())]).await;
    let mut program = Program::before(origin.port).policy(&forwarding()).start();
    accounts(&program);
    let (token, id) = held(&program, &program.client(), "/board/write").await;
    decides(&program, &["approve", &id], "kim");
    origin.requests(1).await;
    assert!(receipt(&program.client(), &token).await.contains("올라갔는지 알 수 없습니다"), "while it is sent");
    program.signal(Signal::KILL);
    program.ended();
    let program = program.again();
    let page = told(&program.client(), &token, "올라갔는지 알 수 없습니다").await;
    assert!(page.contains("다시 보내지 않습니다"), "{page}");
    until("it is given up", async || {
        let (_, listed) =
            at_the_machine(&program, &["audit", "export", "--kind", "approval", "--reason", "a test"], "");
        listed.lines().any(|line| line.contains("failed") && line.contains("unknown"))
    })
    .await;
    let (_, listed) = at_the_machine(&program, &["holds", "list", "--all"], "");
    assert!(listed.contains("not known, and it is not sent again"), "{listed}");
    tokio::time::sleep(TWO_ROUNDS).await;
    assert_eq!(origin.seen().len(), 1, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_it_is_killed_no_post_arrives_twice() {
    let origin = Origin::new(|_: &Seen| vec![Piece::Pause(Duration::from_millis(30)), Piece::Send(ok())]).await;
    let mut program = Program::before(origin.port).policy(&forwarding()).start();
    accounts(&program);
    let mut posted = 0_u32;
    for wait in [1_700, 1_950, 2_050, 2_200, 2_500_u64] {
        let client = program.client();
        for _ in 0..6 {
            posted += 1;
            let path = format!("/board/{posted}");
            let request = Request::post(&path).header("host", "localhost").header("content-type", "text/plain");
            let shown = client.send(request.body(MOBILES).expect("a request")).await;
            assert_eq!(shown.status, 202);
        }
        // Each by itself would take half a second of a password's hash.
        crate::held::behind_its_back(
            &program,
            "UPDATE holds SET state = 'approved', first_by = 'kim', first_at = 1 WHERE state = 'waiting'",
        )
        .await;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        program.signal(Signal::KILL);
        program.ended();
        program = program.again();
    }
    until("nothing is left to be sent", async || {
        let (_, listed) = at_the_machine(&program, &["holds", "list", "--all"], "");
        listed.lines().filter(|line| line.contains(" destroyed/")).count() == posted as usize
    })
    .await;
    let mut arrived = BTreeMap::new();
    for seen in origin.seen() {
        *arrived.entry(seen.target().to_owned()).or_insert(0) += 1;
    }
    assert!(arrived.values().all(|times| *times == 1), "{arrived:?}");
    let (_, listed) = at_the_machine(&program, &["holds", "list", "--all"], "");
    let unknown = listed.matches("not known, and it is not sent again").count();
    assert!(arrived.len() + unknown >= posted as usize, "what did not arrive is said: {arrived:?} {listed}");
    assert!(arrived.len() > unknown, "{unknown} of {posted}");
}
