//! Event streams (WHATWG HTML, section 9.2): they have no end, so each event is a document of its own.

use super::kind::{Said, Shape};
use super::stretch::{Setting, Sink, Stretch};
use crate::text::Syntax;
use crate::vocab::Part;

/// An event is held so far to see whether its data is JSON.
const HELD: usize = 4 << 10;

/// Splits a stream into events at its blank lines.
pub(super) struct Events {
    setting: Setting,
    /// The beginning of the current event, while its syntax is not known.
    held: Vec<u8>,
    current: Option<Stretch>,
    /// Events that have begun.
    count: u64,
    /// Nothing stands in the current line yet.
    line_empty: bool,
    /// The last byte was a carriage return, of which a line feed would be part.
    after_return: bool,
    /// The offset of the next byte.
    offset: u64,
}

impl Events {
    pub fn new(setting: Setting) -> Events {
        let (held, current) = (Vec::new(), None);
        Events { setting, held, current, count: 0, line_empty: true, after_return: false, offset: 0 }
    }

    /// Takes the next bytes; up to where everything is settled.
    pub fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> u64 {
        let mut rest = bytes;
        let mut settled = self.offset - self.held.len() as u64;
        while !rest.is_empty() {
            let (end, ends_event) = self.line(rest);
            let (line, left) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            settled = self.take(line, sink);
            if ends_event {
                self.finish(sink);
                settled = self.offset;
            }
            rest = left;
        }
        settled
    }

    /// The stream has ended.
    pub fn finish(&mut self, sink: &mut Sink<'_>) {
        if !self.held.is_empty() {
            self.begin(sink);
        }
        if let Some(mut event) = self.current.take() {
            event.finish(sink);
        }
    }

    /// The length of what is left of the current line, with its end, and whether the event ends there.
    fn line(&mut self, rest: &[u8]) -> (usize, bool) {
        if std::mem::take(&mut self.after_return) && rest.first() == Some(&b'\n') {
            return (1, false);
        }
        let Some(at) = memchr::memchr2(b'\r', b'\n', rest) else {
            self.line_empty = false;
            return (rest.len(), false);
        };
        let blank = self.line_empty && at == 0;
        self.line_empty = true;
        self.after_return = rest.get(at) == Some(&b'\r');
        (at + 1, blank)
    }

    fn take(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> u64 {
        self.offset += bytes.len() as u64;
        if let Some(event) = &mut self.current {
            return event.push(bytes, sink);
        }
        self.held.extend_from_slice(bytes);
        if self.held.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            self.held.clear();
        }
        if self.held.len() >= HELD { self.begin(sink) } else { self.offset - self.held.len() as u64 }
    }

    fn begin(&mut self, sink: &mut Sink<'_>) -> u64 {
        let held = std::mem::take(&mut self.held);
        let start = self.offset - held.len() as u64;
        self.count += 1;
        let shape = Shape::Text(syntax(held.get(..HELD).unwrap_or(&held)));
        let part = Part::Event(self.count);
        let mut event = Stretch::new(part, shape, Said::Nothing, String::new(), start, &self.setting);
        let settled = event.push(&held, sink);
        self.current = Some(event);
        settled
    }
}

/// JSON if the first data begins like it; else what pages do with it is not known, and HTML is the likeliest.
fn syntax(event: &[u8]) -> Syntax {
    let mut lines = event.split(|byte| matches!(byte, b'\r' | b'\n'));
    let data = lines.find_map(|line| line.strip_prefix(b"data:")).unwrap_or_default();
    match data.trim_ascii_start().first() {
        Some(b'{' | b'[' | b'"') => Syntax::Json,
        _ => Syntax::Html,
    }
}
