//! One XML part: its texts, each joined as people see it, are shown to the editor, and what it covers is changed in
//! the very places where it stands.

use super::cell::{Cell, stars};
use super::ink::{self, Ink};
use super::joined::{Changes, Joined, Look};
use super::tokens::{Attribute, Tag, Token, Tokens};
use super::typed::Typed;
use super::{Editor, Means};
use crate::extract::zip::markup::tells;
use crate::extract::zip::styles::Styles;
use crate::extract::zip::xml::{is_on, root, unescaped};
use crate::extract::{Halt, Walk};
use std::ops::Range;

/// What is changed in a part.
pub(super) struct Changed {
    /// The whole part.
    pub(super) text: String,
    /// A formula of a cell was taken out.
    pub(super) formulas: bool,
}

/// Elements whose text is that of a paragraph.
const TEXTS: &[&str] = &["t", "delText"];

/// Elements that are a text of their own, whose pieces are read as one.
const PARAGRAPHS: &[&str] = &["p", "si", "is", "text", "rPh", "rt"];

/// The same in OpenDocument, where text stands directly in them.
const OPEN_PARAGRAPHS: &[&str] =
    &["p", "h", "creator", "date", "date-string", "title", "desc", "ruby-text", "binary-data", "sender-firstname"];

/// What in a cell of OpenDocument has text that is not the cell's.
const BESIDE: &[&str] = &["annotation", "frame", "custom-shape", "text-box", "rect", "ellipse", "caption", "g", "note"];

/// How the texts of a part are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grammar {
    /// WordprocessingML, DrawingML, VML, SpreadsheetML and OWPML: text stands in elements for it.
    Writing,
    Open,
    /// Each element has a text, with what stands in elements among it.
    Plain,
}

fn grammar(text: &str) -> Grammar {
    match root(text).as_deref() {
        Some("document-content" | "document-styles") => Grammar::Open,
        Some(
            "document" | "glossaryDocument" | "hdr" | "ftr" | "footnotes" | "endnotes" | "comments" | "sld" | "notes"
            | "sldMaster" | "sldLayout" | "notesMaster" | "handoutMaster" | "cmLst" | "chartSpace" | "dataModel"
            | "drawing" | "wsDr" | "userShapes" | "xml" | "ThreadedComments" | "shapetype" | "shape" | "worksheet"
            | "sst" | "sec" | "head" | "masterPage" | "package",
        ) => Grammar::Writing,
        _ => Grammar::Plain,
    }
}

/// Shows all texts of a part to the editor: the part as it is then, or `None` if nothing is changed.
///
/// # Errors
/// [`Halt::Part`] for XML that is wrong; the time.
pub(super) fn edit(
    source: &str,
    styles: &Styles,
    editor: &mut Editor<'_>,
    walk: &Walk<'_>,
) -> Result<Option<Changed>, Halt> {
    let mut part = Part {
        source,
        styles,
        grammar: grammar(source),
        pen: Pen::new(editor),
        frames: Vec::new(),
        cell: None,
        cells: root(source).as_deref() == Some("worksheet"),
        tracked: Tracked::default(),
        formulas: ink::Formulas::default(),
    };
    let mut tokens = Tokens::new(source);
    while let Some(token) = tokens.next(walk)? {
        part.take(token);
    }
    let formulas = part.formulas.finish(&mut part.pen.changes);
    let text = (!part.pen.changes.is_empty()).then(|| part.pen.changes.applied(source));
    Ok(text.map(|text| Changed { text, formulas }))
}

/// So few bytes hold nothing that somebody would cover, and most numbers of cells have no more.
const SHORT: usize = 4;

fn is_short(text: &str) -> bool {
    text.trim().len() < SHORT
}

/// Asks the editor, and notes what is changed.
pub(super) struct Pen<'p, 'e> {
    editor: &'p mut Editor<'e>,
    pub(super) changes: Changes,
}

impl<'p, 'e> Pen<'p, 'e> {
    /// Nothing is changed yet.
    pub(super) fn new(editor: &'p mut Editor<'e>) -> Pen<'p, 'e> {
        Pen { editor, changes: Changes::default() }
    }

