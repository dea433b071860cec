//! Where a finding stands, as a person would say it. Names in a place are cleaned of personal data before they get here.

use super::Step;
use serde::Serialize;
use std::fmt;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
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
    /// The line in the part, from 1; 0 where lines mean nothing.
    pub line: u32,
    /// The way to it inside a file that was opened, the names in it cleaned; empty in all else.
    pub inside: Box<[Step]>,
}

impl Place {
    /// A whole part, in no particular line.
    pub fn whole(part: Part) -> Place {
        Place { part, stands: Stands::Text, line: 0, inside: Box::default() }
    }

    /// In Korean, for pages: `첨부 ‘명단.csv’, 3번째 줄`.
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
        let way: String = self.inside.iter().map(|step| format!(" › {}", step.korean())).collect();
        if self.line == 0 { format!("{part}{way}") } else { format!("{part}{way}, {}번째 줄", self.line) }
    }
}

/// In English, for pages, records and terminals: `attachment 'list.csv', line 3`.
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
        self.inside.iter().try_for_each(|step| write!(f, " › {step}"))?;
        if self.line == 0 { Ok(()) } else { write!(f, ", line {}", self.line) }
    }
}
