//! Notebooks of Jupyter (nbformat 3 and 4): JSON in which every text is an array of its lines, and pictures are base64. What
//! belongs together is read together, so that a table of results knows its heading.

use super::budget::Halt;
use super::walk::Walk;
use super::{Format, Run};
use crate::vocab::Step;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Notebooks.
pub(super) const FORMATS: &[Format] = &[Format { name: "notebook", bears, read }];

/// In so many bytes the first cell begins.
const START: usize = 1 << 10;

pub(super) fn bears(bytes: &[u8]) -> bool {
    let start = bytes.get(..START).unwrap_or(bytes).trim_ascii_start();
    let holds = |word: &str| memchr::memmem::find(start, word.as_bytes()).is_some();
    start.starts_with(b"{") && holds("\"cells\"") && holds("\"cell_type\"")
}

/// What is no JSON is read as the text that it is.
fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Ok(mut book) = serde_json::from_slice::<Value>(bytes) else { return walk.raw(bytes) };
    let sheets = book.get_mut("worksheets").and_then(Value::as_array_mut).into_iter().flatten();
    let mut cells: Vec<Value> = sheets.filter_map(take_cells).flatten().collect();
    cells.extend(take_cells(&mut book).into_iter().flatten());
    for (cell, number) in cells.iter().zip(1_u32..) {
        walk.entry()?;
        walk.within(Step::Part(format!("cell {number}")), |walk| tell(cell, walk))?;
    }
    tell(&book, walk)
}

fn take_cells(value: &mut Value) -> Option<Vec<Value>> {
    match value.get_mut("cells")?.take() {
        Value::Array(cells) => Some(cells),
        _ => None,
    }
}

/// Says all that is in a value: texts as texts, files as files, what is left line by line.
fn tell(value: &Value, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut rest = Vec::new();
    gather("", value, &mut rest, walk)?;
    if rest.is_empty() {
        return Ok(());
    }
    walk.prose(|run: &mut Run<'_, '_>| rest.iter().try_for_each(|text| run.line(None, text)))
}

fn gather(key: &str, value: &Value, rest: &mut Vec<String>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.tick()?;
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => {
            rest.push(number.to_string());
            Ok(())
        }
        Value::String(text) => text_of(key, text, walk),
        Value::Array(values) => match values.iter().map(Value::as_str).collect::<Option<String>>() {
            Some(text) => text_of(key, &text, walk),
            None => values.iter().try_for_each(|value| gather(key, value, rest, walk)),
        },
        Value::Object(values) => values.iter().try_for_each(|(key, value)| {
            // A heading of a table of results, the name of an attachment.
            if !key.is_ascii() || key.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@') {
                rest.push(key.clone());
            }
            gather(key, value, rest, walk)
        }),
    }
}

/// A text, or the file that it is in base64 where its key is a type that is none of text.
fn text_of(key: &str, text: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let is_file = ["image/", "application/", "audio/", "video/"].iter().any(|kind| key.starts_with(kind));
    if is_file {
        let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        if let Ok(file) = STANDARD.decode(packed) {
            return walk.open("", &file);
        }
    }
    if text.trim().is_empty() { Ok(()) } else { walk.raw(text.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn the_lines_of_a_cell_are_one_text() {
        let book = r#"{"cells": [{"cell_type": "markdown", "source": ["성명: 홍길동\n", "번호 900101-\n"]},
            {"cell_type": "code", "outputs": [{"data": {"text/html": ["<table><tr><th>성명</th></tr>\n", "<tr><td>김철수</td></tr></table>"],
            "image/png": "iVBORw0KGgo=", "application/json": {"no": 9001011234568}}}], "source": []}],
            "metadata": {"authors": [{"name": "김가람"}]}, "nbformat": 4, "nbformat_minor": 5}"#;
        let heard = Heard::of("a.ipynb", book.as_bytes());
        assert_eq!(heard.place_of("성명: 홍길동\n번호 900101-\n"), Some("a.ipynb › part ‘cell 1’"));
        assert_eq!(heard.place_of("<th>성명</th></tr>\n<tr><td>김철수"), Some("a.ipynb › part ‘cell 2’"));
        assert_eq!(heard.place_of("9001011234568"), Some("a.ipynb › part ‘cell 2’"));
        assert_eq!(heard.place_of("김가람"), Some("a.ipynb"));
        let picture = ("a.ipynb › part ‘cell 2’ › a file without a name".to_owned(), Reason::Image);
        assert_eq!(heard.unreadable, [picture]);
    }

    #[test]
    fn what_is_no_json_is_text() {
        let heard = Heard::of("a.ipynb", b"{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"900101-1234568");
        assert_eq!(heard.place_of("900101-1234568"), Some("a.ipynb"));
        let old = r#"{"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]}"#;
        assert_eq!(Heard::of("a.ipynb", old.as_bytes()).place_of("x = 1"), Some("a.ipynb › part ‘cell 1’"));
    }
}
