//! The bytes of a document that are kept: as they came, and as they are read once percent escapes are undone.

use super::{Escape, Lax};
use crate::inspect::percent;
use crate::text::transcode::Transcoding;
use std::ops::Range;

/// A document that begins with so many bytes at once is likely a page: room is made for one, so that it need not be moved
/// while it grows.
const LARGE: usize = 8 << 10;
const WHOLE: usize = 64 << 10;

/// So many escapes are undone at once.
const ROOM: usize = 128;

/// A stretch of a document.
#[derive(Debug)]
pub(in crate::inspect) struct Window {
    escape: Escape,
    /// Offset in the body of the first byte.
    base: u64,
    /// What is read.
    text: Vec<u8>,
    /// Only where escapes are undone: the bytes as they came, and where in them each byte of `text` begins.
    raw: Vec<u8>,
    starts: Vec<u32>,
    /// Whether characters of two bytes follow, in ISO-2022-KR.
    shifted: bool,
    /// How many bytes of `raw` have become `text`; the rest is an escape that is not complete.
    read: usize,
}

impl Window {
    pub(super) fn new(escape: Escape, base: u64) -> Window {
        Window { escape, base, text: Vec::new(), raw: Vec::new(), starts: Vec::new(), shifted: false, read: 0 }
    }

    pub(in crate::inspect) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether its bytes are not the text's.
    pub(super) fn is_transcoded(&self) -> bool {
        matches!(self.escape, Escape::Transcoded(_))
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Appends bytes as they came; `last` if nothing follows.
    pub(super) fn push(&mut self, bytes: &[u8], last: bool) {
        if self.escape == Escape::None {
            if self.text.capacity() == 0 && bytes.len() >= LARGE {
                self.text.reserve(WHOLE);
            }
            self.text.extend_from_slice(bytes);
            return;
        }
        self.raw.extend_from_slice(bytes);
        if let Escape::Lax(lax) = self.escape {
            return self.push_lax(lax, last);
        }
        if let Escape::Transcoded(transcoding) = self.escape {
            return self.push_transcoded(transcoding, last);
        }
        self.push_escaped(last);
    }

    /// From its start on the text is in this charset.
    pub(super) fn transcode(&mut self, transcoding: Transcoding, last: bool) {
        self.escape = Escape::Transcoded(transcoding);
        self.raw = std::mem::take(&mut self.text);
        self.push_transcoded(transcoding, last);
    }

    fn push_transcoded(&mut self, transcoding: Transcoding, last: bool) {
        while let Some(found) = transcoding.read(self.raw.get(self.read..).unwrap_or_default(), self.shifted, last) {
            for byte in found.char.encode_utf8(&mut [0; 4]).bytes() {
                self.text.push(byte);
                self.starts.push(u32::try_from(self.read).unwrap_or(u32::MAX));
            }
            self.shifted = found.shifted;
            self.read += found.len;
        }
    }

    /// Bytes that were made for a text in UTF-8 as they are written in this one.
    pub(super) fn encoded(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Escape::Transcoded(transcoding) = self.escape else { return bytes };
        let mut out = Vec::with_capacity(2 * bytes.len());
        String::from_utf8_lossy(&bytes).chars().for_each(|char| transcoding.encode(char, false, &mut out));
        out
    }

    /// An escape that is none is itself.
    fn push_escaped(&mut self, last: bool) {
        let (form, whole) = (self.escape == Escape::Form, self.raw.len());
        while let Some(rest) = self.raw.get(self.read..).filter(|rest| !rest.is_empty()) {
            // Room is made for many at once: to ask for it byte by byte costs more than the escapes do.
            let (mut said, mut starts) = ([0; ROOM], [0; ROOM]);
            let (count, left) = unescape(rest, whole, form, last, &mut said, &mut starts);
            self.text.extend_from_slice(said.get(..count).unwrap_or_default());
            self.starts.extend_from_slice(starts.get(..count).unwrap_or_default());
            self.read = whole - left;
            if count == 0 {
                return;
            }
        }
    }

    /// What is read of an escape may have more bytes than it was written with, or fewer.
    fn push_lax(&mut self, lax: Lax, last: bool) {
        while let Some(said) = lax.next(self.raw.get(self.read..).unwrap_or_default(), self.text.last().copied(), last)
        {
            let bytes = said.bytes();
            for (number, byte) in bytes.iter().enumerate() {
                self.text.push(*byte);
                // Where several bytes are several characters, each has some of what was written.
                let before = if said.is_one() { 0 } else { number.min(said.len) };
                self.starts.push(u32::try_from(self.read + before).unwrap_or(u32::MAX));
            }
            self.read += said.len;
        }
    }

    /// Where in `raw` the byte of `text` begins, or would begin.
    fn start(&self, at: usize) -> usize {
        self.starts.get(at).map_or(self.read, |start| *start as usize)
    }

    /// Which byte of `text` stands at an offset in the body, or is the first after it.
    pub(in crate::inspect) fn index(&self, offset: u64) -> usize {
        let at = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        match self.escape {
            Escape::None => at.min(self.text.len()),
            _ => self.starts.partition_point(|start| (*start as usize) < at),
        }
    }

    /// The offset in the body of a byte of `text`, or of its end.
    pub(in crate::inspect) fn offset(&self, at: usize) -> u64 {
        self.base + if self.escape == Escape::None { at } else { self.start(at) } as u64
    }

    /// Appends the bytes of this range as they came.
    pub(super) fn copy(&self, range: Range<usize>, out: &mut Vec<u8>) {
        let raw = match self.escape {
            Escape::None => self.text.get(range),
            _ => self.raw.get(self.start(range.start)..self.start(range.end)),
        };
        out.extend_from_slice(raw.unwrap_or_default());
    }

    /// Appends `bytes` in the place of the range, which has as many of them: what was escaped stays escaped.
    pub(super) fn write(&self, range: Range<usize>, bytes: &[u8], out: &mut Vec<u8>) {
        if self.escape == Escape::None {
            out.extend_from_slice(bytes);
            return;
        }
        if let Escape::Transcoded(transcoding) = self.escape {
            let raw = self.raw.get(self.start(range.start)..self.start(range.end)).unwrap_or_default();
            let wide = range.len() > 1 && raw.len() == 2;
            return transcoding.write(&String::from_utf8_lossy(bytes), raw, wide, out);
        }
        for (at, byte) in range.zip(bytes) {
            let plain = matches!(self.escape, Escape::Lax(lax) if !lax.form);
            if plain || self.start(at + 1).saturating_sub(self.start(at)) == 1 {
                out.push(*byte);
            } else {
                out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 0xF)]);
            }
        }
    }

    /// Lets go of the first bytes of `text`.
    pub(super) fn drop_front(&mut self, count: usize) {
        let raw = self.start(count);
        self.base = self.offset(count);
        self.text.drain(..count.min(self.text.len()));
        if self.escape == Escape::None {
            return;
        }
        self.raw.drain(..raw.min(self.raw.len()));
        self.starts.drain(..count.min(self.starts.len()));
        self.read -= raw;
        for start in &mut self.starts {
            *start -= raw as u32;
        }
    }
}

