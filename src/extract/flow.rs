//! Text that flows: paragraphs, with stories of their own inside (tables, notes, boxes, comments). They are collected
//! while a part is read, because a story may begin within a word of another, and told one after the other.

use crate::extract::{Halt, Walk};
use crate::vocab::Step;
use std::collections::HashSet;

/// How a piece of text looks to who opens the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    /// Put in by a tracked change.
    Inserted,
    /// Taken out by a tracked change.
    Deleted,
    /// Marked as hidden.
    Hidden,
}

/// What is collected of a part.
pub(super) struct Flow {
    stories: Vec<Story>,
    /// The stories that are open, one within the other; the first is the part's own.
    open: Vec<usize>,
    /// Single texts beside the stories.
    asides: Vec<(Step, Vec<String>)>,
    known: HashSet<String>,
    numbered: bool,
    tables: u32,
}

struct Story {
    steps: Vec<Step>,
    paragraph: Paragraph,
    count: u32,
    at: Option<Step>,
    body: Body,
}

enum Body {
    Lines(Vec<(Option<Step>, String)>),
    Cells {
        cells: Vec<(u32, u32, String)>,
        at: (u32, u32),
        cell: String,
        /// Columns that the last cell takes, beyond its first.
        more: u32,
    },
}

/// A paragraph as it grows.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// Where each piece ends, from the first that is not plain.
    pieces: Vec<(Look, usize)>,
}

impl Paragraph {
    fn put(&mut self, look: Look, text: &str) {
        if look != Look::Plain && self.pieces.is_empty() {
            self.pieces.push((Look::Plain, self.text.len()));
        }
        self.text.push_str(text);
        if !self.pieces.is_empty() {
            self.pieces.push((look, self.text.len()));
        }
    }

    /// The paragraph with pieces of these looks only.
    fn view(&self, looks: &[Look]) -> String {
        let (mut out, mut from) = (String::new(), 0);
        for (look, to) in &self.pieces {
            if looks.contains(look) {
                out.push_str(self.text.get(from..*to).unwrap_or_default());
            }
            from = *to;
        }
        out
    }

    fn has(&self, look: Look) -> bool {
        self.pieces.iter().any(|(piece, _)| *piece == look)
    }
}

impl Flow {
    /// Nothing yet; `numbered`: whether lines say which paragraph they are.
    pub(super) fn new(numbered: bool) -> Flow {
        let mut flow = Flow {
            stories: Vec::new(),
            open: Vec::new(),
            asides: Vec::new(),
            known: HashSet::new(),
            numbered,
            tables: 0,
        };
        flow.begin(Vec::new(), Body::Lines(Vec::new()));
        flow
    }

    fn begin(&mut self, steps: Vec<Step>, body: Body) {
        self.open.push(self.stories.len());
        self.stories.push(Story { steps, paragraph: Paragraph::default(), count: 0, at: None, body });
    }

    fn story(&mut self) -> Option<&mut Story> {
        self.open.last().and_then(|&at| self.stories.get_mut(at))
    }

    fn below(&mut self, step: Option<Step>) -> Vec<Step> {
        let mut steps = self.story().map(|story| story.steps.clone()).unwrap_or_default();
        // A box in a box is a box.
        if step != Some(Step::TextBox) || steps.last() != Some(&Step::TextBox) {
            steps.extend(step);
        }
        steps
    }

    /// A story of its own begins inside.
    pub(super) fn enter(&mut self, step: Step) {
        let steps = self.below(Some(step));
        self.begin(steps, Body::Lines(Vec::new()));
    }

    /// A table begins inside.
    pub(super) fn enter_table(&mut self) {
        self.tables = self.tables.saturating_add(1);
        let mut steps = self.below(Some(Step::Table(self.tables)));
        // A table within a table is one beside it: ways stay short.
        if let [.., Step::Table(_), Step::Table(_)] = steps.as_slice() {
            steps.remove(steps.len().saturating_sub(2));
        }
        self.begin(steps, Body::Cells { cells: Vec::new(), at: (0, 0), cell: String::new(), more: 0 });
    }

