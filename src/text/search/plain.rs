//! Chains of digits in plain ASCII, read without the lexer: nearly all dates, times and identifiers of a page.

use crate::text::lex::{AFTER, After, MAX_DIGITS, Reader};
use crate::text::{Charset, Separator, Syntax};

/// Digits and groups of a plain chain that are read at once, at most.
const DIGITS: usize = 96;
const GROUPS: usize = 32;
/// Of a longer chain so many digits are read again with those that follow: more than any number has.
const OVERLAP: usize = 20;
/// Bytes between two digits, at most; more are left to the lexer.
const GAP: usize = 64;
/// Separators between two digits, at most.
const SEPARATORS: usize = 3;

/// A chain of ASCII digits with nothing but ASCII separators between them: what its cluster will be. Of a longer chain, as
/// much as is read at once.
#[derive(Debug, Clone, Default)]
pub struct Plain<'a> {
    /// What is read, from the first digit on.
    bytes: &'a [u8],
    groups: Groups,
    count: usize,
}

#[derive(Debug, Clone)]
struct Groups([Group; GROUPS]);

impl Default for Groups {
    fn default() -> Groups {
        Groups([Group { start: 0, before: 0, len: 0, separator: Separator::Other }; GROUPS])
    }
}

/// A group of digits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Group {
    /// Its first byte, counted from the chain's.
    start: u16,
    /// Digits of the chain before it.
    before: u16,
    len: u16,
    /// What stands after it, if it is not the last.
    pub separator: Separator,
}

impl Group {
    /// How many digits it has.
    pub fn digits(&self) -> usize {
        usize::from(self.len)
    }

    /// How many digits of the chain stand before it.
    pub fn before(&self) -> usize {
        usize::from(self.before)
    }

    fn start(&self) -> usize {
        usize::from(self.start)
    }
}

/// What stands at a digit.
#[derive(Debug, Clone, Copy)]
pub(super) enum Met {
    /// A plain chain. No candidate begins from its last digit up to there.
    End(usize),
    /// A plain chain that goes on, as much of it as is read at once. Of the numbers that begin before that place, where a group
    /// begins that is not joined to what stands before it, all has been read.
    On(usize),
    /// The window ends in it or directly after it.
    Cut,
    /// Something in the chain or after it must be lexed.
    Unsure,
}

