//! Runs: the stretches of a cluster that may be one number. A run is made of whole groups, never of a part of one.

mod beside;

use super::openings::{Openings, Rules};
use super::words::Topics;
use super::{Context, fewest};
use crate::text::search::Plain;
use crate::text::{Cluster, Separator};
use std::ops::Range;

/// The longest number any rule knows: a payment card (ISO/IEC 7812).
pub(super) const MOST: usize = 19;
/// The most groups in which a number is written: `(+82)(0)10-1234-5678` has five.
pub(super) const MOST_GROUPS: usize = 6;
/// The bytes of a dash with a space on either side.
pub(super) const SPACED_DASH: usize = 3;

/// A stretch of complete groups, cut from its neighbours where a person would cut.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    cluster: &'a Cluster,
    groups: Range<usize>,
    values: [u8; MOST],
    count: usize,
}

/// A place in a chain at which a number may begin.
#[derive(Clone, Copy)]
pub(super) struct Opening<'a> {
    /// How many digits follow from there on.
    pub(super) count: usize,
    /// The group that begins there.
    group: usize,
    source: Source<'a>,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Plain(&'a Plain<'a>),
    Cluster(&'a Cluster),
}

impl<'a> Opening<'a> {
    /// The place in a plain chain where a group begins, after which so many digits follow.
    pub(super) fn plain(chain: &'a Plain<'a>, group: usize, count: usize) -> Opening<'a> {
        Opening { count, group, source: Source::Plain(chain) }
    }

    /// The place in a cluster where a group begins.
    fn cluster(cluster: &'a Cluster, group: usize) -> Option<Opening<'a>> {
        let first = cluster.groups.get(group)?;
        let count = cluster.digits.get(first.start..)?.len();
        Some(Opening { count, group, source: Source::Cluster(cluster) })
    }

    /// How many digits the group with that number has, counted from 0 for the one that begins there, and what separates it
    /// from the next.
    pub(super) fn group(&self, number: usize) -> Option<(usize, Option<Separator>)> {
        let number = self.group.checked_add(number)?;
        match self.source {
            Source::Plain(chain) => chain.groups().get(number).map(|group| (group.digits(), Some(group.separator))),
            Source::Cluster(cluster) => {
                cluster.groups.get(number).map(|group| (group.len(), cluster.separators.get(number).copied()))
            }
        }
    }

    /// The length of the first group and of the second; 0 if there is none.
    pub(super) fn lengths(&self) -> (usize, usize) {
        let length = |number| self.group(number).map_or(0, |(length, _)| length);
        (length(0), length(1))
    }

    /// Whether the groups from there on have exactly these lengths, and one and the same of these separators stands between
    /// all. More groups may follow.
    pub(super) fn is_grouped(&self, lengths: &[usize], joins: &[Separator]) -> bool {
        let last = lengths.len().saturating_sub(1);
        let mut joined = None;
        lengths.iter().enumerate().all(|(number, length)| {
            self.group(number).is_some_and(|(found, between)| {
                found == *length
                    && (number == last
                        || between.is_some_and(|between| {
                            joins.contains(&between) && *joined.get_or_insert(between) == between
                        }))
            })
        })
    }

    /// The values of as many digits as there are and fit.
    pub(super) fn values<'v>(&self, values: &'v mut [u8]) -> &'v [u8] {
        match self.source {
            Source::Plain(chain) => {
                chain.groups().get(self.group).map_or(&[], |group| chain.values_from(group, values))
            }
            Source::Cluster(cluster) => {
                let start = cluster.groups.get(self.group).map_or(0, |group| group.start);
                let digits = cluster.digits.get(start..).unwrap_or_default();
                values.iter_mut().zip(digits).for_each(|(value, digit)| *value = digit.value);
                let count = values.len().min(digits.len());
                values.get(..count).unwrap_or_default()
            }
        }
    }
}

/// How a run hangs on what stands beside it, outside the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    /// A word of its own; a Korean word may stand directly beside it, as particles do.
    Free,
    /// Joined by `-`, `.` or `_` to Latin letters: part of an identifier or a file name.
    Chained,
    /// A Latin letter stands directly beside it.
    Glued,
}

