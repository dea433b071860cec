//! Looks through what a client sends for what another program may read otherwise than the first reading does: bytes
//! that are no UTF-8, and escapes that somebody may undo once more.

use super::percent;
use super::scan::{self, Window};
use crate::text::Syntax;
use encoding_rs::Encoding;

/// Bytes beyond a place, escapes undone, that tell what stands there.
const AHEAD: usize = 16;
/// As many bytes as that may have been written with, and the beginning of an escape.
pub(super) const AHEAD_RAW: usize = 3 * AHEAD + 2;

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

/// Looks through one text, as its first reading undoes its escapes. It costs a few passes at the speed of memory, for
/// what it looks for is rare.
#[derive(Debug)]
pub(super) struct Scout {
    syntax: Syntax,
    /// The offset of what was not looked at yet.
    offset: u64,
    /// The byte before it.
    before: u8,
    /// So many bytes at its beginning are the rest of a character.
    tail: usize,
    /// What was called for.
    wanted: Vec<Wanted>,
}

impl Scout {
    /// For a text whose first byte stands at `offset`, and which is read as UTF-8 anyway or not.
    pub fn new(syntax: Syntax, offset: u64, is_utf8: bool) -> Scout {
        let wanted = if is_utf8 { vec![Wanted::Utf8] } else { Vec::new() };
        Scout { syntax, offset, before: 0, tail: 0, wanted }
    }

    /// Whether every reading has been called for.
    pub fn is_done(&self) -> bool {
        self.wanted.len() == 3
    }

    /// Looks at what has come; `last` if nothing follows. What is called for now, each reading once, and by what place.
    pub fn look_at(&mut self, window: &Window, last: bool, calls: &mut Vec<(Wanted, u64)>) {
        let from = window.index(self.offset);
        let text = window.text().get(from..).unwrap_or_default();
        let end = if last { text.len() } else { text.len().saturating_sub(AHEAD) };
        if end == 0 || self.is_done() {
            return;
        }
        let found = self.look(text, end);
        calls.extend(found.into_iter().map(|(wanted, at)| (wanted, window.offset(from + at))));
        self.before = end.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(self.before);
        self.offset = window.offset(from + end);
    }

    /// What the text calls for before `end`, and where.
    fn look(&mut self, text: &[u8], end: usize) -> Vec<(Wanted, usize)> {
        let mut found = Vec::new();
        let head = text.get(..end).unwrap_or(text);
        if !self.wanted.contains(&Wanted::Utf8) {
            found.extend(head.iter().position(|byte| *byte >= 0x80).map(|at| (Wanted::Utf8, at)));
        }
        if !self.wanted.contains(&Wanted::Cp949) {
            found.extend(self.broken(text, end).map(|at| (Wanted::Cp949, at)));
        }
        if !self.wanted.contains(&Wanted::Lax) {
            let called = found.iter().any(|(wanted, _)| *wanted == Wanted::Cp949);
            found.extend(self.escape(text, head, called).map(|at| (Wanted::Lax, at)));
        }
        self.wanted.extend(found.iter().map(|(wanted, _)| *wanted));
        found
    }

    /// The first byte before `end` that is no UTF-8.
    fn broken(&mut self, text: &[u8], end: usize) -> Option<usize> {
        let from = std::mem::take(&mut self.tail).min(text.len());
        let rest = text.get(from..).unwrap_or_default();
        let sound = from + Encoding::utf8_valid_up_to(rest);
        if sound < end {
            return Some(sound);
        }
        let after = text.get(end..sound).unwrap_or_default();
        self.tail = after.iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
        None
    }

    /// The first escape that the first reading leaves alone.
    fn escape(&self, text: &[u8], head: &[u8], broken: bool) -> Option<usize> {
        let is_escape = |at: &usize| head.get(*at).is_some_and(|byte| self.is_escape(*byte, text, *at));
        let mut first = memchr::memchr3_iter(b'%', b'\\', b'&', head).find(is_escape);
        // Signs by which text is made bold, and a dash beside one of two.
        let bold = memchr::memchr2_iter(b'[', b'-', head).find(is_escape);
        let mut more = |found: Option<usize>| first = first.into_iter().chain(found).min();
        more(bold);
        match self.syntax {
            Syntax::Xml => more(memchr::memchr2_iter(b']', b'<', head).find(is_escape)),
            Syntax::Json => more(memchr::memchr3_iter(b'e', b'E', b'.', head).find(is_escape)),
            _ => {}
        }
        // No byte of UTF-8 is one of these but E0 and F0, and those do not begin an ASCII character.
        if broken || self.wanted.contains(&Wanted::Cp949) {
            more(memchr::memchr3_iter(0xC0, 0xC1, 0xE0, head).find(is_escape));
            more(memchr::memchr_iter(0xF0, head).find(is_escape));
        }
        first
    }

    /// Whether an escape begins there that the first reading leaves alone, and that may say a digit or stand beside one.
    fn is_escape(&self, byte: u8, text: &[u8], at: usize) -> bool {
        let rest = text.get(at + 1..).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(self.before);
        match byte {
            b'%' => percent(rest, before),
            b'\\' => {
                let folds = |byte: &u8| matches!(byte, b'\r' | b'\n') || byte.is_ascii_digit() && before != b'-';
                let within = before.is_ascii_digit() || before == b'-';
                self.backslash(rest) || within && rest.first().is_some_and(folds)
            }
            0xC0.. => overlong(byte, rest, before),
            b'e' | b'E' if self.syntax == Syntax::Json && before.is_ascii_digit() => {
                matches!(rest, [b'0'..=b'9' | b'+', ..])
            }
            b'.' if self.syntax == Syntax::Json && before.is_ascii_digit() => rest.first() == Some(&b'0'),
            b']' if self.syntax == Syntax::Xml => rest.starts_with(b"]>") && !before.is_ascii_alphabetic(),
            b'<' if self.syntax == Syntax::Xml => rest.starts_with(b"![CDATA[") && before.is_ascii_digit(),
            b'[' => {
                let name = rest.strip_prefix(b"/").unwrap_or(rest);
                let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                let tag = (1..=8).contains(&letters) && matches!(name.get(letters), Some(b']' | b'='));
                tag && (before.is_ascii_digit() || before == b'-')
            }
            b'-' => {
                let sign = |byte: u8| matches!(byte, b'*' | b'_' | b'~');
                let double = matches!(rest, [first, second, third, ..] if sign(*first) && first == second && third.is_ascii_digit());
                double && (sign(before) || before.is_ascii_digit())
            }
            b'&' => {
                let again = [&b"amp;#"[..], b"amp;amp;", b"#38;#", b"#x26;#"].iter().any(|word| rest.starts_with(word));
                again || self.syntax == Syntax::Xml && before.is_ascii_digit() && !rest.starts_with(b"#")
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
