//! The first cursor of a body: undoes its coding and shows the content to the inspector, piece by piece.

use super::account::Read;
use super::budget::{Budget, Pool, Reservation, Spent};
use super::recall::{FINDINGS, Recalled};
use super::second_reader::SecondReader;
use super::{Coded, Means, Subject};
use crate::inspect::coding::{Coding, DecodeLimits, Decoder, Members};
use crate::inspect::{Account, Ceilings, Inspector, Opened, Step, Watched};
use crate::policy::Tally;
use crate::vocab::{Direction, Finding, Part, Place, Reason, Span};
use bytes::{Buf, Bytes};
use std::time::{Duration, Instant};

/// The most content that one step decodes.
pub(super) const PIECE: usize = 64 << 10;
/// The largest window that a content coding may ask for: that of brotli (RFC 7932 section 9.1).
const WINDOW: usize = 16 << 20;
/// What an encoder holds: the window and the tables of gzip, and more than brotli at its window here.
const ENCODER: usize = 512 << 10;
/// What the inspector may hold: the window in which it looks for a charset, and a tail.
const INSPECTOR: u64 = 64 << 10;

/// A decoder for a body's codings, and memory for it.
pub(super) fn decoder(
    codings: &[Coding],
    direction: Direction,
    means: &Means,
) -> Result<(Decoder, Reservation), Spent> {
    let members = match direction {
        Direction::Upload => Members::One,
        Direction::Download => Members::All,
    };
    let limits =
        DecodeLimits { decoded_bytes: means.limits.decoded_bytes, ratio: means.limits.decoded_ratio, memory: WINDOW };
    let decoder = Decoder::new(codings, members, limits);
    let charge = means.budget.reserve(Pool::Memory, (decoder.window() + PIECE) as u64)?;
    Ok((decoder, charge))
}

/// Memory for this many encoders.
pub(super) fn encoding(encoders: usize, means: &Means) -> Result<Reservation, Spent> {
    means.budget.reserve(Pool::Memory, (encoders * (ENCODER + PIECE)) as u64)
}

enum State {
    Plain,
    Decoding(Decoder),
    /// What comes cannot be decoded: it is counted, and the policy has been asked about it.
    Undecodable,
    Finished,
}

/// Shows a body to the inspector.
pub(super) struct Cursor {
    state: State,
    inspector: Inspector,
    /// Reads a form again, as long as the inspector finds it sound.
    second: Option<SecondReader>,
    /// Whether both readers of a form found the same; `true` where there was one reader.
    alike: bool,
    /// Content bytes that the inspector has seen.
    seen: u64,
    /// Coded bytes that cannot be decoded.
    lost: u64,
    /// Bytes that came after a refusal, coded if the body is.
    refused: u64,
    broken: bool,
    piece: Vec<u8>,
    charge: Reservation,
    /// Time spent in decoding and inspecting.
    spent: Duration,
    recalled: bool,
}

impl Cursor {
    /// Prepares for a body of which `announced` bytes are to come, if that is known. Takes memory for its windows.
    pub(super) fn new(subject: &Subject, announced: Option<u64>, means: &Means) -> Result<Cursor, Spent> {
        let plain = |budget: &Budget| {
            let held = announced.unwrap_or(INSPECTOR).min(INSPECTOR);
            budget.reserve(Pool::Memory, held)
        };
        let (state, charge) = match &subject.coded {
            Coded::By(codings) => {
                let (decoder, mut charge) = decoder(codings, subject.content.direction, means)?;
                charge.grow(INSPECTOR)?;
                (State::Decoding(decoder), charge)
            }
            Coded::Plain => (State::Plain, plain(&means.budget)?),
            Coded::Unknown => (State::Undecodable, plain(&means.budget)?),
        };
        let ceilings = Ceilings { form_parts: means.limits.form_parts, opens: means.opener.is_some() };
        let inspector = Inspector::new(subject.content.clone(), subject.lens.clone(), ceilings);
        Ok(Cursor {
            state,
            inspector,
            second: SecondReader::of(subject).filter(|_| means.second_reader),
            alike: true,
            seen: 0,
            lost: 0,
            refused: 0,
            broken: false,
            piece: Vec::new(),
            charge,
            spent: Duration::ZERO,
            recalled: false,
        })
    }

