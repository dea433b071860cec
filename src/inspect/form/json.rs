//! The strings of a JSON text that a client sends, each under its name: those that its page has encrypted are told, and those
//! that are base64 of text are read, as in a form. Nothing else of JSON is read here, and what is no JSON gives no strings that
//! anybody would miss.

use super::coded::Coded;
use super::encrypted::{Encrypted, KEPT};
use crate::inspect::names;
use crate::inspect::stretch::Setting;
use crate::vocab::{Finding, Part, Place, Reason, Span};

/// So much of a name is remembered.
const NAME_BYTES: usize = 512;

/// Reads the strings of one text.
pub(in crate::inspect) struct Strings {
    part: Part,
    setting: Setting,
    /// The offset of the next byte.
    offset: u64,
    state: State,
    /// The string that is being read, or has just ended, as it is written.
    held: Vec<u8>,
    long: bool,
    /// The same, if it may be base64 of text.
    coded: Coded,
    /// Where it begins, behind its quote.
    began: u64,
    /// The last name.
    name: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    Inside,
    /// Behind a backslash.
    Escaped,
    /// A string has ended; a colon makes it a name.
    Ended,
}

impl Strings {
    /// For a text whose first byte stands at `offset`.
    pub fn new(part: Part, offset: u64, setting: Setting) -> Strings {
        let (held, name, coded) = (Vec::new(), Vec::new(), Coded::new(String::new(), part.clone()));
        Strings { part, setting, offset, state: State::Between, held, long: false, coded, began: offset, name }
    }

    /// Takes the next bytes; appends what is found.
    pub fn push(&mut self, bytes: &[u8], found: &mut Vec<Finding>) {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            let taken = match self.state {
                State::Between => {
                    let quote = memchr::memchr(b'"', rest);
                    if let Some(at) = quote {
                        self.begin(at);
                    }
                    quote.map_or(rest.len(), |at| at.saturating_add(1))
                }
                State::Inside => self.inside(rest),
                State::Escaped => {
                    self.keep(&[first]);
                    self.state = State::Inside;
                    1
                }
                State::Ended if first.is_ascii_whitespace() => 1,
                State::Ended => {
                    self.end(first == b':', found);
                    0
                }
            };
            self.offset = self.offset.saturating_add(taken as u64);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// The text is complete.
    pub fn finish(&mut self, found: &mut Vec<Finding>) {
        if self.state == State::Ended {
            self.end(false, found);
        }
    }

    /// A string begins behind so many bytes and its quote.
    fn begin(&mut self, before: usize) {
        self.began = self.offset.saturating_add(before as u64).saturating_add(1);
        self.held.clear();
        self.coded.begin();
        self.long = false;
        self.state = State::Inside;
    }

    fn inside(&mut self, rest: &[u8]) -> usize {
        let end = memchr::memchr2(b'"', b'\\', rest);
        let (text, mark) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, &[]));
        self.keep(text);
        match mark.first() {
            Some(b'"') => self.state = State::Ended,
            Some(mark) => {
                self.keep(&[*mark]);
                self.state = State::Escaped;
            }
            None => {}
        }
        text.len().saturating_add(usize::from(!mark.is_empty()))
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.held.len());
        self.long |= bytes.len() > room;
        self.held.extend(bytes.iter().take(room));
        self.coded.take(bytes);
    }

    fn end(&mut self, is_name: bool, found: &mut Vec<Finding>) {
        self.state = State::Between;
        if is_name {
            self.name = plain(self.held.get(..NAME_BYTES).unwrap_or(&self.held));
            return;
        }
        if self.coded.is_any() {
            let label = names::field(&self.name, self.setting.charset, &self.setting.lens);
            let coded = std::mem::replace(&mut self.coded, Coded::new(String::new(), self.part.clone()));
            coded.called(label).end(plain, self.began, &self.setting, found);
        }
        if !Encrypted::may_be(&self.held) {
            return;
        }
        let field = Encrypted::whole(self.name.clone(), self.part.clone(), self.began, &self.held, self.long);
        if let Some((offset, part)) = field.end(plain) {
            let span = Span { start: offset, end: offset };
            found.push(Finding::uninspectable(Reason::EncryptedField, span, Place::whole(part)));
        }
    }
}

