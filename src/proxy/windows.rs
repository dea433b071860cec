//! Totals over time: how many different values, or how many bytes with any, one address, session, account or role was shown unmasked.
//! A tool that looks at single answers only misses who takes them one by one.

use super::exchange::Exchange;
use crate::config::{Per, Window};
use crate::hold::hash;
use crate::policy::{Action, Tally};
use crate::store::{Added, Store, StoreError};
use crate::vocab::What;
use aws_lc_rs::digest::{SHA256, digest};
use std::sync::Arc;
use std::time::Duration;

/// Times are told apart by so much of a window.
const SLOTS: u32 = 60;
/// The shortest time that is told apart, in milliseconds.
const SHORTEST: i64 = 1_000;

/// Where the totals are.
#[derive(Clone)]
pub struct Totals(pub Store);

impl std::fmt::Debug for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totals")
    }
}

/// What one exchange adds to a window.
#[derive(Debug)]
pub(super) struct Counted {
    window: Arc<Window>,
    key: String,
    values: Vec<u64>,
    bytes: u64,
}

/// What a window says about an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is within its limits.
    Within,
    /// It is beyond them, and that is recorded.
    Logged,
    /// It is beyond them, and refused.
    Refused,
}

impl Exchange {
    /// The windows that an answer counts in, each with whose.
    pub(super) fn windows(&self) -> Vec<(Arc<Window>, String)> {
        let minute = self.record.minute_in_korea();
        let site = &self.asked.front.site;
        let counting = site.windows.iter().filter(|window| {
            !window.except.iter().any(|network| network.contains(self.asked.client)) && is_in(window.hours, minute)
        });
        let keys = |window: &Arc<Window>| -> Vec<(Arc<Window>, String)> {
            let keys = self.keys(window.per);
            keys.into_iter().map(|key| (Arc::clone(window), key)).collect()
        };
        counting.flat_map(keys).collect()
    }

    /// Whose total an answer counts in. Who has no account or no session is told from others by the address alone: a cookie
    /// can be made up anew with each request.
    fn keys(&self, per: Per) -> Vec<String> {
        let name = &self.asked.front.site.name;
        let address = || vec![format!("{name} address {}", self.asked.client)];
        match per {
            Per::Address => address(),
            Per::Role => vec![format!("{name} role {:x}", self.asked.roles.number())],
            Per::Session => match &self.waits_for.session {
                Some(session) => vec![format!("{name} session {}", hash(session))],
                None => address(),
            },
            Per::Account => {
                let keys = self.who.accounts().map(|account| format!("{name} account {}", account.hash()));
                let keys: Vec<String> = keys.collect();
                if keys.is_empty() { address() } else { keys }
            }
        }
    }

    /// What an answer adds to them: only values that go out unmasked.
    pub(super) fn counted(&self, windows: Vec<(Arc<Window>, String)>, tally: &Tally, bytes: u64) -> Vec<Counted> {
        let ring = &self.asked.sites.ring;
        let shown = |window: &Window| -> Vec<u64> {
            let shown = tally.first_found().filter(|found| {
                let what = What::Kind(found.kind);
                window.find.contains(what) && tally.action(what, found.confidence, found.class) <= Action::Log
            });
            shown.map(|found| number(&ring.fingerprint(found.kind, found.secret.expose()))).collect()
        };
        let counted = windows.into_iter().map(|(window, key)| {
            let values = shown(&window);
            let bytes = if values.is_empty() { 0 } else { bytes };
            Counted { window, key, values, bytes }
        });
        counted.filter(|counted| !counted.values.is_empty()).collect()
    }
}

impl Totals {
    /// Whether somebody is beyond a limit before this answer.
    pub(super) async fn ask(&self, windows: &[(Arc<Window>, String)], now: i64) -> Result<Said, StoreError> {
        let mut said = Said::Within;
        for (window, key) in windows {
            said = strictest(said, self.of(window, key, now).await?);
        }
        Ok(said)
    }

    /// Counts an answer, and tells whether it goes beyond a limit: then it is counted, and not to be sent.
    pub(super) async fn count(&self, counted: &[Counted], now: i64) -> Result<Said, StoreError> {
        let mut said = Said::Within;
        for one in counted {
            let added = Added { key: one.key.clone(), values: one.values.clone(), bytes: one.bytes };
            self.0.add_to_window(&one.window.key, slot(&one.window), now, &[added]).await?;
            said = strictest(said, self.of(&one.window, &one.key, now).await?);
        }
        Ok(said)
    }

    async fn of(&self, window: &Window, key: &str, now: i64) -> Result<Said, StoreError> {
        let since = now.saturating_sub(millis(window.within));
        let totals = self.0.window_totals(&window.key, slot(window), key, since).await?;
        let beyond = window.different.is_some_and(|most| totals.values > most)
            || window.bytes.is_some_and(|most| totals.bytes > most);
        Ok(match (beyond, window.action) {
            (false, _) => Said::Within,
            (true, Action::Block) => Said::Refused,
            (true, _) => Said::Logged,
        })
    }

    /// Forgets what no window looks back to any more.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn forget<'w>(&self, windows: impl Iterator<Item = &'w Arc<Window>>, now: i64) -> Result<(), StoreError> {
        for window in windows {
            let before = now.saturating_sub(millis(window.within).saturating_mul(2));
            self.0.forget_window_before(&window.key, before).await?;
        }
        Ok(())
    }
}

const fn strictest(one: Said, other: Said) -> Said {
    match (one, other) {
        (Said::Refused, _) | (_, Said::Refused) => Said::Refused,
        (Said::Logged, _) | (_, Said::Logged) => Said::Logged,
        _ => Said::Within,
    }
}

/// Whether a minute of the day lies in these hours, which may go over midnight.
fn is_in(hours: Option<(u16, u16)>, minute: u16) -> bool {
    match hours {
        None => true,
        Some((from, to)) if from <= to => (from..to).contains(&minute),
        Some((from, to)) => minute >= from || minute < to,
    }
}

fn slot(window: &Window) -> i64 {
    (millis(window.within) / i64::from(SLOTS)).max(SHORTEST)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Eight bytes of a keyed hash.
fn number(fingerprint: &str) -> u64 {
    let hash = digest(&SHA256, fingerprint.as_bytes());
    hash.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight() {
        assert!(is_in(None, 0) && is_in(Some((540, 1080)), 540) && !is_in(Some((540, 1080)), 1080));
        assert!(is_in(Some((1140, 480)), 1200) && is_in(Some((1140, 480)), 479) && !is_in(Some((1140, 480)), 600));
    }
}
