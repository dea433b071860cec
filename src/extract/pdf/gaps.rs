//! Bytes that belong to no object and no table: before the file, between its objects, behind its end.

use super::file::File;
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// Gives what stands there, without the marks and tables that a file must have.
///
/// # Errors
/// The limits; the time.
pub(super) fn read(file: &File<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut taken: Vec<(usize, usize)> = file.taken.iter().map(|(start, end)| (*start, *end)).collect();
    taken.sort_unstable();
    let mut left: Vec<u8> = Vec::new();
    let mut from = 0_usize;
    for (start, end) in taken.into_iter().chain([(file.bytes.len(), file.bytes.len())]) {
        if start > from {
            keep(file.bytes.get(from..start).unwrap_or_default(), &mut left);
        }
        from = from.max(end);
    }
    if left.is_empty() {
        return Ok(());
    }
    walk.within(Step::Part("between the objects".to_owned()), |walk| walk.raw(&left))
}

fn keep(gap: &[u8], left: &mut Vec<u8>) {
    for line in gap.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.trim_ascii();
        if !is_furniture(line) {
            left.extend_from_slice(line);
            left.push(b'\n');
        }
    }
}

/// Whether a line is one that every file has: a mark, a row of a table, an offset.
fn is_furniture(line: &[u8]) -> bool {
    const MARKS: &[&[u8]] = &[b"%PDF-", b"%%EOF", b"startxref", b"xref", b"trailer", b"endobj", b"endstream"];
    let numbers = line.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ');
    let row = line.len() == 18 && (line.ends_with(b" n") || line.ends_with(b" f"));
    let offset = numbers && line.len() <= 10;
    // The second line says with a few bytes that the file is binary.
    let binary = line.starts_with(b"%") && line.len() <= 16 && !line.is_ascii();
    line.is_empty()
        || MARKS.iter().any(|mark| line == *mark || (line.starts_with(mark) && line.len() <= 12))
        || row
        || offset
        || binary
}
