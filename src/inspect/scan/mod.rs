//! The scanner: one text, given piece by piece, to findings. It brings the rooms below together: the window of bytes,
//! the fast search, the lexer, the place, the detectors and the mask.
//!
//! Any split of the text gives the same findings: every decision is a function of the text alone. What would look
//! beyond the bytes that have come is put off until they have ([`Reader::touched`]); how far anything looks is bounded.

mod across;
mod columns;
mod cues;
mod disguise;
mod escaped;
mod examine;
mod fields;
mod halves;
mod ids;
mod known;
mod labelled;
mod lax;
mod marks;
mod meant;
mod naming;
mod own;
mod parts;
mod seals;
mod series;
mod stems;
mod topics;
mod window;
mod words;

pub use examine::outranks;
pub(super) use known::Reads;
pub use lax::{Lax, meant, overlong};

use super::Lens;
use crate::detect::{self, Match, Sought, Topics};
use crate::text::lex::{BEFORE_RAW, Reader, SPELLED_RAW, parts_words};
use crate::text::place::Tracker;
use crate::text::search::{self, Blocks, Hit};
use crate::text::transcode::Transcoding;
use crate::text::{Charset, Cluster, Syntax};
use crate::vocab::{Finding, Part, Place, Reason, Span, Stands};
use across::{Across, Look};
use naming::Columns;
use series::Series;
use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;
use words::Words;

pub(super) use seals::percent;
pub(super) use window::Window;

/// Bytes that are kept behind what was searched, for context.
const LOOK_BEHIND: usize = 4 * BEFORE_RAW;
/// Bytes that are let go of at once, so that moving the rest is rare.
const LET_GO: usize = 64 * 1024;
/// Bytes that are taken in at once.
const BITE: usize = 32 * 1024;

/// How a text is escaped on top of its syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// Not at all.
    None,
    /// `%XX`, as in paths.
    Percent,
    /// `%XX`, and `+` is a space, as in queries and url-encoded forms.
    Form,
    /// A charset whose ASCII characters are not ASCII bytes, as was said of it; the text's own mark outweighs it.
    Transcoded(Transcoding),
    /// Whatever somebody may undo is undone, once more than it was escaped.
    Lax(Lax),
}

/// What is known of a text before its first byte.
#[derive(Debug, Clone)]
pub struct Document {
    /// The part of the exchange, for the place of findings.
    pub part: Part,
    /// Its charset, if it is known. A byte order mark outweighs it.
    pub charset: Option<Charset>,
    /// Its syntax.
    pub syntax: Syntax,
    /// How it is escaped.
    pub escape: Escape,
    /// The field's name, for context; empty if there is none.
    pub label: String,
    /// The offset of its first byte in the body's content.
    pub offset: u64,
    /// Whether the mark that garim writes into form controls is looked for: in what clients send.
    pub returns: bool,
    /// Where every value in it stands; `None` if its syntax says so.
    pub stands: Option<Stands>,
}

/// Whether the charset is known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// No: so many bytes were looked at in vain.
    NotYet(usize),
    Reads(Charset),
    /// It is read as UTF-8 from now on.
    Transcoded(Transcoding),
    /// It is one that garim does not read; the finding that says so has been given if true.
    Unreadable(bool),
}

/// Finds personal data in one text.
#[derive(Debug)]
pub struct Scan {
    document: Document,
    lens: Arc<Lens>,
    window: Window,
    known: Known,
    /// Up to here the window has been searched.
    searched: usize,
    /// Up to here it has been searched for returning marks.
    marked: usize,
    /// Up to here it has been searched for sealed references.
    unsealed: usize,
    /// Those that opened, each with the mark before it, as far as they are in the window.
    opened: Vec<Range<usize>>,
    /// Up to here it has been read without its markup, from its first tag on: in what clients send.
    joined: usize,
    across: Option<Box<Across>>,
    /// Up to here it has been searched for numbers that are spelled out, in Korean and in English.
    spelled: usize,
    english: usize,
    /// Bytes beyond ASCII stand before there.
    wide: bool,
    /// From here on a run of digits goes on whose beginning was too long to match.
    headless: Option<usize>,
    /// How long the window was when what begins at `searched` was found not to be complete.
    tried: usize,
    tracker: Tracker,
    /// Up to here the tracker has read, and lines were counted.
    tracked: usize,
    columns: Columns,
    line: u32,
    /// Findings that may still change, sorted.
    ready: Vec<Finding>,
    cluster: Cluster,
    around: Around,
    /// The pass for an operator's own patterns, if there are any.
    own: Option<Box<own::Pass>>,
    words: Words,
    series: Series,
    /// Of these topics words stand near what is searched, or of fewer.
    near: Topics,
    /// The offset in the body up to which everything is known to be settled.
    settled_to: u64,
    started: bool,
}

