//! Texts for people: cleaned, and given back to their writer.

use super::*;

#[test]
fn texts_are_cleaned() {
    assert_eq!(clean("명단 900101-1234568.csv", &lens()), "명단 900101-*******.csv");
    assert_eq!(clean("/a/900101-1234568/%EA%B0%80", &lens()), "/a/900101-*******/%EA%B0%80");
    assert_eq!(clean("subject", &lens()), "subject");
}

#[test]
fn the_writers_text_is_given_back_masked() {
    let form = format!("subject=%ED%99%8D&content=a+{NUMBER}&userpw=secret&empty=&broken=%zz");
    let given = fields(Some(b"application/x-www-form-urlencoded"), form.as_bytes(), None, &lens());
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(given, [pair("subject", "홍"), pair("content", &format!("a {MASKED}")), pair("broken", "%zz")]);
    let parts =
        [part("name=\"a\"", b"\xc8\xab"), part("name=\"f\"; filename=\"x\"", b"file"), b"--B--".to_vec()].concat();
    let given = fields(Some(b"multipart/form-data; boundary=B"), &parts, Some(Charset::Cp949), &lens());
    assert_eq!(given, [pair("a", "홍")]);
    let split = fields(Some(b"application/x-www-form-urlencoded"), b"jumin1=900101&jumin2=1234568", None, &lens());
    assert_eq!(split, [pair("jumin1", "900101"), pair("jumin2", "*******")]);
    assert_eq!(fields(Some(b"application/json"), b"{}", None, &lens()), []);
    assert_eq!(fields(None, b"a=1", None, &lens()), []);
}
