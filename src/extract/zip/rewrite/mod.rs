//! A document of zip and XML written again, with letters of its texts covered: OOXML, OpenDocument, HWPX, and those that
//! are in them; and notebooks, which are JSON. Everything else stays byte for byte as it was; the pictures that preview it are left out.
//!
//! What is covered, the editor says, to whom every text is shown as people see it, whichever pieces it stands in. Whether all
//! is covered that should be, only an inspection of the outcome tells: a part that cannot be changed stays as it is.

mod cell;
mod charset;
mod container;
mod dropped;
mod ink;
mod joined;
mod notebook;
mod part;
#[cfg(test)]
mod tests;
mod tokens;
mod typed;

use super::codec;
use super::directory::{Directory, Entry};
use super::markup;
use super::styles::Styles;
use super::xml::{decode, root};
use crate::extract::walk::{Shape, Sink};
use crate::extract::{Halt, Limits, Walk};
use crate::vocab::{Reason, Step};
use container::Fate;
use joined::{Changes, Joined, Look};
use part::Changed;
use std::collections::HashSet;

/// A letter that is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    /// Where it begins in the text that was shown, in bytes.
    pub at: usize,
    /// What stands there instead. Where no star may stand (in a number, in the name of a sheet), another letter does.
    pub by: char,
}

/// What a text is that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// For people.
    Text,
    /// What a formula gave, for people: it may be a piece of another text.
    Result,
    /// It may be a name that programs use: only what can be nothing else should be covered.
    Name,
}

/// Says which letters of a text are covered. It is asked about every text of every part: a paragraph, a cell, a string, an
/// attribute, more than once where tracked changes let it be read in several ways.
pub type Editor<'e> = dyn FnMut(&str, Means) -> Vec<Cover> + 'e;

/// Why a document is not written again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRewritten {
    /// It is none of these documents.
    #[error("no document of zip and XML")]
    NotADocument,
    /// It is signed, and would not be any more.
    #[error("signed")]
    Signed,
    /// It, or a part of it, is encrypted.
    #[error("encrypted")]
    Encrypted,
    /// Its archive is not as it should be, and whoever opens it may see another document.
    #[error("not a sound archive")]
    Container,
    /// This part cannot be changed.
    #[error("part {0} cannot be changed")]
    Part(String),
    /// A limit was reached, or the time was up.
    #[error("{}", .0.name())]
    Stopped(Reason),
}

impl From<Halt> for NotRewritten {
    fn from(halt: Halt) -> NotRewritten {
        match halt.reason() {
            Reason::Encrypted => NotRewritten::Encrypted,
            reason => NotRewritten::Stopped(reason),
        }
    }
}

/// Writes a document again, with what `editor` says covered: `None` if it covers nothing.
///
/// # Errors
/// [`NotRewritten`]: nothing of what was written so far is given.
pub fn rewrite(
    bytes: &[u8],
    limits: Limits,
    late: &dyn Fn() -> bool,
    editor: &mut Editor<'_>,
) -> Result<Option<Vec<u8>>, NotRewritten> {
    let mut nobody = Nobody;
    let mut walk = Walk::new(limits, late, &mut nobody);
    walk.measure(bytes.len());
    if crate::extract::notebook::bears(bytes) {
        return Ok(notebook::edit(bytes, editor, &walk)?);
    }
    if !super::bears(bytes) {
        return Err(NotRewritten::NotADocument);
    }
    Document::open(bytes, &mut walk)?.ok_or(NotRewritten::NotADocument)?.rewritten(editor, &mut walk, limits.depth)
}

/// Nobody listens: it has been read before.
struct Nobody;

impl Sink for Nobody {
    fn begin(&mut self, _path: &[Step], _shape: Shape) {}
    fn text(&mut self, _at: Option<&Step>, _text: &str) {}
    fn end(&mut self) {}
    fn raw(&mut self, _path: &[Step], _bytes: &[u8]) {}
    fn unreadable(&mut self, _path: &[Step], _reason: Reason) {}
}

