//! What readers give, through the door: found as in any text, and placed where it stands.

use super::*;
use crate::detect::own::Pattern;
use crate::extract::{Sink, Walk, make};
use crate::inspect::Beyond;
use crate::inspect::allow::{AllowList, Allowed, Entry};
use crate::inspect::beyond::Detectors;
use crate::inspect::together::Together;
use crate::policy::Find;
use crate::vocab::{Confidence, Day, Keep, Kind, Own, Shown};

/// Synthetic; its check digit holds.
const NUMBER: &str = "900101-1234568";
/// Synthetic; without its column it may be anything.
const ACCOUNT: &str = "110-123-456789";
/// Of the file in its body.
const SPAN: Span = Span { start: 10, end: 90 };
const TODAY: Day = Day { year: 2026, month: 11, day: 22 };

fn lens(beyond: Beyond) -> Arc<Lens> {
    Arc::new(Lens { today: TODAY, hosts: Arc::new([]), seal: None, beyond })
}

fn plain_lens() -> Arc<Lens> {
    lens(Beyond::default())
}

fn opened(name: &str) -> Opened {
    let part = Part::File { field: "file".to_owned(), name: name.to_owned() };
    Opened { part, name: name.to_owned(), span: SPAN, is_read: false }
}

/// What is found while `work` gives a sink what a reader would.
fn heard(lens: &Arc<Lens>, work: impl FnOnce(&mut dyn Sink)) -> Vec<Finding> {
    let (opened, mut found) = (opened("명단.xlsx"), Vec::new());
    let mut take = |finding| found.push(finding);
    let told =
        Told { opened: &opened, lens: Arc::clone(lens), found: &mut take, values: None, way: Default::default() };
    work(&mut Search { told, late: &|| false, run: None, typed: 0 });
    for finding in &found {
        assert_eq!((finding.span, &*finding.mask, finding.also.len()), (SPAN, [].as_slice(), 0), "no edit");
        assert_eq!(finding.place.part, opened.part);
    }
    found
}

/// What is found in a whole file.
fn found_in(name: &str, bytes: &[u8], late: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    document(&opened(name), bytes, &plain_lens(), Limits::default(), &|| late, &mut |finding| found.push(finding));
    found
}

/// Each finding by its name, its confidence and its way.
fn told(found: &[Finding]) -> Vec<(&'static str, Confidence, String)> {
    let way = |place: &Place| match place.line {
        0 => place.way(),
        line => format!("{}:{line}", place.way()),
    };
    found.iter().map(|finding| (finding.what.name(), finding.confidence, way(&finding.place))).collect()
}

fn ways(found: &[Finding]) -> Vec<String> {
    told(found).into_iter().map(|(.., way)| way).collect()
}

fn path(steps: &[Step]) -> Vec<Step> {
    [&[Step::File("명단.xlsx".into())], steps].concat()
}

/// A sheet of rows; empty cells are not given.
fn sheet(sink: &mut dyn Sink, path: &[Step], rows: &[&[&str]]) {
    let late = || false;
    let mut walk = Walk::at(path.to_vec(), Limits::default(), &late, sink);
    let given = walk.table(|cells| {
        for (row, texts) in (1..).zip(rows) {
            for (column, text) in (1..).zip(*texts).filter(|(_, text)| !text.is_empty()) {
                cells.cell(column, row, false, text)?;
            }
        }
        Ok(())
    });
    given.expect("within the limits");
}

/// Bytes of a file that is no document.
fn raw(bytes: &[u8]) -> Vec<Finding> {
    heard(&plain_lens(), |sink| sink.raw(&path(&[Step::File("안.txt".into())]), bytes))
}

