//! A sheet: its cells, and everything that hangs on them.

use super::super::bytes::{f64_at, from, some, u8_at, u16_at, u32_at};
use super::super::{art, runs};
use super::globals::{Globals, lines, other};
use super::hidden::Hidden;
use super::records::{BOF, EOF, Record, Records};
use super::tokens::literals;
use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use std::collections::HashMap;

/// What a cell shows.
enum Value {
    /// The shared string of this number.
    Shared(usize),
    Text(String),
}

struct Cell {
    row: u16,
    column: u16,
    value: Value,
}

/// All that is read of a sheet, before it is given in order.
#[derive(Default)]
pub(super) struct Sheet {
    hidden: Hidden,
    cells: Vec<Cell>,
    /// Strings in the formulas of cells: row, column, strings.
    formulas: Vec<(u16, u16, Vec<String>)>,
    /// The cell whose formula has a string that comes later.
    awaited: Option<(u16, u16)>,
    /// Comments: row, column, the object that holds the text, the author.
    notes: Vec<(u16, u16, u16, String)>,
    /// Texts of objects.
    texts: HashMap<u16, String>,
    object: u16,
    heads: Vec<(Step, String)>,
    lists: Vec<String>,
    links: Vec<String>,
    chart: Vec<String>,
    drawing: Vec<u8>,
    others: String,
}

impl Sheet {
    /// Reads the records from the beginning of a sheet to its end, the charts within it too.
    pub(super) fn read(stream: &[u8], at: usize, globals: &Globals, walk: &mut Walk<'_>) -> Result<Sheet, Halt> {
        let mut sheet = Sheet { hidden: Hidden::read(stream, at), ..Sheet::default() };
        let mut level = 0u32;
        for record in Records::from(stream, at) {
            walk.tick()?;
            match record.id {
                BOF => {
                    level = level.saturating_add(1);
                    sheet.hidden.is_chart = level > 1 || u16_at(record.data, 2) == Some(0x20);
                }
                EOF if level <= 1 => break,
                EOF => {
                    level = level.saturating_sub(1);
                    sheet.hidden.is_chart = level > 1;
                }
                _ => sheet.record(&record, globals),
            }
        }
        Ok(sheet)
    }

    fn record(&mut self, record: &Record<'_>, globals: &Globals) {
        let (data, biff) = (record.data, globals.biff);
        match record.id {
            0x204 | 0xD6 | 0x04 => {
                let text = biff.string(&mut record.text(6), true).unwrap_or_default();
                self.put(data, 2, Value::Text(text));
            }
            0xFD => self.put(data, 2, Value::Shared(u32_at(data, 6).unwrap_or(u32::MAX) as usize)),
            0x203 => self.number(data, 2, f64_at(data, 6), globals),
            0x27E => self.number(data, 2, u32_at(data, 6).map(rk), globals),
            0xBD => self.numbers(data, globals),
            0x06 | 0x206 | 0x406 => self.formula(record, globals),
            0x207 => {
                if let (Some((row, column)), Some(text)) = (self.awaited.take(), biff.string(&mut record.text(0), true))
                {
                    self.cells.push(Cell { row, column, value: Value::Text(text) });
                }
            }
            0x221 => self.tokens(data, 12, globals),
            0x4BC => self.tokens(data, 8, globals),
            _ => self.around(record, globals),
        }
    }

