//! Tags and comments as the lexer sees them: nothing, a line break, or the end of a block.

use super::{Piece, Reader};
use crate::text::Syntax;
use crate::text::near::find;
use crate::text::packed::{Packed, packed};

/// Bytes of one tag or comment that are read over, at most; what is longer ends a cluster.
pub const LONGEST: usize = 512;

/// Letters of a tag's name that are kept.
const NAME: usize = 12;

const BR: Packed = packed(b"br");
const TD: Packed = packed(b"td");
const P: Packed = packed(b"p");
const TR: Packed = packed(b"tr");
const DIV: Packed = packed(b"div");
const IMG: Packed = packed(b"img");
const SPAN: Packed = packed(b"span");

/// Elements that are laid out as blocks, or whose tags separate texts: no number runs across them.
const BLOCKS: &[Packed] = &[
    packed(b"p"),
    packed(b"dd"),
    packed(b"dl"),
    packed(b"dt"),
    packed(b"h1"),
    packed(b"h2"),
    packed(b"h3"),
    packed(b"h4"),
    packed(b"h5"),
    packed(b"h6"),
    packed(b"hr"),
    packed(b"li"),
    packed(b"ol"),
    packed(b"td"),
    packed(b"th"),
    packed(b"tr"),
    packed(b"ul"),
    packed(b"col"),
    packed(b"dir"),
    packed(b"div"),
    packed(b"nav"),
    packed(b"pre"),
    packed(b"body"),
    packed(b"form"),
    packed(b"head"),
    packed(b"html"),
    packed(b"link"),
    packed(b"main"),
    packed(b"menu"),
    packed(b"meta"),
    packed(b"aside"),
    packed(b"embed"),
    packed(b"frame"),
    packed(b"input"),
    packed(b"style"),
    packed(b"table"),
    packed(b"tbody"),
    packed(b"tfoot"),
    packed(b"thead"),
    packed(b"title"),
    packed(b"video"),
    packed(b"button"),
    packed(b"canvas"),
    packed(b"center"),
    packed(b"dialog"),
    packed(b"figure"),
    packed(b"footer"),
    packed(b"header"),
    packed(b"hgroup"),
    packed(b"iframe"),
    packed(b"legend"),
    packed(b"object"),
    packed(b"option"),
    packed(b"script"),
    packed(b"search"),
    packed(b"select"),
    packed(b"address"),
    packed(b"article"),
    packed(b"caption"),
    packed(b"details"),
    packed(b"section"),
    packed(b"summary"),
    packed(b"colgroup"),
    packed(b"fieldset"),
    packed(b"frameset"),
    packed(b"noscript"),
    packed(b"optgroup"),
    packed(b"template"),
    packed(b"textarea"),
    packed(b"blockquote"),
    packed(b"figcaption"),
];

/// Whether an element of this name is a block; most tags of a page are of a few.
fn is_block(name: Packed) -> bool {
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
            _ => end.map(|end| (piece, self.past_hidden(start, end))),
        }
    }

    /// Where the element ends whose tag stands there if it shows nothing and has no other in it: what fills up a number,
    /// as in `90<span style="display:none">x</span>0101`. Of any other, where its tag ends.
    fn past_hidden(&self, start: usize, end: usize) -> usize {
        let tag = self.bytes().get(start..end).unwrap_or_default();
        // Most tags are too short to say so.
        if tag.len() < LEAST_HIDING || self.syntax() != Syntax::Html || !hides(tag) {
            return end;
        }
        let mut at = end;
        while at < start + LONGEST {
            match self.byte(at) {
                Some(b'<') if self.byte(at + 1) == Some(b'/') => return self.closed(start, at).unwrap_or(end),
                Some(b'<') | None => return end,
                Some(_) => at += 1,
            }
        }
        end
    }

    /// The name after `<` (and `/`), its first letters, and where it ends.
    fn tag_name(&self, from: usize) -> Option<(Packed, usize)> {
        let (mut name, mut len, mut at) = (0, 0, from);
        at += usize::from(self.byte(at) == Some(b'/'));
        let letters = self.bytes().get(at..).unwrap_or_default().iter().take(NAME);
        for letter in letters.take_while(|byte| byte.is_ascii_alphanumeric()) {
            name = name << 8 | Packed::from(letter.to_ascii_lowercase());
            len += 1;
        }
        at += len;
        // What is left is the end of the name, or a name in which escapes stand.
        while let Some(unit) = self.unit(at) {
            if unit.char.is_ascii_alphanumeric() && len < NAME {
                name = name << 8 | Packed::from(unit.char.to_ascii_lowercase() as u8);
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
        let block = |(name, _): (Packed, usize)| self.syntax() == Syntax::Xml || is_block(name);
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

/// The shortest tag that says that its element shows nothing.
const LEAST_HIDING: usize = "<b hidden>".len();

/// Whether a tag says that its element shows nothing.
fn hides(tag: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(tag, word).is_some();
    if tag.ends_with(b" hidden>") {
        return true;
    }
    if !(has(b"style") && (has(b"none") || has(b"hidden") || has(b"size"))) {
        return false;
    }
    let said: Vec<u8> = tag.iter().filter(|byte| !byte.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
    let says = |word: &[u8]| memchr::memmem::find(&said, word).is_some();
    says(b"display:none")
        || says(b"visibility:hidden")
        || [b"font-size:0;".as_slice(), b"font-size:0p", b"font-size:0\"", b"font-size:0'"]
            .iter()
            .any(|word| says(word))
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
