//! The strings of an object, each under what it is for: a comment, a script, an address, a title, and files that it holds.

use super::object::{Dict, Object};
use super::{Pdf, filters, strings};
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use std::rc::Rc;

/// What a string is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Nothing is known of it: binary strings are left out.
    Any,
    /// Text, for certain.
    Text,
    /// XHTML.
    Rich,
    Script,
    Link,
    Alt,
    /// The title of a bookmark.
    Bookmark,
    /// A signature with its certificates.
    Signature,
}

/// How deep references are still followed; what is behind them is read on its own.
const MOST_DEEP: u32 = 64;

/// What was found in an object.
#[derive(Debug, Default)]
struct Harvest {
    texts: Vec<(Use, Vec<u8>)>,
    /// Names of files, and what holds each.
    files: Vec<(String, Object)>,
    /// How deep it is in arrays, dictionaries and references.
    depth: u32,
}

/// Keys whose strings no person reads: identifiers, keys, dates of changes, looks.
const SILENT: &[&str] = &[
    "ID",
    "DA",
    "CreationDate",
    "ModDate",
    "M",
    "Registry",
    "Ordering",
    "CharSet",
    "Parent",
    "P",
    "Popup",
    "CheckSum",
    "Panose",
    "LastModified",
];

/// Keys under which a reference leads to text.
const SPOKEN: &[&str] = &[
    "Contents",
    "RC",
    "RV",
    "T",
    "TU",
    "TM",
    "V",
    "DV",
    "JS",
    "URI",
    "Title",
    "Author",
    "Subject",
    "Keywords",
    "Creator",
    "Producer",
    "Subj",
    "CA",
    "AC",
    "Opt",
    "F",
    "UF",
    "Desc",
    "Alt",
    "ActualText",
    "E",
    "Name",
    "Reason",
    "Location",
    "ContactInfo",
    "A",
    "AA",
    "MK",
];

/// Gives all strings of a dictionary, and opens the files it holds. Returns the text that stands here.
///
/// # Errors
/// The limits; the time.
pub(super) fn read(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>) -> Result<String, Halt> {
    let mut harvest = Harvest::default();
    of_dict(pdf, walk, dict, Use::Any, &mut harvest)?;
    give(pdf, walk, harvest)
}

/// The same of any value.
///
/// # Errors
/// The limits; the time.
pub(super) fn read_any(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, object: &Object) -> Result<(), Halt> {
    let mut harvest = Harvest::default();
    of_value(pdf, walk, "", object, Use::Any, &mut harvest)?;
    give(pdf, walk, harvest).map(drop)
}

fn use_of(key: &str, dict: &Dict, outer: Use) -> Use {
    match key {
        "RC" | "RV" => Use::Rich,
        "JS" => Use::Script,
        "URI" => Use::Link,
        "Alt" | "ActualText" | "E" => Use::Alt,
        "Contents" if dict.has("ByteRange") => Use::Signature,
        "Cert" => Use::Signature,
        "Title" if dict.has("Parent") && ["Dest", "A", "Next", "Prev", "First"].iter().any(|key| dict.has(key)) => {
            Use::Bookmark
        }
        _ if SPOKEN.contains(&key) => Use::Text,
        _ => outer,
    }
}

fn of_dict(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>, outer: Use, out: &mut Harvest) -> Result<(), Halt> {
    walk.tick()?;
    for (key, value) in &dict.entries {
        let key = String::from_utf8_lossy(key);
        // A string is no parent and no permissions, but what stands before the number of a page.
        let is_prefix = key == "P" && matches!(value, Object::Str(_));
        if SILENT.contains(&&*key) && !is_prefix {
            continue;
        }
        if key == "EF" {
            files(pdf, walk, dict, value, out)?;
            continue;
        }
        // Additional actions: whatever the event is called, what it leads to is an action.
        if let ("AA", Object::Dict(actions)) = (&*key, value) {
            let entries = actions.entries.iter().map(|(_, action)| (Rc::from(*b"A"), action.clone())).collect();
            of_dict(pdf, walk, &Rc::new(Dict { entries }), Use::Any, out)?;
            continue;
        }
        let purpose = use_of(&key, dict, outer);
        let held = match value {
            Object::Ref(number) if SPOKEN.contains(&&*key) => {
                let Some(place) = pdf.file.place_of(*number) else { continue };
                let held = pdf.file.get(walk, value)?;
                match held {
                    Object::Str(_) | Object::Array(_) if pdf.file.seen.insert(place) => held,
                    // An action, the looks of a button: theirs is the place where they are used.
                    Object::Dict(dict) if out.depth < MOST_DEEP && pdf.file.seen.insert(place) => {
                        of_value(pdf, walk, &key, &Object::Dict(dict), purpose, out)?;
                        continue;
                    }
                    Object::Stream(_)
                        if matches!(&*key, "JS" | "RC" | "RV" | "V" | "DV") && !pdf.file.seen.contains(&place) =>
                    {
                        let bytes = stream(pdf, walk, value)?;
                        out.texts.push((if purpose == Use::Text { Use::Rich } else { purpose }, bytes));
                        continue;
                    }
                    _ => continue,
                }
            }
            other => other.clone(),
        };
        of_value(pdf, walk, &key, &held, purpose, out)?;
    }
    Ok(())
}

