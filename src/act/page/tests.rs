//! Every outcome × direction × language × charset, and what a page must never hold.

use super::*;
use crate::config::Contact;
use crate::vocab::{Confidence, Kind, Place, Shown, Stands, Step};
use http::{HeaderMap, HeaderName, HeaderValue};

const RAW: [&str; 2] = ["900101-1234568", "9001011234568"];
const NASTY: &str = "<script>alert('x')</script>\"&\u{0}";

fn outcomes() -> Vec<Outcome> {
    let mut outcomes = vec![
        Outcome::Blocked,
        Outcome::MaskReturned,
        Outcome::StarsReturned,
        Outcome::Reference,
        Outcome::Overload,
        Outcome::BadRequest,
        Outcome::TooLarge,
        Outcome::Timeout,
        Outcome::SiteDown,
        Outcome::SiteSlow,
        Outcome::NoSuchSite,
        Outcome::Held,
        Outcome::Approved,
        Outcome::SignInFirst,
        Outcome::NoReceipt,
        Outcome::TooLate,
        Outcome::Warned,
        Outcome::AskReason,
        Outcome::Forwarding,
        Outcome::HoldRefused,
        Outcome::HoldExpired,
        Outcome::HoldFailed,
        Outcome::HoldUnsent,
        Outcome::HoldShut,
        Outcome::HoldUnknown,
        Outcome::Sent,
    ];
    outcomes.extend(Reason::ALL.iter().map(|reason| Outcome::CannotInspect(*reason)));
    outcomes
}

fn number(part: Part) -> Reported {
    Reported {
        class: Default::default(),
        what: What::Kind(Kind::ResidentRegistrationNumber),
        confidence: Confidence::Certain,
        place: Place { part, stands: Stands::Text, line: 3, inside: Box::default() },
        masked: "900101-*******".to_owned(),
    }
}

fn notice<'a>(pages: &'a Pages, found: &'a [Reported], own_text: &'a [(String, String)]) -> Notice<'a> {
    Notice {
        asks: None,
        receipt: Receipt::default(),
        outcome: Outcome::Blocked,
        direction: Direction::Upload,
        sent: Sent::Withheld,
        found,
        more: 0,
        own_text,
        id: "20261122-7F3A",
        time: "2026-11-22 16:40:00 +09:00",
        pages,
        language: Language::Korean,
        charset: Charset::Utf8,
        wants_json: false,
    }
}

fn text(rendered: &Rendered) -> String {
    let euc_kr = rendered.content_type.ends_with("euc-kr");
    let encoding = if euc_kr { encoding_rs::EUC_KR } else { encoding_rs::UTF_8 };
    let text = encoding.decode_without_bom_handling_and_without_replacement(&rendered.body);
    text.expect("the body is in the charset it names").into_owned()
}

/// Walks the tags: every element that is opened is closed in order, and every attribute value is quoted.
fn well_formed(page: &str) {
    const VOID: [&str; 3] = ["meta", "hr", "br"];
    let mut open = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("a doctype");
    while let Some((_, tail)) = rest.split_once('<') {
        let (tag, tail) = tail.split_once('>').expect("a tag ends");
        rest = tail;
        assert_eq!(tag.matches('"').count() % 2, 0, "unquoted: {tag}");
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()), "in {page}");
        } else if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn every_page_is_whole_escaped_and_says_what_it_must() {
    let pages = Pages { contact: Contact { office: NASTY.into(), ..Contact::default() }, ..Pages::default() };
    let found = [number(Part::Field(NASTY.into())), number(Part::Body)];
    let own_text = [(NASTY.to_owned(), format!("\n{NASTY} 900101-*******"))];
    for outcome in outcomes() {
        for direction in [Direction::Upload, Direction::Download] {
            for sent in [Sent::Nothing, Sent::Withheld, Sent::Reached] {
                for language in [Language::Korean, Language::English] {
                    for charset in [Charset::Utf8, Charset::Cp949, Charset::AsciiBased] {
                        let plain = notice(&pages, &found, &own_text);
                        let notice = Notice { outcome, direction, sent, language, charset, more: 7, ..plain };
                        check(&notice);
                    }
                }
            }
        }
    }
}

