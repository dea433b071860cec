//! Columns of names: below a heading that says so, in a table of a page or in lines of comma-separated values, every cell
//! is a cue.

use crate::text::near::find;
use std::ops::Range;

/// Bytes before a heading in which its row begins, at most.
const ROW: usize = 4096;
/// The longest tag, in bytes; a longer one is no tag.
const TAG: usize = 1024;

/// A column of names that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its number, from 0.
    index: usize,
    /// What parts cells: the byte, or none in a page's table.
    comma: Option<u8>,
    /// Up to here cells were told.
    pub(super) at: usize,
    /// The number of the next cell of the row; none before the first row.
    cell: Option<usize>,
}

impl Column {
    /// The column of a table whose heading stands there: its cell is counted in its row.
    pub(super) fn of_table(bytes: &[u8], heading: Range<usize>) -> Option<Column> {
        let from = heading.start.saturating_sub(ROW);
        let before = bytes.get(from..heading.start)?;
        let tags = |name: &[u8]| {
            let begins = |at: &usize| before.get(at + 1..at + 3).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
            memchr::memchr_iter(b'<', before).filter(move |at| begins(at)).collect::<Vec<usize>>()
        };
        let row = tags(b"tr").pop()?;
        let cells = tags(b"td").into_iter().chain(tags(b"th")).filter(|at| *at > row).count();
        Some(Column { index: cells.checked_sub(1)?, comma: None, at: heading.end, cell: None })
    }

    /// The column of comma-separated values whose heading stands there, a whole field of its line.
    pub(super) fn of_lines(bytes: &[u8], heading: Range<usize>) -> Option<Column> {
        let from = heading.start.saturating_sub(ROW);
        let line = memchr::memrchr(b'\n', bytes.get(from..heading.start)?).map_or(from, |at| from + at + 1);
        let before = bytes.get(line..heading.start)?;
        let spaces = before.iter().rev().take_while(|byte| **byte == b' ').count();
        let before = before.get(..before.len().saturating_sub(spaces))?;
        let after = *bytes.get(heading.end..)?.iter().find(|byte| !matches!(byte, b' ' | b'"'))?;
        let quoted = before.strip_suffix(b"\"").unwrap_or(before);
        let comma = match quoted.last() {
            Some(comma @ (b',' | b'\t' | b';' | b'|')) => *comma,
            None if matches!(after, b',' | b'\t' | b';' | b'|') => after,
            _ => return None,
        };
        let ends = after == comma || matches!(after, b'\r' | b'\n');
        let index = quoted.iter().filter(|byte| **byte == comma).count();
        ends.then_some(Column { index, comma: Some(comma), at: heading.end, cell: None })
    }

    /// Whether tabs part its cells.
    pub(super) fn is_tabbed(&self) -> bool {
        self.comma == Some(b'\t')
    }

    /// Tells the places of further cells of the column. `false` if it has ended. If not `last`, what is not complete waits.
    pub(super) fn cells(&mut self, bytes: &[u8], last: bool, each: impl FnMut(usize)) -> bool {
        match self.comma {
            Some(comma) => self.of_line(bytes, comma, each),
            None => self.of_row(bytes, last, each),
        }
    }

    fn of_row(&mut self, bytes: &[u8], last: bool, mut each: impl FnMut(usize)) -> bool {
        while let Some(at) = bytes.get(self.at..).and_then(|rest| find(b'<', rest)).map(|at| self.at + at) {
            let tag = bytes.get(at..).unwrap_or_default();
            let tag = tag.get(..TAG).unwrap_or(tag);
            let Some(end) = find(b'>', tag) else {
                if tag.len() < TAG && !last {
                    self.at = at;
                    return true;
                }
                self.at = at + 1;
                continue;
            };
            let closes = tag.get(1) == Some(&b'/');
            let name = tag.get(1 + usize::from(closes)..).unwrap_or_default();
            let is = |word: &[u8]| name.get(..word.len()).is_some_and(|name| name.eq_ignore_ascii_case(word));
            self.at = at + end + 1;
            match closes {
                true if is(b"table") => return false,
                false if is(b"tr") => self.cell = Some(0),
                false if is(b"td") || is(b"th>") || is(b"th ") => {
                    if self.cell == Some(self.index) {
                        each(self.at);
                    }
                    self.cell = self.cell.map(|cell| cell + 1);
                }
                _ => {}
            }
        }
        self.at = self.at.max(bytes.len());
        true
    }

    fn of_line(&mut self, bytes: &[u8], comma: u8, mut each: impl FnMut(usize)) -> bool {
        for (number, byte) in bytes.iter().enumerate().skip(self.at) {
            let told = if *byte == b'\n' {
                // An empty line ends the table.
                if self.cell == Some(0) && number.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'\n') {
                    return false;
                }
                self.cell = Some(0);
                self.index == 0
            } else if *byte == comma {
                self.cell = self.cell.map(|cell| cell + 1);
                self.cell == Some(self.index)
            } else {
                false
            };
            if told {
                each(number + 1);
            }
        }
        self.at = self.at.max(bytes.len());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, column: Option<Column>) -> Vec<String> {
        let mut found = Vec::new();
        let mut column = column.expect("it begins one");
        column.cells(text.as_bytes(), true, |at| found.push(text[at..].chars().take(3).collect()));
        found
    }

    #[test]
    fn cells_below_a_heading_are_told() {
        let page = "<table><tr><td>순번</td><td class=x>성명</td></tr>\n<tr><td>1</td><td>홍길동</td></tr><tr><td>2<td>김철수</table><td>이";
        let at = page.find("성명").unwrap();
        assert_eq!(cells(page, Column::of_table(page.as_bytes(), at..at + 6)), ["홍길동", "김철수"]);
        let lines = "순번,성명,전화\n1,홍길동,2\n2,김철수,3\n\n3,이영희,4";
        let at = lines.find("성명").unwrap();
        assert_eq!(cells(lines, Column::of_lines(lines.as_bytes(), at..at + 6)), ["홍길동", "김철수"]);
        let lines = "순번\t\t성명\t전화\n1\ta\t홍길동\t2\n2\t\t김철수\t3\n";
        let at = lines.find("성명").unwrap();
        assert_eq!(cells(lines, Column::of_lines(lines.as_bytes(), at..at + 6)), ["홍길동", "김철수"]);
        assert!(Column::of_lines("본문에 성명, 이름".as_bytes(), 10..16).is_none());
    }
}
