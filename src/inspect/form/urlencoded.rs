//! `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), for bodies and for queries.
//!
//! Pairs are parted by `&`, and only by it. Names and values are read piece by piece, however long. An escape that is
//! none damages the form: readers leave it, drop it or stop.

use super::coded::{Coded, Stood};
use super::encrypted::Encrypted;
use super::halves::Halves;
use super::parts::{CHARSET_FIELD, is_read};
use super::together::{Field, Findings, RAW, Together, tells};
use super::watched::Watched;
use crate::inspect::names;
use crate::inspect::percent::{self, Checker};
use crate::inspect::readings::Readings;
use crate::inspect::scan::{Document, Escape};
use crate::inspect::stretch::{Setting, Sink};
use crate::text::Syntax;
use crate::vocab::{Part, Reason, Span, Stands};
use std::sync::Arc;

/// So much of a name, escapes and all, is remembered to name its value.
const NAME_BYTES: usize = 512;

/// Where the pairs stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inspect) enum Origin {
    /// In a body.
    Body,
    /// In the query of an address.
    Query,
}

/// Reads the pairs of one form.
pub(in crate::inspect) struct Urlencoded {
    origin: Origin,
    setting: Setting,
    most: usize,
    pairs: usize,
    /// Names end at `=`, values do not.
    in_value: bool,
    scan: Option<Readings>,
    escapes: Checker,
    /// Whether an escape that is none stands for itself.
    forgives: bool,
    name: Vec<u8>,
    /// The value, as long as it may be a piece of one that is split over several fields; nothing was found in it.
    value: Option<Vec<u8>>,
    together: Together,
    /// In a body, halves in the address.
    query: Halves,
    /// What is asked for of the values, in a body.
    watched: Option<Watched>,
    /// The beginning of a value, by which it is told whether the page has encrypted it.
    encrypted: Option<Encrypted>,
    /// A value that may be base64 of text.
    coded: Option<Coded>,
    /// Where the value begins.
    began: u64,
    /// The offset of the next byte.
    offset: u64,
}

impl Urlencoded {
    /// For a form whose first byte stands at `offset`, with at most so many pairs.
    pub fn new(origin: Origin, offset: u64, most: usize, setting: Setting) -> Urlencoded {
        let (scan, escapes, name, together) = (None, Checker::default(), Vec::new(), Together::default());
        let (pairs, in_value, forgives, value) = (0, false, false, None);
        let asked = setting.lens.beyond.fields.as_ref().filter(|_| origin == Origin::Body);
        let watched = asked.map(Watched::new);
        let query = if origin == Origin::Body { Halves::beside(&setting.lens) } else { Halves::default() };
        Urlencoded {
            origin,
            setting,
            most,
            pairs,
            in_value,
            scan,
            escapes,
            forgives,
            name,
            value,
            together,
            query,
            watched,
            encrypted: None,
            coded: None,
            began: offset,
            offset,
        }
    }

    /// The same for what is perhaps no form: an escape that is none stands for itself.
    pub fn forgiving(self) -> Urlencoded {
        Urlencoded { forgives: true, ..self }
    }

    /// Takes the next bytes; up to where everything is settled. An error ends the form at [`Urlencoded::offset`].
    pub fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<u64, Reason> {
        let mut new = self.together.take();
        let result = self.read(bytes, &mut Sink { found: &mut new, passed: sink.passed });
        let found = Findings { new, given: sink.found };
        match result {
            Ok(settled) => Ok(self.together.give(settled, self.offset, &self.setting, found)),
            Err(reason) => {
                self.together.finish(&self.setting, found);
                Err(reason)
            }
        }
    }

