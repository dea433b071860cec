//! Which session bears whose name, in this process: as many as there is room for, the least used forgotten first. Pure.

use super::name::{Account, SessionKey};
use crate::store::MOST_NAMED;
use std::collections::HashMap;
use std::sync::Arc;

/// A session that bears a name. Times are Unix milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub account: Arc<Account>,
    /// When it signed in.
    pub since: i64,
    /// When the name is forgotten.
    pub until: i64,
    /// When it was last used.
    pub used: i64,
}

/// In two generations: when the younger is full, the older is forgotten, but for what was used meanwhile.
#[derive(Debug)]
pub(super) struct Sessions {
    young: HashMap<SessionKey, Bound>,
    old: HashMap<SessionKey, Bound>,
    most: usize,
}

impl Default for Sessions {
    fn default() -> Sessions {
        Sessions::of(MOST_NAMED)
    }
}

impl Sessions {
    /// For so many sessions at most.
    pub fn of(most: usize) -> Sessions {
        Sessions { young: HashMap::new(), old: HashMap::new(), most }
    }

    /// What a session bears that is used now, as it was before this use.
    pub fn used(&mut self, key: &SessionKey, now: i64) -> Option<Bound> {
        if let Some(bound) = self.young.get_mut(key).filter(|bound| bound.until > now) {
            let before = bound.clone();
            bound.used = bound.used.max(now);
            return Some(before);
        }
        let before = self.old.remove(key).or_else(|| self.young.remove(key)).filter(|bound| bound.until > now)?;
        self.bind(*key, Bound { used: before.used.max(now), ..before.clone() });
        Some(before)
    }

    /// From now on a session bears this name and no other.
    pub fn bind(&mut self, key: SessionKey, bound: Bound) {
        self.old.remove(&key);
        if self.young.len() >= (self.most / 2).max(1) && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, bound);
    }

    /// A session bears no name any more.
    pub fn unbind(&mut self, key: &SessionKey) {
        self.young.remove(key);
        self.old.remove(key);
    }

    /// Lets go of what has expired.
    pub fn sweep(&mut self, now: i64) {
        for generation in [&mut self.young, &mut self.old] {
            generation.retain(|_, bound| bound.until > now);
            generation.shrink_to(generation.len().saturating_mul(2));
        }
    }

    /// How many bear a name.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> SessionKey {
        let mut key = SessionKey::default();
        key[..4].copy_from_slice(&number.to_be_bytes());
        key
    }

    fn bound(name: &str, until: i64) -> Bound {
        Bound { account: Arc::new(Account::of(name, name)), since: 0, until, used: 0 }
    }

    #[test]
    fn a_name_is_borne_until_it_expires_or_is_taken() {
        let mut sessions = Sessions::of(10);
        sessions.bind(key(1), bound("kim", 100));
        assert_eq!(
            sessions.used(&key(1), 50).map(|bound| (bound.account.shown().to_owned(), bound.used)),
            Some(("kim".into(), 0))
        );
        assert_eq!(sessions.used(&key(1), 60).map(|bound| bound.used), Some(50), "as it was before");
        assert!(sessions.used(&key(2), 60).is_none());
        sessions.bind(key(1), bound("lee", 100));
        assert_eq!(sessions.used(&key(1), 99).map(|bound| bound.account.shown().to_owned()).as_deref(), Some("lee"));
        assert!(sessions.used(&key(1), 100).is_none() && sessions.len() == 0);
        sessions.bind(key(1), bound("lee", 200));
        sessions.unbind(&key(1));
        assert!(sessions.used(&key(1), 150).is_none());
        sessions.bind(key(3), bound("kim", 100));
        sessions.sweep(100);
        assert_eq!(sessions.len(), 0);
    }

    #[test]
    fn a_flood_of_sessions_has_a_ceiling_and_who_is_there_all_along_stays() {
        let mut sessions = Sessions::of(1_000);
        sessions.bind(key(u32::MAX), bound("kim", i64::MAX));
        for number in 0..100_000 {
            sessions.bind(key(number), bound("flood", i64::MAX));
            assert!(sessions.len() <= 1_000);
            if number % 100 == 0 {
                assert!(sessions.used(&key(u32::MAX), 1).is_some(), "{number}");
            }
        }
        assert!(sessions.used(&key(0), 1).is_none(), "who was not is forgotten");
        // What nobody has signed in with takes no room at all.
        let before = sessions.len();
        (200_000..300_000).for_each(|number| assert!(sessions.used(&key(number), 1).is_none()));
        assert_eq!(sessions.len(), before);
    }
}
