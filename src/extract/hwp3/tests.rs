//! Made files: lists within controls, the password, damage.

use super::hchar;
use crate::extract::make::hwp3::{self, control, file, units};
use crate::extract::testing::Heard;
use crate::vocab::Reason;

/// The code of a character: the reverse of what is read.
fn unit(char: char) -> u16 {
    (0x20..=0xFFFF).find(|&unit| hchar::char(unit) == char).expect("a character of HWP 3")
}

fn codes(text: &str) -> Vec<u16> {
    text.chars().map(unit).collect()
}

fn paragraph(text: &str, control: &[u8], counts: u16) -> Vec<u8> {
    hwp3::paragraph(&codes(text), control, counts)
}

fn list(text: &str) -> Vec<u8> {
    hwp3::list(&codes(text))
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
