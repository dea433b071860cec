//! An operator's own detectors through the door: what they find and mask, in every syntax and however the text is cut.

use super::*;
use crate::detect::own::Pattern;
use crate::inspect::allow::{AllowList, Allowed, Entry};
use crate::inspect::together::Together;
use crate::vocab::{Confidence, Keep, Kind, Own};

fn own(name: &str, keep: Keep) -> Own {
    Own::of(name, keep, false).unwrap()
}

fn beyond(patterns: Vec<Pattern>, together: Vec<Together>) -> Arc<Lens> {
    let detectors = Some(Arc::new(Detectors { patterns, together }));
    Arc::new(Lens { beyond: Beyond { detectors, ..Beyond::default() }, ..Lens::clone(&lens()) })
}

fn pattern(own: Own, pattern: &str, context: &[&str], confidence: Confidence) -> Pattern {
    let context: Vec<String> = context.iter().map(|word| (*word).to_owned()).collect();
    Pattern::new(own, pattern, &context, confidence).unwrap()
}

fn student() -> Arc<Lens> {
    let kind = own("own-student", Keep::First(4));
    beyond(vec![pattern(kind, r"\b20[0-9]{2}-[0-9]{5}\b", &["학번"], Confidence::Possible)], Vec::new())
}

/// Findings, in whatever pieces the text comes: each with its name, confidence and masked text.
fn found(lens: &Arc<Lens>, content_type: &str, text: &[u8]) -> Vec<(String, Confidence, String)> {
    let in_pieces = |size: usize| {
        let mut inspector =
            Inspector::new(content(Direction::Download, content_type), Arc::clone(lens), Ceilings::of_parts(20));
        let mut found = Vec::new();
        text.chunks(size).for_each(|piece| {
            inspector.find(piece, &mut found);
        });
        inspector.find_last(&mut found);
        found
    };
    let whole = in_pieces(text.len().max(1));
    for size in [1, 3, 17, 250, 4096] {
        assert_eq!(in_pieces(size), whole, "in pieces of {size}");
    }
    let edits = edits(whole.clone());
    assert!(edited(text, &edits).is_some(), "in order, not overlapping");
    let told = whole.iter().map(|finding| {
        let mask = String::from_utf8_lossy(&finding.mask).into_owned();
        let mask = if mask.is_empty() { finding.masked.clone() } else { mask };
        (finding.what.name().to_owned(), finding.confidence, mask)
    });
    told.collect()
}

fn one(confidence: Confidence, mask: &str) -> Vec<(String, Confidence, String)> {
    vec![("own-student".to_owned(), confidence, mask.to_owned())]
}

