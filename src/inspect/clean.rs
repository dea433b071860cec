//! Texts for records and pages, with everything that was found in them masked.

use super::Lens;
use super::scan::{Document, Escape, Scan};
use crate::seal;
use crate::text::{Charset, Syntax};
use crate::vocab::{Finding, Part};
use std::sync::Arc;

/// No number that is looked for has fewer digits.
pub(super) const FEWEST_DIGITS: usize = 10;

/// A name, path or text with every finding in it, of any confidence, written in its masked form, for records and
/// pages, and every sealed reference cut short. Both the text itself (with entities, which browsers write for what a charset lacks) and what its percent
/// escapes say are looked at.
pub fn clean(text: &str, lens: &Arc<Lens>) -> String {
    if lens.beyond.patterns().is_empty() && is_harmless(text) {
        return text.to_owned();
    }
    let text = seal::hide(text);
    let once = masked(&text, Escape::None, lens);
    if once.contains('%') { masked(&once, Escape::Percent, lens) } else { once }
}

/// Whether there is any need to scan a text of one line: it holds an at sign, enough digits in a row with no letter
/// between them, or what may stand for other characters. What most heads say does not.
pub(super) fn may_hold_a_value(text: &[u8]) -> bool {
    let mut digits = 0_usize;
    text.iter().any(|byte| match byte {
        b'0'..=b'9' => {
            digits = digits.saturating_add(1);
            digits >= FEWEST_DIGITS
        }
        b'a'..=b'z' | b'A'..=b'Z' => {
            digits = 0;
            false
        }
        _ => !byte.is_ascii() || b"@%&\\<".contains(byte),
    })
}

/// Most names are short ASCII words: they need not be scanned.
fn is_harmless(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.is_ascii()
        && !seal::may_stand_in(text.as_bytes())
        && digits < FEWEST_DIGITS
        && !text.contains(['@', '%', '&', '\\', ' '])
}

fn masked(text: &str, escape: Escape, lens: &Arc<Lens>) -> String {
    let document = Document {
        part: Part::Body,
        charset: Some(Charset::Utf8),
        syntax: Syntax::Html,
        escape,
        label: String::new(),
        offset: 0,
        returns: false,
        stands: None,
    };
    let mut found = Vec::new();
    let mut scan = Scan::new(document, Arc::clone(lens));
    scan.push(text.as_bytes(), &mut found);
    scan.finish(&mut found);
    write(text.as_bytes(), &found)
}

fn write(text: &[u8], found: &[Finding]) -> String {
    let (mut out, mut done) = (Vec::with_capacity(text.len()), 0);
    for finding in found.iter().filter(|finding| !finding.masked.is_empty()) {
        let start = usize::try_from(finding.span.start).unwrap_or(usize::MAX);
        out.extend_from_slice(text.get(done..start).unwrap_or_default());
        out.extend_from_slice(finding.masked.as_bytes());
        done = usize::try_from(finding.span.end).unwrap_or(usize::MAX);
    }
    out.extend_from_slice(text.get(done..).unwrap_or_default());
    String::from_utf8_lossy(&out).into_owned()
}
