//! Tables in plain text (CSV as in RFC 4180, and the same with `;`, tab or `|`): the header of the column in which a field
//! stands. A text is a table as long as its lines are: from a line of short texts on, up to one that is of a single field.

use super::headers::{COLUMNS, Headed, Headers};
use std::sync::Arc;

const DELIMITERS: &[u8] = b"\t,;|";
/// Bytes of a line that may be a header row; a longer one is none.
const LINE: usize = 8 << 10;
/// Bytes of one field in quotes, at most: then the quote was not one that opens a field.
const QUOTED: usize = 4 << 10;
/// Characters of a field in a header row, in bytes, and its words: more are a sentence.
const LABEL: usize = 64;
const WORDS: usize = 4;
/// Bytes before a value that is the whole of its field.
const MARGIN: usize = 2;

/// What is known of the lines so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Csv {
    /// Whether it is known to be a table, with commas: then no line ends it, and it may be of a single column.
    table: bool,
    /// Whether only tabs part its fields: in what else may be HTML, other marks are of its own syntax.
    tabs: bool,
    /// Shared, so that a place is cheaply remembered.
    headers: Arc<Headers>,
    /// What parts fields, and how many the header row has; 0 without headers.
    delimiter: u8,
    width: usize,
    /// Whether a line of data has followed the headers.
    data: bool,
    /// The line that is being read, as long as it may be a header row.
    line: Vec<u8>,
    /// Whether it is too long for one.
    long: bool,
    /// Whether something other than white space stands in it.
    written: bool,
    fields: Fields,
}

/// Where in a line the next byte stands.
#[derive(Debug, Clone, Copy, Default)]
struct Fields {
    /// How many delimiters came before.
    number: usize,
    /// How many bytes of the field have come.
    bytes: usize,
    /// Whether the field began with a quote, and whether it is open.
    begins_quoted: bool,
    quoted: bool,
}

impl Fields {
    /// Takes some bytes of a line, in which quotes alone matter if there is no delimiter.
    fn take(&mut self, bytes: &[u8], delimiter: u8) {
        let mut done = 0;
        let delimiter = if delimiter == 0 { b'"' } else { delimiter };
        for at in memchr::memchr2_iter(delimiter, b'"', bytes) {
            self.bytes = self.bytes.saturating_add(at - done);
            done = at;
            let quote = bytes.get(at) == Some(&b'"');
            match (quote, self.bytes) {
                (true, 0) => (self.begins_quoted, self.quoted) = (true, true),
                // Two of them within a field are one that does not end it.
                (true, _) => self.quoted = self.begins_quoted && !self.quoted,
                (false, _) if !self.quoted => {
                    *self = Fields { number: self.number.saturating_add(1), ..Fields::default() };
                    done += 1;
                }
                (false, _) => {}
            }
        }
        self.bytes = self.bytes.saturating_add(bytes.len() - done);
    }
}

impl Csv {
    /// Of what is known to be a table, with commas.
    pub(super) fn of_table() -> Csv {
        Csv { table: true, ..Csv::default() }
    }

    /// Of rows that are parted by tabs, and nothing else.
    pub(super) fn of_tabs() -> Csv {
        Csv { tabs: true, ..Csv::default() }
    }

