//! The head of one part.

use super::{MultipartError, same};

/// Bytes of a head and where in the body they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The offset of the first byte in the body.
    pub offset: u64,
    /// The bytes, without quotes.
    pub bytes: Box<[u8]>,
}

/// A head: `Content-Disposition` once, `Content-Type` and `Content-Length` at most once, `Content-Transfer-Encoding` at most
/// once and saying that nothing is encoded; lines end in CRLF and are not folded; no other header. A part that is itself
/// multipart is refused, and so is a field that is a message: some readers take them apart further, most do not.
///
/// The disposition is `form-data; name="…"`, then perhaps `; filename="…"`, then perhaps `; filename*=…` if it says the
/// same file name in UTF-8. Values are quoted, or tokens, as .NET writes them; the names of the parameters are in lower
/// case, for some readers mind that. In quotes a backslash is what it is, as in the paths that old browsers send. Before
/// a quote, as old Firefox and curl write, it is taken for an escape if a reader that knows none would see no other
/// parameter; newer ones write `%22`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The field's name, raw bytes in the form's charset, with its escapes.
    pub name: Named,
    /// The file's name likewise; `None` for a field that is no file.
    pub filename: Option<Named>,
    /// The file's name once more, percent-encoded (RFC 5987): what follows `UTF-8''`.
    pub filename_again: Option<Named>,
    /// The value of `Content-Type`.
    pub content_type: Option<Named>,
    /// The length that the part says it has, in bytes, as OkHttp and Spring do.
    pub content_length: Option<u64>,
}

impl Head {
    /// Reads a head with its last empty line; `offset` is where it begins in the body.
    pub(super) fn parse(bytes: &[u8], offset: u64) -> Result<Head, MultipartError> {
        let lines = Lines::read(bytes, offset).ok_or(MultipartError::Head)?;
        let plain = |encoding: Text<'_>| {
            [b"7bit".as_slice(), b"8bit", b"binary"].iter().any(|name| name.eq_ignore_ascii_case(encoding.rest))
        };
        if !lines.encoding.is_none_or(plain) {
            return Err(MultipartError::Head);
        }
        if lines.content_type.is_some_and(|media_type| media_type.word(b"multipart/").is_some()) {
            return Err(MultipartError::Nested);
        }
        let content_length = match lines.length {
            Some(length) => Some(digits(length.rest).ok_or(MultipartError::Length)?),
            None => None,
        };
        let head = lines.disposition.and_then(disposed).ok_or(MultipartError::Head)?;
        if lines.content_type.is_some_and(is_message) && head.filename.is_none() {
            return Err(MultipartError::Nested);
        }
        Ok(Head { content_type: lines.content_type.map(Text::piece), content_length, ..head })
    }
}

/// Whether that is the type of a message, which has a head of its own (RFC 2046 section 5.2).
fn is_message(media_type: Text<'_>) -> bool {
    media_type.word(b"message/").is_some()
}

/// The values of the headers that may stand in a head.
#[derive(Default)]
struct Lines<'a> {
    disposition: Option<Text<'a>>,
    content_type: Option<Text<'a>>,
    encoding: Option<Text<'a>>,
    length: Option<Text<'a>>,
}

impl<'a> Lines<'a> {
    fn read(bytes: &'a [u8], offset: u64) -> Option<Lines<'a>> {
        let mut rest = Text { offset, rest: bytes.strip_suffix(b"\r\n\r\n")? };
        let mut lines = Lines::default();
        while !rest.rest.is_empty() {
            let line = rest.until(b"\r\n");
            if line.rest.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
                return None;
            }
            let colon = line.rest.iter().position(|byte| *byte == b':')?;
            let (name, value) = (line.rest.get(..colon)?, line.skip(colon + 1)?.trimmed());
            let known = match name.to_ascii_lowercase().as_slice() {
                b"content-disposition" => &mut lines.disposition,
                b"content-type" => &mut lines.content_type,
                b"content-transfer-encoding" => &mut lines.encoding,
                b"content-length" => &mut lines.length,
                _ => return None,
            };
            if known.replace(value).is_some() {
                return None;
            }
        }
        Some(lines)
    }
}

