//! Findings as people and programs read them: a table in Korean or English, or one JSON object a line. Never a value.

use crate::cli::language;
use crate::config::Language;
use crate::vocab::{Confidence, Finding, Part, Place, Step, What};
use serde::Serialize;
use std::io::{self, BufWriter, Stdout, Write};

/// Columns of the table.
const KIND: usize = 31;
const CONFIDENCE: usize = 10;
const PLACE: usize = 20;

/// Where findings are shown.
pub(in crate::cli) struct Shown {
    out: BufWriter<Stdout>,
    json: bool,
    /// Whether each finding is told with its file.
    several: bool,
    language: Language,
    headed: bool,
}

/// A line of `--json`.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    kind: &'a str,
    confidence: Confidence,
    start: u64,
    end: u64,
    masked: &'a str,
    place: String,
}

impl Shown {
    pub fn new(json: bool, several: bool) -> Shown {
        let (out, language) = (BufWriter::new(io::stdout()), language::of_locale());
        Shown { out, json, several, language, headed: false }
    }

    /// Shows some findings of a file.
    pub fn findings(&mut self, file: &str, found: &[Finding]) -> io::Result<()> {
        for finding in found {
            if self.json {
                serde_json::to_writer(&mut self.out, &line(file, finding))?;
                self.out.write_all(b"\n")?;
                continue;
            }
            if !self.headed {
                self.headed = true;
                let head = head(self.language);
                let file = self.several.then_some(head.0);
                writeln!(self.out, "{}", row(file, head.1, head.2, head.3, head.4))?;
            }
            let (kind, confidence, place) = told(finding, self.language);
            let file = self.several.then(|| printable(file));
            writeln!(self.out, "{}", row(file.as_deref(), &kind, confidence, &place, &finding.masked))?;
        }
        Ok(())
    }

    /// The same at once: a pipe may be followed.
    pub fn findings_now(&mut self, file: &str, found: &[Finding]) -> io::Result<()> {
        self.findings(file, found)?;
        if found.is_empty() { Ok(()) } else { self.flush() }
    }

    /// Shows at once what is shown so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Tells how many were found in all, to people.
    pub fn end(&mut self, found: u64, silent: bool) -> io::Result<()> {
        if !self.json && !silent {
            match (self.language, found) {
                (Language::Korean, 0) => writeln!(self.out, "찾은 것이 없습니다")?,
                (Language::English, 0) => writeln!(self.out, "nothing found")?,
                (Language::Korean, found) => writeln!(self.out, "모두 {found}건")?,
                (Language::English, found) => writeln!(self.out, "{found} found")?,
            }
        }
        self.out.flush()
    }
}

fn line<'a>(file: &'a str, finding: &'a Finding) -> Line<'a> {
    let Finding { what, confidence, span, place, masked, .. } = finding;
    let place = place_in(place, Language::English);
    Line { file, kind: what.name(), confidence: *confidence, start: span.start, end: span.end, masked, place }
}

pub(in crate::cli) fn head(
    language: Language,
) -> (&'static str, &'static str, &'static str, &'static str, &'static str) {
    match language {
        Language::Korean => ("파일", "종류", "확신도", "위치", "가린 값"),
        Language::English => ("file", "kind", "confidence", "place", "masked"),
    }
}

pub(in crate::cli) fn told(finding: &Finding, language: Language) -> (String, &'static str, String) {
    let place = place_in(&finding.place, language);
    let confidence = finding.confidence;
    match (language, finding.what) {
        (Language::English, what) => (what.name().to_owned(), confidence.name(), place),
        (Language::Korean, What::Kind(kind) | What::Returned(kind)) => {
            (kind.korean().to_owned(), korean(confidence), place)
        }
        (Language::Korean, What::File(file_type)) => (file_type.korean().to_owned(), korean(confidence), place),
        (Language::Korean, What::Uninspectable(reason)) => {
            (format!("검사하지 못함:{}", reason.name()), korean(confidence), place)
        }
    }
}

fn korean(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "의심",
        Confidence::Probable => "유력",
        Confidence::Certain => "확실",
    }
}

