//! Places by example: where the `§` of a text stands.

use super::*;

fn place(syntax: Syntax, text: &str) -> (Stands, String) {
    let (before, _) = text.split_once('§').expect("a mark");
    let mut whole = Tracker::new(syntax);
    whole.advance(before.as_bytes());
    let mut apart = Tracker::new(syntax);
    before.bytes().for_each(|byte| apart.advance(&[byte]));
    assert_eq!((whole.stands(), whole.label(), whole.bare()), (apart.stands(), apart.label(), apart.bare()), "{text}");
    (whole.stands(), whole.label().into_owned())
}

#[test]
fn html() {
    let cases = [
        ("<p>§", Stands::Text, ""),
        ("<!-- a - b -- §", Stands::Comment, ""),
        ("<!-- a --> §", Stands::Text, ""),
        ("<!----> §", Stands::Text, ""),
        ("<!doctype html><p>§", Stands::Text, ""),
        ("<p title='a>b §", Stands::Attribute, "title"),
        ("<p title=a>§", Stands::Text, ""),
        ("<a href=/view?no=§", Stands::Url, "href"),
        ("<A HREF=\"§", Stands::Url, "href"),
        ("<a href='x' onclick=\"go('§", Stands::ScriptString, "onclick"),
        ("<input type=hidden name=jumin value=\"§", Stands::FormControl, "jumin"),
        ("<input id=\"j\" value='§", Stands::FormControl, "j"),
        ("<input onclick='a' name=b value=§", Stands::FormControl, "b"),
        ("<p value='§", Stands::ScriptString, ""),
        ("<p aria-label='§", Stands::Attribute, "aria-label"),
        ("<my-field :model='§", Stands::ScriptString, ":model"),
        ("<iframe srcdoc='§", Stands::FormControl, "srcdoc"),
        ("<textarea name=memo>a<b>§", Stands::FormControl, "memo"),
        ("<textarea>a</textarea>§", Stands::Text, ""),
        ("<option>§", Stands::FormControl, ""),
        ("<option>a</option>§", Stands::Text, ""),
        ("<title>a<b>§</title>", Stands::Text, ""),
        ("<script>var a = '</p>§", Stands::ScriptString, ""),
        ("<script>// §", Stands::Comment, ""),
        ("<script>a</SCRIPT >§", Stands::Text, ""),
        ("<style>a{} <p title='</style><a href=§", Stands::Url, "href"),
        ("a < b §", Stands::Text, ""),
        ("</p title=§", Stands::Attribute, "title"),
        ("<br/>§", Stands::Text, ""),
        ("</?a><textarea name=b>§", Stands::FormControl, "b"),
        ("</!--><a href='§", Stands::Url, "href"),
        ("<img src=a/>§", Stands::Text, ""),
        ("<p style=\"background: URL('/photo/§", Stands::Url, "style"),
        ("<p style='background:url(/a.jpg) x §", Stands::ScriptString, "style"),
        ("<style>p { background: url(/photo/§", Stands::Url, ""),
        ("<style>p { background: url(a) } /* §", Stands::Text, ""),
        ("<style>p{background:url(a</style><p>§", Stands::Text, ""),
        ("<img srcset=\"/a.jpg 1x, /photo/§", Stands::Url, "srcset"),
        ("<a href=' TEL:§", Stands::Attribute, "href"),
        ("<a href=mailto:§", Stands::Attribute, "href"),
        ("<a href='tel:1'><a href='/tel:§", Stands::Url, "href"),
    ];
    for (text, stands, label) in cases {
        assert_eq!(place(Syntax::Html, text), (stands, label.to_owned()), "{text}");
    }
}

#[test]
fn what_controls_take() {
    let input = |text: &str| {
        let mut tracker = Tracker::new(Syntax::Html);
        tracker.advance(text.as_bytes());
        tracker.input()
    };
    for (text, wanted) in [
        ("<input type=number value=", Input::Number),
        ("<INPUT TYPE='Number' name=a VALUE=\"", Input::Number),
        ("<input type=number type=text value='", Input::Number),
        ("<input type='date' value='", Input::Time),
        ("<input type=number><input value='", Input::Anything),
        ("<input type=number title='", Input::Anything),
        ("<input type=tel value='", Input::Anything),
        ("<data type=number value='", Input::Anything),
    ] {
        assert_eq!(input(text), wanted, "{text}");
    }
}

