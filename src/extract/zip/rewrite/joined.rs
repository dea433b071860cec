//! Text that is read as one, out of pieces that stand apart in a part, and what is changed in the part for it.

use std::collections::BTreeMap;
use std::ops::Range;

/// How a piece of text looks to who opens the file: the same as where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Look {
    #[default]
    Plain,
    Inserted,
    Deleted,
    Hidden,
}

/// A piece.
#[derive(Debug, Clone)]
struct Piece {
    /// Where it stands in the text.
    at: Range<usize>,
    /// Where it stands in the part; `None` for a letter that is an element.
    source: Option<Range<usize>>,
    look: Look,
}

/// The text.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

impl Joined {
    /// More text as it stands in the part there; `shown` has its length in bytes.
    pub(super) fn written(&mut self, shown: &str, source: Range<usize>, look: Look) {
        self.put(shown, Some(source), look);
    }

    /// An entity that stands there.
    pub(super) fn entity(&mut self, shown: &str, source: Range<usize>, look: Look) {
        self.put(shown, Some(source), look);
    }

    /// A letter that stands for an element.
    pub(super) fn element(&mut self, shown: &str, look: Look) {
        self.put(shown, None, look);
    }

    /// What another text says, behind this one.
    pub(super) fn append(&mut self, other: Joined) {
        for piece in other.pieces {
            let shown = other.text.get(piece.at).unwrap_or_default();
            self.put(shown, piece.source, piece.look);
        }
    }

    fn put(&mut self, shown: &str, source: Option<Range<usize>>, look: Look) {
        let start = self.text.len();
        self.text.push_str(shown);
        self.pieces.push(Piece { at: start..self.text.len(), source, look });
    }

    /// Whether anything stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The text as people see it, in each of the ways in which they may: all of it, and, where there are changes or hidden
    /// text, as it is, as it was, and with what is hidden.
    pub(super) fn views(&self) -> Vec<Joined> {
        let has = |look: Look| self.pieces.iter().any(|piece| piece.look == look);
        let mut views = vec![self.clone()];
        if has(Look::Inserted) || has(Look::Deleted) || has(Look::Hidden) {
            views.push(self.only(&[Look::Plain, Look::Inserted]));
            views.push(self.only(&[Look::Plain, Look::Deleted]));
            views.push(self.only(&[Look::Plain, Look::Inserted, Look::Hidden]));
        }
        views
    }

    fn only(&self, looks: &[Look]) -> Joined {
        let mut view = Joined::default();
        for piece in self.pieces.iter().filter(|piece| looks.contains(&piece.look)) {
            let shown = self.text.get(piece.at.clone()).unwrap_or_default();
            view.put(shown, piece.source.clone(), piece.look);
        }
        view
    }

    /// Where all of it stands, if it stands in one place.
    pub(super) fn place(&self) -> Option<Range<usize>> {
        let mut whole = self.pieces.first()?.source.clone()?;
        for piece in self.pieces.iter().skip(1) {
            let source = piece.source.as_ref().filter(|source| source.start == whole.end)?;
            whole.end = source.end;
        }
        Some(whole)
    }

    /// Where the letter at this place of the text stands in the part; `None` if it is an element.
    pub(super) fn source(&self, at: usize) -> Option<Range<usize>> {
        let number = self.pieces.partition_point(|piece| piece.at.end <= at);
        let piece = self.pieces.get(number)?;
        let source = piece.source.clone()?;
        if source.len() != piece.at.len() {
            // An entity, which may stand for one letter only.
            return Some(source);
        }
        let letter = self.text.get(at..)?.chars().next()?;
        let start = source.start.checked_add(at.checked_sub(piece.at.start)?)?;
        Some(start..start.checked_add(letter.len_utf8())?)
    }
}

/// What is changed in a part: by where it begins, where it ends and what stands there then.
#[derive(Debug, Default)]
pub(super) struct Changes {
    all: BTreeMap<usize, (usize, String)>,
}

impl Changes {
    /// Replaces these bytes. Of two changes from one place the longer counts.
    pub(super) fn put(&mut self, source: Range<usize>, text: impl Into<String>) {
        let entry = self.all.entry(source.start);
        let (end, known) = entry.or_default();
        if *end < source.end || (*end == 0 && known.is_empty()) {
            (*end, *known) = (source.end, text.into());
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// The part with all of them. One that begins within another is part of it.
    pub(super) fn applied(&self, source: &str) -> String {
        let (mut out, mut at) = (String::with_capacity(source.len()), 0);
        for (start, (end, text)) in &self.all {
            if *start < at {
                continue;
            }
            out.push_str(source.get(at..*start).unwrap_or_default());
            out.push_str(text);
            at = (*end).max(*start);
        }
        out.push_str(source.get(at..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_know_where_they_stand() {
        let mut joined = Joined::default();
        joined.written("가9", 10..14, Look::Plain);
        joined.entity("6", 14..19, Look::Plain);
        joined.element("-", Look::Plain);
        joined.written("1", 30..31, Look::Deleted);
        assert_eq!(joined.text, "가96-1");
        assert_eq!(joined.source(0), Some(10..13));
        assert_eq!(joined.source(3), Some(13..14));
        assert_eq!(joined.source(4), Some(14..19));
        assert_eq!(joined.source(5), None);
        assert_eq!(joined.source(6), Some(30..31));
        assert_eq!(joined.source(7), None);
        let views: Vec<String> = joined.views().into_iter().map(|view| view.text).collect();
        assert_eq!(views, ["가96-1", "가96-", "가96-1", "가96-"]);
    }

    #[test]
    fn changes_are_made_in_order_and_the_longer_counts() {
        let mut changes = Changes::default();
        changes.put(4..5, "*");
        changes.put(2..3, "x");
        changes.put(2..6, "");
        changes.put(8..8, " t");
        assert_eq!(changes.applied("0123456789"), "0167 t89");
    }
}
