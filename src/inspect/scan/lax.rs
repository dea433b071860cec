//! The most forgiving reading: every escape undone that some program behind may undo, whatever the syntax says, and again
//! where it was escaped twice. What it does not understand stays what it is.

use crate::text::lex::{digit, separator};
use std::ops::ControlFlow;

/// How often percent escapes are undone beyond what the form asks for.
const MORE_LEVELS: u8 = 2;
/// What follows an ampersand that stands for another.
const AMPERSANDS: &[&[u8]] = &[b"amp;", b"#38;", b"#x26;"];
/// The longest escape, in bytes: longer ones are none.
const LONGEST: usize = 64;
/// Stands for what is left out: the lexer skips it, and a mask leaves its bytes alone.
const NOTHING: &[u8] = "\u{200B}".as_bytes();

/// What the bytes are a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lax {
    /// A url-encoded form: percent escapes are undone, and `+` is a space.
    pub form: bool,
    /// Percent escapes are undone, as in a path.
    pub percent: bool,
    /// JSON: numbers may have exponents.
    pub json: bool,
    /// XML: text may be HTML that was escaped, and cut by CDATA.
    pub xml: bool,
}

/// What some bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    text: Text,
    /// The number of bytes that say it, at least 1.
    pub len: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Text {
    Byte([u8; 1]),
    Nothing,
    /// The digits of a number.
    Digits(Vec<u8>),
}

impl Said {
    /// The text.
    pub fn bytes(&self) -> &[u8] {
        match &self.text {
            Text::Byte(byte) => byte,
            Text::Nothing => NOTHING,
            Text::Digits(digits) => digits,
        }
    }

    /// Whether it is one character.
    pub fn is_one(&self) -> bool {
        !matches!(self.text, Text::Digits(_))
    }
}

impl Lax {
    /// What the first bytes say, after such a byte of text; `None` if there are none, or if more are needed and may come.
    pub fn next(self, raw: &[u8], before: Option<u8>, last: bool) -> Option<Said> {
        if raw.is_empty() || raw.len() < LONGEST && !last {
            return None;
        }
        let raw = raw.get(..LONGEST).unwrap_or(raw);
        self.said(raw, before).or_else(|| Some(Said { text: Text::Byte([*raw.first()?]), len: 1 }))
    }

    fn said(self, raw: &[u8], before: Option<u8>) -> Option<Said> {
        if self.json
            && let Some(said) = number(raw, before)
        {
            return Some(said);
        }
        if self.xml
            && let Some(said) = markup(raw)
        {
            return Some(said);
        }
        let (byte, len) = self.unit(raw, 0)?;
        let text = |byte, len| Said { text: Text::Byte([byte]), len };
        let special = match byte {
            b'%' => self.wide_escape(raw, len, b'u'),
            b'\\' => self.folded(raw, len, before).or_else(|| self.backslash(raw, len, before)),
            b'&' => self.entity(raw, len),
            b'[' => self.bracketed(raw, len),
            b'*' | b'_' | b'~' => self.emphasis(raw, byte, len, before),
            0xC0.. => self.overlong(raw, byte, len).map(|(byte, len)| text(byte, len)),
            _ => None,
        };
        Some(special.unwrap_or_else(|| text(byte, len)))
    }

    /// The byte that begins there once percent escapes are undone, and the number of bytes that say it.
    fn unit(self, raw: &[u8], at: usize) -> Option<(u8, usize)> {
        let levels = MORE_LEVELS + u8::from(self.form || self.percent);
        self.at_level(raw, at, levels)
    }

    fn at_level(self, raw: &[u8], at: usize, level: u8) -> Option<(u8, usize)> {
        let Some(below) = level.checked_sub(1) else {
            let byte = *raw.get(at)?;
            return Some((if self.form && byte == b'+' { b' ' } else { byte }, 1));
        };
        let (byte, len) = self.at_level(raw, at, below)?;
        if byte != b'%' {
            return Some((byte, len));
        }
        let Some((high, of_high)) = self.at_level(raw, at + len, below) else { return Some((byte, len)) };
        let Some((low, of_low)) = self.at_level(raw, at + len + of_high, below) else { return Some((byte, len)) };
        let escaped = crate::inspect::percent::byte(&[high, low]);
        Some(escaped.map_or((byte, len), |escaped| (escaped, len + of_high + of_low)))
    }

