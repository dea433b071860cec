//! Fonts: from the bytes of a string to characters and their widths (ISO 32000-2 sections 9.6, 9.7 and 9.10).

use super::cmap::CMap;
use super::collections::{Codes, Collection, predefined};
use super::file::File;
use super::filters;
use super::glyphs::{self, Metrics};
use super::lexer::{Item, Lexer};
use super::object::{Dict, Object};
use crate::extract::{Halt, Walk};
use std::borrow::Cow;
use std::rc::Rc;

/// Widths of one font: CIDs have two bytes.
const MOST_WIDTHS: usize = 65_536;
/// Bytes of a Type 1 font program in which its encoding stands.
const PROGRAM_HEAD: usize = 64 << 10;

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    kind: Kind,
    unicode: Option<Rc<CMap>>,
    /// Whether `unicode` is asked last: a font that is not in the file is shown by its encoding, whatever else is said.
    by_encoding: bool,
    /// CIDs or codes with their widths, in order.
    widths: Vec<(u32, f32)>,
    /// First and last CID, and their width.
    ranges: Vec<(u32, u32, f64)>,
    /// The width of all others; `None` if the font brings no widths along.
    other: Option<f64>,
    metrics: Metrics,
    /// From its units to the em: a thousandth, but in fonts of Type 3.
    scale: f64,
    pub(super) vertical: bool,
}

#[derive(Debug)]
enum Kind {
    Simple(Vec<Option<String>>),
    Composite { codes: Codes, map: Option<Rc<CMap>>, collection: Option<Collection> },
}

/// What a glyph stands for: mostly one character.
#[derive(Debug)]
pub(super) enum Text<'f> {
    Char(char),
    Str(Cow<'f, str>),
}

impl Text<'_> {
    /// As a string, for which a character is written into `room`.
    pub(super) fn as_str<'t>(&'t self, room: &'t mut [u8; 4]) -> &'t str {
        match self {
            Text::Char(char) => char.encode_utf8(room),
            Text::Str(text) => text,
        }
    }

    fn first(&self) -> Option<char> {
        match self {
            Text::Char(char) => Some(*char),
            Text::Str(text) => text.chars().next(),
        }
    }
}

/// A glyph that is shown.
#[derive(Debug)]
pub(super) struct Glyph<'f> {
    /// `None` if it cannot be told.
    pub(super) text: Option<Text<'f>>,
    /// Its advance, in ems.
    pub(super) width: f64,
    /// Whether word spacing applies to it.
    pub(super) space: bool,
}

impl Font {
    /// What stands in for a font that is not there: bytes are Windows-1252.
    pub(super) fn missing() -> Font {
        let chars = (0..=255_u8).map(|code| glyphs::base(b"WinAnsiEncoding", code).map(String::from)).collect();
        Font {
            kind: Kind::Simple(chars),
            unicode: None,
            by_encoding: false,
            widths: Vec::new(),
            ranges: Vec::new(),
            other: None,
            metrics: Metrics::of(b""),
            scale: 0.001,
            vertical: false,
        }
    }

    /// Reads a font's dictionary and what it refers to.
    ///
    /// # Errors
    /// [`Halt::Whole`] only: what cannot be read of it is noted, and its glyphs are counted as such.
    pub(super) fn read(file: &mut File<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>) -> Result<Font, Halt> {
        let base = file.get(walk, dict.get("BaseFont"))?;
        let mut font = Font { metrics: Metrics::of(base.name().unwrap_or_default()), ..Font::missing() };
        font.unicode = match file.get(walk, dict.get("ToUnicode"))? {
            Object::Stream(_) => cmap(file, walk, dict.get("ToUnicode"))?,
            _ => None,
        };
        if dict.get("Subtype").is("Type0") {
            font.composite(file, walk, dict)?;
        } else {
            font.simple(file, walk, dict)?;
        }
        Ok(font)
    }

