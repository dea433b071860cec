//! Files that are opened: what [`extract`] reads out of one becomes findings that say where they stand inside it.
//!
//! The text of a run is read as a text of its own, in one piece from its first line to its last, so that a label is context
//! for the number behind it and a header for its column, as in a text that was posted as such.

use super::{Ceilings, Content, Inspector, Lens, clean};
use crate::extract::{self, Limits, Shape, Sink};
use crate::text::Charset;
use crate::vocab::{Direction, Finding, Part, Place, Reason, Span, Stands, Step, What};
use std::sync::Arc;

/// Which file is opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The part of the exchange that it is.
    pub part: Part,
    /// Its name, as far as it has one.
    pub name: String,
    /// Its bytes in the content that it came in, which every finding in it gives as its own: within a file that is packed,
    /// places have no offsets.
    pub span: Span,
}

/// Opens a file, and appends all that is found in it and all that could not be read. `late` says when the time is up.
pub fn document(
    opened: &Opened,
    bytes: &[u8],
    lens: &Arc<Lens>,
    limits: Limits,
    late: &dyn Fn() -> bool,
    found: &mut Vec<Finding>,
) {
    // Nobody sends a reference back from within a file, and none is given out there.
    let lens = Arc::new(Lens { seal: None, ..Lens::clone(lens) });
    let mut reader = Reader { opened, lens, path: Vec::new(), run: None, found };
    extract::read(&opened.name, bytes, limits, late, &mut reader);
}

/// Takes what is extracted.
struct Reader<'a> {
    opened: &'a Opened,
    lens: Arc<Lens>,
    path: Vec<Step>,
    run: Option<Run>,
    found: &'a mut Vec<Finding>,
}

/// Text of a run that is gathered before it is looked at: cells are short, and each look has its price.
const AT_ONCE: usize = 32 << 10;

/// A run that is being read.
struct Run {
    inspector: Inspector,
    /// What was not yet given to it.
    pending: String,
    /// Bytes of the run so far.
    length: u64,
    /// Where text begins that has a step of its own, in order; `None` where text without one follows.
    marks: Vec<(u64, Option<Step>)>,
    found: Vec<Finding>,
}

impl Run {
    /// The step of what stands there.
    fn step(&self, at: u64) -> Option<&Step> {
        let next = self.marks.partition_point(|(start, _)| *start <= at);
        self.marks.get(next.checked_sub(1)?).and_then(|(_, step)| step.as_ref())
    }

    /// Looks at what has gathered; up to where the run is settled.
    fn look(&mut self) -> u64 {
        let settled = self.inspector.find(self.pending.as_bytes(), &mut self.found);
        self.pending.clear();
        settled
    }

    /// Forgets the marks before what is settled.
    fn forget(&mut self, settled: u64) {
        let kept = self.marks.partition_point(|(start, _)| *start <= settled).saturating_sub(1);
        self.marks.drain(..kept);
    }
}