    /// The units from `at` on as long as they pass a test, `most` at most: their bytes and where they end.
    fn units(self, raw: &[u8], at: usize, most: usize, test: impl Fn(u8) -> bool) -> (Vec<u8>, usize) {
        let (mut bytes, mut end) = (Vec::new(), at);
        let _ = (0..most).try_for_each(|_| match self.unit(raw, end) {
            Some((byte, len)) if test(byte) => {
                bytes.push(byte);
                end += len;
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break(()),
        });
        (bytes, end)
    }

    /// `uXXXX` after a `%` or backslashes.
    fn wide_escape(self, raw: &[u8], at: usize, letter: u8) -> Option<Said> {
        let (byte, len) = self.unit(raw, at)?;
        if byte.to_ascii_lowercase() != letter {
            return None;
        }
        let (digits, end) = self.units(raw, at + len, 4, |byte| byte.is_ascii_hexdigit());
        let text = said_by(code_point(&digits, 4)?)?;
        Some(Said { text, len: end })
    }

    /// A backslash at the end of a line, within a number: YAML and scripts take it away, and what the next line begins with.
    fn folded(self, raw: &[u8], len: usize, before: Option<u8>) -> Option<Said> {
        let (end_of_line, at) = self.units(raw, len, 2, |byte| matches!(byte, b'\r' | b'\n'));
        let within = before.is_some_and(|before| before.is_ascii_digit() || before == b'-');
        let (_, end) = self.units(raw, at, 32, |byte| matches!(byte, b' ' | b'\t'));
        (!end_of_line.is_empty() && within).then_some(Said { text: Text::Nothing, len: end })
    }

    /// A tag of BBCode: `[b]`, `[/color]`, `[size=12]`.
    fn bracketed(self, raw: &[u8], len: usize) -> Option<Said> {
        let (_, at) = self.units(raw, len, 1, |byte| byte == b'/');
        let (name, at) = self.units(raw, at, 8, |byte| byte.is_ascii_alphabetic());
        let (equals, at) = self.units(raw, at, 1, |byte| byte == b'=');
        let most = if equals.is_empty() { 0 } else { 24 };
        let (_, at) = self.units(raw, at, most, |byte| byte.is_ascii_alphanumeric() || b"#\"' -_".contains(&byte));
        let (closing, end) = self.units(raw, at, 1, |byte| byte == b']');
        (!name.is_empty() && !closing.is_empty()).then_some(Said { text: Text::Nothing, len: end })
    }

    /// Two signs by which Markdown and wikis make text bold, beside a dash: `**900101**-__1234567__`.
    fn emphasis(self, raw: &[u8], sign: u8, len: usize, before: Option<u8>) -> Option<Said> {
        let (second, end) = self.units(raw, len, 1, |byte| byte == sign);
        let (after, _) = self.units(raw, end, 1, |_| true);
        let dash = before == Some(b'-') || before.is_some_and(|byte| byte.is_ascii_digit()) && after == b"-";
        (!second.is_empty() && dash).then_some(Said { text: Text::Nothing, len: end })
    }

    /// A character reference to the ampersand of another to a number: sites escape what they are sent, and undo both later.
    fn entity(self, raw: &[u8], len: usize) -> Option<Said> {
        let mut at = len;
        for _ in 0..MORE_LEVELS {
            let word = AMPERSANDS.iter().find_map(|word| {
                let (bytes, end) = self.units(raw, at, word.len(), |_| true);
                bytes.eq_ignore_ascii_case(word).then_some(end)
            });
            at = word.unwrap_or(at);
        }
        let (sign, _) = self.units(raw, at, 1, |byte| byte == b'#');
        (at > len && !sign.is_empty()).then_some(Said { text: Text::Byte(*b"&"), len: at })
    }

    /// Backslashes, as many as there are, and `uXXXX`, `u{X}`, `xXX` or `06X`.
    fn backslash(self, raw: &[u8], len: usize, before: Option<u8>) -> Option<Said> {
        let (_, at) = self.units(raw, len, 8, |byte| byte == b'\\');
        if let Some(said) = self.wide_escape(raw, at, b'u') {
            return Some(said);
        }
        let (byte, letter) = self.unit(raw, at)?;
        let hex = |byte: u8| byte.is_ascii_hexdigit();
        let (code, end) = match byte {
            b'x' | b'X' => {
                let (digits, end) = self.units(raw, at + letter, 2, hex);
                (code_point(&digits, 2)?, end)
            }
            b'u' | b'U' => {
                let (_, open) = self.units(raw, at + letter, 1, |byte| byte == b'{');
                let (digits, end) = self.units(raw, open, 6, hex);
                let (closing, end) = self.units(raw, end, 1, |byte| byte == b'}');
                if open == at + letter || closing.is_empty() {
                    return None;
                }
                (code_point(&digits, digits.len())?, end)
            }
            _ => {
                let (digits, end) = self.units(raw, at, 3, |byte| (b'0'..b'8').contains(&byte));
                let value = std::str::from_utf8(&digits).ok().filter(|digits| digits.len() == 3);
                let code = value.and_then(|value| u32::from_str_radix(value, 8).ok()).filter(|code| *code < 0x80);
                match code {
                    Some(code) => (code, end),
                    // As the functions of old PHP take away what they have put there themselves.
                    None if byte.is_ascii_digit() && before.is_some_and(|before| before.is_ascii_digit()) => {
                        return Some(Said { text: Text::Nothing, len: at });
                    }
                    None => return None,
                }
            }
        };
        Some(Said { text: said_by(code)?, len: end })
    }

    /// An ASCII character in more bytes than it has (RFC 3629 section 3 forbids it), or a byte that is none anywhere.
    fn overlong(self, raw: &[u8], lead: u8, len: usize) -> Option<(u8, usize)> {
        let (tail, _) = self.units(raw, len, 3, |byte| (0x80..0xC0).contains(&byte));
        let (count, value) = overlong(lead, &tail)?;
        let (_, end) = self.units(raw, len, count, |_| true);
        meant(u32::from(value)).map(|value| (value, end))
    }
}

/// The number of bytes after the lead, and the ASCII character that they say.
pub fn overlong(lead: u8, tail: &[u8]) -> Option<(usize, u8)> {
    match (lead, tail) {
        (0xC0 | 0xC1, [a, ..]) => Some((1, (lead & 1) << 6 | a & 0x3F)),
        (0xE0, [a @ (0x80 | 0x81), b, ..]) => Some((2, (a & 1) << 6 | b & 0x3F)),
        (0xF0, [0x80, b @ (0x80 | 0x81), c, ..]) => Some((3, (b & 1) << 6 | c & 0x3F)),
        _ => None,
    }
}

/// The number that so many hexadecimal digits say.
fn code_point(digits: &[u8], count: usize) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.len() == count && count > 0)?;
    u32::from_str_radix(text, 16).ok()
}

