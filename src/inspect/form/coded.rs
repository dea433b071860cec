//! Values of fields that are wholly base64 of text, or a `data:` address of it (specification of detectors, section 8.3):
//! scripts of sites encode what somebody wrote before they send it, and the site undoes it.
//!
//! Of values that are JSON the strings are read so. Only what is short, and text once it is decoded, is read; a picture or
//! a key is none. What is found stands nowhere in the body byte by byte, so it has no span of its own, and cannot be masked.

use super::json::Strings;
use crate::inspect::readings::Readings;
use crate::inspect::scan::{Document, Escape};
use crate::inspect::stretch::Setting;
use crate::text::{Charset, Syntax};
use crate::vocab::{Confidence, Finding, Part, Place, Span, Step, What};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::sync::Arc;

/// So much of a value is kept, as it is written; a longer one is not decoded.
const KEPT: usize = 64 << 10;
/// The fewest characters of base64 that may hold a number: eleven bytes, a mobile number.
const FEWEST: usize = 15;

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

/// With padding or without, as scripts write both; the last bits are not looked at.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// The value of a field, as long as it may be one.
pub(in crate::inspect) struct Coded {
    part: Part,
    label: String,
    value: Vec<u8>,
    /// Something in it is not base64, or it is too long.
    ruled_out: bool,
}

impl Coded {
    /// The value of a field with such a name.
    pub(in crate::inspect) fn new(label: String, part: Part) -> Coded {
        Coded { part, label, value: Vec::new(), ruled_out: false }
    }

    /// Another value begins.
    pub(in crate::inspect) fn begin(&mut self) {
        self.value.clear();
        self.ruled_out = false;
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
        let may_be = |byte: &u8| MAY_BE[usize::from(*byte)];
        let escaped = || bytes.array_windows().any(|pair| escapes_beyond_ascii(*pair));
        let is_json = || begins_json(&self.value) || begins_json(bytes) && self.value.is_empty();
        let fits = || is_json() || !escaped() && bytes.iter().all(may_be);
        self.ruled_out = self.ruled_out || self.value.len() + bytes.len() > KEPT || !fits();
        match self.ruled_out {
            true => self.value = Vec::new(),
            false => self.value.extend_from_slice(bytes),
        }
    }

    /// The value has ended at `offset`; `plain` undoes the escapes it is written with. Appends what is found in what it holds.
    pub(in crate::inspect) fn end(
        self,
        plain: impl FnOnce(&[u8]) -> Vec<u8>,
        offset: u64,
        setting: &Setting,
        found: &mut Vec<Finding>,
    ) {
        if !self.is_any() {
            return;
        }
        let value = plain(&self.value);
        if begins_json(&value) {
            let (mut strings, known) = (Strings::new(self.part, offset, setting.clone()), found.len());
            strings.push(&value, found);
            strings.finish(found);
            let span = Span { start: offset, end: offset };
            found.iter_mut().skip(known).for_each(|finding| finding.span = span);
            return;
        }
        let Some(text) = decoded(&value) else { return };
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
        Readings::new(document, Arc::clone(&setting.lens)).finish_with(&text, &mut inside);
        let counts =
            |finding: &Finding| matches!(finding.what, What::Kind(_)) && finding.confidence >= Confidence::Probable;
        found.extend(inside.into_iter().filter(counts).map(|finding| {
            let steps: Box<[Step]> = Box::new([Step::coded()]);
            let place = Place { line: finding.place.line, ..Place::within(self.part.clone(), steps) };
            let span = Span { start: offset, end: offset };
            Finding { span, place, mask: Box::default(), also: Box::default(), ..finding }
        }));
    }
}

/// Whether a value begins as JSON does, written as it is or in percent escapes.
fn begins_json(value: &[u8]) -> bool {
    matches!(value, [b'{' | b'[', ..] | [b'%', b'7', b'B' | b'b', ..] | [b'%', b'5', b'B' | b'b', ..])
}

/// The text that is written in base64, if it is all of the value.
pub(in crate::inspect) fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    let value = value.trim_ascii();
    let code = match value.get(..5) {
        Some(start) if start.eq_ignore_ascii_case(b"data:") => {
            let comma = memchr::memchr(b',', value)?;
            let head = value.get(..comma)?.to_ascii_lowercase();
            value.get(comma + 1..).filter(|_| head.ends_with(b";base64"))?
        }
        _ => value,
    };
    // A form has made spaces of its plus signs.
    let blank = |byte: &&u8| !matches!(**byte, b'\r' | b'\n');
    let code: Vec<u8> = code.iter().filter(blank).map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    // One character more than whole groups holds less than a byte.
    let whole = code.len() >= FEWEST && code.iter().rposition(|byte| *byte != b'=').is_some_and(|last| last % 4 != 0);
    let standard = || GeneralPurpose::new(&STANDARD, LENIENT).decode(&code);
    let text = standard().or_else(|_| GeneralPurpose::new(&URL_SAFE, LENIENT).decode(&code)).ok().filter(|_| whole)?;
    let legible = |char: char| !char.is_control() || matches!(char, '\t' | '\r' | '\n');
    std::str::from_utf8(&text).is_ok_and(|text| text.chars().all(legible)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    #[test]
    fn text_is_decoded_in_every_way_it_is_written() {
        let text = "제 주민번호는 900101-1234568 ~~??>>입니다";
        let standard = STANDARD.encode(text);
        for written in [
            standard.clone(),
            STANDARD_NO_PAD.encode(text),
            URL_SAFE_NO_PAD.encode(text),
            standard.replace('+', " "),
            standard.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line) + "\r\n").collect(),
            format!("data:text/plain;charset=utf-8;base64,{standard}"),
        ] {
            assert_eq!(decoded(written.as_bytes()).as_deref(), Some(text.as_bytes()), "{written}");
        }
    }

    #[test]
    fn what_is_no_text_is_not() {
        let picture = STANDARD.encode([0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, 1, 2, 3]);
        for value in [
            picture.as_str(),
            "010-2234-5678",
            "0161462193fd4e07b1a2c3d4e5f60718",
            "data:text/plain,MDEwLTIyMzQtNTY3OA==",
            "MDEwLTIyMzQtNTY3OA==!",
            "MDEw",
        ] {
            assert_eq!(decoded(value.as_bytes()), None, "{value}");
        }
    }
}
