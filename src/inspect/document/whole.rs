//! A whole file, or a part of one, that is text in a charset and a syntax of its own, or bytes of no known format.

use super::masked::values::Lines;
use super::{BITE, Inspector, Told, of_names};
use crate::inspect::begins_as_text;
use crate::text::charset::{self, Named};
use crate::vocab::{Finding, Part, Place, Reason, Secret, Step, What};
use encoding_rs::{EUC_KR, UTF_16LE};
use std::borrow::Cow;
use std::collections::HashSet;

/// So many characters of UTF-16 in a row are taken for text: fewer than any number that is looked for has.
const ROW: usize = 8;
/// So many findings of one reading of unknown bytes are remembered, for another reading may see them too: the lexer reads
/// over the zeros of UTF-16.
const REMEMBERED: usize = 1000;

/// Searches it. `false` if the time was up before its end.
pub(super) fn read(path: &[Step], bytes: &[u8], late: &dyn Fn() -> bool, told: &mut Told<'_, '_>) -> bool {
    let (part, text) = (of_names(path), is_text(bytes));
    if text && begins_as_text(bytes) {
        let inspector = Inspector::of_file(part, &told.lens);
        let text = told.values.as_ref().and_then(|_| std::str::from_utf8(bytes).ok());
        let lines = text.map(|text| {
            let mut lines = Lines::default();
            lines.take(text);
            lines
        });
        return Search { path, late, told, seen: None, counted: true, lines }.of(inspector, bytes);
    }
    // It has no NUL, and yet control characters: of a terminal, of a sheet in SYLK, or of whatever it is packed in.
    let marked_up = text && is_marked_up(bytes);
    if text && !marked_up {
        let nowhere = Place::whole(Part::Body);
        told.give(Finding::uninspectable(Reason::Binary, told.opened.span, nowhere), path, None, 0, None);
    }
    let inspector = Inspector::of_bytes(part, &told.lens);
    let seen = (!marked_up).then(HashSet::new);
    let mut search = Search { path, late, told, seen, counted: text, lines: None };
    // Databases and programs keep text in UTF-16 as well, at even or at odd places.
    let odd = bytes.get(1..).unwrap_or_default();
    search.of(inspector, bytes)
        && (!holds_fields(bytes) || search.parted(bytes))
        && [bytes, odd].into_iter().filter(|bytes| holds_wide(bytes)).all(|bytes| search.wide(bytes))
}

/// Whether it is text in a charset that is looked for.
fn is_text(bytes: &[u8]) -> bool {
    matches!(charset::from_bom(bytes), Some(Named::Transcoded(_)))
        || memchr::memchr(0, bytes).is_none()
        || crate::text::transcode::evident(bytes).is_some()
}

/// Whether it is text in which an escape character begins the marks of some program, and no other control character stands.
fn is_marked_up(bytes: &[u8]) -> bool {
    // What ends a text in DOS.
    let text = bytes.strip_suffix(b"\x1A").unwrap_or(bytes);
    let foreign = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | 0x1B);
    !text.iter().any(foreign) && (std::str::from_utf8(text).is_ok() || !EUC_KR.decode_without_bom_handling(text).1)
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

/// So many digits and dashes in a row may be a number that is looked for.
const NUMBER: usize = 9;

/// Whether numbers stand side by side with nothing but control characters between them, as fields of a record do that are
/// filled up or ended by them: to the lexer, which reads over these, they are one.
fn holds_fields(bytes: &[u8]) -> bool {
    let (mut run, mut before, mut parted) = (0_usize, 0_usize, false);
    bytes.iter().any(|byte| {
        if byte.is_ascii_digit() || *byte == b'-' {
            run = run.saturating_add(1);
            return parted && before.max(run) >= NUMBER;
        }
        parted = is_control(*byte) && (parted || run > 0);
        before = if run > 0 { run } else { before };
        run = 0;
        false
    })
}

fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !byte.is_ascii_whitespace()
}

struct Search<'s, 'a, 'v> {
    path: &'s [Step],
    late: &'s dyn Fn() -> bool,
    told: &'s mut Told<'a, 'v>,
    /// What unknown bytes were found to hold; `None` of text, in whose lines people look for it.
    seen: Option<HashSet<(What, Secret)>>,
    /// Whether its lines are ones that people count.
    counted: bool,
    /// The text, for who asks where in it the findings stand.
    lines: Option<Lines>,
}

impl Search<'_, '_, '_> {
    fn of(&mut self, inspector: Inspector, bytes: &[u8]) -> bool {
        self.pieces(inspector, bytes, Cow::Borrowed)
    }

    /// With a line for each field that control characters end.
    fn parted(&mut self, bytes: &[u8]) -> bool {
        let inspector = Inspector::of_bytes(of_names(self.path), &self.told.lens);
        self.counted = false;
        self.pieces(inspector, bytes, |bite| {
            Cow::Owned(bite.iter().map(|byte| if is_control(*byte) { b'\n' } else { *byte }).collect())
        })
    }

    /// As UTF-16, the low byte first.
    fn wide(&mut self, bytes: &[u8]) -> bool {
        let inspector = Inspector::of_made(of_names(self.path), false, &self.told.lens);
        let mut decoder = UTF_16LE.new_decoder_without_bom_handling();
        self.counted = false;
        self.pieces(inspector, bytes, |bite| {
            let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bite.len()).unwrap_or(3 * BITE));
            // Of a unit that is cut in two at the end, nothing is text.
            let _ = decoder.decode_to_string(bite, &mut text, false);
            Cow::Owned(text.into_bytes())
        })
    }

    fn pieces<'b>(
        &mut self,
        mut inspector: Inspector,
        bytes: &'b [u8],
        mut read: impl FnMut(&'b [u8]) -> Cow<'b, [u8]>,
    ) -> bool {
        for bite in bytes.chunks(BITE) {
            if (self.late)() {
                return false;
            }
            let mut fresh = Vec::new();
            inspector.find(&read(bite), &mut fresh);
            self.give(fresh);
        }
        let mut last = Vec::new();
        inspector.find_last(&mut last);
        self.give(last);
        true
    }

    fn give(&mut self, fresh: Vec<Finding>) {
        for finding in fresh {
            if let Some(seen) = &mut self.seen {
                let value = (finding.what, finding.secret.clone());
                if seen.contains(&value) || seen.len() < REMEMBERED && !seen.insert(value) {
                    continue;
                }
            }
            let line = if self.counted { finding.place.line } else { 0 };
            self.told.give(finding, self.path, None, line, self.lines.as_ref());
        }
    }
}