    fn simple(&mut self, file: &mut File<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>) -> Result<(), Halt> {
        let subtype = dict.get("Subtype").name().unwrap_or_default().to_vec();
        let descriptor = file.get(walk, dict.get("FontDescriptor"))?;
        let encoding = file.get(walk, dict.get("Encoding"))?;
        let named = encoding.name().map(<[u8]>::to_vec);
        let named = named.or_else(|| encoding.get("BaseEncoding").name().map(<[u8]>::to_vec));
        let explicit = named.is_some() || encoding.get("Differences") != &Object::Null;
        let base = file.get(walk, dict.get("BaseFont"))?;
        let known = explicit || base.name().is_some_and(is_of_every_viewer);
        self.by_encoding = known && subtype != b"Type3" && !is_embedded(&descriptor);
        let mut chars = match named {
            Some(name) => base_chars(&name),
            None if subtype == b"TrueType" => base_chars(b"WinAnsiEncoding"),
            None if subtype == b"Type3" => vec![None; 256],
            None => match own_encoding(file, walk, descriptor.get("FontFile"))? {
                Some(own) => own,
                None => base_chars(b"StandardEncoding"),
            },
        };
        let differences = file.get(walk, encoding.get("Differences"))?;
        differ(&mut chars, differences.array());
        self.kind = Kind::Simple(chars);
        if subtype == b"Type3" {
            let matrix = file.get(walk, dict.get("FontMatrix"))?;
            self.scale = matrix.array().first().and_then(Object::number).unwrap_or(0.001).abs();
        }
        let first =
            file.get(walk, dict.get("FirstChar"))?.int().and_then(|first| u32::try_from(first).ok()).unwrap_or(0);
        let widths = file.get(walk, dict.get("Widths"))?;
        if let Object::Array(widths) = &widths {
            for (code, width) in (first..).zip(widths.iter()).take(256) {
                self.widths.extend(file.get(walk, width)?.number().map(|width| (code, width as f32)));
            }
            self.other = Some(descriptor.get("MissingWidth").number().unwrap_or(0.0));
        }
        Ok(())
    }

    fn composite(&mut self, file: &mut File<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>) -> Result<(), Halt> {
        let descendants = file.get(walk, dict.get("DescendantFonts"))?;
        let font = file.get(walk, descendants.array().first().unwrap_or(&Object::Null))?;
        let info = file.get(walk, font.get("CIDSystemInfo"))?;
        let ordering = file.get(walk, info.get("Ordering"))?;
        let collection = Collection::named(ordering.string().unwrap_or_default());
        let encoding = file.get(walk, dict.get("Encoding"))?;
        let (mut codes, mut map) = (Codes::Identity, None);
        if let Object::Stream(stream) = &encoding {
            map = cmap(file, walk, dict.get("Encoding"))?;
            let used = file.get(walk, stream.dict.get("UseCMap"))?;
            let named = used.name().map(<[u8]>::to_vec).or_else(|| map.as_ref().and_then(|map| map.base.clone()));
            if let Some((base, vertical)) = named.and_then(|name| predefined(&name)) {
                (codes, self.vertical) = (base, vertical);
            }
            self.vertical |= map.as_ref().is_some_and(|map| map.vertical);
        } else if let Some((known, vertical)) = encoding.name().and_then(predefined) {
            (codes, self.vertical) = (known, vertical);
            let descriptor = file.get(walk, font.get("FontDescriptor"))?;
            self.by_encoding = codes != Codes::Identity && !is_embedded(&descriptor);
        } else {
            // A CMap that is not known: its codes are no CIDs.
            self.kind = Kind::Composite { codes, map: None, collection: None };
            return Ok(());
        }
        self.kind = Kind::Composite { codes, map, collection };
        self.other = Some(file.get(walk, font.get("DW"))?.number().unwrap_or(1000.0));
        let widths = file.get(walk, font.get("W"))?;
        self.cid_widths(file, walk, widths.array())
    }

