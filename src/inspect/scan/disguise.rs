//! Numbers in disguise: clusters that were meant otherwise than they are written, digits that are spelled out, numbers of
//! which a part is hidden and the secret part is not (specification of detectors, section 8).
//!
//! Each is another cluster of the same bytes, asked about as any; only where nothing was found as it is written.

use super::Scan;
use super::examine::Value;
use super::meant::{drop_last, others, quoted, recut, regrouped, with_letters};
use crate::detect::{self, Match};
use crate::text::lex::{Cut, Piece, Reader, Reading};
use crate::text::{Charset, Cluster, search, spelled};
use crate::vocab::{Kind, Stands};
use std::ops::Range;

/// Syllables after a spelled number that are its particle and read as digits (`오육칠팔이에요`), at most.
const MOST_PARTICLES: usize = 2;
/// What digits that are spelled out may be.
const PROVEN: &[Kind] =
    &[Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber, Kind::MobileNumber, Kind::PaymentCardNumber];
/// Characters that hide digits.
const HIDING: &str = "*●○xX#＊■□◯※";

/// What a cluster in another reading must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing more than any.
    None,
    /// Its check digit must hold.
    CheckDigit,
    /// It must be a card number in text that people read, that is called one or looks like no list of quantities; it is
    /// probable at best.
    Card,
    /// It must be a card number, probable at best: with colons between nobody writes a list of quantities.
    Colons,
    /// It must be a mobile, resident, foreigner or card number.
    Kind,
}

impl Proof {
    pub(super) fn holds(self, found: &Match, cluster: &Cluster) -> bool {
        let values = || -> Vec<u8> {
            cluster.digits.get(found.digits.clone()).unwrap_or_default().iter().map(|digit| digit.value).collect()
        };
        match self {
            Proof::None => true,
            Proof::CheckDigit => detect::has_check_digit(found.kind, &values()),
            // Quantities in a list are written without zeros in front of them.
            Proof::Card => found.kind == Kind::PaymentCardNumber && (found.called || has_leading_zero(cluster)),
            Proof::Colons => found.kind == Kind::PaymentCardNumber,
            Proof::Kind => PROVEN.contains(&found.kind),
        }
    }
}

/// Whether one of its groups begins with a zero.
fn has_leading_zero(cluster: &Cluster) -> bool {
    let first = |group: &Range<usize>| cluster.digits.get(group.start).map(|digit| digit.value);
    cluster.groups.iter().any(|group| first(group) == Some(0))
}

impl Scan {
    /// Asks about a cluster as it may have been meant. `false` if more bytes are needed.
    pub(super) fn disguised(&mut self, cluster: &Cluster, charset: Charset, last: bool) -> bool {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let others = others(&reader, cluster);
        if reader.touched() && !last {
            return false;
        }
        for (mut other, proof) in others {
            if proof == Proof::Card && !self.is_read_by_people(&other) {
                continue;
            }
            match self.ask(&mut other, proof, charset, last) {
                None => return false,
                Some(true) => return true,
                Some(false) => {}
            }
        }
        true
    }

    /// Whether a cluster stands where people read it, and is neither the fields of a table in plain text nor a list in
    /// brackets.
    fn is_read_by_people(&mut self, cluster: &Cluster) -> bool {
        let (Some(first), Some(last)) = (cluster.digits.first(), cluster.digits.last()) else { return false };
        self.track(first.start);
        let people = [Stands::Text, Stands::Comment, Stands::FormControl, Stands::JsonString];
        let text = self.window.text();
        let before = first.start.checked_sub(1).and_then(|at| text.get(at));
        let quoted = before == Some(&b'"') && text.get(last.start + usize::from(last.len)) == before;
        people.contains(&self.stands().0) && before != Some(&b'[') && (quoted || !self.tracker.begins_field())
    }

    /// Examines a chain in which letters may be digits: where to search on.
    pub(super) fn alike(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let mut cluster = Cluster::default();
        let found = quoted(&reader, start)
            .or_else(|| with_letters(&reader, start).map(|cluster| (cluster, Proof::Kind)))
            .or_else(|| recut(&reader, start, Reading::Alike, &mut cluster).then_some((cluster, Proof::CheckDigit)));
        let mut written = Cluster::default();
        let end = reader.cluster(start, &mut written);
        if reader.touched() && !last {
            return None;
        }
        if let Some((mut cluster, proof)) = found {
            self.ask(&mut cluster, proof, charset, last)?;
        }
        let (Cut::Whole(end) | Cut::Long { next: end, .. }) = end;
        Some(end.max(start + 1))
    }