/// A string without the escapes that are written into base64: `\/`, and ASCII as `\u003d`. Others stay.
fn plain(written: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        match (first, behind) {
            (b'\\', [b'u', b'0', b'0', high, low, ..]) if high.is_ascii_digit() && *high < b'8' => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let code = digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low);
                out.push(code.unwrap_or(b'\\'));
                rest = behind.get(if code.is_some() { 5 } else { 0 }..).unwrap_or_default();
            }
            (b'\\', [b'/' | b'"' | b'\\', ..]) => {
                out.extend(behind.first());
                rest = behind.get(1..).unwrap_or_default();
            }
            _ => out.push(first),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::Lens;
    use crate::vocab::{Day, Kind, What};
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use std::sync::Arc;

    /// What is found in a text that is read in pieces of this size.
    fn all(text: &str, size: usize) -> Vec<Finding> {
        let today = Day { year: 2026, month: 11, day: 22 };
        let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() });
        let setting = Setting { lens, charset: None, returns: true, opens: false };
        let mut strings = Strings::new(Part::Body, 0, setting);
        let mut found = Vec::new();
        text.as_bytes().chunks(size).for_each(|piece| strings.push(piece, &mut found));
        strings.finish(&mut found);
        found
    }

    /// Where the encrypted values of a text begin, read in pieces of this size.
    fn found(text: &str, size: usize) -> Vec<usize> {
        let encrypted = What::Uninspectable(Reason::EncryptedField);
        let all = all(text, size).into_iter().filter(|finding| finding.what == encrypted);
        all.map(|finding| usize::try_from(finding.span.start).expect("short")).collect()
    }

    #[test]
    fn base64_of_text_in_a_string_is_read() {
        let text = "이름 홍길동\n주민번호 900101-1234568 ~~??>>\n".repeat(20);
        let standard = STANDARD.encode(&text);
        for written in [
            standard.clone(),
            standard.replace('/', "\\/").replace('+', "\\u002b").replace('=', "\\u003d"),
            URL_SAFE_NO_PAD.encode(&text),
            format!("data:text/csv;base64,{standard}"),
        ] {
            for size in [1, 7, 4096] {
                let json = format!(r#"{{"name":"a.csv","file":{{"content":"{written}"}},"b":"c"}}"#);
                let mut all = all(&json, size);
                all.retain(|finding| finding.what == What::Kind(Kind::ResidentRegistrationNumber));
                assert_eq!(all.len(), 20, "{written}");
                assert!(all.iter().all(|finding| finding.mask.is_empty()), "{written}");
            }
        }
        let named = format!(r#"{{"{standard}":1,"a":"b {standard}!"}}"#);
        assert_eq!(all(&named, 9), [], "neither a name nor a part of a text");
    }

    const SALTED: &str = "U2FsdGVkX1+0MTIzNDU2N8nS5yQ0uYpZkVbJ0f3Z1m5o4dE7w2k9x8c1v6b3n5a0";

    #[test]
    fn values_that_a_page_has_encrypted_are_told() {
        let hex = "0123456789abcdef".repeat(2);
        let escaped = SALTED.replace('/', "\\/").replace('+', "\\u002b");
        for text in [
            format!(r#"{{"title": "a", "content": "{SALTED}"}}"#),
            format!(r#"{{"a": {{"content" : ["x", "{escaped}"]}}}}"#),
            format!(r#"{{"encPhone":"{hex}","b":1}}"#),
            format!(r#"{{"transkey_jumin2":"{hex}"}}"#),
            format!(r#"{{"enc\u0050hone":"{hex}"}}"#),
            format!(r#""{SALTED}""#),
            format!("{{\"a\":\"said \\\"so\\\"\",\n\"m\":\"{SALTED}\"}}\n"),
        ] {
            for size in [1, 3, 7, 4096] {
                let all = found(&text, size);
                assert_eq!(all.len(), 1, "{text}");
                let value = text.get(all[0]..).expect("in the text");
                assert!(value.starts_with("U2Fs") || value.starts_with(&hex), "{value}");
            }
        }
        assert_eq!(found(&format!(r#"{{"a":"{SALTED}","b":"{SALTED}"}}"#), 5).len(), 2);
    }

    #[test]
    fn what_is_random_for_other_reasons_is_not() {
        let hex = "0123456789abcdef".repeat(4);
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dGhpcyBpcyBhIHNpZ25hdHVyZSBvZiAzMiBieXRlcw";
        for text in [
            format!(r#"{{"token":"{jwt}","jwt":"{jwt}","a":"{jwt}"}}"#),
            format!(r#"{{"csrf":"{hex}","sessionId":"{hex}","g-recaptcha-response":"{hex}"}}"#),
            format!(r#"{{"__VIEWSTATE":"{hex}","hash":"{hex}","id":"{hex}"}}"#),
            format!(r#"{{"password":"{SALTED}","encPwd":"{hex}"}}"#),
            format!(r#"{{"{SALTED}":"a name"}}"#),
            format!(r#"{{"text":"see {SALTED}"}}"#),
            r#"{"enc":"UTF-8","encounter":"일이삼사오육칠팔구십","n":12345678901234567890}"#.to_owned(),
            format!("not json: {SALTED} \\\" \\"),
        ] {
            assert!(found(&text, 6).is_empty(), "{text}");
        }
    }
}
