//! A configuration with its store open, for one command.

use super::place::{Configuration, Misconfigured};
use crate::config::Settings;
use crate::store::{Address, Store, StoreError};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a command works with.
pub(super) struct Desk {
    pub(super) settings: Settings,
    /// Where they are read from.
    pub(super) config: PathBuf,
    pub(super) address: Address,
    pub(super) store: Store,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoDesk {
    #[error(transparent)]
    Config(#[from] Misconfigured),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot start: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Does a command's work with the store, and closes it. Exit code 0 done, 1 not.
pub(super) fn at<E: From<NoDesk> + std::fmt::Display>(
    configuration: &Configuration,
    work: impl AsyncFnOnce(&Desk) -> Result<(), E>,
) -> ExitCode {
    let done = super::runtime().map_err(|error| E::from(error.into())).and_then(|runtime| {
        runtime.block_on(async {
            let desk = open(configuration).await?;
            let done = work(&desk).await;
            desk.store.close().await;
            done
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("garim: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn open(configuration: &Configuration) -> Result<Desk, NoDesk> {
    let settings = configuration.settings()?;
    let address = settings.state.store()?;
    let store = Store::open(&address).await?;
    Ok(Desk { settings, config: configuration.path().to_owned(), address, store })
}
