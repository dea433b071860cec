//! Bytes to values and words (ISO 32000-2 section 7.2): for objects, contents of pages, and CMaps. It mends what readers mend.

use super::object::{Dict, Object};
use crate::extract::Halt;
use crate::vocab::Reason;
use std::rc::Rc;

/// Values that one object, or one content stream between two operators, may hold.
const MOST_VALUES: u32 = 2_000_000;

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item<'b> {
    Value(Object),
    /// An operator or a keyword.
    Word(&'b [u8]),
    /// The `]` or `>>` of something that was not open.
    Close,
    End,
}

/// Reads values.
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    at: usize,
    /// How deep values may be in values.
    nesting: u32,
    /// Whether `1 0 R` is a reference: in contents it is not.
    references: bool,
    /// Values that may still come.
    left: u32,
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

fn nibble(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

impl<'b> Lexer<'b> {
    /// Of an object in a file.
    pub(super) fn new(bytes: &'b [u8], at: usize, nesting: u32) -> Lexer<'b> {
        Lexer { bytes, at, nesting, references: true, left: MOST_VALUES }
    }

    /// Of contents, without references.
    pub(super) fn of_contents(bytes: &'b [u8], nesting: u32) -> Lexer<'b> {
        Lexer { bytes, at: 0, nesting, references: false, left: MOST_VALUES }
    }

    /// Where the next byte is.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes there.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }

    /// How many values were read so far.
    pub(super) fn values(&self) -> u32 {
        MOST_VALUES.saturating_sub(self.left)
    }

    /// As many values may come again: those read so far are gone.
    pub(super) fn renew(&mut self) {
        self.left = MOST_VALUES;
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_next(&self) -> Option<u8> {
        self.bytes.get(self.at.saturating_add(1)).copied()
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.bytes.len());
    }

    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'b [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let run = rest.get(..rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len())).unwrap_or_default();
        self.step(run.len());
        run
    }

    /// Over white space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            self.run(is_space);
            if self.peek() != Some(b'%') {
                return;
            }
            self.run(|byte| !matches!(byte, b'\r' | b'\n'));
        }
    }

    /// The next value or word.
    ///
    /// # Errors
    /// [`Reason::TooDeep`], [`Reason::TooLarge`].
    pub(super) fn item(&mut self) -> Result<Item<'b>, Halt> {
        self.item_within(self.nesting)
    }

    fn item_within(&mut self, depth: u32) -> Result<Item<'b>, Halt> {
        self.skip_space();
        let Some(byte) = self.peek() else { return Ok(Item::End) };
        self.left = self.left.checked_sub(1).ok_or(Halt::Part(Reason::TooLarge))?;
        let next = self.peek_next();
        match byte {
            b'/' => Ok(Item::Value(Object::Name(self.name()))),
            b'(' => Ok(Item::Value(Object::Str(self.literal()))),
            b'<' if next == Some(b'<') => Ok(Item::Value(Object::Dict(Rc::new(self.dict(depth)?)))),
            b'<' => Ok(Item::Value(Object::Str(self.hex()))),
            b'[' => Ok(Item::Value(Object::Array(Rc::new(self.array(depth)?)))),
            b'>' if next == Some(b'>') => {
                self.step(2);
                Ok(Item::Close)
            }
            b']' => {
                self.step(1);
                Ok(Item::Close)
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Ok(Item::Value(self.number())),
            byte if is_delimiter(byte) => {
                let word = self.bytes.get(self.at..self.at.saturating_add(1)).unwrap_or_default();
                self.step(1);
                Ok(Item::Word(word))
            }
            _ => Ok(match self.run(is_regular) {
                b"null" => Item::Value(Object::Null),
                word @ (b"true" | b"false") => Item::Value(Object::Bool(word == b"true")),
                word => Item::Word(word),
            }),
        }
    }

    fn name(&mut self) -> Rc<[u8]> {
        self.step(1);
        let run = self.run(is_regular);
        if !run.contains(&b'#') {
            return Rc::from(run);
        }
        let (mut name, mut rest) = (Vec::new(), run);
        while let Some((first, after)) = rest.split_first() {
            let escaped = match after {
                [high, low, ..] if *first == b'#' => nibble(*high).zip(nibble(*low)),
                _ => None,
            };
            name.push(escaped.map_or(*first, |(high, low)| high << 4 | low));
            rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
        }
        Rc::from(name)
    }

    fn hex(&mut self) -> Rc<[u8]> {
        self.step(1);
        let digits: Vec<u8> = self.run(|byte| byte != b'>').iter().copied().filter_map(nibble).collect();
        self.step(1);
        digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => high << 4 | low,
                [high] => high << 4,
                _ => 0,
            })
            .collect()
    }

    fn literal(&mut self) -> Rc<[u8]> {
        self.step(1);
        let (mut out, mut open) = (Vec::new(), 1_u32);
        while let Some(byte) = self.peek() {
            self.step(1);
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                break;
            }
            match byte {
                b'\\' => out.extend(self.escape()),
                b'\r' => {
                    self.step(usize::from(self.peek() == Some(b'\n')));
                    out.push(b'\n');
                }
                byte => out.push(byte),
            }
        }
        Rc::from(out)
    }

    /// What stands behind a backslash (table 3).
    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.step(1);
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\r' => {
                self.step(usize::from(self.peek() == Some(b'\n')));
                None
            }
            b'\n' => None,
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.step(1);
                }
                Some((value & 0xFF) as u8)
            }
            other => Some(other),
        }
    }

    fn array(&mut self, depth: u32) -> Result<Vec<Object>, Halt> {
        self.step(1);
        let depth = depth.checked_sub(1).ok_or(Halt::Part(Reason::TooDeep))?;
        let mut array = Vec::new();
        loop {
            let start = self.at;
            match self.item_within(depth)? {
                Item::Value(value) => array.push(value),
                Item::Word(b"endobj" | b"endstream") => {
                    self.go(start);
                    return Ok(array);
                }
                Item::Word(_) => {}
                Item::Close | Item::End => return Ok(array),
            }
        }
    }

    fn dict(&mut self, depth: u32) -> Result<Dict, Halt> {
        self.step(2);
        let depth = depth.checked_sub(1).ok_or(Halt::Part(Reason::TooDeep))?;
        let mut dict = Dict::default();
        loop {
            let start = self.at;
            let key = match self.item_within(depth)? {
                Item::Value(Object::Name(key)) => key,
                Item::Value(_) => continue,
                Item::Word(b"endobj" | b"stream") => {
                    self.go(start);
                    return Ok(dict);
                }
                Item::Word(_) => continue,
                Item::Close | Item::End => return Ok(dict),
            };
            let start = self.at;
            match self.item_within(depth)? {
                Item::Value(value) => dict.entries.push((key, value)),
                Item::Word(b"endobj" | b"stream") => self.go(start),
                Item::Word(_) => dict.entries.push((key, Object::Null)),
                Item::Close | Item::End => return Ok(dict),
            }
        }
    }

    /// A number, or the reference that begins with it.
    fn number(&mut self) -> Object {
        let run = self.run(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
        let value = number(run);
        match value {
            Object::Int(number) if self.references && (0..=i64::from(u32::MAX)).contains(&number) => {
                if self.is_reference() { Object::Ref(number as u32) } else { value }
            }
            value => value,
        }
    }

    /// Whether a generation and an `R` follow; goes behind them if so.
    fn is_reference(&mut self) -> bool {
        let start = self.at;
        let spaced = !self.run(is_space).is_empty();
        let generation = !self.run(|byte| byte.is_ascii_digit()).is_empty();
        let follows = spaced && generation && !self.run(is_space).is_empty() && self.peek() == Some(b'R');
        if follows && !self.peek_next().is_some_and(is_regular) {
            self.step(1);
            return true;
        }
        self.at = start;
        false
    }
}

