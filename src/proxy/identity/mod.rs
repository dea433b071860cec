//! The site's own accounts, as far as its login form tells of them: which session bears whose name.
//!
//! A session (its keyed hash, never the cookie) gets a name when a login is answered as the site answers those that succeed; it
//! loses it when the site says that it is signed out, or after a time. It is kept in the process, and in the store for a restart
//! and for other nodes. Nothing that a client sends by itself gives or takes a name: what counts is the site's answer.

mod change;
mod follow;
mod name;
mod sessions;

pub(super) use follow::Who;
pub use name::{Account, Keys};

use crate::config::Naming;
use crate::store::{NamedSession, Store, StoreError};
use name::SessionKey;
use sessions::{Bound, Sessions};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// How long an answer to a login waits for the store.
const PATIENCE: Duration = Duration::from_secs(3);
/// Clocks of nodes may differ by so much, in milliseconds.
const APART: i64 = 10_000;

/// Which sessions bear names.
#[derive(Default)]
pub struct Accounts {
    sessions: Mutex<Sessions>,
    store: Option<Store>,
    /// Whether the store was away when they were loaded: then all that other nodes have to say is still to be heard.
    began_away: bool,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

/// Whether a path is that of a site's login form.
pub(super) fn is_login(naming: &Naming, path: &str) -> bool {
    change::is(path, &naming.login)
}

/// Whose a session is.
#[derive(Debug, Clone)]
struct Named<'a> {
    site: &'a str,
    session: &'a [u8],
}

impl Accounts {
    /// Those that the store knows.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn load(store: Store, now: i64) -> Result<Accounts, StoreError> {
        let known = store.named_sessions(now).await?;
        let began_away = store.is_away();
        let accounts = Accounts { sessions: Mutex::default(), store: Some(store), began_away };
        // Those that last longest are the last to be forgotten.
        known.into_iter().rev().for_each(|one| accounts.hear_one(one, now));
        Ok(accounts)
    }

    /// Until when it is known what other nodes have had to say, if they were loaded at `now`.
    pub fn known_until(&self, now: i64) -> i64 {
        if self.began_away { 0 } else { now }
    }

    /// Hears what other nodes have had to say since a time; until when it has heard.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn hear(&self, since: i64, now: i64) -> Result<i64, StoreError> {
        let Some(store) = &self.store else { return Ok(now) };
        let changed = store.named_sessions_since(since.saturating_sub(APART)).await?;
        changed.into_iter().for_each(|one| self.hear_one(one, now));
        Ok(now)
    }

    /// Forgets what has expired, here and in the store.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn forget(&self, now: i64) -> Result<(), StoreError> {
        self.sessions().sweep(now);
        match &self.store {
            Some(store) => store.forget_named_sessions(now).await.map(drop),
            None => Ok(()),
        }
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear_one(&self, one: NamedSession, now: i64) {
        let Some(key) = name::read(&one.session) else { return };
        if one.ended {
            return self.sessions().unbind(&key);
        }
        if one.until > now {
            let account = Arc::new(Account::of(&one.account, &one.hash));
            self.sessions().bind(key, Bound { account, since: one.since, until: one.until, used: now });
        }
    }

    /// What a session bears that is used now, as it was before.
    fn of(&self, keys: &Keys, named: &Named<'_>, now: i64) -> Option<Bound> {
        let mut sessions = self.sessions();
        keys.sessions(named.site, named.session).find_map(|key| sessions.used(&key, now))
    }

    /// Has a session bear a name. What the store does not take in time is known to this process alone.
    async fn bind(&self, keys: &Keys, named: &Named<'_>, bound: Bound) {
        let (key, now) = (keys.session(named.site, named.session), bound.used);
        let kept = NamedSession {
            session: name::written(&key),
            site: named.site.to_owned(),
            account: bound.account.shown().to_owned(),
            hash: bound.account.hash().to_owned(),
            since: bound.since,
            until: bound.until,
            ended: false,
        };
        self.sessions().bind(key, bound);
        if let Some(store) = &self.store {
            tell(timeout(PATIENCE, store.name_session(&kept, now)).await);
        }
    }

    /// Takes the names from sessions.
    async fn unbind(&self, keys: &Keys, site: &str, sessions: &[Vec<u8>], now: i64) {
        let all: Vec<SessionKey> = sessions.iter().flat_map(|session| keys.sessions(site, session)).collect();
        let bore: Vec<String> = {
            let mut known = self.sessions();
            all.iter().filter(|key| known.used(key, now).is_some()).map(name::written).collect()
        };
        all.iter().for_each(|key| self.sessions().unbind(key));
        if let Some(store) = self.store.as_ref().filter(|_| !bore.is_empty()) {
            tell(timeout(PATIENCE, store.unname_sessions(&bore, now)).await);
        }
    }
}

fn tell(outcome: Result<Result<(), StoreError>, tokio::time::error::Elapsed>) {
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "who signed in or out is known to this process alone"),
        Err(_) => tracing::error!("the store does not answer: who signed in or out is known to this process alone"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Ring;
    use crate::store::Address;

    const SESSION: &[u8] = b"SID=1";

    fn bound(name: &str, used: i64) -> Bound {
        Bound { account: Arc::new(Account::of(name, name)), since: used, until: 100_000, used }
    }

    #[tokio::test]
    async fn nodes_hear_of_one_another_and_a_restart_of_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::File(folder.path().join("garim.db"));
        let store = async || Store::open_or_create(&address).await.expect("a store");
        let keys = Keys::new(&Ring::of(&[7; 32]).expect("a ring"));
        let named = Named { site: "a.kr", session: SESSION };
        let one = Accounts::load(store().await, 0).await.expect("loaded");
        let other = Accounts::load(store().await, 0).await.expect("loaded");
        let borne = |node: &Accounts| node.of(&keys, &named, 10).map(|bound| bound.account.shown().to_owned());
        one.bind(&keys, &named, bound("kim", 1)).await;
        assert_eq!((borne(&one).as_deref(), borne(&other)), (Some("kim"), None));
        let heard = other.hear(0, 5).await.expect("heard");
        assert_eq!(borne(&other).as_deref(), Some("kim"));
        let third = Accounts::load(store().await, 5).await.expect("loaded");
        assert_eq!(borne(&third).as_deref(), Some("kim"));
        // Signed out at another node than in.
        other.unbind(&keys, "a.kr", &[SESSION.to_vec()], 6).await;
        assert_eq!((borne(&other), borne(&one).as_deref()), (None, Some("kim")));
        one.hear(heard, 7).await.expect("heard");
        assert_eq!(borne(&one), None);
        assert_eq!(borne(&Accounts::load(store().await, 7).await.expect("loaded")), None);
    }

    #[tokio::test]
    async fn a_name_outlives_a_change_of_the_key() {
        let key = |number| [number; 32];
        let before = Keys::new(&Ring::parse(&crate::seal::key_file(&[key(1), key(2)])).expect("a ring"));
        let after = Keys::new(&Ring::parse(&crate::seal::key_file(&[key(2), key(3), key(1)])).expect("a ring"));
        let foreign = Keys::new(&Ring::of(&key(9)).expect("a ring"));
        let accounts = Accounts::default();
        let named = Named { site: "a.kr", session: SESSION };
        accounts.bind(&before, &named, bound("kim", 1)).await;
        assert!(accounts.of(&after, &named, 2).is_some() && accounts.of(&foreign, &named, 2).is_none());
        accounts.unbind(&after, "a.kr", &[SESSION.to_vec()], 3).await;
        assert!(accounts.of(&before, &named, 4).is_none());
    }
}