impl<'a> Run<'a> {
    /// Every run of the cluster that is long enough and short enough to be a number, where words of these topics are near.
    pub(super) fn all(cluster: &'a Cluster, near: Topics) -> impl Iterator<Item = Run<'a>> {
        let count = cluster.groups.len();
        let (fewest, rules) = (fewest(near), Openings::all().speaking(near));
        let enough = move |start: &usize| {
            let first = cluster.groups.get(*start).map_or(usize::MAX, |group| group.start);
            cluster.digits.len().saturating_sub(first) >= fewest
        };
        let opens = move |start: &usize| may_start(cluster, *start) && opens_at(cluster, *start, rules);
        (0..count).take_while(enough).filter(opens).flat_map(move |start| {
            let ends = start.saturating_add(1)..=count.min(start.saturating_add(MOST_GROUPS));
            // Lengths first: most stretches are dates and times, too short to be copied out.
            ends.map_while(move |end| measured(cluster, start..end))
                .filter(move |(_, digits)| digits.len() >= fewest)
                .filter_map(move |(groups, digits)| Run::cut(cluster, groups, digits))
                .filter(Run::is_whole)
        })
    }

    fn cut(cluster: &'a Cluster, groups: Range<usize>, digits: Range<usize>) -> Option<Run<'a>> {
        let digits = cluster.digits.get(digits)?;
        let mut run = Run { cluster, groups, values: [0; MOST], count: digits.len() };
        for (value, digit) in run.values.iter_mut().zip(digits) {
            *value = digit.value;
        }
        Some(run)
    }

    /// Whether both ends are places to cut. Dashes join; spaces, commas and line breaks part; other punctuation parts
    /// unless the run uses the same inside (`1) 010-1234-5678` but not `1.010.1234.5678`).
    fn is_whole(&self) -> bool {
        let before = self.groups.start.checked_sub(1).and_then(|gap| self.parts_at(gap));
        let after = self.groups.end.checked_sub(1).and_then(|gap| self.parts_at(gap));
        before.unwrap_or(true) && after.unwrap_or(true)
    }

    fn parts_at(&self, gap: usize) -> Option<bool> {
        let separator = *self.cluster.separators.get(gap)?;
        Some(match separator {
            Separator::Space | Separator::Comma | Separator::Newline | Separator::Hyphenated => true,
            Separator::Dash => self.is_set_off(gap),
            // `0.4000000000000002` is a fraction; in `1. 01012345678` more than the dot stands there.
            Separator::Dot if self.lengths().len() == 1 => gap_bytes(self.cluster, gap) > 1,
            Separator::Dot if self.is_set_off(gap) => true,
            Separator::Dot | Separator::Slash | Separator::Colon | Separator::Bracket | Separator::Other => {
                !self.separators().contains(&separator)
            }
        })
    }

    /// `1. 010.1234.5678`, `1 - 010-1234-5678`: whether what stands in a gap outside parts it though it stands inside too,
    /// for there it has no spaces beside it.
    fn is_set_off(&self, gap: usize) -> bool {
        let Some(separator) = self.cluster.separators.get(gap) else { return false };
        let spaced = match separator {
            Separator::Dash => is_spaced_dash(self.cluster, gap),
            // The plus of a country's code may stand there, too.
            Separator::Dot => (2..=3).contains(&gap_bytes(self.cluster, gap)),
            _ => false,
        };
        spaced && self.is_close(separator)
    }

    /// Whether a dash stands beside it, with spaces.
    pub(super) fn is_beside_dash(&self) -> bool {
        let gaps = [self.groups.start.checked_sub(1), self.groups.end.checked_sub(1)];
        gaps.into_iter().flatten().any(|gap| self.cluster.separators.get(gap) == Some(&Separator::Dash))
    }

    /// Whether nothing but that separator stands where it stands between its groups.
    fn is_close(&self, separator: &Separator) -> bool {
        let gaps = (self.groups.start..).zip(self.separators());
        gaps.filter(|(_, inner)| *inner == separator).all(|(gap, _)| gap_bytes(self.cluster, gap) == 1)
    }

    /// The values of its digits.
    pub(super) fn values(&self) -> &[u8] {
        self.values.get(..self.count).unwrap_or(&self.values)
    }

    /// The value of one digit.
    pub(super) fn value(&self, number: usize) -> Option<u8> {
        self.values().get(number).copied()
    }

    /// Its digits, as a range of the cluster's.
    pub(super) fn digits(&self) -> Range<usize> {
        let start = self.cluster.groups.get(self.groups.start).map_or(0, |group| group.start);
        start..start.saturating_add(self.count)
    }

    /// The lengths of its groups.
    pub(super) fn lengths(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.cluster.groups.get(self.groups.clone()).unwrap_or(&[]).iter().map(|group| group.len())
    }

    /// Whether its groups have exactly these lengths.
    pub(super) fn is_grouped(&self, lengths: &[usize]) -> bool {
        self.lengths().eq(lengths.iter().copied())
    }

    /// What stands between its groups.
    pub(super) fn separators(&self) -> &'a [Separator] {
        let between = self.groups.start..self.groups.end.saturating_sub(1);
        self.cluster.separators.get(between).unwrap_or(&[])
    }

    /// Whether the same stands between all its groups, and that is one of these; true of a single group.
    pub(super) fn is_joined_by(&self, joins: &[Separator]) -> bool {
        let separators = self.separators();
        separators.first().is_none_or(|first| joins.contains(first) && separators.iter().all(|other| other == first))
    }

    /// Whether every group ends at one of these places in its digits, or at its end.
    pub(super) fn is_cut_at(&self, places: &[usize]) -> bool {
        let mut end = 0_usize;
        self.lengths().all(|length| {
            end = end.saturating_add(length);
            end == self.count || places.contains(&end)
        })
    }

    /// The text directly before it, if it begins the cluster; empty if not.
    pub(super) fn text_before<'c>(&self, context: &Context<'c>) -> &'c str {
        if self.groups.start == 0 { context.before } else { "" }
    }

    /// The text directly after it, if it ends the cluster; empty if not.
    pub(super) fn text_after<'c>(&self, context: &Context<'c>) -> &'c str {
        if self.ends_cluster() { context.after } else { "" }
    }

    /// Whether nothing of the cluster follows it.
    pub(super) fn ends_cluster(&self) -> bool {
        self.groups.end == self.cluster.groups.len()
    }

    /// Whether it is glued to the rest of an identifier, in which digits and letters alternate: a digest, a UUID, a key in
    /// base64. `tel010`, `5678a` and `5678FAX02` are words beside a number.
    pub(super) fn is_of_identifier(&self, context: &Context<'_>) -> bool {
        let glued = |beside: Option<char>| beside.is_some_and(|beside| beside.is_ascii_alphabetic());
        let dashed = |beside: Option<char>| matches!(beside, Some('-' | '_'));
        let (before, after) = (self.before(), self.after());
        let ahead = Word::read(self.text_before(context).chars().rev());
        let behind = Word::read(self.text_after(context).chars());
        let begins = glued(before) && ahead.alternates() || dashed(before) && ahead.is_of_digest();
        let goes_on = glued(after) && behind.alternates() || dashed(after) && behind.is_of_digest();
        begins || goes_on && (self.lengths().len() == 1 || glued(before))
    }

    /// Whether nothing at all stands between its digits.
    pub(super) fn is_bare(&self) -> bool {
        let digits = self.cluster.digits.get(self.digits()).unwrap_or_default();
        digits.array_windows().all(|[one, next]| one.start + usize::from(one.len) == next.start)
    }

    /// Whether Latin letters stand directly on both sides of it.
    pub(super) fn is_inside_word(&self) -> bool {
        let glued = |beside: Option<char>| beside.is_some_and(|beside| beside.is_ascii_alphabetic());
        glued(self.before()) && glued(self.after())
    }

    /// The character directly before it, if it begins the cluster.
    pub(super) fn before(&self) -> Option<char> {
        if self.groups.start == 0 { self.cluster.before } else { None }
    }

    /// The character directly after it, if it ends the cluster.
    pub(super) fn after(&self) -> Option<char> {
        if self.ends_cluster() { self.cluster.after } else { None }
    }

    /// How it hangs on what stands before it.
    pub(super) fn joint_before(&self, context: &Context<'_>) -> Joint {
        let far = context.before.chars().nth_back(1);
        // `(.4000000000000002` is a fraction, `연락처.01012345678` is not.
        let fraction = self.before() == Some('.') && !far.is_some_and(|far| far.is_alphabetic() || far.is_whitespace());
        if fraction { Joint::Chained } else { joint(self.before(), far) }
    }

    /// How it hangs on what stands after it.
    pub(super) fn joint_after(&self, context: &Context<'_>) -> Joint {
        joint(self.after(), context.after.chars().nth(1))
    }
}

