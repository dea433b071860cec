//! Contents of pages and forms: the operators that show text (ISO 32000-2 sections 8 and 9). Colours, clips and render modes
//! are not looked at, so text that nobody sees is read like any other.

use super::file::{File, Place};
use super::filters::{self, is_picture};
use super::font::Font;
use super::layout::{Layout, Spot};
use super::lexer::{Item, Lexer};
use super::matrix::Matrix;
use super::object::{Dict, Object, Stream};
use super::state::State;
use super::strings;
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use std::collections::HashMap;
use std::rc::Rc;

/// Forms within forms.
const MOST_FORMS_DEEP: usize = 16;
/// Forms that one file may draw: a form drawn ten times in one drawn ten times, and so on, never ends.
const MOST_FORMS: u32 = 100_000;
/// Graphics states, and marked contents, that are open at a time; more are read without.
const MOST_OPEN: usize = 256;
/// Operands of one operator.
const MOST_OPERANDS: usize = 64;
/// Fonts that are kept.
const MOST_FONTS: usize = 1_000;
/// Entries of all fonts that are kept.
const MOST_WEIGHT: usize = 4_000_000;
/// Pieces of a page, after which the first are given.
const MOST_PIECES: usize = 100_000;
/// Bytes of text of a page, after which the first are given.
const MOST_BYTES: usize = 4 << 20;
/// Glyphs within marked content that says what they are; more are read as they are.
const MOST_MARKED: usize = 100_000;
/// Bytes of a form that is kept, and of all.
const KEPT_FORM: usize = 256 << 10;
const KEPT_FORMS: usize = 16 << 20;

/// What a page turned out to hold.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) glyphs: u32,
    pub(super) unknown: u32,
    pub(super) pictures: u32,
    /// Pieces of paths that are curves.
    pub(super) curves: u32,
}

/// Glyphs that cannot be told, from which on it matters: no number of a person is shorter.
const FEW: u32 = 6;

impl Seen {
    /// Whether more than three in ten glyphs cannot be told.
    pub(super) fn is_unknown(&self) -> bool {
        self.unknown >= FEW && u64::from(self.unknown) * 10 > u64::from(self.glyphs) * 3
    }
}

/// Marked content that says what its glyphs are.
#[derive(Debug)]
struct Marked {
    actual: String,
    glyphs: Vec<(Option<String>, Spot)>,
}

/// Reads contents. It is kept for a whole file, with its fonts.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) layout: Layout,
    pub(super) seen: Seen,
    /// What is said of pictures and glyphs and differs from them.
    pub(super) alternatives: Vec<String>,
    /// Bytes of those, and some for each.
    said: usize,
    state: State,
    saved: Vec<State>,
    /// Whether each marked content that is open says what it is.
    open: Vec<bool>,
    marked: Vec<Marked>,
    fonts: HashMap<usize, (Rc<Dict>, Rc<Font>)>,
    /// Fonts by the name that pages gave them: for contents without resources of their own.
    by_name: HashMap<Rc<[u8]>, Rc<Font>>,
    /// Entries of the fonts that are kept.
    weight: usize,
    forms: Vec<(usize, usize)>,
    drawn: u32,
    failed: Vec<Reason>,
    kept: HashMap<usize, Rc<[u8]>>,
    kept_bytes: usize,
}

impl Reader {
    /// Begins a page.
    pub(super) fn begin(&mut self) {
        self.seen = Seen::default();
        self.alternatives.clear();
        self.state = State::default();
        self.saved.clear();
        self.open.clear();
        self.marked.clear();
    }

    /// Reads contents; the lines are in the layout, but for those that had to be given before.
    ///
    /// # Errors
    /// Structures too deep; the limits; the time.
    pub(super) fn read(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        bytes: &[u8],
        resources: &Object,
    ) -> Result<(), Halt> {
        let mut lexer = Lexer::of_contents(bytes, walk.limits().nesting);
        let mut operands: Vec<Object> = Vec::new();
        let (open, marked) = (self.open.len(), self.marked.len());
        loop {
            match lexer.item()? {
                Item::Value(value) if operands.len() < MOST_OPERANDS => operands.push(value),
                Item::Value(_) | Item::Close => {}
                Item::End => break,
                Item::Word(b"BI") => {
                    self.seen.pictures = self.seen.pictures.saturating_add(1);
                    skip_inline(&mut lexer, bytes);
                    operands.clear();
                }
                Item::Word(word) => {
                    walk.tick()?;
                    self.operate(file, walk, word, &operands, resources)?;
                    operands.clear();
                    lexer.renew();
                }
            }
        }
        // What was not closed ends with the contents it began in.
        self.open.truncate(open);
        while self.marked.len() > marked {
            self.end_marked();
        }
        Ok(())
    }

