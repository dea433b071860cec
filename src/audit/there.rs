//! Whether a file is still where it was opened: what is written to one that was taken away is lost, and no error says so.

use super::error::JournalError;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// # Errors
/// When the file at `path` is not the one that is open, or that cannot be told.
pub(super) fn is_there(path: &Path, file: &File) -> Result<(), JournalError> {
    let same = std::fs::metadata(path).and_then(|there| {
        let open = file.metadata()?;
        Ok((there.dev(), there.ino()) == (open.dev(), open.ino()))
    });
    match same {
        Ok(true) => Ok(()),
        Ok(false) => Err(JournalError::Gone { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(JournalError::Gone { path: path.to_owned() }),
        Err(error) => Err(JournalError::at(path)(error)),
    }
}
