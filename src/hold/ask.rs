//! What somebody is asked about waits for a word: a post whose writer was warned, an answer whose reader is to say why. It
//! lies as a held post does, encrypted under a key of its own, its body in a file of the state's folder; and where nodes share
//! a store in that as well, so that any of them can go on with it, once, also after a restart.

use super::vault::{self, DataKey, Reader, Writer};
use super::{KeepError, Unfinished, WRAPPING, share, unwrapped};
use crate::seal::Ring;
use crate::store::{Asked, Store, StoreError};
use std::collections::VecDeque;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;

/// How their files end.
const ENDING: &str = "asked";
/// So many wait at most in a node's folder, and so many bytes of them together; beyond, the oldest goes.
const MOST: usize = 1_000;
const MOST_BYTES: u64 = 1 << 30;
/// How long a store that is locked is waited for, by somebody who waits for the page.
const PATIENCE: Duration = Duration::from_secs(4);

/// The store on its way; `None` where there is none yet.
pub type Opened = Pin<Box<dyn Future<Output = Result<Option<Store>, StoreError>> + Send>>;

/// All that waits for a word.
#[derive(Clone)]
pub struct Asks(Arc<Shared>);

struct Shared {
    /// Opens the store; told whether it is to be made if there is none.
    open: Box<dyn Fn(bool) -> Opened + Send + Sync>,
    folder: PathBuf,
    /// The files of this node with their lengths, the oldest first.
    own: Mutex<VecDeque<(String, u64)>>,
    /// What the store did not take, for it is locked, full or away: this process alone knows of it.
    here: Mutex<Vec<Asked>>,
}

impl std::fmt::Debug for Asks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asks").field("folder", &self.0.folder).finish_non_exhaustive()
    }
}

/// What is being kept: its body is still being written.
pub struct Asking {
    id: String,
    key: DataKey,
    unfinished: Unfinished,
    /// Takes the body.
    pub writer: Writer,
}

/// What waits under a token.
pub struct Waits {
    /// The store that it lies in; `None` where this process alone knows of it.
    store: Option<Store>,
    asked: Asked,
    key: DataKey,
    /// What was told of it when it was kept.
    pub about: Vec<u8>,
}

impl Asks {
    /// With bodies in `state`'s folder `asked`, and the rest in the store that `open` opens. Blocking for a moment: looks for what
    /// waited at the last end.
    pub fn new(state: &Path, open: impl Fn(bool) -> Opened + Send + Sync + 'static) -> Asks {
        let folder = state.join("asked");
        let own = Mutex::new(left_in(&folder));
        Asks(Arc::new(Shared { open: Box::new(open), folder, own, here: Mutex::default() }))
    }