/// What stands around a candidate; kept, so that its room is made once.
#[derive(Debug, Default)]
struct Around {
    before: String,
    after: String,
    matches: Vec<Match>,
    /// Of a match, the bytes of its digits and their values.
    characters: Vec<Range<usize>>,
    text: String,
}

impl Scan {
    /// At the start of a text.
    pub fn new(document: Document, lens: Arc<Lens>) -> Scan {
        let own = own::Pass::new(&document, lens.beyond.detectors.as_ref(), 1);
        Scan {
            own,
            lens,
            window: match document.escape {
                // Until the text itself was asked.
                Escape::Transcoded(_) => Window::new(Escape::None, document.offset),
                escape => Window::new(escape, document.offset),
            },
            known: Known::NotYet(0),
            searched: 0,
            marked: 0,
            unsealed: 0,
            opened: Vec::new(),
            joined: 0,
            across: None,
            spelled: 0,
            english: 0,
            wide: false,
            headless: None,
            tried: 0,
            tracker: Tracker::new(document.syntax),
            tracked: 0,
            columns: Columns::new(),
            line: 1,
            ready: Vec::new(),
            cluster: Cluster::default(),
            around: Around::default(),
            words: Words::of(&document.label),
            series: Series::default(),
            near: Topics::ALL,
            settled_to: document.offset,
            started: false,
            document,
        }
    }

    /// Within a text that is read in this charset whatever it says of itself, from the document's offset on, which stands
    /// in such a line; `cut` if something stands before it.
    pub fn within(document: Document, lens: Arc<Lens>, charset: Charset, line: u32, cut: bool) -> Scan {
        let own = own::Pass::new(&document, lens.beyond.detectors.as_ref(), line);
        Scan { known: Known::Reads(charset), line, started: cut, own, ..Scan::new(document, lens) }
    }

    /// The same of a text that is known to be a table of comma-separated values.
    pub fn of_table(mut self) -> Scan {
        self.tracker = Tracker::of_values();
        self.own.iter_mut().for_each(|own| own.of_table());
        self
    }

    /// Takes the next bytes, appends to `found` what is found for certain, and tells up to which offset in the body's
    /// content no later finding reaches.
    pub fn push(&mut self, raw: &[u8], found: &mut Vec<Finding>) -> u64 {
        self.push_seen(raw, found, |_| {})
    }

    /// The same; `seen` is shown all of the text while it is there to be seen.
    pub(super) fn push_seen(&mut self, raw: &[u8], found: &mut Vec<Finding>, mut seen: impl FnMut(&Window)) -> u64 {
        let mut settled = self.window.offset(0);
        for bite in raw.chunks(BITE) {
            self.window.push(bite, false);
            seen(&self.window);
            settled = self.read(false, found);
        }
        if raw.is_empty() { self.read(false, found) } else { settled }
    }

    /// Nothing follows: everything is settled.
    pub fn finish(&mut self, found: &mut Vec<Finding>) {
        self.finish_with(b"", found);
    }

    /// Takes the next bytes, of which nothing follows: what is short is read once, not again for its end.
    pub(super) fn finish_with(&mut self, raw: &[u8], found: &mut Vec<Finding>) {
        self.finish_seen(raw, found, |_| {});
    }

    /// The same; `seen` is shown all of the text while it is there to be seen.
    pub(super) fn finish_seen(&mut self, raw: &[u8], found: &mut Vec<Finding>, mut seen: impl FnMut(&Window)) {
        let (before, end) = raw.split_at_checked(raw.len().saturating_sub(BITE)).unwrap_or((b"", raw));
        if !before.is_empty() {
            self.push_seen(before, found, &mut seen);
        }
        self.window.push(end, true);
        seen(&self.window);
        self.read(true, found);
    }

