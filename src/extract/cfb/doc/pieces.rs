//! The table of pieces: which bytes of the document are which characters (MS-DOC section 2.8.35).

use super::super::bytes::{from, part, some, u8_at, u16_at, u32_at, units};
use super::fib::Fib;
use crate::extract::{Halt, Walk};
use std::ops::Range;

/// All characters in their order: code units of UTF-16, or bytes where the document has bytes only.
pub(super) struct Text {
    pub(super) units: Vec<u16>,
    /// The bytes of the document that they came from, sorted.
    pub(super) from: Vec<Range<usize>>,
    /// Whether pieces lie beyond the document.
    pub(super) cut: bool,
    pieces: Vec<Piece>,
}

/// Units that stand one behind the other in the document.
struct Piece {
    /// Their bytes.
    bytes: Range<usize>,
    /// The first of them in the text.
    first: usize,
    /// Bytes of each.
    width: usize,
}

/// Reads all pieces; where there are none, an old document is one piece.
pub(super) fn read(document: &[u8], tables: &[u8], fib: &Fib<'_>, walk: &mut Walk<'_>) -> Result<Text, Halt> {
    let mut text = Text { units: Vec::new(), from: Vec::new(), cut: false, pieces: Vec::new() };
    match fib.clx(tables).and_then(plc) {
        Some(plc) => all(document, plc, fib, walk, &mut text)?,
        None if fib.is_old => {
            let length = fib.stories().fold(0usize, |sum, (_, length)| sum.saturating_add(length));
            text.piece(document, fib.first(), length, false);
        }
        None => return Err(Halt::DAMAGED),
    }
    text.from.sort_by_key(|range| range.start);
    Ok(text)
}

fn all(document: &[u8], plc: &[u8], fib: &Fib<'_>, walk: &mut Walk<'_>, text: &mut Text) -> Result<(), Halt> {
    let count = plc.len().saturating_sub(4) / 12;
    for index in 0..count {
        let bound = |index: usize| u32_at(plc, index.saturating_mul(4)).unwrap_or(0);
        let length = bound(index.saturating_add(1)).saturating_sub(bound(index)) as usize;
        let at = count.saturating_add(1).saturating_mul(4).saturating_add(index.saturating_mul(8)).saturating_add(2);
        let place = u32_at(plc, at).unwrap_or(u32::MAX);
        let had = text.units.len();
        if fib.is_old {
            text.piece(document, place as usize, length, false);
        } else if place & 0x4000_0000 == 0 {
            text.piece(document, place as usize, length, true);
        } else {
            text.piece(document, (place & 0x3FFF_FFFF) as usize / 2, length, false);
        }
        // Pieces may be the same bytes again and again.
        walk.unpacked(text.units.len().saturating_sub(had))?;
    }
    Ok(())
}

impl Text {
    fn piece(&mut self, document: &[u8], place: usize, length: usize, wide: bool) {
        let bytes = if wide { length.saturating_mul(2) } else { length };
        let piece = some(document, place, bytes);
        self.cut |= piece.len() < bytes;
        let bytes = place..place.saturating_add(piece.len());
        self.pieces.push(Piece { bytes, first: self.units.len(), width: if wide { 2 } else { 1 } });
        if wide {
            self.units.extend(units(piece));
        } else {
            self.units.extend(piece.iter().map(|&byte| u16::from(byte)));
        }
        self.from.push(place..place.saturating_add(piece.len()));
    }

    /// The units that come from these bytes of the document.
    pub(super) fn units_of(&self, bytes: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        self.pieces.iter().filter_map(move |piece| {
            let (start, end) = (bytes.start.max(piece.bytes.start), bytes.end.min(piece.bytes.end));
            let unit = |at: usize| piece.first.saturating_add(at.saturating_sub(piece.bytes.start) / piece.width);
            (start < end).then(|| unit(start)..unit(end))
        })
    }

    /// What of the document is in no piece.
    pub(super) fn gaps(&self, document: usize) -> Vec<Range<usize>> {
        let (mut gaps, mut end) = (Vec::new(), 0);
        for range in self.from.iter().chain([&(document..document)]) {
            if range.start > end {
                gaps.push(end..range.start.min(document));
            }
            end = end.max(range.end);
        }
        gaps
    }
}

/// The table within the Clx: behind blocks of formatting.
fn plc(clx: &[u8]) -> Option<&[u8]> {
    let mut rest = clx;
    loop {
        match u8_at(rest, 0)? {
            1 => rest = from(rest, usize::from(u16_at(rest, 1)?).checked_add(3)?),
            2 => return part(rest, 5, u32_at(rest, 1)? as usize),
            _ => return None,
        }
    }
}
