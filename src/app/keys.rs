//! The keys of sealed references: read from their file, made, and changed.

use crate::config::State;
use crate::seal::{self, KeyFileError, Ring};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest key file, in bytes.
const LONGEST: u64 = 64 << 10;

/// What is wrong with a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or written.
    #[error("{}: {error}\n    파일을 읽거나 쓸 수 없습니다.", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is one already.
    #[error("{path}: is there already, and is not overwritten: what is sealed under it could not be opened any more; garim key rotate {path} goes on to the next key\n    이미 있는 파일이라 덮어쓰지 않았습니다. 다음 열쇠로 바꾸려면 garim key rotate {path}를 쓰십시오.", path = path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// Others may read it.
    #[error("{path}: others may read it; make it its owner's alone: chmod 600 {path}\n    다른 사용자도 읽을 수 있습니다. chmod 600 {path} 명령으로 막으십시오.", path = path.display())]
    Open {
        /// Which.
        path: PathBuf,
    },
    /// It is no key file.
    #[error("{}: {error}\n    열쇠 파일이 아닙니다. garim key new가 만든 그대로여야 합니다.", path.display())]
    Text {
        /// Which.
        path: PathBuf,
        /// Why.
        error: KeyFileError,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes / 난수를 만들 수 없습니다")]
    Random,
}

/// The keys that the settings name; where they name none, those from before, or else one made now. Blocking.
///
/// # Errors
/// When the file cannot be used.
pub fn ring(state: &State, before: Option<&Arc<Ring>>) -> Result<Arc<Ring>, KeyError> {
    let Some(path) = &state.key_file else {
        return match before {
            Some(before) => Ok(Arc::clone(before)),
            None => Ring::of(&random()?).map(Arc::new).ok_or(KeyError::Random),
        };
    };
    let (text, _) = read(path)?;
    Ring::parse(&text).map(Arc::new).map_err(|error| KeyError::Text { path: path.clone(), error })
}

/// Makes a key file for its owner alone: a key, and the next one.
///
/// # Errors
/// When it is there already, or cannot be written.
pub fn create(path: &Path) -> Result<(), KeyError> {
    let text = seal::key_file(&[random()?, random()?]);
    write_new(path, &text, None).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
        _ => KeyError::File { path: path.to_owned(), error },
    })
}

/// Makes the second key of a file the first, and puts a new one behind it. The file keeps its owner. The old file stands until
/// the new one is complete; what an attempt that was killed has left beside it is removed.
///
/// # Errors
/// When it is no key file, is being changed by somebody else, or cannot be written.
pub fn rotate(path: &Path) -> Result<(), KeyError> {
    let fail = |error| KeyError::File { path: path.to_owned(), error };
    let (text, file) = read(path)?;
    file.try_lock().map_err(|error| fail(io::Error::from(error)))?;
    let data = file.metadata().map_err(fail)?;
    if std::fs::metadata(path).map_err(fail)?.ino() != data.ino() {
        return Err(fail(io::Error::other("it has just been changed by somebody else")));
    }
    let rotated = seal::rotated(&text, &random()?).map_err(|error| KeyError::Text { path: path.to_owned(), error })?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    // The lock is held: nobody is writing it.
    let _ = std::fs::remove_file(&beside);
    let written = write_new(&beside, &rotated, Some((data.uid(), data.gid())));
    written.and_then(|()| std::fs::rename(&beside, path)).map_err(|error| {
        // What is half written is of no use; the old file stands.
        let _ = std::fs::remove_file(&beside);
        fail(error)
    })?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)
}

fn read(path: &Path) -> Result<(String, File), KeyError> {
    let fail = |error| KeyError::File { path: path.to_owned(), error };
    let mut file = File::open(path).map_err(fail)?;
    if file.metadata().map_err(fail)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Open { path: path.to_owned() });
    }
    let mut text = String::new();
    (&mut file).take(LONGEST).read_to_string(&mut text).map_err(fail)?;
    Ok((text, file))
}

fn write_new(path: &Path, text: &str, owner: Option<(u32, u32)>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    if let Some((user, group)) = owner {
        fchown(&file, Some(user), Some(group))?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn random() -> Result<[u8; 32], KeyError> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_changed_and_guarded() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("seal.key");
        let state = State {
            dir: folder.path().to_owned(),
            key_file: Some(path.clone()),
            journal: Default::default(),
            database: None,
            keep: Default::default(),
        };
        assert!(matches!(ring(&state, None), Err(KeyError::File { .. })));
        create(&path).expect("made");
        assert!(matches!(create(&path), Err(KeyError::Exists { .. })), "never overwritten");
        let mode = || std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        assert_eq!((mode(), format!("{:?}", ring(&state, None).expect("a ring"))), (0o600, "Ring { keys: 2 }".into()));
        std::fs::write(folder.path().join("seal.key.new"), "half of a k").expect("what a killed attempt leaves");
        rotate(&path).expect("changed");
        assert_eq!((mode(), format!("{:?}", ring(&state, None).expect("a ring"))), (0o600, "Ring { keys: 3 }".into()));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("changed");
        assert!(matches!(ring(&state, None), Err(KeyError::Open { .. })));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("changed");
        std::fs::write(&path, "secret").expect("written");
        assert!(matches!(ring(&state, None), Err(KeyError::Text { .. })));
        assert!(matches!(rotate(&path), Err(KeyError::Text { .. })));
        let free = State { key_file: None, ..state };
        let made = ring(&free, None).expect("a ring");
        assert!(Arc::ptr_eq(&made, &ring(&free, Some(&made)).expect("a ring")), "kept by a reload");
    }
}