    /// The array `W` (section 9.7.4.3).
    fn cid_widths(&mut self, file: &mut File<'_>, walk: &mut Walk<'_>, widths: &[Object]) -> Result<(), Halt> {
        let cid = |object: Option<&Object>| object.and_then(Object::int).and_then(|cid| u32::try_from(cid).ok());
        let mut rest = widths.iter();
        while let Some(first) = cid(rest.next()) {
            if self.widths.len().saturating_add(self.ranges.len()) > MOST_WIDTHS {
                break;
            }
            let Some(second) = rest.next() else { break };
            let second = file.get(walk, second)?;
            if let Object::Array(list) = &second {
                let listed = (first..).zip(list.iter()).take(65_536);
                self.widths.extend(listed.filter_map(|(cid, width)| Some((cid, width.number()? as f32))));
            } else if let (Some(last), Some(width)) = (cid(Some(&second)), rest.next().and_then(Object::number)) {
                self.ranges.push((first, last, width));
            }
        }
        self.ranges.sort_by_key(|range| range.0);
        self.widths.sort_by_key(|width| width.0);
        self.widths.truncate(MOST_WIDTHS);
        Ok(())
    }

    /// Gives the glyphs of a string, one after the other, as long as `give` takes more. Returns what is left.
    pub(super) fn glyphs<'f, 'b>(&'f self, mut bytes: &'b [u8], mut give: impl FnMut(Glyph<'f>) -> bool) -> &'b [u8] {
        while !bytes.is_empty() {
            let length = match &self.kind {
                Kind::Simple(_) => 1,
                Kind::Composite { map: Some(map), .. } if map.has_spaces() => map.length(bytes),
                Kind::Composite { codes, .. } => codes.length(bytes),
            };
            let (code, rest) = bytes.split_at_checked(length.max(1)).unwrap_or((bytes, &[]));
            bytes = rest;
            if !give(self.glyph(code)) {
                break;
            }
        }
        bytes
    }

    fn glyph(&self, bytes: &[u8]) -> Glyph<'_> {
        let code = bytes.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let cid = match &self.kind {
            Kind::Composite { map: Some(map), .. } => map.cid(code),
            Kind::Composite { codes: Codes::Identity, .. } => Some(code),
            _ => None,
        };
        let unicode = || self.unicode.as_ref().and_then(|map| map.text(code));
        let encoded = || match &self.kind {
            Kind::Simple(chars) => chars.get(code as usize)?.as_deref().map(|text| Text::Str(Cow::Borrowed(text))),
            Kind::Composite { codes, collection, .. } => {
                let by_cid = cid.zip(*collection).and_then(|(cid, table)| table.char(cid));
                by_cid.or_else(|| codes.char(bytes)).map(Text::Char)
            }
        };
        let text = if self.by_encoding { encoded().or_else(unicode) } else { unicode().or_else(encoded) };
        let width = match &self.kind {
            Kind::Simple(_) => self.width_of(code),
            Kind::Composite { .. } => self.cid_width(cid.or_else(|| self.assumed_cid(text.as_ref()?.first()?))),
        };
        let width = width.or(self.other).unwrap_or_else(|| {
            let first = text.as_ref().and_then(Text::first);
            first.map_or(500.0, |char| self.metrics.width(char))
        });
        Glyph { text, width: width * self.scale, space: bytes == b" " }
    }

    fn width_of(&self, code: u32) -> Option<f64> {
        let at = self.widths.binary_search_by_key(&code, |width| width.0).ok()?;
        self.widths.get(at).map(|(_, width)| f64::from(*width))
    }

    /// How many entries it keeps.
    pub(super) fn weight(&self) -> usize {
        let maps = self.unicode.as_ref().map_or(0, |map| map.weight());
        self.widths.len().saturating_add(self.ranges.len()).saturating_add(maps).saturating_add(256)
    }

    fn cid_width(&self, cid: Option<u32>) -> Option<f64> {
        let cid = cid?;
        let in_range = || {
            let behind = self.ranges.partition_point(|range| range.0 <= cid);
            self.ranges.get(..behind)?.iter().rev().take(8).find(|range| range.1 >= cid).map(|range| range.2)
        };
        self.width_of(cid).or_else(in_range)
    }

    /// The CID of an ASCII character in the Korean CMaps: proportional from 1, half-width from 8094.
    fn assumed_cid(&self, char: char) -> Option<u32> {
        let place = u32::from(char).checked_sub(0x20).filter(|place| *place < 0x5F)?;
        let half = place.saturating_add(8094);
        if self.cid_width(Some(half)).is_some() { Some(half) } else { Some(place.saturating_add(1)) }
    }
}

/// Whether a font is one that every viewer has (ISO 32000-2 section 9.6.2.2), or shows another for: its codes are ASCII, without
/// an encoding too.
fn is_of_every_viewer(name: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[b"Helvetica", b"Arial", b"Times", b"Courier"];
    NAMES.iter().any(|known| name.starts_with(known))
}

/// Whether a font brings its program along.
fn is_embedded(descriptor: &Object) -> bool {
    ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.get(key) != &Object::Null)
}

