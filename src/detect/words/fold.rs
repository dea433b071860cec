//! Words found in a text, whatever spaces and letter case it is written with.

use super::Topic;
use super::lists::WORDS;
use super::topics::Topics;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Match};
use std::sync::LazyLock;

/// Latin words up to this length must stand as words of their own: `hp` is not in `php`.
const SHORT: usize = 4;

struct Words {
    automaton: AhoCorasick,
    topics: Vec<(Topic, &'static str)>,
}

static FINDER: LazyLock<Option<Words>> = LazyLock::new(|| {
    let topics: Vec<(Topic, &str)> = all().collect();
    // A table of some megabytes at most, and twice as fast as the small kinds.
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
}

/// Where a byte of a folded text comes from.
pub(super) struct Origin {
    /// The offset in the text at which its character ends.
    end: usize,
    /// Whether a Latin word begins with its character.
    pub(super) begins: bool,
}

/// Whether a character counts in the comparison.
pub(super) fn counts(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '_' | '-' | '.' | '·')
}

/// Whether a byte is, or is part of, a character that counts: ASCII but what is left out, and the bytes of Hangul, on whose
/// lead bytes no other character begins that does not count.
pub(super) static PLAIN: [bool; 256] = {
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
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) topic: Topic,
    /// Offset in the text at which it ends.
    pub(super) end: usize,
}

/// The words of a text. Where one ends in the text itself is looked up for as few of them as possible.
pub(super) struct Found<'t> {
    pub(super) folded: Folded<'t>,
    matches: Vec<Match>,
}

impl Found<'_> {
    /// Every word in the text.
    pub(super) fn new(text: &str) -> Found<'_> {
        let folded = Folded::new(text);
        let found = FINDER.as_ref().filter(|_| !text.is_empty());
        let matches = found.map(|words| words.automaton.find_overlapping_iter(&folded.bytes).collect());
        Found { folded, matches: matches.unwrap_or_default() }
    }

    /// What they say.
    pub(super) fn topics(&self) -> Topics {
        let Some(words) = FINDER.as_ref() else { return Topics::NONE };
        self.matches.iter().filter_map(|found| Some(words.word(&self.folded, found)?.0.set())).collect()
    }

    /// Of those that say what a number is, the first by the order of `key`.
    pub(super) fn first_by<K: Ord>(&mut self, key: impl Fn(&Match) -> K) -> Option<Hit> {
        let words = FINDER.as_ref()?;
        self.matches.sort_by_key(key);
        self.matches.iter().find_map(|found| words.hit(&self.folded, found).filter(|hit| hit.topic.names()))
    }
}

impl Words {
    /// The word, if it stands there as one.
    fn word(&self, folded: &Folded<'_>, found: &Match) -> Option<(Topic, &'static str)> {
        let (topic, word) = *self.topics.get(found.pattern().as_usize())?;
        let is_short = word.len() <= SHORT && word.is_ascii();
        (!is_short || folded.stands_alone(found.start(), found.end())).then_some((topic, word))
    }

    fn hit(&self, folded: &Folded<'_>, found: &Match) -> Option<Hit> {
        let (topic, word) = self.word(folded, found)?;
        let end = folded.origin(found.end().checked_sub(1)?)?.end;
        let lodging = word == "고시" && folded.text.get(end..)?.starts_with(['원', '텔']);
        (!lodging).then_some(Hit { topic, end })
    }
}