    pub(super) fn advance(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest);
            let (part, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, &[]));
            self.take(part);
            rest = after;
            if let Some((newline, after)) = after.split_first() {
                if self.fields.quoted && self.fields.bytes < QUOTED {
                    self.take(&[*newline]);
                } else {
                    self.end_line();
                }
                rest = after;
            }
        }
    }

    fn take(&mut self, part: &[u8]) {
        self.written = self.written || !part.iter().all(u8::is_ascii_whitespace);
        // Without headers only a quote at the beginning of the line matters, whose field may go on over its end.
        if self.delimiter != 0 || self.fields.begins_quoted || self.fields.bytes == 0 && part.first() == Some(&b'"') {
            self.fields.take(part, self.delimiter);
        } else {
            self.fields.bytes = self.fields.bytes.saturating_add(part.len());
        }
        if self.data || self.long {
            return;
        }
        self.long = self.line.len() + part.len() > LINE;
        if self.long {
            self.line.clear();
        } else {
            self.line.extend_from_slice(part);
        }
    }

    fn end_line(&mut self) {
        let number = std::mem::take(&mut self.fields).number;
        let (written, long) = (std::mem::take(&mut self.written), std::mem::take(&mut self.long));
        let line = std::mem::take(&mut self.line);
        let row = if self.data || long { None } else { self.labels(&line) };
        match row {
            Some((delimiter, row, width)) => {
                if (delimiter, width) != (self.delimiter, self.width) {
                    self.headers = Arc::default();
                }
                (self.delimiter, self.width) = (delimiter, width);
                Arc::make_mut(&mut self.headers).take(row, false);
            }
            None if self.delimiter != 0 && written && (number > 0 || self.table) => self.data = true,
            None if self.delimiter != 0 && !self.table => *self = Csv { tabs: self.tabs, ..Csv::default() },
            None => {}
        }
        self.line = line;
        self.line.clear();
    }

    fn labels(&self, line: &[u8]) -> Option<(u8, Vec<Headed>, usize)> {
        let (delimiters, fewest) = match (self.table, self.tabs) {
            (true, _) => (b",".as_slice(), 1),
            (_, true) => (b"\t".as_slice(), 2),
            _ => (DELIMITERS, 2),
        };
        labels(line, delimiters, fewest)
    }

    /// Whether nothing but a quote or a space stands before the next byte in its field.
    pub(super) fn begins_field(&self) -> bool {
        self.delimiter != 0 && self.fields.bytes <= MARGIN
    }

    /// The headers of the column in which the next byte stands, the nearest first.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        let known = self.delimiter != 0 && self.fields.number < self.width;
        known.then(|| self.headers.of(self.fields.number)).into_iter().flatten()
    }
}

/// The fields of a line that may be a header row, if at least so many say something: what parts them, those that do, and how
/// many they are.
fn labels(line: &[u8], delimiters: &[u8], fewest: usize) -> Option<(u8, Vec<Headed>, usize)> {
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, line).count();
    let delimiter = delimiters.iter().copied().rev().max_by_key(|delimiter| count(*delimiter))?;
    if count(delimiter) == 0 && fewest > 1 {
        return None;
    }
    let mut row = Vec::new();
    let mut fields = Fields::default();
    let (mut start, mut rest) = (0, line);
    let mut number = 0;
    while number < COLUMNS {
        let end = memchr::memchr(delimiter, rest);
        let (part, after) = rest.split_at_checked(end.map_or(rest.len(), |end| end + 1)).unwrap_or((rest, &[]));
        fields.take(part, delimiter);
        rest = after;
        if end.is_some() && fields.number == number {
            // A delimiter in quotes.
            continue;
        }
        let stop = line.len() - rest.len() - usize::from(end.is_some());
        let text = unquoted(line.get(start..stop).unwrap_or_default());
        if !text.is_empty() {
            row.push(label(text, number)?);
        }
        start = line.len() - rest.len();
        number += 1;
        if end.is_none() {
            break;
        }
    }
    (row.len() >= fewest).then_some((delimiter, row, number))
}

fn label(text: &[u8], number: usize) -> Option<Headed> {
    let sentence = text.ends_with(b".") || text.ends_with(b"!") || text.ends_with(b"?");
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    let mut label = Headed::new(number..number + 1);
    label.push(text);
    let short = text.len() <= LABEL && words <= WORDS && !sentence;
    (short && label.is_label()).then_some(label)
}

/// A field without the white space around it, its quotes, and the byte order mark before it.
fn unquoted(field: &[u8]) -> &[u8] {
    let field = field.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(field).trim_ascii();
    field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field).trim_ascii()
}
