//! Property sets (MS-OLEPS): title, author, keywords, and what else applications and people put there.

use super::bytes::{codepage, decode, f64_at, from, size_at, some, u16_at, u32_at, utf16z, z};
use super::tree::{Id, Tree};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use encoding_rs::Encoding;

/// Values in a vector, and properties in a set, at most.
const MOST_VALUES: usize = 4096;

/// Every stream that is a property set: its name begins with the byte 5 (MS-OLEPS section 2.20).
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    for id in tree.left(at) {
        if tree.is_stream(id) && tree.name(id).starts_with('\u{5}') {
            walk.within(Step::Properties, |walk| {
                let stream = tree.read(id, walk)?;
                let mut texts = texts(&stream);
                texts.retain(|text| !text.trim().is_empty());
                if texts.is_empty() {
                    return Ok(());
                }
                walk.prose(|run| texts.iter().try_for_each(|text| run.line(None, text)))
            })?;
        }
    }
    Ok(())
}

/// All strings of all sets in a stream.
pub(super) fn texts(stream: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let sets = u32_at(stream, 24).unwrap_or(0).min(2);
    for set in 0..sets as usize {
        let at = size_at(stream, 28usize.saturating_add(set.saturating_mul(20)).saturating_add(16));
        one(from(stream, at), &mut out);
    }
    out
}

fn one(set: &[u8], out: &mut Vec<String>) {
    let count = size_at(set, 4).min(MOST_VALUES);
    if set.len() < 8 {
        return;
    }
    let property = |index: usize| {
        let at = 8usize.saturating_add(index.saturating_mul(8));
        Some((u32_at(set, at)?, from(set, size_at(set, at.saturating_add(4)))))
    };
    let properties: Vec<_> = (0..count).map_while(property).collect();
    let page = properties.iter().find(|(id, _)| *id == 1).and_then(|(_, value)| u16_at(value, 4));
    let charset = codepage(page.map_or(949, u32::from));
    for (id, value) in properties {
        if id == 0 {
            dictionary(value, charset, out);
        } else if id != 1 {
            typed(value, charset, out);
        }
    }
}

/// A value behind its type (MS-OLEPS section 2.15).
fn typed(value: &[u8], charset: &'static Encoding, out: &mut Vec<String>) {
    let kind = u32_at(value, 0).unwrap_or(0);
    let in_vector = kind & 0x1000 != 0;
    let (count, mut at) = if in_vector { (size_at(value, 4).min(MOST_VALUES), 8usize) } else { (1, 4) };
    for _ in 0..count {
        // Office writes strings of a vector without padding, others with it: a length beyond the end tells.
        if in_vector && size_at(value, at) > value.len() {
            at = at.next_multiple_of(4);
        }
        let kind = match kind & 0xFFF {
            // A value of any type, behind its own type.
            0x0C => {
                at = at.saturating_add(4);
                u32_at(value, at.saturating_sub(4)).unwrap_or(0)
            }
            kind => kind,
        };
        let Some(taken) = scalar(kind, from(value, at), in_vector, charset, out) else { return };
        at = at.saturating_add(taken);
    }
}

/// One value; how many bytes it takes.
fn scalar(kind: u32, rest: &[u8], tight: bool, charset: &'static Encoding, out: &mut Vec<String>) -> Option<usize> {
    let length = u32_at(rest, 0)? as usize;
    match kind {
        // VT_LPSTR, VT_BSTR: with UTF-16 where that is the set's code page.
        0x1E | 8 => {
            let bytes = some(rest, 4, length);
            let wide = charset == encoding_rs::UTF_16LE;
            out.push(if wide { utf16z(bytes) } else { decode(charset, z(bytes)) });
            let taken = 4usize.saturating_add(length);
            if tight { Some(taken) } else { taken.checked_next_multiple_of(4) }
        }
        // VT_LPWSTR
        0x1F => {
            let bytes = length.saturating_mul(2);
            out.push(utf16z(some(rest, 4, bytes)));
            Some(4usize.saturating_add(bytes).checked_next_multiple_of(4)?)
        }
        // VT_BLOB: links of the document summary are UTF-16 in it.
        0x41 => {
            out.push(super::runs::wide(some(rest, 4, length)));
            Some(4usize.saturating_add(length).checked_next_multiple_of(4)?)
        }
        // Whole numbers and floating point numbers that people put there.
        3 | 0x13 => number(length.to_string(), 4, out),
        5 => number(format!("{}", f64_at(rest, 0)?), 8, out),
        0x14 | 0x15 => {
            let high = u64::from(u32_at(rest, 4)?) << 32;
            number((high | length as u64).to_string(), 8, out)
        }
        _ => None,
    }
}

/// Shorter numbers are counts of pages and words.
fn number(text: String, taken: usize, out: &mut Vec<String>) -> Option<usize> {
    if text.len() >= 6 {
        out.push(text);
    }
    Some(taken)
}

/// The names of properties that people made (MS-OLEPS section 2.17).
fn dictionary(value: &[u8], charset: &'static Encoding, out: &mut Vec<String>) {
    let count = size_at(value, 0).min(MOST_VALUES);
    let mut rest = from(value, 4);
    for _ in 0..count {
        let Some(length) = u32_at(rest, 4) else { return };
        let wide = charset == encoding_rs::UTF_16LE;
        let bytes = if wide { (length as usize).saturating_mul(2) } else { length as usize };
        let name = some(rest, 8, bytes);
        out.push(if wide { utf16z(name) } else { decode(charset, z(name)) });
        let taken = 8usize.saturating_add(bytes);
        rest = from(rest, if wide { taken.saturating_add(3) & !3 } else { taken });
    }
}
