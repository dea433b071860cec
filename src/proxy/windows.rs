//! Totals over time: how many different values, or how many bytes with any, one address, session, account or role was shown unmasked.
//! A tool that looks at single answers only misses who takes them one by one.

use super::Proxy;
use super::exchange::Exchange;
use super::refuse::Refusal;
use crate::alert::{Alert, AlertEvent};
use crate::config::{Beyond, Per, Window};
use crate::hold::hash;
use crate::policy::{Action, Tally};
use crate::store::{Added, Store, StoreError};
use crate::vocab::{Kind, What};
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::BTreeMap;
use std::net::IpAddr;
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
    kinds: BTreeMap<Kind, u64>,
    bytes: u64,
}

/// A window beyond its limits.
#[derive(Debug)]
pub(super) struct Over {
    /// Which.
    pub window: Arc<Window>,
    /// Whose total it is.
    pub key: String,
    /// Different values within its time.
    pub values: u64,
    /// Bytes within its time.
    pub bytes: u64,
    /// What the answer at hand adds to it, by kind.
    pub kinds: BTreeMap<Kind, u64>,
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
        let counted = windows.into_iter().map(|(window, key)| {
            let mut counted = Counted { window, key, values: Vec::new(), kinds: BTreeMap::new(), bytes };
            let shown = tally.first_found().filter(|found| {
                let what = What::Kind(found.kind);
                counted.window.find.contains(what) && tally.action(what, found.confidence, found.class) <= Action::Log
            });
            for found in shown {
                counted.values.push(number(&ring.fingerprint(found.kind, found.secret.expose())));
                *counted.kinds.entry(found.kind).or_default() += 1;
            }
            counted
        });
        counted.filter(|counted| !counted.values.is_empty()).collect()
    }

    /// Whether whoever asks is within the totals over time, with what this answer shows; `None` while that is not known. Else what
    /// is said instead: that it is too much, or, since what cannot be counted is not shown, that it is not to be had now.
    pub(super) async fn within(&mut self, shown: Option<(&Tally, u64)>) -> Result<(), Refusal> {
        let proxy = Arc::clone(&self.proxy);
        let Some(totals) = &proxy.totals else { return Ok(()) };
        let windows = self.windows();
        if windows.is_empty() {
            return Ok(());
        }
        let now = self.record.at().as_millisecond();
        let over = match shown {
            Some((tally, bytes)) => totals.count(self.counted(windows, tally, bytes), now).await,
            None => totals.ask(windows, now).await,
        };
        let over = match over {
            Ok(over) => over,
            Err(error) => {
                tracing::error!(%error, "totals over time cannot be counted");
                return Err(Refusal::unrecorded_answer());
            }
        };
        let refused = over.iter().any(|over| over.window.action == Beyond::Block);
        if !over.is_empty() {
            self.record.beyond();
            proxy.alarm.beyond(&self.record.alert(AlertEvent::Window), self.asked.client, &over, refused);
        }
        if refused { Err(Refusal::beyond()) } else { Ok(()) }
    }
}

/// Counts what has streamed, behind it; `alert` is what is told when that is beyond a limit.
pub(super) fn count(proxy: Arc<Proxy>, counted: Vec<Counted>, client: IpAddr, alert: Alert) {
    if counted.is_empty() {
        return;
    }
    tokio::spawn(async move {
        let Some(totals) = &proxy.totals else { return };
        match totals.count(counted, alert.when.as_millisecond()).await {
            Ok(over) => proxy.alarm.beyond(&alert, client, &over, false),
            Err(error) => tracing::error!(%error, "totals over time cannot be counted"),
        }
    });
}

impl Totals {
    /// Which limits somebody is beyond before this answer.
    async fn ask(&self, windows: Vec<(Arc<Window>, String)>, now: i64) -> Result<Vec<Over>, StoreError> {
        let mut over = Vec::new();
        for (window, key) in windows {
            over.extend(self.of(window, key, BTreeMap::new(), now).await?);
        }
        Ok(over)
    }

    /// Counts an answer, and tells which limits it goes beyond: it is counted even if it is not to be sent then.
    async fn count(&self, counted: Vec<Counted>, now: i64) -> Result<Vec<Over>, StoreError> {
        let mut over = Vec::new();
        for Counted { window, key, values, kinds, bytes } in counted {
            let added = Added { key: key.clone(), values, bytes };
            self.0.add_to_window(&window.key, slot(&window), now, &[added]).await?;
            over.extend(self.of(window, key, kinds, now).await?);
        }
        Ok(over)
    }

    async fn of(
        &self,
        window: Arc<Window>,
        key: String,
        kinds: BTreeMap<Kind, u64>,
        now: i64,
    ) -> Result<Option<Over>, StoreError> {
        let since = now.saturating_sub(millis(window.within));
        let totals = self.0.window_totals(&window.key, slot(&window), &key, since).await?;
        let beyond = window.different.is_some_and(|most| totals.values > most)
            || window.bytes.is_some_and(|most| totals.bytes > most);
        let (values, bytes) = (totals.values, totals.bytes);
        Ok(beyond.then_some(Over { window, key, values, bytes, kinds }))
    }

    /// Whose totals are beyond the limits of a window now, the greatest first.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn beyond(
        &self,
        window: &Window,
        now: i64,
        most: usize,
    ) -> Result<Vec<(String, crate::store::Totals)>, StoreError> {
        let since = now.saturating_sub(millis(window.within));
        self.0.window_beyond(&window.key, slot(window), since, (window.different, window.bytes), most).await
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
