//! One text in every way in which somebody may read it. What a site sends is read as it says, and where that is in doubt
//! ([`Beside`]) in another charset as well. What a client sends is read
//! first as what it says or looks like, and beside it, from where there is cause, as UTF-8, as CP949, and in the most
//! forgiving way: a number that any of these sees is found, once.

use super::Lens;
use super::beside::Beside;
use super::merged::Merged;
use super::scan::{Document, Escape, Lax, Scan};
use super::scout::{AHEAD_RAW, Scout, Wanted};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part, Stands};
use std::sync::Arc;

/// A number that a cause stands in begins at most so many bytes before it, with its context.
const BEFORE: usize = 16 << 10;
/// Another reading begins at the end of a word, so many bytes on at most.
const WORD: usize = 256;
/// What is not settled yet, as another reading may begin there.
const OPEN: usize = BEFORE + AHEAD_RAW;

/// Finds personal data in one text.
pub(super) struct Readings {
    first: Scan,
    /// For what clients send.
    more: Option<Box<More>>,
    /// For what sites send.
    beside: Beside,
}

struct More {
    document: Document,
    lens: Arc<Lens>,
    scout: Scout,
    others: Vec<(Wanted, Scan)>,
    /// The last bytes, as long as another reading may be called for, and the offset and line of their first.
    recent: Vec<u8>,
    start: u64,
    line: u32,
    end: u64,
    ready: Merged,
}

impl Readings {
    /// At the start of a text.
    pub fn new(document: Document, lens: Arc<Lens>) -> Readings {
        if !document.returns {
            let plain = document.escape == Escape::None;
            let beside = if plain { Beside::new(document.clone(), Arc::clone(&lens)) } else { Beside::none() };
            return Readings { first: Scan::new(document, lens), more: None, beside };
        }
        // A page or an XML document may say its charset itself; of all else garim tells it.
        let whole = matches!(document.part, Part::Body | Part::File { .. } | Part::Event(_));
        let says = whole && matches!(document.syntax, Syntax::Html | Syntax::Xml);
        let first = match says {
            true => Scan::new(document.clone(), Arc::clone(&lens)),
            false => Scan::within(document.clone(), Arc::clone(&lens), Charset::Utf8, 1, false),
        };
        let (start, line) = (document.offset, 1);
        let scout = Scout::new(document.syntax, start, !says);
        let (others, recent, ready) = (Vec::new(), Vec::new(), Merged::default());
        let more = More { document, lens, scout, others, recent, start, line, end: start, ready };
        Readings { first, more: Some(Box::new(more)), beside: Beside::none() }
    }

    /// At the start of a text that is evidently in such a charset: nobody reads it in another way.
    pub fn transcoded(document: Document, lens: Arc<Lens>) -> Readings {
        Readings { first: Scan::new(document, lens), more: None, beside: Beside::none() }
    }

    /// At the start of a text that a reader of files has made: it is UTF-8, and a table of comma-separated values or not.
    pub fn made(document: Document, table: bool, lens: Arc<Lens>) -> Readings {
        let scan = Scan::within(document, lens, Charset::Utf8, 1, false);
        Readings { first: if table { scan.of_table() } else { scan }, more: None, beside: Beside::none() }
    }

    /// Takes the next bytes, appends to `found` what is found for certain, and tells up to which offset in the body's
    /// content no later finding reaches.
    pub fn push(&mut self, raw: &[u8], found: &mut Vec<Finding>) -> u64 {
        match &mut self.more {
            None => {
                let known = found.len();
                let settled = self.first.push(raw, found);
                self.beside.push(raw, false, (self.first.reads(), settled), found, known)
            }
            Some(more) => more.push(&mut self.first, raw, false, found),
        }
    }

    /// Nothing follows: everything is settled.
    pub fn finish(&mut self, found: &mut Vec<Finding>) {
        self.finish_with(b"", found);
    }

    /// Takes the next bytes, of which nothing follows.
    pub fn finish_with(&mut self, raw: &[u8], found: &mut Vec<Finding>) {
        match &mut self.more {
            None => {
                let known = found.len();
                self.first.finish_with(raw, found);
                self.beside.push(raw, true, (self.first.reads(), u64::MAX), found, known);
            }
            Some(more) => {
                more.push(&mut self.first, raw, true, found);
            }
        }
    }
}

