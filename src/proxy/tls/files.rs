//! Reading small files, and noticing that one has changed.

use super::error::Problem;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// No certificate, key or password file is larger, in bytes.
pub(super) const LARGEST: u64 = 1 << 20;

/// Reads a whole file of at most [`LARGEST`] bytes.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let file = File::open(path).map_err(Problem::Unreadable)?;
    let mut bytes = Vec::new();
    file.take(LARGEST.saturating_add(1)).read_to_end(&mut bytes).map_err(Problem::Unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Problem::TooLarge);
    }
    Ok(bytes)
}

/// What tells that a file is another one than before: which file it is, and when and how long it was written.
/// Symbolic links are followed, so a link that is pointed elsewhere (certbot, Kubernetes) is a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    path: PathBuf,
    /// `None` while there is no such file.
    seen: Option<(u64, u64, i64, i64, u64)>,
}

impl Stamp {
    /// Looks at the file as it is now.
    pub(super) fn of(path: &Path) -> Stamp {
        let seen = std::fs::metadata(path).ok().map(|m| (m.dev(), m.ino(), m.mtime(), m.mtime_nsec(), m.size()));
        Stamp { path: path.to_owned(), seen }
    }

    /// Whether the file is no longer what it was.
    pub(super) fn is_stale(&self) -> bool {
        Stamp::of(&self.path) != *self
    }
}