    /// Begins to keep something. Blocking.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn begin(&self) -> Result<Asking, KeepError> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0.folder)?;
        let (id, key) = (vault::token()?, DataKey::new()?);
        let path = self.0.path(&id);
        let writer = Writer::create(&path, &key)?;
        Ok(Asking { id, key, unfinished: Unfinished(Some(path)), writer })
    }

    /// Keeps it until `expires`, in Unix milliseconds, with what is to be known `about` it; its token, of which nobody else
    /// knows.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn finish(&self, ring: &Ring, asking: Asking, about: &[u8], expires: i64) -> Result<String, KeepError> {
        let Asking { id, key, mut unfinished, writer } = asking;
        let ended = tokio::task::spawn_blocking(move || writer.finish()).await;
        ended.unwrap_or_else(|_| Err(io::Error::other("the writer ended early")))?;
        let (head, data_key) = (key.seal(&id, about)?, key.wrap(&ring.derived(WRAPPING))?);
        let mut asked = Asked { id, token: String::new(), expires, data_key, head };
        let mut token = under_new_token(&mut asked)?;
        let mut added = self.add(&asked).await;
        if matches!(added, Err(KeepError::Store(StoreError::Gone(_)))) {
            // By now there is the file beside the database.
            token = under_new_token(&mut asked)?;
            added = self.add(&asked).await;
        }
        let store = match added {
            Ok(store) => Some(store),
            Err(error) => {
                tracing::warn!(%error, "what somebody is asked about waits in this process alone");
                token = under_new_token(&mut asked)?;
                self.0.here().push(asked.clone());
                None
            }
        };
        unfinished.0 = None;
        if let Some(store) = store.as_ref().filter(|store| store.is_shared() && !store.is_away())
            && let Err(error) = self.share(store, &asked.id).await
        {
            tracing::warn!(%error, "what somebody is asked about waits at this node alone");
        }
        self.make_room(store.as_ref(), asked.id).await;
        Ok(token)
    }

    /// Adds it to the store, which may be locked: somebody waits for the page.
    async fn add(&self, asked: &Asked) -> Result<Store, KeepError> {
        let adding = async {
            let store = (self.0.open)(true).await?.ok_or_else(|| StoreError::Gone("there is no store".to_owned()))?;
            match store.add_asked(asked).await? {
                true => Ok(store),
                false => Err(KeepError::Sealed),
            }
        };
        timeout(PATIENCE, adding).await.unwrap_or_else(|_| Err(StoreError::Busy.into()))
    }

    pub(super) async fn share(&self, store: &Store, id: &str) -> Result<(), KeepError> {
        match share::put(store, id, &self.0.path(id)).await? {
            Some(pieces) => Ok(store.share_asked(id, pieces).await?),
            None => Ok(()),
        }
    }

    /// Counts a new one among this node's, and lets go of the oldest where there are too many.
    async fn make_room(&self, store: Option<&Store>, id: String) {
        let length = std::fs::metadata(self.0.path(&id)).map_or(0, |data| data.len());
        let gone = {
            let mut own = self.0.own();
            own.push_back((id, length));
            beyond(&mut own)
        };
        if gone.is_empty() {
            return;
        }
        gone.iter().for_each(|id| self.0.remove(id));
        self.0.here().retain(|asked| !gone.contains(&asked.id));
        if let Some(store) = store
            && let Err(error) = store.forget_asked(i64::MIN, &gone).await
        {
            tracing::warn!(%error, "what waited longest for a word, and has no body any more, cannot be forgotten");
        }
    }

    /// What waits under a token; `None` if nothing does, or no longer, or under no key of the ring's.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn waits(&self, ring: &Ring, token: &str, now: i64) -> Result<Option<Waits>, KeepError> {
        let hash = vault::hash(token);
        let here = self.0.here().iter().find(|asked| asked.token == hash).cloned();
        let (store, asked) = match here {
            Some(asked) => (None, asked),
            None => {
                let Some(store) = (self.0.open)(false).await? else { return Ok(None) };
                let Some(asked) = store.asked(&hash).await? else { return Ok(None) };
                (Some(store), asked)
            }
        };
        let Ok(key) = unwrapped(ring, &asked.data_key) else { return Ok(None) };
        if asked.expires <= now {
            return Ok(None);
        }
        let about = key.open(&asked.id, &asked.head)?;
        Ok(Some(Waits { store, asked, key, about }))
    }

    /// Its body, fetched from the store if another node has it.
    ///
    /// # Errors
    /// When it is not to be had here.
    pub async fn body(&self, waits: &Waits) -> Result<Reader, KeepError> {
        let (id, path) = (&waits.asked.id, self.0.path(&waits.asked.id));
        if path.exists() {
            return Reader::open(&path, &waits.key);
        }
        let Some(store) = &waits.store else { return Err(KeepError::Elsewhere) };
        let pieces = store.asked_pieces(id).await?;
        if pieces == 0 {
            return Err(KeepError::Elsewhere);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0.folder)?;
        // A name of its own, for another may do the same; and none once it is open.
        let path = self.0.path(&vault::token()?);
        let _fetched = Unfinished(Some(path.clone()));
        share::get(store, id, pieces, &path).await?;
        Reader::open(&path, &waits.key)
    }

    /// Takes it: `true` once, on whichever node.
    ///
    /// # Errors
    /// When it cannot be told; then it is not to go on.
    pub async fn take(&self, waits: &Waits, now: i64) -> Result<bool, KeepError> {
        let taken = match &waits.store {
            Some(store) => store.take_asked(&waits.asked.id, now).await?,
            None => self.0.take_here(&waits.asked.id, now),
        };
        self.0.own().retain(|(own, _)| *own != waits.asked.id);
        self.0.remove(&waits.asked.id);
        Ok(taken)
    }

    /// Lets go of what has waited too long: files older than `patience`, in milliseconds, and what the store says has expired.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn sweep(&self, now: i64, patience: u64) -> Result<(), KeepError> {
        let old: Vec<String> = self.0.own().iter().map(|(id, _)| id.clone()).collect();
        let old: Vec<String> = old.into_iter().filter(|id| is_old(&self.0.path(id), patience)).collect();
        self.0.own().retain(|(id, _)| !old.contains(id));
        old.iter().for_each(|id| self.0.remove(id));
        self.0.here().retain(|asked| asked.expires > now && !old.contains(&asked.id));
        if let Some(store) = (self.0.open)(false).await? {
            store.forget_asked(now, &old).await?;
        }
        Ok(())
    }
}