    fn operate(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        word: &[u8],
        operands: &[Object],
        resources: &Object,
    ) -> Result<(), Halt> {
        match (word, operands) {
            (b"q", _) if self.saved.len() < MOST_OPEN => self.saved.push(self.state.clone()),
            (b"Q", _) => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            (b"Tj", [.., Object::Str(text)]) => self.show(walk, text)?,
            (b"'", [.., Object::Str(text)]) => {
                self.state.next_line();
                self.show(walk, text)?;
            }
            (b"\"", [.., words, chars, Object::Str(text)]) => {
                self.state.word_space = words.number().unwrap_or(0.0);
                self.state.char_space = chars.number().unwrap_or(0.0);
                self.state.next_line();
                self.show(walk, text)?;
            }
            (b"TJ", [.., Object::Array(array)]) => self.show_pieces(walk, array)?,
            (b"Tf", [.., Object::Name(name), size]) => {
                self.state.size = size.number().unwrap_or(0.0);
                self.state.font = self.font(file, walk, name, resources)?;
            }
            (b"gs", [.., Object::Name(name)]) => self.graphics_state(file, walk, name, resources)?,
            (b"Do", [.., Object::Name(name)]) => {
                let object = entry(file, walk, resources, "XObject", name)?;
                let done = self.draw(file, walk, &object, resources);
                walk.note(done)?;
            }
            (b"BDC", [.., properties]) => self.mark(file, walk, properties, resources)?,
            (b"BMC", _) => self.mark(file, walk, &Object::Null, resources)?,
            (b"EMC", _) => {
                if self.open.pop() == Some(true) {
                    self.end_marked();
                }
            }
            (b"c" | b"v" | b"y", _) => self.seen.curves = self.seen.curves.saturating_add(1),
            _ => self.state.operate(word, operands),
        }
        self.give_if_full(walk)
    }

    /// Gives the lines that are there.
    ///
    /// # Errors
    /// The limits; the time.
    pub(super) fn give(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let lines = self.layout.lines();
        if !lines.is_empty() {
            walk.prose(|run| lines.iter().try_for_each(|line| run.line(None, line)))?;
        }
        let alternatives = std::mem::take(&mut self.alternatives);
        self.said = 0;
        if alternatives.is_empty() {
            return Ok(());
        }
        walk.within(Step::AltText, |walk| alternatives.iter().try_for_each(|text| walk.say(text)))
    }

    fn show(&mut self, walk: &mut Walk<'_>, mut text: &[u8]) -> Result<(), Halt> {
        let font = Rc::clone(&self.state.font);
        while !text.is_empty() {
            text = font.glyphs(text, |glyph| {
                let spot = self.state.advance(&glyph, font.vertical);
                let mut room = [0; 4];
                let text = glyph.text.as_ref().map(|text| text.as_str(&mut room));
                match self.marked.last_mut() {
                    Some(marked) if marked.glyphs.len() < MOST_MARKED => {
                        marked.glyphs.push((text.map(str::to_owned), spot))
                    }
                    _ => put(&mut self.layout, &mut self.seen, text, &spot),
                }
                !self.is_full()
            });
            self.give_if_full(walk)?;
        }
        Ok(())
    }

    /// Strings, and numbers that shift what follows.
    fn show_pieces(&mut self, walk: &mut Walk<'_>, pieces: &[Object]) -> Result<(), Halt> {
        for piece in pieces {
            match piece {
                Object::Str(text) => self.show(walk, text)?,
                other => self.state.shift(other.number().unwrap_or(0.0)),
            }
        }
        Ok(())
    }

    /// Whether there is so much text that it has to be given now.
    fn is_full(&self) -> bool {
        let (bytes, pieces) = self.layout.size();
        pieces > MOST_PIECES || bytes > MOST_BYTES || self.said > MOST_BYTES
    }

    fn give_if_full(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        if self.is_full() { self.give(walk) } else { Ok(()) }
    }

    fn mark(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        properties: &Object,
        resources: &Object,
    ) -> Result<(), Halt> {
        if self.open.len() >= MOST_OPEN {
            return Ok(());
        }
        let properties = match properties {
            Object::Name(name) => entry(file, walk, resources, "Properties", name)?,
            other => other.clone(),
        };
        let actual = file.get(walk, properties.get("ActualText"))?;
        for other in ["Alt", "E"] {
            let other = file.get(walk, properties.get(other))?;
            if let Some(text) = other.string().map(strings::text) {
                self.say(text);
            }
        }
        let actual = actual.string().map(strings::text);
        self.open.push(actual.is_some());
        self.marked.extend(actual.map(|actual| Marked { actual, glyphs: Vec::new() }));
        Ok(())
    }