    /// Looks for numbers that are spelled out, before `limit`: whatever is found is examined in the order in which it
    /// stands, so that it does not matter how the text is cut. `false` if more bytes are needed.
    pub(super) fn spelled_until(&mut self, limit: usize, charset: Charset, last: bool) -> bool {
        loop {
            let korean = spelled::next(self.window.text(), charset, self.spelled, last);
            let english = spelled::next_english(self.window.text(), self.english, last);
            let (Ok(of_korean) | Err(of_korean)) = korean;
            let (Ok(of_english) | Err(of_english)) = english;
            (self.spelled, self.english) = (of_korean, of_english);
            if of_korean.min(of_english) >= limit {
                return true;
            }
            if of_korean <= of_english {
                let Ok(place) = korean else { return false };
                let reader = Reader::new(self.window.text(), charset, self.document.syntax);
                let start = spelled::run_before(&reader, place).unwrap_or(place);
                let Some(end) = self.spelled_at(start, place, charset, last) else { return false };
                let mut next = spelled::after(place, charset);
                while next < end {
                    next = spelled::after(next, charset);
                }
                self.spelled = next;
            } else {
                let Ok(place) = english else { return false };
                let reader = Reader::new(self.window.text(), charset, self.document.syntax);
                let start = spelled::run_before(&reader, place).unwrap_or(place);
                let Some(end) = self.spelled_at(start, place, charset, last) else { return false };
                self.english = end.max(place + 1);
            }
        }
    }

    /// Asks about written digits of which the first may be spelled out: where to search on.
    pub(super) fn spelled_before(&mut self, at: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let mut written = Cluster::default();
        let (Cut::Whole(end) | Cut::Long { next: end, .. }) = reader.cluster(at, &mut written);
        let start = spelled::run_before(&reader, at);
        if reader.touched() && !last {
            return None;
        }
        if let Some(start) = start {
            self.spelled_at(start, at, charset, last)?;
        }
        Some(end.max(at + 1))
    }

    /// Asks about the spelled digits from `start` on, or near `place`: where they end, or `None` if more bytes are needed.
    fn spelled_at(&mut self, start: usize, place: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let in_words = reader.reading(Reading::Spelled);
        let start = (start..=place + 3).find(|at| in_words.digit(*at).is_some()).unwrap_or(place);
        let mut cluster = Cluster::default();
        in_words.cluster(start, &mut cluster);
        if (reader.touched() || in_words.touched()) && !last {
            return None;
        }
        let end = cluster.digits.last().map_or(start, |digit| digit.start + usize::from(digit.len));
        if !spelled::suffices(&reader, &cluster) {
            return Some(end);
        }
        let others = regrouped(&reader, &cluster);
        for cluster in std::iter::once(cluster).chain(others) {
            if self.ask_without_particles(cluster, charset, last)? {
                break;
            }
        }
        Some(end)
    }

    /// Asks about a cluster that is spelled out, and without its last digits where those may be a particle: whether
    /// something is found, or `None` if more bytes are needed.
    fn ask_without_particles(&mut self, mut cluster: Cluster, charset: Charset, last: bool) -> Option<bool> {
        for _ in 0..=MOST_PARTICLES {
            if self.ask(&mut cluster, Proof::Kind, charset, last)? {
                return Some(true);
            }
            let reader = Reader::new(self.window.text(), charset, self.document.syntax);
            let end = cluster.digits.last().map_or(0, |digit| digit.start + usize::from(digit.len));
            let hangul = reader.unit(end).is_some_and(|unit| ('가'..='힣').contains(&unit.char));
            if !hangul || !drop_last(&mut cluster) {
                break;
            }
            cluster.after = Some('이');
        }
        Some(false)
    }

    /// Asks about digits that are spelled out in escapes: where to search on, or `None` if more bytes are needed.
    pub(super) fn said(&mut self, at: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let start = spelled::run_before(&reader, at).unwrap_or(at);
        self.spelled_at(start, at, charset, last).map(|end| end.max(at + 1))
    }

    /// Up to where spelled numbers cannot change any more.
    pub(super) fn open_spelled(&self, charset: Charset) -> usize {
        let text = self.window.text();
        // Digits that are yet to be searched may follow on some that are spelled out.
        let near = self.spelled.min(self.english).min(self.searched).min(text.len());
        let reader = Reader::new(text, charset, self.document.syntax);
        let run = |at: usize| spelled::run_before(&reader, at).map_or(near, |start| start.min(near));
        // Once the tag ends in which it stands, what is before it may go on behind it.
        tag_around(&reader, near).map_or(near, run).min(run(near))
    }

    /// Where to search on after a cluster that began and ended there: before its last six digits if those may be a half.
    pub(super) fn before_half(&self, start: usize, next: usize) -> usize {
        let before = next.saturating_sub(6);
        if before > start && search::half_after(self.window.text(), next + 1) { before } else { next }
    }

