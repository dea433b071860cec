//! Findings to the edits that would hide them, and edits to the bytes with them made.

use crate::vocab::{Edit, FileClass, Finding, Patch, Place};

/// The bytes with some edits made, which are in order; `None` if one of them lies outside or overlaps another.
pub fn edited(bytes: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let (mut out, mut done) = (Vec::with_capacity(bytes.len()), 0);
    for edit in edits {
        let (start, end) = (usize::try_from(edit.span.start).ok()?, usize::try_from(edit.span.end).ok()?);
        out.extend_from_slice(bytes.get(done..start)?);
        out.extend_from_slice(&edit.bytes);
        done = end;
    }
    out.extend_from_slice(bytes.get(done..)?);
    Some(out)
}

/// What hides each finding that can be hidden, in order.
pub(super) fn edits(found: Vec<Finding>) -> Vec<Edit> {
    edits_in(found, |_| FileClass::default())
}

/// The same, each with the conditions about files that hold where it stands.
pub(super) fn edits_in(found: Vec<Finding>, class: impl Fn(&Place) -> FileClass) -> Vec<Edit> {
    let hidden = found.into_iter().filter(|finding| !finding.mask.is_empty());
    let of_one = |finding: Finding| {
        let (what, confidence, stands) = (finding.what, finding.confidence, finding.place.stands);
        let class = class(&finding.place);
        let first = Patch { span: finding.span, bytes: finding.mask };
        let patches = std::iter::once(first).chain(finding.also);
        patches.map(move |Patch { span, bytes }| Edit { span, bytes, what, confidence, stands, class })
    };
    let mut edits: Vec<Edit> = hidden.flat_map(of_one).collect();
    if !edits.is_sorted_by_key(|edit| edit.span) {
        edits.sort_by_key(|edit| edit.span);
    }
    edits
}