    fn say(&mut self, text: String) {
        self.said = self.said.saturating_add(text.len()).saturating_add(32);
        self.alternatives.push(text);
    }

    /// Where the glyphs of marked content cannot be told, what it says stands in their place; where they can, both count.
    fn end_marked(&mut self) {
        let Some(Marked { actual, glyphs }) = self.marked.pop() else { return };
        let spots = glyphs.first().zip(glyphs.last()).map(|(first, last)| (first.1, last.1));
        let shown: String = glyphs.iter().filter_map(|(text, _)| text.as_deref()).collect();
        let untold = glyphs.iter().all(|(text, _)| text.is_none());
        if let Some((first, last)) = spots.filter(|_| untold || is_of_a_box(&shown, &actual)) {
            put(&mut self.layout, &mut self.seen, Some(&actual), &Spot { end: last.end, ..first });
            return;
        }
        if actual.chars().count() > 1 && !actual.trim().is_empty() && shown.trim() != actual.trim() {
            self.say(actual);
        }
        for (text, spot) in glyphs {
            match self.marked.last_mut() {
                Some(outer) if outer.glyphs.len() < MOST_MARKED => outer.glyphs.push((text, spot)),
                _ => put(&mut self.layout, &mut self.seen, text.as_deref(), &spot),
            }
        }
    }

    fn graphics_state(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        name: &[u8],
        resources: &Object,
    ) -> Result<(), Halt> {
        let state = entry(file, walk, resources, "ExtGState", name)?;
        let font = file.get(walk, state.get("Font"))?;
        if let [font, size] = font.array()
            && let Object::Dict(font) = file.get(walk, font)?
        {
            self.state.size = size.number().unwrap_or(0.0);
            self.state.font = self.font_of(file, walk, &font)?;
        }
        Ok(())
    }

    /// The font of a name; of other contents, if these have none.
    fn font(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        name: &Rc<[u8]>,
        resources: &Object,
    ) -> Result<Rc<Font>, Halt> {
        let Object::Dict(dict) = entry(file, walk, resources, "Font", name)? else {
            return Ok(self.by_name.get(name).cloned().unwrap_or_else(|| Rc::new(Font::missing())));
        };
        let font = self.font_of(file, walk, &dict)?;
        if self.by_name.len() < MOST_FONTS {
            self.by_name.entry(Rc::clone(name)).or_insert_with(|| Rc::clone(&font));
        }
        Ok(font)
    }

    fn font_of(&mut self, file: &mut File<'_>, walk: &mut Walk<'_>, dict: &Rc<Dict>) -> Result<Rc<Font>, Halt> {
        // The dictionary is kept with its font, so that its address stays its own.
        let key = Rc::as_ptr(dict).addr();
        if let Some((_, font)) = self.fonts.get(&key) {
            return Ok(Rc::clone(font));
        }
        let font = Rc::new(Font::read(file, walk, dict)?);
        self.weight = self.weight.saturating_add(font.weight());
        if self.fonts.len() >= MOST_FONTS || self.weight > MOST_WEIGHT {
            self.fonts.clear();
            self.by_name.clear();
            self.weight = font.weight();
        }
        self.fonts.insert(key, (Rc::clone(dict), Rc::clone(&font)));
        Ok(font)
    }

    /// Draws a form, or counts a picture.
    ///
    /// # Errors
    /// The limits; the time.
    pub(super) fn draw(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        object: &Object,
        resources: &Object,
    ) -> Result<(), Halt> {
        let Object::Stream(form) = object else { return Ok(()) };
        if !form.dict.get("Subtype").is("Form") {
            self.seen.pictures = self.seen.pictures.saturating_add(1);
            return Ok(());
        }
        let place = (form.start, form.end);
        if self.forms.contains(&place) {
            return Ok(());
        }
        self.drawn = self.drawn.saturating_add(1);
        if self.drawn > MOST_FORMS {
            return self.fail(Reason::TooManyEntries);
        }
        if self.forms.len() >= MOST_FORMS_DEEP {
            return self.fail(Reason::TooDeep);
        }
        let own = file.get(walk, form.dict.get("Resources"))?;
        let resources = if own.dict().is_some() { own } else { resources.clone() };
        let matrix = file.get(walk, form.dict.get("Matrix"))?;
        let Some(bytes) = self.form_bytes(file, walk, form)? else { return Ok(()) };
        let (state, saved) = (self.state.clone(), std::mem::take(&mut self.saved));
        self.state.transform(&Matrix::of(matrix.array().iter().filter_map(Object::number)));
        self.forms.push(place);
        let done = self.read(file, walk, &bytes, &resources);
        self.forms.pop();
        (self.state, self.saved) = (state, saved);
        done
    }

