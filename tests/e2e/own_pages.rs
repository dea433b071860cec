//! Pages of the site's own in the place of garim's: filled in, escaped, in the site's charset, and checked before they are used.

use crate::asked::{behind, word};
use crate::support::{FORM, Origin, Program, RESIDENT, answer, garim_with, page};
use http::Request;

const POLICY: &str = "[policy.board]\n[[policy.board.rule]]\nname = \"never\"\non = \"upload\"\nfind = [\"주민등록번호\"]\naction = \"block\"\n\
    offer = \"hidden\"\n[[policy.board.rule]]\nname = \"own choice\"\nfind = [\"mobile-number\"]\naction = \"warn\"\n\
    [[policy.board.rule]]\nname = \"why\"\non = \"download\"\nfind = [\"email-address\"]\naction = \"ask-reason\"\n";
const PAGES: &str = "charset = \"euc-kr\"\ncontact = { office = \"민원봉사과 <1>\", phone = \"02-2100-1234\" }\n\
    pages = { language = \"ko\", block = \"block.html\", warn = \"warn.html\", hold = \"warn.html\", ask-reason = \"warn.html\", \
    error = \"error.html\", banner = \"banner.html\" }\nbanner = { path = [\"/write\"], text = \"적지 <마세요>\" }";
const BLOCK: &str = "<!DOCTYPE html><html lang=\"{{language}}\"><meta charset=\"{{charset}}\"><style>p{color:red}</style>\
    <title>우리 시 - {{title}}</title><h1>{{ title }}</h1><p>{{stored}}</p><p>{{why}}</p>{{steps}}{{found}}{{form}}{{text}}{{duty}}\
    {{contact}}<i>{{id}}</i><b>{{time}}</b></html>";
const WARN: &str = "우리 시가 여쭙니다: {{title}} {{form}}";
const ERROR: &str = "우리 시: {{title}} ({{id}})";

/// A program with those pages before a site.
fn program(port: u16) -> Program {
    let prepare = |folder: &std::path::Path, _: &crate::support::Authority| {
        let banner = "<aside class=\"시\">{{text}}</aside>";
        let pages = [("block.html", BLOCK), ("warn.html", WARN), ("error.html", ERROR), ("banner.html", banner)];
        pages.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).expect("written"));
    };
    Program::before(port).site(PAGES).policy(POLICY).prepare(prepare).start()
}

