//! Values go out as references and come back as themselves.

use crate::inspect::{Ceilings, Content, Inspector, Lens, edited, target};
use crate::policy::{Action, Find, Mode, Policy, Rule, Scope, Tally};
use crate::seal::{Ring, Sealer};
use crate::vocab::{Confidence, Day, Direction, What};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;

mod stars;

const RESIDENT: &str = "900101-1234568";
const FORM: &str = "application/x-www-form-urlencoded";

fn lens(key: u8) -> Arc<Lens> {
    let ring = Arc::new(Ring::of(&[key; 32]).unwrap());
    let seal = Sealer::new(ring, "example.go.kr", Duration::from_secs(1_795_000_000), Duration::from_secs(43_200));
    Arc::new(Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new([]),
        seal: Some(seal),
        beyond: Default::default(),
    })
}

/// Everything masked on its way out, and refused on its way in.
fn tally(direction: Direction) -> Tally {
    let action = if direction == Direction::Download { Action::Mask } else { Action::Block };
    let rule = Rule {
        when: Default::default(),
        name: "all".into(),
        scope: Scope::default(),
        find: Find::every_kind(),
        at_least: 1,
        confidence: Confidence::Probable,
        action,
        mode: None,
        offer: false,
    };
    let policy = Policy { name: "all".into(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule] };
    Tally::new(policy.plan(direction, "example.go.kr", &crate::policy::Asker::of_path("/"), None))
}

/// What becomes of a body, cut into pieces of this size; `None` if it is refused.
fn through(direction: Direction, content_type: &str, body: &[u8], piece: usize, key: u8) -> (Option<Vec<u8>>, Tally) {
    let content = Content { direction, content_type: Some(content_type.as_bytes().to_vec()), charset: None };
    let mut inspector = Inspector::new(content, lens(key), Ceilings::of_parts(100));
    let mut tally = tally(direction);
    let mut edits = Vec::new();
    for piece in body.chunks(piece.max(1)) {
        edits.extend(inspector.push(piece, &mut tally).edits);
    }
    edits.extend(inspector.finish(&mut tally).edits);
    edits.retain(|edit| tally.masks(edit));
    let refused = tally.refuses();
    ((!refused).then(|| edited(body, &edits).expect("edits in order")), tally)
}

fn page(html: &str) -> String {
    let (page, _) = through(Direction::Download, "text/html; charset=utf-8", html.as_bytes(), usize::MAX, 1);
    String::from_utf8(page.unwrap()).unwrap()
}

/// The reference in a text.
fn reference(text: &str) -> &str {
    match crate::seal::next(text.as_bytes(), 0, true) {
        crate::seal::Next::Whole(range) => &text[range],
        other => panic!("{other:?} in {text}"),
    }
}

fn sent(content_type: &str, body: &str) -> Option<String> {
    through(Direction::Upload, content_type, body.as_bytes(), usize::MAX, 1)
        .0
        .map(|body| String::from_utf8(body).unwrap())
}

#[test]
fn words_are_sealed_like_numbers() {
    for (name, value, escaped) in [
        (
            "addr",
            "서울 종로구 세종대로 209",
            "%EC%84%9C%EC%9A%B8%20%EC%A2%85%EB%A1%9C%EA%B5%AC%20%EC%84%B8%EC%A2%85%EB%8C%80%EB%A1%9C%20209",
        ),
        ("passportNo", "M12345678", "M12345678"),
    ] {
        let shown = page(&format!("<input name=\"{name}\" value=\"{value}\">"));
        assert!(!shown.contains(value), "{shown}");
        let back = sent(FORM, &format!("{name}={}", reference(&shown)));
        assert_eq!(back.as_deref(), Some(format!("{name}={escaped}").as_str()));
    }
}

