//! Every object that was not read on the way: of earlier revisions, of no revision at all, of parts that nobody thought of.

use super::content::Reader;
use super::file::Place;
use super::filters::{self, is_picture};
use super::lexer::{Item, Lexer};
use super::object::{Object, Stream};
use super::scan::Found;
use super::{Pdf, annotations, texts};
use crate::extract::{FORMATS, Halt, Walk};
use crate::vocab::{Reason, Step};
use memchr::memmem;
use std::rc::Rc;

/// So many bytes of a stream say what it is.
const HEAD: usize = 4 << 10;

/// Reads all that was not yet seen.
///
/// # Errors
/// The limits; the time.
pub(super) fn read(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let ends: Vec<usize> = memmem::find_iter(pdf.file.bytes, b"%%EOF").collect();
    // What is in force comes first: what it leads to is its own, and not an earlier revision's.
    pass(pdf, walk, &ends, true)?;
    pass(pdf, walk, &ends, false)
}

fn pass(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, ends: &[usize], in_force: bool) -> Result<(), Halt> {
    let mut inside = 0_usize;
    for found in pdf.file.found.clone() {
        walk.tick()?;
        if found.at < inside {
            continue;
        }
        let place = Place::Plain(found.at);
        let object = pdf.file.read(walk, place)?;
        visit(pdf, walk, found, place, ends, in_force)?;
        let Object::Stream(stream) = object else { continue };
        if stream.dict.get("Type").is("ObjStm") {
            packed(pdf, walk, found, ends, in_force)?;
        }
        // What looks like an object in bytes that were read as they are is none of its own.
        if *stream.dict.get("Filter") == Object::Null {
            inside = stream.end;
        }
    }
    Ok(())
}

fn packed(
    pdf: &mut Pdf<'_>,
    walk: &mut Walk<'_>,
    container: Found,
    ends: &[usize],
    in_force: bool,
) -> Result<(), Halt> {
    let index = match pdf.file.container(walk, container.at) {
        Ok(container) => container.index.clone(),
        Err(halt) => return walk.note(Err(halt)),
    };
    for (at, (number, _)) in index.iter().enumerate() {
        let found = Found { number: *number, at: container.at };
        visit(pdf, walk, found, Place::Packed(container.at, at), ends, in_force)?;
    }
    Ok(())
}

/// Reads one object at the place it has in the file's history, if it was not seen; those in force or the others.
fn visit(
    pdf: &mut Pdf<'_>,
    walk: &mut Walk<'_>,
    found: Found,
    place: Place,
    ends: &[usize],
    in_force: bool,
) -> Result<(), Halt> {
    if in_force != (pdf.file.place_of(found.number) == Some(place)) || !pdf.file.seen.insert(place) {
        return Ok(());
    }
    let object = pdf.file.read(walk, place)?;
    let before = ends.partition_point(|end| *end < found.at).saturating_add(1);
    if in_force || before >= ends.len() {
        return one(pdf, walk, found.number, &object);
    }
    let revision = Step::Revision(u32::try_from(before).unwrap_or(u32::MAX));
    walk.within(revision, |walk| one(pdf, walk, found.number, &object))
}

fn one(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, number: u32, object: &Object) -> Result<(), Halt> {
    let step = match object.dict() {
        Some(dict) if dict.has("T") && ["FT", "V", "Kids", "TU"].iter().any(|key| dict.has(key)) => {
            Step::FormField(annotations::field_name(pdf, walk, dict)?)
        }
        Some(dict) if dict.get("Type").is("Metadata") => Step::Properties,
        _ => Step::Part(format!("object {number}")),
    };
    walk.within(step, |walk| match object {
        Object::Stream(found) => {
            if matches!(found.dict.get("Type").name(), Some(b"XRef" | b"ObjStm")) {
                return Ok(());
            }
            texts::read(pdf, walk, &found.dict)?;
            stream(pdf, walk, found)
        }
        Object::Dict(dict) => texts::read(pdf, walk, dict).map(drop),
        other => texts::read_any(pdf, walk, other),
    })
}

