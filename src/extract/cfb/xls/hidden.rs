//! Which rows and columns of a sheet are hidden.

use super::super::bytes::u16_at;
use super::records::{BOF, EOF, Records};
use std::collections::BTreeSet;

/// Rows and columns, from 0.
#[derive(Default)]
pub(super) struct Hidden {
    rows: BTreeSet<u16>,
    /// Rows that say of themselves that they are shown.
    shown_rows: BTreeSet<u16>,
    columns: BTreeSet<u16>,
    /// Whether rows that say nothing are hidden.
    others: bool,
    /// Whether what is being read is the chart within a sheet.
    pub(super) is_chart: bool,
}

impl Hidden {
    /// Reads it from the records of a sheet; a row may stand behind its cells.
    pub(super) fn read(stream: &[u8], at: usize) -> Hidden {
        let (mut hidden, mut level) = (Hidden::default(), 0u32);
        for record in Records::from(stream, at) {
            let data = record.data;
            match record.id {
                BOF => level = level.saturating_add(1),
                EOF if level <= 1 => break,
                EOF => level = level.saturating_sub(1),
                // A row of its own: hidden, or of no height (MS-XLS section 2.4.221).
                0x208 => {
                    let Some(row) = u16_at(data, 0) else { continue };
                    let none = u16_at(data, 12).unwrap_or(0) & 0x20 != 0 || u16_at(data, 6) == Some(0);
                    if none {
                        hidden.rows.insert(row)
                    } else {
                        hidden.shown_rows.insert(row)
                    };
                }
                0x225 => hidden.others = u16_at(data, 0).unwrap_or(0) & 2 != 0,
                // Columns of a range: hidden, or of no width (section 2.4.53).
                0x7D => {
                    let (Some(first), Some(last), Some(width)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4))
                    else {
                        continue;
                    };
                    if width == 0 || u16_at(data, 8).unwrap_or(0) & 1 != 0 {
                        hidden.columns.extend(first..=last.min(0xFF));
                    }
                }
                _ => {}
            }
        }
        hidden
    }

    pub(super) fn has(&self, row: u16, column: u16) -> bool {
        self.rows.contains(&row) || self.columns.contains(&column) || self.others && !self.shown_rows.contains(&row)
    }
}
