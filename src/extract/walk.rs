//! What a reader is given: where it stands, what is left of the budget, and where its text goes.

use super::budget::{Budget, Halt, Limits};
use super::{FORMATS, plain, sheet};
use crate::vocab::{Reason, Step};
use std::io::Read;

/// Who takes what readers find. A **run** is text that belongs together: what stands in it is context for the rest of it.
pub trait Sink {
    /// A run begins at this place.
    fn begin(&mut self, path: &[Step], shape: Shape);
    /// More text of the run; `at` is the step from the run's place to where it stands, if it is said.
    fn text(&mut self, at: Option<&Step>, text: &str);
    /// The run is over.
    fn end(&mut self);
    /// A file or part that is text in a charset and a syntax of its own: HTML, XML, CSV, SQL, anything.
    fn raw(&mut self, path: &[Step], bytes: &[u8]);
    /// A file begins at this place, the outermost too; these are its bytes. Who asks what it is called and begins with looks.
    fn file(&mut self, _path: &[Step], _bytes: &[u8]) {}
    /// Something at this place could not be read.
    fn unreadable(&mut self, path: &[Step], reason: Reason);
}

/// What the text of a run looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Paragraphs, a line each.
    Prose,
    /// Rows of a table as CSV (RFC 4180), with commas.
    Table,
}

