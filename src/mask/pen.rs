//! How one hidden character is written into the form in which its digit or letter stood.

use super::Style;
use crate::text::Charset;
use crate::vocab::Kind;

/// Writes the hidden characters of one value, first to last.
#[derive(Debug, Clone)]
pub struct Pen {
    style: Style,
    charset: Charset,
    written: usize,
    /// Whether an at sign is still to be written, by which the returning mark of a word is known again.
    at_sign: bool,
}

/// So many marks stand before the at sign.
const BEFORE_AT_SIGN: usize = 4;

impl Pen {
    /// A pen for one value in a body of that charset.
    pub fn new(style: Style, charset: Charset) -> Pen {
        Pen { style, charset, written: 0, at_sign: false }
    }

    /// The same for a value of this kind. Words in the returning style are written in plain marks, one a byte, with an at
    /// sign among them: without a digit beside them stars and tildes could be an ornament.
    pub fn of(kind: Kind, style: Style, charset: Charset) -> Pen {
        let at_sign = style == Style::Returning && !kind.is_number() && kind != Kind::EmailAddress;
        Pen { at_sign, ..Pen::new(style, charset) }
    }

    /// Appends to `out` what replaces `raw`, the bytes of one hidden character in whatever form it was written (`8`,
    /// a full-width digit, `%38`, `&#56;`, `\u0038`): the same number of bytes, and the same form where it fits.
    ///
    /// Where it does not fit (a tilde needs three decimal digits, `&#126;`), as many plain marks as there are bytes.
    pub fn write(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let mark = self.mark();
        if raw.len() == 1 {
            self.plain(out);
            return;
        }
        let form = match raw {
            // A syllable: two or three marks, so that a short name has enough of them.
            _ if self.style == Style::Returning && is_syllable(raw, self.charset) => None,
            [b'%', ..] => percent(raw, mark, self.charset),
            [b'&', b'#', b'x' | b'X', ..] => entity(raw, 3, &format!("{mark:X}")),
            [b'&', b'#', ..] => entity(raw, 2, &mark.to_string()),
            [b'\\', ..] => escape(raw, mark),
            _ => wide(raw, mark, self.charset),
        };
        match form.filter(|form| form.len() == raw.len()) {
            Some(form) => {
                out.extend(form);
                self.written = self.written.wrapping_add(1);
            }
            None => {
                for _ in raw {
                    self.plain(out);
                }
            }
        }
    }

    /// One byte.
    fn plain(&mut self, out: &mut Vec<u8>) {
        if self.at_sign && self.written == BEFORE_AT_SIGN {
            self.at_sign = false;
            out.push(b'@');
            return;
        }
        out.push(self.mark());
        self.written = self.written.wrapping_add(1);
    }

    fn mark(&self) -> u8 {
        match self.style {
            Style::Returning if !self.written.is_multiple_of(2) => b'~',
            Style::Returning | Style::Star => b'*',
        }
    }
}

/// Whether these bytes are a Hangul syllable.
fn is_syllable(raw: &[u8], charset: Charset) -> bool {
    matches!((charset, raw), (Charset::Utf8, [0xEA..=0xED, _, _]) | (Charset::Cp949, [0xB0..=0xC8, _]))
}

/// A full-width character: `＊` or `～`, three bytes in UTF-8 and two in CP949.
fn wide(raw: &[u8], mark: u8, charset: Charset) -> Option<Vec<u8>> {
    let bytes: &[u8] = match (charset, raw.len(), mark) {
        (Charset::Utf8, 3, b'*') => "＊".as_bytes(),
        (Charset::Utf8, 3, _) => "～".as_bytes(),
        (Charset::Cp949, 2, b'*') => &[0xA3, 0xAA],
        (Charset::Cp949, 2, _) => &[0xA2, 0xA6],
        _ => return None,
    };
    Some(bytes.to_vec())
}

/// `%38` once or more often encoded (`%2538`), or a full-width character byte by byte (`%EF%BC%98`).
fn percent(raw: &[u8], mark: u8, charset: Charset) -> Option<Vec<u8>> {
    let width = raw.get(1..)?.iter().position(|byte| *byte == b'%').map_or(raw.len(), |next| next.saturating_add(1));
    let bytes =
        if width == raw.len() { vec![mark] } else { wide(&vec![0; raw.len().checked_div(width)?], mark, charset)? };
    // Between the first `%` and the two hex digits stands one `25` for each further time that it was encoded.
    let again = raw.get(1..width.checked_sub(2)?)?;
    let mut form = Vec::with_capacity(raw.len());
    for byte in bytes {
        form.push(b'%');
        form.extend(again);
        form.extend(format!("{byte:02X}").bytes());
    }
    Some(form)
}

/// `&#56;`, `&#x38;`, with leading zeros as need be; the last byte may be the semicolon.
fn entity(raw: &[u8], prefix: usize, code: &str) -> Option<Vec<u8>> {
    let end: &[u8] = if raw.last() == Some(&b';') { b";" } else { b"" };
    let zeros = raw.len().checked_sub(prefix)?.checked_sub(code.len())?.checked_sub(end.len())?;
    let mut form = raw.get(..prefix)?.to_vec();
    form.resize(prefix.checked_add(zeros)?, b'0');
    form.extend(code.bytes());
    form.extend(end);
    Some(form)
}

/// `\u0038`, `\u{38}`, `\x38` of scripts and JSON; `\38 ` of style sheets and `\070` of old scripts become plain marks.
fn escape(raw: &[u8], mark: u8) -> Option<Vec<u8>> {
    let text = match raw {
        [_, b'u', b'{', inner @ .., b'}'] => format!("\\u{{{mark:0width$x}}}", width = inner.len()),
        [_, b'u', _, _, _, _] => format!("\\u{mark:04x}"),
        [_, b'x', _, _] => format!("\\x{mark:02x}"),
        _ => return None,
    };
    Some(text.into_bytes())
}
