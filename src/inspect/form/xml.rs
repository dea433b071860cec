//! What programs read out of the XML that a client sends, and people do not see in it: text of elements that is base64 of text,
//! and attributes of one tag, and elements, that are halves of a number. All else of XML is read as it stands.

use super::coded::{Coded, Stood};
use super::halves::{self, Halves, Order};
use crate::inspect::names;
use crate::inspect::stretch::Setting;
use crate::vocab::{Finding, Part, Span};

/// So much of a tag is read.
const TAG: usize = 4096;
const CDATA: &[u8] = b"![CDATA[";
/// Attributes that say what an element holds, as those of Nexacro and XPLATFORM do: `<Col id="JUMIN1">`.
const NAMING: [&[u8]; 3] = [b"id", b"name", b"key"];
/// The longest half, with white space around it.
const HALF: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// In a tag; in a value in such quotes.
    Tag(Option<u8>),
    /// In what ends in two of such bytes and `>`; so many of them have been read.
    Until(u8, usize),
}

/// Reads the elements of one text.
pub(in crate::inspect) struct Elements {
    part: Part,
    setting: Setting,
    state: State,
    /// The offset of the next byte, and of the text that is open.
    offset: u64,
    began: u64,
    tag: Vec<u8>,
    /// The name of the element that is open, and what an attribute calls it.
    name: Vec<u8>,
    called: Option<Vec<u8>>,
    coded: Coded,
    /// Its text, as long as it may be half a number.
    text: Vec<u8>,
    halves: Halves,
}

impl Elements {
    /// For a text whose first byte stands at `offset`.
    pub(in crate::inspect) fn new(part: Part, offset: u64, setting: Setting) -> Elements {
        let (tag, name, coded) = (Vec::new(), Vec::new(), Coded::new(String::new(), part.clone()));
        let (state, called, text) = (State::Text, None, Vec::new());
        let halves = Halves::beside(&setting.lens);
        Elements { part, setting, state, offset, began: offset, tag, name, called, coded, text, halves }
    }

