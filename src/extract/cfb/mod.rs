//! OLE2 compound files (MS-CFB) and all that lives in them: xls, doc, ppt, hwp, msg, embedded objects, encrypted OOXML.
//!
//! One storage may be several things at once; it is read as each. What no reader knows is searched as it is, so that no
//! stream is left out.

mod art;
pub(super) mod bytes;
mod doc;
mod emf;
mod encrypted;
mod grid;
mod hwp;
pub(super) mod inflate;
mod msg;
mod object;
mod ppt;
mod properties;
mod rc4;
pub(super) mod runs;
mod tree;
mod vba;
mod xls;

#[cfg(test)]
mod made;
#[cfg(test)]
mod samples;

use super::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use tree::{Id, MAGIC, ROOT, Tree};

/// The formats of this folder.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "ole2", bears, read },
    Format { name: "emf", bears: emf::bears, read: emf::read },
    Format { name: "wmf", bears: emf::bears_wmf, read: emf::read_wmf },
];

/// A compound file; or one behind its length in four bytes, as HWP keeps OLE objects.
fn bears(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || bytes.get(4..).is_some_and(|rest| rest.starts_with(&MAGIC))
}

/// Reads all of it. What cannot be opened as a compound file is searched for printable text, and said to be damaged.
fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let bytes = if bytes.starts_with(&MAGIC) { bytes } else { bytes::from(bytes, 4) };
    match Tree::open(bytes, walk) {
        Ok(mut tree) => {
            let known = is_known(&tree) || !stands_alone(walk);
            storage(&mut tree, ROOT, walk)?;
            if known { Ok(()) } else { Err(Halt::Part(Reason::UnknownFormat)) }
        }
        Err(Halt::Part(reason)) => {
            scan(bytes, walk)?;
            Err(Halt::Part(reason))
        }
        Err(whole) => Err(whole),
    }
}

/// What a storage is said to be, by a name in it, and who reads it.
type Reader = fn(&mut Tree<'_>, Id, &mut Walk<'_>) -> Result<(), Halt>;

/// Streams whose name says what the storage is.
const READERS: &[(&str, Reader)] = &[
    ("EncryptedPackage", encrypted::read),
    ("Workbook", xls::read),
    ("Book", xls::read),
    ("WordDocument", doc::read),
    ("PowerPoint Document", ppt::read),
    ("FileHeader", hwp::read),
    ("__properties_version1.0", msg::read),
];

/// Whether all streams at the top are of a format that is read, an object's, or small pictures of a folder (`Thumbs.db`). Other
/// programs pack their text in ways of their own, as Visio does: what is not found in their streams may be there all the same.
fn is_known(tree: &Tree<'_>) -> bool {
    let has = |name: &str| tree.stream(ROOT, name).is_some();
    let small = |name: &str| name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    let pictures = has("Catalog");
    let of_object = |name: &str| name.starts_with(|first: char| first < ' ') || object::FILES.contains(&name);
    READERS.iter().any(|(name, _)| has(name))
        || tree.children(ROOT).into_iter().filter(|id| tree.is_stream(*id)).all(|id| {
            let name = tree.name(id);
            of_object(name) || pictures && (name == "Catalog" || small(name))
        })
}

/// Whether the file is one that somebody opens by itself, rather than an object of a document: those are read as far as what
/// they show goes, and have no name of their own.
fn stands_alone(walk: &Walk<'_>) -> bool {
    let ending = walk.name().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    walk.is_outermost() || ending.is_some_and(|ending| !matches!(ending.as_str(), "bin" | "ole"))
}

/// A storage and all below it.
fn storage(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.tick()?;
    for &(name, reader) in READERS {
        if tree.stream(at, name).is_some() {
            let done = reader(tree, at, walk);
            walk.note(done)?;
        }
    }
    properties::read(tree, at, walk)?;
    vba::read(tree, at, walk)?;
    object::read(tree, at, walk)?;
    rest(tree, at, walk)
}

/// What no reader has had.
fn rest(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    for id in tree.left(at) {
        let name = tree.name(id).to_owned();
        if tree.is_stream(id) {
            walk.within(Step::Part(bytes::clean(&name)), |walk| {
                let stream = tree.read(id, walk)?;
                loose(&stream, walk)
            })?;
            continue;
        }
        tree.take(id);
        let holds = tree.children(id).iter().any(|&child| tree.is_stream(child));
        let step = if holds { Step::File(bytes::clean(&name)) } else { Step::Part(bytes::clean(&name)) };
        walk.within(step, |walk| storage(tree, id, walk))?;
    }
    Ok(())
}

/// Bytes of unknown structure: as they are, and what of them is UTF-16.
fn loose(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if bytes.is_empty() {
        return Ok(());
    }
    walk.raw(bytes)?;
    walk.say(&runs::wide(bytes))
}

/// Bytes whose structure is broken: all that can be read in them.
fn scan(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.say(&runs::wide(bytes))?;
    walk.say(&runs::narrow(bytes))
}