#[test]
fn what_a_browser_sends_back_is_a_reference() {
    for (place, before, after) in [
        ("<input name=no value=\"§\">", "value=\"", "\">"),
        ("<input type=hidden value=§>", "value=", ">"),
        ("<a href='/view?no=§&a=1'>", "no=", "&a"),
        ("<img src=\"/photo/§.jpg\">", "/photo/", ".jpg"),
        ("<a onclick=\"go('§')\">", "go('", "')"),
        ("<a onclick=\"go(&#39;§&#39;)\">", "go(&#39;", "&#39;)"),
        ("<a href=\"javascript:go('§')\">", "go('", "')"),
        ("<script>var a = \"§\";</script>", "= \"", "\";"),
        ("<td data-no='§'>", "no='", "'>"),
        ("<textarea name=a>글 § 끝</textarea>", "900101-*~*~*~*", " 끝"),
        ("<my-field :model=\"'§'\">", "\"'", "'\">"),
        ("<form hx-vals='{\"no\":\"§\"}'>", "no\":\"", "\"}'>"),
        ("<iframe srcdoc=\"<input name=a value='§'>\">", "value='900101-*~*~*~*", "'>\">"),
        ("<select><option>§</option>", "<option>900101-*~*~*~*", "</option>"),
        ("<meta http-equiv=refresh content='0; url=/v?no=§'>", "no=", "'>"),
    ] {
        let shown = page(&place.replace('§', RESIDENT));
        let reference = reference(&shown);
        assert!(shown.contains(&format!("{before}{reference}{after}")), "{shown}");
        assert!(!shown.contains("1234568"), "{shown}");
        assert_eq!(sent(FORM, &format!("a={reference}")).as_deref(), Some("a=900101-1234568"));
    }
}

#[test]
fn addresses_in_styles_are_references() {
    for html in [
        "<p style=\"background:url(/photo/§.jpg)\">",
        "<style>.a { background: url('/photo/§.jpg') }</style>",
        "<img srcset='/photo/§.jpg 2x'>",
    ] {
        let shown = page(&html.replace('§', RESIDENT));
        assert_eq!(shown.replace(reference(&shown), "§"), html);
    }
}

/// What a reference spells might be somebody's.
#[test]
fn nobody_is_called_or_written_to() {
    let shown = page("<a href='tel:010-1234-5678'>010-1234-5678</a><a href=\"mailto:someone@example.com\">x</a>");
    assert_eq!(shown, "<a href='tel:010-****-5678'>010-****-5678</a><a href=\"mailto:so*****@example.com\">x</a>");
}

/// A browser empties a control of numbers that holds anything else, and saving the form would erase what was stored.
#[test]
fn controls_of_numbers_hold_numbers() {
    for html in ["<input type=number name=a value=\"§\" min=1>", "<input type='NUMBER' value=§ >"] {
        let shown = page(&html.replace('§', "9001011234568"));
        let reference = reference(&shown);
        assert_eq!(shown.replace(reference, "§"), html);
        let number: f64 = reference.parse().unwrap();
        assert!(reference.bytes().all(|byte| byte.is_ascii_digit()) && number.is_finite(), "{reference}");
        assert_eq!(sent(FORM, &format!("b=1&a={reference}&c=2")).as_deref(), Some("b=1&a=9001011234568&c=2"));
        assert_eq!(
            sent("application/json", &format!("{{\"a\":\"{reference}\"}}")).as_deref(),
            Some("{\"a\":\"9001011234568\"}")
        );
        let path = format!("/v/{reference}");
        let mut tally = tally(Direction::Upload);
        assert_eq!(
            edited(path.as_bytes(), &target(path.as_bytes(), &lens(1), &mut tally)).unwrap(),
            b"/v/9001011234568"
        );
        // Cut, changed, or another's, it is refused.
        let cut = reference.get(..reference.len() - 1).unwrap();
        assert_eq!(sent(FORM, &format!("a={cut}")), None);
        assert_eq!(sent(FORM, &format!("a={reference}0")), None);
        assert_eq!(through(Direction::Upload, FORM, format!("a={reference}").as_bytes(), 5, 2).0, None);
        for piece in [1, 7, 64] {
            let body = format!("a={reference}&b={reference}");
            let (open, _) = through(Direction::Upload, FORM, body.as_bytes(), piece, 1);
            assert_eq!(open.as_deref(), Some(&b"a=9001011234568&b=9001011234568"[..]));
        }
    }
    let other = page("<input type=number value='9001011234568 '>");
    assert!(reference(&other).starts_with("garim.") && other.starts_with("<input type=text "), "{other}");
}

