//! Whole bodies through the door: the same however they are cut, every byte accounted for.

use super::*;
use crate::policy::{Action, Find, Mode, Policy, Reported, Rule, Scope};
use crate::vocab::{Reason, What};
use proptest::prelude::*;

/// A synthetic number of the specification, whose check digit holds.
const NUMBER: &str = "900101-1234568";
const MASKED: &str = "900101-*******";

fn lens() -> Arc<Lens> {
    Arc::new(Lens { today: Day { year: 2026, month: 11, day: 22 }, hosts: Arc::new([]) })
}

fn tally(action: Action) -> Tally {
    let find = Find::every_kind();
    let (scope, confidence) = (Scope::default(), crate::vocab::Confidence::Possible);
    let rule = Rule { name: "all".into(), scope, find, at_least: 1, confidence, action, mode: None };
    let reasons = Rule { find: Find::every_reason(), action: Action::Log, ..rule.clone() };
    let policy = Policy { name: "p".into(), mode: Mode::Enforce, default: Action::Log, rules: vec![rule, reasons] };
    Tally::new(policy.plan(Direction::Upload, "example.go.kr", "/board", None))
}

/// What came of a body.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    edits: Vec<Edit>,
    reported: Vec<Reported>,
    account: Account,
    outline: Option<Outline>,
}

impl Seen {
    /// What was found, with where, as people read it, without the line.
    fn places(&self) -> Vec<(&'static str, String)> {
        let place = |found: &Reported| found.place.to_string().split(", line").next().unwrap().to_owned();
        self.reported.iter().map(|found| (found.what.name(), place(found))).collect()
    }

    fn reasons(&self) -> Vec<Reason> {
        let reason = |found: &Reported| if let What::Uninspectable(reason) = found.what { Some(reason) } else { None };
        self.reported.iter().filter_map(reason).collect()
    }
}

fn content(direction: Direction, content_type: &str) -> Content {
    let content_type = (!content_type.is_empty()).then(|| content_type.as_bytes().to_vec());
    Content { direction, content_type, charset: None }
}

