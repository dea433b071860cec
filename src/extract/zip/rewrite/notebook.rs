//! A notebook of Jupyter written again: JSON, in which a text is a string, or an array of its lines.

use super::ink::Ink;
use super::joined::{Changes, Joined, Look};
use super::part::Pen;
use super::{Editor, Means};
use crate::extract::{Halt, Walk};
use serde::de::IgnoredAny;

/// What is open: an object, or an array with the strings in it, as long as it holds nothing else.
enum Open {
    Object,
    Array { strings: Vec<Joined>, alone: bool },
}

/// The notebook with what the editor covers: `None` if that is nothing, or it is no JSON.
///
/// # Errors
/// The time.
pub(super) fn edit(bytes: &[u8], editor: &mut Editor<'_>, walk: &Walk<'_>) -> Result<Option<Vec<u8>>, Halt> {
    let source = std::str::from_utf8(bytes).ok().filter(|source| serde_json::from_str::<IgnoredAny>(source).is_ok());
    let Some(source) = source else { return Ok(None) };
    let mut book = Book { source, at: 0, open: Vec::new(), pen: Pen::new(editor) };
    while let Some(byte) = source.as_bytes().get(book.at) {
        walk.tick()?;
        book.take(*byte);
    }
    let changes: Changes = book.pen.changes;
    Ok((!changes.is_empty()).then(|| changes.applied(source).into_bytes()))
}

struct Book<'b, 'p, 'e> {
    source: &'b str,
    at: usize,
    open: Vec<Open>,
    pen: Pen<'p, 'e>,
}

impl Book<'_, '_, '_> {
    fn take(&mut self, byte: u8) {
        let start = self.at;
        self.at = start.saturating_add(1);
        match byte {
            b'{' => {
                self.other();
                self.open.push(Open::Object);
            }
            b'[' => {
                self.other();
                self.open.push(Open::Array { strings: Vec::new(), alone: true });
            }
            b'}' => drop(self.open.pop()),
            b']' => self.end(),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(start),
            b't' | b'f' | b'n' => {
                self.other();
                self.at = self.while_from(self.at, u8::is_ascii_alphabetic);
            }
            _ => {}
        }
    }

    fn while_from(&self, at: usize, belongs: impl Fn(&u8) -> bool) -> usize {
        let rest = self.source.as_bytes().get(at..).unwrap_or_default();
        at.saturating_add(rest.iter().take_while(|byte| belongs(byte)).count())
    }

    /// A value that is no string has come: where it stands among strings, these are no lines of one text.
    fn other(&mut self) {
        if let Some(Open::Array { alone, .. }) = self.open.last_mut() {
            *alone = false;
        }
    }

    fn number(&mut self, start: usize) {
        self.other();
        self.at = self.while_from(start, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        let mut text = Joined::default();
        text.written(self.source.get(start..self.at).unwrap_or_default(), start..self.at, Look::Plain);
        self.pen.edit(&text, Ink::Number, Means::Text);
    }

    /// A string, to behind its quote. Of a key, only what can be nothing else is covered.
    fn string(&mut self) {
        let mut text = Joined::default();
        loop {
            let start = self.at;
            self.at = self.while_from(start, |byte| !matches!(byte, b'"' | b'\\'));
            if self.at > start {
                text.written(self.source.get(start..self.at).unwrap_or_default(), start..self.at, Look::Plain);
            }
            if self.source.as_bytes().get(self.at) != Some(&b'\\') {
                break;
            }
            self.escape(&mut text);
        }
        self.at = self.at.saturating_add(1);
        let behind = self.while_from(self.at, u8::is_ascii_whitespace);
        let is_key = self.source.as_bytes().get(behind) == Some(&b':');
        match self.open.last_mut() {
            Some(Open::Array { strings, .. }) => strings.push(text),
            _ => {
                self.pen.edit(&text, Ink::Star, if is_key { Means::Name } else { Means::Text });
            }
        }
    }

    /// An escape: one letter, in two units where it is beyond the first plane (RFC 8259 section 7).
    fn escape(&mut self, text: &mut Joined) {
        let start = self.at;
        let rest = self.source.get(start..).unwrap_or_default();
        let unit =
            |at: usize| rest.get(at..at.saturating_add(6))?.strip_prefix("\\u").map(|hex| u16::from_str_radix(hex, 16));
        let units = [unit(0), unit(6)].map(|unit| unit.and_then(Result::ok));
        let (letter, length) = match units {
            [Some(first), second] => {
                let pair = second.into_iter().fold(vec![first], |first, second| [first, vec![second]].concat());
                let first = char::decode_utf16(pair).next().and_then(Result::ok);
                (first, if first.is_some_and(|letter| letter.len_utf16() > 1) { 12 } else { 6 })
            }
            _ => (rest.chars().nth(1).map(named), 2),
        };
        self.at = start.saturating_add(length).min(self.source.len());
        let mut utf8 = [0; 4];
        text.entity(letter.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut utf8), start..self.at, Look::Plain);
    }

    fn end(&mut self) {
        let Some(Open::Array { strings, alone }) = self.open.pop() else { return };
        if !alone {
            for text in &strings {
                self.pen.edit(text, Ink::Star, Means::Text);
            }
            return;
        }
        let mut whole = Joined::default();
        strings.into_iter().for_each(|text| whole.append(text));
        self.pen.edit(&whole, Ink::Star, Means::Text);
    }
}

/// What an escape of one letter stands for.
fn named(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{C}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{Cover, Limits, Means, rewrite};

    /// Covers the first digit of every number, wherever it stands in a text.
    fn covered(book: &str) -> Option<String> {
        let mut shown = |text: &str, _: Means| {
            let found = text.match_indices("900101-1234568").map(|(at, _)| Cover { at: at + 7, by: '*' });
            let bare = text.match_indices("9001011234568").map(|(at, _)| Cover { at, by: '*' });
            found.chain(bare).collect()
        };
        let new = rewrite(book.as_bytes(), Limits::default(), &|| false, &mut shown).expect("it is written again");
        new.map(|new| String::from_utf8(new).expect("text"))
    }

    #[test]
    fn texts_are_covered_where_they_stand_and_all_else_stays() {
        let book = "{ \"cells\" : [{\"cell_type\":\"code\", \"source\": [\"가 9001\", \"01-\\u00312\", \"34568\\n\"],\n\
            \"outputs\": [{\"data\": {\"text/plain\": \"\\uD83D\\uDE00 900101-1234568\", \"n\": 9001011234568}, \"a\": [1, \"900101-1234568\"]}]}], \"nbformat\": 4}";
        let new = covered(book).expect("it is changed");
        let expected =
            book.replace("\\u00312", "*2").replace("900101-1234568", "900101-*234568").replace("9001011234568", "0");
        assert_eq!(new, expected);
        assert_eq!(covered("{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"x\", \"\\\\\"]}]}"), None);
    }
}