    /// The innermost story ends; the part's own never does.
    pub(super) fn leave(&mut self) {
        self.end_cell();
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// The next row of the table begins.
    pub(super) fn row(&mut self) {
        self.end_cell();
        if let Some(Story { body: Body::Cells { at, more, .. }, .. }) = self.story() {
            (*at, *more) = ((0, at.1.saturating_add(1)), 0);
        }
    }

    /// The next cell of the row begins.
    pub(super) fn cell(&mut self) {
        self.end_cell();
        if let Some(Story { body: Body::Cells { at, more, .. }, .. }) = self.story() {
            *at = (at.0.saturating_add(1).saturating_add(std::mem::take(more)), at.1.max(1));
        }
    }

    /// The cell that is open stands at this column and row, from 1.
    pub(super) fn place(&mut self, column: u32, row: u32) {
        self.end_line(false);
        if let Some(Story { body: Body::Cells { at, .. }, .. }) = self.story() {
            *at = (column, row);
        }
    }

    /// The cell takes so many columns beyond its first.
    pub(super) fn span(&mut self, columns: u32) {
        if let Some(Story { body: Body::Cells { more, .. }, .. }) = self.story() {
            *more = columns.min(1 << 14);
        }
    }

    fn end_cell(&mut self) {
        self.end_line(false);
        if let Some(Story { body: Body::Cells { cells, at, cell, .. }, .. }) = self.story()
            && !cell.is_empty()
        {
            cells.push((at.0.max(1), at.1.max(1), std::mem::take(cell)));
        }
    }

    /// Where the lines of this story stand.
    pub(super) fn stand_at(&mut self, step: Step) {
        if let Some(story) = self.story() {
            story.at = Some(step);
        }
    }

    /// More text of the paragraph.
    pub(super) fn put(&mut self, look: Look, text: &str) {
        if let Some(story) = self.story() {
            story.paragraph.put(look, text);
        }
    }

    /// A line that is no paragraph.
    pub(super) fn line(&mut self, look: Look, text: &str) {
        self.end_line(false);
        self.put(look, text);
        self.end_line(false);
    }

    /// The paragraph ends.
    pub(super) fn end_paragraph(&mut self) {
        if let Some(story) = self.story() {
            story.count = story.count.saturating_add(1);
        }
        self.end_line(self.numbered);
    }

    fn end_line(&mut self, numbered: bool) {
        let Some(story) = self.story() else { return };
        let paragraph = std::mem::take(&mut story.paragraph);
        if paragraph.text.trim().is_empty() {
            return;
        }
        let at = story.at.clone().or_else(|| numbered.then_some(Step::Paragraph(story.count)));
        let steps = story.steps.clone();
        if paragraph.pieces.is_empty() {
            story.say(at, paragraph.text);
            return;
        }
        story.say(at.clone(), paragraph.view(&[Look::Plain, Look::Inserted]));
        // What was there before, and what is hidden, is read in the words that stand around it.
        if paragraph.has(Look::Deleted) {
            let before = paragraph.view(&[Look::Plain, Look::Deleted]);
            self.beside(&steps, Step::Deleted, at.clone(), before);
        }
        if paragraph.has(Look::Hidden) {
            let all = paragraph.view(&[Look::Plain, Look::Inserted, Look::Hidden]);
            self.beside(&steps, Step::HiddenText, at, all);
        }
    }

    fn beside(&mut self, steps: &[Step], step: Step, at: Option<Step>, text: String) {
        let steps = steps.iter().cloned().chain([step]).collect();
        let body = Body::Lines(vec![(at, text)]);
        self.stories.push(Story { steps, paragraph: Paragraph::default(), count: 0, at: None, body });
    }

    /// A text beside the stories; the same once only.
    pub(super) fn aside(&mut self, step: Step, text: &str) {
        if text.trim().is_empty() || !self.known.insert(format!("{step}\n{text}")) {
            return;
        }
        match self.asides.iter_mut().rev().take(16).find(|(known, _)| *known == step) {
            Some((_, texts)) => texts.push(text.to_owned()),
            None => self.asides.push((step, vec![text.to_owned()])),
        }
    }

    /// Tells all of it.
    ///
    /// # Errors
    /// The limits; the time.
    pub(super) fn tell(mut self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        while self.open.len() > 1 {
            self.leave();
        }
        self.end_line(false);
        let mut boxes = HashSet::new();
        for story in &self.stories {
            // A shape for old programs repeats the box of the new ones.
            if story.steps.last() == Some(&Step::TextBox) && !boxes.insert(story.whole()) {
                continue;
            }
            within(&story.steps, walk, &|walk| story.body.tell(walk))?;
        }
        for (step, texts) in &self.asides {
            within(std::slice::from_ref(step), walk, &|walk| {
                walk.prose(|run| texts.iter().try_for_each(|text| run.line(None, text)))
            })?;
        }
        Ok(())
    }
}

impl Story {
    fn say(&mut self, at: Option<Step>, text: String) {
        match &mut self.body {
            Body::Lines(lines) => lines.push((at, text)),
            Body::Cells { cell, .. } => {
                if !cell.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(&text);
            }
        }
    }

    fn whole(&self) -> String {
        match &self.body {
            Body::Lines(lines) => lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect(),
            Body::Cells { cells, .. } => cells.iter().flat_map(|(_, _, cell)| [cell.as_str(), "\n"]).collect(),
        }
    }
}

impl Body {
    fn tell(&self, walk: &mut Walk<'_>) -> Result<(), Halt> {
        match self {
            Body::Lines(lines) if lines.is_empty() => Ok(()),
            Body::Lines(lines) => walk.prose(|run| lines.iter().try_for_each(|(at, line)| run.line(at.as_ref(), line))),
            Body::Cells { cells, .. } if cells.is_empty() => Ok(()),
            Body::Cells { cells, .. } => walk
                .table(|table| cells.iter().try_for_each(|(column, row, text)| table.cell(*column, *row, false, text))),
        }
    }
}

/// Does `work` these steps further on the way.
fn within<'w>(
    steps: &[Step],
    walk: &mut Walk<'w>,
    work: &dyn Fn(&mut Walk<'w>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    match steps.split_first() {
        None => work(walk),
        Some((step, rest)) => walk.within(step.clone(), |walk| within(rest, walk, work)),
    }
}
