//! `multipart/form-data` (RFC 7578), by a grammar so strict that every reader that accepts it reads the same parts.
//!
//! Readers differ in what they forgive: a preamble, line feeds alone, text after the last boundary, a boundary within
//! a line, a second `Content-Disposition`. Each of these hides a part from one reader and shows it to another. Browsers
//! write none of them, so all are refused here:
//!
//! - the body begins with `--boundary` CRLF and ends with CRLF `--boundary--`, with or without a last CRLF;
//! - wherever `--boundary` occurs it is such a line;
//! - heads are what [`Head`] allows.

mod boundary;
mod head;
mod same;
#[cfg(test)]
mod tests;

pub use boundary::{boundary, is_boundary};
pub use head::{Head, Named};
pub(in crate::inspect) use same::quoted_printable;

use crate::vocab::Reason;
use memchr::memmem;

/// The longest head of a part, in bytes: names are at most 255 bytes on the file systems they come from.
pub const HEAD_BYTES: usize = 8 << 10;
/// The names and file names of all parts together, in bytes: they are remembered for the second reader.
pub const NAME_BYTES: usize = 256 << 10;

/// Why a body is not read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// The `Content-Type` names no boundary, several, or one that is not allowed.
    #[error("the Content-Type does not name exactly one well-formed boundary")]
    Boundary,
    /// The body does not begin with its boundary.
    #[error("the body does not begin with its boundary")]
    Opening,
    /// The boundary stands where it is no line of its own.
    #[error("the boundary stands within a line or a head")]
    Delimiter,
    /// A head that browsers do not write.
    #[error("the head of a part is malformed")]
    Head,
    /// A part that is multipart itself.
    #[error("a part is multipart itself")]
    Nested,
    /// A part says of itself that it has another length.
    #[error("the Content-Length of a part is not its length")]
    Length,
    /// A head longer than [`HEAD_BYTES`].
    #[error("the head of a part is longer than {HEAD_BYTES} bytes")]
    LongHead,
    /// The body ends before its last boundary.
    #[error("the body ends before its last boundary")]
    Unended,
    /// Something follows the last boundary.
    #[error("something follows the last boundary")]
    Epilogue,
    /// More parts than `limits.form_parts`.
    #[error("more than {most} parts")]
    Parts {
        /// The ceiling.
        most: usize,
    },
    /// Names longer than [`NAME_BYTES`] together.
    #[error("the names are longer than {NAME_BYTES} bytes together")]
    Names,
}

impl MultipartError {
    /// What a policy decides about.
    pub const fn reason(self) -> Reason {
        match self {
            MultipartError::Parts { .. } | MultipartError::Names => Reason::TooLarge,
            _ => Reason::Damaged,
        }
    }
}

/// One part as it was read: what the second reader must find too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlined {
    /// Where its content begins in the body.
    pub offset: u64,
    /// The length of its content.
    pub length: u64,
    /// Its name, as it was sent.
    pub name: Box<[u8]>,
    /// Its file name, as it was sent; `None` for a field.
    pub filename: Option<Box<[u8]>>,
}

/// What [`Splitter::next`] gives.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A part begins.
    Head(Head),
    /// Some of its content.
    Content {
        /// Where in the body these bytes stand.
        offset: u64,
        /// The bytes, never empty.
        bytes: &'a [u8],
    },
    /// The part has ended.
    End,
}

/// The parts of a whole body, at most so many.
pub fn split_whole(boundary: &[u8], body: &[u8], most_parts: usize) -> Result<Vec<Outlined>, MultipartError> {
    let mut splitter = Splitter::new(boundary, most_parts);
    splitter.feed(body);
    while splitter.next()?.is_some() {}
    splitter.finish().map(|()| splitter.parts)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Opening,
    Head,
    Content,
    /// At the CRLF of a delimiter that ends a part.
    Delimiter,
    /// After the last boundary.
    Closed,
    Broken(MultipartError),
}

/// Splits a body, piece by piece. What it holds is bounded: a head, or as much as a delimiter.
#[derive(Debug)]
pub struct Splitter {
    /// `--boundary`.
    mark: memmem::Finder<'static>,
    state: State,
    /// Bytes that were fed; before `at` they are done with.
    held: Vec<u8>,
    at: usize,
    /// The offset in the body of the first byte of `held`.
    base: u64,
    most_parts: usize,
    name_bytes: usize,
    /// The parts so far, at most `most_parts`.
    parts: Vec<Outlined>,
    /// The length that the current part says it has.
    announced: Option<u64>,
}

impl Splitter {
    /// For a body with this boundary, as [`boundary()`] gives it, and at most so many parts.
    pub fn new(boundary: &[u8], most_parts: usize) -> Splitter {
        let mark = memmem::Finder::new(&[b"--", boundary].concat()).into_owned();
        Splitter {
            mark,
            state: State::Opening,
            held: Vec::new(),
            at: 0,
            base: 0,
            most_parts,
            name_bytes: 0,
            parts: Vec::new(),
            announced: None,
        }
    }