fn inspect_pieces(content: Content, pieces: &[&[u8]]) -> Seen {
    let mut tally = tally(Action::Mask);
    let mut inspector = Inspector::new(content, lens(), Ceilings { form_parts: 20 });
    let (mut edits, mut settled, mut pushed) = (Vec::new(), 0, 0);
    for (number, piece) in pieces.iter().chain([&[].as_slice()]).enumerate() {
        let step = if number < pieces.len() { inspector.push(piece, &mut tally) } else { inspector.finish(&mut tally) };
        pushed += piece.len() as u64;
        assert!(settled <= step.settled && step.settled <= pushed, "settled");
        assert!(!step.refused);
        assert!(step.edits.iter().all(|edit| edit.span.start >= settled && edit.span.end <= step.settled));
        settled = step.settled;
        edits.extend(step.edits);
        let Account { inspected, passed_over } = inspector.account();
        assert_eq!(inspected + passed_over.values().sum::<u64>(), pushed, "account");
    }
    assert_eq!(settled, pushed);
    assert!(edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    let reported = tally.reported().to_vec();
    Seen { edits, reported, account: inspector.account(), outline: inspector.outline().cloned() }
}

fn inspect(direction: Direction, content_type: &str, body: &[u8]) -> Seen {
    let whole = inspect_pieces(content(direction, content_type), &[body]);
    for size in [1, 2, 7, 64] {
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        assert_eq!(whole, inspect_pieces(content(direction, content_type), &pieces), "in pieces of {size}");
    }
    whole
}

fn up(content_type: &str, body: impl AsRef<[u8]>) -> Seen {
    inspect(Direction::Upload, content_type, body.as_ref())
}

fn down(content_type: &str, body: impl AsRef<[u8]>) -> Seen {
    inspect(Direction::Download, content_type, body.as_ref())
}

const RRN: &str = "resident-registration-number";

#[test]
fn texts_are_read_by_their_type() {
    for media_type in [
        "text/html; charset=euc-kr",
        "text/plain",
        "text/css",
        "application/json",
        "application/problem+json",
        "text/xml",
        "image/svg+xml",
        "application/javascript",
        "application/x-ndjson",
        "Text/CSV;charset=\"UTF-8\"",
    ] {
        let seen = down(media_type, format!("\"a\": \"{NUMBER}\" "));
        assert_eq!(seen.edits.len(), 1, "{media_type}");
        assert_eq!(seen.account.inspected, 22);
    }
}

#[test]
fn what_says_little_is_looked_at() {
    let csv = format!("이름,번호\r\n홍길동,{NUMBER}\r\n");
    for media_type in ["", "application/octet-stream", "application/vnd.ms-excel", "image/png"] {
        let seen = up(media_type, &csv);
        assert_eq!(seen.places().len(), 1, "{media_type}: {seen:?}");
    }
    assert_eq!(down("application/vnd.ms-excel", format!("<table><td>{NUMBER}</table>")).edits.len(), 1);
    let pdf = format!("%PDF-1.7 {NUMBER}");
    for (media_type, bytes) in [("", pdf.as_bytes()), ("application/pdf", pdf.as_bytes()), ("", b"\0\x01abc")] {
        let seen = up(media_type, bytes);
        assert_eq!(seen.reasons(), [Reason::Binary]);
        assert_eq!(seen.account.passed_over.get("binary"), Some(&(bytes.len() as u64)));
        assert_eq!(seen.account.inspected, 0);
    }
    assert_eq!(up("", "").reported, []);
    assert_eq!(down("image/png", "").reported, []);
}

#[test]
fn plain_text_of_a_client_may_be_json() {
    let json = "{\"n\": \"900101-123456\\u0038\"}";
    assert_eq!(up("text/plain;charset=UTF-8", json).edits.len(), 1);
    let with_nul = format!("\0{NUMBER}");
    assert_eq!(up("text/plain", &with_nul).edits.len(), 1);
    assert_eq!(down("text/plain", &with_nul).edits.len(), 1);
}

#[test]
fn pictures_from_a_site_are_not_looked_at() {
    let reads = |media_type| content(Direction::Download, media_type).reads();
    assert!(!reads("image/png"));
    assert!(!reads("text/html; charset=utf-16"));
    assert!(reads("text/html") && reads(""));
    assert_eq!(down("image/png", NUMBER).reasons(), [Reason::Binary]);
}

#[test]
fn charsets_that_cannot_be_read_are_said() {
    for (media_type, body) in [
        ("text/html; charset=utf-16", "abc"),
        ("text/html; charset=utf-8; charset=euc-kr", "abc"),
        ("application/x-www-form-urlencoded; charset=iso-2022-kr", "a=b"),
        ("application/octet-stream; charset=utf-7", "abc"),
    ] {
        let seen = up(media_type, body);
        assert_eq!(seen.reasons(), [Reason::Charset], "{media_type}");
        assert_eq!(seen.account.passed_over.get("charset"), Some(&(body.len() as u64)));
    }
    for media_type in ["text/plain", "text/html; charset=utf-8"] {
        let seen = up(media_type, b"\xFF\xFE9\x000\x00");
        assert_eq!((seen.reasons(), seen.account.inspected), (vec![Reason::Charset], 0));
    }
    let declared = "<meta charset=iso-2022-kr> and more";
    let seen = up("text/html", declared);
    assert_eq!((seen.reasons(), seen.account.inspected), (vec![Reason::Charset], 0));
    assert_eq!(up("application/octet-stream", b"\xFF\xFE9\x000\x00").reasons(), [Reason::Charset]);
    assert_eq!(up("text/html; charset=utf-8; charset=UTF8", "abc").reported, []);
    assert_eq!(up("text/html; charset=nonsense", NUMBER).edits.len(), 1);
}

#[test]
fn a_url_encoded_form() {
    let body = format!("name=%ED%99%8D&no=x+{NUMBER}&empty=&a&=b&%EB%B2%88%ED%98%B8={NUMBER}&{NUMBER}=1");
    let seen = up("application/x-www-form-urlencoded", &body);
    let expected = ["field 'no'", "field '번호'", "the name of a field"];
    assert_eq!(seen.places(), expected.map(|place| (RRN, place.to_owned())));
    for edit in &seen.edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        assert_eq!(&body[start..end], NUMBER);
        assert_eq!(edit.bytes.len(), end - start);
    }
    assert_eq!(seen.account.inspected, body.len() as u64);
    // Without a type, a client's body that looks like a form is one.
    assert_eq!(up("", format!("a=1&b={NUMBER}")).places(), [(RRN, "field 'b'".to_owned())]);
    // A name of a field is cleaned before it names anything.
    let named = up("application/x-www-form-urlencoded", format!("{NUMBER}={NUMBER}"));
    assert_eq!(named.places()[1].1, format!("field '{MASKED}'"));
}

