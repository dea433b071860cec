//! The door between the pure rooms and those that move bytes: one body's content goes in piece by piece, and out come
//! the bytes that may go, the edits that would hide what was found, and the findings, counted in the tally.

pub mod allow;
mod beside;
mod beyond;
mod both;
mod clean;
pub mod coding;
mod document;
mod edits;
mod events;
mod fields;
pub mod form;
pub mod heads;
mod heard;
mod kind;
mod merged;
mod names;
pub(crate) mod percent;
mod prolog;
mod readings;
pub mod scan;
mod scout;
mod stretch;
mod target;
#[cfg(test)]
mod tests;
pub mod together;

pub use beyond::{Beyond, Detectors};
pub use clean::clean;
pub use document::{Masked, NotMasked, Opened, document, file_name, masked};
pub use edits::edited;
pub use fields::fields;
pub use form::watched::Watched;
pub use target::target;

use crate::extract;
use crate::policy::Tally;
use crate::seal::Sealer;
use crate::text::{Charset, Syntax};
use crate::vocab::{Day, Direction, Edit, Finding, Part, Place, Reason, Span, What};
use both::{Both, Looking};
use edits::{edits, edits_in};
use events::Events;
use form::multipart::{self, Outlined};
use form::urlencoded::{Origin, Urlencoded};
use form::{parts::Parts, transfer::Transfers, typed::Typed};
use heard::Heard;
pub use kind::{LOOKED_AT, begins_as_text};
use kind::{Said, Shape};
use std::collections::BTreeMap;
use std::sync::Arc;
use stretch::{Setting, Sink, Stretch};
use together::Gatherer;

/// What inspection has to be told about the world: below the waterline there is no clock.
#[derive(Debug, Clone)]
pub struct Lens {
    /// Today.
    pub today: Day,
    /// The site's own host names, whose role mailboxes are no finding.
    pub hosts: Arc<[String]>,
    /// What seals the values that a browser is to send back, and opens those that come back; `None` leaves them masked.
    pub seal: Option<Sealer>,
    /// What an operator asks for beyond that.
    pub beyond: Beyond,
}

/// What is known of a body before its first byte.
#[derive(Debug, Clone)]
pub struct Content {
    /// Which way it travels.
    pub direction: Direction,
    /// The value of its `Content-Type`, as it was sent.
    pub content_type: Option<Vec<u8>>,
    /// The charset for what does not say its own.
    pub charset: Option<Charset>,
}

impl Content {
    /// Whether it is text that would be read, as far as its type tells; `false` for images, documents, archives.
    pub fn reads(&self) -> bool {
        let media_type = self.content_type.as_deref();
        match (kind::shape(media_type, self.direction), kind::said(media_type)) {
            (Shape::Binary, _) => false,
            (Shape::Unsure, _) => true,
            (Shape::Multipart, said) => said.is_plain() && multipart::boundary(media_type.unwrap_or_default()).is_ok(),
            (_, said) => said != Said::Unreadable,
        }
    }

    /// What it is called that it is not read, where [`Content::reads`] says that it is not.
    pub fn unread(&self) -> Reason {
        if kind::is_picture(self.content_type.as_deref()) { Reason::Image } else { Reason::Binary }
    }

    /// Whether what is not read by its type begins like a document, an archive or a text: then it is none of the pictures,
    /// films and fonts that it is called, and is to be read as what it is.
    pub fn lies(start: &[u8]) -> bool {
        let start = start.get(..LOOKED_AT).unwrap_or(start);
        let reads = || extract::is_known(start) || matches!(kind::looked(start, false), Shape::Text(_));
        !start.is_empty() && !extract::is_picture(start) && reads()
    }

    /// Whether a client's type says a charset that is not read. Some sites read the query in it too, whether a body comes
    /// or not.
    pub fn says_unreadable_charset(&self) -> bool {
        kind::said_by_client(self.content_type.as_deref()) == Said::Unreadable
    }
}

