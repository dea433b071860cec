//! Numbers in disguise: clusters that were meant otherwise than they are written, digits that are spelled out, numbers of
//! which a part is hidden and the secret part is not (specification of detectors, section 8).
//!
//! Each is another cluster of the same bytes, asked about as any; only where nothing was found as it is written.

use super::Scan;
use super::examine::Value;
use crate::detect::{self, Match};
use crate::text::lex::{Cut, Piece, Reader, Reading, alike, enclosed};
use crate::text::{Charset, Cluster, Digit, Separator, search, spelled};
use crate::vocab::Kind;
use std::ops::Range;

/// Groups of one digit that are a number written apart, at least.
const FEWEST_SINGLES: usize = 10;
/// Syllables after a spelled number that are its particle and read as digits (`오육칠팔이에요`), at most.
const MOST_PARTICLES: usize = 2;
/// What digits that are spelled out may be.
const PROVEN: &[Kind] =
    &[Kind::ResidentRegistrationNumber, Kind::ForeignerRegistrationNumber, Kind::MobileNumber, Kind::PaymentCardNumber];
/// Characters that hide digits.
const HIDING: &str = "*●○xX#＊■□◯※";
/// Bytes before a number in which the direction of writing is turned over.
const BEFORE_TURNED: usize = 16;