#[test]
fn a_damaged_url_encoded_form() {
    for (body, at) in [("a=1&b=%4", 8), ("a=%zz&b=2", 3), ("a=%4&b=2", 4), ("%=1", 1), ("%4", 2), ("a=%%41", 3)] {
        let seen = up("application/x-www-form-urlencoded", body);
        assert_eq!(seen.reasons(), [Reason::Damaged], "{body}");
        assert_eq!(seen.account.inspected, at, "{body}");
    }
    let before = up("application/x-www-form-urlencoded", format!("a={NUMBER}&b=%zz&c={NUMBER}"));
    assert_eq!(before.edits.len(), 1);
    let many = up("application/x-www-form-urlencoded", "a=1&".repeat(21));
    assert_eq!(many.reasons(), [Reason::TooLarge]);
    assert_eq!(up("application/x-www-form-urlencoded", "a=1&".repeat(20)).reported, []);
}

fn part(head: &str, content: &[u8]) -> Vec<u8> {
    [b"--B\r\nContent-Disposition: form-data; ", head.as_bytes(), b"\r\n\r\n", content, b"\r\n"].concat()
}

fn multipart(parts: &[Vec<u8>]) -> Seen {
    up("multipart/form-data; boundary=B", [parts.concat().as_slice(), b"--B--\r\n"].concat())
}

#[test]
fn a_multipart_form() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR900101-1234568";
    let seen = multipart(&[
        part("name=\"subject\"", b"nothing"),
        part("name=\"content\"", format!("<p>{NUMBER}</p>").as_bytes()),
        part("name=\"f\"; filename=\"C:\\list\\a.csv\"\r\nContent-Type: text/csv", NUMBER.as_bytes()),
        part("name=\"f\"; filename=\"a.csv\"\r\nContent-Type: application/vnd.ms-excel", NUMBER.as_bytes()),
        part("name=\"f\"; filename=\"a.png\"\r\nContent-Type: image/png", png),
        part("name=\"f\"; filename=\"\"\r\nContent-Type: application/octet-stream", b""),
        part(&format!("name=\"f\"; filename=\"{NUMBER}.txt\"\r\nContent-Type: text/plain"), b""),
        part("name=\"j\"\r\nContent-Type: application/json", format!("{{\"a\":\"{NUMBER}\"}}").as_bytes()),
    ]);
    let expected = [
        (RRN, "field 'content'"),
        (RRN, "attachment 'a.csv'"),
        (RRN, "attachment 'a.csv'"),
        ("uninspectable:binary", "attachment 'a.png'"),
        (RRN, "the name of an attachment"),
        (RRN, "field 'j'"),
    ];
    assert_eq!(seen.places(), expected.map(|(what, place)| (what, place.to_owned())));
    assert_eq!(seen.account.passed_over, BTreeMap::from([("binary", png.len() as u64)]));
    assert_eq!(seen.outline.unwrap().parts.len(), 8);
}

#[test]
fn names_are_read_in_the_forms_charset() {
    let named = |head: &[u8], before: &[Vec<u8>], media_type: &str| {
        let head = [b"--B\r\nContent-Disposition: form-data; ".as_slice(), head, b"\r\n\r\n"].concat();
        let body = [before.concat(), head, NUMBER.as_bytes().to_vec(), b"\r\n--B--\r\n".to_vec()].concat();
        up(media_type, body).places()[0].1.clone()
    };
    let plain = "multipart/form-data; boundary=B";
    let korean = b"name=\"f\"; filename=\"\xb8\xed\xb4\xdc.csv\"\r\nContent-Type: text/csv";
    assert_eq!(named(korean, &[], plain), "attachment '명단.csv'");
    assert_eq!(named("name=\"번호\"".as_bytes(), &[], plain), "field '번호'");
    // The bytes of these two are valid UTF-8, so that only the form can tell.
    let both = b"name=\"\xc2\xaa\xc2\xaa\"";
    assert_eq!(named(both, &[], plain), "field 'ªª'");
    let euc_kr = "짧짧";
    assert_eq!(named(both, &[part("name=\"_charset_\"", b"euc-kr")], plain), format!("field '{euc_kr}'"));
    assert_eq!(named(both, &[], "multipart/form-data; charset=euc-kr; boundary=B"), format!("field '{euc_kr}'"));
}

