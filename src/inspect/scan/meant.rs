//! What else a cluster may have been meant as: other clusters of the same bytes (specification of detectors, 8.1 and 8.3).

use super::disguise::Proof;
use crate::text::lex::{Piece, Reader, Reading, alike, enclosed, separator};
use crate::text::search::begins_in_letters;
use crate::text::{Cluster, Digit, Separator};
use std::ops::Range;

/// Groups of one digit that are a number written apart, at least.
const FEWEST_SINGLES: usize = 10;
/// The groups of cards.
const CARDS: &[&[usize]] = &[&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];
/// Bytes before a number in which the direction of writing is turned over.
const BEFORE_TURNED: usize = 16;

/// The other clusters that one may have been meant as, the likeliest first.
pub(super) fn others(reader: &Reader<'_>, cluster: &Cluster) -> Vec<(Cluster, Proof)> {
    let mut others = Vec::new();
    let Some(first) = cluster.digits.first() else { return others };
    others.extend(unlisted(reader, cluster).map(|cluster| (cluster, Proof::None)));
    if cluster.groups.len() >= FEWEST_SINGLES {
        // A list that goes on in the next line is one of numbers.
        // So is one with spaces, unless it is as long as a registration number.
        let goes_on = |by| by == Separator::Comma && (lists_on(reader, cluster) || is_spaced_list(cluster));
        others.extend(together(reader, cluster).filter(|(_, by)| !goes_on(*by)).map(|(cluster, by)| {
            // `[9, 0, 0, 1]` is a list of numbers as well.
            let lists = matches!(by, Separator::Comma | Separator::Newline);
            (cluster, if lists { Proof::CheckDigit } else { Proof::None })
        }));
    }
    let odd = cluster.separators.contains(&Separator::Other);
    if odd {
        others.extend(without_pictures(reader, cluster).map(|cluster| (cluster, Proof::None)));
        others.extend(quoted(reader, first.start));
    }
    let mut meant = Cluster::default();
    if looks_alike(reader, cluster, odd) && recut(reader, first.start, Reading::Alike, &mut meant) {
        others.push((meant, Proof::CheckDigit));
    }
    if matches!(cluster.separators.first(), Some(Separator::Comma | Separator::Colon)) {
        others.extend(parted_by_commas(reader, cluster, false));
    }
    others.extend(turned(reader, cluster).map(|cluster| (cluster, Proof::None)));
    others
}

/// Whether more than a comma stands between two of the numbers, and they are not as many as a registration number has digits.
fn is_spaced_list(cluster: &Cluster) -> bool {
    const REGISTRATION: usize = 13;
    let wide = |gap: usize| between(cluster, gap).is_some_and(|range| range.len() > 1);
    cluster.digits.len() != REGISTRATION && (0..cluster.separators.len()).all(wide)
}

/// Whether a comma follows, and after white space the next number of a list.
fn lists_on(reader: &Reader<'_>, cluster: &Cluster) -> bool {
    const INDENT: usize = 64;
    let Some(last) = cluster.digits.last() else { return false };
    let comma = last.start + usize::from(last.len);
    let blank = |at: &usize| reader.byte(*at).is_some_and(|byte| byte.is_ascii_whitespace());
    let spaces = (comma + 1..comma + INDENT).take_while(blank).count();
    let digit = reader.byte(comma + 1 + spaces).is_some_and(|byte| byte.is_ascii_digit());
    reader.byte(comma) == Some(b',') && spaces > 0 && digit
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

/// What a cluster of digits that are spelled out may have been meant as besides: they are words apart one by one, or groups
/// with commas between.
pub(super) fn regrouped(reader: &Reader<'_>, cluster: &Cluster) -> Vec<Cluster> {
    let apart = || together(reader, cluster).map(|(cluster, _)| cluster);
    let singles = (cluster.groups.len() >= FEWEST_SINGLES).then(apart).flatten();
    singles.into_iter().chain(parted_by_commas(reader, cluster, true).map(|(cluster, _)| cluster)).collect()
}

/// `9.0.0.1.0.1-1.2.3.4.5.6.8`: digits apart one by one, put together where what parts most of them stands.
fn together(reader: &Reader<'_>, cluster: &Cluster) -> Option<(Cluster, Separator)> {
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
        Separator::Comma,
        Separator::Newline,
    ];
    let (most, commonest) =
        joins.iter().map(|separator| (count(*separator), *separator)).max_by_key(|(count, _)| *count)?;
    if most * 2 < cluster.separators.len() {
        return None;
    }
    // `[1]-[2]`: the brackets are of the digits, the dash parts two groups.
    let dashed = |gap: usize| {
        commonest == Separator::Bracket
            && between(cluster, gap).is_some_and(|range| reader.plain(range.start, range.end).chars().any(is_dash))
    };
    let same = |gap: usize| cluster.separators.get(gap) == Some(&commonest);
    Some((joined(cluster, |gap| same(gap) && !dashed(gap)), commonest))
}

fn is_dash(char: char) -> bool {
    separator(char) == Some(Separator::Dash)
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
    let picture = |char: char| matches!(char, '※' | '\u{2190}'..='\u{21FF}' | '\u{25A0}'..='\u{25FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    let is_one = |gap: usize| {
        let other = cluster.separators.get(gap) == Some(&Separator::Other);
        other && between(cluster, gap).is_some_and(|range| reader.plain(range.start, range.end).chars().all(picture))
    };
    let joins: Vec<bool> = (0..cluster.separators.len()).map(is_one).collect();
    joins.contains(&true).then(|| joined(cluster, |gap| joins.get(gap) == Some(&true)))
}

