//! Posts that wait for approval: kept encrypted, each under a key of its own, until somebody has decided; then sent once.
//!
//! The head and the key lie in the store, the body in a file of the state's folder. The key is wrapped under one that follows
//! from the key file; destroying a hold destroys its key, whatever is left of the file.

mod vault;

pub use vault::{Reader, Writer, hash, is_token, token};

use crate::seal::Ring;
use crate::store::{self, Hold, HoldError, HoldState, NewHold, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use vault::DataKey;

/// The end for which the wrapping keys are derived, and that for which tokens are hashed.
const WRAPPING: &str = "holds";

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
}

/// The head of a post, as it came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The method.
    pub method: String,
    /// The path and query.
    pub target: String,
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

/// A post that will not be sent any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its reference number.
    pub id: String,
    /// Its site, where it is known.
    pub site: Option<String>,
    /// Who refused it; `None` if nobody decided in time.
    pub refused: Option<String>,
}

/// A post that is being kept: its body is still being written.
pub struct Keeping {
    about: About,
    data_key: DataKey,
    head: Vec<u8>,
    token: String,
    file: String,
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
        let file = format!("{}.hold", about.id);
        let writer = Writer::create(&self.folder.join(&file), &data_key)?;
        Ok(Keeping { data_key, head, token: vault::token()?, file, writer, about })
    }

    /// Keeps it for good: when this returns, it is on the disk. Its token, of which nobody else knows.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn finish(&self, ring: &Ring, keeping: Keeping) -> Result<String, KeepError> {
        let Keeping { about, data_key, head, token, file, writer } = keeping;
        let ended = tokio::task::spawn_blocking(move || writer.finish()).await;
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
            true => Ok(token),
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
    pub fn head(&self, ring: &Ring, hold: &Hold) -> Result<Head, KeepError> {
        let key = self.key(ring, hold)?;
        let text = key.open(&hold.post.id, &hold.post.head)?;
        serde_json::from_slice(&text).map_err(|_| KeepError::Sealed)
    }

    /// Takes a hold for sending, which happens once: its head, its body to be read, and who approved it. If it cannot be opened it has failed.
    ///
    /// # Errors
    /// When it is not to be sent, or cannot be opened.
    pub async fn release(&self, ring: &Ring, id: &str, now: i64) -> Result<(Head, Reader, Vec<String>), KeepError> {
        let hold = self.store.begin_release(id, now).await?;
        let approved = hold.approvals.iter().map(|approval| approval.who.clone()).collect();
        let opened = self.head(ring, &hold).and_then(|head| {
            let reader = Reader::open(&self.folder.join(file_name(&hold)), &self.key(ring, &hold)?)?;
            Ok((head, reader, approved))
        });
        if opened.is_err() {
            self.store.fail_release(id, None, now).await?;
        }
        opened
    }

    /// What the site answered. A status that is no success, or a way to a login page, is a failure.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub async fn answered(&self, id: &str, status: u16, failed: bool, now: i64) -> Result<(), KeepError> {
        let answer = store::Answer { status, body: Vec::new() };
        match failed {
            false => self.store.finish_release(id, &answer, now).await?,
            true => self.store.fail_release(id, Some(&answer), now).await?,
        }
        Ok(())
    }

    /// Ends what nobody has decided in time, and destroys what is not needed any more: its key, its head and its file. What
    /// was ended so.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn sweep(&self, now: i64) -> Result<Vec<Ended>, KeepError> {
        let mut ended = Vec::new();
        for one in self.store.expire_holds(now).await? {
            self.destroy(&one.id, now).await?;
            ended.push(Ended { id: one.id, site: None, refused: None });
        }
        for state in [HoldState::Refused, HoldState::Released] {
            let filter = store::HoldFilter { state: Some(state), ..store::HoldFilter::default() };
            for hold in self.store.holds(&filter, &store::Page::first(100)).await? {
                let done = state == HoldState::Refused || hold.answer.is_some();
                if done {
                    self.destroy(&hold.post.id, now).await?;
                }
                if state == HoldState::Refused {
                    let (id, site) = (hold.post.id, Some(hold.post.site));
                    ended.push(Ended { id, site, refused: hold.refusal.map(|refusal| refusal.who) });
                }
            }
        }
        Ok(ended)
    }

    async fn destroy(&self, id: &str, now: i64) -> Result<(), KeepError> {
        let file = self.store.destroy_hold(id, now).await?;
        let path = self.folder.join(Path::new(&file).file_name().unwrap_or_default());
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn key(&self, ring: &Ring, hold: &Hold) -> Result<DataKey, KeepError> {
        let keys = ring.all_derived(WRAPPING);
        keys.iter().find_map(|key| DataKey::unwrap(key, &hold.post.data_key)).ok_or(KeepError::Sealed)
    }
}

/// A name in the store is a name in the folder, whatever somebody has written there.
fn file_name(hold: &Hold) -> PathBuf {
    Path::new(&hold.post.body).file_name().map(PathBuf::from).unwrap_or_default()
}
