//! What a value is called where it stands: by its field, by the tag that it stands in, by the column of a table.

use super::Scan;
use crate::text::lex::Reader;
use crate::text::place::{Tracker, Wraps};
use crate::text::{Charset, Syntax};

/// What a value is called.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// The name of its field or key.
    pub(super) label: String,
    /// What names it from further away, a line each.
    pub(super) column: String,
    /// Whether it stands in a table or an object that names it.
    pub(super) headed: bool,
}

/// The columns of tables in HTML, read on for themselves and only where they are asked for: most values say themselves what
/// they are.
#[derive(Debug)]
pub(super) struct Columns {
    /// Made when it is first asked for: most texts are short fields.
    tracker: Option<Tracker>,
    /// Of rows that somebody has pasted out of a sheet into a field that might hold HTML.
    pasted: Option<Tracker>,
    /// Up to here in the window.
    pub(super) read: usize,
}

impl Columns {
    pub(super) fn new() -> Columns {
        Columns { tracker: None, pasted: None, read: 0 }
    }
}

/// How far away the name of a value is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Not in the columns of a table in HTML.
    Near,
    Columns,
}

impl Scan {
    /// Reads on in the columns.
    pub(super) fn track_columns(&mut self, to: usize) {
        let Columns { tracker, pasted, read } = &mut self.columns;
        let follows = self.document.syntax == Syntax::Html && self.document.stands.is_none();
        let Some(bytes) = self.window.text().get(*read..to).filter(|_| follows) else { return };
        tracker.get_or_insert_with(|| Tracker::of_columns(Syntax::Html)).advance(bytes);
        if self.document.returns {
            pasted.get_or_insert_with(Tracker::of_tabs).advance(bytes);
        }
        *read = to;
    }

    /// What the value at `at` is called, to which the tracker has come. `None` if more bytes are needed to tell.
    pub(super) fn named(&mut self, at: usize, reach: Reach, charset: Charset, last: bool) -> Option<Named> {
        if reach == Reach::Columns {
            self.track_columns(at);
        }
        let plain = |bytes: &[u8]| Reader::new(bytes, charset, self.document.syntax).plain(0, bytes.len());
        let mut named = Named { label: self.document.label.clone(), column: String::new(), headed: false };
        if self.document.stands.is_some() {
            return Some(named);
        }
        if named.label.is_empty() {
            named.label = plain(self.tracker.raw_label());
        }
        let mut names = Vec::new();
        match (self.document.syntax, reach) {
            (Syntax::Html, Reach::Near) => {}
            (Syntax::Html, Reach::Columns) => {
                let Columns { tracker, pasted, .. } = &self.columns;
                tracker.iter().chain(pasted).for_each(|tracker| tracker.names(&mut names));
            }
            _ => self.tracker.names(&mut names),
        }
        for name in names.split(|byte| *byte == b'\n').filter(|name| !name.is_empty()) {
            named.column.push_str(plain(name).trim());
            named.column.push('\n');
        }
        named.headed = !named.column.is_empty();
        match self.document.syntax {
            // A line of a table in plain text runs on from field to field: what stands before a value says less of it
            // than the header of its column.
            Syntax::Plain if self.tracker.begins_field() => {
                named.label.insert_str(0, &named.column);
                named.column.clear();
            }
            Syntax::Html if matches!(self.tracker.wraps(), Wraps::Attribute | Wraps::Handler { .. }) => {
                let reader = Reader::new(self.window.text(), charset, self.document.syntax);
                let says = reader.tag_says(at);
                if reader.touched() && !last {
                    return None;
                }
                named.column.insert_str(0, &says);
            }
            _ => {}
        }
        Some(named)
    }
}
