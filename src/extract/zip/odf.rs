//! OpenDocument: text, presentations, drawings, and what a spreadsheet has beside its cells (ODF 1.3 part 3).

use super::flow::{Flow, Look};
use super::markup::{self, tells};
use super::package::Package;
use super::xml::{Tag, Token, Xml, decode};
use super::{ods, ooxml};
use crate::extract::{Halt, Walk};
use crate::vocab::{Shown, Step};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Spaces, and cells, that one element may stand for: beyond, nothing lines up with anything.
const MOST_REPEATED: u32 = 64;

/// Changes that are open at once, at most: no program writes more than a few.
const MOST_CHANGES: usize = 64;

/// Whether it is a document in one XML file.
pub(super) fn is_flat(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let text = decode(head).0;
    text.trim_start().starts_with('<') && text.contains("office:document") && text.contains("opendocument")
}

/// Reads a document in one XML file.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read_flat(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut styles = Styles::default();
    markup::read(bytes, walk, |text, walk| read_part(text, &mut styles, walk))
}

/// Reads a package.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn read(package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    package.is_document();
    package.manifest(walk)?;
    let mut styles = Styles::default();
    let first = ["styles.xml", "content.xml"].map(String::from);
    let more = package.names(|name| name.ends_with("/content.xml") || name.ends_with("/styles.xml"));
    for name in first.into_iter().chain(more) {
        let Some(bytes) = package.take(&name, walk)? else { continue };
        let mut read = |walk: &mut Walk<'_>| {
            let done = markup::read(&bytes, walk, |text, walk| read_part(text, &mut styles, walk));
            walk.note(done)
        };
        if name.contains('/') { walk.within(Step::Part(name.clone()), read)? } else { read(walk)? }
    }
    if let Some(meta) = package.take("meta.xml", walk)? {
        walk.within(Step::Properties, |walk| markup::read(&meta, walk, |text, walk| markup::all(text, true, walk)))?;
    }
    for name in package.names(|name| name == "settings.xml" || name.ends_with(".rdf")) {
        let Some(bytes) = package.take(&name, walk)? else { continue };
        ooxml::loose(&name, &bytes, walk)?;
    }
    Ok(())
}

/// What styles hide.
#[derive(Default)]
pub(super) struct Styles {
    /// Those that hide text, tables or pages.
    pub(super) hiding: HashSet<String>,
    /// The one that is open.
    open: String,
}

impl Styles {
    /// Looks at an element of a style.
    pub(super) fn see(&mut self, tag: &Tag<'_>) {
        match tag.local() {
            "style" => {
                self.open = tag.get("name").unwrap_or_default().into_owned();
                if tag.get("parent-style-name").is_some_and(|parent| self.hiding.contains(&*parent)) {
                    self.hiding.insert(self.open.clone());
                }
            }
            "text-properties" | "table-properties" | "drawing-page-properties" => {
                let hides = |(key, value): (&str, Cow<'_, str>)| {
                    matches!((key, &*value), ("display", "none" | "false") | ("visibility", "hidden"))
                };
                if tag.attributes().any(hides) {
                    self.hiding.insert(self.open.clone());
                }
            }
            _ => {}
        }
    }

    /// Whether the style of an element hides it.
    pub(super) fn hide(&self, tag: &Tag<'_>) -> bool {
        !self.hiding.is_empty() && tag.get("style-name").is_some_and(|name| self.hiding.contains(&*name))
    }
}

/// White space as it is seen: however much of it is one space (ODF 1.3 part 3, 6.1.2).
pub(super) fn collapsed(text: &str) -> Cow<'_, str> {
    let white = |letter: char| matches!(letter, ' ' | '\t' | '\r' | '\n');
    let mut last = false;
    let plain = text.chars().all(|letter| {
        let twice = std::mem::replace(&mut last, white(letter)) && white(letter);
        !twice && (letter == ' ' || !white(letter))
    });
    if plain {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match (white(letter), out.ends_with(' ')) {
            (true, true) => {}
            (true, false) => out.push(' '),
            (false, _) => out.push(letter),
        }
    }
    Cow::Owned(out)
}

fn read_part(text: &str, styles: &mut Styles, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut text_of = Text {
        flow: Flow::new(true),
        styles,
        open: Vec::new(),
        body: Body::Text,
        counts: Counts::default(),
        changes: HashMap::new(),
        changing: Vec::new(),
        region: String::new(),
        loose: String::new(),
        files: Vec::new(),
    };
    let done = text_of.collect(&mut Xml::new(text), walk);
    let files = std::mem::take(&mut text_of.files);
    text_of.flow.tell(walk)?;
    files.iter().try_for_each(|file| walk.open("binary-data", file))?;
    done
}