impl Reader<'_> {
    fn inspector(&self, content: Content) -> Inspector {
        Inspector::new(content, Arc::clone(&self.lens), Ceilings::of_parts(usize::MAX))
    }

    /// The way to a place, its names cleaned. The outermost file is the part itself.
    fn way<'s>(&self, path: &'s [Step], step: Option<&'s Step>) -> Box<[Step]> {
        let inner = path.get(1..).unwrap_or_default();
        inner.iter().chain(step).map(|step| step.clone().renamed(|name| clean(&name, &self.lens))).collect()
    }

    /// Gives a finding the place that it has in the file. Nothing in it can be replaced.
    fn give(&mut self, mut finding: Finding, path: &[Step], step: Option<&Step>) {
        if matches!(finding.what, What::Returned(_) | What::Uninspectable(Reason::MaskReturned | Reason::Reference)) {
            return;
        }
        let mut inside = self.way(path, step);
        // What is wrong with the file itself is said of the file.
        if inside.is_empty() && matches!(finding.what, What::Kind(_)) {
            inside = Box::new([Step::Content]);
        }
        finding.place = Place { part: self.opened.part.clone(), inside, ..finding.place };
        // A cell and a paragraph say more than a line that nobody can count.
        finding.place.line = if step.is_some() { 0 } else { finding.place.line };
        finding.place.stands = Stands::Text;
        finding.span = self.opened.span;
        finding.mask = Box::default();
        finding.also = Box::default();
        self.found.push(finding);
    }

    /// Everything that is found in a text, as such a content.
    fn read(&self, bytes: &[u8], content: Content) -> Vec<Finding> {
        let (mut inspector, mut found) = (self.inspector(content), Vec::new());
        inspector.find(bytes, &mut found);
        inspector.find_last(&mut found);
        found
    }

    /// Reads bytes as what a client might send: as what they look like, in every charset.
    fn looked_at(&self, bytes: &[u8]) -> Vec<Finding> {
        self.read(bytes, Content { direction: Direction::Upload, content_type: None, charset: None })
    }

    /// Reads bytes that are no text all the same, in either charset.
    fn searched(&self, bytes: &[u8]) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for charset in [Charset::Utf8, Charset::Cp949] {
            let media_type = Some(b"text/plain".to_vec());
            let content = Content { direction: Direction::Download, content_type: media_type, charset: Some(charset) };
            let mut more = self.read(bytes, content);
            let known = |one: &Finding| found.iter().any(|it| it.what == one.what && it.span == one.span);
            more.retain(|one| matches!(one.what, What::Kind(_)) && !known(one));
            found.append(&mut more);
        }
        found
    }
}

impl Sink for Reader<'_> {
    fn begin(&mut self, path: &[Step], _shape: Shape) {
        self.path = path.to_vec();
        // Rows of a table are told from prose by their commas, as in a file of values.
        let content_type = Some(b"text/plain; charset=utf-8".to_vec());
        let content = Content { direction: Direction::Download, content_type, charset: Some(Charset::Utf8) };
        let inspector = self.inspector(content);
        let (pending, marks, found) = (String::new(), Vec::new(), Vec::new());
        self.run = Some(Run { inspector, pending, length: 0, marks, found });
    }

    fn text(&mut self, at: Option<&Step>, text: &str) {
        let Some(run) = &mut self.run else { return };
        if at.is_some() || run.marks.last().is_some_and(|(_, step)| step.is_some()) {
            run.marks.push((run.length, at.cloned()));
        }
        run.length = run.length.saturating_add(text.len() as u64);
        run.pending.push_str(text);
        if run.pending.len() >= AT_ONCE {
            let settled = run.look();
            self.hand_on(settled);
        }
    }

    fn end(&mut self) {
        if let Some(run) = &mut self.run {
            run.look();
            run.inspector.find_last(&mut run.found);
        }
        self.hand_on(u64::MAX);
        self.run = None;
    }

    fn raw(&mut self, path: &[Step], bytes: &[u8]) {
        let mut found = self.looked_at(bytes);
        if found.iter().any(|finding| finding.what == What::Uninspectable(Reason::Binary)) {
            found = self.searched(bytes);
        }
        found.into_iter().for_each(|finding| self.give(finding, path, None));
    }

    fn unreadable(&mut self, path: &[Step], reason: Reason) {
        let finding = Finding::uninspectable(reason, self.opened.span, Place::whole(self.opened.part.clone()));
        self.give(finding, path, None);
    }
}

impl Reader<'_> {
    /// Gives what the run has found so far, up to where it is settled.
    fn hand_on(&mut self, settled: u64) {
        let Some(mut run) = self.run.take() else { return };
        let path = std::mem::take(&mut self.path);
        for finding in std::mem::take(&mut run.found) {
            let step = run.step(finding.span.start).cloned();
            self.give(finding, &path, step.as_ref());
        }
        run.forget(settled);
        (self.run, self.path) = (Some(run), path);
    }
}

#[cfg(test)]
mod tests;
