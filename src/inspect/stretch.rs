//! A stretch of content that is one document: a body that is no form, or one part of a form.

use super::Lens;
use super::form::coded::{Coded, Stood};
use super::form::json::Strings;
use super::form::xml::Elements;
use super::kind::{self, LOOKED_AT, Said, Shape};
use super::prolog::Prolog;
use super::readings::Readings;
use super::scan::{Document, Escape};
use crate::extract;
use crate::text::charset::{self, Named};
use crate::text::transcode::{self, Transcoding};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part, Place, Reason, Span, Step, What};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What all documents of one body have in common.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub lens: Arc<Lens>,
    /// The charset of what does not say its own; of what a client sends, only for showing names.
    pub charset: Option<Charset>,
    /// Whether masks that come back are looked for: in what clients send.
    pub returns: bool,
    /// Whether files are opened that bear the mark of a format.
    pub opens: bool,
}

impl Setting {
    /// The charset that a document is read in; `None` looks for it. What a client sends is looked at, whatever it or the
    /// operator says of it: a site may read the bytes as what they are.
    pub fn read_in(&self) -> Option<Charset> {
        self.charset.filter(|_| !self.returns)
    }
}

/// Where findings go, and what was passed over.
pub(super) struct Sink<'a> {
    pub found: &'a mut Vec<Finding>,
    pub passed: &'a mut BTreeMap<&'static str, u64>,
}

impl Sink<'_> {
    pub fn pass(&mut self, reason: &'static str, bytes: usize) {
        if bytes > 0 {
            *self.passed.entry(reason).or_default() += bytes as u64;
        }
    }

    /// Something that begins at `offset` is not inspected. How long it will be is not known then.
    pub fn uninspectable(&mut self, reason: Reason, offset: u64, part: Part) {
        let span = Span { start: offset, end: offset };
        self.found.push(Finding::uninspectable(reason, span, Place::whole(part)));
    }
}

enum State {
    /// Held until enough is there to tell what it is.
    Looking(Vec<u8>),
    Text(Box<Readings>),
    /// Not inspected; whether a finding has said so.
    Passed(Reason, bool),
}

/// One document, or what turns out to be none.
pub(super) struct Stretch {
    state: State,
    document: Document,
    /// Said to be in a charset that garim does not read.
    unreadable: bool,
    /// Said to be text: then it is read as such, whatever its first bytes look like.
    said_text: bool,
    /// Whether it is opened if it bears the mark of a format.
    opens: bool,
    /// Whether a site says that it is text, and it is held only to see whether it is a file all the same.
    begins: bool,
    lens: Arc<Lens>,
    /// How much has been taken.
    taken: u64,
    prolog: Prolog,
    /// The strings of JSON that a client sends, of which some may be encrypted or base64.
    strings: Option<Box<Strings>>,
    /// The elements of XML that a client sends.
    elements: Option<Box<Elements>>,
    /// A body of plain text, if it may be base64 of text.
    coded: Option<Box<Coded>>,
    /// Of a text that a client sends: whether a file is written in it, for which it is opened as well.
    lookout: Option<Box<extract::Lookout>>,
}