#[test]
fn a_cell_is_named_and_its_column_says_what_it_is() {
    let hidden = Step::Sheet(2, "명단".into(), Shown::Hidden);
    let rows: &[&[&str]] = &[&["순번", "성명", "계좌번호"], &["1", "김가람", ACCOUNT], &["소계"], &["2", "", ACCOUNT]];
    let found = heard(&plain_lens(), |sink| sheet(sink, &path(&[hidden]), rows));
    let accounts: Vec<_> = told(&found).into_iter().filter(|(name, ..)| *name == "bank-account-number").collect();
    let at = |cell: &str| {
        let way = format!("sheet 2 ‘명단’ (hidden) › cell {cell}");
        ("bank-account-number", Confidence::Probable, way)
    };
    assert_eq!(accounts, [at("C2"), at("C4")], "a row of one cell does not end a sheet");
    let bare = heard(&plain_lens(), |sink| sheet(sink, &path(&[]), &[&["1", "가", ACCOUNT]]));
    assert!(told(&bare).iter().all(|(_, confidence, _)| *confidence < Confidence::Probable), "{bare:?}");
}

#[test]
fn a_sheet_of_one_column_has_a_header() {
    let mut rows: Vec<&[&str]> = vec![&["계좌번호"], &["1"]];
    rows.extend([&[ACCOUNT].as_slice(); 20]);
    let found = heard(&plain_lens(), |sink| sheet(sink, &path(&[]), &rows));
    let last = ("bank-account-number", Confidence::Probable, "cell A22".to_owned());
    assert_eq!(told(&found).last(), Some(&last));
}

#[test]
fn the_step_is_right_however_long_the_run_is() {
    let found = heard(&plain_lens(), |sink| {
        sink.begin(&path(&[]), Shape::Prose);
        for number in 1..=30_000 {
            let text = if number % 10_000 == 7 { NUMBER } else { "나라말 싸미 듕귁에 달아" };
            sink.text(Some(&Step::Paragraph(number)), text);
            sink.text(None, "\n");
        }
        sink.text(Some(&Step::Footer), &format!("{}{NUMBER}", "가나 ".repeat(50_000)));
        sink.end();
    });
    assert_eq!(ways(&found), ["paragraph 7", "paragraph 10007", "paragraph 20007", "footer"]);
}

#[test]
fn the_step_that_is_said_counts_and_none_is_none() {
    let found = heard(&plain_lens(), |sink| {
        sink.begin(&path(&[Step::Page(4)]), Shape::Prose);
        sink.text(None, &format!("{NUMBER}\n"));
        sink.text(Some(&Step::Header), "");
        sink.text(Some(&Step::Note(3)), &NUMBER[..6]);
        sink.text(None, &format!("{}\n", &NUMBER[6..]));
        sink.text(None, &format!("{NUMBER}\n"));
        sink.end();
    });
    assert_eq!(ways(&found), ["page 4", "page 4 › note 3", "page 4"]);
}

