//! What holds for the whole workbook: strings, formats, sheets, names, links.

use super::super::bytes::{codepage, f64_at, part, size_at, some, u8_at, u16_at, u32_at};
use super::super::runs;
use super::numbers::{built_in, plain, shown};
use super::records::{BOF, Biff, EOF, Record, Records};
use super::tokens::literals;
use crate::extract::{Halt, Walk};
use crate::vocab::{Shown, Step};
use std::cell::RefCell;
use std::collections::HashMap;

/// Sheets in the list, at most; those beyond are read without their names.
const MOST_SHEETS: usize = 10_000;

/// A sheet, as the list of sheets tells of it.
pub(super) struct Listed {
    /// Where it begins in the stream.
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) shown: Shown,
}

/// The first part of a workbook's stream.
pub(super) struct Globals {
    pub(super) biff: Biff,
    pub(super) sheets: Vec<Listed>,
    /// The shared strings, and of each, whether a cell has it.
    pub(super) strings: Vec<String>,
    pub(super) used: RefCell<Vec<bool>>,
    formats: HashMap<u16, String>,
    /// The format of each XF.
    cell_formats: Vec<u16>,
    since_1904: bool,
    names: Vec<(String, Vec<String>)>,
    links: Vec<String>,
    properties: Vec<String>,
    spoken: Vec<String>,
    pub(super) drawing: Vec<u8>,
    others: String,
}

impl Globals {
    /// Reads them; the stream is not encrypted.
    pub(super) fn read(stream: &[u8], walk: &mut Walk<'_>) -> Result<Globals, Halt> {
        let first = Records::from(stream, 0).next().filter(|record| record.id == BOF).ok_or(Halt::DAMAGED)?;
        let is_8 = u16_at(first.data, 0) != Some(0x500);
        let mut globals = Globals {
            biff: Biff { is_8, charset: codepage(page(stream)) },
            sheets: Vec::new(),
            strings: Vec::new(),
            used: RefCell::new(Vec::new()),
            formats: HashMap::new(),
            cell_formats: Vec::new(),
            since_1904: false,
            names: Vec::new(),
            links: Vec::new(),
            properties: Vec::new(),
            spoken: Vec::new(),
            drawing: Vec::new(),
            others: String::new(),
        };
        for record in Records::from(stream, 0).take_while(|record| record.id != EOF) {
            walk.tick()?;
            globals.record(&record);
        }
        globals.used = RefCell::new(vec![false; globals.strings.len()]);
        Ok(globals)
    }

    /// A number as a cell of this XF shows it.
    pub(super) fn shown(&self, value: f64, xf: u16) -> String {
        let format = self.cell_formats.get(usize::from(xf)).copied().unwrap_or(0);
        shown(value, self.formats.get(&format).map_or(built_in(format), String::as_str), self.since_1904)
    }

    fn record(&mut self, record: &Record<'_>) {
        let data = record.data;
        match record.id {
            0x22 => self.since_1904 = u16_at(data, 0) == Some(1),
            0x5C => self.properties.extend(self.biff.string(&mut record.text(0), self.biff.is_8)),
            0x41E => self.format(record),
            0xE0 => self.cell_formats.push(u16_at(data, 2).unwrap_or(0)),
            0x85 => self.sheet(record),
            0xFC => self.strings(record),
            0x18 => drop(self.name(record)),
            0xEB => self.drawing.extend(record.text(0).all()),
            0x1AE => self.links.extend(runs_of(record, self.biff)),
            0x23 => self.links.extend(runs_of(record, self.biff)),
            0x5A => self.links.extend(cached(record, self.biff)),
            // Fonts, colours, styles, windows, and what continues another record.
            0x31 | 0x3C | 0x3D | 0x42 | 0x92 | 0x293 | 0x809 | 0xFF | 0x87C | 0x87D | 0x892 | 0x896 | 0x863 => {}
            _ => other(data, self.biff, &mut self.others),
        }
    }

    fn format(&mut self, record: &Record<'_>) {
        let Some(number) = u16_at(record.data, 0) else { return };
        if let Some(text) = self.biff.string(&mut record.text(2), self.biff.is_8) {
            self.formats.insert(number, text);
        }
    }

    fn sheet(&mut self, record: &Record<'_>) {
        let at = size_at(record.data, 0);
        let shown = match u8_at(record.data, 4).unwrap_or(0) & 3 {
            0 => Shown::Plainly,
            1 => Shown::Hidden,
            _ => Shown::VeryHidden,
        };
        let name = self.biff.string(&mut record.text(6), false).unwrap_or_default();
        if self.sheets.len() < MOST_SHEETS {
            self.sheets.push(Listed { at, name, shown });
        }
    }