    /// Shows a text in all ways in which it is seen. Whether anything of it was covered.
    pub(super) fn edit(&mut self, text: &Joined, ink: Ink, means: Means) -> bool {
        if is_short(&text.text) {
            return false;
        }
        let mut any = false;
        for view in text.views() {
            let covers = (self.editor)(&view.text, means);
            if ink == Ink::Number {
                // Of a number that must stay one nothing can be left: with zeros in it, it would be another's.
                let place = view.place().filter(|_| !covers.is_empty());
                any |= place.map(|place| self.changes.put(place, "0")).is_some();
                continue;
            }
            let mut writer = ink::Writer::new(ink, &view.text);
            for cover in covers {
                for (at, by) in writer.letters(cover) {
                    if let Some(source) = view.source(at) {
                        self.changes.put(source, by);
                        any = true;
                    }
                }
            }
        }
        any
    }

    /// A text that stands nowhere as it is shown: what it is when it is covered, if it is.
    pub(super) fn shown(&mut self, text: &str, means: Means) -> Option<String> {
        let covers = if is_short(text) { Vec::new() } else { (self.editor)(text, means) };
        if covers.is_empty() {
            return None;
        }
        let covered =
            |(at, letter): (usize, char)| covers.iter().find(|cover| cover.at == at).map_or(letter, |cover| cover.by);
        Some(text.char_indices().map(covered).collect())
    }
}

/// Tracked changes and hidden text that are open.
#[derive(Default)]
struct Tracked {
    deleted: u32,
    inserted: u32,
    hidden: bool,
}

impl Tracked {
    fn look(&self) -> Look {
        match (self.deleted > 0, self.hidden, self.inserted > 0) {
            (true, ..) => Look::Deleted,
            (_, true, _) => Look::Hidden,
            (.., true) => Look::Inserted,
            _ => Look::Plain,
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name {
            "del" | "moveFrom" | "delText" | "deleteBegin" => self.deleted = self.deleted.saturating_add(1),
            "ins" | "moveTo" | "insertBegin" => self.inserted = self.inserted.saturating_add(1),
            "deleteEnd" => self.deleted = 0,
            "insertEnd" => self.inserted = 0,
            "vanish" | "webHidden" | "specVanish" if tag.value("val").is_none_or(is_on) => self.hidden = true,
            "p" | "r" => self.hidden = false,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "del" | "moveFrom" | "delText" => self.deleted = self.deleted.saturating_sub(1),
            "ins" | "moveTo" => self.inserted = self.inserted.saturating_sub(1),
            "p" | "r" => self.hidden = false,
            _ => {}
        }
    }
}

/// An element that is open.
struct Frame<'x> {
    name: &'x str,
    ink: Ink,
    paragraph: bool,
    text: Joined,
    /// What a field in the paragraph says, which may be split over runs.
    field: Joined,
    typed: Option<Typed<'x>>,
}

struct Part<'x, 'p, 'e> {
    source: &'x str,
    styles: &'x Styles,
    grammar: Grammar,
    pen: Pen<'p, 'e>,
    frames: Vec<Frame<'x>>,
    /// The part is a sheet.
    cells: bool,
    cell: Option<Cell<'x>>,
    tracked: Tracked,
    formulas: ink::Formulas<'x>,
}

impl<'x> Part<'x, '_, '_> {
    fn take(&mut self, token: Token<'x>) {
        match token {
            Token::Open(tag) => {
                let (both, end) = (tag.both, tag.at.end);
                self.open(tag);
                if both {
                    self.close(end);
                }
            }
            Token::Close(end) => self.close(end),
            Token::Text(at) => {
                let shown = self.source.get(at.clone()).unwrap_or_default();
                self.text(shown, at);
            }
            Token::Entity(shown, at) => self.text(&shown, at),
            Token::Aside(at) => {
                let mut text = Joined::default();
                text.written(self.source.get(at.clone()).unwrap_or_default(), at, Look::Plain);
                self.pen.edit(&text, Ink::Star, Means::Text);
            }
        }
    }

