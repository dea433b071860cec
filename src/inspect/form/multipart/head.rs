//! The head of one part.

use super::MultipartError;
use crate::inspect::percent;

/// Bytes of a head and where in the body they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The offset of the first byte in the body.
    pub offset: u64,
    /// The bytes, without quotes.
    pub bytes: Box<[u8]>,
}

/// A head: `Content-Disposition` once, `Content-Type` at most once, `Content-Transfer-Encoding` at most once and saying
/// that nothing is encoded; lines end in CRLF and are not folded; no other header.
///
/// The disposition is `form-data; name="…"`, then perhaps `; filename="…"`, then perhaps `; filename*=…` if it says the
/// same file name in UTF-8. Values are quoted. A backslash before the last quote is refused, for some readers take it
/// for an escape; elsewhere it is what it is, as in the paths that old browsers send. Browsers write `%22` for a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The field's name, raw bytes in the form's charset.
    pub name: Named,
    /// The file's name likewise; `None` for a field that is no file.
    pub filename: Option<Named>,
    /// The file's name once more, percent-encoded (RFC 5987): what follows `UTF-8''`.
    pub filename_again: Option<Named>,
    /// The value of `Content-Type`.
    pub content_type: Option<Named>,
}

impl Head {
    /// Reads a head with its last empty line; `offset` is where it begins in the body.
    pub(super) fn parse(bytes: &[u8], offset: u64) -> Result<Head, MultipartError> {
        read(bytes, offset).ok_or(MultipartError::Head)
    }
}

fn read(bytes: &[u8], offset: u64) -> Option<Head> {
    let mut lines = Text { offset, rest: bytes.strip_suffix(b"\r\n\r\n")? };
    let (mut disposition, mut content_type, mut encoding) = (None, None, None);
    while !lines.rest.is_empty() {
        let line = lines.until(b"\r\n");
        if line.rest.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return None;
        }
        let colon = line.rest.iter().position(|byte| *byte == b':')?;
        let (name, value) = (line.rest.get(..colon)?, line.skip(colon + 1)?.trimmed());
        let known = if name.eq_ignore_ascii_case(b"content-disposition") {
            &mut disposition
        } else if name.eq_ignore_ascii_case(b"content-type") {
            &mut content_type
        } else if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            &mut encoding
        } else {
            return None;
        };
        if known.replace(value).is_some() {
            return None;
        }
    }
    let plain = |encoding: Text<'_>| {
        [b"7bit".as_slice(), b"8bit", b"binary"].iter().any(|name| name.eq_ignore_ascii_case(encoding.rest))
    };
    if !encoding.is_none_or(plain) {
        return None;
    }
    let content_type = content_type.map(Text::piece);
    disposed(disposition?).map(|head| Head { content_type, ..head })
}

fn disposed(value: Text<'_>) -> Option<Head> {
    let value = value.word(b"form-data")?.word(b";")?.word(b"name=\"")?;
    let (name, mut rest) = value.quoted()?;
    let (mut filename, mut filename_again) = (None, None);
    if let Some(value) = rest.word(b";").and_then(|rest| rest.word(b"filename=\"")) {
        let (found, left) = value.quoted()?;
        (filename, rest) = (Some(found), left);
    }
    if let Some(again) = rest.word(b";").and_then(|rest| rest.word(b"filename*=utf-8''")) {
        if filename.as_ref().map(|filename| filename.bytes.as_ref()) != Some(percent_decoded(again.rest)?.as_slice()) {
            return None;
        }
        filename_again = Some(again.piece());
        rest = again.skip(again.rest.len())?;
    }
    rest.rest.is_empty().then_some(Head { name, filename, filename_again, content_type: None })
}

/// RFC 5987 `value-chars`.
fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            out.push(percent::byte(digits)?);
            rest = after;
        } else if first.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(first) {
            out.push(*first);
        } else {
            return None;
        }
    }
    Some(out)
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

    /// What stands before the next quote, and what after it.
    fn quoted(self) -> Option<(Named, Text<'a>)> {
        let end = self.rest.iter().position(|byte| *byte == b'"')?;
        let piece = Text { rest: self.rest.get(..end)?, ..self }.piece();
        if piece.bytes.ends_with(b"\\") { None } else { Some((piece, self.skip(end + 1)?)) }
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
