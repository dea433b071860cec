//! The detectors against the worked numbers and the known false positives.

mod addresses;
mod data;
mod kinds;
mod made;

use super::*;
use crate::text::{Digit, Separator};
use Confidence::{Certain, Possible, Probable};
use Kind::ResidentRegistrationNumber as Resident;
use Kind::{ForeignerRegistrationNumber as Foreigner, MobileNumber as Mobile, PaymentCardNumber as Card};

const TODAY: Day = Day { year: 2026, month: 11, day: 22 };

/// A lexer for tests: ASCII digits, gaps of at most three other characters.
fn clusters(text: &str) -> Vec<(Cluster, usize, usize)> {
    let mut found: Vec<(Cluster, usize, usize)> = Vec::new();
    let mut open = false;
    let mut start = 0;
    while let Some(offset) = text.get(start..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())) {
        let gap = &text[start..start + offset];
        let first = start + offset;
        let length = text[first..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - first);
        let joins = open
            && gap.chars().count() <= 3
            && !gap.chars().any(|c| c.is_alphanumeric() || words::STARS.contains(&c) && c != '#');
        if !joins {
            found.push((Cluster { before: text[..first].chars().next_back(), ..Cluster::default() }, first, first));
        }
        let (cluster, _, end) = found.last_mut().unwrap();
        if joins {
            cluster.separators.push(separator(gap));
        }
        let from = cluster.digits.len();
        cluster.digits.extend(text[first..first + length].bytes().enumerate().map(|(i, b)| Digit {
            value: b - b'0',
            start: first + i,
            len: 1,
        }));
        cluster.groups.push(from..from + length);
        start = first + length;
        *end = start;
        cluster.after = text[start..].chars().next();
        open = true;
    }
    found
}

fn separator(gap: &str) -> Separator {
    match gap.trim_matches([' ', '\t']) {
        "-\n" => Separator::Hyphenated,
        _ if gap.contains('\n') => Separator::Newline,
        "" => Separator::Space,
        "-" | "–" | "~" | "·" => Separator::Dash,
        "." => Separator::Dot,
        "/" => Separator::Slash,
        "," | ";" => Separator::Comma,
        ":" => Separator::Colon,
        inner if inner.chars().all(|c| matches!(c, '(' | ')' | ' ')) => Separator::Bracket,
        _ => Separator::Other,
    }
}

struct Scene<'a> {
    label: &'a str,
    stands: Stands,
    alone: bool,
}

const PROSE: Scene<'static> = Scene { label: "", stands: Stands::Text, alone: false };

fn scan(text: &str, scene: &Scene<'_>) -> Vec<(Kind, Confidence, String)> {
    let mut all = Vec::new();
    for (cluster, start, end) in clusters(text) {
        let context = Context {
            before: &text[..start],
            after: &text[end..],
            label: scene.label,
            column: "",
            stands: scene.stands,
            alone: scene.alone,
            today: TODAY,
            hosts: &[],
        };
        let mut found = Vec::new();
        numbers(&cluster, &context, &mut found);
        assert!(found.is_empty() || plausible(&cluster, TODAY, Topics::ALL), "{text}: found what is not plausible");
        for one in found {
            let value = cluster.digits[one.digits.clone()].iter().map(|digit| char::from(b'0' + digit.value)).collect();
            all.push((one.kind, one.confidence, value));
        }
    }
    all
}

fn kinds(text: &str) -> Vec<(Kind, Confidence)> {
    scan(text, &PROSE).into_iter().map(|(kind, confidence, _)| (kind, confidence)).collect()
}

/// What is found of one kind.
fn of(kind: Kind, text: &str) -> Vec<(Kind, Confidence)> {
    kinds(text).into_iter().filter(|found| found.0 == kind).collect()
}

fn in_scene(text: &str, stands: Stands, label: &str) -> Vec<(Kind, Confidence)> {
    let scene = Scene { label, stands, alone: true };
    scan(text, &scene).into_iter().map(|(kind, confidence, _)| (kind, confidence)).collect()
}

#[test]
fn resident_numbers() {
    for (text, expected) in [
        ("900101-1234568", Certain),
        ("050912-3000011", Certain),
        ("810514-1234564", Certain),
        ("810514-1234567", Probable),
        ("900101-1234567", Probable),
        ("900101 1234568", Certain),
        ("900101.1234568", Certain),
        ("900101 - 1234568", Certain),
        ("900101–1234568", Certain),
        ("1. 900101-1234568", Certain),
        ("1) 900101-1234568, 홍길동", Certain),
        ("홍길동(900101-1234568)", Certain),
        ("주민번호 9001011234568", Certain),
        ("주민번호 9001011234567", Probable),
        ("9001011234568", Probable),
        ("번호는 9001011234568입니다", Probable),
        ("900101\n1234568", Probable),
        ("주문번호 900101-1234568", Certain),
        ("접수번호 900101-1234567", Possible),
        ("220315-3234566", Probable),
        ("110111-1234569", Possible),
        ("주민번호 110111-1234569", Probable),
        ("주민번호 000101-9234567", Probable),
        ("010-1234-5678 900101-1234567", Probable),
    ] {
        assert_eq!(of(Resident, text), [(Resident, expected)], "{text}");
    }
}

