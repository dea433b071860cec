//! One sheet of SpreadsheetML: its cells as a table, then all else that is written in it.

use super::flow::{Flow, Look};
use super::leaf;
use super::markup::tells;
use super::sheets::place_of;
use super::strings::Strings;
use super::styles::Styles;
use super::xml::{Tag, Token, Xml, is_on};
use crate::extract::{Cells, Halt, Walk};
use crate::vocab::Step;

/// Ranges of hidden columns that are kept.
const MOST_RANGES: usize = 1024;

/// What cells refer to.
pub(super) struct Grid<'g> {
    pub(super) strings: &'g mut Strings,
    pub(super) styles: &'g Styles,
}

/// Reads a sheet.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read(text: &str, grid: &mut Grid<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut sheet = Sheet {
        grid,
        flow: Flow::new(false),
        at: (0, 0),
        row_hidden: false,
        hidden: Vec::new(),
        cell: Cell::default(),
        text: String::new(),
        ended: false,
    };
    let mut xml = Xml::new(text);
    let mut done = walk.table(|cells| sheet.cells(&mut xml, cells));
    if done.is_ok() {
        done = sheet.rest(&mut xml, walk);
    }
    sheet.flow.tell(walk)?;
    done
}

struct Sheet<'s, 'g> {
    grid: &'s mut Grid<'g>,
    flow: Flow,
    /// The last cell: column and row.
    at: (u32, u32),
    row_hidden: bool,
    /// First and last of hidden columns.
    hidden: Vec<(u32, u32)>,
    cell: Cell,
    text: String,
    /// The rows are over, or the sheet.
    ended: bool,
}

/// A cell as it is read; its strings are used again for the next.
#[derive(Default)]
struct Cell {
    kind: Kind,
    style: u32,
    value: String,
    inline: String,
    formula: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Bool,
    Other,
}

impl Sheet<'_, '_> {
    /// All rows.
    fn cells(&mut self, xml: &mut Xml<'_>, cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        while !self.ended {
            if let Some(leaf) = xml.leaf(&leaf::CELL, cells.walk())? {
                self.text.clear();
                self.begin_cell(leaf.attributes());
                self.cell.value.push_str(leaf.text);
                self.end_cell(cells)?;
                continue;
            }
            match xml.next(cells.walk())? {
                None => self.ended = true,
                Some(Token::Open(tag)) => self.open(&tag),
                Some(Token::Text(text)) => self.text.push_str(&text),
                Some(Token::Close(name)) => match name.local() {
                    "c" => self.end_cell(cells)?,
                    "v" => std::mem::swap(&mut self.cell.value, &mut self.text),
                    "f" => std::mem::swap(&mut self.cell.formula, &mut self.text),
                    "t" => {
                        self.cell.inline.push_str(&self.text);
                        self.text.clear();
                    }
                    "sheetData" => self.ended = true,
                    _ if self.text.trim().is_empty() => {}
                    _ => self.flow.aside(Step::Part("sheet".to_owned()), &self.text),
                },
                Some(Token::Aside(text)) => self.flow.aside(Step::Part("sheet".to_owned()), &text),
            }
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag<'_>) {
        self.text.clear();
        match tag.local() {
            "c" => self.begin_cell(tag.attributes()),
            "row" => {
                let row = tag.number("r").unwrap_or_else(|| self.at.1.saturating_add(1));
                self.at = (0, row.max(1));
                self.row_hidden = tag.is_on("hidden") || tag.get("ht").is_some_and(|height| height == "0");
            }
            "col" if tag.is_on("hidden") || tag.get("width").is_some_and(|width| width == "0") => {
                if self.hidden.len() < MOST_RANGES {
                    self.hidden.push((tag.number("min").unwrap_or(0), tag.number("max").unwrap_or(u32::MAX)));
                }
            }
            "v" | "f" | "t" | "is" | "r" | "col" => {}
            _ => self.attributes(tag),
        }
    }

