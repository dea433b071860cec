//! The pages, in their order (ISO 32000-2 section 7.7.3).

use super::file::Place;
use super::object::{Dict, Object};
use super::{Pdf, annotations, filters};
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use std::collections::HashSet;
use std::rc::Rc;

/// Curves on a page without text from which on it is taken for text that was turned into outlines.
const OUTLINES: u32 = 200;

/// Reads the pages of the revision that the file is turned to. Of an earlier one (`newest` is false) only those whose contents
/// were not yet read.
///
/// # Errors
/// The limits; the time.
pub(super) fn read(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, newest: bool) -> Result<(), Halt> {
    let root = pdf.file.root(walk)?;
    let mut open = vec![(root.get("Pages").clone(), Object::Null)];
    let (mut been, mut number) = (HashSet::new(), 0_u32);
    while let Some((node, inherited)) = open.pop() {
        walk.tick()?;
        if let Object::Ref(number) = node
            && !been.insert(number)
        {
            continue;
        }
        let object = pdf.file.get(walk, &node)?;
        let Some(dict) = object.dict() else {
            if newest {
                walk.unreadable(Reason::Damaged);
            }
            continue;
        };
        let own = pdf.file.get(walk, dict.get("Resources"))?;
        let resources = if own.dict().is_some() { own } else { inherited };
        let kids = pdf.file.get(walk, dict.get("Kids"))?;
        if let Object::Array(kids) = &kids {
            open.extend(kids.iter().rev().map(|kid| (kid.clone(), resources.clone())));
            continue;
        }
        number = number.saturating_add(1);
        walk.page()?;
        let done = walk.within(Step::Page(number), |walk| page(pdf, walk, dict, &resources, newest.then_some(number)));
        done?;
    }
    Ok(())
}

/// Reads a page; `number` is given for the newest revision.
fn page(
    pdf: &mut Pdf<'_>,
    walk: &mut Walk<'_>,
    dict: &Rc<Dict>,
    resources: &Object,
    number: Option<u32>,
) -> Result<(), Halt> {
    let (places, streams) = contents(pdf, walk, dict, number.is_some())?;
    if number.is_none() && places.iter().all(|place| pdf.file.seen.contains(place)) {
        return Ok(());
    }
    pdf.file.seen.extend(places);
    let mut bytes = Vec::new();
    for stream in &streams {
        let Object::Stream(stream) = stream else { continue };
        match filters::decode(&mut pdf.file, walk, stream) {
            Ok(decoded) => {
                if decoded.damaged || decoded.picture {
                    walk.unreadable(Reason::Damaged);
                }
                bytes.extend_from_slice(&decoded.bytes);
                bytes.push(b'\n');
            }
            Err(halt) => walk.note(Err(halt))?,
        }
    }
    pdf.reader.begin();
    let done = pdf.reader.read(&mut pdf.file, walk, &bytes, resources);
    walk.note(done)?;
    pdf.reader.give(walk)?;
    judge(pdf, walk, number);
    annotations::read(pdf, walk, dict)
}

/// The streams of a page's contents, and where they are.
fn contents(
    pdf: &mut Pdf<'_>,
    walk: &mut Walk<'_>,
    dict: &Dict,
    newest: bool,
) -> Result<(Vec<Place>, Vec<Object>), Halt> {
    let held = dict.get("Contents");
    let object = pdf.file.get(walk, held)?;
    let parts = match &object {
        Object::Array(array) => array.to_vec(),
        Object::Null if *held == Object::Null => Vec::new(),
        _ => vec![held.clone()],
    };
    let (mut places, mut streams) = (Vec::new(), Vec::new());
    for part in &parts {
        let stream = pdf.file.get(walk, part)?;
        if let Object::Ref(number) = part {
            places.extend(pdf.file.place_of(*number));
        }
        match stream {
            Object::Stream(_) => streams.push(stream),
            // An empty array of nothing is no contents; a reference to nothing is contents that are missing.
            _ if newest => walk.unreadable(Reason::Damaged),
            _ => {}
        }
    }
    Ok((places, streams))
}

/// Says what of a page could not be read.
fn judge(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, number: Option<u32>) {
    let seen = &pdf.reader.seen;
    if seen.is_unknown() {
        walk.unreadable(Reason::UndecodableGlyphs);
    }
    pdf.text |= seen.glyphs > 0 && number.is_some();
    if seen.glyphs == 0 && (seen.pictures > 0 || seen.curves >= OUTLINES) {
        pdf.pictures.extend(number);
    }
}
