//! Reading logical text, character by character.

use super::BLOCK;
use std::ops::Range;

/// Whether a character is a Hangul syllable.
pub(super) fn is_hangul(character: char) -> bool {
    matches!(character, '가'..='힣')
}

/// The letters and digits of a name or heading, in ASCII in lower case.
pub(super) fn letters(text: &str) -> String {
    let is_letter = |character: &char| {
        let known = character.is_ascii_alphanumeric() || is_hangul(*character);
        known || !character.is_ascii() && character.is_alphanumeric()
    };
    text.chars().filter(is_letter).map(|character| character.to_ascii_lowercase()).collect()
}

/// Whether a short text holds a word.
pub(super) fn holds(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|there| there == word.as_bytes())
}

/// Whether nothing of text stands there: spaces, line breaks, the ends of blocks.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == BLOCK
}

/// What stands for a hidden character in what is masked already.
pub(super) fn is_mask(character: char) -> bool {
    matches!(character, '*' | '●' | '○' | '■' | '#' | '◯' | '〇' | '□' | '×')
}

/// The character there.
pub(super) fn at(chars: &[char], place: usize) -> Option<char> {
    chars.get(place).copied()
}

/// The character before a place.
pub(super) fn before(chars: &[char], place: usize) -> Option<char> {
    chars.get(place.checked_sub(1)?).copied()
}

/// The end of the run that begins there of characters that pass, of at most `most`.
pub(super) fn run(chars: &[char], from: usize, most: usize, passes: impl Fn(char) -> bool) -> usize {
    let rest = chars.get(from..).unwrap_or_default();
    from.saturating_add(rest.iter().take(most).take_while(|character| passes(**character)).count())
}

/// The start of the run of such characters that ends there, of at most `most`.
pub(super) fn run_back(chars: &[char], end: usize, most: usize, passes: impl Fn(char) -> bool) -> usize {
    let head = chars.get(..end).unwrap_or_default();
    end.saturating_sub(head.iter().rev().take(most).take_while(|character| passes(**character)).count())
}

/// Whether this word stands there.
pub(super) fn is_word(chars: &[char], from: usize, word: &str) -> bool {
    let mut place = from;
    word.chars().all(|character| {
        let same = at(chars, place).is_some_and(|there| there.eq_ignore_ascii_case(&character));
        place = place.saturating_add(1);
        same
    })
}

/// Where the longest of these words that stands there ends.
pub(super) fn one_of(chars: &[char], from: usize, words: &[&str]) -> Option<usize> {
    // Most words begin with another character, which is told by its bytes: Hangul has three, and no two cases.
    let first = at(chars, from)?;
    let [lead, second, third] = {
        let mut written = [0; 4];
        first.encode_utf8(&mut written);
        [written[0], written[1], written[2]]
    };
    let other = |word: &str| {
        is_hangul(first) && !matches!(word.as_bytes(), [a, b, c, ..] if *a == lead && *b == second && *c == third)
    };
    let ends = words.iter().filter(|word| !other(word) && is_word(chars, from, word));
    ends.map(|word| from.saturating_add(word.chars().count())).max()
}

/// What stands between a label and its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// Where the value begins.
    pub(super) end: usize,
    /// Something that parts a label from its value: a colon, an equals sign, a quote, the end of a cell or line.
    pub(super) parted: bool,
    /// How many other characters than spaces stand between.
    pub(super) marks: usize,
}

/// The gap that begins there: spaces, the ends of blocks, and at most eight marks of punctuation.
pub(super) fn gap(chars: &[char], from: usize) -> Gap {
    let mut gap = Gap { end: from, ..Gap::default() };
    while let Some(character) = at(chars, gap.end) {
        match character {
            BLOCK | '\n' => gap.parted = true,
            ':' | '=' | '"' | '\'' | '|' | '>' | ',' | '\t' => {
                gap.parted = true;
                gap.marks = gap.marks.saturating_add(1);
            }
            '(' | ')' | '[' | ']' | '-' | '·' | '/' | '<' | '*' | '※' | '.' | '▶' | '■' | '○' | '「' | '→' | '⇒'
            | '▷' | '►' | '☞' | '–' | '—' | '•' | 'ㆍ' | '◎' | '◦' => {
                gap.marks = gap.marks.saturating_add(1);
            }
            _ if character.is_whitespace() => {}
            _ => break,
        }
        if gap.marks > 8 {
            break;
        }
        gap.end = gap.end.saturating_add(1);
    }
    gap
}

/// Past the key of a value beside its label: `"label": "성명", "value": "…"`.
pub(super) fn over_value(chars: &[char], from: usize) -> usize {
    const KEYS: &[&str] = &["value", "val", "data", "text", "content", "answer", "defaultValue"];
    let key = gap(chars, from);
    match one_of(chars, key.end, KEYS).filter(|end| key.parted && gap(chars, *end).parted) {
        Some(end) => end,
        None => from,
    }
}

/// Where the value of a cell begins: past blanks and quotes. A tab ends an empty one.
pub(super) fn cell_start(chars: &[char], from: usize) -> usize {
    run(chars, from, 4, |character| is_blank(character) && character != '\t' || matches!(character, '"' | '\''))
}

/// Whether a cell ends there, behind spaces and quotes.
pub(super) fn cell_ends(chars: &[char], end: usize) -> bool {
    let next = at(chars, run(chars, end, 3, |character| matches!(character, ' ' | '"' | '\'')));
    next.is_none_or(|next| next == BLOCK || matches!(next, '\n' | '(' | '/' | ',' | '[' | '\t' | ';' | '|'))
}

/// The text of a range.
pub(super) fn text(chars: &[char], range: Range<usize>) -> String {
    chars.get(range).unwrap_or_default().iter().collect()
}

/// The number that the digits of a range write; 0 for none. Meant for at most nine digits.
pub(super) fn number(chars: &[char], range: Range<usize>) -> u32 {
    let digits = chars.get(range).unwrap_or_default().iter().filter_map(|character| character.to_digit(10));
    digits.fold(0, |sum: u32, digit| sum.saturating_mul(10).saturating_add(digit))
}
