//! Registration numbers that are split over two places of a text: two cells, controls, values or parameters. Only the
//! second half is ever hidden, so that is where the finding stands.

use super::Scan;
use super::examine::Value;
use super::naming::Reach;
use crate::detect::{self, Context, Match};
use crate::inspect::form::belonging::are_halves;
use crate::text::lex::{FIRST_HALF, Part, Reader, SECOND_HALF, begins_half};
use crate::text::place::Wraps;
use crate::text::{Charset, Cluster, Digit, Separator, Syntax};
use crate::vocab::{Confidence, Kind, Stands};
use std::ops::Range;

/// So many cells with numbers beside the two make it a table of numbers, in which two are a registration number by chance.
const MANY: usize = 2;
/// Bytes before and after in which these cells stand.
const BESIDE: usize = 256;

/// Whether a cell holds an amount or a count, and not a telephone or a number in a list.
fn is_amount(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    (4..=10).contains(&digits) && cell.iter().all(|byte| byte.is_ascii_digit() || b",.".contains(byte))
}

/// How many cells that end there, one before the other in their row, hold numbers: as many as matter.
fn numbers_before(text: &[u8], at: usize) -> usize {
    let mut rest = text.get(at.saturating_sub(BESIDE)..at).unwrap_or_default();
    let mut count = 0;
    while count < MANY {
        while let Some(open) = rest.trim_ascii_end().strip_suffix(b">").and_then(|tag| memchr::memrchr(b'<', tag)) {
            let (before, tag) = rest.split_at(open);
            if tag.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<tr")) {
                return count;
            }
            rest = before;
        }
        let begins = rest.iter().rposition(|byte| *byte == b'>').map_or(rest.len(), |at| at + 1);
        let (before, cell) = rest.split_at(begins);
        if !is_amount(cell) {
            return count;
        }
        (count, rest) = (count + 1, before);
    }
    count
}

/// The same of those that begin there.
fn numbers_after(text: &[u8], at: usize) -> usize {
    let mut rest = text.get(at..text.len().min(at + BESIDE)).unwrap_or_default();
    let mut count = 0;
    while count < MANY {
        while let Some(tag) = rest.trim_ascii_start().strip_prefix(b"<") {
            let Some(close) = memchr::memchr(b'>', tag).filter(|_| !tag.starts_with(b"/tr")) else { return count };
            rest = tag.get(close + 1..).unwrap_or_default();
        }
        let Some(ends) = memchr::memchr(b'<', rest) else { return count };
        let (cell, after) = rest.split_at(ends);
        if !is_amount(cell) {
            return count;
        }
        (count, rest) = (count + 1, after);
    }
    count
}

impl Scan {
    /// Examines six digits that stand alone, or fewer: where to search on, or `None` if more bytes are needed.
    pub(super) fn half(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        if !begins_half(self.window.text(), start) {
            return self.parts(start, charset, last);
        }
        let end = start + FIRST_HALF;
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let second = reader.second_half(start, end);
        let (mut before, mut after) = (String::new(), String::new());
        if let Some(second) = &second {
            reader.before(start, &mut before);
            reader.after(second.at + SECOND_HALF, &mut after);
        }
        if reader.touched() && !last {
            return None;
        }
        let Some(second) = second else { return Some(end) };
        if self.window.len() < second.at + SECOND_HALF + BESIDE && !last {
            return None;
        }
        self.join_halves(start, &second, charset, last, (&before, &after))
    }

    /// The same for two numbers with a comma between, as in a line of a table in plain text.
    pub(super) fn listed(&mut self, cluster: &Cluster, charset: Charset, last: bool) -> bool {
        for (number, pair) in cluster.groups.windows(2).enumerate() {
            let [first, second] = pair else { continue };
            let comma = cluster.separators.get(number) == Some(&Separator::Comma);
            let digit = |at: usize| cluster.digits.get(at).map_or(0, |digit| digit.start);
            let (start, at) = (digit(first.start), digit(second.start));
            // What more is a list of numbers.
            let row = [number.checked_sub(1), number.checked_add(1)].into_iter().flatten();
            let listed = row.filter_map(|gap| cluster.separators.get(gap)).any(|gap| *gap == Separator::Comma);
            let apart = at == start + FIRST_HALF + 1;
            if !comma || first.len() != FIRST_HALF || second.len() != SECOND_HALF || !apart || listed {
                continue;
            }
            let reader = Reader::new(self.window.text(), charset, self.document.syntax);
            let (mut before, mut after) = (String::new(), String::new());
            reader.before(start, &mut before);
            reader.after(at + SECOND_HALF, &mut after);
            if reader.touched() && !last {
                return false;
            }
            let second = Part { at, names: None };
            if self.join_halves(start, &second, charset, last, (&before, &after)).is_none() {
                return false;
            }
        }
        true
    }

