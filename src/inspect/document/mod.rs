//! A file, opened: everything that its readers give is searched like any text, and each finding knows the way to where
//! it stands.

mod masked;
mod run;
#[cfg(test)]
mod tests;
mod whole;

use super::kind::{Said, Shape as Looks};
use super::readings::Readings;
use super::scan::{Document, Escape};
use super::stretch::{Setting, Stretch};
use super::{Beside, Inspector, Lens, Reader, names};
use crate::extract::{self, Limits, Shape};
use crate::text::{Charset, Syntax};
use crate::vocab::{FileType, Finding, Part, Patch, Place, Reason, Span, Step, What};
use masked::values::{Lines, Values};
use run::Run;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use masked::{Masked, NotMasked, masked};

/// Of so many files within a file the type is told: more of them say nothing more.
const TYPED: u32 = 100;
/// So many bytes of a file are looked at to tell its type.
const START: usize = 1 << 10;
/// Bytes that are searched at once: cells are short, and each look has its price.
const BITE: usize = 32 << 10;

/// Which file is opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The part of the exchange that it is.
    pub part: Part,
    /// Its name, as far as it has one: like those of files and sheets in it, it may say what a list is about.
    pub name: String,
    /// Its bytes in the content that it came in, which every finding in it gives as its own: within a file that is packed,
    /// places have no offsets.
    pub span: Span,
    /// It is text that has been read as such, and is opened for the files that are written in it.
    pub is_read: bool,
}

/// Opens a file and gives `found` all that is found in it, and all that could not be read, with the reason.
///
/// The place of a finding says the way within the file; its span is the file's, and it has no mask: nothing of it can be
/// replaced. References that garim has sealed are not looked for. `late` says when the time is up: what is not read by
/// then is [`Reason::OutOfTime`].
pub fn document(
    opened: &Opened,
    bytes: &[u8],
    lens: &Arc<Lens>,
    limits: Limits,
    late: &dyn Fn() -> bool,
    found: &mut dyn FnMut(Finding),
) {
    look(opened, bytes, lens, limits, late, None, found);
}

/// The same; `values` takes where in their texts the findings stand that it wants.
fn look(
    opened: &Opened,
    bytes: &[u8],
    lens: &Arc<Lens>,
    limits: Limits,
    late: &dyn Fn() -> bool,
    values: Option<&mut Values<'_>>,
    found: &mut dyn FnMut(Finding),
) {
    // Nobody sends a reference back from within a file, and none is given out there.
    let mut lens = Lens { seal: None, ..Lens::clone(lens) };
    // What people read is masked there, in links too.
    lens.beyond.stars |= values.is_some();
    let lens = Arc::new(lens);
    let mut search =
        Search { told: Told { opened, lens, found, values, way: Default::default() }, late, run: None, typed: 0 };
    extract::read(&opened.name, bytes, limits, late, &mut search);
}

/// Gives `found` what stands in a file's own name.
pub fn file_name(opened: &Opened, lens: &Arc<Lens>, found: &mut dyn FnMut(Finding)) {
    let mut told = Told { opened, lens: Arc::clone(lens), found, values: None, way: Default::default() };
    let mut run = Run::new(&[Step::File(String::new()), Step::EntryName], false, false, lens);
    run.take(None, &opened.name, &mut told);
    run.finish(&mut told);
}

/// Searches what readers give.
struct Search<'a, 'v> {
    told: Told<'a, 'v>,
    late: &'a dyn Fn() -> bool,
    run: Option<Run>,
    /// How many files within the file had a type that a policy may name.
    typed: u32,
}

impl extract::Sink for Search<'_, '_> {
    fn begin(&mut self, path: &[Step], shape: Shape) {
        let keeps = self.told.values.is_some();
        self.run = Some(Run::new(path, shape == Shape::Table, keeps, &self.told.lens));
    }

    fn text(&mut self, at: Option<&Step>, text: &str) {
        if let Some(run) = &mut self.run {
            run.take(at, text, &mut self.told);
        }
    }

    fn end(&mut self) {
        if let Some(run) = self.run.take() {
            run.finish(&mut self.told);
        }
    }

    fn raw(&mut self, path: &[Step], bytes: &[u8]) {
        if !whole::read(path, bytes, self.late, &mut self.told) {
            self.unreadable(path, Reason::OutOfTime);
        }
    }

    fn file(&mut self, path: &[Step], bytes: &[u8]) {
        // The type of the outermost file is told where it was sent.
        let Some(name) = path.last().and_then(Step::file).filter(|_| path.len() > 1 && self.typed < TYPED) else {
            return;
        };
        let start = bytes.get(..START).unwrap_or(bytes);
        let by_name = FileType::of_name(name);
        let by_start = FileType::of_start(start).filter(|of| Some(*of) != by_name);
        for file_type in by_name.into_iter().chain(by_start) {
            self.typed = self.typed.saturating_add(1);
            let nowhere = Place::whole(Part::Body);
            self.told.give(Finding::file(file_type, self.told.opened.span, nowhere), path, None, 0, None);
        }
    }

