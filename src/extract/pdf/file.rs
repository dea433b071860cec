//! The objects of a file: those that its newest table reaches, those of earlier tables, and those that no table reaches.
//!
//! Every `N G obj` in the bytes is known from the start, so a broken or a lying table hides nothing. Objects are read when they
//! are asked for, and kept within a bound: what the file declares decides about no memory.

use super::cmap::CMap;
use super::crypt::{Crypt, Kind};
use super::filters;
use super::lexer::{Item, Lexer, is_space};
use super::object::{Dict, Object, Stream};
use super::scan::{Found, scan};
use super::xref::{self, Section};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use memchr::memmem;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Indirect objects of a file.
pub(super) const MOST_OBJECTS: usize = 500_000;
/// Values that are kept; beyond, all are forgotten and read again when they are asked for.
const MOST_KEPT: u32 = 2_000_000;
/// Bytes of unpacked object streams that are kept.
const MOST_PACKED: usize = 64 << 20;
/// Entries of CMaps that are kept.
const MOST_MAPPED: usize = 2_000_000;
/// References to references, and streams needed to read streams.
const MOST_HOPS: u32 = 16;

/// Failures that are noted one by one: after so many, more say nothing new.
const MOST_FAILURES: usize = 100;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    /// At an offset of the file.
    Plain(usize),
    /// In the object stream at an offset; its index there.
    Packed(usize, usize),
}

/// What a table says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    Plain(usize),
    /// In the object stream with this number; the index there.
    Packed(u32, usize),
}

/// An object stream, unpacked.
#[derive(Debug, Default)]
pub(super) struct Container {
    bytes: Vec<u8>,
    /// Numbers, and where in `bytes` their objects begin.
    pub(super) index: Vec<(u32, usize)>,
}

/// A file.
#[derive(Debug)]
pub(super) struct File<'f> {
    pub(super) bytes: &'f [u8],
    /// In the order of the file.
    pub(super) found: Vec<Found>,
    /// The last place of each number.
    last: HashMap<u32, usize>,
    /// Of the tables, the newest first; none if they are broken.
    pub(super) sections: Vec<Section>,
    /// What stands in place of a number in the revision that is read.
    pub(super) map: HashMap<u32, Entry>,
    pub(super) trailer: Rc<Dict>,
    pub(super) crypt: Option<Crypt>,
    cache: HashMap<Place, Object>,
    kept: u32,
    containers: HashMap<usize, Rc<Container>>,
    packed: usize,
    hops: u32,
    /// Where `endstream` was found last: the offset from which it was searched, and the answer.
    end: Option<(usize, Option<usize>)>,
    /// The bytes that objects and tables take: start and end.
    pub(super) taken: HashMap<usize, usize>,
    /// What has been given, or is of no interest.
    pub(super) seen: HashSet<Place>,
    failed: HashSet<Place>,
    /// The CMaps that were read last, so that fonts share them.
    pub(super) maps: HashMap<Place, Rc<CMap>>,
    maps_weight: usize,
    /// Whether its tables were of no use.
    pub(super) rebuilt: bool,
}