    fn read(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<u64, Reason> {
        let mut rest = bytes;
        let mut settled = self.offset;
        while !rest.is_empty() {
            let end = match self.in_value {
                true => memchr::memchr(b'&', rest),
                false => memchr::memchr2(b'=', b'&', rest),
            };
            let (piece, left) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, &[]));
            settled = self.take(piece, end.is_some(), sink)?;
            rest = left;
            if let Some((delimiter, left)) = left.split_first() {
                self.end(sink)?;
                let names = !self.in_value;
                self.in_value = *delimiter == b'=';
                self.watch(names, self.in_value);
                if !self.in_value {
                    self.name.clear();
                }
                self.offset += 1;
                settled = self.offset;
                rest = left;
            }
        }
        Ok(settled)
    }

    /// The form is complete, or broken off.
    pub fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Reason> {
        let mut new = self.together.take();
        let result = self.end(&mut Sink { found: &mut new, passed: sink.passed });
        if result.is_ok() {
            self.watch(!self.in_value, false);
        }
        self.together.finish(&self.setting, Findings { new, given: sink.found });
        result
    }

    /// What was said of the fields that are asked for, once the form is complete.
    pub fn watched(&self) -> Option<&Watched> {
        self.watched.as_ref()
    }

    /// A name has ended, or a value; and unless a value `goes_on` from there, what it was is complete.
    fn watch(&mut self, names: bool, goes_on: bool) {
        let Some(watched) = &mut self.watched else { return };
        let plain = |written: &[u8]| percent::decode(written, true).0;
        if names {
            watched.begin(&plain(&self.name));
        }
        if !goes_on {
            watched.end(plain);
        }
    }

    /// Where the next byte stands; after an error, where the form breaks.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The part that the current name or value is.
    pub fn part(&self) -> Part {
        self.part_named(self.label())
    }

    fn part_named(&self, label: String) -> Part {
        match self.origin {
            Origin::Body if !self.in_value => Part::FieldName,
            Origin::Body => Part::Field(label),
            Origin::Query => Part::Query(label),
        }
    }

    /// The name of the current value; empty in a name.
    fn label(&self) -> String {
        if !self.in_value {
            return String::new();
        }
        let (name, _) = crate::inspect::percent::decode(&self.name, true);
        names::field(&name, self.setting.charset, &self.setting.lens)
    }

    /// Some of the current name or value; all that is left of it if it `ends` there.
    fn take(&mut self, piece: &[u8], ends: bool, sink: &mut Sink<'_>) -> Result<u64, Reason> {
        if piece.is_empty() {
            return Ok(self.offset);
        }
        if self.scan.is_none() {
            self.begin()?;
        }
        let sound = if self.forgives { piece.len() } else { self.escapes.sound(piece) };
        let (good, bad) = piece.split_at_checked(sound).unwrap_or((piece, &[]));
        let room = NAME_BYTES.saturating_sub(self.name.len()).min(good.len());
        if !self.in_value {
            self.name.extend_from_slice(good.get(..room).unwrap_or_default());
        }
        self.offset += good.len() as u64;
        let known = sink.found.len();
        let settled = match &mut self.scan {
            Some(_) if ends && bad.is_empty() => {
                self.scan.take().into_iter().for_each(|mut scan| scan.finish_with(good, sink.found));
                self.offset
            }
            Some(scan) => scan.push(good, sink.found),
            None => self.offset,
        };
        self.keep(good, tells(sink.found, known));
        self.encrypted.iter_mut().for_each(|field| field.take(good));
        self.coded.iter_mut().for_each(|field| field.take(good));
        if let Some(watched) = self.watched.as_mut().filter(|watched| watched.is_open()) {
            watched.take(good);
        }
        if bad.is_empty() {
            return Ok(settled);
        }
        self.close(sink);
        Err(Reason::Damaged)
    }

    fn begin(&mut self) -> Result<(), Reason> {
        if !self.in_value || self.name.is_empty() {
            self.pairs += 1;
        }
        if self.pairs > self.most {
            return Err(Reason::TooLarge);
        }
        let label = self.label();
        self.coded = self.in_value.then(|| Coded::new(label.clone(), self.part_named(label.clone())));
        let document = Document {
            part: self.part_named(label.clone()),
            charset: self.setting.read_in(),
            syntax: Syntax::Html,
            escape: Escape::Form,
            label,
            offset: self.offset,
            returns: self.setting.returns,
            stands: (self.origin == Origin::Query).then_some(Stands::Url),
        };
        self.scan = Some(Readings::new(document, Arc::clone(&self.setting.lens)));
        self.began = self.offset;
        if self.in_value {
            self.value = Some(Vec::new());
            self.together.begins(self.offset);
            let (name, _) = percent::decode(&self.name, true);
            let field = || Encrypted::new(name, self.part(), self.offset);
            self.encrypted = match self.origin {
                _ if !self.setting.returns => None,
                Origin::Body => Some(field()),
                Origin::Query => Some(field().in_query()),
            };
        }
        Ok(())
    }

    /// Keeps some of a value that may be a piece of another, unless something was found in it.
    fn keep(&mut self, bytes: &[u8], found: bool) {
        let Some(value) = &mut self.value else { return };
        if found || value.len() + bytes.len() > RAW {
            self.value = None;
            self.together.is_none();
        } else {
            value.extend_from_slice(bytes);
        }
    }

    /// The current name or value has ended.
    fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Reason> {
        self.close(sink);
        if std::mem::take(&mut self.escapes).whole() { Ok(()) } else { Err(Reason::Damaged) }
    }

    fn close(&mut self, sink: &mut Sink<'_>) {
        let known = sink.found.len();
        if let Some(mut scan) = self.scan.take() {
            scan.finish(sink.found);
        }
        self.keep(b"", tells(sink.found, known));
        let plain = |written: &[u8]| percent::decode(written, true).0;
        if let Some((offset, part)) = self.encrypted.take().and_then(|field| field.end(plain)) {
            sink.uninspectable(Reason::EncryptedField, offset, part);
        }
        let span = (self.origin == Origin::Body).then_some(Span { start: self.began, end: self.offset });
        let stood = Stood { at: self.offset, span };
        self.coded.take().into_iter().for_each(|field| field.end(plain, stood, &self.setting, sink.found));
        let Some(raw) = self.value.take() else { return };
        let (name, part, offset) = (self.label(), self.part(), self.offset - raw.len() as u64);
        if self.origin == Origin::Body
            && plain(&self.name).eq_ignore_ascii_case(CHARSET_FIELD)
            && !is_read(&plain(&raw))
        {
            sink.uninspectable(Reason::Charset, offset, part.clone());
        }
        self.query.found_with(&name, &plain(&raw), (&part, offset), &self.setting.lens, sink.found);
        let field = Field { name: &name, part, raw: &raw, offset, escape: Escape::Form };
        self.together.add(&field, &self.setting, sink.found);
    }
}
