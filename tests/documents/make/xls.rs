//! Streams of binary workbooks.

use super::cfb::wide;

pub fn record(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
}

pub fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A string of two bytes a character behind a length of two bytes.
pub fn string(text: &str) -> Vec<u8> {
    [&(text.encode_utf16().count() as u16).to_le_bytes()[..], &[1], &wide(text)].concat()
}

pub fn short(text: &str) -> Vec<u8> {
    [&[text.encode_utf16().count() as u8, 1][..], &wide(text)].concat()
}

/// A workbook of one sheet with these records; `globals` stand before, `state` says how hidden the sheet is.
pub fn book(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Vec<u8> {
    let bof = |kind: u16| record(0x809, &numbers(&[0x600, kind, 0, 0, 0, 0, 0, 0]));
    let end = record(0x0A, &[]);
    let head: Vec<u8> = [bof(5), globals.concat()].concat();
    let name = short("명단");
    let place = head.len() + 4 + 6 + name.len() + end.len();
    let listed = record(0x85, &[&(place as u32).to_le_bytes()[..], &[state, 0], &name].concat());
    [head, listed, end.clone(), bof(0x10), sheet.concat(), end].concat()
}

pub fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    record(0x204, &[numbers(&[row, column, 0]), string(text)].concat())
}

/// A workbook of Excel 95 in CP949 with one hidden sheet, and a text in its first cell.
pub fn book_95(text: &str) -> Vec<u8> {
    let korean = |text: &str| encoding_rs::EUC_KR.encode(text).0.into_owned();
    let bof = |kind: u16| record(0x809, &numbers(&[0x500, kind, 0, 0]));
    let name = korean("명단");
    let place = bof(5).len() + 6 + 4 + 7 + name.len() + 4;
    let listed = [&(place as u32).to_le_bytes()[..], &[1, 0, name.len() as u8], &name].concat();
    let text = korean(text);
    let label = [numbers(&[0, 0, 0, text.len() as u16]), text].concat();
    let end = record(0x0A, &[]);
    let head = [bof(5), record(0x42, &numbers(&[949])), record(0x85, &listed), end.clone()];
    [head.concat(), bof(0x10), record(0x204, &label), end].concat()
}
