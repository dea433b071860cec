//! HWP 5: records in streams that are deflated, and encrypted in distribution documents.

mod distribution;
mod place;
mod records;
mod section;
mod text;

use super::bytes::{clean, u16_at, u32_at, utf16};
use super::tree::{Id, Tree};
use super::{inflate, loose, runs};
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use records::{BIN_DATA, Records};
use section::{Held, Section};
use std::collections::HashMap;

/// What stands at the start of the stream `FileHeader`.
const SIGNATURE: &[u8] = b"HWP Document File";

/// The properties of a document (section 3.2.1, table 3).
#[derive(Clone, Copy)]
struct Flags(u32);

impl Flags {
    fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    fn is_deflated(self) -> bool {
        self.has(0)
    }

    /// Why its text cannot be read, if so: a password, a rights management system, a certificate.
    fn locked(self) -> Option<Reason> {
        if self.has(1) || self.has(8) {
            Some(Reason::Encrypted)
        } else if self.has(4) || self.has(10) {
            Some(Reason::Drm)
        } else {
            None
        }
    }
}

/// A storage with a `FileHeader`; another application's stream of that name is left to others.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(header) = tree.get(at, "FileHeader", walk)? else { return Ok(()) };
    if !header.starts_with(SIGNATURE) {
        return loose(&header, walk);
    }
    let flags = Flags(u32_at(&header, 36).unwrap_or(0));
    preview(tree, at, walk)?;
    if let Some(reason) = flags.locked() {
        // What is encrypted is noise: it is not searched.
        for name in ["BodyText", "ViewText", "BinData", "Scripts", "DocHistory"] {
            if let Some(id) = tree.storage(at, name) {
                tree.take(id);
            }
        }
        return Err(Halt::Part(reason));
    }
    // A document with protected personal data keeps that data encrypted in itself.
    if flags.has(13) {
        walk.unreadable(Reason::Encrypted);
    }
    let bins = doc_info(tree, at, flags, walk)?;
    let mut held = Held::default();
    for name in ["BodyText", "ViewText"] {
        sections(tree, at, name, flags, &mut held, walk)?;
    }
    // Of a distribution document of a newer version, whose text is locked in another way, only the sentence can be
    // read.
    if held.placeholder && !held.text {
        walk.unreadable(Reason::Drm);
    }
    bin_data(tree, at, flags, &bins, walk)?;
    scripts(tree, at, flags, walk)?;
    history(tree, at, walk)
}

/// Unlocks and inflates a stream; a damage in it is noted here.
fn plain(stream: Vec<u8>, deflated: bool, walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    let stream = distribution::unlock(&stream)?.unwrap_or(stream);
    if !deflated {
        return Ok(stream);
    }
    let (plain, whole) = inflate::raw(&stream, walk)?;
    if !whole {
        walk.unreadable(Reason::Damaged);
    }
    Ok(plain)
}

fn preview(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.within(Step::Preview, |walk| {
        if let Some(text) = tree.get(at, "PrvText", walk)? {
            walk.say(&utf16(&text))?;
        }
        match tree.get(at, "PrvImage", walk)? {
            // A picture of the first page, whose text is read from the page itself: it is searched, not opened as a
            // picture.
            Some(image) => walk.raw(&image),
            None => Ok(()),
        }
    })
}

/// Which binary data says of itself that it is deflated, or is not: by its number.
type Bins = HashMap<u16, bool>;

/// Names of fonts, styles, authors; and how the binary data is packed.
fn doc_info(tree: &mut Tree<'_>, at: Id, flags: Flags, walk: &mut Walk<'_>) -> Result<Bins, Halt> {
    let mut bins = Bins::new();
    let Some(id) = tree.stream(at, "DocInfo") else { return Ok(bins) };
    walk.within(Step::Properties, |walk| {
        let stream = tree.read(id, walk)?;
        let stream = plain(stream, flags.is_deflated(), walk)?;
        let mut texts = String::new();
        for record in Records::of(&stream) {
            walk.tick()?;
            if record.tag == BIN_DATA {
                let kind = u16_at(record.data, 0).unwrap_or(0);
                match kind >> 4 & 3 {
                    1 => drop(bins.insert(u16_at(record.data, 2).unwrap_or(0), true)),
                    2 => drop(bins.insert(u16_at(record.data, 2).unwrap_or(0), false)),
                    _ => {}
                }
            }
            // Colours and shapes hold no text.
            if !matches!(record.tag, 0x10 | 0x11 | 0x14..=0x16 | 0x19) {
                texts.push_str(&runs::wide(record.data));
            }
        }
        walk.say(&texts)
    })?;
    Ok(bins)
}

fn sections(
    tree: &mut Tree<'_>,
    at: Id,
    name: &str,
    flags: Flags,
    held: &mut Held,
    walk: &mut Walk<'_>,
) -> Result<(), Halt> {
    let Some(storage) = tree.storage(at, name) else { return Ok(()) };
    for id in tree.left(storage) {
        let number = tree.name(id).strip_prefix("Section").and_then(|number| number.parse::<u32>().ok());
        let (Some(number), true) = (number, tree.is_stream(id)) else { continue };
        walk.within(Step::Section(number.saturating_add(1)), |walk| {
            let stream = tree.read(id, walk)?;
            let stream = plain(stream, flags.is_deflated(), walk)?;
            Section::read(&stream, held, walk)
        })?;
    }
    Ok(())
}

/// Pictures and objects. How one is packed, its record says; where that is wrong, it is opened as it is.
fn bin_data(tree: &mut Tree<'_>, at: Id, flags: Flags, bins: &Bins, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(storage) = tree.storage(at, "BinData") else { return Ok(()) };
    for id in tree.left(storage) {
        if !tree.is_stream(id) {
            continue;
        }
        let name = tree.name(id).to_owned();
        let number = name.get(3..7).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let deflated = number.and_then(|number| bins.get(&number)).copied().unwrap_or(flags.is_deflated());
        let stream = match tree.read(id, walk) {
            Ok(stream) => stream,
            failed => {
                walk.within(Step::File(clean(&name)), |_| failed.map(drop))?;
                continue;
            }
        };
        let inflated = if deflated { inflate::raw(&stream, walk) } else { Ok((Vec::new(), true)) };
        match inflated {
            Ok((bytes, whole)) if !bytes.is_empty() => {
                walk.open(&name, &bytes)?;
                if !whole {
                    walk.within(Step::File(clean(&name)), |_| Err(Halt::DAMAGED))?;
                }
            }
            Ok(_) => walk.open(&name, &stream)?,
            failed => walk.within(Step::File(clean(&name)), |_| failed.map(drop))?,
        }
    }
    Ok(())
}

fn scripts(tree: &mut Tree<'_>, at: Id, flags: Flags, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(storage) = tree.storage(at, "Scripts") else { return Ok(()) };
    for id in tree.left(storage) {
        if tree.is_stream(id) {
            walk.within(Step::Script, |walk| {
                let stream = tree.read(id, walk)?;
                let stream = plain(stream, flags.is_deflated(), walk)?;
                walk.say(&clean(&utf16(&stream)))
            })?;
        }
    }
    Ok(())
}

/// Earlier versions that are kept in the document (section 3.2.11), always deflated.
fn history(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(storage) = tree.storage(at, "DocHistory") else { return Ok(()) };
    for (number, id) in tree.left(storage).into_iter().enumerate() {
        if tree.is_stream(id) {
            walk.within(Step::Revision(u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1)), |walk| {
                let stream = tree.read(id, walk)?;
                let stream = plain(stream, true, walk)?;
                loose(&stream, walk)
            })?;
        }
    }
    Ok(())
}
