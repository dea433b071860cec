//! Refused posts whose writers are offered to have what was found hidden, where the policy says so and all of it can be;
//! and what is found in documents, which can be hidden too.

use crate::asked::{behind, word};
use crate::masked_documents::{MULTIPART, archive, document, form, part};
use crate::support::{Answer, Client, FORM, Origin, Program, RESIDENT, RESIDENT_MASKED, answer, garim_with};
use http::Request;

const MOBILE: &str = "010-1234-5678";
const COOKIE: &str = "PHPSESSID=abc";
const TOO_LATE: &str = "기다리던 내용이 없어";
const BLOCKS: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"never posted\"\non = \"upload\"\nfind = [\"주민등록번호\", \
    \"uninspectable\", \"sensitive-list\"]\naction = \"block\"\noffer = \"hidden\"\n[[policy.board.rule]]\nname = \"nor mail\"\non = \"upload\"\n\
    find = [\"email-address\"]\naction = \"block\"\n";
const WARNS: &str =
    "[policy.board]\n[[policy.board.rule]]\nname = \"own choice\"\nfind = [\"mobile-number\"]\naction = \"warn\"\n";

/// A post as a browser sends it, in a session.
async fn post(client: &Client, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = Request::post("/w?no=1").header("content-type", content_type).header("cookie", COOKIE);
    client.send(request.body(body.into()).expect("a request")).await
}

fn token(page: &str) -> String {
    behind(page, "name=\"garim-post\" value=\"").split('.').next().expect("a token").to_owned()
}

/// A document with a mobile number in it; signed ones cannot be masked.
fn with_mobile(signed: bool) -> Vec<u8> {
    let text = format!("<w:document><w:p><w:r><w:t>연락처 {MOBILE} 끝</w:t></w:r></w:p></w:document>");
    let mut parts = vec![("[Content_Types].xml", "<Types/>"), ("word/document.xml", text.as_str())];
    if signed {
        parts.push(("_xmlsignatures/sig1.xml", "<Signature/>"));
    }
    archive(&parts)
}

fn attached(name: &str, file: &[u8]) -> Vec<u8> {
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n");
    [head.as_bytes(), file, b"\r\n--B--\r\n"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_post_goes_on_with_that_hidden_in_the_text_and_in_the_attachment() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(BLOCKS).start();
    let client = program.client();
    let refused = post(&client, MULTIPART, form("a.docx", &document())).await;
    let page = refused.text();
    assert_eq!(refused.status, 403, "{page}");
    assert!(page.contains("올리지 않았습니다") && page.contains("개인정보를 가리고 올리기</button>"), "{page}");
    assert!(!page.contains("as-it-is") && !page.contains(RESIDENT), "{page}");
    assert!(refused.field("content-security-policy").contains("form-action https:"));
    assert_eq!(behind(&page, "enctype=\"text/plain\" action=\""), "/w?no=1");
    let record = program.record(|record| record["outcome"] == "request-refused");
    assert_eq!((&record["upload"]["verdict"], &record["upload"]["rule"]), (&"block".into(), &"never posted".into()));

    let said = format!("garim-post={}.hidden\r\n", token(&page));
    let as_it_is = said.replace(".hidden", ".as-it-is");
    assert!(word(&client, "/w?no=1", as_it_is, COOKIE).await.text().contains(TOO_LATE), "that was not offered");
    assert!(word(&client, "/other", said.clone(), COOKIE).await.text().contains(TOO_LATE), "bound to its path");
    assert!(word(&client, "/w", said.clone(), "PHPSESSID=x").await.text().contains(TOO_LATE), "and to its session");
    assert!(origin.seen().is_empty(), "nothing has reached the site yet");

    let posted = word(&client, "/w?no=1", said.clone(), COOKIE).await;
    assert_eq!((posted.status.as_u16(), posted.text().as_str()), (200, "posted"));
    let arrived = origin.seen().pop().expect("a request");
    assert_eq!((arrived.target(), arrived.field("content-type")), ("/w?no=1".to_owned().as_str(), vec![MULTIPART]));
    let (text, whole) = (part(&arrived.body, "word/document.xml"), String::from_utf8_lossy(&arrived.body).into_owned());
    assert!(text.contains("주민등록번호 900101") && text.contains("-*") && !text.contains("-1234568"), "{text}");
    assert!(whole.contains(&format!("\r\n\r\n{RESIDENT_MASKED}\r\n--B")) && !whole.contains(RESIDENT));
    let record = program.record(|record| record["consent"] == "hidden");
    assert_eq!((&record["upload"]["verdict"], &record["upload"]["rule"]), (&"mask".into(), &"never posted".into()));
    assert!(word(&client, "/w?no=1", said, COOKIE).await.text().contains(TOO_LATE), "good once");
    assert_eq!(origin.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_offers_it_in_english_too_and_in_the_charset_of_the_site() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).site("charset = \"euc-kr\"").policy(BLOCKS).start();
    let request = Request::post("/w").header("content-type", FORM).header("accept-language", "en");
    let body = format!("a={RESIDENT}&a={}", "x".repeat(300 << 10));
    let page = program.client().send(request.body(body).expect("a request")).await.text();
    assert!(page.contains("Post it with the personal data hidden</button>"), "{page}");
    assert!(page.contains("within 20 minutes") && page.contains("charset=\"euc-kr\""), "{page}");
    // What waits is longer than memory keeps, and comes out of the spool again.
    let said = format!("garim-post={}.hidden\r\n", token(&page));
    assert_eq!(word(&program.client(), "/w", said, "").await.text(), "posted");
    let arrived = origin.seen().pop().expect("a request").body;
    assert!(arrived.starts_with(format!("a={RESIDENT_MASKED}&a=xx").as_bytes()) && arrived.len() > 300 << 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_offered_that_cannot_be_kept() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(BLOCKS).start();
    let client = program.client();
    let signed = archive(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "word/document.xml",
            &format!("<w:document><w:p><w:r><w:t>주민등록번호 {RESIDENT}</w:t></w:r></w:p></w:document>"),
        ),
        ("_xmlsignatures/sig1.xml", "<Signature/>"),
    ]);
    let damaged = [document().get(..200).expect("a piece"), b"PK\x03\x04"].concat();
    let posts: [(&str, &str, Vec<u8>); 5] = [
        ("a rule that does not offer it", FORM, format!("a={RESIDENT}&b=hong@example.kr").into_bytes()),
        ("a document that cannot be masked", MULTIPART, attached("a.docx", &signed)),
        ("what cannot be inspected", MULTIPART, form("a.docx", &damaged)),
        ("a list, which has no bytes of its own", FORM, people().into_bytes()),
        ("a body that is not in its coding", FORM, b"a=900101-1234568&c=%".to_vec()),
    ];
    for (why, content_type, body) in posts {
        let mut request = Request::post("/w").header("content-type", content_type);
        if why.contains("coding") {
            request = request.header("content-encoding", "gzip");
        }
        let refused = client.send(request.body(body).expect("a request")).await;
        let page = refused.text();
        assert!(refused.status == 403 && !page.contains("garim-post"), "{why}: {page}");
    }
    let script = Request::post("/w").header("content-type", FORM).header("x-requested-with", "XMLHttpRequest");
    let told = client.send(script.body(format!("a={RESIDENT}")).expect("a request")).await;
    let told: serde_json::Value = serde_json::from_str(&told.text()).expect("JSON");
    assert_eq!((&told["error"], &told["choices"]), (&"blocked".into(), &serde_json::Value::Null));
    let searched = client.get(&format!("/search?q={RESIDENT}")).await;
    assert!(searched.status == 403 && !searched.text().contains("garim-post"), "a search is no post");
    assert!(origin.seen().is_empty());
}