impl Stretch {
    /// A document of this shape (forms and event streams are none) in a charset that was perhaps said. What a client
    /// says of what it sends is not believed: its charset is looked for, and so is what it calls plain text: sites read
    /// JSON out of it, with its escapes.
    pub fn new(part: Part, shape: Shape, said: Said, label: String, offset: u64, setting: &Setting) -> Stretch {
        let syntax = if let Shape::Text(syntax) = shape { syntax } else { Syntax::Plain };
        let charset = if setting.returns { None } else { said.or(setting.charset) };
        let returns = setting.returns;
        let escape = match said {
            Said::Transcoded(transcoding) if !returns => Escape::Transcoded(transcoding),
            _ => Escape::None,
        };
        let document = Document { part, charset, syntax, escape, label, offset, returns, stands: None };
        let lens = Arc::clone(&setting.lens);
        // Whatever a client calls a file, its bytes say what it is.
        let is_file = setting.opens && matches!(document.part, Part::File { .. });
        let begins = setting.opens && !setting.returns && document.part == Part::Body;
        let state = match (shape, said) {
            // Pictures of a site, in numbers: they are not opened for the little that is written in them.
            (Shape::Binary, _) if setting.opens => State::Passed(Reason::Image, false),
            (Shape::Binary, _) => State::Passed(Reason::Binary, false),
            (Shape::Unsure, _) => State::Looking(Vec::new()),
            (_, Said::Unreadable) => State::Passed(Reason::Charset, false),
            (_, Said::Transcoded(_)) if returns => State::Passed(Reason::Charset, false),
            // Not what a web editor wrote: a page as a whole says its charset itself.
            (Shape::Text(_), _) if setting.returns && (syntax != Syntax::Html || is_file) => State::Looking(Vec::new()),
            // Browsers and people save what a site calls text as well, and open it by its name.
            (Shape::Text(_), _) if begins => State::Looking(Vec::new()),
            _ => State::Text(Box::new(Readings::new(document.clone(), Arc::clone(&lens)))),
        };
        let (unreadable, said_text) =
            (said == Said::Unreadable || returns && !said.is_plain(), matches!(shape, Shape::Text(_)));
        let written = is_file || setting.opens && document.part == Part::Body && !matches!(syntax, Syntax::Json);
        let lookout = (written && returns).then(Box::default);
        let (opens, begins) = (setting.opens, begins && said_text);
        Stretch {
            state,
            document,
            unreadable,
            said_text,
            opens,
            begins,
            lens,
            taken: 0,
            prolog: Prolog::Between,
            strings: None,
            elements: None,
            coded: None,
            lookout,
        }
    }

    /// A text that is read in these ways, whatever its first bytes look like.
    pub fn read_as(readings: Readings, document: Document, lens: Arc<Lens>) -> Stretch {
        let state = State::Text(Box::new(readings));
        Stretch {
            state,
            document,
            unreadable: false,
            said_text: true,
            opens: false,
            begins: false,
            lens,
            taken: 0,
            prolog: Prolog::Root,
            strings: None,
            elements: None,
            coded: None,
            lookout: None,
        }
    }

    /// Takes the next bytes; up to where no finding can touch anything any more.
    pub fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> u64 {
        if let Some(sound) = self.declaration(bytes) {
            let (before, after) = bytes.split_at_checked(sound).unwrap_or((bytes, &[]));
            self.take(before, sink);
            self.finish(sink);
            self.state = State::Passed(Reason::Entities, false);
            return self.take(after, sink);
        }
        self.take(bytes, sink)
    }

    /// How many bytes stand before the one by which an XML document of a client declares what cannot be inspected.
    fn declaration(&mut self, bytes: &[u8]) -> Option<usize> {
        let State::Text(_) = self.state else { return None };
        let reads = self.document.syntax == Syntax::Xml && self.document.returns && self.prolog != Prolog::Root;
        reads.then(|| self.prolog.push(bytes, matches!(self.document.part, Part::File { .. }))).flatten()
    }

