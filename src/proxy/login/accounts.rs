//! The accounts at the gate: signing in and out, and the journal's records of it.

use super::form::Filled;
use super::{Guest, Visitor};
use crate::account::{
    self, ChangeError, KeyError, NoRandom, Refused, SecretKey, SignIn, change_password, check_name, check_session,
    sign_out,
};
use crate::act::page::login::Stage;
use crate::audit::{Event, kind};
use crate::config::Settings;
use crate::proxy::keeping::Keeper;
use crate::store::{self, Address, Lock, Store, StoreError};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// How long a store may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many times as many failures as lock a name lock an address, behind which many may sit.
const ADDRESS: u32 = 4;
/// So many locks are remembered as told.
const TOLD: usize = 1_000;
/// The least that attempts are remembered.
const DAY: Duration = Duration::from_secs(86_400);

/// Where the accounts and their sessions are.
pub struct Accounts {
    store: Store,
    /// Locks that stand in the journal already: one record each, however often somebody tries on.
    told: Mutex<HashSet<(String, i64)>>,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

/// What a record says of an attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub site: &'a str,
    pub gate: Option<&'a str>,
    /// Cleaned.
    pub path: &'a str,
    pub address: IpAddr,
}

/// Somebody tries something.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub settings: &'a Settings,
    pub keeper: Option<&'a Keeper>,
    pub filled: &'a Filled,
    pub needs_code: bool,
    pub about: About<'a>,
    pub now: i64,
}

impl Attempt<'_> {
    fn event(&self, verdict: &str, why: Option<&str>) -> Event {
        let mut event = Event::new(kind::LOGIN);
        event.site = Some(self.about.site.to_owned());
        // Some write their password, or a number, into the wrong field.
        event.account = Some(self.filled.name.clone()).filter(|name| check_name(name).is_ok());
        event.address = Some(self.about.address.to_string());
        event.path = Some(self.about.path.to_owned());
        event.verdict = Some(verdict.to_owned());
        if let Some(gate) = self.about.gate {
            event = event.with("gate", gate);
        }
        if let Some(why) = why {
            event = event.with("why", why);
        }
        event
    }

    /// Records what became of it; nothing waits for that.
    pub(crate) fn told(&self, verdict: &str, why: Option<&str>) {
        tracing::info!(account = %shown(&self.filled.name), address = %self.about.address, verdict, why, "a sign-in");
        if let Some(keeper) = self.keeper {
            keeper.tell(&self.event(verdict, why));
        }
    }

    /// The same, on the disk before it has its effect; whether it may have it.
    async fn recorded(&self, verdict: &str) -> bool {
        tracing::info!(account = %shown(&self.filled.name), address = %self.about.address, verdict, "a sign-in");
        match self.keeper {
            Some(keeper) => keeper.record(&self.event(verdict, None)).await,
            None => true,
        }
    }

    fn rules(&self) -> account::Settings {
        self.settings.accounts.rules
    }
}

fn shown(name: &str) -> &str {
    if check_name(name).is_ok() { name } else { "-" }
}

impl Accounts {
    /// Those in a store.
    pub fn new(store: Store) -> Accounts {
        Accounts { store, told: Mutex::default() }
    }

    /// Where they are, for what is decided by them.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Who has this token.
    pub(crate) async fn check(&self, settings: &Settings, idle: Duration, token: String, now: i64) -> Visitor {
        let rules = account::Settings { idle, ..settings.accounts.rules };
        match timeout(PATIENCE, check_session(&self.store, &rules, &token, now)).await {
            Ok(Ok(Some(current))) => Visitor::Somebody(Arc::new(Guest { current, token })),
            Ok(Ok(None)) => Visitor::Nobody,
            Ok(Err(error)) => {
                tracing::error!(%error, "the store does not say who has signed in");
                Visitor::Unknown
            }
            Err(_) => {
                tracing::error!("the store does not say in time who has signed in");
                Visitor::Unknown
            }
        }
    }

    /// Ends a session; whether that could be done.
    pub(crate) async fn end(&self, token: &str) -> bool {
        let ended = timeout(PATIENCE, sign_out(&self.store, token)).await;
        let done = matches!(ended, Ok(Ok(_)));
        if !done {
            tracing::error!("a session cannot be ended: the store does not answer");
        }
        done
    }

    /// Signs somebody in; the token of the session, whose beginning is on the disk.
    pub(crate) async fn sign_in(&self, attempt: &Attempt<'_>) -> Result<String, Stage> {
        let signed = timeout(PATIENCE, self.signed_in(attempt)).await;
        let signed = signed.unwrap_or_else(|_| {
            tracing::error!("nobody can sign in: the store does not answer in time");
            Err(Stage::Unavailable)
        })?;
        let refused = match signed {
            account::SignedIn { must_change: true, .. } => Some((Stage::MustChange, "password-too-old")),
            account::SignedIn { has_totp: false, .. } if attempt.needs_code => Some((Stage::NoCodes, "no-codes")),
            _ => None,
        };
        if let Some((stage, why)) = refused {
            self.end(&signed.token).await;
            attempt.told("failed", Some(why));
            return Err(stage);
        }
        if attempt.recorded("in").await {
            return Ok(signed.token);
        }
        self.end(&signed.token).await;
        Err(Stage::Unavailable)
    }