/// The groups of telephone and card numbers that are looked at where commas or colons stand between.
const LISTED: &[&[usize]] = &[&[3, 4, 4], &[3, 3, 4], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

impl<'a> Plain<'a> {
    /// Its groups, first to last.
    pub fn groups(&self) -> &[Group] {
        self.groups.0.get(..self.count).unwrap_or_default()
    }

    /// How many digits it has.
    pub fn len(&self) -> usize {
        self.groups().last().map_or(0, |last| last.before() + last.digits())
    }

    /// How many bytes stand between the group with this number and the next; 0 if there is none.
    pub fn gap_after(&self, number: usize) -> usize {
        match self.groups().get(number..) {
            Some([group, next, ..]) => next.start().saturating_sub(group.start() + group.digits()),
            _ => 0,
        }
    }

    /// Whether it may be a number that is written in an unusual way: digits apart by something else than spaces and dashes
    /// one by one, or by signs that look like digits or belong to escapes.
    pub fn is_odd(&self) -> bool {
        let odd = |group: &Group| group.separator == Separator::Other;
        let groups = self.groups();
        let inner = groups.get(..groups.len().saturating_sub(1)).unwrap_or_default();
        let comma = |group: &Group| matches!(group.separator, Separator::Comma | Separator::Colon);
        let listed = || LISTED.iter().any(|lengths| groups.iter().map(Group::digits).eq(lengths.iter().copied()));
        inner.iter().any(odd) || self.len() == groups.len() || inner.iter().all(comma) && listed()
    }

    /// Whether it has none, which no chain that was read is.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The values of digits from a group on, as many as there are and fit.
    pub fn values_from<'v>(&self, group: &Group, values: &'v mut [u8]) -> &'v [u8] {
        let bytes = self.bytes.get(group.start()..).unwrap_or_default();
        let value = |byte: &u8| byte.wrapping_sub(b'0');
        let count = values.len().min(self.len().saturating_sub(group.before()));
        if group.digits() >= count {
            values.iter_mut().zip(bytes).for_each(|(to, byte)| *to = value(byte));
        } else {
            let digits = bytes.iter().map(value).filter(|value| *value < 10).take(count);
            values.iter_mut().zip(digits).for_each(|(to, digit)| *to = digit);
        }
        values.get(..count).unwrap_or_default()
    }

    /// Where to cut a cluster in which the group with this number is whole and what separates it from the one before can be
    /// seen, counted from the chain's first byte. What fits into one cluster is not cut.
    pub(super) fn cut_before(&self, group: usize) -> usize {
        if self.len() <= MAX_DIGITS {
            return 0;
        }
        self.places().take_while(|(number, _)| *number < group).last().map_or(0, |(_, group)| group.start())
    }

    /// The groups that are not joined to the one before, but for the first.
    fn places(&self) -> impl DoubleEndedIterator<Item = (usize, &Group)> {
        let pairs = self.groups().iter().zip(self.groups().iter().enumerate().skip(1));
        pairs.filter(|(before, _)| before.separator != Separator::Dash).map(|(_, place)| place)
    }

    /// Where to read on in a chain that is longer than is read at once.
    fn on(&self, start: usize) -> Met {
        let len = self.len();
        let place = self.places().rfind(|(_, group)| group.before() + OVERLAP <= len).map(|(_, group)| group);
        // Short steps would read the same again and again.
        place.filter(|place| place.before() >= len / 4).map_or(Met::Unsure, |place| Met::On(start + place.start()))
    }

    /// Reads the chain whose first digit stands at `start`; if `last`, nothing follows the window.
    #[inline]
    pub(super) fn read(&mut self, reader: &Reader<'a>, start: usize, last: bool) -> Met {
        self.bytes = reader.bytes().get(start..).unwrap_or_default();
        self.count = 0;
        let (mut at, mut before, mut single) = (0, 0, false);
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let near = rest.get(..=DIGITS).unwrap_or(rest);
            let len = near.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(near.len());
            // Digits written apart one by one are joined by the lexer.
            if single && len == 1 {
                return Met::Unsure;
            }
            single = len == 1;
            let Some(group) = self.groups.0.get_mut(self.count).filter(|_| before + len <= DIGITS) else {
                return self.on(start);
            };
            // At most DIGITS and as many gaps, which fit by far.
            let small = |number: usize| number as u16;
            *group = Group { start: small(at), before: small(before), len: small(len), separator: Separator::Other };
            self.count += 1;
            before += len;
            match Between::read(reader, start + at + len, last) {
                Between::Digit { at: next, separator } => {
                    group.separator = separator;
                    at = next - start;
                }
                Between::End(end) => return Met::End(end),
                Between::Cut => return Met::Cut,
                Between::Unsure => return Met::Unsure,
            }
        }
    }
}

/// What follows a digit.
enum Between {
    Digit {
        at: usize,
        separator: Separator,
    },
    /// Nothing of the chain; no candidate begins before that place.
    End(usize),
    /// The window ends.
    Cut,
    Unsure,
}

