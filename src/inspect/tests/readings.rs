//! One text in every way in which a site may read it: what clients write so that two readers see two things.

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

/// What is masked of a body, with its mask.
fn masked(content_type: &str, body: &[u8]) -> Vec<u8> {
    let seen = up(content_type, body);
    let mut out = Vec::new();
    let mut done = 0;
    for edit in &seen.edits {
        out.extend_from_slice(&body[done..edit.span.start as usize]);
        out.extend_from_slice(&edit.bytes);
        done = edit.span.end as usize;
    }
    out.extend_from_slice(&body[done..]);
    out
}

#[track_caller]
fn finds(content_type: &str, body: impl AsRef<[u8]>) {
    let body = body.as_ref();
    let pieces: Vec<&[u8]> = body.chunks(1000).collect();
    // What is long is not cut at every byte.
    let whole = || inspect_pieces(content(Direction::Upload, content_type), &pieces);
    let seen = if body.len() > 10_000 { whole() } else { up(content_type, body) };
    let kinds: Vec<_> = seen.reported.iter().map(|found| found.what.name()).collect();
    assert_eq!(kinds, [RRN], "{content_type}: {}", String::from_utf8_lossy(body));
}

#[test]
fn escapes_that_somebody_undoes_once_more() {
    for value in [
        "900101-123456%2538",
        "900101%252D1234568",
        "%2539%2530%2530101-1234568",
        "900101-123456%25%33%38",
        "900101-123456%252538",
        "900101-123456%u0038",
        "900101%u002d1234568",
        "%uFF19%uFF10%uFF10%uFF11%uFF10%uFF11-1234568",
        "%u900101-1234568",
        "900101-123456%C0%B8",
        "900101-123456%E0%80%B8",
        "900101-123456%5Cu0038",
        "900101-123456%5C%5Cu0038",
        "900101-123456%5Cx38",
        "900101-123456%5C070",
        "900101%00-1234568",
        "900101+1234568",
        "900101%20-%0a1234568",
        "x;b=900101-1234568",
    ] {
        finds(FORM, format!("a=1&b={value}&c="));
        finds(FORM, format!("{value}=1"));
        let mut tally = tally(Action::Mask);
        target(format!("/x?a=1&b={value}").as_bytes(), &lens(), &mut tally);
        assert_eq!(tally.reported().len(), 1, "{value}");
    }
    for value in ["900101-123456%38", "900101%2D1234568", "900101-123456\\\\x38", "900101-123456%u0038"] {
        let mut tally = tally(Action::Mask);
        target(format!("/x/{}", value.replace('\\', "%5C")).as_bytes(), &lens(), &mut tally);
        assert_eq!(tally.reported().len(), 1, "{value}");
        finds("text/plain", value);
        finds("multipart/form-data; boundary=B", [part("name=\"a\"", value.as_bytes()), b"--B--".to_vec()].concat());
    }
}

#[test]
fn what_is_masked_stays_escaped() {
    assert_eq!(masked(FORM, b"a=900101-123456%u0038&b=1"), b"a=900101-******%2A&b=1");
    assert_eq!(masked(FORM, b"a=900101-12%25334568"), b"a=900101-**%252A****");
    assert_eq!(masked("application/json", b"{\"a\":9.001011234568e12}"), b"{\"a\":\"9.0010*******\"}");
    assert_eq!(masked("text/xml", b"<a><![CDATA[900101]]>-1234568</a>"), b"<a><![CDATA[900101]]>-*******</a>");
}