/// The ceilings of an inspection.
#[derive(Debug, Clone, Copy)]
pub struct Ceilings {
    /// Fields and files of one form.
    pub form_parts: usize,
    /// Whether somebody opens files: then what is no text is no finding yet, but is told by [`Inspector::take_files`].
    pub opens: bool,
}

impl Ceilings {
    /// So many fields and files of one form, and nobody opens them.
    pub const fn of_parts(form_parts: usize) -> Ceilings {
        Ceilings { form_parts, opens: false }
    }
}

/// What a push has settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// Content bytes before this offset may go, with the edits applied: no finding can still touch them.
    pub settled: u64,
    /// Newly found; sorted by `span`, not overlapping, all before `settled`, each given once. Whether an edit is made
    /// is asked of the tally: at once where the body streams, at the end where it is kept back.
    pub edits: Vec<Edit>,
    /// The tally refuses the exchange: no more need be pushed.
    pub refused: bool,
}

/// How many bytes of a body were inspected, and how many were not and why. The sum is the length of the content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Bytes that were read by the detectors, or are the structure of a form.
    pub inspected: u64,
    /// Bytes that were not, by reason: `binary`, `refused` (after the verdict had fallen), …
    pub passed_over: BTreeMap<&'static str, u64>,
}

/// The reason in an [`Account`] for what came after the verdict.
const REFUSED: &str = "refused";

/// Inspects one body.
///
/// The same content gives the same findings, edits and account however it is cut into pieces, as long as the tally
/// does not refuse.
pub struct Inspector {
    reader: Reader,
    /// Bytes that were taken.
    pushed: u64,
    settled: u64,
    refused: bool,
    passed: BTreeMap<&'static str, u64>,
    /// What is looked for beside the reading, if anything is.
    beside: Option<Box<Beside>>,
    /// Files to be opened, if somebody opens them: each with its part, where it begins, and where it ends if that is known.
    files: Option<Vec<(Span, Part, bool)>>,
}

/// What few bodies need: in a box, as it waits with every body.
struct Beside {
    /// Looks for what belongs together.
    gatherer: Option<Gatherer>,
    /// The beginning of a client's body that may be one file, until it is long enough to tell its type.
    typed: Option<Typed>,
    /// Looks for coded parts in a client's body of several that is no form.
    transfers: Option<Transfers>,
    /// What was found, if somebody wants it kept.
    heard: Option<Heard>,
}

impl Beside {
    fn new(lens: &Lens, typed: Option<Typed>, transfers: Option<Transfers>) -> Option<Box<Beside>> {
        let gatherer = Gatherer::new(&lens.beyond);
        let any = gatherer.is_some() || typed.is_some() || transfers.is_some();
        any.then(|| Box::new(Beside { gatherer, typed, transfers, heard: None }))
    }
}

/// How a body is read.
enum Reader {
    /// A client's: the first bytes are held, to see what it is.
    Looking(Box<Looking>),
    /// As what it is said to be, and as what it looks like.
    Both(Box<Both>),
    One(Stretch),
    Events(Events),
    Urlencoded(Box<Urlencoded>),
    Parts(Box<Parts>),
    /// Not read: broken, or not readable from the start. The finding that says so is given once.
    Passed(Reason, Option<Part>),
}

impl Inspector {
    /// Prepares for a body.
    pub fn new(content: Content, lens: Arc<Lens>, ceilings: Ceilings) -> Inspector {
        let is_file = content.direction == Direction::Upload
            && kind::shape(content.content_type.as_deref(), content.direction) == Shape::Unsure;
        let transfers = Transfers::of(content.direction, content.content_type.as_deref());
        let beside = Beside::new(&lens, is_file.then(Typed::of_body), transfers);
        let reader = reader(&content, lens, ceilings);
        let (passed, files) = (BTreeMap::new(), ceilings.opens.then(Vec::new));
        Inspector { reader, pushed: 0, settled: 0, refused: false, passed, beside, files }
    }

