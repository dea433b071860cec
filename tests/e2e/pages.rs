//! What is shown: every kind masked in every syntax and charset, in its place, and nothing else changed.

use crate::support::{
    FORM, Http, MASK_ALL, Origin, Piece, Program, RESIDENT, RESIDENT_MASKED, Seen, accounted, answer, unsealed,
};
use http::Request;

/// A page with all kinds in its text.
const ALL_KINDS: &str = "<p>주민등록번호 900101-1234568, 외국인등록번호 900101-5123488</p>\n\
    <p>카드 4539-1488-0343-6467 휴대전화 010-1234-5678 메일 hong@example.com</p>\n<p>공고 제2026-123호 1,234,567원</p>";
/// The same, masked.
const ALL_MASKED: &str = "<p>주민등록번호 900101-*******, 외국인등록번호 900101-*******</p>\n\
    <p>카드 4539-14**-****-**** 휴대전화 010-****-5678 메일 ho**@example.com</p>\n<p>공고 제2026-123호 1,234,567원</p>";

fn euc_kr(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::EUC_KR.encode(text);
    assert!(!unmappable, "{text}");
    bytes.into_owned()
}

/// Serves each body at its number, and checks what comes of it.
async fn becomes(bodies: Vec<(&str, Vec<u8>, Vec<u8>)>) {
    let answers: Vec<Vec<u8>> = bodies.iter().map(|(content_type, body, _)| answer(content_type, "", body)).collect();
    let origin = Origin::new(move |seen: &Seen| {
        let number: usize = seen.target()[1..].parse().expect("a number");
        vec![Piece::Send(answers[number].clone())]
    })
    .await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    for (number, (content_type, body, expected)) in bodies.iter().enumerate() {
        for http in Http::BOTH {
            let request = Request::get(format!("/{number}")).body("").expect("a request");
            let shown = program.client().over(http, request).await;
            let text = String::from_utf8_lossy(expected);
            assert!(&unsealed(&shown.body) == expected, "{http:?} {content_type}\n{}\nis not\n{text}", shown.text());
            assert_eq!(shown.field("content-length"), shown.body.len().to_string(), "{content_type}");
            assert_eq!(shown.field("content-type"), *content_type);
        }
        let record = program.record(|record| record["path"] == format!("/{number}"));
        accounted(&record, "download", body.len());
        let verdict = if body == expected { "pass" } else { "mask" };
        assert_eq!(record["download"]["verdict"], verdict, "{record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn html_is_masked_in_its_charset_however_it_says_it() {
    let page = |head: &str, text: &str| format!("<!DOCTYPE html><html><head>{head}</head><body>{text}</body></html>");
    let utf_8 = |head: &str, text: &str| page(head, text).into_bytes();
    let korean = |head: &str, text: &str| euc_kr(&page(head, text));
    let meta = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=euc-kr\">";
    let both = |make: &dyn Fn(&str, &str) -> Vec<u8>, head| (make(head, ALL_KINDS), make(head, ALL_MASKED));
    let mut bodies = Vec::new();
    for (content_type, (body, expected)) in [
        ("text/html; charset=utf-8", both(&utf_8, "")),
        ("text/html", both(&utf_8, "<meta charset=\"utf-8\">")),
        ("text/html", both(&utf_8, "")),
        ("text/html; charset=EUC-KR", both(&korean, "")),
        ("text/html", both(&korean, meta)),
        ("text/html", both(&korean, "")),
    ] {
        assert_eq!(body.len(), expected.len());
        bodies.push((content_type, body, expected));
    }
    becomes(bodies).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_texts_are_masked_in_their_own_syntax() {
    let utf_8 = |body: &str, expected: &str| (body.as_bytes().to_vec(), expected.as_bytes().to_vec());
    let korean = |body: &str, expected: &str| (euc_kr(body), euc_kr(expected));
    let xml = "<?xml version=\"1.0\" encoding=\"EUC-KR\"?><사람>";
    let pairs = [
        ("text/plain; charset=utf-8", utf_8(ALL_KINDS, ALL_MASKED)),
        ("text/plain; charset=euc-kr", korean(ALL_KINDS, ALL_MASKED)),
        (
            "text/plain; charset=utf-8",
            utf_8("주민등록번호 ９００１０１－１２３４５６８.", "주민등록번호 ９００１０１－＊＊＊＊＊＊＊."),
        ),
        (
            "text/plain; charset=euc-kr",
            korean("주민등록번호 ９００１０１－１２３４５６８.", "주민등록번호 ９００１０１－＊＊＊＊＊＊＊."),
        ),
        (
            "text/csv; charset=euc-kr",
            korean("이름,주민등록번호\r\n홍길동,900101-1234568\r\n", "이름,주민등록번호\r\n홍길동,900101-*******\r\n"),
        ),
        (
            "application/json",
            utf_8(
                "{\"주민등록번호\":\"900101-1234568\",\"phone\":\"010-1234-5678\",\"n\":[1,2.5,null],\"esc\":\"900101\\u002d1234568\"}",
                "{\"주민등록번호\":\"900101-*~*~*~*\",\"phone\":\"010-*~*~-5678\",\"n\":[1,2.5,null],\"esc\":\"900101\\u002d*~*~*~*\"}",
            ),
        ),
        (
            "application/json; charset=utf-8",
            utf_8("{\"주민등록번호\": 9001011234568, \"b\": 1}", "{\"주민등록번호\": \"900101*~*~*~*\", \"b\": 1}"),
        ),
        (
            "application/xml",
            korean(
                &format!("{xml}<a b=\"900101-1234568\">주민등록번호 900101-1234568</a></사람>"),
                &format!("{xml}<a b=\"900101-*~*~*~*\">주민등록번호 900101-*~*~*~*</a></사람>"),
            ),
        ),
        (
            "application/javascript; charset=utf-8",
            utf_8(
                "var a = '900101-1234568'; // 주민등록번호 900101-1234568\nshow(\"\\x39\\x300101-1234568\");",
                "var a = '⟦900101-1234568⟧'; // 주민등록번호 900101-*******\nshow(\"⟦900101-1234568⟧\");",
            ),
        ),
        ("application/xhtml+xml", utf_8("<p>900101-1234568</p>", "<p>900101-*******</p>")),
        ("application/octet-stream", utf_8("<html><p>900101-1234568</p>", "<html><p>900101-*******</p>")),
        ("", utf_8("<html><p>900101-1234568</p>", "<html><p>900101-*******</p>")),
        ("image/svg+xml", utf_8("<svg><text>900101-1234568</text></svg>", "<svg><text>900101-*~*~*~*</text></svg>")),
        ("application/vnd.api+json", utf_8("[\"900101-1234568\"]", "[\"900101-*~*~*~*\"]")),
        ("text/html; charset=utf-8", utf_8("<p>900101&#45;123456&#56;</p>", "<p>900101&#45;******&#42;</p>")),
        (
            "text/html; charset=utf-8",
            utf_8("<p>아무 번호도 없음 2026-11-22 12:30</p>", "<p>아무 번호도 없음 2026-11-22 12:30</p>"),
        ),
    ];
    becomes(pairs.into_iter().map(|(content_type, (body, expected))| (content_type, body, expected)).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_place_gets_the_mark_that_is_right_there() {
    let stars = RESIDENT_MASKED;
    let sealed = "⟦900101-1234568⟧";
    let both = "900101-*~*~*~*⟦900101-1234568⟧";
    let places = [
        ("<p>{}</p>", stars),
        ("<!-- {} -->", stars),
        ("<img alt=\"{}\">", stars),
        ("<td title='{}'>a</td>", stars),
        ("<input type=\"text\" name=\"no\" value=\"{}\">", sealed),
        ("<input type=hidden value={}>", sealed),
        ("<textarea name=\"content\">글 {} 끝</textarea>", both),
        ("<select><option value=\"{}\">a</option></select>", sealed),
        ("<select><option>{}</option></select>", both),
        ("<a href=\"/view?no={}\">a</a>", sealed),
        ("<img src=\"/photo/{}.jpg\">", sealed),
        ("<form action='/save/{}'></form>", sealed),
        ("<a href=\"#\" onclick=\"fnView('{}')\">a</a>", sealed),
        ("<script>var no = \"{}\";</script>", sealed),
        ("<style>/* {} */</style>", stars),
        ("<title>{}</title>", stars),
    ];
    let filled = |value: Option<&str>| {
        let lines = places.iter().map(|(place, mask)| place.replace("{}", value.unwrap_or(mask)));
        lines.collect::<Vec<_>>().join("\n").into_bytes()
    };
    becomes(vec![("text/html; charset=utf-8", filled(Some(RESIDENT)), filled(None))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_form_that_comes_back_with_the_mark_is_refused() {
    let form = format!(
        "<form method=post><input name=subject value=\"{RESIDENT}\"><textarea name=content>전화 010-1234-5678, 메일 \
         hong@example.com</textarea></form>"
    );
    let origin = Origin::always(answer("text/html; charset=utf-8", "", form)).await;
    let program = Program::before(origin.port).policy(MASK_ALL).start();
    let client = program.client();
    let shown = client.get("/board/1/edit").await;
    let shown = String::from_utf8(unsealed(&shown.body)).expect("text");
    assert!(shown.contains("value=\"⟦900101-1234568⟧\""), "{shown}");
    // The text as people see it, its references taken out.
    let content = shown.split_once("<textarea name=content>").expect("the field").1.replace("</textarea></form>", "");
    let content: String = content.split('⟦').map(|part| part.split_once('⟧').map_or(part, |(_, rest)| rest)).collect();
    let (subject, (phone, mail)) = ("900101-*~*~*~*", content.split_once(", ").expect("two values"));
    for (number, value) in [subject, &content, phone, mail].into_iter().enumerate() {
        let escaped: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let multipart = format!("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{value}\r\n--B--\r\n");
        let json = serde_json::json!({ "a": value }).to_string();
        for (content_type, body) in
            [(FORM, format!("a={escaped}")), ("multipart/form-data; boundary=B", multipart), ("application/json", json)]
        {
            let path = format!("/{number}/{}", content_type.len());
            let refused = client.post(&path, content_type, body).await;
            assert_eq!(refused.status, 403, "{content_type} {value}: {}", refused.text());
            let record = program.record(|record| record["path"] == path.as_str());
            assert_eq!(record["upload"]["found"][0]["kind"], "uninspectable:mask-returned", "{record}");
        }
    }
    assert_eq!(client.get("/view?no=900101-*~*~*~*").await.status, 403);
    assert!(origin.seen().iter().all(|seen| seen.target() == "/board/1/edit"), "{:?}", origin.seen());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_only_logs_is_shown_and_recorded() {
    let body = "<p>문의 hong@example.com, office@example.org</p>";
    let origin = Origin::always(answer("text/html; charset=utf-8", "ETag: \"1\"\r\n", body)).await;
    let program = Program::before(origin.port).start();
    let shown = program.client().get("/contact").await;
    assert_eq!(shown.text(), body);
    // Under another policy, or for another reader, it would be masked: no copy of it is kept.
    assert_eq!((shown.field("etag"), shown.field("cache-control")), ("", "private, no-store"));
    let record = program.record(|record| record["path"] == "/contact");
    let download = &record["download"];
    assert_eq!((&download["verdict"], &download["found"][0]["kind"]), (&"log".into(), &"email-address".into()));
    assert_eq!(download["found"][0]["count"], 2);
}
