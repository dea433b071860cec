//! Binary workbooks, written here record by record.

use super::build::{Piece, archive, rels};
use super::stands;
use crate::extract::make::xlsb::{cell, record, row, string};
use crate::extract::testing::Heard;

fn sheet() -> Vec<u8> {
    let formula =
        [&[0x17, 4, 0][..], &"수식 글".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    let column = [&2_u32.to_le_bytes()[..], &2_u32.to_le_bytes(), &[0; 8], &1_u16.to_le_bytes()].concat();
    [
        record(60, &column),
        row(0, false),
        cell(7, 0, &0_u32.to_le_bytes()),
        cell(6, 1, &string("제 글")),
        cell(6, 2, &string("숨은 열")),
        row(1, true),
        cell(5, 0, &8_801_011_234_568_f64.to_le_bytes()),
        cell(2, 1, &((1234 << 2) | 2_u32).to_le_bytes()),
        cell(4, 3, &[1]),
        row(2, false),
        cell(8, 0, &[string("셈 값"), vec![0; 2], formula].concat()),
        record(479, &[vec![0; 2], string("&L머리"), string("&C꼬리"), vec![0xFF; 16]].concat()),
        record(494, &[vec![0; 16], string("rId1"), string("갈 곳")].concat()),
    ]
    .concat()
}

/// The parts of a workbook.
pub(super) fn pieces() -> Vec<Piece> {
    let listed = |state: u32, id: &str, name: &str| {
        record(156, &[&state.to_le_bytes()[..], &1_u32.to_le_bytes(), &string(id), &string(name)].concat())
    };
    let name = record(
        39,
        &[vec![0; 9], string("이름"), vec![9, 0, 0, 0], b"\x17\x03\0".to_vec(), string("xyz")[4..].to_vec()].concat(),
    );
    let comments = [
        record(632, &string("쓴 이")),
        record(
            635,
            &[
                &0_u32.to_le_bytes()[..],
                &6_u32.to_le_bytes(),
                &6_u32.to_le_bytes(),
                &1_u32.to_le_bytes(),
                &1_u32.to_le_bytes(),
            ]
            .concat(),
        ),
        record(637, &[vec![0], string("메모 글")].concat()),
    ];
    let root = rels(&[("1", "officeDocument", "xl/workbook.bin")]);
    let books = rels(&[("r1", "worksheet", "worksheets/sheet1.bin"), ("r2", "sharedStrings", "sharedStrings.bin")]);
    let sheets = rels(&[("c", "comments", "../comments1.bin")]);
    vec![
        Piece::deflated("[Content_Types].xml", b"<Types/>"),
        Piece::deflated("_rels/.rels", root.as_bytes()),
        Piece::deflated("xl/workbook.bin", &[listed(2, "r1", "장부"), name].concat()),
        Piece::deflated("xl/_rels/workbook.bin.rels", books.as_bytes()),
        Piece::deflated(
            "xl/sharedStrings.bin",
            &[
                record(19, &[vec![0], string("900101-1234568")].concat()),
                record(19, &[vec![0], string("남은 글")].concat()),
            ]
            .concat(),
        ),
        Piece::deflated("xl/worksheets/sheet1.bin", &sheet()),
        Piece::deflated("xl/worksheets/_rels/sheet1.bin.rels", sheets.as_bytes()),
        Piece::deflated("xl/comments1.bin", &comments.concat()),
    ]
}

#[test]
fn records_are_read() {
    let heard = Heard::of("a.xlsb", &archive(&pieces()));
    let place = "a.xlsb › sheet 1 ‘장부’ (very hidden)";
    stands(&heard, "900101-1234568", &format!("{place} › cell A1"));
    stands(&heard, "제 글", &format!("{place} › cell B1"));
    stands(&heard, "숨은 열", &format!("{place} › cell C1 (hidden)"));
    stands(&heard, "8801011234568", &format!("{place} › cell A2 (hidden)"));
    stands(&heard, "1234", "a.xlsb › sheet 1 ‘장부’ (very hidden) › cell A1");
    assert!(heard.text().contains("8801011234568,1234,,TRUE\n"), "{}", heard.text());
    stands(&heard, "셈 값", &format!("{place} › cell A3"));
    stands(&heard, "수식 글", &format!("{place} › formula › cell A3"));
    stands(&heard, "머리", &format!("{place} › header"));
    stands(&heard, "꼬리", &format!("{place} › footer"));
    stands(&heard, "갈 곳", &format!("{place} › link address"));
    stands(&heard, "메모 글", &format!("{place} › comment 1 › cell B7"));
    stands(&heard, "쓴 이", &format!("{place} › document properties"));
    stands(&heard, "남은 글", "a.xlsb › strings in no cell");
    stands(&heard, "xyz", "a.xlsb › defined name ‘이름’");
    assert_eq!(heard.unreadable, []);
}
