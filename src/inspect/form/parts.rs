//! The parts of a multipart form, each read as what it is: fields as HTML, files by their type or by looking.

use super::coded::{Coded, Stood};
use super::encrypted::Encrypted;
use super::halves::Halves;
use super::multipart::{Head, MultipartError, Named, Outlined, Piece, Splitter};
use super::pieces;
use super::together::{Field, Findings, RAW, Together, tells};
use super::typed::Typed;
use super::watched::Watched;
use crate::extract;
use crate::inspect::kind::{self, Said, Shape};
use crate::inspect::names;
use crate::inspect::readings::Readings;
use crate::inspect::scan::{Document, Escape};
use crate::inspect::stretch::{Setting, Sink, Stretch};
use crate::text::Syntax;
use crate::text::charset::{self, Named as NamedCharset};
use crate::vocab::{Direction, Finding, Part, Place, Reason, Span, What};
use std::sync::Arc;

/// The field in which browsers say the form's charset (WHATWG HTML, section 4.10.21.4), and the longest value of it
/// that is looked at.
pub(super) const CHARSET_FIELD: &[u8] = b"_charset_";
const CHARSET_BYTES: usize = 40;

/// Reads one multipart form.
pub(in crate::inspect) struct Parts {
    splitter: Splitter,
    setting: Setting,
    part: Option<Stretch>,
    /// The value of the charset field, while it is being read.
    charset: Option<Vec<u8>>,
    /// The field that is being read, as long as it may be a piece of a value that is split over several.
    value: Option<Value>,
    together: Together,
    /// Halves in the address.
    query: Halves,
    pieces: Pieces,
    /// What is asked for of the fields.
    watched: Option<Watched>,
    /// The beginning of a file, until it is long enough to tell its type.
    typed: Option<Typed>,
    /// The beginning of a field's value, by which it is told whether the page has encrypted it.
    encrypted: Option<Encrypted>,
    /// A field's value that may be base64 of text.
    coded: Option<Coded>,
    /// Where the part begins.
    began: u64,
}

/// Whether the form brings a piece of a file, which its fields and its file together tell.
#[derive(Default)]
struct Pieces {
    file: bool,
    several: bool,
    told: bool,
}

/// A field in which nothing was found so far.
struct Value {
    name: String,
    raw: Vec<u8>,
    offset: u64,
}

impl Parts {
    pub fn new(boundary: &[u8], most: usize, setting: Setting) -> Parts {
        let (splitter, together) = (Splitter::new(boundary, most), Together::default());
        let (part, charset, value, pieces, typed, encrypted) = (None, None, None, Pieces::default(), None, None);
        let watched = setting.lens.beyond.fields.as_ref().map(Watched::new);
        let (coded, query, began) = (None, Halves::beside(&setting.lens), 0);
        Parts {
            query,
            splitter,
            setting,
            part,
            charset,
            value,
            together,
            pieces,
            watched,
            typed,
            encrypted,
            coded,
            began,
        }
    }

    /// Takes the next bytes; up to where everything is settled, or 0 if that is where it was. An error ends the form at
    /// [`Parts::offset`].
    pub fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<u64, MultipartError> {
        let mut new = self.together.take();
        let result = self.read(bytes, &mut Sink { found: &mut new, passed: sink.passed });
        let found = Findings { new, given: sink.found };
        match result {
            Ok(settled) => Ok(self.together.give(settled, self.splitter.position(), &self.setting, found)),
            Err(error) => {
                self.together.finish(&self.setting, found);
                Err(error)
            }
        }
    }

    fn read(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<u64, MultipartError> {
        self.splitter.feed(bytes);
        let mut settled = None;
        loop {
            match self.splitter.next() {
                Ok(Some(Piece::Head(head))) => {
                    self.begin(&head, sink);
                    settled = Some(self.splitter.position());
                }
                Ok(Some(Piece::Content { bytes, .. })) => {
                    if let Some(value) = &mut self.charset {
                        value.extend(bytes.iter().take(CHARSET_BYTES.saturating_sub(value.len())));
                    }
                    self.watched.iter_mut().for_each(|watched| watched.take(bytes));
                    self.typed.iter_mut().for_each(|typed| typed.take(bytes, sink));
                    self.encrypted.iter_mut().for_each(|field| field.take(bytes));
                    self.coded.iter_mut().for_each(|field| field.take(bytes));
                    let known = sink.found.len();
                    settled = self.part.as_mut().map(|part| part.push(bytes, sink));
                    let short = self.value.as_ref().is_some_and(|value| value.raw.len() + bytes.len() <= RAW);
                    if let Some(value) = self.value.as_mut().filter(|_| short && !tells(sink.found, known)) {
                        value.raw.extend_from_slice(bytes);
                    } else if self.value.take().is_some() {
                        self.together.is_none();
                    }
                }
                Ok(Some(Piece::End)) => {
                    self.end(sink);
                    settled = Some(self.splitter.position());
                }
                Ok(None) => return Ok(settled.unwrap_or(0)),
                Err(error) => {
                    self.end(sink);
                    return Err(error);
                }
            }
        }
    }

    /// The body is complete.
    pub fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), MultipartError> {
        let mut new = self.together.take();
        self.end(&mut Sink { found: &mut new, passed: sink.passed });
        self.together.finish(&self.setting, Findings { new, given: sink.found });
        self.splitter.finish()
    }

