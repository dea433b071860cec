//! Whole tags at once: where nobody asks what stands inside a tag, only its name and its end matter.

use crate::text::near::find;
use crate::text::packed::Packed;

/// A tag that is complete.
pub(super) struct Tag<'a> {
    /// Its name as it is written, without the slash.
    pub(super) name: &'a [u8],
    pub(super) closing: bool,
    /// Its bytes, from `<` to `>`.
    pub(super) len: usize,
}

/// Letters of the names that [`Tag::known`] tells from others.
const FEWEST: usize = 3;
const LETTERS: usize = 8;

/// Whether a byte ends the name of an attribute.
static ENDS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let ends = b"\t\n\x0C\r />=";
    let mut at = 0;
    while at < ends.len() {
        table[ends[at] as usize] = true;
        at += 1;
    }
    table
};

impl<'a> Tag<'a> {
    /// The tag that begins with the first byte, a `<`; `None` if there is none, or if it is not complete.
    pub(super) fn read(bytes: &'a [u8], xml: bool) -> Option<Tag<'a>> {
        if let [b'<', b'/', first, second, b'>', ..] = bytes
            && first.is_ascii_alphabetic()
            && second.is_ascii_alphanumeric()
        {
            return Some(Tag { name: bytes.get(2..4)?, closing: true, len: 5 });
        }
        let closing = bytes.get(1) == Some(&b'/');
        let start = if closing { 2 } else { 1 };
        let first = *bytes.get(start)?;
        if !(first.is_ascii_alphabetic() || xml && (first == b'_' || first >= 0x80)) {
            return None;
        }
        let rest = bytes.get(start..)?;
        // An equals sign is part of a tag's name.
        let ends = |byte: &u8| ENDS_NAME[usize::from(*byte)] && *byte != b'=';
        let name = rest.get(..rest.iter().position(ends)?)?;
        let end = end(bytes, start + name.len())?;
        Some(Tag { name, closing, len: end + 1 })
    }

    /// Whether its name, in any case, is one of these of three to eight letters.
    pub(super) fn known(&self, names: &[Packed]) -> bool {
        if !(FEWEST..=LETTERS).contains(&self.name.len()) {
            return false;
        }
        let packed = self.name.iter().fold(0, |name, letter| name << 8 | Packed::from(letter.to_ascii_lowercase()));
        names.contains(&packed)
    }
}

/// Where the `>` stands that closes a tag of which the name has been read; values are read over.
fn end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut rest = bytes.get(from..)?;
    let skipped = |rest: &[u8], skips: fn(&u8) -> bool| rest.iter().position(|byte| !skips(byte));
    loop {
        // Between attributes.
        rest = rest.get(skipped(rest, |byte| *byte == b'/' || byte.is_ascii_whitespace())?..)?;
        let (first, after) = rest.split_first()?;
        if *first == b'>' {
            return Some(bytes.len() - rest.len());
        }
        // The name of an attribute, of which an equals sign may be the first letter.
        rest = after.get(skipped(after, |byte| !ENDS_NAME[usize::from(*byte)])?..)?;
        rest = rest.get(skipped(rest, u8::is_ascii_whitespace)?..)?;
        let Some(after) = rest.strip_prefix(b"=") else { continue };
        rest = after.get(skipped(after, u8::is_ascii_whitespace)?..)?;
        let (first, after) = rest.split_first()?;
        match first {
            b'"' | b'\'' => rest = after.get(find(*first, after)? + 1..)?,
            b'>' => return Some(bytes.len() - rest.len()),
            _ => rest = rest.get(skipped(rest, |byte| *byte != b'>' && !byte.is_ascii_whitespace())?..)?,
        }
    }
}
