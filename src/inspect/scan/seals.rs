//! Sealed references: given out in the place of a value that a browser sends back, and opened when they come back.

use super::examine::Value;
use super::{Escape, Scan};
use crate::mask;
use crate::seal::{self, LONGEST, Next, Sealed, Sealer};
use crate::text::lex::Reader;
use crate::text::place::{Input, Wraps, type_in};
use crate::text::transcode::Transcoding;
use crate::text::{Charset, Syntax};
use crate::vocab::{Confidence, Finding, Kind, Part, Patch, Place, Reason, Secret, Span, Stands, What};
use std::fmt::Write;
use std::ops::Range;

/// Bytes before a value in a JSON string that tell whether the string is an address.
const BEFORE: usize = 512;

/// Bytes of a tag before a value in which its type is looked for.
const TAG: usize = 1024;

/// Kinds of which a half is known again by its mark.
const HALVED: &[Kind] = &[Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber];

impl Scan {
    /// What is given out for a value that a browser sends back or follows: its reference, and where people read it, the
    /// mark before it; and what of its control is changed so that it keeps that. `None` where it is masked instead.
    pub(super) fn sealed(&self, value: &Value<'_>, charset: Charset) -> Option<(Vec<u8>, Option<Patch>)> {
        let sealer = self.lens.seal.as_ref().filter(|_| !self.document.returns)?;
        if self.document.escape == Escape::Transcoded(Transcoding::Iso2022Kr) {
            // Where it stands, other characters may be meant by the same bytes.
            return None;
        }
        let (first, last) = (value.characters.first()?, value.characters.last()?);
        if value.elsewhere > 0 && !HALVED.contains(&value.kind) {
            // The mark of a part alone would show what the whole hides.
            return None;
        }
        // A number in the code of a script becomes a string; one in JSON keeps its mark, for people read it.
        let code = value.quote && self.document.syntax != Syntax::Json;
        let followed = match value.stands {
            Stands::FormControl | Stands::Url | Stands::ScriptString => true,
            Stands::JsonString => self.is_address(first.start, false),
            // `<meta http-equiv=refresh content="0; url=…">`, and not a description, which people read.
            Stands::Attribute => self.tracker.label() == "content" && self.is_address(first.start, true),
            _ => code,
        };
        if !followed {
            return None;
        }
        let wraps = self.tracker.wraps();
        let escapes = matches!(wraps, Wraps::Handler { .. } | Wraps::Script);
        let entities = matches!(wraps, Wraps::Handler { .. } | Wraps::Attribute | Wraps::Control);
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let text = reader.written(first.start, last.end, escapes, entities)?;
        let sealed = Sealed { kind: value.kind, korean: charset == Charset::Cp949, text };
        let input = self.control(first.start).unwrap_or(Input::Anything);
        let quote = self.quote(first.start..last.end);
        let in_digits = quote.filter(|_| input == Input::Number).and_then(|_| sealer.seal_in_digits(&sealed));
        let addressed =
            value.kind == Kind::EmailAddress && value.stands == Stands::FormControl && wraps == Wraps::Attribute;
        let in_letters = || if addressed { sealer.seal_as_address(&sealed) } else { sealer.seal(&sealed) };
        let mut reference = in_digits.or_else(in_letters)?;
        // A control that takes no text would be empty, and be sent so.
        let empties =
            input == Input::Time || input == Input::Number && !reference.bytes().all(|byte| byte.is_ascii_digit());
        let patch = if empties { self.as_text(first.start, quote, &mut reference) } else { None };
        let written = match wraps {
            Wraps::Control => {
                let mut mark = in_charset(&mask::mark(value.kind, &sealed.text), charset);
                mark.extend(reference.bytes());
                mark
            }
            Wraps::Handler { code: true } => format!("&#39;{reference}&#39;").into_bytes(),
            _ if code => format!("\"{reference}\"").into_bytes(),
            Wraps::Attribute => match self.quoted_in_attribute(value, first.start..last.end) {
                Some(quote) => format!("{quote}{reference}{quote}").into_bytes(),
                None => reference.into_bytes(),
            },
            _ => reference.into_bytes(),
        };
        Some((written, patch))
    }

    /// Makes a control one of text: by what replaces its type where that stands before its value, or else by one more type
    /// behind the reference, before its own, for browsers take the first. Where its tag begins is not known if an attribute
    /// before holds a bracket: its type may stand before the value, and then a browser at least does not send it empty by itself.
    fn as_text(&self, value: usize, quote: Option<Option<char>>, reference: &mut String) -> Option<Patch> {
        let text = self.window.text();
        let Some(start) = self.tag_before(value) else {
            let quote = quote?.map(String::from).unwrap_or_default();
            reference.push_str(&format!("{quote} required type={quote}text"));
            return None;
        };
        let kind = type_in(text.get(start..value).unwrap_or_default());
        match (kind, quote) {
            (Some(kind), _) => {
                let at = |at: usize| self.window.offset(start.saturating_add(at));
                let span = Span { start: at(kind.start), end: at(kind.end) };
                Some(Patch { span, bytes: b"text".as_slice().into() })
            }
            (None, Some(quote)) => {
                let quote = quote.map(String::from).unwrap_or_default();
                reference.push_str(&format!("{quote} type={quote}text"));
                None
            }
            (None, None) => None,
        }
    }

