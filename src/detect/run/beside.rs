//! What stands beside a run: a row of numbers, the columns of a table in plain text, a dump of memory, a drawing. Chance puts
//! together there what looks like a number of somebody's.

use super::{Run, gap_bytes};
use crate::detect::Context;
use crate::text::Separator;
use crate::vocab::Stands;
use std::ops::Range;

/// What stands in the path of a drawing: moves, lines and curves, with their numbers.
const DRAWN: &str = "MmLlHhVvCcSsQqTtAaZz";

impl<'a> Run<'a> {
    /// Whether a fraction ends where it begins, or begins where it ends, with spaces inside: `204871.251222 1953352.63`.
    pub(in crate::detect) fn is_of_fractions(&self) -> bool {
        const LONGEST_ITEM: usize = 2;
        let point =
            |gap: usize| self.cluster.separators.get(gap) == Some(&Separator::Dot) && gap_bytes(self.cluster, gap) == 1;
        // `1.900101 1234568` is an item of a list.
        let long = |group: usize| self.cluster.groups.get(group).is_some_and(|group| group.len() > LONGEST_ITEM);
        let spaced = self.separators().contains(&Separator::Space);
        let ahead = self.groups.start.checked_sub(1).is_some_and(|gap| point(gap) && long(gap));
        spaced && (ahead || self.groups.end.checked_sub(1).is_some_and(point))
    }

    /// Whether the line before it or the next begins with two numbers as long as its own that have a space between, of which
    /// the first is no day: lines of coordinates are, lines of people are not.
    pub(in crate::detect) fn is_in_lines_of_numbers(&self) -> bool {
        const LONG: usize = 5;
        let spaced = |gap: usize| self.cluster.separators.get(gap) == Some(&Separator::Space);
        let line = |gap: usize| self.cluster.separators.get(gap) == Some(&Separator::Newline);
        // `931123 1282954\n725449.838030 1932655.53`: lines with fractions.
        let fraction = |number: usize, gap: usize| {
            let long = self.cluster.groups.get(number).is_some_and(|group| group.len() >= LONG);
            long && self.cluster.separators.get(gap) == Some(&Separator::Dot) && gap_bytes(self.cluster, gap) == 1
        };
        let other = |group: usize| {
            let both = self.cluster.groups.get(group).zip(self.cluster.groups.get(group.saturating_add(1)));
            let Some((first, second)) = both.filter(|_| spaced(group)) else { return false };
            let value = |at: usize| self.cluster.digits.get(first.start.saturating_add(at)).map(|digit| digit.value);
            let of_two = |at: usize| Some(value(at)?.saturating_mul(10).saturating_add(value(at.saturating_add(1))?));
            let day = matches!((of_two(2), of_two(4)), (Some(1..=12), Some(1..=31)));
            (first.len(), second.len()) == (6, 7) && !day
        };
        let ahead = self.groups.start.checked_sub(1).filter(|gap| line(*gap)).and_then(|gap| gap.checked_sub(1));
        let behind = self.groups.end.checked_sub(1).filter(|gap| line(*gap)).map(|_| self.groups.end);
        let ahead = ahead.is_some_and(|before| fraction(before, before) || other(before));
        let behind = behind.is_some_and(|next| fraction(next, next) || other(next));
        self.separators() == [Separator::Space] && (ahead || behind)
    }

    /// Whether the line before it or the next is set with as many groups of four, which are no number that `holds`.
    pub(in crate::detect) fn is_in_lines_of_fours(&self, holds: impl Fn(&[u8]) -> bool) -> bool {
        let count = self.groups.len();
        let line = |gap: usize| self.cluster.separators.get(gap) == Some(&Separator::Newline);
        let other = |start: usize| {
            let end = start.saturating_add(count);
            let groups = self.cluster.groups.get(start..end).unwrap_or_default();
            let gaps = self.cluster.separators.get(start..end.saturating_sub(1)).unwrap_or_default();
            let fours = !groups.is_empty() && groups.iter().all(|group| group.len() == 4);
            fours && gaps.iter().all(|gap| *gap == Separator::Space) && !holds(&self.values_of(groups))
        };
        let ahead = self.groups.start.checked_sub(1).filter(|gap| line(*gap));
        let ahead = ahead.and_then(|gap| gap.saturating_add(1).checked_sub(count));
        let behind = self.groups.end.checked_sub(1).filter(|gap| line(*gap)).map(|_| self.groups.end);
        let spaced = self.separators().iter().all(|separator| *separator == Separator::Space);
        spaced && (ahead.is_some_and(other) || behind.is_some_and(other))
    }