    /// Takes the next piece of `raw`, which gets shorter; `None` when all of it has been taken.
    pub(super) fn step(&mut self, raw: &mut Bytes, tally: &mut Tally) -> Option<Step> {
        if raw.is_empty() && !matches!(self.state, State::Decoding(_)) {
            return None;
        }
        let from = Instant::now();
        let step = self.advance(raw, tally);
        self.spent += from.elapsed();
        step
    }

    fn advance(&mut self, raw: &mut Bytes, tally: &mut Tally) -> Option<Step> {
        match &mut self.state {
            State::Plain if raw.is_empty() => None,
            State::Plain => {
                self.seen = self.seen.saturating_add(raw.len() as u64);
                let step = self.inspector.push(raw, tally);
                self.read_again(|| raw.clone());
                raw.clear();
                Some(step)
            }
            State::Decoding(decoder) => {
                self.piece.clear();
                match decoder.decode(raw, &mut self.piece, PIECE) {
                    Ok(taken) => {
                        raw.advance(taken.min(raw.len()));
                        self.charge.shrink_to(decoder.window() as u64 + PIECE as u64 + INSPECTOR);
                        self.push_piece(tally)
                    }
                    Err(_) => {
                        // What was decoded before the fault is content; the next step tells the fault.
                        self.state = State::Undecodable;
                        self.push_piece(tally).or_else(|| Some(self.lose(raw, tally)))
                    }
                }
            }
            State::Undecodable if raw.is_empty() => None,
            State::Undecodable => Some(self.lose(raw, tally)),
            State::Finished => None,
        }
    }

    fn push_piece(&mut self, tally: &mut Tally) -> Option<Step> {
        if self.piece.is_empty() {
            return None;
        }
        self.seen = self.seen.saturating_add(self.piece.len() as u64);
        let step = self.inspector.push(&self.piece, tally);
        let piece = std::mem::take(&mut self.piece);
        self.read_again(|| Bytes::copy_from_slice(&piece));
        self.piece = piece;
        Some(step)
    }

    /// Shows the second reader what the inspector has just seen.
    fn read_again(&mut self, piece: impl FnOnce() -> Bytes) {
        let Some(second) = &mut self.second else { return };
        match self.inspector.parts() {
            Some(parts) => second.push(piece(), parts),
            None => self.second = None,
        }
    }

    /// The coding is unknown or broken here: that is a finding, once, and the rest is counted as not inspected.
    fn lose(&mut self, raw: &mut Bytes, tally: &mut Tally) -> Step {
        self.lost = self.lost.saturating_add(raw.len() as u64);
        raw.clear();
        self.break_off(tally)
    }

    /// What the inspector still holds is content and may hold findings, although the rest will never come.
    fn break_off(&mut self, tally: &mut Tally) -> Step {
        let mut step = Step { settled: self.seen, ..Step::default() };
        if !self.broken {
            self.broken = true;
            self.state = State::Undecodable;
            let span = Span { start: self.seen, end: self.seen };
            tally.add(&Finding::uninspectable(Reason::Coding, span, Place::whole(Part::Body)));
            if self.seen > 0 {
                step = self.inspector.finish(tally);
            }
        }
        step.refused |= tally.refuses();
        step
    }

    /// Keeps what is found, to be remembered.
    pub(super) fn hear(&mut self) {
        self.inspector.hear(FINDINGS);
    }

