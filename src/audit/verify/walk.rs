//! One chain, read from its first record to its last, as a stream.

use super::remark::{Remark, Remarks, What};
use super::seals::Sealed;
use crate::audit::chain::{Hash, Key, Line, first_prev, root_id, same, sha256};
use crate::audit::clock::jump;
use crate::audit::event::{LONGEST, kind};
use crate::audit::names::Files;
use crate::audit::state::State;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Where the chain of the start before ended, as the next one says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct BeforeSaid {
    pub start: String,
    pub records: u64,
    pub hash: String,
    pub torn: u64,
    pub missing: u64,
}

/// What the first record of a segment says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Head {
    pub start: String,
    pub segment: u32,
    pub torn: u64,
    pub root: String,
    pub public: String,
    pub before: Option<BeforeSaid>,
    pub seals: u64,
    pub seal: String,
    /// Records of the segment before that the disk may have lost.
    pub doubt: Option<Doubt>,
}

/// Records, by the numbers of the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Doubt {
    pub from: u64,
    pub to: u64,
}

/// A removed segment, as a record says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Claim {
    pub start: String,
    pub segment: u32,
    pub last: u64,
    pub hash: String,
    pub whole: bool,
}

/// What is known of a chain when it has been read.
#[derive(Debug, Default)]
pub(super) struct End {
    /// Of its first segment that is there.
    pub head: Option<Head>,
    /// What other segments say of seals: number and hash.
    pub seals: Vec<(u64, String)>,
    /// The number of its first segment that is there, of its first record, and the hash before that.
    pub first: Option<(u32, u64, String)>,
    pub records: u64,
    pub hash: Hash,
    /// The key behind the last record.
    pub key: Option<Key>,
    /// The hash and the key at the place where the state says it stands.
    pub at_state: Option<(Hash, Option<Key>)>,
    pub torn: u64,
    /// The times of its first and its last record, in milliseconds since 1970.
    pub times: Option<(i64, i64)>,
    /// Its last record is that of a process that ended in order.
    pub stopped: bool,
    /// A fault was found; what follows it was not looked at.
    pub broken: bool,
    /// The number of records that were looked at, and of segments.
    pub read: u64,
    pub segments: u64,
    pub claims: Vec<Claim>,
}

/// What a chain is read with.
pub(super) struct Walk<'a> {
    pub start: &'a str,
    pub roots: &'a [Vec<u8>],
    pub state: Option<&'a State>,
    pub seals: &'a [Sealed],
    pub remarks: &'a mut Remarks,
    pub end: End,
    /// Time and `up` of the last record.
    pub last: Option<(i64, u64)>,
    /// The segment that is read, and where its line begins.
    pub segment: u32,
    pub offset: u64,
    /// It is the last of its chain.
    pub newest: bool,
    /// What the next segment says that this one may have lost, and what it has.
    pub doubt: Option<Doubt>,
    pub lost: Option<Doubt>,
}

/// Records that one failure of the disk may take.
const MOST_LOST: u64 = 10_000_000;

/// What the first record of a segment says that the segment before may have lost.
fn doubt_in(path: &Path) -> Option<Doubt> {
    let most = u64::try_from(LONGEST).unwrap_or_default().saturating_add(1);
    let mut line = Vec::new();
    BufReader::new(File::open(path).ok()?).take(most).read_until(b'\n', &mut line).ok()?;
    serde_json::from_slice::<Head>(&line).ok()?.doubt
}

