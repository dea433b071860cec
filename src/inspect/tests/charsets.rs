//! Charsets that are said, and those that are meant.

use super::*;

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
    assert_eq!(down("text/html; charset=nonsense", NUMBER).edits.len(), 1);
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

/// Names that sites know and browsers do not, and values in which readers find different ones.
#[test]
fn charsets_that_a_client_says_and_a_site_may_believe() {
    for said in [
        "ibm037",
        "x-IBM933",
        "cp1047",
        "utf-32",
        "utf-16le",
        "nonsense",
        "shift_jis",
        "gb18030",
        "big5",
        "utf-8; charset=ibm037",
        "utf-8; x=\"charset=ibm037\"",
        "\"utf-8; charset=ibm037\"",
        "utf-8; Charset*=ibm037",
        "utf-8; x=charset",
    ] {
        for media_type in ["text/plain", "application/json", "application/x-www-form-urlencoded", "application/xml"] {
            let seen = up(&format!("{media_type}; charset={said}"), "a=1");
            assert_eq!((seen.reasons(), seen.account.inspected), (vec![Reason::Charset], 0), "{media_type} {said}");
        }
        let form = format!("multipart/form-data; boundary=B; charset={said}");
        assert_eq!(up(&form, [part("name=\"a\"", b"1"), b"--B--".to_vec()].concat()).reasons(), [Reason::Charset]);
        let head = format!("name=\"a\"\r\nContent-Type: text/plain; charset={said}");
        assert_eq!(super::multipart(&[part(&head, b"1")]).reasons(), [Reason::Charset], "{said}");
    }
    for said in [
        "utf-8",
        "UTF8",
        "utf8mb4",
        "euc-kr",
        "\"EUC-KR\"",
        "ms949",
        "",
        "iso-8859-1",
        "us-ascii",
        "utf-8; Charset=utf8",
    ] {
        let seen = up(&format!("text/plain; charset={said}"), NUMBER);
        assert_eq!((seen.reasons(), seen.edits.len()), (vec![], 1), "{said}");
    }
    let of_form = |label: &str| super::multipart(&[part("name=\"_charset_\"", label.as_bytes())]).reasons();
    let of_pairs = |label: &str| up("application/x-www-form-urlencoded", format!("%5Fcharset_={label}&a=b")).reasons();
    for label in ["UTF-8", "euc-kr", "windows-1252", ""] {
        assert_eq!((of_form(label), of_pairs(label)), (vec![], vec![]), "{label}");
    }
    for label in ["utf-16", "ibm037", "shift_jis", "utf-7"] {
        assert_eq!((of_form(label), of_pairs(label)), (vec![Reason::Charset], vec![Reason::Charset]), "{label}");
    }
}

#[test]
fn wide_texts_without_a_mark() {
    let wide = |text: &str, size: usize, before: usize| -> Vec<u8> {
        let zeros = |count| vec![0; count];
        text.bytes().flat_map(|byte| [zeros(before), vec![byte], zeros(size - 1 - before)].concat()).collect()
    };
    for media_type in ["application/json", "text/plain", "application/xml", "text/csv"] {
        for (size, before) in [(2, 0), (2, 1), (4, 0), (4, 3)] {
            let seen = up(media_type, wide("{\"a\":\"900101-1234568\"}", size, before));
            assert_eq!(seen.reasons(), [Reason::Charset], "{media_type} {size} {before}");
            assert_eq!(seen.account.inspected, 0);
        }
    }
    let ebcdic = b"\x4C\x6F\xA7\x94\x93\x40\xA5\x85\x99\xF9\xF0\xF0\xF1\xF0\xF1\x60\xF1\xF2\xF3\xF4\xF5\xF6\xF8";
    assert_eq!(up("text/xml", ebcdic).reasons(), [Reason::Charset]);
}

/// What a site sends, and attached files, in charsets whose ASCII characters are not ASCII bytes.
#[test]
fn wide_texts_that_are_read() {
    let text = |number: &str| format!("<p>주민번호 {number}, {number}</p>");
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let with_mark = |text: &str| format!("\u{FEFF}{text}");
    for (media_type, body, masked) in [
        ("text/html; charset=utf-16", le(&text(NUMBER)), le(&text(MASKED))),
        ("text/html; charset=utf-16be", be(&text(NUMBER)), be(&text(MASKED))),
        ("text/html; charset=utf-8", le(&with_mark(&text(NUMBER))), le(&with_mark(&text(MASKED)))),
        ("text/html; charset=euc-kr", be(&with_mark(&text(NUMBER))), be(&with_mark(&text(MASKED)))),
        ("text/plain", be(&text(NUMBER)), be(&text(MASKED))),
        ("", le(&with_mark(&text(NUMBER))), le(&with_mark(&text(MASKED)))),
        (
            "text/html; charset=iso-2022-kr",
            text(NUMBER).replace("주민번호", "").into(),
            text(MASKED).replace("주민번호", "").into(),
        ),
    ] {
        let seen = down(media_type, &body);
        assert_eq!(edited(&body, &seen.edits).as_deref(), Some(masked.as_slice()), "{media_type}");
        assert_eq!(seen.account.inspected, body.len() as u64);
    }
    for content in [le(&with_mark(NUMBER)), be(&with_mark(NUMBER)), le(&format!("no,name\r\n1,{NUMBER}"))] {
        let file = part("name=\"f\"; filename=\"a.csv\"\r\nContent-Type: text/csv", &content);
        let seen = super::multipart(&[file]);
        assert_eq!((seen.reasons(), seen.edits.len()), (vec![], 1));
    }
    // Characters cut in two, and half a surrogate pair, hide nothing.
    let broken = [b"\xFF\xFE\x00\xD8".to_vec(), le(NUMBER), b"\x00\xDC\x31".to_vec()].concat();
    assert_eq!(down("text/plain", &broken).edits.len(), 1);
}

#[test]
fn a_type_said_twice_is_none() {
    for media_type in
        ["text/plain, application/json", "application/x-www-form-urlencoded,", "text/plain; a=\"b\", text/html"]
    {
        assert_eq!(up(media_type, "a=1").reasons(), [Reason::Damaged], "{media_type}");
    }
    assert_eq!(up("text/plain; a=\"b, c\"", "a=1").reasons(), []);
    // PHP ends a type at a space.
    let percent: String = NUMBER.bytes().map(|byte| format!("%{byte:02x}")).collect();
    assert_eq!(up("application/x-www-form-urlencoded utf-8", format!("a={percent}")).edits.len(), 1);
}
