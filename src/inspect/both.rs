//! What a client says of a body need not be what it is: sites read JSON out of what is called a form, and forms out of
//! what is called text. So a body is read as what it is said to be, and as what it looks like as well.

use super::Reader;
use super::form::parts::Parts;
use super::form::urlencoded::{Origin, Urlencoded};
use super::kind::{self, LOOKED_AT, Said, Shape};
use super::merged::Merged;
use super::stretch::{Setting, Sink, Stretch};
use crate::text::Syntax;
use crate::vocab::{Finding, Part, Reason, What};
use std::collections::BTreeMap;

/// A body whose first bytes have yet to be seen.
pub(super) struct Looking {
    held: Vec<u8>,
    /// As it is said to be; taken when it is decided.
    declared: Option<Reader>,
    shape: Shape,
    /// Whether its type says nothing at all.
    untyped: bool,
    /// Whether its type is multipart, but no form.
    other_multipart: bool,
    setting: Setting,
    most: usize,
}

impl Looking {
    /// For a body that is said to be of such a shape, with at most so many fields.
    pub fn new(declared: Reader, shape: Shape, media_type: Option<&[u8]>, setting: Setting, most: usize) -> Looking {
        let media_type = media_type.unwrap_or_default();
        let other_multipart = media_type.get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"));
        let (held, untyped, declared) = (Vec::new(), media_type.is_empty(), Some(declared));
        Looking { held, declared, shape, untyped, other_multipart, setting, most }
    }

    /// Takes the next bytes; whether they are enough.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        self.held.extend_from_slice(bytes);
        self.held.len() >= LOOKED_AT
    }

    /// How it is read. The bytes held are given back, to be pushed into the reader.
    pub fn decide(&mut self) -> (Vec<u8>, Reader) {
        let held = std::mem::take(&mut self.held);
        let declared = self.declared.take().unwrap_or(Reader::Passed(Reason::Damaged, Some(Part::Body)));
        let looked = kind::looked(&held, true);
        let boundary = kind::form_boundary(&held);
        let reader = match (self.shape, looked) {
            // What a client calls text and packs says so: some sites unpack it all the same, and read what is in it.
            (said, _) if said != Shape::Unsure && kind::is_packed(&held) => {
                Reader::Passed(Reason::Coding, Some(Part::Body))
            }
            // Most readers see no form there, some do.
            _ if boundary.is_some() && self.other_multipart => Reader::Passed(Reason::Damaged, Some(Part::Body)),
            _ if let Some(boundary) = boundary => {
                let form = Parts::new(boundary, self.most, self.setting.clone());
                Reader::Both(Box::new(Both::new(declared, Reader::Parts(Box::new(form)))))
            }
            (_, Shape::Urlencoded) if self.untyped => Reader::Urlencoded(Box::new(self.form())),
            (Shape::Urlencoded, Shape::Urlencoded) => declared,
            (_, Shape::Urlencoded) => {
                Reader::Both(Box::new(Both::new(declared, Reader::Urlencoded(Box::new(self.form().forgiving())))))
            }
            // Whoever says form and sends JSON means JSON: a percent sign in it stands for itself.
            (Shape::Urlencoded, Shape::Text(Syntax::Json | Syntax::Xml | Syntax::Html)) => {
                let form = Reader::Urlencoded(Box::new(self.form().forgiving()));
                Reader::Both(Box::new(Both::new(form, self.text(looked))))
            }
            // What is said to be text of no syntax, or nothing, is read as the text it looks like anyway.
            (Shape::Text(said), Shape::Text(Syntax::Json | Syntax::Xml | Syntax::Html))
                if said != Syntax::Plain && looked != self.shape =>
            {
                Reader::Both(Box::new(Both::new(declared, self.text(looked))))
            }
            _ => declared,
        };
        (held, reader)
    }

    fn form(&self) -> Urlencoded {
        Urlencoded::new(Origin::Body, 0, self.most, self.setting.clone())
    }

    fn text(&self, shape: Shape) -> Reader {
        Reader::One(Stretch::new(Part::Body, shape, Said::Nothing, String::new(), 0, &self.setting))
    }
}

/// Two readings of one body.
pub(super) struct Both {
    declared: Reader,
    other: Reader,
    /// Up to where each is settled.
    settled: (u64, u64),
    merged: Merged,
}

impl Both {
    fn new(declared: Reader, other: Reader) -> Both {
        Both { declared, other, settled: (0, 0), merged: Merged::default() }
    }

    /// Takes the next bytes, which end at `end`; up to where everything is settled.
    pub fn push(&mut self, content: &[u8], end: u64, sink: &mut Sink<'_>) -> u64 {
        let of_declared = self.read(sink, |both, sink| both.declared.push(content, end, sink));
        let of_other = self.read_other(|both, sink| both.other.push(content, end, sink));
        self.settled = (self.settled.0.max(of_declared), self.settled.1.max(of_other));
        self.merged.give(self.settled.0.min(self.settled.1), false, sink.found)
    }

    /// The content ended at `end`.
    pub fn finish(&mut self, end: u64, sink: &mut Sink<'_>) {
        self.read(sink, |both, sink| {
            both.declared.finish(end, sink);
            end
        });
        self.read_other(|both, sink| {
            both.other.finish(end, sink);
            end
        });
        self.merged.give(end, true, sink.found);
    }

    fn read(&mut self, sink: &mut Sink<'_>, step: impl FnOnce(&mut Both, &mut Sink<'_>) -> u64) -> u64 {
        let mut found = Vec::new();
        let settled = step(self, &mut Sink { found: &mut found, passed: sink.passed });
        found.into_iter().for_each(|finding| self.merged.add(0, finding));
        settled
    }

    /// What the body only looks like accounts for nothing, and need not be sound, unless it is a multipart form.
    fn read_other(&mut self, step: impl FnOnce(&mut Both, &mut Sink<'_>) -> u64) -> u64 {
        let strict = matches!(self.other, Reader::Parts(_));
        let (mut found, mut passed) = (Vec::new(), BTreeMap::new());
        let settled = step(self, &mut Sink { found: &mut found, passed: &mut passed });
        let of_no_account = |finding: &Finding| {
            let reasons = [Reason::Damaged, Reason::TooLarge, Reason::Binary, Reason::Charset];
            !strict && reasons.iter().any(|reason| finding.what == What::Uninspectable(*reason))
        };
        found.into_iter().filter(|finding| !of_no_account(finding)).for_each(|finding| self.merged.add(1, finding));
        settled
    }
}
