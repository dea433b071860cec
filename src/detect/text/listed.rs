//! Names that stand one a line, or with commas between, after a word that makes a list of people a sensitive one: no label
//! says that they are names, so a list of them must look like one.

use super::names;
use super::parse::{at, is_blank, is_hangul, run};
use super::{Around, BLOCK, TextMatch, sensitive};
use crate::vocab::{Confidence, Kind};
use std::ops::Range;

/// Lines that are looked at.
const LINES: usize = 60;
/// Lines without a name before the first one, and between two: the cells of a row.
const BETWEEN: usize = 4;
/// Digits beside a name that are a date of birth, a telephone number or a class.
const DIGITS: usize = 1;
/// Words of a title by which a list of mere names is one.
const TITLES: &[&str] = &["명단", "명부", "대상", "현황", "목록", "결과", "학생", "아동", "선정"];

/// A line, or a cell.
struct Line {
    names: Vec<Range<usize>>,
    /// Whether something beside the name tells that it is a person's.
    sure: bool,
}

/// The names of the list that begins after the term.
pub(super) fn after_term(around: &Around<'_>, found: &mut Vec<TextMatch>) {
    let chars = around.chars;
    let titled = is_titled(chars, around.at);
    let (mut names, mut sure, mut others) = (Vec::new(), titled, 0);
    for range in lines(chars, around.end) {
        let line = line(chars, range);
        if line.names.is_empty() || !(line.sure || titled) {
            others += 1;
            if others > BETWEEN {
                break;
            }
            continue;
        }
        (others, sure) = (0, sure || line.sure);
        names.extend(line.names);
    }
    let mut distinct: Vec<&[char]> = names.iter().filter_map(|name: &Range<usize>| chars.get(name.clone())).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if sure && distinct.len() >= sensitive::PEOPLE {
        found.extend(names.into_iter().map(|name| TextMatch::new(Kind::PersonName, Confidence::Probable, chars, name)));
    }
}

fn ends_line(character: char) -> bool {
    matches!(character, '\n' | BLOCK)
}

/// Whether the line of the term says that a list follows.
fn is_titled(chars: &[char], term: usize) -> bool {
    let head = chars.get(..term).unwrap_or_default();
    let start = head.iter().rposition(|character| ends_line(*character)).map_or(0, |end| end.saturating_add(1));
    let end = run(chars, term, 60, |character| !ends_line(character));
    let title: String = chars.get(start..end).unwrap_or_default().iter().collect();
    TITLES.iter().any(|word| title.contains(word))
}

/// What is left of the term's line after a colon, and the lines after it, those that hold nothing left out.
fn lines(chars: &[char], from: usize) -> impl Iterator<Item = Range<usize>> {
    let first = run(chars, from, usize::MAX, |character| !ends_line(character));
    let title = chars.get(from..first).unwrap_or_default();
    let colon = title.iter().position(|character| matches!(character, ':' | '：' | ')' | '→'));
    let start = colon.map_or(first, |colon| from.saturating_add(colon));
    let mut here = start;
    let all = std::iter::from_fn(move || {
        at(chars, here)?;
        let end = run(chars, here, usize::MAX, |character| !ends_line(character));
        let line = here..end;
        here = end.saturating_add(1);
        Some(line)
    });
    all.filter(|line| chars.get(line.clone()).is_some_and(|line| !line.iter().all(|char| is_blank(*char)))).take(LINES)
}

/// The names with which a line begins, after its number or bullet.
fn line(chars: &[char], range: Range<usize>) -> Line {
    let bullet = |character: char| !is_hangul(character) && !character.is_ascii_alphabetic() && !ends_line(character);
    let mut here = run(chars, range.start, 12, bullet);
    let mut line = Line { names: Vec::new(), sure: false };
    while let Some(name) = names::whole(chars, here).filter(|name| name.end <= range.end) {
        let end = beside(chars, name.end);
        line.names.push(name);
        let next = run(chars, end, 3, |character| matches!(character, ',' | '·' | '/' | '、' | 'ㆍ' | ' '));
        here = next;
        if next == end || chars.get(end..next).is_some_and(|gap| gap.iter().all(|character| *character == ' ')) {
            break;
        }
    }
    let Some(last) = line.names.last() else { return line };
    let rest = chars.get(last.end..range.end).unwrap_or_default();
    let digits = rest.iter().filter(|character| character.is_ascii_digit()).count();
    line.sure = digits >= DIGITS;
    let bare = rest.iter().all(|character| !character.is_alphanumeric());
    // `유공자 지원 안내` is no line of a list.
    if !line.sure && !bare {
        line.names.clear();
    }
    line
}

/// Past what stands in brackets directly beside a name: `홍길동(3-1)`.
fn beside(chars: &[char], end: usize) -> usize {
    if at(chars, end) != Some('(') {
        return end;
    }
    let close = run(chars, end, 24, |character| character != ')' && !ends_line(character));
    if at(chars, close) == Some(')') { close.saturating_add(1) } else { end }
}