    /// The table of shared strings (MS-XLS section 2.4.265). Its count is not believed.
    fn strings(&mut self, record: &Record<'_>) {
        let mut text = record.text(8);
        let count = u32_at(record.data, 4).unwrap_or(0);
        for _ in 0..count {
            let Some((string, spoken)) = text.u16().and_then(|length| text.unicode(usize::from(length))) else { break };
            self.strings.push(string);
            self.spoken.extend(spoken);
        }
    }

    /// A name: of what, in its own words (section 2.4.150).
    fn name(&mut self, record: &Record<'_>) -> Option<()> {
        let data = record.data;
        let (length, tokens) = (usize::from(u8_at(data, 3)?), usize::from(u16_at(data, 4)?));
        let mut text = record.text(14);
        let name = self.biff.counted(&mut text, length)?;
        let rest = text.rest();
        let mut texts = literals(some(rest, 0, tokens), super::super::bytes::from(rest, tokens), self.biff);
        let mut behind = record.text(data.len().saturating_sub(rest.len()).saturating_add(tokens));
        for at in 10..14 {
            let length = usize::from(u8_at(data, at)?);
            if length > 0 {
                texts.extend(self.biff.counted(&mut behind, length));
            }
        }
        self.names.push((super::super::bytes::clean(&name), texts));
        Some(())
    }

    /// Gives all text of it but the sheets.
    pub(super) fn say(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        for (name, texts) in &self.names {
            walk.within(Step::DefinedName(name.clone()), |walk| {
                walk.prose(|run| {
                    run.line(None, name)?;
                    texts.iter().try_for_each(|text| run.line(None, text))
                })
            })?;
        }
        lines(Step::LinkCache, &self.links, walk)?;
        lines(Step::Properties, &self.properties, walk)?;
        lines(Step::HiddenText, &self.spoken, walk)?;
        walk.within(Step::Part("records".to_owned()), |walk| walk.say(&self.others))?;
        super::super::art::read(&self.drawing, walk)
    }

    /// Strings that no cell has; to be asked behind all sheets.
    pub(super) fn say_unused(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let used = self.used.borrow();
        let unused = self.strings.iter().zip(used.iter()).filter(|(text, used)| !**used && !text.is_empty());
        let unused: Vec<&String> = unused.map(|(text, _)| text).collect();
        lines(Step::UnusedStrings, &unused, walk)
    }
}

/// A run of lines, if there are any.
pub(super) fn lines(step: Step, lines: &[impl AsRef<str>], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let lines = lines.iter().map(AsRef::as_ref).filter(|line| !line.trim_matches(['\0', ' ', '\n']).is_empty());
    let lines: Vec<&str> = lines.collect();
    if lines.is_empty() {
        return Ok(());
    }
    walk.within(step, |walk| walk.prose(|run| lines.iter().try_for_each(|line| run.line(None, line))))
}

/// The code page of strings of bytes; BIFF 8 has none that count.
fn page(stream: &[u8]) -> u32 {
    let mut records = Records::from(stream, 0).take_while(|record| record.id != EOF);
    match records.find(|record| record.id == 0x42).and_then(|record| u16_at(record.data, 0)) {
        Some(0x8000) => 10000,
        Some(0x8001) => 1252,
        Some(1200) | None => 949,
        Some(page) => u32::from(page),
    }
}

/// What can be read in a record that is not taken apart.
pub(super) fn other(data: &[u8], biff: Biff, out: &mut String) {
    if biff.is_8 {
        out.push_str(&runs::wide(data));
    }
    out.push_str(&runs::narrow(data));
}

fn runs_of(record: &Record<'_>, biff: Biff) -> Option<String> {
    let mut out = String::new();
    other(&record.text(0).all(), biff, &mut out);
    (!out.is_empty()).then_some(out)
}

/// Cells of another file (section 2.4.63), a line a row.
fn cached(record: &Record<'_>, biff: Biff) -> Option<String> {
    let mut text = record.text(4);
    let mut values = Vec::new();
    while let Some(kind) = text.u8() {
        match kind {
            2 => values.push(biff.string(&mut text, biff.is_8)?),
            1 => values.push(plain(f64_at(part(&text.take(8), 0, 8)?, 0)?)),
            _ => drop(text.take(8)),
        }
    }
    Some(values.join(","))
}
