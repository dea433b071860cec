//! Files that are opened, through all that lies between their bytes and a finding.

use super::*;
use crate::extract::Walk;
use crate::inspect::tests::lens;
use crate::vocab::{Confidence, Kind};

fn opened(name: &str) -> Opened {
    let part = Part::File { field: "file".to_owned(), name: name.to_owned() };
    Opened { part, name: name.to_owned(), span: Span { start: 10, end: 90 } }
}

/// What is found in what a reader gives, each with its place in words.
fn given(name: &str, work: impl FnOnce(&mut Walk<'_>)) -> Vec<(Finding, String)> {
    let (opened, mut found) = (opened(name), Vec::new());
    let path = vec![Step::File(name.to_owned())];
    let mut reader = Reader { opened: &opened, lens: lens(), path: Vec::new(), run: None, found: &mut found };
    let late = || false;
    let mut walk = Walk::at(path, Limits::default(), &late, &mut reader);
    work(&mut walk);
    found.into_iter().map(|finding| (finding.clone(), finding.place.to_string())).collect()
}

#[test]
fn a_number_in_a_cell_says_its_sheet_and_its_column() {
    let found = given("명단.xlsx", |walk| {
        let sheet = Step::Sheet(2, "명단".to_owned(), crate::vocab::Shown::Hidden);
        walk.within(sheet, |walk| {
            walk.table(|cells| {
                for (column, head) in ["번호", "성명", "계좌번호", "주민등록번호"].iter().enumerate() {
                    cells.cell(column as u32 + 1, 1, false, head)?;
                }
                for row in 2..400 {
                    cells.cell(1, row, false, &row.to_string())?;
                    cells.cell(2, row, false, "홍길동")?;
                    cells.cell(3, row, false, "110-234-567890")?;
                    cells.cell(4, row, false, "810514-1234567")?;
                }
                Ok(())
            })
        })
        .expect("within the limits");
    });
    let resident: Vec<&(Finding, String)> =
        found.iter().filter(|(it, _)| it.what == What::Kind(Kind::ResidentRegistrationNumber)).collect();
    assert_eq!(resident.len(), 398);
    assert_eq!(resident[6].1, "attachment '명단.xlsx' › sheet 2 ‘명단’ (hidden) › cell D8");
    assert_eq!(resident[0].0.place.korean(), "첨부 ‘명단.xlsx’ › 시트 2 ‘명단’(숨김) › D2 셀");
    let accounts = found.iter().filter(|(it, _)| it.what == What::Kind(Kind::BankAccountNumber));
    assert_eq!(accounts.filter(|(it, _)| it.confidence >= Confidence::Probable).count(), 398, "by the heading alone");
    assert!(found.iter().all(|(it, _)| it.span == Span { start: 10, end: 90 } && it.mask.is_empty()));
}

#[test]
fn a_label_in_one_paragraph_speaks_of_the_next() {
    let found = given("a.docx", |walk| {
        walk.prose(|run| {
            run.line(Some(&Step::Paragraph(1)), "휴대폰")?;
            run.line(Some(&Step::Paragraph(2)), "010.2234.5678 로 연락")
        })
        .expect("within the limits");
    });
    let [(finding, place)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.what, place.as_str()), (What::Kind(Kind::MobileNumber), "attachment 'a.docx' › paragraph 2"));
}

#[test]
fn text_in_any_charset_is_found_with_its_line() {
    let text = "가나다\n주민번호 810514-1234567\n";
    for bytes in [text.as_bytes().to_vec(), encoding_rs::EUC_KR.encode(text).0.into_owned()] {
        let mut found = Vec::new();
        document(&opened("a.txt"), &bytes, &lens(), Limits::default(), &|| false, &mut found);
        let places: Vec<String> = found.iter().map(|finding| finding.place.to_string()).collect();
        assert_eq!(places, ["attachment 'a.txt' › content, line 2"]);
    }
}

#[test]
fn unknown_bytes_are_searched_and_said_to_be_unknown() {
    let mut bytes = b"\0\x01\x02dump\0".to_vec();
    bytes.extend_from_slice(&encoding_rs::EUC_KR.encode("주민번호 810514-1234567 홍길동").0);
    bytes.push(0);
    let mut found = Vec::new();
    document(&opened("a.db"), &bytes, &lens(), Limits::default(), &|| false, &mut found);
    let whats: Vec<What> = found.iter().map(|finding| finding.what).collect();
    assert!(whats.contains(&What::Kind(Kind::ResidentRegistrationNumber)), "{found:?}");
    assert!(whats.contains(&What::Uninspectable(Reason::UnknownFormat)), "{found:?}");
}

#[test]
fn names_on_the_way_are_cleaned() {
    let found = given("a.zip", |walk| {
        walk.open("810514-1234567.txt", "주민번호 810514-1234567".as_bytes()).expect("within the limits");
    });
    assert!(found.iter().all(|(_, place)| !place.contains("1234567")), "{found:?}");
    assert!(found.iter().any(|(_, place)| place.starts_with("attachment 'a.zip' › 810514-*******.txt")), "{found:?}");
}

#[test]
fn the_time_ends_it_and_it_is_said() {
    let mut found = Vec::new();
    document(&opened("a.txt"), b"810514-1234567", &lens(), Limits::default(), &|| true, &mut found);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what, What::Uninspectable(Reason::OutOfTime));
}
