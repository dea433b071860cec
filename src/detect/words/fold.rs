//! Words found in a text, whatever spaces and letter case it is written with.

use super::Topic;
use super::lists::WORDS;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Latin words up to this length must stand as words of their own: `hp` is not in `php`.
const SHORT: usize = 4;

struct Words {
    automaton: AhoCorasick,
    topics: Vec<(Topic, &'static str)>,
}

static FINDER: LazyLock<Option<Words>> = LazyLock::new(|| {
    let topics: Vec<(Topic, &str)> = all().collect();
    let automaton = AhoCorasick::new(topics.iter().map(|(_, word)| word)).ok()?;
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
}

/// Where a byte of a folded text comes from.
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

impl Folded<'_> {
    pub(super) fn new(text: &str) -> Folded<'_> {
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars().filter(|character| counts(*character)) {
            if character.is_ascii() {
                bytes.push(character.to_ascii_lowercase() as u8);
            } else {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Folded { text, bytes }
    }

    /// Where the byte at `at` comes from; `None` at the end.
    pub(super) fn origin(&self, at: usize) -> Option<Origin> {
        let (mut previous, mut passed) = (' ', 0_usize);
        for (offset, character) in self.text.char_indices() {
            let begins =
                !previous.is_ascii_alphabetic() || (previous.is_ascii_lowercase() && character.is_ascii_uppercase());
            previous = character;
            passed = passed.saturating_add(if counts(character) { character.len_utf8() } else { 0 });
            if passed > at {
                return Some(Origin { end: offset.saturating_add(character.len_utf8()), begins });
            }
        }
        None
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
    let found = words.automaton.find_overlapping_iter(&folded.bytes);
    found
        .filter_map(|found| {
            let (topic, word) = *words.topics.get(found.pattern().as_usize())?;
            let is_short = word.len() <= SHORT && word.is_ascii();
            if is_short && !folded.stands_alone(found.start(), found.end()) {
                return None;
            }
            let end = folded.origin(found.end().checked_sub(1)?)?.end;
            let lodging = word == "고시" && text.get(end..)?.starts_with(['원', '텔']);
            (!lodging).then_some(Hit { topic, length: found.len(), end, folded_end: found.end() })
        })
        .collect()
}
