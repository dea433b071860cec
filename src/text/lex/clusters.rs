//! Cutting clusters: what may stand between two digits, and where a run of digits ends.

use super::disguise::Step;
use super::{Piece, Reader, separator};
use crate::text::{Cluster, Digit, Separator, Syntax};

/// Separator characters between two neighbours, at most.
pub const MAX_SEPARATORS: usize = 3;
/// Bytes between two neighbours, at most, markup and all.
pub const MAX_GAP: usize = 512;
/// Digits of one cluster, at most.
pub const MAX_DIGITS: usize = 64;
/// Bytes of one cluster, at most (and the gap after it).
pub const MAX_RAW: usize = 4096;
/// A tag or comment with so many digits near each other hides a number of its own: a cluster does not run across it.
const HIDDEN_DIGITS: usize = 10;

/// What stands between a digit and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The next digit belongs to the same cluster.
    Next {
        /// Where it begins.
        at: usize,
        /// What separates the two; `None` if they stand together.
        separator: Option<Separator>,
        /// Whether that is one space and nothing else.
        single_space: bool,
    },
    /// The cluster ends.
    End {
        /// The first character after it; `None` at the end of a block.
        after: Option<char>,
    },
}

/// How a cluster ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// By itself; its last digit ends there.
    Whole(usize),
    /// By its size.
    Long {
        /// Where the next digit of the same run begins.
        next: usize,
        /// What separates it from the last; `None` if they belong to one group.
        separator: Option<Separator>,
    },
}

impl Reader<'_> {
    /// What follows the digit that ends at `at`.
    pub fn gap(&self, at: usize) -> Gap {
        if self.bytes().get(at..).is_some_and(|rest| rest.starts_with(b"&amp;")) {
            // As in most links of a page.
            return Gap::End { after: Some('&') };
        }
        let mut walk = Walk::default();
        let (mut here, mut tagged) = (at, false);
        while here <= at + MAX_GAP && !self.ends_block(here) {
            let Some((step, len)) = self.step(here) else { break };
            let piece = match step {
                Step::Digit(_) => return walk.next(here),
                Step::Piece(piece) => piece,
            };
            match piece {
                Piece::Char(char) => {
                    // Between two elements of a line a line break is a space.
                    let char = if tagged && matches!(char, '\n' | '\r') { ' ' } else { char };
                    walk.first.get_or_insert(char);
                    let Some(separator) = separator(char) else { break };
                    walk.add(separator, char == ' ' || char == '\u{A0}', self.folds_spaces());
                }
                Piece::Nothing if len > 16 && hides_number(self.bytes().get(here..here + len).unwrap_or_default()) => {
                    break;
                }
                Piece::Nothing => tagged |= self.folds_spaces() && self.byte(here) == Some(b'<'),
                Piece::Break => {
                    walk.first.get_or_insert('\n');
                    walk.add(Separator::Newline, false, false);
                }
                Piece::Block => break,
            }
            if walk.characters > MAX_SEPARATORS {
                break;
            }
            here += len;
        }
        Gap::End { after: walk.first }
    }

    fn folds_spaces(&self) -> bool {
        matches!(self.syntax(), Syntax::Html | Syntax::Xml)
    }

    /// Cuts the cluster whose first digit begins at `start` into `cluster`. `before` of it is left alone.
    pub fn cluster(&self, start: usize, cluster: &mut Cluster) -> Cut {
        cluster.digits.clear();
        cluster.groups.clear();
        cluster.separators.clear();
        cluster.after = None;
        let mut spaces = 0u64;
        let mut at = start;
        let mut group = 0;
        let mut cut = loop {
            let Some((value, len)) = self.digit(at) else { break Cut::Whole(at) };
            let index = cluster.digits.len();
            if index >= MAX_DIGITS || at - start > MAX_RAW {
                break Cut::Long { next: at, separator: None };
            }
            let short = u8::try_from(len).unwrap_or(u8::MAX);
            let (value, second) = if value < 10 { (value, None) } else { (value / 10, Some(value % 10)) };
            cluster.digits.push(Digit { value, start: at, len: short });
            // The second digit of one character has no bytes of its own.
            let second = second.map(|value| Digit { value, start: at + usize::from(short), len: 0 });
            cluster.digits.extend(second);
            let index = index + usize::from(second.is_some());
            // Most digits stand together.
            if self.bytes().get(at + len).is_some_and(u8::is_ascii_digit) {
                at += len;
                continue;
            }
            match self.quick_gap(at + len) {
                Gap::Next { at: next, separator, single_space } => {
                    if let Some(separator) = separator {
                        cluster.groups.push(group..index + 1);
                        spaces |= u64::from(single_space) << (cluster.separators.len() % 64);
                        cluster.separators.push(separator);
                        group = index + 1;
                    }
                    at = next;
                }
                Gap::End { after } => {
                    cluster.after = after;
                    break Cut::Whole(at + len);
                }
            }
        };
        // A cluster that was cut directly after a separator ends with the group before it.
        if group < cluster.digits.len() {
            cluster.groups.push(group..cluster.digits.len());
        } else if let Some(popped) = cluster.separators.pop() {
            let single = cluster.groups.last().is_some_and(|group| group.len() == 1);
            let spaced = spaces >> (cluster.separators.len() % 64) & 1 == 1;
            if let Cut::Long { next, separator } = &mut cut
                && !(single && spaced && self.is_single(*next))
            {
                *separator = Some(popped);
            }
        }
        if spaces != 0 {
            join_singles(cluster, spaces);
        }
        cut
    }

    /// As [`Reader::gap`]; quicker where one ASCII separator stands between ASCII digits.
    fn quick_gap(&self, at: usize) -> Gap {
        match self.bytes().get(at..) {
            Some([byte @ (b'-' | b' ' | b'.' | b':' | b'/' | b','), b'0'..=b'9', ..]) => {
                Gap::Next { at: at + 1, separator: separator(char::from(*byte)), single_space: *byte == b' ' }
            }
            _ => self.gap(at),
        }
    }

    /// Whether the digit there is a group of its own.
    fn is_single(&self, at: usize) -> bool {
        let Some((_, len)) = self.digit(at) else { return false };
        !matches!(self.gap(at + len), Gap::Next { separator: None, .. })
    }
}