/// The ASCII that matters in numbers and addresses: digits in any form, separators, letters, the signs of markup. Never
/// what the syntax around it is made of: quotes, backslashes, controls.
pub fn meant(code: u32) -> Option<u8> {
    let char = char::from_u32(code)?;
    if let Some(value) = digit(char) {
        return Some(b'0' + value % 10);
    }
    match char {
        ' '..='~' if !"\"'\\".contains(char) => u8::try_from(code).ok(),
        '\u{FF01}'..='\u{FF5E}' => meant(code - 0xFEE0),
        _ => separator(char).map(|_| b'-'),
    }
}

/// The text of a code point that was escaped. Half a surrogate pair is nothing: what is no character is dropped.
fn said_by(code: u32) -> Option<Text> {
    if (0xD800..0xE000).contains(&code) {
        return Some(Text::Nothing);
    }
    meant(code).map(|byte| Text::Byte([byte]))
}

/// The ends of CDATA sections, and the entities that HTML in XML is written with.
fn markup(raw: &[u8]) -> Option<Said> {
    let words: [(&[u8], Text); 6] = [
        (b"]]>", Text::Nothing),
        (b"<![CDATA[", Text::Nothing),
        (b"&lt;", Text::Byte(*b"<")),
        (b"&gt;", Text::Byte(*b">")),
        (b"&amp;", Text::Byte(*b"&")),
        (b"&quot;", Text::Byte(*b"\"")),
    ];
    let (word, text) = words.into_iter().find(|(word, _)| raw.starts_with(word))?;
    Some(Said { text, len: word.len() })
}