#[test]
fn a_damaged_multipart_form() {
    let good = part("name=\"a\"", NUMBER.as_bytes());
    let body = [good.as_slice(), b"--B\r\nContent-Disposition: form-data\r\n\r\n900101-1234568\r\n--B--"].concat();
    let seen = up("multipart/form-data; boundary=B", &body);
    assert_eq!((seen.edits.len(), seen.reasons()), (1, vec![Reason::Damaged]));
    assert_eq!(seen.account.inspected, good.len() as u64 + 5);
    assert_eq!(seen.outline, None);
    // What stands before the break within a part is still read.
    let within =
        [b"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n900101-1234568 ".as_slice(), b"x--B\r\n"].concat();
    let seen = up("multipart/form-data; boundary=B", within);
    assert_eq!((seen.edits.len(), seen.reasons()), (1, vec![Reason::Damaged]));
    for (media_type, body) in [
        ("multipart/form-data", "--B--\r\n"),
        ("multipart/form-data; boundary=a; boundary=B", "--B--\r\n"),
        ("multipart/form-data; boundary=B", "--B--\r\njunk"),
        ("multipart/form-data; boundary=B", "--B\r\n"),
        ("multipart/form-data; boundary=B", ""),
    ] {
        let expected = if body.is_empty() && media_type.is_empty() { vec![] } else { vec![Reason::Damaged] };
        assert_eq!(up(media_type, body).reasons(), expected, "{media_type} {body}");
    }
    let many: Vec<Vec<u8>> = (0..21).map(|_| part("name=\"a\"", b"x")).collect();
    assert_eq!(multipart(&many).reasons(), [Reason::TooLarge]);
}

#[test]
fn events_are_decided_one_by_one() {
    let stream = format!(
        ": hello\n\ndata: {{\"n\": \"{NUMBER}\"}}\r\n\r\nevent: x\rdata: {NUMBER}\r\r\n\ndata: 900101\n\ndata: -1234568\n\n"
    );
    let seen = down("text/event-stream", &stream);
    let places: Vec<String> = seen.places().into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["event 2", "event 3"]);
    let mut tally = tally(Action::Mask);
    let mut inspector =
        Inspector::new(content(Direction::Download, "text/event-stream"), lens(), Ceilings { form_parts: 1 });
    for event in [format!("data: {NUMBER}\n\n"), "data: 1\r\n\r\n".to_owned(), "\n".to_owned()] {
        let before = inspector.account().inspected;
        assert_eq!(inspector.push(event.as_bytes(), &mut tally).settled, before + event.len() as u64, "{event:?}");
    }
}

#[test]
fn a_refusal_stops_the_reading() {
    let mut tally = tally(Action::Block);
    let mut inspector =
        Inspector::new(content(Direction::Download, "text/plain; charset=utf-8"), lens(), Ceilings { form_parts: 1 });
    let text = format!("{NUMBER} {}", "x".repeat(585));
    assert!(inspector.push(text.as_bytes(), &mut tally).refused);
    assert!(inspector.push(text.as_bytes(), &mut tally).refused);
    let step = inspector.finish(&mut tally);
    assert!(step.refused && step.edits.is_empty());
    let account = inspector.account();
    assert_eq!((account.inspected, account.passed_over["refused"]), (600, 600));
    assert_eq!(tally.counts()[0].found, 1);
}

#[test]
fn targets() {
    let look = |text: &str| {
        let mut tally = tally(Action::Mask);
        let edits = target(text.as_bytes(), &lens(), &mut tally);
        let places: Vec<String> = tally.reported().iter().map(|found| found.place.to_string()).collect();
        (edits, places)
    };
    let (edits, places) = look(&format!("/view/{NUMBER}/x?no={NUMBER}&{NUMBER}"));
    assert_eq!(places, ["the address (URL)", "'no' in the address", "'' in the address"]);
    assert_eq!(edits.iter().map(|edit| edit.span.start).collect::<Vec<_>>(), [6, 26, 41]);
    assert!(edits.iter().all(|edit| edit.stands == crate::vocab::Stands::Url));
    for (damaged, place) in
        [("/a%4", "the address (URL)"), ("/a%zz/b", "the address (URL)"), ("/?a=%4", "'a' in the address")]
    {
        assert_eq!(look(damaged), (vec![], vec![place.to_owned()]), "{damaged}");
    }
    assert_eq!(look("/board/글?q=검색&page=2"), (vec![], vec![]));
    assert_eq!(look("*"), (vec![], vec![]));
    assert_eq!(look(""), (vec![], vec![]));
}

