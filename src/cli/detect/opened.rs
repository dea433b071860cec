//! Files that are no text are opened, as what their bytes say they are.

use crate::extract::{self, Limits};
use crate::inspect::{Lens, Opened, document};
use crate::vocab::{Finding, Part, Place, Reason, Span};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes that are read before it is decided what a file is.
const HEAD: u64 = 16 << 20;
/// The largest file that is opened, in bytes.
pub(in crate::cli) const LARGEST: u64 = 200 << 20;
/// The longest that one file may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What there is to read.
pub(super) enum Looked {
    /// A whole file, to be opened.
    File(Vec<u8>),
    /// Text, or what may be.
    Text(Box<dyn Read>),
}

/// Looks at the first bytes; `typed` if somebody has said what text it is.
pub(super) fn look(mut source: Box<dyn Read>, typed: bool) -> io::Result<Looked> {
    if typed {
        return Ok(Looked::Text(source));
    }
    let mut head = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut head)?;
    if !extract::is_known(&head) && !head.contains(&0) {
        return Ok(Looked::Text(Box::new(Cursor::new(head).chain(source))));
    }
    source.take((LARGEST + 1).saturating_sub(HEAD)).read_to_end(&mut head)?;
    Ok(Looked::File(head))
}

/// Everything that is found in a file.
pub(in crate::cli) fn open(name: &str, bytes: &[u8], lens: &Arc<Lens>) -> Vec<Finding> {
    let length = bytes.len() as u64;
    let span = Span { start: 0, end: length };
    if length > LARGEST {
        return vec![Finding::uninspectable(Reason::TooLarge, span, Place::whole(Part::Body))];
    }
    let name = Path::new(name).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let opened = Opened { part: Part::Body, name, span };
    let (until, mut found) = (Instant::now() + PATIENCE, Vec::new());
    document(&opened, bytes, lens, Limits::default(), &|| Instant::now() > until, &mut |finding| found.push(finding));
    found
}