/// A number with a point or an exponent that is an integer of as many digits as numbers have that are looked for.
fn number(raw: &[u8], before: Option<u8>) -> Option<Said> {
    const LONGEST_NUMBER: usize = 20;
    let within = |byte: u8| byte.is_ascii_alphanumeric() || b".\"\\".contains(&byte);
    if !raw.first()?.is_ascii_digit() || before.is_some_and(within) {
        return None;
    }
    let digits = |from: usize| {
        let rest = raw.get(from..).unwrap_or_default();
        rest.get(..rest.iter().take_while(|byte| byte.is_ascii_digit()).count()).unwrap_or_default()
    };
    let whole = digits(0);
    let mut end = whole.len();
    let mut fraction: &[u8] = &[];
    if raw.get(end) == Some(&b'.') && !digits(end + 1).is_empty() {
        fraction = digits(end + 1);
        end += 1 + fraction.len();
        let zeros = fraction.iter().rev().take_while(|byte| **byte == b'0').count();
        fraction = fraction.get(..fraction.len() - zeros)?;
    }
    let mut power = 0;
    if matches!(raw.get(end), Some(b'e' | b'E')) {
        let at = end + 1 + usize::from(raw.get(end + 1) == Some(&b'+'));
        power = std::str::from_utf8(digits(at)).ok()?.parse::<usize>().ok()?;
        end = at + digits(at).len();
    }
    let zeros = power.checked_sub(fraction.len()).filter(|zeros| *zeros <= LONGEST_NUMBER)?;
    let said = [whole, fraction, &vec![b'0'; zeros]].concat();
    let changed = end > whole.len() && (10..=LONGEST_NUMBER).contains(&said.len());
    changed.then_some(Said { text: Text::Digits(said), len: end })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Lax = Lax { form: false, percent: false, json: false, xml: false };

    fn read(lax: Lax, mut raw: &[u8]) -> String {
        let mut out = Vec::new();
        while let Some(said) = lax.next(raw, out.last().copied(), true) {
            out.extend(said.bytes());
            raw = &raw[said.len..];
        }
        String::from_utf8_lossy(&out).replace('\u{200B}', "")
    }

    #[test]
    fn what_somebody_may_undo() {
        let form = Lax { form: true, ..PLAIN };
        for text in [
            "9%2539",
            "9%252539",
            "9%25%33%39",
            "9%u0039",
            "9%25u0039",
            "9%uFF19",
            "9\\u0039",
            "9%5Cu0039",
            "9\\\\u0039",
            "9\\x39",
            "9\\071",
            "9\\u{39}",
            "9%C0%B9",
            "9%E0%80%B9",
            "9%F0%80%80%B9",
            "9%25C0%25B9",
            "99",
            "9\\ud8009",
            "9%ud8009",
        ] {
            assert_eq!(read(form, text.as_bytes()), "99", "{text}");
        }
        assert_eq!(read(PLAIN, b"9%39 9%2539 9\xC0\xB9"), "99 99 99");
        assert_eq!(read(form, b"900101+%2D%252D"), "900101 --");
        for text in ["9%26amp%3B%2357%3B", "9&amp;#57;", "9&amp;amp;#57;", "9&#38;#57;", "9%26%23x26%3B%2357%3B"] {
            assert_eq!(read(form, text.as_bytes()), "9&#57;", "{text}");
        }
        for text in ["9[b]9", "9[/color]9", "9[size=12]9", "9%5B/b%5D9"] {
            assert_eq!(read(form, text.as_bytes()), "99", "{text}");
        }
        assert_eq!(read(form, b"**9**-__9__"), "**9-9__");
        for text in ["9\\\n  9", "9\\\r\n9", "9%5C%0D%0A9"] {
            assert_eq!(read(form, text.as_bytes()), "99", "{text}");
        }
        let json = Lax { json: true, ..PLAIN };
        for text in
            ["9001011234568e0", "9.001011234568e12", "90010112345.68E+02", "900101123456.8e1", "9001011234568.00"]
        {
            assert_eq!(read(json, text.as_bytes()), "9001011234568", "{text}");
        }
        let xml = Lax { xml: true, ..PLAIN };
        assert_eq!(read(xml, b"9]]>9&lt;b&gt;<![CDATA[9&amp;#57;"), "99<b>9&#57;");
    }

    #[test]
    fn what_stays_what_it_is() {
        for text in [
            "%", "%3", "%zz", "%u", "%u00", "%u12", "\\", "\\u", "\\u{39", "\\u{}", "\\x3", "\\9", "\\08", "\\n",
            "\\\"", "+", "e", "1.5e3", "&", "&amp;", "9[1]", "9[b 9", "9**9", "[]", "&amp;a", "a\\\n9", "9.0e",
            "%5c\"",
        ] {
            let json = Lax { json: true, ..PLAIN };
            let expected = if text == "%5c\"" { "\\\"" } else { text };
            assert_eq!(read(json, text.as_bytes()), expected, "{text}");
        }
        assert_eq!(read(PLAIN, "안녕".as_bytes()), "안녕");
    }
}
