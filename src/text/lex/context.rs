//! Context windows: the logical text around a candidate, in which detectors look for labels.

use super::{Piece, Reader};
use crate::text::{Charset, Syntax};

/// Characters of context before a candidate, at most.
pub const BEFORE_CHARS: usize = 60;
/// Characters of context after it, at most.
pub const AFTER_CHARS: usize = 30;
/// Bytes that are read to find the context before, at most: first the nearest, and more only where they do not do.
pub const BEFORE_RAW: usize = 1024;
const NEAR_RAW: usize = 256;
const NEAREST_RAW: usize = 160;
/// Bytes that are read to find the context after, at most.
const AFTER_RAW: usize = 512;
/// A block that holds so many characters at most, and hardly a digit (`13자리`), is a label of what comes next.
const LABEL_CHARS: usize = 20;
const LABEL_DIGITS: usize = 2;
/// Bytes that are read to spell out what stands before an at sign, at most.
pub const SPELLED_RAW: usize = 256;
/// Characters that are spelled out before an at sign and after it, at most.
const SPELLED_BEFORE: usize = 100;
const SPELLED_AFTER: usize = 255;

/// Characters that no address holds before its at sign.
const PARTS: &str = "\"'`<>()[]{}|,:";

/// Whether a byte certainly stands before an address, not in it, in whatever syntax.
pub fn parts_words(byte: u8) -> bool {
    byte.is_ascii_whitespace() || (byte.is_ascii() && PARTS.contains(char::from(byte)))
}

/// A logical character and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelled {
    /// The character; full-width letters are folded.
    pub char: char,
    /// Its first byte in the window.
    pub start: usize,
    /// Its number of bytes.
    pub len: usize,
}

/// Full-width ASCII (U+FF01 to U+FF5E) as ASCII.
pub(super) fn fold(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// What a byte is where it stands for itself: ASCII in any syntax, or part of a Hangul syllable in UTF-8.
static PLAIN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'<' | b'&' | b'\\' | b'"' => 0,
            b' '..=b'~' => ITSELF,
            0x80..=0xBF | 0xEA..=0xEC => HANGUL,
            _ => 0,
        };
        byte += 1;
    }
    table
};
const ITSELF: u8 = 1;
const HANGUL: u8 = 2;

