//! One sheet of an OpenDocument spreadsheet. What is repeated stands for itself once, however often the file says.

use super::cells::{joined, says_something};
use super::flow::{Flow, Look};
use super::number;
use super::odf::{Styles, collapsed};
use super::xml::{Tag, Token, Xml};
use crate::extract::{Cells, Halt, Walk};
use crate::vocab::{Shown, Step};

/// Ranges of hidden columns that are kept.
const MOST_RANGES: usize = 1024;

/// Reads a sheet to its end tag.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn sheet(
    tag: &Tag<'_>,
    number: u32,
    xml: &mut Xml<'_>,
    styles: &Styles,
    walk: &mut Walk<'_>,
) -> Result<(), Halt> {
    let name = tag.get("name").unwrap_or_default().into_owned();
    let shown = if styles.hide(tag) { Shown::Hidden } else { Shown::Plainly };
    let mut sheet = Sheet::default();
    let mut done = Ok(());
    walk.within(Step::Sheet(number, name.clone(), shown), |walk| {
        walk.say(&name)?;
        let mut flow = Flow::new(false);
        done = walk.table(|cells| sheet.read(xml, &mut flow, cells));
        flow.tell(walk)
    })?;
    done
}

#[derive(Default)]
struct Sheet {
    /// The next cell: columns and rows before it.
    column: u32,
    row: u32,
    hidden: Vec<(u32, u32)>,
    columns: u32,
    row_hidden: bool,
    row_repeat: u32,
    cell: Option<Cell>,
    /// The elements that are open.
    open: Vec<Element>,
    comments: u32,
}

#[derive(Default)]
struct Cell {
    text: String,
    stored: Option<String>,
    formula: String,
    repeat: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Row,
    Cell,
    Paragraph,
    /// A comment, a shape: its text is not the cell's.
    Story,
    /// Part of a paragraph.
    Span,
    Other,
}