#[test]
fn patterns_are_over_the_logical_text() {
    let lens = student();
    let possible = |mask| one(Confidence::Possible, mask);
    let find = |content_type, text: &str| found(&lens, content_type, text.as_bytes());
    assert_eq!(find("text/plain", "no. 2023-12345."), possible("2023-*****"));
    assert_eq!(find("text/html", "<p>20<b>23</b>&#45;12345</p>"), possible("20<b>23</b>&#45;*****"));
    assert_eq!(find("application/json", r#"{"a":"2023\u002d12345"}"#), possible(r"*~*~\u002a~*~*~"));
    assert_eq!(find("text/html", "<p>２０２３-12345</p>"), possible("２０２３-*****"));
    assert_eq!(find("text/html", "<p>2023</p><p>-12345</p>"), []);
    assert_eq!(find("text/plain", "12023-12345 2023-123456"), []);
    let (korean, _, _) = encoding_rs::EUC_KR.encode("<meta charset=euc-kr><td>학번</td><td>2023-12345</td>");
    assert_eq!(found(&lens, "text/html", &korean), one(Confidence::Probable, "2023-*****"));
}

#[test]
fn a_word_of_context_makes_it_probable() {
    let lens = student();
    assert_eq!(found(&lens, "text/plain", "학번: 2023-12345".as_bytes()), one(Confidence::Probable, "2023-*****"));
    let far = format!("학번 {} 2023-12345", "가나다 ".repeat(40));
    assert_eq!(found(&lens, "text/plain", far.as_bytes()), one(Confidence::Possible, "2023-*****"));
}

#[test]
fn what_overlaps_is_settled_by_strength() {
    let kind = own("own-ten", Keep::Nothing);
    let lens = beyond(vec![pattern(kind, "2234-56", &[], Confidence::Certain)], Vec::new());
    let names = |text: &str| -> Vec<String> {
        found(&lens, "text/plain", text.as_bytes()).into_iter().map(|found| found.0).collect()
    };
    assert_eq!(names("010-2234-5678 / 2234-56"), ["mobile-number", "own-ten"]);
    assert_eq!(names("900101-2234-56"), ["own-ten"]);
}

#[test]
fn what_is_far_apart_and_long_is_found_and_bounded() {
    let lens = student();
    let filler = "가나다라 <b>마바</b> 12:34 &amp; ".repeat(4_000);
    let text = format!("{filler}2023-12345 {filler}<p>20{}23-12345</p>{filler}", "<b></b>".repeat(60));
    let kinds = found(&lens, "text/html", text.as_bytes());
    assert_eq!(kinds.len(), 2);
    let apart = format!("20{}23-12345", "<b></b>".repeat(100));
    assert_eq!(found(&lens, "text/html", apart.as_bytes()), [], "too much between two characters");
}

#[test]
fn kinds_that_stand_together_are_one_more() {
    let record = Own::of("own-record", Keep::Nothing, true).unwrap();
    let kinds = [Kind::EmailAddress, Kind::MobileNumber].map(|kind| Find::NONE.with(What::Kind(kind))).to_vec();
    let lens = beyond(Vec::new(), vec![Together { own: record, kinds, within: 20 }]);
    let names = |text: &str| -> Vec<String> {
        found(&lens, "text/html", text.as_bytes()).into_iter().map(|found| found.0).collect()
    };
    let both = ["mobile-number", "email-address", "own-record"];
    assert_eq!(names("<td>010-2234-5678</td><td class=\"a-long-name-that-counts-not\">hong@example.com</td>"), both);
    assert_eq!(names(&format!("010-2234-5678 {} hong@example.com", "가".repeat(18))), both);
    assert_eq!(names(&format!("010-2234-5678 {} hong@example.com", "가".repeat(19))), both[..2]);
    let two = names("010-2234-5678 hong@example.com, 010-2234-5679 kim@example.com");
    assert_eq!(two.iter().filter(|name| *name == "own-record").count(), 2, "{two:?}");
    let masked = found(&lens, "text/plain", b"010-2234-5678 hong@example.com");
    assert_eq!(masked[2].2, "ho**@example.com, 010-****-5678");
}

#[test]
fn what_is_allowed_is_no_finding() {
    let entry = Entry { values: vec!["010-2234-*".into(), "*@example.go.kr".into()], ..Entry::default() };
    let list = Arc::new(AllowList { entries: vec![entry] });
    let allowed = Some(Allowed { list, ring: None, path: "/".into(), today: lens().today });
    let lens = Arc::new(Lens { beyond: Beyond { allowed, ..Beyond::default() }, ..Lens::clone(&lens()) });
    let text = "010-2234-5678 010-2235-5678 help.me@example.go.kr";
    let found = found(&lens, "text/plain", text.as_bytes());
    assert_eq!(found, [("mobile-number".to_owned(), Confidence::Certain, "010-****-5678".to_owned())]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Patterns that overlap one another and what garim finds, in text that is all about them.
    #[test]
    fn any_split_gives_the_same(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "2023-12345", "010-2234-5678", "23-", "12", "학번 ", "<b>", "</b>", "<td>", "\"", " ", "&#45;", "가", "@", "a@example.com",
        ]), 0..60),
        syntax in prop::sample::select(vec!["text/html", "text/plain", "application/json"]),
    ) {
        let kind = own("own-student", Keep::First(4));
        let other = own("own-other", Keep::Last(2));
        let patterns = vec![
            pattern(kind, r"\b20[0-9]{2}-[0-9]{5}\b", &["학번"], Confidence::Possible),
            pattern(other, "[0-9가]{2,6}-?[0-9]{2}", &[], Confidence::Probable),
        ];
        found(&beyond(patterns, Vec::new()), syntax, pieces.concat().as_bytes());
    }
}
