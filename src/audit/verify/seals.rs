//! The seals, read before the logs: what they say of which record, in this folder and in the second place.

use super::remark::{Remarks, What};
use crate::audit::book::Count;
use crate::audit::chain::{Hash, from_letters, letters, sha256};
use crate::audit::names::Listing;
use crate::audit::seal::Seal;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// What a seal says of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub seq: u64,
    pub segment: u32,
    pub hash: String,
    pub number: u64,
}

/// All seals. About 200 bytes of memory each; there is one a minute at most.
#[derive(Debug, Default)]
pub(super) struct Seals {
    /// By start.
    pub of: BTreeMap<String, Vec<Sealed>>,
    /// What was there before the first seal in this folder.
    pub base: Option<Count>,
    /// The hashes of those in this folder, by number.
    numbers: HashMap<u64, Hash>,
    /// The keys that signed, and the first seal of each.
    pub keys: BTreeMap<String, u64>,
    pub here: u64,
    pub second: u64,
    /// Of the starts before the oldest that is here, the last seal in the second place: its number and its start.
    pub removed: Option<(u64, String)>,
}

impl Seals {
    /// Reads those of a folder.
    pub fn read(listing: &Listing, remarks: &mut Remarks) -> Seals {
        let mut seals = Seals::default();
        let mut count: Option<Count> = None;
        for (start, files) in &listing.starts {
            let Some(path) = &files.seals else { continue };
            let outcome = lines(path, |line, number, torn| {
                if torn {
                    // What is missing of it is told by the state, or by the next start.
                    return;
                }
                let Some((seal, hash)) = Seal::parse(line) else {
                    remarks.say(start, What::SealBad { line: number, second: false });
                    return;
                };
                let prev = count
                    .or_else(|| Some(Count { number: seal.number.checked_sub(1)?, last: from_letters(&seal.prev)? }));
                let prev = prev.unwrap_or(Count::NONE);
                seals.base.get_or_insert(prev);
                let expected = prev.number.saturating_add(1);
                if seal.number != expected || !seal.is_behind(&prev.last) {
                    remarks.say(start, What::SealDropped { number: expected, second: false });
                }
                count = Some(Count { number: seal.number, last: hash });
                seals.numbers.insert(seal.number, hash);
                seals.here = seals.here.saturating_add(1);
                seals.take(seal);
            });
            if let Err(error) = outcome {
                remarks.say(start, What::Unreadable { why: format!("{}: {error}", path.display()) });
            }
        }
        seals
    }

    /// Reads the copy in the second place. `oldest` is the oldest start that is still here.
    pub fn read_second(&mut self, path: &Path, oldest: Option<&str>, remarks: &mut Remarks) {
        let mut second: HashMap<u64, Hash> = HashMap::new();
        let mut before: Option<u64> = None;
        let mut torn_line: Option<(u64, Vec<u8>)> = None;
        let outcome = lines(path, |line, number, torn| {
            if let Some((at, start)) = torn_line.take() {
                let what = match line.starts_with(&start) {
                    true => What::SecondTorn { line: at },
                    false => What::SealBad { line: at, second: true },
                };
                remarks.say("", what);
            }
            let hash = sha256(line);
            let seal =
                Seal::read(line).filter(|seal| self.numbers.get(&seal.number) == Some(&hash) || seal.is_signed(line));
            match seal {
                _ if torn => remarks.say("", What::SecondTorn { line: number }),
                None => torn_line = Some((number, line.to_vec())),
                Some(seal) => {
                    if let Some(missing) =
                        before.and_then(|before| before.checked_add(1)).filter(|next| seal.number > *next)
                    {
                        remarks.say("", What::SealDropped { number: missing, second: true });
                    }
                    before = before.max(Some(seal.number));
                    if second.insert(seal.number, hash).is_none() {
                        self.second = self.second.saturating_add(1);
                    }
                    self.compare(seal, &hash, oldest, remarks);
                }
            }
        });
        if let Some((line, _)) = torn_line {
            remarks.say("", What::SealBad { line, second: true });
        }
        if let Err(error) = outcome {
            remarks.say("", What::Unreadable { why: format!("{}: {error}", path.display()) });
        }
        let missing: Vec<u64> = self.numbers.keys().filter(|number| !second.contains_key(number)).copied().collect();
        // The newest is carried a moment after it is written; of a process that was killed in between, by the next.
        let on_its_way = !second.is_empty() && missing == [self.highest()];
        match missing.len() {
            0 => {}
            1 if on_its_way => remarks.say("", What::OnItsWay),
            seals => remarks.say("", What::NotCarried { seals: u64::try_from(seals).unwrap_or_default() }),
        }
    }

    /// A seal of the second place against those here.
    fn compare(&mut self, seal: Seal, hash: &Hash, oldest: Option<&str>, remarks: &mut Remarks) {
        match self.numbers.get(&seal.number) {
            Some(here) if here == hash => {}
            Some(_) => {
                remarks.say(&seal.start, What::SealDiffers { number: seal.number });
                self.take(seal);
            }
            // Retention removes the seals of a start with it.
            None if oldest.is_some_and(|oldest| seal.start.as_str() < oldest) => {
                self.removed = self.removed.take().max(Some((seal.number, seal.start)));
            }
            None => {
                remarks.say(&seal.start, What::SealDropped { number: seal.number, second: false });
                self.take(seal);
            }
        }
    }

    fn take(&mut self, seal: Seal) {
        let Seal { number, start, segment, seq, hash, public, .. } = seal;
        self.keys.entry(public).or_insert(number);
        self.of.entry(start).or_default().push(Sealed { seq, segment, hash, number });
    }

    /// The start of a seal in the second place that is not counted by what is here, though it stands before it: then it was
    /// not retention that removed it, but another journal was begun in its place.
    pub fn uncounted(&self) -> Option<&str> {
        let counted = self.base.unwrap_or(Count::NONE).number;
        self.removed.as_ref().filter(|(number, _)| *number > counted).map(|(_, start)| start.as_str())
    }

    /// Puts the seals of each start in the order of its records.
    pub fn sort(&mut self) {
        self.of.values_mut().for_each(|list| list.sort_by_key(|sealed| sealed.seq));
    }

    /// Where there is no seal in this folder: what the first record that is there says of those before it.
    pub fn based_on(&mut self, number: u64, hash: &str) {
        if self.base.is_none() {
            self.base = from_letters(hash).map(|last| Count { number, last });
        }
    }

    /// The number of the last seal in this folder.
    pub fn highest(&self) -> u64 {
        self.numbers.keys().copied().max().unwrap_or_else(|| self.base.unwrap_or(Count::NONE).number)
    }

    /// Whether what a record or a state says of the seals so far is so.
    pub fn had(&self, number: u64, hash: &str) -> bool {
        let base = self.base.unwrap_or(Count::NONE);
        match self.numbers.get(&number) {
            Some(here) => letters(here) == hash,
            None if number == base.number => letters(&base.last) == hash,
            // Those were removed with their starts.
            None => number < base.number,
        }
    }
}

/// Calls `each` with every line, its number from 1, and whether it is torn: the last one, without its line feed.
fn lines(path: &Path, mut each: impl FnMut(&[u8], u64, bool)) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        // A line that is longer than any seal is none; it comes in pieces then.
        if io::Read::take(&mut reader, 1 << 16).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match line.strip_suffix(b"\n") {
            Some(line) => each(line, number, false),
            None => each(&line, number, true),
        }
    }
    Ok(())
}