    /// Takes the next bytes of the body. Call [`Splitter::next`] until it gives nothing more.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.held.drain(..self.at.min(self.held.len()));
        self.base += self.at as u64;
        self.at = 0;
        if !matches!(self.state, State::Broken(_)) {
            self.held.extend_from_slice(bytes);
        }
    }

    /// The next piece; `None` if more has to be fed first. An error is given again and again.
    #[expect(clippy::should_implement_trait, reason = "pieces borrow from the splitter")]
    pub fn next(&mut self) -> Result<Option<Piece<'_>>, MultipartError> {
        let piece = loop {
            match self.step() {
                Ok(Step::Go) => {}
                Ok(Step::Wait) => return Ok(None),
                Ok(Step::Head(head)) => break Piece::Head(head),
                Ok(Step::End) => break Piece::End,
                Ok(Step::Content(length)) => {
                    let (start, offset) = (self.at, self.position());
                    self.at += length;
                    break Piece::Content { offset, bytes: self.held.get(start..self.at).unwrap_or_default() };
                }
                Err(error) => {
                    self.state = State::Broken(error);
                    return Err(error);
                }
            }
        };
        Ok(Some(piece))
    }

    /// The body is complete: whether that is its end.
    pub fn finish(&self) -> Result<(), MultipartError> {
        match self.state {
            State::Broken(error) => Err(error),
            State::Closed if matches!(self.rest(), b"" | b"\r\n") => Ok(()),
            State::Closed => Err(MultipartError::Epilogue),
            _ => Err(MultipartError::Unended),
        }
    }

    /// The parts so far, in order. The last may turn out longer.
    pub fn parts(&self) -> &[Outlined] {
        &self.parts
    }

    /// How much of the body has been given out or is structure that is done with.
    pub fn position(&self) -> u64 {
        self.base + self.at as u64
    }

    fn rest(&self) -> &[u8] {
        self.held.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) -> Result<Step, MultipartError> {
        match self.state {
            State::Opening => self.delimiter(0).map_err(|_| MultipartError::Opening),
            State::Head => self.head(),
            State::Content => self.content(),
            State::Delimiter => match self.delimiter(2)? {
                Step::Go => Ok(Step::End),
                other => Ok(other),
            },
            State::Closed if b"\r\n".starts_with(self.rest()) => Ok(Step::Wait),
            State::Closed => Err(MultipartError::Epilogue),
            State::Broken(error) => Err(error),
        }
    }

    /// `--boundary` and what follows it, after `skip` bytes that were looked at already.
    fn delimiter(&mut self, skip: usize) -> Result<Step, MultipartError> {
        let rest = self.rest().get(skip..).unwrap_or_default();
        let mark = self.mark.needle();
        let common = rest.len().min(mark.len());
        if rest.get(..common) != mark.get(..common) {
            return Err(MultipartError::Delimiter);
        }
        let state = match rest.get(mark.len()..).unwrap_or_default() {
            [b'\r', b'\n', ..] => State::Head,
            [b'-', b'-', ..] => State::Closed,
            [] | [b'\r'] | [b'-'] => return Ok(Step::Wait),
            _ => return Err(MultipartError::Delimiter),
        };
        self.at += skip + mark.len() + 2;
        self.state = state;
        Ok(Step::Go)
    }

    fn head(&mut self) -> Result<Step, MultipartError> {
        let rest = self.rest();
        let end = memmem::find(rest, b"\r\n\r\n").map(|end| end + 4);
        let head = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if self.mark.find(head).is_some() {
            return Err(MultipartError::Delimiter);
        }
        if head.len() > HEAD_BYTES {
            return Err(MultipartError::LongHead);
        }
        let Some(end) = end else { return Ok(Step::Wait) };
        let head = Head::parse(head, self.position())?;
        self.at += end;
        self.announced = head.content_length;
        self.begin(&head)?;
        self.state = State::Content;
        Ok(Step::Head(head))
    }

    fn begin(&mut self, head: &Head) -> Result<(), MultipartError> {
        if self.parts.len() >= self.most_parts {
            return Err(MultipartError::Parts { most: self.most_parts });
        }
        let name = head.name.bytes.clone();
        let filename = head.filename.as_ref().map(|filename| filename.bytes.clone());
        self.name_bytes += name.len() + filename.as_ref().map_or(0, |filename| filename.len());
        if self.name_bytes > NAME_BYTES {
            return Err(MultipartError::Names);
        }
        self.parts.push(Outlined { offset: self.position(), length: 0, name, filename });
        Ok(())
    }

    /// How much of the current part has come.
    fn length(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.length)
    }

    /// Content up to the next delimiter, or up to what may be the beginning of one.
    fn content(&mut self) -> Result<Step, MultipartError> {
        let rest = self.rest();
        let length = match self.mark.find(rest) {
            Some(2) if rest.starts_with(b"\r\n") => {
                if self.announced.is_some_and(|announced| announced != self.length()) {
                    return Err(MultipartError::Length);
                }
                self.state = State::Delimiter;
                return Ok(Step::Go);
            }
            Some(0..=2) => return Err(MultipartError::Delimiter),
            // First what stands before it, so that an error breaks the form at the same place however it is fed.
            Some(at) => at - 2,
            None => rest.len().saturating_sub(self.mark.needle().len() + 1),
        };
        if length == 0 {
            return Ok(Step::Wait);
        }
        if let Some(part) = self.parts.last_mut() {
            part.length += length as u64;
        }
        Ok(Step::Content(length))
    }
}

/// What a look at the held bytes came to.
enum Step {
    /// Look again.
    Go,
    /// More has to be fed.
    Wait,
    Head(Head),
    /// So many bytes at `at` are content.
    Content(usize),
    End,
}
