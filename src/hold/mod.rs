//! Posts that wait for approval: kept encrypted, each under a key of its own, until somebody has decided; then sent once.
//!
//! What somebody was asked about waits in the same way, for some minutes ([`Asks`]).
//!
//! The head and the key lie in the store, the body in a file of the state's folder. The key is wrapped under one that follows
//! from the key file; destroying a hold destroys its key, whatever is left of the file.

mod answer;
mod ask;
mod end;
mod release;
mod renew;
mod rewrap;
mod share;
mod vault;

#[cfg(test)]
mod tests;

pub use answer::{Heard, LONGEST_ANSWER};
pub use ask::{Asking, Asks, Opened, Waits};
pub use release::Released;
pub use renew::{Renewer, Token, tokens};
pub use rewrap::{Rewrapped, rewrap, shut};
pub use vault::{Reader, Writer, hash, is_token, token};

use crate::seal::Ring;
use crate::store::{Hold, HoldError, NewHold, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use vault::DataKey;

/// The end for which the wrapping keys are derived.
const WRAPPING: &str = "holds";
/// How the files of holds end.
const ENDING: &str = "hold";

/// Why a hold cannot be kept or had.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is not where it would have to be.
    #[error(transparent)]
    Hold(#[from] HoldError),
    /// Its file.
    #[error("the file of a hold: {0}")]
    File(#[from] io::Error),
    /// What was kept is not what was put in, or under a key that is not there any more.
    #[error("a hold cannot be opened: it was altered, or its key is gone")]
    Sealed,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random,
    /// Its body is on another node, and not in the store.
    #[error("its body lies on another node")]
    Elsewhere,
}

/// The head of a post, as it came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The method.
    pub method: String,
    /// The path and query.
    pub target: String,
    /// By which name, with its port, the site was asked.
    #[serde(default)]
    pub authority: String,
    /// The fields, in order.
    pub fields: Vec<(String, Vec<u8>)>,
}

impl std::fmt::Debug for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Head").field("method", &self.method).finish_non_exhaustive()
    }
}

/// What is known of a post that is to wait.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its reference number.
    pub id: String,
    /// Now, and from when on nobody can release it, in milliseconds since 1970.
    pub created: i64,
    /// See `created`.
    pub expires: i64,
    /// The site's name.
    pub site: String,
    /// The path, without its query.
    pub path: String,
    /// The client's address.
    pub address: String,
    /// The account at the site, as it may be shown, where it is known.
    pub account: Option<String>,
    /// Whether two persons must approve.
    pub two_persons: bool,
    /// What was found, as JSON: kinds, counts, places, masked forms.
    pub findings: String,
}

/// What was begun and is not finished is removed: nobody will ask for it.
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // What stays is found as nobody's later on.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A post that is being kept: its body is still being written.
pub struct Keeping {
    about: About,
    data_key: DataKey,
    head: Vec<u8>,
    token: String,
    file: String,
    unfinished: Unfinished,
    /// Takes the body.
    pub writer: Writer,
}

/// All posts that wait.
#[derive(Clone)]
pub struct Holds {
    store: Store,
    folder: PathBuf,
}

impl std::fmt::Debug for Holds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Holds").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Holds {
    /// In this store, with bodies in `state`'s folder `holds`. Blocking for a moment.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(store: Store, state: &Path) -> io::Result<Holds> {
        let folder = state.join("holds");
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Holds { store, folder })
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Begins to keep a post. Blocking.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn begin(&self, about: About, head: &Head) -> Result<Keeping, KeepError> {
        let data_key = DataKey::new()?;
        let text = serde_json::to_vec(head).unwrap_or_default();
        let head = data_key.seal(&about.id, &text)?;
        let file = format!("{}.{ENDING}", about.id);
        let path = self.folder.join(&file);
        let writer = Writer::create(&path, &data_key)?;
        let unfinished = Unfinished(Some(path));
        Ok(Keeping { data_key, head, token: vault::token()?, file, unfinished, writer, about })
    }

    /// Keeps it for good: when this returns, it is on the disk. Its token, of which nobody else knows.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn finish(&self, ring: &Ring, keeping: Keeping) -> Result<String, KeepError> {
        let Keeping { about, data_key, head, token, file, mut unfinished, writer } = keeping;
        let folder = self.folder.clone();
        // The file, and its name in the folder.
        let ended = move || writer.finish().and_then(|()| File::open(folder)?.sync_all());
        let ended = tokio::task::spawn_blocking(ended).await;
        ended.unwrap_or_else(|_| Err(io::Error::other("the writer ended early")))?;
        let hold = NewHold {
            id: about.id,
            created: about.created,
            expires: about.expires,
            site: about.site,
            path: about.path,
            address: about.address,
            session: None,
            account: about.account,
            two_persons: about.two_persons,
            message: None,
            findings: about.findings,
            data_key: data_key.wrap(&ring.derived(WRAPPING))?,
            body: file,
            head,
            token: vault::hash(&token),
        };
        match self.store.add_hold(&hold).await? {
            true => {
                unfinished.0 = None;
                Ok(token)
            }
            false => Err(KeepError::Sealed),
        }
    }

    /// The hold of which somebody has the token; `None` if there is none.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn of_token(&self, token: &str) -> Result<Option<Hold>, StoreError> {
        self.store.hold_of_token(&vault::hash(token)).await
    }

    /// The head of a hold.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn head(ring: &Ring, hold: &Hold) -> Result<Head, KeepError> {
        let key = unwrapped(ring, &hold.post.data_key)?;
        let text = key.open(&hold.post.id, &hold.post.head)?;
        serde_json::from_slice(&text).map_err(|_| KeepError::Sealed)
    }

    /// Whether the file of a hold lies in this node's folder: of nodes that share a store, one has it.
    pub fn is_here(&self, hold: &Hold) -> bool {
        self.path(hold).exists()
    }

    fn path(&self, hold: &Hold) -> PathBuf {
        // A name in the store is a name in the folder, whatever somebody has written there.
        self.folder.join(Path::new(&hold.post.body).file_name().unwrap_or_default())
    }
}

/// A key that was wrapped under any of the ring's.
fn unwrapped(ring: &Ring, wrapped: &[u8]) -> Result<DataKey, KeepError> {
    let keys = ring.all_derived(WRAPPING);
    keys.iter().find_map(|key| DataKey::unwrap(key, wrapped)).ok_or(KeepError::Sealed)
}
