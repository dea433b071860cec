//! Text of WordprocessingML, DrawingML and VML: documents, headers, notes, comments, slides, charts, diagrams, boxes.
//! Their elements have names that differ by prefix only, and one reader serves all.

use super::flow::{Flow, Look};
use super::markup::{is_guid, is_setting, tells};
use super::number;
use super::xml::{Tag, Token, Xml, is_on};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use std::collections::HashSet;

/// Elements with words that are a program's own.
const WORDS: &[&str] = &[
    "align",
    "formatCode",
    "MoveWithCells",
    "SizeWithCells",
    "AutoFill",
    "CF",
    "PrintObject",
    "Visible",
    "LockText",
    "DefaultSize",
    "AutoPict",
    "AutoLine",
];

/// What a reader of text has to know beforehand.
#[derive(Default)]
pub(super) struct Manner {
    /// Whether lines say which paragraph they are.
    pub(super) numbered: bool,
    /// The styles that hide what has them.
    pub(super) hiding: HashSet<String>,
}

/// Reads a part.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read(text: &str, manner: &Manner, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut writing = Writing::new(manner);
    let mut xml = Xml::new(text);
    let done = writing.collect(&mut xml, walk);
    writing.flow.tell(walk)?;
    done
}

/// The styles that hide text (ECMA-376 part 1, 17.3.2.41 in 17.7.4).
pub(super) fn hiding_styles(text: &str, walk: &Walk<'_>) -> HashSet<String> {
    let (mut found, mut style) = (HashSet::new(), String::new());
    let mut xml = Xml::new(text);
    while let Ok(Some(token)) = xml.next(walk) {
        if let Token::Open(tag) = token {
            match tag.local() {
                "style" => style = tag.get("styleId").unwrap_or_default().into_owned(),
                "vanish" | "specVanish" if !is_off(&tag) => {
                    found.insert(style.clone());
                }
                _ => {}
            }
        }
    }
    found
}

fn is_off(tag: &Tag<'_>) -> bool {
    tag.get("val").is_some_and(|value| !is_on(&value))
}

struct Writing<'m> {
    flow: Flow,
    manner: &'m Manner,
    open: Vec<Element>,
    /// Tracked changes that are open.
    deleted: u32,
    inserted: u32,
    /// The paragraph, and the run, are hidden.
    hidden: (bool, bool),
    notes: u32,
    comments: u32,
    /// Text of an element that is no text of a paragraph.
    loose: String,
    /// What the field that is open says.
    field: String,
}

/// What an open element is to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    /// Text of a paragraph.
    Text(Look),
    /// The text of a formula or a field.
    Formula,
    /// Text that is a number.
    Value,
    Paragraph,
    Run,
    Story,
    Deletion,
    Insertion,
    /// A word of a program.
    Word,
    Other,
}

