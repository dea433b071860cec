//! Everything that can be found, numbered: for what is counted and looked up by it.

use crate::vocab::{Confidence, FileType, Kind, Reason, What};

/// How many confidences there are.
pub(super) const TIERS: usize = Confidence::ALL.len();
/// How many kinds there can be.
pub(super) const KINDS: usize = Kind::COUNT;
const REASONS: usize = Reason::ALL.len();
const FILES: usize = FileType::ALL.len();
/// How many things can be found.
pub(super) const SUBJECTS: usize = KINDS + REASONS + FILES + KINDS;

/// The number of something, below [`SUBJECTS`].
pub(super) fn subject(what: What) -> usize {
    match what {
        What::Kind(kind) => kind.index(),
        What::Uninspectable(reason) => KINDS + reason as usize,
        What::File(file_type) => KINDS + REASONS + file_type as usize,
        What::Returned(kind) => KINDS + REASONS + FILES + kind.index(),
    }
}

/// Of what there is a row for each number, those of which something was counted, in the order of [`all`].
pub(super) fn counted(found: &[[u64; TIERS]; SUBJECTS]) -> impl Iterator<Item = (What, &[u64; TIERS])> {
    let rows = all().map(|what| (what, &found[subject(what)]));
    rows.filter(|(_, found)| found.iter().any(|count| *count > 0))
}

/// Everything that can be found, what rules cannot name too.
pub(super) fn all() -> impl Iterator<Item = What> {
    super::subjects().chain(Kind::all().map(What::Returned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told_in_its_row() {
        let mut found = [[0; TIERS]; SUBJECTS];
        for what in all() {
            found[subject(what)] = [0, 0, 1];
            assert_eq!(counted(&found).collect::<Vec<_>>(), [(what, &[0, 0, 1])]);
            found[subject(what)] = [0; TIERS];
        }
        assert_eq!(counted(&found).count(), 0);
    }
}
