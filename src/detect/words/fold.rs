//! Words found in a text, whatever spaces and letter case it is written with.

use super::Topic;
use super::lists::WORDS;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Match};
use std::cell::OnceCell;
use std::sync::LazyLock;

/// Latin words up to this length must stand as words of their own: `hp` is not in `php`.
const SHORT: usize = 4;

struct Words {
    automaton: AhoCorasick,
    topics: Vec<(Topic, &'static str)>,
}

static FINDER: LazyLock<Option<Words>> = LazyLock::new(|| {
    let topics: Vec<(Topic, &str)> = all().collect();
    // A table of some hundred kilobytes, and twice as fast as the small kinds.
    let mut builder = AhoCorasick::builder();
    let automaton = builder.kind(Some(AhoCorasickKind::DFA)).build(topics.iter().map(|(_, word)| word)).ok()?;
    Some(Words { automaton, topics })
});

/// Every word with its topic.
pub(super) fn all() -> impl Iterator<Item = (Topic, &'static str)> {
    WORDS.iter().flat_map(|(topic, words)| words.split_ascii_whitespace().map(|word| (*topic, word)))
}

/// A text as the words are compared with: without spaces and `_ - . ·`, Latin letters in lower case.
pub(super) struct Folded<'a> {
    text: &'a str,
    pub(super) bytes: Vec<u8>,
    /// Where each byte comes from, once that was asked.
    origins: OnceCell<Vec<Origin>>,
}

/// Where a byte of a folded text comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// The offset in the text at which its character ends.
    end: usize,
    /// Whether a Latin word begins with its character.
    pub(super) begins: bool,
}

/// Whether a character counts in the comparison.
fn counts(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '_' | '-' | '.' | '·')
}

/// Whether a byte is, or is part of, a character that counts: ASCII but what is left out, and the bytes of Hangul, on whose
/// lead bytes no other character begins that does not count.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        table[byte] = !matches!(byte as u8, b'_' | b'-' | b'.');
        byte += 1;
    }
    let mut lead = 0xEA;
    while lead <= 0xED {
        table[lead] = true;
        lead += 1;
    }
    let mut next = 0x80;
    while next < 0xC0 {
        table[next] = true;
        next += 1;
    }
    table
};

impl Folded<'_> {
    pub(super) fn new(text: &str) -> Folded<'_> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        loop {
            // Most characters count: stretches of them are taken at once.
            let plain = rest.bytes().take_while(|byte| PLAIN[usize::from(*byte)]).count();
            let Some((stretch, after)) = rest.split_at_checked(plain) else { break };
            bytes.extend(stretch.bytes().map(|byte| byte.to_ascii_lowercase()));
            let Some(character) = after.chars().next() else { break };
            if counts(character) {
                bytes.extend(character.encode_utf8(&mut [0; 4]).bytes().map(|byte| byte.to_ascii_lowercase()));
            }
            rest = after.get(character.len_utf8()..).unwrap_or_default();
        }
        Folded { text, bytes, origins: OnceCell::new() }
    }

    /// Where the byte at `at` comes from; `None` at the end.
    pub(super) fn origin(&self, at: usize) -> Option<Origin> {
        self.origins.get_or_init(|| self.all_origins()).get(at).copied()
    }

    fn all_origins(&self) -> Vec<Origin> {
        let (mut origins, mut previous) = (Vec::with_capacity(self.bytes.len()), ' ');
        for (offset, character) in self.text.char_indices() {
            let begins =
                !previous.is_ascii_alphabetic() || (previous.is_ascii_lowercase() && character.is_ascii_uppercase());
            previous = character;
            if counts(character) {
                let end = offset.saturating_add(character.len_utf8());
                origins.extend(std::iter::repeat_n(Origin { end, begins }, character.len_utf8()));
            }
        }
        origins
    }

    /// Whether a Latin word begins there, or the text ends.
    fn begins(&self, at: usize) -> bool {
        self.origin(at).is_none_or(|origin| origin.begins)
    }

    /// Whether these bytes are a word of their own.
    fn stands_alone(&self, start: usize, end: usize) -> bool {
        self.begins(start) && (!self.bytes.get(end).is_some_and(u8::is_ascii_alphabetic) || self.begins(end))
    }
}

/// A word found in a text.
pub(super) struct Hit {
    pub(super) topic: Topic,
    pub(super) length: usize,
    /// Offset in the text at which it ends.
    pub(super) end: usize,
    /// Offset in the folded text at which it ends.
    pub(super) folded_end: usize,
}

/// Every word in the text.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    let Some(words) = FINDER.as_ref().filter(|_| !text.is_empty()) else { return Vec::new() };
    let folded = Folded::new(text);
    // Where a word ends in the text itself is looked up only for words.
    words.automaton.find_overlapping_iter(&folded.bytes).filter_map(|found| words.hit(&folded, &found)).collect()
}

impl Words {
    fn hit(&self, folded: &Folded<'_>, found: &Match) -> Option<Hit> {
        let (topic, word) = *self.topics.get(found.pattern().as_usize())?;
        let is_short = word.len() <= SHORT && word.is_ascii();
        if is_short && !folded.stands_alone(found.start(), found.end()) {
            return None;
        }
        let end = folded.origin(found.end().checked_sub(1)?)?.end;
        let rest = folded.text.get(end..)?;
        let other = match word {
            "고시" => rest.starts_with(['원', '텔']),
            "은행" => rest.starts_with(['나', '잎', '알']),
            _ => false,
        };
        (!other).then_some(Hit { topic, length: found.len(), end, folded_end: found.end() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded_character_by_character() {
        for text in ["주민 번호: 9_0-1.가·나\u{3000}다Ab", "· ·", "가", "ΑΒ ａ\u{a0}é\u{200b}", ""] {
            let kept = text.chars().filter(|character| counts(*character)).map(|c| c.to_ascii_lowercase());
            assert_eq!(String::from_utf8(Folded::new(text).bytes), Ok(kept.collect()), "{text}");
        }
        for character in ('\0'..=char::MAX).filter(|character| !counts(*character)) {
            let lead = character.encode_utf8(&mut [0; 4]).as_bytes().first().copied().unwrap_or(0);
            assert!(!PLAIN[usize::from(lead)], "{character:?}");
        }
    }
}
