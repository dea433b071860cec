//! Binary workbooks: records of BIFF12 ([MS-XLSB] 2.1.4). Cells are read as cells; of all other records the strings.

use super::cells::header;
use super::flow::{Flow, Look};
use super::number;
use super::ooxml;
use super::package::Package;
use super::rels::{self, Rel};
use super::strings::Strings;
use super::styles::Styles;
use crate::extract::{Cells, Halt, Walk};
use crate::vocab::{Shown, Step};

/// Steps from a sheet to parts of it.
const MOST_STEPS: u32 = 8;

/// Parts with records, by their relationships.
const RECORDS: &[&str] = &[
    "worksheet",
    "chartsheet",
    "dialogsheet",
    "xlMacrosheet",
    "comments",
    "table",
    "pivotTable",
    "pivotCacheDefinition",
    "pivotCacheRecords",
    "externalLink",
    "externalLinkPath",
    "connections",
    "queryTable",
    "xlBinaryIndex",
    "sheetMetadata",
    "styles",
    "usernames",
    "revisionHeaders",
];

/// Records of a file.
struct Records<'b> {
    rest: &'b [u8],
}

impl<'b> Iterator for Records<'b> {
    type Item = (u32, &'b [u8]);

    fn next(&mut self) -> Option<(u32, &'b [u8])> {
        let kind = self.number(2)?;
        let length = usize::try_from(self.number(4)?).ok()?;
        let (body, rest) = self.rest.split_at_checked(length.min(self.rest.len()))?;
        self.rest = rest;
        Some((kind, body))
    }
}

impl Records<'_> {
    /// A number of seven bits a byte; the eighth says that another follows.
    fn number(&mut self, most: u32) -> Option<u32> {
        let mut out = 0_u32;
        for index in 0..most {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            out |= u32::from(byte & 0x7F).checked_shl(index.saturating_mul(7))?;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(out)
    }
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn real(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// A string with its length before it (2.5.168), and where it ends.
fn string(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let length = usize::try_from(four(bytes, at)?).ok()?;
    let start = at.checked_add(4)?;
    // A string that is not there at all.
    if length == u32::MAX as usize {
        return Some((String::new(), start));
    }
    let end = start.checked_add(length.checked_mul(2)?)?;
    Some((wide(bytes.get(start..end)?), end))
}

fn wide(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

/// A number packed in 30 bits (2.5.122).
fn packed(bits: u32) -> f64 {
    let value =
        if bits & 2 != 0 { f64::from((bits as i32) >> 2) } else { f64::from_bits(u64::from(bits & 0xFFFF_FFFC) << 32) };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

/// Reads a workbook.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn read(part: &str, bytes: &[u8], package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let rels = rels::of(part, package, walk)?;
    let (mut strings, mut styles) = (Strings::default(), Styles::default());
    for rel in &rels {
        match rel.kind.as_str() {
            "sharedStrings" => {
                let Some(bytes) = package.take(&rel.part, walk)? else { continue };
                shared(&bytes, &mut strings, walk)?;
            }
            "styles" => {
                let Some(bytes) = package.take(&rel.part, walk)? else { continue };
                formats(&bytes, &mut styles, walk)?;
                walk.within(Step::Part(rel.part.clone()), |walk| strings_of(&bytes, walk))?;
            }
            _ => {}
        }
    }
    let mut sheets = Vec::new();
    for (kind, body) in (Records { rest: bytes }) {
        walk.tick()?;
        match kind {
            156 => sheets.extend(listed(body)),
            39 => defined(body, walk)?,
            153 => styles.from_1904 = four(body, 0).is_some_and(|flags| flags & 1 != 0),
            _ => {}
        }
    }
    walk.within(Step::Part(part.to_owned()), |walk| strings_of_others(bytes, &[156, 39], walk))?;
    for ((name, id, shown), number) in sheets.into_iter().zip(1..) {
        let Some(rel) = rels.iter().find(|rel| rel.id == id) else { continue };
        let Some(bytes) = package.take(&rel.part, walk)? else { continue };
        walk.within(Step::Sheet(number, name.clone(), shown), |walk| {
            walk.say(&name)?;
            sheet(&bytes, &mut strings, &styles, walk)?;
            let rels = rels::of(&rel.part, package, walk)?;
            follow(&rels, package, walk)
        })?;
    }
    strings.say_unused(walk)?;
    follow(&rels, package, walk)
}

/// The parts that a part leads to: records here, all else as in any package.
fn follow(rels: &[Rel], package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    for rel in rels.iter().filter(|rel| rel.part.ends_with(".bin") && RECORDS.contains(&rel.kind.as_str())) {
        let Some(bytes) = package.take(&rel.part, walk)? else { continue };
        if rel.kind == "comments" {
            comments(&bytes, walk)?;
            continue;
        }
        let step = match rel.kind.as_str() {
            "pivotCacheDefinition" | "pivotCacheRecords" => Step::PivotCache,
            "externalLink" => Step::LinkCache,
            _ => Step::Part(rel.part.clone()),
        };
        walk.within(step, |walk| strings_of(&bytes, walk))?;
        let inner = rels::of(&rel.part, package, walk)?;
        for rel in inner.iter().filter(|rel| rel.kind == "pivotCacheRecords") {
            let Some(bytes) = package.take(&rel.part, walk)? else { continue };
            walk.within(Step::PivotCache, |walk| strings_of(&bytes, walk))?;
        }
        ooxml::follow(&inner, package, walk, MOST_STEPS)?;
    }
    ooxml::follow(rels, package, walk, MOST_STEPS)
}

/// A sheet as the workbook lists it (2.4.311): name, relationship, whether it is shown.
fn listed(body: &[u8]) -> Option<(String, String, Shown)> {
    let (id, end) = string(body, 8)?;
    let (name, _) = string(body, end)?;
    let shown = match four(body, 0)? {
        0 => Shown::Plainly,
        1 => Shown::Hidden,
        _ => Shown::VeryHidden,
    };
    Some((name, id, shown))
}

/// A defined name (2.4.721): nine bytes of flags, the name, its formula and a comment.
fn defined(body: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some((name, end)) = string(body, 9) else { return Ok(()) };
    let all = texts(body.get(end..).unwrap_or_default()).join("\n");
    walk.within(Step::DefinedName(name.clone()), |walk| walk.say(&format!("{name}\n{all}")))
}

/// Shared strings (2.4.800): flags, then the string; runs and phonetic text behind it.
fn shared(bytes: &[u8], strings: &mut Strings, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut phonetic = Vec::new();
    for (kind, body) in (Records { rest: bytes }) {
        walk.tick()?;
        if kind == 19 {
            let (text, end) = string(body, 1).unwrap_or_default();
            strings.put(&text);
            strings.end();
            phonetic.extend(texts(body.get(end..).unwrap_or_default()));
        }
    }
    walk.within(Step::Part("phonetic text".to_owned()), |walk| walk.say(&phonetic.join("\n")))
}

/// Number formats: BrtFmt (2.4.690), and BrtXF (2.4.870) within the styles of cells.
fn formats(bytes: &[u8], styles: &mut Styles, walk: &Walk<'_>) -> Result<(), Halt> {
    let (mut codes, mut inside) = (std::collections::HashMap::new(), false);
    for (kind, body) in (Records { rest: bytes }) {
        walk.tick()?;
        match kind {
            44 => {
                if let (Some(id), Some((code, _))) = (two(body, 0), string(body, 2)) {
                    codes.insert(u32::from(id), code);
                }
            }
            617 => inside = true,
            618 => inside = false,
            47 if inside => {
                let id = u32::from(two(body, 2).unwrap_or(0));
                styles.cell_style(id, codes.get(&id).map(String::as_str));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The cells of a sheet, then its other strings.
fn sheet(bytes: &[u8], strings: &mut Strings, styles: &Styles, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut flow = Flow::new(false);
    let mut grid = Grid { strings, styles, flow: &mut flow, at: (0, 0), row_hidden: false, hidden: Vec::new() };
    walk.table(|cells| {
        for (kind, body) in (Records { rest: bytes }) {
            cells.walk().tick()?;
            grid.record(kind, body, cells)?;
        }
        Ok(())
    })?;
    flow.tell(walk)
}

struct Grid<'g> {
    strings: &'g mut Strings,
    styles: &'g Styles,
    flow: &'g mut Flow,
    /// Column and row, from 1.
    at: (u32, u32),
    row_hidden: bool,
    hidden: Vec<(u32, u32)>,
}

impl Grid<'_> {
    fn record(&mut self, kind: u32, body: &[u8], cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        match kind {
            // BrtRowHdr (2.4.763): the row, from 0; its height is zero.
            0 => {
                self.at = (0, four(body, 0).unwrap_or(0).saturating_add(1));
                self.row_hidden = body.get(11).is_some_and(|flags| flags & 0x10 != 0);
            }
            // BrtColInfo (2.4.330).
            60 => {
                let range = four(body, 0).zip(four(body, 4));
                if let (Some((from, to)), Some(flags)) = (range, two(body, 16))
                    && flags & 1 != 0
                    && self.hidden.len() < 1024
                {
                    self.hidden.push((from.saturating_add(1), to.saturating_add(1)));
                }
            }
            1..=11 | 62 => self.cell(kind, four(body, 0).unwrap_or(0), body.get(4..).unwrap_or_default(), cells)?,
            // Cells that stand directly behind the last one.
            12..=18 => self.cell(kind.saturating_sub(11), self.at.0, body, cells)?,
            479 => self.header(body),
            64 => self.say(Step::ValidationList, body),
            494 => self.say(Step::Link, body),
            _ => self.say(Step::Part("sheet".to_owned()), body),
        }
        Ok(())
    }

    fn say(&mut self, step: Step, body: &[u8]) {
        texts(body).iter().for_each(|text| self.flow.aside(step.clone(), text));
    }

    /// Headers and footers (2.4.83): flags, then for odd, even and first pages one of each.
    fn header(&mut self, body: &[u8]) {
        let mut at = 2;
        for step in [Step::Header, Step::Footer].iter().cycle().take(6) {
            let Some((text, end)) = string(body, at) else { break };
            self.flow.aside(step.clone(), &header(&text));
            at = end;
        }
    }

    /// A cell: three bytes of style and one of flags, then the value.
    fn cell(&mut self, kind: u32, column: u32, body: &[u8], cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        let (column, row) = (column.saturating_add(1), self.at.1.max(1));
        self.at = (column, row);
        let style = four(body, 0).unwrap_or(0) & 0x00FF_FFFF;
        let value = body.get(4..).unwrap_or_default();
        let hidden = self.row_hidden || self.hidden.iter().any(|(from, to)| (*from..=*to).contains(&column));
        let mut give = |text: &str| if text.is_empty() { Ok(()) } else { cells.cell(column, row, hidden, text) };
        let mut formula = &[][..];
        match kind {
            2 => self.number(packed(four(value, 0).unwrap_or(0)), style, hidden, &mut give)?,
            4 | 10 => give(if value.first() == Some(&0) { "FALSE" } else { "TRUE" })?,
            5 | 9 => self.number(real(value, 0).unwrap_or(0.0), style, hidden, &mut give)?,
            7 => {
                let text = four(value, 0).and_then(|number| self.strings.show(usize::try_from(number).ok()?));
                give(text.unwrap_or_default())?;
            }
            6 | 8 => {
                let (text, end) = string(value, 0).unwrap_or_default();
                give(&text)?;
                formula = value.get(end..).unwrap_or_default();
            }
            62 => give(&string(value, 1).unwrap_or_default().0)?,
            _ => {}
        }
        if matches!(kind, 9..=11) {
            formula = value;
        }
        for text in texts(formula) {
            self.flow.enter(Step::Formula);
            self.flow.stand_at(Step::Cell(column, row));
            self.flow.put(Look::Plain, &text);
            self.flow.leave();
        }
        Ok(())
    }

    fn number(
        &mut self,
        value: f64,
        style: u32,
        hidden: bool,
        give: &mut dyn FnMut(&str) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let text = value.to_string();
        let shown = self.styles.number(style, &text);
        give(&shown.text)?;
        if let Some(stored) = shown.stored {
            let (column, row) = self.at;
            self.flow.stand_at(if hidden { Step::HiddenCell(column, row) } else { Step::Cell(column, row) });
            self.flow.put(Look::Plain, &stored);
            self.flow.end_paragraph();
        }
        Ok(())
    }
}

/// Comments (2.4.28, 2.4.327): whose, at which cell, and the text.
fn comments(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut flow = Flow::new(false);
    let (mut count, mut at) = (0_u32, Step::Cell(1, 1));
    for (kind, body) in (Records { rest: bytes }) {
        walk.tick()?;
        match kind {
            632 => flow.aside(Step::Properties, &string(body, 0).unwrap_or_default().0),
            635 => {
                let from_one = |at: usize| four(body, at).unwrap_or(0).saturating_add(1);
                at = Step::Cell(from_one(12), from_one(4));
            }
            637 => {
                count = count.saturating_add(1);
                flow.enter(Step::Comment(count));
                flow.stand_at(at.clone());
                flow.put(Look::Plain, &string(body, 1).unwrap_or_default().0);
                flow.leave();
            }
            _ => texts(body).iter().for_each(|text| flow.aside(Step::Part("comments".to_owned()), text)),
        }
    }
    flow.tell(walk)
}

/// All strings of a part, and the numbers of caches.
fn strings_of(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    strings_of_others(bytes, &[], walk)
}

fn strings_of_others(bytes: &[u8], known: &[u32], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.prose(|run| {
        for (kind, body) in (Records { rest: bytes }).filter(|(kind, _)| !known.contains(kind)) {
            // Numbers of pivot caches (BrtPCDINumber) and of links' caches (BrtExternCellReal).
            let number = match kind {
                21 => real(body, 0),
                367 => real(body, 4),
                _ => None,
            };
            if let Some(number) = number {
                run.line(None, &number::whole(&number.to_string()))?;
                continue;
            }
            texts(body).iter().try_for_each(|text| run.line(None, text))?;
        }
        Ok(())
    })
}

/// The strings in a record: lengths of four bytes before them, or in formulas of two behind a 0x17 (PtgStr, 2.5.98.92).
fn texts(body: &[u8]) -> Vec<String> {
    let (mut found, mut at) = (Vec::new(), 0_usize);
    while at < body.len() {
        let long = four(body, at).map(|length| (length as usize, at.saturating_add(4)));
        let short = (body.get(at) == Some(&0x17)).then(|| two(body, at.saturating_add(1))).flatten();
        let short = short.map(|length| (usize::from(length), at.saturating_add(3)));
        let hit = long.into_iter().chain(short).find_map(|(length, start)| text_at(body, length, start));
        at = match hit {
            Some((text, end)) => {
                found.push(text);
                end
            }
            None => at.saturating_add(1),
        };
    }
    found
}

fn text_at(body: &[u8], length: usize, start: usize) -> Option<(String, usize)> {
    if !(1..=32_767).contains(&length) {
        return None;
    }
    let end = start.checked_add(length.checked_mul(2)?)?;
    let letters = body.get(start..end)?;
    let printed = letters.chunks_exact(2).all(|pair| match pair {
        [low, 0] => matches!(low, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0xA0..),
        [0xFE | 0xFF, 0xFF] => false,
        _ => true,
    });
    printed.then(|| (wide(letters), end))
}
