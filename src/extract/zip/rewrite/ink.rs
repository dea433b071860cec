//! By what a letter is covered, as what stands there allows: a number stays a number, a formula a formula.

use super::Cover;
use super::joined::Changes;
use super::tokens::{Attribute, Tag};
use std::collections::HashMap;
use std::ops::Range;

/// With what is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// As the editor says.
    Star,
    /// A star of full width: names of sheets may not have another.
    Wide,
    /// A low line: names that formulas and fields use may have nothing else.
    Word,
    /// What must stay a number.
    Number,
    /// A formula: stars within its strings, wide ones within names in quotes, zeros in its numbers.
    Formula,
}

/// Writes into one text, from its start to its end.
pub(super) struct Writer<'t> {
    ink: Ink,
    text: &'t str,
    /// How far quotes have been looked at, and the one within which that stands.
    at: usize,
    open: Option<char>,
}

impl<'t> Writer<'t> {
    pub(super) fn new(ink: Ink, text: &'t str) -> Writer<'t> {
        Writer { ink, text, at: 0, open: None }
    }

    /// What stands then, and where.
    pub(super) fn letters(&mut self, cover: Cover) -> Vec<(usize, char)> {
        let Cover { at, by } = cover;
        let wide = if by == '*' { '\u{FF0A}' } else { by };
        let quote = if self.ink == Ink::Formula { self.quoted(at) } else { None };
        match (self.ink, quote) {
            (Ink::Wide, _) | (Ink::Formula, Some('\'')) => vec![(at, wide)],
            (Ink::Word, _) => vec![(at, '_')],
            (Ink::Formula, None) => outside(self.text, at),
            _ => vec![(at, by)],
        }
    }

    /// The quote within which a place of a formula stands.
    fn quoted(&mut self, at: usize) -> Option<char> {
        if at < self.at {
            (self.at, self.open) = (0, None);
        }
        for letter in self.text.get(self.at..at).unwrap_or_default().chars() {
            match (self.open, letter) {
                (None, '"' | '\'') => self.open = Some(letter),
                (Some(quote), letter) if quote == letter => self.open = None,
                _ => {}
            }
        }
        self.at = at;
        self.open
    }
}

/// In a formula, what stands for a letter outside of strings: of a number, nothing is left; in a name, what stands in the
/// name itself ([`Ink::Word`]).
fn outside(formula: &str, at: usize) -> Vec<(usize, char)> {
    let (before, rest) = formula.split_at_checked(at).unwrap_or((formula, ""));
    let lead = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = at.saturating_sub(lead);
    let named = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let in_name = formula.get(..start).and_then(|before| before.chars().next_back()).is_some_and(named);
    if in_name || !rest.starts_with(|letter: char| letter.is_ascii_digit()) {
        return vec![(at, '_')];
    }
    let whole = formula.get(start..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count();
    (start..start.saturating_add(whole)).map(|at| (at, '0')).collect()
}

/// With what the text of an element is covered, which stands in another.
pub(super) fn of_element(name: &str, outer: Ink) -> Ink {
    match name {
        "f" | "formula" | "formula1" | "formula2" | "definedName" | "oldFormula" => Ink::Formula,
        "numCache" | "numLit" | "i1" | "i2" | "i4" | "i8" | "int" | "uint" | "ui1" | "ui2" | "ui4" | "ui8" | "r4"
        | "r8" | "decimal" => Ink::Number,
        "p" | "si" | "is" | "rich" => Ink::Star,
        _ => outer,
    }
}

/// Keys of attributes by which programs find things: nothing of them is for people, and nothing is changed.
const IDS: &[&str] = &[
    "id",
    "Id",
    "embed",
    "link",
    "pict",
    "uid",
    "guid",
    "uri",
    "paraId",
    "paraIdParent",
    "textId",
    "durableId",
    "PartName",
    "ContentType",
    "Extension",
    "Type",
    "TargetMode",
    "Requires",
    "Ignorable",
    "full-path",
    "media-type",
    "hashValue",
    "saltValue",
    "algorithmName",
    "spinCount",
    "creationId",
    "r",
    "sqref",
    "spans",
    "points",
    "path",
];

/// With what an attribute is covered; `None` if it never is.
pub(super) fn of_attribute(tag: &Tag<'_>, attribute: &Attribute<'_>) -> Option<Ink> {
    let key = attribute.key;
    if attribute.full.starts_with("xmlns") || key.starts_with("rsid") || IDS.contains(&key) {
        return None;
    }
    match (tag.name, key) {
        ("Relationship", "Target") => (tag.value("TargetMode") == Some("External")).then_some(Ink::Star),
        (_, "href" | "src") => attribute.value.contains(':').then_some(Ink::Star),
        // A table of SpreadsheetML is named as a formula names it, one of OpenDocument is a sheet.
        ("table", "name" | "displayName") if !attribute.full.contains(':') => Some(Ink::Word),
        (
            "definedName" | "bookmarkStart" | "bookmark" | "bookmark-start" | "bookmark-end" | "named-expression"
            | "named-range" | "database-range",
            "name",
        ) => Some(Ink::Word),
        ("sheet" | "table", "name") => Some(Ink::Wide),
        // A date stays one only if its digits are those of a day.
        ("d", "v") | (_, "minDate" | "maxDate") => None,
        ("n" | "x" | "b", "v") | (_, "minValue" | "maxValue") => Some(Ink::Number),
        (
            _,
            "formula"
            | "condition"
            | "expression"
            | "location"
            | "cell-range-address"
            | "base-cell-address"
            | "target-range-address"
            | "values-cell-range-address"
            | "label-cell-address"
            | "source-cell-range-addresses",
        ) => Some(Ink::Formula),
        _ => Some(Ink::Star),
    }
}

/// Whether an attribute is for people by its name.
pub(super) fn is_for_people(element: &str, key: &str) -> bool {
    matches!(
        (element, key),
        ("Relationship", "Target")
            | ("sheet" | "table" | "tableColumn" | "cacheField", "name")
            | ("textpath", "string")
            | ("listItem" | "indexmark", _)
            | ("hyperlink", "display" | "tooltip" | "location")
            | ("dataValidation", _)
            | ("s" | "n", "v")
            | (_, "descr" | "alt" | "title" | "instr" | "href" | "string-value" | "current-value" | "value" | "label")
            | (_, "formula" | "condition" | "expression" | "description" | "placeholder" | "userName")
            | (_, "Command" | "Caption" | "captionText" | "selectedValue" | "composeText" | "text")
    )
}

/// Whether an attribute names what something looks like: words of people, but never of one.
pub(super) fn is_style(element: &str, key: &str) -> bool {
    let elements = [
        "style",
        "font-face",
        "font",
        "rFonts",
        "latin",
        "ea",
        "cs",
        "sym",
        "basedOn",
        "pStyle",
        "rStyle",
        "tblStyle",
        "next",
        "cellStyle",
        "typeInfo",
        "substFont",
        "numFmt",
        "lsdException",
        "fontface",
    ];
    elements.contains(&element) || key.ends_with("style-name") || key == "typeface" || (element, key) == ("name", "val")
}

/// A formula that others share: where it stands, and what hides what it gives.
struct Shared<'x> {
    number: &'x str,
    at: Range<usize>,
    hidden: Vec<(Range<usize>, String)>,
}

/// Formulas of cells that are taken out. One that others share takes those with it.
#[derive(Default)]
pub(super) struct Formulas<'x> {
    any: bool,
    shared: Vec<Shared<'x>>,
    /// The numbers of those that are gone, and whether they said what was covered.
    gone: HashMap<&'x str, bool>,
}

