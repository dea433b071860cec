//! A value of OpenDocument that has a type (ODF 1.3 part 3, 19.385 and what belongs to it): where it is covered, it becomes
//! a text, and a formula that would give it again is taken out.

use super::Means;
use super::cell::{escaped, stars};
use super::joined::Changes;
use super::part::Pen;
use super::tokens::{Attribute, Tag};
use crate::extract::zip::number;
use crate::extract::zip::xml::unescaped;
use std::ops::Range;

/// What is known of an element with such a value.
pub(super) struct Typed<'x> {
    /// Where the words for its type stand.
    kinds: Vec<Range<usize>>,
    value: Option<Attribute<'x>>,
    formula: Option<Range<usize>>,
    computed: bool,
    /// The value as people see it.
    stored: String,
    /// The same when it is covered.
    masked: Option<String>,
    /// What is covered stood in its formula: what that gives may be any piece of it.
    pub(super) said: bool,
    /// Something of it was covered.
    pub(super) edited: bool,
    /// Its text stands in it.
    pub(super) has_text: bool,
}

impl<'x> Typed<'x> {
    /// From a start tag, if it has a value of a type, or a formula.
    pub(super) fn of(tag: &Tag<'x>) -> Option<Typed<'x>> {
        let kinds = tag.attributes.iter().filter(|attribute| attribute.key == "value-type");
        let kinds: Vec<Range<usize>> = kinds.map(|attribute| attribute.value_at.clone()).collect();
        let computed = tag.get("formula").is_some();
        (computed || !kinds.is_empty()).then(|| Typed {
            kinds,
            value: None,
            formula: None,
            computed,
            stored: String::new(),
            masked: None,
            said: false,
            edited: false,
            has_text: false,
        })
    }

    /// Takes an attribute that is the value or the formula.
    pub(super) fn takes(&mut self, attribute: &Attribute<'x>, pen: &mut Pen<'_, '_>) -> bool {
        let value = unescaped(attribute.value);
        match attribute.key {
            "formula" => {
                self.said = pen.shown(&value, Means::Text).is_some();
                self.edited |= self.said;
                self.formula = Some(attribute.at.clone());
            }
            "value" | "date-value" | "time-value" | "boolean-value" if !self.kinds.is_empty() => {
                let shown = if attribute.key == "value" { number::whole(&value) } else { value };
                let means = if self.computed { Means::Result } else { Means::Text };
                self.masked = pen.shown(&shown, means);
                self.stored = shown.into_owned();
                self.edited |= self.masked.is_some();
                self.value = Some(attribute.clone());
            }
            _ => return false,
        }
        true
    }

    /// Whether it has a formula.
    pub(super) fn is_computed(&self) -> bool {
        self.computed
    }

    /// The element is over.
    pub(super) fn finish(self, changes: &mut Changes) {
        if !self.edited {
            return;
        }
        if let Some(formula) = self.formula {
            changes.put(formula, "");
        }
        let Some(value) = self.value else { return };
        self.kinds.into_iter().for_each(|at| changes.put(at, "string"));
        let prefix = value.full.split_once(':').map_or("", |(prefix, _)| prefix);
        let colon = if prefix.is_empty() { "" } else { ":" };
        let hidden = self.said.then(|| stars(&self.stored));
        let text = match hidden.or(self.masked).filter(|_| !self.has_text) {
            Some(masked) => format!(" {prefix}{colon}string-value=\"{}\"", escaped(&masked)),
            None => String::new(),
        };
        changes.put(value.at, text);
    }
}
