//! The entries of an archive, each of which is read once: by the reader of a document that knows it, or at last as what
//! it is by itself.

use super::codec;
use super::directory::Entry;
use super::{markup, ooxml};
use crate::extract::{FORMATS, Halt, Walk};
use crate::vocab::{Reason, Step};
use std::borrow::Cow;
use std::collections::HashMap;

/// The entries, and which have been read.
pub(super) struct Package<'a> {
    entries: Vec<Entry<'a>>,
    /// Where an entry stands, by its name in lower case (OPC part 2, 6.2.2.3: names are compared so); the last of a name.
    by_name: HashMap<String, usize>,
    read: Vec<bool>,
    /// A document rather than an archive: parts of it that nobody knows are parts, not files.
    document: bool,
}

/// What it is, beside OOXML.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Odf,
    Hwpx,
    Other,
}

/// A name for comparing.
fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

impl<'a> Package<'a> {
    pub(super) fn new(entries: Vec<Entry<'a>>) -> Package<'a> {
        let by_name = entries.iter().enumerate().map(|(at, entry)| (key(&entry.name), at)).collect();
        let read = vec![false; entries.len()];
        Package { entries, by_name, read, document: false }
    }

    /// It is a document.
    pub(super) fn is_document(&mut self) {
        self.document = true;
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(&key(name))
    }

    /// The names of the parts not yet read whose lower-case names the test holds for.
    pub(super) fn names(&self, test: impl Fn(&str) -> bool) -> Vec<String> {
        let left = self.entries.iter().zip(&self.read).filter(|(_, read)| !**read);
        left.map(|(entry, _)| &entry.name).filter(|name| test(&key(name))).cloned().collect()
    }

    /// Unpacks a part, unless it has been. What fails is noted at the part.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub(super) fn take(&mut self, name: &str, walk: &mut Walk<'_>) -> Result<Option<Cow<'a, [u8]>>, Halt> {
        match self.by_name.get(&key(name)) {
            Some(&at) => self.take_at(at, walk),
            None => Ok(None),
        }
    }

    fn take_at(&mut self, at: usize, walk: &mut Walk<'_>) -> Result<Option<Cow<'a, [u8]>>, Halt> {
        let (Some(entry), Some(read)) = (self.entries.get(at), self.read.get_mut(at)) else {
            return Ok(None);
        };
        if std::mem::replace(read, true) {
            return Ok(None);
        }
        walk.entry()?;
        let (mut out, step) = (None, self.step(entry));
        match codec::most_of(entry, walk) {
            Ok((bytes, failed)) => {
                failed.map_or(Ok(()), |reason| walk.within(step, |_| Err(Halt::Part(reason))))?;
                out = Some(bytes);
            }
            Err(Halt::Part(reason)) => walk.within(step, |_| Err(Halt::Part(reason)))?,
            Err(halt) => return Err(halt),
        }
        Ok(out)
    }

    fn step(&self, entry: &Entry<'_>) -> Step {
        if self.document { Step::Part(entry.name.clone()) } else { Step::File(entry.name.clone()) }
    }

    /// ODF and HWPX say what they are in `mimetype`; some lack it.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub(super) fn kind(&mut self, walk: &mut Walk<'_>) -> Result<Kind, Halt> {
        let mime = self.take("mimetype", walk)?.unwrap_or_default();
        let mime = String::from_utf8_lossy(mime.get(..100).unwrap_or(&mime)).to_lowercase();
        if mime.contains("hwp+zip") || self.has("contents/content.hpf") || self.has("contents/section0.xml") {
            return Ok(Kind::Hwpx);
        }
        let odf = mime.contains("opendocument") || mime.contains("vnd.sun.xml");
        if odf || (self.has("meta-inf/manifest.xml") && self.has("content.xml")) {
            return Ok(Kind::Odf);
        }
        if !mime.trim().is_empty() {
            walk.within(Step::Part("mimetype".to_owned()), |walk| walk.say(&mime))?;
        }
        Ok(Kind::Other)
    }

