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
    assert_eq!(up("text/html; charset=nonsense", NUMBER).edits.len(), 1);
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
