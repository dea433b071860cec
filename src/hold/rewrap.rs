//! When the key of the nodes changes, the keys of holds are wrapped anew under it, and the one before can be removed.

use super::vault::DataKey;
use super::{KeepError, WRAPPING, unwrapped};
use crate::seal::Ring;
use crate::store::{KeyOf, Store};

/// So many holds are read at a time.
const ROUND: usize = 500;

/// What came of wrapping keys anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// So many keys are wrapped under the first key now, and were not before.
    pub anew: usize,
    /// So many were.
    pub already: usize,
    /// So many no key of the ring opens.
    pub lost: usize,
}

impl Rewrapped {
    /// Both together.
    pub fn and(self, other: Rewrapped) -> Rewrapped {
        Rewrapped {
            anew: self.anew.saturating_add(other.anew),
            already: self.already.saturating_add(other.already),
            lost: self.lost.saturating_add(other.lost),
        }
    }
}

/// Wraps the keys of all holds and of their answers under the ring's first key. Each is replaced in one step, if it is still
/// what was read: whenever this ends early, every key is wrapped in the one way or the other, and it can be run again.
///
/// # Errors
/// When the store cannot be read or written; some may have been wrapped anew by then.
pub async fn rewrap(store: &Store, ring: &Ring) -> Result<Rewrapped, KeepError> {
    let first = ring.derived(WRAPPING);
    let (mut done, mut after) = (Rewrapped::default(), String::new());
    loop {
        let round = store.wrapped_keys(&after, ROUND).await?;
        let Some(last) = round.last() else { return Ok(done) };
        after.clone_from(&last.id);
        for hold in &round {
            for (of, key) in [(KeyOf::Post, &hold.post), (KeyOf::Answer, &hold.answer)] {
                let Some(before) = key else { continue };
                done = done.and(one(store, ring, &first, (&hold.id, of, before)).await?);
            }
        }
    }
}

/// How many posts are kept under keys that no key of the ring opens.
///
/// # Errors
/// When the store cannot be read.
pub async fn shut(store: &Store, ring: &Ring) -> Result<usize, KeepError> {
    let (mut shut, mut after) = (0_usize, String::new());
    loop {
        let round = store.wrapped_keys(&after, ROUND).await?;
        let Some(last) = round.last() else { return Ok(shut) };
        after.clone_from(&last.id);
        let closed = |key: &&Vec<u8>| unwrapped(ring, key).is_err();
        shut = shut.saturating_add(round.iter().filter_map(|hold| hold.post.as_ref()).filter(closed).count());
    }
}

async fn one(
    store: &Store,
    ring: &Ring,
    first: &[u8],
    (id, of, before): (&str, KeyOf, &[u8]),
) -> Result<Rewrapped, KeepError> {
    if DataKey::unwrap(first, before).is_some() {
        return Ok(Rewrapped { already: 1, ..Rewrapped::default() });
    }
    let Ok(key) = unwrapped(ring, before) else { return Ok(Rewrapped { lost: 1, ..Rewrapped::default() }) };
    // Where it is another by now, it was destroyed, or somebody else does the same.
    let anew = store.rewrap_key(id, of, before, &key.wrap(first)?).await?;
    Ok(Rewrapped { anew: usize::from(anew), ..Rewrapped::default() })
}
