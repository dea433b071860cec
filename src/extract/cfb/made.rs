//! Files made here, one hiding place each: that the text comes out, and at the right place.

use crate::extract::testing::Heard;
use crate::vocab::Reason;
use std::io::{Cursor, Write};

/// A compound file of these streams.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a new file");
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(storage).expect("a storage");
        }
        file.create_stream(path).expect("a stream").write_all(bytes).expect("room");
    }
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn at(heard: &Heard, text: &str) -> String {
    heard.place_of(text).unwrap_or_else(|| panic!("{text} is nowhere: {:?}", heard.said)).to_owned()
}

mod xls {
    use super::*;

    fn record(id: u16, data: &[u8]) -> Vec<u8> {
        [&id.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn numbers(numbers: &[u16]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// A string of two bytes a character behind a length of two bytes.
    fn string(text: &str) -> Vec<u8> {
        [&(text.encode_utf16().count() as u16).to_le_bytes()[..], &[1], &wide(text)].concat()
    }

    fn short(text: &str) -> Vec<u8> {
        [&[text.encode_utf16().count() as u8, 1][..], &wide(text)].concat()
    }

    /// A workbook of one sheet with these records; `globals` stand before, `state` says how hidden the sheet is.
    fn book(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Vec<u8> {
        let bof = |kind: u16| record(0x809, &numbers(&[0x600, kind, 0, 0, 0, 0, 0, 0]));
        let end = record(0x0A, &[]);
        let head: Vec<u8> = [bof(5), globals.concat()].concat();
        let name = short("명단");
        let place = head.len() + 4 + 6 + name.len() + end.len();
        let listed = record(0x85, &[&(place as u32).to_le_bytes()[..], &[state, 0], &name].concat());
        [head, listed, end.clone(), bof(0x10), sheet.concat(), end].concat()
    }

    fn heard(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Heard {
        Heard::of("a.xls", &compound(&[("Workbook", book(globals, state, sheet))]))
    }

    fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
        record(0x204, &[numbers(&[row, column, 0]), string(text)].concat())
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
        let data = [
            numbers(&[0, 0, 0]),
            vec![0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            vec![0; 6],
            numbers(&[token.len() as u16]),
            token,
        ];
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
            record(0x14, &string("&C머리말 글")),
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
            ("머리말 글", "header"),
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
        let korean = |text: &str| encoding_rs::EUC_KR.encode(text).0.into_owned();
        let bof = |kind: u16| record(0x809, &numbers(&[0x500, kind, 0, 0]));
        let name = korean("명단");
        let listed_at = bof(5).len() + 6;
        let place = listed_at + 4 + 7 + name.len() + 4;
        let listed = [&(place as u32).to_le_bytes()[..], &[1, 0, name.len() as u8], &name].concat();
        let text = korean("홍길동");
        let label = [numbers(&[0, 0, 0, text.len() as u16]), text].concat();
        let end = record(0x0A, &[]);
        let stream = [
            bof(5),
            record(0x42, &numbers(&[949])),
            record(0x85, &listed),
            end.clone(),
            bof(0x10),
            record(0x204, &label),
            end,
        ];
        let heard = Heard::of("a.xls", &compound(&[("Book", stream.concat())]));
        assert_eq!(at(&heard, "홍길동"), "a.xls › sheet 1 ‘명단’ (hidden) › cell A1");
    }
}

mod hwp {
    use super::*;
    use std::io::Read;

    fn record(tag: u32, level: u32, data: &[u8]) -> Vec<u8> {
        [&(tag | level << 10 | (data.len() as u32) << 20).to_le_bytes()[..], data].concat()
    }

    fn paragraph(level: u32, text: &str) -> Vec<u8> {
        [record(0x42, level, &[0; 24]), record(0x43, level + 1, &wide(text))].concat()
    }

    fn control(level: u32, id: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let id: Vec<u8> = id.iter().rev().copied().collect();
        record(0x47, level, &[&id, data].concat())
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::DeflateEncoder::new(bytes, flate2::Compression::fast()).read_to_end(&mut out).expect("deflate");
        out
    }

    fn header(flags: u32) -> Vec<u8> {
        let mut header = b"HWP Document File".to_vec();
        header.resize(256, 0);
        header[36..40].copy_from_slice(&flags.to_le_bytes());
        header
    }

    fn document(flags: u32, section: &[u8], others: &[(&str, Vec<u8>)]) -> Heard {
        let mut streams = vec![("FileHeader", header(flags)), ("BodyText/Section0", deflate(section))];
        streams.extend(others.iter().cloned());
        Heard::of("a.hwp", &compound(&streams))
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
}

mod msg {
    use super::*;

    #[test]
    fn heads_bodies_recipients_and_attachments_are_read() {
        let attached = "__attach_version1.0_#00000000";
        let within = "__attach_version1.0_#00000001/__substg1.0_3701000D";
        let path = |storage: &str, name: &str| format!("{storage}/__substg1.0_{name}");
        let streams = [
            ("__properties_version1.0".to_owned(), vec![0; 32]),
            ("__substg1.0_0037001F".to_owned(), wide("제목 글")),
            ("__substg1.0_1000001F".to_owned(), wide("본문 글")),
            ("__substg1.0_10130102".to_owned(), b"<p>html text</p>".to_vec()),
            (path("__recip_version1.0_#00000000", "3003001F"), wide("kim@example.org")),
            (path(attached, "3707001F"), wide("명단.txt")),
            (path(attached, "37010102"), "붙임 글".as_bytes().to_vec()),
            (path("__attach_version1.0_#00000001", "3001001F"), wide("전달")),
            (format!("{within}/__properties_version1.0"), vec![0; 24]),
            (path(within, "1000001E"), encoding_rs::EUC_KR.encode("속 본문 글").0.into_owned()),
        ];
        let streams: Vec<_> = streams.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
        let heard = Heard::of("a.msg", &compound(&streams));
        assert_eq!(at(&heard, "제목 글"), "a.msg › message header ‘Subject’");
        assert_eq!(at(&heard, "본문 글"), "a.msg › message text");
        assert_eq!(at(&heard, "html text"), "a.msg › message text");
        assert_eq!(at(&heard, "kim@example.org"), "a.msg › message header ‘Recipient’");
        assert_eq!(at(&heard, "붙임 글"), "a.msg › 명단.txt");
        assert_eq!(at(&heard, "속 본문 글"), "a.msg › 전달 › message text");
    }
}

mod doc {
    use super::*;

    /// A document of one piece, at a place behind what an earlier save left.
    #[test]
    fn what_a_fast_save_left_is_deleted_text() {
        let (old, new) = (wide("지운 글 900101-1234568"), wide("새 글\r"));
        let mut document = vec![0; 1024];
        document[..2].copy_from_slice(&0xA5ECu16.to_le_bytes());
        document[2..4].copy_from_slice(&0xC1u16.to_le_bytes());
        document[0x0A..0x0C].copy_from_slice(&0x200u16.to_le_bytes());
        document[0x4C..0x50].copy_from_slice(&4u32.to_le_bytes());
        document.extend(&old);
        document.extend([0; 4]);
        let place = document.len() as u32;
        document.extend(&new);
        let mut clx = vec![2, 16, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        clx.extend(place.to_le_bytes());
        clx.extend([0, 0]);
        document[0x1A2..0x1A6].copy_from_slice(&8u32.to_le_bytes());
        document[0x1A6..0x1AA].copy_from_slice(&(clx.len() as u32).to_le_bytes());
        let table = [&[0; 8][..], &clx].concat();
        let heard = Heard::of("a.doc", &compound(&[("WordDocument", document.clone()), ("1Table", table)]));
        assert_eq!(at(&heard, "새 글"), "a.doc › paragraph 1");
        assert_eq!(at(&heard, "900101-1234568"), "a.doc › deleted text");
        assert_eq!(heard.unreadable, []);

        // Without its tables it is damaged; what is printable in it is read all the same.
        let heard = Heard::of("a.doc", &compound(&[("WordDocument", document.clone())]));
        assert_eq!(at(&heard, "900101-1234568"), "a.doc");
        assert_eq!(heard.unreadable, [("a.doc".to_owned(), Reason::Damaged)]);

        document[0x0B] |= 1;
        let heard = Heard::of("a.doc", &compound(&[("WordDocument", document)]));
        assert_eq!(heard.unreadable, [("a.doc".to_owned(), Reason::Encrypted)]);
    }

    #[test]
    fn a_document_of_word_95_is_in_its_code_page() {
        let text = encoding_rs::EUC_KR.encode("홍길동 글\r").0.into_owned();
        let mut document = vec![0; 0x300];
        document[..2].copy_from_slice(&0xA5DCu16.to_le_bytes());
        document[2..4].copy_from_slice(&104u16.to_le_bytes());
        document[6..8].copy_from_slice(&0x412u16.to_le_bytes());
        document[0x18..0x1C].copy_from_slice(&0x300u32.to_le_bytes());
        document[0x34..0x38].copy_from_slice(&(text.len() as u32).to_le_bytes());
        document.extend(&text);
        let heard = Heard::of("a.doc", &compound(&[("WordDocument", document)]));
        assert_eq!(at(&heard, "홍길동 글"), "a.doc › paragraph 1");
    }
}

mod ppt {
    use super::*;
    use std::io::Read;

    fn record(version: u16, kind: u16, data: &[u8]) -> Vec<u8> {
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
    }

    fn slide(text: &str, hidden: bool) -> Vec<u8> {
        let mut info = vec![0; 16];
        info[10] = if hidden { 4 } else { 0 };
        record(0xF, 0x03EE, &[record(0, 0x03F9, &info), record(0, 0x0FA0, &wide(text))].concat())
    }

    #[test]
    fn slides_have_numbers_and_old_ones_are_deleted() {
        let entry = |object: u32, id: u32| {
            let data: Vec<u8> = [object, 0, 0, id, 0].into_iter().flat_map(u32::to_le_bytes).collect();
            record(0, 0x03F3, &data)
        };
        let outline = [entry(2, 256), record(0, 0x0FA0, &wide("개요 글")), entry(3, 257)].concat();
        let document = record(0xF, 0x03E8, &record(0xF, 0x0FF0, &outline));
        let notes = [0x101u32, 0].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>();
        let notes = record(0xF, 0x03F0, &[record(0, 0x03F1, &notes), record(0, 0x0FA0, &wide("노트 글"))].concat());
        let mut packed = vec![0; 4];
        let object = compound(&[("CONTENTS", "속 글".as_bytes().to_vec())]);
        flate2::read::ZlibEncoder::new(&object[..], flate2::Compression::fast()).read_to_end(&mut packed).expect("zlib");
        let (mut stream, mut places) = (slide("지운 글", false), Vec::new());
        for part in [document, slide("첫 글", false), slide("숨은 글", true), notes, record(0x10, 0x1011, &packed)] {
            places.push(stream.len() as u32);
            stream.extend(part);
        }
        let directory = stream.len() as u32;
        let entries: Vec<u8> = [1 | 5 << 20].into_iter().chain(places).flat_map(u32::to_le_bytes).collect();
        stream.extend(record(0, 0x1772, &entries));
        let edit = stream.len() as u32;
        stream.extend(record(0, 0x0FF5, &[0, 0, 0, directory, 1, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<_>>()));
        let user = [0, 0, 0, 0xE391_C05F, edit].into_iter().flat_map(u32::to_le_bytes).collect();
        let heard = Heard::of("a.ppt", &compound(&[("Current User", user), ("PowerPoint Document", stream)]));
        assert_eq!(at(&heard, "개요 글"), "a.ppt › slide 1");
        assert_eq!(at(&heard, "첫 글"), "a.ppt › slide 1");
        assert_eq!(at(&heard, "숨은 글"), "a.ppt › slide 2 (hidden)");
        assert_eq!(at(&heard, "노트 글"), "a.ppt › speaker notes of slide 2");
        assert_eq!(at(&heard, "지운 글"), "a.ppt › deleted text");
        assert!(at(&heard, "속 글").ends_with("› CONTENTS"));
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn an_encrypted_presentation_is_told() {
        let user = [0, 0, 0, 0xF3D1_C4DF, 0u32].into_iter().flat_map(u32::to_le_bytes).collect();
        let heard = Heard::of("a.ppt", &compound(&[("Current User", user), ("PowerPoint Document", vec![1; 64])]));
        assert_eq!(heard.unreadable, [("a.ppt".to_owned(), Reason::Encrypted)]);
    }
}

mod objects {
    use super::*;

    #[test]
    fn a_packed_file_has_its_name() {
        let data = "속 글".as_bytes();
        let mut native = vec![0, 0, 0, 0, 2, 0];
        native.extend(b"a.txt\0C:\\kim\\a.txt\0\0\0\x03\0");
        native.extend([&6u32.to_le_bytes()[..], b"C:\\t\\a\0"].concat());
        let mut native = native[..native.len() - 1].to_vec();
        native.extend((data.len() as u32).to_le_bytes());
        native.extend(data);
        let heard = Heard::of("a.bin", &compound(&[("MBD01/\u{1}Ole10Native", native)]));
        assert_eq!(at(&heard, "속 글"), "a.bin › MBD01 › a.txt");
        assert_eq!(at(&heard, "kim"), "a.bin › MBD01 › file name");
    }

    #[test]
    fn macros_are_unpacked() {
        // A chunk as it is: 4096 bytes that are not packed.
        let mut source = "Attribute VB_Name = \"x\"\r\n' 900101-1234568\r\n".as_bytes().to_vec();
        source.resize(4096, b' ');
        let packed = [&[1, 0xFF, 0x3F][..], &source].concat();
        let dir = [&[1, 0, 0x30][..], &[0; 1]].concat();
        let streams = [("_VBA_PROJECT_CUR/VBA/dir", dir), ("_VBA_PROJECT_CUR/VBA/x", packed)];
        let heard = Heard::of("a.xls", &compound(&streams));
        assert!(at(&heard, "900101-1234568").ends_with("› script"));
    }

    #[test]
    fn unknown_streams_are_searched() {
        let heard = Heard::of("a.ole", &compound(&[("Odd", [&[1, 2][..], &wide("모르는 글 12")].concat())]));
        assert_eq!(at(&heard, "모르는 글 12"), "a.ole › part ‘Odd’");
    }
}
