//! Metafiles (MS-EMF, MS-WMF): pictures drawn by commands, some of which write text.

use super::bytes::{decode, from, part, size_at, some, u16_at, u32_at, utf16};
use super::runs;
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;

/// A bitmap of so many bytes may show writing.
const LEAST_PICTURE: usize = 4096;

/// An enhanced metafile: its first record is the header, which holds a mark.
pub(super) fn bears(bytes: &[u8]) -> bool {
    u32_at(bytes, 0) == Some(1) && part(bytes, 40, 4) == Some(b" EMF")
}

/// A metafile of Windows, with or without the head that says where it is placed.
pub(super) fn bears_wmf(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD7, 0xCD, 0xC6, 0x9A]) || matches!(bytes, [1 | 2, 0, 9, 0, 0, 1 | 3, ..]) && bytes.len() >= 18
}

/// Texts one after the other: those of one height on one line.
#[derive(Default)]
struct Lines {
    text: String,
    height: Option<u32>,
    has_picture: bool,
}

impl Lines {
    fn put(&mut self, height: u32, text: &str) {
        if !self.text.is_empty() {
            self.text.push(if self.height == Some(height) { ' ' } else { '\n' });
        }
        self.height = Some(height);
        self.text.push_str(text);
    }

    fn say(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        walk.say(&self.text)?;
        if self.has_picture {
            walk.unreadable(Reason::Image);
        }
        Ok(())
    }
}

/// The texts of an enhanced metafile.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (mut lines, mut at) = (Lines::default(), 0usize);
    while let (Some(kind), Some(size)) = (u32_at(bytes, at), u32_at(bytes, at.saturating_add(4))) {
        walk.tick()?;
        let record = some(bytes, at, size as usize);
        match kind {
            // EMR_EXTTEXTOUTA, EMR_EXTTEXTOUTW: the text stands where its own offset says (MS-EMF section 2.2.5).
            83 | 84 => text(record, 36, kind == 84, &mut lines),
            // EMR_POLYTEXTOUTA, EMR_POLYTEXTOUTW
            96 | 97 => {
                for index in 0..size_at(record, 36).min(record.len() / 40) {
                    text(record, 40usize.saturating_add(index.saturating_mul(40)), kind == 97, &mut lines);
                }
            }
            // EMR_SMALLTEXTOUT
            108 => small(record, &mut lines),
            // EMR_GDICOMMENT: of EMF+, its records hold UTF-16.
            70 => lines.put(u32::MAX, &runs::wide(from(record, 12))),
            76..=81 | 114 | 116 => lines.has_picture |= record.len() >= LEAST_PICTURE,
            14 => break,
            _ => {}
        }
        at = at.saturating_add((size as usize).max(8));
    }
    lines.say(walk)
}

/// A text object at a place in the record: reference point, number of characters, where they are.
fn text(record: &[u8], at: usize, wide: bool, lines: &mut Lines) {
    let count = size_at(record, at.saturating_add(8));
    let start = size_at(record, at.saturating_add(12));
    let height = u32_at(record, at.saturating_add(4)).unwrap_or(0);
    let bytes = some(record, start, if wide { count.saturating_mul(2) } else { count });
    lines.put(height, &if wide { utf16(bytes) } else { decode(encoding_rs::EUC_KR, bytes) });
}

/// A text with fewer options (MS-EMF section 2.3.5.37).
fn small(record: &[u8], lines: &mut Lines) {
    let (height, count) = (u32_at(record, 12).unwrap_or(0), size_at(record, 16));
    let options = u32_at(record, 20).unwrap_or(0);
    let start = if options & 0x100 == 0 { 52 } else { 36 };
    let narrow = options & 0x200 != 0;
    let bytes = some(record, start, if narrow { count } else { count.saturating_mul(2) });
    lines.put(height, &if narrow { decode(encoding_rs::EUC_KR, bytes) } else { utf16(bytes) });
}

/// The texts of a metafile of Windows.
pub(super) fn read_wmf(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let bytes = if bytes.starts_with(&[0xD7, 0xCD, 0xC6, 0x9A]) { from(bytes, 22) } else { bytes };
    let (mut lines, mut at) = (Lines::default(), 18usize);
    while let (Some(size), Some(kind)) = (u32_at(bytes, at), u16_at(bytes, at.saturating_add(4))) {
        walk.tick()?;
        let size = (size as usize).saturating_mul(2);
        let data = from(some(bytes, at, size), 6);
        match kind {
            // META_TEXTOUT: the length, the text, where it is.
            0x0521 => {
                let length = usize::from(u16_at(data, 0).unwrap_or(0));
                let height = u16_at(data, length.next_multiple_of(2).saturating_add(2)).unwrap_or(0);
                lines.put(u32::from(height), &decode(encoding_rs::EUC_KR, some(data, 2, length)));
            }
            // META_EXTTEXTOUT: where it is, the length, options, a rectangle with some of them, the text.
            0x0A32 => {
                let length = usize::from(u16_at(data, 4).unwrap_or(0));
                let start = if u16_at(data, 6).unwrap_or(0) & 6 == 0 { 8 } else { 16 };
                let height = u16_at(data, 0).unwrap_or(0);
                lines.put(u32::from(height), &decode(encoding_rs::EUC_KR, some(data, start, length)));
            }
            // META_ESCAPE: comments, in which whole enhanced metafiles are kept.
            0x0626 => lines.put(u32::MAX, &runs::wide(data)),
            0x0940 | 0x0B41 | 0x0F43 | 0x0922 | 0x0B23 => lines.has_picture |= size >= LEAST_PICTURE,
            0 => break,
            _ => {}
        }
        at = at.saturating_add(size.max(6));
    }
    lines.say(walk)
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;

    /// A record of a metafile.
    fn record(kind: u32, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &(data.len() as u32 + 8).to_le_bytes(), data].concat()
    }

    #[test]
    fn texts_of_one_height_are_one_line() {
        let written = |height: u32, text: &str| {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut data = vec![0; 32];
            data.extend(height.to_le_bytes());
            data.extend((units.len() as u32 / 2).to_le_bytes());
            data.extend(76u32.to_le_bytes());
            data.extend([0; 24]);
            data.extend(units);
            record(84, &data)
        };
        let mut header = vec![0; 80];
        header[32..36].copy_from_slice(b" EMF");
        let file =
            [record(1, &header), written(10, "주민번호"), written(10, "900101-1234568"), written(30, "끝")].concat();
        let heard = Heard::of("a.emf", &file);
        assert_eq!(heard.text(), "주민번호 900101-1234568\n끝\n\n");
        // What it draws beside its text is a picture.
        assert_eq!(heard.unreadable, [("a.emf".to_owned(), crate::vocab::Reason::Image)]);
    }

    #[test]
    fn texts_of_windows_metafiles_are_read() {
        let text = encoding_rs::EUC_KR.encode("홍길동 010").0;
        let mut data = vec![0, 0, 0, 0, text.len() as u8, 0, 0, 0];
        data.extend(text.iter());
        let mut file = vec![1, 0, 9, 0, 0, 3];
        file.extend([0; 12]);
        file.extend(((data.len() as u32 + 6) / 2).to_le_bytes());
        file.extend(0x0A32u16.to_le_bytes());
        file.extend(data);
        assert_eq!(Heard::of("a.wmf", &file).text(), "홍길동 010\n\n");
    }
}
