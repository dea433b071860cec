//! The files of `tests/corpus` for numbers that have fewer digits than the search of a whole text gives without a word
//! near: read here by the detectors alone.

use super::*;

/// Every way in which a corpus of a kind is not kept, a line each. `[json] {"LABEL": "TEXT"}` is a value under a label.
fn faults(kind: Kind, corpus: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut counts = [0, 0];
    for line in corpus.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, text) = line.split_once('\t').unwrap();
        let expected = Confidence::ALL.iter().copied().find(|tier| tier.name() == word);
        counts[usize::from(expected.is_none())] += 1;
        assert!(expected.is_some() || word == "none", "{line}");
        let text = text.replace("\\n", "\n");
        let found = match text.strip_prefix("[json] {\"") {
            Some(json) => {
                let (label, value) = json.trim_end_matches('}').split_once("\": ").unwrap();
                let scene = Scene { label, stands: Stands::JsonString, alone: true };
                scan(value.trim_matches('"'), &scene)
            }
            None => scan(&text, &PROSE),
        };
        let tiers: Vec<Confidence> = found.iter().filter(|found| found.0 == kind).map(|found| found.1).collect();
        if tiers != expected.into_iter().collect::<Vec<_>>() {
            faults.push(format!("{text}: expected {expected:?}, found {tiers:?}"));
        }
    }
    assert!(counts.into_iter().all(|count| count >= 15), "a corpus that is not read is a false promise");
    faults
}

fn keep(kind: Kind, corpus: &str) {
    let faults = faults(kind, corpus);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn dates_of_birth() {
    keep(Kind::DateOfBirth, include_str!("../../../tests/corpus/date-of-birth.txt"));
}

#[test]
fn student_numbers() {
    keep(Kind::StudentNumber, include_str!("../../../tests/corpus/student-number.txt"));
}

#[test]
fn staff_numbers() {
    keep(Kind::StaffNumber, include_str!("../../../tests/corpus/staff-number.txt"));
}

#[test]
fn military_numbers() {
    keep(Kind::MilitaryNumber, include_str!("../../../tests/corpus/military-number.txt"));
}
