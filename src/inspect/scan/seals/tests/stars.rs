//! Stars as people see them, in the place of a value, and where somebody may write them.

use super::*;
use crate::inspect::scan::percent;

/// The lens of a site that shows such kinds in stars.
fn starring() -> Arc<Lens> {
    let lens = Lens::clone(&lens(1));
    let starred = Find::every_kind().with(What::Kind(crate::vocab::Kind::PersonName));
    Arc::new(Lens { beyond: crate::inspect::Beyond { starred, ..lens.beyond.clone() }, ..lens })
}

/// What of a body is told, in pieces of any size.
fn reason_of(lens: &Arc<Lens>, content_type: &str, body: &str) -> Option<&'static str> {
    let told = |piece: usize| {
        let content_type = Some(content_type.as_bytes().to_vec());
        let content = Content { direction: Direction::Upload, content_type, charset: None };
        let mut inspector = Inspector::new(content, Arc::clone(lens), Ceilings::of_parts(100));
        let mut tally = tally(Direction::Upload);
        body.as_bytes().chunks(piece).for_each(|piece| drop(inspector.push(piece, &mut tally)));
        inspector.finish(&mut tally);
        tally.verdict().what.filter(|_| tally.refuses()).map(What::name)
    };
    let whole = told(usize::MAX);
    assert!([1, 7, 64].into_iter().all(|piece| told(piece) == whole), "{body}");
    whole
}

#[test]
fn a_value_that_is_nothing_but_stars_of_a_page_is_refused() {
    let starring = starring();
    let multipart =
        |value: &str| format!("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{value}\r\n--B--\r\n");
    for value in [
        "900101-*******",
        "010-****-5678",
        "ab***@example.com",
        "홍*동",
        " 4000-00**-****-**** ",
        "９００１０１－＊＊＊＊＊＊＊",
    ] {
        let escaped = percent(value.as_bytes());
        for (content_type, body) in [
            (FORM, format!("b=1&a={escaped}&c=")),
            (FORM, format!("a={}", percent(format!("[{{\"no\": \"{value}\"}}]").as_bytes()))),
            ("multipart/form-data; boundary=B", multipart(value)),
            ("application/json", format!("{{\"a\": [\"b\", \"{value}\"], \"c\": 1}}")),
            ("application/json", serde_json::json!({ "rows": format!("[{{\"a\":\"{value}\"}}]") }).to_string()),
            ("text/xml", format!("<a><Col id=\"no\">{value}</Col></a>")),
            ("text/xml", format!("<a no=\"{value}\" b=\"\"/>")),
        ] {
            let told = reason_of(&starring, content_type, &body);
            assert_eq!(told, Some("uninspectable:stars-returned"), "{content_type} {body}");
            assert_eq!(reason_of(&lens(1), content_type, &body), None, "a site that shows none: {body}");
        }
    }
}

#[test]
fn stars_that_somebody_writes_are_not() {
    let starring = starring();
    for value in [
        "공고: 홍○○ (900101-*******) 010-****-5678",
        "<td>900101-*******</td>",
        "그가 \"900101-*******\" 라고 했다",
        "900101-1******",
        "********",
        "*",
        "별점 ★ ***",
        "** 공지 **",
    ] {
        for (content_type, body) in [
            (FORM, format!("a={}&b=1", percent(value.as_bytes()))),
            ("application/json", serde_json::json!({ "a": value }).to_string()),
            ("text/plain", "900101-*******".to_owned()),
        ] {
            assert_eq!(reason_of(&starring, content_type, &body), None, "{body}");
        }
    }
}
