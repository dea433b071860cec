//! A whole file, or a part of one, that is text in a charset and a syntax of its own, or bytes of no known format.

use super::{BITE, Inspector, comes_back, of_names, placed, way};
use crate::inspect::Lens;
use crate::text::charset::{self, Named};
use crate::vocab::{Finding, Secret, Step, What};
use encoding_rs::UTF_16LE;
use std::collections::HashSet;
use std::sync::Arc;

/// So many characters of UTF-16 in a row are taken for text: fewer than any number that is looked for has.
const ROW: usize = 8;
/// So many findings of one reading of unknown bytes are remembered, for another reading may see them too: the lexer reads
/// over the zeros of UTF-16.
const REMEMBERED: usize = 1000;

/// Searches it. `false` if the time was up before its end.
pub(super) fn read(
    path: &[Step],
    bytes: &[u8],
    lens: &Arc<Lens>,
    late: &dyn Fn() -> bool,
    found: &mut dyn FnMut(Finding),
) -> bool {
    let mut search = Search { path, lens, late, found, seen: HashSet::new() };
    if is_text(bytes) {
        return search.of(Inspector::of_file(of_names(path), lens), bytes, true);
    }
    // Databases and programs keep text in UTF-16 as well, at even or at odd places.
    let odd = bytes.get(1..).unwrap_or_default();
    search.of(Inspector::of_bytes(of_names(path), lens), bytes, false)
        && [bytes, odd].into_iter().filter(|bytes| holds_wide(bytes)).all(|bytes| search.wide(bytes))
}

/// Whether it is text in a charset that is looked for.
fn is_text(bytes: &[u8]) -> bool {
    matches!(charset::from_bom(bytes), Some(Named::Transcoded(_)))
        || memchr::memchr(0, bytes).is_none()
        || crate::text::transcode::evident(bytes).is_some()
}

/// Whether a row of characters of UTF-16, the low byte first, stands somewhere in it: ASCII or Hangul syllables.
fn holds_wide(bytes: &[u8]) -> bool {
    let mut row = 0_usize;
    bytes.as_chunks::<2>().0.iter().any(|unit| {
        let is_text = matches!(u16::from_le_bytes(*unit), 0x20..=0x7E | 0xAC00..=0xD7A3);
        row = if is_text { row.saturating_add(1) } else { 0 };
        row >= ROW
    })
}

struct Search<'a> {
    path: &'a [Step],
    lens: &'a Arc<Lens>,
    late: &'a dyn Fn() -> bool,
    found: &'a mut dyn FnMut(Finding),
    /// What unknown bytes were found to hold.
    seen: HashSet<(What, Secret)>,
}

impl Search<'_> {
    fn of(&mut self, mut inspector: Inspector, bytes: &[u8], lines: bool) -> bool {
        for bite in bytes.chunks(BITE) {
            if (self.late)() {
                return false;
            }
            let mut fresh = Vec::new();
            inspector.find(bite, &mut fresh);
            self.give(fresh, lines);
        }
        let mut last = Vec::new();
        inspector.find_last(&mut last);
        self.give(last, lines);
        true
    }

    /// As UTF-16, the low byte first.
    fn wide(&mut self, bytes: &[u8]) -> bool {
        let mut inspector = Inspector::of_made(of_names(self.path), false, self.lens);
        let mut decoder = UTF_16LE.new_decoder_without_bom_handling();
        for bite in bytes.chunks(BITE) {
            if (self.late)() {
                return false;
            }
            let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bite.len()).unwrap_or(3 * BITE));
            // The last unit may be half of a character: what is left of it then is no text.
            let _ = decoder.decode_to_string(bite, &mut text, false);
            let mut fresh = Vec::new();
            inspector.find(text.as_bytes(), &mut fresh);
            self.give(fresh, false);
        }
        let mut last = Vec::new();
        inspector.find_last(&mut last);
        self.give(last, false);
        true
    }

    fn give(&mut self, fresh: Vec<Finding>, lines: bool) {
        for finding in fresh.into_iter().filter(|finding| !comes_back(finding.what)) {
            let line = if lines { finding.place.line } else { 0 };
            let value = (finding.what, finding.secret.clone());
            if !lines && (self.seen.contains(&value) || self.seen.len() < REMEMBERED && !self.seen.insert(value)) {
                continue;
            }
            let inside = way(self.path, None, self.lens);
            (self.found)(placed(finding, inside, line));
        }
    }
}
