//! XML that clients send.

use super::*;

#[test]
fn definitions_are_not_read() {
    let defining = "<?xml version=\"1.0\"?><!-- a --><!DOCTYPE a [<!ENTITY b \"900101\">]><a>&b;-1234568</a>";
    for media_type in
        ["application/xml", "text/xml; charset=utf-8", "application/soap+xml", "image/svg+xml", "text/plain", ""]
    {
        let seen = up(media_type, defining);
        assert_eq!((seen.reasons(), seen.edits.len()), (vec![Reason::Entities], 0), "{media_type}");
        assert_eq!(seen.account.passed_over.get("entities").copied(), Some(defining.len() as u64 - 33), "{media_type}");
    }
    assert_eq!(up("text/plain", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>").reasons(), [Reason::Entities]);
    assert_eq!(up("text/xml", "<!DOCTYPE a SYSTEM \"b\"><a/>").reasons(), [Reason::Entities]);
    // Pages have one, and drawings that people attach; so may what is quoted. Sites may send what they like.
    assert_eq!(up("text/html", "<!DOCTYPE html><p>").reasons(), []);
    assert_eq!(up("text/plain", "<!DOCTYPE html><p>").reasons(), []);
    assert_eq!(up("text/xml", "<a><![CDATA[<!DOCTYPE html>]]></a>").reasons(), []);
    assert_eq!(down("text/xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>").reasons(), []);
    let drawing = |kind: &str| {
        let file = format!("<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"a\" \"b\"{kind}><svg>{NUMBER}</svg>");
        let head = "name=\"f\"; filename=\"a.svg\"\r\nContent-Type: image/svg+xml";
        let seen = multipart(&[part(head, file.as_bytes())]);
        (seen.reasons(), seen.edits.len())
    };
    assert_eq!(drawing(""), (vec![], 1));
    assert_eq!(drawing(" [<!ENTITY a \"b\">]"), (vec![Reason::Entities], 0));
    // What stands before is read.
    let seen = up("text/xml", format!("<!-- {NUMBER} --><!DOCTYPE a>"));
    assert_eq!((seen.reasons(), seen.edits.len()), (vec![Reason::Entities], 1));
}

#[test]
fn a_charset_that_the_declaration_alone_says_has_to_be_one_that_is_read() {
    let said =
        |label: &str| up("text/xml", format!("<?xml version=\"1.0\" encoding=\"{label}\"?><a>text</a>")).reasons();
    for label in ["Shift_JIS", "Big5", "GB18030", "IBM037", "x-IBM933", "ISO-2022-KR", "UTF-7"] {
        assert_eq!(said(label), [Reason::Charset], "{label}");
    }
    for label in ["UTF-8", "euc-kr", "ks_c_5601-1987", "ISO-8859-1", "US-ASCII", "utf-16"] {
        assert_eq!(said(label), [], "{label}");
    }
}

#[test]
fn ways_of_writing_are_read() {
    for text in [
        "<a>900101-1234568</a>",
        "<a b=\"900101-1234568\"/>",
        "<a b='900101&#45;1234568'/>",
        "<a><![CDATA[900101-1234568]]></a>",
        "<a>&#57;&#x30;0101-1234568</a>",
        "<a>900101<!-- - -->-1234568</a>",
        "<a>900101<?x y?>-1234568</a>",
        "<!-- 900101-1234568 --><a/>",
        "<?x 900101-1234568?><a/>",
    ] {
        assert_eq!(up("text/xml", text).edits.len(), 1, "{text}");
    }
}

#[test]
fn encodings_that_are_declared() {
    let document = |encoding: &str, text: &[u8]| {
        [format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><a>").as_bytes(), text, b"</a>"].concat()
    };
    let euc = encoding_rs::EUC_KR.encode("주민번호 ９００１０１－１２３４５６８").0;
    for (media_type, encoding) in [
        ("text/xml; charset=euc-kr", "EUC-KR"),
        ("text/xml", "ks_c_5601-1987"),
        ("application/xml; charset=utf-8", "EUC-KR"),
    ] {
        let seen = up(media_type, document(encoding, &euc));
        assert_eq!((seen.reasons(), seen.edits.len()), (vec![], 1), "{media_type} {encoding}");
    }
    for encoding in ["ISO-2022-KR", "UTF-7", "UTF-32"] {
        assert_eq!(up("text/xml", document(encoding, NUMBER.as_bytes())).reasons(), [Reason::Charset], "{encoding}");
    }
}