#[test]
fn texts_are_cleaned() {
    assert_eq!(clean("명단 900101-1234568.csv", &lens()), "명단 900101-*******.csv");
    assert_eq!(clean("/a/900101-1234568/%EA%B0%80", &lens()), "/a/900101-*******/%EA%B0%80");
    assert_eq!(clean("subject", &lens()), "subject");
}

#[test]
fn the_writers_text_is_given_back_masked() {
    let form = format!("subject=%ED%99%8D&content=a+{NUMBER}&userpw=secret&empty=&broken=%zz");
    let given = fields(Some(b"application/x-www-form-urlencoded"), form.as_bytes(), None, &lens());
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(given, [pair("subject", "홍"), pair("content", &format!("a {MASKED}")), pair("broken", "%zz")]);
    let parts =
        [part("name=\"a\"", b"\xc8\xab"), part("name=\"f\"; filename=\"x\"", b"file"), b"--B--".to_vec()].concat();
    let given = fields(Some(b"multipart/form-data; boundary=B"), &parts, Some(Charset::Cp949), &lens());
    assert_eq!(given, [pair("a", "홍")]);
    assert_eq!(fields(Some(b"application/json"), b"{}", None, &lens()), []);
    assert_eq!(fields(None, b"a=1", None, &lens()), []);
}

const TYPES: &[&str] = &[
    "",
    "text/html",
    "application/json",
    "text/event-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=B",
    "application/octet-stream",
];

/// Pieces that bodies of all types are made of.
const WORDS: &[&str] = &[
    NUMBER,
    "\u{FEFF}",
    "&#45;",
    "\\u0038",
    "*~*~*~*~*",
    "900101-123456",
    "a@example.com",
    "900101",
    "-1234568",
    "&",
    "=",
    "%41",
    "%",
    "\r\n",
    "\n",
    "\r",
    "data: ",
    "{\"a\":",
    "\"",
    "}",
    "<p>",
    "가",
    "--B",
    "--B\r\n",
    "\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
    "\r\n--B--",
    "\r\n--B--\r\n",
    "\0",
    " ",
    "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\n",
];

proptest! {
    #[test]
    fn cuts_change_nothing(
        media_type in prop::sample::select(TYPES),
        words in prop::collection::vec(prop::sample::select(WORDS), 0..24),
        begins in any::<bool>(),
        size in 1..90_usize,
        direction in prop::sample::select(vec![Direction::Upload, Direction::Download]),
    ) {
        let start = if begins { "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" } else { "" };
        let body = format!("{start}{}", words.concat());
        let whole = inspect_pieces(content(direction, media_type), &[body.as_bytes()]);
        let pieces: Vec<&[u8]> = body.as_bytes().chunks(size).collect();
        prop_assert_eq!(whole, inspect_pieces(content(direction, media_type), &pieces));
    }

    #[test]
    fn targets_of_any_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        target(&bytes, &lens(), &mut tally(Action::Mask));
        fields(Some(b"application/x-www-form-urlencoded"), &bytes, None, &lens());
        clean(&String::from_utf8_lossy(&bytes), &lens());
    }
}

#[test]
fn what_a_client_sends_is_read_as_what_it_is_whatever_is_said_of_it() {
    // Full-width digits in UTF-8, on a site in EUC-KR, and the other way round.
    let number = "９００１０１－１２３４５６８";
    let cp949 = encoding_rs::EUC_KR.encode(number).0;
    let escaped = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    for (charset, said, bytes) in [
        (Charset::Cp949, "", number.as_bytes()),
        (Charset::Cp949, "; charset=euc-kr", number.as_bytes()),
        (Charset::Utf8, "", &*cp949),
        (Charset::Utf8, "; charset=utf-8", &*cp949),
    ] {
        let form = format!("content={}", escaped(bytes));
        let bodies: [(&str, &[u8]); 3] = [
            ("application/x-www-form-urlencoded", form.as_bytes()),
            ("text/plain", bytes),
            ("application/json", bytes),
        ];
        for (media_type, body) in bodies {
            let content_type = Some(format!("{media_type}{said}").into_bytes());
            let content = Content { direction: Direction::Upload, content_type, charset: Some(charset) };
            let seen = inspect_pieces(content, &[body]);
            let kinds: Vec<_> = seen.reported.iter().map(|found| found.what.name()).collect();
            assert_eq!(kinds, ["resident-registration-number"], "{media_type}{said} on {charset:?}");
        }
    }
}
