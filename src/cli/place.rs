//! The configuration and the store that a command names.

use crate::config::{self, Settings};
use crate::store::{Address, Store, StoreError};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

/// By which configuration.
#[derive(Debug, clap::Args)]
pub(super) struct Configuration {
    /// The configuration file, which says where the store is / 설정 파일
    #[arg(long, value_name = "FILE", default_value = super::CONFIG)]
    config: PathBuf,
}

/// What is wrong with a configuration, mistake by mistake.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misconfigured(String);

impl Configuration {
    /// The one in this file.
    pub(super) fn of(config: &Path) -> Configuration {
        Configuration { config: config.to_owned() }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.config
    }

    /// What it says.
    pub(super) fn settings(&self) -> Result<Settings, Misconfigured> {
        config::load(&self.config).map_err(|mistakes| Misconfigured(mistakes.to_string()))
    }
}

/// An open store.
pub(super) struct Opened {
    pub(super) store: Store,
    /// The file that was made for it.
    pub(super) made: Option<PathBuf>,
}

/// Opens the store at `text`; where there is no file, one is made if `make`.
pub(super) async fn open(text: &str, make: bool) -> Result<Opened, StoreError> {
    let address = Address::parse(text)?;
    let mut made = None;
    if let Address::File(path) = &address
        && make
    {
        match Store::create(path).await {
            Ok(()) => {
                to_owner_of_folder(path);
                made = Some(path.clone());
            }
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Opened { store: Store::open(&address).await?, made })
}

/// Gives a file that root has made to whom its folder belongs: garim does not run as root.
pub(super) fn to_owner_of_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(data) = std::fs::metadata(folder)
        && rustix::process::geteuid().is_root()
        // What cannot be given stays root's, and garim says on its start that it cannot read it.
        && chown(path, Some(data.uid()), Some(data.gid())).is_err()
    {
        complain!(
            "garim: {}: give it to the user garim runs as / garim을 돌리는 사용자의 것으로 하십시오",
            path.display()
        );
    }
}

/// The key file beside a store in a file.
pub(super) fn key_beside(text: &str) -> Option<PathBuf> {
    match Address::parse(text) {
        Ok(Address::File(path)) => {
            let mut name = path.file_name()?.to_owned();
            name.push(".key");
            Some(path.with_file_name(name))
        }
        _ => None,
    }
}