    fn begin_cell<'v>(&mut self, attributes: impl Iterator<Item = (&'v str, impl AsRef<str>)>) {
        let cell = &mut self.cell;
        (cell.kind, cell.style) = (Kind::Number, 0);
        cell.value.clear();
        cell.inline.clear();
        cell.formula.clear();
        let mut place = None;
        for (key, value) in attributes {
            let value = value.as_ref();
            match key {
                "r" => place = place_of(value),
                "s" => cell.style = value.parse().unwrap_or(0),
                "t" => {
                    cell.kind = match value {
                        "n" => Kind::Number,
                        "s" => Kind::Shared,
                        "b" => Kind::Bool,
                        _ => Kind::Other,
                    }
                }
                _ => {}
            }
        }
        self.at = place.unwrap_or((self.at.0.saturating_add(1), self.at.1.max(1)));
    }

    fn end_cell(&mut self, cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        let (column, row) = self.at;
        let hidden = self.row_hidden || self.hidden.iter().any(|(from, to)| (*from..=*to).contains(&column));
        let Sheet { cell, grid, flow, .. } = self;
        let value = cell.value.trim();
        if !value.is_empty() {
            match cell.kind {
                Kind::Shared => {
                    let number = value.parse().unwrap_or(usize::MAX);
                    let text = grid.strings.show(number).unwrap_or(value);
                    text_cell(text, cell.style, grid.styles, |text| cells.cell(column, row, hidden, text))?;
                }
                Kind::Bool => cells.cell(column, row, hidden, if is_on(value) { "TRUE" } else { "FALSE" })?,
                Kind::Other => {
                    text_cell(&cell.value, cell.style, grid.styles, |text| cells.cell(column, row, hidden, text))?;
                }
                Kind::Number => {
                    let shown = grid.styles.number(cell.style, value);
                    if !shown.text.is_empty() {
                        cells.cell(column, row, hidden, &shown.text)?;
                    }
                    if let Some(stored) = shown.stored {
                        let step = if hidden { Step::HiddenCell(column, row) } else { Step::Cell(column, row) };
                        flow.stand_at(step);
                        flow.put(Look::Plain, &stored);
                        flow.end_paragraph();
                    }
                }
            }
        }
        if !cell.inline.trim().is_empty() {
            text_cell(&cell.inline, cell.style, grid.styles, |text| cells.cell(column, row, hidden, text))?;
        }
        if says_something(&cell.formula) {
            flow.enter(Step::Formula);
            flow.stand_at(Step::Cell(column, row));
            flow.put(Look::Plain, &cell.formula);
            if let Some(joined) = joined(&cell.formula) {
                flow.end_paragraph();
                flow.put(Look::Plain, &joined);
            }
            flow.leave();
        }
        Ok(())
    }

    /// What stands behind the rows.
    fn rest(&mut self, xml: &mut Xml<'_>, walk: &Walk<'_>) -> Result<(), Halt> {
        let mut inside = None;
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) => {
                    self.text.clear();
                    if matches!(tag.local(), "dataValidation" | "conditionalFormatting") {
                        inside =
                            Some(if tag.local() == "dataValidation" { Step::ValidationList } else { Step::Formula });
                    }
                    self.attributes(&tag);
                }
                Token::Text(text) => self.text.push_str(&text),
                Token::Close(name) => {
                    let text = std::mem::take(&mut self.text);
                    match name.local() {
                        "dataValidation" | "conditionalFormatting" => inside = None,
                        "oddHeader" | "evenHeader" | "firstHeader" => self.flow.aside(Step::Header, &header(&text)),
                        "oddFooter" | "evenFooter" | "firstFooter" => self.flow.aside(Step::Footer, &header(&text)),
                        _ => {
                            let step = inside.clone().unwrap_or_else(|| Step::Part("sheet".to_owned()));
                            self.flow.aside(step, &text);
                        }
                    }
                }
                Token::Aside(text) => self.flow.aside(Step::Part("sheet".to_owned()), &text),
            }
        }
        Ok(())
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        let element = tag.local();
        for (key, value) in tag.attributes() {
            match (element, key) {
                ("hyperlink", "display" | "tooltip" | "location") => self.flow.aside(Step::Link, &value),
                ("dataValidation", "prompt" | "promptTitle" | "error" | "errorTitle") => {
                    self.flow.aside(Step::ValidationList, &value);
                }
                ("scenario", "name" | "user") => self.flow.aside(Step::Part("scenarios".to_owned()), &value),
                ("filter" | "customFilter" | "inputCells", "val") => {
                    self.flow.aside(Step::Part("sheet".to_owned()), &value);
                }
                _ if tells(element, key, &value) => self.flow.aside(Step::Part("sheet".to_owned()), &value),
                _ => {}
            }
        }
    }
}

