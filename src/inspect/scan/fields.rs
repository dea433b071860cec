//! Numbers in neighbouring fields of a table in plain text: a chain of digits with commas to the lexer.

use super::Scan;
use super::disguise::Proof;
use crate::text::lex::Reader;
use crate::text::{Charset, Cluster, Separator, Syntax};

impl Scan {
    /// In a table in plain text each field has a column of its own: asks about them one by one. Whether something probable is
    /// found, or `None` if more bytes are needed.
    pub(super) fn fields(&mut self, cluster: &Cluster, charset: Charset, last: bool) -> Option<bool> {
        let parted = self.document.syntax == Syntax::Plain && cluster.separators.contains(&Separator::Comma);
        let Some(start) = cluster.digits.first().filter(|_| parted).map(|digit| digit.start) else {
            return Some(false);
        };
        // What is around the last field must have come before the place of the first is passed.
        let end = cluster.digits.last().map_or(start, |digit| digit.start + usize::from(digit.len));
        let reader = Reader::new(self.window.text(), charset, self.document.syntax);
        reader.after(end, &mut String::new());
        if (reader.touched() || self.may_be_opened(end)) && !last {
            return None;
        }
        self.track(start);
        if !self.tracker.begins_field() {
            return Some(false);
        }
        let there = (self.tracker.clone(), self.tracked, self.line);
        let mut found = Some(false);
        // A line ends a field, too.
        let fields = cluster.parted(Separator::Comma);
        for mut field in fields.iter().flat_map(|field| field.parted(Separator::Newline)) {
            let asked = self.ask(&mut field, Proof::None, charset, last);
            found = found.zip(asked).map(|(found, asked)| found || asked);
            if found.is_none() {
                break;
            }
        }
        if found != Some(true) {
            // What is asked next stands where the first field does, whichever of the others were looked at.
            (self.tracker, self.tracked, self.line) = there;
        }
        found
    }
}