/// Whether a stream holds what no text can be in: pictures, font programs, colour profiles, functions.
fn is_mute(stream: &Stream) -> bool {
    let dict = &stream.dict;
    let subtype = dict.get("Subtype").name().unwrap_or_default();
    let program = dict.has("Length1") || matches!(subtype, b"Type1C" | b"CIDFontType0C" | b"OpenType");
    let picture = subtype == b"Image" || is_picture(stream);
    let profile = dict.get("N").int().is_some() && !dict.has("Type") && subtype.is_empty();
    let map = dict.has("CMapName") || dict.get("Type").is("CMap");
    let numbers = dict.has("FunctionType") || dict.has("ShadingType");
    (program || picture || profile || map || numbers) && !dict.get("Type").is("EmbeddedFile")
}

fn stream(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, stream: &Rc<Stream>) -> Result<(), Halt> {
    if is_mute(stream) {
        return Ok(());
    }
    let decoded = filters::decode(&mut pdf.file, walk, stream)?;
    if decoded.damaged {
        walk.unreadable(Reason::Damaged);
    }
    let bytes = &*decoded.bytes;
    let dict = &stream.dict;
    if dict.get("Type").is("EmbeddedFile") {
        walk.entry()?;
        return walk.open("", bytes);
    }
    if FORMATS.iter().copied().flatten().any(|format| (format.bears)(bytes)) {
        return walk.open("", bytes);
    }
    let drawn = dict.get("Subtype").is("Form") || dict.has("PatternType");
    if drawn || is_contents(bytes, walk.limits().nesting) {
        contents(pdf, walk, bytes, dict.get("Resources"))?;
        return Ok(());
    }
    if bytes.starts_with(b"/CIDInit") || !is_text(bytes) { Ok(()) } else { walk.raw(bytes) }
}

/// Whether bytes look like text in some charset: fewer than one in a hundred is a control character.
fn is_text(bytes: &[u8]) -> bool {
    let wide = bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]);
    let control = |byte: &&u8| **byte < b' ' && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    wide || bytes.iter().filter(control).count().saturating_mul(100) < bytes.len()
}

/// Operators by which drawings are known.
const OPERATORS: &[&[u8]] = &[
    b"q", b"Q", b"cm", b"w", b"J", b"j", b"M", b"d", b"ri", b"i", b"gs", b"m", b"l", b"c", b"v", b"y", b"h", b"re",
    b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n", b"W", b"W*", b"BT", b"ET", b"Tc", b"Tw", b"Tz",
    b"TL", b"Tf", b"Tr", b"Ts", b"Td", b"TD", b"Tm", b"T*", b"Tj", b"TJ", b"'", b"\"", b"d0", b"d1", b"CS", b"cs",
    b"SC", b"SCN", b"sc", b"scn", b"G", b"g", b"RG", b"rg", b"K", b"k", b"sh", b"Do", b"BI", b"ID", b"EI", b"MP",
    b"DP", b"BMC", b"BDC", b"EMC", b"BX", b"EX",
];

/// Whether bytes look like the contents of something that is drawn: the first words are operators, nearly all.
fn is_contents(bytes: &[u8], nesting: u32) -> bool {
    let mut lexer = Lexer::of_contents(bytes.get(..HEAD.min(bytes.len())).unwrap_or_default(), nesting);
    let (mut known, mut words) = (0_usize, 0_usize);
    while let Ok(item) = lexer.item() {
        match item {
            Item::Word(word) => {
                words = words.saturating_add(1);
                known = known.saturating_add(usize::from(OPERATORS.contains(&word)));
            }
            Item::End => break,
            _ => {}
        }
    }
    words > 0 && known.saturating_mul(10) >= words.saturating_mul(9)
}

fn contents(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, bytes: &[u8], resources: &Object) -> Result<(), Halt> {
    let resources = pdf.file.get(walk, resources)?;
    let reader: &mut Reader = &mut pdf.reader;
    reader.begin();
    let done = reader.read(&mut pdf.file, walk, bytes, &resources);
    walk.note(done)?;
    reader.give(walk)?;
    if reader.seen.is_unknown() {
        walk.unreadable(Reason::UndecodableGlyphs);
    }
    Ok(())
}