/// Undoes the escapes of `rest`, which ends at `whole`, as far as there is room, and tells where each byte of it began; how
/// many there are, and how many bytes are left. An escape that is not complete is left unless it is the last.
#[inline]
fn unescape(
    rest: &[u8],
    whole: usize,
    form: bool,
    last: bool,
    said: &mut [u8; ROOM],
    starts: &mut [u32; ROOM],
) -> (usize, usize) {
    let (mut rest, mut count) = (rest, 0);
    for (to, start) in said.iter_mut().zip(starts) {
        let at = (whole - rest.len()) as u32;
        (*to, rest) = match rest {
            [b'%', high, low, after @ ..] => match percent::pair(*high, *low) {
                Some(byte) => (byte, after),
                None => (b'%', rest.get(1..).unwrap_or_default()),
            },
            [b'%', after @ ..] if last => (b'%', after),
            [b'%', ..] | [] => break,
            [b'+', after @ ..] if form => (b' ', after),
            [byte, after @ ..] => (*byte, after),
        };
        *start = at;
        count += 1;
    }
    (count, rest.len())
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' + (value - 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_written_back() {
        let mut window = Window::new(Escape::Form, 100);
        for byte in b"a%38+%e9%zz%4z%4" {
            window.push(&[*byte], false);
        }
        assert_eq!(window.text(), b"a8 \xe9%zz%4z");
        window.push(b"", true);
        assert_eq!(window.text(), b"a8 \xe9%zz%4z%4");
        assert_eq!((window.offset(1), window.offset(2), window.offset(12)), (101, 104, 116));
        window.drop_front(1);
        assert_eq!((window.offset(0), window.offset(1)), (101, 104));
        let mut out = Vec::new();
        window.write(0..2, b"**", &mut out);
        window.copy(2..3, &mut out);
        assert_eq!(out, b"%2A*%e9");
    }
}
