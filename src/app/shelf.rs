//! The one store of a process: opened when somebody first needs it, and shared by all who do; and what is said of a database
//! that other nodes share when it is away.

use super::operations::Readiness;
use crate::config::Settings;
use crate::store::{Address, Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OnceCell, watch};

/// How often it is looked for a database that was away.
const LOOK: Duration = Duration::from_secs(2);

/// What a node keeps while the database is away, in the state's folder.
pub(crate) const STANDBY: &str = "standby.db";

/// A store that is opened when it is needed.
pub(super) struct Shelf {
    address: Address,
    standby: PathBuf,
    store: OnceCell<Store>,
}

impl Shelf {
    /// Of these settings; nothing is opened yet.
    ///
    /// # Errors
    /// When they name no store.
    pub(super) fn new(settings: &Settings) -> Result<Arc<Shelf>, StoreError> {
        let (address, standby) = (settings.state.store()?, settings.state.dir.join(STANDBY));
        Ok(Arc::new(Shelf { address, standby, store: OnceCell::new() }))
    }

    /// The store. A file is made if there is none; a server may be away.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) async fn store(&self) -> Result<&Store, StoreError> {
        self.store.get_or_try_init(|| Store::open_with_standby(&self.address, &self.standby)).await
    }

    /// The same, unless there is nothing in it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) async fn store_if_any(&self) -> Result<Option<&Store>, StoreError> {
        match &self.address {
            Address::File(path) if !self.store.initialized() && !path.exists() => Ok(None),
            _ => self.store().await.map(Some),
        }
    }

    /// Whether it is a file, this node's alone.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.address, Address::File(_))
    }

    async fn caught_up(&self) -> Result<u64, StoreError> {
        self.store().await?.catch_up(jiff::Timestamp::now().as_millisecond()).await
    }

    /// What is wrong with the store, in one line.
    async fn remark(&self, error: &StoreError) -> String {
        let first = error.to_string().lines().next().unwrap_or_default().to_owned();
        let kept = match self.store.get() {
            Some(store) => store.holds_beside().await.unwrap_or_default(),
            None => 0,
        };
        match kept {
            0 => format!("{first}; nobody can sign in to garim or decide until it does"),
            kept => {
                format!("{first}; nobody can sign in to garim or decide until it does, {kept} posts wait here for it")
            }
        }
    }
}

/// Looks after a database that is shared: says when it is away, and brings over what was kept here meanwhile.
pub(super) async fn watch(shelf: Arc<Shelf>, readiness: Readiness, mut stop: watch::Receiver<bool>) {
    if shelf.is_file() {
        return;
    }
    let mut was_away = false;
    loop {
        let said = shelf.caught_up().await;
        match &said {
            Ok(0) if !was_away => {}
            Ok(rows) => tracing::info!(rows, "the store is there; what was kept here meanwhile is in it"),
            Err(error) if !was_away => {
                tracing::error!(%error, "the store is away: this node goes on, and keeps here what there is to keep");
            }
            Err(_) => {}
        }
        was_away = said.is_err();
        let remark = match &said {
            Ok(_) => None,
            Err(error) => Some(shelf.remark(error).await),
        };
        readiness.remark("store", remark);
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
