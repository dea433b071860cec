//! The account of a body that was read.

use crate::inspect::Account;
use std::time::Duration;

/// Why what comes after the verdict is not inspected.
const REFUSED: &str = "refused";

/// How much of a body was read, as it came and as content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// Bytes as they came, coded or not, without the framing.
    pub raw: u64,
    /// Bytes of content (after its coding is undone), inspected or not; coded bytes that cannot be decoded count as
    /// they came. It is the sum of [`Read::account`].
    pub content: u64,
    /// How many of them were inspected, and how many were not and why.
    pub account: Account,
    /// Time spent in decoding and inspecting it.
    pub spent: Duration,
    /// It is one that came before, and was not read again.
    pub recalled: bool,
}

impl Read {
    /// For a body that was not inspected, and why.
    pub(super) fn passed_over(raw: u64, why: &'static str) -> Read {
        let mut account = Account::default();
        if raw > 0 {
            account.passed_over.insert(why, raw);
        }
        Read { raw, content: raw, account, spent: Duration::ZERO, recalled: false }
    }

    /// Adds another part of the same body, of which the first bytes were not the body's own.
    pub(super) fn and(mut self, part: &Read, added: u64) -> Read {
        self.raw = self.raw.saturating_add(part.raw.saturating_sub(added));
        self.content = self.content.saturating_add(part.content.saturating_sub(added));
        self.spent = self.spent.saturating_add(part.spent);
        let mut added = added;
        let mut own = |bytes: u64| {
            let own = bytes.saturating_sub(added);
            added = added.saturating_sub(bytes);
            own
        };
        self.account.inspected = self.account.inspected.saturating_add(own(part.account.inspected));
        for (why, bytes) in &part.account.passed_over {
            let passed = self.account.passed_over.entry(why).or_default();
            *passed = passed.saturating_add(own(*bytes));
        }
        self
    }

    /// Adds the rest of a refused body: so many bytes that still come, or were announced, and that nobody reads.
    pub fn refuse_rest(&mut self, bytes: u64) {
        if bytes > 0 {
            self.raw = self.raw.saturating_add(bytes);
            self.content = self.content.saturating_add(bytes);
            let refused = self.account.passed_over.entry(REFUSED).or_default();
            *refused = refused.saturating_add(bytes);
        }
    }
}