/// What the body is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Text,
    Spreadsheet,
    Slides,
    Drawing,
}

#[derive(Default)]
struct Counts {
    sheets: u32,
    pages: u32,
    notes: u32,
    comments: u32,
}

/// What an open element is to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Paragraph {
        hidden: bool,
    },
    Span {
        hidden: bool,
    },
    HiddenSection,
    Story,
    Alt,
    /// How a word is said.
    Beside,
    Binary,
    Other,
}

struct Text<'s> {
    flow: Flow,
    styles: &'s mut Styles,
    open: Vec<Element>,
    body: Body,
    counts: Counts,
    /// What tracked changes are, by their names, and those that are open in the text.
    changes: HashMap<String, Look>,
    changing: Vec<String>,
    /// The name of the change that is told of.
    region: String,
    /// Text outside of paragraphs.
    loose: String,
    files: Vec<Vec<u8>>,
}

impl Text<'_> {
    fn collect(&mut self, xml: &mut Xml<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) if tag.local() == "table" && self.body == Body::Spreadsheet => {
                    self.counts.sheets = self.counts.sheets.saturating_add(1);
                    ods::sheet(&tag, self.counts.sheets, xml, self.styles, walk)?;
                }
                Token::Open(tag) => {
                    self.styles.see(&tag);
                    let element = self.begin(&tag);
                    self.open.push(element);
                    self.attributes(&tag);
                }
                Token::Close(_) => {
                    if let Some(element) = self.open.pop() {
                        self.end(element);
                    }
                }
                Token::Text(text) => self.text(&text),
                Token::Aside(text) => self.flow.aside(Step::Part("comments of XML".to_owned()), &text),
            }
        }
        self.flow.aside(Step::Part("other text".to_owned()), &self.loose);
        Ok(())
    }

    fn look(&self) -> Look {
        let hides = |element: &&Element| {
            matches!(
                element,
                Element::Paragraph { hidden: true } | Element::Span { hidden: true } | Element::HiddenSection
            )
        };
        let story = self.open.iter().rev().take_while(|element| **element != Element::Story);
        if story.clone().any(|element| hides(&element)) {
            return Look::Hidden;
        }
        self.changing.last().and_then(|name| self.changes.get(name)).copied().unwrap_or(Look::Plain)
    }

    fn begin(&mut self, tag: &Tag<'_>) -> Element {
        match tag.local() {
            "p" | "h" => return Element::Paragraph { hidden: self.styles.hide(tag) },
            "span" | "a" => return Element::Span { hidden: self.styles.hide(tag) },
            // "none", or "condition" as it is at the moment.
            "section" if tag.get("display").is_some_and(|display| display == "none") || tag.is_on("is-hidden") => {
                return Element::HiddenSection;
            }
            "s" => self.put(&" ".repeat(tag.number("c").unwrap_or(1).min(MOST_REPEATED) as usize)),
            "tab" => self.put("\t"),
            "line-break" => self.put("\n"),
            "hidden-text" => self.flow.put(Look::Hidden, &tag.get("string-value").unwrap_or_default()),
            "hidden-paragraph" if tag.is_on("is-hidden") => {
                // The rest of the paragraph is hidden with it.
                if let Some(Element::Paragraph { hidden }) = self.open.last_mut() {
                    *hidden = true;
                }
            }
            "hidden-paragraph" => {}
            "text" | "spreadsheet" | "presentation" | "drawing" if self.open.len() == 2 => self.body(tag),
            "chart" if self.open.len() == 3 => return self.story(Step::Chart),
            "page" => return self.page(tag),
            "notes" => return self.story(Step::SpeakerNotes(self.counts.pages.max(1))),
            "changed-region" => self.region = tag.get("id").unwrap_or_default().into_owned(),
            "insertion" => drop(self.changes.insert(std::mem::take(&mut self.region), Look::Inserted)),
            "deletion" => drop(self.changes.insert(std::mem::take(&mut self.region), Look::Deleted)),
            "change-start" if self.changing.len() < MOST_CHANGES => {
                self.changing.push(tag.get("change-id").unwrap_or_default().into_owned());
            }
            "change-end" => {
                let name = tag.get("change-id").unwrap_or_default();
                self.changing.retain(|open| *open != *name);
            }
            "tracked-changes" => return self.story(Step::Deleted),
            "note" => {
                self.counts.notes = self.counts.notes.saturating_add(1);
                return self.story(Step::Note(self.counts.notes));
            }
            "annotation" => {
                self.counts.comments = self.counts.comments.saturating_add(1);
                return self.story(Step::Comment(self.counts.comments));
            }
            "header" | "header-left" | "header-first" => return self.story(Step::Header),
            "footer" | "footer-left" | "footer-first" => return self.story(Step::Footer),
            "text-box" | "custom-shape" if self.body == Body::Text => return self.story(Step::TextBox),
            "title" | "desc" if !self.open.is_empty() => return Element::Alt,
            "ruby-text" => return Element::Beside,
            "binary-data" => return Element::Binary,
            "table" => {
                self.flow.enter_table();
                return Element::Story;
            }
            "table-row" => self.flow.row(),
            "table-cell" | "covered-table-cell" => {
                self.flow.cell();
                let repeated = tag.number("number-columns-repeated").unwrap_or(1);
                self.flow.span(repeated.saturating_sub(1).min(MOST_REPEATED));
            }
            _ => {}
        }
        Element::Other
    }

    fn body(&mut self, tag: &Tag<'_>) {
        self.body = match tag.local() {
            "spreadsheet" => Body::Spreadsheet,
            "presentation" => Body::Slides,
            "drawing" => Body::Drawing,
            _ => Body::Text,
        };
    }

    fn page(&mut self, tag: &Tag<'_>) -> Element {
        self.counts.pages = self.counts.pages.saturating_add(1);
        let hidden = self.styles.hide(tag);
        match self.body {
            Body::Slides => {
                let shown = if hidden { Shown::Hidden } else { Shown::Plainly };
                self.story(Step::Slide(self.counts.pages, shown))
            }
            Body::Drawing => self.story(Step::Page(self.counts.pages)),
            _ => Element::Other,
        }
    }

    fn story(&mut self, step: Step) -> Element {
        self.flow.enter(step);
        Element::Story
    }

    fn put(&mut self, text: &str) {
        let look = self.look();
        self.flow.put(look, text);
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        let element = tag.local();
        let form = matches!(
            element,
            "text"
                | "textarea"
                | "formatted-text"
                | "hidden"
                | "password"
                | "combobox"
                | "option"
                | "item"
                | "checkbox"
        );
        let stored =
            matches!(element, "table-cell" | "user-field-decl" | "variable-set" | "variable-get" | "user-defined");
        for (key, value) in tag.attributes() {
            match (element, key) {
                ("hidden-text", "string-value") => {}
                (_, "href") if value.contains(':') => self.flow.aside(Step::Link, &value),
                (_, "value" | "current-value" | "label") if form => {
                    let name = tag.get("name").unwrap_or_default().into_owned();
                    self.flow.aside(Step::FormField(name), &value);
                }
                ("content-validation", "condition") => self.flow.aside(Step::ValidationList, &value),
                ("named-expression", "expression") => {
                    let name = tag.get("name").unwrap_or_default().into_owned();
                    self.flow.aside(Step::DefinedName(name), &value);
                }
                (_, "formula" | "condition") if super::cells::says_something(&value) => {
                    self.flow.aside(Step::Formula, &value);
                }
                (
                    _,
                    "string-value" | "string-value-if-true" | "string-value-if-false" | "description" | "placeholder",
                ) => {
                    self.flow.aside(Step::Part("fields".to_owned()), &value);
                }
                (_, "value") if stored => {
                    self.flow.aside(Step::Part("stored values".to_owned()), &super::number::whole(&value));
                }
                // What the list of styles shows; of one without such a name, its own.
                ("style", "display-name") => self.flow.aside(Step::Part("style names".to_owned()), &value),
                ("style", "name") if tells(element, key, &value) && tag.get("display-name").is_none() => {
                    self.flow.aside(Step::Part("style names".to_owned()), &value);
                }
                ("style" | "font-face" | "style-name", _) => {}
                _ if tells(element, key, &value) => self.flow.aside(Step::Part("attributes".to_owned()), &value),
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        let inside = |element: &Element| matches!(element, Element::Paragraph { .. } | Element::Span { .. });
        let last = self.open.iter().rev().find(|element| **element != Element::Other);
        if last.is_some_and(inside) {
            self.put(&collapsed(text));
        } else if !text.trim().is_empty() || !self.loose.is_empty() {
            self.loose.push_str(text);
        }
    }

    fn end(&mut self, element: Element) {
        let loose = std::mem::take(&mut self.loose);
        match element {
            Element::Paragraph { .. } => self.flow.end_paragraph(),
            Element::Alt => self.flow.aside(Step::AltText, &loose),
            Element::Beside => self.flow.aside(Step::Part("phonetic text".to_owned()), &loose),
            Element::Binary => {
                let packed: Vec<u8> = loose.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
                match STANDARD.decode(packed) {
                    Ok(file) => self.files.push(file),
                    Err(_) => self.flow.aside(Step::Part("binary-data".to_owned()), &loose),
                }
            }
            _ => {
                if !loose.trim().is_empty() {
                    self.flow.line(Look::Plain, &loose);
                }
                if element == Element::Story {
                    self.flow.leave();
                }
            }
        }
    }
}