    /// Takes the next bytes; appends what is found.
    pub(in crate::inspect) fn push(&mut self, bytes: &[u8], found: &mut Vec<Finding>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match self.state {
                State::Text => self.text(rest, found),
                State::Tag(quote) => self.tag(rest, quote, found),
                State::Until(twice, seen) => self.until(rest, twice, seen, found),
            };
            self.offset = self.offset.saturating_add(taken as u64);
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    fn text(&mut self, rest: &[u8], found: &mut Vec<Finding>) -> usize {
        let end = memchr::memchr(b'<', rest);
        self.take(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
        let Some(end) = end else { return rest.len() };
        self.end_text(Some(self.offset.saturating_add(end as u64)), found);
        self.tag.clear();
        self.state = State::Tag(None);
        end.saturating_add(1)
    }

    /// Up to the end of the tag, or to a quote in it.
    fn tag(&mut self, rest: &[u8], quote: Option<u8>, found: &mut Vec<Finding>) -> usize {
        for (at, byte) in rest.iter().enumerate() {
            let ends = *byte == b'>' && quote.is_none();
            if self.tag.len() < TAG && !ends {
                self.tag.push(*byte);
            }
            self.state = match (quote, byte) {
                (None, b'>') => {
                    self.end_tag(found);
                    self.begin_text(at);
                    State::Text
                }
                (None, b'"' | b'\'') if !self.tag.starts_with(b"!") => State::Tag(Some(*byte)),
                (Some(quote), byte) if quote == *byte => State::Tag(None),
                _ if self.tag == CDATA => {
                    self.begin_text(at);
                    State::Until(b']', 0)
                }
                _ if self.tag == b"!--" => State::Until(b'-', 0),
                _ => continue,
            };
            return at.saturating_add(1);
        }
        rest.len()
    }

    /// In a CDATA section, whose text counts, or a comment, whose does not.
    fn until(&mut self, rest: &[u8], twice: u8, seen: usize, found: &mut Vec<Finding>) -> usize {
        if seen == 0 {
            let next = memchr::memchr(twice, rest);
            if twice == b']' {
                self.take(rest.get(..next.unwrap_or(rest.len())).unwrap_or_default());
            }
            self.state = State::Until(twice, usize::from(next.is_some()));
            return next.map_or(rest.len(), |next| next.saturating_add(1));
        }
        match rest.first() {
            Some(byte) if *byte == twice => self.state = State::Until(twice, 2),
            Some(b'>') if seen >= 2 => {
                self.end_text(None, found);
                self.begin_text(0);
                self.state = State::Text;
            }
            _ => self.state = State::Until(twice, 0),
        }
        1
    }

    /// Text begins behind so many bytes and one more.
    fn begin_text(&mut self, before: usize) {
        self.began = self.offset.saturating_add(before as u64).saturating_add(1);
        self.coded.begin();
        self.text.clear();
    }

    /// Some of a text.
    fn take(&mut self, bytes: &[u8]) {
        self.coded.take(bytes);
        let room = HALF.saturating_sub(self.text.len());
        self.text.extend(bytes.iter().take(room));
    }

    /// A text has ended, there if that is known.
    fn end_text(&mut self, end: Option<u64>, found: &mut Vec<Finding>) {
        self.half(found);
        if self.coded.is_any() {
            let label = names::field(&self.name, self.setting.charset, &self.setting.lens);
            let stood = Stood { at: self.began, span: end.map(|end| Span { start: self.began, end }) };
            let coded = std::mem::replace(&mut self.coded, Coded::new(String::new(), self.part.clone()));
            coded.called(label).end(<[u8]>::to_vec, stood, &self.setting, found);
        }
        self.coded.begin();
    }

    /// Half a number as the text of an element: next to one another, in their order, those of elements that are called so
    /// themselves are found where they stand.
    fn half(&mut self, found: &mut Vec<Finding>) {
        let text = std::mem::take(&mut self.text);
        let digits = text.trim_ascii();
        if text.len() < HALF && Halves::may_be(digits) {
            let (name, order) = match &self.called {
                Some(called) => (called, Order::Any),
                None => (&self.name, Order::Turned),
            };
            let label = names::field(name, self.setting.charset, &self.setting.lens);
            if let Some(whole) = self.halves.add(&label, (digits, self.began), order) {
                halves::meant(&whole, label, (&self.part, self.began), &self.setting.lens, found);
            }
        }
    }

    fn end_tag(&mut self, found: &mut Vec<Finding>) {
        let tag = std::mem::take(&mut self.tag);
        let blank = tag.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(tag.len());
        let (name, rest) = tag.split_at_checked(blank).unwrap_or((&tag, b""));
        self.name = name.to_vec();
        self.called = None;
        if !name.is_empty() {
            self.halves.named();
        }
        let (mut halves, mut rest) = (Halves::beside(&self.setting.lens), rest);
        while let Some((name, value, behind)) = attribute(rest) {
            rest = behind;
            if NAMING.iter().any(|naming| naming.eq_ignore_ascii_case(name)) {
                self.called = Some(value.to_vec());
            }
            if Halves::may_be(value) {
                let label = names::field(name, self.setting.charset, &self.setting.lens);
                if let Some(whole) = halves.add(&label, (value, self.offset), Order::Any) {
                    halves::meant(&whole, label, (&self.part, self.offset), &self.setting.lens, found);
                }
            }
        }
        self.tag = tag;
    }
}

/// The next attribute in the rest of a tag: its name, its value, and what stands behind.
fn attribute(rest: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let equals = memchr::memchr(b'=', rest)?;
    let name = rest.get(..equals)?.trim_ascii();
    let value = rest.get(equals.saturating_add(1)..)?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let end = memchr::memchr(*quote, value)?;
    Some((name, value.get(..end)?.trim_ascii(), value.get(end.saturating_add(1)..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::Lens;
    use crate::vocab::{Day, Kind, What};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use std::sync::Arc;

    /// How many registration numbers are found in a text that is read in pieces of any size.
    fn found(text: &str) -> usize {
        let count = |size: usize| {
            let today = Day { year: 2026, month: 11, day: 22 };
            let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() });
            let setting = Setting { lens, charset: None, returns: true, opens: false };
            let (mut elements, mut found) = (Elements::new(Part::Body, 0, setting), Vec::new());
            text.as_bytes().chunks(size).for_each(|piece| elements.push(piece, &mut found));
            assert!(found.iter().all(|finding| finding.mask.is_empty()), "{text}");
            found.iter().filter(|found| found.what == What::Kind(Kind::ResidentRegistrationNumber)).count()
        };
        let whole = count(usize::MAX);
        assert!([1, 3, 7].into_iter().all(|size| count(size) == whole), "{text}");
        whole
    }

    #[test]
    fn base64_of_text_in_an_element_is_read() {
        let coded = STANDARD.encode("memo 900101-1234568 end");
        for text in [
            format!("<a><m>{coded}</m></a>"),
            format!("<?xml version=\"1.0\"?><a>\n<m x='>'>\n  {coded}\n</m></a>"),
            format!("<m><![CDATA[{coded}]]></m>"),
            format!("<m><!-- > -->{coded}</m>"),
        ] {
            assert_eq!(found(&text), 1, "{text}");
        }
        for text in [format!("<m>a {coded}!</m>"), format!("<!-- {coded} --><m/>"), "<m>900101</m>".to_owned()] {
            assert_eq!(found(&text), 0, "{text}");
        }
    }

    #[test]
    fn halves_in_attributes_are_put_together() {
        for (text, count) in [
            ("<m jumin1=\"900101\" jumin2=\"1234568\"/>", 1),
            ("<a><m a='b' jumin2 = '1234568' jumin1='900101'></m></a>", 1),
            ("<m jumin1=\"900101\"/><m jumin2=\"1234568\"/>", 0),
            ("<m x1=\"909901\" x2=\"1234568\"/>", 0),
            ("<m jumin1=\"900101\" no2=\"1234568\"/>", 0),
            ("<m><jumin2>1234568</jumin2><jumin1>900101</jumin1></m>", 1),
            ("<m><jumin1>900101</jumin1><a>b</a><jumin2> 1234568\n</jumin2></m>", 1),
            ("<m><jumin1>900101</jumin1><jumin2><![CDATA[1234568]]></jumin2></m>", 0),
            ("<Row><Col id=\"JUMIN1\">900101</Col><Col id=\"JUMIN2\">1234568</Col></Row>", 1),
            ("<Row><Col id=\"A\">900101</Col><Col id=\"B\">1234568</Col></Row>", 0),
        ] {
            assert_eq!(found(text), count, "{text}");
        }
    }
}
