//! Cells of a sheet, written as CSV, so that what reads columns in a posted CSV reads them here.

use super::budget::Halt;
use super::walk::Walk;
use crate::vocab::Step;
use std::borrow::Cow;

/// Empty cells between two that are not, at most: beyond, columns would not line up with anything anyway, and the file
/// decides how many there are.
const COMMAS: &str = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";

/// Cells between two looks at the time: one costs more than a cell.
const TICKS: u32 = 64;

/// Cells in the order of rows, then columns.
pub struct Cells<'r, 'a> {
    walk: &'r mut Walk<'a>,
    /// The row and the column of the last cell, from 1; (0, 0) before the first.
    at: (u32, u32),
    count: u32,
}

impl<'r, 'a> Cells<'r, 'a> {
    pub(super) fn new(walk: &'r mut Walk<'a>) -> Cells<'r, 'a> {
        Cells { walk, at: (0, 0), count: 0 }
    }

    /// The walk, for the limits and the time.
    pub(super) fn walk(&self) -> &Walk<'a> {
        self.walk
    }

    /// A cell; column and row from 1. Cells that are empty need not be given.
    ///
    /// # Errors
    /// The limits; the time.
    pub fn cell(&mut self, column: u32, row: u32, hidden: bool, text: &str) -> Result<(), Halt> {
        self.count = self.count.wrapping_add(1);
        if self.count.is_multiple_of(TICKS) {
            self.walk.tick()?;
        }
        self.walk.cell()?;
        let (last_row, last_column) = self.at;
        // A cell that comes late, or twice, must not touch the one before.
        let (lead, gap) = if row == last_row && column > last_column {
            ("", column.saturating_sub(last_column))
        } else {
            (if last_row == 0 { "" } else { "\n" }, column.saturating_sub(1))
        };
        self.at = (row, column);
        let step = if hidden { Step::HiddenCell(column, row) } else { Step::Cell(column, row) };
        let commas = COMMAS.get(..gap as usize).unwrap_or(COMMAS);
        for before in [lead, commas].into_iter().filter(|before| !before.is_empty()) {
            self.walk.text(None, before)?;
        }
        self.walk.text(Some(&step), &quoted(text))
    }
}

/// A field as CSV writes it (RFC 4180 section 2): in quotes where it has to be.
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::extract::{Limits, Walk};
    use crate::vocab::Step;

    #[test]
    fn cells_line_up_as_csv() {
        let mut heard = Heard::default();
        let late = || false;
        Walk::new(Limits::default(), &late, &mut heard)
            .table(|cells| {
                cells.cell(1, 1, false, "이름")?;
                cells.cell(2, 1, false, "주소, \"동\"")?;
                cells.cell(2, 3, true, "서울")
            })
            .expect("within the limits");
        assert_eq!(heard.text(), "이름,\"주소, \"\"동\"\"\"\n,서울\n");
        assert_eq!(heard.steps(), [Step::Cell(1, 1), Step::Cell(2, 1), Step::HiddenCell(2, 3)]);
    }
}
