//! A document with what is found in it masked: written again, and inspected again, for only what that finds no more is
//! hidden.

mod covers;
#[cfg(test)]
mod tests;
pub(super) mod values;

use super::{Lens, Opened, look};
use crate::extract::{self, Limits, NotRewritten};
use crate::vocab::{Finding, Reason, What};
use covers::{Covers, Strictness};
use std::collections::HashMap;
use std::sync::Arc;
use values::Values;

/// A document that has been masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The document; as it was if nothing in it was to be masked.
    pub bytes: Vec<u8>,
    /// All that was found in it before.
    pub found: Vec<Finding>,
    /// What is still found in it: nothing that was to be masked.
    pub left: Vec<Finding>,
}

/// Why a document is not masked. What stands in it must not pass as if it were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMasked {
    /// It cannot be written again.
    #[error(transparent)]
    Rewrite(#[from] NotRewritten),
    /// This is still found: where it stands, nothing can be written.
    #[error("{} is still found in {}", .0.what.name(), .0.place)]
    Left(Box<Finding>),
    /// Not all of it could be read, before or after.
    #[error("{}", .0.full_name())]
    Unread(Reason),
}

/// Masks in a document what `wanted` names: docx, xlsx, pptx, hwpx, odt, ods, odp, odg and the documents in them. Of each kind
/// as much stays to be seen as in a text. It is searched as [`super::document`] searches it, written again, and searched again.
///
/// # Errors
/// [`NotMasked`], if not all is hidden that is wanted, or if that cannot be told.
pub fn masked(
    opened: &Opened,
    bytes: &[u8],
    lens: &Arc<Lens>,
    limits: Limits,
    late: &dyn Fn() -> bool,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Result<Masked, NotMasked> {
    let mut values = Values::new(wanted);
    let search = |bytes: &[u8], values: &mut Values<'_>| {
        let mut found = Vec::new();
        look(opened, bytes, lens, limits, late, Some(values), &mut |finding| found.push(finding));
        found
    };
    let found = search(bytes, &mut values);
    complete(&found, None, wanted)?;
    if !found.iter().any(wanted) {
        return Ok(Masked { bytes: bytes.to_vec(), left: found.clone(), found });
    }
    let mut document = bytes.to_vec();
    let mut left = None;
    for strictness in [Strictness::Line, Strictness::Word] {
        let covers = Covers::new(&values.all, strictness);
        let new = extract::rewrite(&document, limits, late, &mut |text, means| covers.of(text, means))?;
        document = new.unwrap_or(document);
        let again = search(&document, &mut values);
        complete(&again, Some(&found), wanted)?;
        match again.iter().find(|finding| wanted(finding)) {
            None => return Ok(Masked { bytes: document, found, left: again }),
            Some(finding) => left = Some(Box::new(finding.clone())),
        }
    }
    Err(left.map_or(NotMasked::Unread(Reason::Unsupported), NotMasked::Left))
}

/// Whether all could be read that has to be, and as much as before.
fn complete(found: &[Finding], before: Option<&[Finding]>, wanted: &dyn Fn(&Finding) -> bool) -> Result<(), NotMasked> {
    let unread = |found: &[Finding]| {
        let mut counted: HashMap<Reason, usize> = HashMap::new();
        for finding in found {
            if let What::Uninspectable(reason) = finding.what {
                let count = counted.entry(reason).or_default();
                *count = count.saturating_add(1);
            }
        }
        counted
    };
    let known = before.map(unread);
    for finding in found {
        let What::Uninspectable(reason) = finding.what else { continue };
        if wanted(finding) || is_cut_off(reason) {
            return Err(NotMasked::Unread(reason));
        }
    }
    for (reason, count) in unread(found) {
        let was = known.as_ref().map(|known| known.get(&reason).copied().unwrap_or(0));
        if was.is_some_and(|was| count > was) {
            return Err(NotMasked::Unread(reason));
        }
    }
    Ok(())
}

/// Whether the reading ended there: what follows, nobody knows.
fn is_cut_off(reason: Reason) -> bool {
    matches!(reason, Reason::OutOfTime | Reason::TooLarge | Reason::TooManyEntries | Reason::Bomb | Reason::Overlapping)
}