/// Whether a sign that looks like a digit, and is taken for a separator, stands alone between two digits, or a letter that
/// does ends the cluster.
fn looks_alike(reader: &Reader<'_>, cluster: &Cluster, odd: bool) -> bool {
    let end = cluster.digits.last().map_or(0, |digit| digit.start + usize::from(digit.len));
    let letter = cluster.after.is_some() && reader.alike_follows(end);
    letter
        || odd
            && (0..cluster.separators.len()).any(|gap| {
                let bytes = between(cluster, gap).and_then(|range| reader.bytes().get(range)).unwrap_or_default();
                matches!(bytes, b"|" | [0xE3, 0x85, 0xA3] | [0xA4, 0xD3])
            })
}

/// `900101,1234568`: the halves of a registration number, of which the check digit must hold, a mobile number, or one of a
/// card, parted by nothing but what else parts two numbers; the same where the digits are spelled out.
fn parted_by_commas(reader: &Reader<'_>, cluster: &Cluster, spelled: bool) -> Option<(Cluster, Proof)> {
    let lengths = cluster.groups.iter().map(ExactSizeIterator::len);
    let is_card = CARDS.iter().any(|card| lengths.clone().eq(card.iter().copied()));
    let lone = |gap: usize| {
        let bytes = between(cluster, gap).and_then(|range| reader.bytes().get(range)).unwrap_or_default();
        // Two numbers in a row stand with a space between as well, but for words and what begins with a zero.
        let spaced = spelled || cluster.groups.len() == 3;
        match bytes {
            [b',' | b';' | b':'] => true,
            [b',' | b';', b' '] | [b' ', b':', b' '] => spaced,
            // As wide as Hangul.
            [lead, ..] if !lead.is_ascii() => between(cluster, gap).is_some_and(|range| {
                let mut chars = reader.plain(range.start, range.end).chars().collect::<Vec<_>>().into_iter();
                chars.next().is_some_and(|char| ",;:，；：、､".contains(char)) && chars.next().is_none()
            }),
            _ => false,
        }
    };
    if !(0..cluster.separators.len()).all(lone) {
        return None;
    }
    let (proof, between) = match cluster.groups.len() {
        // Two values as much as two halves, as over a line break.
        2 if lengths.clone().eq([6, 7]) => (Proof::CheckDigit, Separator::Newline),
        3 if lengths.clone().eq([3, 4, 4]) || lengths.eq([3, 3, 4]) => (Proof::Kind, Separator::Other),
        _ if is_card && cluster.separators.iter().all(|by| *by == Separator::Colon) => {
            (Proof::Colons, Separator::Other)
        }
        _ if is_card => (Proof::Card, Separator::Other),
        _ => return None,
    };
    Some((Cluster { separators: vec![between; cluster.separators.len()], ..cluster.clone() }, proof))
}

/// The cluster in quoted-printable, if it is.
pub(super) fn quoted(reader: &Reader<'_>, start: usize) -> Option<(Cluster, Proof)> {
    let escape = start.checked_sub(1).filter(|at| reader.bytes().get(*at) == Some(&b'='));
    let start = escape.filter(|at| reader.reading(Reading::Quoted).digit(*at).is_some()).unwrap_or(start);
    let mut cluster = Cluster::default();
    let other = reader.reading(Reading::Quoted);
    other.cluster(start, &mut cluster);
    touch(reader, &other);
    let escapes = cluster.digits.iter().any(|digit| digit.len == 3);
    escapes.then_some((cluster, Proof::None))
}

/// `O1O-1234-5678`, whose one stands there: nothing else is written so, though it has no check digit.
pub(super) fn with_letters(reader: &Reader<'_>, one: usize) -> Option<Cluster> {
    if !begins_in_letters(reader.bytes(), one) {
        return None;
    }
    let prefix =
        [(one.checked_sub(1)?, 0), (one, 1), (one + 1, 0)].map(|(start, value)| Digit { value, start, len: 1 });
    let mut cluster = Cluster::default();
    reader.cluster(one + 3, &mut cluster);
    cluster.digits.splice(0..0, prefix);
    cluster.groups.iter_mut().for_each(|group| *group = group.start + 3..group.end + 3);
    cluster.groups.insert(0, 0..3);
    cluster.separators.insert(0, Separator::Dash);
    Some(cluster)
}

/// What is seen of the end in one reading is seen in all.
fn touch(reader: &Reader<'_>, other: &Reader<'_>) {
    if other.touched() {
        reader.byte(reader.bytes().len());
    }
}

/// Cuts anew in another reading, without what only looks like a digit at the end. `false` if that changes nothing.
pub(super) fn recut(reader: &Reader<'_>, start: usize, reading: Reading, cluster: &mut Cluster) -> bool {
    let other = reader.reading(reading);
    other.cluster(start, cluster);
    touch(reader, &other);
    let written = |digit: &Digit| matches!(reader.unit(digit.start), Some(unit) if alike(unit.char).is_none());
    while cluster.digits.last().is_some_and(|digit| !written(digit)) {
        if !drop_last(cluster) {
            return false;
        }
    }
    cluster.digits.iter().any(|digit| !written(digit))
}

/// Drops the last digit of a cluster. `false` if none is left then.
pub(super) fn drop_last(cluster: &mut Cluster) -> bool {
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
