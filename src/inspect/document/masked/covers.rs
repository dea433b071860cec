//! Which letters of a text are covered: those of a line in which something was found, wherever the same line stands, and
//! those of a value that can be nothing else, wherever it stands.

use super::values::Value;
use crate::extract::{Cover, Means};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::{HashMap, HashSet};

/// How much of a line must be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// All of it, or of one with words around the value.
    Line,
    /// The value, as a word of its own.
    Word,
}

/// So many letters around a value are words: with them a line is known again within another.
const AROUND: usize = 4;

/// So many letters that are covered are hardly by chance what a formula gives.
const PIECE: usize = 4;

/// What a place of a text is covered with, by the number of its letter.
type Marks = Vec<(usize, char)>;

/// What is covered.
pub(super) struct Covers {
    /// By the letters of a line.
    lines: HashMap<String, Marks>,
    /// By the letters of what is covered of a value that can be nothing else: a formula may give just these.
    pieces: HashMap<String, Marks>,
    /// The same, of lines that are known again within others.
    within: Table,
    /// Of values by themselves.
    words: Table,
    /// Of those that can be nothing else, by their letters and digits.
    unmistakable: Table,
}

/// Texts that are looked for, with what of each is covered.
struct Table {
    search: Option<AhoCorasick>,
    marks: Vec<Marks>,
}

impl Table {
    fn new(all: HashMap<String, Marks>) -> Table {
        let (texts, marks): (Vec<String>, Vec<Marks>) = all.into_iter().filter(|(text, _)| !text.is_empty()).unzip();
        let search = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts).ok();
        Table { search: search.filter(|_| !texts.is_empty()), marks }
    }

    /// What is covered in a text; `bounds`: whether a match from there to there counts.
    fn find(&self, letters: &Letters, covers: &mut HashSet<(usize, char)>, bounds: impl Fn(usize, usize) -> bool) {
        let Some(search) = &self.search else { return };
        for hit in search.find_overlapping_iter(&letters.text) {
            let (Ok(first), Ok(last)) =
                (letters.starts.binary_search(&hit.start()), letters.number_before(hit.end()).ok_or(()))
            else {
                continue;
            };
            if !bounds(first, last) {
                continue;
            }
            for (number, by) in self.marks.get(hit.pattern().as_usize()).into_iter().flatten() {
                if let Some(at) = letters.places.get(first.saturating_add(*number)) {
                    covers.insert((*at, *by));
                }
            }
        }
    }
}

/// The letters of a text that count, and where they stand in it.
#[derive(Default)]
struct Letters {
    text: String,
    /// Where each begins in `text`.
    starts: Vec<usize>,
    /// Where each stands in the whole.
    places: Vec<usize>,
}

impl Letters {
    fn of(text: &str, counts: impl Fn(char) -> bool) -> Letters {
        let mut letters = Letters::default();
        for (at, letter) in text.char_indices().filter(|(_, letter)| counts(*letter)) {
            letters.starts.push(letters.text.len());
            letters.places.push(at);
            letters.text.push(letter);
        }
        letters
    }

    /// The number of the letter that ends there.
    fn number_before(&self, end: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start < end).checked_sub(1)
    }

    /// What of a value is covered, by the number of its letters from `first`.
    fn marks(&self, value: &Value, first: usize) -> Marks {
        let number = |at: usize| self.places.binary_search(&at).ok()?.checked_sub(first);
        value.covers.iter().filter_map(|cover| Some((number(cover.at)?, cover.by))).collect()
    }
}

/// White space may be more or less, and fields of a table stand in quotes.
fn counts(letter: char) -> bool {
    !letter.is_whitespace() && letter != '"'
}

/// Numbers are written with hyphens, or without.
fn counts_always(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '@'
}

impl Covers {
    /// For these values.
    pub(super) fn new(values: &[Value], strictness: Strictness) -> Covers {
        let mut all = Collected::default();
        values.iter().for_each(|value| all.take(value, strictness));
        let Collected { lines, pieces, within, words, unmistakable } = all;
        let [within, words, unmistakable] = [within, words, unmistakable].map(Table::new);
        Covers { lines, pieces, within, words, unmistakable }
    }

