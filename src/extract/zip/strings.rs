//! The strings of a workbook, each once, and which of them a cell shows.

use super::leaf;
use super::xml::{Token, Xml};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// All strings, one after the other.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each ends, and whether a cell shows it.
    ends: Vec<(usize, bool)>,
    /// How names are said (`rPh`).
    phonetic: Vec<String>,
}

impl Strings {
    /// From `sharedStrings.xml` (ECMA-376 part 1, 18.4): the runs of a string are one text.
    ///
    /// # Errors
    /// [`Halt::Part`] for what is wrong with it: what was read counts.
    pub(super) fn read(&mut self, text: &str, walk: &Walk<'_>) -> Result<(), Halt> {
        let (mut xml, mut said, mut saying) = (Xml::new(text), String::new(), false);
        let mut inside = false;
        loop {
            if !saying
                && !inside
                && let Some(leaf) = xml.leaf(&leaf::STRING, walk)?
            {
                self.text.push_str(leaf.text);
                self.end();
                continue;
            }
            let Some(token) = xml.next(walk)? else { return Ok(()) };
            match token {
                Token::Open(tag) => match tag.local() {
                    "rPh" => saying = true,
                    "t" => inside = true,
                    _ => {}
                },
                Token::Close(name) => match name.local() {
                    "si" => self.end(),
                    "t" => inside = false,
                    "rPh" => {
                        saying = false;
                        self.phonetic.push(std::mem::take(&mut said));
                    }
                    _ => {}
                },
                Token::Text(text) if saying => said.push_str(&text),
                Token::Text(text) if inside || !text.trim().is_empty() => self.text.push_str(&text),
                _ => {}
            }
        }
    }

    /// More of a string.
    pub(super) fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The string ends.
    pub(super) fn end(&mut self) {
        self.ends.push((self.text.len(), false));
    }

    /// The string of this number from 0, which a cell shows.
    pub(super) fn show(&mut self, number: usize) -> Option<&str> {
        let from = match number.checked_sub(1) {
            Some(before) => self.ends.get(before)?.0,
            None => 0,
        };
        let (to, shown) = self.ends.get_mut(number)?;
        *shown = true;
        self.text.get(from..*to)
    }

    /// Says the strings that no cell showed.
    ///
    /// # Errors
    /// The limits; the time.
    pub(super) fn say_unused(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let mut from = 0;
        let mut left: Vec<&str> = Vec::new();
        for (to, shown) in &self.ends {
            let text = self.text.get(from..*to).unwrap_or_default();
            if !shown && !text.trim().is_empty() {
                left.push(text);
            }
            from = *to;
        }
        left.extend(self.text.get(from..).filter(|text| !text.trim().is_empty()));
        if !left.is_empty() {
            walk.within(Step::UnusedStrings, |walk| {
                walk.prose(|run| left.iter().try_for_each(|text| run.line(None, text)))
            })?;
        }
        if self.phonetic.is_empty() {
            return Ok(());
        }
        walk.within(Step::Part("phonetic text".to_owned()), |walk| {
            walk.prose(|run| self.phonetic.iter().try_for_each(|text| run.line(None, text)))
        })
    }
}