    /// Fails the first time only: what is drawn without end is not noted without end.
    fn fail(&mut self, reason: Reason) -> Result<(), Halt> {
        if self.failed.contains(&reason) {
            return Ok(());
        }
        self.failed.push(reason);
        Err(Halt::Part(reason))
    }

    fn form_bytes(
        &mut self,
        file: &mut File<'_>,
        walk: &mut Walk<'_>,
        form: &Stream,
    ) -> Result<Option<Rc<[u8]>>, Halt> {
        if let Some(bytes) = self.kept.get(&form.start) {
            return Ok(Some(Rc::clone(bytes)));
        }
        let bytes = match filters::decode(file, walk, form) {
            Ok(decoded) => {
                if decoded.damaged {
                    walk.unreadable(Reason::Damaged);
                }
                Rc::from(decoded.bytes)
            }
            Err(halt) => return walk.note(Err(halt)).map(|()| None),
        };
        let bytes: Rc<[u8]> = bytes;
        if bytes.len() <= KEPT_FORM && self.kept_bytes <= KEPT_FORMS {
            self.kept_bytes = self.kept_bytes.saturating_add(bytes.len());
            self.kept.insert(form.start, Rc::clone(&bytes));
        }
        Ok(Some(bytes))
    }
}

/// Puts a glyph into the layout. What cannot be told is there as U+FFFD, so that what stands around it is not taken for one.
fn put(layout: &mut Layout, seen: &mut Seen, text: Option<&str>, spot: &Spot) {
    if text.is_none_or(|text| !text.trim().is_empty()) {
        seen.glyphs = seen.glyphs.saturating_add(1);
    }
    if text.is_none() {
        seen.unknown = seen.unknown.saturating_add(1);
    }
    layout.glyph(text.unwrap_or("\u{FFFD}"), spot);
}

/// What resources have under a name of a category; marked as seen.
fn entry(
    file: &mut File<'_>,
    walk: &mut Walk<'_>,
    resources: &Object,
    category: &str,
    name: &[u8],
) -> Result<Object, Halt> {
    let category = file.get(walk, resources.get(category))?;
    let Some(dict) = category.dict() else { return Ok(Object::Null) };
    let value = dict.entries.iter().rev().find(|(key, _)| **key == *name).map_or(&Object::Null, |(_, value)| value);
    let object = file.get(walk, value)?;
    if let (Object::Ref(number), Object::Stream(stream)) = (value, &object) {
        let place = file.place_of(*number).filter(|_| !is_picture(stream));
        file.seen.extend(place.filter(|place| matches!(place, Place::Plain(_))));
    }
    Ok(object)
}

/// Goes behind the picture that stands in the contents: to the first `EI` between white space that is not in its data, as far as
/// can be told (section 8.9.7).
fn skip_inline(lexer: &mut Lexer<'_>, bytes: &[u8]) {
    // The dictionary, up to `ID`.
    loop {
        match lexer.item() {
            Ok(Item::Word(b"ID")) => break,
            Ok(Item::End) | Err(_) => return,
            Ok(_) => {}
        }
    }
    let mut from = lexer.at();
    while let Some(at) = memchr::memmem::find(bytes.get(from..).unwrap_or_default(), b"EI") {
        let start = from.saturating_add(at);
        let end = start.saturating_add(2);
        let space =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| super::lexer::is_space(*byte));
        // What follows must look like contents, and not like more of the picture.
        let behind = bytes.get(end..).unwrap_or_default();
        let is_text = behind.iter().take(10).all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
        if space(start.checked_sub(1)) && space(Some(end)) && is_text {
            lexer.go(end);
            return;
        }
        from = end;
    }
    lexer.go(bytes.len());
}

/// Whether a letter is said in the place of another: a box, which stands for every letter that the font lacks and is told as
/// the first of them (so LibreOffice writes them). A digit is what it is shown as.
fn is_of_a_box(shown: &str, actual: &str) -> bool {
    let letter = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|char| char.is_alphabetic() && !char.is_ascii() && chars.next().is_none())
    };
    letter(shown).zip(letter(actual)).is_some_and(|(shown, actual)| shown != actual)
}
