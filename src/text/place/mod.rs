//! Where in its syntax a value stands: trackers that read a text forward, exactly, and can be asked at any point.
//!
//! They are run lazily: only up to a finding, or as far as bytes are about to be let go of. A page without findings
//! that fits into what is kept back is never tracked at all.

mod csv;
mod headers;
mod html;
mod json;
mod names;
mod script;
mod table;
mod tag;
mod tame;
mod value;

pub use html::input::type_in;

use super::Syntax;
use crate::vocab::Stands;
use std::borrow::Cow;

/// Bytes of a name (of a tag, an attribute, a field, a key) that are kept.
const NAME: usize = 64;

/// What a value is written in: what has to be undone to read it, and what may be written in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wraps {
    /// Text.
    Nothing,
    /// Text that people read and browsers send back: that of a `textarea` or an `option`. Character references.
    Control,
    /// An attribute. Character references.
    Attribute,
    /// A script in an attribute, an event handler or a `javascript:` address. Character references, and in them escapes.
    Handler {
        /// The value is not in quotes.
        code: bool,
    },
    /// A script, or JSON. Escapes.
    Script,
}

/// What a form control takes as its value: browsers empty what is something else (WHATWG HTML, section 4.10.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Any text.
    Anything,
    /// Numbers.
    Number,
    /// Dates and times.
    Time,
}

/// A tracker for one text. What it is told must be the whole text, from its start, in order.
#[derive(Debug, Clone)]
pub struct Tracker {
    inner: Inner,
}

#[derive(Debug, Clone)]
enum Inner {
    Html(Box<html::Html>),
    Json(Box<json::Json>),
    Script(script::Script),
    Plain(Box<csv::Csv>),
}

impl Tracker {
    /// At the start of a text in this syntax. Of HTML it does not follow the columns of tables ([`Tracker::of_columns`]), and
    /// so passes most of it without reading it tag by tag.
    pub fn new(syntax: Syntax) -> Tracker {
        Tracker::reading(syntax, false)
    }

    /// One that follows the columns of tables in HTML too.
    pub fn of_columns(syntax: Syntax) -> Tracker {
        Tracker::reading(syntax, true)
    }

    /// One for what is known to be a table of comma-separated values: no line of it ends the table.
    pub fn of_values() -> Tracker {
        Tracker { inner: Inner::Plain(Box::new(csv::Csv::of_table())) }
    }

    /// One for rows with tabs between their fields, as somebody pastes them out of a sheet, in a text of whatever syntax.
    pub fn of_tabs() -> Tracker {
        Tracker { inner: Inner::Plain(Box::new(csv::Csv::of_tabs())) }
    }

    fn reading(syntax: Syntax, tables: bool) -> Tracker {
        let inner = match syntax {
            Syntax::Html => Inner::Html(Box::new(html::Html::new(false, tables))),
            Syntax::Xml => Inner::Html(Box::new(html::Html::new(true, false))),
            Syntax::Json => Inner::Json(Box::default()),
            Syntax::Script => Inner::Script(script::Script::default()),
            Syntax::Plain => Inner::Plain(Box::default()),
        };
        Tracker { inner }
    }

    /// Reads on.
    pub fn advance(&mut self, bytes: &[u8]) {
        match &mut self.inner {
            Inner::Html(html) => html.advance(bytes),
            Inner::Json(json) => json.advance(bytes),
            Inner::Script(script) => script.advance(bytes),
            Inner::Plain(csv) => csv.advance(bytes),
        }
    }

    /// Where a value stands that begins with the next byte.
    pub fn stands(&self) -> Stands {
        match &self.inner {
            Inner::Html(html) => html.stands(),
            Inner::Json(json) => json.stands(),
            Inner::Script(script) => script.stands(),
            Inner::Plain(_) => Stands::Text,
        }
    }

    /// Whether a value that begins with the next byte is code, not in quotes: in JSON, and in scripts.
    pub fn bare(&self) -> bool {
        match &self.inner {
            Inner::Html(html) => html.bare(),
            Inner::Json(json) => json.stands() == Stands::JsonNumber,
            Inner::Script(script) => script.in_code(),
            Inner::Plain(_) => false,
        }
    }

    /// What the value is written in.
    pub fn wraps(&self) -> Wraps {
        match &self.inner {
            Inner::Html(html) => html.wraps(),
            Inner::Json(_) | Inner::Script(_) => Wraps::Script,
            Inner::Plain(_) => Wraps::Nothing,
        }
    }

    /// What names the value from further away, a line each, as bytes of the text: the header of its column and of its row;
    /// in JSON the key of the object or array that it stands in.
    pub fn names(&self, names: &mut Vec<u8>) {
        let mut add = |name: &[u8]| {
            names.extend_from_slice(name);
            names.push(b'\n');
        };
        match &self.inner {
            Inner::Html(html) => html.names().for_each(&mut add),
            Inner::Json(json) => json.names().for_each(&mut add),
            Inner::Plain(csv) => csv.names().for_each(&mut add),
            Inner::Script(_) => {}
        }
    }

    /// Whether a value that begins with the next byte begins a field, in plain text that is a table.
    pub fn begins_field(&self) -> bool {
        if let Inner::Plain(csv) = &self.inner { csv.begins_field() } else { false }
    }

    /// What the form control takes whose value begins with the next byte.
    pub fn input(&self) -> Input {
        match &self.inner {
            Inner::Html(html) => html.input(),
            Inner::Json(_) | Inner::Script(_) | Inner::Plain(_) => Input::Anything,
        }
    }

    /// The same where the control may say so behind its value too; `rest` is the text from the value on. `None` while that may
    /// yet come.
    pub fn input_before(&self, rest: &[u8]) -> Option<Input> {
        match &self.inner {
            Inner::Html(html) => html.input_before(rest),
            Inner::Json(_) | Inner::Script(_) | Inner::Plain(_) => Some(Input::Anything),
        }
    }

    /// The name of the field, element or key that the value belongs to; empty if there is none. Bytes that are not
    /// UTF-8 are left out of it.
    pub fn label(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.raw_label())
    }

    /// The same as it is written.
    pub fn raw_label(&self) -> &[u8] {
        match &self.inner {
            Inner::Html(html) => html.label(),
            Inner::Json(json) => json.label(),
            Inner::Script(_) | Inner::Plain(_) => b"",
        }
    }
}

/// A name as it is read: its first bytes.
#[derive(Debug, Clone, Copy)]
struct Name {
    bytes: [u8; NAME],
    len: usize,
}

impl Default for Name {
    fn default() -> Name {
        Name { bytes: [0; NAME], len: 0 }
    }
}

impl Name {
    fn clear(&mut self) {
        self.len = 0;
    }

    fn set(&mut self, name: &[u8]) {
        self.len = name.len().min(NAME);
        self.bytes.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
    }

    fn push(&mut self, byte: u8) {
        if let Some(free) = self.bytes.get_mut(self.len) {
            *free = byte;
            self.len += 1;
        }
    }

    fn get(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    fn is(&self, word: &[u8]) -> bool {
        self.get() == word
    }

    fn is_one_of(&self, words: &[&[u8]]) -> bool {
        words.contains(&self.get())
    }
}

#[cfg(test)]
mod named;
#[cfg(test)]
mod tests;