fn check(notice: &Notice) {
    let rendered = render(notice);
    let page = text(&rendered);
    well_formed(&page);
    assert_eq!(rendered.content_type.ends_with("euc-kr"), notice.charset == Charset::Cp949);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    assert!(page.contains(notice.id) && page.contains(notice.time));
    assert!(page.contains("900101-*******</span>"));
    let title = page.split("<title>").nth(1).and_then(|tail| tail.split("</title>").next()).expect("a title");
    assert!(page.contains(&format!("autofocus>{title}</h1>")) && page.matches("<h1").count() == 1);
    let steps = page.split("<ol>").nth(1).and_then(|tail| tail.split("</ol>").next()).expect("steps");
    assert!((1..=3).contains(&steps.matches("<li>").count()));
    let korean = notice.language == Language::Korean;
    assert!(page.contains(if korean { "<html lang=\"ko\">" } else { "<html lang=\"en\">" }));
    assert_eq!(title.chars().any(|letter| ('가'..='힣').contains(&letter)), korean, "{title}");
    let stored = if korean { "누리집에 저장된 것은 없습니다." } else { "Nothing was stored on the site." };
    assert_eq!(page.contains(stored), notice.sent == Sent::Withheld && !words::tells_itself(notice.outcome));
    assert_eq!(page.contains("제29조") || page.contains("29 of the"), words::names_duty(notice.outcome));
}

#[test]
fn a_page_says_where_in_a_file_it_stands() {
    let part = Part::File { field: "file".to_owned(), name: "명단.xlsx".to_owned() };
    let steps = [Step::Sheet(2, "<명단>".to_owned(), Shown::Hidden), Step::Cell(2, 7)];
    let found = [Reported { place: Place::within(part.clone(), steps.into()), ..number(part) }];
    let pages = Pages::default();
    let page = |language| text(&render(&Notice { language, ..notice(&pages, &found, &[]) }));
    let place = "첨부 ‘명단.xlsx’ › 시트 2 ‘&lt;명단&gt;’(숨김) › B7 셀</span>";
    assert!(page(Language::Korean).contains(place), "{}", page(Language::Korean));
    let place = "attachment &#39;명단.xlsx&#39; › sheet 2 ‘&lt;명단&gt;’ (hidden) › cell B7</span>";
    assert!(page(Language::English).contains(place), "{}", page(Language::English));
}

