//! A cell of SpreadsheetML (ECMA-376 part 1, 18.3.1.4): where its value is covered, it becomes a text, and a formula that
//! would give it again is taken out.

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
    pub(super) value: Joined,
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
        Cell { name_end: tag.name_end, kind, style, value: Joined::default(), formula: None }
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

    /// The cell is over.
    pub(super) fn finish(self, styles: &Styles, pen: &mut Pen<'_, '_>, formulas: &mut Formulas<'x>) {
        let mut covered = false;
        match self.kind.as_ref().map_or("n", |(kind, _)| *kind) {
            "s" | "b" | "e" => {}
            "n" | "d" => covered = self.number(styles, pen),
            _ => covered = pen.edit(&self.value, Ink::Star, true),
        }
        let Some(formula) = self.formula else { return };
        if let Some(number) = formula.shared {
            formulas.shares(number, formula.at.clone());
        }
        if covered || says_covered(&formula.text, pen) {
            let first = formula.shared.filter(|_| !formula.text.is_blank());
            formulas.take_out(formula.at, first, &mut pen.changes);
        }
    }

    /// A number: as it is shown, else as it is stored.
    fn number(&self, styles: &Styles, pen: &mut Pen<'_, '_>) -> bool {
        let stored = self.value.text.trim();
        let shown = styles.number(self.style, stored).text;
        let masked = pen.shown(&shown).or_else(|| pen.shown(&number::whole(stored)));
        let (Some(masked), Some(at)) = (masked, self.value.place()) else { return false };
        pen.changes.put(at, escaped(&masked));
        match &self.kind {
            Some((_, at)) => pen.changes.put(at.clone(), "str"),
            None => pen.changes.put(self.name_end..self.name_end, " t=\"str\""),
        }
        true
    }
}

/// Whether a formula says something that is to be covered.
fn says_covered(text: &Joined, pen: &mut Pen<'_, '_>) -> bool {
    pen.shown(&text.text).is_some()
}

/// As text of XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