    /// Examines six digits before a hyphen, or seven after one, of which the rest is hidden: where to search on.
    pub(super) fn hidden_half(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let digits =
            (start..).map_while(|at| reader.bytes().get(at).filter(|byte| byte.is_ascii_digit())).take(8).count();
        let end = start + digits;
        let found = if digits == 6 { front(&reader, start) } else { back(&reader, start) };
        // What stands there is context too, and must have come.
        let mut after = String::new();
        reader.after(end + 8, &mut after);
        if (reader.touched() || self.may_be_opened(end + 32)) && !last {
            return None;
        }
        if let Some(characters) = found {
            let text = reader.bytes();
            let shown = |range: &Range<usize>| match text.get(range.clone()) {
                Some([byte @ b'0'..=b'9']) => char::from(*byte),
                _ => '*',
            };
            let value: String = characters.iter().map(shown).collect();
            let values: Vec<u8> = value.bytes().map(|byte| byte.wrapping_sub(b'0')).collect();
            if detect::may_be_registration(&values, self.lens.today) {
                self.track(start);
                let (stands, _) = self.stands();
                self.found(&Value::hidden(Kind::ResidentRegistrationNumber, &value, &characters, stands), charset);
            }
        }
        Some(end.max(start + 1))
    }
}

/// Where the tag begins in which a place stands, or may yet stand.
fn tag_around(reader: &Reader<'_>, at: usize) -> Option<usize> {
    let from = at.saturating_sub(spelled::BEFORE);
    let before = reader.bytes().get(from..at)?;
    reader.touched();
    // A block that is whole ends what is before it.
    let goes_on =
        |tag: usize| matches!(reader.piece(tag), Some((piece, len)) if piece != Piece::Block && tag + len > at);
    let surrounds = |tag: &usize| goes_on(*tag) || reader.touched();
    memchr::memchr_iter(b'<', before).map(|tag| from + tag).find(surrounds)
}

/// `810514-*234567`: the thirteen characters, if exactly one digit is hidden.
fn front(reader: &Reader<'_>, start: usize) -> Option<Vec<Range<usize>>> {
    let mut characters: Vec<_> = (start..start + 6).map(|at| at..at + 1).collect();
    let hidden = reader.unit(start + 7).filter(|unit| HIDING.contains(unit.char))?;
    let rest = start + 7 + hidden.len;
    characters.push(start + 7..rest);
    characters.extend((rest..rest + 6).map(|at| at..at + 1));
    let all = (rest..rest + 6).all(|at| reader.byte(at).is_some_and(|byte| byte.is_ascii_digit()));
    let more = reader.byte(rest + 6).is_some_and(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'*');
    let joined = start
        .checked_sub(1)
        .and_then(|at| reader.bytes().get(at))
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    (all && !more && !joined).then_some(characters)
}

/// `******-1234567`: the thirteen characters, if exactly six digits are hidden.
fn back(reader: &Reader<'_>, start: usize) -> Option<Vec<Range<usize>>> {
    let mut characters = Vec::new();
    let mut at = start.checked_sub(1)?;
    let hidden = |end: usize| {
        (1..=4.min(end)).find_map(|len| {
            let unit = reader.unit(end - len)?;
            (unit.len == len && HIDING.contains(unit.char)).then_some(end - len)
        })
    };
    while let Some(before) = hidden(at).filter(|_| characters.len() < 7) {
        characters.push(before..at);
        at = before;
    }
    let joined = at
        .checked_sub(1)
        .and_then(|at| reader.bytes().get(at))
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let more = reader.byte(start + 7).is_some_and(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'*');
    if characters.len() != 6 || joined || more {
        return None;
    }
    characters.reverse();
    characters.extend((start..start + 7).map(|at| at..at + 1));
    Some(characters)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{document, scan};
    use super::super::{Charset, Document, Syntax};

    /// A number is not given up while a tag is open behind it, in the value of which a `>` stands.
    #[test]
    fn what_is_before_an_open_tag_may_go_on() {
        let text = " 880614-2870568 <span style='a:1>2'>육오공팔공오-일구사칠사칠사9 2 0 1 0 4 1 9 3 2 6 1 1 ";
        let document = Document { charset: Some(Charset::Cp949), ..document(Syntax::Json) };
        let bytes = encoding_rs::EUC_KR.encode(text).0;
        let whole = scan(&document, &[&bytes]);
        assert_eq!(whole.len(), 2);
        for size in 1..40 {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(scan(&document, &pieces), whole, "in pieces of {size} bytes");
        }
    }
}