#[test]
fn what_controls_take_is_said_behind_their_value_too() {
    let input = |before: &str, rest: &str| {
        let mut tracker = Tracker::new(Syntax::Html);
        tracker.advance(before.as_bytes());
        tracker.input_before(rest.as_bytes())
    };
    for (before, rest, wanted) in [
        ("<input value=\"", "900101\" type=\"number\">", Some(Input::Number)),
        ("<input value=\"", "900101\" name='type=number' type=date >", Some(Input::Time)),
        ("<input value=", "900101 type=number>", Some(Input::Number)),
        ("<input value=\"", "900101\" title='a>b' type='number'/>", Some(Input::Number)),
        ("<input value=\"", "900101\"><input type=number>", Some(Input::Anything)),
        ("<input type=text value=\"", "900101\" type=number>", Some(Input::Anything)),
        ("<input type=number value=\"", "900101", Some(Input::Number)),
        ("<input value=\"", "900101\" typ", None),
        ("<input value=\"", "900101\" type=num", None),
        ("<a title=\"", "900101", Some(Input::Anything)),
    ] {
        assert_eq!(input(before, rest), wanted, "{before}{rest}");
    }
    assert_eq!(input("<input value=\"", &"9".repeat(2000)), Some(Input::Anything), "no further");
}

#[test]
fn scripts_in_attributes() {
    let wraps = |text: &str| {
        let (before, _) = text.split_once('§').expect("a mark");
        let mut tracker = Tracker::new(Syntax::Html);
        tracker.advance(before.as_bytes());
        (tracker.stands(), tracker.wraps())
    };
    let (code, quoted) = (Wraps::Handler { code: true }, Wraps::Handler { code: false });
    for (text, stands, wanted) in [
        ("<a onclick=\"go(§", Stands::ScriptString, code),
        ("<a onclick=\"go('§", Stands::ScriptString, quoted),
        ("<a onclick=\"go(&#39;a&#39;, &quot;§", Stands::ScriptString, quoted),
        ("<a onclick=\"go(&#39;a&#39;, §", Stands::ScriptString, code),
        ("<a href=' JavaScript:go(§", Stands::ScriptString, code),
        ("<a href=\"javascript:go('a b', '§", Stands::ScriptString, quoted),
        ("<a href=javascript:go(1)><a href=\"/a b/§", Stands::Url, Wraps::Attribute),
        ("<td data-no='§", Stands::ScriptString, Wraps::Attribute),
        ("<input value=§", Stands::FormControl, Wraps::Attribute),
        ("<textarea>§", Stands::FormControl, Wraps::Control),
        ("<option value=1>§", Stands::FormControl, Wraps::Control),
        ("<script>go(§", Stands::ScriptString, Wraps::Script),
        ("<p>§", Stands::Text, Wraps::Nothing),
    ] {
        assert_eq!(wraps(text), (stands, wanted), "{text}");
    }
}

#[test]
fn xml() {
    assert_eq!(place(Syntax::Xml, "<a><jumin>§"), (Stands::Text, "jumin".into()));
    assert_eq!(place(Syntax::Xml, "<a><![CDATA[<b> ]] §"), (Stands::Text, "a".into()));
    assert_eq!(place(Syntax::Xml, "<a><![CDATA[x]]><b c='§"), (Stands::Attribute, "c".into()));
    assert_eq!(place(Syntax::Xml, "<script>§"), (Stands::Text, "script".into()));
}

