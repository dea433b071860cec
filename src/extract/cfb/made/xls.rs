//! Workbooks.

use super::*;
use crate::extract::make::xls::{book, book_95, label, numbers, record, short, string};

fn heard(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Heard {
    Heard::of("a.xls", &compound(&[("Workbook", book(globals, state, sheet))]))
}

#[test]
fn hidden_sheets_rows_and_columns_say_so() {
    let row = record(0x208, &numbers(&[6, 0, 1, 255, 0, 0, 0x20, 0]));
    let column = record(0x7D, &numbers(&[2, 2, 2048, 0, 1, 0]));
    let sheet = [column, row, label(0, 0, "가"), label(0, 2, "나나"), label(6, 1, "다다")];
    let heard = heard(&[], 2, &sheet);
    assert_eq!(at(&heard, "나나"), "a.xls › sheet 1 ‘명단’ (very hidden) › cell C1 (hidden)");
    assert_eq!(at(&heard, "다다"), "a.xls › sheet 1 ‘명단’ (very hidden) › cell B7 (hidden)");
    assert!(heard.text().contains("가,,나나\n,다다\n"), "{}", heard.text());
}

#[test]
fn shared_strings_go_on_in_another_record_and_unused_ones_are_read() {
    let long = "가".repeat(10);
    let (first, rest) = (wide(&long[..12]), wide(&long[12..]));
    let sst = [&2u32.to_le_bytes()[..], &2u32.to_le_bytes(), &[10, 0, 1], &first].concat();
    let behind = [&[1][..], &rest, &string("지운 사람 900101-1234568")].concat();
    let cell = record(0xFD, &[numbers(&[0, 0, 0]), 0u32.to_le_bytes().to_vec()].concat());
    let heard = heard(&[record(0xFC, &sst), record(0x3C, &behind)], 0, &[cell]);
    assert_eq!(at(&heard, &long), "a.xls › sheet 1 ‘명단’ › cell A1");
    assert_eq!(at(&heard, "900101-1234568"), "a.xls › strings in no cell");
}

#[test]
fn numbers_have_the_format_of_their_cell() {
    let format = record(0x41E, &[numbers(&[200]), string("000000-0000000")].concat());
    let xf = |format: u16| record(0xE0, &[numbers(&[0, format]), vec![0; 16]].concat());
    let number = |xf: u16, column: u16, value: f64| {
        record(0x203, &[numbers(&[0, column, xf]), value.to_le_bytes().to_vec()].concat())
    };
    let rk = record(0x27E, &[numbers(&[1, 0, 0]), ((123_456u32 << 2) | 3).to_le_bytes().to_vec()].concat());
    let sheet = [number(1, 0, 9_001_011_234_568.0), number(0, 1, 9_001_011_234_568.0), rk];
    let heard = heard(&[format, xf(0), xf(200)], 0, &sheet);
    assert!(heard.text().contains("900101-1234568,9001011234568\n1234.56\n"), "{}", heard.text());
}

#[test]
fn formulas_give_their_result_and_the_strings_in_them() {
    let token = [&[0x17][..], &short("비밀 글")].concat();
    let data =
        [numbers(&[0, 0, 0]), vec![0, 0, 0, 0, 0, 0, 0xFF, 0xFF], vec![0; 6], numbers(&[token.len() as u16]), token];
    let heard = heard(&[], 0, &[record(0x06, &data.concat()), record(0x207, &string("결과 글"))]);
    assert_eq!(at(&heard, "결과 글"), "a.xls › sheet 1 ‘명단’ › cell A1");
    assert_eq!(at(&heard, "비밀 글"), "a.xls › sheet 1 ‘명단’ › cell A1 › formula");
}

#[test]
fn comments_boxes_headers_lists_and_charts_are_read() {
    let object = |kind: u16, id: u16| record(0x5D, &numbers(&[0x15, 0x12, kind, id, 0, 0, 0, 0, 0, 0, 0]));
    let text = |text: &str| {
        let units = text.encode_utf16().count() as u16;
        let head = record(0x1B6, &numbers(&[0, 0, 0, 0, 0, units, 16, 0, 0]));
        [head, record(0x3C, &[&[1][..], &wide(text)].concat())].concat()
    };
    let note = record(0x1C, &[numbers(&[1, 2, 0, 7]), string("지은이")].concat());
    let list = [&[0x17][..], &short("가나\0다라")].concat();
    let mut validation = vec![0; 4];
    for prompt in ["제목", "오류", "안내 글", "오류 글"] {
        validation.extend(string(prompt));
    }
    validation.extend(numbers(&[list.len() as u16, 0]));
    validation.extend(list);
    validation.extend(numbers(&[0, 0, 0]));
    let sheet = [
        object(0x19, 7),
        text("메모 글"),
        object(6, 8),
        text("글상자 글"),
        note,
        record(0x14, &string("&C&\"굴림,보통\"&12머리말 글 900101-&B1234568")),
        record(0x15, &string("&C꼬리말 글")),
        record(0x1BE, &validation),
        record(0x100D, &[numbers(&[0]), short("계열 이름")].concat()),
    ];
    let heard = heard(&[], 0, &sheet);
    let sheet = "a.xls › sheet 1 ‘명단’ › ";
    for (text, place) in [
        ("메모 글", "cell C2 › comment 1"),
        ("지은이", "cell C2 › comment 1"),
        ("글상자 글", "text box"),
        ("머리말 글 900101-1234568", "header"),
        ("꼬리말 글", "footer"),
        ("안내 글", "validation list"),
        ("다라", "validation list"),
        ("계열 이름", "chart data"),
    ] {
        assert_eq!(at(&heard, text), format!("{sheet}{place}"), "{text}");
    }
}

#[test]
fn names_links_and_pivot_caches_are_read() {
    let token = [&[0x17][..], &short("이름 글")].concat();
    let head = [numbers(&[0]), vec![0, 4], numbers(&[token.len() as u16, 0, 0]), vec![0; 4]].concat();
    let name = record(0x18, &[head, vec![1], wide("비밀이름"), token].concat());
    let cached = record(0x5A, &[vec![0, 0, 0, 0, 2], string("남의 칸")].concat());
    let workbook = book(&[name, cached], 0, &[]);
    let pivot = [record(0xC7, &[vec![0; 14], string("필드")].concat()), record(0xCD, &string("캐시 글"))].concat();
    let heard = Heard::of("a.xls", &compound(&[("Workbook", workbook), ("_SX_DB_CUR/0001", pivot)]));
    assert_eq!(at(&heard, "이름 글"), "a.xls › defined name ‘비밀이름’");
    assert_eq!(at(&heard, "남의 칸"), "a.xls › cache of an external link");
    assert_eq!(at(&heard, "캐시 글"), "a.xls › pivot cache");
}

#[test]
fn a_book_of_excel_95_has_strings_in_its_code_page() {
    let heard = Heard::of("a.xls", &compound(&[("Book", book_95("홍길동"))]));
    assert_eq!(at(&heard, "홍길동"), "a.xls › sheet 1 ‘명단’ (hidden) › cell A1");
}

/// Excel goes where the list of sheets says, whatever stands there.
#[test]
fn a_sheet_within_the_data_of_a_record_is_read() {
    let bof = |kind: u16| record(0x809, &numbers(&[0x600, kind, 0, 0, 0, 0, 0, 0]));
    let inner = [bof(0x10), label(0, 0, "안쪽 글"), record(0x0A, &[])].concat();
    let place = bof(5).len() + 4;
    let listed = [&(place as u32).to_le_bytes()[..], &[0, 0], &short("속")].concat();
    let stream = [bof(5), record(0x1234, &inner), record(0x85, &listed), record(0x0A, &[])].concat();
    let heard = Heard::of("a.xls", &compound(&[("Workbook", stream)]));
    assert!(heard.said.iter().any(|(at, text)| at == "a.xls › sheet 1 ‘속’ › cell A1" && text == "안쪽 글"));
}