    /// What came of the body, now that it is complete, if it would be the same another time.
    pub(super) fn heard(&mut self) -> Option<Recalled> {
        let (findings, account) = self.inspector.heard().filter(|_| !self.broken)?;
        Some(Recalled { findings, account })
    }

    /// The whole body is one that was read before.
    pub(super) fn recall(&mut self, recalled: &Recalled, tally: &mut Tally) -> Step {
        let step = self.inspector.recall(&recalled.findings, &recalled.account, tally);
        (self.state, self.seen, self.recalled) = (State::Finished, step.settled, true);
        step
    }

    /// Counts time that was spent on it elsewhere.
    pub(super) fn spend(&mut self, time: Duration) {
        self.spent += time;
    }

    /// The body is complete. Call it until it gives `None`.
    pub(super) fn finish(&mut self, tally: &mut Tally) -> Option<Step> {
        if matches!(self.state, State::Finished) {
            return None;
        }
        let from = Instant::now();
        let step = self.conclude(tally);
        self.spent += from.elapsed();
        step
    }

    fn conclude(&mut self, tally: &mut Tally) -> Option<Step> {
        if let State::Decoding(decoder) = &mut self.state {
            self.piece.clear();
            return match decoder.finish(&mut self.piece, PIECE) {
                Ok(done) => {
                    if done {
                        self.state = State::Plain;
                    }
                    self.push_piece(tally).or_else(|| self.conclude(tally))
                }
                Err(_) => {
                    self.state = State::Undecodable;
                    self.push_piece(tally).or_else(|| Some(self.break_off(tally)))
                }
            };
        }
        match std::mem::replace(&mut self.state, State::Finished) {
            State::Plain => {
                let step = self.inspector.finish(tally);
                if let (Some(second), Some(parts)) = (&mut self.second, self.inspector.parts()) {
                    self.alike = second.finish(parts);
                }
                Some(step)
            }
            State::Undecodable if !self.broken => Some(self.break_off(tally)),
            State::Undecodable | State::Decoding(_) | State::Finished => None,
        }
    }

    /// What the form says of the fields that are asked for, once the body is complete; `None` unless it has one reading.
    pub(super) fn said(&self) -> Option<Watched> {
        self.inspector.said().filter(|_| self.alike && !self.broken).cloned()
    }

    /// Whether the content so far holds a file that is to be opened.
    pub(super) fn has_files(&self) -> bool {
        self.inspector.has_files()
    }

    /// The files to be opened, once the body is complete.
    pub(super) fn take_files(&mut self, tally: &mut Tally) -> Vec<Opened> {
        self.inspector.take_files(tally)
    }

    /// So many bytes of a file have been opened.
    pub(super) fn opened(&mut self, bytes: u64) {
        self.inspector.opened(bytes);
    }

    /// Counts bytes that came and are not looked at, because the verdict has fallen.
    pub(super) fn pass_over(&mut self, raw: &Bytes) {
        self.refused = self.refused.saturating_add(raw.len() as u64);
    }

    /// Whether the coding is unknown or broken: the content is not known to its end.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Whether the two readers of a form found the same parts in it; also where it is none, or not sound.
    pub(super) fn is_read_alike(&self) -> bool {
        self.alike
    }

    /// Whether the content is read; `false` once it has turned out not to be text.
    pub(super) fn is_read(&self) -> bool {
        self.seen == 0 || self.inspector.account().inspected > 0
    }

    /// Content bytes that the inspector has seen.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// What was read so far. `raw` is the number of bytes that came.
    pub(super) fn read(&self, raw: u64) -> Read {
        let mut account: Account = self.inspector.account();
        for (why, bytes) in [("coding", self.lost), ("refused", self.refused)] {
            if bytes > 0 {
                *account.passed_over.entry(why).or_default() += bytes;
            }
        }
        let content = self.seen.saturating_add(self.lost).saturating_add(self.refused);
        Read { raw, content, account, spent: self.spent, recalled: self.recalled }
    }
}