    /// What stands around the cells.
    fn around(&mut self, record: &Record<'_>, globals: &Globals) {
        let (data, biff) = (record.data, globals.biff);
        match record.id {
            0x1C => self.note(record, globals),
            0x5D => self.object(record, globals),
            0x1B6 => self.text_object(record),
            0xEC => self.drawing.extend(record.text(0).all()),
            0x14 | 0x15 => {
                let step = if record.id == 0x14 { Step::Header } else { Step::Footer };
                self.heads.extend(biff.string(&mut record.text(0), biff.is_8).map(|text| (step, text)));
            }
            // Headers of even and first pages, lists, links and what shows over them.
            0x89C => self.heads.push((Step::Header, all_runs(record, globals))),
            0x1BE => self.list(record, globals),
            0x1B8 | 0x800 => self.links.push(runs::wide(from(data, 8))),
            0x100D => self.chart.extend(biff.string(&mut record.text(2), false)),
            // Sizes, margins, windows, marks of blocks; numbers of charts; printers; rows and columns (read before).
            0x0B..=0x13
            | 0x1D
            | 0x26..=0x2B
            | 0x3C
            | 0x41
            | 0x4D
            | 0x55
            | 0x7D..=0x84
            | 0x8C
            | 0x99
            | 0xA0
            | 0xA1
            | 0xBE
            | 0xD7
            | 0xE5
            | 0x200
            | 0x201
            | 0x205
            | 0x208
            | 0x20B
            | 0x225
            | 0x23E
            | 0x850..=0x8AF => {}
            0x1001..=0x1050 | 0x1052..=0x1066 => {}
            0x1051 => self.tokens(data, 6, globals),
            _ => other(data, biff, &mut self.others),
        }
    }

