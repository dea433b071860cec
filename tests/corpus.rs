//! The corpus: per kind, what is to be found and how sure, and what is not, read by the whole scanner.
//!
//! `tests/corpus/KIND.txt` holds a case a line: the confidence (or `none`), a tab, the text; `\n` is a line break.
//! Each case is read as plain text, as HTML and as a JSON string, in UTF-8 and in CP949, and must give that one finding
//! of the kind, or none of it. A first word in brackets names the one syntax that the text is written in:
//! `probable<TAB>[json] {"jumin": 9001011234567}`. `nothing.txt` holds what is of no kind at
//! all, `tables.txt` resident numbers that are named from further away.

use garim::inspect::Lens;
use garim::inspect::scan::{Document, Escape, Scan};
use garim::text::{Charset, Syntax};
use garim::vocab::{Confidence, Day, Finding, Kind, Part, Stands, What};
use std::sync::Arc;

const TODAY: Day = Day { year: 2026, month: 11, day: 22 };

struct Case {
    line: usize,
    /// `None` if there is nothing to find.
    confidence: Option<Confidence>,
    text: String,
    /// The one syntax it is written in; `None` for all.
    syntax: Option<&'static str>,
}

fn cases(corpus: &str) -> Vec<Case> {
    let lines = corpus.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| case(number + 1, line)).collect()
}

fn case(line: usize, written: &str) -> Case {
    let (word, text) = written.split_once('\t').unwrap_or_else(|| panic!("line {line}: no tab"));
    let confidence = match word {
        "none" => None,
        word => Some(
            *Confidence::ALL.iter().find(|tier| tier.name() == word).unwrap_or_else(|| panic!("line {line}: {word}?")),
        ),
    };
    let syntaxes = ["html", "json", "xml", "script", "plain", "path", "query"];
    let named = syntaxes.into_iter().find_map(|name| Some((name, text.strip_prefix(&format!("[{name}] "))?)));
    let (syntax, text) = named.map_or((None, text), |(name, text)| (Some(name), text));
    Case { line, confidence, text: text.replace("\\n", "\n"), syntax }
}

/// How the text of a case is written in each syntax that it is to be read in.
fn written(case: &Case) -> Vec<(&'static str, String)> {
    match case.syntax {
        Some(syntax) => vec![(syntax, case.text.clone())],
        None => vec![
            ("plain", case.text.clone()),
            (
                "html",
                format!(
                    "<td>번호</td><p>{}</p>",
                    case.text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>")
                ),
            ),
            ("json", serde_json::json!({ "text": case.text }).to_string()),
        ],
    }
}

fn document(syntax: &str, charset: Charset) -> Document {
    let (part, stands, escape) = match syntax {
        "path" => (Part::Path, Some(Stands::Url), Escape::Percent),
        "query" => (Part::Query("q".to_owned()), Some(Stands::Url), Escape::Form),
        _ => (Part::Body, None, Escape::None),
    };
    let syntax = match syntax {
        "html" => Syntax::Html,
        "json" => Syntax::Json,
        "xml" => Syntax::Xml,
        "script" => Syntax::Script,
        _ => Syntax::Plain,
    };
    Document { part, charset: Some(charset), syntax, escape, label: String::new(), offset: 0, returns: false, stands }
}

fn scan(document: Document, text: &[u8]) -> Vec<Finding> {
    let lens = Lens {
        today: TODAY,
        hosts: Arc::new(["www.example.go.kr".to_owned()]),
        seal: None,
        beyond: Default::default(),
    };
    let mut scan = Scan::new(document, Arc::new(lens));
    let mut found = Vec::new();
    scan.push(text, &mut found);
    scan.finish(&mut found);
    found
}

/// Every way in which the corpus of a kind is not kept, a line each. Without a kind, nothing at all may be found.
fn faults(kind: Option<Kind>, corpus: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for case in cases(corpus) {
        for (syntax, text) in written(&case) {
            let (korean, _, lossy) = encoding_rs::EUC_KR.encode(&text);
            let korean = (!lossy).then_some((Charset::Cp949, korean.as_ref()));
            for (charset, bytes) in [(Charset::Utf8, text.as_bytes())].into_iter().chain(korean) {
                let found = scan(document(syntax, charset), bytes);
                let of_kind = found.iter().filter(|found| kind.is_none_or(|kind| found.what == What::Kind(kind)));
                let tiers: Vec<Confidence> = of_kind.map(|found| found.confidence).collect();
                let expected: Vec<Confidence> = case.confidence.into_iter().collect();
                if tiers != expected {
                    let (line, text) = (case.line, &case.text);
                    faults.push(format!(
                        "line {line}, {syntax} {charset:?}: {text}: expected {expected:?}, found {tiers:?}"
                    ));
                }
            }
        }
    }
    faults
}

