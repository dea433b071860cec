//! Documents that are to be masked: each is written again by a worker, what came of it is looked at by another, and it takes
//! the place of what came. What cannot be hidden completely does not go on.

use super::files::{self, Opening};
use super::marks::Marks;
use super::{Opener, Stop};
use crate::inspect::Opened;
use crate::policy::{Action, Tally};
use crate::sandbox::{Job, Key, Masking, Rewritten};
use crate::vocab::{Confidence, Edit, FileClass, Finding, Kind, Reason, Secret, Stands, What};
use std::collections::HashSet;

/// A file that was opened, and what of it there is to hide.
pub(super) struct Seen {
    pub(super) file: Opened,
    /// What was found inside.
    pub(super) found: Vec<Finding>,
    /// By what it is known, if it is remembered.
    pub(super) key: Option<Key>,
    /// Values that are no findings here.
    pub(super) spared: HashSet<Secret>,
}

impl Seen {
    /// What of it is to be masked, as things stand, each with which conditions about files hold there.
    fn masked<'s>(&'s self, tally: &'s Tally) -> impl Iterator<Item = (&'s Finding, FileClass)> {
        let classed = self.found.iter().map(|finding| (finding, tally.class(&finding.place)));
        classed.filter(|(finding, class)| tally.action(finding.what, finding.confidence, *class) == Action::Mask)
    }

    /// The same as kinds and tiers, for a worker.
    fn wanted(&self, tally: &Tally) -> Vec<(Kind, Confidence)> {
        let mut wanted = Vec::new();
        for (finding, _) in self.masked(tally) {
            if let What::Kind(kind) = finding.what
                && !wanted.contains(&(kind, finding.confidence))
            {
                wanted.push((kind, finding.confidence));
            }
        }
        wanted
    }

    /// The edit that writes a document in the place of this one; made if what it hides is to be masked.
    fn edit(&self, bytes: Box<[u8]>, tally: &Tally) -> Option<Edit> {
        let (finding, class) = self.masked(tally).next()?;
        let (what, confidence) = (finding.what, finding.confidence);
        Some(Edit { span: self.file.span, bytes, what, confidence, stands: Stands::Text, class })
    }

    fn reasons(found: &[Finding]) -> HashSet<Reason> {
        let reasons = found.iter().filter_map(|finding| match finding.what {
            What::Uninspectable(reason) => Some(reason),
            _ => None,
        });
        reasons.collect()
    }
}

/// Has every document masked of which the tally wants something masked. `false` if one of them cannot be: then nothing of
/// the body may go on.
///
/// # Errors
/// When what is kept cannot be read, or there is no room for a document.
pub(super) async fn mask(
    opening: &mut Opening<'_>,
    opener: &Opener,
    seen: &[Seen],
    marks: &mut Marks,
    tally: &mut Tally,
) -> Result<bool, Stop> {
    for one in seen {
        let wanted = one.wanted(tally);
        if wanted.is_empty() {
            continue;
        }
        if one.key.is_some_and(|key| opener.pool.is_unmaskable(&key)) {
            return Ok(false);
        }
        let length = one.file.span.end.saturating_sub(one.file.span.start);
        let job = Job { name: one.file.name.clone(), limits: opener.limits, length };
        let masking = Masking { job, wanted, spared: one.spared.clone() };
        let Some(rewritten) = opening.masked(opener, &masking, one).await? else { return Ok(false) };
        if !is_hidden(one, &masking, &rewritten, opening) {
            return Ok(false);
        }
        let Some(edit) = one.edit(Vec::from(rewritten.bytes).into_boxed_slice(), tally) else { return Ok(false) };
        marks.add(vec![edit], tally)?;
    }
    marks.sort();
    Ok(true)
}

/// Whether another worker finds nothing any more of what was to be hidden, and could read what could be read before.
fn is_hidden(one: &Seen, masking: &Masking, rewritten: &Rewritten, opening: &Opening<'_>) -> bool {
    let answers = rewritten.opened.answers.iter().cloned();
    let left: Vec<Finding> = answers.map(|answer| files::finding(&one.file, answer, opening.lens())).collect();
    let before = Seen::reasons(&one.found);
    rewritten.opened.ended.is_ok()
        && !left.iter().any(|finding| masking.wants(finding))
        && Seen::reasons(&left).is_subset(&before)
}
