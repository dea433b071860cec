//! XML, token by token: no entity is expanded but the five of XML and numeric ones, a document type declaration ends it,
//! and elements nest only so deep. Names are local ones: whoever binds another prefix writes the same element.

use super::leaf::{Form, Leaf};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::Reader;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use std::borrow::Cow;

/// The longest token: a start tag with its attributes, or a text.
const MOST_TOKEN: usize = 16 << 20;

/// Tokens between two looks at the time.
const TICKS: u32 = 256;

/// XML being read.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    /// The end of an element that is written as one tag.
    pending: Option<BytesStart<'x>>,
    depth: u32,
    count: u32,
    /// A tag was the last to be read: markup may follow at once.
    after_tag: bool,
}

/// What comes next.
pub(super) enum Token<'x> {
    /// A start tag; an end follows, even where it is one tag for both.
    Open(Tag<'x>),
    /// An end tag.
    Close(Name<'x>),
    /// Character data, in pieces.
    Text(Cow<'x, str>),
    /// A comment or a processing instruction.
    Aside(Cow<'x, str>),
}

/// A start tag.
pub(super) struct Tag<'x>(BytesStart<'x>);

/// The name in an end tag.
pub(super) enum Name<'x> {
    End(BytesEnd<'x>),
    Both(BytesStart<'x>),
}

impl Name<'_> {
    /// Without its prefix.
    pub(super) fn local(&self) -> &str {
        match self {
            Name::End(end) => local(end.name().into_inner()),
            Name::Both(start) => local(start.name().into_inner()),
        }
    }
}

/// A name without its prefix.
#[inline]
pub(super) fn local(name: &str) -> &str {
    // Names are short: a plain loop finds the colon sooner than a search that is made for long texts.
    let colon = name.bytes().position(|byte| byte == b':');
    colon.and_then(|at| name.get(at.saturating_add(1)..)).unwrap_or(name)
}

impl Tag<'_> {
    /// Its name without prefix.
    pub(super) fn local(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The attributes: name without prefix, value as it is meant. Declarations of namespaces are left out.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut all = self.0.attributes();
        all.with_checks(false);
        all.flatten().filter_map(|attribute| {
            let key = attribute.key.into_inner();
            if key.starts_with("xmlns") {
                return None;
            }
            let value = match attribute.value {
                Cow::Borrowed(value) => unescaped(value),
                Cow::Owned(value) => Cow::Owned(unescaped(&value).into_owned()),
            };
            Some((local(key), value))
        })
    }

    /// The value of the attribute with this local name.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// A whole number from an attribute.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.get(name).and_then(|value| value.trim().parse().ok())
    }

    /// Whether an attribute says yes (`ST_OnOff`: true, 1, on).
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| is_on(&value))
    }
}