/// Within a file that is no form, the line is the place; within one that was opened, the way there.
pub(in crate::cli) fn place_in(place: &Place, language: Language) -> String {
    let way = match language {
        // All that there is to be read in a file without parts.
        _ if *place.inside == [Step::Content] => String::new(),
        Language::English => place.way(),
        Language::Korean => place.korean_way(),
    };
    let line = match (language, place.line) {
        (_, 0) => None,
        (Language::English, line) => Some(format!("line {line}")),
        (Language::Korean, line) => Some(format!("{line}번째 줄")),
    };
    match (language, &place.part, way.as_str(), line) {
        (Language::English, Part::Body, "", None) => "the file".to_owned(),
        (Language::Korean, Part::Body, "", None) => "파일".to_owned(),
        (_, Part::Body, "", Some(line)) => line,
        (_, Part::Body, way, Some(line)) => format!("{way}, {line}"),
        (_, Part::Body, _, None) => way,
        (Language::English, ..) => place.to_string(),
        (Language::Korean, ..) => place.korean(),
    }
}

fn row(file: Option<&str>, kind: &str, confidence: &str, place: &str, masked: &str) -> String {
    let mut text = String::new();
    if let Some(file) = file {
        text.push_str(file);
        text.push_str("  ");
    }
    for (cell, width) in [(kind, KIND), (confidence, CONFIDENCE), (place, PLACE)] {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(columns(cell)).max(1)));
    }
    text.push_str(masked);
    text.truncate(text.trim_end().len());
    text
}

/// How many columns of a terminal a text takes: Hangul and other wide characters take two (Unicode annex 11, roughly).
fn columns(text: &str) -> usize {
    text.chars().map(|char| if matches!(char, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{FF60}') { 2 } else { 1 }).sum()
}

/// A name of a file as it is, but for control characters, which a terminal would obey.
pub(in crate::cli) fn printable(name: &str) -> String {
    name.chars().map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Kind, Reason, Secret, Span, Stands};

    fn finding() -> Finding {
        Finding {
            what: What::Kind(Kind::ResidentRegistrationNumber),
            confidence: Confidence::Certain,
            span: Span { start: 120, end: 134 },
            place: Place { part: Part::Body, stands: Stands::Text, line: 3, inside: Box::default() },
            masked: "900101-*******".into(),
            mask: Box::default(),
            secret: Secret::new(*b"9001011234568"),
            also: Box::default(),
        }
    }

    #[test]
    fn a_line_of_json_is_as_specified() {
        let told = serde_json::to_string(&line("a.html", &finding())).unwrap();
        assert_eq!(
            told,
            "{\"file\":\"a.html\",\"kind\":\"resident-registration-number\",\"confidence\":\"certain\",\"start\":120,\
             \"end\":134,\"masked\":\"900101-*******\",\"place\":\"line 3\"}"
        );
        let place = Place::whole(Part::Body);
        let broken = Finding::uninspectable(Reason::Binary, Span { start: 0, end: 0 }, place);
        let told = serde_json::to_value(line("a", &broken)).unwrap();
        assert_eq!((&told["kind"], &told["place"]), (&"uninspectable:binary".into(), &"the file".into()));
    }

    #[test]
    fn rows_stand_in_columns_in_both_languages() {
        let row = |language| {
            let (kind, confidence, place) = told(&finding(), language);
            super::row(None, &kind, confidence, &place, &finding().masked)
        };
        assert_eq!(
            row(Language::English),
            "resident-registration-number   certain   line 3              900101-*******"
        );
        assert_eq!(
            row(Language::Korean),
            "주민등록번호                   확실      3번째 줄            900101-*******"
        );
        assert_eq!(columns(&row(Language::Korean)), columns(&row(Language::English)));
        let steps = |steps: &[Step], line| Place { line, ..Place::within(Part::Body, steps.into()) };
        let both = |place: Place| [Language::English, Language::Korean].map(|language| place_in(&place, language));
        let csv = [Step::File("b.csv".into())];
        assert_eq!(both(steps(&csv, 3)), ["b.csv, line 3", "b.csv, 3번째 줄"]);
        assert_eq!(both(steps(&[Step::Page(4)], 0)), ["page 4", "4쪽"]);
        assert_eq!(both(steps(&[Step::Content], 3)), ["line 3", "3번째 줄"]);
        assert_eq!(both(steps(&[Step::Content], 0)), ["the file", "파일"]);
        assert_eq!(printable("가\x1b[31m.txt"), "가\u{fffd}[31m.txt");
    }
}
