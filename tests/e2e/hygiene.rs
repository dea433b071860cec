//! What is added to a site's answers beside their contents.

use crate::support::{Origin, Program, RESIDENT, answer, write_secret};

const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\non = \"download\"\nfind = [\"*\"]\naction = \"mask\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_added_where_the_site_has_none() {
    let cookies = "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Secure\r\n";
    let origin = Origin::always(answer("text/html", cookies, "<p>x")).await;
    let site = "headers = { hsts = \"1y\", secure_cookies = true }\nrobots = { noindex = [\"/complaint/**\"] }";
    let program = Program::before(origin.port).site(site).policy(POLICY).start();
    let shown = program.client().get("/complaint/1").await;
    assert_eq!(shown.field("strict-transport-security"), "max-age=31536000");
    assert_eq!(shown.fields("set-cookie"), ["a=1; Path=/; Secure", "b=2; Secure"]);
    assert_eq!(shown.field("x-robots-tag"), "noindex, noarchive");
    assert!(program.client().get("/board/1").await.fields("x-robots-tag").is_empty());
    let own = Origin::always(answer("text/html", "Strict-Transport-Security: max-age=60\r\n", "<p>x")).await;
    let program = Program::before(own.port).site(site).policy(POLICY).start();
    assert_eq!(program.client().get("/").await.fields("strict-transport-security"), ["max-age=60"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_said_to_be_and_never_asked_for() {
    let origin = Origin::always(answer("text/html", "", "<p>x")).await;
    let program = Program::before(origin.port).site("gone = [\"/board/notice/1234\"]").policy(POLICY).start();
    let shown = program.client().get("/board/notice/1234?page=2").await;
    assert!(shown.status == 410 && shown.text().contains("없어진 화면"), "{}", shown.text());
    assert_eq!(program.client().get("/board/notice/1235").await.status, 200);
    assert_eq!(origin.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_not_listed() {
    let listing = "<html><head><title>Index of /upload</title></head><body><a href=\"list.xlsx\">list.xlsx</a></body>";
    let origin = Origin::always(answer("text/html;charset=UTF-8", "", listing)).await;
    let program = Program::before(origin.port).site("listing = \"block\"").policy(POLICY).start();
    let shown = program.client().get("/upload/").await;
    assert!(shown.status == 403 && !shown.text().contains("list.xlsx"), "{}", shown.text());
    assert!(program.client().get("/upload/a.html").await.text().contains("list.xlsx"), "a page of that name is a page");
    program.record(|record| record["outcome"] == "answer-refused" && record["path"] == "/upload/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_stands_above_forms_in_any_charset_and_masks_stay() {
    for charset in ["utf-8", "euc-kr"] {
        let text = format!(
            "<html><head><title>글쓰기</title></head><BODY class=\"a>b\"><form>{RESIDENT} 끝</form></body></html>"
        );
        let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).expect("a charset");
        let body = encoding.encode(&text).0.into_owned();
        let origin = Origin::always(answer(&format!("text/html; charset={charset}"), "", &body)).await;
        let site = "banner = { path = [\"/board/**/write*\"] }";
        let program = Program::before(origin.port).site(site).policy(POLICY).start();
        let shown = program.client().get("/board/edu/write.do").await;
        let page = encoding.decode(&shown.body).0.into_owned();
        assert!(page.contains("<BODY class=\"a>b\"><div role=\"note\" id=\"garim-banner\""), "{page}");
        assert!(page.contains("&#44060;&#51064;&#51221;&#48372;") && page.contains("</div><form>900101-*"), "{page}");
        assert!(page.ends_with("끝</form></body></html>"), "{page}");
        let other = program.client().get("/board/edu/list.do").await;
        assert!(!encoding.decode(&other.body).0.contains("garim-banner"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_gets_something_more() {
    let added = "User-agent: *\nDisallow: /complaint/\n";
    let site = "robots = { add = \"robots.add\" }";
    for (own, expected) in [
        (answer("text/plain", "", "User-agent: a\nDisallow: /"), format!("User-agent: a\nDisallow: /\n{added}")),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nnone".to_vec(),
            added.to_owned(),
        ),
    ] {
        let origin = Origin::always(own).await;
        let program = Program::before(origin.port)
            .site(site)
            .policy(POLICY)
            .prepare(move |folder, _| write_secret(&folder.join("robots.add"), added))
            .start();
        let shown = program.client().get("/robots.txt").await;
        assert_eq!((shown.status.as_u16(), shown.text()), (200, expected));
    }
    // A site in trouble: search engines keep away, and are not told that all but what is added is open.
    let trouble =
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nwait".to_vec();
    let origin = Origin::always(trouble).await;
    let program = Program::before(origin.port)
        .site(site)
        .policy(POLICY)
        .prepare(move |folder, _| write_secret(&folder.join("robots.add"), added))
        .start();
    assert_eq!(program.client().get("/robots.txt").await.status, 503);
    // Nobody listens there.
    let program = Program::before(1)
        .site(site)
        .policy(POLICY)
        .prepare(move |folder, _| write_secret(&folder.join("robots.add"), added))
        .start();
    let shown = program.client().get("/robots.txt").await;
    assert!(shown.status == 502 && !shown.text().contains("Disallow"), "{}", shown.text());
}