    /// What was read before is done with up to here; after an error, where the form breaks.
    pub fn offset(&self) -> u64 {
        self.splitter.position()
    }

    /// What was said of the fields that are asked for, once the form is complete.
    pub fn watched(&self) -> Option<&Watched> {
        self.watched.as_ref()
    }

    /// The parts so far, the last of them perhaps longer than it is known to be.
    pub fn so_far(&self) -> &[Outlined] {
        self.splitter.parts()
    }

    fn begin(&mut self, head: &Head, sink: &mut Sink<'_>) {
        let (charset, lens) = (self.setting.charset, Arc::clone(&self.setting.lens));
        let field = names::field(&head.name.bytes, charset, &lens);
        self.scan_name(&head.name, Part::FieldName, Escape::None, sink.found);
        self.scan_unescaped(&head.name, Part::FieldName, sink);
        for (name, escape) in [(&head.filename, Escape::None), (&head.filename_again, Escape::Percent)] {
            if let Some(name) = name {
                self.scan_name(name, Part::FileName(field.clone()), escape, sink.found);
                self.scan_unescaped(name, Part::FileName(field.clone()), sink);
            }
        }
        if let Some(media_type) = &head.content_type {
            self.scan_name(media_type, Part::FileName(field.clone()), Escape::None, sink.found);
        }
        let media_type = head.content_type.as_ref().map(|media_type| media_type.bytes.as_ref());
        let (shape, said) = shape(media_type, head.filename.is_some());
        let part = match &head.filename {
            Some(name) => Part::File { field: field.clone(), name: names::file(&name.bytes, charset, &lens) },
            None => Part::Field(field.clone()),
        };
        self.typed = head.filename.as_ref().filter(|name| !name.bytes.is_empty()).map(|name| {
            let names = [Some(name), head.filename_again.as_ref()].into_iter().flatten();
            Typed::new(names.map(|name| &*name.bytes), part.clone(), self.splitter.position(), sink)
        });
        self.encrypted = (self.setting.returns && head.filename.is_none())
            .then(|| Encrypted::new(head.name.bytes.to_vec(), part.clone(), self.splitter.position()));
        self.coded = head.filename.is_none().then(|| Coded::new(field.clone(), part.clone()));
        if let Some(watched) = self.watched.as_mut().filter(|_| head.filename.is_none()) {
            watched.begin(&head.name.bytes);
        }
        if media_type.is_some_and(is_message) {
            // Its text is read as it stands, but some readers take it apart, and undo its transfer encodings.
            sink.uninspectable(Reason::Binary, self.splitter.position(), part.clone());
        }
        self.pieces.file |= head.filename.as_ref().is_some_and(|name| !name.bytes.is_empty());
        let of_file = Setting { charset: None, ..self.setting.clone() };
        let setting = if head.filename.is_some() { &of_file } else { &self.setting };
        self.charset = (head.name.bytes.eq_ignore_ascii_case(CHARSET_FIELD) && head.filename.is_none()).then(Vec::new);
        let offset = self.splitter.position();
        self.began = offset;
        self.value = head.filename.is_none().then(|| Value { name: field.clone(), raw: Vec::new(), offset });
        if self.value.is_some() {
            self.together.begins(offset);
        }
        self.part = Some(Stretch::new(part, shape, said, field, offset, setting));
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        let known = sink.found.len();
        if let Some(mut part) = self.part.take() {
            part.finish(sink);
        }
        self.watched.iter_mut().for_each(|watched| watched.end(<[u8]>::to_vec));
        self.typed.take().into_iter().for_each(|typed| typed.end(sink));
        let at = self.splitter.position();
        let stands = Span { start: self.began, end: at };
        if let Some(field) = self.encrypted.as_ref().filter(|field| is_file(field.start())) {
            sink.found.push(Finding::uninspectable(Reason::Binary, stands, Place::whole(field.part().clone())));
        }
        if let Some((offset, part)) = self.encrypted.take().and_then(|field| field.end(<[u8]>::to_vec)) {
            sink.uninspectable(Reason::EncryptedField, offset, part);
        }
        let stood = Stood { at, span: Some(stands) };
        let coded = self.coded.take().into_iter();
        coded.for_each(|field| field.end(<[u8]>::to_vec, stood, &self.setting, sink.found));
        self.together.is_none();
        if let Some(Value { name, raw, offset }) = self.value.take().filter(|_| !tells(sink.found, known)) {
            self.pieces.several |= pieces::says_several(name.as_bytes(), &raw);
            let part = Part::Field(name.clone());
            self.query.found_with(&name, &raw, (&part, offset), &self.setting.lens, sink.found);
            let field = Field { name: &name, part, raw: &raw, offset, escape: Escape::None };
            self.together.add(&field, &self.setting, sink.found);
        }
        if self.pieces.file && self.pieces.several && !self.pieces.told {
            self.pieces.told = true;
            sink.uninspectable(Reason::Fragment, self.splitter.position(), Part::Body);
        }
        let Some(value) = self.charset.take() else { return };
        match charset::from_label(&value) {
            Some(NamedCharset::Read(charset)) if kind::is_plain(&value) => self.setting.charset = Some(charset),
            _ if is_read(&value) => {}
            _ => sink.uninspectable(Reason::Charset, self.splitter.position(), Part::Field("_charset_".to_owned())),
        }
    }