impl Shared {
    fn own(&self) -> MutexGuard<'_, VecDeque<(String, u64)>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn here(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_here(&self, id: &str, now: i64) -> bool {
        let mut here = self.here();
        let at = here.iter().position(|asked| asked.id == id && asked.expires > now);
        at.map(|at| here.remove(at)).is_some()
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.{ENDING}"))
    }

    fn remove(&self, id: &str) {
        // What stays is of no use without its key, and goes with what is too old.
        let _ = std::fs::remove_file(self.path(id));
    }
}

/// Gives it another token. Whether a store that failed has it under the one before is not known: nobody is told of that.
fn under_new_token(asked: &mut Asked) -> Result<String, KeepError> {
    let token = vault::token()?;
    asked.token = vault::hash(&token);
    Ok(token)
}

/// The oldest, as many as have to go.
fn beyond(own: &mut VecDeque<(String, u64)>) -> Vec<String> {
    let mut held: u64 = own.iter().map(|(_, length)| length).sum();
    let mut gone = Vec::new();
    while own.len() > 1 && (own.len() > MOST || held > MOST_BYTES) {
        let Some((id, length)) = own.pop_front() else { break };
        held = held.saturating_sub(length);
        gone.push(id);
    }
    gone
}

/// What lies in a folder, the oldest first.
fn left_in(folder: &Path) -> VecDeque<(String, u64)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut left: Vec<(SystemTime, String, u64)> = entries
        .filter_map(|entry| {
            let (path, data) = (entry.path(), entry.metadata().ok()?);
            let id = path.file_stem()?.to_str()?.to_owned();
            path.extension().is_some_and(|ending| ending == ENDING).then_some((data.modified().ok()?, id, data.len()))
        })
        .collect();
    left.sort();
    left.into_iter().map(|(_, id, length)| (id, length)).collect()
}

fn is_old(path: &Path, patience: u64) -> bool {
    let changed = std::fs::metadata(path).and_then(|data| data.modified());
    let age = changed.ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
    age.is_none_or(|age| age.as_millis() >= u128::from(patience))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_where_there_are_too_many() {
        let all = |count: usize, length: u64| (0..count).map(|number| (number.to_string(), length)).collect();
        assert!(beyond(&mut all(MOST, 1 << 20)).is_empty());
        assert_eq!(beyond(&mut all(MOST + 2, 1)), ["0", "1"]);
        assert_eq!(beyond(&mut all(3, MOST_BYTES / 2)), ["0"]);
        assert!(beyond(&mut all(1, MOST_BYTES * 2)).is_empty(), "what has just come stays");
    }
}
