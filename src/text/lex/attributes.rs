//! What the attributes of a control's tag call its value, wherever they stand in the tag.

use super::Reader;
use crate::text::Syntax;
use std::ops::Range;

/// A tag is looked at so far before a value in it, and so far altogether.
const BEFORE: usize = 1024;
const LONGEST: usize = 2048;
/// A control stands so many bytes behind its label, at most; the label ends so many behind its stem.
const LABEL: usize = 600;
const NAMED: usize = 60;
/// Bytes of an attribute that is but a name.
const NAME: usize = 192;

/// Attributes that say what a value is.
const SAY: &[&str] = &[
    "name",
    "id",
    "placeholder",
    "title",
    "alt",
    "aria-label",
    "data-label",
    "data-title",
    "data-name",
    "data-field",
    "data-type",
];

/// A control's tag.
#[derive(Debug, Clone, Default)]
pub(super) struct Control {
    pub(super) name: Option<Range<usize>>,
    pub(super) value: Option<Range<usize>>,
    /// Where it ends.
    pub(super) end: usize,
}

impl Reader<'_> {
    /// The tag of the control in whose value `at` stands.
    pub(super) fn control_around(&self, at: usize) -> Option<Control> {
        let near = at.saturating_sub(BEFORE);
        let open = self.bytes().get(near..at).and_then(|before| memchr::memrchr(b'<', before))?;
        self.control(near + open).filter(|control| control.value.as_ref().is_some_and(|value| value.start == at))
    }

    /// The tag of an `input` that begins at `open`.
    pub(super) fn control(&self, open: usize) -> Option<Control> {
        self.opened(open, b"<input")
    }

    /// The tag that begins so at `open`.
    pub(super) fn opened(&self, open: usize, begins: &[u8]) -> Option<Control> {
        let named = self.bytes().get(open..open + begins.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(begins));
        let end = open + LONGEST;
        let mut control = Control::default();
        let mut here = open + begins.len();
        while let Some((name, value)) = self.attribute(here, end) {
            here = value.end;
            if self.is_named(&name, "value") {
                control.value = Some(value);
            } else if self.is_named(&name, "name") || control.name.is_none() && self.is_named(&name, "id") {
                control.name = Some(value);
            }
        }
        let close = self.skip(here, end, |byte| byte != b'>');
        control.end = close + 1;
        (named && self.byte(close) == Some(b'>')).then_some(control)
    }

    /// The value of the control that a label speaks of which stands in `at` to `end`, and where the label ends: in an attribute
    /// of the same tag, or before the tag with nothing but tags and punctuation between.
    pub fn labelled(&self, at: usize, end: usize) -> Option<(usize, Range<usize>)> {
        let near = at.saturating_sub(BEFORE);
        let before = self.bytes().get(near..at)?;
        if let Some(open) = memchr::memrchr2(b'<', b'>', before).filter(|open| before.get(*open) == Some(&b'<')) {
            let label = self.attribute_around(near + open, at)?;
            let value = self.control(near + open)?.value?;
            return (value != label && !value.is_empty()).then_some((label.end, value));
        }
        let (mut here, mut label_end) = (end, None);
        while here < end + LABEL {
            match self.byte(here)? {
                b'<' => {
                    label_end.get_or_insert(here);
                    if let Some(control) = self.control(here) {
                        let value = control.value.filter(|value| !value.is_empty())?;
                        return Some((label_end.unwrap_or(here), value));
                    }
                    if self.begins_other(here)? {
                        return None;
                    }
                    let close = self.skip(here, here + LABEL, |byte| byte != b'>');
                    here = close + 1;
                }
                byte if byte.is_ascii_alphanumeric() || byte >= 0x80 => {
                    if label_end.is_some() || here > end + NAMED {
                        return None;
                    }
                    here += 1;
                }
                _ => here += 1,
            }
        }
        None
    }

    /// The values of the two controls between which `at` to `end` stands, with nothing but spaces beside it.
    pub fn controls_beside(&self, at: usize, end: usize) -> Option<(Range<usize>, Range<usize>)> {
        let near = at.saturating_sub(BEFORE);
        let before = self.bytes().get(near..at)?.trim_ascii_end();
        let open = before.last().filter(|last| **last == b'>').and_then(|_| memchr::memrchr(b'<', before))?;
        let first = self.control(near + open).filter(|control| control.end == near + before.len())?.value?;
        let next = self.skip(end, end + NAMED, |byte| byte.is_ascii_whitespace());
        let second = self.control(next)?.value?;
        (!first.is_empty() && !second.is_empty()).then_some((first, second))
    }

    /// Whether the tag there ends what a label may speak of, or begins something else.
    fn begins_other(&self, open: usize) -> Option<bool> {
        const OTHER: &[&[u8]] = &[
            b"label",
            b"th>",
            b"th ",
            b"tr",
            b"dt",
            b"li",
            b"/tr",
            b"/li",
            b"/form",
            b"/table",
            b"textarea",
            b"select",
            b"button",
            b"script",
        ];
        // The longest of them has come.
        self.byte(open + 8)?;
        let name = self.bytes().get(open + 1..open + 9)?;
        Some(OTHER.iter().any(|other| name.get(..other.len()).is_some_and(|name| name.eq_ignore_ascii_case(other))))
    }

    /// The value of the attribute in which `at` stands, in the tag that begins at `open`.
    fn attribute_around(&self, open: usize, at: usize) -> Option<Range<usize>> {
        let end = open + LONGEST;
        let mut here = self.skip(open + 1, end, |byte| !byte.is_ascii_whitespace() && byte != b'>');
        while let Some((_, value)) = self.attribute(here, end) {
            if (value.start..=value.end).contains(&at) {
                return Some(value);
            }
            here = value.end;
        }
        None
    }

    /// What the other attributes of the tag around `at` say that its value is, a line each.
    pub fn tag_says(&self, at: usize) -> String {
        let mut says = String::new();
        let near = at.saturating_sub(BEFORE);
        let open = self.bytes().get(near..at).and_then(|before| memchr::memrchr(b'<', before));
        let Some(open) = open.filter(|_| self.syntax() == Syntax::Html) else { return says };
        let end = near + open + LONGEST;
        let mut here = self.skip(near + open + 1, end, |byte| !byte.is_ascii_whitespace() && byte != b'>');
        while let Some((name, value)) = self.attribute(here, end) {
            here = value.end;
            let said = SAY.iter().any(|say| self.is_named(&name, say));
            if said && !(value.start..=value.end).contains(&at) && value.len() <= NAME {
                // Not read from its middle, which another charset would have to look for.
                let bytes = self.bytes().get(value.clone()).unwrap_or_default();
                says.push_str(Reader::new(bytes, self.charset(), self.syntax()).plain(0, bytes.len()).trim());
                says.push('\n');
            }
        }
        says
    }

    /// Where the value of an attribute begins in which `at` stands, in the tag that begins at `open`.
    pub(super) fn value_around(&self, open: usize, at: usize) -> Option<usize> {
        self.attribute_around(open, at).map(|value| value.start)
    }

    fn is_named(&self, range: &Range<usize>, name: &str) -> bool {
        self.bytes().get(range.clone()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The first place from `at` on, `end` at most, that is not to be skipped.
    fn skip(&self, at: usize, end: usize, skips: impl Fn(u8) -> bool) -> usize {
        let mut here = at;
        while here < end && self.byte(here).is_some_and(&skips) {
            here += 1;
        }
        here
    }

    /// The next attribute of the tag from `at` on: where its name and its value stand.
    fn attribute(&self, at: usize, end: usize) -> Option<(Range<usize>, Range<usize>)> {
        let space = |byte: u8| byte.is_ascii_whitespace();
        // A quote that closed the value before.
        let start = self.skip(at, end, |byte| space(byte) || matches!(byte, b'/' | b'"' | b'\''));
        if start >= end || matches!(self.byte(start), None | Some(b'>')) {
            return None;
        }
        let after = self.skip(start + 1, end, |byte| !space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        let equals = self.skip(after, end, space);
        if self.byte(equals) != Some(b'=') {
            return Some((start..after, after..after));
        }
        let begins = self.skip(equals + 1, end, space);
        let value = match self.byte(begins)? {
            quote @ (b'"' | b'\'') => begins + 1..self.skip(begins + 1, end, |byte| byte != quote),
            _ => begins..self.skip(begins, end, |byte| !space(byte) && byte != b'>'),
        };
        (value.end < end).then_some((start..after, value))
    }
}
