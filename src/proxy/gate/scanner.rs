//! Where a head ends, found while its bytes arrive.

use super::fault::HeadFault;

/// What is known after some bytes of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The head has not ended.
    More,
    /// The head ends before this offset.
    Whole(usize),
    /// Whatever follows, the head is refused.
    Fault(HeadFault),
}

/// Remembers what of a head has been looked at. What it says depends on the bytes only, not on how they were cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scanner {
    /// Where the line begins that has not ended.
    line: usize,
    /// How many bytes have been looked at.
    seen: usize,
}

impl Scanner {
    /// Looks at a head from its first byte on; `bytes` only grows from call to call. `most` is `limits.header_bytes`: a
    /// head that has not ended by then is refused.
    pub fn look(&mut self, bytes: &[u8], most: usize) -> Progress {
        let within = bytes.get(..most).unwrap_or(bytes);
        while let Some(at) = within.get(self.seen..).and_then(|new| memchr::memchr(b'\n', new)) {
            let feed = self.seen + at;
            match within.get(self.line..feed).unwrap_or_default() {
                // Not looked at twice: the verdict stands.
                [.., b'\r'] if feed > self.line + 1 => {}
                [b'\r'] if self.line == 0 => return Progress::Fault(HeadFault::LeadingBlankLine),
                [b'\r'] => return Progress::Whole(feed + 1),
                _ => return Progress::Fault(HeadFault::BareLineFeed),
            }
            self.line = feed + 1;
            self.seen = feed + 1;
        }
        self.seen = within.len();
        if bytes.len() >= most { Progress::Fault(HeadFault::TooLong) } else { Progress::More }
    }
}
