//! Tags and comments as the lexer sees them: nothing, a line break, or the end of a block.

use super::{Piece, Reader};
use crate::text::Syntax;

/// Bytes of one tag or comment that are read over, at most; what is longer ends a cluster.
pub const LONGEST: usize = 512;

/// Letters of a tag's name that are kept.
const NAME: usize = 12;

/// Elements that are laid out as blocks, or whose tags separate texts: no number runs across them.
const BLOCKS: &[&[u8]] = &[
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"button",
    b"canvas",
    b"caption",
    b"center",
    b"col",
    b"colgroup",
    b"dd",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"embed",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"frame",
    b"frameset",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"head",
    b"header",
    b"hgroup",
    b"hr",
    b"html",
    b"iframe",
    b"input",
    b"legend",
    b"li",
    b"link",
    b"main",
    b"menu",
    b"meta",
    b"nav",
    b"noscript",
    b"object",
    b"ol",
    b"optgroup",
    b"option",
    b"p",
    b"pre",
    b"script",
    b"search",
    b"section",
    b"select",
    b"style",
    b"summary",
    b"table",
    b"tbody",
    b"td",
    b"template",
    b"textarea",
    b"tfoot",
    b"th",
    b"thead",
    b"title",
    b"tr",
    b"ul",
    b"video",
];

impl Reader<'_> {
    /// What begins at `at` with a `<` of `len` bytes. A `<` that opens nothing is itself.
    pub(super) fn markup(&self, at: usize, len: usize) -> (Piece, usize) {
        let next = self.unit(at + len);
        let found = match next.map(|unit| unit.char) {
            Some('!') => self.declaration(at, at + len + next.map_or(0, |unit| unit.len)),
            Some('?') => self.closed(at, at + len).map(|end| (Piece::Nothing, end)),
            Some(char) if char == '/' || char.is_ascii_alphabetic() => self.tag(at, at + len),
            _ => None,
        };
        found.map_or((Piece::Char('<'), len), |(piece, end)| (piece, end - at))
    }

    fn tag(&self, start: usize, name_at: usize) -> Option<(Piece, usize)> {
        let mut name = [0; NAME];
        let mut len = 0;
        let mut at = name_at;
        while let Some(unit) = self.unit(at) {
            if unit.char.is_ascii_alphanumeric() && len < NAME {
                *name.get_mut(len)? = unit.char.to_ascii_lowercase() as u8;
                len += 1;
            } else if !(unit.char == '/' && len == 0) {
                break;
            }
            at += unit.len;
        }
        let name = name.get(..len).filter(|name| !name.is_empty())?;
        let piece = match name {
            _ if self.syntax() == Syntax::Xml => Piece::Block,
            b"br" => Piece::Break,
            _ if BLOCKS.binary_search(&name).is_ok() => Piece::Block,
            _ => Piece::Nothing,
        };
        // A block ends a cluster wherever its own end is; its length matters to nobody but the context, which only
        // wants to get past it.
        let end = self.closed(start, at);
        match piece {
            Piece::Block => Some((piece, end.unwrap_or(at))),
            _ => end.map(|end| (piece, end)),
        }
    }

    fn declaration(&self, start: usize, at: usize) -> Option<(Piece, usize)> {
        if self.spelled(at, "--") {
            return self.until(start, at + 2, "-->").map(|end| (Piece::Nothing, end));
        }
        if self.spelled(at, "[CDATA[") {
            return Some((Piece::Nothing, at + 7));
        }
        self.closed(start, at).map(|end| (Piece::Nothing, end))
    }

    fn spelled(&self, at: usize, word: &str) -> bool {
        word.bytes().zip(at..).all(|(byte, at)| self.byte(at) == Some(byte))
    }

    fn until(&self, start: usize, from: usize, word: &str) -> Option<usize> {
        let first = word.bytes().next();
        for at in from..start + LONGEST {
            let byte = Some(self.byte(at)?);
            if byte == first && self.spelled(at, word) {
                return Some(at + word.len());
            }
        }
        None
    }

    /// One past the `>` that closes the tag, quoted values read over; `None` if there is none near.
    fn closed(&self, start: usize, from: usize) -> Option<usize> {
        let mut quote = None;
        let mut before = ' ';
        let mut at = from;
        while at < start + LONGEST {
            let unit = self.unit(at)?;
            at += unit.len;
            match (quote, unit.char) {
                // The string ends, so it was no tag.
                (_, '"') if unit.plain && self.syntax() == Syntax::Json => return None,
                (None, '>') => return Some(at),
                (None, char @ ('"' | '\'')) if before == '=' => quote = Some(char),
                (Some(open), char) if open == char => quote = None,
                _ => {}
            }
            if !unit.char.is_ascii_whitespace() {
                before = unit.char;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_sorted_for_the_search() {
        assert!(BLOCKS.is_sorted());
    }
}