impl<'f> File<'f> {
    /// Finds the objects, the tables, and the key.
    ///
    /// # Errors
    /// [`Reason::Encrypted`], [`Reason::Drm`]; [`Reason::Damaged`] if there is no catalogue; the limits; the time.
    pub(super) fn open(bytes: &'f [u8], walk: &mut Walk<'_>) -> Result<File<'f>, Halt> {
        let found = scan(bytes, walk)?;
        let mut file = File {
            bytes,
            last: found.iter().map(|found| (found.number, found.at)).collect(),
            found,
            sections: Vec::new(),
            map: HashMap::new(),
            trailer: Rc::default(),
            crypt: None,
            cache: HashMap::new(),
            kept: 0,
            containers: HashMap::new(),
            packed: 0,
            hops: 0,
            end: None,
            taken: HashMap::new(),
            seen: HashSet::new(),
            failed: HashSet::new(),
            maps: HashMap::new(),
            maps_weight: 0,
            rebuilt: false,
        };
        match xref::sections(&mut file, walk) {
            Ok(sections) => file.sections = sections,
            Err(halt @ (Halt::Whole(_) | Halt::Part(Reason::TooManyEntries | Reason::TooLarge))) => return Err(halt),
            Err(Halt::Part(_)) => {}
        }
        file.turn_to(0);
        file.unlock(walk)?;
        if !file.has_pages(walk)? {
            let done = xref::rebuild(&mut file, walk);
            if done == Err(Halt::Part(Reason::Encrypted)) || done == Err(Halt::Part(Reason::Drm)) {
                return Err(Halt::Part(Reason::Encrypted));
            }
            // Without a catalogue, what there is is read all the same.
            walk.note(done)?;
            file.rebuilt = true;
        }
        Ok(file)
    }

    /// Whether the tables lead to pages. Nothing is noted: there may be another way to them.
    fn has_pages(&mut self, walk: &mut Walk<'_>) -> Result<bool, Halt> {
        let mut object = self.trailer.get("Root").clone();
        for key in ["Pages", ""] {
            let Object::Ref(number) = object else { return Ok(object.dict().is_some()) };
            let Some(place) = self.place_of(number) else { return Ok(false) };
            object = match self.at(walk, place) {
                Ok(found) if key.is_empty() => return Ok(found.dict().is_some()),
                Ok(found) => found.get(key).clone(),
                Err(Halt::Part(_)) => return Ok(false),
                Err(whole) => return Err(whole),
            };
        }
        Ok(false)
    }

    /// Reads the revision of the `age`-th table from now on; 0 is the newest.
    pub(super) fn turn_to(&mut self, age: usize) {
        let sections = self.sections.get(age..).unwrap_or_default();
        self.map = sections.iter().rev().flat_map(|section| section.entries.iter().copied()).collect();
        if let Some(section) = sections.iter().find(|section| section.trailer.has("Root")) {
            self.trailer = Rc::clone(&section.trailer);
        }
    }

    /// Finds the key, if the file is encrypted. What was read before is forgotten, as it was not decrypted.
    pub(super) fn unlock(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        self.crypt = None;
        let trailers =
            self.sections.iter().map(|section| Rc::clone(&section.trailer)).chain([Rc::clone(&self.trailer)]);
        let Some(trailer) = trailers.into_iter().find(|trailer| trailer.has("Encrypt")) else { return Ok(()) };
        let place = if let Object::Ref(number) = trailer.get("Encrypt") { self.place_of(*number) } else { None };
        let encrypt = self.get(walk, trailer.get("Encrypt"))?;
        let id = self.get(walk, trailer.get("ID"))?;
        let id = self.get(walk, id.array().first().unwrap_or(&Object::Null))?;
        let Some(dict) = encrypt.dict() else { return Err(Halt::Part(Reason::Encrypted)) };
        // Its own strings are keys, and are not encrypted.
        self.seen.extend(place);
        let crypt = Crypt::open(dict, id.string().unwrap_or_default())?;
        self.crypt = Some(crypt);
        self.forget();
        self.failed.clear();
        Ok(())
    }

    fn forget(&mut self) {
        self.cache.clear();
        self.kept = 0;
    }

    /// The catalogue, as far as there is one.
    pub(super) fn root(&mut self, walk: &mut Walk<'_>) -> Result<Object, Halt> {
        let trailer = Rc::clone(&self.trailer);
        self.get(walk, trailer.get("Root"))
    }

    /// Where the object of a number is, in the revision that is read.
    pub(super) fn place_of(&self, number: u32) -> Option<Place> {
        match self.map.get(&number)? {
            Entry::Free => None,
            Entry::Plain(at) if self.begins(*at, number) => Some(Place::Plain(*at)),
            Entry::Plain(_) => self.last.get(&number).map(|at| Place::Plain(*at)),
            Entry::Packed(container, index) => match self.map.get(container)? {
                Entry::Plain(at) if self.begins(*at, *container) => Some(Place::Packed(*at, *index)),
                Entry::Plain(_) => self.last.get(container).map(|at| Place::Packed(*at, *index)),
                _ => None,
            },
        }
    }

    /// Whether the object of a number begins at an offset.
    fn begins(&self, at: usize, number: u32) -> bool {
        let found = self.found.binary_search_by_key(&at, |found| found.at).ok().and_then(|index| self.found.get(index));
        found.is_some_and(|found| found.number == number)
    }

    /// What a value stands for: the object, if it is a reference. Null if there is none, or if it cannot be read: that is noted,
    /// once.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub(super) fn get(&mut self, walk: &mut Walk<'_>, object: &Object) -> Result<Object, Halt> {
        let mut object = object.clone();
        for _ in 0..MOST_HOPS {
            let Object::Ref(number) = object else { return Ok(object) };
            let place = self.place_of(number);
            let lost = place.is_none() && matches!(self.map.get(&number), Some(Entry::Plain(1..) | Entry::Packed(..)));
            let Some(place) = place else {
                if lost {
                    self.fail(walk, Place::Packed(0, number as usize), Reason::Damaged);
                }
                return Ok(Object::Null);
            };
            object = self.read(walk, place)?;
        }
        Ok(Object::Null)
    }

    /// Keeps a CMap, within a bound.
    pub(super) fn keep_map(&mut self, place: Option<Place>, map: &Rc<CMap>) {
        self.maps_weight = self.maps_weight.saturating_add(map.weight());
        if self.maps_weight > MOST_MAPPED {
            self.maps.clear();
            self.maps_weight = map.weight();
        }
        self.maps.extend(place.map(|place| (place, Rc::clone(map))));
    }

    /// Notes that something at a place cannot be read: once, and not without end.
    fn fail(&mut self, walk: &mut Walk<'_>, place: Place, reason: Reason) {
        if self.failed.len() < MOST_FAILURES && self.failed.insert(place) {
            walk.unreadable(reason);
        }
    }

    /// The object at a place; null if it cannot be read, which is noted, once.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub(super) fn read(&mut self, walk: &mut Walk<'_>, place: Place) -> Result<Object, Halt> {
        match self.at(walk, place) {
            Err(Halt::Part(reason)) => {
                self.fail(walk, place, reason);
                Ok(Object::Null)
            }
            other => other,
        }
    }

    /// The object at a place.
    ///
    /// # Errors
    /// [`Reason::Damaged`] and the like; the limits; the time.
    pub(super) fn at(&mut self, walk: &mut Walk<'_>, place: Place) -> Result<Object, Halt> {
        if let Some(object) = self.cache.get(&place) {
            return Ok(object.clone());
        }
        walk.tick()?;
        let (object, values) = match place {
            Place::Plain(at) => self.plain(walk, at)?,
            Place::Packed(container, index) => self.packed(walk, container, index)?,
        };
        self.kept = self.kept.saturating_add(values);
        if self.kept > MOST_KEPT {
            self.forget();
        }
        self.cache.insert(place, object.clone());
        Ok(object)
    }

    fn plain(&mut self, walk: &mut Walk<'_>, at: usize) -> Result<(Object, u32), Halt> {
        let mut lexer = Lexer::new(self.bytes, at, walk.limits().nesting);
        let (number, generation) = head(&mut lexer)?;
        let object = match lexer.item()? {
            Item::Value(value) => value,
            _ => Object::Null,
        };
        let object = if self.crypt.is_some() { self.decrypted(&object, (number, generation)) } else { object };
        let behind = lexer.at();
        let mut end = behind;
        let object = match (lexer.item()?, object) {
            (Item::Word(b"stream"), Object::Dict(dict)) => {
                let start = data_start(self.bytes, lexer.at());
                let (stop, whole) = self.data_end(walk, &dict, start)?;
                end = stop;
                if !whole {
                    self.fail(walk, Place::Plain(at), Reason::Damaged);
                }
                Object::Stream(Rc::new(Stream { dict, start, end: stop, owner: (number, generation) }))
            }
            (Item::Word(b"endobj"), object) => {
                end = lexer.at();
                object
            }
            (_, object) => object,
        };
        self.taken.insert(at, end);
        Ok((object, lexer.values()))
    }

    /// Where a stream ends, and whether its end is there at all.
    fn data_end(&mut self, walk: &Walk<'_>, dict: &Dict, start: usize) -> Result<(usize, bool), Halt> {
        walk.tick()?;
        if let Some(end) = self.length(dict.get("Length")).and_then(|length| start.checked_add(length)) {
            let behind = self.bytes.get(end..).unwrap_or_default();
            let spaces = behind.iter().take(4).take_while(|byte| is_space(**byte)).count();
            let behind = behind.get(spaces..).unwrap_or_default();
            if behind.starts_with(b"endstream") || behind.starts_with(b"endobj") {
                return Ok((end, true));
            }
        }
        let known = self.end.filter(|(from, to)| *from <= start && to.is_none_or(|to| start <= to));
        let end = match known {
            Some((_, end)) => end,
            None => memmem::find(self.bytes.get(start..).unwrap_or_default(), b"endstream")
                .map(|at| at.saturating_add(start)),
        };
        self.end = Some((known.map_or(start, |(from, _)| from), end));
        let Some(end) = end else { return Ok((self.bytes.len(), false)) };
        let data = self.bytes.get(start..end).unwrap_or_default();
        let cut = if data.ends_with(b"\r\n") { 2 } else { usize::from(data.ends_with(b"\n") || data.ends_with(b"\r")) };
        Ok((end.saturating_sub(cut), true))
    }

    /// The length of a stream, if it is written here or in a plain object.
    fn length(&self, length: &Object) -> Option<usize> {
        match length {
            Object::Int(length) => usize::try_from(*length).ok(),
            Object::Ref(number) => {
                let Some(Place::Plain(at)) = self.place_of(*number) else { return None };
                let mut lexer = Lexer::new(self.bytes, at, 1);
                head(&mut lexer).ok()?;
                match lexer.item() {
                    Ok(Item::Value(Object::Int(length))) => usize::try_from(length).ok(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn packed(&mut self, walk: &mut Walk<'_>, container: usize, index: usize) -> Result<(Object, u32), Halt> {
        let container = self.container(walk, container)?;
        let (_, at) = container.index.get(index).ok_or(Halt::DAMAGED)?;
        let mut lexer = Lexer::new(&container.bytes, *at, walk.limits().nesting);
        match lexer.item()? {
            Item::Value(value) => Ok((value, lexer.values())),
            _ => Err(Halt::DAMAGED),
        }
    }

    /// The object stream at an offset.
    ///
    /// # Errors
    /// [`Reason::Damaged`] if it is none; the limits; the time.
    pub(super) fn container(&mut self, walk: &mut Walk<'_>, at: usize) -> Result<Rc<Container>, Halt> {
        if let Some(container) = self.containers.get(&at) {
            return Ok(Rc::clone(container));
        }
        if self.hops >= MOST_HOPS {
            return Err(Halt::Part(Reason::TooDeep));
        }
        self.hops += 1;
        let container = self.unpack_container(walk, at);
        self.hops -= 1;
        let container = Rc::new(container?);
        self.packed = self.packed.saturating_add(container.bytes.len());
        if self.packed > MOST_PACKED {
            self.containers.clear();
            self.packed = container.bytes.len();
        }
        self.containers.insert(at, Rc::clone(&container));
        Ok(container)
    }

    fn unpack_container(&mut self, walk: &mut Walk<'_>, at: usize) -> Result<Container, Halt> {
        let Object::Stream(stream) = self.at(walk, Place::Plain(at))? else { return Err(Halt::DAMAGED) };
        let decoded = filters::decode(self, walk, &stream)?;
        if decoded.damaged || decoded.picture {
            self.fail(walk, Place::Packed(at, usize::MAX), Reason::Damaged);
        }
        let first =
            stream.dict.get("First").int().and_then(|first| usize::try_from(first).ok()).ok_or(Halt::DAMAGED)?;
        let bytes = decoded.bytes.into_owned();
        let mut index = Vec::new();
        let mut lexer = Lexer::of_contents(&bytes, 1);
        loop {
            lexer.renew();
            lexer.skip_space();
            if lexer.at() >= first {
                break;
            }
            let (Ok(Item::Value(Object::Int(number))), Ok(Item::Value(Object::Int(offset)))) =
                (lexer.item(), lexer.item())
            else {
                break;
            };
            let (Ok(number), Ok(offset)) = (u32::try_from(number), usize::try_from(offset)) else { break };
            index.push((number, offset.saturating_add(first)));
            if index.len() > MOST_OBJECTS {
                return Err(Halt::Part(Reason::TooManyEntries));
            }
        }
        Ok(Container { bytes, index })
    }

    /// The strings of an object, decrypted. Those in object streams are not encrypted one by one.
    fn decrypted(&self, object: &Object, owner: (u32, u16)) -> Object {
        match (object, &self.crypt) {
            (Object::Str(bytes), Some(crypt)) => Object::Str(Rc::from(crypt.decrypt(Kind::String, owner, bytes))),
            (Object::Array(array), _) => {
                Object::Array(Rc::new(array.iter().map(|value| self.decrypted(value, owner)).collect()))
            }
            (Object::Dict(dict), _) => {
                let entries = dict.entries.iter();
                let entries = entries.map(|(key, value)| (Rc::clone(key), self.decrypted(value, owner))).collect();
                Object::Dict(Rc::new(Dict { entries }))
            }
            (other, _) => other.clone(),
        }
    }
}

/// Reads `N G obj`.
fn head(lexer: &mut Lexer<'_>) -> Result<(u32, u16), Halt> {
    match (lexer.item()?, lexer.item()?, lexer.item()?) {
        (Item::Value(Object::Int(number)), Item::Value(Object::Int(generation)), Item::Word(b"obj")) => {
            Ok((u32::try_from(number).map_err(|_| Halt::DAMAGED)?, u16::try_from(generation).unwrap_or(0)))
        }
        _ => Err(Halt::DAMAGED),
    }
}

/// Where the bytes of a stream begin, behind the word at whose end `at` is.
fn data_start(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let skip = match rest.get(spaces..).unwrap_or_default() {
        [b'\r', b'\n', ..] => spaces.saturating_add(2),
        [b'\r' | b'\n', ..] => spaces.saturating_add(1),
        _ => 0,
    };
    at.saturating_add(skip)
}