    /// Where the tag begins that is open at a place, if that is near.
    fn tag_before(&self, at: usize) -> Option<usize> {
        let nearest = at.saturating_sub(TAG);
        let near = self.window.text().get(nearest..at)?;
        let bracket = memchr::memrchr2(b'<', b'>', near)?;
        (near.get(bracket) == Some(&b'<')).then_some(nearest + bracket)
    }

    /// Up to where is settled what would be by itself: a tag whose control may yet become one of text is not.
    pub(super) fn before_tag(&self, open: usize) -> usize {
        let seals = self.lens.seal.is_some() && !self.document.returns && self.document.syntax == Syntax::Html;
        if seals { self.tag_before(open).unwrap_or(open) } else { open }
    }

    /// The quote that makes a string of a reference, where it stands for a number of JSON or of a script in an attribute.
    fn quoted_in_attribute(&self, value: &Value<'_>, at: Range<usize>) -> Option<&'static str> {
        if value.stands != Stands::ScriptString || at.len() != value.characters.len() {
            return None;
        }
        let text = self.window.text();
        let before = text.get(at.start.saturating_sub(BEFORE)..at.start)?;
        let after = text.get(at.end..)?.trim_ascii_start().first()?;
        let (held, name) = (before.trim_ascii_end(), self.tracker.label());
        let data = matches!(held.last()?, b':' | b'[' | b',') && b",]}".contains(after);
        let named = held.strip_suffix(b":").map(<[u8]>::trim_ascii_end);
        let keyed = named
            .is_some_and(|named| named.ends_with(b"\"") || named.ends_with(b"&quot;") || named.ends_with(b"&#34;"));
        if data && (keyed || begins_json(held)) {
            return Some("&quot;");
        }
        // Expressions of Vue, Alpine and Angular.
        let expression =
            name.starts_with([':', '@', '[', '(']) || ["v-", "x-", "ng-"].iter().any(|it| name.starts_with(it));
        let bare = held.ends_with(b"=\"") || held.ends_with(b"='") || b"(,[:=".contains(held.last()?);
        (expression && bare).then_some("&#39;")
    }

    /// What the form control takes whose value begins at `start`, where the tracker is, if that matters; `None` while it may
    /// yet be said.
    pub(super) fn control(&self, start: usize) -> Option<Input> {
        if self.lens.seal.is_none() || self.document.returns {
            return Some(Input::Anything);
        }
        self.tracker.input_before(self.window.text().get(start..).unwrap_or_default())
    }

    /// The quote of an attribute that is this value and nothing else, or that it has none; `None` if more stands in it.
    fn quote(&self, value: Range<usize>) -> Option<Option<char>> {
        let text = self.window.text();
        let before = value.start.checked_sub(1).and_then(|at| text.get(at))?;
        match text.get(value.end)? {
            after @ (b'"' | b'\'') if after == before => Some(Some(char::from(*after))),
            after if *before == b'=' && (after.is_ascii_whitespace() || *after == b'>') => Some(None),
            _ => None,
        }
    }

    /// Whether what stands before a value in its quotes makes it an address; `words` may stand before that.
    fn is_address(&self, start: usize, words: bool) -> bool {
        let before = self.window.text().get(start.saturating_sub(BEFORE)..start).unwrap_or_default();
        let opens = |byte: &u8| *byte == b'"' || words && (*byte == b'\'' || byte.is_ascii_whitespace());
        let Some(open) = before.iter().rposition(opens) else { return false };
        let inside = before.get(open + 1..).unwrap_or_default();
        inside.contains(&b'/') && !inside.iter().any(|byte| byte.is_ascii_whitespace() || b"<>".contains(byte))
    }

    fn opens(&self) -> Option<&Sealer> {
        self.lens.seal.as_ref().filter(|_| self.document.returns)
    }

    /// How many bytes before a reference its mark may take: what CP949 lacks becomes a character reference, of three times
    /// as many bytes at most.
    pub(super) fn marks_may_take(&self) -> usize {
        if self.opens().is_some() { 3 * LONGEST } else { 0 }
    }

    /// Whether a mark or a reference may yet be found before `end`: those go before values.
    pub(super) fn may_be_opened(&self, end: usize) -> bool {
        end > self.marked || end + self.marks_may_take() > self.unsealed && self.marks_may_take() > 0
    }

    /// Looks for references in what has come, and opens them.
    pub(super) fn references(&mut self, charset: Charset, last: bool) {
        loop {
            let next = match self.opens() {
                Some(_) => seal::next(self.window.text(), self.unsealed, last),
                None => Next::Nothing,
            };
            let to = match &next {
                Next::Nothing => self.window.len(),
                Next::Open(at) => *at,
                Next::Whole(range) | Next::Broken(range) => range.end,
            };
            self.wide |= !self.window.text().get(self.unsealed..to).unwrap_or_default().is_ascii();
            self.unsealed = to;
            match next {
                Next::Nothing | Next::Open(_) => return,
                Next::Whole(range) | Next::Broken(range) => self.reference(range, charset),
            }
        }
    }

    fn reference(&mut self, range: Range<usize>, charset: Charset) {
        let text = self.window.text();
        let found = text.get(range.clone()).unwrap_or_default();
        let sealed = self.opens().and_then(|sealer| sealer.open(found).ok());
        let place = Place::whole(self.document.part.clone());
        // The most forgiving reading only has to know what it may leave alone: the others tell.
        let tells = !matches!(self.document.escape, Escape::Lax(_));
        let Some(sealed) = sealed else {
            self.unsealed = range.start + seal::resume(found);
            if !tells {
                return;
            }
            // Of no length: what else is in it is looked at like anything.
            let at = self.window.offset(range.start);
            self.settle(Finding::uninspectable(Reason::Reference, Span { start: at, end: at }, place));
            return;
        };
        let mark = in_charset(&mask::mark(sealed.kind, &sealed.text), charset);
        let before = text.get(..range.start).unwrap_or_default();
        let start = if before.ends_with(&mark) { range.start.saturating_sub(mark.len()) } else { range.start };
        let span = Span { start: self.window.offset(start), end: self.window.offset(range.end) };
        self.opened.push(start..range.end);
        if !tells {
            return;
        }
        let finding = Finding {
            what: What::Returned(sealed.kind),
            confidence: Confidence::Certain,
            span,
            place,
            masked: String::new(),
            mask: self.window.encoded(self.restored(&sealed, charset)).into_boxed_slice(),
            secret: Secret::default(),
            also: Box::default(),
        };
        self.settle(finding);
    }

    /// The value in the charset, the syntax and the escapes of this text.
    fn restored(&self, sealed: &Sealed, charset: Charset) -> Vec<u8> {
        let charset = match (&self.document.part, !self.wide && sealed.korean) {
            // Browsers write paths in UTF-8, whatever the page is in (WHATWG URL, section 4.4).
            (Part::Path, _) => Charset::Utf8,
            // Nothing but ASCII before it: as its page was.
            (_, true) => Charset::Cp949,
            _ => charset,
        };
        match (self.document.escape, self.document.syntax) {
            (Escape::None | Escape::Transcoded(_), Syntax::Json) => json(&sealed.text),
            (Escape::None | Escape::Transcoded(_), Syntax::Xml) => in_charset(&xml(&sealed.text), charset),
            (Escape::None | Escape::Transcoded(_), _) => self.plain(&sealed.text, charset),
            (Escape::Percent | Escape::Form | Escape::Lax(_), _) => {
                percent(&in_charset(&self.with_line_ends(&sealed.text), charset)).into_bytes()
            }
        }
    }

    /// In a multipart form. Browsers write what would break a head in percent escapes (WHATWG HTML, 4.10.21.8).
    fn plain(&self, text: &str, charset: Charset) -> Vec<u8> {
        let text = match self.document.part {
            Part::FileName(_) | Part::FieldName => text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A"),
            _ => self.with_line_ends(text),
        };
        in_charset(&text, charset)
    }

    /// Lines in forms end in CRLF.
    fn with_line_ends(&self, text: &str) -> String {
        match self.document.part {
            Part::Field(_) => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            _ => text.to_owned(),
        }
    }

    /// The logical text of a stretch, with a letter in the place of each reference that opened.
    pub(super) fn without_opened(&self, reader: &Reader<'_>, from: usize, end: usize) -> String {
        let mut text = String::new();
        let mut at = from;
        for opened in self.opened.iter().filter(|opened| opened.end > from && opened.start < end) {
            text.push_str(&reader.plain(at, opened.start.max(at)));
            text.push('x');
            at = opened.end;
        }
        text.push_str(&reader.plain(at.min(end), end));
        text
    }

    pub(super) fn let_go_of_opened(&mut self, keep: usize) {
        self.opened.retain(|opened| opened.end > keep);
        for opened in &mut self.opened {
            *opened = opened.start.saturating_sub(keep)..opened.end - keep;
        }
    }
}

/// Whether the attribute that is open begins as JSON does.
fn begins_json(held: &[u8]) -> bool {
    let opened = [b"=\"", b"='"].into_iter().filter_map(|opens| memchr::memmem::rfind(held, opens)).max();
    let value = opened.and_then(|at| held.get(at + 2..)).map(<[u8]>::trim_ascii_start);
    value.is_some_and(|value| value.starts_with(b"{") || value.starts_with(b"["))
}

/// What a charset lacks is written as browsers do, as a character reference.
fn in_charset(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Utf8 => text.as_bytes().to_vec(),
        Charset::Cp949 => encoding_rs::EUC_KR.encode(text).0.into_owned(),
        Charset::AsciiBased => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
    }
}

/// All but unreserved characters escaped (RFC 3986 section 2.3).
pub(in crate::inspect) fn percent(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Within the quotes of a JSON string, in ASCII, whatever the charset is.
fn json(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            ' '..='~' => out.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.into_bytes()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
