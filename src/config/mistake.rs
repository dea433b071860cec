//! What is wrong with a configuration, and where: all of it at once, sorted by place, in English and in Korean.

use super::words::Words;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Mistakes beyond this number are only counted: a file that is not a configuration at all need not fill a terminal.
const TOLD: usize = 200;

/// A place in a file. Columns count characters, not bytes; a byte order mark at the start is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

/// One mistake, or one warning. Its `Display` is `FILE:LINE:COLUMN: ENGLISH`, and the Korean on the next line, indented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    file: Arc<str>,
    place: Option<Place>,
    words: Words,
}

impl Mistake {
    pub(super) fn new(file: Arc<str>, place: Option<Place>, words: Words) -> Mistake {
        Mistake { file, place, words }
    }

    /// Where it is; `None` when it is about the file as a whole.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// What is wrong, what was expected, and the nearest right name, in English.
    pub fn english(&self) -> &str {
        &self.words.english
    }

    /// The same in Korean.
    pub fn korean(&self) -> &str {
        &self.words.korean
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(f, ": {}\n    {}", self.words.english, self.words.korean)
    }
}

/// Every mistake of a configuration, sorted by place. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    list: Vec<Mistake>,
    untold: usize,
}

impl Mistakes {
    /// A single mistake about the file as a whole.
    pub(super) fn whole(file: &str, words: Words) -> Mistakes {
        Mistakes { list: vec![Mistake::new(file.into(), None, words)], untold: 0 }
    }

    /// The mistakes that are told, in the order of the file; never empty.
    pub fn list(&self) -> &[Mistake] {
        &self.list
    }
}

/// One mistake after the other, each as [`Mistake`] prints it; no line break at the end.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.list.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            write!(f, "{gap}{mistake}")?;
        }
        match self.untold {
            0 => Ok(()),
            more => write!(f, "\nand {more} more\n    그 밖에 {more}건 더 있습니다."),
        }
    }
}

impl std::error::Error for Mistakes {}

/// Collects mistakes while a file is read.
#[derive(Debug, Default)]
pub(super) struct Heap {
    list: Vec<Mistake>,
    untold: usize,
}

impl Heap {
    pub(super) fn add(&mut self, mistake: Mistake) {
        if self.list.contains(&mistake) {
            return;
        }
        if self.list.len() < TOLD {
            self.list.push(mistake);
        } else {
            self.untold = self.untold.saturating_add(1);
        }
    }

    pub(super) fn sorted(mut self) -> Vec<Mistake> {
        self.list.sort_by_key(|mistake| mistake.place);
        self.list
    }

    /// `Err` if there is a mistake.
    pub(super) fn settle(self) -> Result<(), Mistakes> {
        let untold = self.untold;
        let list = self.sorted();
        if list.is_empty() { Ok(()) } else { Err(Mistakes { list, untold }) }
    }
}

/// A text with its line starts, to tell the place of a byte offset.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Lines<'a> {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The place where a span starts. A span beyond the text, or one that cuts a character, is told as near as can be.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let line = self.starts.partition_point(|start| *start <= span.start);
        let start = line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or(0);
        let rest = self.text.get(start..).unwrap_or("");
        let before = rest.char_indices().take_while(|(at, _)| start + at < span.start).count();
        Place { line: line.max(1), column: before + 1 }
    }
}