impl Sheet {
    fn read(&mut self, xml: &mut Xml<'_>, flow: &mut Flow, cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        while let Some(token) = xml.next(cells.walk())? {
            match token {
                Token::Open(tag) => {
                    let element = self.begin(&tag, flow);
                    self.open.push(element);
                    attributes(&tag, flow);
                }
                Token::Close(_) => match self.open.pop() {
                    None => return Ok(()),
                    Some(element) => self.end(element, flow, cells)?,
                },
                Token::Text(text) => self.text(&collapsed(&text), flow),
                Token::Aside(text) => flow.aside(Step::Part("comments of XML".to_owned()), &text),
            }
        }
        Ok(())
    }

    fn in_story(&self) -> bool {
        self.open.contains(&Element::Story)
    }

    fn begin(&mut self, tag: &Tag<'_>, flow: &mut Flow) -> Element {
        match tag.local() {
            "annotation" => {
                self.comments = self.comments.saturating_add(1);
                flow.enter(Step::Comment(self.comments));
                flow.stand_at(Step::Cell(self.column.saturating_add(1), self.row.saturating_add(1)));
                Element::Story
            }
            "frame" | "custom-shape" | "text-box" | "rect" | "ellipse" | "caption" | "g" => {
                flow.enter(Step::TextBox);
                Element::Story
            }
            "tracked-changes" | "change-track-table-cell" => {
                flow.enter(Step::Deleted);
                Element::Story
            }
            "p" => Element::Paragraph,
            "span" | "a" => Element::Span,
            "s" => self.letters(" ", tag.number("c").unwrap_or(1), flow),
            "tab" => self.letters("\t", 1, flow),
            "line-break" => self.letters("\n", 1, flow),
            _ if self.in_story() => Element::Other,
            "table-column" => self.column(tag),
            "table-row" => {
                self.column = 0;
                self.row_hidden = tag.get("visibility").is_some_and(|how| how != "visible");
                self.row_repeat = tag.number("number-rows-repeated").unwrap_or(1).max(1);
                Element::Row
            }
            "table-cell" | "covered-table-cell" => {
                self.cell = Some(Cell::of(tag));
                Element::Cell
            }
            _ => Element::Other,
        }
    }

    fn column(&mut self, tag: &Tag<'_>) -> Element {
        let count = tag.number("number-columns-repeated").unwrap_or(1);
        let last = self.columns.saturating_add(count);
        if tag.get("visibility").is_some_and(|how| how != "visible") && self.hidden.len() < MOST_RANGES {
            self.hidden.push((self.columns.saturating_add(1), last));
        }
        self.columns = last;
        Element::Other
    }

    fn letters(&mut self, letter: &str, count: u32, flow: &mut Flow) -> Element {
        self.text(&letter.repeat(count.min(64) as usize), flow);
        Element::Other
    }

    fn text(&mut self, text: &str, flow: &mut Flow) {
        if text.trim().is_empty() && !self.open.contains(&Element::Paragraph) {
            return;
        }
        if self.in_story() {
            flow.put(Look::Plain, text);
        } else if let Some(cell) = &mut self.cell {
            cell.text.push_str(text);
        } else {
            flow.aside(Step::Part("sheet".to_owned()), text);
        }
    }

    fn end(&mut self, element: Element, flow: &mut Flow, cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        match element {
            Element::Row => self.row = self.row.saturating_add(self.row_repeat),
            Element::Story => flow.leave(),
            Element::Paragraph if self.in_story() => flow.end_paragraph(),
            Element::Other if self.in_story() => flow.end_paragraph(),
            Element::Paragraph => {
                if let Some(cell) = &mut self.cell {
                    cell.text.push('\n');
                }
            }
            Element::Cell => {
                if let Some(cell) = self.cell.take() {
                    self.give(&cell, flow, cells)?;
                }
            }
            Element::Span | Element::Other => {}
        }
        Ok(())
    }

    fn give(&mut self, cell: &Cell, flow: &mut Flow, cells: &mut Cells<'_, '_>) -> Result<(), Halt> {
        let (column, row) = (self.column.saturating_add(1), self.row.saturating_add(1));
        let hidden = self.row_hidden || self.hidden.iter().any(|(from, to)| (*from..=*to).contains(&column));
        self.column = self.column.saturating_add(cell.repeat);
        let (text, stored) = (cell.text.trim_end_matches('\n'), cell.stored.as_deref().unwrap_or_default());
        let shown = if text.trim().is_empty() { stored } else { text };
        if !shown.trim().is_empty() {
            cells.cell(column, row, hidden, shown)?;
        }
        let step = if hidden { Step::HiddenCell(column, row) } else { Step::Cell(column, row) };
        if digits(shown) != digits(stored) || shown.contains(',') && stored.len() >= 8 {
            flow.stand_at(step.clone());
            flow.put(Look::Plain, stored);
            flow.end_paragraph();
        }
        if says_something(&cell.formula) {
            flow.enter(Step::Formula);
            flow.stand_at(step);
            flow.put(Look::Plain, &cell.formula);
            if let Some(joined) = joined(&cell.formula) {
                flow.end_paragraph();
                flow.put(Look::Plain, &joined);
            }
            flow.leave();
        }
        Ok(())
    }
}

impl Cell {
    fn of(tag: &Tag<'_>) -> Cell {
        let mut cell = Cell { repeat: 1, ..Cell::default() };
        for (key, value) in tag.attributes() {
            match key {
                "value" => cell.stored = Some(number::whole(&value).into_owned()),
                "string-value" | "date-value" | "time-value" | "boolean-value" => {
                    cell.stored.get_or_insert_with(|| value.into_owned());
                }
                "formula" => cell.formula = value.into_owned(),
                "number-columns-repeated" => cell.repeat = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        cell
    }
}

/// Attributes of what stands in cells.
fn attributes(tag: &Tag<'_>, flow: &mut Flow) {
    for (key, value) in tag.attributes() {
        match key {
            "href" if value.contains(':') => flow.aside(Step::Link, &value),
            "style-name" | "value" | "formula" | "string-value" | "date-value" => {}
            _ if super::markup::tells(tag.local(), key, &value) => {
                flow.aside(Step::Part("attributes".to_owned()), &value)
            }
            _ => {}
        }
    }
}

fn digits(text: &str) -> impl PartialEq {
    text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').collect::<Vec<u8>>()
}
