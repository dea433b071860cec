//! Patterns of an operator's own: regular expressions of bounded length over the logical text, with words that make a
//! match more than possible.

use super::Context;
use crate::vocab::{Confidence, Kind, Own};
use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::Look;
use std::fmt::Write;
use std::ops::Range;

/// The longest text that a pattern may match, in bytes of UTF-8.
pub const LONGEST: usize = 256;
/// A compiled pattern takes so many bytes at most.
const SIZE: usize = 1 << 20;
/// How far after a match a context word still speaks of it, in characters.
const REACH_AFTER: usize = 15;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is no regular expression.
    #[error("{message}")]
    Syntax {
        /// What the parser says.
        message: String,
        /// Where in the pattern, as a byte offset.
        at: usize,
    },
    /// It may match a text of any length.
    #[error("it may match a text of any length")]
    Unbounded,
    /// It may match a text that is longer than [`LONGEST`].
    #[error("it may match {0} bytes")]
    TooLong(usize),
    /// It may match nothing at all.
    #[error("it may match nothing at all")]
    Empty,
    /// It asks where the whole text begins or ends, which is not known while it streams.
    #[error("it asks for the begin or the end of the whole text")]
    Anchored,
    /// Compiled it would be too large.
    #[error("it is too large")]
    TooLarge,
}

/// One pattern, compiled.
#[derive(Debug, Clone)]
pub struct Pattern {
    own: Own,
    regex: Regex,
    context: Vec<String>,
    confidence: Confidence,
}

impl Pattern {
    /// A pattern whose matches are of this kind. `^` and `$` are the begin and end of a line; a block of a page is one.
    /// With context words a match is of this confidence alone, and at least probable beside one of them.
    ///
    /// # Errors
    /// When it could match nothing, or more than [`LONGEST`] bytes, or cannot be compiled.
    pub fn new(own: Own, pattern: &str, context: &[String], confidence: Confidence) -> Result<Pattern, PatternError> {
        bounded(pattern)?;
        let regex = RegexBuilder::new(pattern).multi_line(true).size_limit(SIZE).dfa_size_limit(SIZE).build();
        let regex = regex.map_err(|_| PatternError::TooLarge)?;
        let context = context.iter().map(|word| folded(word)).filter(|word| !word.is_empty()).collect();
        Ok(Pattern { own, regex, context, confidence })
    }

    /// What it was made of: its kind, the regular expression, the context words and the confidence of a match alone. Another
    /// process makes the same of it.
    pub fn parts(&self) -> (Own, &str, &[String], Confidence) {
        (self.own, self.regex.as_str(), &self.context, self.confidence)
    }

    /// The kind of what it finds.
    pub fn kind(&self) -> Kind {
        Kind::Own(self.own)
    }

    /// The first match that begins at or after `from`, a byte offset of a character; what stands before it counts only for
    /// what is asked of the character directly before.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        if from > text.len() {
            return None;
        }
        self.regex.find_at(text, from).map(|found| found.range())
    }

    /// How sure a match in this context is.
    pub fn judge(&self, context: &Context<'_>) -> Confidence {
        if self.confidence >= Confidence::Probable || self.context.is_empty() {
            return self.confidence;
        }
        let near = context.after.char_indices().nth(REACH_AFTER).map_or(context.after.len(), |(at, _)| at);
        let texts = [context.label, context.column, context.before, context.after.get(..near).unwrap_or_default()];
        let beside = texts.into_iter().map(folded).any(|text| self.context.iter().any(|word| text.contains(word)));
        if beside { Confidence::Probable } else { self.confidence }
    }

    /// Everything of it that decides, in words.
    pub fn spell(&self, text: &mut String) {
        let Pattern { own, regex, context, confidence } = self;
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "detector {:?} {:?} {:?} {context:?} {}",
            own.name(),
            own.keep(),
            regex.as_str(),
            confidence.name()
        );
    }
}

/// As context is compared: without spaces, in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether what a pattern matches has a length that is bounded.
fn bounded(pattern: &str) -> Result<(), PatternError> {
    let parsed = ParserBuilder::new().multi_line(true).build().parse(pattern);
    let parsed = parsed.map_err(|error| {
        let (message, at) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
            _ => (error.to_string(), 0),
        };
        PatternError::Syntax { message, at }
    })?;
    let properties = parsed.properties();
    if properties.look_set().contains(Look::Start) || properties.look_set().contains(Look::End) {
        return Err(PatternError::Anchored);
    }
    match (properties.minimum_len(), properties.maximum_len()) {
        (Some(0), _) => Err(PatternError::Empty),
        (_, Some(most)) if most > LONGEST => Err(PatternError::TooLong(most)),
        (_, Some(_)) => Ok(()),
        // One that matches nothing ever has no length either.
        (None, None) => Err(PatternError::Empty),
        (_, None) => Err(PatternError::Unbounded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Day, Keep, Stands};

    fn pattern(pattern: &str, context: &[&str]) -> Result<Pattern, PatternError> {
        let own = Own::of("tested", Keep::Nothing, false).unwrap();
        let context: Vec<String> = context.iter().map(|word| (*word).to_owned()).collect();
        Pattern::new(own, pattern, &context, Confidence::Possible)
    }

    #[test]
    fn lengths_are_bounded() {
        let wrong = |text: &str| pattern(text, &[]).err();
        assert_eq!(wrong(r"\b20[0-9]{2}-[0-9]{5}\b"), None);
        assert_eq!(wrong("a+"), Some(PatternError::Unbounded));
        assert_eq!(wrong("가{1,100}"), Some(PatternError::TooLong(300)));
        assert_eq!(wrong("a?"), Some(PatternError::Empty));
        assert_eq!(wrong(r"\Aab"), Some(PatternError::Anchored));
        assert_eq!(wrong("^ab$"), None, "of a line");
        assert!(matches!(wrong("a(b"), Some(PatternError::Syntax { at: 1, .. })));
    }

    #[test]
    fn a_word_near_makes_it_probable() {
        let pattern = pattern("[0-9]{8}", &["학 번", "Student No"]).unwrap();
        let judge = |label, before, after| {
            let today = Day { year: 2026, month: 11, day: 22 };
            let stands = Stands::Text;
            pattern.judge(&Context { before, after, label, column: "", stands, alone: false, today, hosts: &[] })
        };
        assert_eq!(judge("", "", ""), Confidence::Possible);
        assert_eq!(judge("", "학번: ", ""), Confidence::Probable);
        assert_eq!(judge("studentno", "", ""), Confidence::Probable);
        assert_eq!(judge("", "", " (STUDENT NO)"), Confidence::Probable);
        assert_eq!(judge("", "", " 가나다라마바사아자차카타파하 학번"), Confidence::Possible);
    }
}
