//! Markup that is written as nearly all is, passed at once.

use super::Html;
use crate::text::place::names::TEXTS;
use crate::text::place::{table, tame};

impl Html {
    /// Passes what is written as nearly all is, if there is any.
    pub(super) fn pass_tame(&mut self, rest: &mut &[u8]) -> bool {
        let passed = tame::pass(rest, TEXTS, |_| {});
        self.pass(rest, passed);
        passed > 0
    }

    /// Passes what is written as nearly all is and says nothing of the columns that are open at its end: all but the table
    /// that begins last. Where that is to be read tag by tag, `to_read` tells how many bytes are left behind it.
    pub(super) fn pass_but_tables(&mut self, rest: &mut &[u8], to_read: &mut usize) -> bool {
        let (mut last, mut parts) = (None, false);
        let bytes = *rest;
        let end = tame::pass(bytes, TEXTS, |at| match table::in_table(bytes.get(at..).unwrap_or_default()) {
            Some(table::InTable::Table) => (last, parts) = (Some(at), false),
            Some(table::InTable::Part) => parts = true,
            None => {}
        });
        let last = last.filter(|at| *at < end);
        let passed = match last {
            // Whether it begins or ends there, nothing of it is open behind it.
            Some(_) if !parts => {
                self.table = table::Table::default();
                end
            }
            None if !parts && !self.table.listens() => end,
            last => last.unwrap_or(0),
        };
        self.pass(rest, passed);
        *to_read = if passed == end { usize::MAX } else { rest.len().saturating_sub(end - passed) };
        passed > 0
    }

    /// Passes so many bytes of text and tame tags.
    fn pass(&mut self, rest: &mut &[u8], count: usize) {
        let (passed, after) = rest.split_at_checked(count).unwrap_or((rest, b""));
        if memchr::memchr(b'<', passed).is_some() {
            self.tag.clear();
            self.seen = 0;
        }
        *rest = after;
    }
}