    /// Some readers undo escapes in quotes, others take a backslash for what it is, as in the paths of old browsers. A name
    /// in which the former see more than the latter is damaged.
    fn scan_unescaped(&self, name: &Named, part: Part, sink: &mut Sink<'_>) {
        if !name.bytes.contains(&b'\\') {
            return;
        }
        let values = |bytes: Box<[u8]>| {
            let (mut found, name) = (Vec::new(), Named { offset: name.offset, bytes });
            self.scan_name(&name, part.clone(), Escape::None, &mut found);
            found.iter().filter(|finding| matches!(finding.what, What::Kind(_))).count()
        };
        if values(unescaped(&name.bytes)) > values(name.bytes.clone()) {
            sink.uninspectable(Reason::Damaged, name.offset, part);
        }
    }

    /// A name or a file's name is a small document of its own. Browsers write entities for what its charset lacks.
    fn scan_name(&self, name: &Named, part: Part, escape: Escape, found: &mut Vec<Finding>) {
        let document = Document {
            part,
            charset: self.setting.read_in(),
            syntax: Syntax::Html,
            escape,
            label: String::new(),
            offset: name.offset,
            returns: self.setting.returns,
            stands: None,
        };
        let mut scan = Readings::new(document, Arc::clone(&self.setting.lens));
        scan.push(&name.bytes, found);
        scan.finish(found);
    }
}

/// Whether the value of a field begins like a document, an archive or anything packed, and not like a text: whoever writes a form
/// without a browser need not say that it is a file.
fn is_file(start: &[u8]) -> bool {
    start.iter().any(kind::is_control)
        && (kind::is_packed(start) || extract::is_known(start) && !extract::is_picture(start))
}

/// Whether the value of [`CHARSET_FIELD`] is the name of a charset in which the form is read rightly, or of none.
pub(super) fn is_read(label: &[u8]) -> bool {
    label.is_empty() || kind::is_plain(label)
}

/// Without the backslashes that stand before another character.
fn unescaped(text: &[u8]) -> Box<[u8]> {
    let mut rest = text.iter();
    let next = || rest.next().map(|byte| if *byte == b'\\' { rest.next().unwrap_or(byte) } else { byte }).copied();
    std::iter::from_fn(next).collect()
}

/// Whether a part is a message, with a head and perhaps encodings of its own (RFC 2046 section 5.2).
fn is_message(media_type: &[u8]) -> bool {
    media_type.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"message/"))
}

/// What a part is. A field without a type is what a web editor wrote; forms and event streams within a form are not
/// read as such by anybody.
fn shape(media_type: Option<&[u8]>, is_file: bool) -> (Shape, Said) {
    let said = kind::said_by_client(media_type);
    let shape = match (media_type, kind::shape(media_type, Direction::Upload)) {
        (None, _) if !is_file => Shape::Text(Syntax::Html),
        (_, Shape::Urlencoded | Shape::Multipart | Shape::Events) => Shape::Unsure,
        (_, Shape::Text(Syntax::Plain)) if !is_file => Shape::Text(Syntax::Html),
        (_, shape) => shape,
    };
    (shape, said)
}