#[test]
fn statuses_and_fields() {
    let pages = Pages::default();
    let status = |outcome: Outcome| outcome.status(&pages, false).as_u16();
    let expected = [403, 403, 403, 403, 503, 400, 413, 408, 502, 504, 421];
    assert!(outcomes().into_iter().zip(expected).all(|(outcome, code)| status(outcome) == code));
    let own = Pages { block_status: Some(200), ..Pages::default() };
    assert_eq!(Outcome::CannotInspect(Reason::Damaged).status(&own, false), StatusCode::OK);
    assert_eq!(Outcome::SiteDown.status(&own, false), StatusCode::BAD_GATEWAY);
    for question in [Outcome::Warned, Outcome::AskReason] {
        assert_eq!((status(question), question.status(&own, true)), (409, StatusCode::OK), "scripts know their own");
    }

    let blocked = render(&notice(&pages, &[], &[]));
    let overload = render(&Notice { outcome: Outcome::Overload, ..notice(&pages, &[], &[]) });
    let field = |rendered: &Rendered, name: &str| {
        rendered.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    };
    assert_eq!(field(&blocked, "cache-control").as_deref(), Some("no-store"));
    assert_eq!(field(&blocked, "content-language").as_deref(), Some("ko"));
    assert_eq!(field(&blocked, "retry-after"), None);
    assert_eq!(field(&overload, "retry-after").as_deref(), Some("60"));
    for (name, value) in &overload.headers {
        assert!(HeaderName::from_lowercase(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok(), "{name}");
    }
}

#[test]
fn a_refusal_is_named_after_what_it_was_about() {
    let about = |reason| Outcome::refusal(Some(What::Uninspectable(reason)));
    assert_eq!(Outcome::refusal(Some(What::Kind(Kind::MobileNumber))), Outcome::Blocked);
    assert_eq!(about(Reason::MaskReturned), Outcome::MaskReturned);
    assert_eq!(about(Reason::StarsReturned), Outcome::StarsReturned);
    assert_eq!(about(Reason::Reference), Outcome::Reference);
    assert_eq!(about(Reason::Coding), Outcome::CannotInspect(Reason::Coding));
}

#[test]
fn the_style_is_the_one_the_security_policy_names() {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, include_bytes!("page.css"));
    let wanted = base64(digest.as_ref());
    assert!(html::security_policy(false, false).contains(&format!("'sha256-{wanted}'")), "STYLE_HASH must be {wanted}");
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= group.len() { char::from(LETTERS[index]) } else { '=' });
        }
    }
    text
}

#[test]
fn colours_have_enough_contrast() {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour");
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let css = include_str!("page.css");
    let texts: Vec<&str> = css.match_indices("color:#").map(|(at, found)| &css[at + found.len() - 1..]).collect();
    let texts: Vec<&str> = texts.into_iter().map(|tail| &tail[..7]).collect();
    assert_eq!(texts.len(), 4);
    for text in texts {
        assert!(1.05 / (luminance(text) + 0.05) >= 4.5, "{text} on white");
    }
}

#[test]
fn stars_are_said_aloud_as_their_number() {
    assert_eq!(words::spoken("900101-*******", Language::Korean), "900101- 가린 글자 7개");
    assert_eq!(words::spoken("ab***@example.com", Language::English), "ab 3 characters hidden @example.com");
}

#[test]
fn what_euc_kr_lacks_becomes_a_numeric_reference() {
    let pages = Pages { contact: Contact { office: "담당 😀".into(), ..Contact::default() }, ..Pages::default() };
    let page = render(&Notice { charset: Charset::Cp949, ..notice(&pages, &[], &[]) });
    assert!(text(&page).contains("담당 &#128512;"));
}

#[test]
fn contact_lines_show_only_where_set() {
    let bare = Pages::default();
    let phone = Pages { contact: Contact { phone: "02-2100-1234".into(), ..Contact::default() }, ..Pages::default() };
    assert!(!text(&render(&notice(&bare, &[], &[]))).contains("<h2>문의</h2>"));
    let page = text(&render(&notice(&phone, &[], &[])));
    assert!(page.contains("<a href=\"tel:0221001234\">02-2100-1234</a>") && !page.contains("mailto:"));
}

#[test]
fn json_has_its_shape_and_no_value() {
    let pages = Pages::default();
    let found = [number(Part::Field(NASTY.into()))];
    let rendered =
        render(&Notice { wants_json: true, more: 2, charset: Charset::Cp949, ..notice(&pages, &found, &[]) });
    assert_eq!(rendered.content_type, "application/json; charset=utf-8");
    let json: serde_json::Value = serde_json::from_slice(&rendered.body).expect("JSON");
    assert_eq!(json["error"], "blocked");
    assert_eq!(json["reference"], "20261122-7F3A");
    assert_eq!(json["message"], "개인정보가 들어 있어 글을 올리지 않았습니다. 누리집에 저장된 것은 없습니다.");
    assert_eq!(json["found"][0]["kind"], "resident-registration-number");
    assert_eq!(json["found"][0]["confidence"], "certain");
    assert_eq!(json["found"][0]["masked"], "900101-*******");
    assert!(json["found"][0]["place"].as_str().is_some_and(|place| place.contains(NASTY)));
    assert_eq!(json["more"], 2);
    let body = String::from_utf8_lossy(&rendered.body);
    assert!(RAW.iter().all(|raw| !body.contains(raw)));
}