fn of_value(
    pdf: &mut Pdf<'_>,
    walk: &mut Walk<'_>,
    key: &str,
    value: &Object,
    purpose: Use,
    out: &mut Harvest,
) -> Result<(), Halt> {
    match value {
        Object::Str(bytes) if is_spoken(bytes, purpose) => out.texts.push((purpose, bytes.to_vec())),
        // A choice or a state of a field is often a name.
        Object::Name(name) if matches!(key, "V" | "DV") => out.texts.push((purpose, name.to_vec())),
        Object::Array(array) => {
            out.depth = out.depth.saturating_add(1);
            array.iter().try_for_each(|value| of_value(pdf, walk, key, value, purpose, out))?;
            out.depth = out.depth.saturating_sub(1);
        }
        Object::Dict(dict) => {
            out.depth = out.depth.saturating_add(1);
            of_dict(pdf, walk, dict, Use::Any, out)?;
            out.depth = out.depth.saturating_sub(1);
        }
        _ => {}
    }
    Ok(())
}

/// Whether a string is to be read: what is for no known use may be a digest, or a date as only programs write it.
fn is_spoken(bytes: &[u8], purpose: Use) -> bool {
    let date = bytes.strip_prefix(b"D:").is_some_and(|date| date.iter().take(8).all(u8::is_ascii_digit));
    purpose != Use::Any || (strings::is_text(bytes) && !date)
}

/// The files that a file specification holds, each once.
fn files(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, dict: &Dict, held: &Object, out: &mut Harvest) -> Result<(), Halt> {
    let held = pdf.file.get(walk, held)?;
    let mut name = String::new();
    for key in ["UF", "F", "Unix", "DOS", "Mac", "Desc"] {
        let known = pdf.file.get(walk, dict.get(key))?;
        if let Some(bytes) = known.string().filter(|_| name.is_empty()) {
            name = strings::text(bytes);
        }
    }
    let Some(files) = held.dict() else { return Ok(()) };
    for (_, file) in &files.entries {
        out.files.push((name.clone(), file.clone()));
    }
    Ok(())
}

/// The unpacked bytes of the stream that a value refers to, which is marked as seen.
///
/// # Errors
/// The limits; the time; what cannot be unpacked.
pub(super) fn stream(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, object: &Object) -> Result<Vec<u8>, Halt> {
    if let Object::Ref(number) = object {
        pdf.file.seen.extend(pdf.file.place_of(*number));
    }
    let Object::Stream(stream) = pdf.file.get(walk, object)? else { return Ok(Vec::new()) };
    let decoded = filters::decode(&mut pdf.file, walk, &stream)?;
    if decoded.damaged {
        walk.unreadable(Reason::Damaged);
    }
    Ok(decoded.bytes.into_owned())
}

/// Gives what was found; what stands here in one run, so that each is context for the others.
fn give(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, harvest: Harvest) -> Result<String, Halt> {
    let mut here = String::new();
    for (purpose, bytes) in harvest.texts {
        let text = strings::text(&bytes);
        if text.trim().is_empty() {
            continue;
        }
        match purpose {
            Use::Any | Use::Text => {
                here.push_str(&text);
                here.push('\n');
            }
            Use::Rich => walk.raw(text.as_bytes())?,
            Use::Script => walk.within(Step::Script, |walk| walk.raw(text.as_bytes()))?,
            Use::Link => walk.within(Step::Link, |walk| walk.say(&text))?,
            Use::Alt => walk.within(Step::AltText, |walk| walk.say(&text))?,
            Use::Bookmark => walk.within(Step::Part("bookmark".to_owned()), |walk| walk.say(&text))?,
            Use::Signature => walk.within(Step::Part("signature".to_owned()), |walk| walk.raw(&bytes))?,
        }
    }
    walk.say(here.trim_end())?;
    for (name, file) in harvest.files {
        open(pdf, walk, &name, &file)?;
    }
    Ok(here)
}

/// Opens an attachment, unless it was opened before.
///
/// # Errors
/// The limits; the time.
pub(super) fn open(pdf: &mut Pdf<'_>, walk: &mut Walk<'_>, name: &str, file: &Object) -> Result<(), Halt> {
    if let Object::Ref(number) = file
        && pdf.file.place_of(*number).is_some_and(|place| pdf.file.seen.contains(&place))
    {
        return Ok(());
    }
    walk.entry()?;
    match stream(pdf, walk, file) {
        Ok(bytes) => walk.open(name, &bytes),
        Err(halt) => walk.within(Step::File(name.to_owned()), |_| Err(halt)),
    }
}