fn keep(kind: Option<Kind>, corpus: &str) {
    assert!(cases(corpus).len() > 10, "a corpus that is not read is a false promise");
    let faults = faults(kind, corpus);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn resident_registration_numbers() {
    keep(Some(Kind::ResidentRegistrationNumber), include_str!("corpus/resident-registration-number.txt"));
}

#[test]
fn foreigner_registration_numbers() {
    keep(Some(Kind::ForeignerRegistrationNumber), include_str!("corpus/foreigner-registration-number.txt"));
}

#[test]
fn payment_card_numbers() {
    keep(Some(Kind::PaymentCardNumber), include_str!("corpus/payment-card-number.txt"));
}

#[test]
fn mobile_numbers() {
    keep(Some(Kind::MobileNumber), include_str!("corpus/mobile-number.txt"));
}

#[test]
fn driver_licence_numbers() {
    keep(Some(Kind::DriverLicenceNumber), include_str!("corpus/driver-licence-number.txt"));
}

#[test]
fn bank_account_numbers() {
    keep(Some(Kind::BankAccountNumber), include_str!("corpus/bank-account-number.txt"));
}

#[test]
fn health_insurance_numbers() {
    keep(Some(Kind::HealthInsuranceNumber), include_str!("corpus/health-insurance-number.txt"));
}

#[test]
fn business_registration_numbers() {
    keep(Some(Kind::BusinessRegistrationNumber), include_str!("corpus/business-registration-number.txt"));
}

#[test]
fn corporate_registration_numbers() {
    keep(Some(Kind::CorporateRegistrationNumber), include_str!("corpus/corporate-registration-number.txt"));
}

#[test]
fn landline_numbers() {
    keep(Some(Kind::LandlineNumber), include_str!("corpus/landline-number.txt"));
}

#[test]
fn email_addresses() {
    keep(Some(Kind::EmailAddress), include_str!("corpus/email-address.txt"));
}

#[test]
fn tables() {
    keep(Some(Kind::ResidentRegistrationNumber), include_str!("corpus/tables.txt"));
}

#[test]
fn person_names() {
    keep(Some(Kind::PersonName), include_str!("corpus/person-name.txt"));
}

#[test]
fn postal_addresses() {
    keep(Some(Kind::PostalAddress), include_str!("corpus/postal-address.txt"));
}

#[test]
fn vehicle_registration_numbers() {
    keep(Some(Kind::VehicleRegistrationNumber), include_str!("corpus/vehicle-registration-number.txt"));
}

#[test]
fn passport_numbers() {
    keep(Some(Kind::PassportNumber), include_str!("corpus/passport-number.txt"));
}

#[test]
fn ip_addresses() {
    keep(Some(Kind::IpAddress), include_str!("corpus/ip-address.txt"));
}

#[test]
fn connecting_information() {
    keep(Some(Kind::ConnectingInformation), include_str!("corpus/connecting-information.txt"));
}

#[test]
fn dates_of_birth_in_words() {
    keep(Some(Kind::DateOfBirth), include_str!("corpus/date-of-birth-in-words.txt"));
}

#[test]
fn sensitive_lists() {
    keep(Some(Kind::SensitiveList), include_str!("corpus/sensitive-list.txt"));
}

#[test]
fn dates_of_birth() {
    keep(Some(Kind::DateOfBirth), include_str!("corpus/date-of-birth.txt"));
}

#[test]
fn student_numbers() {
    keep(Some(Kind::StudentNumber), include_str!("corpus/student-number.txt"));
}

#[test]
fn staff_numbers() {
    keep(Some(Kind::StaffNumber), include_str!("corpus/staff-number.txt"));
}

#[test]
fn military_numbers() {
    keep(Some(Kind::MilitaryNumber), include_str!("corpus/military-number.txt"));
}

#[test]
fn nothing_at_all() {
    keep(None, include_str!("corpus/nothing.txt"));
}

#[test]
fn a_corpus_can_fail() {
    let kind = Some(Kind::MobileNumber);
    assert!(!faults(kind, "none\t010-2234-5678").is_empty());
    assert!(!faults(kind, "certain\t010-2234-56789").is_empty());
    assert!(!faults(kind, "probable\t010-2234-5678").is_empty());
    assert!(faults(kind, "certain\t010-2234-5678").is_empty());
}