    fn read(&mut self, last: bool, found: &mut Vec<Finding>) -> u64 {
        if let Known::NotYet(looked) = self.known {
            self.known = self.decide(looked, last);
        }
        if let Known::Transcoded(transcoding) = self.known {
            self.window.transcode(transcoding, last);
            self.known = Known::Reads(Charset::Utf8);
        }
        let settled = match self.known {
            Known::NotYet(_) | Known::Transcoded(_) => 0,
            Known::Reads(charset) => {
                self.references(charset, last);
                self.marks(charset, last);
                self.search(charset, last);
                self.own(charset, last);
                self.join(charset, last);
                self.settled(charset, last)
            }
            Known::Unreadable(said) => {
                if !said {
                    let start = self.window.offset(0);
                    let span = Span { start, end: self.window.offset(self.window.len()) };
                    found.push(Finding::uninspectable(Reason::Charset, span, Place::whole(self.document.part.clone())));
                }
                self.known = Known::Unreadable(true);
                let len = self.window.len();
                (self.searched, self.marked, self.unsealed, self.tracked, self.joined) = (len, len, len, len, len);
                self.columns.read = len;
                self.own.iter_mut().for_each(|own| own.skip(len));
                (self.spelled, self.english) = (len, len);
                self.words.pass(len);
                len
            }
        };
        let (offset, known) = (self.window.offset(settled), found.len());
        // What is settled stays so, though what comes may make garim more careful of what it looks at next.
        self.settled_to = self.give(offset, found).max(self.settled_to);
        let offset = self.settled_to;
        self.lens.beyond.leave_alone(found, known);
        self.let_go(settled);
        offset
    }

    /// Gives what is certain, as all that ends before this offset is; up to where that leaves everything settled.
    fn give(&mut self, offset: u64, found: &mut Vec<Finding>) -> u64 {
        if let Some(own) = &mut self.own {
            return own.give(&mut self.ready, offset, found);
        }
        let certain = self.ready.partition_point(|finding| finding.span.end <= offset);
        found.extend(self.ready.drain(..certain));
        self.ready.first().map_or(offset, |finding| offset.min(finding.span.start))
    }

    fn search(&mut self, charset: Charset, last: bool) {
        let len = self.window.len();
        // Retrying an unfinished candidate for each single byte that comes would cost its length each time.
        let open = self.searched.min(self.words_open()).min(self.tried);
        if !last && self.tried > 0 && len < self.tried + (self.tried - open) / 8 {
            return;
        }
        self.tried = 0;
        self.gather(charset, last);
        let mut blocks = Blocks::new(charset);
        loop {
            let (stretch, near) = self.stretch(last);
            self.near = near.possible;
            // Whether the candidate is none unless a word follows that has yet to come.
            let waits = Cell::new(false);
            let reader = Reader::new(self.window.text(), charset, self.document.syntax);
            let (sought, further) = (Sought::near(near.known), Sought::near(near.possible));
            let hit = search::next_of(&reader, self.searched, stretch, &mut blocks, |chain| {
                let known = detect::opens(chain, sought).or_else(|| chain.is_odd().then_some(0));
                let possible = || near.differ().then(|| detect::opens(chain, further)).flatten();
                let (group, unsure) = known.map_or_else(|| (possible(), true), |group| (Some(group), false));
                waits.set(unsure && group.is_some());
                group
            });
            let at = hit.place();
            // Nothing else stands before it: candidates are looked at in the order in which they stand.
            self.searched = at;
            if !self.cues_before(at, charset, last) || !self.spelled_until(at, charset, last) {
                self.tried = len;
                return;
            }
            let next = match hit {
                Hit::Nothing(at) if at >= self.searchable(last) => return,
                Hit::Nothing(at) => Some(at),
                Hit::Open(_) => None,
                Hit::Digits(_) if waits.get() => None,
                Hit::Digits(at) => self.parts_or_digits(at, charset, last).map(|next| self.before_half(at, next)),
                Hit::Alike(at) => self.alike(at, charset, last),
                Hit::Spelled(at) => self.spelled_before(at, charset, last),
                Hit::Said(at) => self.said(at, charset, last),
                Hit::Half(at) => self.half(at, charset, last),
                Hit::Hidden(at) => self.hidden_half(at, charset, last),
                Hit::At { at, len } => self.address(at, len, charset, last).then_some(at + len),
            };
            match next {
                Some(next) => self.searched = next,
                None => {
                    self.tried = len;
                    return;
                }
            }
        }
    }

