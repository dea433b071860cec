//! What is posted: stopped, masked, or forwarded byte for byte.

use crate::support::{FORM, Origin, Program, RESIDENT, answer};

async fn origin() -> Origin {
    Origin::always(answer("text/html; charset=utf-8", "", "ok")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_with_a_resident_number_does_not_reach_the_site() {
    let origin = origin().await;
    let program = Program::before(origin.port).start();
    let refused = program.client().post("/board/write", FORM, format!("subject=a&content={RESIDENT}")).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.text().contains("900101-") && !refused.text().contains(RESIDENT));
    assert_eq!(refused.field("cache-control"), "no-store");
    assert!(origin.seen().is_empty());
    let record = program.record(|record| record["path"] == "/board/write");
    assert_eq!(record["outcome"], "request-refused");
    assert_eq!(record["upload"]["found"][0]["kind"], "resident-registration-number");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_post_reaches_the_site_byte_for_byte() {
    let origin = origin().await;
    let program = Program::before(origin.port).start();
    let body = "subject=%ED%95%9C%EA%B8%80&content=a+b%0D%0A&content=2026-11-22+12%3A30";
    let passed = program.client().post("/board/write?x=1", FORM, body).await;
    assert_eq!((passed.status.as_u16(), passed.text().as_str()), (200, "ok"));
    let seen = origin.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].target(), seen[0].body.as_slice()), ("/board/write?x=1", body.as_bytes()));
    assert_eq!(seen[0].field("content-length"), [body.len().to_string()]);
    assert_eq!(seen[0].field("x-forwarded-proto"), ["https"]);
}
