//! An object within an RTF file: the stream of OLE 1.0 (MS-OLEDS section 2.2).

use crate::extract::{Halt, Walk, archive};

/// Opens the object's own data, under the name of its class or, for a file that was put in as it is, its own.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some((class, native)) = embedded(bytes) else {
        return walk.open("object", bytes);
    };
    if class == "Package"
        && let Some((name, content)) = package(native)
    {
        return walk.open(&name, content);
    }
    walk.open(&class, native)
}

/// Class and native data (MS-OLEDS section 2.2.5, EmbeddedObject). What stands before or behind is of no text.
fn embedded(bytes: &[u8]) -> Option<(String, &[u8])> {
    let rest = bytes.get(8..)?;
    let (class, rest) = counted(rest)?;
    let (_topic, rest) = counted(rest)?;
    let (_item, rest) = counted(rest)?;
    let (native, _) = counted(rest)?;
    let class = class.strip_suffix(&[0]).unwrap_or(class);
    (!native.is_empty()).then(|| (archive::decoded(class), native))
}

/// Bytes behind a count of them.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*count)).ok()?)
}

/// Name and content of a packaged file: a mark, label, path, four bytes, the path of a copy, the content.
fn package(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (label, rest) = until_nul(bytes.get(2..)?)?;
    let (_path, rest) = until_nul(rest)?;
    let (_copy, rest) = counted(rest.get(4..)?)?;
    let (content, _) = counted(rest)?;
    Some((archive::decoded(label), content))
}

fn until_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end.checked_add(1)?..)?))
}
