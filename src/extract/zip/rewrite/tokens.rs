//! XML token by token, each with where it stands, read as the reader of the family reads it.

use crate::extract::zip::xml::{local, resolved};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// Tokens between two looks at the time.
const TICKS: u32 = 256;

/// Tokens of a part.
pub(super) struct Tokens<'x> {
    source: &'x str,
    reader: Reader<&'x [u8]>,
    depth: u32,
    count: u32,
}

/// What comes next.
pub(super) enum Token<'x> {
    /// A start tag; no end follows where it is one tag for both.
    Open(Tag<'x>),
    /// An end tag, and where it ends.
    Close(usize),
    /// Character data as it stands there.
    Text(Range<usize>),
    /// An entity, with what it stands for.
    Entity(String, Range<usize>),
    /// A comment or a processing instruction: what stands in it.
    Aside(Range<usize>),
}

/// A start tag.
pub(super) struct Tag<'x> {
    /// Its name without prefix.
    pub(super) name: &'x str,
    /// All of it.
    pub(super) at: Range<usize>,
    /// Where its name ends.
    pub(super) name_end: usize,
    /// It is one tag for start and end.
    pub(super) both: bool,
    pub(super) attributes: Vec<Attribute<'x>>,
}

/// An attribute.
#[derive(Clone)]
pub(super) struct Attribute<'x> {
    /// Its name as it is written.
    pub(super) full: &'x str,
    /// Its name without prefix.
    pub(super) key: &'x str,
    /// Its value as it is written.
    pub(super) value: &'x str,
    /// All of it, with the space before.
    pub(super) at: Range<usize>,
    /// Where the value stands, without its quotes.
    pub(super) value_at: Range<usize>,
}

impl<'x> Tag<'x> {
    /// The attribute of this local name.
    pub(super) fn get(&self, key: &str) -> Option<&Attribute<'x>> {
        self.attributes.iter().find(|attribute| attribute.key == key)
    }

    /// Its value, as it is written.
    pub(super) fn value(&self, key: &str) -> Option<&'x str> {
        self.get(key).map(|attribute| attribute.value)
    }
}

impl<'x> Tokens<'x> {
    pub(super) fn new(source: &'x str) -> Tokens<'x> {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.check_comments = false;
        config.trim_markup_names_in_closing_tags = true;
        Tokens { source, reader, depth: 0, count: 0 }
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    /// [`Reason::Damaged`], [`Reason::Entities`], [`Reason::TooDeep`]; the time.
    pub(super) fn next(&mut self, walk: &Walk<'_>) -> Result<Option<Token<'x>>, Halt> {
        self.count = self.count.wrapping_add(1);
        if self.count.is_multiple_of(TICKS) {
            walk.tick()?;
        }
        loop {
            let start = self.place();
            let event = self.reader.read_event();
            let at = start..self.place();
            let inner = |before: usize, after: usize| start.saturating_add(before)..at.end.saturating_sub(after);
            return Ok(Some(match event {
                Ok(Event::Start(_)) => {
                    self.depth = self.depth.saturating_add(1);
                    if self.depth > walk.limits().nesting {
                        return Err(Halt::Part(Reason::TooDeep));
                    }
                    Token::Open(self.tag(at, false)?)
                }
                Ok(Event::Empty(_)) => Token::Open(self.tag(at, true)?),
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::Close(at.end)
                }
                Ok(Event::Text(_)) => Token::Text(at),
                Ok(Event::CData(_)) => Token::Text(inner(9, 3)),
                Ok(Event::GeneralRef(name)) => {
                    let name: &str = &name;
                    let shown = resolved(name).map_or_else(|| format!("&{name};"), String::from);
                    Token::Entity(shown, at)
                }
                Ok(Event::Comment(_)) => Token::Aside(inner(4, 3)),
                Ok(Event::PI(_)) => Token::Aside(inner(2, 2)),
                Ok(Event::Decl(_)) => continue,
                Ok(Event::DocType(_)) => return Err(Halt::Part(Reason::Entities)),
                Ok(Event::Eof) if self.depth == 0 => return Ok(None),
                Ok(Event::Eof) | Err(_) => return Err(Halt::DAMAGED),
            }));
        }
    }

    fn place(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn tag(&self, at: Range<usize>, both: bool) -> Result<Tag<'x>, Halt> {
        let whole = self.source.get(at.clone()).ok_or(Halt::DAMAGED)?;
        let inside = whole.strip_prefix('<').and_then(|tag| tag.strip_suffix('>')).ok_or(Halt::DAMAGED)?;
        let inside = if both { inside.strip_suffix('/').unwrap_or(inside) } else { inside };
        let length = inside.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, rest) = inside.split_at_checked(length).ok_or(Halt::DAMAGED)?;
        let name_end = at.start.saturating_add(1).saturating_add(length);
        Ok(Tag { name: local(name), at, name_end, both, attributes: attributes(rest, name_end) })
    }
}

/// The attributes in what stands behind the name of a tag, which stands there in the part.
fn attributes(text: &str, start: usize) -> Vec<Attribute<'_>> {
    let (mut found, mut rest, mut at) = (Vec::new(), text, start);
    while let Some((head, behind)) = rest.split_once('=') {
        let full = head.trim();
        let spaces = behind.len().saturating_sub(behind.trim_start().len());
        let mut letters = behind.trim_start().chars();
        let Some(quote) = letters.next().filter(|quote| matches!(quote, '"' | '\'')) else { break };
        let Some((value, next)) = letters.as_str().split_once(quote) else { break };
        let value_start = at.saturating_add(head.len()).saturating_add(1).saturating_add(spaces).saturating_add(1);
        let value_end = value_start.saturating_add(value.len());
        let end = value_end.saturating_add(1);
        let key = local(full);
        found.push(Attribute { full, key, value, at: at..end, value_at: value_start..value_end });
        (rest, at) = (next, end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Limits;
    use crate::extract::testing::Heard;

    #[test]
    fn tokens_know_where_they_stand() {
        let source = "<?xml version='1.0'?><a:b  x:c = \"1&amp;2\" d='3'>가&#54;나<!--다--><![CDATA[<라>]]><e/></a:b>";
        let (mut heard, late) = (Heard::default(), || false);
        let walk = Walk::new(Limits::default(), &late, &mut heard);
        let (mut tokens, mut seen) = (Tokens::new(source), Vec::new());
        while let Some(token) = tokens.next(&walk).expect("sound") {
            seen.push(match token {
                Token::Open(tag) => {
                    let attributes = tag.attributes.iter().map(|attribute| {
                        assert_eq!(&source[attribute.value_at.clone()], attribute.value);
                        format!("{}|{}|{:?}", attribute.full, attribute.key, &source[attribute.at.clone()])
                    });
                    let attributes: Vec<String> = attributes.collect();
                    format!("{} {} {} {attributes:?}", tag.name, &source[tag.at.start..tag.name_end], tag.both)
                }
                Token::Close(end) => format!("close {}", source.len() - end),
                Token::Text(at) | Token::Aside(at) => source[at].to_owned(),
                Token::Entity(shown, at) => format!("{shown}={}", &source[at]),
            });
        }
        assert_eq!(
            seen,
            [
                "b <a:b false [\"x:c|c|\\\"  x:c = \\\\\\\"1&amp;2\\\\\\\"\\\"\", \"d|d|\\\" d='3'\\\"\"]",
                "가",
                "6=&#54;",
                "나",
                "다",
                "<라>",
                "e <e true []",
                "close 0"
            ]
        );
    }
}