#[derive(Default)]
struct Walk {
    first: Option<char>,
    characters: usize,
    newline: bool,
    /// A dash stood before the line break.
    hyphen: bool,
    mark: Option<Separator>,
    only_space: bool,
    white: bool,
}

impl Walk {
    fn add(&mut self, separator: Separator, space: bool, folds: bool) {
        let white = matches!(separator, Separator::Space | Separator::Newline);
        if !(folds && white && self.white) {
            self.characters += 1;
        }
        self.white = white;
        if separator == Separator::Newline && !self.newline {
            self.newline = true;
            self.hyphen = self.mark == Some(Separator::Dash);
        }
        self.only_space = space && self.characters == 1;
        if !white {
            self.mark.get_or_insert(separator);
        }
    }

    fn next(&self, at: usize) -> Gap {
        let separator = match self.characters {
            0 => None,
            _ if self.hyphen => Some(Separator::Hyphenated),
            _ if self.newline => Some(Separator::Newline),
            _ => Some(self.mark.unwrap_or(Separator::Space)),
        };
        Gap::Next { at, separator, single_space: self.only_space && !self.newline && self.mark.is_none() }
    }
}

/// Joins digits that were written apart one by one: each run of one-digit groups with single spaces between them
/// becomes one group. Bit N of `spaces` says that separator N is a single space; there are at most [`MAX_DIGITS`].
fn join_singles(cluster: &mut Cluster, spaces: u64) {
    if !cluster.groups.windows(2).any(|pair| matches!(pair, [a, b] if a.len() == 1 && b.len() == 1)) {
        return;
    }
    let groups = std::mem::take(&mut cluster.groups);
    let separators = std::mem::take(&mut cluster.separators);
    let mut joins = false;
    for (number, group) in groups.iter().enumerate() {
        let single = group.len() == 1;
        match cluster.groups.last_mut().filter(|_| joins && single) {
            Some(last) => last.end = group.end,
            None => cluster.groups.push(group.clone()),
        }
        joins = single && spaces >> (number % 64) & 1 == 1;
        let next_is_single = groups.get(number + 1).is_some_and(|next| next.len() == 1);
        if !(joins && next_is_single) {
            cluster.separators.extend(separators.get(number));
        }
    }
}

/// Whether markup holds digits enough for a number, few other bytes between them.
pub fn hides_number(markup: &[u8]) -> bool {
    let mut digits = 0;
    let mut others = 0;
    for byte in markup {
        if byte.is_ascii_digit() {
            digits += 1;
            others = 0;
            if digits >= HIDDEN_DIGITS {
                return true;
            }
        } else {
            others += 1;
            if byte.is_ascii_alphabetic() && others > 1 || others > MAX_SEPARATORS {
                digits = 0;
            }
        }
    }
    false
}