    /// What separates it from the number before it in its cluster.
    pub(in crate::detect) fn separator_before(&self) -> Option<Separator> {
        self.groups.start.checked_sub(1).and_then(|gap| self.cluster.separators.get(gap)).copied()
    }

    /// Whether it is of the path of a drawing in an attribute: `M10 20l598991,802888 240512-5754034z`.
    pub(in crate::detect) fn is_of_drawing(&self, context: &Context<'_>) -> bool {
        const FEWEST: usize = 12;
        let quote = ['"', '\''];
        let before = context.before.rsplit(quote).next().unwrap_or_default();
        let after = context.after.split(quote).next().unwrap_or_default();
        let mut both = before.chars().chain(after.chars());
        let drawn =
            |character: char| character.is_ascii_digit() || " ,.-\n".contains(character) || DRAWN.contains(character);
        let long = before.len().saturating_add(after.len()) >= FEWEST;
        let moves = long && both.clone().any(|character| DRAWN.contains(character));
        context.stands == Stands::Attribute && moves && both.all(drawn)
    }

    /// Whether it is set as columns of numbers are: more than one space parts its groups, and them from the next number.
    pub(in crate::detect) fn is_of_columns(&self) -> bool {
        let wide = |gap: usize| {
            self.cluster.separators.get(gap) == Some(&Separator::Space) && gap_bytes(self.cluster, gap) > 1
        };
        let last = self.groups.end.saturating_sub(1);
        let beside = self.groups.start.checked_sub(1).is_some_and(wide) || wide(last);
        beside && (self.groups.start..last).all(wide)
    }

    /// Whether a comma, a space or a tab parts it from an amount beside it: lines of values.
    pub(in crate::detect) fn is_of_values(&self) -> bool {
        const FEWEST: usize = 3;
        let parts = |gap: usize, beside: usize| {
            let separator = self.cluster.separators.get(gap);
            let amount = self.cluster.groups.get(beside).is_some_and(|group| group.len() >= FEWEST);
            matches!(separator, Some(Separator::Comma | Separator::Space)) && amount
        };
        let before = self.groups.start.checked_sub(1).is_some_and(|gap| parts(gap, gap));
        before || self.groups.end.checked_sub(1).is_some_and(|gap| parts(gap, self.groups.end))
    }

    /// Whether it is one of a row of numbers with the same separator between all, as in a table that is set with
    /// spaces: then its grouping says little.
    pub(in crate::detect) fn is_in_row(&self) -> bool {
        let outside = [self.groups.start.checked_sub(1), self.groups.end.checked_sub(1)];
        let outside = outside.into_iter().flatten().filter(|gap| !self.is_set_off(*gap));
        let mut outside = outside.filter_map(|gap| self.cluster.separators.get(gap));
        outside.any(|separator| self.separators().contains(separator))
    }

    /// Of a row with the same separator between all: its groups before the run and after it, each a range of `digits`, and
    /// how many stand before.
    pub(in crate::detect) fn row(&self) -> (&'a [Range<usize>], usize) {
        let inside = |separator: &Separator| self.separators().contains(separator);
        let before = self.cluster.separators.get(..self.groups.start).unwrap_or_default();
        let after = self.cluster.separators.get(self.groups.end.saturating_sub(1)..).unwrap_or_default();
        let before = before.iter().rev().take_while(|separator| inside(separator)).count();
        let after = after.iter().take_while(|separator| inside(separator)).count();
        let row = self.groups.start.saturating_sub(before)..self.groups.end.saturating_add(after);
        (self.cluster.groups.get(row).unwrap_or_default(), before)
    }

