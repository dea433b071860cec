//! The target of a request: its path, segment by segment, and its query, which is a form.

use super::clean::FEWEST_DIGITS;
use super::form::together::{Field, Findings, Together};
use super::form::urlencoded::{Origin, Urlencoded};
use super::percent::{self, Checker};
use super::readings::Readings;
use super::scan::{Document, Escape};
use super::stretch::{Setting, Sink};
use super::{Lens, edits, names};
use crate::policy::Tally;
use crate::seal;
use crate::text::Syntax;
use crate::vocab::{Edit, Part, Reason, Stands};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is encrypted is at least as long, in the query.
const LONG: usize = 24;

/// Inspects the target of a request (path and query, as bytes of the request line). The edits' spans are offsets into
/// it. Bytes beyond ASCII are allowed, for old links carry them; their charset is looked for, parameter by parameter. An
/// escape that is none is a finding.
///
/// Its length is bounded by `limits.header_bytes`, and with it the number of parameters.
pub fn target(target: &[u8], lens: &Arc<Lens>, tally: &mut Tally) -> Vec<Edit> {
    if lens.beyond.patterns().is_empty() && is_harmless(target) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut passed = BTreeMap::new();
    let mut sink = Sink { found: &mut found, passed: &mut passed };
    let setting = Setting { lens: Arc::clone(lens), charset: None, returns: true, opens: false };
    let path_length = memchr::memchr(b'?', target).unwrap_or(target.len());
    let before = target.get(..path_length).unwrap_or_default();
    path(before, &setting, &mut sink);
    parameters(before, &setting, &mut sink);
    if let Some(text) = target.get(path_length + 1..) {
        query(text, path_length as u64 + 1, setting, &mut sink);
    }
    found.iter().for_each(|finding| {
        tally.add(finding);
    });
    edits(found)
}

/// Most targets hold too few digits for any number, and nothing that stands for another character or could be an address,
/// or a mask or a reference that comes back: they need not be scanned.
fn is_harmless(target: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/.-_?&=+,:;!".contains(byte);
    let digits = target.iter().filter(|byte| byte.is_ascii_digit()).count();
    // Long values may be encrypted.
    let is_short = || target.split(|byte| b"?&=".contains(byte)).all(|word| word.len() < LONG);
    target.iter().all(plain) && digits < FEWEST_DIGITS && is_short() && !seal::may_stand_in(target)
}

fn path(path: &[u8], setting: &Setting, sink: &mut Sink<'_>) {
    let mut offset = 0;
    for segment in path.split(|byte| *byte == b'/') {
        let mut escapes = Checker::default();
        let sound = escapes.sound(segment);
        if sound < segment.len() || !escapes.whole() {
            sink.uninspectable(Reason::Damaged, offset, Part::Path);
        }
        let document = Document {
            part: Part::Path,
            charset: setting.charset,
            syntax: Syntax::Plain,
            escape: Escape::Percent,
            label: String::new(),
            offset,
            returns: setting.returns,
            stands: Some(Stands::Url),
        };
        let mut scan = Readings::new(document, Arc::clone(&setting.lens));
        scan.push(segment, sink.found);
        scan.finish(sink.found);
        offset += segment.len() as u64 + 1;
    }
}

/// Parameters of the path's segments (RFC 3986 section 3.3) that belong together, where nothing was found in them.
fn parameters(path: &[u8], setting: &Setting, sink: &mut Sink<'_>) {
    if memchr::memchr(b';', path).is_none() {
        return;
    }
    let (mut together, mut new, mut offset) = (Together::default(), Vec::new(), 0);
    for (number, parameter) in path.split(|byte| matches!(byte, b';' | b'/')).enumerate() {
        let start: u64 = offset;
        offset += parameter.len() as u64 + 1;
        let Some((name, value)) = memchr::memchr(b'=', parameter).and_then(|at| parameter.split_at_checked(at)) else {
            continue;
        };
        let at = start + name.len() as u64 + 1;
        let taken = sink.found.iter().any(|finding| finding.span.start < offset && finding.span.end > at);
        if number > 0 && !taken {
            let name = names::field(&percent::decode(name, false).0, None, &setting.lens);
            let raw = value.get(1..).unwrap_or_default();
            together.add(
                &Field { name: &name, part: Part::Path, raw, offset: at, escape: Escape::Form },
                setting,
                &mut new,
            );
        }
    }
    together.finish(setting, Findings { new, given: sink.found });
}

fn query(text: &[u8], offset: u64, setting: Setting, sink: &mut Sink<'_>) {
    let mut form = Urlencoded::new(Origin::Query, offset, usize::MAX, setting);
    let result = form.push(text, sink).and_then(|_| form.finish(sink));
    if let Err(reason) = result {
        sink.uninspectable(reason, form.offset(), form.part());
    }
}
