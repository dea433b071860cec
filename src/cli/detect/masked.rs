//! The text with what was found masked, written while it is read.

use super::Trouble;
use crate::vocab::{Finding, What};
use std::io::{self, Write};

/// Bytes that may yet change, from an offset on.
#[derive(Debug, Default)]
pub(super) struct Masked {
    held: Vec<u8>,
    start: u64,
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
            self.give(out, finding.span.start)?;
            out.write_all(&finding.mask).map_err(Trouble::Output)?;
            self.forget(finding.span.end);
        }
        self.give(out, settled)?;
        out.flush().map_err(Trouble::Output)
    }

    /// Writes what stands before an offset as it is.
    fn give(&mut self, out: &mut impl Write, to: u64) -> Result<(), Trouble> {
        let count = self.count(to);
        out.write_all(self.held.get(..count).unwrap_or_default()).map_err(Trouble::Output)?;
        self.drop_front(count);
        Ok(())
    }

    fn forget(&mut self, to: u64) {
        self.drop_front(self.count(to));
    }

    fn count(&self, to: u64) -> usize {
        usize::try_from(to.saturating_sub(self.start)).unwrap_or(usize::MAX).min(self.held.len())
    }

    fn drop_front(&mut self, count: usize) {
        self.held.drain(..count);
        self.start += count as u64;
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