    /// The values of some groups of its cluster, in one.
    pub(in crate::detect) fn values_of(&self, groups: &[Range<usize>]) -> Vec<u8> {
        let digits = groups.iter().flat_map(|group| self.cluster.digits.get(group.clone()).unwrap_or_default());
        digits.map(|digit| digit.value).collect()
    }

    /// Whether it stands among other numbers with spaces between, so that nothing but chance may have put it together, as
    /// the cells of a table in plain text. A telephone may stand beside it.
    pub(in crate::detect) fn is_among_numbers(&self, context: &Context<'_>) -> bool {
        const FEW: usize = 2;
        const LONG: usize = 3;
        let (row, before) = self.row();
        let spaced = self.separators().first() == Some(&Separator::Space);
        let after = row.get(before.saturating_add(self.groups.len())..).unwrap_or_default();
        let head = row.get(..before).unwrap_or_default();
        let telephone = |group: &Range<usize>| {
            let lead = self.values_of(std::slice::from_ref(group));
            matches!(lead.as_slice(), [0, 1, _] | [0, 1, 0, ..])
        };
        let beside = after.first().is_some_and(telephone) || head.first().is_some_and(telephone);
        let long = |groups: &[Range<usize>]| groups.iter().filter(|group| group.len() >= LONG).count();
        let many = long(head).saturating_add(long(after)) >= FEW;
        spaced && !beside && (many || self.is_of_columns() || self.is_of_cut_row(context))
    }

    /// Whether other numbers of its cluster stand beside it.
    pub(in crate::detect) fn is_beside_numbers(&self) -> bool {
        self.groups.start > 0 || !self.ends_cluster()
    }

    /// Whether it is set as columns are, and at least two other numbers stand in the row.
    pub(in crate::detect) fn is_in_columns(&self) -> bool {
        const FEW: usize = 2;
        self.is_of_columns() && self.row().0.len() >= self.groups.len().saturating_add(FEW)
    }

    /// Whether it has spaces between, and the row that it stands in goes on outside the cluster, which was cut because the row is
    /// so long.
    pub(in crate::detect) fn is_of_cut_row(&self, context: &Context<'_>) -> bool {
        let spaces = [' ', '\t'];
        let digit = |character: char| character.is_ascii_digit();
        let (before, after) = (context.before, context.after);
        // More would have parted it from the row.
        let parted = |whole: &str, rest: &str| (1..=3).contains(&whole.len().saturating_sub(rest.len()));
        let (head, tail) = (before.trim_end_matches(spaces), after.trim_start_matches(spaces));
        let ahead = parted(before, head) && head.ends_with(digit);
        let behind = parted(after, tail) && tail.starts_with(digit);
        self.separators().first() == Some(&Separator::Space) && (ahead || behind)
    }

    /// Whether the words beside it, but for a space, are numbers to the base of sixteen: so dumps of memory are set.
    pub(in crate::detect) fn is_of_dump(&self, context: &Context<'_>) -> bool {
        let parted = !self.separators().iter().all(|separator| *separator == Separator::Space);
        let letter = |beside: Option<char>| matches!(beside, Some('a'..='f' | 'A'..='F'));
        let row = self.is_in_row() && (letter(self.cluster.before) || letter(self.cluster.after));
        let ahead = context.before.strip_suffix(' ').and_then(|before| before.rsplit(char::is_whitespace).next());
        let behind = context.after.strip_prefix(' ').and_then(|after| after.split(char::is_whitespace).next());
        !parted && (row || ahead.is_some_and(is_hexadecimal) || behind.is_some_and(is_hexadecimal))
    }
}

/// Whether a word has the digits and the letters of a number to the base of sixteen, all of one case.
fn is_hexadecimal(word: &str) -> bool {
    let count = |is: fn(&u8) -> bool| word.bytes().filter(is).count();
    let digits = count(u8::is_ascii_digit);
    let letters = count(|byte| matches!(byte, b'a'..=b'f')).max(count(|byte| matches!(byte, b'A'..=b'F')));
    word.len() >= 4 && digits > 0 && letters > 0 && digits.saturating_add(letters) == word.len()
}