#[test]
fn no_resident_numbers() {
    for text in [
        "12-900101-1234568-3",
        "900101-1234568-3",
        "1990101-12345678",
        "100000, 1000000",
        "900101, 1234568",
        "990230-1234567",
        "900229-1234567",
        "271122-3234567",
        "900101-0234567",
        "900101-9234567",
        "9001011234567",
        "a9001011234567",
        "900101\n1234567",
        "법인번호 110111-1234569",
        "법인등록번호 110111-0062432",
        "110111-0062432",
        "810514-1******",
        "900101-12345678",
        "19001011234568",
    ] {
        assert_eq!(of(Resident, text), [], "{text}");
    }
}

#[test]
fn bare_numbers_where_programs_read() {
    for stands in [Stands::Url, Stands::ScriptString, Stands::Attribute, Stands::JsonString, Stands::JsonNumber] {
        assert_eq!(in_scene("9001011234568", stands, ""), [(Resident, Probable)]);
        assert_eq!(in_scene("9001011234568", stands, "jumin"), [(Resident, Certain)]);
        assert_eq!(in_scene("9001011234567", stands, "jumin"), [(Resident, Probable)]);
        assert_eq!(in_scene("9001011234567", stands, ""), []);
        assert_eq!(in_scene("9001011234568", stands, "nttId"), [(Resident, Possible)]);
    }
    let inside = Scene { label: "", stands: Stands::Url, alone: false };
    assert_eq!(scan("9001011234568", &inside).first().map(|found| found.1), Some(Possible));
}

/// A number of thirteen digits that begins so, with a resident's check digit that holds.
fn holding(first_twelve: &str) -> String {
    let values: Vec<u8> = first_twelve.bytes().map(|byte| byte - b'0').collect();
    format!("{first_twelve}{}", check_digits::resident_digit(&values))
}

#[test]
fn rivals_of_bare_numbers() {
    // Milliseconds in 2027, an id that begins with a day of 2005, a barcode whose own digit holds as well.
    assert_eq!(kinds(&holding("180111123456")), []);
    assert_eq!(kinds(&holding("200503151234")), []);
    let barcode = (0..100_000).map(|serial| holding(&format!("8801011{serial:05}"))).find(|number| {
        let values: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
        check_digits::holds(&values, check_digits::barcode_digit)
    });
    let barcode = barcode.unwrap();
    assert_eq!(kinds(&barcode), []);
    assert_eq!(kinds(&format!("주민번호 {barcode}")), [(Resident, Certain)]);
    assert_eq!(kinds(&holding("880101145678")), [(Resident, Probable)]);
}

#[test]
fn foreigner_numbers() {
    for (text, expected) in [
        ("900101-5123488", Certain),
        ("900101-5123481", Probable),
        ("외국인등록번호 900101-5123481", Certain),
        ("9001015123488", Probable),
        ("외국인등록번호 9001015123488", Certain),
        ("외국인등록번호 9001015123481", Probable),
    ] {
        assert_eq!(kinds(text), [(Foreigner, expected)], "{text}");
    }
    for text in ["9001015123481", "991231-7123484", "900230-5123488", "9001015123488-1"] {
        assert_eq!(of(Foreigner, text), [], "{text}");
    }
}

#[test]
fn cards() {
    for (text, expected) in [
        ("4000-0000-0000-0002", Certain),
        ("3700-000000-00002", Certain),
        ("3056-000000-0007", Certain),
        ("3530 0000 0000 0003", Certain),
        ("6200-0000-0000-0005", Certain),
        ("9410.0000.0000.0005", Certain),
        ("2221-0000-0000-0009", Certain),
        ("4000000000000002", Probable),
        ("370000000000002", Probable),
        ("카드번호 30560000000007", Probable),
        ("주문번호 4000000000000002", Possible),
        ("4000-0000-0000-0002 12/27", Certain),
    ] {
        assert_eq!(kinds(text), [(Card, expected)], "{text}");
    }
    for text in [
        "4000-0000-0000-0003",
        "30560000000007",
        "1234-5678-9012-3452",
        "0.4000000000000002",
        "(.4000000000000002",
        "a4000000000000002",
        "4000-0000-0000-0002-1",
        "5555555555555555",
        "8801234567893",
        "490154203237518",
        "4000-0000-0000-000",
        "4000-00**-****-****",
    ] {
        assert_eq!(of(Card, text), [], "{text}");
    }
}

