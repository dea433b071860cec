//! The headers of a table's columns, as its rows are read from above: what is the header row is known only by its cells.

use std::ops::Range;

/// Columns that are told apart, at most.
pub(super) const COLUMNS: usize = 128;
/// Bytes of a header that are kept: 42 characters of Hangul in UTF-8.
const TEXT: usize = 128;
/// A text that holds more digits is no label.
const DIGITS: usize = 2;

/// The text of a cell that may be a header.
#[derive(Debug, Clone)]
pub(super) struct Headed {
    text: Vec<u8>,
    columns: Range<usize>,
    digits: usize,
    has_letter: bool,
    /// It was longer than what is kept.
    long: bool,
    /// Within a character reference, whose digits are none.
    in_reference: bool,
    /// Whether it names the cells beside it.
    pub(super) names_row: bool,
}

impl Headed {
    /// An empty cell over these columns.
    pub(super) fn new(columns: Range<usize>) -> Headed {
        Headed {
            text: Vec::new(),
            columns,
            digits: 0,
            has_letter: false,
            long: false,
            in_reference: false,
            names_row: false,
        }
    }

    /// Takes some of its text; white space counts once.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.text.len() >= TEXT {
                self.long = true;
                return;
            }
            match byte {
                b'\t'..=b'\r' | b' ' if matches!(self.text.last(), None | Some(b' ')) => continue,
                b'\t'..=b'\r' | b' ' => self.text.push(b' '),
                _ => self.text.push(*byte),
            }
            self.in_reference = *byte == b'&' || self.in_reference && *byte != b';' && *byte != b' ';
            self.has_letter |= !byte.is_ascii() || byte.is_ascii_alphabetic() && !self.in_reference;
            self.digits += usize::from(byte.is_ascii_digit() && !self.in_reference);
        }
    }

    pub(super) fn text(&self) -> &[u8] {
        self.text.trim_ascii_end()
    }

    pub(super) fn columns(&self) -> Range<usize> {
        self.columns.clone()
    }

    /// Whether nothing is to be seen in it.
    pub(super) fn is_empty(&self) -> bool {
        let mut rest = self.text.as_slice();
        while let Some(after) = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"&nbsp;")) {
            rest = after;
        }
        rest.is_empty()
    }

    pub(super) fn is_long(&self) -> bool {
        self.long
    }

    /// Whether it may be a header by what it says: short, and with hardly a digit.
    pub(super) fn is_label(&self) -> bool {
        !self.long && self.digits <= DIGITS && (self.has_letter || self.digits == 0)
    }
}

/// The headers of all columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Headers {
    columns: Vec<Column>,
    /// Whether they say themselves that they are headers.
    certain: bool,
    /// Whether they are of one cell, which may be the table's title.
    single: bool,
    /// Whether a row with data has followed.
    data: bool,
}

/// A column has the header that was read first, which may be of several columns, and the nearest.
#[derive(Debug, Clone, Default)]
struct Column {
    first: Vec<u8>,
    nearest: Vec<u8>,
}

impl Headers {
    pub(super) fn is_known(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Whether a row of text may still be the header row though it does not say so.
    pub(super) fn awaits_text(&self) -> bool {
        !self.data && !self.certain
    }

    /// A row with data: what is text from here on is data too.
    pub(super) fn data(&mut self) {
        self.data = true;
    }

    /// A row of texts; `certain` if it says itself that it is of headers. A row of one cell over several columns is a
    /// title, and says nothing of any column.
    pub(super) fn take(&mut self, row: Vec<Headed>, certain: bool) {
        let single = row.len() < 2;
        if single && (row.iter().any(|cell| cell.columns.len() > 1) || self.is_known() || self.data) {
            return;
        }
        if !certain && !self.awaits_text() {
            return;
        }
        if certain && (self.data || !self.certain) || self.single {
            *self = Headers::default();
        }
        (self.single, self.certain) = (single, certain || self.certain);
        for cell in row {
            if self.columns.len() < cell.columns.end {
                self.columns.resize(cell.columns.end.min(COLUMNS), Column::default());
            }
            for column in self.columns.iter_mut().take(cell.columns.end).skip(cell.columns.start) {
                let place = if column.first.is_empty() { &mut column.first } else { &mut column.nearest };
                *place = cell.text().to_vec();
            }
        }
    }

    /// The headers of a column, the nearest first.
    pub(super) fn of(&self, column: usize) -> impl Iterator<Item = &[u8]> {
        let column = self.columns.get(column).into_iter();
        column.flat_map(|column| [column.nearest.as_slice(), &column.first]).filter(|text| !text.is_empty())
    }
}
