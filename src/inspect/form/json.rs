//! The strings of a JSON text that a client sends, each under its name: those that its page has encrypted are told, and those
//! that are base64 of text are read, as in a form; and its numbers where they are written in ways that only programs see
//! through. Nothing else of JSON is read here, and what is no JSON gives nothing that anybody would miss.

use super::coded::{Coded, Stood};
use super::encrypted::{Encrypted, KEPT};
use super::halves::{self, Halves, Order};
use super::numbers;
use super::runs::Runs;
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
    /// Where it begins, behind its quote, and where its other quote stands.
    began: u64,
    ended: u64,
    /// The last name.
    name: Vec<u8>,
    /// What the last string under `name` says.
    named: Vec<u8>,
    halves: Halves,
    /// Those in the address.
    query: Halves,
    /// The number that is being read, as it is written.
    number: Vec<u8>,
    runs: Runs,
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
        let state = State::Between;
        let (halves, number) = (Halves::default(), Vec::new());
        let (query, named) = (Halves::beside(&setting.lens), Vec::new());
        Strings {
            named,
            query,
            part,
            setting,
            offset,
            state,
            held,
            long: false,
            coded,
            began: offset,
            ended: offset,
            name,
            halves,
            number,
            runs: Runs::default(),
        }
    }

    /// Takes the next bytes; appends what is found.
    pub fn push(&mut self, bytes: &[u8], found: &mut Vec<Finding>) {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            let taken = match self.state {
                State::Between => {
                    let quote = memchr::memchr(b'"', rest);
                    self.numbers(rest.get(..quote.unwrap_or(rest.len())).unwrap_or_default(), found);
                    if let Some(at) = quote {
                        self.end_number(Some(b'"'), found);
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
        self.end_number(None, found);
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
            Some(b'"') => {
                self.state = State::Ended;
                self.ended = self.offset.saturating_add(text.len() as u64);
            }
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
            self.halves.named();
            return;
        }
        if self.coded.is_any() {
            let label = self.label();
            let coded = std::mem::replace(&mut self.coded, Coded::new(String::new(), self.part.clone()));
            let span = Some(Span { start: self.began, end: self.ended });
            coded.called(label).end(plain, Stood { at: self.began, span }, &self.setting, found);
        }
        if self.name == b"name" {
            self.named = plain(self.held.get(..NAME_BYTES).unwrap_or(&self.held));
        }
        if Halves::may_be(&self.held) {
            let digits = std::mem::take(&mut self.held);
            self.half((&digits, self.began), found);
            self.held = digits;
        }
        if !self.long && Runs::are_called(&self.name) {
            let place = (&self.part, self.began);
            self.runs.take(&said(&self.held), place, &self.setting.lens, found);
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

impl Strings {
    /// Half a number under a name that says which: in their order the halves are found where they stand.
    fn half(&mut self, half: (&[u8], u64), found: &mut Vec<Finding>) {
        // A form as jQuery writes it: `[{"name":"jumin1","value":"900101"}, …]`.
        let listed = self.name == b"value" && !self.named.is_empty();
        let label =
            if listed { names::field(&self.named, self.setting.charset, &self.setting.lens) } else { self.label() };
        let order = if listed { Order::Any } else { Order::Turned };
        let beside = self.query.whole(&label, half, Order::Any);
        if let Some(whole) = self.halves.add(&label, half, order).or(beside) {
            self.meant(&whole, half.1, found);
        }
    }

    /// Some of what stands between the strings.
    fn numbers(&mut self, bytes: &[u8], found: &mut Vec<Finding>) {
        for byte in bytes {
            if !numbers::is_of_number(*byte) {
                self.end_number(Some(*byte), found);
            } else if self.number.len() < numbers::LONGEST {
                self.number.push(*byte);
            }
        }
    }

    /// A number has ended, if one has begun.
    fn end_number(&mut self, next: Option<u8>, found: &mut Vec<Finding>) {
        if self.number.is_empty() {
            return;
        }
        let digits = numbers::meant(&self.number, next);
        let number = std::mem::take(&mut self.number);
        if Halves::may_be(&number) {
            self.half((&number, self.offset), found);
        }
        if let Some(digits) = digits {
            self.meant(&digits, self.offset, found);
        }
    }

    /// Looks for what the last name and such a text say together.
    fn meant(&self, text: &[u8], at: u64, found: &mut Vec<Finding>) {
        halves::meant(text, self.label(), (&self.part, at), &self.setting.lens, found);
    }

    /// The last name, for people.
    fn label(&self) -> String {
        names::field(&self.name, self.setting.charset, &self.setting.lens)
    }
}

/// A string as people read it, as far as its digits and what parts them need it: a line end is one.
fn said(written: &[u8]) -> Vec<u8> {
    let plain = plain(written);
    if !plain.contains(&b'\\') {
        return plain;
    }
    let (mut out, mut rest) = (Vec::with_capacity(plain.len()), &*plain);
    while let Some((&first, behind)) = rest.split_first() {
        let is_line_end = first == b'\\' && matches!(behind.first(), Some(b'n' | b'r'));
        out.push(if is_line_end { b'\n' } else { first });
        rest = if is_line_end { behind.get(1..).unwrap_or_default() } else { behind };
    }
    out
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

    #[test]
    fn numbers_are_read_as_programs_do() {
        for number in ["9001011234568000000000e-9", "0.9001011234568e13", "9001011234568n"] {
            for size in [1, 7, 4096] {
                for text in [format!(r#"{{"a":"b","no":{number}}}"#), format!("[{number}]"), number.to_owned()] {
                    let all = all(&text, size);
                    let resident = What::Kind(Kind::ResidentRegistrationNumber);
                    assert!(all.iter().any(|finding| finding.what == resident), "{text}");
                }
            }
        }
        for other in [r#"{"no":9001011234568,"a":true,"b":1.5e-3}"#, r#"{"lat":37.5665351,"lon":126.9779692e0}"#] {
            assert_eq!(all(other, 5), [], "{other}");
        }
    }

    #[test]
    fn halves_in_the_other_order_are_put_together() {
        for size in [1, 7, 4096] {
            let resident =
                |text: &str| all(text, size).iter().filter(|finding| matches!(finding.what, What::Kind(_))).count();
            assert_eq!(resident(r#"{"jumin2":"1234568","a":1,"jumin1":"900101"}"#), 1);
            assert_eq!(resident(r#"{"jumin1":"900101","jumin2":"1234568"}"#), 0, "found where they stand");
            let far = format!(r#"{{"jumin1":"900101",{}"jumin2":"1234568"}}"#, r#""a":"b","#.repeat(200));
            assert_eq!(resident(&far), 1, "far apart");
            let list = r#"[{"name":"jumin1","value":"900101"},{"name":"jumin2","value":"1234568"}]"#;
            assert_eq!(resident(list), 1, "as jQuery writes a form");
            assert_eq!(resident(r#"{"jumin":{"front":"900101","back":"1234568"}}"#), 1, "an object of both");
            for apart in [
                r#"{"jumin1":"900101","name":"a","jumin2":"1234568"}"#,
                r#"{"jumin1":"900101","n":1,"jumin2":"1234568"}"#,
                r#"{"p1_jumin":900101,"ok":true,"p2_jumin":1234568}"#,
                r#"{"gender":"1234568","jumin":"900101"}"#,
                r#"{"front":900101,"back":1234568}"#,
                r#"{"birth":"900101","jumin2":"1234568"}"#,
                r#"{"rrn_birth":"900101","rrn_sex":"1234568"}"#,
                r#"[{"text":"900101-","type":"text"},{"type":"text","text":"1234568"}]"#,
                r#"{"birthday":"900101","identityBack":"1234568"}"#,
                r#"{"ops":[{"insert":"900101-"},{"attributes":{"bold":true},"insert":"1234568\n"}]}"#,
                r#"{"children":[{"text":"900101-1"},{"bold":true,"text":"234568"}]}"#,
            ] {
                assert_eq!(resident(apart), 1, "{apart}");
            }
            for other in [r#"{"no2":"1234568","jumin1":"900101"}"#, r#"{"jumin2":"1234568","jumin1":"909901"}"#] {
                assert_eq!(resident(other), 0, "{other}");
            }
        }
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
