//! Made files: lists within controls, the password, damage.

use super::hchar;
use crate::extract::testing::Heard;
use crate::vocab::Reason;
use std::io::Read;

/// The code of a character: the reverse of what is read.
fn unit(char: char) -> u16 {
    (0x20..=0xFFFF).find(|&unit| hchar::char(unit) == char).expect("a character of HWP 3")
}

fn units(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// A paragraph of units, in which controls count as `characters` says beyond the text.
fn paragraph(text: &str, control: &[u8], counts: u16) -> Vec<u8> {
    let text: Vec<u16> = text.chars().map(unit).collect();
    let count = text.len() as u16 + counts + 1;
    let mut out = vec![0];
    out.extend(units(&[count, 1]));
    out.resize(43, 0);
    out.resize(43 + 187 + 14, 0);
    [out, units(&text), control.to_vec(), units(&[13])].concat()
}

/// A list of one paragraph, and its end.
fn list(text: &str) -> Vec<u8> {
    [paragraph(text, &[], 0), vec![0; 43]].concat()
}

fn control(code: u16, data: &[u8], lists: &[Vec<u8>]) -> Vec<u8> {
    [units(&[code, 0, 0, code]), data.to_vec(), lists.concat()].concat()
}

fn file(body: &[u8], password: u8) -> Vec<u8> {
    let mut file = b"HWP Document File V3.00 \x1A\x01\x02\x03\x04\x05".to_vec();
    file.resize(30 + 128 + 1008, 0);
    file[30 + 96] = password;
    file[30 + 124] = 1;
    let body = [&[0; 16][..], body].concat();
    flate2::read::DeflateEncoder::new(&body[..], flate2::Compression::fast()).read_to_end(&mut file).expect("deflate");
    file
}

#[test]
fn text_in_controls_stands_where_the_control_says() {
    let mut table = vec![0; 84];
    table[80] = 2;
    let cell = |x: u8| {
        let mut cell = vec![0; 27];
        cell[4] = x;
        cell
    };
    let table = [table, cell(0), cell(9)].concat();
    let mut foot = vec![0; 10];
    foot[8] = 1;
    let body = [
        paragraph("본문 900101-1234568", &[], 0),
        paragraph("", &control(16, &foot, &[list("꼬리말")]), 4),
        paragraph("", &control(17, &[0; 14], &[list("각주")]), 4),
        paragraph("", &control(15, &[0; 8], &[list("숨은 설명")]), 4),
        paragraph("", &control(10, &table, &[list("이름"), list("홍길동"), vec![0; 43]]), 4),
        vec![0; 43],
    ];
    let heard = Heard::of("a.hwp", &file(&body.concat(), 0));
    for (text, place) in [
        ("본문 900101-1234568", "paragraph 1"),
        ("꼬리말", "footer › paragraph 1"),
        ("각주", "note 1 › paragraph 1"),
        ("숨은 설명", "comment 1 › paragraph 1"),
        ("홍길동", "table 1 › cell B1"),
    ] {
        assert_eq!(heard.place_of(text), Some(format!("a.hwp › {place}").as_str()), "{text}: {:?}", heard.said);
    }
    assert_eq!(heard.unreadable, []);
}

#[test]
fn a_password_is_told() {
    let heard = Heard::of("a.hwp", &file(&list("본문"), 1));
    assert_eq!(heard.unreadable, [("a.hwp".to_owned(), Reason::Encrypted)]);
}

/// Lists within lists end at a cap; what is deeper is still searched.
#[test]
fn nesting_is_bounded() {
    let mut inner = list("가장 깊은 곳");
    for _ in 0..64 {
        inner = [paragraph("", &control(15, &[0; 8], &[inner]), 4), vec![0; 43]].concat();
    }
    let heard = Heard::of("a.hwp", &file(&inner, 0));
    assert!(heard.text().contains("가장 깊은 곳"));
    assert_eq!(heard.unreadable, [("a.hwp".to_owned(), Reason::Damaged)]);
}

#[test]
fn older_versions_are_searched_and_said_to_be_unsupported() {
    let mut file = b"HWP Document File V2.10 \x1A".to_vec();
    file.extend(units(&"주민 900101".chars().map(unit).collect::<Vec<_>>()));
    let heard = Heard::of("a.hwp", &file);
    assert!(heard.text().contains("주민 900101"));
    assert_eq!(heard.unreadable, [("a.hwp".to_owned(), Reason::Unsupported)]);
}
