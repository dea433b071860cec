//! Files that are no text are opened, as what their bytes say they are.

use super::search::Search;
use crate::extract;
use crate::inspect::{NotMasked, Opened, begins_as_text, document, masked};
use crate::text::charset::{self, Named};
use crate::text::transcode;
use crate::vocab::{Finding, Part, Place, Reason, Span, What};
use std::cell::Cell;
use std::io::{self, Cursor, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::time::Instant;

/// Bytes of what is too large to be opened that are looked at, to see whether it is text; and of a pipe.
const HEAD: usize = 256 << 10;
/// Findings that are told of one file that is opened.
pub(super) const MOST: usize = 100_000;

/// What there is to read.
pub(super) enum Looked {
    /// A whole file, to be opened.
    File(Vec<u8>),
    /// One that is too large for that.
    TooLarge,
    /// Text, or what may be.
    Text(Box<dyn Read>),
}

/// Looks at what is read, a file of such a size or a pipe; `typed` if somebody has said what text it is. A file is opened
/// only up to `largest` bytes; text streams.
///
/// # Errors
/// What reading it says.
pub(super) fn look(mut source: Box<dyn Read>, size: Option<u64>, typed: bool, largest: u64) -> io::Result<Looked> {
    if typed {
        return Ok(Looked::Text(source));
    }
    let room = size.filter(|size| *size <= largest).and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    let mut head = Vec::with_capacity(room.saturating_add(1));
    match size {
        // The directory of an archive stands at its end.
        Some(size) if size <= largest => drop(source.by_ref().take(largest.saturating_add(1)).read_to_end(&mut head)?),
        Some(_) => drop(source.by_ref().take(HEAD as u64).read_to_end(&mut head)?),
        // What is followed is told at once.
        None => first(&mut source, &mut head)?,
    }
    if !is_file(&head) {
        return Ok(Looked::Text(Box::new(Cursor::new(head).chain(source))));
    }
    let more = largest.saturating_add(1).saturating_sub(head.len() as u64);
    source.take(more).read_to_end(&mut head)?;
    Ok(if head.len() as u64 > largest { Looked::TooLarge } else { Looked::File(head) })
}

/// The first bytes of a pipe, as many as there are.
fn first(source: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<()> {
    head.resize(HEAD, 0);
    let read = loop {
        match source.read(head) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    head.truncate(read);
    Ok(())
}

/// Whether it is a file to be opened: it bears the mark of a format, or is no text, or another is written in it.
fn is_file(head: &[u8]) -> bool {
    let wide = || matches!(charset::from_bom(head), Some(Named::Transcoded(_))) || transcode::evident(head).is_some();
    let is_text = memchr::memchr(0, head).is_none() && begins_as_text(head) || wide();
    let mut lookout = extract::Lookout::default();
    extract::is_known(head) || !head.is_empty() && !is_text || lookout.take(head) || lookout.end()
}

/// A finding about a file as a whole.
pub(super) fn uninspectable(reason: Reason) -> Finding {
    Finding::uninspectable(reason, Span { start: 0, end: 0 }, Place::whole(Part::Body))
}

/// The file of that name, with so many bytes.
pub(super) fn named(name: &str, bytes: usize) -> Opened {
    let name = Path::new(name).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Opened { part: Part::Body, name, span: Span { start: 0, end: bytes as u64 }, is_read: false }
}

impl Search {
    /// Gives `each` what is wanted of what is found in a file, up to a number that no report needs.
    pub fn open(&self, name: &str, bytes: &[u8], each: &mut dyn FnMut(Finding)) {
        let (until, told) = (Instant::now().checked_add(self.patience), Cell::new(0_usize));
        let late = || told.get() >= MOST || until.is_some_and(|until| Instant::now() > until);
        self.contained(each, |each| {
            document(&named(name, bytes.len()), bytes, &self.lens, self.limits, &late, &mut |finding| {
                if told.get() < MOST && self.wants(&finding) {
                    told.set(told.get().saturating_add(1));
                    each(finding);
                }
            });
        });
        if told.get() >= MOST {
            each(uninspectable(Reason::TooLarge));
        }
    }

    /// Masks in a document what is wanted of what is found in it, and tells how many that were.
    ///
    /// # Errors
    /// Why it is not masked: then nothing of it may look as if it were.
    pub fn mask(&self, name: &str, bytes: &[u8]) -> Result<(Vec<u8>, usize), NotMasked> {
        let until = Instant::now().checked_add(self.patience);
        let late = || until.is_some_and(|until| Instant::now() > until);
        let wanted = |finding: &Finding| matches!(finding.what, What::Kind(_)) && self.wants(finding);
        let (mut done, mut died) = (None, false);
        self.contained(&mut |_| died = true, |_| {
            done = Some(masked(&named(name, bytes.len()), bytes, &self.lens, self.limits, &late, &wanted));
        });
        match done {
            Some(Ok(made)) => Ok((made.bytes, made.found.iter().filter(|finding| wanted(finding)).count())),
            Some(Err(error)) => Err(error),
            None => Err(NotMasked::Unread(if died { Reason::WorkerDied } else { Reason::OutOfTime })),
        }
    }

    /// Does `work`. A fault of garim's own in it is a finding about this file, and others are read on.
    pub fn contained(&self, each: &mut dyn FnMut(Finding), work: impl FnOnce(&mut dyn FnMut(Finding))) {
        if panic::catch_unwind(AssertUnwindSafe(|| work(each))).is_err() {
            each(uninspectable(Reason::WorkerDied));
        }
    }
}

/// From now on a fault of garim's own is told by its place alone: its message may quote the file.
pub(super) fn tell_faults_by_place() {
    panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        // Nobody may be left to be told.
        let _ = writeln!(io::stderr().lock(), "garim: a fault of its own at {place} / garim의 결함");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(bytes: &'static [u8], size: Option<u64>, largest: u64) -> Looked {
        look(Box::new(bytes), size, false, largest).expect("it is read")
    }

    #[test]
    fn text_streams_and_files_are_read_whole() {
        for text in [&b"plain"[..], b"", "가".as_bytes(), b"\xFF\xFEa\0b\0", b"a\0b\0c\0d\0e\0f\0"] {
            for size in [None, Some(text.len() as u64)] {
                let Looked::Text(mut source) = looked(text, size, 100) else { panic!("{text:?} is text") };
                let mut all = Vec::new();
                source.read_to_end(&mut all).expect("it is read");
                assert_eq!(all, text);
            }
        }
        for file in [&b"PK\x03\x04 and more"[..], b"\x01\0\x02"] {
            assert!(matches!(looked(file, None, 100), Looked::File(bytes) if bytes == file));
            assert!(matches!(looked(file, Some(3), 100), Looked::File(bytes) if bytes == file));
            assert!(matches!(looked(file, Some(file.len() as u64), 2), Looked::TooLarge));
        }
    }

    #[test]
    fn a_fault_is_a_finding() {
        let search = Search::new(&[], crate::vocab::Confidence::Possible, None).expect("no configuration");
        let mut found = Vec::new();
        search.contained(&mut |finding| found.push(finding), |each| {
            each(uninspectable(Reason::Drm));
            panic!("a fault")
        });
        assert_eq!(found, [uninspectable(Reason::Drm), uninspectable(Reason::WorkerDied)]);
    }
}