impl<'m> Writing<'m> {
    fn new(manner: &'m Manner) -> Writing<'m> {
        Writing {
            flow: Flow::new(manner.numbered),
            manner,
            open: Vec::new(),
            deleted: 0,
            inserted: 0,
            hidden: (false, false),
            notes: 0,
            comments: 0,
            loose: String::new(),
            field: String::new(),
        }
    }

    fn collect(&mut self, xml: &mut Xml<'_>, walk: &Walk<'_>) -> Result<(), Halt> {
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) => {
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
        self.end_field();
        self.flow.aside(Step::Part("other text".to_owned()), &self.loose);
        Ok(())
    }

    fn look(&self) -> Look {
        match (self.deleted > 0, self.hidden, self.inserted > 0) {
            (true, ..) => Look::Deleted,
            (_, (true, _) | (_, true), _) => Look::Hidden,
            (.., true) => Look::Inserted,
            _ => Look::Plain,
        }
    }

    fn begin(&mut self, tag: &Tag<'_>) -> Element {
        match tag.local() {
            "t" => Element::Text(self.look()),
            "delText" => Element::Text(Look::Deleted),
            "p" => {
                self.hidden = (false, false);
                Element::Paragraph
            }
            "r" => {
                self.hidden.1 = false;
                Element::Run
            }
            "instrText" | "delInstrText" | "f" => Element::Formula,
            "v" => Element::Value,
            "tab" | "ptab" if self.in_run() => self.letter("\t"),
            "br" | "cr" if self.in_run() => self.letter("\n"),
            "noBreakHyphen" => self.letter("-"),
            "sym" => self.symbol(tag),
            "fldChar" => {
                self.end_field();
                Element::Other
            }
            "rt" => self.story(Step::Part("phonetic text".to_owned())),
            "vanish" | "webHidden" | "specVanish" if !is_off(tag) => self.hide(),
            "pStyle" | "rStyle" => self.styled(tag),
            "del" | "moveFrom" => {
                self.deleted = self.deleted.saturating_add(1);
                Element::Deletion
            }
            "ins" | "moveTo" => {
                self.inserted = self.inserted.saturating_add(1);
                Element::Insertion
            }
            "tbl" | "tr" | "tc" | "gridSpan" => self.table(tag),
            "txbxContent" | "textbox" => self.story(Step::TextBox),
            "footnote" | "endnote" => self.note(tag),
            "comment" | "threadedComment" | "cm" => self.comment(tag),
            name if WORDS.contains(&name) => Element::Word,
            _ => Element::Other,
        }
    }

    fn in_run(&self) -> bool {
        self.open.iter().rev().take(2).any(|element| matches!(element, Element::Run | Element::Paragraph))
    }

    fn letter(&mut self, letter: &str) -> Element {
        let look = self.look();
        self.flow.put(look, letter);
        Element::Other
    }

    /// A letter of a font of symbols: digits of most stand at their own codes, moved to U+F000 (17.3.3.30).
    fn symbol(&mut self, tag: &Tag<'_>) -> Element {
        let code = tag.get("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        let plain = code.map(|code| if (0xF000..=0xF0FF).contains(&code) { code & 0xFF } else { code });
        match plain.and_then(char::from_u32) {
            Some(letter) => self.letter(letter.encode_utf8(&mut [0; 4])),
            None => Element::Other,
        }
    }

    fn hide(&mut self) -> Element {
        self.hidden.1 = true;
        Element::Other
    }

    fn styled(&mut self, tag: &Tag<'_>) -> Element {
        if tag.get("val").is_some_and(|style| self.manner.hiding.contains(&*style)) {
            match tag.local() {
                "pStyle" => self.hidden.0 = true,
                _ => self.hidden.1 = true,
            }
        }
        Element::Other
    }

    fn table(&mut self, tag: &Tag<'_>) -> Element {
        match tag.local() {
            "tbl" => {
                self.flow.enter_table();
                return Element::Story;
            }
            "tr" => self.flow.row(),
            "tc" => self.flow.cell(),
            _ => self.flow.span(tag.number("val").unwrap_or(1).saturating_sub(1)),
        }
        Element::Other
    }

    fn story(&mut self, step: Step) -> Element {
        self.flow.enter(step);
        Element::Story
    }

    fn note(&mut self, tag: &Tag<'_>) -> Element {
        // Separators have a type and no text.
        if tag.get("type").is_none_or(|kind| kind == "normal") {
            self.notes = self.notes.saturating_add(1);
        }
        self.story(Step::Note(self.notes.max(1)))
    }

    fn comment(&mut self, tag: &Tag<'_>) -> Element {
        self.comments = self.comments.saturating_add(1);
        let element = self.story(Step::Comment(self.comments));
        if let Some((column, row)) = tag.get("ref").and_then(|cell| super::sheets::place_of(&cell)) {
            self.flow.stand_at(Step::Cell(column, row));
        }
        element
    }

    fn attributes(&mut self, tag: &Tag<'_>) {
        let element = tag.local();
        for (key, value) in tag.attributes() {
            match (element, key) {
                (_, "descr" | "alt" | "title") => self.flow.aside(Step::AltText, &value),
                ("tblCaption" | "tblDescription", "val") => self.flow.aside(Step::AltText, &value),
                ("textpath", "string") => self.flow.aside(Step::TextBox, &value),
                (_, "instr") => self.flow.aside(Step::Formula, &value),
                ("listItem", _) => self.flow.aside(Step::ValidationList, &value),
                (_, "href" | "src") if value.contains(':') => self.flow.aside(Step::Link, &value),
                (_, "val") if matches!(element, "alias" | "tag" | "default" | "listEntry") => {
                    self.flow.aside(Step::FormField(String::new()), &value);
                }
                ("pt", "val") | ("prSet", _) => {}
                _ if tells(element, key, &value) => {
                    self.flow.aside(Step::Part("attributes".to_owned()), &value);
                }
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last() {
            Some(Element::Text(look)) => {
                let look = if *look == Look::Plain { self.look() } else { *look };
                self.flow.put(look, text);
            }
            Some(Element::Word)
                if text.len() < 32 && text.is_ascii() && !text.contains(|c: char| c.is_ascii_digit()) => {}
            _ if self.loose.is_empty() && text.trim().is_empty() => {}
            _ => self.loose.push_str(text),
        }
    }

    fn end(&mut self, element: Element) {
        let loose = std::mem::take(&mut self.loose);
        match element {
            Element::Paragraph => {
                self.hidden = (false, false);
                self.flow.aside(Step::Part("other text".to_owned()), &loose);
                self.flow.end_paragraph();
            }
            // What a field says may be split over runs.
            Element::Formula if self.open.contains(&Element::Run) => self.field.push_str(&loose),
            Element::Formula => self.flow.aside(Step::Formula, &loose),
            Element::Value => {
                self.spill(&number::whole(&loose));
            }
            Element::Story => {
                self.spill(&loose);
                self.flow.leave();
            }
            Element::Deletion => self.deleted = self.deleted.saturating_sub(1),
            Element::Insertion => self.inserted = self.inserted.saturating_sub(1),
            Element::Run => self.hidden.1 = false,
            _ if loose.trim().is_empty() || is_setting(&loose) || is_guid(loose.trim()) => {}
            // Text where none is expected is a line of its own, and must not touch a word.
            _ if self.open.contains(&Element::Paragraph) => {
                self.flow.aside(Step::Part("other text".to_owned()), &loose)
            }
            _ => self.spill(&loose),
        }
    }

    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        self.flow.aside(Step::Formula, &field);
    }

    fn spill(&mut self, text: &str) {
        if !text.trim().is_empty() {
            let look = self.look();
            self.flow.line(look, text);
        }
    }
}
