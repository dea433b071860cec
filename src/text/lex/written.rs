//! What stands in some bytes as whoever reads their syntax hands it on: a browser an attribute's value, a script a string.

use super::{Reader, UNREADABLE};

impl Reader<'_> {
    /// The characters of these bytes, nothing left out: with the escapes of scripts and JSON undone if `escapes`, with
    /// character references undone if `entities`. `None` if something in them cannot be read.
    pub fn written(&self, from: usize, end: usize, escapes: bool, entities: bool) -> Option<String> {
        let mut text = String::new();
        let mut at = from;
        while at < end {
            let (char, len) = if !escapes && self.byte(at)? == b'\\' {
                ('\\', 1)
            } else {
                let unit = self.unit(at)?;
                let entity = if entities && unit.char == '&' { self.entity(at, unit.len) } else { None };
                entity.unwrap_or((unit.char, unit.len))
            };
            if char == UNREADABLE {
                return None;
            }
            text.push(char);
            at += len;
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use crate::text::{Charset, Syntax};

    #[test]
    fn what_is_written_is_told_as_it_is_read() {
        let told = |syntax, text: &str, escapes, entities| {
            Reader::new(text.as_bytes(), Charset::Utf8, syntax).written(0, text.len(), escapes, entities)
        };
        let number = "900101&#45;123456\\u0038";
        assert_eq!(told(Syntax::Html, number, false, true).as_deref(), Some("900101-123456\\u0038"));
        assert_eq!(told(Syntax::Html, number, true, true).as_deref(), Some("900101-1234568"));
        assert_eq!(told(Syntax::Script, number, true, false).as_deref(), Some("900101&#45;1234568"));
        assert_eq!(told(Syntax::Html, "９00<b>\u{200b}", false, true).as_deref(), Some("９00<b>\u{200b}"));
        let broken = Reader::new(b"9\xFF", Charset::Utf8, Syntax::Html);
        assert_eq!(broken.written(0, 2, false, true), None);
    }
}