#[test]
fn mobiles() {
    for (text, expected) in [
        ("010-1234-5678", Certain),
        ("010-2234-5678", Certain),
        ("010.2234.5678", Certain),
        ("010 2234 5678", Certain),
        ("010)2234-5678", Certain),
        ("(010)2234-5678", Certain),
        ("010 - 2234 - 5678", Certain),
        ("010/2234/5678", Certain),
        ("010-22345678", Certain),
        ("01022345678", Probable),
        ("연락처:01022345678입니다", Probable),
        ("011-234-5678", Certain),
        ("016-2234-5678", Certain),
        ("0192345678", Possible),
        ("+82-10-2234-5678", Certain),
        ("+82 10 2234 5678", Certain),
        ("+82 10-2234-5678", Certain),
        ("+821022345678", Certain),
        ("82-10-2234-5678", Certain),
        ("821022345678", Probable),
        ("0082-10-2234-5678", Certain),
        ("(+82)(0)10-2234-5678", Certain),
        ("+82-010-2234-5678", Certain),
        ("1 010-2234-5678", Certain),
        ("1 01022345678", Probable),
        ("02-2100-1234/010-2234-5678", Certain),
        ("2026-11-22 14:30 010-2234-5678", Certain),
        ("TEL010-2234-5678", Certain),
        ("M.010-2234-5678", Certain),
        ("주문번호 010-2234-5678", Probable),
    ] {
        assert_eq!(of(Mobile, text), [(Mobile, expected)], "{text}");
    }
    assert_eq!(kinds("010-2234-5678 010-2345-6789"), [(Mobile, Certain), (Mobile, Certain)]);
}

#[test]
fn no_mobiles() {
    for text in [
        "2010 1234 5678",
        "010-0123-4567",
        "010-2234-567",
        "010-2234-56789",
        "3-010-2234-5678",
        "010-2234-5678-9",
        "070-2234-5678",
        "0502-2234-5678",
        "02-2100-1234",
        "031-234-5678",
        "1588-1234",
        "080-234-5678",
        "012-3456-7890",
        "010:2234:5678",
        "0.01022345678",
        "fn01022345678",
        "1.01022345678",
        "010-****-5678",
        "+82-2-2100-1234",
    ] {
        assert_eq!(of(Mobile, text), [], "{text}");
    }
}

/// What the shapes of the public guideline take for personal data, and what pages are full of.
#[test]
fn digits_of_other_shapes() {
    for text in [
        "2026-11-22 14:30:25",
        "2026.11.22 ~ 2026.12.31",
        "20261122143025",
        "2026-11-22T14:30:25.123456",
        "v1.2.3.4.20261122",
        "1,234,567,890,123원",
        "192.168.100.200:8080",
        "1 0123456789",
        "tel 1234567, id.2024001",
        "1764000000000",
        "550e8400-e29b-41d4-a716-446655440000",
        "978-89-123-4567-2",
        "37.5665350, 126.9779692",
        "제2026-123456호 2026. 11. 22.",
    ] {
        assert_eq!(kinds(text), [], "{text}");
        let plausible = clusters(text).iter().any(|(cluster, _, _)| plausible(cluster, TODAY, Topics::NONE));
        assert!(!plausible, "{text} should be turned away by its shape");
    }
    // Only a bank's or a region's name would make them something.
    for text in ["110-123-456789", "3333-01-1234567", "23-456789-12"] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn the_better_of_two_readings_wins() {
    assert!(outranks((Certain, 11, Mobile), (Probable, 16, Card)));
    assert!(outranks((Probable, 16, Card), (Probable, 11, Mobile)));
    assert!(outranks((Possible, 13, Resident), (Possible, 13, Card)));
    assert!(!outranks((Possible, 13, Card), (Possible, 13, Card)));
}

#[test]
fn one_number_has_one_normal_form() {
    for value in ["01022345678", "821022345678", "8201022345678", "00821022345678"] {
        assert_eq!(normalise(Mobile, value), "01022345678");
    }
    assert_eq!(normalise(Mobile, "0112345678"), "0112345678");
    assert_eq!(normalise(Mobile, "x"), "x");
    assert_eq!(normalise(Kind::EmailAddress, "Ab.C@Example.COM"), "ab.c@example.com");
}