impl<'x> Formulas<'x> {
    /// The formula of a cell is shared with others under that number.
    pub(super) fn shares(&mut self, number: &'x str, at: Range<usize>, hidden: Vec<(Range<usize>, String)>) {
        self.shared.push(Shared { number, at, hidden });
    }

    /// A formula is taken out, and this stands there; `first`: the number under which others share it; `said`: whether what
    /// is covered stood in it.
    pub(super) fn take_out(
        &mut self,
        at: Range<usize>,
        text: String,
        first: Option<&'x str>,
        said: bool,
        changes: &mut Changes,
    ) {
        self.any = true;
        if let Some(number) = first {
            self.gone.insert(number, said);
        }
        changes.put(at, text);
    }

    /// The sheet is over: whether any was taken out.
    pub(super) fn finish(&self, changes: &mut Changes) -> bool {
        for shared in &self.shared {
            let Some(said) = self.gone.get(shared.number) else { continue };
            changes.put(shared.at.clone(), "");
            for (at, text) in shared.hidden.iter().filter(|_| *said) {
                changes.put(at.clone(), text.as_str());
            }
        }
        self.any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_stays_one() {
        let formula = "A1&\"900101\"&'명단 1'!B2*8105141";
        let at = |needle: &str| formula.find(needle).expect("there");
        let mut writer = Writer::new(Ink::Formula, formula);
        let mut letters = |needle: &str| writer.letters(Cover { at: at(needle), by: '*' });
        assert_eq!(letters("900101"), [(at("900101"), '*')]);
        assert_eq!(letters("명단"), [(at("명단"), '\u{FF0A}')]);
        assert_eq!(letters("141"), (at("8105")..formula.len()).map(|at| (at, '0')).collect::<Vec<_>>());
        assert_eq!(letters("B2"), [(at("B2"), '_')]);
        let mut writer = Writer::new(Ink::Formula, "N900+1");
        assert_eq!(writer.letters(Cover { at: 2, by: '*' }), [(2, '_')], "as in the name that it is");
    }
}
