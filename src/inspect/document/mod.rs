//! A file, opened: everything that its readers give is searched like any text, and each finding knows the way to where
//! it stands.

mod run;
#[cfg(test)]
mod tests;
mod whole;

use super::kind::{Said, Shape as Looks};
use super::readings::Readings;
use super::scan::{Document, Escape};
use super::stretch::{Setting, Stretch};
use super::together::Gatherer;
use super::{Inspector, Lens, Reader, names};
use crate::extract::{self, Limits, Shape};
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part, Place, Reason, Span, Step, What};
use run::Run;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes that are searched at once.
const BITE: usize = 32 << 10;

/// Opens a file and gives `found` all that is found in it, and all that could not be read, with the reason.
///
/// `name` is the file's own: like those of files and sheets in it, it may say what a list is about. Findings stand in
/// [`Part::Body`]; who knows in which part of an exchange the file was puts it there. Their place says the way within the
/// file; their spans mean nothing, and they have no masks. References that garim has sealed are not looked for here.
/// `late` says when the time is up: what is not read by then is [`Reason::OutOfTime`].
pub fn document(
    name: &str,
    bytes: &[u8],
    lens: &Arc<Lens>,
    limits: Limits,
    late: &dyn Fn() -> bool,
    found: &mut dyn FnMut(Finding),
) {
    let lens = Arc::new(Lens { seal: None, ..Lens::clone(lens) });
    let mut search = Search { lens, late, found, run: None };
    extract::read(name, bytes, limits, late, &mut search);
}

/// Whether a file bears the mark of a format that is opened. Everything else is text, or unknown bytes.
pub fn opens(bytes: &[u8]) -> bool {
    extract::FORMATS.iter().copied().flatten().any(|format| (format.bears)(bytes))
}

/// Searches what readers give.
struct Search<'a> {
    lens: Arc<Lens>,
    late: &'a dyn Fn() -> bool,
    found: &'a mut dyn FnMut(Finding),
    run: Option<Run>,
}

impl extract::Sink for Search<'_> {
    fn begin(&mut self, path: &[Step], shape: Shape) {
        self.run = Some(Run::new(path, shape == Shape::Table, &self.lens));
    }

    fn text(&mut self, at: Option<&Step>, text: &str) {
        if let Some(run) = &mut self.run {
            run.take(at, text, self.found);
        }
    }

    fn end(&mut self) {
        if let Some(run) = self.run.take() {
            run.finish(self.found);
        }
    }

    fn raw(&mut self, path: &[Step], bytes: &[u8]) {
        if !whole::read(path, bytes, &self.lens, self.late, self.found) {
            self.unreadable(path, Reason::OutOfTime);
        }
    }

    fn unreadable(&mut self, path: &[Step], reason: Reason) {
        let place = Place::within(Part::Body, way(path, None, &self.lens));
        (self.found)(Finding::uninspectable(reason, NOWHERE, place));
    }
}

/// The span of what stands inside a file.
const NOWHERE: Span = Span { start: 0, end: 0 };

/// The way from the file itself, which is the first step of every path, to a place in it; names cleaned.
fn way(path: &[Step], at: Option<&Step>, lens: &Arc<Lens>) -> Box<[Step]> {
    let steps = path.iter().skip(1).chain(at);
    steps.map(|step| step.renamed(|name| names::inside(name, lens))).collect()
}

/// What a text inside a file is read as a part of: an attached file by the names on its way, as these say what its lists are
/// about.
fn of_names(path: &[Step]) -> Part {
    let names: Vec<&str> = path.iter().filter_map(Step::name).collect();
    Part::File { field: String::new(), name: names.join(" ") }
}

/// A finding of a text inside a file, at its place in the whole file.
fn placed(finding: Finding, inside: Box<[Step]>, line: u32) -> Finding {
    let place = Place { stands: finding.place.stands, line, ..Place::within(Part::Body, inside) };
    Finding { span: NOWHERE, place, mask: Box::default(), also: Box::default(), ..finding }
}

/// Whether it is something that the exchange is about and not the file: a mask or a reference in a file overwrites nothing.
fn comes_back(what: What) -> bool {
    matches!(what, What::Returned(_) | What::Uninspectable(Reason::MaskReturned | Reason::Reference))
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
        let setting = Setting { lens: Arc::clone(lens), charset: None, returns: true };
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
        let gatherer = Gatherer::new(&lens.beyond).map(Box::new);
        let reader = Reader::One(stretch);
        Inspector { reader, pushed: 0, settled: 0, refused: false, passed: BTreeMap::new(), gatherer }
    }
}
