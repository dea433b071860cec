//! What was found in a content, kept beside its way to the tally: for who meets the same content again.

use super::{Account, Beside, Inspector, Step, edits_in};
use crate::policy::Tally;
use crate::seal;
use crate::vocab::Finding;

/// What is kept of a content's findings, up to a number.
#[derive(Debug)]
pub(super) struct Heard {
    findings: Vec<Finding>,
    most: usize,
    /// All of them are kept, and they would be the same another time.
    holds: bool,
}

impl Heard {
    /// Keeps what was found. A sealed reference is made for one session, and at one time.
    pub(super) fn hear(&mut self, found: &[Finding]) {
        let sealed = |finding: &Finding| {
            let patches = finding.also.iter().map(|patch| &patch.bytes);
            patches.chain([&finding.mask]).any(|bytes| seal::may_stand_in(bytes))
        };
        self.holds &= found.len() <= self.most.saturating_sub(self.findings.len()) && !found.iter().any(sealed);
        if self.holds {
            self.findings.extend_from_slice(found);
        }
    }
}

impl Inspector {
    /// Keeps what is found from here on, up to so many findings, for [`Inspector::heard`].
    pub fn hear(&mut self, most: usize) {
        let nothing = || Box::new(Beside { gatherer: None, typed: None, transfers: None, heard: None });
        self.beside.get_or_insert_with(nothing).heard = Some(Heard { findings: Vec::new(), most, holds: true });
    }

    /// What was found, once the content is complete, and how much of it was read; `None` where that is not all, or would be
    /// something else another time: sealed references, files that are to be opened.
    pub fn heard(&mut self) -> Option<(Vec<Finding>, Account)> {
        let opens = self.has_files();
        let heard = self.beside.as_mut().and_then(|beside| beside.heard.take())?;
        if opens || self.refused || !heard.holds {
            return None;
        }
        Some((heard.findings, self.account()))
    }

    /// In the place of a content that was inspected before: what was found in it, which is all of it, goes to the tally, and
    /// everything is settled. `account` is what was read of it.
    pub fn recall(&mut self, findings: &[Finding], account: &Account, tally: &mut Tally) -> Step {
        let length = account.inspected.saturating_add(account.passed_over.values().sum());
        (self.pushed, self.settled) = (length, length);
        self.passed = account.passed_over.clone();
        findings.iter().for_each(|finding| {
            tally.add(finding);
        });
        self.refused = !findings.is_empty() && tally.refuses();
        let edits = edits_in(findings.to_vec(), |place| tally.class(place));
        Step { settled: self.settled, edits, refused: self.refused }
    }
}
