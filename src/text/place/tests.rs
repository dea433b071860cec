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
        ("<p value='§", Stands::Attribute, ""),
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
        ("<img src=a/>§", Stands::Text, ""),
    ];
    for (text, stands, label) in cases {
        assert_eq!(place(Syntax::Html, text), (stands, label.to_owned()), "{text}");
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