impl Between {
    #[inline]
    fn read(reader: &Reader<'_>, start: usize, last: bool) -> Between {
        let bytes = reader.bytes();
        let (mut at, mut count, mut newline, mut mark) = (start, 0, None, None);
        let mut tagged = false;
        loop {
            let Some(byte) = bytes.get(at).copied() else {
                return if last { Between::End(at) } else { Between::Cut };
            };
            match AFTER[usize::from(byte)] {
                After::Separator(kind) if count < SEPARATORS => {
                    match kind {
                        Separator::Newline if tagged => {}
                        Separator::Newline if mark == Some(Separator::Dash) => {
                            newline = newline.or(Some(Separator::Hyphenated));
                        }
                        Separator::Newline => newline = newline.or(Some(Separator::Newline)),
                        Separator::Space => {}
                        other => mark = mark.or(Some(other)),
                    }
                    count += 1;
                    at += 1;
                }
                After::Digit if at == start || count > 0 => {
                    let separator = newline.or(mark).unwrap_or(Separator::Space);
                    return Between::Digit { at, separator };
                }
                After::End => return Between::End(at),
                After::Lex if at - start > GAP => return Between::Unsure,
                After::Lex => match after_lexed(reader, at) {
                    Lexed::Ends => return Between::End(at),
                    Lexed::Nothing(len) => {
                        tagged |= byte == b'<' && matches!(reader.syntax(), Syntax::Html | Syntax::Xml);
                        at += len;
                    }
                    Lexed::Unsure if !last && bytes.len() < at + LONGEST => return Between::Cut,
                    Lexed::Unsure => return Between::Unsure,
                },
                After::Separator(_) | After::Digit => return Between::Unsure,
            }
        }
    }
}

/// Bytes of what is told from its beginning, at most.
const LONGEST: usize = "</strong>".len();

/// What a byte begins that is neither a plain digit nor a plain separator.
enum Lexed {
    /// Something that ends every chain.
    Ends,
    /// So many bytes that mean nothing.
    Nothing(usize),
    Unsure,
}

fn after_lexed(reader: &Reader<'_>, at: usize) -> Lexed {
    let rest = reader.bytes().get(at..).unwrap_or_default();
    if ends_chain(rest, reader.charset()) {
        return Lexed::Ends;
    }
    let tag = match rest {
        [b'<', b'/', b'a' | b'b' | b'e' | b'f' | b's', ..] => INLINE.iter().find(|tag| rest.starts_with(tag)),
        _ => None,
    };
    tag.filter(|_| reader.syntax() == Syntax::Html).map_or(Lexed::Unsure, |tag| Lexed::Nothing(tag.len()))
}

/// End tags within a line, as they mostly follow a number in HTML.
const INLINE: &[&[u8]] = &[b"</a>", b"</b>", b"</em>", b"</span>", b"</font>", b"</strong>"];

/// Whether what begins with a byte of [`After::Lex`] ends every chain, in any syntax: the end tags of cells, items,
/// paragraphs, the ampersand of a link, a Hangul syllable.
#[inline]
pub(super) fn ends_chain(rest: &[u8], charset: Charset) -> bool {
    match *rest {
        [b'<', b'/', first, second, b'>', ..] => matches!(
            [first | 0x20, second | 0x20],
            [b't', b'd' | b'h' | b'r'] | [b'l', b'i'] | [b'd', b'd' | b't'] | [b'u' | b'o', b'l']
        ),
        [b'<', b'/', b'p' | b'P', b'>', ..] => true,
        [b'<', b'/', b'd', b'i', b'v', b'>', ..] => true,
        [b'&', b'a', b'm', b'p', b';', ..] => true,
        // Nothing that these can begin, if they are whole or broken, is a digit, a separator, or of no width. (Below Hangul
        // there are digits of other scripts.)
        [0xEA, 0xB0..=0xFF, _, ..] | [0xEB..=0xED, _, _, ..] => charset != Charset::Cp949,
        // An escape of a digit, of a separator, or of a percent sign.
        [b'%', next, ..] => !matches!(next, b'0' | b'2' | b'3' | b'5' | b'7' | b'C'..=b'F' | b'c'..=b'f'),
        // The plus between two strings of a script.
        [b'"' | b'\'' | b'`', next, ..] if next != b'+' && !next.is_ascii_whitespace() => true,
        [b'"' | b'\'' | b'`', b' ', next, ..] => next != b'+' && !next.is_ascii_whitespace(),
        // Letters that look like digits, between digits.
        [b'O' | b'o' | b'l' | b'I' | b'S' | b'B', next, ..] => !looks_like_digit(next),
        [0xB0..=0xC8, _, ..] => charset != Charset::Utf8,
        _ => false,
    }
}

/// Whether a byte is a digit, or something that stands between digits and may be read as one.
fn looks_like_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'O' | b'o' | b'l' | b'I' | b'S' | b'B' | b'|' | b'-')
}
