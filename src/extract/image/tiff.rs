//! The tags of TIFF, of which EXIF is made (TIFF 6.0 section 2; Exif 2.32): what is text in them, and where it was taken.
//!
//! Tags may share their bytes, so that what is given is bounded by what the file holds.

use crate::extract::archive::decoded;

/// Tags that are followed, at most, on all levels.
const MOST_TAGS: usize = 4096;

/// Tags that lead to further directories: SubIFDs, Exif, GPS, interoperability.
const POINTERS: [u16; 4] = [0x014A, 0x8769, 0x8825, 0xA005];

/// Whether it begins as TIFF does.
pub(super) fn bears(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*")
}

/// All texts of all directories, a line each.
pub(super) fn texts(bytes: &[u8]) -> Vec<String> {
    let mut tags = Tags { bytes, is_little: bytes.starts_with(b"II"), left: MOST_TAGS, texts: Vec::new(), given: 0 };
    let mut directories: Vec<(u32, bool)> = tags.u32(4).map(|first| (first, false)).into_iter().collect();
    while let Some((at, is_gps)) = directories.pop() {
        tags.directory(at, is_gps, &mut directories);
    }
    tags.texts
}

struct Tags<'a> {
    bytes: &'a [u8],
    is_little: bool,
    left: usize,
    texts: Vec<String>,
    /// Bytes that were given as text.
    given: usize,
}

impl<'a> Tags<'a> {
    fn slice(&self, at: u32, length: usize) -> Option<&'a [u8]> {
        let at = usize::try_from(at).ok()?;
        self.bytes.get(at..at.checked_add(length)?)
    }

    fn u16(&self, at: u32) -> Option<u16> {
        let bytes = *self.slice(at, 2)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, at: u32) -> Option<u32> {
        let bytes = *self.slice(at, 4)?.first_chunk()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn directory(&mut self, at: u32, is_gps: bool, further: &mut Vec<(u32, bool)>) -> Option<()> {
        let count = self.u16(at)?;
        for number in 0..u32::from(count) {
            self.left = self.left.checked_sub(1)?;
            self.tag(at.checked_add(2)?.checked_add(number.checked_mul(12)?)?, is_gps, further);
        }
        let next = self.u32(at.checked_add(2)?.checked_add(u32::from(count).checked_mul(12)?)?)?;
        self.left = self.left.checked_sub(1)?;
        if next != 0 {
            further.push((next, is_gps));
        }
        Some(())
    }

    fn tag(&mut self, at: u32, is_gps: bool, further: &mut Vec<(u32, bool)>) -> Option<()> {
        let (tag, kind, count) = (self.u16(at)?, self.u16(at.checked_add(2)?)?, self.u32(at.checked_add(4)?)?);
        let field = at.checked_add(8)?;
        if POINTERS.contains(&tag) && !is_gps {
            further.push((self.u32(field)?, tag == 0x8825));
            return Some(());
        }
        let unit: u32 = match kind {
            1 | 2 | 6 | 7 => 1,
            5 => 8,
            _ => return None,
        };
        let length = usize::try_from(count.checked_mul(unit)?).ok()?;
        let start = if length <= 4 { field } else { self.u32(field)? };
        let value = self.slice(start, length)?;
        let text = match (tag, kind) {
            (2 | 4, 5) if is_gps => {
                format!("GPS {}: {}", if tag == 2 { "latitude" } else { "longitude" }, self.degrees(start)?)
            }
            (_, 5) => return None,
            (0x9C9B..=0x9C9F, _) => wide(value, true),
            (0x9286 | 0x001B | 0x001C, 7) => self.comment(value),
            (_, 2) => decoded(value).replace('\0', "\n"),
            _ => strings(value),
        };
        self.given = self.given.saturating_add(text.len());
        if self.given <= self.bytes.len().saturating_mul(3) {
            self.texts.push(text.trim().to_owned());
        }
        Some(())
    }

    /// A text that begins with the code of its charset, of eight bytes.
    fn comment(&self, value: &[u8]) -> String {
        match value.split_first_chunk::<8>() {
            Some((b"UNICODE\0", text)) => wide(text, self.is_little),
            Some((_, text)) => decoded(text).replace('\0', ""),
            None => String::new(),
        }
    }

    /// Degrees, minutes and seconds, as degrees.
    fn degrees(&self, at: u32) -> Option<f64> {
        let ratio = |number: u32| {
            let at = at.checked_add(number.checked_mul(8)?)?;
            Some(f64::from(self.u32(at)?) / f64::from(self.u32(at.checked_add(4)?)?.max(1)))
        };
        Some(((ratio(0)? + ratio(1)? / 60.0 + ratio(2)? / 3600.0) * 1e6).round() / 1e6)
    }
}

/// UTF-16.
fn wide(bytes: &[u8], is_little: bool) -> String {
    let encoding = if is_little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
    encoding.decode_without_bom_handling(bytes).0.replace('\0', "")
}

/// What looks like text in bytes of a maker's own.
fn strings(bytes: &[u8]) -> String {
    const SHORTEST: usize = 6;
    let runs = bytes.split(|&byte| byte < b' ' || byte == 0x7F).filter(|run| run.len() >= SHORTEST);
    let runs: Vec<&str> = runs.filter_map(|run| std::str::from_utf8(run).ok()).collect();
    runs.join("\n")
}
