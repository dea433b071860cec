//! Clusters and words to findings: one kind a file in `rules/`, one table `RULES`, check digits, context, confidence.

pub mod synthetic;

use crate::text::Cluster;
use crate::vocab::{Confidence, Day, Kind, Stands};
use std::ops::Range;

/// What stands around a candidate. The texts are logical: markup, escapes and zero-width characters are taken away.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The text before the candidate, the nearest character last: at most 60 characters, cut at a block boundary.
    pub before: &'a str,
    /// The text after the candidate, the nearest character first: at most 30 characters, cut likewise.
    pub after: &'a str,
    /// The name of the field, the JSON key or the header of the column; empty if there is none.
    pub label: &'a str,
    /// Where in its syntax the candidate stands.
    pub stands: Stands,
    /// Whether the candidate is the whole quoted value, path segment (a file's extension not counted) or parameter.
    pub alone: bool,
    /// Today: nobody is born later.
    pub today: Day,
    /// The site's own host names, whose role mailboxes are no finding.
    pub hosts: &'a [String],
}

/// A number that was found in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What it is.
    pub kind: Kind,
    /// How sure.
    pub confidence: Confidence,
    /// Its digits, as a range of the cluster's `digits`.
    pub digits: Range<usize>,
}

/// An e-mail address that was found around an at sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailMatch {
    /// How many characters directly before the at sign are its local part.
    pub local_chars: usize,
    /// How many characters directly after the at sign are its domain.
    pub domain_chars: usize,
    /// How sure.
    pub confidence: Confidence,
}

/// By shape alone: can any rule match this cluster? Cheap, for it is asked for every candidate, and most are dates,
/// times and ids.
pub fn plausible(_cluster: &Cluster, _today: Day) -> bool {
    false
}

/// Every number in the cluster, in order, not overlapping, appended to `out`.
pub fn numbers(_cluster: &Cluster, _context: &Context<'_>, _out: &mut Vec<Match>) {}

/// The e-mail address around an at sign: `before` ends and `after` begins directly at it. Both are the logical text,
/// of which 65 characters before and 255 after are enough. (`context.before` and `context.after` are not used.)
pub fn email(_before: &str, _after: &str, _context: &Context<'_>) -> Option<EmailMatch> {
    None
}

/// The form under which a value is counted and hashed: `+82-10-1234-5678` and `01012345678` are one number, and an
/// address is in lower case. `value` is the digits of the match, or the address.
pub fn normalise(_kind: Kind, value: &str) -> String {
    value.to_owned()
}

/// Whether finding `a` wins over finding `b` when they overlap: the higher confidence, then the longer, then the order
/// of [`Kind::ALL`]. Each is given as its confidence, its length (in any one unit) and its kind.
pub fn outranks(a: (Confidence, usize, Kind), b: (Confidence, usize, Kind)) -> bool {
    (a.0, a.1, std::cmp::Reverse(a.2)) > (b.0, b.1, std::cmp::Reverse(b.2))
}
