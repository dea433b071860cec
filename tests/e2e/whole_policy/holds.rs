//! What `[hold]` of the whole policy says: who may approve, how many must, until when, and how the post goes on.

use super::asks::{Ask, form, numbers};
use super::{site, whole};
use crate::held::{PASSWORD, accounts, at_the_machine, behind, receipt, send};
use crate::support::Program;

/// Posts what is held: the token of its receipt, and its number.
async fn held(program: &Program, (number, ask): (usize, Ask)) -> (String, String) {
    let (_, address, request) = ask.somewhere(number);
    let shown = program.client().send(request).await;
    assert_eq!(shown.status, 202, "{}", shown.text());
    let record = program.record(|record| record["client"] == address.as_str());
    (behind(&shown.text(), "/.well-known/garim/hold?"), record["id"].as_str().expect("an id").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_approves_how_many_and_how_it_goes_on_is_as_it_says() {
    let origin = site().await;
    let program = whole(&origin);
    accounts(&program);
    let client = program.client();
    let decides = |word: &str, id: &str, by: &str| at_the_machine(&program, &["holds", word, id, "--by", by], PASSWORD);
    let approves = |id: &str, by: &str| decides("approve", id, by);
    let body = |count| format!("c={}", numbers(count));

    // The pages of the schools have their own approver; the deputy is everywhere.
    let (token, id) = held(&program, (1, form("/board/edu/write", &body(10)))).await;
    let (done, said) = approves(&id, "kim");
    assert!(!done && said.contains("not an approver of /board/edu/write"), "{said}");
    assert!(receipt(&client, &token).await.contains("담당자의 승인을 기다립니다"));
    assert!(approves(&id, "lee").0);
    let (done, said) = approves(&id, "lee");
    assert!(!done && said.contains("already"), "approving twice: {said}");
    // Its writer posts it, once.
    let posted = || origin.seen().into_iter().filter(|seen| seen.head.starts_with("POST")).collect::<Vec<_>>();
    assert!(posted().is_empty(), "nothing goes on by itself");
    assert!(send(&client, &token).await.text().contains("posted"));
    send(&client, &token).await;
    let sent = posted();
    assert!(sent.len() == 1 && sent[0].target() == "/board/edu/write" && sent[0].body == body(10).as_bytes());

    // From a hundred on there must be two, and one person is not two.
    let (token, id) = held(&program, (2, form("/qna", &body(100)))).await;
    let (done, said) = approves(&id, "kim");
    assert!(done && said.contains("a second person must approve too"), "{said}");
    assert!(!approves(&id, "kim").0, "one is not two");
    assert!(!send(&client, &token).await.text().contains("posted"));
    let (done, said) = approves(&id, "park");
    assert!(done && said.contains("the writer can post it now"), "{said}");
    let (_, id) = held(&program, (3, form("/qna", &body(99)))).await;
    let (_, listed) = at_the_machine(&program, &["holds", "list"], "");
    assert!(listed.contains(&id), "{listed}");
    assert!(decides("refuse", &id, "park").0);
    let (done, said) = approves(&id, "kim");
    assert!(!done, "what is refused stays so: {said}");

    // For three days.
    let (_, shown) = at_the_machine(&program, &["holds", "show", &id], "");
    let (from, to) = shown.split_once('(').and_then(|(_, rest)| rest.split_once(" ~ ")).expect("two times");
    let time = |text: &str| text.get(..16).and_then(|text| text.parse::<jiff::civil::DateTime>().ok()).expect(text);
    assert_eq!(time(to).duration_since(time(from)).as_hours(), 72, "{shown}");
}
