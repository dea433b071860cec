//! A cell of SpreadsheetML (ECMA-376 part 1, 18.3.1.4): where its value is covered, it becomes a text, and a formula that
//! would give it again is taken out.

use super::Means;
use super::ink::{Formulas, Ink};
use super::joined::Joined;
use super::part::Pen;
use super::tokens::Tag;
use crate::extract::zip::number;
use crate::extract::zip::styles::Styles;
use std::ops::Range;

/// What is known of a cell that is open.
pub(super) struct Cell<'x> {
    /// Where the name in its tag ends.
    name_end: usize,
    /// Its type, and where it stands.
    kind: Option<(&'x str, Range<usize>)>,
    style: u32,
    /// Its value, once there is one.
    pub(super) value: Option<Joined>,
    formula: Option<Formula<'x>>,
}

struct Formula<'x> {
    at: Range<usize>,
    text: Joined,
    /// The number under which it is shared.
    shared: Option<&'x str>,
}

impl<'x> Cell<'x> {
    /// From its start tag.
    pub(super) fn of(tag: &Tag<'x>) -> Cell<'x> {
        let kind = tag.get("t").map(|attribute| (attribute.value, attribute.value_at.clone()));
        let style = tag.value("s").and_then(|style| style.parse().ok()).unwrap_or(0);
        Cell { name_end: tag.name_end, kind, style, value: None, formula: None }
    }

    /// Its formula begins.
    pub(super) fn formula_begins(&mut self, tag: &Tag<'x>) {
        let shared = tag.value("si").filter(|_| tag.value("t") == Some("shared"));
        self.formula = Some(Formula { at: tag.at.clone(), text: Joined::default(), shared });
    }

    /// Its formula is over.
    pub(super) fn formula_ends(&mut self, text: Joined, end: usize) {
        if let Some(formula) = &mut self.formula {
            (formula.text, formula.at.end) = (text, end);
        }
    }

    fn kind(&self) -> &'x str {
        self.kind.as_ref().map_or("n", |(kind, _)| *kind)
    }

    /// The cell is over.
    pub(super) fn finish(mut self, styles: &Styles, pen: &mut Pen<'_, '_>, formulas: &mut Formulas<'x>) {
        let means = if self.formula.is_some() { Means::Result } else { Means::Text };
        let covered = match self.kind() {
            "b" | "e" => false,
            // The number of a string; what is none of one is shown as it is.
            "s" => self.value.as_ref().is_some_and(|value| pen.edit(value, Ink::Star, Means::Name)),
            "n" | "d" => self.number(styles, means, pen),
            _ => self.value.as_ref().is_some_and(|value| pen.edit(value, Ink::Star, means)),
        };
        let Some(formula) = self.formula.take() else { return };
        // What a formula gives that says it may be any piece of it.
        let hidden = self.hidden(styles);
        if let Some(number) = formula.shared {
            formulas.shares(number, formula.at.clone(), hidden.clone());
        }
        let first = formula.shared.filter(|_| !formula.text.is_blank());
        if let Some(said) = pen.shown(&formula.text.text, Means::Text) {
            let text = if self.value.is_none() { format!("<v>{}</v>", escaped(&said)) } else { String::new() };
            if self.value.is_none() {
                self.typed(pen);
            }
            hidden.into_iter().for_each(|(at, text)| pen.changes.put(at, text));
            formulas.take_out(formula.at, text, first, true, &mut pen.changes);
        } else if covered {
            formulas.take_out(formula.at, String::new(), first, false, &mut pen.changes);
        }
    }

    /// A number: as it is shown, else as it is stored.
    fn number(&self, styles: &Styles, means: Means, pen: &mut Pen<'_, '_>) -> bool {
        let Some(value) = &self.value else { return false };
        let stored = value.text.trim();
        let shown = styles.number(self.style, stored).text;
        let masked = pen.shown(&shown, means).or_else(|| pen.shown(&number::whole(stored), means));
        let (Some(masked), Some(at)) = (masked, value.place()) else { return false };
        pen.changes.put(at, escaped(&masked));
        self.typed(pen);
        true
    }

    /// It is a text now.
    fn typed(&self, pen: &mut Pen<'_, '_>) {
        let (at, text) = self.as_text();
        pen.changes.put(at, text);
    }

    fn as_text(&self) -> (Range<usize>, &'static str) {
        match &self.kind {
            Some((_, at)) => (at.clone(), "str"),
            None => (self.name_end..self.name_end, " t=\"str\""),
        }
    }

    /// What makes it a text of which nothing can be read.
    fn hidden(&self, styles: &Styles) -> Vec<(Range<usize>, String)> {
        let Some((value, at)) = self.value.as_ref().and_then(|value| Some((value, value.place()?))) else {
            return Vec::new();
        };
        let shown = match self.kind() {
            "s" | "b" | "e" => return Vec::new(),
            "n" | "d" => styles.number(self.style, value.text.trim()).text.into_owned(),
            _ => value.text.clone(),
        };
        let (kind_at, kind) = self.as_text();
        vec![(at, escaped(&stars(&shown))), (kind_at, kind.to_owned())]
    }
}

/// Nothing of a text but what parts its words.
pub(super) fn stars(text: &str) -> String {
    text.chars().map(|letter| if letter.is_alphanumeric() { '*' } else { letter }).collect()
}

/// As text of XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