/// A text, as its format shows it and as it is, if they differ.
fn text_cell(
    text: &str,
    style: u32,
    styles: &Styles,
    mut give: impl FnMut(&str) -> Result<(), Halt>,
) -> Result<(), Halt> {
    match styles.text(style, text) {
        Some(shown) => give(&shown),
        None => give(text),
    }
}

/// Whether a formula holds more than references: a text, or a long number.
pub(super) fn says_something(formula: &str) -> bool {
    let mut digits = 0_u32;
    formula.bytes().any(|byte| {
        digits = if byte.is_ascii_digit() { digits.saturating_add(1) } else { 0 };
        byte == b'"' || byte >= 0x80 || digits > 7
    })
}

/// A formula whose texts are put together as their program would: `"900101"&"-"`. Nothing if there are none such.
pub(super) fn joined(formula: &str) -> Option<String> {
    let mut parts = formula.split('&');
    let mut out = parts.next()?.to_owned();
    let mut is_joined = false;
    for part in parts {
        let before = out.trim_end().strip_suffix('"').map(str::len);
        // In place: a formula may be as long as a part.
        match before.zip(part.trim_start().strip_prefix('"')) {
            Some((before, behind)) => {
                out.truncate(before);
                out.push_str(behind);
                is_joined = true;
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    is_joined.then_some(out)
}

/// A header without its codes (18.3.1.46): `&L` and the like, fonts, sizes, colours.
pub(super) fn header(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let mut letters = behind.chars();
        rest = match letters.next() {
            Some('&') => {
                out.push('&');
                letters.as_str()
            }
            Some('"') => behind.splitn(3, '"').nth(2).unwrap_or_default(),
            Some('K') => {
                let colour = behind.get(1..7).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
                behind.get(7..).filter(|_| colour).unwrap_or(letters.as_str())
            }
            Some('L' | 'C' | 'R') => {
                out.push('\n');
                letters.as_str()
            }
            Some(digit) if digit.is_ascii_digit() => {
                // A size has three digits at most; more belong to the text.
                let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
                behind.get(if digits <= 3 { digits } else { 2 }..).unwrap_or_default()
            }
            _ => letters.as_str(),
        };
    }
    out.push_str(rest);
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_lose_their_codes() {
        assert_eq!(header("&L&\"맑은 고딕,보통\"&12담당 김가람&R&P / &N"), "담당 김가람\n /");
        assert_eq!(header("A && B&K00FF00 c"), "A & B c");
        assert_eq!(header("&K가"), "가");
    }

    #[test]
    fn texts_in_a_formula_are_put_together() {
        assert_eq!(joined("\"900101\"&\"-\" & \"1234568\"").as_deref(), Some("\"900101-1234568\""));
        assert_eq!(joined("A1&\"9001\"&\"01\"&B1").as_deref(), Some("A1&\"900101\"&B1"));
        assert_eq!(joined("A1&B1&\"x\""), None);
        assert_eq!(joined("\"R&D\""), None);
        assert_eq!(joined("&\"&"), None);
    }

    #[test]
    fn formulas_of_references_say_nothing() {
        assert!(!says_something("SUM(A1:B1048576)*100000"));
        assert!(says_something("REPLACE(\"9001011234568\",8,6,\"*\")"));
        assert!(says_something("A1&9001011234568"));
    }
}