impl Walk<'_> {
    /// Reads the chain. The first fault ends it.
    pub fn run(mut self, files: &Files) -> End {
        self.end.hash = first_prev(self.start);
        self.at_state();
        let mut before: Option<u32> = None;
        let following = files.segments.values().skip(1).map(Some).chain([None]);
        for ((number, path), next) in files.segments.iter().zip(following) {
            if let Some(missing) = before.and_then(|before| before.checked_add(1)).filter(|next| next != number) {
                self.fault(None, What::SegmentMissing { number: missing });
                break;
            }
            before = Some(*number);
            self.segment = *number;
            self.newest = files.segments.last_key_value().is_some_and(|(last, _)| last == number);
            self.offset = 0;
            self.doubt = next.and_then(|next| doubt_in(next));
            if let Err(error) = self.segment(path) {
                self.remarks.say(self.start, What::Unreadable { why: format!("{}: {error}", path.display()) });
                self.end.broken = true;
            }
            if self.end.broken {
                break;
            }
            self.end.segments = self.end.segments.saturating_add(1);
        }
        // Of a start without a log, others tell: it may have been removed by retention.
        if !self.end.broken
            && !files.segments.is_empty()
            && let Some(beyond) = self.seals.iter().find(|sealed| sealed.seq >= self.end.records)
        {
            let (seq, seal) = (beyond.seq, beyond.number);
            self.fault(Some(seq), What::SealedBeyond { seal });
        }
        self.end
    }

    fn segment(&mut self, path: &Path) -> io::Result<()> {
        let mut reader = BufReader::with_capacity(256 << 10, File::open(path)?);
        let most = u64::try_from(LONGEST).unwrap_or_default().saturating_add(1);
        let mut line = Vec::new();
        let mut records = 0_u64;
        loop {
            line.clear();
            let read = (&mut reader).take(most).read_until(b'\n', &mut line)?;
            let bytes = u64::try_from(read).unwrap_or_default();
            let Some(whole) = line.strip_suffix(b"\n") else {
                // The rest of the file is one torn line, or none at all.
                let rest = io::copy(&mut reader, &mut io::sink())?;
                self.end.torn = self.end.torn.saturating_add(bytes).saturating_add(rest);
                self.lose();
                return Ok(());
            };
            if self.may_be_lost() && Line::parse(whole).is_none() {
                self.lose();
                return Ok(());
            }
            if self.is_hole(whole) {
                let rest = io::copy(&mut reader, &mut io::sink())?;
                self.end.torn = self.end.torn.saturating_add(bytes).saturating_add(rest);
                return Ok(());
            }
            self.line(whole, records == 0);
            if self.end.broken {
                return Ok(());
            }
            records = records.saturating_add(1);
            self.offset = self.offset.saturating_add(bytes);
        }
    }

    /// Whether a line is what a power cut leaves of records that were not synced, and so never acknowledged: a page of
    /// zeros, behind all that the state counts. What comes after it is no chain any more, and counts as torn.
    fn is_hole(&self, line: &[u8]) -> bool {
        let beyond = self.state.is_some_and(|state| state.records <= self.end.records);
        self.newest && beyond && line.contains(&0) && Line::parse(line).is_none()
    }

    /// Whether the next record is one that the disk may not have kept.
    fn may_be_lost(&self) -> bool {
        let next = self.end.records;
        // Each step of the key takes its time, and a file may say what it likes.
        self.doubt.is_some_and(|doubt| doubt.from <= next && next <= doubt.to && doubt.to - next < MOST_LOST)
    }

    /// The rest of the segment is not there, and the disk is said to have lost it: what comes next bears the key that follows.
    fn lose(&mut self) {
        let Some(doubt) = self.doubt.filter(|_| self.may_be_lost()) else { return };
        let lost = Doubt { from: self.end.records, to: doubt.to };
        // What was on the disk when it was sealed cannot have been lost so.
        if let Some(sealed) = self.seals.iter().find(|sealed| (lost.from..=lost.to).contains(&sealed.seq)) {
            let (seq, seal) = (sealed.seq, sealed.number);
            return self.fault(Some(seq), What::SealedBeyond { seal });
        }
        if let Some(key) = &mut self.end.key {
            (lost.from..=lost.to).for_each(|_| key.step());
        }
        (self.end.records, self.end.torn) = (lost.to.saturating_add(1), 0);
        self.lost = Some(lost);
    }

    fn fault(&mut self, record: Option<u64>, what: What) {
        self.end.broken = true;
        let (segment, offset) = (Some(self.segment).filter(|segment| *segment > 0), record.map(|_| self.offset));
        self.remarks.add(Remark { start: self.start.to_owned(), segment, record, offset, what });
    }

    fn remark(&mut self, record: u64, what: What) {
        let (segment, offset) = (Some(self.segment), Some(self.offset));
        self.remarks.add(Remark { start: self.start.to_owned(), segment, record: Some(record), offset, what });
    }

    fn line(&mut self, bytes: &[u8], opens: bool) {
        let expected = self.end.records;
        let Some(line) = Line::parse(bytes) else { return self.fault(Some(expected), What::NoRecord) };
        if self.end.first.is_none() {
            self.first(&line);
        }
        let expected = self.end.records;
        if line.seq != expected {
            let what = match line.seq.checked_sub(1).filter(|before| *before >= expected) {
                Some(to) => What::Dropped { from: expected, to },
                None => What::Again { expected },
            };
            return self.fault(Some(expected), what);
        }
        let pruned = self.end.first.as_ref().is_some_and(|(segment, first, _)| *segment > 1 && *first == line.seq);
        // The record before is not there to tell; that this one says what it said is in its MAC.
        let unknown = pruned || opens && self.lost.is_some();
        if !unknown && !line.is_behind(&self.end.hash) {
            return self.fault(Some(line.seq), What::Rechained);
        }
        if opens && !self.head(&line, bytes) {
            return;
        }
        if let Some(key) = &mut self.end.key {
            if !line.is_under(key) {
                return self.fault(Some(line.seq), What::Mac);
            }
            key.step();
        }
        self.end.hash = sha256(bytes);
        self.end.records = line.seq.saturating_add(1);
        self.end.read = self.end.read.saturating_add(1);
        self.end.stopped = line.kind == kind::STOP;
        self.sealed(line.seq);
        self.at_state();
        self.content(&line, bytes);
    }

    /// The first record that is there: of a chain whose beginning was removed, its own number counts.
    fn first(&mut self, line: &Line<'_>) {
        self.end.first = Some((self.segment, if self.segment > 1 { line.seq } else { 0 }, line.prev.to_owned()));
        if self.segment > 1 {
            self.end.records = line.seq;
        }
    }

    /// The first record of a segment. Whether it is well.
    fn head(&mut self, line: &Line<'_>, bytes: &[u8]) -> bool {
        let wanted = if self.segment == 1 { kind::START } else { kind::SEGMENT };
        let head: Option<Head> = serde_json::from_slice(bytes).ok().filter(|_| line.kind == wanted);
        let Some(head) = head.filter(|head| head.start == self.start && head.segment == self.segment) else {
            self.fault(Some(line.seq), What::Head);
            return false;
        };
        let first = self.end.head.is_none();
        if first {
            self.choose(&head, line.seq);
        }
        let lost = self.lost.take();
        if let Some(doubt) = head.doubt.filter(|_| !first) {
            if doubt.from > doubt.to || doubt.to.checked_add(1) != Some(line.seq) {
                self.fault(Some(line.seq), What::Head);
                return false;
            }
            let Doubt { from, to } = lost.unwrap_or(doubt);
            self.remark(
                line.seq,
                if lost.is_some() { What::LostByDisk { from, to } } else { What::InDoubt { from, to } },
            );
        }
        // What was torn when the writer had to begin a new segment.
        if !first && lost.is_none() && head.torn != self.end.torn {
            let bytes = self.end.torn;
            self.fault(Some(line.seq), What::Torn { bytes });
            return false;
        }
        self.end.torn = 0;
        self.end.seals.push((head.seals, head.seal.clone()));
        self.end.head.get_or_insert(head);
        true
    }

    /// The root secret that the chain was written under.
    fn choose(&mut self, head: &Head, first: u64) {
        let Some(root) = self.roots.iter().find(|root| root_id(root) == head.root) else {
            self.remarks.say(self.start, if self.roots.is_empty() { What::NoRoot } else { What::OtherRoot });
            return;
        };
        let mut key = Key::first(root, self.start);
        (0..first).for_each(|_| key.step());
        self.end.key = Some(key);
    }

    /// What the seals say of this record.
    fn sealed(&mut self, seq: u64) {
        while let Some((sealed, rest)) = self.seals.split_first().filter(|(sealed, _)| sealed.seq <= seq) {
            self.seals = rest;
            if sealed.seq == seq && (!same(&self.end.hash, &sealed.hash) || sealed.segment != self.segment) {
                return self.fault(Some(seq), What::Sealed { seal: sealed.number });
            }
        }
    }

    fn at_state(&mut self) {
        if self.state.is_some_and(|state| state.records == self.end.records) {
            self.end.at_state = Some((self.end.hash, self.end.key.clone()));
        }
    }

    /// What is worth knowing of a record.
    fn content(&mut self, line: &Line<'_>, bytes: &[u8]) {
        let at = (line.time, line.up);
        if let Some(by) = self.last.and_then(|last| jump(last, at)) {
            let by_much = by.unsigned_abs();
            let what = if by < 0 { What::ClockBack { by: by_much } } else { What::ClockAhead { by: by_much } };
            self.remark(line.seq, what);
        }
        self.last = Some(at);
        let first = self.end.times.map_or(line.time, |(first, _)| first);
        self.end.times = Some((first, line.time));
        if line.kind == kind::RETENTION {
            #[derive(Deserialize)]
            struct Retention {
                #[serde(default)]
                removed: Vec<Claim>,
            }
            if let Ok(Retention { removed }) = serde_json::from_slice(bytes) {
                self.end.claims.extend(removed);
            }
        }
        if line.kind == kind::LOST {
            let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            let records =
                value.pointer("/detail/records").and_then(|records| records.as_str()).unwrap_or("?").to_owned();
            self.remark(line.seq, What::Lost { records });
        }
    }
}