#[test]
fn the_sites_own_json_is_filled_as_strings() {
    let template = r#"{"result":"fail","msg":"{message}","data":{"ref":"{id}"},"{x}":1}"#.to_owned();
    let pages = Pages { block_json: Some(template), ..Pages::default() };
    let plain = notice(&pages, &[], &[]);
    let rendered = render(&Notice { wants_json: true, id: "a\"{message}\\", ..plain });
    let json: serde_json::Value = serde_json::from_slice(&rendered.body).expect("JSON");
    assert_eq!(json["data"]["ref"], "a\"{message}\\");
    assert!(json["msg"].as_str().is_some_and(|message| message.starts_with("개인정보가")));
    assert_eq!(json["{x}"], 1);
}

#[test]
fn the_language_is_the_readers_else_the_sites() {
    use Language::{English, Korean};
    let cases: [(&str, Language, Language); 9] = [
        ("", Korean, Korean),
        ("fr-FR, de;q=0.5", English, English),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", English, Korean),
        ("en-US,en;q=0.9,ko;q=0.8", Korean, English),
        ("fr, en;q=0.2, ko;q=0.3", English, Korean),
        ("EN", Korean, English),
        ("en;q=0, *", Korean, Korean),
        ("ko;q=0.5, en;q=0.5", English, Korean),
        ("kok, eng", English, English),
    ];
    for (header, default, expected) in cases {
        assert_eq!(language(Some(header.as_bytes()), default), expected, "{header}");
    }
    assert_eq!(language(Some(b"\xff,,;q"), Korean), Korean);
}

#[test]
fn scripts_get_json() {
    let asked = |fields: &[(&'static str, &'static str)]| {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        wants_json(&headers)
    };
    let browser = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    let xhr = ("x-requested-with", "XMLHttpRequest");
    let json_body = ("content-type", "application/json; charset=utf-8");
    assert!(!asked(&[]) && !asked(&[browser]) && !asked(&[("accept", "*/*")]));
    assert!(asked(&[("accept", "application/json, text/javascript, */*; q=0.01"), xhr]));
    assert!(asked(&[("accept", "*/*"), xhr]) && asked(&[json_body]) && asked(&[("accept", "*/*"), json_body]));
    assert!(!asked(&[("accept", "text/html, */*; q=0.01"), xhr]) && !asked(&[browser, json_body]));
    assert!(asked(&[("accept", "text/html;q=0.5"), ("accept", "application/problem+json")]));
    assert!(!asked(&[("content-type", "application/x-www-form-urlencoded")]));
}

#[test]
fn a_receipt_tells_what_was_said_and_answered_escaped() {
    let (pages, receipt) = (Pages::default(), Receipt { said: NASTY, status: Some(302), answer: NASTY });
    for language in [Language::Korean, Language::English] {
        let told = Notice { outcome: Outcome::HoldFailed, receipt, language, ..notice(&pages, &[], &[]) };
        let page = text(&render(&told));
        well_formed(&page);
        assert!(!page.contains("<script") && page.matches("&lt;script&gt;alert").count() == 2, "{page}");
        assert!(page.contains("HTTP 302"));
        let json = text(&render(&Notice { wants_json: true, ..told }));
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((&json["said"], &json["answer"]["status"]), (&NASTY.into(), &302.into()));
    }
    let nothing = text(&render(&Notice { wants_json: true, ..notice(&pages, &[], &[]) }));
    assert!(!nothing.contains("\"said\"") && !nothing.contains("\"answer\""));
}