    fn unreadable(&mut self, path: &[Step], reason: Reason) {
        let nowhere = Place::whole(Part::Body);
        self.told.give(Finding::uninspectable(reason, self.told.opened.span, nowhere), path, None, 0, None);
    }
}

/// Where findings go, each with its place in the file.
struct Told<'a, 'v> {
    opened: &'a Opened,
    lens: Arc<Lens>,
    found: &'a mut dyn FnMut(Finding),
    /// Who asks where in their texts they stand.
    values: Option<&'a mut Values<'v>>,
    /// The last path, and the way within the file as it is shown: nearly all findings share theirs with the one before, and
    /// to clean a name is to search it.
    way: (Vec<Step>, Vec<Step>),
}

impl Told<'_, '_> {
    /// Gives a finding that stands at the end of this path, in such a line there (0 where lines mean nothing). A mask or a
    /// reference that comes back is nothing in a file: it overwrites nothing there. `lines`: the text that it was found in.
    fn give(&mut self, finding: Finding, path: &[Step], at: Option<&Step>, line: u32, lines: Option<&Lines>) {
        let value = matches!(finding.what, What::Kind(_));
        if matches!(finding.what, What::Returned(_) | What::Uninspectable(Reason::MaskReturned | Reason::Reference)) {
            return;
        }
        let mut inside = self.shown(path, at);
        // What is wrong with the file itself is said of the file.
        if inside.is_empty() && value {
            inside.push(Step::Content);
        }
        let place = Place { line, ..Place::within(self.opened.part.clone(), inside.into_boxed_slice()) };
        let patches = Patch { span: finding.span, bytes: finding.mask };
        let (span, mask) = (self.opened.span, Box::default());
        let given = Finding { span, place, mask, also: Box::default(), ..finding };
        if let Some(values) = &mut self.values {
            values.take(&given, &[&[patches], &*finding.also].concat(), lines);
        }
        (self.found)(given);
    }

    /// The way to the end of this path, its names cleaned. Its first step is the file itself, which is left out.
    fn shown(&mut self, path: &[Step], at: Option<&Step>) -> Vec<Step> {
        let cleaned = |step: &Step| step.clone().renamed(|name| names::inside(&name, &self.lens));
        if self.way.0 != path {
            self.way = (path.to_vec(), path.iter().skip(1).map(cleaned).collect());
        }
        let mut way = Vec::with_capacity(self.way.1.len().saturating_add(1));
        way.extend_from_slice(&self.way.1);
        way.extend(at.map(cleaned));
        way
    }
}

/// What a text inside a file is read as a part of: an attached file by the names on its way, as these say what its lists are
/// about.
fn of_names(path: &[Step]) -> Part {
    let names: Vec<&str> = path.iter().filter_map(Step::name).collect();
    Part::File { field: String::new(), name: names.join(" ") }
}

/// The document that a text inside a file is.
fn plain(part: Part, returns: bool) -> Document {
    let (charset, label) = (Some(Charset::Utf8), String::new());
    let (syntax, escape) = (Syntax::Plain, Escape::None);
    Document { part, charset, syntax, escape, label, offset: 0, returns, stands: None }
}

impl Inspector {
    /// For text that a reader of files has made.
    fn of_made(part: Part, table: bool, lens: &Arc<Lens>) -> Inspector {
        let document = plain(part, false);
        let readings = Readings::made(document.clone(), table, Arc::clone(lens));
        Inspector::of_stretch(Stretch::read_as(readings, document, Arc::clone(lens)), lens)
    }

    /// For a file, or a part of one, that is text in a charset and a syntax of its own: they are looked for, and it is read in
    /// every way in which somebody may read it.
    fn of_file(part: Part, lens: &Arc<Lens>) -> Inspector {
        let setting = Setting { lens: Arc::clone(lens), charset: None, returns: true, opens: false };
        let looks = Looks::Text(Syntax::Plain);
        Inspector::of_stretch(Stretch::new(part, looks, Said::Nothing, String::new(), 0, &setting), lens)
    }

    /// For bytes that are no text: they are searched all the same, as UTF-8 and as CP949.
    fn of_bytes(part: Part, lens: &Arc<Lens>) -> Inspector {
        let document = plain(part, true);
        let readings = Readings::new(document.clone(), Arc::clone(lens));
        Inspector::of_stretch(Stretch::read_as(readings, document, Arc::clone(lens)), lens)
    }

    fn of_stretch(stretch: Stretch, lens: &Arc<Lens>) -> Inspector {
        let beside = Beside::new(lens, None, None);
        let reader = Reader::One(stretch);
        let passed = BTreeMap::new();
        Inspector { reader, pushed: 0, settled: 0, refused: false, passed, beside, files: None }
    }
}
