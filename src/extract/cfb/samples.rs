//! Real files: where their text comes out, what is said to be unreadable, and what damage does to them.

use crate::extract::Limits;
use crate::extract::testing::Heard;
use crate::vocab::Reason;

macro_rules! sample {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../tests/documents/cfb/", $name)).as_slice())
    };
}

/// Every sample.
const SAMPLES: &[(&str, &[u8])] = &[
    sample!("work_report.hwp"),
    sample!("draw_text.hwp"),
    sample!("testHWP-v5-dist.hwp"),
    sample!("testHWP_3.0.hwp"),
    sample!("TwoSheetsOneHidden.xls"),
    sample!("DBCSHeader.xls"),
    sample!("xor-encryption-abc.xls"),
    sample!("WithComments.ppt"),
    sample!("protected_passtika.xlsx"),
    sample!("word_with_embeded.doc"),
    sample!("hiding.xls"),
    sample!("velvet.xls"),
    sample!("secret.xls"),
    sample!("velvet.xlsx"),
    sample!("hiding.doc"),
];

fn heard(name: &str) -> Heard {
    let (name, bytes) = SAMPLES.iter().find(|(known, _)| *known == name).expect("a sample");
    Heard::of(name, bytes)
}

#[test]
fn text_comes_out_where_it_stands() {
    for (file, text, place) in [
        ("work_report.hwp", "업무내용", "section 1 › table 2 › cell A2"),
        ("work_report.hwp", "이 문서는 나눔글꼴로", "section 1 › text box › paragraph 1"),
        ("work_report.hwp", "hangeul.naver.com", "section 1 › link address"),
        ("work_report.hwp", "OnDocument_New", "script"),
        ("work_report.hwp", "네이버 한글캠페인", "document properties"),
        ("draw_text.hwp", "글상자2", "section 1 › text box › paragraph 1"),
        ("draw_text.hwp", "사각형 입니다.", "section 1 › alternative text"),
        ("testHWP-v5-dist.hwp", "2018 년 12 월 22 일", "section 1 › paragraph 17"),
        ("testHWP_3.0.hwp", "테스트", "paragraph 1"),
        ("testHWP_3.0.hwp", "test", "paragraph 2"),
        ("TwoSheetsOneHidden.xls", "Sheet1A1", "sheet 1 ‘Sheet1’ (hidden) › cell A1"),
        ("TwoSheetsOneHidden.xls", "Sheet2A1", "sheet 2 ‘Sheet2’ › cell A1"),
        ("DBCSHeader.xls", "एक\nहोगा\nजा", "sheet 1 ‘Sheet1’ › header"),
        ("DBCSHeader.xls", "जा\nजा\nजा", "sheet 1 ‘Sheet1’ › footer"),
        ("DBCSHeader.xls", "madhukar.srivastava@", "document properties"),
        ("WithComments.ppt", "This is a test comment", "slide 1 › comment 1"),
        ("WithComments.ppt", "With a comment on it", "slide 1"),
        ("WithComments.ppt", "Click to edit Master title", "part ‘master’"),
        ("word_with_embeded.doc", "I have lots of embedded files", "paragraph 1"),
        (
            "word_with_embeded.doc",
            "This is the second file",
            "part ‘ObjectPool’ › _1269427461 › sheet 1 ‘Sheet1’ › cell A3",
        ),
    ] {
        let heard = heard(file);
        let found = heard.said.iter().any(|(at, said)| said.contains(text) && *at == format!("{file} › {place}"));
        assert!(found, "{file}: {text}: {:?}", heard.place_of(text));
    }
}

#[test]
fn hiding_places_of_a_workbook_are_read_with_the_default_password_too() {
    for file in ["hiding.xls", "velvet.xls"] {
        let heard = heard(file);
        for (text, place) in [
            ("900101-1234568", "sheet 1 ‘명단’ › cell B2"),
            ("1990-01-01", "sheet 1 ‘명단’ › cell C2"),
            ("010-1234-5678", "sheet 1 ‘명단’ › cell D2"),
            ("숨은열", "sheet 1 ‘명단’ › cell G1 (hidden)"),
            ("숨은행", "sheet 1 ‘명단’ › cell E5 (hidden)"),
            ("900103-1234566", "sheet 1 ‘명단’ › cell B4"),
            ("900104-1234565", "sheet 1 ‘명단’ › cell A2 › comment 1"),
            ("글상자 글", "sheet 1 ‘명단’ › text box"),
            ("머리말 글", "sheet 1 ‘명단’ › header"),
            ("목록나", "sheet 1 ‘명단’ › validation list"),
            ("차트 제목", "sheet 1 ‘명단’ › chart data"),
            ("도형이름", "sheet 1 ‘명단’ › alternative text"),
            ("숨은 시트의 글", "sheet 2 ‘숨은시트’ (hidden) › cell B7"),
            ("이름 속 글", "defined name ‘비밀이름’"),
            ("지은이", "document properties"),
        ] {
            assert_eq!(heard.place_of(text), Some(format!("{file} › {place}").as_str()), "{text}");
        }
        assert_eq!(heard.unreadable, []);
    }
}

