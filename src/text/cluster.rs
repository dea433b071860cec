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
