//! A story of the text to lines: its marks, and the codes of its fields.

use super::super::bytes::decode;
use crate::extract::marked;
use encoding_rs::Encoding;

/// The marks that count (MS-DOC section 2.4.1 and the sections it leads to).
const CELL: u16 = 7;
const FIELD_BEGIN: u16 = 0x13;
const FIELD_SEPARATOR: u16 = 0x14;
const FIELD_END: u16 = 0x15;

/// Columns of a table, at most (Word: 63).
const MOST_COLUMNS: usize = 64;

/// Text, with a mark behind each cell and each row of a table, and the codes of fields that stood in it.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) codes: Vec<String>,
}

/// Takes a story apart. `charset` is for units below 256, if the document is one of bytes.
pub(super) fn lines(units: &[u16], charset: Option<&'static Encoding>) -> Lines {
    let (mut text, mut codes, mut fields) = (Vec::new(), Vec::new(), Vec::<(bool, Vec<u16>)>::new());
    for &unit in units {
        match unit {
            FIELD_BEGIN => fields.push((true, Vec::new())),
            FIELD_SEPARATOR => {
                if let Some(field) = fields.last_mut() {
                    field.0 = false;
                }
            }
            FIELD_END => codes.extend(fields.pop().map(|(_, code)| code)),
            _ => {
                let into = match fields.iter_mut().rev().find(|(in_code, _)| *in_code) {
                    Some((_, code)) => code,
                    None => &mut text,
                };
                mark(unit, into);
            }
        }
    }
    // A field without an end hides nothing.
    codes.extend(fields.into_iter().map(|(_, code)| code));
    let codes = codes.iter().map(|code| string(code, charset).trim().to_owned()).filter(|code| !code.is_empty());
    Lines { codes: codes.collect(), text: rows(&string(&text, charset)) }
}

fn mark(unit: u16, into: &mut Vec<u16>) {
    match unit {
        0x0B..=0x0D => into.push(0x0A),
        0x1E => into.push(0x2D),
        CELL | 9 | 0x20.. => into.push(unit),
        // Soft hyphens, pictures, references of notes: they part no word.
        _ => {}
    }
}

/// Tells the ends of rows from those of cells, which look the same: a row ends with a mark behind that of its last cell, but
/// so does an empty cell. The width that most of what follows agrees with is that of the table.
fn rows(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let cells: Vec<&str> = text.split(marked::CELL).collect();
    // What follows the last mark is no cell.
    let (tail, mut cells) = cells.split_last().map_or(("", &[][..]), |(tail, cells)| (*tail, cells));
    while !cells.is_empty() {
        let (width, rows) = table(cells);
        for row in 0..rows {
            let from = row.saturating_mul(width.saturating_add(1));
            for cell in cells.iter().skip(from).take(width) {
                out.push_str(cell);
                out.push(marked::CELL);
            }
            out.push(marked::ROW);
        }
        cells = cells.get(rows.saturating_mul(width.saturating_add(1))..).unwrap_or_default();
    }
    out.push_str(tail);
    out
}

/// The columns of the table that begins here, and its rows, at least one of each. A row before which paragraphs stand begins
/// another.
fn table(cells: &[&str]) -> (usize, usize) {
    let mut best = (cells.len().min(MOST_COLUMNS), 1, 0);
    for width in 1..=MOST_COLUMNS.min(cells.len().saturating_sub(1)) {
        // Paragraphs behind an empty cell stand behind a row.
        let behind = |row: &[&str]| row.windows(2).any(|two| matches!(two, ["", next] if next.contains('\n')));
        let ends = |row: &&[&str]| row.get(width).is_some_and(|end| end.is_empty()) && !behind(row);
        let mut rows = cells.chunks(width.saturating_add(1));
        let first = rows.next().is_some_and(|row| ends(&row));
        if !first {
            continue;
        }
        let goes_on = |row: &&[&str]| ends(row) && !row.first().is_some_and(|cell| cell.contains('\n'));
        let count = rows.take_while(goes_on).count().saturating_add(1);
        let covered = count.saturating_mul(width.saturating_add(1));
        if covered > best.2 {
            best = (width, count, covered);
        }
        if covered >= cells.len() {
            break;
        }
    }
    (best.0, best.1)
}

fn string(units: &[u16], charset: Option<&'static Encoding>) -> String {
    match charset {
        Some(charset) => {
            let bytes: Vec<u8> = units.iter().map(|&unit| unit as u8).collect();
            decode(charset, &bytes)
        }
        None => {
            char::decode_utf16(units.iter().copied()).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn ends_of_rows_are_told_from_empty_cells() {
        let rows = |text: &str| super::rows(text).replace('\u{7}', "|").replace('\u{1E}', "/");
        assert_eq!(rows("글\n가\u{7}나\u{7}\u{7}다\u{7}\u{7}\u{7}뒤\n"), "글\n가|나|/다||/뒤\n");
        assert_eq!(rows("가\u{7}\u{7}다\u{7}\u{7}라\u{7}마\u{7}바\u{7}\u{7}"), "가||다|/라|마|바|/");
        assert_eq!(rows("가\u{7}\u{7}글\n나\u{7}다\u{7}\u{7}"), "가|/글\n나|다|/");
        assert_eq!(rows("가\u{7}나"), "가|/나");
    }

    #[test]
    fn codes_of_fields_do_not_part_the_text() {
        let units: Vec<u16> =
            "900101-\u{13} REF a \u{13} X \u{14}y\u{15}\u{14}1234\u{15}568\r".encode_utf16().collect();
        let lines = super::lines(&units, None);
        assert_eq!(lines.text, "900101-1234568\n");
        assert_eq!(lines.codes, ["X", "REF a y"]);
    }
}