    /// Takes the next bytes of the content.
    pub fn push(&mut self, content: &[u8], tally: &mut Tally) -> Step {
        if self.refused {
            self.pushed += content.len() as u64;
            Sink { found: &mut Vec::new(), passed: &mut self.passed }.pass(REFUSED, content.len());
            return Step { settled: self.settled, edits: Vec::new(), refused: true };
        }
        let mut found = Vec::new();
        self.find(content, &mut found);
        self.step(found, tally)
    }

    /// The content is complete: everything is settled.
    pub fn finish(&mut self, tally: &mut Tally) -> Step {
        let mut found = Vec::new();
        if !self.refused {
            self.find_last(&mut found);
        }
        self.settled = self.pushed;
        if let Some(watched) = self.reader.watched() {
            tally.tell_fields(|name, value| watched.has(name, value));
        }
        self.step(found, tally)
    }

    /// Takes the next bytes as [`Inspector::push`] does, for somebody who asks no policy: appends to `found` what is newly
    /// found, sorted, and tells up to which offset no later finding reaches.
    pub fn find(&mut self, content: &[u8], found: &mut Vec<Finding>) -> u64 {
        self.pushed += content.len() as u64;
        let known = found.len();
        let mut sink = Sink { found, passed: &mut self.passed };
        let settled = self.reader.push(content, self.pushed, &mut sink);
        if let Some(transfers) = self.beside.as_mut().and_then(|beside| beside.transfers.as_mut())
            && transfers.take(content)
        {
            Sink { found, passed: &mut self.passed }.uninspectable(Reason::Damaged, self.pushed, Part::Body);
        }
        // By the time that its type can be told, it is known whether it is one file.
        if let Some(typed) = self.beside.as_mut().and_then(|beside| beside.typed.as_mut()) {
            typed.hold(content);
            if typed.is_full() {
                self.tell_type(found);
            }
        }
        self.settled = self.settled.max(settled);
        sort(found, known);
        if let Some(gatherer) = self.beside.as_mut().and_then(|beside| beside.gatherer.as_mut()) {
            gatherer.take(content);
            gatherer.gather(found, known, self.settled);
        }
        self.settled
    }

    /// The content is complete: appends the last findings.
    pub fn find_last(&mut self, found: &mut Vec<Finding>) {
        let known = found.len();
        self.reader.finish(self.pushed, &mut Sink { found, passed: &mut self.passed });
        self.tell_type(found);
        sort(found, known);
        if let Some(gatherer) = self.beside.as_mut().and_then(|beside| beside.gatherer.as_mut()) {
            gatherer.gather(found, known, self.pushed);
        }
    }

    /// Tells the type of a body that is one file; forms and JSON are none.
    fn tell_type(&mut self, found: &mut Vec<Finding>) {
        let Some(typed) = self.beside.as_mut().and_then(|beside| beside.typed.take()) else { return };
        let is_json = || kind::looked(typed.start(), false) == Shape::Text(Syntax::Json);
        if matches!(self.reader, Reader::One(_)) && !is_json() {
            typed.end(&mut Sink { found, passed: &mut self.passed });
        }
    }

    /// How many bytes were inspected so far, and how many were not. What is held to be looked at counts as inspected.
    pub fn account(&self) -> Account {
        let passed: u64 = self.passed.values().sum();
        Account { inspected: self.pushed.saturating_sub(passed), passed_over: self.passed.clone() }
    }

    /// The parts of a multipart form so far, as long as it is sound: a second reader must find the same. All of them once
    /// the content is complete.
    pub fn parts(&self) -> Option<&[Outlined]> {
        match &self.reader {
            Reader::Parts(parts) if !self.refused => Some(parts.so_far()),
            _ => None,
        }
    }

    /// What the form says of the fields that are asked for, once the content is complete; `None` of what is no form, is not sound
    /// or can be read as two.
    pub fn said(&self) -> Option<&Watched> {
        self.reader.watched().filter(|_| !self.refused)
    }

    /// Whether the content so far holds a file that is to be opened: no verdict falls before.
    pub fn has_files(&self) -> bool {
        self.files.as_ref().is_some_and(|files| !files.is_empty())
    }

