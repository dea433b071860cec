//! The text with what was found masked, written while it is read.

use super::Trouble;
use crate::vocab::{Finding, What};
use std::io::{self, Write};

/// Bytes that may yet change, from an offset on.
#[derive(Debug, Default)]
pub(super) struct Masked {
    held: Vec<u8>,
    start: u64,
    /// How many of them are written, or have made place for a mask.
    done: usize,
    /// What is to be written next.
    out: Vec<u8>,
}

impl Masked {
    /// Takes the next bytes and writes what is settled, with the masks of the findings in it.
    pub fn write(&mut self, bytes: &[u8], settled: u64, found: &[Finding], name: &str) -> Result<(), Trouble> {
        self.write_to(&mut io::stdout().lock(), bytes, settled, found, name)
    }

    fn write_to(
        &mut self,
        out: &mut impl Write,
        bytes: &[u8],
        settled: u64,
        found: &[Finding],
        name: &str,
    ) -> Result<(), Trouble> {
        self.held.extend_from_slice(bytes);
        for finding in found {
            if let What::Uninspectable(_) = finding.what {
                // What nobody has read must not look as if it had been.
                return Err(Trouble::Unmaskable { name: name.to_owned(), reason: finding.what.name() });
            }
            if finding.mask.is_empty() {
                continue;
            }
            self.give(finding.span.start);
            self.out.extend_from_slice(&finding.mask);
            self.done = self.place(finding.span.end);
        }
        self.give(settled);
        self.held.drain(..self.done);
        self.start += self.done as u64;
        self.done = 0;
        let written = out.write_all(&self.out).and_then(|()| out.flush());
        self.out.clear();
        written.map_err(Trouble::Output)
    }

    /// What stands before an offset is written as it is.
    fn give(&mut self, to: u64) {
        let to = self.place(to);
        self.out.extend_from_slice(self.held.get(self.done..to).unwrap_or_default());
        self.done = to;
    }

    /// Where in what is held an offset lies, not before what is done.
    fn place(&self, offset: u64) -> usize {
        let place = usize::try_from(offset.saturating_sub(self.start)).unwrap_or(usize::MAX);
        place.clamp(self.done, self.held.len().max(self.done))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Confidence, Kind, Part, Place, Reason, Span};

    fn finding(start: u64, mask: &[u8]) -> Finding {
        let span = Span { start, end: start + mask.len() as u64 };
        let blank = Finding::uninspectable(Reason::Binary, span, Place::whole(Part::Body));
        Finding { what: What::Kind(Kind::MobileNumber), confidence: Confidence::Certain, mask: mask.into(), ..blank }
    }

    #[test]
    fn masks_stand_where_they_belong_however_the_text_came() {
        let text = b"call 1234 or 5678 now";
        let found = [finding(5, b"1**4"), finding(13, b"5**8")];
        for cut in 0..=text.len() {
            let (mut masked, mut out) = (Masked::default(), Vec::new());
            let settled = if cut >= 10 { 10 } else { 0 };
            let (early, late) = found.split_at(usize::from(settled > 0));
            masked.write_to(&mut out, &text[..cut], settled, early, "-").unwrap();
            assert_eq!(out.len() as u64, settled);
            masked.write_to(&mut out, &text[cut..], u64::MAX, late, "-").unwrap();
            assert_eq!(out, b"call 1**4 or 5**8 now", "cut at {cut}");
        }
    }

    #[test]
    fn what_was_not_inspected_is_not_written() {
        let (mut masked, mut out) = (Masked::default(), Vec::new());
        let found = [Finding::uninspectable(Reason::Binary, Span { start: 0, end: 0 }, Place::whole(Part::Body))];
        assert!(masked.write_to(&mut out, b"%PDF-", u64::MAX, &found, "-").is_err());
        assert!(out.is_empty());
    }
}