/// Browsers empty those of dates that hold anything else, and a script that submits the form sends them so.
#[test]
fn controls_of_dates_become_ones_of_text() {
    for (html, expected) in [
        ("<input type=date value='9001011234568'>", "<input type=text value='§'>"),
        ("<input name='a' TYPE = \"Date\" id=b value=9001011234568>", "<input name='a' TYPE = \"text\" id=b value=§>"),
        ("<input value='9001011234568' type='month'>", "<input value='§' type='text' type='month'>"),
        ("<input value=9001011234568 type=week>", "<input value=§ type=text type=week>"),
        (
            "<input onclick='a>b' value='9001011234568' type=time>",
            "<input onclick='a>b' value='§' required type='text' type=time>",
        ),
        (
            "<input type=date onclick='a>b' value=9001011234568>",
            "<input type=date onclick='a>b' value=§ required type=text>",
        ),
        ("<input type=text value='9001011234568'>", "<input type=text value='§'>"),
        (
            "<p>a</p><input type=date data-a='010-1234-5678' value='9001011234568'>",
            "<p>a</p><input type=text data-a='§' value='§'>",
        ),
    ] {
        for piece in [1, 5, 4096] {
            let (shown, _) = through(Direction::Download, "text/html; charset=utf-8", html.as_bytes(), piece, 1);
            let mut shown = String::from_utf8(shown.unwrap()).unwrap();
            while let crate::seal::Next::Whole(range) = crate::seal::next(shown.as_bytes(), 0, true) {
                shown.replace_range(range, "§");
            }
            assert_eq!(shown, expected, "in pieces of {piece}");
        }
    }
}

#[test]
fn what_is_edited_where_it_stands_goes_out_as_a_textarea_does() {
    for (html, is_control) in [
        ("<div contenteditable>§</div>", true),
        ("<div class=a contentEditable=\"true\" id='b'><p>글 <b>§</b></p></div>", true),
        ("<TD CONTENTEDITABLE=''>§</TD>", true),
        ("<span contenteditable='plaintext-only'>§</span>", true),
        ("<div contenteditable><div>a</div><br>§</div>", true),
        ("<div id=\"editor\"><p>§</p></div>", true),
        ("<div class='a' id='quillEditor'>§</div>", true),
        ("<div id=summernote><p>글</p>§</div>", true),
        ("<div id='editor'></div><p>§</p>", false),
        ("<div id='editorial'>§</div>", false),
        ("<div class='editor'>§</div>", false),
        ("<p contenteditable>a<p>§", false),
        ("<div contenteditable=false>§</div>", false),
        ("<div contenteditable=inherit>§</div>", false),
        ("<div contenteditable><div>a</div></div><p>§</p>", false),
        ("<div contenteditable-x>§</div>", false),
        ("<input contenteditable><p>§</p>", false),
        ("<p>contenteditable §</p>", false),
    ] {
        let html = html.replace('§', RESIDENT);
        for piece in [1, 7, 4096] {
            let (shown, _) = through(Direction::Download, "text/html; charset=utf-8", html.as_bytes(), piece, 1);
            let shown = String::from_utf8(shown.unwrap()).unwrap();
            assert_eq!(shown.contains("900101-*~*~*~*garim.Z"), is_control, "{html}: {shown}");
            assert_eq!(shown.contains("900101-*******"), !is_control, "{html}: {shown}");
        }
    }
    let shown = page("<div contenteditable><p>글 900101-1234568</p></div>");
    let inside = shown.strip_prefix("<div contenteditable>").unwrap().strip_suffix("</div>").unwrap();
    let json = serde_json::json!({ "html": inside }).to_string();
    let back: serde_json::Value = serde_json::from_str(&sent("application/json", &json).unwrap()).unwrap();
    assert_eq!(back["html"], "<p>글 900101-1234568</p>");
}

