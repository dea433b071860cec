//! What is shown, what is hidden, and how it is written.

use super::*;
use crate::text::Charset;

fn written(forms: &[&[u8]], style: Style, charset: Charset) -> Vec<u8> {
    let mut pen = Pen::new(style, charset);
    let mut out = Vec::new();
    forms.iter().for_each(|raw| pen.write(raw, &mut out));
    out
}

/// The value as it stands in a body, in the given style.
fn masked(kind: Kind, value: &str, style: Style) -> String {
    let hidden = hidden(kind, value, style);
    let mut pen = Pen::new(style, Charset::Utf8);
    let mut out = Vec::new();
    for (number, byte) in value.bytes().enumerate() {
        if hidden.hides(number) { pen.write(&[byte], &mut out) } else { out.push(byte) }
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn one_fixed_form_per_kind() {
    let cases = [
        (Kind::ResidentRegistrationNumber, "9001011234568", "900101-*******"),
        (Kind::ForeignerRegistrationNumber, "9001015123488", "900101-*******"),
        (Kind::PaymentCardNumber, "4000000000000002", "4000-00**-****-****"),
        (Kind::PaymentCardNumber, "370000000000002", "3700-00****-*****"),
        (Kind::PaymentCardNumber, "30560000000007", "3056-00****-****"),
        (Kind::PaymentCardNumber, "6200000000000000003", "6200-00**-****-****-***"),
        (Kind::MobileNumber, "01012345678", "010-****-5678"),
        (Kind::MobileNumber, "0112345678", "011-***-5678"),
        (Kind::MobileNumber, "821012345678", "+82-10-****-5678"),
        (Kind::MobileNumber, "8201012345678", "+82-010-****-5678"),
        (Kind::MobileNumber, "00821012345678", "0082-10-****-5678"),
        (Kind::EmailAddress, "abcde@example.com", "ab***@example.com"),
        (Kind::EmailAddress, "abc@example.com", "ab*@example.com"),
        (Kind::EmailAddress, "ab@example.com", "**@example.com"),
        (Kind::EmailAddress, "a@example.com", "*@example.com"),
        (Kind::PersonName, "홍길동", "홍*동"),
        (Kind::PersonName, "남궁민수", "남궁*수"),
        (Kind::PersonName, "김준", "김*"),
        (Kind::PostalAddress, "서울특별시 종로구 세종대로 209", "서울특별시 종로구 **** ***"),
        (Kind::PostalAddress, "경기 성남시 분당구 판교역로 235 (삼평동)", "경기 성남시 분당구 **** *** *****"),
        (Kind::PostalAddress, "세종특별자치시 한누리대로 2130", "세종특별자치시 ***** ****"),
        (Kind::VehicleRegistrationNumber, "12가3456", "12가****"),
        (Kind::VehicleRegistrationNumber, "서울12가3456", "서울12가****"),
        (Kind::IpAddress, "211.115.20.36", "211.115.**.36"),
        (Kind::IpAddress, "2001:230:abcd::1", "2001:230:abcd::*"),
        (Kind::PassportNumber, "M123A4567", "M1*******"),
        (Kind::ConnectingInformation, "abcdefghij", "abcdefg***"),
    ];
    for (kind, value, form) in cases {
        assert_eq!(shown(kind, value), form);
    }
}

#[test]
fn the_returning_mark_is_known_again_and_hides_no_less() {
    let cases = [
        (Kind::ResidentRegistrationNumber, "9001011234568", "900101*~*~*~*"),
        (Kind::PaymentCardNumber, "4000000000000002", "400000*~*~*~*~*~"),
        (Kind::MobileNumber, "01012345678", "010*~*~5678"),
        (Kind::MobileNumber, "0112345678", "011*~*~*~*"),
        (Kind::EmailAddress, "a@b.kr", "*@~*~*"),
    ];
    for (kind, value, form) in cases {
        let marked = masked(kind, value, Style::Returning);
        assert_eq!(marked, form);
        assert!(returned(&marked), "{marked}");
        let stars = masked(kind, value, Style::Star);
        assert!(!returned(&stars), "{stars}");
        assert!(
            stars.chars().zip(marked.chars()).all(|(star, mark)| star != '*' || matches!(mark, '*' | '~')),
            "{stars}"
        );
    }
}

#[test]
fn a_mark_is_written_as_the_value_was() {
    for (kind, value, expected) in [
        (Kind::ResidentRegistrationNumber, "900101-1234568", "900101-*~*~*~*"),
        (Kind::ResidentRegistrationNumber, "９００１０１－１２３４５６８", "９００１０１－*~*~*~*"),
        (Kind::MobileNumber, "010 2345 6789", "010 *~*~ 6789"),
        (Kind::EmailAddress, "hong@example.com", "*~*~@*~*~*~*~*~*"),
    ] {
        assert_eq!(mark(kind, value), expected);
        assert!(returned(&mark(kind, value)), "{value}");
    }
}

#[test]
fn a_word_in_a_control_is_known_again() {
    for (kind, value) in [
        (Kind::PersonName, "김준"),
        (Kind::PersonName, "홍길동"),
        (Kind::PostalAddress, "서울특별시 종로구 세종대로 209"),
        (Kind::VehicleRegistrationNumber, "12가3456"),
    ] {
        for charset in [Charset::Utf8, Charset::Cp949] {
            let mut pen = Pen::of(kind, Style::Returning, charset);
            let mut out = Vec::new();
            for letter in value.chars() {
                let raw = match charset {
                    Charset::Cp949 => encoding_rs::EUC_KR.encode(&letter.to_string()).0.into_owned(),
                    _ => letter.to_string().into_bytes(),
                };
                pen.write(&raw, &mut out);
            }
            let mark = String::from_utf8(out).unwrap();
            assert!(returned(&format!("앞 {mark} 뒤")) || returned(&mark), "{value}: {mark}");
        }
    }
}

#[test]
fn a_mark_comes_back_in_many_forms() {
    for text in [
        "900101-*~*~*~*",
        "주민번호 900101 - * ~ * ~ * ~ * 입니다",
        "*~*~*~*",
        "(010)*~*~-5678",
        "９００１０１－＊～＊～＊～＊",
        "메일은 *~*~*@~*~*~*~*~*~ 로",
    ] {
        assert!(returned(text), "{text}");
    }
    for text in [
        "",
        "900101-*******",
        "~*~*~*~ 축하합니다 ~*~*~*~",
        "*~*~*~*~*~*~*~*~*~*~*~*~*",
        "1*~*",
        "010-****-5678",
        "2024년 행사 *~*~*",
        "a*b~c*d~",
        "x@example.com ~ * ~",
    ] {
        assert!(!returned(text), "{text}");
    }
}

/// What is hidden, in which charset, and what is written for a star and for a tilde.
type Form = (&'static [u8], Charset, &'static [u8], &'static [u8]);

#[test]
fn a_mark_has_the_form_and_the_length_of_what_it_hides() {
    let cases: [Form; 14] = [
        (b"8", Charset::Utf8, b"*", b"~"),
        ("８".as_bytes(), Charset::Utf8, "＊".as_bytes(), "～".as_bytes()),
        (&[0xA3, 0xB8], Charset::Cp949, &[0xA3, 0xAA], &[0xA2, 0xA6]),
        (b"%38", Charset::Utf8, b"%2A", b"%7E"),
        (b"%2538", Charset::Utf8, b"%252A", b"%257E"),
        (b"%EF%BC%98", Charset::Utf8, b"%EF%BC%8A", b"%EF%BD%9E"),
        (b"%A3%B8", Charset::Cp949, b"%A3%AA", b"%A2%A6"),
        (b"&#x38;", Charset::Utf8, b"&#x2A;", b"&#x7E;"),
        (b"&#056;", Charset::Utf8, b"&#042;", b"&#126;"),
        (b"&#65304;", Charset::Utf8, b"&#00042;", b"&#00126;"),
        (b"\\u0038", Charset::Utf8, b"\\u002a", b"\\u007e"),
        (b"\\u{38}", Charset::Utf8, b"\\u{2a}", b"\\u{7e}"),
        (b"\\x38", Charset::Utf8, b"\\x2a", b"\\x7e"),
        ("①".as_bytes(), Charset::Utf8, "＊".as_bytes(), "～".as_bytes()),
    ];
    for (raw, charset, star, tilde) in cases {
        let form = String::from_utf8_lossy(raw).into_owned();
        assert_eq!(written(&[raw, raw], Style::Star, charset), [star, star].concat(), "{form}");
        assert_eq!(written(&[raw, raw], Style::Returning, charset), [star, tilde].concat(), "{form}");
    }
}

#[test]
fn what_does_not_fit_is_hidden_all_the_same() {
    assert_eq!(written(&[b"&#56;", b"&#56;"], Style::Star, Charset::Utf8), b"&#42;&#42;");
    assert_eq!(written(&[b"&#56;", b"&#56;"], Style::Returning, Charset::Utf8), b"&#42;~*~*~");
    assert_eq!(written(&["²".as_bytes()], Style::Star, Charset::Utf8), b"**");
    assert_eq!(written(&[&[0xF0, 0x9D, 0x9F, 0x8E]], Style::Star, Charset::Utf8), b"****");
    assert_eq!(written(&[&[0xA3, 0xB8]], Style::Star, Charset::AsciiBased), b"**");
}

#[test]
fn the_wide_marks_are_those_of_the_charset() {
    for (text, bytes) in [("＊", [0xA3, 0xAA]), ("～", [0xA2, 0xA6])] {
        assert_eq!(encoding_rs::EUC_KR.encode(text).0.as_ref(), bytes);
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_keep_their_length(raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..24)) {
        for style in [Style::Star, Style::Returning] {
            for charset in [Charset::Utf8, Charset::Cp949, Charset::AsciiBased] {
                let out = written(&[&raw, &raw, &raw], style, charset);
                proptest::prop_assert_eq!(out.len(), raw.len() * 3);
                proptest::prop_assert!(raw.len() < 4 || !out.windows(raw.len()).any(|part| part == raw) || raw.iter().all(|b| matches!(b, b'*' | b'~')) || raw.starts_with(b"%2A") || raw.starts_with(b"&#") || raw.starts_with(b"\\"));
            }
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,60}") {
        returned(&text);
        for kind in Kind::ALL {
            shown(*kind, &text);
        }
    }
}
