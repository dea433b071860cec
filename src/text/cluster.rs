//! Digit clusters: what every numeric detector looks at, and nothing else.

/// One digit and the bytes it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digit {
    /// 0 to 9.
    pub value: u8,
    /// Offset of its first byte in the window that the cluster was cut from.
    pub start: usize,
    /// Number of its bytes: 1 for `8`, 3 for `%38` and for a full-width digit in UTF-8, 5 for `&#56;`. 0 for the second
    /// digit of a character that has two, as `⑩`: the first has them all.
    pub len: u8,
}

/// What stands between two groups of digits, once markup, zero-width characters and spaces around it are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Separator {
    /// A hyphen, or any of the dashes, tildes and middle dots that people write for one.
    Dash,
    /// A hyphen at the end of a line, and the line break behind it: one number that was broken there, or two.
    Hyphenated,
    /// `.`
    Dot,
    /// Spaces and tabs only.
    Space,
    /// `/`
    Slash,
    /// `,` or `;`
    Comma,
    /// `:`
    Colon,
    /// `)` or `(`, as in `010)1234-5678`.
    Bracket,
    /// A line break (also `<br>`), alone or with other separators.
    Newline,
    /// Any other punctuation (`_`, `|`, `+`, `#`, `=`…).
    #[default]
    Other,
}

/// A maximal run of digits in which neighbours are apart by at most three separator characters, markup not counted.
/// Digits written apart one by one (`9 0 0 1 0 1 - 1 …`) are joined into the groups they form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    /// Its digits, first to last.
    pub digits: Vec<Digit>,
    /// Its groups as ranges of `digits`, in order, without gaps: `6-7` is `[0..6, 6..13]`.
    pub groups: Vec<std::ops::Range<usize>>,
    /// What stands after each group but the last: `separators.len() + 1 == groups.len()`.
    pub separators: Vec<Separator>,
    /// The logical character directly before the first digit, markup and zero-width characters skipped; `None` at the
    /// start of the text or of a block.
    pub before: Option<char>,
    /// The logical character directly after the last digit, likewise.
    pub after: Option<char>,
}

impl Cluster {
    /// The clusters that it falls into where such a separator stands.
    pub fn parted(&self, at: Separator) -> Vec<Cluster> {
        let mut parts = Vec::new();
        let mut from = 0;
        let ends = self.separators.iter().enumerate().filter(|(_, separator)| **separator == at);
        for end in ends.map(|(gap, _)| gap + 1).chain([self.groups.len()]) {
            parts.extend(self.part(from..end));
            from = end;
        }
        parts
    }

    /// Some of its groups as a cluster.
    fn part(&self, groups: std::ops::Range<usize>) -> Option<Cluster> {
        let of_groups = self.groups.get(groups.clone())?;
        let (first, end) = (of_groups.first()?.start, of_groups.last()?.end);
        Some(Cluster {
            digits: self.digits.get(first..end)?.to_vec(),
            groups: of_groups.iter().map(|group| group.start - first..group.end - first).collect(),
            separators: self.separators.get(groups.start..groups.end.saturating_sub(1))?.to_vec(),
            before: self.before.filter(|_| groups.start == 0),
            after: self.after.filter(|_| groups.end == self.groups.len()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parted_at_commas() {
        let digits = (0..9).map(|at| Digit { value: 1, start: at, len: 1 }).collect();
        let separators = vec![Separator::Dash, Separator::Comma, Separator::Comma];
        let cluster =
            Cluster { digits, groups: vec![0..2, 2..3, 3..7, 7..9], separators, before: Some('a'), after: Some('b') };
        let parts = cluster.parted(Separator::Comma);
        let lengths = |part: &Cluster| part.groups.iter().map(ExactSizeIterator::len).collect::<Vec<_>>();
        let shapes: Vec<_> = parts.iter().map(|part| (lengths(part), part.separators.len())).collect();
        assert_eq!(shapes, [(vec![2, 1], 1), (vec![4], 0), (vec![2], 0)]);
        assert!(parts.iter().all(|part| part.groups.first().is_some_and(|first| first.start == 0)));
        assert_eq!(parts.iter().map(|part| part.digits[0].start).collect::<Vec<_>>(), [0, 3, 7]);
        assert_eq!((parts[0].before, parts[0].after, parts[2].after), (Some('a'), None, Some('b')));
    }
}