    /// Looks for numbers that run across more markup than the lexer reads over.
    fn join(&mut self, charset: Charset, last: bool) {
        if !self.document.returns || self.document.syntax == Syntax::Plain {
            return;
        }
        let look = Look { charset, lens: &self.lens };
        let text = self.window.text();
        let tag = || memchr::memchr(b'<', text.get(self.joined..).unwrap_or_default());
        if self.across.is_none()
            && let Some(at) = tag()
        {
            let before = text.get(..self.joined + at).unwrap_or_default();
            self.joined = before.len();
            self.across = Some(Box::new(Across::new(self.document.syntax, before)));
        }
        let mut found = Vec::new();
        if let Some(across) = &mut self.across {
            let next = text.get(self.joined..).unwrap_or_default();
            found = across.push(next, self.joined, &look, |at| self.window.offset(at));
            if last {
                found.extend(across.finish(&look));
            }
        }
        self.joined = text.len();
        for at in found {
            let place = Place::whole(self.document.part.clone());
            let finding = Finding::uninspectable(Reason::Damaged, Span { start: at, end: at }, place);
            let before = self.ready.partition_point(|other| other.span < finding.span);
            self.ready.insert(before, finding);
        }
    }

    /// Up to where nothing can change: up to what is open, and there before the word that it stands in, which may be the
    /// beginning of an address or of an escape.
    fn settled(&self, charset: Charset, last: bool) -> usize {
        if last {
            return self.window.len();
        }
        let own = self.own.as_ref().map_or(usize::MAX, |own| own.reached());
        let open = self.searched.min(self.marked).min(self.unsealed).min(own).saturating_sub(self.marks_may_take());
        let open = open.min(self.across.as_ref().and_then(|across| across.open()).unwrap_or(open));
        let open = open.min(self.open_spelled(charset));
        let open = open.min(self.words_open());
        let of_series = self.series.open(self.window.offset(self.searched));
        let open = of_series.map_or(open, |at| open.min(self.window.index(at)));
        let open = self.before_tag(open);
        let nearest = open.saturating_sub(SPELLED_RAW);
        let near = self.window.text().get(nearest..open).unwrap_or_default();
        let word = near.iter().rposition(|byte| parts_words(*byte)).map_or(nearest, |at| nearest + at + 1);
        word.min(self.before_honorifics(open))
    }

    /// Lets go of what is neither open nor context, a good deal at a time.
    fn let_go(&mut self, settled: usize) {
        let searched = self.searched.min(self.spelled).min(self.english);
        let keep = settled.min(searched).saturating_sub(LOOK_BEHIND);
        if keep < LET_GO || matches!(self.known, Known::NotYet(_)) {
            return;
        }
        self.track(keep);
        self.track_columns(keep);
        self.track_own(keep);
        self.window.drop_front(keep);
        self.own.iter_mut().for_each(|own| own.drop_front(keep));
        let Scan { searched, marked, unsealed, joined, tracked, tried, columns, .. } = self;
        for at in [searched, marked, unsealed, joined, tracked, &mut columns.read, tried] {
            *at = at.saturating_sub(keep);
        }
        self.spelled -= keep;
        self.english -= keep;
        self.let_go_of_opened(keep);
        if let Some(across) = &mut self.across {
            across.let_go(keep);
        }
        self.words.let_go(keep);
        self.headless = self.headless.and_then(|at| at.checked_sub(keep));
        self.started = true;
    }

    /// Reads on to where a value begins, for its place and line.
    fn track(&mut self, to: usize) {
        let Some(bytes) = self.window.text().get(self.tracked..to) else { return };
        if self.document.stands.is_none() {
            self.tracker.advance(bytes);
        }
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.tracked = to;
    }
}

#[cfg(test)]
mod tests;