#[test]
fn numbers_in_data_of_attributes_become_strings() {
    for (html, expected) in [
        ("<a data-x='{\"jumin\":9001011234568}'>", "<a data-x='{\"jumin\":&quot;§&quot;}'>"),
        ("<a data-x=\"{&quot;jumin&quot;: 9001011234568 }\">", "<a data-x=\"{&quot;jumin&quot;: &quot;§&quot; }\">"),
        (
            "<a hx-vals='{\"a\":1,\"jumin\":[1, 9001011234568]}'>",
            "<a hx-vals='{\"a\":1,\"jumin\":[1, &quot;§&quot;]}'>",
        ),
        ("<a data-jumin='[9001011234568,1]'>", "<a data-jumin='[&quot;§&quot;,1]'>"),
        ("<my-a :jumin=\"9001011234568\">", "<my-a :jumin=\"&#39;§&#39;\">"),
        ("<a x-data='{ jumin: 9001011234568 }'>", "<a x-data='{ jumin: &quot;§&quot; }'>"),
        ("<a @click=\"go(9001011234568)\">", "<a @click=\"go(&#39;§&#39;)\">"),
        ("<a data-jumin='9001011234568'>", "<a data-jumin='§'>"),
        ("<a data-x='{\"jumin\":\"9001011234568\"}'>", "<a data-x='{\"jumin\":\"§\"}'>"),
        ("<a data-jumin='1,9001011234568,2'>", "<a data-jumin='1,§,2'>"),
    ] {
        let shown = page(html);
        assert_eq!(shown.replace(reference(&shown), "§"), expected);
    }
}

/// Programs of pages, and browsers, ask whether it is one before they send it.
#[test]
fn controls_of_addresses_hold_addresses() {
    let shown = page("<input type=email name=mail value='hong@example.com'> <textarea>hong@example.com</textarea>");
    let reference = reference(&shown);
    assert!(reference.starts_with("garim.Z") && reference.ends_with(".@garim.invalid"), "{shown}");
    assert!(!shown.contains("example") && shown.matches("@garim.invalid").count() == 1, "{shown}");
    for (kind, body) in [
        (FORM, format!("a=1&mail={}&b=2", super::percent(reference.as_bytes()))),
        ("application/json", format!("{{\"mail\":\"{reference}\"}}")),
    ] {
        for piece in [1, 7, 4096] {
            let (back, _) = through(Direction::Upload, kind, body.as_bytes(), piece, 1);
            let back = String::from_utf8(back.unwrap()).unwrap();
            assert!(["a=1&mail=hong%40example.com&b=2", "{\"mail\":\"hong@example.com\"}"].contains(&&*back), "{back}");
        }
    }
    let other = through(Direction::Upload, FORM, format!("mail={reference}").as_bytes(), 9, 2).0;
    assert_eq!(other, None, "another key");
}

#[test]
fn numbers_in_code_become_strings() {
    let shown = page(
        "<a onclick=\"go(9001011234568, 1)\" href='javascript:go(9001011234568)'><script>a(9001011234568)</script>",
    );
    let rest = shown.replace(reference(&shown), "R");
    assert_eq!(rest, "<a onclick=\"go(&#39;R&#39;, 1)\" href='javascript:go(&#39;R&#39;)'><script>a(\"R\")</script>");
    assert_eq!(sent(FORM, &format!("a={}", reference(&shown))).as_deref(), Some("a=9001011234568"));
}

#[test]
fn what_people_read_keeps_its_stars() {
    assert_eq!(page("<meta content='가 900101-1234568'>"), "<meta content='가 900101-*******'>");
    assert_eq!(page("<p title='900101-1234568'>900101-1234568</p>"), "<p title='900101-*******'>900101-*******</p>");
    let json = br#"{"a": "900101-1234568", "photo": "\/photo\/9001011234568.jpg", "n": 9001011234568}"#;
    let (shown, _) = through(Direction::Download, "application/json", json, 7, 1);
    let shown = String::from_utf8(shown.unwrap()).unwrap();
    let expected = r#"{"a": "900101-*~*~*~*", "photo": "\/photo\/R.jpg", "n": "900101*~*~*~*"}"#;
    assert_eq!(shown.replace(reference(&shown), "R"), expected);
}

