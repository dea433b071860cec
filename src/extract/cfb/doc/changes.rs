//! What tracked changes took out: it stays in the text, among what took its place, and only the formatting of its
//! characters says so (MS-DOC sections 2.8.5, 2.9.32 and 2.6.1).

use super::super::bytes::{from, part, u8_at, u16_at, u32_at};
use super::fib::Fib;
use super::pieces::Text;
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use std::ops::Range;

/// The number of the list of pages of formatting of characters.
const PLCF_BTE_CHPX: usize = 12;
/// So long is a page.
const PAGE: usize = 512;
/// Stretches that are told apart: more are no document.
const MOST: usize = 100_000;
/// Characters that were deleted while changes were tracked (`sprmCFRMarkDel`).
const DELETED: u16 = 0x0800;

/// The units of the text that were deleted, in order.
///
/// # Errors
/// The time; more of them than any document has.
pub(super) fn deleted(
    document: &[u8],
    tables: &[u8],
    fib: &Fib<'_>,
    text: &Text,
    walk: &Walk<'_>,
) -> Result<Vec<Range<usize>>, Halt> {
    let mut found = Vec::new();
    let Some(list) = fib.table(tables, PLCF_BTE_CHPX).filter(|_| !fib.is_old) else { return Ok(found) };
    let count = list.len().saturating_sub(4) / 8;
    for index in 0..count {
        walk.tick()?;
        let at = count.saturating_add(1).saturating_add(index).saturating_mul(4);
        let number = u32_at(list, at).unwrap_or(u32::MAX) & 0x003F_FFFF;
        let page = part(document, (number as usize).saturating_mul(PAGE), PAGE).unwrap_or_default();
        let runs = usize::from(u8_at(page, PAGE - 1).unwrap_or(0));
        for run in 0..runs {
            let bound = |run: usize| u32_at(page, run.saturating_mul(4)).unwrap_or(0) as usize;
            let place = runs.saturating_add(1).saturating_mul(4).saturating_add(run);
            let format = from(page, usize::from(u8_at(page, place).unwrap_or(0)).saturating_mul(2));
            let length = usize::from(u8_at(format, 0).unwrap_or(0));
            if is_deleted(part(format, 1, length).unwrap_or_default()) {
                // Pieces may be the same bytes again and again.
                walk.tick()?;
                found.extend(text.units_of(bound(run)..bound(run.saturating_add(1))).take(MOST));
                if found.len() > MOST {
                    return Err(Halt::Part(Reason::TooManyEntries));
                }
            }
        }
    }
    found.sort_by_key(|range| range.start);
    Ok(found)
}

/// Whether properties of characters say that they were deleted.
fn is_deleted(properties: &[u8]) -> bool {
    let (mut rest, mut deleted) = (properties, false);
    while let Some(code) = u16_at(rest, 0) {
        let length = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            6 => usize::from(u8_at(rest, 2).unwrap_or(0)).saturating_add(1),
            _ => 3,
        };
        if code == DELETED {
            deleted = u8_at(rest, 2) == Some(1);
        }
        rest = from(rest, length.saturating_add(2));
    }
    deleted
}

/// What is left of units that begin at `start` in the text, and what was taken out of them, each stretch as a line.
pub(super) fn parted(units: &[u16], start: usize, deleted: &[Range<usize>]) -> (Vec<u16>, Vec<u16>) {
    let (mut left, mut gone, mut done) = (Vec::with_capacity(units.len()), Vec::new(), 0);
    for range in deleted {
        let from = range.start.saturating_sub(start).clamp(done, units.len());
        let to = range.end.saturating_sub(start).clamp(from, units.len());
        left.extend_from_slice(units.get(done..from).unwrap_or_default());
        // What follows at once was one text with it.
        if from > done && !gone.is_empty() {
            gone.push(0x0D);
        }
        gone.extend_from_slice(units.get(from..to).unwrap_or_default());
        done = to;
    }
    left.extend_from_slice(units.get(done..).unwrap_or_default());
    (left, gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_one_by_one() {
        assert!(is_deleted(&[0x00, 0x08, 1]));
        assert!(is_deleted(&[0x43, 0x4A, 24, 0, 0x05, 0x68, 1, 2, 3, 4, 0x00, 0x08, 1]));
        assert!(
            !is_deleted(&[0x00, 0x08, 0]) && !is_deleted(&[0x01, 0x08, 1]) && !is_deleted(&[0x43, 0x4A, 0x00, 0x08, 1])
        );
        assert!(!is_deleted(&[0x00]) && !is_deleted(&[]));
    }

    #[test]
    fn what_was_taken_out_is_parted_from_what_is_left() {
        let units: Vec<u16> = "abcdefgh".encode_utf16().collect();
        let told = |(left, gone): (Vec<u16>, Vec<u16>)| [left, gone].map(|units| String::from_utf16_lossy(&units));
        assert_eq!(told(parted(&units, 10, &[11..13, 13..14, 16..99])), ["aef", "bcd\rgh"]);
        assert_eq!(told(parted(&units, 10, &[0..5, 12..12])), ["abcdefgh", ""]);
    }
}