/// What the characters beside a run are that a name in a program may have.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    letters: usize,
    digits: usize,
    /// How often a letter follows a digit, or a digit a letter.
    switches: usize,
    /// Whether a letter is none of hexadecimal.
    beyond: bool,
}

impl Word {
    /// From its end that is next to the run on.
    fn read(outwards: impl Iterator<Item = char>) -> Word {
        let mut word = Word::default();
        let mut last = None;
        let of_word = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        for character in outwards.take_while(of_word).filter(char::is_ascii_alphanumeric) {
            let letter = character.is_ascii_alphabetic();
            word.letters = word.letters.saturating_add(usize::from(letter));
            word.digits = word.digits.saturating_add(usize::from(!letter));
            word.switches = word.switches.saturating_add(usize::from(last.is_some_and(|last| last != letter)));
            word.beyond |= letter && !character.is_ascii_hexdigit();
            last = Some(letter);
        }
        word
    }

    /// Whether digits and letters are mixed as in no word and no abbreviation before a number.
    fn alternates(self) -> bool {
        self.switches >= 2 || !self.beyond && self.letters >= 2 && self.digits > 0
    }

    /// Whether it is hexadecimal, and long enough to be a piece of a digest or of a UUID.
    fn is_of_digest(self) -> bool {
        !self.beyond && self.letters > 0 && self.digits > 0 && self.letters.saturating_add(self.digits) >= 4
    }
}