impl More {
    fn push(&mut self, first: &mut Scan, raw: &[u8], last: bool, found: &mut Vec<Finding>) -> u64 {
        self.end += raw.len() as u64;
        let mut calls = Vec::new();
        let mut settled = self.read_first(first, raw, last, &mut calls);
        if self.ready.unreadable(found) {
            // The text says so before anything of it is settled.
            return self.end;
        }
        let mut others = std::mem::take(&mut self.others);
        for (wanted, other) in &mut others {
            settled = settled.min(self.read(rank(*wanted), other, raw, last));
        }
        if !self.scout.is_done() || !calls.is_empty() {
            self.recent.extend_from_slice(raw);
            for (wanted, place) in calls {
                let (mut other, from) = self.begin(wanted, place);
                let from = usize::try_from(from - self.start).unwrap_or(usize::MAX);
                let recent = std::mem::take(&mut self.recent);
                let raw = recent.get(from..).unwrap_or_default();
                settled = settled.min(self.read(rank(wanted), &mut other, raw, last));
                self.recent = recent;
                others.push((wanted, other));
            }
            settled = settled.min(self.end.saturating_sub(OPEN as u64).max(self.document.offset));
            self.forget();
        }
        self.others = others;
        if last {
            settled = self.end;
        }
        self.ready.give(settled, last, found)
    }

    /// Gives some bytes to the first reading, the last if so, while the scout looks on; up to where it is settled.
    fn read_first(&mut self, scan: &mut Scan, raw: &[u8], last: bool, calls: &mut Vec<(Wanted, u64)>) -> u64 {
        let (mut found, scout) = (Vec::new(), &mut self.scout);
        let settled = if last {
            scan.finish_seen(raw, &mut found, |window| scout.look_at(window, true, calls));
            self.end
        } else {
            scan.push_seen(raw, &mut found, |window| scout.look_at(window, false, calls))
        };
        found.into_iter().for_each(|finding| self.ready.add(0, finding));
        settled
    }

    /// Gives some bytes to the reading of such a rank, the last if so; up to where it is settled.
    fn read(&mut self, rank: u8, scan: &mut Scan, raw: &[u8], last: bool) -> u64 {
        let mut found = Vec::new();
        let settled = if last {
            scan.finish_with(raw, &mut found);
            self.end
        } else {
            scan.push(raw, &mut found)
        };
        found.into_iter().for_each(|finding| self.ready.add(rank, finding));
        settled
    }

    /// Another reading, for what stands at such a place, and where it begins.
    fn begin(&self, wanted: Wanted, place: u64) -> (Scan, u64) {
        let from = self.word(place.saturating_sub(BEFORE as u64).max(self.start));
        let cut = from > self.document.offset;
        let before = usize::try_from(from - self.start).unwrap_or(usize::MAX);
        let lines = memchr::memchr_iter(b'\n', self.recent.get(..before).unwrap_or_default()).count();
        let line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        let mut document = Document { offset: from, charset: None, ..self.document.clone() };
        if cut && document.syntax == Syntax::Json {
            // Whether a string is open there is not known; quotes within one would do more harm than none.
            document.stands = Some(document.stands.unwrap_or(Stands::JsonString));
        }
        let charset = if wanted == Wanted::Cp949 { Charset::Cp949 } else { Charset::Utf8 };
        if wanted == Wanted::Lax {
            document.escape = Escape::Lax(Lax {
                form: document.escape == Escape::Form,
                percent: document.escape == Escape::Percent,
                json: document.syntax == Syntax::Json,
                xml: document.syntax == Syntax::Xml,
            });
            document.syntax = if document.syntax == Syntax::Xml { Syntax::Html } else { document.syntax };
        }
        (Scan::within(document, Arc::clone(&self.lens), charset, line, cut), from)
    }

    /// Where the next word begins from there on, so that no number is cut in two: in a form, an escape or a space.
    fn word(&self, from: u64) -> u64 {
        if from == self.document.offset {
            return from;
        }
        let at = usize::try_from(from - self.start).unwrap_or(usize::MAX);
        let near = self.recent.get(at..).unwrap_or_default();
        let near = near.get(..WORD).unwrap_or(near);
        let found = match self.document.escape {
            Escape::None | Escape::Transcoded(_) => {
                near.iter().position(|byte| b" \t\r\n<>\"=".contains(byte)).map(|at| at + 1)
            }
            _ => near.iter().position(|byte| b"%+".contains(byte)),
        };
        from + found.unwrap_or(0) as u64
    }

    /// Lets go of what no other reading will begin with.
    fn forget(&mut self) {
        let keep = OPEN;
        if self.scout.is_done() {
            self.recent = Vec::new();
        } else if self.recent.len() > 2 * keep {
            let gone = self.recent.len() - keep;
            let lines = memchr::memchr_iter(b'\n', self.recent.get(..gone).unwrap_or_default()).count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.recent.drain(..gone);
            self.start += gone as u64;
        }
    }
}

/// Which of two readings goes first, whichever was called for first. The first reading is 0.
const fn rank(wanted: Wanted) -> u8 {
    match wanted {
        Wanted::Utf8 => 1,
        Wanted::Cp949 => 2,
        Wanted::Lax => 3,
    }
}
