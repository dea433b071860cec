//! The edits of a body that is kept back: remembered until the verdict, up to a number and within the budget.

use super::Means;
use super::Stop;
use super::budget::{Pool, Reservation, Spent};
use crate::policy::Tally;
use crate::vocab::{Edit, Finding, Part, Place, Reason, What};

/// Edits that may still be made.
pub(super) struct Marks {
    edits: Vec<Edit>,
    most: usize,
    charge: Reservation,
    /// Some were not remembered, which the policy has been asked about.
    overflowed: bool,
}

impl Marks {
    /// Remembers at most `limits.findings` edits.
    pub(super) fn new(means: &Means) -> Result<Marks, Spent> {
        let charge = means.budget.reserve(Pool::Memory, 0)?;
        Ok(Marks { edits: Vec::new(), most: means.limits.findings, charge, overflowed: false })
    }

    /// Remembers edits, if the plan can mask at all; those that write back what a reference stands for always. The first
    /// that does not fit is `uninspectable:too-large`.
    pub(super) fn add(&mut self, edits: Vec<Edit>, tally: &mut Tally) -> Result<(), Stop> {
        let may_mask = tally.plan().may_mask();
        for edit in edits.into_iter().filter(|edit| may_mask || is_returned(edit)) {
            if self.edits.len() >= self.most {
                self.overflow(&edit, tally);
                if is_returned(&edit) {
                    return Err(if tally.refuses() { Stop::Refused } else { Stop::Unmaskable });
                }
                continue;
            }
            self.charge.grow((size_of::<Edit>() + edit.bytes.len()) as u64)?;
            self.edits.push(edit);
        }
        if self.overflowed && tally.refuses() { Err(Stop::Refused) } else { Ok(()) }
    }

    /// Puts them in order again, after one was added that stands before others.
    pub(super) fn sort(&mut self) {
        self.edits.sort_by_key(|edit| edit.span);
    }

    fn overflow(&mut self, edit: &Edit, tally: &mut Tally) {
        if !self.overflowed {
            self.overflowed = true;
            tally.add(&Finding::uninspectable(Reason::TooLarge, edit.span, Place::whole(Part::Body)));
        }
    }

    /// Whether a URL in the page is changed.
    pub(super) fn in_urls(&self) -> bool {
        self.edits.iter().any(|edit| edit.stands == crate::vocab::Stands::Url)
    }

    /// Only those that the tally wants made, as things stand.
    pub(super) fn choose(mut self, tally: &Tally) -> Marks {
        self.edits.retain(|edit| tally.masks(edit));
        self
    }

    /// Whether the tally wants any of them made, as things stand.
    pub(super) fn wanted(&self, tally: &Tally) -> bool {
        self.edits.iter().any(|edit| tally.masks(edit))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// How many bytes `content` has once they are made.
    pub(super) fn length_after(&self, content: u64) -> u64 {
        self.edits.iter().fold(content, |length, edit| {
            let taken = edit.span.end.saturating_sub(edit.span.start);
            length.saturating_sub(taken).saturating_add(edit.bytes.len() as u64)
        })
    }

    /// The edits, in order, and the memory that was taken for them.
    pub(super) fn into_parts(self) -> (Vec<Edit>, Reservation) {
        (self.edits, self.charge)
    }
}

/// Whether it writes back what a sealed reference stands for: nothing else may be done with that.
fn is_returned(edit: &Edit) -> bool {
    matches!(edit.what, What::Returned(_))
}