/// What a cluster in another reading must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Nothing more than any.
    None,
    /// Its check digit must hold.
    CheckDigit,
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
            Proof::Kind => PROVEN.contains(&found.kind),
        }
    }
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
            match self.ask(&mut other, proof, charset, last) {
                None => return false,
                Some(true) => return true,
                Some(false) => {}
            }
        }
        true
    }

    /// Examines a chain in which letters may be digits: where to search on.
    pub(super) fn alike(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        let mut cluster = Cluster::default();
        let quoted = quoted(&reader, start);
        let found = quoted
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

    /// Looks for numbers that are spelled out in what has come.
    pub(super) fn spelled(&mut self, charset: Charset, last: bool) {
        let mut at = self.spelled;
        loop {
            match spelled::next(self.window.text(), charset, at, last) {
                Err(end) => {
                    self.spelled = end;
                    return;
                }
                Ok(place) => {
                    let reader = Reader::new(self.window.text(), charset, self.document.syntax);
                    // From the place on, its own character is looked at: it may be in the middle of one.
                    let start = spelled::run_before(&reader, place).unwrap_or(place);
                    reader.touched();
                    let Some(end) = self.spelled_at(start, place, charset, last) else {
                        self.spelled = place;
                        return;
                    };
                    at = place;
                    while at <= place || at < end {
                        at = spelled::after(at, charset);
                    }
                }
            }
        }
    }

    /// Looks for numbers that are spelled out in English; the mobile ones begin with a zero.
    pub(super) fn in_english(&mut self, charset: Charset, last: bool) {
        loop {
            let text = self.window.text();
            let rest = text.get(self.english..).unwrap_or_default();
            let Some(at) = memchr::memchr2(b'z', b'Z', rest).map(|at| self.english + at) else {
                self.english = text.len();
                return;
            };
            let word = text.get(at..).unwrap_or_default();
            if word.len() < 8 && !last {
                self.english = at;
                return;
            }
            if !word.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"zero")) {
                self.english = at + 1;
                continue;
            }
            let Some(end) = self.spelled_at(at, at, charset, last) else {
                self.english = at;
                return;
            };
            self.english = end.max(at + 1);
        }
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
        for _ in 0..=MOST_PARTICLES {
            match self.ask(&mut cluster, Proof::Kind, charset, last) {
                None => return None,
                Some(true) => return Some(end),
                Some(false) => {}
            }
            let hangul = cluster.after.is_some_and(|after| ('가'..='힣').contains(&after));
            if !hangul || !drop_last(&mut cluster) {
                break;
            }
        }
        Some(end)
    }

    /// Up to where spelled numbers cannot change any more.
    pub(super) fn open_spelled(&self, charset: Charset) -> usize {
        let text = self.window.text();
        let open = self.spelled.min(self.english).min(text.len());
        let reader = Reader::new(text, charset, self.document.syntax);
        let near = open.min(text.len());
        if near == text.len() && !spelled::may_go_on(text, charset) {
            return near;
        }
        spelled::run_before(&reader, near).map_or(near, |start| start.min(near))
    }

    /// Where to search on after a cluster that ended there: before its last six digits if those may be a half.
    pub(super) fn before_half(&self, next: usize) -> usize {
        if search::half_after(self.window.text(), next + 1) { next - 6 } else { next }
    }

    /// Examines six digits before a hyphen, or seven after one, of which the rest is hidden: where to search on.
    pub(super) fn half(&mut self, start: usize, charset: Charset, last: bool) -> Option<usize> {
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

/// The other clusters that one may have been meant as, the likeliest first.
fn others(reader: &Reader<'_>, cluster: &Cluster) -> Vec<(Cluster, Proof)> {
    let mut others = Vec::new();
    let Some(first) = cluster.digits.first() else { return others };
    others.extend(unlisted(reader, cluster).map(|cluster| (cluster, Proof::None)));
    if cluster.groups.len() >= FEWEST_SINGLES {
        others.extend(together(cluster).map(|cluster| (cluster, Proof::None)));
    }
    let odd = cluster.separators.contains(&Separator::Other);
    if odd {
        others.extend(without_pictures(reader, cluster).map(|cluster| (cluster, Proof::None)));
        others.extend(quoted(reader, first.start));
        let mut meant = Cluster::default();
        if looks_alike(reader, cluster) && recut(reader, first.start, Reading::Alike, &mut meant) {
            others.push((meant, Proof::CheckDigit));
        }
    }
    others.extend(turned(reader, cluster).map(|cluster| (cluster, Proof::None)));
    others
}

/// `①010-1234-5678`: without the number in the list.
fn unlisted(reader: &Reader<'_>, cluster: &Cluster) -> Option<Cluster> {
    let first = cluster.digits.first()?;
    if reader.bytes().get(first.start)?.is_ascii() {
        return None;
    }
    let is_enclosed =
        |digit: &Digit| matches!(reader.piece(digit.start), Some((Piece::Char(char), _)) if enclosed(char).is_some());
    let count = 1 + usize::from(cluster.digits.get(1)?.len == 0);
    if !is_enclosed(first) || is_enclosed(cluster.digits.get(count)?) || cluster.groups.first()?.len() <= count {
        return None;
    }
    let mut rest = cluster.clone();
    rest.digits.drain(..count);
    for group in &mut rest.groups {
        *group = group.start.saturating_sub(count)..group.end - count;
    }
    Some(rest)
}

/// `9.0.0.1.0.1-1.2.3.4.5.6.8`: digits apart one by one, put together where what parts most of them stands.
fn together(cluster: &Cluster) -> Option<Cluster> {
    if cluster.groups.iter().any(|group| group.len() > 1) {
        return None;
    }
    let count = |wanted: Separator| cluster.separators.iter().filter(|separator| **separator == wanted).count();
    let joins = [
        Separator::Dot,
        Separator::Other,
        Separator::Bracket,
        Separator::Space,
        Separator::Slash,
        Separator::Dash,
        Separator::Colon,
    ];
    let (most, commonest) =
        joins.iter().map(|separator| (count(*separator), *separator)).max_by_key(|(count, _)| *count)?;
    if most * 2 < cluster.separators.len() {
        return None;
    }
    Some(joined(cluster, |gap| cluster.separators.get(gap) == Some(&commonest)))
}

/// A cluster whose groups are joined over such gaps.
fn joined(cluster: &Cluster, joins: impl Fn(usize) -> bool) -> Cluster {
    let mut result = Cluster { groups: Vec::new(), separators: Vec::new(), ..cluster.clone() };
    for (number, group) in cluster.groups.iter().enumerate() {
        let gap = number.checked_sub(1);
        match result.groups.last_mut().filter(|_| gap.is_some_and(&joins)) {
            Some(last) => last.end = group.end,
            None => {
                result.separators.extend(gap.and_then(|gap| cluster.separators.get(gap).copied()));
                result.groups.push(group.clone());
            }
        }
    }
    result
}

/// The bytes between two groups.
fn between(cluster: &Cluster, gap: usize) -> Option<Range<usize>> {
    let last = cluster.digits.get(cluster.groups.get(gap)?.end.checked_sub(1)?)?;
    let next = cluster.digits.get(cluster.groups.get(gap + 1)?.start)?;
    Some(last.start + usize::from(last.len)..next.start)
}

/// `9001😀01-1234568`: pictures between digits part nothing.
fn without_pictures(reader: &Reader<'_>, cluster: &Cluster) -> Option<Cluster> {
    let picture = |char: char| matches!(char, '\u{2190}'..='\u{21FF}' | '\u{25A0}'..='\u{25FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    let is_one = |gap: usize| {
        let other = cluster.separators.get(gap) == Some(&Separator::Other);
        other && between(cluster, gap).is_some_and(|range| reader.plain(range.start, range.end).chars().all(picture))
    };
    let joins: Vec<bool> = (0..cluster.separators.len()).map(is_one).collect();
    joins.contains(&true).then(|| joined(cluster, |gap| joins.get(gap) == Some(&true)))
}

/// Whether a sign that looks like a digit, and is taken for a separator, stands alone between two digits.
fn looks_alike(reader: &Reader<'_>, cluster: &Cluster) -> bool {
    (0..cluster.separators.len()).any(|gap| {
        let bytes = between(cluster, gap).and_then(|range| reader.bytes().get(range)).unwrap_or_default();
        matches!(bytes, b"|" | [0xE3, 0x85, 0xA3] | [0xA4, 0xD3])
    })
}

/// The cluster in quoted-printable, if it is.
fn quoted(reader: &Reader<'_>, start: usize) -> Option<(Cluster, Proof)> {
    let escape = start.checked_sub(1).filter(|at| reader.bytes().get(*at) == Some(&b'='));
    let start = escape.filter(|at| reader.reading(Reading::Quoted).digit(*at).is_some()).unwrap_or(start);
    let mut cluster = Cluster::default();
    reader.reading(Reading::Quoted).cluster(start, &mut cluster);
    let escapes = cluster.digits.iter().any(|digit| digit.len == 3);
    escapes.then_some((cluster, Proof::None))
}

/// Cuts anew in another reading, without what only looks like a digit at the end. `false` if that changes nothing.
fn recut(reader: &Reader<'_>, start: usize, reading: Reading, cluster: &mut Cluster) -> bool {
    let other = reader.reading(reading);
    other.cluster(start, cluster);
    if other.touched() {
        // What is seen of the end by one is seen by all.
        reader.byte(reader.bytes().len());
    }
    let written = |digit: &Digit| matches!(reader.unit(digit.start), Some(unit) if alike(unit.char).is_none());
    while cluster.digits.last().is_some_and(|digit| !written(digit)) {
        if !drop_last(cluster) {
            return false;
        }
    }
    cluster.digits.iter().any(|digit| !written(digit))
}

/// Drops the last digit of a cluster. `false` if none is left then.
fn drop_last(cluster: &mut Cluster) -> bool {
    cluster.digits.pop();
    let count = cluster.digits.len();
    if let Some(last) = cluster.groups.last_mut() {
        last.end = count;
        if last.start >= last.end {
            cluster.groups.pop();
            cluster.separators.pop();
        }
    }
    count > 0
}

/// Digits that a mark turns over, so that they are read from the last to the first.
fn turned(reader: &Reader<'_>, cluster: &Cluster) -> Option<Cluster> {
    let start = cluster.digits.first()?.start;
    let before = reader.bytes().get(start.saturating_sub(BEFORE_TURNED)..start)?;
    let marks: [&[u8]; 5] = ["\u{202E}".as_bytes(), b"&#8238;", b"&#x202e;", b"&#x202E;", b"\\u202e"];
    if before.is_ascii() && !before.contains(&b'&') && !before.contains(&b'\\') {
        return None;
    }
    marks.iter().any(|mark| memchr::memmem::find(before, mark).is_some()).then(|| {
        let count = cluster.digits.len();
        let mut turned = cluster.clone();
        turned.digits.reverse();
        turned.groups = cluster.groups.iter().rev().map(|group| count - group.end..count - group.start).collect();
        turned.separators.reverse();
        turned
    })
}
