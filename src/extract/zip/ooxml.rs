//! Office Open XML: every part, under the part that leads to it where that says where it is seen (ECMA-376).

use super::package::{self, Package};
use super::rels::{self, Rel};
use super::strings::Strings;
use super::writing::{self, Manner};
use super::xml::{Token, Xml, decode, root};
use super::{markup, sheets, xlsb};
use crate::extract::{Halt, Walk};
use crate::vocab::{Shown, Step};

/// Parts lead to parts, at most so far; what lies further is read by itself.
const MOST_STEPS: u32 = 12;

/// Relationships that do not lead to what belongs to a part alone.
const ELSEWHERE: &[&str] =
    &["slide", "slideLayout", "slideMaster", "notesMaster", "handoutMaster", "theme", "notesSlide"];

/// Reads a package from its start.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn read(package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    package.is_document();
    if let Some(types) = package.take("[Content_Types].xml", walk)? {
        loose("[Content_Types].xml", &types, walk)?;
    }
    for rel in rels::of("", package, walk)? {
        part(&rel, package, walk, MOST_STEPS)?;
    }
    Ok(())
}

/// Reads the parts that a part leads to.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn follow(rels: &[Rel], package: &mut Package<'_>, walk: &mut Walk<'_>, left: u32) -> Result<(), Halt> {
    let Some(left) = left.checked_sub(1) else { return Ok(()) };
    rels.iter().filter(|rel| !ELSEWHERE.contains(&rel.kind.as_str())).try_for_each(|rel| part(rel, package, walk, left))
}

fn part(rel: &Rel, package: &mut Package<'_>, walk: &mut Walk<'_>, left: u32) -> Result<(), Halt> {
    let Some(bytes) = package.take(&rel.part, walk)? else { return Ok(()) };
    if rel.part.to_ascii_lowercase().ends_with("workbook.bin") {
        return xlsb::read(&rel.part, &bytes, package, walk);
    }
    if !markup::is_xml(&rel.part, &bytes) {
        package::open(&rel.part, &bytes, walk)?;
        let rels = rels::of(&rel.part, package, walk)?;
        return follow(&rels, package, walk, left);
    }
    let (text, _) = decode(&bytes);
    match root(&text).as_deref() {
        Some("workbook") => sheets::read(&rel.part, &bytes, package, walk),
        Some("document") => document(&rel.part, &bytes, package, walk, left),
        Some("presentation") => slides(&rel.part, &bytes, package, walk),
        _ => {
            let rels = rels::of(&rel.part, package, walk)?;
            within(step(root(&text).as_deref(), &rel.part), walk, |walk| {
                let done = by_root(&bytes, &text, &Manner::default(), walk);
                walk.note(done)?;
                follow(&rels, package, walk, left)
            })
        }
    }
}

fn within<'w>(
    step: Option<Step>,
    walk: &mut Walk<'w>,
    work: impl FnOnce(&mut Walk<'w>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    match step {
        Some(step) => walk.within(step, work),
        None => work(walk),
    }
}

/// The text of a document, then of the parts that belong to it.
fn document(name: &str, bytes: &[u8], package: &mut Package<'_>, walk: &mut Walk<'_>, left: u32) -> Result<(), Halt> {
    let rels = rels::of(name, package, walk)?;
    let mut manner = Manner { numbered: true, ..Manner::default() };
    for rel in rels.iter().filter(|rel| rel.kind == "styles") {
        if let Some(styles) = package.take(&rel.part, walk)? {
            manner.hiding.extend(writing::hiding_styles(&decode(&styles).0, walk));
            loose(&rel.part, &styles, walk)?;
        }
    }
    let done = markup::read(bytes, walk, |text, walk| writing::read(text, &manner, walk));
    walk.note(done)?;
    let (texts, others): (Vec<Rel>, Vec<Rel>) = rels
        .into_iter()
        .partition(|rel| matches!(rel.kind.as_str(), "header" | "footer" | "footnotes" | "endnotes" | "comments"));
    for rel in &texts {
        let Some(bytes) = package.take(&rel.part, walk)? else { continue };
        let inner = rels::of(&rel.part, package, walk)?;
        let step = step(root(&decode(&bytes).0).as_deref(), &rel.part);
        within(step, walk, |walk| {
            let done = markup::read(&bytes, walk, |text, walk| writing::read(text, &manner, walk));
            walk.note(done)?;
            follow(&inner, package, walk, left)
        })?;
    }
    follow(&others, package, walk, left)
}

/// The slides in their order, each with its notes behind it, then everything else.
fn slides(name: &str, bytes: &[u8], package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let rels = rels::of(name, package, walk)?;
    let mut order = Vec::new();
    let done = markup::read(bytes, walk, |text, walk| {
        let mut xml = Xml::new(text);
        while let Some(token) = xml.next(walk)? {
            if let Token::Open(tag) = token
                && tag.local() == "sldId"
            {
                // It has two attributes `id`: the relationship's is the one in a namespace.
                order.extend(tag.attributes().filter(|(key, _)| *key == "id").map(|(_, id)| id.into_owned()));
            }
        }
        walk.within(Step::Part(name.to_owned()), |walk| markup::all(text, false, walk))
    });
    walk.note(done)?;
    let mut number = 0_u32;
    let listed = order.iter().filter_map(|id| rels.iter().find(|rel| rel.kind == "slide" && rel.id == *id));
    let unlisted = rels.iter().filter(|rel| rel.kind == "slide" && !order.contains(&rel.id));
    for rel in listed.chain(unlisted) {
        let Some(bytes) = package.take(&rel.part, walk)? else { continue };
        number = number.saturating_add(1);
        slide(rel, number, &bytes, package, walk)?;
    }
    follow(&rels, package, walk, MOST_STEPS)
}