    fn open(&mut self, tag: Tag<'x>) {
        if self.grammar == Grammar::Writing {
            self.tracked.open(&tag);
            self.letter(&tag);
        }
        if self.grammar == Grammar::Open {
            self.spaces(&tag);
        }
        let outer = self.frames.last().map_or(Ink::Star, |frame| frame.ink);
        let paragraph = match self.grammar {
            Grammar::Writing => PARAGRAPHS.contains(&tag.name),
            Grammar::Open => OPEN_PARAGRAPHS.contains(&tag.name),
            Grammar::Plain => false,
        };
        let mut typed = (self.grammar == Grammar::Open).then(|| Typed::of(&tag)).flatten();
        let before = self.pen.changes.count();
        for attribute in &tag.attributes {
            if typed.as_mut().is_some_and(|typed| typed.takes(attribute, &mut self.pen)) {
                continue;
            }
            self.attribute(&tag, attribute);
        }
        if let Some(typed) = &mut typed {
            typed.edited |= self.pen.changes.count() > before;
        }
        if self.cells && tag.name == "c" {
            self.cell = Some(Cell::of(&tag));
        }
        if let Some(cell) = self.cell.as_mut().filter(|_| tag.name == "f") {
            cell.formula_begins(&tag);
        }
        self.frames.push(Frame {
            name: tag.name,
            ink: ink::of_element(tag.name, outer),
            paragraph,
            text: Joined::default(),
            field: Joined::default(),
            typed,
        });
    }

    /// Letters that are elements.
    fn letter(&mut self, tag: &Tag<'_>) {
        let in_run = self.frames.last().is_some_and(|frame| matches!(frame.name, "r" | "p" | "t"));
        let letter = match tag.name {
            "tab" | "ptab" if in_run => "\t",
            "br" | "cr" | "lineBreak" if in_run => "\n",
            "nbSpace" | "fwSpace" if in_run => " ",
            "noBreakHyphen" | "hyphen" => "-",
            "sym" => "\u{1}",
            "fldChar" => return self.end_field(),
            _ => return,
        };
        let look = self.tracked.look();
        if let Some(frame) = self.frames.iter_mut().rev().find(|frame| frame.paragraph) {
            frame.text.element(letter, look);
        }
    }

    /// The same in OpenDocument.
    fn spaces(&mut self, tag: &Tag<'_>) {
        let letter = match tag.name {
            "s" | "tab" => " ",
            "line-break" => "\n",
            _ => return,
        };
        if let Some(frame) = self.frames.iter_mut().rev().find(|frame| frame.paragraph) {
            frame.text.element(letter, Look::Plain);
        }
    }

    fn end_field(&mut self) {
        if let Some(frame) = self.frames.iter_mut().rev().find(|frame| frame.paragraph) {
            let field = std::mem::take(&mut frame.field);
            self.pen.edit(&field, Ink::Star, Means::Text);
        }
    }

    fn attribute(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>) {
        let Some(ink) = ink::of_attribute(tag, attribute) else { return };
        let value = unescaped(attribute.value);
        let telling = tells(tag.name, attribute.key, &value) || ink::is_for_people(tag.name, attribute.key);
        let telling = telling && !ink::is_style(tag.name, attribute.key);
        self.pen.edit(&of_value(attribute), ink, if telling { Means::Text } else { Means::Name });
    }

    fn text(&mut self, shown: &str, at: Range<usize>) {
        let Some(innermost) = self.frames.len().checked_sub(1) else { return };
        let Some(name) = self.frames.get(innermost).map(|frame| frame.name) else { return };
        let paragraph = self.frames.iter().rposition(|frame| frame.paragraph);
        let (look, field) = (self.tracked.look(), matches!(name, "instrText" | "delInstrText"));
        let target = match (self.grammar, paragraph) {
            (Grammar::Writing, Some(paragraph)) if TEXTS.contains(&name) || field => paragraph,
            (Grammar::Open, Some(paragraph)) => paragraph,
            _ => self.mixed(innermost),
        };
        let Some(frame) = self.frames.get_mut(target) else { return };
        let text = if field && frame.paragraph { &mut frame.field } else { &mut frame.text };
        match shown.len() == at.len() {
            // However much white space there is, it is seen as one space there.
            true if self.grammar == Grammar::Open && shown.contains(['\n', '\r', '\t']) => {
                text.written(&shown.replace(['\n', '\r', '\t'], " "), at, look);
            }
            true => text.written(shown, at, look),
            false => text.entity(shown, at, look),
        }
    }