    /// A value at the row and column in the first four bytes.
    fn put(&mut self, data: &[u8], column_at: usize, value: Value) {
        if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, column_at)) {
            if self.hidden.is_chart {
                if let Value::Text(text) = value {
                    self.chart.push(text);
                }
                return;
            }
            self.cells.push(Cell { row, column, value });
        }
    }

    /// A number; its XF stands behind the column.
    fn number(&mut self, data: &[u8], column_at: usize, value: Option<f64>, globals: &Globals) {
        let xf = u16_at(data, column_at.saturating_add(2)).unwrap_or(0);
        if let Some(value) = value {
            self.put(data, column_at, Value::Text(globals.shown(value, xf)));
        }
    }

    /// Numbers of a row side by side.
    fn numbers(&mut self, data: &[u8], globals: &Globals) {
        let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { return };
        let pairs = some(data, 4, data.len().saturating_sub(6)).as_chunks::<6>().0;
        for (pair, column) in pairs.iter().zip(first..) {
            if let (Some(xf), Some(value)) = (u16_at(pair, 0), u32_at(pair, 2)) {
                self.cells.push(Cell { row, column, value: Value::Text(globals.shown(rk(value), xf)) });
            }
        }
    }

    /// A formula: what it last came to, and the strings in it.
    fn formula(&mut self, record: &Record<'_>, globals: &Globals) {
        let data = record.data;
        if u16_at(data, 12) == Some(0xFFFF) {
            let here = u16_at(data, 0).zip(u16_at(data, 2));
            self.awaited = here.filter(|_| u8_at(data, 6) == Some(0));
        } else {
            self.number(data, 2, f64_at(data, 6), globals);
        }
        self.tokens(data, 20, globals);
    }

    /// The tokens of a formula behind their length.
    fn tokens(&mut self, data: &[u8], at: usize, globals: &Globals) {
        let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { return };
        let Some(length) = u16_at(data, at).map(usize::from) else { return };
        let start = at.saturating_add(2);
        let behind = from(data, start.saturating_add(length));
        let texts = literals(some(data, start, length), behind, globals.biff);
        if !texts.is_empty() {
            self.formulas.push((row, column, texts));
        }
    }

    /// A comment: in BIFF 8, of whom, on which object; in BIFF 5, the text itself.
    fn note(&mut self, record: &Record<'_>, globals: &Globals) {
        let data = record.data;
        let (Some(row), Some(column), Some(object)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 6)) else {
            return;
        };
        let text = if globals.biff.is_8 {
            globals.biff.string(&mut record.text(8), true).unwrap_or_default()
        } else {
            super::super::bytes::decode(globals.biff.charset, from(data, 6))
        };
        match self.notes.last_mut() {
            // A long text goes on in a comment that has no row.
            Some((.., last)) if row == 0xFFFF => last.push_str(&text),
            _ => self.notes.push((row, column, if globals.biff.is_8 { object } else { 0 }, text)),
        }
    }

    fn object(&mut self, record: &Record<'_>, globals: &Globals) {
        if u16_at(record.data, 0) == Some(0x15) {
            self.object = u16_at(record.data, 6).unwrap_or(0);
        }
        other(record.data, globals.biff, &mut self.others);
    }

    /// The text of an object stands in the record behind it (MS-XLS section 2.4.329).
    fn text_object(&mut self, record: &Record<'_>) {
        let length = usize::from(u16_at(record.data, 10).unwrap_or(0));
        let mut text = record.text(record.data.len());
        let text = text.characters(length, false);
        let known = self.texts.entry(self.object).or_default();
        if !known.is_empty() {
            known.push('\n');
        }
        known.push_str(&text);
    }

    /// What may be entered: prompts and choices (section 2.4.95).
    fn list(&mut self, record: &Record<'_>, globals: &Globals) {
        let (data, mut text) = (record.data, record.text(4));
        for _ in 0..4 {
            self.lists.extend(globals.biff.string(&mut text, true));
        }
        let mut rest = text.rest();
        if rest.len() > data.len() {
            return;
        }
        for _ in 0..2 {
            let length = usize::from(u16_at(rest, 0).unwrap_or(0));
            self.lists.extend(literals(some(rest, 4, length), &[], globals.biff));
            rest = from(rest, length.saturating_add(4));
        }
    }

    /// Gives all text of it: first the cells, as a table.
    pub(super) fn say(mut self, globals: &Globals, walk: &mut Walk<'_>) -> Result<(), Halt> {
        if !self.cells.is_sorted_by_key(|cell| (cell.row, cell.column)) {
            self.cells.sort_by_key(|cell| (cell.row, cell.column));
        }
        walk.table(|table| {
            self.cells.iter().try_for_each(|cell| {
                let text = match &cell.value {
                    Value::Text(text) => text.as_str(),
                    Value::Shared(number) => {
                        if let Some(used) = globals.used.borrow_mut().get_mut(*number) {
                            *used = true;
                        }
                        globals.strings.get(*number).map_or("", String::as_str)
                    }
                };
                let hidden = self.hidden.has(cell.row, cell.column);
                table.cell(
                    u32::from(cell.column).saturating_add(1),
                    u32::from(cell.row).saturating_add(1),
                    hidden,
                    text,
                )
            })
        })?;
        self.say_formulas(walk)?;
        self.say_notes(walk)?;
        self.say_rest(walk)
    }

    fn step(&self, row: u16, column: u16) -> Step {
        let (column_1, row_1) = (u32::from(column).saturating_add(1), u32::from(row).saturating_add(1));
        if self.hidden.has(row, column) { Step::HiddenCell(column_1, row_1) } else { Step::Cell(column_1, row_1) }
    }

    fn say_formulas(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        self.formulas.iter().try_for_each(|(row, column, texts)| {
            walk.within(self.step(*row, *column), |walk| lines(Step::Formula, texts, walk))
        })
    }

    fn say_notes(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let notes = std::mem::take(&mut self.notes);
        for (number, (row, column, object, text)) in (1..).zip(notes) {
            let held = self.texts.remove(&object).unwrap_or_default();
            walk.within(self.step(row, column), |walk| lines(Step::Comment(number), &[text, held], walk))?;
        }
        Ok(())
    }

    fn say_rest(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let boxes: Vec<&String> = self.texts.values().collect();
        lines(Step::TextBox, &boxes, walk)?;
        self.heads.iter().try_for_each(|(step, text)| lines(step.clone(), &[text], walk))?;
        lines(Step::ValidationList, &self.lists, walk)?;
        lines(Step::Link, &self.links, walk)?;
        lines(Step::Chart, &self.chart, walk)?;
        walk.within(Step::Part("records".to_owned()), |walk| walk.say(&self.others))?;
        art::read(&self.drawing, walk)
    }
}

fn all_runs(record: &Record<'_>, globals: &Globals) -> String {
    let mut out = String::new();
    other(from(record.data, 30), globals.biff, &mut out);
    out
}

/// A number in 30 bits (MS-XLS section 2.5.217): an integer, or the upper half of a floating point number; by a
/// hundred.
fn rk(bits: u32) -> f64 {
    let value = if bits & 2 == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from((bits as i32) >> 2) };
    if bits & 1 == 0 { value } else { value / 100.0 }
}
