//! Property sets (MS-OLEPS): title, author, keywords, and what else applications and people put there.

use super::bytes::{codepage, decode, from, size_at, some, u16_at, u32_at, utf16z, z};
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
                let texts = texts(&stream);
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
    let mut rest = from(value, 4);
    let count = if kind & 0x1000 == 0 { 1 } else { size_at(rest, 0).min(MOST_VALUES) };
    if kind & 0x1000 != 0 {
        rest = from(rest, 4);
    }
    for _ in 0..count {
        let kind = match kind & 0xFFF {
            // A value of any type, behind its own type.
            0x0C => {
                let own = u32_at(rest, 0).unwrap_or(0);
                rest = from(rest, 4);
                own
            }
            kind => kind,
        };
        let Some(taken) = scalar(kind, rest, charset, out) else { return };
        rest = from(rest, taken);
    }
}

/// One value; how many bytes it takes.
fn scalar(kind: u32, rest: &[u8], charset: &'static Encoding, out: &mut Vec<String>) -> Option<usize> {
    let length = u32_at(rest, 0)? as usize;
    match kind {
        // VT_LPSTR, VT_BSTR: with UTF-16 where that is the set's code page.
        0x1E | 8 => {
            let bytes = some(rest, 4, length);
            let wide = charset == encoding_rs::UTF_16LE;
            out.push(if wide { utf16z(bytes) } else { decode(charset, z(bytes)) });
            Some(4usize.saturating_add(length).next_multiple_of(4))
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
        3 => {
            out.push((length as u32).to_string());
            Some(4)
        }
        _ => None,
    }
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