/// A number as it is written, however badly: what comes behind a second sign or point does not count.
fn number(run: &[u8]) -> Object {
    let signs = run.iter().take_while(|byte| matches!(byte, b'+' | b'-')).count();
    let negative = run.first() == Some(&b'-');
    let (mut whole, mut part, mut scale, mut point) = (0_i64, 0.0_f64, 0.1_f64, false);
    let mut float = 0.0_f64;
    for byte in run.iter().skip(signs) {
        match byte {
            b'0'..=b'9' if point => {
                part += f64::from(byte - b'0') * scale;
                scale /= 10.0;
            }
            b'0'..=b'9' => {
                whole = whole.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
                float = float * 10.0 + f64::from(byte - b'0');
            }
            b'.' if !point => point = true,
            _ => break,
        }
    }
    match (point, negative) {
        (false, true) => Object::Int(-whole),
        (false, false) => Object::Int(whole),
        (true, true) => Object::Real(-(float + part)),
        (true, false) => Object::Real(float + part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Object {
        match Lexer::new(text.as_bytes(), 0, 16).item() {
            Ok(Item::Value(value)) => value,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn values_are_read_as_written_and_as_readers_mend_them() {
        assert_eq!(one("-12"), Object::Int(-12));
        assert_eq!(one("+.5"), Object::Real(0.5));
        assert_eq!(one("--7"), Object::Int(-7));
        assert_eq!(one("12 0 R"), Object::Ref(12));
        assert_eq!(one("12 0 Rx"), Object::Int(12));
        assert_eq!(one("/A#42C#"), Object::Name(Rc::from(*b"ABC#")));
        assert_eq!(one("(a(b)\\)\\101\\\r\nc\\q)").string(), Some(b"a(b))Acq".as_slice()));
        assert_eq!(one("<9 0 1>").string(), Some([0x90, 0x10].as_slice()));
        assert_eq!(one("% comment\n[1 [2] /N]").array().len(), 3);
        let dict = one("<< /A 1 /B << /C (x) >> /A 2 >>");
        assert_eq!(dict.get("A").int(), Some(2), "the last of two counts");
        assert_eq!(dict.get("B").get("C").string(), Some(b"x".as_slice()));
    }

    #[test]
    fn contents_hold_no_references_and_numbers_may_touch_operators() {
        let mut lexer = Lexer::of_contents(b"1 0 R 5Td", 16);
        let mut words = Vec::new();
        while let Ok(item) = lexer.item() {
            match item {
                Item::Word(word) => words.push(word.to_vec()),
                Item::End => break,
                _ => {}
            }
        }
        assert_eq!(words, [b"R".to_vec(), b"Td".to_vec()]);
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let deep = "[".repeat(17);
        assert_eq!(Lexer::new(deep.as_bytes(), 0, 16).item(), Err(Halt::Part(Reason::TooDeep)));
        assert!(Lexer::new(b"[[[[", 0, 16).item().is_ok());
    }
}