    /// What of a text is covered.
    pub(super) fn of(&self, text: &str, means: Means) -> Vec<Cover> {
        let mut found = HashSet::new();
        let free = |text: &str, from: usize, to: usize, is_part: &dyn Fn(char) -> bool| {
            let before = text.get(..from).and_then(|before| before.chars().next_back());
            let behind = text.get(to..).and_then(|behind| behind.chars().nth(1));
            !before.is_some_and(is_part) && !behind.is_some_and(is_part)
        };
        if means == Means::Result {
            same_lines(&self.pieces, text, &mut found);
        }
        if means != Means::Name {
            same_lines(&self.lines, text, &mut found);
            let letters = Letters::of(text, counts);
            self.within.find(&letters, &mut found, |_, _| true);
            self.words.find(&letters, &mut found, |first, last| {
                let place = |number: usize| letters.places.get(number).copied().unwrap_or(0);
                free(text, place(first), place(last), &char::is_alphanumeric)
            });
        }
        let letters = Letters::of(text, counts_always);
        self.unmistakable.find(&letters, &mut found, |first, last| {
            let place = |number: usize| letters.places.get(number).copied().unwrap_or(0);
            free(text, place(first), place(last), &|letter| letter.is_ascii_digit())
        });
        let mut covers: Vec<Cover> = found.into_iter().map(|(at, by)| Cover { at, by }).collect();
        covers.sort_by_key(|cover| (cover.at, cover.by));
        covers.dedup_by_key(|cover| cover.at);
        covers
    }
}

/// Covers each line of a text that is one of these.
fn same_lines(lines: &HashMap<String, Marks>, text: &str, found: &mut HashSet<(usize, char)>) {
    let mut start = 0_usize;
    for line in text.split('\n') {
        let letters = Letters::of(line, counts);
        for (number, by) in lines.get(&letters.text).into_iter().flatten() {
            if let Some(at) = letters.places.get(*number) {
                found.insert((start.saturating_add(*at), *by));
            }
        }
        start = start.saturating_add(line.len()).saturating_add(1);
    }
}

#[derive(Default)]
struct Collected {
    lines: HashMap<String, Marks>,
    pieces: HashMap<String, Marks>,
    within: HashMap<String, Marks>,
    words: HashMap<String, Marks>,
    unmistakable: HashMap<String, Marks>,
}

impl Collected {
    fn take(&mut self, value: &Value, strictness: Strictness) {
        let letters = Letters::of(&value.line, counts);
        let own = value.line.get(value.at.clone()).unwrap_or_default();
        let around = letters.places.len().saturating_sub(own.chars().filter(|letter| counts(*letter)).count());
        let marks = letters.marks(value, 0);
        if around >= AROUND {
            put(&mut self.within, &letters.text, &marks);
        }
        put(&mut self.lines, &letters.text, &marks);
        // A reader puts the name of what a text stands in before it.
        if let Some((label, _)) = value.line.split_once(": ").filter(|(label, _)| label.len() < value.at.start) {
            let labelled = label.chars().filter(|letter| counts(*letter)).count().saturating_add(1);
            let rest = letters.starts.get(labelled).and_then(|start| letters.text.get(*start..)).unwrap_or_default();
            put(&mut self.lines, rest, &letters.marks(value, labelled));
        }
        if strictness == Strictness::Word {
            self.alone(value, counts, |all| &mut all.words);
        }
        if value.is_unmistakable {
            self.alone(value, counts_always, |all| &mut all.unmistakable);
            self.piece(value);
        }
    }

    fn piece(&mut self, value: &Value) {
        let letter = |cover: &Cover| value.line.get(cover.at..).and_then(|rest| rest.chars().next());
        let piece: String = value.covers.iter().filter_map(letter).collect();
        let count = piece.chars().count();
        if count >= PIECE {
            put(&mut self.pieces, &piece, &(0..count).map(|number| (number, '*')).collect());
        }
    }

    /// The value without its line.
    fn alone(
        &mut self,
        value: &Value,
        counts: fn(char) -> bool,
        table: fn(&mut Collected) -> &mut HashMap<String, Marks>,
    ) {
        let Some(own) = value.line.get(value.at.clone()) else { return };
        let shifted = |cover: &Cover| Some(Cover { at: cover.at.checked_sub(value.at.start)?, by: cover.by });
        let covers = value.covers.iter().filter_map(shifted).collect();
        let alone = Value { line: own.to_owned(), at: 0..own.len(), covers, is_unmistakable: false };
        let letters = Letters::of(own, counts);
        put(table(self), &letters.text, &letters.marks(&alone, 0));
    }
}

fn put(table: &mut HashMap<String, Marks>, text: &str, marks: &Marks) {
    if !text.is_empty() && !marks.is_empty() {
        let known = table.entry(text.to_owned()).or_default();
        known.extend(marks.iter().filter(|mark| !known.contains(mark)).copied().collect::<Marks>());
    }
}
