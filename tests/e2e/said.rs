//! What a client says in its head beside the target: what browsers send by themselves is masked and never a reason to
//! refuse, all else is judged like any post.

use crate::support::{Http, Origin, Program, RESIDENT, RESIDENT_MASKED, ok};
use http::Request;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_sends_by_itself_is_masked_and_the_request_goes_on() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let referer = format!("https://old.example.go.kr/view?rrn={RESIDENT}&page=2");
    let cookie = format!("a=b; id=900101%2D1234568; mail={RESIDENT}; PHPSESSID=q5f0h2");
    for http in Http::BOTH {
        let request =
            Request::get("/").header("referer", &referer).header("cookie", &cookie).body("").expect("a request");
        let answer = program.client().over(http, request).await;
        assert_eq!(answer.status, 200, "{http:?}");
        let seen = origin.seen();
        let seen = seen.last().expect("a request");
        let masked = referer.replace(RESIDENT, RESIDENT_MASKED);
        assert_eq!(seen.field("referer"), [masked], "{http:?}");
        assert_eq!(
            seen.field("cookie"),
            [cookie.replace(RESIDENT, RESIDENT_MASKED).replace("900101%2D1234568", "900101%2D*******")],
            "{http:?}"
        );
    }
    let record = program.record(|record| record["path"] == "/");
    let kinds: Vec<_> = record["in_head"].as_array().expect("a list").iter().map(|found| &found["kind"]).collect();
    assert_eq!(kinds, ["resident-registration-number"], "{record}");
    assert!(!record.to_string().contains("1234568"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_whose_escapes_hide_a_number_is_hidden_whole() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for hidden in ["\"900101\\-123456\\8\"", "\"\\071\\060\\060101-1234568\""] {
        let cookie = |value: &str| format!("a=\"\\b\"; id={value}; c=d");
        let request = Request::get("/").header("cookie", cookie(hidden)).body("").expect("a request");
        assert_eq!(program.client().send(request).await.status, 200, "{hidden}");
        let seen = origin.seen().pop().expect("a request");
        let reached = seen.field("cookie").concat();
        assert!(reached.starts_with("a=\"\\b\"; id=") && reached.ends_with("; c=d"), "{reached}");
        assert!(reached.len() == cookie(hidden).len() && reached.matches('*').count() >= 7, "{reached}");
        assert!(!reached.contains("123456"), "{reached}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_in_any_other_field_is_judged() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    let plain = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
    for http in Http::BOTH {
        let asks = |name: &str, value: &str| Request::get("/said").header(name, value).body("").expect("a request");
        for (name, value) in
            [("x-note", RESIDENT), ("user-agent", RESIDENT), ("x-900101-1234568", "a"), ("x-id", "900101%2d1234568")]
        {
            let answer = program.client().over(http, asks(name, value)).await;
            assert_eq!(answer.status, 403, "{http:?} {name}");
            assert!(!answer.text().contains("1234568"), "{http:?} {name}");
        }
        assert_eq!(program.client().over(http, asks("user-agent", plain)).await.status, 200);
    }
    let seen = origin.seen();
    assert_eq!(seen.len(), Http::BOTH.len(), "only what holds nothing");
    assert!(seen.iter().all(|seen| seen.field("user-agent") == [plain]));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_policy_masks_fields_are_masked() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).policy(crate::support::MASK_ALL).start();
    for http in Http::BOTH {
        let request = Request::get("/").header("x-note", format!("a {RESIDENT} b")).body("").expect("a request");
        assert_eq!(program.client().over(http, request).await.status, 200, "{http:?}");
        assert_eq!(origin.seen().last().expect("a request").field("x-note"), [format!("a {RESIDENT_MASKED} b")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charset_that_is_not_read_counts_for_the_query_without_any_body() {
    let origin = Origin::always(ok()).await;
    let program = Program::before(origin.port).start();
    for (http, asks) in Http::BOTH.into_iter().zip([Request::get("/a?b=%F9"), Request::post("/a?b=%F9")]) {
        let of = "application/x-www-form-urlencoded; charset=IBM037";
        let request = asks.header("content-type", of).body("").expect("a request");
        assert_eq!(program.client().over(http, request).await.status, 403, "{http:?}");
        assert_eq!(origin.seen().len(), 0, "{http:?}");
    }
    for (target, charset) in [("/a", "IBM037"), ("/a?", "IBM037"), ("/a?b=c", "euc-kr"), ("/a?b=c", "utf-8")] {
        let of = format!("application/x-www-form-urlencoded; charset={charset}");
        let request = Request::get(target).header("content-type", of).body("").expect("a request");
        assert_eq!(program.client().over(Http::BOTH[0], request).await.status, 200, "{target} {charset}");
    }
}
