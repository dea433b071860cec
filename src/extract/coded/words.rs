//! Long words within the lines of a text, which may be a file: in a field of CSV, a value of a dump, a string of a script, an
//! element. Lines are looked at every few bytes only, for nearly all words of people are shorter than that.

use super::{DATA, LINE};

/// The words of a line that are long enough to be a file, each with what of it may be code, and whether it ends the line.
pub(super) struct Words<'a> {
    line: &'a [u8],
    at: usize,
}

/// A long word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Where it begins.
    pub(super) start: usize,
    /// It, without what marks hexadecimal digits.
    pub(super) code: &'a [u8],
    /// Nothing stands behind it.
    pub(super) last: bool,
}

/// Whether a byte may stand in code, but for `=`, which ends it: in `key=value` it parts words.
fn may_stand(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'%' | b'\\')
}

/// The long words of a line, or of any part of a text.
pub(super) fn words(line: &[u8]) -> Words<'_> {
    Words { line, at: 0 }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        loop {
            // A word that is long enough and begins at `at` or later covers this byte, or begins behind it.
            let probe = self.at.checked_add(LINE - 1)?;
            if !may_stand(*self.line.get(probe)?) {
                self.at = probe.checked_add(1)?;
                continue;
            }
            let before = self.line.get(self.at..probe)?.iter().rposition(|byte| !may_stand(*byte));
            let start = before.map_or(self.at, |before| self.at.saturating_add(before).saturating_add(1));
            let behind = self.line.get(probe..)?;
            let end = behind
                .iter()
                .position(|byte| !may_stand(*byte))
                .map_or(self.line.len(), |end| probe.saturating_add(end));
            let padding = self.line.get(end..)?.iter().take(2).take_while(|byte| **byte == b'=').count();
            self.at = end.checked_add(1)?;
            let word = self.line.get(start..end)?;
            // A `data:` address is told by its head.
            if word.len() >= LINE && !self.line.get(..start)?.ends_with(DATA) {
                let last = end.saturating_add(padding) == self.line.len();
                return Some(Word { start, code: without_mark(word), last });
            }
        }
    }
}

/// `0x…` as in MySQL and SQL Server, `\\x…` as in PostgreSQL.
fn without_mark(word: &[u8]) -> &[u8] {
    let bare = word.trim_ascii_start();
    let slashes = bare.iter().take_while(|byte| **byte == b'\\').count();
    let bare = bare.get(slashes..).unwrap_or_default();
    let digits = [&b"0x"[..], b"0X", b"x"].iter().find_map(|mark| bare.strip_prefix(*mark));
    digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        words(line.as_bytes()).map(|word| String::from_utf8_lossy(word.code).into_owned()).collect()
    }

    #[test]
    fn long_words_are_found_wherever_they_stand_and_no_others() {
        let word = "UEsDBBQAAAAIAAAAIQBhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg";
        for line in [
            word.to_owned(),
            format!("{word}=="),
            format!("a,b,\"{word}\",c"),
            format!("<bin>{word}</bin>"),
            format!("file={word}&x=1"),
            format!("이름: 홍길동 {word}"),
            format!("{}{word}", "short words of people ".repeat(9)),
        ] {
            assert_eq!(found(&line), [word], "{line}");
        }
        assert_eq!(found(&format!("{word} {word}, and {word}")), [word; 3]);
        assert_eq!(found("nothing here is longer than the words of people are, in whatever language"), [""; 0]);
        assert_eq!(found(&format!("data:x/y;base64,{word}")), [""; 0]);
        let hex = "504b0304".repeat(8);
        for line in [format!("(1,0x{hex})"), format!("1\t\\\\x{hex}"), format!("X'{hex}'")] {
            assert_eq!(found(&line), [hex.as_str()], "{line}");
        }
        let ends: Vec<bool> = words(format!("<a>{word} {word}==").as_bytes()).map(|word| word.last).collect();
        assert_eq!(ends, [false, true]);
    }
}
