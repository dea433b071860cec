//! Messages of Outlook (MS-OXMSG): a stream a property, a storage a recipient and an attachment.

mod lzfu;

use super::bytes::{clean, codepage, decode, from, u32_at, utf16};
use super::tree::{Id, Tree};
use super::{loose, runs};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use encoding_rs::Encoding;

/// What the names of streams of properties begin with.
const PROPERTY: &str = "__substg1.0_";

/// A property's identifier and type, from the name of its stream: `__substg1.0_0037001F`, and a number behind it, if it
/// is one of several.
fn property(name: &str) -> Option<(u16, u16)> {
    let digits = name.strip_prefix(PROPERTY)?;
    let id = u16::from_str_radix(digits.get(..4)?, 16).ok()?;
    let kind = u16::from_str_radix(digits.get(4..8)?, 16).ok()?;
    Some((id, kind))
}

/// A message in a storage.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let charset = charset(tree, at, walk)?;
    heads(tree, at, charset, walk)?;
    bodies(tree, at, charset, walk)?;
    for id in tree.left(at) {
        let name = tree.name(id).to_owned();
        if tree.is_stream(id) {
            continue;
        }
        if name.starts_with("__recip_version1.0") {
            tree.take(id);
            heads(tree, id, charset, walk)?;
        } else if name.starts_with("__attach_version1.0") {
            tree.take(id);
            attachment(tree, id, charset, walk)?;
        } else if name.starts_with("__nameid") {
            // Names of properties: kept for what add-ins put there.
            tree.take(id);
            for id in tree.left(id) {
                if tree.is_stream(id) {
                    let stream = tree.read(id, walk)?;
                    walk.within(Step::Properties, |walk| walk.say(&runs::wide(&stream)))?;
                }
            }
        }
    }
    Ok(())
}

/// The charset of strings of bytes: as the message says (properties 3FDE, 3FFD), or Korean.
fn charset(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<&'static Encoding, Halt> {
    let properties = tree.get(at, "__properties_version1.0", walk)?.unwrap_or_default();
    let value = |tag: u32| {
        let all = [24usize, 32].into_iter().flat_map(|start| from(&properties, start).as_chunks::<16>().0);
        let mut found = all.filter(|entry| u32_at(entry.as_slice(), 0) == Some(tag));
        found.next().and_then(|entry| u32_at(entry.as_slice(), 8))
    };
    let page = value(0x3FFD_0003).or_else(|| value(0x3FDE_0003));
    Ok(codepage(page.filter(|&page| page != 1200).unwrap_or(949)))
}

/// Text of a property; nothing, if it is none.
fn text(kind: u16, bytes: &[u8], charset: &'static Encoding) -> Option<String> {
    match kind & 0xFFF {
        0x1F => Some(utf16(bytes)),
        0x1E => Some(decode(charset, bytes)),
        _ => None,
    }
}

/// Every property that is text, but the bodies.
fn heads(tree: &mut Tree<'_>, at: Id, charset: &'static Encoding, walk: &mut Walk<'_>) -> Result<(), Halt> {
    for id in tree.left(at) {
        let Some((number, kind)) = property(tree.name(id)).filter(|_| tree.is_stream(id)) else { continue };
        if !matches!(kind & 0xFFF, 0x1E | 0x1F) || matches!(number, 0x1000 | 0x1013) {
            continue;
        }
        walk.within(Step::MessageHead(name(number)), |walk| {
            let stream = tree.read(id, walk)?;
            let text = text(kind, &stream, charset).unwrap_or_default();
            walk.say(text.trim_end_matches('\0'))
        })?;
    }
    Ok(())
}

/// The name of a property, as a message would name it (MS-OXPROPS).
fn name(number: u16) -> String {
    let known = match number {
        0x0037 | 0x0E1D | 0x0070 => "Subject",
        0x007D => "Headers",
        0x0C1A | 0x0C1F | 0x0042 | 0x0065 | 0x5D01 | 0x5D02 => "From",
        0x0E04 => "To",
        0x0E03 => "Cc",
        0x0E02 => "Bcc",
        0x3001 | 0x3003 | 0x39FE | 0x5FF6 => "Recipient",
        0x1035 => "Message-ID",
        0x1039 => "References",
        0x1042 => "In-Reply-To",
        other => return format!("{other:04X}"),
    };
    known.to_owned()
}

/// The text as it is, as HTML, and as RTF.
fn bodies(tree: &mut Tree<'_>, at: Id, charset: &'static Encoding, walk: &mut Walk<'_>) -> Result<(), Halt> {
    for id in tree.left(at) {
        let Some((number, kind)) = property(tree.name(id)).filter(|_| tree.is_stream(id)) else { continue };
        match number {
            0x1000 => walk.within(Step::MessageText, |walk| {
                let stream = tree.read(id, walk)?;
                walk.say(&text(kind, &stream, charset).unwrap_or_else(|| decode(charset, &stream)))
            })?,
            0x1013 => walk.within(Step::MessageText, |walk| {
                let stream = tree.read(id, walk)?;
                match kind {
                    0x1F => walk.raw(utf16(&stream).as_bytes()),
                    _ => walk.raw(&stream),
                }
            })?,
            0x1009 => walk.within(Step::MessageText, |walk| {
                let stream = tree.read(id, walk)?;
                if !lzfu::is_packed(&stream) {
                    return loose(&stream, walk);
                }
                let (rtf, whole) = lzfu::unpack(&stream).ok_or(Halt::DAMAGED)?;
                walk.unpacked(rtf.len())?;
                walk.open("body.rtf", &rtf)?;
                if whole { Ok(()) } else { Err(Halt::DAMAGED) }
            })?,
            _ => {}
        }
    }
    Ok(())
}

/// An attachment: a file, another message, or an object.
fn attachment(tree: &mut Tree<'_>, at: Id, charset: &'static Encoding, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut file = String::new();
    for number in [0x3707, 0x3704, 0x3001] {
        for kind in [0x1F, 0x1E] {
            let stream = format!("{PROPERTY}{number:04X}{kind:04X}");
            if file.is_empty()
                && let Some(id) = tree.stream(at, &stream)
            {
                let bytes = tree.read(id, walk)?;
                file = clean(&text(kind, &bytes, charset).unwrap_or_default());
            }
        }
    }
    tree.stream(at, "__properties_version1.0").into_iter().for_each(|id| tree.take(id));
    heads(tree, at, charset, walk)?;
    if let Some(id) = tree.stream(at, "__substg1.0_37010102") {
        let done = tree.read(id, walk).and_then(|bytes| walk.open(&file, &bytes));
        walk.note(done)?;
    }
    if let Some(id) = tree.storage(at, "__substg1.0_3701000D") {
        tree.take(id);
        walk.within(Step::File(file.clone()), |walk| super::storage(tree, id, walk))?;
    }
    walk.within(Step::File(file), |walk| super::rest(tree, at, walk))
}