impl Reader<'_> {
    /// The first place from `from` on at which a character begins, and no tag is open as far as can be seen.
    pub(in crate::text) fn sync(&self, from: usize, end: usize) -> usize {
        let Some(bytes) = self.bytes().get(from..end).filter(|_| from > 0) else { return from };
        let character = match self.charset() {
            Charset::Utf8 => bytes.iter().position(|byte| byte & 0xC0 != 0x80),
            // Below 0x41 no byte is the second of two.
            Charset::Cp949 => bytes.iter().position(|byte| *byte < 0x41),
            Charset::AsciiBased => Some(0),
        };
        let character = character.unwrap_or(0);
        let angle = memchr::memchr2(b'<', b'>', bytes.get(character..).unwrap_or_default());
        let closes = angle.filter(|angle| bytes.get(character + angle) == Some(&b'>'));
        match closes.filter(|_| self.syntax() != Syntax::Plain) {
            Some(angle) => from + character + angle + 1,
            None => from + character,
        }
    }

    /// Whether a character of two CP949 bytes can begin at `at`: with the bytes before it read from the nearest byte that
    /// is certainly one of its own. True for other charsets.
    pub fn aligned(&self, at: usize) -> bool {
        if self.charset() != Charset::Cp949 {
            return true;
        }
        let from = at.saturating_sub(BEFORE_RAW);
        let before = self.bytes().get(from..at).unwrap_or_default();
        let mut here = before.iter().rposition(|byte| *byte < 0x41).map_or(from, |safe| from + safe + 1);
        while here < at {
            let wide = self.bytes().get(here).is_some_and(|byte| *byte >= 0x80);
            here += if wide { self.unit(here).map_or(1, |unit| unit.len) } else { 1 };
        }
        here == at
    }

    /// The logical character directly before `at`, markup and zero-width characters skipped; `None` at the start of the
    /// text or of a block.
    pub fn char_before(&self, at: usize) -> Option<char> {
        let back = |by: usize| at.checked_sub(by).and_then(|at| self.bytes().get(at)).copied();
        let last = back(1)?;
        if back(3) == Some(b'%')
            && self.syntax() != Syntax::Plain
            && let Some(escaped) = self.percent_before(at)
        {
            return Some(escaped);
        }
        let escapes = matches!(self.syntax(), Syntax::Html | Syntax::Json | Syntax::Script);
        let escaped = escapes && [2, 4, 6].into_iter().any(|by| back(by) == Some(b'\\'));
        if last == b'>' && self.syntax() != Syntax::Plain {
            return self.char_before_tag(at);
        }
        let ends_nothing = matches!(last, b' '..=b'~' | b'\t' | b'\n' | b'\r') && !b">;\"".contains(&last);
        let simple = ends_nothing && !escaped;
        if simple { Some(char::from(last)) } else { self.last_char(at) }
    }

    /// The same where a `>` stands directly before: nearly always the tag of a cell.
    fn char_before_tag(&self, at: usize) -> Option<char> {
        let from = at.saturating_sub(NEAR_RAW);
        let Some(open) = memchr::memrchr(b'<', self.bytes().get(from..at)?) else { return Some('>') };
        match self.piece(from + open) {
            Some((Piece::Block, len)) if from + open + len == at => None,
            Some((Piece::Break, len)) if from + open + len == at => Some('\n'),
            _ => self.last_char(at),
        }
    }

    fn last_char(&self, at: usize) -> Option<char> {
        let mut last = None;
        self.walk(at.saturating_sub(NEAR_RAW), at, |piece, _, _| match piece {
            Piece::Char(char) => last = Some(char),
            Piece::Break => last = Some('\n'),
            Piece::Block => last = None,
            Piece::Nothing => {}
        });
        last
    }

    pub(super) fn walk(&self, from: usize, end: usize, mut each: impl FnMut(Piece, usize, usize)) {
        let mut at = self.sync(from, end);
        while at < end {
            let Some((piece, len)) = self.piece(at) else { break };
            if at + len > end {
                // The end stands inside this tag (in an attribute): what is read is the inside.
                each(Piece::Block, at, 1);
                at += 1;
                continue;
            }
            each(piece, at, len);
            at += len;
        }
    }

    /// The text before `at`: at most [`BEFORE_CHARS`] characters of its own block, after the text of the block before if
    /// that is but a label (`<th>`, `<dt>`, a cell).
    pub fn before(&self, at: usize, text: &mut String) {
        for raw in [NEAREST_RAW, NEAR_RAW, BEFORE_RAW] {
            let mut gathered = Gathered::default();
            let from = at.saturating_sub(raw);
            self.gather(from, at, &mut gathered);
            // A first block that was begun before it was read is not known to be short.
            if from == 0 || raw == BEFORE_RAW || gathered.suffices() {
                gathered.give(text);
                return;
            }
        }
    }

    /// As [`Reader::walk`], in stretches where it can be.
    fn gather(&self, from: usize, end: usize, gathered: &mut Gathered) {
        let mut at = self.sync(from, end);
        while at < end {
            let plain = self.plain_stretch(at, end);
            if !plain.is_empty() {
                gathered.take_plain(plain);
                at += plain.len();
                continue;
            }
            let Some((piece, len)) = self.piece(at) else { break };
            if at + len > end {
                // The end stands inside a tag: what is read is the value of the attribute. The tag does not part it from
                // the text before.
                gathered.take(Piece::Block);
                at = self.value_around(at, end).unwrap_or(at + 1);
                continue;
            }
            gathered.take(piece);
            at += len;
        }
    }

    /// The characters from `at` on that are themselves, in any syntax, and no line breaks: ASCII, and Hangul in UTF-8.
    fn plain_stretch(&self, at: usize, end: usize) -> &str {
        let bytes = self.bytes().get(at..end).unwrap_or_default();
        let wanted = if self.charset() == Charset::Utf8 { HANGUL | ITSELF } else { ITSELF };
        let len = bytes.iter().position(|byte| PLAIN[usize::from(*byte)] & wanted == 0).unwrap_or(bytes.len());
        let stretch = bytes.get(..len).unwrap_or_default();
        match std::str::from_utf8(stretch) {
            Ok(text) => text,
            Err(error) => {
                stretch.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or("")
            }
        }
    }

    /// The logical characters of these bytes, full width folded, blocks and breaks as line breaks.
    pub fn plain(&self, from: usize, end: usize) -> String {
        let mut text = String::new();
        self.walk(from, end, |piece, _, _| match piece {
            Piece::Char(char) => text.push(fold(char)),
            Piece::Break | Piece::Block => text.push('\n'),
            Piece::Nothing => {}
        });
        text
    }

    /// The text after `at`: at most [`AFTER_CHARS`] characters of its own block.
    pub fn after(&self, at: usize, text: &mut String) {
        text.clear();
        let mut here = at;
        let (mut newlines, mut characters) = (0, 0);
        for _ in 0..AFTER_RAW {
            let near = self.plain_stretch(here, self.bytes().len().min(here + AFTER_CHARS * 3));
            if !near.is_empty() {
                let taken = near.char_indices().nth(AFTER_CHARS - characters).map_or(near.len(), |(end, _)| end);
                let near = near.get(..taken).unwrap_or_default();
                newlines = if near.bytes().all(|byte| byte == b' ') { newlines } else { 0 };
                here += near.len();
                characters += near.chars().count();
                text.push_str(near);
                if characters >= AFTER_CHARS {
                    break;
                }
                continue;
            }
            let Some((piece, len)) = self.piece(here) else { break };
            let char = match piece {
                Piece::Char(char) => fold(char),
                Piece::Break => '\n',
                Piece::Block => break,
                Piece::Nothing => '\0',
            };
            match char {
                '\n' => newlines += 1,
                '\0' => {}
                char if char.is_whitespace() => {}
                _ => newlines = 0,
            }
            here += len;
            if char != '\0' {
                text.push(char);
                characters += 1;
            }
            if newlines > 1 || here > at + AFTER_RAW || characters >= AFTER_CHARS {
                break;
            }
        }
    }

    /// The characters directly before an at sign, spelled out, the nearest last. Tags, spaces, quotes and brackets end
    /// them; colons do not, for they tell the user of a URL from an address.
    pub fn spelled_before(&self, at: usize, spelled: &mut Vec<Spelled>) {
        spelled.clear();
        // A tag ends a word, but for one around the at sign itself.
        let mut tagged = false;
        self.walk(at.saturating_sub(SPELLED_RAW), at, |piece, start, len| match piece {
            Piece::Nothing if self.unit(start).is_some_and(|unit| unit.char != '<') => {}
            Piece::Nothing => tagged = true,
            Piece::Char(char) => {
                if std::mem::take(&mut tagged) || char.is_whitespace() || (PARTS.contains(char) && char != ':') {
                    spelled.clear();
                }
                if !(char.is_whitespace() || (PARTS.contains(char) && char != ':')) {
                    spelled.push(Spelled { char: fold(char), start, len });
                }
            }
            _ => spelled.clear(),
        });
        let surplus = spelled.len().saturating_sub(SPELLED_BEFORE);
        spelled.drain(..surplus);
    }

    /// The characters directly after an at sign, spelled out, up to and with the first that cannot be in a host name, and
    /// after a colon one more, which tells a path from prose.
    pub fn spelled_after(&self, at: usize, spelled: &mut Vec<Spelled>) {
        spelled.clear();
        let mut here = at;
        let mut colon = false;
        while spelled.len() < SPELLED_AFTER && here < at + 2 * BEFORE_RAW {
            let Some((piece, len)) = self.piece(here) else { break };
            match piece {
                Piece::Char(char) => {
                    let char = fold(char);
                    spelled.push(Spelled { char, start: here, len });
                    if colon || !(char.is_alphanumeric() || matches!(char, '.' | '-' | ':')) {
                        break;
                    }
                    colon = char == ':';
                }
                // A tag around the at sign itself ends no word.
                Piece::Nothing if spelled.is_empty() || self.unit(here).is_some_and(|unit| unit.char != '<') => {}
                _ => break,
            }
            here += len;
        }
    }
}