fn slide(rel: &Rel, number: u32, bytes: &[u8], package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (text, _) = decode(bytes);
    let mut xml = Xml::new(&text);
    let hidden = loop {
        match xml.next(walk) {
            Ok(Some(Token::Open(tag))) => break tag.get("show").is_some_and(|show| show == "0" || show == "false"),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break false,
        }
    };
    let shown = if hidden { Shown::Hidden } else { Shown::Plainly };
    let mut rels = Vec::new();
    walk.within(Step::Slide(number, shown), |walk| {
        rels = rels::of(&rel.part, package, walk)?;
        let done = markup::read(bytes, walk, |text, walk| writing::read(text, &Manner::default(), walk));
        walk.note(done)?;
        follow(&rels, package, walk, MOST_STEPS)
    })?;
    for notes in rels.iter().filter(|rel| rel.kind == "notesSlide") {
        let Some(bytes) = package.take(&notes.part, walk)? else { continue };
        walk.within(Step::SpeakerNotes(number), |walk| {
            let inner = rels::of(&notes.part, package, walk)?;
            let done = markup::read(&bytes, walk, |text, walk| writing::read(text, &Manner::default(), walk));
            walk.note(done)?;
            follow(&inner, package, walk, MOST_STEPS)
        })?;
    }
    Ok(())
}

/// Reads a part that nothing leads to, or that stands for itself.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn loose(name: &str, bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (text, _) = decode(bytes);
    let root = root(&text);
    let step = step(root.as_deref(), name).unwrap_or_else(|| Step::Part(name.to_owned()));
    walk.within(step, |walk| by_root(bytes, &text, &Manner::default(), walk))
}

/// Reads a part as its root says.
fn by_root(bytes: &[u8], text: &str, manner: &Manner, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let root = root(text);
    match root.as_deref() {
        Some(
            "document" | "glossaryDocument" | "hdr" | "ftr" | "footnotes" | "endnotes" | "comments" | "sld" | "notes"
            | "sldMaster" | "sldLayout" | "notesMaster" | "handoutMaster" | "cmLst" | "chartSpace" | "dataModel"
            | "drawing" | "wsDr" | "userShapes" | "xml" | "ThreadedComments" | "shapetype" | "shape",
        ) => markup::read(bytes, walk, |text, walk| writing::read(text, manner, walk)),
        Some("worksheet") => markup::read(bytes, walk, sheets::alone),
        Some("sst") => markup::read(bytes, walk, |text, walk| {
            let mut strings = Strings::default();
            let done = strings.read(text, walk);
            strings.say_unused(walk)?;
            done
        }),
        Some(root) if SILENT.contains(&root) => markup::read(bytes, walk, |text, walk| markup::all(text, false, walk)),
        _ => markup::read(bytes, walk, |text, walk| markup::all(text, true, walk)),
    }
}

/// Roots of parts whose attributes are a program's own.
const SILENT: &[&str] = &[
    "Types",
    "Relationships",
    "theme",
    "themeOverride",
    "themeManager",
    "styles",
    "fonts",
    "settings",
    "webSettings",
    "numbering",
    "styleSheet",
    "tblStyleLst",
    "viewPr",
    "presentationPr",
    "presentation",
    "workbook",
    "calcChain",
    "chartStyle",
    "colorStyle",
    "colorsDef",
    "styleDef",
    "layoutDef",
    "manifest",
    "metadata",
    "volTypes",
    "MapInfo",
    "table",
    "pivotTableDefinition",
    "commentsEx",
    "commentsIds",
    "commentsExtensible",
    "people",
    "personList",
    "cmAuthorLst",
    "authorLst",
    "datastoreItem",
    "slicers",
    "slicerCacheDefinition",
    "timelines",
    "connections",
    "queryTable",
    "ctrlProp",
    "formControlPr",
    "revisions",
    "document-settings",
];

/// The place of a part by its root.
fn step(root: Option<&str>, name: &str) -> Option<Step> {
    Some(match root? {
        "hdr" => Step::Header,
        "ftr" => Step::Footer,
        "chartSpace" => Step::Chart,
        "pivotCacheDefinition" | "pivotCacheRecords" => Step::PivotCache,
        "externalLink" => Step::LinkCache,
        "coreProperties" | "Properties" | "personList" | "people" | "cmAuthorLst" | "authorLst" => Step::Properties,
        "dataModel" | "drawing" | "wsDr" | "userShapes" | "xml" => Step::TextBox,
        "history" => Step::Revision(1),
        "comments" | "ThreadedComments" | "cmLst" | "footnotes" | "endnotes" => return None,
        _ => Step::Part(name.to_owned()),
    })
}
