//! Text that an editor sends cut up by its style: `[{"insert":"900101-"},{"insert":"1234568","attributes":{"bold":true}}]` as
//! Quill has it, and likewise ProseMirror, Slate, Lexical. People read it as one.

use super::halves;
use crate::inspect::Lens;
use crate::vocab::{Finding, Part};
use std::sync::Arc;

/// What such pieces are called.
const NAMES: [&[u8]; 3] = [b"text", b"insert", b"content"];
/// So much on either side of an edge is read.
const NEAR: usize = 48;

/// The end of the text so far.
#[derive(Debug, Default)]
pub(super) struct Runs {
    tail: Vec<u8>,
}

impl Runs {
    /// Whether such pieces have this name.
    pub(super) fn are_called(name: &[u8]) -> bool {
        NAMES.contains(&name)
    }

    /// The next piece: appends what stands over the edge to the one before it.
    pub(super) fn take(&mut self, text: &[u8], place: (&Part, u64), lens: &Arc<Lens>, found: &mut Vec<Finding>) {
        if text.is_empty() {
            return;
        }
        let head = text.get(..NEAR).unwrap_or(text);
        if may_join(&self.tail, head) {
            let (edge, known) = (self.tail.len(), found.len());
            let both = [&self.tail, head].concat();
            halves::meant_over(&both, Some(edge), String::new(), place, lens, found);
            if found.len() > known {
                self.tail.clear();
            }
        }
        self.tail.extend_from_slice(text);
        self.tail.drain(..self.tail.len().saturating_sub(NEAR));
    }
}

/// Whether something may stand over an edge that has digits on both sides: no letter parts them there.
fn may_join(tail: &[u8], head: &[u8]) -> bool {
    let digit = |text: &[u8]| text.iter().any(u8::is_ascii_digit);
    let parts = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_alphabetic() || *byte == b'\n');
    digit(tail) && digit(head) && !parts(tail.last()) && !parts(head.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Day;

    fn found(pieces: &[&str]) -> usize {
        let today = Day { year: 2026, month: 11, day: 22 };
        let lens = Arc::new(Lens { today, hosts: Arc::new([]), seal: None, beyond: Default::default() });
        let (mut runs, mut found) = (Runs::default(), Vec::new());
        for text in pieces {
            runs.take(text.as_bytes(), (&Part::Body, 0), &lens, &mut found);
        }
        found.len()
    }

    #[test]
    fn pieces_are_read_as_one() {
        assert_eq!(found(&["번호 900101-", "1234568"]), 1);
        let each: Vec<String> = "900101-1234568".chars().map(String::from).collect();
        let each: Vec<&str> = each.iter().map(String::as_str).collect();
        assert_eq!(found(&each), 1);
        for other in
            [&["900101-1234568", "12"], &["900101-", "가 1234568"], &["900101 a", "1234568"], &["900101-\n", "1234568"]]
        {
            assert_eq!(found(other), 0, "{other:?}");
        }
    }
}
