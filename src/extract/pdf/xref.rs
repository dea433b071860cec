//! The tables that say where objects are (ISO 32000-2 sections 7.5.4 to 7.5.8), and what is done without them.

use super::file::{Entry, File, MOST_OBJECTS, Place};
use super::filters;
use super::lexer::{Item, Lexer};
use super::object::{Dict, Object, Stream};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use memchr::memmem;
use std::collections::HashSet;
use std::rc::Rc;

/// Tables of one file: as often as it may have been saved.
const MOST_SECTIONS: usize = 1_024;

/// A table.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) entries: Vec<(u32, Entry)>,
    pub(super) trailer: Rc<Dict>,
}

/// All tables, the newest first.
///
/// # Errors
/// [`Reason::Damaged`], if one of them cannot be read; the limits; the time.
pub(super) fn sections(file: &mut File<'_>, walk: &mut Walk<'_>) -> Result<Vec<Section>, Halt> {
    let start = memmem::rfind(file.bytes, b"startxref").ok_or(Halt::DAMAGED)?;
    let mut lexer = Lexer::new(file.bytes, start.saturating_add(b"startxref".len()), 1);
    let Item::Value(next) = lexer.item()? else { return Err(Halt::DAMAGED) };
    // Offsets are from the mark, if something stands before it.
    let shift = memmem::find(file.bytes.get(..1024.min(file.bytes.len())).unwrap_or_default(), b"%PDF-").unwrap_or(0);
    let (mut sections, mut seen, mut entries) = (Vec::new(), HashSet::new(), 0_usize);
    let mut next = offset(&next);
    while let Some(at) = next {
        walk.tick()?;
        if !seen.insert(at) {
            break;
        }
        if sections.len() >= MOST_SECTIONS {
            return Err(Halt::Part(Reason::TooManyEntries));
        }
        let mut section = section(file, walk, at, shift)?;
        if let Some(hybrid) = offset(section.trailer.get("XRefStm")).filter(|at| seen.insert(*at)) {
            // What only readers of object streams know comes behind, so that it counts.
            section.entries.extend(of_stream_at(file, walk, hybrid, shift)?.entries);
        }
        next = offset(section.trailer.get("Prev"));
        entries = entries.saturating_add(section.entries.len());
        if entries > MOST_OBJECTS.saturating_mul(2) {
            return Err(Halt::Part(Reason::TooManyEntries));
        }
        sections.push(section);
    }
    Ok(sections)
}

fn offset(object: &Object) -> Option<usize> {
    object.int().and_then(|offset| usize::try_from(offset).ok())
}

fn section(file: &mut File<'_>, walk: &mut Walk<'_>, at: usize, shift: usize) -> Result<Section, Halt> {
    for at in [at, at.saturating_add(shift)] {
        let mut lexer = Lexer::new(file.bytes, at, walk.limits().nesting);
        lexer.skip_space();
        let start = lexer.at();
        if lexer.item()? == Item::Word(b"xref") {
            let section = table(&mut lexer, shift)?;
            file.taken.insert(start, lexer.at());
            return Ok(section);
        }
    }
    of_stream_at(file, walk, at, shift)
}

/// A table of the old kind; `shift` is added to its offsets where the object is not where it says.
fn table(lexer: &mut Lexer<'_>, shift: usize) -> Result<Section, Halt> {
    let mut section = Section::default();
    loop {
        lexer.renew();
        let first = match lexer.item()? {
            Item::Value(Object::Int(first)) => u32::try_from(first).map_err(|_| Halt::DAMAGED)?,
            Item::Word(b"trailer") => break,
            _ => return Err(Halt::DAMAGED),
        };
        let Item::Value(Object::Int(count)) = lexer.item()? else { return Err(Halt::DAMAGED) };
        for number in (first..).take(usize::try_from(count).map_err(|_| Halt::DAMAGED)?) {
            lexer.renew();
            let start = lexer.at();
            let (Item::Value(at), Item::Value(_), kind) = (lexer.item()?, lexer.item()?, lexer.item()?) else {
                lexer.go(start);
                break;
            };
            let at = offset(&at).ok_or(Halt::DAMAGED)?;
            let entry = match kind {
                Item::Word(b"n") => Entry::Plain(at.saturating_add(shift)),
                Item::Word(b"f") => Entry::Free,
                _ => return Err(Halt::DAMAGED),
            };
            section.entries.push((number, entry));
            if section.entries.len() > MOST_OBJECTS.saturating_mul(2) {
                return Err(Halt::Part(Reason::TooManyEntries));
            }
        }
    }
    match lexer.item()? {
        Item::Value(Object::Dict(trailer)) => section.trailer = trailer,
        _ => return Err(Halt::DAMAGED),
    }
    Ok(section)
}

/// The table that the stream at an offset is.
fn of_stream_at(file: &mut File<'_>, walk: &mut Walk<'_>, at: usize, shift: usize) -> Result<Section, Halt> {
    for at in [at, at.saturating_add(shift)] {
        let mut lexer = Lexer::new(file.bytes, at, 1);
        lexer.skip_space();
        if let Ok(Object::Stream(stream)) = file.at(walk, Place::Plain(lexer.at())) {
            return of_stream(file, walk, &stream, shift);
        }
    }
    Err(Halt::DAMAGED)
}

