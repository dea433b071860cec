//! Long markup in the middle of a number, and what is none.

use super::*;
use crate::vocab::{Day, Reason};
use proptest::prelude::*;

fn scan(syntax: Syntax, pieces: &[&[u8]]) -> Vec<(What, u64, u64)> {
    let (part, label) = (Part::Field("a".to_owned()), String::new());
    let charset = Some(Charset::Utf8);
    let document =
        Document { part, charset, syntax, escape: Escape::None, label, offset: 0, returns: true, stands: None };
    let lens = Lens {
        today: Day { year: 2026, month: 11, day: 22 },
        hosts: Arc::new([]),
        seal: None,
        beyond: Default::default(),
    };
    let (mut scan, mut found, mut settled) = (Scan::new(document, Arc::new(lens)), Vec::new(), 0);
    for piece in pieces {
        let known = found.len();
        let now = scan.push(piece, &mut found);
        assert!(found[known..].iter().all(|finding: &Finding| finding.span.start >= settled), "settled");
        settled = now;
    }
    scan.finish(&mut found);
    found.iter().map(|finding| (finding.what, finding.span.start, finding.span.end)).collect()
}

fn damaged(syntax: Syntax, text: &str) -> bool {
    let whole = scan(syntax, &[text.as_bytes()]);
    for size in [1, 64, 1000] {
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        assert_eq!(scan(syntax, &pieces), whole, "in pieces of {size}: {}", text.get(..200).unwrap_or(text));
    }
    let damaged = |what: &What| *what == What::Uninspectable(Reason::Damaged);
    whole.iter().any(|(what, ..)| damaged(what))
}

const LONG: &[usize] = &[520, 5_000];

#[test]
fn markup_of_any_length_hides_no_number() {
    for &length in LONG {
        let much = "x y ".repeat(length / 4);
        for (syntax, markup) in [
            (Syntax::Xml, format!("<!--{much}-->")),
            (Syntax::Xml, format!("<?x {much}> ?>")),
            (Syntax::Xml, format!("<![CDATA[]]><!-- - -> {much}-->")),
            (Syntax::Html, format!("<!--{much}-->")),
            (Syntax::Html, format!("<!--{much}--!>")),
            (Syntax::Html, format!("<b title='>{much}' class=\"{much}\">")),
            (Syntax::Html, format!("</b x=\"{much}\">")),
            (Syntax::Html, format!("<!{much}>")),
            (Syntax::Html, "<b></b>".repeat(length / 7)),
            (Syntax::Html, "<!-- -->".repeat(length / 8 + 1)),
            (Syntax::Json, format!("<!--{much}-->")),
            (Syntax::Json, format!("<b title=\\\"{much}\\\">")),
        ] {
            let (open, end) = if syntax == Syntax::Json { ("{\"a\":\"", "\"}") } else { ("<a>", "</a>") };
            let number = |text: String| format!("{open}가 {text} 나{end}");
            let kind = markup.get(..20).unwrap_or(&markup);
            assert!(damaged(syntax, &number(format!("900101-{markup}1234568"))), "{syntax:?} {kind} {length}");
            assert!(damaged(syntax, &number(format!("900101{markup}-123456{markup}8"))), "{syntax:?} {kind} {length}");
            let each: String = "900101-1234568".chars().map(|digit| format!("{digit}{markup}")).collect();
            assert!(length > 1_000 || damaged(syntax, &number(each)), "{syntax:?} {kind} {length}");
            // Something else on either side.
            assert!(!damaged(syntax, &number(format!("900101-{markup}나1234568"))), "{syntax:?} {kind} {length}");
            assert!(!damaged(syntax, &number(format!("그림 1{markup}2"))), "{syntax:?} {kind} {length}");
        }
    }
}

#[test]
fn what_separates_texts_separates_numbers() {
    let much = "x ".repeat(400);
    for (syntax, text) in [
        (Syntax::Html, format!("<td>900101-</td><td title=\"{much}\">1234568</td>")),
        (Syntax::Html, format!("900101-<p class=\"{much}\">1234568")),
        (Syntax::Xml, format!("<a>900101-<b c=\"{much}\">1234568</b></a>")),
        (Syntax::Json, format!("{{\"a\":\"900101-<b {much}\",\"b\":\">1234568\"}}")),
        (Syntax::Html, format!("<!--{much}")),
        (Syntax::Html, format!("900101- < {much} > 1234568")),
    ] {
        assert!(!damaged(syntax, &text), "{text}");
    }
}

#[test]
fn what_the_lexer_joins_is_masked_and_not_damaged() {
    let style = "<span style=\"font-size: 10pt; line-height: 160%; color: #000000; font-family: 굴림\">";
    for text in [
        "900101-<!-- a -->1234568".to_owned(),
        format!("{style}900101</span>{style}-</span>{style}1234568</span>"),
        format!("<p>1. {}</p>900101-1234568<p>{style}</p>", style.repeat(30)),
    ] {
        let found = scan(Syntax::Html, &[text.as_bytes()]);
        assert!(matches!(found[..], [(What::Kind(_), ..)]), "{found:?} {text}");
    }
}

#[test]
fn comments_that_only_html_takes_for_some() {
    for markup in ["<!-->", "<!--->", "<!-- a --!>", "</ a>", "</3>", "<!-- 1234567890 -->", "<b x=\"1234567890\">"] {
        assert!(damaged(Syntax::Html, &format!("<p>900101-{markup}1234568</p>")), "{markup}");
    }
    assert!(damaged(Syntax::Xml, "<a>900101<!-- 1234567890 -->-1234568</a>"));
    assert!(damaged(Syntax::Xml, &format!("<a><![CDATA[900101]]><!--{}-->-1234568</a>", "x".repeat(600))));
}

#[test]
fn many_places_are_looked_at_together() {
    let text = "1<!--0123456789-->가".repeat(4_000);
    assert!(!damaged(Syntax::Html, &text));
    assert!(damaged(Syntax::Html, &format!("{text}900101-<!--0123456789-->1234568가{text}")));
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        parts in prop::collection::vec(prop_oneof![
            Just("900101"), Just("-"), Just("1234568"), Just("1"), Just("<b>"), Just("</b>"), Just("<p>"), Just("<!--"),
            Just("-->"), Just("<?"), Just("?>"), Just("]]>"), Just("<![CDATA["), Just("<!-->"), Just("&#45;"), Just("\""),
            Just("\\\""), Just("<b c=\""), Just("<"), Just(">"), Just("가"), Just(
                "                                                                                                    \
                 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            ),
        ], 1..60),
        size in 1_usize..300,
        syntax in prop_oneof![Just(Syntax::Html), Just(Syntax::Xml), Just(Syntax::Json)],
    ) {
        let text = parts.concat();
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        prop_assert_eq!(scan(syntax, &[text.as_bytes()]), scan(syntax, &pieces));
    }
}
