//! ZIP, and what is a ZIP inside: OOXML, ODF, HWPX. What one is, its entries say.

mod cells;
mod codec;
mod directory;
mod flat;
mod hwpml;
mod hwpx;
mod leaf;
mod markup;
mod number;
mod odf;
mod ods;
mod ooxml;
mod package;
mod rels;
mod rewrite;
mod sheets;
mod sheets_2003;
mod strings;
mod styles;
#[cfg(test)]
pub(crate) mod tests;
mod writing;
mod xlsb;
mod xml;
mod xps;

pub use rewrite::{Cover, Editor, Means, NotRewritten, rewrite};
pub use sheets_2003::bears as is_sheet_in_xml;

use crate::extract::archive::TAR;
use crate::extract::{Format, Halt, Walk, flow};
use crate::vocab::Step;
use directory::Directory;
use memchr::memmem;
use package::Package;

/// The formats of this family.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "zip", bears, read },
    Format { name: "flat-odf", bears: odf::is_flat, read: odf::read_flat },
    Format { name: "flat-word", bears: flat::bears, read: flat::read },
    Format { name: "flat-excel", bears: sheets_2003::bears, read: sheets_2003::read },
    Format { name: "hwpml", bears: hwpml::bears, read: hwpml::read },
];

/// The end of a central directory: its signature, and the bytes before its comment (APPNOTE 4.3.16).
const END: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;

/// Whether it is a ZIP: at its start, or by the end of a directory at its end, whatever stands before.
fn bears(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 4] = [b"PK\x03\x04", END, b"PK\x07\x08PK", b"PK00PK"];
    starts.iter().any(|start| bytes.starts_with(start)) || ends_with_directory(bytes)
}

/// Whether the end of a directory stands at the end, with the directory before it: a program that unpacks itself, or a
/// file that is two things at once.
fn ends_with_directory(bytes: &[u8]) -> bool {
    // A compound file and a tar hold others, and are padded behind them; they are read by their own readers. One that was
    // glued before an archive is not padded.
    let padded = bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") || TAR.iter().any(|tar| (tar.bears)(bytes));
    let tail_at = bytes.len().saturating_sub(END_SIZE + usize::from(u16::MAX));
    let tail = bytes.get(tail_at..).unwrap_or_default();
    memmem::rfind_iter(tail, END).any(|at| {
        let end = tail_at.saturating_add(at);
        let comment = bytes.get(end.saturating_add(20)..end.saturating_add(END_SIZE));
        let comment = comment.and_then(|length| length.try_into().ok()).map_or(0, u16::from_le_bytes);
        if padded && end.saturating_add(END_SIZE).saturating_add(usize::from(comment)) != bytes.len() {
            return false;
        }
        // With numbers of 64 bits the directory is told of elsewhere, by what stands before this (4.3.15).
        if bytes.get(end.saturating_sub(20)..end).is_some_and(|locator| locator.starts_with(b"PK\x06\x07")) {
            return true;
        }
        let size = bytes.get(end.saturating_add(12)..end.saturating_add(16));
        let size = size.and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
        let directory = size.and_then(|size| end.checked_sub(usize::try_from(size).ok()?));
        directory.and_then(|at| bytes.get(at..end)).is_some_and(|found| found.starts_with(b"PK\x01\x02"))
    })
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut directory = Directory::survey(bytes, walk)?;
    // Each kind of fault is told once.
    directory.faults.dedup();
    for fault in std::mem::take(&mut directory.faults) {
        walk.unreadable(fault);
    }
    beside(&directory, bytes, walk)?;
    let comments = std::iter::once(&directory.comment).chain(directory.entries.iter().map(|entry| &entry.comment));
    for (comment, number) in comments.filter(|comment| !comment.trim().is_empty()).zip(1..) {
        walk.within(Step::Comment(number), |walk| walk.say(comment))?;
    }
    let mut package = Package::new(directory.entries);
    package.say_names(walk)?;
    xps::read(&mut package, walk)?;
    if package.has("[content_types].xml") {
        ooxml::read(&mut package, walk)?;
    }
    match package.kind(walk)? {
        package::Kind::Odf => odf::read(&mut package, walk)?,
        package::Kind::Hwpx => hwpx::read(&mut package, walk)?,
        package::Kind::Other => {}
    }
    package.rest(walk)
}

/// Bytes that belong to no entry. Those before it are left to another format, if the file bears its mark too.
fn beside(directory: &Directory<'_>, bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let others = || crate::extract::FORMATS.iter().copied().flatten().filter(|format| format.name != "zip");
    if !directory.before.is_empty() && !others().any(|format| (format.bears)(bytes)) {
        walk.within(Step::Part("before the archive".to_owned()), |walk| walk.raw(directory.before))?;
    }
    for extra in
        directory.entries.iter().flat_map(directory::Entry::extras).filter(|extra| directory::has_number(extra))
    {
        walk.within(Step::Part("between the entries".to_owned()), |walk| walk.raw(extra))?;
    }
    for piece in &directory.beside {
        walk.within(Step::Part("between the entries".to_owned()), |walk| walk.raw(piece))?;
    }
    Ok(())
}