fn base_chars(encoding: &[u8]) -> Vec<Option<String>> {
    (0..=255_u8).map(|code| glyphs::base(encoding, code).map(String::from)).collect()
}

/// Applies `Differences`: a code, and names from there on.
fn differ(chars: &mut [Option<String>], differences: &[Object]) {
    let mut code = 0_usize;
    for object in differences {
        match object {
            Object::Name(name) => {
                if let Some(char) = chars.get_mut(code) {
                    *char = glyphs::named(name);
                }
                code = code.saturating_add(1);
            }
            other => code = other.int().and_then(|code| usize::try_from(code).ok()).unwrap_or(code),
        }
    }
}

fn cmap(file: &mut File<'_>, walk: &mut Walk<'_>, object: &Object) -> Result<Option<Rc<CMap>>, Halt> {
    let place = if let Object::Ref(number) = object { file.place_of(*number) } else { None };
    file.seen.extend(place);
    if let Some(known) = place.and_then(|place| file.maps.get(&place)) {
        return Ok(Some(Rc::clone(known)));
    }
    let Object::Stream(stream) = file.get(walk, object)? else { return Ok(None) };
    let read =
        filters::decode(file, walk, &stream).and_then(|decoded| CMap::read(&decoded.bytes, walk.limits().nesting));
    match read {
        Ok(map) => {
            let map = Rc::new(map);
            file.keep_map(place, &map);
            Ok(Some(map))
        }
        Err(halt) => walk.note(Err(halt)).map(|()| None),
    }
}

/// The encoding that a Type 1 font program brings along: `dup 65 /A put` before its encrypted part.
fn own_encoding(
    file: &mut File<'_>,
    walk: &mut Walk<'_>,
    program: &Object,
) -> Result<Option<Vec<Option<String>>>, Halt> {
    let Object::Stream(stream) = file.get(walk, program)? else { return Ok(None) };
    let decoded = match filters::decode(file, walk, &stream) {
        Ok(decoded) => decoded,
        Err(Halt::Part(_)) => return Ok(None),
        Err(whole) => return Err(whole),
    };
    let head = decoded.bytes.get(..PROGRAM_HEAD.min(decoded.bytes.len())).unwrap_or_default();
    let head = head.get(..memchr::memmem::find(head, b"eexec").unwrap_or(head.len())).unwrap_or_default();
    let Some(start) = memchr::memmem::find(head, b"/Encoding") else { return Ok(None) };
    let mut lexer = Lexer::of_contents(head.get(start..).unwrap_or_default(), 16);
    let (mut chars, mut any, mut operands) = (vec![None; 256], false, Vec::new());
    loop {
        match lexer.item() {
            Ok(Item::Value(value)) => operands.push(value),
            Ok(Item::Word(b"def")) | Ok(Item::End) | Err(_) => break,
            Ok(Item::Word(b"put")) => {
                if let [.., Object::Int(code), Object::Name(name)] = operands.as_slice()
                    && let Some(char) = usize::try_from(*code).ok().and_then(|code| chars.get_mut(code))
                {
                    *char = glyphs::named(name);
                    any = true;
                }
                operands.clear();
            }
            Ok(_) => operands.clear(),
        }
    }
    Ok(any.then_some(chars))
}
