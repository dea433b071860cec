//! Workbooks of SpreadsheetML: sheets in their order, with all that stands in and beside their cells (ECMA-376 part 1,
//! section 18).

use super::cells::{self, Grid};
use super::flow::Flow;
use super::package::Package;
use super::rels::{self, Rel};
use super::strings::Strings;
use super::styles::Styles;
use super::xml::{Token, Xml, decode};
use super::{markup, ooxml};
use crate::extract::{Halt, Walk};
use crate::vocab::{Shown, Step};

/// Steps from a sheet to parts of it: a drawing, a chart, its workbook.
const MOST_STEPS: u32 = 8;

/// A sheet, as the workbook lists it.
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) shown: Shown,
}

/// A workbook's own part.
#[derive(Default)]
struct Book {
    sheets: Vec<Listed>,
    names: Vec<(String, String)>,
    from_1904: bool,
}

/// Reads a workbook.
///
/// # Errors
/// [`Halt::Whole`] only.
pub(super) fn read(part: &str, bytes: &[u8], package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut book = Book::default();
    let done = markup::read(bytes, walk, |text, walk| book.read(text, walk));
    walk.note(done)?;
    let rels = rels::of(part, package, walk)?;
    let (mut strings, mut styles) = (Strings::default(), Styles::default());
    styles.from_1904 = book.from_1904;
    for rel in &rels {
        match rel.kind.as_str() {
            "sharedStrings" => {
                let Some(bytes) = package.take(&rel.part, walk)? else { continue };
                let done = markup::read(&bytes, walk, |text, walk| strings.read(text, walk));
                walk.note(done)?;
            }
            "styles" => {
                let Some(bytes) = package.take(&rel.part, walk)? else { continue };
                let done = styles.read(&decode(&bytes).0, walk);
                walk.note(done)?;
                ooxml::loose(&rel.part, &bytes, walk)?;
            }
            _ => {}
        }
    }
    for (sheet, number) in book.sheets.iter().zip(1..) {
        let Some(rel) = rels.iter().find(|rel| rel.id == sheet.id) else { continue };
        let step = Step::Sheet(number, sheet.name.clone(), sheet.shown);
        walk.within(step, |walk| {
            one(rel, &sheet.name, &mut Grid { strings: &mut strings, styles: &styles }, package, walk)
        })?;
    }
    strings.say_unused(walk)?;
    for (name, text) in &book.names {
        walk.within(Step::DefinedName(name.clone()), |walk| walk.say(text))?;
    }
    ooxml::follow(&rels, package, walk, MOST_STEPS)
}

/// A sheet, and what belongs to it.
fn one(rel: &Rel, name: &str, grid: &mut Grid<'_>, package: &mut Package<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.say(name)?;
    if let Some(bytes) = package.take(&rel.part, walk)? {
        let done = markup::read(&bytes, walk, |text, walk| cells::read(text, grid, walk));
        walk.note(done)?;
    }
    let rels = rels::of(&rel.part, package, walk)?;
    ooxml::follow(&rels, package, walk, MOST_STEPS)
}

/// A sheet that no workbook lists: its strings are not known, all else is.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn alone(text: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (mut strings, styles) = (Strings::default(), Styles::default());
    cells::read(text, &mut Grid { strings: &mut strings, styles: &styles }, walk)
}

impl Book {
    fn read(&mut self, text: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let mut flow = Flow::new(false);
        let done = self.collect(text, &mut flow, walk);
        flow.tell(walk)?;
        done
    }

    fn collect(&mut self, text: &str, flow: &mut Flow, walk: &Walk<'_>) -> Result<(), Halt> {
        let (mut xml, mut name) = (Xml::new(text), String::new());
        let mut value = String::new();
        while let Some(token) = xml.next(walk)? {
            match token {
                Token::Open(tag) => match tag.local() {
                    "sheet" => self.sheets.push(Listed {
                        name: tag.get("name").unwrap_or_default().into_owned(),
                        id: tag.get("id").unwrap_or_default().into_owned(),
                        shown: shown(tag.get("state").as_deref()),
                    }),
                    "workbookPr" => self.from_1904 = tag.is_on("date1904"),
                    "definedName" => {
                        name = tag.get("name").unwrap_or_default().into_owned();
                        value = tag.get("comment").unwrap_or_default().into_owned();
                        value.push(' ');
                    }
                    element => {
                        for (key, value) in tag.attributes() {
                            if key == "userName" || markup::tells(element, key, &value) {
                                flow.aside(Step::Properties, &value);
                            }
                        }
                    }
                },
                Token::Text(text) => value.push_str(&text),
                Token::Close(end) => {
                    let value = std::mem::take(&mut value);
                    if end.local() == "definedName" {
                        self.names.push((std::mem::take(&mut name), value.trim().to_owned()));
                    } else {
                        flow.aside(Step::Part("workbook".to_owned()), &value);
                    }
                }
                Token::Aside(text) => flow.aside(Step::Part("workbook".to_owned()), &text),
            }
        }
        Ok(())
    }
}

/// Whether a sheet is shown (18.18.68).
fn shown(state: Option<&str>) -> Shown {
    match state {
        Some("hidden") => Shown::Hidden,
        Some("veryHidden") => Shown::VeryHidden,
        _ => Shown::Plainly,
    }
}

/// Column and row, from 1, of a cell such as `B7` or `$B$7:C9`.
pub(super) fn place_of(cell: &str) -> Option<(u32, u32)> {
    let (mut column, mut row) = (0_u32, 0_u32);
    for byte in cell.bytes().filter(|byte| *byte != b'$') {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                let letter = u32::from(byte.to_ascii_uppercase().saturating_sub(b'A')).saturating_add(1);
                column = column.checked_mul(26)?.checked_add(letter)?;
            }
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte.saturating_sub(b'0')))?,
            b':' => break,
            _ => return None,
        }
    }
    (column > 0 && row > 0).then_some((column, row))
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn cells_are_placed() {
        assert_eq!(place_of("B7"), Some((2, 7)));
        assert_eq!(place_of("$AA$10:AB11"), Some((27, 10)));
        assert_eq!(place_of("XFD1048576"), Some((16384, 1_048_576)));
        assert_eq!(place_of("ZZZZZZZZZZZZ1"), None);
        assert_eq!(place_of("A99999999999"), None);
        assert_eq!(place_of("7B"), None);
    }
}
