//! Lists of paragraphs of HWP 3, with controls in them that hold lists of their own.

use super::hchar;
use crate::extract::cfb::bytes::{from, part, some, u8_at, u16_at, units};
use crate::vocab::Step;

/// Lists within lists, at most.
const MOST_LEVELS: usize = 16;
/// The shapes of a character and of a paragraph.
const CHARACTER: usize = 31;
const PARAGRAPH: usize = 187;
/// The head of a paragraph, and what a line of it takes.
const HEAD: usize = 43;
const LINE: usize = 14;

/// Text at one place.
pub(super) struct Found {
    pub(super) steps: Vec<Step>,
    /// Paragraphs with their numbers.
    pub(super) lines: Vec<(u32, String)>,
    /// Cells: row, column, text.
    pub(super) cells: Vec<(u32, u32, String)>,
}

/// What is being read.
pub(super) struct Reader<'b> {
    pub(super) rest: &'b [u8],
    pub(super) found: Vec<Found>,
    /// Names of fields, bookmarks, entries of indexes, pictures.
    pub(super) beside: Vec<(Step, String)>,
    /// The controls that are open.
    steps: Vec<Step>,
    tables: u32,
    notes: u32,
    comments: u32,
}

impl<'b> Reader<'b> {
    pub(super) fn of(stream: &'b [u8]) -> Reader<'b> {
        Reader {
            rest: stream,
            found: Vec::new(),
            beside: Vec::new(),
            steps: Vec::new(),
            tables: 0,
            notes: 0,
            comments: 0,
        }
    }

    /// Names of fonts and styles: only their lengths count.
    pub(super) fn skip_styles(&mut self) -> Option<()> {
        for _ in 0..7 {
            let fonts = usize::from(self.number()?);
            self.skip(fonts.checked_mul(40)?)?;
        }
        let styles = usize::from(self.number()?);
        self.skip(styles.checked_mul(20 + CHARACTER + PARAGRAPH)?)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(drop)
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let taken = part(self.rest, 0, length)?;
        self.rest = from(self.rest, length);
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        u16_at(self.take(2)?, 0)
    }

    /// A list, up to the paragraph without characters that ends it. Nothing, if it breaks off: what was read counts.
    pub(super) fn list(&mut self) -> Option<()> {
        let mut lines = Vec::new();
        let done = self.paragraphs(&mut lines);
        if !lines.is_empty() {
            self.found.push(Found { steps: self.steps.clone(), lines, cells: Vec::new() });
        }
        done
    }

    fn paragraphs(&mut self, lines: &mut Vec<(u32, String)>) -> Option<()> {
        if self.steps.len() > MOST_LEVELS {
            return None;
        }
        for number in 1.. {
            let mut text = String::new();
            let more = self.paragraph(&mut text);
            if !text.trim().is_empty() {
                lines.push((number, text));
            }
            if !more? {
                break;
            }
        }
        Some(())
    }

    /// A paragraph; whether there are more.
    fn paragraph(&mut self, text: &mut String) -> Option<bool> {
        let head = self.take(HEAD)?;
        let (characters, lines) = (usize::from(u16_at(head, 1)?), usize::from(u16_at(head, 3)?));
        if characters > 0 && u8_at(head, 0) == Some(0) {
            self.skip(PARAGRAPH)?;
        }
        self.skip(lines.checked_mul(LINE)?)?;
        if u8_at(head, 5) != Some(0) {
            for _ in 0..characters {
                if u8_at(self.take(1)?, 0) == Some(0) {
                    self.skip(CHARACTER)?;
                }
            }
        }
        let mut read = 0;
        while read < characters {
            let unit = self.number()?;
            if unit == 13 {
                break;
            }
            let counts: usize = if unit < 32 { self.control(unit, text)? } else { plain(unit, text) };
            read = usize::saturating_add(read, counts);
        }
        Some(characters > 0)
    }

    /// A control: how many characters it counts for.
    fn control(&mut self, unit: u16, text: &mut String) -> Option<usize> {
        Some(match unit {
            10 | 11 | 15..=17 => self.holder(unit)?,
            5 | 6 | 22 | 23 | 26 => self.words(unit, text)?,
            7 => self.fixed(82, 42)?,
            8 => self.fixed(94, 48)?,
            9 => {
                text.push('\t');
                self.fixed(6, 4)?
            }
            14 => self.fixed(6 + 84, 4)?,
            18..=21 => self.fixed(6, 4)?,
            24 => {
                text.push('-');
                self.fixed(4, 3)?
            }
            25 => self.fixed(4, 3)?,
            28 => self.fixed(62, 32)?,
            30 | 31 => {
                text.push(' ');
                self.fixed(2, 2)?
            }
            // Blocks that are skipped by their length.
            _ => {
                let length = self.block()?;
                self.skip(length)?;
                4
            }
        })
    }

    /// A control that holds lists.
    fn holder(&mut self, unit: u16) -> Option<usize> {
        Some(match unit {
            10 => self.boxes()?,
            11 => self.picture()?,
            15 => {
                self.skip(6 + 8)?;
                self.comments = self.comments.saturating_add(1);
                self.within(Step::Comment(self.comments))?
            }
            16 => {
                let is_foot = u8_at(self.take(6 + 10)?, 14) == Some(1);
                self.within(if is_foot { Step::Footer } else { Step::Header })?
            }
            17 => {
                self.skip(6 + 14)?;
                self.notes = self.notes.saturating_add(1);
                self.within(Step::Note(self.notes))?
            }
            _ => return None,
        })
    }

    /// A control that holds words.
    fn words(&mut self, unit: u16, text: &mut String) -> Option<usize> {
        Some(match unit {
            5 => self.field()?,
            // A bookmark: its name.
            6 => {
                let name = self.take(40)?;
                self.beside.push((Step::Part("bookmark".to_owned()), hchar::string(units(some(name, 6, 32)))));
                21
            }
            // The name of a field to be filled in.
            22 => {
                let name = self.take(22)?;
                let name = encoding_rs::EUC_KR.decode_without_bom_handling(some(name, 0, 20)).0.into_owned();
                self.beside.push((Step::FormField(name.clone()), name));
                12
            }
            // Letters one over the other.
            23 => {
                let letters = self.take(8)?;
                text.push_str(&hchar::string(units(some(letters, 0, 6))));
                5
            }
            26 => {
                let words = self.take(244)?;
                for at in [0, 120] {
                    self.beside.push((Step::Part("index".to_owned()), hchar::string(units(some(words, at, 120)))));
                }
                123
            }
            _ => return None,
        })
    }

    fn fixed(&mut self, bytes: usize, characters: usize) -> Option<usize> {
        self.skip(bytes)?;
        Some(characters)
    }

    /// The length of a block, behind which the control stands once more.
    fn block(&mut self) -> Option<usize> {
        let head = self.take(6)?;
        Some(crate::extract::cfb::bytes::u32_at(head, 0)? as usize)
    }

    /// A list in a control.
    fn within(&mut self, step: Step) -> Option<usize> {
        self.steps.push(step);
        let done = self.list();
        self.steps.pop();
        done.map(|()| 4)
    }

    /// A field: three strings behind 46 bytes.
    fn field(&mut self) -> Option<usize> {
        let length = self.block()?;
        let data = self.take(length)?;
        let strings = units(from(data, 46)).map(hchar::char).collect::<String>();
        self.beside.push((Step::Formula, strings));
        Some(4)
    }

    /// A table, a text box, an equation, a button: cells, each with its list, and a caption.
    fn boxes(&mut self) -> Option<usize> {
        let info = some(self.take(6 + 84)?, 6, 84);
        let (kind, count) = (u16_at(info, 78)?, usize::from(u16_at(info, 80)?));
        let cells = self.take(count.checked_mul(27)?)?;
        let places: Vec<(u16, u16)> =
            cells.as_chunks::<27>().0.iter().filter_map(|cell| Some((u16_at(cell, 6)?, u16_at(cell, 4)?))).collect();
        let step = match kind {
            0 => {
                self.tables = self.tables.saturating_add(1);
                Step::Table(self.tables)
            }
            2 => Step::Formula,
            _ => Step::TextBox,
        };
        self.steps.push(step);
        let done = self.cells(&places, kind == 0);
        self.steps.pop();
        done.map(|()| 4)
    }

    fn cells(&mut self, places: &[(u16, u16)], is_table: bool) -> Option<()> {
        let sorted = |of: fn(&(u16, u16)) -> u16| {
            let mut all: Vec<u16> = places.iter().map(of).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (rows, columns) = (sorted(|place| place.0), sorted(|place| place.1));
        let rank = |all: &[u16], at: u16| all.binary_search(&at).map_or(0, |rank| rank as u32).saturating_add(1);
        let mut cells = Vec::new();
        let mut done = Some(());
        for &(row, column) in places {
            let mut lines = Vec::new();
            done = self.paragraphs(&mut lines);
            let text: Vec<String> = lines.into_iter().map(|(_, text)| text).collect();
            cells.push((rank(&rows, row), rank(&columns, column), text.join("\n")));
            if done.is_none() {
                break;
            }
        }
        cells.retain(|(.., text)| !text.is_empty());
        cells.sort();
        let (mut lines, mut grid) = (Vec::new(), Vec::new());
        if is_table {
            grid = cells;
        } else {
            lines = (1..).zip(cells.into_iter().map(|(.., text)| text)).collect();
        }
        self.found.push(Found { steps: self.steps.clone(), lines, cells: grid });
        done?;
        self.list()
    }

    /// A picture: its name, what follows it, its caption.
    fn picture(&mut self) -> Option<usize> {
        let info = some(self.take(6 + 348)?, 6, 348);
        let follows = crate::extract::cfb::bytes::u32_at(info, 0)? as usize;
        let kind = u8_at(info, 74)?;
        let name = crate::extract::cfb::bytes::z(some(info, 83, 256));
        if kind != 3 {
            let name = encoding_rs::EUC_KR.decode_without_bom_handling(name).0.into_owned();
            self.beside.push((Step::EntryName, name));
        }
        let data = self.take(follows)?;
        // A drawing holds boxes with text; of its many shapes only the text counts.
        if kind == 3 {
            self.beside.push((Step::TextBox, hchar::runs(data)));
        }
        self.within(Step::TextBox)
    }
}

fn plain(unit: u16, text: &mut String) -> usize {
    text.push(hchar::char(unit));
    1
}
