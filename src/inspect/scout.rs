//! Looks through what a client sends for what another program may read otherwise than the first reading does: bytes
//! that are no UTF-8, and escapes that somebody may undo once more.

use super::percent;
use super::scan::{self, Escape};
use crate::text::Syntax;

/// Bytes beyond a place that tell what stands there.
const AHEAD: usize = 16;
/// As many bytes as that may have been written with.
pub(super) const AHEAD_RAW: u64 = 3 * AHEAD as u64 + 3;

/// Another reading that is called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Characters beyond ASCII: the text as UTF-8, whatever it says of itself.
    Utf8,
    /// Bytes that are no UTF-8: the text as CP949, whatever it says of itself.
    Cp949,
    /// Escapes: the most forgiving reading.
    Lax,
}

/// Looks through one text.
#[derive(Debug)]
pub(super) struct Scout {
    escape: Escape,
    syntax: Syntax,
    /// What was not looked at yet, escapes undone, and where each byte of it was written.
    text: Vec<u8>,
    places: Vec<u64>,
    /// The beginning of an escape that is not complete.
    cut: Vec<u8>,
    /// The offset of the next byte to come.
    offset: u64,
    /// The byte before what was not looked at.
    before: u8,
    /// What was called for.
    wanted: Vec<Wanted>,
}

impl Scout {
    /// For a text whose first byte stands at `offset`, and which is read as UTF-8 anyway or not.
    pub fn new(escape: Escape, syntax: Syntax, offset: u64, is_utf8: bool) -> Scout {
        let (text, places, cut) = (Vec::new(), Vec::new(), Vec::new());
        let wanted = if is_utf8 { vec![Wanted::Utf8] } else { Vec::new() };
        Scout { escape, syntax, text, places, cut, offset, before: 0, wanted }
    }

    /// Whether every reading has been called for.
    pub fn is_done(&self) -> bool {
        self.wanted.len() == 3
    }

    /// Takes the next bytes; `last` if nothing follows. What is called for now, each reading once, and by what place.
    pub fn push(&mut self, raw: &[u8], last: bool) -> Vec<(Wanted, u64)> {
        self.decode(raw, last);
        let end = self.text.len().saturating_sub(if last { 0 } else { AHEAD });
        let mut calls = Vec::new();
        // Up to here it is UTF-8.
        let mut sound = 0;
        for at in 0..end {
            let Some(byte) = self.text.get(at).copied() else { break };
            if byte >= 0x80 {
                self.call(Wanted::Utf8, at, &mut calls);
                if at >= sound {
                    let rest = self.text.get(at..).unwrap_or_default();
                    sound = at + std::str::from_utf8(rest).map_or_else(|error| error.valid_up_to(), str::len);
                }
                if at >= sound {
                    self.call(Wanted::Cp949, at, &mut calls);
                }
            }
            if self.is_escape(byte, at) {
                self.call(Wanted::Lax, at, &mut calls);
            }
        }
        if let Some(last) = end.checked_sub(1).and_then(|at| self.text.get(at)) {
            self.before = *last;
        }
        self.text.drain(..end);
        self.places.drain(..end);
        calls
    }

    fn call(&mut self, wanted: Wanted, at: usize, calls: &mut Vec<(Wanted, u64)>) {
        if self.wanted.contains(&wanted) {
            return;
        }
        self.wanted.push(wanted);
        calls.push((wanted, self.places.get(at).copied().unwrap_or(self.offset)));
    }

    fn decode(&mut self, raw: &[u8], last: bool) {
        let start = self.offset - self.cut.len() as u64;
        let mut bytes = std::mem::take(&mut self.cut);
        bytes.extend_from_slice(raw);
        self.offset += raw.len() as u64;
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            let (mut said, mut len) = (byte, 1);
            if self.escape != Escape::None && byte == b'%' {
                let digits = bytes.get(at + 1..at + 3);
                if digits.is_none() && !last {
                    self.cut = bytes.split_off(at);
                    break;
                }
                if let Some(escaped) = digits.and_then(percent::byte) {
                    (said, len) = (escaped, 3);
                }
            }
            self.text.push(said);
            self.places.push(start + at as u64);
            at += len;
        }
    }

    /// Whether an escape begins there that the first reading leaves alone, and that may say a digit or stand beside one.
    fn is_escape(&self, byte: u8, at: usize) -> bool {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| self.text.get(at)).copied().unwrap_or(self.before);
        match byte {
            b'%' => percent(rest, before),
            b'\\' => self.backslash(rest),
            0xC0.. => overlong(byte, rest, before),
            b'e' | b'E' if self.syntax == Syntax::Json && before.is_ascii_digit() => {
                matches!(rest, [b'0'..=b'9' | b'+', ..])
            }
            b'.' if self.syntax == Syntax::Json && before.is_ascii_digit() => rest.first() == Some(&b'0'),
            b']' if self.syntax == Syntax::Xml => rest.starts_with(b"]>") && !before.is_ascii_alphabetic(),
            b'<' if self.syntax == Syntax::Xml => rest.starts_with(b"![CDATA[") && before.is_ascii_digit(),
            b'&' if self.syntax == Syntax::Xml => {
                rest.starts_with(b"amp;#") || before.is_ascii_digit() && !rest.starts_with(b"#")
            }
            _ => false,
        }
    }

    fn backslash(&self, rest: &[u8]) -> bool {
        let strings = matches!(self.syntax, Syntax::Json | Syntax::Script);
        let plain = matches!(self.syntax, Syntax::Plain | Syntax::Xml);
        match rest {
            [b'\\', b'u' | b'U' | b'x' | b'X' | b'0', ..] | [b'u' | b'U', b'{', ..] => true,
            [b'x' | b'X', ..] => plain || self.syntax == Syntax::Json,
            // A surrogate, which may stand alone.
            [b'u', b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..] => strings || plain,
            [b'u', ..] => plain,
            [b'U', ..] => true,
            [b'0', b'6' | b'7', b'0'..=b'7', ..] => true,
            _ => false,
        }
    }
}

/// What follows a `%` that was not undone.
fn percent(rest: &[u8], before: u8) -> bool {
    match rest {
        [b'u' | b'U', ..] => true,
        [b'2', b'5', ..] => true,
        [high, low, after @ ..] => percent::byte(&[*high, *low]).is_some_and(|byte| {
            let near = before.is_ascii_digit() || after.first().is_some_and(u8::is_ascii_digit);
            byte.is_ascii_digit() || near && scan::meant(u32::from(byte)).is_some() || overlong_lead(byte)
        }),
        _ => false,
    }
}

fn overlong_lead(byte: u8) -> bool {
    matches!(byte, 0xC0 | 0xC1)
}

/// Whether an ASCII character is said in more bytes than it has, in the company of digits: in EUC-KR such bytes are Hangul.
fn overlong(lead: u8, rest: &[u8], before: u8) -> bool {
    let Some((count, said)) = scan::overlong(lead, rest) else { return false };
    let after = rest.get(count).copied().unwrap_or(0);
    let beside = before.is_ascii_digit() || after.is_ascii_digit();
    said.is_ascii_digit() && (beside || matches!(after, 0xC0 | 0xC1 | 0xE0 | 0xF0))
        || beside && !said.is_ascii_alphabetic()
}
