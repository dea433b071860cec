//! Where text of a section stands: the controls that are open, and what has been read in each.

use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// A control with text in it, or the section itself.
pub(super) struct Place {
    /// Records of a higher level belong to it.
    pub(super) level: i32,
    /// The step that it is, if it is one.
    pub(super) step: Option<Step>,
    /// Whether it is a memo, which has no end of its own.
    pub(super) is_memo: bool,
    /// The cell that is open: column and row, from 0.
    pub(super) cell: Option<(u32, u32)>,
    /// Whether its own record of rows and columns was seen: from then on lists are cells.
    pub(super) has_cells: bool,
    /// Paragraphs outside of cells, with their number.
    lines: Vec<(u32, String)>,
    cells: Vec<(u32, u32, String)>,
    paragraphs: u32,
}

impl Place {
    pub(super) fn new(level: i32, step: Option<Step>) -> Place {
        Place {
            level,
            step,
            is_memo: false,
            cell: None,
            has_cells: false,
            lines: Vec::new(),
            cells: Vec::new(),
            paragraphs: 0,
        }
    }

    /// A paragraph begins.
    pub(super) fn paragraph(&mut self) {
        self.paragraphs = self.paragraphs.saturating_add(1);
    }

    /// A list of paragraphs begins.
    pub(super) fn open_cell(&mut self, column: u32, row: u32) {
        self.cell = Some((row, column));
        self.cells.push((row, column, String::new()));
    }

    /// The text of a paragraph.
    pub(super) fn text(&mut self, text: &str) {
        let text = text.strip_suffix('\n').unwrap_or(text);
        match (self.cell, self.cells.last_mut()) {
            (Some(_), Some((_, _, cell))) => {
                if !cell.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(text);
            }
            _ if text.trim().is_empty() => {}
            _ => self.lines.push((self.paragraphs, text.to_owned())),
        }
    }

    /// Gives all text of it.
    pub(super) fn say(mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        if !self.lines.is_empty() {
            walk.prose(|run| {
                self.lines.iter().try_for_each(|(number, text)| run.line(Some(&Step::Paragraph(*number)), text))
            })?;
        }
        if self.cells.is_empty() {
            return Ok(());
        }
        self.cells.sort_by_key(|&(row, column, _)| (row, column));
        walk.table(|table| {
            self.cells.iter().filter(|(_, _, text)| !text.is_empty()).try_for_each(|(row, column, text)| {
                table.cell(column.saturating_add(1), row.saturating_add(1), false, text)
            })
        })
    }
}

/// Does `work` that many steps further on the way.
pub(super) fn under<'a>(
    steps: &[Step],
    walk: &mut Walk<'a>,
    work: &mut dyn FnMut(&mut Walk<'a>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    match steps.split_first() {
        None => work(walk),
        Some((first, rest)) => walk.within(first.clone(), |walk| under(rest, walk, work)),
    }
}
