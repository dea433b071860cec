//! The door between the pure rooms and those that move bytes: one body's content goes in piece by piece, and out come
//! the bytes that may go, the edits that would hide what was found, and the findings, counted in the tally.

pub mod coding;
pub mod form;
mod percent;
pub mod scan;

use crate::policy::Tally;
use crate::text::Charset;
use crate::vocab::{Day, Direction, Edit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What inspection has to be told about the world: below the waterline there is no clock.
#[derive(Debug, Clone)]
pub struct Lens {
    /// Today.
    pub today: Day,
    /// The site's own host names, whose role mailboxes are no finding.
    pub hosts: Vec<String>,
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

/// The ceilings of an inspection.
#[derive(Debug, Clone, Copy)]
pub struct Ceilings {
    /// Fields and files of one form.
    pub form_parts: usize,
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

/// Inspects one body.
pub struct Inspector {}

impl Inspector {
    /// Prepares for a body.
    pub fn new(_content: Content, _lens: Arc<Lens>, _ceilings: Ceilings) -> Inspector {
        Inspector {}
    }

    /// Whether the content is text that is read; `false` for images, documents, archives.
    pub fn reads(&self) -> bool {
        true
    }

    /// Takes the next bytes of the content.
    pub fn push(&mut self, _content: &[u8], _tally: &mut Tally) -> Step {
        Step::default()
    }

    /// The content is complete: everything is settled.
    pub fn finish(&mut self, _tally: &mut Tally) -> Step {
        Step::default()
    }

    /// How many bytes were inspected so far, and how many were not.
    pub fn account(&self) -> Account {
        Account::default()
    }
}

/// Inspects the target of a request (path and query, as bytes of the request line). The edits' spans are offsets into it.
pub fn target(_target: &[u8], _charset: Option<Charset>, _lens: &Arc<Lens>, _tally: &mut Tally) -> Vec<Edit> {
    Vec::new()
}

/// A name, path or text with every finding in it written in its masked form, for records and pages.
pub fn clean(text: &str, _lens: &Arc<Lens>) -> String {
    text.to_owned()
}