    /// The element whose text that of this one is a part of: itself, unless text stands directly around it.
    fn mixed(&self, innermost: usize) -> usize {
        let holds = |number: usize| self.frames.get(number).is_some_and(|f| !f.paragraph && !f.text.is_blank());
        let mut target = innermost;
        while let Some(outer) = target.checked_sub(1).filter(|outer| holds(*outer)) {
            target = outer;
        }
        target
    }

    fn close(&mut self, end: usize) {
        let Some(mut frame) = self.frames.pop() else { return };
        if self.grammar == Grammar::Writing {
            self.tracked.close(frame.name);
        }
        let in_cell = self.frames.last().is_some_and(|outer| outer.name == "c");
        if let Some(cell) = self.cell.as_mut().filter(|_| in_cell) {
            match frame.name {
                "v" => return cell.value = Some(frame.text),
                "f" => return cell.formula_ends(frame.text, end),
                _ => {}
            }
        }
        let has_text = !frame.text.is_blank();
        let means = self.means(&frame);
        let edited = self.pen.edit(&frame.text, frame.ink, means);
        self.pen.edit(&frame.field, Ink::Star, Means::Text);
        if let Some(typed) = frame.typed.take() {
            typed.finish(&mut self.pen.changes);
        } else if has_text {
            self.typed(&frame.text, edited);
        }
        if frame.name == "c"
            && let Some(cell) = self.cell.take()
        {
            cell.finish(self.styles, &mut self.pen, &mut self.formulas);
        }
    }

    /// The value of a type around this element, of which it is a part.
    fn around(&mut self) -> Option<&mut Typed<'x>> {
        let own = self.frames.iter_mut().rev().take_while(|frame| !BESIDE.contains(&frame.name));
        own.filter_map(|frame| frame.typed.as_mut()).next()
    }

    fn means(&mut self, frame: &Frame<'x>) -> Means {
        let beside = BESIDE.contains(&frame.name);
        let computed = self.around().is_some_and(|typed| typed.is_computed());
        if computed && !beside { Means::Result } else { Means::Text }
    }

    /// A text that has been read belongs to the value around it.
    fn typed(&mut self, text: &Joined, edited: bool) {
        let Some(typed) = self.around() else { return };
        typed.has_text = true;
        typed.edited |= edited;
        if !typed.said {
            return;
        }
        for (at, by) in text.text.char_indices().zip(stars(&text.text).chars()).map(|((at, _), by)| (at, by)) {
            if let Some(source) = text.source(at).filter(|_| by == '*') {
                self.pen.changes.put(source, by);
            }
        }
    }
}

/// The value of an attribute, as it is meant.
pub(super) fn of_value(attribute: &Attribute<'_>) -> Joined {
    let mut text = Joined::default();
    let (mut rest, mut at) = (attribute.value, attribute.value_at.start);
    while let Some((before, behind)) = rest.split_once('&') {
        text.written(before, at..at.saturating_add(before.len()), Look::Plain);
        let start = at.saturating_add(before.len());
        let known = behind.split_once(';').and_then(|(name, next)| {
            let letter = crate::extract::zip::xml::resolved(name)?;
            Some((letter, next, start..start.saturating_add(name.len()).saturating_add(2)))
        });
        match known {
            Some((letter, next, source)) => {
                at = source.end;
                text.entity(letter.encode_utf8(&mut [0; 4]), source, Look::Plain);
                rest = next;
            }
            None => {
                at = start.saturating_add(1);
                text.written("&", start..at, Look::Plain);
                rest = behind;
            }
        }
    }
    text.written(rest, at..at.saturating_add(rest.len()), Look::Plain);
    text
}