#[test]
fn bytes_that_are_two_charsets() {
    let wide = "９００１０１－１２３４５６８";
    let euc = encoding_rs::EUC_KR.encode(wide).0;
    // One byte that is no UTF-8 does not make all of it EUC-KR, and a long beginning in ASCII does not make it UTF-8.
    for body in [
        [b"\xFF ", wide.as_bytes()].concat(),
        [wide.as_bytes(), b" \xFF"].concat(),
        [wide.as_bytes(), b" \xb0\xa1"].concat(),
        ["가 ".as_bytes(), &euc].concat(),
        [&*vec![b'x'; 70_000], b" ", &*euc].concat(),
        [&*vec![b'x'; 70_000], b" ", wide.as_bytes(), b" \xb0\xa1"].concat(),
        [b"900101", "‐".as_bytes(), b"1234568 \xb0\xa1"].concat(),
    ] {
        for media_type in
            ["text/plain", "application/json", "text/html", "text/html; charset=utf-8", "text/csv; charset=euc-kr"]
        {
            finds(media_type, &body);
        }
        let escaped: String = body.iter().map(|byte| format!("%{byte:02X}")).collect();
        finds(FORM, format!("a={escaped}"));
    }
    for encoding in ["UTF-8", "EUC-KR"] {
        let head = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><a>");
        finds("text/xml", [head.as_bytes(), &euc, b"</a>"].concat());
        finds("text/xml", [head.as_bytes(), wide.as_bytes(), b"</a>"].concat());
    }
    // Labels are read in the charset that they are in.
    let body = encoding_rs::EUC_KR.encode("주민번호 900101-1234568").0;
    assert_eq!(up("text/plain", &body).reported.len(), 1);
}

#[test]
fn numbers_in_json() {
    for value in [
        "9001011234568",
        "-9001011234568",
        "9001011234568.0",
        "9.001011234568e12",
        "9.001011234568E+12",
        "900101123456.8e1",
        "900101-1234568",
        "\"900101-123456\\u0038\"",
        "\"900101-123456\\\\u0038\"",
        "\"900101-123456\\x38\"",
        "\"900101-123456\\070\"",
        "\"900101\\ud800-1234568\"",
        "\"900101\\u0000-1234568\"",
        "\"900101\\u200b-1234568\"",
        "\"900101-\\\n1234568\"",
        "'900101-1234568'",
    ] {
        for (before, after) in [
            ("{\"resident_no\":", "}"),
            ("[1,", ",]"),
            ("{\"a\":1,/* \" */\"no\":", ",}"),
            ("{\"a\":1}\n{\"주민번호\":", "}\n"),
        ] {
            let body = format!("{before}{value}{after}");
            assert_eq!(up("application/json", &body).reported.len(), 1, "{body}");
        }
    }
    let deep = format!("{}{NUMBER}{}", "[".repeat(100_000), "]".repeat(100_000));
    finds("application/json", deep);
    finds("application/json", format!("{{\"a\":1,\"a\":\"{NUMBER}\",\"a\":2}}"));
    finds("application/json", format!("\u{FEFF}{{\"a\":\"{NUMBER}\"}}"));
    finds("application/json", format!("{{\"{NUMBER}\":1}}"));
}

#[test]
fn html_in_xml() {
    for text in [
        "900101&lt;b&gt;-&lt;/b&gt;1234568",
        "900101&amp;#45;1234568",
        "900101<![CDATA[-]]>1234568",
        "<![CDATA[900101]]><![CDATA[-1234568]]>",
    ] {
        finds("text/xml", format!("<a>{text}</a>"));
    }
}

#[test]
fn what_sites_send_is_read_as_it_says() {
    for body in ["900101-123456%38", "\\\\u0039\\\\u00300101-1234568"] {
        assert_eq!(down("text/plain; charset=utf-8", body).edits, [], "{body}");
    }
}

#[test]
fn much_text_and_much_cause() {
    // Causes and numbers far apart: each reading begins once and goes on to the end.
    let filler = "가나다 %25 \\\\u ".repeat(3000);
    let euc = encoding_rs::EUC_KR.encode(&filler).0;
    let body = [filler.as_bytes(), NUMBER.as_bytes(), &euc, b" 900101-123456%38 ", filler.as_bytes()].concat();
    let whole = inspect_pieces(content(Direction::Upload, "text/plain"), &[&body]);
    assert_eq!(whole.edits.len(), 2);
    for size in [1000, 4096, 65_537] {
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        assert_eq!(inspect_pieces(content(Direction::Upload, "text/plain"), &pieces), whole, "{size}");
    }
}
