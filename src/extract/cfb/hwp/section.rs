//! A section of the body: every paragraph, in whatever control it stands (section 4.3).

use super::super::bytes::{from, some, u16_at, u32_at, utf16};
use super::super::runs;
use super::place::{Place, under};
use super::records::{
    CHART_DATA, CTRL_DATA, CTRL_HEADER, EQEDIT, FORM_OBJECT, LIST_HEADER, MEMO_LIST, PARA_HEADER, PARA_TEXT, Record,
    Records, TABLE, TEXTART,
};
use super::text;
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// The sentence that stands for the text in distribution documents of newer versions, whose text is elsewhere.
const PLACEHOLDER: &str = "상위 버전의 배포용 문서";

/// Controls that are open one within the other, at most; levels have ten bits.
const MOST_OPEN: usize = 1024;

/// What sections held.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// The sentence that stands for the text.
    pub(super) placeholder: bool,
    /// Text of its own.
    pub(super) text: bool,
}

/// What is being read.
pub(super) struct Section {
    open: Vec<Place>,
    /// Texts that are no paragraphs, with what they are.
    beside: Vec<(Step, String)>,
    tables: u32,
    notes: u32,
    comments: u32,
    held: Held,
}

impl Section {
    /// Reads the records of a section. What it held, it tells even where it is cut.
    pub(super) fn read(stream: &[u8], held: &mut Held, walk: &mut Walk<'_>) -> Result<(), Halt> {
        let mut section = Section {
            open: vec![Place::new(-1, None)],
            beside: Vec::new(),
            tables: 0,
            notes: 0,
            comments: 0,
            held: Held::default(),
        };
        let mut records = Records::of(stream);
        for record in records.by_ref() {
            walk.tick()?;
            section.close(i32::from(record.level), walk)?;
            section.record(record);
        }
        held.placeholder |= section.held.placeholder;
        held.text |= section.held.text && !section.held.placeholder;
        section.close(i32::MIN, walk)?;
        section.say_beside(walk)?;
        if records.cut { Err(Halt::DAMAGED) } else { Ok(()) }
    }

    /// Closes what a record of this level does not belong to.
    fn close(&mut self, level: i32, walk: &mut Walk<'_>) -> Result<(), Halt> {
        while let Some(place) = self.open.pop_if(|place| place.level >= level) {
            let mut steps: Vec<Step> = self.open.iter().filter_map(|above| above.step.clone()).collect();
            steps.extend(place.step.clone());
            let mut place = Some(place);
            under(&steps, walk, &mut |walk| place.take().map_or(Ok(()), |place| place.say(walk)))?;
        }
        Ok(())
    }

    fn record(&mut self, record: Record<'_>) {
        let data = record.data;
        match record.tag {
            PARA_HEADER => {
                if let Some(place) = self.open.last_mut() {
                    place.paragraph();
                }
            }
            PARA_TEXT => {
                let text = text::of(data);
                self.held.placeholder |= text.contains(PLACEHOLDER);
                self.held.text |= !text.trim().is_empty();
                if let Some(place) = self.open.last_mut() {
                    place.text(&text);
                }
            }
            CTRL_HEADER => self.control(record),
            TABLE => {
                if let Some(place) = self.open.last_mut() {
                    place.has_cells = true;
                }
            }
            LIST_HEADER => self.list(data),
            MEMO_LIST => self.memo(record),
            EQEDIT => self.beside.push((Step::Formula, counted(data, 4))),
            TEXTART => self.beside.push((Step::TextBox, runs::wide(data))),
            FORM_OBJECT | CTRL_DATA => self.beside.push((Step::FormField(String::new()), runs::wide(data))),
            CHART_DATA => self.beside.push((Step::Chart, runs::wide(data))),
            // Shapes of letters, lines and drawings hold no text; what is not known may.
            0x44..=0x46 | 0x49..=0x4C | 0x4E..=0x56 | 0x5C => {}
            _ => self.beside.push((Step::Part(String::new()), runs::wide(data))),
        }
    }

    /// A list of paragraphs: in a table, a cell with its address.
    fn list(&mut self, data: &[u8]) {
        let Some(place) = self.open.last_mut() else { return };
        if place.has_cells
            && let (Some(column), Some(row)) = (u16_at(data, 8), u16_at(data, 10))
        {
            place.open_cell(u32::from(column), u32::from(row));
        }
    }

    /// A memo: its list may stand on its own level.
    fn memo(&mut self, record: Record<'_>) {
        self.open.retain(|place| !place.is_memo);
        self.comments = self.comments.saturating_add(1);
        let mut place = Place::new(i32::from(record.level).saturating_sub(1), Some(Step::Comment(self.comments)));
        place.is_memo = true;
        self.push(place);
    }

    fn push(&mut self, place: Place) {
        if self.open.len() < MOST_OPEN {
            self.open.push(place);
        }
    }

    /// A control by its four letters, which stand in the number from its high byte down.
    fn control(&mut self, record: Record<'_>) {
        let data = record.data;
        let id = u32_at(data, 0).unwrap_or(0).to_be_bytes();
        let step = match &id {
            b"tbl " => Some(Step::Table(count(&mut self.tables))),
            b"fn  " | b"en  " => Some(Step::Note(count(&mut self.notes))),
            b"tcmt" => Some(Step::Comment(count(&mut self.comments))),
            b"head" => Some(Step::Header),
            b"foot" => Some(Step::Footer),
            b"gso " => Some(Step::TextBox),
            _ => None,
        };
        match &id {
            b"%hlk" => self.beside.push((Step::Link, counted(data, 9))),
            b"%clk" => self.beside.push((Step::FormField(String::new()), counted(data, 9))),
            [b'%', ..] => self.beside.push((Step::Formula, counted(data, 9))),
            // Objects: behind the sizes stands what was written for who cannot see them (table 69).
            b"tbl " | b"gso " | b"eqed" => self.beside.push((Step::AltText, counted(data, 44))),
            b"secd" | b"cold" | b"pgnp" | b"atno" | b"nwno" | b"pghd" => {}
            _ => self.beside.push((Step::Part(String::new()), runs::wide(from(data, 4)))),
        }
        self.push(Place::new(i32::from(record.level), step));
    }

    fn say_beside(&mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        self.beside.retain(|(_, text)| !text.trim().is_empty());
        if self.beside.is_empty() {
            return Ok(());
        }
        walk.prose(|run| self.beside.iter().try_for_each(|(step, text)| run.line(Some(step), text)))
    }
}

fn count(number: &mut u32) -> u32 {
    *number = number.saturating_add(1);
    *number
}

/// A string behind its length in two bytes.
pub(super) fn counted(data: &[u8], at: usize) -> String {
    let length = usize::from(u16_at(data, at).unwrap_or(0)).saturating_mul(2);
    utf16(some(data, at.saturating_add(2), length))
}