/// The text of the last block and of the one before it.
#[derive(Default)]
struct Gathered {
    label: String,
    label_known: bool,
    current: String,
    newlines: usize,
    blocks: usize,
}

impl Gathered {
    fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Char(char @ ('\n' | '\r')) => self.newline(char),
            Piece::Break => self.newline('\n'),
            Piece::Char(char) => {
                if !char.is_whitespace() {
                    self.newlines = 0;
                }
                self.current.push(fold(char));
            }
            Piece::Block => self.block(),
            Piece::Nothing => {}
        }
    }

    /// Characters that stand for themselves, no line breaks among them.
    fn take_plain(&mut self, text: &str) {
        if !text.bytes().all(|byte| byte == b' ') {
            self.newlines = 0;
        }
        self.current.push_str(text);
    }

    fn newline(&mut self, char: char) {
        self.newlines += usize::from(char == '\n');
        if self.newlines > 1 {
            self.block();
        } else {
            self.current.push(char);
        }
    }

    fn block(&mut self) {
        if self.current.contains(char::is_alphanumeric) {
            std::mem::swap(&mut self.label, &mut self.current);
            self.label_known = self.blocks > 0;
        }
        self.current.clear();
        self.newlines = 0;
        self.blocks += 1;
    }

    fn suffices(&self) -> bool {
        self.label_known || self.current.chars().count() >= BEFORE_CHARS
    }

    fn give(self, text: &mut String) {
        text.clear();
        let label = self.label.trim();
        let digits = label.chars().filter(char::is_ascii_digit).count();
        if label.chars().count() <= LABEL_CHARS && digits <= LABEL_DIGITS && label.contains(char::is_alphabetic) {
            text.push_str(label);
            text.push('\n');
        }
        text.push_str(&self.current);
        let surplus = text.chars().count().saturating_sub(BEFORE_CHARS);
        if let Some((cut, _)) = text.char_indices().nth(surplus) {
            text.drain(..cut);
        }
    }
}