    fn take(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> u64 {
        self.taken += bytes.len() as u64;
        match &mut self.state {
            State::Text(scan) => {
                let known = sink.found.len();
                let settled = scan.push(bytes, sink.found);
                let settled = self.given_up(known, sink).unwrap_or(settled);
                self.strings(bytes, false, sink);
                self.written(|lookout| lookout.take(bytes), sink);
                settled
            }
            State::Passed(reason, told) => {
                if !*told && !bytes.is_empty() {
                    *told = true;
                    let offset = self.document.offset + self.taken - bytes.len() as u64;
                    sink.uninspectable(*reason, offset, self.document.part.clone());
                }
                sink.pass(reason.name(), bytes.len());
                self.end()
            }
            State::Looking(held) => {
                held.extend_from_slice(bytes);
                match held.len() {
                    length if self.begins && length >= CODED && self.document.syntax == Syntax::Plain => {
                        self.begin(sink)
                    }
                    length if self.begins && length >= marked(self.document.syntax) && !self.may_be_coded() => {
                        self.begin(sink)
                    }
                    length if !self.begins && length >= LOOKED_AT => self.decide(sink),
                    _ => self.document.offset,
                }
            }
        }
    }

    /// Whether a charset is read whose ASCII characters are not ASCII bytes: in what a site sends, and in attached files. In
    /// what else a client sends, sites do not agree whether to.
    fn transcodes(&self) -> bool {
        !self.document.returns || matches!(self.document.part, Part::File { .. })
    }

    /// The document is complete.
    pub fn finish(&mut self, sink: &mut Sink<'_>) {
        if matches!(self.state, State::Looking(_)) {
            if self.begins {
                self.begin(sink)
            } else {
                self.decide(sink)
            };
        }
        if let State::Text(scan) = &mut self.state {
            let known = sink.found.len();
            scan.finish(sink.found);
            self.given_up(known, sink);
            self.strings(b"", true, sink);
            self.written(extract::Lookout::end, sink);
        }
    }

    /// Has the text opened, for what is in it, if a file is written there.
    fn written(&mut self, is_any: impl FnOnce(&mut extract::Lookout) -> bool, sink: &mut Sink<'_>) {
        if self.lookout.as_mut().is_some_and(|lookout| is_any(lookout)) {
            self.lookout = None;
            let (offset, part) = (self.document.offset, self.document.part.clone());
            let within = Place::within(part, Box::new([Step::coded()]));
            sink.found.push(Finding::uninspectable(Reason::Binary, Span { start: offset, end: offset }, within));
        }
    }

    /// Reads the strings in the next bytes of JSON that a client sends, but for that in files; the last bytes if so.
    fn strings(&mut self, bytes: &[u8], last: bool, sink: &mut Sink<'_>) {
        let Document { part, syntax, returns, offset, .. } = &self.document;
        if *syntax == Syntax::Plain && *returns && *part == Part::Body {
            return self.coded(bytes, last, sink);
        }
        if !matches!(syntax, Syntax::Json | Syntax::Xml) || !returns || matches!(part, Part::File { .. }) {
            return;
        }
        let setting = || Setting { lens: Arc::clone(&self.lens), charset: None, returns: true, opens: false };
        if *syntax == Syntax::Xml {
            let elements =
                self.elements.get_or_insert_with(|| Box::new(Elements::new(part.clone(), *offset, setting())));
            return elements.push(bytes, sink.found);
        }
        let strings = self.strings.get_or_insert_with(|| Box::new(Strings::new(part.clone(), *offset, setting())));
        strings.push(bytes, sink.found);
        if last {
            strings.finish(sink.found);
        }
    }

    /// Reads the next bytes of a body that may be base64 of text as a whole.
    fn coded(&mut self, bytes: &[u8], last: bool, sink: &mut Sink<'_>) {
        let part = &self.document.part;
        let coded = self.coded.get_or_insert_with(|| Box::new(Coded::new(String::new(), part.clone())));
        coded.take(bytes);
        if let Some(coded) = self.coded.take_if(|coded| last && coded.is_any()) {
            let setting = Setting { lens: Arc::clone(&self.lens), charset: None, returns: true, opens: false };
            let stood = Stood { at: self.document.offset, span: None };
            coded.end(<[u8]>::to_vec, stood, &setting, sink.found);
        }
    }

    /// Whether the scan has found the text to be in a charset that is not read, which it does before it reads any of
    /// it: then all that was taken, and all that will be, is passed over.
    fn given_up(&mut self, known: usize, sink: &mut Sink<'_>) -> Option<u64> {
        let unreadable = What::Uninspectable(Reason::Charset);
        let finding = sink.found.get_mut(known..)?.iter_mut().find(|finding| finding.what == unreadable)?;
        finding.span.end = finding.span.start;
        self.state = State::Passed(Reason::Charset, true);
        sink.pass(Reason::Charset.name(), usize::try_from(self.taken).unwrap_or(usize::MAX));
        Some(self.end())
    }

    fn end(&self) -> u64 {
        self.document.offset + self.taken
    }

    /// Whether what is held of a plain text may be a file that is written in base64: then it is not known before more has come.
    fn may_be_coded(&self) -> bool {
        let State::Looking(held) = &self.state else { return false };
        self.document.syntax == Syntax::Plain && extract::may_be_coded(held)
    }

    /// Text as it is said to be, unless its first bytes are those of a file.
    fn begin(&mut self, sink: &mut Sink<'_>) -> u64 {
        let State::Looking(held) = &mut self.state else { return self.end() };
        let held = std::mem::take(held);
        self.taken -= held.len() as u64;
        let syntax = self.document.syntax;
        let first = held.get(..CODED).unwrap_or(&held);
        let coded = syntax == Syntax::Plain && extract::may_be_coded(first);
        let start = if coded { first } else { held.get(..marked(syntax)).unwrap_or(&held) };
        // Documents of XML look like any other XML, and what is written in base64 like a word without end.
        let may_be = syntax == Syntax::Xml || coded || kind::looked(start, false) == Shape::Binary;
        self.state = match may_be && self.is_document(start) {
            true => State::Passed(Reason::Binary, false),
            false => State::Text(Box::new(Readings::new(self.document.clone(), Arc::clone(&self.lens)))),
        };
        self.push(&held, sink)
    }

    /// Whether what begins so is opened. Sheets that a site writes as XML are masked as the text that they are: programs put each
    /// value into one element.
    fn is_document(&self, start: &[u8]) -> bool {
        extract::is_known(start) && (self.document.returns || !extract::is_sheet_in_xml(start))
    }

    fn decide(&mut self, sink: &mut Sink<'_>) -> u64 {
        let State::Looking(held) = &mut self.state else { return self.end() };
        let held = std::mem::take(held);
        self.taken -= held.len() as u64;
        let transcoded = if self.transcodes() { transcoding(&held) } else { None };
        self.state = match kind::looked(&held, false) {
            _ if self.opens && self.is_document(&held) => State::Passed(Reason::Binary, false),
            Shape::Text(_) if self.unreadable || transcoded.is_none() && transcoding(&held).is_some() => {
                State::Passed(Reason::Charset, false)
            }
            _ if self.said_text && kind::is_wide(&held) && transcoded.is_none() => {
                State::Passed(Reason::Charset, false)
            }
            Shape::Text(looked) => {
                // Of text, only its syntax is looked for, where it is not said.
                let syntax = if self.document.syntax == Syntax::Plain { looked } else { self.document.syntax };
                self.document.syntax = syntax;
                let document = self.document.clone();
                if let Some(transcoding) = transcoded.filter(|_| document.returns) {
                    let document = Document { escape: Escape::Transcoded(transcoding), ..document };
                    State::Text(Box::new(Readings::transcoded(document, Arc::clone(&self.lens))))
                } else {
                    State::Text(Box::new(Readings::new(document, Arc::clone(&self.lens))))
                }
            }
            _ if self.said_text => State::Text(Box::new(Readings::new(self.document.clone(), Arc::clone(&self.lens)))),
            _ => State::Passed(Reason::Binary, false),
        };
        self.push(&held, sink)
    }
}

/// So many bytes of a plain text without a space tell whether it is base64 of a file.
const CODED: usize = 512;

/// How many bytes of a text of a site are held to tell whether it is a file: as many as the marks of files have, but for
/// documents of XML. What streams is not held up by so few.
fn marked(syntax: Syntax) -> usize {
    if syntax == Syntax::Xml { LOOKED_AT } else { 8 }
}

/// What a text that begins so is to be transcoded from.
fn transcoding(start: &[u8]) -> Option<Transcoding> {
    match charset::from_bom(start) {
        Some(Named::Transcoded(transcoding)) => Some(transcoding),
        _ => transcode::evident(start),
    }
}
