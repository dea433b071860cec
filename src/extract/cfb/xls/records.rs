//! Records of BIFF (MS-XLS section 2.1.4), and the strings in them, which may go on in the next.

use super::super::bytes::{decode, from, part, some, u16_at, utf16};
use encoding_rs::Encoding;

pub(super) const BOF: u16 = 0x809;
pub(super) const EOF: u16 = 0x0A;
pub(super) const CONTINUE: u16 = 0x3C;

/// The version of the records, and the charset of strings of bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Biff {
    /// BIFF 8 has Unicode; BIFF 5 has bytes.
    pub(super) is_8: bool,
    pub(super) charset: &'static Encoding,
}

impl Biff {
    /// A string behind its length in one or in two bytes.
    pub(super) fn string(self, text: &mut Text<'_>, length_in_two: bool) -> Option<String> {
        let length = if length_in_two { text.u16()? } else { u16::from(text.u8()?) };
        self.counted(text, usize::from(length))
    }

    /// A string of so many characters.
    pub(super) fn counted(self, text: &mut Text<'_>, length: usize) -> Option<String> {
        if self.is_8 {
            text.unicode(length).map(|(text, _)| text)
        } else {
            Some(decode(self.charset, &text.take(length)))
        }
    }
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'b> {
    /// Where its head stands in the stream.
    pub(super) at: usize,
    pub(super) id: u16,
    pub(super) data: &'b [u8],
    stream: &'b [u8],
}

impl<'b> Record<'b> {
    /// Its data from `skip` on, with what continues it.
    pub(super) fn text(&self, skip: usize) -> Text<'b> {
        Text {
            stream: self.stream,
            rest: from(self.data, skip),
            next: self.at.saturating_add(4).saturating_add(self.data.len()),
        }
    }
}

/// The records of a stream from a place on.
pub(super) struct Records<'b> {
    stream: &'b [u8],
    at: usize,
}

impl<'b> Records<'b> {
    pub(super) fn from(stream: &'b [u8], at: usize) -> Records<'b> {
        Records { stream, at }
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        let (id, length) = (u16_at(self.stream, self.at)?, u16_at(self.stream, self.at.saturating_add(2))?);
        let start = self.at.saturating_add(4);
        let data = some(self.stream, start, usize::from(length));
        let record = Record { at: self.at, id, data, stream: self.stream };
        self.at = start.saturating_add(usize::from(length));
        Some(record)
    }
}

/// Data of a record that may go on in `CONTINUE` records.
#[derive(Debug, Clone)]
pub(super) struct Text<'b> {
    stream: &'b [u8],
    rest: &'b [u8],
    /// Where the next record begins.
    next: usize,
}

impl<'b> Text<'b> {
    /// Data that does not go on anywhere.
    pub(super) fn of(data: &'b [u8]) -> Text<'b> {
        Text { stream: &[], rest: data, next: 0 }
    }

    /// What is left of this record.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// Whether anything is left here or where it goes on.
    fn fill(&mut self) -> bool {
        while self.rest.is_empty() {
            let Some(record) = Records::from(self.stream, self.next).next().filter(|record| record.id == CONTINUE)
            else {
                return false;
            };
            self.rest = record.data;
            self.next = record.at.saturating_add(4).saturating_add(record.data.len());
        }
        true
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.fill();
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    /// So many bytes, or what is there of them.
    pub(super) fn take(&mut self, length: usize) -> Vec<u8> {
        let mut out = Vec::new();
        while out.len() < length && self.fill() {
            let piece = some(self.rest, 0, length.saturating_sub(out.len()));
            out.extend_from_slice(piece);
            self.rest = from(self.rest, piece.len());
        }
        out
    }

    /// All of it.
    pub(super) fn all(&mut self) -> Vec<u8> {
        self.take(usize::MAX)
    }

    /// A Unicode string of so many characters behind its flags (MS-XLS section 2.5.293), and its phonetic text.
    pub(super) fn unicode(&mut self, length: usize) -> Option<(String, Option<String>)> {
        let flags = self.u8()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.u16()?) };
        let extra = if flags & 4 == 0 { 0 } else { self.u32()? as usize };
        let text = self.characters(length, flags & 1 == 1);
        self.take(runs.saturating_mul(4));
        let extra = self.take(extra);
        Some((text, phonetic(&extra)))
    }

    /// Characters of one or two bytes; where they go on in another record, its first byte says anew of how many.
    pub(super) fn characters(&mut self, length: usize, wide: bool) -> String {
        let (mut units, mut wide) = (Vec::new(), wide);
        while units.len() < length {
            if self.rest.is_empty() {
                if !self.fill() {
                    break;
                }
                wide = self.u8().is_some_and(|flags| flags & 1 == 1);
            }
            let missing = length.saturating_sub(units.len());
            if wide {
                let piece = some(self.rest, 0, missing.saturating_mul(2));
                units.extend(super::super::bytes::units(piece));
                self.rest = from(self.rest, piece.len());
            } else {
                let piece = some(self.rest, 0, missing);
                units.extend(piece.iter().map(|&byte| u16::from(byte)));
                self.rest = from(self.rest, piece.len());
            }
        }
        char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }
}

/// How a string is spoken: text of its own behind fourteen bytes (MS-XLS section 2.5.90).
fn phonetic(extra: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(extra, 10)?);
    let text = utf16(part(extra, 14, length.checked_mul(2)?)?);
    (!text.trim().is_empty()).then_some(text)
}
