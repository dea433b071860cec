//! The logical text around a place, each character with its bytes: what kinds that hang on words are found in.

use super::context::fold;
use super::{Piece, Reader, Spelled};
use crate::text::{Charset, Syntax};

/// Stands where one block ends and the next begins.
pub const BLOCK: char = '\u{2029}';

/// Bytes that are read before the place, at most.
const BACK_RAW: usize = 512;
/// Bytes that are read from it on, at most.
const ON_RAW: usize = 1536;

impl Reader<'_> {
    /// The characters around `at`, so many before it and from it on at most, and how many of them are before it. Full width
    /// is folded, blanks in a row are one: [`BLOCK`] if a block ends there, a line break, or a space.
    pub fn around(&self, at: usize, before: usize, after: usize, spelled: &mut Vec<Spelled>) -> usize {
        spelled.clear();
        let markup = matches!(self.syntax(), Syntax::Html | Syntax::Xml);
        if before > 0 {
            let from = at.saturating_sub(BACK_RAW.min(before.saturating_mul(12)));
            self.walk(from, at, |piece, start, len| push(spelled, piece, start, len, markup));
            spelled.drain(..spelled.len().saturating_sub(before));
        }
        let count = spelled.len();
        let mut here = at;
        while spelled.len() < count + after && here < at + ON_RAW {
            if let Some((char, len)) = self.itself(here) {
                // Of two blanks the first stays, if the second is a space.
                if char != ' ' || !spelled.last().is_some_and(|last| is_blank(last.char)) {
                    spelled.push(Spelled { char, start: here, len });
                }
                here += len;
                continue;
            }
            let Some((piece, len)) = self.piece(here) else { break };
            push(spelled, piece, here, len, markup);
            here += len;
        }
        count.min(spelled.len())
    }

    /// The characters of these bytes, which are the value of an attribute.
    pub fn value(&self, range: std::ops::Range<usize>, spelled: &mut Vec<Spelled>) {
        self.around(range.start, 0, range.len(), spelled);
        spelled.retain(|spelled| spelled.start < range.end);
    }

    /// The character there, if it stands for itself in any syntax: nearly all of a text. ASCII, and in UTF-8
    /// Hangul syllables.
    #[inline]
    fn itself(&self, at: usize) -> Option<(char, usize)> {
        match *self.bytes().get(at)? {
            b'<' | b'&' | b'\\' | b'"' => None,
            byte @ b' '..=b'~' => Some((char::from(byte), 1)),
            lead @ 0xEA..=0xED if self.charset() == Charset::Utf8 => {
                let (second, third) = (*self.bytes().get(at + 1)?, *self.bytes().get(at + 2)?);
                let code = u32::from(lead & 0x0F) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
                let whole = second & 0xC0 == 0x80 && third & 0xC0 == 0x80;
                char::from_u32(code).filter(|char| whole && matches!(char, '가'..='힣')).map(|char| (char, 3))
            }
            _ => None,
        }
    }
}

fn push(spelled: &mut Vec<Spelled>, piece: Piece, start: usize, len: usize, markup: bool) {
    let char = match piece {
        Piece::Char('\n' | '\r') if !markup => '\n',
        Piece::Char(char) if char.is_whitespace() => ' ',
        Piece::Char(char) => fold(char),
        Piece::Break => '\n',
        Piece::Block => BLOCK,
        Piece::Nothing => return,
    };
    match spelled.last_mut() {
        Some(last) if is_blank(char) && is_blank(last.char) => {
            // The stronger of the two.
            let rank = |char| [' ', '\n', BLOCK].iter().position(|blank| *blank == char);
            if rank(char) > rank(last.char) {
                *last = Spelled { char, start, len };
            }
        }
        _ => spelled.push(Spelled { char, start, len }),
    }
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\n' | BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, at: &str, syntax: Syntax) -> String {
        let reader = Reader::new(text.as_bytes(), Charset::Utf8, syntax);
        let mut spelled = Vec::new();
        let before = reader.around(text.find(at).unwrap(), 10, 20, &mut spelled);
        let mut shown: Vec<char> =
            spelled.iter().map(|spelled| if spelled.char == BLOCK { '¶' } else { spelled.char }).collect();
        shown.insert(before, '^');
        shown.into_iter().collect()
    }

    #[test]
    fn tags_are_read_through_and_blocks_are_told() {
        assert_eq!(around("<tr><th>성명</th>\n\t <td>홍<b>길</b>동</td>", "성명", Syntax::Html), "¶^성명¶홍길동¶");
        assert_eq!(around("가 나<br>이름 : &#54861;길동", "이름", Syntax::Html), "가 나\n^이름 : 홍길동");
        assert_eq!(around("{\"name\": \"\\ud64d길동\"}", "ame", Syntax::Json), "{¶n^ame¶:¶홍길동¶}");
        assert_eq!(around("가  이름\t\tＡ\n\n홍", "이름", Syntax::Plain), "가 ^이름 A\n홍");
    }
}
