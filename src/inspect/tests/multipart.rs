//! Multipart forms.

use super::*;

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
    assert_eq!(seen.parts.unwrap().len(), 8);
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
    assert_eq!(seen.parts, None);
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
fn backslashes_in_names_are_read_in_both_ways() {
    let escaped: String = NUMBER.chars().flat_map(|digit| ['\\', digit]).collect();
    let wide: String = "９００１０１１２３４５６８".chars().flat_map(|digit| ['\\', digit]).collect();
    for name in [escaped.as_str(), &wide, "C:\\900101\\1234568.txt", "C:\\a\\900101\\-1234568", "a\\\"9001\\011234568"]
    {
        let file = part(&format!("name=\"f\"; filename=\"{name}\""), b"");
        assert_eq!(multipart(&[file]).reasons(), [Reason::Damaged], "{name}");
        assert_eq!(multipart(&[part(&format!("name=\"{name}\""), b"")]).reasons(), [Reason::Damaged], "{name}");
    }
    let both = part(&format!("name=\"f\"; filename=\"C:\\list\\{NUMBER}.txt\""), b"");
    let seen = multipart(&[both]);
    assert_eq!((seen.edits.len(), seen.reasons()), (1, vec![]), "both see it");
    for name in ["C:\\2024\\12\\명단.hwp", "\\\\server\\folder\\a.txt", "a\\\"b\\\".txt", "C:\\"] {
        assert_eq!(multipart(&[part(&format!("name=\"f\"; filename=\"{name} \""), b"")]).places(), [], "{name}");
    }
}

#[test]
fn a_message_in_a_form_is_not_all_read() {
    let mail = format!("Content-Transfer-Encoding: base64\r\n\r\nOTAwMTAxLTEyMzQ1Njg=\r\n{NUMBER}");
    let seen = multipart(&[part("name=\"f\"; filename=\"a.eml\"\r\nContent-Type: Message/RFC822", mail.as_bytes())]);
    assert_eq!((seen.edits.len(), seen.reasons()), (1, vec![Reason::Binary]), "what stands there in plain is read");
    // No browser sends a field that is one.
    let field = part("name=\"f\"\r\nContent-Type: message/rfc822", mail.as_bytes());
    assert_eq!(multipart(&[field]).reasons(), [Reason::Damaged]);
}

#[test]
fn a_piece_of_a_file_is_told_once_whatever_the_order() {
    let file = part("name=\"file\"; filename=\"a.zip\"\r\nContent-Type: text/plain", b"abc");
    let count = |pieces: &str| part("name=\"chunks\"", pieces.as_bytes());
    let fragments = |parts: &[Vec<u8>]| {
        let seen = multipart(parts);
        seen.places()
            .iter()
            .filter(|(what, place)| (*what, place.as_str()) == ("uninspectable:fragment", "the body"))
            .count()
    };
    assert_eq!(fragments(&[count("3"), file.clone()]), 1);
    assert_eq!(fragments(&[file.clone(), count("3"), file.clone(), part("name=\"x\"", b"")]), 1);
    assert_eq!(fragments(&[count("1"), file.clone()]), 0, "all of it");
    assert_eq!(fragments(&[count("3"), part("name=\"f\"; filename=\"\"", b"")]), 0, "no file was chosen");
}
