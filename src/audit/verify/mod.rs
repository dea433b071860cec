//! Whether a journal is as it was written. It is read as a stream, chain by chain; what is held in memory are the seals.

mod remark;
mod seals;
mod walk;

pub use remark::{Remark, Verdict, What};

use super::chain::{letters, same};
use super::clock::set_back;
use super::journal::is_running;
use super::names::{Files, Listing, ROOT};
use super::seal::public_key;
use super::state::{self, Stage, State};

use remark::Remarks;
use seals::Seals;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use walk::{Claim, End, Walk};

/// What a journal is checked with.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// The root secrets it may have been written under; where there are none, the one in the folder.
    pub roots: &'a [Vec<u8>],
    /// The copy of the seals in the second place.
    pub seals: Option<&'a Path>,
    /// The public keys that seals may be signed with (base64url); where there are none, those that the chains themselves name.
    pub public_keys: &'a [String],
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// All that is to be said, what is wrong first.
    pub remarks: Vec<Remark>,
    /// Starts that are there.
    pub starts: u64,
    /// Segments that were read.
    pub segments: u64,
    /// Records that were read.
    pub records: u64,
    /// Seals in the folder.
    pub seals: u64,
    /// Different seals in the second place.
    pub second_seals: u64,
    /// The public keys that seals are signed with.
    pub public_keys: Vec<String>,
    /// A process is writing it.
    pub running: bool,
}

impl Checked {
    /// What the whole comes to.
    pub fn verdict(&self) -> Verdict {
        self.remarks.iter().map(|remark| remark.what.verdict()).max().unwrap_or(Verdict::Intact)
    }
}

/// The state file of a start.
enum Kept {
    None,
    Unreadable,
    Some { state: State, damaged: bool },
}

impl Kept {
    fn state(&self) -> Option<&State> {
        match self {
            Kept::Some { state, .. } => Some(state),
            _ => None,
        }
    }
}

/// Checks a journal; a running one may be written on meanwhile. Blocking.
pub fn verify(check: Check<'_>) -> Checked {
    let mut remarks = Remarks::default();
    let running = is_running(check.folder);
    // The lower bounds are read before what they bound, which may grow meanwhile.
    let listing = Listing::read(check.folder).unwrap_or_else(|error| {
        remarks.say("", What::Unreadable { why: format!("{}: {error}", check.folder.display()) });
        Listing::default()
    });
    let states: Vec<Kept> = listing.starts.values().map(|files| kept(files, running)).collect();
    let oldest = listing.starts.first_key_value().map(|(start, _)| start.as_str());
    let mut seals = Seals::read(&listing, &mut remarks);
    if let Some(second) = check.seals {
        seals.read_second(second, oldest, &mut remarks);
    }
    seals.sort();
    // Segments and starts that have come since.
    let listing = Listing::read(check.folder).unwrap_or_default();
    for name in listing.others.iter().filter(|name| !name.ends_with(".new")) {
        remarks.say("", What::Other { name: name.clone() });
    }
    let own_root = fs::read(check.folder.join(ROOT)).ok().map(|root| vec![root]).filter(|_| check.roots.is_empty());
    let mut whole = Whole {
        roots: own_root.as_deref().unwrap_or(check.roots),
        running,
        seals,
        remarks,
        ends: Vec::new(),
        claims: Vec::new(),
        publics: BTreeSet::new(),
        listed: listing.starts.keys().cloned().collect(),
    };
    for ((start, files), kept) in listing.starts.iter().zip(&states) {
        whole.start(start, files, kept);
    }
    whole.finish(&check, &states)
}

/// Reads the state; that of a running process may be in the middle of being written.
fn kept(files: &Files, running: bool) -> Kept {
    let Some(path) = &files.key else { return Kept::None };
    for _ in 0..3 {
        match state::read(path) {
            Ok(state::Read { state: Some(state), damaged }) if !damaged || !running => {
                return Kept::Some { state, damaged };
            }
            Ok(state::Read { state: Some(state), .. }) => return Kept::Some { state, damaged: false },
            _ => {}
        }
    }
    Kept::Unreadable
}

