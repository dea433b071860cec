//! HWP documents.

use super::*;
use crate::extract::make::hwp::{self, control, deflate, header, paragraph, record};

fn document(flags: u32, section: &[u8], others: &[(&str, Vec<u8>)]) -> Heard {
    Heard::of("a.hwp", &hwp::document(flags, section, others))
}

#[test]
fn text_in_controls_stands_where_the_control_says() {
    let list = |level: u32, column: u16, row: u16| {
        let mut data = vec![0; 8];
        data.extend(column.to_le_bytes());
        data.extend(row.to_le_bytes());
        record(0x48, level, &data)
    };
    let link = "http\\://example.org";
    let command = [&[0; 5][..], &(link.len() as u16).to_le_bytes(), &wide(link)].concat();
    let script = [&[0; 4][..], &4u16.to_le_bytes(), &wide("수식 글")].concat();
    let section = [
        paragraph(0, "본문 글"),
        control(1, b"head", &[]),
        list(2, 0, 0),
        paragraph(2, "머리말 글"),
        control(1, b"foot", &[]),
        paragraph(2, "꼬리말 글"),
        control(1, b"fn  ", &[]),
        paragraph(2, "각주 글"),
        control(1, b"tcmt", &[]),
        paragraph(2, "숨은 설명 글"),
        control(1, b"tbl ", &[]),
        record(0x4D, 2, &[]),
        list(2, 0, 0),
        paragraph(2, "이름"),
        list(2, 1, 0),
        paragraph(2, "번호"),
        list(2, 0, 1),
        paragraph(2, "홍길동"),
        control(3, b"gso ", &[]),
        record(0x4C, 4, &[]),
        list(5, 0, 0),
        paragraph(5, "칸 속 글상자 글"),
        list(2, 1, 1),
        paragraph(2, "900101-1234568"),
        control(1, b"%hlk", &command),
        control(1, b"eqed", &[]),
        record(0x58, 2, &script),
        paragraph(0, "둘째 글"),
        record(0x5D, 1, &[0; 4]),
        record(0x48, 1, &[0; 8]),
        paragraph(1, "메모 글"),
    ];
    let heard = document(1, &section.concat(), &[]);
    for (text, place) in [
        ("본문 글", "paragraph 1"),
        ("머리말 글", "header › paragraph 1"),
        ("꼬리말 글", "footer › paragraph 1"),
        ("각주 글", "note 1 › paragraph 1"),
        ("숨은 설명 글", "comment 1 › paragraph 1"),
        ("홍길동", "table 1 › cell A2"),
        ("칸 속 글상자 글", "table 1 › text box › paragraph 1"),
        ("900101-1234568", "table 1 › cell B2"),
        ("http\\://", "link address"),
        ("수식 글", "formula"),
        ("둘째 글", "paragraph 2"),
        ("메모 글", "comment 2 › paragraph 1"),
    ] {
        assert_eq!(at(&heard, text), format!("a.hwp › section 1 › {place}"), "{text}");
    }
    assert!(heard.text().contains("이름,번호\n홍길동,900101-1234568"), "{}", heard.text());
    assert_eq!(heard.unreadable, []);
}

#[test]
fn binary_data_previews_scripts_and_versions_are_read() {
    let inner = compound(&[("Workbook", vec![1]), ("CONTENTS", "속 파일 글".as_bytes().to_vec())]);
    let object = [&(inner.len() as u32).to_le_bytes()[..], &inner].concat();
    let heard = document(
        1,
        &[],
        &[
            ("BinData/BIN0001.OLE", deflate(&object)),
            ("BinData/BIN0002.txt", deflate("붙임 글".as_bytes())),
            ("PrvText", wide("미리 보는 글")),
            ("Scripts/DefaultJScript", deflate(&wide("\u{5}var 글;"))),
            ("DocHistory/VersionLog0", deflate(&wide("이전 판의 글"))),
        ],
    );
    assert_eq!(at(&heard, "속 파일 글"), "a.hwp › BIN0001.OLE › CONTENTS");
    assert_eq!(at(&heard, "붙임 글"), "a.hwp › BIN0002.txt");
    assert_eq!(at(&heard, "미리 보는 글"), "a.hwp › preview");
    assert_eq!(at(&heard, "var 글"), "a.hwp › script");
    assert_eq!(at(&heard, "이전 판의 글"), "a.hwp › earlier revision 1");
}

#[test]
fn locks_are_told_apart() {
    let reason = |flags| document(flags, &[], &[]).unreadable;
    assert_eq!(reason(1), []);
    assert_eq!(reason(3), [("a.hwp".to_owned(), Reason::Encrypted)]);
    assert_eq!(reason(0x11), [("a.hwp".to_owned(), Reason::Drm)]);
    assert_eq!(reason(0x101), [("a.hwp".to_owned(), Reason::Encrypted)]);
    let section = paragraph(0, "이 문서는 상위 버전의 배포용 문서입니다.");
    assert_eq!(document(5, &section, &[]).unreadable, [("a.hwp".to_owned(), Reason::Drm)]);
}

#[test]
fn a_cut_section_gives_what_it_held() {
    let texts: Vec<u8> = (0..200).flat_map(|number| paragraph(0, &format!("글 {number}"))).collect();
    let mut cut = deflate(&texts);
    cut.truncate(cut.len() / 2);
    let streams = [("FileHeader", header(1)), ("BodyText/Section0", cut)];
    let heard = Heard::of("a.hwp", &compound(&streams));
    assert_eq!(at(&heard, "글 7"), "a.hwp › section 1 › paragraph 8");
    assert_eq!(heard.unreadable.first().map(|(_, reason)| *reason), Some(Reason::Damaged));
}
