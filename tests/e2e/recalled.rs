//! Answers that came before are not read again, and nobody can tell.

use crate::support::{MASK_ALL, Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, answer, garim_with, page};
use http::Request;

const HTML: &str = "text/html; charset=utf-8";

fn listing() -> String {
    page(&format!("<p>주민등록번호 {RESIDENT}</p><p>전화 010-2345-6789</p>"))
}

/// A list, whatever is asked for; a form with a number at `/edit`.
async fn site() -> Origin {
    let form = page(&format!("<form><input name=\"no\" value=\"{RESIDENT}\"></form>"));
    Origin::new(move |seen: &Seen| {
        let body = if seen.target().starts_with("/edit") { form.clone() } else { listing() };
        vec![Piece::Send(answer(HTML, "", body))]
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_page_is_masked_and_recorded_each_time() {
    let site = site().await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    let mut shown = Vec::new();
    for path in ["/one", "/two", "/three"] {
        let got = program.client().get(path).await;
        assert!(got.text().contains(RESIDENT_MASKED) && !got.text().contains("2345-6789"), "{}", got.text());
        assert_eq!(got.field("cache-control"), "private, no-store");
        let record = program.record(|record| record["path"] == path);
        assert_eq!(record["download"]["inspected"], listing().len(), "{record}");
        assert_eq!(record["recalled"] == true, !shown.is_empty(), "{record}");
        shown.push((got.body.clone(), record["download"]["found"].clone()));
    }
    assert!(shown[0].1.as_array().is_some_and(|found| !found.is_empty()) || shown[0].1.is_object(), "{:?}", shown[0].1);
    assert!(shown.iter().all(|one| *one == shown[0]));
    assert_eq!(site.seen().len(), 3, "the site is asked each time");
    let (_, metrics) = program.operations("/metrics").await;
    assert!(metrics.contains("garim_answers_recalled_total 2\n"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_sealed_for_each_session() {
    let site = site().await;
    let program = Program::before(site.port).policy(MASK_ALL).start();
    let mut pages = Vec::new();
    for session in ["a", "a", "b"] {
        let request =
            Request::get("/edit").header("cookie", format!("PHPSESSID={session}")).body("").expect("a request");
        let got = program.client().send(request).await;
        assert!(got.text().contains("garim") && !got.text().contains(RESIDENT), "{}", got.text());
        pages.push(got.body);
    }
    assert!(pages[1] != pages[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_on_one_path_is_masked_on_another() {
    let site = site().await;
    let allow = "[[allow]]\nvalues = [\"010-2345-6789\"]\npath = [\"/board/**\"]\nreason = \"ours\"\n";
    let program = Program::before(site.port).top(allow).policy(MASK_ALL).start();
    for (path, allowed) in [("/board/1", true), ("/other", false), ("/board/1", true), ("/other", false)] {
        let got = program.client().get(path).await;
        assert_eq!(got.text().contains("010-2345-6789"), allowed, "{path}");
        assert!(got.text().contains(RESIDENT_MASKED));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_configuration_reads_everything_anew() {
    let site = site().await;
    let allow = "[[allow]]\nvalues = [\"010-2345-0000\"]\nreason = \"ours\"\n";
    let program = Program::before(site.port).top(allow).policy(MASK_ALL).start();
    for _ in 0..2 {
        assert!(!program.client().get("/one").await.text().contains("010-2345-6789"));
    }
    program.edit_config("010-2345-0000", "010-2345-6789");
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    for _ in 0..2 {
        assert!(program.client().get("/one").await.text().contains("010-2345-6789"));
    }
}