/// A document, with what becomes of each entry.
struct Document<'a> {
    entries: Vec<(Entry<'a>, Fate)>,
    comment: &'a [u8],
    styles: Styles,
    /// A formula of a cell was taken out.
    formulas: bool,
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

impl<'a> Document<'a> {
    /// Looks through an archive: `None` if it is no document.
    fn open(bytes: &'a [u8], walk: &mut Walk<'_>) -> Result<Option<Document<'a>>, NotRewritten> {
        let directory = Directory::survey(bytes, walk)?;
        let comment = directory.written_comment;
        let sound = directory.faults.is_empty() && directory.before.is_empty();
        // What the directory does not name, nobody is shown: it is left out.
        let entries: Vec<(Entry<'a>, Fate)> = directory
            .entries
            .into_iter()
            .filter(|entry| !entry.record.is_empty())
            .map(|entry| (entry, Fate::Kept))
            .collect();
        let document = Document { entries, comment, styles: Styles::default(), formulas: false };
        let names: HashSet<String> = document.entries.iter().map(|(entry, _)| key(&entry.name)).collect();
        if !is_document(&names, &document.entries, walk) {
            return Ok(None);
        }
        let alike = document.entries.iter().all(|(entry, _)| entry.other.is_none());
        if !sound || !alike || names.len() != document.entries.len() {
            return Err(NotRewritten::Container);
        }
        Ok(Some(document))
    }

    fn rewritten(
        mut self,
        editor: &mut Editor<'_>,
        walk: &mut Walk<'_>,
        depth: u32,
    ) -> Result<Option<Vec<u8>>, NotRewritten> {
        self.look_up(walk)?;
        let (mut signed, mut changed) = (false, false);
        for (entry, fate) in &mut self.entries {
            walk.entry()?;
            signed |= is_signature(&key(&entry.name));
            let bytes = match codec::unpack(entry, walk) {
                Ok(bytes) => bytes,
                Err(Halt::Part(Reason::Encrypted)) => return Err(NotRewritten::Encrypted),
                Err(Halt::Part(_)) => continue,
                Err(halt) => return Err(halt.into()),
            };
            let is_manifest = key(&entry.name) == "meta-inf/manifest.xml";
            if is_manifest && memchr::memmem::find(&bytes, b"encryption-data").is_some() {
                return Err(NotRewritten::Encrypted);
            }
            let (new, formulas) = one(&entry.name, &bytes, &self.styles, editor, walk, depth)?;
            self.formulas |= formulas;
            if let Some(new) = new {
                (*fate, changed) = (Fate::New(new), true);
            }
        }
        match (changed, signed) {
            (false, _) => Ok(None),
            (true, true) => Err(NotRewritten::Signed),
            (true, false) => {
                self.drop_previews(walk)?;
                container::write(&self.entries, self.comment).map(Some)
            }
        }
    }

    /// What the numbers of cells look like, is said in a part of its own.
    fn look_up(&mut self, walk: &mut Walk<'_>) -> Result<(), NotRewritten> {
        for (entry, _) in &self.entries {
            let name = key(&entry.name);
            if !name.starts_with("xl/") || !(name.ends_with("styles.xml") || name.ends_with("workbook.xml")) {
                continue;
            }
            let Ok(bytes) = codec::unpack(entry, walk) else { continue };
            let text = decode(&bytes).0;
            match root(&text).as_deref() {
                Some("styleSheet") => self.styles.read(&text, walk).unwrap_or(()),
                Some("workbook") => {
                    let from_1904 = ["date1904=\"1\"", "date1904=\"true\"", "date1904=\"on\""];
                    self.styles.from_1904 |= from_1904.iter().any(|written| text.contains(written));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Leaves out what shows the document as it was, and what speaks of it.
    fn drop_previews(&mut self, walk: &mut Walk<'_>) -> Result<(), NotRewritten> {
        let mut gone = Vec::new();
        let changed = |(entry, fate): &(Entry<'_>, Fate)| matches!(fate, Fate::New(_)).then(|| key(&entry.name));
        let changed: Vec<String> = self.entries.iter().filter_map(changed).collect();
        for (entry, fate) in &mut self.entries {
            let name = key(&entry.name);
            // The order in which formulas were computed names cells that have none any more.
            let is_stale = self.formulas && name.ends_with("/calcchain.xml");
            if is_preview(&name) || is_stale || pictures(&name, &changed) {
                *fate = Fate::Dropped;
                gone.push(name);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        for (entry, fate) in &mut self.entries {
            let name = key(&entry.name);
            if !dropped::speaks_of_parts(&name) || matches!(fate, Fate::Dropped) {
                continue;
            }
            let old = match fate {
                Fate::New(bytes) => std::borrow::Cow::Borrowed(bytes.as_slice()),
                _ => codec::unpack(entry, walk)?,
            };
            let (text, _) = decode(&old);
            if let Some(text) = dropped::without(&text, &gone, walk)? {
                let new = charset::encoded(&text, &old).ok_or_else(|| NotRewritten::Part(entry.name.clone()))?;
                *fate = Fate::New(new);
            }
        }
        Ok(())
    }
}

/// Whether an archive of these entries is a document.
fn is_document(names: &HashSet<String>, entries: &[(Entry<'_>, Fate)], walk: &mut Walk<'_>) -> bool {
    let has = |name: &str| names.contains(name);
    let mime = entries.iter().find(|(entry, _)| key(&entry.name) == "mimetype");
    let mime = mime.and_then(|(entry, _)| codec::unpack(entry, walk).ok()).unwrap_or_default();
    let says = |word: &[u8]| memchr::memmem::find(&mime, word).is_some();
    has("[content_types].xml")
        || has("contents/content.hpf")
        || has("contents/section0.xml")
        || says(b"opendocument")
        || says(b"hwp+zip")
        || (has("meta-inf/manifest.xml") && has("content.xml"))
}

/// Whether a part signs others: OPC part 2, 12; ODF 1.3 part 2, 5; those of HWPX stand in the same folder.
fn is_signature(name: &str) -> bool {
    name.starts_with("_xmlsignatures/") || (name.starts_with("meta-inf/") && name.contains("signature"))
}

/// Whether a part is a picture of the document.
fn is_preview(name: &str) -> bool {
    ["docprops/thumbnail.", "preview/prvimage.", "thumbnails/", "pictures/tablepreview"]
        .iter()
        .any(|start| name.starts_with(start))
        && !name.ends_with('/')
}

/// Whether a part is a picture of an object that is changed (ODF 1.3 part 3, 10.4.6.2 shows both).
fn pictures(name: &str, changed: &[String]) -> bool {
    let object = name.rsplit_once("objectreplacements/").filter(|(_, object)| !object.is_empty());
    object.is_some_and(|(folder, object)| {
        let object = format!("{folder}{object}");
        let parts = changed.iter().filter_map(|name| name.strip_prefix(&object));
        parts.into_iter().any(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// One entry as it is then, and whether formulas of cells were taken out.
fn one(
    name: &str,
    bytes: &[u8],
    styles: &Styles,
    editor: &mut Editor<'_>,
    walk: &mut Walk<'_>,
    depth: u32,
) -> Result<(Option<Vec<u8>>, bool), NotRewritten> {
    let cannot = || NotRewritten::Part(name.to_owned());
    let within = if super::bears(bytes) { depth.checked_sub(1) } else { None };
    if let Some(depth) = within {
        let inner = match Document::open(bytes, walk) {
            // An archive that is no document stays as it is.
            Ok(Some(inner)) => inner,
            Ok(None) | Err(NotRewritten::Container) => return Ok((None, false)),
            Err(error) => return Err(error),
        };
        return match inner.rewritten(editor, walk, depth) {
            // What is locked is no more than a part that cannot be changed.
            Err(NotRewritten::Encrypted) => Ok((None, false)),
            other => other.map(|new| (new, false)),
        };
    }
    let is_text = key(name) == "preview/prvtext.txt";
    if !is_text && !markup::is_xml(name, bytes) {
        return Ok((None, false));
    }
    let (text, broken) = decode(bytes);
    let changed = match (broken, is_text) {
        // What of it is text, an inspection of the whole tells.
        (true, _) => None,
        (false, true) => plain(&text, editor),
        (false, false) => match part::edit(&text, styles, editor, walk) {
            Ok(changed) => changed,
            Err(Halt::Part(_)) => None,
            Err(halt) => return Err(halt.into()),
        },
    };
    let Some(Changed { text: new, formulas }) = changed else { return Ok((None, false)) };
    if dropped::same_names(&new, walk) > dropped::same_names(&text, walk) {
        return Err(cannot());
    }
    let new = charset::encoded(&new, bytes).ok_or_else(cannot)?;
    Ok((Some(new), formulas))
}

/// A part that is text.
fn plain(text: &str, editor: &mut Editor<'_>) -> Option<Changed> {
    let mut joined = Joined::default();
    joined.written(text, 0..text.len(), Look::Plain);
    let mut pen = part::Pen::new(editor);
    pen.edit(&joined, ink::Ink::Star, Means::Text);
    let changes: Changes = pen.changes;
    (!changes.is_empty()).then(|| Changed { text: changes.applied(text), formulas: false })
}
