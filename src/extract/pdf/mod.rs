//! PDF (ISO 32000-2): the text of its pages as it is shown, and every other text in the file, whether something leads to it or not.
//!
//! The objects are read by us, because no crate reads what earlier revisions left, or bounds all that it unpacks. First come
//! properties, pages with their annotations, and forms, each under its own name; then the pages of earlier revisions; then every
//! object that was not yet read; then the bytes that belong to no object.

mod annotations;
mod cmap;
mod collections;
mod content;
mod crypt;
mod file;
mod filters;
mod font;
mod gaps;
mod glyphs;
pub(super) mod layout;
mod lexer;
pub(super) mod matrix;
mod object;
mod pages;
mod rest;
mod scan;
mod state;
mod strings;
mod texts;
mod xref;

#[cfg(test)]
mod tests;

use super::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use content::Reader;
use file::File;
use memchr::memmem;
use object::Object;
use std::rc::Rc;

pub(super) const FORMATS: &[Format] = &[
    Format { name: "pdf", bears, read },
    Format { name: "fdf", bears: |bytes| bytes.starts_with(b"%FDF-"), read: read_values },
];

/// Readers look for the mark in the first so many bytes.
const HEAD: usize = 1_024;
/// Earlier revisions whose pages are walked; the objects of others are read one by one.
const MOST_REVISIONS: usize = 32;

fn bears(bytes: &[u8]) -> bool {
    memmem::find(bytes.get(..HEAD.min(bytes.len())).unwrap_or_default(), b"%PDF-").is_some()
}

/// A file being read.
struct Pdf<'f> {
    file: File<'f>,
    reader: Reader,
    /// Pages that show pictures and no text.
    pictures: Vec<u32>,
    /// Whether a page has text.
    text: bool,
}

impl<'f> Pdf<'f> {
    fn open(bytes: &'f [u8], walk: &mut Walk<'_>) -> Result<Pdf<'f>, Halt> {
        let file = File::open(bytes, walk)?;
        Ok(Pdf { file, reader: Reader::default(), pictures: Vec::new(), text: false })
    }
}

/// The values of a form without the form (FDF, ISO 32000-2 section 12.7.8): objects, and no pages.
fn read_values(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut pdf = Pdf::open(bytes, walk)?;
    rest::read(&mut pdf, walk)?;
    gaps::read(&pdf.file, walk)
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut pdf = Pdf::open(bytes, walk)?;
    if is_cut(&pdf.file) {
        // What is missing, nobody knows.
        walk.unreadable(Reason::Damaged);
    }
    properties(&mut pdf, walk)?;
    pages::read(&mut pdf, walk, true)?;
    note_pictures(&pdf, walk)?;
    xfa(&mut pdf, walk)?;
    let revisions = pdf.file.sections.len();
    for age in 1..revisions.min(MOST_REVISIONS) {
        pdf.file.turn_to(age);
        let number = u32::try_from(revisions.saturating_sub(age)).unwrap_or(u32::MAX);
        walk.within(Step::Revision(number), |walk| pages::read(&mut pdf, walk, false))?;
    }
    if revisions > 1 {
        pdf.file.turn_to(0);
    }
    rest::read(&mut pdf, walk)?;
    gaps::read(&pdf.file, walk)
}

/// Whether its end is missing: there is no mark of it, or objects come behind the last one.
fn is_cut(file: &File<'_>) -> bool {
    let last = file.found.last().map_or(0, |found| found.at);
    memmem::rfind(file.bytes, b"%%EOF").map_or(file.rebuilt, |end| last > end)
}

/// The dictionary of title, author and the like, with whatever keys a program wrote.
fn properties(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let trailer = Rc::clone(&pdf.file.trailer);
    let info = trailer.get("Info");
    if let Object::Ref(number) = info {
        pdf.file.seen.extend(pdf.file.place_of(*number));
    }
    walk.within(Step::Properties, |walk| {
        let info = pdf.file.get(walk, info)?;
        match info.dict() {
            Some(dict) => texts::read(pdf, walk, dict).map(drop),
            None => Ok(()),
        }
    })
}

/// A form in XML (section 12.7.8, deprecated): one stream, or pieces of it with names before them.
fn xfa(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let root = pdf.file.root(walk)?;
    let form = pdf.file.get(walk, root.get("AcroForm"))?;
    let held = form.get("XFA").clone();
    let pieces = match pdf.file.get(walk, &held)? {
        Object::Array(pieces) => pieces.to_vec(),
        Object::Stream(_) => vec![held],
        _ => return Ok(()),
    };
    walk.within(Step::Part("XFA".to_owned()), |walk| {
        let mut whole = Vec::new();
        for piece in &pieces {
            if let Object::Stream(_) = pdf.file.get(walk, piece)? {
                whole.extend_from_slice(&texts::stream(pdf, walk, piece)?);
            }
        }
        if whole.is_empty() { Ok(()) } else { walk.raw(&whole) }
    })
}

/// Says which pages are pictures: each, or the file as a whole if no page has text.
fn note_pictures(pdf: &Pdf<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    if !pdf.text && !pdf.pictures.is_empty() {
        walk.unreadable(Reason::ImageOnlyPdf);
        return Ok(());
    }
    pdf.pictures.iter().try_for_each(|page| walk.within(Step::Page(*page), |_| Err(Halt::Part(Reason::ImageOnlyPdf))))
}