/// Whether a value says yes.
pub(super) fn is_on(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

impl<'x> Xml<'x> {
    /// Begins to read.
    pub(super) fn new(text: &'x str) -> Xml<'x> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_comments = false;
        config.trim_markup_names_in_closing_tags = true;
        Xml { reader, pending: None, depth: 0, count: 0, after_tag: false }
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    /// [`Reason::Damaged`], [`Reason::Entities`], [`Reason::TooDeep`], [`Reason::TooLarge`]; the time.
    pub(super) fn next(&mut self, walk: &Walk<'_>) -> Result<Option<Token<'x>>, Halt> {
        if let Some(start) = self.pending.take() {
            self.depth = self.depth.saturating_sub(1);
            self.after_tag = true;
            return Ok(Some(Token::Close(Name::Both(start))));
        }
        self.tick(walk)?;
        loop {
            // Each event is taken apart where it comes: to move it first costs as much as to read it.
            let token = match self.reader.read_event() {
                Ok(Event::Start(start)) => {
                    short(&start)?;
                    self.deeper(walk)?;
                    Token::Open(Tag(start))
                }
                Ok(Event::Empty(start)) => {
                    short(&start)?;
                    self.deeper(walk)?;
                    self.pending = Some(start.clone());
                    Token::Open(Tag(start))
                }
                Ok(Event::End(end)) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::Close(Name::End(end))
                }
                Ok(Event::Text(text)) => {
                    short(&text)?;
                    Token::Text(text.into_inner())
                }
                Ok(Event::CData(data)) => {
                    short(&data)?;
                    Token::Text(data.into_inner())
                }
                Ok(Event::GeneralRef(name)) => Token::Text(Cow::Owned(entity(&name))),
                Ok(Event::Comment(text)) => Token::Aside(text.into_inner()),
                Ok(Event::PI(text)) => Token::Aside(text.into_inner()),
                Ok(Event::Decl(_)) => continue,
                Ok(Event::DocType(_)) => return Err(Halt::Part(Reason::Entities)),
                Ok(Event::Eof) if self.depth == 0 => return Ok(None),
                Ok(Event::Eof) | Err(_) => return Err(Halt::DAMAGED),
            };
            self.after_tag = self.pending.is_none() && matches!(token, Token::Open(_) | Token::Close(_));
            return Ok(Some(token));
        }
    }

    fn tick(&mut self, walk: &Walk<'_>) -> Result<(), Halt> {
        self.count = self.count.wrapping_add(1);
        if self.count.is_multiple_of(TICKS) { walk.tick() } else { Ok(()) }
    }

    /// The element that comes next, if it is such a one and written as nearly all are. Else nothing is taken.
    ///
    /// # Errors
    /// The time.
    pub(super) fn leaf(&mut self, form: &Form, walk: &Walk<'_>) -> Result<Option<Leaf<'x>>, Halt> {
        if !self.after_tag || self.depth.saturating_add(2) > walk.limits().nesting {
            return Ok(None);
        }
        let Some((leaf, rest)) = Leaf::read(self.reader.get_ref(), form) else { return Ok(None) };
        *self.reader.get_mut() = rest;
        self.tick(walk)?;
        Ok(Some(leaf))
    }

    fn deeper(&mut self, walk: &Walk<'_>) -> Result<(), Halt> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > walk.limits().nesting { Err(Halt::Part(Reason::TooDeep)) } else { Ok(()) }
    }
}

fn short(token: &str) -> Result<(), Halt> {
    if token.len() > MOST_TOKEN { Err(Halt::Part(Reason::TooLarge)) } else { Ok(()) }
}

/// The name of the root element without prefix, if it is XML at all.
pub(super) fn root(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return Some(local(start.name().into_inner()).to_owned());
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// What an entity stands for; one that XML does not know stays as it is written.
fn entity(name: &str) -> String {
    resolved(name).map_or_else(|| format!("&{name};"), String::from)
}

pub(super) fn resolved(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// A text with entities, as it is meant.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    let Some((head, mut rest)) = text.split_once('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = head.to_owned();
    loop {
        let known = rest.split_once(';').and_then(|(name, behind)| Some((resolved(name)?, behind)));
        match known {
            Some((letter, behind)) => {
                out.push(letter);
                rest = behind;
            }
            None => out.push('&'),
        }
        match rest.split_once('&') {
            Some((between, behind)) => {
                out.push_str(between);
                rest = behind;
            }
            None => {
                out.push_str(rest);
                return Cow::Owned(out);
            }
        }
    }
}

/// The text of an XML file, and whether bytes in it are none of its charset.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let (encoding, mark) = charset_of(bytes);
    let body = bytes.get(mark..).unwrap_or_default();
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(body)
    {
        return (Cow::Borrowed(text), false);
    }
    encoding.decode_without_bom_handling(body)
}

/// The charset of an XML file, and the length of the mark before it.
pub(super) fn charset_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    Encoding::for_bom(bytes).unwrap_or_else(|| (declared(bytes), 0))
}

/// The charset without a mark (XML 1.0, appendix F): from how `<` is written, or from the declaration.
fn declared(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    let head = bytes.get(..200).unwrap_or(bytes);
    let label = memchr::memmem::find(head, b"encoding").and_then(|at| {
        let rest = head.get(at..)?;
        let open = rest.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        let value = rest.get(open.checked_add(1)?..)?;
        let close = value.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        value.get(..close)
    });
    let known = label.filter(|_| head.starts_with(b"<?xml")).and_then(Encoding::for_label);
    known.filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE).unwrap_or(UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_of_xml_are_read_and_others_stay() {
        assert_eq!(unescaped("a&amp;b&#54;&#x37;&nbsp;&lt"), "a&b67&nbsp;&lt");
        assert_eq!(unescaped("&&#1114112;x"), "&&#1114112;x");
        assert_eq!(unescaped("plain"), "plain");
    }

    #[test]
    fn charsets_are_found() {
        let (euc, _, _) = encoding_rs::EUC_KR.encode("<?xml version='1.0' encoding='euc-kr'?><a>김가람</a>");
        assert!(decode(&euc).0.contains("김가람"));
        let wide: Vec<u8> = "<a>김가람</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide).0, "<a>김가람</a>");
        assert!(decode(b"<a>\xFF</a>").1);
    }
}
