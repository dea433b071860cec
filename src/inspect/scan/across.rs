//! Numbers that run across more markup than the lexer reads over, in what clients send. A comment of any length, a tag
//! with any attributes shows nothing: `900101<!-- … -->-1234568` is a number to every reader of HTML or XML. The lexer
//! ends a number there, because all it does is bounded; here the text is read on without its markup, piece by piece.
//!
//! What is found across such a place cannot be masked, so the text is `uninspectable:damaged`. Numbers that the lexer
//! joins by itself are its own.

use super::{Document, Escape, Scan};
use crate::inspect::Lens;
use crate::text::lex::{MAX_GAP, MAX_RAW, Piece, Reader, hides_number};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part, Stands, What};
use std::collections::VecDeque;
use std::sync::Arc;

/// Text that is kept before a place, in bytes: a number's digits, and its context.
pub(super) const BEFORE: usize = 1024;
/// So many bytes after a place its surroundings are looked at. As many as a number takes, markup and all.
const AFTER: usize = MAX_RAW;
/// With markup of so many bytes between two digits the lexer still joins them, near enough.
const GAP: usize = MAX_GAP - 32;
/// And with so much in a whole number.
const TOTAL: usize = MAX_RAW - 1024;
/// Bytes that belong to an entity or escape once it has begun, at most: what they spell may be a separator.
const ESCAPE: u8 = 8;
/// The first bytes of a tag, a comment or the like, that are kept.
const KEPT: usize = 512;

