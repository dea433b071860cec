//! Of what type an attached file is: by its name, and by its first bytes, whatever it is called.

use crate::inspect::stretch::Sink;
use crate::vocab::{FileType, Finding, Part, Place, Span};

/// So many bytes of a file are looked at.
const START: usize = 1 << 10;

/// A file whose beginning is being read.
pub(in crate::inspect) struct Typed {
    part: Part,
    offset: u64,
    /// What its name has said.
    named: Option<FileType>,
    start: Vec<u8>,
    done: bool,
}

impl Typed {
    /// A file with one or two readings of its name, whose bytes begin at `offset`.
    pub(super) fn new<'n>(
        names: impl Iterator<Item = &'n [u8]>,
        part: Part,
        offset: u64,
        sink: &mut Sink<'_>,
    ) -> Typed {
        let mut typed = Typed { part, offset, named: None, start: Vec::new(), done: false };
        for name in names {
            // Endings are ASCII, whatever the rest is.
            let file_type = FileType::of_name(&String::from_utf8_lossy(name));
            if let Some(file_type) = file_type.filter(|_| file_type != typed.named) {
                typed.named = Some(file_type);
                typed.tell(file_type, sink);
            }
        }
        typed
    }

    /// A body that may be one file without a name.
    pub(in crate::inspect) fn of_body() -> Typed {
        Typed { part: Part::Body, offset: 0, named: None, start: Vec::new(), done: false }
    }

    /// Keeps some of its bytes, as far as they are looked at.
    pub(in crate::inspect) fn hold(&mut self, bytes: &[u8]) {
        self.start.extend(bytes.iter().take(START.saturating_sub(self.start.len())));
    }

    /// Whether all is there that is looked at.
    pub(in crate::inspect) fn is_full(&self) -> bool {
        self.start.len() >= START
    }

    /// What is kept.
    pub(in crate::inspect) fn start(&self) -> &[u8] {
        &self.start
    }

    /// Some of its bytes.
    pub(super) fn take(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        if self.done {
            return;
        }
        self.hold(bytes);
        if self.is_full() {
            self.look(sink);
        }
    }

    /// Nothing of it follows.
    pub(in crate::inspect) fn end(mut self, sink: &mut Sink<'_>) {
        if !self.done {
            self.look(sink);
        }
    }

    fn look(&mut self, sink: &mut Sink<'_>) {
        self.done = true;
        if let Some(file_type) = FileType::of_start(&self.start).filter(|of| Some(*of) != self.named) {
            self.tell(file_type, sink);
        }
        self.start = Vec::new();
    }

    fn tell(&self, file_type: FileType, sink: &mut Sink<'_>) {
        let span = Span { start: self.offset, end: self.offset };
        sink.found.push(Finding::file(file_type, span, Place::whole(self.part.clone())));
    }
}