    /// The files to be opened, in order, once the content is complete. Of those whose end is not known nothing is taken;
    /// that they cannot be inspected is counted.
    pub fn take_files(&mut self, tally: &mut Tally) -> Vec<Opened> {
        let mut taken = Vec::new();
        for (Span { start, end }, part, is_read) in self.files.as_mut().map(std::mem::take).unwrap_or_default() {
            let outlined = || self.parts()?.iter().find(|outlined| outlined.offset == start);
            let close = match part {
                _ if end > start => outlined().map_or(Some(end), |part| Some(part.offset.saturating_add(part.length))),
                Part::Body if start == 0 => Some(self.pushed),
                _ => outlined().map(|outlined| outlined.offset.saturating_add(outlined.length)),
            };
            let name = if let Part::File { name, .. } = &part { name.clone() } else { String::new() };
            match close {
                Some(close) => {
                    if end > start {
                        // What is written as text has been read as that; it counts as read if it opens.
                        *self.passed.entry(Reason::Binary.name()).or_default() += end.saturating_sub(start);
                    }
                    taken.push(Opened { part, name, span: Span { start, end: close }, is_read });
                }
                None => {
                    let span = Span { start, end: start };
                    tally.add(&Finding::uninspectable(Reason::Binary, span, Place::whole(part)));
                }
            }
        }
        taken
    }

    /// So many bytes that were passed over as no text have been opened after all.
    pub fn opened(&mut self, bytes: u64) {
        if let Some(passed) = self.passed.get_mut(Reason::Binary.name()) {
            *passed = passed.saturating_sub(bytes);
        }
        self.passed.retain(|_, bytes| *bytes > 0);
    }

    fn step(&mut self, mut found: Vec<Finding>, tally: &mut Tally) -> Step {
        if let Some(files) = &mut self.files {
            found.retain(|finding| {
                let is_file = finding.what == What::Uninspectable(Reason::Binary);
                if is_file && !files.iter().any(|(known, ..)| known.start == finding.span.start) {
                    let within = !finding.place.inside.is_empty();
                    files.push((finding.span, finding.place.part.clone(), within));
                }
                !is_file
            });
        }
        if let Some(heard) = self.beside.as_mut().and_then(|beside| beside.heard.as_mut()) {
            heard.hear(&found);
        }
        found.iter().for_each(|finding| {
            tally.add(finding);
        });
        self.refused = self.refused || (!found.is_empty() && tally.refuses());
        Step { settled: self.settled, edits: edits_in(found, |place| tally.class(place)), refused: self.refused }
    }
}

impl Reader {
    /// What a form says of the fields that are asked for; `None` of what is no form, or can be read as two.
    fn watched(&self) -> Option<&Watched> {
        match self {
            Reader::Urlencoded(form) => form.watched(),
            Reader::Parts(parts) => parts.watched(),
            _ => None,
        }
    }

    /// Takes the next bytes, which end at `end`; up to where everything is settled.
    fn push(&mut self, content: &[u8], end: u64, sink: &mut Sink<'_>) -> u64 {
        let broken = match self {
            Reader::Looking(looking) => {
                if !looking.take(content) {
                    return 0;
                }
                let (held, reader) = looking.decide();
                *self = reader;
                return self.push(&held, end, sink);
            }
            Reader::Both(both) => return both.push(content, end, sink),
            Reader::One(stretch) => return stretch.push(content, sink),
            Reader::Events(events) => return events.push(content, sink),
            Reader::Urlencoded(form) => form.push(content, sink).map_err(|reason| (reason, form.offset(), form.part())),
            Reader::Parts(parts) => {
                parts.push(content, sink).map_err(|error| (error.reason(), parts.offset(), Part::Body))
            }
            Reader::Passed(reason, part) => {
                if let Some(part) = part.take_if(|_| !content.is_empty()) {
                    sink.uninspectable(*reason, 0, part);
                }
                sink.pass(reason.name(), content.len());
                return end;
            }
        };
        broken.unwrap_or_else(|(reason, offset, part)| self.broken(reason, offset, part, end, sink))
    }

