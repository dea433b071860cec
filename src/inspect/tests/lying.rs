//! Bodies that are not what they are said to be.

use super::*;

const PERCENT: &str = "900101-123456%38";

#[test]
fn a_form_by_any_type() {
    for media_type in [
        "text/plain",
        "text/plain; charset=utf-8",
        "application/json",
        "application/octet-stream",
        "image/png",
        "text/html",
        "application/xml",
        "text/event-stream",
        "application/x-unknown",
        "",
    ] {
        for text in [format!("a=1&b={PERCENT}&c="), "a=900101-123456%2538".to_owned(), format!("x+{PERCENT}=1")] {
            let seen = up(media_type, &text);
            assert_eq!((seen.reported.len(), seen.edits.len()), (1, 1), "{media_type} {text}: {seen:?}");
        }
        // A percent sign alone damages a form that is said to be one, or nothing.
        let reasons = if media_type.is_empty() { vec![Reason::Damaged] } else { vec![] };
        assert_eq!(up(media_type, "a=100%&b=1").reasons(), reasons, "{media_type}");
    }
}

#[test]
fn json_by_any_type() {
    let json = "{\"a\": \"100%\", \"주민번호\": \"900101-123456\\u0038\"}";
    for media_type in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "text/xml",
        "image/png",
        "",
    ] {
        let seen = up(media_type, json);
        assert_eq!((seen.reasons(), seen.edits.len()), (vec![], 1), "{media_type}");
        assert_eq!(seen.account.inspected, json.len() as u64);
    }
    // It is a form as well.
    let both = format!("{{\"a\":\"%zz&b={PERCENT}\"}}");
    assert_eq!(up("application/x-www-form-urlencoded", both).edits.len(), 1);
    assert_eq!(up("application/x-www-form-urlencoded", "{x=%zz").reasons(), [Reason::Damaged]);
}

#[test]
fn xml_by_any_type() {
    for media_type in ["application/x-www-form-urlencoded", "application/json", "text/html", "text/plain", ""] {
        assert_eq!(
            up(media_type, "<?xml version=\"1.0\"?><a>900101<![CDATA[-]]>1234568</a>").edits.len(),
            1,
            "{media_type}"
        );
        let defining = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"900101\">]><a>&b;-1234568</a>";
        assert_eq!(up(media_type, defining).reasons(), [Reason::Entities], "{media_type}");
    }
}

#[test]
fn multipart_by_any_type() {
    let body = [part("name=\"a\"", NUMBER.as_bytes()), b"--B--\r\n".to_vec()].concat();
    let broken = [part("name=\"a\"", b"1"), part("name=\"a\"; name=\"b\"", b"2"), b"--B--\r\n".to_vec()].concat();
    for media_type in
        ["text/plain", "application/octet-stream", "application/json", "application/x-www-form-urlencoded", ""]
    {
        let seen = up(media_type, &body);
        assert_eq!((seen.reasons(), seen.edits.len()), (vec![], 1), "{media_type}");
        assert_eq!(up(media_type, &broken).reasons(), [Reason::Damaged], "{media_type}");
    }
    for media_type in ["multipart/mixed; boundary=B", "multipart/related", "Multipart/Alternative; boundary=C"] {
        assert_eq!(up(media_type, &body).reasons(), [Reason::Damaged], "{media_type}");
    }
    assert_eq!(up("multipart/related; boundary=B", "--B\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n--B--").reasons(), []);
    assert_eq!(up("text/plain", "--\r\nform-data and other words").reasons(), []);
    assert_eq!(up("application/grpc-web-text+proto", "AAAAABAKDjkwMDEwMS0xMjM0NTY4").reasons(), [Reason::Coding]);
    let coded = "--B\r\nContent-Transfer-Encoding: BASE64\r\n\r\nOTAwMTAxLTEyMzQ1Njg=\r\n--B--";
    assert_eq!(up("multipart/related; boundary=B", coded).reasons(), [Reason::Damaged], "its parts are not read");
}

#[test]
fn a_text_that_is_base64_of_text() {
    let number = "7KO866+867KI7Zi4IDkwMDEwMS0xMjM0NTY4";
    for (body, holds) in [
        (number.to_owned(), true),
        (format!("data:text/plain;base64,{number}\r\n"), true),
        ("7KO866+867KI7Zi4IGlzIG5vdCBzYWlk".to_owned(), false),
        (format!("see {number}!"), false),
        (format!("a=b&data=%7B%22memo%22%3A%22{number}%22%7D"), true),
        (format!("data=%7B%22a%22%3A%22%ED%95%9C%22%2C%22memo%22%3A%5B%22{number}%22%5D%7D"), true),
        (format!("data=%7B%22memo%22%3A%22see+{number}%21%22%7D"), false),
    ] {
        for media_type in ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded", ""] {
            if !body.contains("data=") && media_type.ends_with("urlencoded") {
                continue;
            }
            let mut tally = tally(Action::Block);
            let mut inspector = Inspector::new(content(Direction::Upload, media_type), lens(), Ceilings::of_parts(10));
            for piece in body.as_bytes().chunks(7) {
                inspector.push(piece, &mut tally);
            }
            inspector.finish(&mut tally);
            assert_eq!(tally.refuses(), holds, "{media_type} {body}");
        }
    }
}

#[test]
fn text_that_is_said_to_be_a_picture() {
    for media_type in ["image/png", "image/jpeg", "video/mp4", "font/woff"] {
        assert_eq!(up(media_type, NUMBER).edits.len(), 1, "{media_type}");
        let file = part(&format!("name=\"f\"; filename=\"a\"\r\nContent-Type: {media_type}"), PERCENT.as_bytes());
        assert_eq!(multipart(&[file]).edits.len(), 1, "{media_type}");
    }
}

#[test]
fn what_is_packed_without_saying_so() {
    let packed: [&[u8]; 8] = [
        b"\x1F\x8B\x08\0\0\0\0\0\0\xFFmemo",
        b"PK\x03\x04memo",
        b"\x28\xB5\x2F\xFDmemo",
        b"BZh91AY&SYmemo",
        b"\xFD7zXZ\0memo",
        b"\x51*M\x18memo",
        b"x\x9C\x01memo",
        b"x^\xFFmemo",
    ];
    for media_type in ["application/x-www-form-urlencoded", "text/plain", "application/json", "text/event-stream"] {
        for body in packed {
            let seen = up(media_type, body);
            assert_eq!(seen.reasons(), [Reason::Coding], "{media_type} {body:?}");
            assert_eq!(seen.account.passed_over, BTreeMap::from([("coding", body.len() as u64)]));
        }
    }
    // An archive that says what it is, or nothing, is a file like any other.
    for media_type in ["application/zip", "application/octet-stream", ""] {
        assert_eq!(up(media_type, packed[1]).reasons(), [Reason::Binary], "{media_type}");
    }
    // Text that begins nearly so.
    let text: [&[u8]; 4] = [b"x^2 + y^2", "x^2 는 정수".as_bytes(), b"x^2 \xB4\xC2", b"BZh is no format, BZh9 is one"];
    for text in text {
        assert_eq!(up("text/plain", [text, b" ", NUMBER.as_bytes()].concat()).edits.len(), 1, "{text:?}");
        assert_eq!(up("text/plain", text).reasons(), []);
    }
}