#[test]
fn a_value_comes_back_as_it_was_written() {
    for (html, posted) in [
        ("<input value='９００１０１－１２３４５６８'>", "９００１０１－１２３４５６８"),
        ("<input value='900101 - 1234568'>", "900101 - 1234568"),
        ("<input value='900101&#45;123456&#56;'>", "900101-1234568"),
        ("<input value='900101-\u{200b}1234568'>", "900101-\u{200b}1234568"),
        ("<script>a('900101-\\u00312345\\x368')</script>", "900101-1234568"),
        ("<input value='hong.gd+1@example.com'>", "hong.gd+1@example.com"),
        ("<textarea>주민번호 900101-\n1234568</textarea>", "900101-\r\n1234568"),
    ] {
        let shown = page(html);
        let reference = reference(&shown);
        let escaped = super::percent(posted.as_bytes());
        assert_eq!(sent(FORM, &format!("a=x{reference}y")), Some(format!("a=x{escaped}y")), "{html}");
        let multipart =
            |value: &str| format!("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{value}\r\n--B--\r\n");
        let plain = sent("multipart/form-data; boundary=B", &multipart(reference));
        assert_eq!(plain, Some(multipart(posted)), "{html}");
        let json = sent("application/json", &format!("{{\"a\":\"{reference}\"}}")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["a"], posted.replace("\r\n", "\n"), "{html}");
    }
}

#[test]
fn a_file_name_comes_back() {
    let shown = page("<a href='/file/900101-1234568.hwp'>");
    let form = |name: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}.hwp\"\r\n\
             Content-Type: text/plain\r\n\r\na\r\n--B--\r\n"
        )
    };
    let body = sent("multipart/form-data; boundary=B", &form(reference(&shown)));
    assert_eq!(body, Some(form(RESIDENT)));
}

#[test]
fn the_mark_before_a_reference_goes_with_it_and_no_other() {
    let shown = page("<textarea>* 주민번호 900101-1234568 (010-2345-6789)</textarea>");
    let text = shown.strip_prefix("<textarea>").unwrap().strip_suffix("</textarea>").unwrap();
    assert!(text.contains("900101-*~*~*~*garim.Z") && text.contains("(010-*~*~-6789garim.Z"), "{text}");
    let posted = |text: &str| sent(FORM, &format!("a={}", super::percent(text.as_bytes())));
    let back = posted(&format!("{text} * 추신")).unwrap();
    let (back, _) = crate::inspect::percent::decode(back.as_bytes(), true);
    assert_eq!(String::from_utf8(back).unwrap(), "a=* 주민번호 900101-1234568 (010-2345-6789) * 추신");
    let alone = text.replacen(reference(text), "", 1);
    assert_eq!(posted(&alone), None, "the mark without its reference");
    let twice = text.replace("900101-*", "900101-*~*~ 900101-*");
    assert_eq!(posted(&twice), None, "a mark beside");
    let moved = text.replace("*~*~*~*garim", "*~*~*~* garim");
    assert_eq!(posted(&moved), None, "the mark apart from its reference");
}

#[test]
fn euc_kr_comes_back_as_euc_kr() {
    let html =
        encoding_rs::EUC_KR.encode("<meta charset=euc-kr><input value='９００１０１－１２３４５６８'>").0.into_owned();
    let (shown, _) = through(Direction::Download, "text/html", &html, usize::MAX, 1);
    let shown = String::from_utf8_lossy(&shown.unwrap()).into_owned();
    let wanted = super::percent(&encoding_rs::EUC_KR.encode("９００１０１－１２３４５６８").0);
    assert_eq!(sent(FORM, &format!("a={}", reference(&shown))), Some(format!("a={wanted}")), "nothing else to tell");
    let utf_8 = super::percent("가나다".as_bytes());
    let body = format!("a={utf_8}{}", reference(&shown));
    let expected = format!("a={utf_8}{}", super::percent("９００１０１－１２３４５６８".as_bytes()));
    assert_eq!(sent(FORM, &body), Some(expected), "the field is in UTF-8");
    let korean = super::percent(b"\xB0\xA1\xB3\xAA");
    let body = format!("a={korean}{}{korean}", reference(&shown));
    assert_eq!(sent(FORM, &body), Some(format!("a={korean}{wanted}{korean}")), "the field is in EUC-KR");
    assert_eq!(at(&format!("/v/{}?no={0}", reference(&shown))).unwrap(), {
        format!("/v/{}?no={wanted}", super::percent("９００１０１－１２３４５６８".as_bytes()))
    });
}