/// Groups with their digits; `None` if they are too many, or if the separator before the last group ends every number.
fn measured(cluster: &Cluster, groups: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let first = cluster.groups.get(groups.start)?.start;
    let last = groups.end.checked_sub(1)?;
    let end = cluster.groups.get(last)?.end;
    let inner = last.checked_sub(1).filter(|gap| *gap >= groups.start);
    let parted = inner.and_then(|gap| cluster.separators.get(gap)) == Some(&Separator::Comma);
    (!parted && end.saturating_sub(first) <= MOST).then_some((groups, first..end))
}

fn joint(near: Option<char>, far: Option<char>) -> Joint {
    match (near, far) {
        (Some(near), _) if near.is_ascii_alphabetic() => Joint::Glued,
        (Some('-' | '.' | '_'), Some(far)) if far.is_ascii_alphanumeric() => Joint::Chained,
        _ => Joint::Free,
    }
}

fn may_start(cluster: &Cluster, group: usize) -> bool {
    let Some(gap) = group.checked_sub(1) else { return true };
    cluster.separators.get(gap).is_some_and(|separator| *separator != Separator::Dash) || is_spaced_dash(cluster, gap)
}

/// `1 - 010-1234-5678`: a dash between spaces joins no chain. (Markup takes more bytes.)
fn is_spaced_dash(cluster: &Cluster, gap: usize) -> bool {
    cluster.separators.get(gap) == Some(&Separator::Dash) && gap_bytes(cluster, gap) == SPACED_DASH
}

fn gap_bytes(cluster: &Cluster, gap: usize) -> usize {
    let last = cluster.groups.get(gap).and_then(|group| cluster.digits.get(group.end.checked_sub(1)?));
    let next = cluster.groups.get(gap.saturating_add(1)).and_then(|group| cluster.digits.get(group.start));
    match (last, next) {
        (Some(last), Some(next)) => next.start.saturating_sub(last.start.saturating_add(usize::from(last.len))),
        _ => 0,
    }
}

/// Whether any number can begin with that group.
fn opens_at(cluster: &Cluster, group: usize, rules: Rules) -> bool {
    let Some(opening) = Opening::cluster(cluster, group) else { return false };
    let (first, second) = opening.lengths();
    let openings = Openings::all();
    openings.opens(rules & openings.of_lengths(first, second), &opening)
}
