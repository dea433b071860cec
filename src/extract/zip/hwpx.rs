//! HWPX, the zipped XML of Hangul (KS X 6101, OWPML), and what it shares with HWPML: their elements have the same names
//! but for capitals.

use super::flow::{Flow, Look};
use super::markup::{self, is_setting, tells};
use super::package::Package;
use super::xml::{Tag, Token, Xml, decode};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// Reads a package.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn read(package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    package.is_document();
    package.manifest(walk)?;
    let mut sections = package.names(|name| name.starts_with("contents/section") && name.ends_with(".xml"));
    sections.sort_by_key(|name| (name.len(), name.clone()));
    for (name, number) in sections.iter().zip(1..) {
        part(name, Step::Section(number), package, walk)?;
    }
    for name in package.names(|name| name.starts_with("contents/masterpage")) {
        part(&name, Step::Part(name.clone()), package, walk)?;
    }
    if let Some(preview) = package.take("Preview/PrvText.txt", walk)? {
        walk.within(Step::Preview, |walk| walk.say(&decode(&preview).0))?;
    }
    if let Some(head) = package.take("Contents/content.hpf", walk)? {
        walk.within(Step::Properties, |walk| markup::read(&head, walk, |text, walk| markup::all(text, false, walk)))?;
    }
    for name in package.names(|name| name.starts_with("scripts/")) {
        let Some(bytes) = package.take(&name, walk)? else { continue };
        walk.within(Step::Script, |walk| walk.raw(&bytes))?;
    }
    for name in package.names(|name| {
        ["contents/header.xml", "version.xml", "settings.xml", "meta-inf/container.xml", "meta-inf/container.rdf"]
            .contains(&name)
    }) {
        let Some(bytes) = package.take(&name, walk)? else { continue };
        walk.within(Step::Part(name), |walk| markup::read(&bytes, walk, |text, walk| markup::all(text, false, walk)))?;
    }
    Ok(())
}

fn part(name: &str, step: Step, package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(bytes) = package.take(name, walk)? else { return Ok(()) };
    walk.within(step, |walk| {
        markup::read(&bytes, walk, |text, walk| {
            let mut hangul = Hangul::new();
            let done = hangul.collect(text, walk);
            hangul.flow.tell(walk)?;
            done
        })
    })
}

/// What an open element is to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Text,
    Paragraph,
    Story,
    Aside(Beside),
    Binary,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Alt,
    Formula,
    Script,
    Field,
}

/// Text of Hangul.
pub(super) struct Hangul {
    pub(super) flow: Flow,
    /// Files in it, in base 64; only HWPML has them.
    pub(super) binaries: Vec<String>,
    open: Vec<Element>,
    deleted: bool,
    inserted: bool,
    sections: u32,
    notes: u32,
    comments: u32,
    loose: String,
}

impl Hangul {
    pub(super) fn new() -> Hangul {
        Hangul {
            flow: Flow::new(true),
            binaries: Vec::new(),
            open: Vec::new(),
            deleted: false,
            inserted: false,
            sections: 0,
            notes: 0,
            comments: 0,
            loose: String::new(),
        }
    }

