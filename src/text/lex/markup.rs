//! Tags and comments as the lexer sees them: nothing, a line break, or the end of a block.

use super::{Piece, Reader};
use crate::text::Syntax;
use crate::text::near::find;

/// Bytes of one tag or comment that are read over, at most; what is longer ends a cluster.
pub const LONGEST: usize = 512;

/// Letters of a tag's name that are kept.
const NAME: usize = 12;

/// A tag's name in lower case as one number, its letters from the highest byte down; compared at once.
type TagName = u128;

const fn name(letters: &[u8]) -> TagName {
    let mut name = 0;
    let mut at = 0;
    while at < letters.len() {
        name = name << 8 | letters[at] as TagName;
        at += 1;
    }
    name
}

const BR: TagName = name(b"br");
const TD: TagName = name(b"td");
const P: TagName = name(b"p");
const TR: TagName = name(b"tr");
const DIV: TagName = name(b"div");
const IMG: TagName = name(b"img");
const SPAN: TagName = name(b"span");

/// Elements that are laid out as blocks, or whose tags separate texts: no number runs across them.
const BLOCKS: &[TagName] = &[
    name(b"p"),
    name(b"dd"),
    name(b"dl"),
    name(b"dt"),
    name(b"h1"),
    name(b"h2"),
    name(b"h3"),
    name(b"h4"),
    name(b"h5"),
    name(b"h6"),
    name(b"hr"),
    name(b"li"),
    name(b"ol"),
    name(b"td"),
    name(b"th"),
    name(b"tr"),
    name(b"ul"),
    name(b"col"),
    name(b"dir"),
    name(b"div"),
    name(b"nav"),
    name(b"pre"),
    name(b"body"),
    name(b"form"),
    name(b"head"),
    name(b"html"),
    name(b"link"),
    name(b"main"),
    name(b"menu"),
    name(b"meta"),
    name(b"aside"),
    name(b"embed"),
    name(b"frame"),
    name(b"input"),
    name(b"style"),
    name(b"table"),
    name(b"tbody"),
    name(b"tfoot"),
    name(b"thead"),
    name(b"title"),
    name(b"video"),
    name(b"button"),
    name(b"canvas"),
    name(b"center"),
    name(b"dialog"),
    name(b"figure"),
    name(b"footer"),
    name(b"header"),
    name(b"hgroup"),
    name(b"iframe"),
    name(b"legend"),
    name(b"object"),
    name(b"option"),
    name(b"script"),
    name(b"search"),
    name(b"select"),
    name(b"address"),
    name(b"article"),
    name(b"caption"),
    name(b"details"),
    name(b"section"),
    name(b"summary"),
    name(b"colgroup"),
    name(b"fieldset"),
    name(b"frameset"),
    name(b"noscript"),
    name(b"optgroup"),
    name(b"template"),
    name(b"textarea"),
    name(b"blockquote"),
    name(b"figcaption"),
];

/// Whether an element of this name is a block; most tags of a page are of a few.
fn is_block(name: TagName) -> bool {
    match name {
        TD | TR | DIV => true,
        IMG | SPAN | 0..=0xFF if name != P => false,
        _ => BLOCKS.binary_search(&name).is_ok(),
    }
}

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
        let (name, at) = self.tag_name(name_at)?;
        let piece = match name {
            _ if self.syntax() == Syntax::Xml => Piece::Block,
            BR => Piece::Break,
            _ if is_block(name) => Piece::Block,
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

    /// The name after `<` (and `/`), its first letters, and where it ends.
    fn tag_name(&self, from: usize) -> Option<(TagName, usize)> {
        let (mut name, mut len, mut at) = (0, 0, from);
        at += usize::from(self.byte(at) == Some(b'/'));
        let letters = self.bytes().get(at..).unwrap_or_default().iter().take(NAME);
        for letter in letters.take_while(|byte| byte.is_ascii_alphanumeric()) {
            name = name << 8 | TagName::from(letter.to_ascii_lowercase());
            len += 1;
        }
        at += len;
        // What is left is the end of the name, or a name in which escapes stand.
        while let Some(unit) = self.unit(at) {
            if unit.char.is_ascii_alphanumeric() && len < NAME {
                name = name << 8 | TagName::from(unit.char.to_ascii_lowercase() as u8);
                len += 1;
            } else if !(unit.char == '/' && len == 0) {
                break;
            }
            at += unit.len;
        }
        (len > 0).then_some((name, at))
    }

    /// Whether a block tag, written with a plain `<`, begins there: all that matters after most numbers of a page.
    pub(super) fn ends_block(&self, at: usize) -> bool {
        if self.byte(at) != Some(b'<') || self.syntax() == Syntax::Plain {
            return false;
        }
        let block = |(name, _): (TagName, usize)| self.syntax() == Syntax::Xml || is_block(name);
        let opens = self.byte(at + 1).is_some_and(|byte| byte == b'/' || byte == b'\\' || byte.is_ascii_alphabetic());
        opens && self.tag_name(at + 1).is_some_and(block)
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
        if self.byte(start) == Some(b'<') && matches!(self.syntax(), Syntax::Html | Syntax::Xml) {
            return self.closed_plain(start, from);
        }
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

    /// The same for a tag without escapes: no byte that matters is part of another character in any charset.
    fn closed_plain(&self, start: usize, from: usize) -> Option<usize> {
        let limit = start + LONGEST;
        let near = self.bytes().get(from..limit.min(self.bytes().len())).unwrap_or_default();
        let end = closing_angle(near);
        if end.is_none() && from < limit && self.bytes().len() < limit {
            // Touched: it may be closed by what follows.
            self.byte(self.bytes().len());
        }
        end.map(|end| from + end + 1)
    }
}

/// Where the `>` stands that is not in a quoted value.
fn closing_angle(inside: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = inside.get(at..)?;
        let matters = rest.iter().position(|byte| matches!(byte, b'>' | b'"' | b'\''))?;
        at += matters;
        let quote = match *inside.get(at)? {
            b'>' => return Some(at),
            quote => quote,
        };
        at += 1;
        let before = inside.get(..at - 1)?.iter().rfind(|byte| !byte.is_ascii_whitespace());
        if before == Some(&b'=') {
            at += find(quote, inside.get(at..)?)? + 1;
        }
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
