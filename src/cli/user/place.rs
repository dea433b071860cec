//! The store that a command names.

use crate::store::{Address, Store, StoreError};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

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
pub(in crate::cli) fn to_owner_of_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(data) = std::fs::metadata(folder)
        && rustix::process::geteuid().is_root()
        // What cannot be given stays root's, and garim says on its start that it cannot read it.
        && chown(path, Some(data.uid()), Some(data.gid())).is_err()
    {
        eprintln!(
            "garim: {}: give it to the user garim runs as / garim을 돌리는 사용자의 것으로 하십시오",
            path.display()
        );
    }
}

/// The key file beside a store in a file.
pub(in crate::cli) fn key_beside(text: &str) -> Option<PathBuf> {
    match Address::parse(text) {
        Ok(Address::File(path)) => {
            let mut name = path.file_name()?.to_owned();
            name.push(".key");
            Some(path.with_file_name(name))
        }
        _ => None,
    }
}
