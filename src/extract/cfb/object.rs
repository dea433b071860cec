//! Embedded objects: what an application put into a storage of its own, and the picture that stands for it.

use super::bytes::{decode, from, some, u16_at, u32_at, z};
use super::tree::{Id, Tree};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// Streams that are a file.
pub(super) const FILES: [&str; 3] = ["Package", "CONTENTS", "\u{1}Ole10ItemName"];

/// The streams of an object (MS-OLEDS section 2), as far as they hold a file.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    for name in FILES {
        if let Some(id) = tree.stream(at, name) {
            let done = tree.read(id, walk).and_then(|stream| walk.open(&super::bytes::clean(name), &stream));
            walk.note(done)?;
        }
    }
    if let Some(id) = tree.stream(at, "\u{1}Ole10Native") {
        let done = tree.read(id, walk).and_then(|stream| native(&stream, walk));
        walk.note(done)?;
    }
    for id in tree.left(at) {
        if tree.is_stream(id) && tree.name(id).starts_with("\u{2}OlePres") {
            walk.within(Step::Preview, |walk| {
                let stream = tree.read(id, walk)?;
                picture(&stream, walk)
            })?;
        }
    }
    Ok(())
}

/// A file that was dropped into a document: its length, its name, the path it came from, the file (MS-OLEDS 2.3.6, and
/// what
/// the packager writes).
fn native(stream: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some((label, paths, data)) = packaged(stream) else {
        // An application of its own kind writes what it likes behind the length.
        return walk.open("", from(stream, 4));
    };
    walk.within(Step::EntryName, |walk| walk.say(&paths))?;
    walk.open(&super::bytes::clean(&label), data)
}

/// The label, both paths, and the file.
fn packaged(stream: &[u8]) -> Option<(String, String, &[u8])> {
    if u16_at(stream, 4)? != 2 {
        return None;
    }
    let mut rest = from(stream, 6);
    let mut name = || {
        let bytes = z(rest);
        rest = from(rest, bytes.len().saturating_add(1));
        decode(encoding_rs::EUC_KR, bytes)
    };
    let (label, path) = (name(), name());
    let rest = from(rest, 4);
    let length = u32_at(rest, 0)? as usize;
    let temporary = decode(encoding_rs::EUC_KR, z(some(rest, 4, length)));
    let rest = from(rest, length.checked_add(4)?);
    let length = u32_at(rest, 0)? as usize;
    let behind = from(rest, length.checked_add(4)?);
    let wide: String = super::runs::wide(behind);
    Some((label.clone(), format!("{label}\n{path}\n{temporary}\n{wide}"), some(rest, 4, length)))
}

/// A presentation (MS-OLEDS section 2.3.4): a metafile behind a header whose length varies. It is found by its own
/// mark.
fn picture(stream: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let start = u32_at(stream, 0).filter(|&mark| mark == 0xFFFF_FFFF).and_then(|_| {
        let device = u32_at(stream, 8)? as usize;
        (if device > 4 { 8usize.checked_add(device) } else { Some(12) })?.checked_add(28)
    });
    let data = from(stream, start.unwrap_or(0));
    if data.is_empty() {
        return Ok(());
    }
    if u32_at(data, 0) == Some(1) && data.get(40..44) == Some(b" EMF") || data.starts_with(&[1, 0, 9, 0]) {
        return walk.open("", data);
    }
    super::loose(stream, walk)
}