#[test]
fn hiding_places_of_a_document_are_read() {
    let heard = heard("hiding.doc");
    for (text, place) in [
        ("900101-1234568", "paragraph 1"),
        ("숨긴 글자", "paragraph 3"),
        ("표가", "table 1 › cell A1"),
        ("표나", "table 1 › cell B1"),
        ("no=900105", "link address"),
        ("각주 글", "note 1"),
        ("미주 글", "note 1"),
        ("머리말 글", "header"),
        ("꼬리말 글", "footer"),
        ("메모 글", "comment 1"),
        ("글상자 글", "text box"),
        ("제목 속성", "document properties"),
    ] {
        assert_eq!(heard.place_of(text), Some(format!("hiding.doc › {place}").as_str()), "{text}");
    }
}

/// The package comes out as it went in: a ZIP file.
#[test]
fn a_package_under_the_default_password_is_opened() {
    let heard = heard("velvet.xlsx");
    assert!(heard.unreadable.iter().all(|(_, reason)| *reason != Reason::Encrypted));
    assert!(heard.raw.iter().all(|(place, bytes)| place.ends_with("› EncryptedPackage") && bytes.starts_with(b"PK")));
}

/// The preview stands apart from the text, which has it too.
#[test]
fn a_preview_is_said_to_be_one() {
    assert_eq!(heard("draw_text.hwp").place_of("<글상자1>"), Some("draw_text.hwp › preview"));
}

/// The stand-in sentence counts only where nothing else can be read: the lock of this one opens.
#[test]
fn an_open_distribution_document_is_read_and_not_called_locked() {
    let heard = heard("testHWP-v5-dist.hwp");
    assert!(heard.text().contains("상위 버전의 배포용 문서"));
    assert_eq!(heard.unreadable, []);
}

#[test]
fn what_a_password_closes_is_encrypted() {
    for file in ["xor-encryption-abc.xls", "protected_passtika.xlsx", "secret.xls"] {
        let heard = heard(file);
        assert_eq!(heard.unreadable, [(file.to_owned(), Reason::Encrypted)]);
        assert!(heard.place_of("900101").is_none());
    }
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// What a file may become, read: bounded by its limits, without a panic.
fn survive(name: &str, bytes: &[u8]) {
    let limits = Limits { unpacked_bytes: 16 << 20, text_bytes: 8 << 20, ..Limits::default() };
    let heard = Heard::within(name, bytes, limits);
    assert!(heard.text().len() < 24 << 20, "{name}");
}

#[test]
fn cut_files_are_read_or_refused() {
    for (name, bytes) in SAMPLES {
        for part in 0..20 {
            let cut = bytes.get(..bytes.len() * part / 20).expect("a part");
            survive(name, cut);
            if cut.len() > 512 && cut.len() < bytes.len() / 2 {
                assert!(!Heard::of(name, cut).unreadable.is_empty(), "{name} of {} bytes", cut.len());
            }
        }
    }
}

#[test]
fn changed_files_are_read_or_refused() {
    let mut random = Random(7);
    for (name, bytes) in SAMPLES {
        for round in 0..30 {
            let mut changed = bytes.to_vec();
            // The heads of containers and streams first, then anywhere.
            let within = if round % 2 == 0 { bytes.len() } else { bytes.len().min(4096) };
            for _ in 0..=round {
                let at = random.below(within);
                if let Some(byte) = changed.get_mut(at) {
                    *byte = random.below(256) as u8;
                }
            }
            survive(name, &changed);
        }
    }
}

/// Behind the container's checks: the streams of each sample changed, and put into a container that is whole.
#[test]
fn changed_streams_in_a_whole_container_are_read_or_refused() {
    use std::io::{Cursor, Read, Write};
    let mut random = Random(11);
    for (name, bytes) in SAMPLES.iter().filter(|(_, bytes)| bytes.starts_with(&super::MAGIC)) {
        for round in 0..20 {
            let mut from = cfb::CompoundFile::open(Cursor::new(*bytes)).expect("a compound file");
            let mut into = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a new one");
            let entries: Vec<_> = from.walk().filter(|entry| !entry.is_root()).collect();
            for entry in entries {
                if !entry.is_stream() {
                    into.create_storage_all(entry.path()).expect("a storage");
                    continue;
                }
                let mut stream = Vec::new();
                from.open_stream(entry.path()).expect("a stream").read_to_end(&mut stream).expect("its bytes");
                for _ in 0..=round {
                    let at = random.below(stream.len());
                    if let Some(byte) = stream.get_mut(at) {
                        *byte = [0, 0xFF, 0x7F, random.below(256) as u8][random.below(4)];
                    }
                }
                into.create_stream(entry.path()).expect("a new stream").write_all(&stream).expect("room");
            }
            survive(name, &into.into_inner().into_inner());
        }
    }
}
