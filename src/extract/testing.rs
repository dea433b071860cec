//! A sink for the tests of this room, which keeps all that it hears.

pub(crate) use super::zip::tests::{archive, entries, rels, texts};

use super::walk::{Shape, Sink};
use super::{Limits, read};
use crate::vocab::{Reason, Step};

/// What was heard.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Each text with its whole way, in words: `a.xlsx › sheet 1 ‘S’ › cell B7`.
    pub(crate) said: Vec<(String, String)>,
    /// Raw parts.
    pub(crate) raw: Vec<(String, Vec<u8>)>,
    /// What could not be read, where.
    pub(crate) unreadable: Vec<(String, Reason)>,
    path: Vec<Step>,
    all: String,
    steps: Vec<Step>,
}

impl Heard {
    /// All of a file.
    pub(crate) fn of(name: &str, bytes: &[u8]) -> Heard {
        Heard::within(name, bytes, Limits::default())
    }

    /// All of a file, within these limits.
    pub(crate) fn within(name: &str, bytes: &[u8], limits: Limits) -> Heard {
        let mut heard = Heard::default();
        read(name, bytes, limits, &|| false, &mut heard);
        heard
    }

    /// All text of all runs, one after the other.
    pub(crate) fn text(&self) -> &str {
        &self.all
    }

    /// The steps of all texts that had one.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The place in words of the first text, or raw part, that holds `needle`.
    pub(crate) fn place_of(&self, needle: &str) -> Option<&str> {
        let said = self.said.iter().find(|(_, text)| text.contains(needle)).map(|(place, _)| place.as_str());
        let raw = || self.raw.iter().find(|(_, bytes)| memchr::memmem::find(bytes, needle.as_bytes()).is_some());
        said.or_else(|| raw().map(|(place, _)| place.as_str()))
    }
}

fn words<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
    steps.map(ToString::to_string).collect::<Vec<_>>().join(" › ")
}

impl Sink for Heard {
    fn begin(&mut self, path: &[Step], _shape: Shape) {
        self.path = path.to_vec();
    }

    fn text(&mut self, at: Option<&Step>, text: &str) {
        self.all.push_str(text);
        self.steps.extend(at.cloned());
        self.said.push((words(self.path.iter().chain(at)), text.to_owned()));
    }

    fn end(&mut self) {
        self.all.push('\n');
    }

    fn raw(&mut self, path: &[Step], bytes: &[u8]) {
        self.raw.push((words(path.iter()), bytes.to_vec()));
    }

    fn unreadable(&mut self, path: &[Step], reason: Reason) {
        self.unreadable.push((words(path.iter()), reason));
    }
}
