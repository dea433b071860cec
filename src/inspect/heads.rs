//! Values of header fields: addresses, file names and cookies that a site gives out, and references that come back.

use super::scan::{Document, Escape, Scan};
use super::{Lens, edits, scan};
use crate::policy::Tally;
use crate::seal::{self, Next, Sealed};
use crate::text::Syntax;
use crate::vocab::{Confidence, Edit, Finding, Part, Place, Secret, Span, Stands, What};
use std::sync::Arc;

/// Inspects the value of a field that a browser follows: an address, or a file's name. `name` is the field's, for people.
/// The edits seal what is found, its percent escapes undone.
pub fn followed(name: &str, value: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    edits(found(name, "", value, 0, lens, tally))
}

/// Inspects a `Set-Cookie` (RFC 6265 section 4.1.1). The edits seal what is found as it stands there, escapes and all, and
/// without an age: a cookie comes back from any session, long after. `None` if the cookie is named as one that `skip`s.
pub fn cookie(value: &[u8], lens: &Arc<Lens>, tally: &mut Tally, skip: impl Fn(&[u8]) -> bool) -> Vec<Edit> {
    let end = memchr::memchr(b';', value).unwrap_or(value.len());
    let Some(equals) = memchr::memchr(b'=', value).filter(|equals| *equals < end) else { return Vec::new() };
    let name = value.get(..equals).unwrap_or_default().trim_ascii();
    if skip(name) {
        return Vec::new();
    }
    let label = String::from_utf8_lossy(name).into_owned();
    let inside = value.get(equals + 1..end).unwrap_or_default();
    let mut edits = edits(found("set-cookie", &label, inside, equals as u64 + 1, lens, tally));
    for edit in &mut edits {
        let What::Kind(kind) = edit.what else { continue };
        let raw = usize::try_from(edit.span.start).ok().zip(usize::try_from(edit.span.end).ok());
        let raw = raw.and_then(|(start, end)| String::from_utf8(value.get(start..end)?.to_vec()).ok());
        let reference = raw
            .zip(lens.seal.as_ref())
            .and_then(|(text, sealer)| sealer.seal_lasting(&Sealed { kind, korean: false, text }));
        if let Some(reference) = reference {
            edit.bytes = reference.into_bytes().into_boxed_slice();
        }
    }
    edits
}

fn found(name: &str, label: &str, value: &[u8], offset: u64, lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Finding> {
    let document = Document {
        part: Part::Head(name.to_owned()),
        charset: None,
        syntax: Syntax::Plain,
        escape: Escape::Percent,
        label: label.to_owned(),
        offset,
        returns: false,
        stands: Some(Stands::Url),
    };
    let mut found = Vec::new();
    let mut scan = Scan::new(document, Arc::clone(lens));
    scan.push(value, &mut found);
    scan.finish(&mut found);
    found.retain(|finding| matches!(finding.what, What::Kind(_)));
    found.iter().for_each(|finding| {
        tally.add(finding);
    });
    found
}

/// What becomes of a value with references in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// There are none.
    Unchanged,
    /// All of them opened, and this is the value with what they stand for.
    Changed(Vec<u8>),
    /// One does not open.
    Foreign,
}

/// Opens the references in a field's value, and counts them. What they stand for is written as it was sealed (`verbatim`,
/// in cookies), or with percent escapes.
pub fn opened(name: &str, value: &[u8], verbatim: bool, lens: &Lens, tally: &mut Tally) -> Opened {
    let Some(sealer) = &lens.seal else { return Opened::Unchanged };
    let (mut out, mut done) = (Vec::new(), 0);
    loop {
        let range = match seal::next(value, done, true) {
            Next::Whole(range) => range,
            Next::Broken(_) => return Opened::Foreign,
            Next::Open(_) | Next::Nothing if done == 0 => return Opened::Unchanged,
            Next::Open(_) | Next::Nothing => break,
        };
        let Some(sealed) = value.get(range.clone()).and_then(|found| sealer.open(found).ok()) else {
            return Opened::Foreign;
        };
        let plain = sealed.text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
        out.extend_from_slice(value.get(done..range.start).unwrap_or_default());
        match verbatim && plain {
            true => out.extend_from_slice(sealed.text.as_bytes()),
            false => out.extend(scan::percent(sealed.text.as_bytes()).into_bytes()),
        }
        tally.add(&returned(&sealed, Span { start: range.start as u64, end: range.end as u64 }, name));
        done = range.end;
    }
    out.extend_from_slice(value.get(done..).unwrap_or_default());
    Opened::Changed(out)
}

fn returned(sealed: &Sealed, span: Span, name: &str) -> Finding {
    Finding {
        what: What::Returned(sealed.kind),
        confidence: Confidence::Certain,
        span,
        place: Place::whole(Part::Head(name.to_owned())),
        masked: String::new(),
        mask: Box::default(),
        secret: Secret::default(),
    }
}