/// People with what nobody is to know of them.
fn people() -> String {
    let rows = ["홍길동", "김철수", "이영희"].map(|name| format!("%0A성명: {name}"));
    format!("a=기초생활수급자 명단{}", rows.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_word_in_the_policy_nothing_is_offered() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(&BLOCKS.replace("offer = \"hidden\"\n", "")).start();
    let page = post(&program.client(), FORM, format!("a={RESIDENT}")).await;
    assert!(page.status == 403 && !page.text().contains("garim-post"), "{}", page.text());
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_of_by_then_refuses_is_refused() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(BLOCKS).start();
    let client = program.client();
    let page = post(&client, FORM, format!("a={RESIDENT}&b={MOBILE}")).await.text();
    let said = format!("garim-post={}.hidden\r\n", token(&page));
    program.edit_config("find = [\"email-address\"]", "find = [\"mobile-number\"]");
    assert_eq!(garim_with("reload", &program.config()).code, Some(0));
    let refused = word(&client, "/w?no=1", said, COOKIE).await;
    let page = refused.text();
    assert!(refused.status == 403 && page.contains("010-****-5678") && !page.contains("garim-post"), "{page}");
    let record = program.record(|record| record["consent"] == "hidden");
    assert_eq!((&record["upload"]["verdict"], &record["upload"]["rule"]), (&"block".into(), &"nor mail".into()));
    assert!(origin.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_about_a_document_offers_to_hide_it_there() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = Program::before(origin.port).policy(WARNS).start();
    let client = program.client();
    let asked = post(&client, MULTIPART, attached("a.docx", &with_mobile(false))).await;
    let page = asked.text();
    assert!(asked.status == 409 && page.contains(".hidden\"") && page.contains(".as-it-is\""), "{page}");
    let said = format!("garim-post={}.hidden\r\n", token(&page));
    assert_eq!(word(&client, "/w?no=1", said, COOKIE).await.text(), "posted");
    let text = part(&origin.seen().pop().expect("a request").body, "word/document.xml");
    assert!(text.contains("연락처 010-****-5678 끝"), "{text}");
    assert_eq!(program.record(|record| record["consent"] == "hidden")["upload"]["verdict"], "mask");

    let page = post(&client, MULTIPART, attached("a.docx", &with_mobile(true))).await.text();
    assert!(!page.contains(".hidden") && page.contains(".as-it-is\"") && page.contains("가릴 수 없는 자리"), "{page}");
    let said = format!("garim-post={}.as-it-is\r\n", token(&page));
    let hidden = said.replace(".as-it-is", ".hidden");
    assert!(word(&client, "/w?no=1", hidden, COOKIE).await.text().contains(TOO_LATE), "that was not offered");
    assert_eq!(word(&client, "/w?no=1", said, COOKIE).await.text(), "posted");
    assert!(String::from_utf8_lossy(&origin.seen().pop().expect("a request").body).contains(MOBILE));
}
