//! Text in which marks end cells and rows, as Word and RTF write tables: told as paragraphs, and as tables that know their
//! cells.

use super::budget::Halt;
use super::flow::{Flow, Look};
use super::walk::Walk;

/// Ends a cell, as it does in Word.
pub(super) const CELL: char = '\u{7}';
/// Ends a row, behind the mark of its last cell.
pub(super) const ROW: char = '\u{1E}';

/// Text, and how it stands there.
pub(super) type Piece = (Look, String);

/// Tells it all: paragraphs by their number, tables by theirs.
///
/// # Errors
/// The limits; the time.
pub(super) fn tell(pieces: impl IntoIterator<Item = Piece>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut marked = Marked { flow: Flow::new(true), row: Vec::new(), held: Vec::new(), in_table: false };
    for (look, text) in pieces {
        for stretch in text.split_inclusive([CELL, ROW]) {
            walk.tick()?;
            let plain = stretch.trim_end_matches([CELL, ROW]);
            if !plain.is_empty() {
                marked.held.push((look, plain.to_owned()));
            }
            match stretch.chars().next_back() {
                Some(CELL) => marked.cell(),
                Some(ROW) => marked.row(),
                _ => {}
            }
        }
    }
    if !marked.row.is_empty() {
        marked.row();
    }
    let rest = std::mem::take(&mut marked.held);
    if !rest.is_empty() {
        marked.lines(rest);
        marked.flow.end_paragraph();
    }
    marked.flow.tell(walk)
}

/// What the marks make of the text.
struct Marked {
    flow: Flow,
    /// The cells of the row that is open.
    row: Vec<Vec<Piece>>,
    /// Since the last mark.
    held: Vec<Piece>,
    in_table: bool,
}

impl Marked {
    /// What stands before the first cell of a row, in lines of its own, is none of the table.
    fn cell(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        if self.row.is_empty()
            && let Some(last) = held.iter().rposition(|(_, text)| text.contains('\n'))
        {
            let mut own = held.split_off(last.saturating_add(1));
            if let Some((look, text)) = held.last_mut() {
                let from = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
                own.insert(0, (*look, text.split_off(from)));
            }
            self.lines(std::mem::replace(&mut held, own));
        }
        self.row.push(held);
    }

    fn row(&mut self) {
        if self.held.iter().any(|(_, text)| !text.trim().is_empty()) {
            self.cell();
        }
        if !std::mem::replace(&mut self.in_table, true) {
            self.flow.enter_table();
        }
        self.flow.row();
        for cell in std::mem::take(&mut self.row) {
            self.flow.cell();
            self.put(cell);
        }
    }

    fn lines(&mut self, pieces: Vec<Piece>) {
        if !pieces.is_empty() {
            if std::mem::take(&mut self.in_table) {
                self.flow.leave();
            }
            self.put(pieces);
        }
    }

    fn put(&mut self, pieces: Vec<Piece>) {
        for (look, text) in pieces {
            for line in text.split_inclusive('\n') {
                self.flow.put(look, line.trim_end_matches('\n'));
                if line.ends_with('\n') {
                    self.flow.end_paragraph();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, tell};
    use crate::extract::testing::Heard;
    use crate::extract::{Limits, Walk};

    fn heard(pieces: &[(Look, &str)]) -> Heard {
        let (mut heard, late) = (Heard::default(), || false);
        let pieces = pieces.iter().map(|(look, text)| (*look, (*text).to_owned()));
        tell(pieces, &mut Walk::new(Limits::default(), &late, &mut heard)).expect("within the limits");
        heard
    }

    #[test]
    fn marks_make_tables_between_paragraphs() {
        let text = "안내\n둘째\n성명\u{7}번호\u{7}\u{1E}홍길동\u{7}\u{7}\u{1E}뒤\n김\n이\u{7}가\u{7}\u{1E}";
        let heard = heard(&[(Look::Plain, text), (Look::Plain, "끝\n")]);
        assert_eq!(heard.place_of("둘째"), Some("paragraph 2"));
        assert_eq!(heard.place_of("번호"), Some("table 1 › cell B1"));
        assert_eq!(heard.place_of("홍길동"), Some("table 1 › cell A2"));
        assert_eq!(heard.place_of("김"), Some("paragraph 4"));
        assert_eq!(heard.place_of("가"), Some("table 2 › cell B1"));
        assert_eq!(heard.place_of("끝"), Some("paragraph 5"));
    }

    #[test]
    fn what_was_there_before_does_not_touch_what_took_its_place() {
        let pieces =
            [(Look::Plain, "번호 900101-123456"), (Look::Deleted, "7"), (Look::Inserted, "8"), (Look::Plain, " 끝\n")];
        let heard = heard(&pieces);
        assert_eq!(heard.place_of("900101-1234568 끝"), Some("paragraph 1"));
        assert_eq!(heard.place_of("900101-1234567 끝"), Some("deleted text › paragraph 1"));
    }

    #[test]
    fn a_cell_of_pieces_is_one_text_and_a_row_needs_no_end() {
        let pieces = [(Look::Plain, "앞\n9001"), (Look::Hidden, "01-1234568"), (Look::Plain, "\u{7}x\u{7}y")];
        let heard = heard(&pieces);
        assert_eq!(heard.place_of("900101-1234568"), Some("table 1 › hidden text"));
        assert_eq!((heard.place_of("x"), heard.place_of("y")), (Some("table 1 › cell B1"), Some("table 1 › cell C1")));
    }
}
