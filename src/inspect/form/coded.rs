//! Values of fields that are wholly base64 (or hexadecimal digits) of text, or a `data:` address of it (specification of detectors,
//! section 8.3), and JSON Web Tokens: scripts of sites encode what somebody wrote before they send it, packed perhaps, and the
//! site undoes it. So they send files.
//!
//! Of values that are JSON the strings are read so. Text is read; a document is a file; a picture or a key is none. What is
//! found stands nowhere in the body byte by byte, so it has no span of its own, and cannot be masked.

use super::held::{Held, held, held_by_start};
use super::json::Strings;
use crate::inspect::readings::Readings;
use crate::inspect::scan::{Document, Escape};
use crate::inspect::stretch::Setting;
use crate::text::{Charset, Syntax};
use crate::vocab::{Confidence, Finding, Kind, Part, Place, Reason, Span, Step, What};
use std::sync::Arc;

/// So much of a value is kept, as it is written; a longer one is a file, if its beginning is that of one or of a text.
const KEPT: usize = 64 << 10;
/// So much of a longer one tells what it is, whole groups of base64 and of escapes.
const START: usize = 1 << 10;
/// The fewest characters of base64 that may hold a number: eleven bytes, a mobile number.
pub(super) const FEWEST: usize = 15;

/// The bytes that such a value may be written with, spaces and escapes included.
static MAY_BE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let (others, mut at) = (b"+/-_=% \r\n:;,.\"\\", 0);
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether an escape begins so of a byte that is not ASCII, as those of Korean all are: no base64.
#[inline(always)]
fn escapes_beyond_ascii([percent, high]: [u8; 2]) -> bool {
    percent == b'%' && matches!(high, b'8' | b'9' | b'A'..=b'F' | b'a'..=b'f')
}

/// The value of a field, as long as it may be one.
pub(in crate::inspect) struct Coded {
    part: Part,
    label: String,
    value: Vec<u8>,
    /// Something in it is not base64.
    ruled_out: bool,
    /// Only its beginning is kept.
    long: bool,
}

/// Where the value stands in the body.
#[derive(Clone, Copy)]
pub(in crate::inspect) struct Stood {
    /// Where what is found in it is said to stand.
    pub at: u64,
    /// All of it, if it stands there as it is.
    pub span: Option<Span>,
}

impl Coded {
    /// The value of a field with such a name.
    pub(in crate::inspect) fn new(label: String, part: Part) -> Coded {
        Coded { part, label, value: Vec::new(), ruled_out: false, long: false }
    }

    /// Another value begins.
    pub(in crate::inspect) fn begin(&mut self) {
        self.value.clear();
        (self.ruled_out, self.long) = (false, false);
    }

    /// Whether there is enough of it to be one.
    pub(in crate::inspect) fn is_any(&self) -> bool {
        !self.ruled_out && self.value.len() >= FEWEST
    }

    /// The same as the value of a field with such a name.
    pub(in crate::inspect) fn called(self, label: String) -> Coded {
        Coded { label, ..self }
    }

    /// Some of the value, as it is written.
    pub(in crate::inspect) fn take(&mut self, bytes: &[u8]) {
        if self.ruled_out || self.long {
            return;
        }
        // What comes behind that is not looked at, however it is cut.
        let room = (KEPT + 1).saturating_sub(self.value.len());
        let bytes = bytes.get(..room).unwrap_or(bytes);
        let may_be = |byte: &u8| MAY_BE[usize::from(*byte)];
        let escaped = || bytes.array_windows().any(|pair| escapes_beyond_ascii(*pair));
        let is_json = || begins_json(&self.value) || begins_json(bytes) && self.value.is_empty();
        let fits = || is_json() || !escaped() && bytes.iter().all(may_be);
        self.ruled_out = !fits();
        match self.ruled_out {
            true => self.value = Vec::new(),
            false => self.value.extend_from_slice(bytes),
        }
        self.long = self.value.len() > KEPT;
        if self.long {
            self.value.truncate(START);
            self.value.shrink_to_fit();
        }
    }

    /// The value has ended; `plain` undoes the escapes it is written with. Appends what is found in what it holds.
    pub(in crate::inspect) fn end(
        self,
        plain: impl FnOnce(&[u8]) -> Vec<u8>,
        stood: Stood,
        setting: &Setting,
        found: &mut Vec<Finding>,
    ) {
        if !self.is_any() {
            return;
        }
        // Of a longer one the last escape may be cut.
        let cut = if self.long { self.value.iter().rev().take(2).position(|byte| *byte == b'%') } else { None };
        let length = self.value.len().saturating_sub(cut.map_or(0, |cut| cut.saturating_add(1)));
        let value = plain(self.value.get(..length).unwrap_or(&self.value));
        if begins_json(&value) {
            if !self.long {
                self.strings(&value, stood.at, setting, found);
            }
            return;
        }
        let held = if self.long { held_by_start(&value) } else { held(&value) };
        match held {
            Some(Held::Text(text)) => self.read(&text, stood.at, setting, |_| true, found),
            Some(Held::Claims(text)) => self.read(&text, stood.at, setting, Kind::identifies, found),
            Some(Held::File) => {
                let span = stood.span.unwrap_or(Span { start: stood.at, end: stood.at });
                found.push(Finding::uninspectable(Reason::Binary, span, Place::whole(self.part)));
            }
            None => {}
        }
    }

    /// The strings of JSON.
    fn strings(self, value: &[u8], at: u64, setting: &Setting, found: &mut Vec<Finding>) {
        let (mut strings, known) = (Strings::new(self.part, at, setting.clone()), found.len());
        strings.push(value, found);
        strings.finish(found);
        let span = Span { start: at, end: at };
        found.iter_mut().skip(known).for_each(|finding| finding.span = span);
    }

    /// What the value holds as text, of such kinds.
    fn read(self, text: &[u8], at: u64, setting: &Setting, of: impl Fn(Kind) -> bool, found: &mut Vec<Finding>) {
        let document = Document {
            part: self.part.clone(),
            charset: Some(Charset::Utf8),
            syntax: Syntax::Html,
            escape: Escape::None,
            label: self.label,
            offset: 0,
            returns: setting.returns,
            stands: None,
        };
        let mut inside = Vec::new();
        Readings::new(document, Arc::clone(&setting.lens)).finish_with(text, &mut inside);
        let counts = |finding: &Finding| match finding.what {
            What::Kind(kind) => of(kind) && finding.confidence >= Confidence::Probable,
            _ => false,
        };
        found.extend(inside.into_iter().filter(counts).map(|finding| {
            let steps: Box<[Step]> = Box::new([Step::coded()]);
            let place = Place { line: finding.place.line, ..Place::within(self.part.clone(), steps) };
            let span = Span { start: at, end: at };
            Finding { span, place, mask: Box::default(), also: Box::default(), ..finding }
        }));
    }
}

/// Whether a value begins as JSON does, written as it is or in percent escapes.
fn begins_json(value: &[u8]) -> bool {
    matches!(value, [b'{' | b'[', ..] | [b'%', b'7', b'B' | b'b', ..] | [b'%', b'5', b'B' | b'b', ..])
}