/// A place in the text where more markup was left out than the lexer reads over.
#[derive(Debug)]
struct Seam {
    /// Where in [`Across::text`].
    at: usize,
    /// Where in all that was read.
    read: u64,
    /// Where in the scan's window.
    window: usize,
    /// Where in the body.
    offset: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`: what it opens is not known yet.
    Open,
    /// In a tag or a declaration, in such a quote (or none: 0).
    Tag(u8),
    /// In a comment; how many of its last bytes were `-`.
    Comment(usize),
    /// In an instruction; its last byte.
    Instruction(u8),
}

/// Reads one text without its markup.
#[derive(Debug)]
pub(super) struct Across {
    syntax: Syntax,
    state: State,
    /// The text, as far back as it is needed.
    text: Vec<u8>,
    /// The beginning of the markup that is being read.
    markup: Vec<u8>,
    /// Its length.
    length: usize,
    /// The last byte of a tag that is no white space.
    before: u8,
    /// Whether the last byte was a backslash that escapes the next.
    escaped: bool,
    /// Bytes left out since the last digit or letter, and since the last letter.
    gap: usize,
    total: usize,
    /// Bytes that may still belong to an escape.
    escape: u8,
    /// Bytes that were read.
    read: u64,
    seams: VecDeque<Seam>,
}

impl Across {
    /// Begins in the text of a document, at its first `<`, after these bytes.
    pub(super) fn new(syntax: Syntax, before: &[u8]) -> Across {
        Across {
            syntax,
            state: State::Text,
            text: before.get(before.len().saturating_sub(BEFORE)..).unwrap_or_default().to_vec(),
            markup: Vec::new(),
            length: 0,
            before: 0,
            escaped: false,
            gap: 0,
            total: 0,
            escape: 0,
            read: 0,
            seams: VecDeque::new(),
        }
    }

    /// Where in the window the first place stands whose surroundings have yet to be looked at.
    pub(super) fn open(&self) -> Option<usize> {
        self.seams.front().map(|seam| seam.window)
    }

    /// The window lets go of its first bytes.
    pub(super) fn let_go(&mut self, count: usize) {
        self.seams.iter_mut().for_each(|seam| seam.window = seam.window.saturating_sub(count));
    }

    /// Takes the next bytes, which stand at `at` in the window; where in the body numbers run across too much.
    pub(super) fn push(&mut self, bytes: &[u8], at: usize, look: &Look<'_>, offset: impl Fn(usize) -> u64) -> Vec<u64> {
        let (mut found, mut rest) = (Vec::new(), bytes);
        while !rest.is_empty() {
            let due = self.seams.front().map_or(usize::MAX, |seam| self.until_due(seam));
            if due == 0 {
                self.look(look, false, &mut found);
                continue;
            }
            // What means nothing here is passed at the speed of memory.
            let most = rest.get(..due).unwrap_or(rest);
            let plain = self.plain(most);
            let taken = if plain > 0 { plain } else { 1 };
            let (now, after) = most.split_at_checked(taken).unwrap_or((most, &[]));
            let closes = if plain > 0 { self.pass(now) } else { now.iter().any(|byte| self.step(*byte)) };
            self.read += now.len() as u64;
            rest = rest.get(now.len()..).unwrap_or(after);
            if closes {
                let window = at + bytes.len() - rest.len();
                self.close(look.charset, window, offset(window));
            }
            self.forget();
        }
        found
    }

    /// Nothing follows.
    pub(super) fn finish(&mut self, look: &Look<'_>) -> Vec<u64> {
        let mut found = Vec::new();
        self.look(look, true, &mut found);
        found
    }

    fn until_due(&self, seam: &Seam) -> usize {
        usize::try_from((seam.read + AFTER as u64).saturating_sub(self.read)).unwrap_or(usize::MAX)
    }

    /// How many of the next bytes change nothing but the length of what is being read.
    fn plain(&self, bytes: &[u8]) -> usize {
        if self.syntax == Syntax::Json || self.escape > 0 {
            return 0;
        }
        let next = match self.state {
            State::Text => bytes.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&' | b'\\')),
            State::Open => Some(0),
            State::Tag(0) => memchr::memchr3(b'>', b'"', b'\'', bytes),
            State::Tag(quote) => memchr::memchr(quote, bytes),
            State::Comment(0) => memchr::memchr(b'-', bytes),
            State::Comment(_) => Some(0),
            State::Instruction(_) => memchr::memchr2(b'?', b'>', bytes),
        };
        next.unwrap_or(bytes.len())
    }

    fn pass(&mut self, bytes: &[u8]) -> bool {
        if self.state == State::Text {
            self.text.extend_from_slice(bytes);
            let letter = bytes.iter().any(u8::is_ascii_alphabetic);
            if letter || bytes.iter().any(u8::is_ascii_digit) {
                self.gap = 0;
            }
            self.total = if letter { 0 } else { self.total };
            return false;
        }
        self.keep(bytes);
        if let Some(last) = bytes.iter().rfind(|byte| !byte.is_ascii_whitespace()) {
            self.before = *last;
        }
        if let (State::Instruction(_), Some(last)) = (self.state, bytes.last()) {
            self.state = State::Instruction(*last);
        }
        false
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.length = self.length.saturating_add(bytes.len());
        let room = KEPT.saturating_sub(self.markup.len()).min(bytes.len());
        self.markup.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }

    /// Takes one byte; whether it closes what is being read.
    fn step(&mut self, byte: u8) -> bool {
        let escaped = self.escaped;
        self.escaped = byte == b'\\' && !escaped;
        if self.state == State::Text {
            return self.step_in_text(byte);
        }
        if byte == b'"' && self.syntax == Syntax::Json && !escaped {
            // The string ends, so it was no markup.
            self.breaks();
            return false;
        }
        self.keep(&[byte]);
        let before = self.before;
        if !byte.is_ascii_whitespace() && byte != b'\\' {
            self.before = byte;
        }
        self.state = match (self.state, byte) {
            (State::Open, _) => return self.open_with(byte),
            (State::Tag(0), b'>') => return true,
            (State::Tag(0), b'"' | b'\'') if before == b'=' => State::Tag(byte),
            (State::Tag(quote), _) if quote == byte => State::Tag(0),
            (State::Comment(2..), b'>') => return true,
            (State::Comment(dashes), b'-') => State::Comment(dashes.saturating_add(1)),
            (State::Comment(2..), b'!') if self.syntax != Syntax::Xml => State::Comment(usize::MAX),
            (State::Comment(_), _) => State::Comment(0),
            // To HTML an instruction is a comment up to its first `>`.
            (State::Instruction(last), b'>') if last == b'?' || self.syntax != Syntax::Xml => return true,
            (State::Instruction(_), _) => State::Instruction(byte),
            (state, _) => state,
        };
        false
    }

    fn step_in_text(&mut self, byte: u8) -> bool {
        if byte == b'<' {
            self.markup.clear();
            (self.state, self.length, self.before) = (State::Open, 0, byte);
            self.keep(&[byte]);
            return false;
        }
        match byte {
            b'&' | b'\\' => self.escape = ESCAPE,
            _ if self.escape > 0 => self.escape -= 1,
            b'0'..=b'9' => self.gap = 0,
            b'a'..=b'z' | b'A'..=b'Z' => (self.gap, self.total) = (0, 0),
            _ => {}
        }
        self.text.push(byte);
        if byte == b'>' && self.text.ends_with(b"]]>") && self.syntax == Syntax::Xml {
            // The end of a CDATA section.
            self.text.truncate(self.text.len().saturating_sub(3));
            (self.length, self.markup) = (3, Vec::new());
            return true;
        }
        false
    }

    /// What `<` opens, once enough of it has come.
    fn open_with(&mut self, byte: u8) -> bool {
        self.state = match self.markup.as_slice() {
            [b'<', b'!'] | [b'<', b'!', b'-'] => State::Open,
            // `<!-->` and `<!--->` are whole comments to HTML.
            [b'<', b'!', b'-', b'-'] if self.syntax == Syntax::Xml => State::Comment(0),
            [b'<', b'!', b'-', b'-'] => State::Comment(2),
            [b'<', b'!', rest @ ..] if b"[CDATA[".starts_with(rest) => {
                let whole = rest.len() == 7;
                self.state = State::Open;
                return whole;
            }
            [b'<', b'?'] => State::Instruction(0),
            [b'<', b'!', ..] if byte == b'>' => return true,
            [b'<', b'!', ..] => State::Tag(0),
            [b'<', b'/'] => State::Open,
            [b'<', b'/', b'>'] => return true,
            // A comment to HTML, whatever it is.
            [b'<', b'/', ..] => State::Tag(0),
            [b'<', .., letter] if letter.is_ascii_alphabetic() || !letter.is_ascii() => State::Tag(0),
            [b'<', b'<'] => {
                self.text.push(b'<');
                self.markup.truncate(1);
                State::Open
            }
            // It opens nothing.
            _ => {
                let opens_nothing = std::mem::take(&mut self.markup);
                self.text.extend(opens_nothing);
                State::Text
            }
        };
        false
    }

    /// Markup has ended: it is left out of the text, or stands for what separates texts.
    fn close(&mut self, charset: Charset, window: usize, offset: u64) {
        self.state = State::Text;
        let markup = std::mem::take(&mut self.markup);
        match self.means(&markup, charset) {
            Piece::Block => return self.breaks(),
            Piece::Break => self.text.extend_from_slice(b"<br>"),
            Piece::Nothing | Piece::Char(_) => {}
        }
        self.gap = self.gap.saturating_add(self.length);
        self.total = self.total.saturating_add(self.length);
        let hides = self.length > 16 && hides_number(&markup) || is_odd(&markup);
        if self.gap > GAP || self.total > TOTAL || hides {
            self.seams.push_back(Seam { at: self.text.len(), read: self.read, window, offset });
        }
        self.markup = markup;
    }

    /// No number runs on here.
    fn breaks(&mut self) {
        self.state = State::Text;
        self.text.extend_from_slice(if self.syntax == Syntax::Json { b"\"" } else { b"<p>" });
        (self.gap, self.total) = (0, 0);
    }

    /// What a tag is to the lexer, whatever its attributes are.
    fn means(&self, markup: &[u8], charset: Charset) -> Piece {
        let slash = usize::from(markup.get(1) == Some(&b'/'));
        let name = markup.get(1 + slash..).unwrap_or_default();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'\\' | b'"');
        let name = name.get(..name.iter().position(ends).unwrap_or(name.len())).unwrap_or_default();
        if !name.first().is_some_and(|first| first.is_ascii_alphabetic() || !first.is_ascii()) {
            return Piece::Nothing;
        }
        if self.syntax == Syntax::Xml {
            return Piece::Block;
        }
        let tag = [b"<", name, b">"].concat();
        Reader::new(&tag, charset, Syntax::Html).piece(0).map_or(Piece::Nothing, |(piece, _)| piece)
    }

    /// Looks at the text around the places that are due, or at all of them if nothing follows.
    fn look(&mut self, look: &Look<'_>, last: bool, found: &mut Vec<u64>) {
        let Some(first) = self.seams.front() else { return };
        let from = first.at.saturating_sub(BEFORE);
        let near = |at: usize| {
            let (before, after) = self.text.split_at_checked(at).unwrap_or((&self.text, &[]));
            let before = before.get(before.len().saturating_sub(16)..).unwrap_or_default();
            let may = |byte: &u8| byte.is_ascii_digit() || !byte.is_ascii();
            before.iter().any(may) && after.iter().take(16).any(may)
        };
        if self.seams.iter().any(|seam| near(seam.at)) {
            let spans = look.numbers(self.text.get(from..).unwrap_or_default(), self.syntax);
            let crossed = |seam: &Seam| {
                let at = (seam.at - from) as u64;
                spans.iter().any(|(start, end)| *start < at && at < *end)
            };
            // A place at which one was found is done with.
            self.seams.retain(|seam| {
                let crossed = crossed(seam);
                found.extend(crossed.then_some(seam.offset));
                !crossed
            });
        }
        // Each is looked at with at least half as much after it as is waited for, so that looking costs no more than
        // reading.
        let read = self.read;
        self.seams.retain(|seam| !last && seam.read + (AFTER / 2) as u64 > read);
    }

    fn forget(&mut self) {
        let keep = self.seams.front().map_or(self.text.len(), |seam| seam.at).saturating_sub(BEFORE);
        if keep > 8 * BEFORE {
            self.text.drain(..keep);
            self.seams.iter_mut().for_each(|seam| seam.at -= keep);
        }
    }
}

/// Whether markup is a comment to HTML in a way that the lexer takes for text: `<!-->`, `<!--->`, `<!-- --!>`, `</ >`.
fn is_odd(markup: &[u8]) -> bool {
    match markup {
        [b'<', b'!', b'-', b'-', ..] => markup.len() <= 6 || markup.ends_with(b"--!>"),
        [b'<', b'/', first, ..] => !first.is_ascii_alphabetic(),
        _ => false,
    }
}

/// What is needed to look for numbers.
pub(super) struct Look<'a> {
    pub(super) charset: Charset,
    pub(super) lens: &'a Arc<Lens>,
}

impl Look<'_> {
    /// Where in a text without long markup values stand.
    fn numbers(&self, text: &[u8], syntax: Syntax) -> Vec<(u64, u64)> {
        let document = Document {
            part: Part::Body,
            charset: None,
            syntax,
            escape: Escape::None,
            label: String::new(),
            offset: 0,
            returns: false,
            stands: Some(Stands::Text),
        };
        let mut scan = Scan::within(document, Arc::clone(self.lens), self.charset, 1, true);
        let mut found: Vec<Finding> = Vec::new();
        scan.push(text, &mut found);
        scan.finish(&mut found);
        let values = found.iter().filter(|finding| matches!(finding.what, What::Kind(_)));
        values.map(|finding| (finding.span.start, finding.span.end)).collect()
    }
}

#[cfg(test)]
mod tests;