    /// The names of entries are text too: a list of people may be a folder of scans.
    ///
    /// # Errors
    /// The limits; the time.
    pub(super) fn say_names(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let named = self.entries.iter().flat_map(|entry| std::iter::once(&entry.name).chain(&entry.other));
        let telling: Vec<&String> = named.filter(|name| is_telling(name)).collect();
        if telling.is_empty() {
            return Ok(());
        }
        walk.within(Step::EntryName, |walk| walk.prose(|run| telling.iter().try_for_each(|name| run.line(None, name))))
    }

    /// Reads what is left, each by itself.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub(super) fn rest(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        for at in 0..self.entries.len() {
            let Some(name) = self.entries.get(at).map(|entry| entry.name.clone()) else { continue };
            let empty = self.entries.get(at).is_some_and(|entry| name.ends_with('/') && entry.data.is_empty());
            if empty {
                continue;
            }
            let Some(bytes) = self.take_at(at, walk)? else { continue };
            if !self.document && LITTER.iter().any(|mark| bytes.starts_with(mark)) {
                walk.within(Step::File(name), |walk| walk.raw(&bytes))?;
            } else if !self.document {
                walk.open(&name, &bytes)?;
            } else if markup::is_xml(&name, &bytes) {
                ooxml::loose(&name, &bytes, walk)?;
            } else {
                open(&name, &bytes, walk)?;
            }
        }
        Ok(())
    }

    /// Whether a part is encrypted by what the format itself says, and notes so.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub(super) fn manifest(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let Some(bytes) = self.take("meta-inf/manifest.xml", walk)? else { return Ok(()) };
        // Each encrypted part has such an element (ODF 1.3 part 2, 4.4); HWPX uses the same.
        if memchr::memmem::find(&bytes, b"encryption-data").is_some() {
            walk.unreadable(Reason::Encrypted);
            // Their bytes are noise.
            self.read.iter_mut().for_each(|read| *read = true);
            return Ok(());
        }
        ooxml::loose("META-INF/manifest.xml", &bytes, walk)
    }
}

/// Parts of documents that are of no format, and that every other document has: settings of printers and controls, how
/// pages were laid out, pictures of objects in a format of one program.
const SETTINGS: &[&str] = &["printersettings", "customproperty", "activex", "layout-cache", "objectreplacements/"];

/// What systems leave in archives beside the files: AppleDouble, the views of folders.
const LITTER: &[&[u8]] = &[b"\x00\x05\x16\x07", b"\x00\x00\x00\x01Bud1"];

/// Whether a name may say something of a person: it has digits or letters beyond those of a program's own names.
fn is_telling(name: &str) -> bool {
    !name.is_ascii() || name.contains('@') || name.bytes().filter(u8::is_ascii_digit).count() >= 6
}

/// Opens a part of a document that is no XML: a picture, an object, a file.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn open(name: &str, bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if is_font(bytes) {
        return Ok(());
    }
    // An object of Hangul has its length before it.
    let object = bytes.get(4..).filter(|rest| rest.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
    let bytes = object.unwrap_or(bytes);
    let lower = name.to_ascii_lowercase();
    let settings = SETTINGS.iter().any(|part| lower.contains(part));
    let known = || FORMATS.iter().copied().flatten().any(|format| (format.bears)(bytes));
    if settings && !known() {
        return walk.within(Step::Part(name.to_owned()), |walk| walk.raw(bytes));
    }
    walk.open(name.rsplit_once('/').map_or(name, |(_, file)| file), bytes)
}

/// Fonts hold no text of a document: sfnt, OpenType, collections, WOFF, and those that documents embed.
fn is_font(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 5] = [b"\0\x01\0\0\0", b"OTTO\0", b"ttcf\0", b"wOFF", b"wOF2"];
    let embedded = bytes.get(34..36) == Some(b"LP".as_slice());
    // The first 32 bytes of a font in a document are disguised (ECMA-376 part 4, 18.1): its further tables tell it.
    let tables = [44, 60, 76].iter().all(|at: &usize| {
        let tag = bytes.get(*at..at.saturating_add(4));
        tag.is_some_and(|tag| tag.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'/')))
    });
    marks.iter().any(|mark| bytes.starts_with(mark)) || embedded || (tables && !bytes.is_ascii() && bytes.contains(&0))
}