#[test]
fn json() {
    assert_eq!(place(Syntax::Json, r#"{"a":1,"jumin":§"#), (Stands::JsonNumber, "jumin".into()));
    assert_eq!(place(Syntax::Json, r#"{"a\"b":["x", "y §"#), (Stands::JsonString, "a\\\"b".into()));
    assert_eq!(place(Syntax::Json, r#"["x:", §"#), (Stands::JsonNumber, "".into()));
    let long = format!("{{\"a\":\"{}\\\" §", "x".repeat(100));
    assert_eq!(place(Syntax::Json, &long), (Stands::JsonString, "a".into()));
}

#[test]
fn scripts() {
    let bare = |text: &str| {
        let mut tracker = Tracker::new(Syntax::Script);
        tracker.advance(text.as_bytes());
        tracker.bare()
    };
    assert!(bare("var a = "));
    assert!(!bare("var a = 'it\\'s "));
    assert!(bare("/* ' */ a"));
    assert_eq!(place(Syntax::Script, "/* §").0, Stands::Comment);
    assert_eq!(place(Syntax::Script, "'/* §").0, Stands::ScriptString);
    assert_eq!(place(Syntax::Script, "// ' \n§").0, Stands::ScriptString);
}

use proptest::prelude::*;

fn markup() -> impl Strategy<Value = String> {
    let pieces: Vec<&str> = "<|</|</?|</!|<?|>|/>|=|\"|'| |\n|/|!|--|-->|<!--|]]>|<![CDATA[|a|td|name=|id=b|value='|onclick=\"|option|<option>|textarea|\
        </textarea|script|</script>|style|title|TITLE|<TD CLASS=n>|<a href=\"x>y\" b='c'>|<_x|é|<input name=n value=\"|`|\\|한글 열 글자 넘게"
        .split('|')
        .collect();
    let more: Vec<&str> = pieces.iter().copied().filter(|piece| piece.len() > 2).collect();
    let piece = prop_oneof![proptest::sample::select(pieces), proptest::sample::select(more)];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Tags that are read at once are what they are byte by byte.
    #[test]
    fn tags_at_once_and_byte_by_byte(text in markup(), xml: bool) {
        let syntax = if xml { Syntax::Xml } else { Syntax::Html };
        let mut apart = Tracker::new(syntax);
        for end in 0..=text.len() {
            let mut whole = Tracker::new(syntax);
            whole.advance(&text.as_bytes()[..end]);
            let seen = |tracker: &Tracker| (tracker.stands(), tracker.label().into_owned(), tracker.bare());
            prop_assert_eq!(seen(&whole), seen(&apart), "{:?}", &text.as_bytes()[..end]);
            apart.advance(text.as_bytes().get(end..=end).unwrap_or_default());
        }
    }
}

/// Tags of all sorts, whole and broken.
fn written() -> impl Strategy<Value = String> {
    let pieces: Vec<&str> = "<td class=\"n\">|</td>|<a href=\"/v?a=1&amp;b=2\" title='x>y'>|</a>|가나 12|<br/>|<b>|\"|'|>|<|=| |<option>|</option>|\
        <p a= b=\"x>\">|<p ='x>'>|<img alt=\"<b>\" src=a>|<textarea name=\"t\">|</textarea>|<script>|</script>|<style>|</style>|<title>|</title>|\
        <!-- x -->|<!--|-->|<?php|<input type=\"hidden\" value=\"1\">|<span\n id=\"q\">|<p a=b=\">|<p a\t=\"b>\">|<x:y z=\"1\"/>|<p a=\"b\"c=\"d>\">|\
        <i onclick=\"f('1>')\">|<a href=\"javascript:f('1')\">|</p title=\">\">|<3|</|</>"
        .split('|')
        .collect();
    proptest::collection::vec(proptest::sample::select(pieces), 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// At once or byte by byte: what is passed quickly is as if it had been read.
    #[test]
    fn whatever_is_passed_at_once_is_read(text in written(), cut in 0..900_usize) {
        let bytes = &text.as_bytes()[..cut.min(text.len())];
        let (mut whole, mut apart) = (Tracker::new(Syntax::Html), Tracker::new(Syntax::Html));
        whole.advance(bytes);
        bytes.iter().for_each(|byte| apart.advance(&[*byte]));
        prop_assert_eq!((whole.stands(), whole.label(), whole.bare(), whole.wraps()), (apart.stands(), apart.label(), apart.bare(), apart.wraps()));
        // What follows is read alike.
        let follows = b"\">'> <p title=\"";
        whole.advance(follows);
        apart.advance(follows);
        prop_assert_eq!((whole.stands(), whole.label()), (apart.stands(), apart.label()));
    }
}