    /// The content ended at `end`.
    fn finish(&mut self, end: u64, sink: &mut Sink<'_>) {
        let broken = match self {
            Reader::Looking(looking) => {
                let (held, reader) = looking.decide();
                *self = reader;
                self.push(&held, end, sink);
                return self.finish(end, sink);
            }
            Reader::Both(both) => return both.finish(end, sink),
            Reader::One(stretch) => return stretch.finish(sink),
            Reader::Events(events) => return events.finish(sink),
            Reader::Urlencoded(form) => form.finish(sink).map_err(|reason| (reason, form.offset(), form.part())),
            Reader::Parts(parts) => parts.finish(sink).map_err(|error| (error.reason(), parts.offset(), Part::Body)),
            Reader::Passed(..) => return,
        };
        if let Err((reason, offset, part)) = broken {
            self.broken(reason, offset, part, end, sink);
        }
    }

    /// From `offset` on nothing is read any more.
    fn broken(&mut self, reason: Reason, offset: u64, part: Part, end: u64, sink: &mut Sink<'_>) -> u64 {
        sink.uninspectable(reason, offset, part);
        sink.pass(reason.name(), usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX));
        *self = Reader::Passed(reason, None);
        end
    }
}

fn reader(content: &Content, lens: Arc<Lens>, ceilings: Ceilings) -> Reader {
    let Content { direction, content_type, charset } = content;
    let media_type = content_type.as_deref();
    let returns = *direction == Direction::Upload;
    let said = if returns { kind::said_by_client(media_type) } else { kind::said(media_type) };
    let shape = kind::shape(media_type, *direction);
    let setting = Setting { lens, charset: *charset, returns, opens: ceilings.opens };
    // Pages say their charset themselves, and so may what has yet to be looked at.
    let says_itself = matches!(shape, Shape::Text(Syntax::Html | Syntax::Xml) | Shape::Unsure);
    // JSON is UTF-8 unless somebody says otherwise (RFC 8259 section 8.1): a long poll need not be looked at first.
    let by_syntax = (shape == Shape::Text(Syntax::Json)).then_some(Charset::Utf8);
    let of_text = Setting { charset: charset.filter(|_| !says_itself).or(by_syntax), ..setting.clone() };
    let of_form = Setting { charset: said.or(*charset), ..setting.clone() };
    let most = ceilings.form_parts;
    let declared = match shape {
        _ if returns && media_type.is_some_and(kind::is_several) => Reader::Passed(Reason::Damaged, Some(Part::Body)),
        _ if returns && kind::is_coded(media_type) => Reader::Passed(Reason::Coding, Some(Part::Body)),
        Shape::Events | Shape::Urlencoded | Shape::Multipart if !said.is_plain() => {
            Reader::Passed(Reason::Charset, Some(Part::Body))
        }
        Shape::Events => Reader::Events(Events::new(Setting { charset: Some(Charset::Utf8), ..setting.clone() })),
        Shape::Urlencoded => Reader::Urlencoded(Box::new(Urlencoded::new(Origin::Body, 0, most, of_form))),
        Shape::Multipart => match multipart::boundary(media_type.unwrap_or_default()) {
            Ok(boundary) => Reader::Parts(Box::new(Parts::new(boundary, most, of_form))),
            Err(error) => Reader::Passed(error.reason(), Some(Part::Body)),
        },
        _ => Reader::One(Stretch::new(Part::Body, shape, said, String::new(), 0, &of_text)),
    };
    match declared {
        Reader::Parts(_) | Reader::Passed(..) => declared,
        declared if returns => Reader::Looking(Box::new(Looking::new(declared, shape, media_type, setting, most))),
        declared => declared,
    }
}

/// Puts the findings from the one with this number on in order.
fn sort(found: &mut [Finding], known: usize) {
    found.get_mut(known..).unwrap_or_default().sort_by_key(|finding| finding.span);
}