/// The chains as far as they have been read.
struct Whole<'a> {
    roots: &'a [Vec<u8>],
    running: bool,
    seals: Seals,
    remarks: Remarks,
    ends: Vec<(String, End)>,
    claims: Vec<Claim>,
    /// The keys that the chains name, in the order of their starts.
    publics: BTreeSet<String>,
    /// All starts of which there is a file, also those that have begun since.
    listed: BTreeSet<String>,
}

impl Whole<'_> {
    fn start(&mut self, start: &str, files: &Files, kept: &Kept) {
        let state = kept.state();
        let sealed = self.seals.of.remove(start).unwrap_or_default();
        let walk = Walk {
            start,
            roots: self.roots,
            state,
            seals: &sealed,
            remarks: &mut self.remarks,
            end: End::default(),
            last: None,
            segment: 0,
            offset: 0,
            newest: false,
            doubt: None,
            lost: None,
        };
        let mut end = walk.run(files);
        self.claims.append(&mut end.claims);
        self.public(start, &end);
        if let Some(head) = &end.head {
            self.seals.based_on(head.seals, &head.seal);
        }
        if !end.broken && !files.segments.is_empty() {
            self.state(start, &end, kept);
        }
        self.ends.push((start.to_owned(), end));
    }

    fn public(&mut self, start: &str, end: &End) {
        if let Some(head) = &end.head
            && self.publics.insert(head.public.clone())
            && self.publics.len() > 1
        {
            self.remarks.say(start, What::OtherKey { public: head.public.clone() });
        }
    }

    /// The end of a chain against its state.
    fn state(&mut self, start: &str, end: &End, kept: &Kept) {
        let (state, damaged) = match kept {
            // What else tells its end is asked later.
            Kept::None => return,
            Kept::Unreadable => return self.remarks.say(start, What::StateUnreadable),
            Kept::Some { state, damaged } => (state, *damaged),
        };
        if damaged {
            self.remarks.say(start, What::StateDamaged);
        }
        if state.records > end.records {
            return self.remarks.say(start, What::Cut { there: end.records, expected: state.records });
        }
        if state.stage != Stage::Open && state.records < end.records {
            return self.remarks.say(start, What::Appended { from: state.records });
        }
        let Some((hash, key)) = &end.at_state else { return self.remarks.say(start, What::State) };
        let key_fits = match (key, state.stage) {
            (None, _) => true,
            (Some(key), Stage::Open) => state.key().is_some_and(|kept| kept.same(key)),
            (Some(key), Stage::Closed) => state.key().is_some_and(|kept| kept.same(&key.closing())),
            (Some(key), Stage::Followed) => state.proof == state.proof(&key.closing()),
        };
        if !same(hash, &state.hash) || !key_fits {
            return self.remarks.say(start, What::State);
        }
        if !self.seals.had(state.seals, &state.seal) {
            self.remarks.say(start, What::SealDropped { number: state.seals, second: false });
        }
    }

    fn finish(mut self, check: &Check<'_>, states: &[Kept]) -> Checked {
        let mut ends = std::mem::take(&mut self.ends);
        self.empty(&mut ends, states);
        // Files that are no journal's make none.
        if ends.is_empty() && self.remarks.list.iter().all(|remark| remark.what.verdict() == Verdict::Intact) {
            self.remarks.say("", What::Nothing);
        }
        let leftover = self.beginning(&ends);
        let following = ends.iter().skip(1).map(Some).chain([None]);
        for (((start, end), next), kept) in ends.iter().zip(following).zip(states).skip(leftover) {
            self.ending(start, end, next.map(|(start, end)| (start.as_str(), end)), kept.state());
            let since = |number: u64| self.running && number > self.seals.highest();
            if end.seals.iter().any(|(number, hash)| !since(*number) && !self.seals.had(*number, hash)) {
                let number = end.seals.iter().map(|(number, _)| *number).max().unwrap_or_default();
                self.remarks.say(start, What::SealDropped { number, second: false });
            }
        }
        // Sealed chains of which nothing is here, or no more.
        let oldest = ends.first().map(|(start, _)| start.clone()).unwrap_or_default();
        for start in self.seals.of.keys().filter(|start| **start >= oldest) {
            self.remarks.say("", What::StartMissing { start: start.clone() });
        }
        if let Some(start) = self.seals.uncounted() {
            self.remarks.say("", What::StartMissing { start: start.to_owned() });
        }
        self.keys(check);
        let sum = |of: fn(&End) -> u64| ends.iter().map(|(_, end)| of(end)).fold(0, u64::saturating_add);
        Checked {
            starts: u64::try_from(ends.len()).unwrap_or_default(),
            segments: sum(|end| end.segments),
            records: sum(|end| end.read),
            seals: self.seals.here,
            second_seals: self.seals.second,
            public_keys: self
                .seals
                .keys
                .keys()
                .chain(&self.publics)
                .cloned()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            running: self.running,
            remarks: self.remarks.finish(),
        }
    }

    /// Leaves out a newest start that was killed before its first record: it follows nothing yet, and the next start takes
    /// it away. One that another start says has followed it had a record.
    fn empty(&mut self, ends: &mut Vec<(String, End)>, states: &[Kept]) {
        while let Some((start, end)) = ends.last() {
            let kept = ends.len().checked_sub(1).and_then(|at| states.get(at));
            let none = match kept {
                Some(Kept::Some { state, .. }) => state.records == 0,
                // The state is whole before there is a log.
                Some(Kept::Unreadable) => end.segments == 0,
                _ => false,
            };
            let none = none && end.first.is_none() && !end.broken;
            if !none || states.iter().filter_map(Kept::state).any(|state| state.next == *start) {
                return;
            }
            if !self.running {
                self.remarks.say(start, What::Empty);
            }
            ends.pop();
        }
    }

    /// The oldest record that is there: the first of all, or one behind what retention removed. Returns how many starts are
    /// only what a crash left of removed ones.
    fn beginning(&mut self, ends: &[(String, End)]) -> usize {
        // Of a start that was removed, other files may be left by a crash in between.
        let claimed = |start: &str| self.claims.iter().any(|claim| claim.start == start && claim.whole);
        let leftover =
            ends.iter().take_while(|(start, end)| end.segments == 0 && end.first.is_none() && claimed(start)).count();
        if leftover > 0 {
            self.remarks.say("", What::Leftover);
        }
        for (start, end) in ends.iter().skip(leftover.saturating_add(1)) {
            if end.first.as_ref().is_some_and(|(segment, ..)| *segment > 1) {
                self.remarks.say(start, What::SegmentMissing { number: 1 });
            }
        }
        let Some((start, end)) = ends.get(leftover) else { return leftover };
        let (Some((segment, seq, prev)), Some(head)) = (&end.first, &end.head) else { return leftover };
        let removed = |start: &str, last: u64, hash: &str, segment: Option<u32>| {
            let is = |claim: &Claim| claim.start == start && claim.last == last && claim.hash == hash;
            self.claims.iter().any(|claim| is(claim) && segment.map_or(claim.whole, |segment| claim.segment == segment))
        };
        let well = match (*segment, &head.before) {
            (0 | 1, None) => true,
            (0 | 1, Some(before)) => removed(&before.start, before.records.wrapping_sub(1), &before.hash, None),
            (later, _) => removed(start, seq.wrapping_sub(1), prev, later.checked_sub(1)),
        };
        if !well {
            self.remarks.say(start, What::NotRetained);
        }
        // Of what retention left, the seals begin where the first start counted them to; those of a start that lost its
        // first segments are all there.
        let base = self.seals.base.map_or(0, |base| base.number);
        let fits = if leftover > 0 { base <= head.seals } else { base == head.seals };
        if *segment <= 1 && !fits || *segment > 1 && self.seals.here == 0 {
            self.remarks
                .say(start, What::SealDropped { number: head.seals.min(base).saturating_add(1), second: false });
        }
        leftover
    }

    /// The end of a chain against what the next start found of it.
    fn ending(&mut self, start: &str, end: &End, next: Option<(&str, &End)>, state: Option<&State>) {
        let there = |end: &End| end.first.is_some();
        if let Some(state) = state.filter(|state| state.stage == Stage::Followed)
            && next.map_or_else(|| !self.listed.contains(&state.next), |(next, _)| next != state.next)
        {
            self.remarks.say("", What::StartMissing { start: state.next.clone() });
        }
        let next_first = next.and_then(|(next, end)| Some((next, end.times?.0)));
        if let (Some((_, last)), Some((next, first))) = (end.times, next_first)
            && let Some(by) = set_back(last, first)
        {
            self.remarks.say(next, What::ClockBack { by });
        }
        if end.broken {
            return;
        }
        let said = next.and_then(|(_, next)| next.head.as_ref()).map(|head| &head.before);
        match (next, said) {
            (Some((next, _)), Some(Some(before))) if before.start == start => {
                let what = match () {
                    () if end.records > before.records => Some(What::TwoWriters { by: next.to_owned() }),
                    () if end.records < before.records => {
                        Some(What::Cut { there: end.records, expected: before.records })
                    }
                    () if before.missing > 0 => Some(What::CutBefore { records: before.missing }),
                    () if letters(&end.hash) != before.hash => Some(What::Before),
                    () if end.torn != before.torn => Some(What::Torn { bytes: end.torn }),
                    () => None,
                };
                let gone = state.is_none().then_some(What::StateGone);
                if let Some(what) = what.or(gone) {
                    self.remarks.say(start, what);
                }
            }
            (Some((_, next)), said) if there(end) => {
                let missing = said.and_then(|before| before.as_ref()).map(|before| before.start.clone());
                match missing {
                    Some(missing) => self.remarks.say("", What::StartMissing { start: missing }),
                    None if next.broken => {}
                    None => self.remarks.say(start, What::Before),
                }
            }
            (Some(_), _) => self.remarks.say(start, What::SegmentMissing { number: 1 }),
            (None, _) => self.last(start, end, state),
        }
    }

    /// The newest chain.
    fn last(&mut self, start: &str, end: &End, state: Option<&State>) {
        if self.running {
            return;
        }
        let open = state.is_some_and(|state| state.stage == Stage::Open);
        match state {
            None if end.stopped => self.remarks.say(start, What::StateGone),
            None => self.remarks.say(start, What::EndUnknown),
            Some(state) if end.first.is_none() => {
                self.remarks.say(start, What::Cut { there: 0, expected: state.records });
            }
            Some(_) if open => self.remarks.say(start, What::LeftOpen),
            Some(_) => {}
        }
        if end.torn > 0 {
            let bytes = end.torn;
            self.remarks.say(start, if open { What::TornEnd { bytes } } else { What::Torn { bytes } });
        }
    }

    /// Whether seals are signed with keys that are trusted.
    fn keys(&mut self, check: &Check<'_>) {
        let own = public_key(check.folder);
        let known = |key: &String| match check.public_keys.is_empty() {
            true => self.publics.contains(key) || own.as_ref() == Some(key),
            false => check.public_keys.contains(key),
        };
        let strange: Vec<String> = self.seals.keys.keys().filter(|key| !known(key)).cloned().collect();
        for public in strange {
            self.remarks.say("", What::SealKey { public });
        }
    }
}