#[test]
fn a_part_of_its_own_syntax_is_read_in_every_way() {
    let (korean, _, _) = encoding_rs::EUC_KR.encode("성명,주민등록번호\n김가람,900101-1234568\n");
    let wide: Vec<u8> = format!("\u{feff}가\n{NUMBER}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let texts: [(&[u8], &str); 6] = [
        (&korean, "안.txt:2"),
        (b"\n\n<td>900101<b>-</b>1234568</td>", "안.txt:3"),
        (b"<html>\n<p>900101&#45;1234568</p>", "안.txt:2"),
        (br#"{"a":"900101\u002d1234568"}"#, "안.txt:1"),
        (b"<?xml version=\"1.0\"?>\n<a b='900101-1234568'/>", "안.txt:2"),
        (&wide, "안.txt:2"),
    ];
    for (bytes, way) in texts {
        let found = raw(bytes);
        let numbers = told(&found).into_iter().filter(|(name, ..)| *name == "resident-registration-number");
        let numbers: Vec<_> = numbers.map(|(.., way)| way).collect();
        assert_eq!(numbers, [way], "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn bytes_of_no_format_are_searched_in_all_charsets() {
    let wide: Vec<u8> = NUMBER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for lead in [&b"\0\x01\x02"[..], b"\0\x01\x02\x03", b"P\0Q\0\xff\xff"] {
        assert_eq!(ways(&raw(&[lead, &wide, b"\0\0"].concat())), ["안.txt"], "{lead:?}");
        assert_eq!(ways(&raw(&[lead, NUMBER.as_bytes(), b"\0"].concat())), ["안.txt"], "{lead:?}");
    }
    let (korean, _, _) = encoding_rs::EUC_KR.encode("\0주민등록번호 900101-1234568");
    let found = raw(&korean);
    assert_eq!(found.first().map(|finding| finding.confidence), Some(Confidence::Certain), "{found:?}");
}

#[test]
fn masks_and_references_in_a_file_are_nothing_that_comes_back() {
    assert_eq!(raw("<p>900101-*~*~*~*</p>".as_bytes()), []);
}

#[test]
fn names_on_the_way_are_cleaned_and_cut() {
    let file = Step::File(format!("{}/{NUMBER} 이력서.hwp", "폴더".repeat(20)));
    let found = heard(&plain_lens(), |sink| sink.unreadable(&path(&[file]), Reason::Encrypted));
    let way = format!("{}…{}", "폴더".repeat(8), "폴더폴더/900101-******* 이력서.hwp");
    let shown = found[0].place.way();
    assert!(shown.ends_with("/900101-******* 이력서.hwp") && shown.contains('…'), "{shown} {way}");
    assert_eq!(shown.chars().count(), 16 + 1 + 32);
    assert_eq!(told(&found)[0].0, "uninspectable:encrypted");
}

#[test]
fn a_list_is_sensitive_by_the_name_of_its_file_or_sheet() {
    let rows: &[&[&str]] = &[&["순번", "성명"], &["1", "김가람"], &["2", "이나래"], &["3", "박다솜"], &["4", "최라온"]];
    let is_list = |name: &str| {
        let sheet_step = Step::Sheet(1, name.to_owned(), Shown::Plainly);
        let found = heard(&plain_lens(), |sink| sheet(sink, &path(&[sheet_step]), rows));
        found.iter().any(|finding| finding.what == What::Kind(Kind::SensitiveList))
    };
    assert!(is_list("기초생활수급자"));
    assert!(!is_list("동호회"));
}

#[test]
fn what_an_operator_asks_for_holds_inside_files_too() {
    let badge = Own::of("document-badge", Keep::Nothing, false).expect("room for a kind");
    let record = Own::of("document-record", Keep::Nothing, true).expect("room for a kind");
    let pattern =
        Pattern::new(badge, r"\bB-[0-9]{4}\b", &["출입증".to_owned()], Confidence::Possible).expect("a pattern");
    let kinds = vec![
        Find::NONE.with(What::Kind(Kind::Own(badge))),
        Find::NONE.with(What::Kind(Kind::ResidentRegistrationNumber)),
    ];
    let together = vec![Together { own: record, kinds, within: 20 }];
    let list = AllowList { entries: vec![Entry { values: vec!["800101-*".into()], ..Entry::default() }] };
    let allowed = Some(Allowed { list: Arc::new(list), ring: None, path: "".into(), today: TODAY });
    let detectors = Some(Arc::new(Detectors { patterns: vec![pattern], together }));
    let lens =
        lens(Beyond { detectors, allowed, fields: None, starred: Default::default(), query: None, stars: false });
    let rows: &[&[&str]] = &[&["출입증", "번호"], &["B-1234", NUMBER], &["", "800101-1234560"]];
    let found = heard(&lens, |sink| sheet(sink, &path(&[]), rows));
    let told = told(&found);
    let names: Vec<_> = told.iter().map(|(name, confidence, way)| (*name, *confidence, way.as_str())).collect();
    assert_eq!(
        names,
        [
            ("document-badge", Confidence::Probable, "cell A2"),
            ("resident-registration-number", Confidence::Certain, "cell B2"),
            ("document-record", Confidence::Probable, "cell B2"),
        ]
    );
}

#[test]
fn places_are_told_in_both_languages() {
    let sheet_step = Step::Sheet(2, "명단".to_owned(), Shown::Hidden);
    let found = heard(&plain_lens(), |sink| sheet(sink, &path(&[sheet_step]), &[&["", "주민등록번호"], &["", NUMBER]]));
    assert_eq!(found[0].place.to_string(), "attachment '명단.xlsx' › sheet 2 ‘명단’ (hidden) › cell B2");
    assert_eq!(found[0].place.korean(), "첨부 ‘명단.xlsx’ › 시트 2 ‘명단’(숨김) › B2 셀");
}

#[test]
fn a_label_in_one_paragraph_speaks_of_the_next() {
    let found = heard(&plain_lens(), |sink| {
        sink.begin(&path(&[]), Shape::Prose);
        for (number, text) in (1..).zip(["휴대폰", "010.2234.5678 로 연락"]) {
            sink.text(Some(&Step::Paragraph(number)), text);
            sink.text(None, "\n");
        }
        sink.end();
    });
    assert_eq!(told(&found), [("mobile-number", found[0].confidence, "paragraph 2".to_owned())]);
    assert!(found[0].confidence >= Confidence::Probable);
}

#[test]
fn text_in_any_charset_is_found_with_its_line() {
    let text = format!("가나다\n주민번호 {NUMBER}\n");
    for bytes in [text.as_bytes().to_vec(), encoding_rs::EUC_KR.encode(&text).0.into_owned()] {
        let places: Vec<String> =
            found_in("a.txt", &bytes, false).iter().map(|finding| finding.place.to_string()).collect();
        assert_eq!(places, ["attachment 'a.txt' › content, line 2"]);
    }
}

#[test]
fn unknown_bytes_are_searched_and_said_to_be_unknown_and_the_time_is_kept() {
    let bytes = [format!("주민등록번호\n{NUMBER}").as_bytes(), b"\0"].concat();
    let found = found_in("a.dat", &bytes, false);
    assert_eq!(told(&found)[0], ("resident-registration-number", Confidence::Certain, "content".to_owned()));
    assert_eq!(told(&found)[1], ("uninspectable:unknown-format", Confidence::Certain, String::new()));
    let late = found_in("a.dat", &bytes, true);
    assert_eq!(told(&late), [("uninspectable:out-of-time", Confidence::Certain, String::new())]);
}

#[test]
fn the_name_of_a_file_is_a_text_too() {
    let mut found = Vec::new();
    let name = format!("{NUMBER} 이력서.hwp");
    file_name(&opened(&name), &plain_lens(), &mut |finding| found.push(finding));
    assert_eq!(told(&found), [("resident-registration-number", Confidence::Certain, "file name".to_owned())]);
}

/// A table on a page, each cell at its place.
fn printed(rows: &[[&str; 3]]) -> Vec<u8> {
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /Batang /Encoding /KSCms-UHC-H /DescendantFonts [<< /Type /Font \
                /Subtype /CIDFontType0 /BaseFont /Batang /CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) \
                /Supplement 1 >> >>] >>";
    let mut contents = String::new();
    for (cells, y) in rows.iter().zip([700, 680, 660]) {
        for (text, x) in cells.iter().zip([72, 200, 330]) {
            let code = make::rtf::hex(&encoding_rs::EUC_KR.encode(text).0);
            contents.push_str(&format!("BT /F1 10 Tf 1 0 0 1 {x} {y} Tm <{code}> Tj ET\n"));
        }
    }
    make::pdf::Build::page_with(&contents, font, "").done()
}

/// A list of people, as offices keep it: a name and a telephone of one row, or of one paragraph and the
/// next, are told together.
#[test]
fn names_and_telephones_of_a_list_are_told_together() {
    let record = Own::of("document-person", Keep::Nothing, true).expect("room for a kind");
    let kinds = [Kind::PersonName, Kind::MobileNumber].map(|kind| Find::NONE.with(What::Kind(kind)));
    let together = vec![Together { own: record, kinds: kinds.to_vec(), within: 60 }];
    let detectors = Some(Arc::new(Detectors { patterns: Vec::new(), together }));
    let lens =
        lens(Beyond { detectors, allowed: None, fields: None, starred: Default::default(), query: None, stars: false });
    let rows = [["성명", "주소", "전화번호"], ["홍길동", "서울", "010-2234-5678"], ["김철수", "부산", "010-3345-6789"]];
    let joined = |cell: fn(&str) -> String, row: fn(String) -> String| -> String {
        rows.iter().map(|cells| row(cells.iter().map(|text| cell(text)).collect())).collect()
    };
    let sheet = joined(|text| format!("<c t=\"str\"><v>{text}</v></c>"), |row| format!("<row>{row}</row>"));
    let table = joined(
        |text| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"),
        |row| format!("<w:tr>{row}</w:tr>"),
    );
    let paragraphs: String = rows.iter().skip(1).fold(String::new(), |text, [name, _, telephone]| {
        let line = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        format!("{text}{}{}", line(&format!("성명: {name}")), line(&format!("전화: {telephone}")))
    });
    let commas = joined(|text| format!("{text},"), |row| format!("{}\n", row.trim_end_matches(',')));
    let cells =
        joined(|text| format!("{{\\f1 {}}}\\cell ", make::rtf::cp949(text)), |row| format!("\\trowd {row}\\row "));
    let marks = joined(|text| format!("{text}\u{7}"), |row| format!("{row}\u{7}"));
    let (word, streams) = make::doc::word(&[(0, &format!("글\r{marks}"))], "");
    let slide = make::ppt::slide_with_table(&rows.map(|[name, _, telephone]| [name, telephone]));
    let files = [
        ("a.xlsx", make::office::xlsx(&format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>"), &[], &[])),
        ("table.docx", make::office::docx(&format!("<w:tbl>{table}</w:tbl>"), "http://a.example/", &[])),
        ("lines.docx", make::office::docx(&paragraphs, "http://a.example/", &[])),
        ("a.csv", commas.clone().into_bytes()),
        ("a.tsv", commas.replace(',', "\t").into_bytes()),
        ("a.rtf", make::rtf::file(&cells)),
        ("a.doc", make::cfb::compound(&[("WordDocument", word), ("1Table", streams)])),
        ("a.ppt", make::ppt::deck("글", "글", &[slide, make::ppt::slide("글", false)])),
        ("a.pdf", printed(&rows)),
    ];
    for (name, bytes) in files {
        let mut found = Vec::new();
        document(&opened(name), &bytes, &lens, Limits::default(), &|| false, &mut |finding| found.push(finding));
        let count = |kind: Kind| found.iter().filter(|finding| finding.what == What::Kind(kind)).count();
        let all = [Kind::PersonName, Kind::MobileNumber, Kind::Own(record)].map(count);
        assert_eq!(all, [2, 2, 2], "{name}: {:?}", told(&found));
    }
}

/// Text with the marks of a terminal or of a program in it is text; what else has control characters is not, and is searched
/// all the same.
#[test]
fn control_characters_hide_no_text() {
    let sheet = format!("ID;PCALC\nC;X1;Y1;K\"주소\x1B :동\"\nC;X2;Y1;K\"{NUMBER}\"\nE\n");
    assert_eq!(
        told(&raw(sheet.as_bytes())),
        [("resident-registration-number", Confidence::Certain, "안.txt:3".to_owned())]
    );
    let korean = encoding_rs::EUC_KR.encode(&format!("\x1B[1m오류\x1B[0m {NUMBER}\r\n\x1A")).0.into_owned();
    assert_eq!(told(&raw(&korean)), [("resident-registration-number", Confidence::Certain, "안.txt:1".to_owned())]);
    let packed = [b"\x12\x0E", NUMBER.as_bytes(), b"\x18\x02"].concat();
    let names: Vec<&str> = raw(&packed).iter().map(|finding| finding.what.name()).collect();
    assert_eq!(names, ["uninspectable:binary", "resident-registration-number"]);
}

/// Fields of records stand side by side, filled up or ended by NULs.
#[test]
fn fields_of_records_do_not_touch() {
    let field = |text: &str, width: usize| [text.as_bytes(), &vec![0; width - text.len()]].concat();
    let record = |width: usize| [field("12345", 6), field(NUMBER, width), field("010-0000-0000", 16)].concat();
    for width in [NUMBER.len() + 1, 32] {
        let bytes = [b"\0\x01\x02".to_vec(), record(width), vec![1, 0, 0]].concat();
        let found = raw(&bytes);
        assert!(found.iter().any(|finding| finding.what.name() == "resident-registration-number"), "{width}");
    }
    let wide: Vec<u8> = NUMBER.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let found = raw(&[b"\x01\x02\xFE", wide.as_slice(), b"\0\x01"].concat());
    assert!(found.iter().any(|finding| finding.what.name() == "resident-registration-number"), "over its zeros");
}