fn korean(body: &[u8]) -> String {
    let (text, _, wrong) = encoding_rs::EUC_KR.decode(body);
    assert!(!wrong, "it is in the charset of the site");
    text.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_the_sites_own_page_filled_in_and_escaped() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = program(origin.port);
    let body = format!("a={RESIDENT}&b=<script>alert(1)</script> {{{{title}}}}");
    let refused = program.client().post("/w", FORM, body).await;
    assert_eq!((refused.status.as_u16(), refused.field("content-type")), (403, "text/html; charset=euc-kr"));
    let policy = refused.field("content-security-policy").to_owned();
    assert!(policy.contains("style-src 'self' 'unsafe-inline'; img-src 'self' data:"), "{policy}");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    let page = korean(&refused.body);
    assert!(
        page.starts_with("<!DOCTYPE html><html lang=\"ko\"><meta charset=\"euc-kr\"><style>p{color:red}</style>"),
        "{page}"
    );
    for part in [
        "<title>우리 시 - 개인정보가 들어 있어 올리지 않았습니다</title>",
        "<p>누리집에 저장된 것은 없습니다.</p>",
        "900101-*******</span>",
        "개인정보를 가리고 올리기</button>",
        "&lt;script&gt;alert(1)&lt;/script&gt; {{title}}</textarea>",
        "민원봉사과 &lt;1&gt;",
        "제29조",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("<script>") && !page.contains(RESIDENT) && !page.contains("role=\"note\""), "{page}");
    let record = program.record(|record| record["outcome"] == "request-refused");
    assert_eq!(behind(&page.replace("</i>", "\""), "<i>"), record["id"].as_str().expect("an id"));
    let token = behind(&page, "name=\"garim-post\" value=\"").to_owned();
    let posted = word(&program.client(), "/w", format!("garim-post={token}\r\n"), "").await;
    assert_eq!((posted.status.as_u16(), posted.text().as_str()), (200, "posted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_errors_and_the_banner_are_the_sites_own_too_and_scripts_get_json() {
    let sent = page("write to hong@example.com");
    let origin = Origin::always(answer("text/html; charset=utf-8", "", sent)).await;
    let program = program(origin.port);
    let client = program.client();
    let warned = client.post("/w", FORM, "a=010-1234-5678").await;
    let shown = korean(&warned.body);
    assert!(
        warned.status == 409 && shown.starts_with("우리 시가 여쭙니다: ") && shown.contains(".as-it-is"),
        "{shown}"
    );
    let asked = client.get("/write").await;
    let shown = korean(&asked.body);
    assert!(asked.status == 409 && shown.contains("우리 시가 여쭙니다: ") && shown.contains("garim-reason"), "{shown}");
    let late = word(&client, "/w", format!("garim-post={}.hidden\r\n", "0".repeat(40)), "").await;
    assert!(korean(&late.body).starts_with("우리 시: 기다리던 내용이 없어"), "{}", korean(&late.body));
    let script = Request::post("/w").header("content-type", FORM).header("x-requested-with", "XMLHttpRequest");
    let told = client.send(script.body(format!("a={RESIDENT}")).expect("a request")).await;
    assert_eq!(told.field("content-type"), "application/json; charset=utf-8");

    let origin = Origin::always(answer("text/html; charset=utf-8", "", page("nothing"))).await;
    let program = self::program(origin.port);
    let shown = program.client().get("/write").await.text();
    let banner = "<body><aside class=\"&#49884;\">&#51201;&#51648; &#60;&#47560;&#49464;&#50836;&#62;</aside>";
    assert!(shown.contains(banner) && !shown.contains("garim-banner"), "{shown}");
    assert!(!program.client().get("/read").await.text().contains("aside"));
    // Nobody listens there: that is an error.
    let gone = self::program(1).client().get("/read").await;
    assert!(gone.status == 502 && korean(&gone.body).starts_with("우리 시: 누리집"), "{}", korean(&gone.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_used_is_told_by_check_and_not_taken() {
    let origin = Origin::always(answer("text/html", "", "posted")).await;
    let program = program(origin.port);
    let good = garim_with("check", &program.config());
    assert_eq!((good.code, good.errors.as_str()), (Some(0), ""), "{good:?}");
    let path = program.folder().join("block.html");
    for (text, said) in [
        ("a\n{{titel}} {{form}}", "line 2 has {{titel}}, which is none of its places; did you mean {{title}}?"),
        ("{{title}}", "{{form}} is missing"),
        ("{{form}}{{form}}", "{{form}} stands there twice"),
        ("{{form", "line 1 has {{ without }}"),
    ] {
        std::fs::write(&path, text).expect("written");
        let told = garim_with("check", &program.config());
        let said = format!("the page cannot be used: {said}");
        assert!(told.code == Some(1) && told.errors.contains(&said), "{text}: {told:?}");
        assert_eq!(garim_with("reload", &program.config()).code, Some(1));
    }
    std::fs::write(&path, b"\xb0\xa1{{form}}").expect("written");
    assert_eq!(garim_with("check", &program.config()).code, Some(1), "a page is written in UTF-8");
    std::fs::write(&path, "{{form}}<script>1</script>").expect("written");
    let told = garim_with("check", &program.config());
    assert!(told.code == Some(0) && format!("{told:?}").contains("scripts in this page are not run"), "{told:?}");
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(garim_with("check", &program.config()).code, Some(1));
    let refused = program.client().post("/w", FORM, format!("a={RESIDENT}")).await;
    assert!(korean(&refused.body).contains("우리 시 - "), "the old one stays");
    program.edit_config("banner = { path = [\"/write\"], text = \"적지 <마세요>\" }", "");
    let told = garim_with("check", &program.config());
    assert!(told.errors.contains("a banner page needs banner = { path = [...] }"), "{told:?}");
}