    async fn signed_in(&self, attempt: &Attempt<'_>) -> Result<account::SignedIn, Stage> {
        let (filled, rules) = (attempt.filled, attempt.rules());
        let network = self.counted_at(attempt, &rules).await?;
        let key = key(attempt.settings).await;
        let address = attempt.about.address.to_string();
        let code = filled.code.as_deref();
        let who = SignIn { name: &filled.name, password: &filled.password, code, address: &address };
        let signed = account::sign_in(&self.store, &rules, key.as_ref().ok(), who, attempt.now).await;
        if matches!(signed, Ok(_) | Err(Refused::NeedsCode)) {
            // Not counted among the failures from there.
            if let Err(error) = self.store.attempt_withdrawn(&network).await {
                return Err(self.failed(attempt, Refused::Store(error), key.err()));
            }
        }
        signed.map_err(|refused| self.failed(attempt, refused, key.err()))
    }

    /// Counts an attempt from an address, by what it is counted under.
    async fn counted_at(&self, attempt: &Attempt<'_>, rules: &account::Settings) -> Result<String, Stage> {
        let network = network(attempt.about.address);
        let lasts = i64::try_from(rules.lock.as_millis()).unwrap_or(i64::MAX);
        let lock = Lock { after: rules.lock_after.saturating_mul(ADDRESS), lasts };
        match self.store.begin_attempt(&network, lock, attempt.now).await {
            Ok(store::Attempt::Counted) => Ok(network),
            Ok(store::Attempt::Locked(until)) => Err(self.locked(attempt, network, until)),
            Err(error) => Err(self.failed(attempt, Refused::Store(error), None)),
        }
    }

    /// The page for a refusal; it is recorded.
    fn failed(&self, attempt: &Attempt<'_>, refused: Refused, key: Option<KeyError>) -> Stage {
        match refused {
            Refused::Wrong => {
                attempt.told("failed", Some("wrong"));
                Stage::Wrong
            }
            Refused::Locked { until } => self.locked(attempt, attempt.filled.name.clone(), until),
            Refused::NeedsCode => Stage::NeedsCode,
            Refused::Disabled => {
                attempt.told("failed", Some("disabled"));
                Stage::Disabled
            }
            Refused::Key => {
                let error = key.map_or_else(|| "another key".to_owned(), |error| error.to_string());
                tracing::error!(error, "the secrets of one-time codes cannot be opened: [accounts] key_file");
                attempt.told("failed", Some("key"));
                Stage::NoKey
            }
            Refused::Random(NoRandom) | Refused::Store(_) => {
                tracing::error!(error = %refused, "nobody can sign in");
                Stage::Unavailable
            }
        }
    }

    fn locked(&self, attempt: &Attempt<'_>, what: String, until: i64) -> Stage {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= TOLD {
            told.clear();
        }
        let is_address = what.starts_with('@');
        if told.insert((what, until)) {
            attempt.told("locked", Some(if is_address { "address" } else { "name" }));
        }
        let minutes = until.saturating_sub(attempt.now).saturating_add(59_999) / 60_000;
        Stage::Locked { minutes: minutes.max(1) }
    }

    /// Changes a password; what is shown then.
    pub(crate) async fn change(&self, attempt: &Attempt<'_>) -> Stage {
        let Attempt { filled, now, .. } = *attempt;
        if filled.new != filled.again {
            return Stage::Differ;
        }
        let change = async {
            let rules = attempt.rules();
            let network = self.counted_at(attempt, &rules).await?;
            let changed = change_password(&self.store, &rules, &filled.name, &filled.password, &filled.new, now).await;
            if !matches!(changed, Err(ChangeError::Refused(_))) {
                let withdrawn = self.store.attempt_withdrawn(&network).await;
                withdrawn.map_err(|error| self.failed(attempt, Refused::Store(error), None))?;
            }
            changed.map_err(|error| match error {
                ChangeError::Rule(why) => Stage::NotChanged { why },
                ChangeError::Refused(refused) => self.failed(attempt, refused, None),
                other => {
                    tracing::error!(error = %other, "a password cannot be changed");
                    Stage::Unavailable
                }
            })
        };
        match timeout(PATIENCE, change).await {
            Ok(Ok(())) => {
                attempt.told("password-changed", None);
                Stage::Changed
            }
            Ok(Err(stage)) => stage,
            Err(_) => Stage::Unavailable,
        }
    }

    /// Forgets sessions that have ended by themselves, and attempts that lock nothing any more.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn sweep(&self, settings: &Settings, now: i64) -> Result<(), StoreError> {
        let before = |time: Duration| now.saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        let rules = settings.accounts.rules;
        let console = settings.console.as_ref().map(|console| console.idle);
        let idle = settings.gates.iter().map(|gate| gate.idle).chain(console).max().unwrap_or(rules.idle);
        self.store.end_sessions_before(before(idle), before(rules.longest)).await?;
        self.store.forget_attempts_before(before(rules.lock.max(DAY))).await.map(drop)
    }
}

/// What failures from an address are counted under; no account has such a name. Of IPv6 the network that one customer has.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("@{address}"),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("@{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The key of the secrets of one-time codes, as it is now: `garim user totp` may have made it a minute ago.
async fn key(settings: &Settings) -> Result<SecretKey, KeyError> {
    let beside = || match settings.state.store() {
        Ok(Address::File(path)) => {
            let mut name = path.file_name()?.to_owned();
            name.push(".key");
            Some(path.with_file_name(name))
        }
        _ => None,
    };
    let path = settings.accounts.key_file.clone().or_else(beside).unwrap_or_else(|| PathBuf::from("accounts.key"));
    let read = tokio::task::spawn_blocking(move || SecretKey::read(&path)).await;
    read.unwrap_or(Err(KeyError::Random(NoRandom)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_under_what_no_account_is_called() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("192.0.2.7"), "@192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "@2001:db8:1:2::/64");
        assert!(check_name(&of("192.0.2.7")).is_err());
    }
}