/// One file being read, and all within it.
pub struct Walk<'a> {
    budget: Budget,
    late: &'a dyn Fn() -> bool,
    sink: &'a mut dyn Sink,
    path: Vec<Step>,
    /// Files that are open, one within the other.
    depth: u32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(limits: Limits, late: &'a dyn Fn() -> bool, sink: &'a mut dyn Sink) -> Walk<'a> {
        Walk { budget: Budget::new(limits), late, sink, path: Vec::new(), depth: 0 }
    }

    /// The size of the file that is read, where it is not opened by [`Walk::open`].
    pub(super) fn measure(&mut self, bytes: usize) {
        self.budget.of(bytes);
    }

    /// At such a place already, for tests of what takes the text.
    #[cfg(test)]
    pub(crate) fn at(path: Vec<Step>, limits: Limits, late: &'a dyn Fn() -> bool, sink: &'a mut dyn Sink) -> Walk<'a> {
        Walk { path, ..Walk::new(limits, late, sink) }
    }

    /// The limits, for what a reader has to bound by itself.
    pub fn limits(&self) -> &Limits {
        &self.budget.limits
    }

    /// The name of the file that is being read, of the innermost one.
    pub fn name(&self) -> &str {
        self.path.iter().rev().find_map(Step::file).unwrap_or_default()
    }

    /// Whether the file that is being read stands in no other.
    pub fn is_outermost(&self) -> bool {
        self.depth <= 1
    }

    /// Whether there is time left; to be asked in every loop over what a file holds.
    ///
    /// # Errors
    /// [`Reason::OutOfTime`] for the whole.
    pub fn tick(&self) -> Result<(), Halt> {
        if (self.late)() { Err(Halt::Whole(Reason::OutOfTime)) } else { Ok(()) }
    }

    /// Counts an entry or a part of a container.
    ///
    /// # Errors
    /// When there are too many, or the time is up.
    pub fn entry(&mut self) -> Result<(), Halt> {
        self.tick()?;
        self.budget.entry()
    }

    /// Counts a page.
    ///
    /// # Errors
    /// When there are too many, or the time is up.
    pub fn page(&mut self) -> Result<(), Halt> {
        self.tick()?;
        self.budget.page()
    }

    /// Does `work` one step further on the way. A [`Halt::Part`] in it is noted as unreadable there, and the work goes on
    /// behind it.
    ///
    /// # Errors
    /// [`Halt::Whole`] only.
    pub fn within(&mut self, step: Step, work: impl FnOnce(&mut Walk<'a>) -> Result<(), Halt>) -> Result<(), Halt> {
        self.path.push(step);
        let done = work(self);
        let done = self.note(done);
        self.path.pop();
        done
    }

    /// Notes what could not be read as unreadable here, unless it ends everything.
    ///
    /// # Errors
    /// [`Halt::Whole`] only; it is noted once, by who called first.
    pub fn note(&mut self, done: Result<(), Halt>) -> Result<(), Halt> {
        match done {
            Err(Halt::Part(reason)) => {
                self.unreadable(reason);
                Ok(())
            }
            other => other,
        }
    }

    /// Something here cannot be read.
    pub fn unreadable(&mut self, reason: Reason) {
        self.sink.unreadable(&self.path, reason);
    }

    /// Reads all that a decompressor gives, within the limits. Sizes that the file declares are not believed.
    ///
    /// # Errors
    /// [`Reason::Damaged`] for what fails to unpack; the limits; the time.
    pub fn unpack(&mut self, packed: &mut dyn Read) -> Result<Vec<u8>, Halt> {
        self.unpack_about(packed, 0)
    }

    /// The same of what is said to be of such a size: room is made for it at once. No more than its bytes may be believed
    /// to become.
    ///
    /// # Errors
    /// As [`Walk::unpack`].
    pub fn unpack_about(&mut self, packed: &mut dyn Read, size: usize) -> Result<Vec<u8>, Halt> {
        let most = self.budget.limits.part_bytes;
        let (mut out, mut piece) = (Vec::with_capacity(size), vec![0; 64 << 10]);
        loop {
            self.tick()?;
            let taken = match packed.read(&mut piece) {
                Ok(0) => return Ok(out),
                Ok(taken) => taken,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return Err(Halt::DAMAGED),
            };
            self.budget.unpack(taken as u64)?;
            out.extend_from_slice(piece.get(..taken).unwrap_or_default());
            if out.len() as u64 > most {
                return Err(Halt::Part(Reason::TooLarge));
            }
        }
    }

    /// Counts bytes that were unpacked by other means than [`Walk::unpack`].
    ///
    /// # Errors
    /// The limits; the time.
    pub fn unpacked(&mut self, bytes: usize) -> Result<(), Halt> {
        self.tick()?;
        self.budget.unpack(bytes as u64)
    }

    /// A run of paragraphs: `work` gives it line by line to the [`Run`].
    ///
    /// # Errors
    /// What `work` returns.
    pub fn prose<T>(&mut self, work: impl FnOnce(&mut Run<'_, 'a>) -> Result<T, Halt>) -> Result<T, Halt> {
        self.sink.begin(&self.path, Shape::Prose);
        let done = work(&mut Run { walk: self });
        self.sink.end();
        done
    }

    /// A run of one text, if it has anything in it.
    ///
    /// # Errors
    /// The limits.
    pub fn say(&mut self, text: &str) -> Result<(), Halt> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.prose(|run| run.line(None, text))
    }

    /// A table: `work` gives it cell by cell, in the order of rows.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn table<T>(&mut self, work: impl FnOnce(&mut sheet::Cells<'_, 'a>) -> Result<T, Halt>) -> Result<T, Halt> {
        self.sink.begin(&self.path, Shape::Table);
        let done = work(&mut sheet::Cells::new(self));
        self.sink.end();
        done
    }

    /// A part that is text in a charset and syntax of its own.
    ///
    /// # Errors
    /// The limits; the time.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.tick()?;
        self.budget.text(bytes.len())?;
        self.sink.raw(&self.path, bytes);
        Ok(())
    }

    /// Opens a file within this one: as every format whose mark it bears, or as text.
    ///
    /// # Errors
    /// [`Halt::Whole`] only: what else fails is noted at its place.
    pub fn open(&mut self, name: &str, bytes: &[u8]) -> Result<(), Halt> {
        self.budget.of(bytes.len());
        let done = self.within(Step::File(name.to_owned()), |walk| {
            walk.sink.file(&walk.path, bytes);
            walk.descend(bytes)
        });
        if let (Err(halt), 0) = (done, self.depth) {
            self.unreadable(halt.reason());
        }
        done
    }

    fn descend(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        if self.depth >= self.budget.limits.depth {
            return Err(Halt::Part(Reason::TooDeep));
        }
        self.depth += 1;
        let done = self.read(bytes);
        self.depth -= 1;
        done
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.tick()?;
        let mut known = false;
        for format in FORMATS.iter().copied().flatten().filter(|format| (format.bears)(bytes)) {
            known = true;
            let done = (format.read)(bytes, self);
            self.note(done)?;
        }
        if known { Ok(()) } else { plain::read(bytes, self) }
    }

    pub(super) fn cell(&mut self) -> Result<(), Halt> {
        self.budget.cell()
    }

    pub(super) fn text(&mut self, at: Option<&Step>, text: &str) -> Result<(), Halt> {
        self.budget.text(text.len())?;
        self.sink.text(at, text);
        Ok(())
    }
}

/// A run of paragraphs.
pub struct Run<'r, 'a> {
    walk: &'r mut Walk<'a>,
}

impl Run<'_, '_> {
    /// A line of its own. Text that a reader sees as one word or number must be given in one piece, or with
    /// [`Run::more`].
    ///
    /// # Errors
    /// The limits; the time.
    pub fn line(&mut self, at: Option<&Step>, text: &str) -> Result<(), Halt> {
        self.more(at, text)?;
        self.more(None, "\n")
    }

    /// Text without an end of line.
    ///
    /// # Errors
    /// The limits; the time.
    pub fn more(&mut self, at: Option<&Step>, text: &str) -> Result<(), Halt> {
        self.walk.tick()?;
        self.walk.text(at, text)
    }
}