/// A length, in digits and nothing else.
fn digits(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

fn disposed(value: Text<'_>) -> Option<Head> {
    let (name, mut rest) = value.word(b"form-data")?.word(b";")?.exactly(b"name=")?.value()?;
    let (mut filename, mut filename_again) = (None, None);
    if let Some(value) = rest.word(b";").and_then(|rest| rest.exactly(b"filename=")) {
        let (found, left) = value.value()?;
        (filename, rest) = (Some(found), left);
    }
    if let Some(value) = rest.word(b";").and_then(|rest| rest.exactly(b"filename*=")) {
        let (again, left) = value.extended()?;
        if !same::name(&filename.as_ref()?.bytes, again.rest) {
            return None;
        }
        (filename_again, rest) = (Some(again.piece()), left);
    }
    // Some readers undo encoded words (RFC 2047) in names: only what is said in plain beside them is known.
    let coded = |name: &Named| memchr::memmem::find(&name.bytes, b"=?").is_some();
    if coded(&name) || filename_again.is_none() && filename.as_ref().is_some_and(coded) {
        return None;
    }
    let head = Head { name, filename, filename_again, content_type: None, content_length: None };
    rest.rest.is_empty().then_some(head)
}

/// Bytes that are left to read, and where they stand.
#[derive(Debug, Clone, Copy)]
struct Text<'a> {
    offset: u64,
    rest: &'a [u8],
}

impl<'a> Text<'a> {
    fn skip(self, count: usize) -> Option<Text<'a>> {
        Some(Text { offset: self.offset + count as u64, rest: self.rest.get(count..)? })
    }

    /// Without spaces and tabs around it.
    fn trimmed(self) -> Text<'a> {
        let rest = self.rest.trim_ascii_start();
        Text { offset: self.offset + (self.rest.len() - rest.len()) as u64, rest: rest.trim_ascii_end() }
    }

    /// What follows this word, in any case, and the spaces before it.
    fn word(self, word: &[u8]) -> Option<Text<'a>> {
        let text = self.trimmed();
        text.rest.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
        text.skip(word.len())
    }

    /// What follows this word exactly, and the spaces before it.
    fn exactly(self, word: &[u8]) -> Option<Text<'a>> {
        let text = self.trimmed();
        text.rest.starts_with(word).then(|| text.skip(word.len())).flatten()
    }

    /// A value, in quotes or a token, and what stands after it.
    fn value(self) -> Option<(Named, Text<'a>)> {
        if let Some(b'"') = self.rest.first() {
            return self.skip(1)?.quoted();
        }
        let end = self.rest.iter().position(|byte| !is_token(*byte)).unwrap_or(self.rest.len());
        let (token, left) = (self.rest.get(..end).filter(|token| !token.is_empty())?, self.skip(end)?);
        matches!(left.rest.first(), None | Some(b';' | b' ')).then(|| (Text { rest: token, ..self }.piece(), left))
    }

    /// What stands before the quote that ends it, and what after it.
    fn quoted(self) -> Option<(Named, Text<'a>)> {
        let quotes = self.rest.iter().enumerate().filter(|(_, byte)| **byte == b'"').map(|(at, _)| at);
        let escaped = |at: &usize| at.checked_sub(1).and_then(|before| self.rest.get(before)) == Some(&b'\\');
        let first = quotes.clone().next()?;
        let end = quotes.clone().find(|at| !escaped(at))?;
        let text = self.rest.get(..end)?;
        // A reader that knows no escapes ends the value at the first quote, and must find no parameter in what follows;
        // one that knows them must not take the backslash itself for escaped.
        let tail = text.get(first.min(end)..)?;
        let clear = !tail.iter().any(|byte| b";=".contains(byte)) && memchr::memmem::find(text, b"\\\\\"").is_none();
        (first == end || clear).then_some((Text { rest: text, ..self }.piece(), self.skip(end + 1)?))
    }

    /// What follows `UTF-8''` in a value of RFC 5987, which some clients quote, and what stands after it.
    fn extended(self) -> Option<(Text<'a>, Text<'a>)> {
        let text = self.trimmed();
        let (inner, left) = match text.rest.strip_prefix(b"\"") {
            Some(quoted) => {
                let end = quoted.iter().position(|byte| *byte == b'"')?;
                (Text { rest: quoted.get(..end)?, offset: text.offset + 1 }, text.skip(end + 2)?)
            }
            None => (text, text.skip(text.rest.len())?),
        };
        Some((inner.word(b"utf-8''")?, left))
    }

    /// Takes the bytes before the next `end`, or all.
    fn until(&mut self, end: &[u8]) -> Text<'a> {
        let length = memchr::memmem::find(self.rest, end).unwrap_or(self.rest.len());
        let text = Text { rest: self.rest.get(..length).unwrap_or_default(), ..*self };
        *self = self.skip(length + end.len()).unwrap_or(Text { offset: self.offset, rest: b"" });
        text
    }

    fn piece(self) -> Named {
        Named { offset: self.offset, bytes: self.rest.into() }
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
