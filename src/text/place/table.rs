//! Tables: the header of the column, and of the row, in which a cell of an HTML table stands.

use super::headers::{COLUMNS, Headed, Headers};

/// Rows that a cell may span, at most.
const ROWS: u16 = 1000;

/// What is known of the table that is open. A table within a cell ends what is known of the outer one.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    headers: Headers,
    /// In `thead`, where every row is of headers.
    in_head: bool,
    /// The cells of the row that may be headers, as far as they were read.
    row: Vec<Headed>,
    /// Whether the row has a cell that is no header.
    has_plain: bool,
    /// Whether the row holds what headers do not.
    has_data: bool,
    /// Whether it has any cell.
    begun: bool,
    /// The column after the last cell.
    column: usize,
    cell: Option<Cell>,
    /// How many rows, this one among them, each column is still covered by a cell that began in it or above.
    covered: Vec<u16>,
    /// The attributes of the tag that is being read: 0 if there is none.
    colspan: u16,
    rowspan: u16,
}

/// The cell that is open.
#[derive(Debug, Clone)]
struct Cell {
    heads: bool,
    /// Whether its text is kept.
    kept: bool,
    text: Headed,
}

/// An attribute that says how much of a table a cell covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covers {
    Columns,
    Rows,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Table,
    Head,
    Body,
    Row,
    Cell { heads: bool },
}

fn element(name: &[u8]) -> Option<Element> {
    let named = [
        (&b"td"[..], Element::Cell { heads: false }),
        (b"th", Element::Cell { heads: true }),
        (b"tr", Element::Row),
        (b"table", Element::Table),
        (b"thead", Element::Head),
        (b"tbody", Element::Body),
        (b"tfoot", Element::Body),
    ];
    named.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, element)| element)
}

/// What a tag says of the table that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InTable {
    /// A table begins or ends there.
    Table,
    /// A part of one, perhaps.
    Part,
}

/// What the tag that begins with the first byte, a `<`, may say of a table.
#[inline]
pub(super) fn in_table(tag: &[u8]) -> Option<InTable> {
    let name = tag.get(1..)?;
    let name = name.strip_prefix(b"/").unwrap_or(name);
    if !matches!(name.first(), Some(b't' | b'T')) {
        return None;
    }
    let is_table = name.get(..5).is_some_and(|name| name.eq_ignore_ascii_case(b"table"))
        && name.get(5).is_some_and(|after| matches!(after, b'>' | b'/') || after.is_ascii_whitespace());
    Some(if is_table { InTable::Table } else { InTable::Part })
}

/// Whether a tag may be of a table: its name begins with a `t`, and is short.
#[inline]
pub(super) fn may_be_of_table(name: &[u8]) -> bool {
    matches!(name, [b't' | b'T', rest @ ..] if matches!(rest.len(), 1 | 4))
}

/// Whether a tag of a cell may say how much it covers.
pub(super) fn may_cover(tag: &[u8]) -> bool {
    tag.len() > 6 && tag.windows(4).any(|word| word.eq_ignore_ascii_case(b"span"))
}

/// The attribute of that name, if it is one that says how much a cell covers.
pub(super) fn covers(attribute: &[u8]) -> Option<Covers> {
    match attribute {
        b"colspan" => Some(Covers::Columns),
        b"rowspan" => Some(Covers::Rows),
        _ => None,
    }
}

impl Table {
    /// The value of such an attribute begins.
    pub(super) fn covers_begins(&mut self, attribute: Covers) {
        *self.extent(attribute) = 0;
    }

    /// A byte of it.
    pub(super) fn covers_byte(&mut self, attribute: Covers, byte: u8) {
        let extent = self.extent(attribute);
        if byte.is_ascii_digit() {
            *extent = extent.saturating_mul(10).saturating_add(u16::from(byte - b'0')).min(ROWS);
        }
    }

    fn extent(&mut self, attribute: Covers) -> &mut u16 {
        match attribute {
            Covers::Columns => &mut self.colspan,
            Covers::Rows => &mut self.rowspan,
        }
    }

    /// A tag that has been read to its end.
    pub(super) fn tag(&mut self, name: &[u8], closing: bool) {
        let (columns, rows) = (std::mem::take(&mut self.colspan), std::mem::take(&mut self.rowspan));
        match element(name) {
            None => {}
            Some(Element::Table) => *self = Table::default(),
            Some(Element::Head) => {
                self.end_row();
                self.in_head = !closing;
            }
            Some(Element::Body) => {
                self.end_row();
                self.in_head = false;
            }
            Some(Element::Row) => self.end_row(),
            Some(Element::Cell { .. }) if closing => self.end_cell(),
            Some(Element::Cell { heads }) => {
                self.end_cell();
                self.begin_cell(heads, usize::from(columns), rows);
            }
        }
    }

    fn begin_cell(&mut self, heads: bool, columns: usize, rows: u16) {
        self.begun = true;
        while self.covered.get(self.column).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        let start = self.column.min(COLUMNS);
        let end = start.saturating_add(columns.max(1)).min(COLUMNS);
        self.column = end;
        if rows > 1 {
            if self.covered.len() < end {
                self.covered.resize(end, 0);
            }
            self.covered.iter_mut().take(end).skip(start).for_each(|covered| *covered = rows);
        }
        let mut text = Headed::new(start..end);
        text.names_row = heads && !self.in_head;
        let heads = heads || self.in_head;
        let kept = start < end && (heads || self.headers.awaits_text() && !(self.has_data && self.row.len() > 1));
        self.has_plain |= !heads;
        self.cell = Some(Cell { heads, kept, text });
    }

    /// Whether the text that comes is kept.
    #[inline]
    pub(super) fn listens(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.kept && !cell.text.is_long())
    }

    /// Some text of the cell that is open.
    pub(super) fn text(&mut self, bytes: &[u8]) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.kept) {
            cell.text.push(bytes);
        }
    }

    fn end_cell(&mut self) {
        let Some(Cell { heads, kept, text }) = self.cell.take() else { return };
        if !kept || text.is_empty() || self.row.len() >= COLUMNS {
            return;
        }
        self.has_data |= !heads && !text.is_label();
        self.row.push(text);
    }

    fn end_row(&mut self) {
        self.end_cell();
        if !std::mem::take(&mut self.begun) {
            return;
        }
        let row = std::mem::take(&mut self.row);
        let (has_plain, has_data) = (std::mem::take(&mut self.has_plain), std::mem::take(&mut self.has_data));
        self.column = 0;
        self.covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        let is_title = row.len() == 1 && !self.headers.is_known();
        // A row that has both headers and other cells names what stands in it, not what stands below.
        let names_itself = has_plain && row.iter().any(|cell| cell.names_row);
        if has_data && is_title {
            // A title with a year in it, or a note: the headers are yet to come.
        } else if has_data || names_itself || has_plain && !self.headers.awaits_text() {
            self.headers.data();
        } else if !row.is_empty() {
            self.headers.take(row, !has_plain);
        }
    }

    /// What names the cell that is open: the header of its row, and those of its column, the nearest first.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        let cell = self.cell.as_ref();
        let row = cell.and_then(|_| self.row.iter().rev().find(|cell| cell.names_row)).map(|cell| cell.text());
        row.into_iter().chain(cell.into_iter().flat_map(|cell| self.headers.of(cell.text.columns().start)))
    }
}