/// What becomes of a target; `None` if it is refused.
fn at(address: &str) -> Option<String> {
    let mut tally = tally(Direction::Upload);
    let mut edits = target(address.as_bytes(), &lens(1), &mut tally);
    edits.retain(|edit| tally.masks(edit));
    (!tally.refuses()).then(|| String::from_utf8(edited(address.as_bytes(), &edits).unwrap()).unwrap())
}

#[test]
fn addresses_are_opened_and_what_is_opened_is_counted_and_not_judged() {
    let shown = page("<a href='/photo/9001011234568.jpg?name=홍 길동'>");
    let reference = reference(&shown);
    assert_eq!(at(&format!("/photo/{reference}.jpg")).as_deref(), Some("/photo/9001011234568.jpg"));
    assert_eq!(at(&format!("/v?{reference}=a&b={reference}")).as_deref(), Some("/v?9001011234568=a&b=9001011234568"));
    assert_eq!(at("/v?no=900101-1234568"), None, "what nobody gave out is judged");
    let (body, tally) = through(Direction::Upload, FORM, format!("a={reference}").as_bytes(), 1, 1);
    assert_eq!(body.as_deref(), Some(&b"a=9001011234568"[..]));
    let counts: Vec<_> = tally.counts().iter().map(|counts| (counts.what.name(), counts.found)).collect();
    assert_eq!(counts, [("returned:resident-registration-number", 1)]);
    assert!(tally.reported().is_empty());
}

#[test]
fn what_does_not_open_is_refused() {
    let shown = page("<input value='900101-1234568'>");
    let reference = reference(&shown).to_owned();
    let reason = |key: u8, body: &str| {
        let (body, tally) = through(Direction::Upload, FORM, body.as_bytes(), 3, key);
        assert_eq!(body, None);
        tally.verdict().what.map(What::name)
    };
    let refused = Some("uninspectable:reference");
    assert_eq!(reason(2, &format!("a={reference}")), refused, "another key");
    assert_eq!(reason(1, &format!("a={}", &reference[..reference.len() - 9])), refused, "cut");
    assert_eq!(reason(1, &format!("a={}", reference.to_uppercase())), refused);
    assert_eq!(reason(1, &format!("a={}", reference.replacen("Z", "ZA", 1))), refused);
}

proptest! {
    #[test]
    fn however_it_is_cut_the_same_comes_of_it(
        pieces in prop::collection::vec(prop_oneof![
            Just("<input name=a value='900101-1234568'>".to_owned()),
            Just("<textarea>* 900101 1234568, 010-2345-6789 그리고 hong@example.com</textarea>".to_owned()),
            Just("<a href=\"/v/900101-1234568?a=hong@example.com\">글</a>".to_owned()),
            "[ -~가-힣]{0,40}",
        ], 0..12),
        cut in 1..50_usize,
    ) {
        let html = pieces.concat();
        let out = |piece| through(Direction::Download, "text/html; charset=utf-8", html.as_bytes(), piece, 1).0;
        let shown = out(usize::MAX);
        prop_assert_eq!(&out(cut), &shown);
        let shown = shown.expect("masks do not refuse");
        let posted = format!("a={}&b=1", super::percent(&shown));
        let back = |piece| through(Direction::Upload, FORM, posted.as_bytes(), piece, 1).0;
        prop_assert_eq!(back(cut), back(usize::MAX));
    }
}