    /// Whether more numbers stand beside both in a program: `[1768402916087,201026,7755880]`.
    fn is_of_array(&self, start: usize, end: usize) -> bool {
        const BLANKS: usize = 8;
        let of_program =
            matches!(self.document.syntax, Syntax::Script | Syntax::Json) || self.tracker.wraps() == Wraps::Script;
        let bytes = self.window.text();
        let ahead = bytes.get(start.saturating_sub(BLANKS)..start).unwrap_or_default().trim_ascii_end();
        let ahead = ahead.strip_suffix(b",").and_then(|ahead| ahead.trim_ascii_end().last());
        let behind = bytes.get(end..bytes.len().min(end + BLANKS)).unwrap_or_default();
        let behind = behind.strip_prefix(b",").and_then(|behind| behind.trim_ascii_start().first());
        of_program && [ahead, behind].into_iter().flatten().any(u8::is_ascii_digit)
    }

    /// Asks the detectors about both halves.
    fn join_halves(
        &mut self,
        start: usize,
        second: &Part,
        charset: Charset,
        last: bool,
        around: (&str, &str),
    ) -> Option<usize> {
        let (half, end) = (start + FIRST_HALF, second.at + SECOND_HALF);
        let text = |range: &Range<usize>| {
            let bytes = self.window.text().get(range.clone()).unwrap_or_default();
            Reader::new(bytes, charset, self.document.syntax).plain(0, bytes.len())
        };
        let names = second.names.as_ref().map(|(first, second)| (text(first), text(second)));
        if names.as_ref().is_some_and(|(first, second)| !are_halves(first, second)) {
            return Some(half);
        }
        self.track(start);
        if names.is_none() && self.is_of_array(start, end) {
            return Some(half);
        }
        let mut named = self.named(start, Reach::Columns, charset, last)?;
        let separator = if let Some((first, _)) = names {
            named.label = first;
            Separator::Dash
        } else {
            // Nothing says that the two are one but the check digit.
            Separator::Newline
        };
        let digits = (start..half).chain(second.at..end).filter_map(|at| {
            let value = self.window.text().get(at)?.checked_sub(b'0')?;
            Some(Digit { value, start: at, len: 1 })
        });
        let mut cluster = Cluster::default();
        cluster.digits.extend(digits);
        cluster.groups.extend([0..FIRST_HALF, FIRST_HALF..FIRST_HALF + SECOND_HALF]);
        cluster.separators.push(separator);
        let context = Context {
            before: around.0,
            after: around.1,
            label: &named.label,
            column: &named.column,
            stands: self.stands().0,
            alone: false,
            today: self.lens.today,
            hosts: &self.lens.hosts,
        };
        let mut matches = Vec::new();
        if detect::plausible(&cluster, self.lens.today, detect::Topics::ALL) {
            detect::numbers(&cluster, &context, &mut matches);
        }
        let whole = |found: &&Match| {
            let kinds = [Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber];
            kinds.contains(&found.kind) && found.digits.len() == cluster.digits.len()
        };
        let Some(&Match { kind, confidence, .. }) = matches.iter().find(whole) else { return Some(half) };
        // In a column that is called something else a day and a number may stand beside each other.
        let otherwise = separator == Separator::Newline && confidence < Confidence::Certain && named.headed;
        let of_cells = separator == Separator::Newline && self.document.syntax == Syntax::Html;
        let by_chance = of_cells && confidence < Confidence::Certain && {
            let text = self.window.text();
            numbers_before(text, start) + numbers_after(text, end) >= MANY
        };
        let confidence = if otherwise || by_chance { Confidence::Possible } else { confidence };
        self.second(&cluster, second.at..end, (kind, confidence), charset);
        Some(end)
    }

    fn second(&mut self, cluster: &Cluster, at: Range<usize>, found: (Kind, Confidence), charset: Charset) {
        self.track(at.start);
        let (stands, bare) = self.stands();
        let characters: Vec<Range<usize>> = at.map(|at| at..at + 1).collect();
        let text: String = cluster.digits.iter().map(|digit| char::from(b'0' + digit.value % 10)).collect();
        let value = Value {
            kind: found.0,
            confidence: found.1,
            text: &text,
            characters: &characters,
            turned: false,
            elsewhere: FIRST_HALF,
            stands: if bare { Stands::JsonNumber } else { stands },
            quote: bare,
        };
        self.found(&value, charset);
    }
}