    /// Reads all of a part.
    ///
    /// # Errors
    /// [`Halt::Part`] for what is wrong with it; the limits; the time.
    pub(super) fn collect(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), Halt> {
        let mut xml = Xml::new(text);
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) => {
                    let name = tag.local().to_ascii_lowercase();
                    let element = self.begin(&name, &tag);
                    self.open.push(element);
                    self.attributes(&name, &tag);
                }
                Token::Close(_) => {
                    if let Some(element) = self.open.pop() {
                        self.end(element);
                    }
                }
                Token::Text(text) if self.open.last() == Some(&Element::Text) => self.put(&text),
                Token::Text(text) if text.trim().is_empty() && self.loose.is_empty() => {}
                Token::Text(text) => self.loose.push_str(&text),
                Token::Aside(text) => self.flow.aside(Step::Part("comments of XML".to_owned()), &text),
            }
        }
        self.flow.aside(Step::Part("other text".to_owned()), &self.loose);
        Ok(())
    }

    fn put(&mut self, text: &str) {
        let look = match (self.deleted, self.inserted) {
            (true, _) => Look::Deleted,
            (_, true) => Look::Inserted,
            _ => Look::Plain,
        };
        self.flow.put(look, text);
    }

    fn begin(&mut self, name: &str, tag: &Tag<'_>) -> Element {
        match name {
            "p" => return Element::Paragraph,
            "t" | "char" | "maintext" => return Element::Text,
            "tab" if self.in_text() => self.put("\t"),
            "linebreak" if self.in_text() => self.put("\n"),
            "nbspace" | "fwspace" if self.in_text() => self.put(" "),
            "hyphen" if self.in_text() => self.put("-"),
            "deletebegin" => self.deleted = true,
            "deleteend" => self.deleted = false,
            "insertbegin" => self.inserted = true,
            "insertend" => self.inserted = false,
            "tbl" | "table" => {
                self.flow.enter_table();
                return Element::Story;
            }
            "tr" | "row" => self.flow.row(),
            "tc" | "cell" => {
                self.flow.cell();
                self.place(tag);
            }
            "celladdr" => self.place(tag),
            "caption" => return self.story(Step::TextBox),
            "section" => {
                self.sections = self.sections.saturating_add(1);
                return self.story(Step::Section(self.sections));
            }
            "header" => return self.story(Step::Header),
            "footer" => return self.story(Step::Footer),
            "footnote" | "endnote" => {
                self.notes = self.notes.saturating_add(1);
                return self.story(Step::Note(self.notes));
            }
            "hiddencomment" | "memo" => {
                self.comments = self.comments.saturating_add(1);
                return self.story(Step::Comment(self.comments));
            }
            "fieldbegin" => return self.field(tag),
            "drawtext" => return self.story(Step::TextBox),
            "shapecomment" => return Element::Aside(Beside::Alt),
            "script" => return Element::Aside(Beside::Formula),
            "scriptheader" | "scriptsource" | "scriptcode" => return Element::Aside(Beside::Script),
            "stringparam" | "listitem" | "command" => return Element::Aside(Beside::Field),
            "docsummary" => return self.story(Step::Properties),
            "bindata" => return Element::Binary,
            _ => {}
        }
        Element::Other
    }

    /// A cell says where it stands; cells that are merged with those above leave others out.
    fn place(&mut self, tag: &Tag<'_>) {
        let number = |name: &str| {
            let found = tag.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.parse::<u32>().ok()).filter(|number| *number < 1 << 20)
        };
        if let (Some(column), Some(row)) = (number("colAddr"), number("rowAddr")) {
            self.flow.place(column.saturating_add(1), row.saturating_add(1));
        }
    }

    fn in_text(&self) -> bool {
        self.open.iter().rev().take(2).any(|element| matches!(element, Element::Text))
    }

    fn story(&mut self, step: Step) -> Element {
        self.flow.enter(step);
        Element::Story
    }

    /// A memo has its text inside the beginning of its field.
    fn field(&mut self, tag: &Tag<'_>) -> Element {
        let memo =
            tag.attributes().any(|(key, value)| key.eq_ignore_ascii_case("type") && value.eq_ignore_ascii_case("memo"));
        if !memo {
            return Element::Other;
        }
        self.comments = self.comments.saturating_add(1);
        self.story(Step::Comment(self.comments))
    }

    fn attributes(&mut self, element: &str, tag: &Tag<'_>) {
        for (key, value) in tag.attributes() {
            let key = key.to_ascii_lowercase();
            match (element, key.as_str()) {
                ("textart", "text") => self.flow.aside(Step::TextBox, &value),
                ("fieldbegin", "name" | "command") | ("bookmark", "name") | ("listitem", _) => {
                    self.flow.aside(Step::FormField(String::new()), &value);
                }
                (
                    "edit" | "btn" | "checkbtn" | "radiobtn" | "combobox",
                    "name" | "caption" | "captiontext" | "command" | "selectedvalue",
                ) => {
                    self.flow.aside(Step::FormField(String::new()), &value);
                }
                ("compose", "composetext") => self.put(&value),
                ("video", "tag") => self.flow.aside(Step::Link, &value),
                ("indexmark", _) | ("fieldend", "title") => {
                    self.flow.aside(Step::Part("attributes".to_owned()), &value)
                }
                ("font" | "typeinfo" | "style" | "fontface" | "substfont", _) => {}
                _ if tells(element, &key, &value) => self.flow.aside(Step::Part("attributes".to_owned()), &value),
                _ => {}
            }
        }
    }

    fn end(&mut self, element: Element) {
        let loose = std::mem::take(&mut self.loose);
        match element {
            Element::Paragraph => {
                self.flow.aside(Step::Part("other text".to_owned()), &loose);
                self.flow.end_paragraph();
            }
            Element::Aside(beside) => self.flow.aside(beside.step(), &loose),
            Element::Binary => self.binaries.push(loose),
            Element::Text => {}
            Element::Story | Element::Other => {
                // Text where none is expected must not touch a word.
                if self.open.contains(&Element::Paragraph) && !is_setting(&loose) {
                    self.flow.aside(Step::Part("other text".to_owned()), &loose);
                } else if !loose.trim().is_empty() && !is_setting(&loose) {
                    self.flow.line(Look::Plain, &loose);
                }
                if element == Element::Story {
                    self.flow.leave();
                }
            }
        }
    }
}

impl Beside {
    fn step(self) -> Step {
        match self {
            Beside::Alt => Step::AltText,
            Beside::Formula => Step::Formula,
            Beside::Script => Step::Script,
            Beside::Field => Step::FormField(String::new()),
        }
    }
}
