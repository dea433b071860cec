//! Where a finding stands, as a person would say it. Names in a place are cleaned of personal data before they get here.

use super::Step;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Steps of a way that are told, from its beginning and to its end; what is between is left out.
const FIRST: usize = 2;
const LAST: usize = 4;

/// The part of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The path of the request's target.
    Path,
    /// A parameter of the query; its name.
    Query(String),
    /// A body that is not a form.
    Body,
    /// A field of a form; its name.
    Field(String),
    /// The name of a form's field itself.
    FieldName,
    /// An attached file: the field's name and the file's.
    File {
        /// The form field.
        field: String,
        /// The file's name, cleaned.
        name: String,
    },
    /// The name of an attached file itself; the form field.
    FileName(String),
    /// A header field of the answer; its name in lower case.
    Head(String),
    /// One event of an event stream; its number, from 1.
    Event(u64),
}

/// Where in its syntax a value stands. It decides how it is masked: what people read gets stars; what a browser sends
/// back or follows (form controls, URLs, script strings) gets the mark that is refused when it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    /// Text that people read.
    Text,
    /// A comment in a page's source.
    Comment,
    /// An attribute that is neither a form control's value nor a URL, or a URL by which somebody is called or written to.
    Attribute,
    /// The value of an `input`, a hidden `input`, an `option`, or the text of a `textarea`.
    FormControl,
    /// A URL in `href`, `src`, `action` and the like, or in a style.
    Url,
    /// A quoted string in a script or an event handler.
    ScriptString,
    /// A string in JSON.
    JsonString,
    /// A bare number in JSON.
    JsonNumber,
}

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Place {
    /// The part of the exchange.
    pub part: Part,
    /// Where in the part's syntax.
    pub stands: Stands,
    /// The line in the part, or in the file within it that the way leads to, from 1; 0 where lines mean nothing.
    pub line: u32,
    /// Of a part that was opened as a file: the way from there, names cleaned. The file itself is no step of it.
    pub inside: Box<[Step]>,
}

impl Place {
    /// A whole part, in no particular line.
    pub fn whole(part: Part) -> Place {
        Place { part, stands: Stands::Text, line: 0, inside: Box::default() }
    }

    /// A place within a file, in no particular line: the steps from the file to there.
    pub fn within(part: Part, inside: Box<[Step]>) -> Place {
        Place { inside, ..Place::whole(part) }
    }

    /// The way within the file alone, in English: `sheet 2 ‘명단’ (hidden) › cell B7`; empty where there is none. Of a way
    /// of many steps the middle is left out.
    pub fn way(&self) -> String {
        joined(&self.inside, ToString::to_string)
    }

    /// The same in Korean: `시트 2 ‘명단’(숨김) › B7 셀`.
    pub fn korean_way(&self) -> String {
        joined(&self.inside, Step::korean)
    }

    /// In Korean, for pages: `첨부 ‘명단.csv’, 3번째 줄`, `첨부 ‘명단.xlsx’ › 시트 2 ‘명단’(숨김) › B7 셀`.
    pub fn korean(&self) -> String {
        let part = match &self.part {
            Part::Path => "주소(URL)".to_owned(),
            Part::Query(name) => format!("주소의 ‘{name}’"),
            Part::Body => "본문".to_owned(),
            Part::Field(name) => format!("입력란 ‘{name}’"),
            Part::FieldName => "입력란 이름".to_owned(),
            Part::File { name, .. } => format!("첨부 ‘{name}’"),
            Part::FileName(_) => "첨부 파일 이름".to_owned(),
            Part::Head(name) => format!("헤더 ‘{name}’"),
            Part::Event(number) => format!("{number}번째 이벤트"),
        };
        let way = if self.inside.is_empty() { part } else { format!("{part} › {}", self.korean_way()) };
        if self.line == 0 { way } else { format!("{way}, {}번째 줄", self.line) }
    }
}

fn joined(steps: &[Step], words: impl Fn(&Step) -> String) -> String {
    let most = FIRST + LAST;
    let (first, rest) = steps.split_at_checked(FIRST).unwrap_or((steps, &[]));
    let last = if steps.len() > most { rest.get(rest.len().saturating_sub(LAST)..).unwrap_or_default() } else { rest };
    let left_out = (last.len() < rest.len()).then(|| "…".to_owned());
    let words = first.iter().map(&words).chain(left_out).chain(last.iter().map(&words));
    words.collect::<Vec<String>>().join(" › ")
}

/// In English, for pages, records and terminals: `attachment 'list.csv', line 3`,
/// `attachment '명단.xlsx' › sheet 2 ‘명단’ (hidden) › cell B7`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Path => f.write_str("the address (URL)")?,
            Part::Query(name) => write!(f, "'{name}' in the address")?,
            Part::Body => f.write_str("the body")?,
            Part::Field(name) => write!(f, "field '{name}'")?,
            Part::FieldName => f.write_str("the name of a field")?,
            Part::File { name, .. } => write!(f, "attachment '{name}'")?,
            Part::FileName(_) => f.write_str("the name of an attachment")?,
            Part::Head(name) => write!(f, "header '{name}'")?,
            Part::Event(number) => write!(f, "event {number}")?,
        }
        if !self.inside.is_empty() {
            write!(f, " › {}", self.way())?;
        }
        if self.line == 0 { Ok(()) } else { write!(f, ", line {}", self.line) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Shown;

    fn attached() -> Part {
        Part::File { field: "file".into(), name: "명단.xlsx".into() }
    }

    #[test]
    fn the_way_into_a_file_is_told_in_both_languages() {
        let sheet = Step::Sheet(2, "명단".into(), Shown::Hidden);
        let place = Place::within(attached(), [sheet, Step::Cell(2, 7)].into());
        assert_eq!(place.to_string(), "attachment '명단.xlsx' › sheet 2 ‘명단’ (hidden) › cell B7");
        assert_eq!(place.korean(), "첨부 ‘명단.xlsx’ › 시트 2 ‘명단’(숨김) › B7 셀");
        let place = Place { line: 3, ..Place::within(attached(), [Step::File("b.csv".into())].into()) };
        assert_eq!(place.to_string(), "attachment '명단.xlsx' › b.csv, line 3");
        assert_eq!(Place::whole(attached()).way(), "");
    }

    #[test]
    fn of_a_long_way_the_middle_is_left_out() {
        let steps = |count: u32| (1..=count).map(Step::Page).collect::<Box<[Step]>>();
        let way = |count| Place::within(Part::Body, steps(count)).way();
        assert_eq!(way(1), "page 1");
        assert_eq!(way(6), "page 1 › page 2 › page 3 › page 4 › page 5 › page 6");
        assert_eq!(way(9), "page 1 › page 2 › … › page 6 › page 7 › page 8 › page 9");
    }
}