fn of_stream(file: &mut File<'_>, walk: &mut Walk<'_>, stream: &Stream, shift: usize) -> Result<Section, Halt> {
    let decoded = filters::decode(file, walk, stream)?;
    let widths: Vec<usize> = stream.dict.get("W").array().iter().filter_map(offset).collect();
    let [kind, second, third] = widths.as_slice() else { return Err(Halt::DAMAGED) };
    let width = kind.saturating_add(*second).saturating_add(*third);
    if width == 0 || width > 24 {
        return Err(Halt::DAMAGED);
    }
    let index = match stream.dict.get("Index") {
        Object::Array(index) => index.to_vec(),
        _ => vec![Object::Int(0), stream.dict.get("Size").clone()],
    };
    let mut rows = decoded.bytes.chunks_exact(width);
    let mut section = Section { entries: Vec::new(), trailer: Rc::clone(&stream.dict) };
    for pair in index.chunks(2) {
        let [first, count] = pair else { break };
        let (Some(first), Some(count)) = (offset(first).and_then(|first| u32::try_from(first).ok()), offset(count))
        else {
            break;
        };
        for (number, row) in (first..).zip(rows.by_ref().take(count)) {
            let (kind_bytes, rest) = row.split_at_checked(*kind).unwrap_or_default();
            let (second, third) = rest.split_at_checked(*second).unwrap_or_default();
            let entry = match if kind_bytes.is_empty() { 1 } else { big_endian(kind_bytes) } {
                0 => Entry::Free,
                1 => Entry::Plain(big_endian(second).saturating_add(shift)),
                2 => Entry::Packed(u32::try_from(big_endian(second)).map_err(|_| Halt::DAMAGED)?, big_endian(third)),
                _ => continue,
            };
            section.entries.push((number, entry));
            if section.entries.len() > MOST_OBJECTS.saturating_mul(2) {
                return Err(Halt::Part(Reason::TooManyEntries));
            }
        }
    }
    Ok(section)
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum: usize, byte| sum.checked_shl(8).unwrap_or(0) | usize::from(*byte))
}

/// Does without tables: of every number the last object in the file counts, then what object streams hold.
///
/// # Errors
/// [`Reason::Damaged`], if there is no catalogue; the limits; the time.
pub(super) fn rebuild(file: &mut File<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    file.sections.clear();
    file.map = file.found.iter().map(|found| (found.number, Entry::Plain(found.at))).collect();
    let mut trailer = trailers(file, walk)?;
    let mut containers = Vec::new();
    for found in file.found.clone() {
        walk.tick()?;
        let Ok(object) = file.at(walk, Place::Plain(found.at)) else { continue };
        match object.get("Type").name() {
            Some(b"ObjStm") => containers.push(found),
            Some(b"XRef") if object.get("Root") != &Object::Null => trailer = object.dict().cloned(),
            Some(b"Catalog") if trailer.is_none() => {
                let root = (Rc::from(*b"Root"), Object::Ref(found.number));
                trailer = Some(Rc::new(Dict { entries: vec![root] }));
            }
            _ => {}
        }
    }
    file.trailer = trailer.clone().unwrap_or_default();
    file.unlock(walk)?;
    for found in containers {
        let Ok(container) = file.container(walk, found.at) else { continue };
        for (index, (number, _)) in container.index.iter().enumerate() {
            let known = file.map.get(number).is_some_and(|entry| matches!(entry, Entry::Plain(at) if *at > found.at));
            if !known {
                file.map.insert(*number, Entry::Packed(found.number, index));
            }
        }
    }
    if trailer.is_none() {
        file.trailer = packed_catalogue(file, walk)?;
    }
    Ok(())
}

/// The last trailer that names a catalogue.
fn trailers(file: &File<'_>, walk: &Walk<'_>) -> Result<Option<Rc<Dict>>, Halt> {
    let mut last = None;
    for at in memmem::find_iter(file.bytes, b"trailer") {
        walk.tick()?;
        let mut lexer = Lexer::new(file.bytes, at.saturating_add(b"trailer".len()), walk.limits().nesting);
        if let Ok(Item::Value(Object::Dict(dict))) = lexer.item()
            && dict.has("Root")
        {
            last = Some(dict);
        }
    }
    Ok(last)
}

/// The catalogue in an object stream, where neither a trailer nor a table names it.
fn packed_catalogue(file: &mut File<'_>, walk: &mut Walk<'_>) -> Result<Rc<Dict>, Halt> {
    let numbers: Vec<u32> = file.map.keys().copied().collect();
    for number in numbers {
        if file.get(walk, &Object::Ref(number))?.get("Type").is("Catalog") {
            return Ok(Rc::new(Dict { entries: vec![(Rc::from(*b"Root"), Object::Ref(number))] }));
        }
    }
    Err(Halt::DAMAGED)
}
