//! The key under which secrets of one-time codes stand in the store, and the file that holds it. Whoever has the store alone has
//! no codes.

use super::{NoRandom, random};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Bytes of the key.
const BYTES: usize = 32;

/// What the encrypted form starts with.
const VERSION: u8 = 1;

/// What is wrong with a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or written.
    #[error("{}: {error}\n    열쇠 파일을 읽거나 쓸 수 없습니다.", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others may read it.
    #[error("{path}: others may read it; make it its owner's alone: chmod 600 {path}\n    다른 사용자도 읽을 수 있습니다. chmod 600 {path} 명령으로 막으십시오.", path = path.display())]
    Open {
        /// Which.
        path: PathBuf,
    },
    /// It is no key file.
    #[error("{}: not a key: 64 hexadecimal digits are expected\n    열쇠 파일이 아닙니다. 16진수 64자리여야 합니다.", path.display())]
    Text {
        /// Which.
        path: PathBuf,
    },
    /// The system gives no random bytes.
    #[error(transparent)]
    Random(#[from] NoRandom),
}

/// The key of secrets in the store.
pub struct SecretKey(LessSafeKey);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// A key of 32 bytes; `None` when there are more or less.
    pub fn of(bytes: &[u8]) -> Option<SecretKey> {
        UnboundKey::new(&AES_256_GCM, bytes).ok().map(|key| SecretKey(LessSafeKey::new(key)))
    }

    /// Reads a key file: 64 hexadecimal digits, its owner's alone. Blocking.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(path: &Path) -> Result<SecretKey, KeyError> {
        let fail = |error| KeyError::File { path: path.to_owned(), error };
        let file = File::open(path).map_err(fail)?;
        if file.metadata().map_err(fail)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Open { path: path.to_owned() });
        }
        let mut text = String::new();
        file.take(1024).read_to_string(&mut text).map_err(fail)?;
        let key = from_digits(text.trim()).and_then(|bytes| SecretKey::of(&bytes));
        key.ok_or_else(|| KeyError::Text { path: path.to_owned() })
    }

    /// Makes a key file for its owner alone. Blocking.
    ///
    /// # Errors
    /// When it is there already, or cannot be written.
    pub fn create(path: &Path) -> Result<SecretKey, KeyError> {
        let bytes = random::<BYTES>()?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).chain(["\n".to_owned()]).collect();
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| KeyError::File { path: path.to_owned(), error })?;
        SecretKey::of(&bytes).ok_or(KeyError::Random(NoRandom))
    }

    /// Encrypts a secret of the account `name` (AES-256-GCM): it opens for that name alone.
    pub(super) fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, NoRandom> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = secret.to_vec();
        let by = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(by, Aad::from(name.as_bytes()), &mut sealed).map_err(|_| NoRandom)?;
        Ok([&[VERSION], nonce.as_slice(), &sealed].concat())
    }

    /// What was encrypted for `name`; `None` under another key, for another name, or when it was changed.
    pub(super) fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.strip_prefix(&[VERSION])?.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut text).ok().map(|secret| secret.to_vec())
    }
}

fn from_digits(text: &str) -> Option<Vec<u8>> {
    if text.len() != BYTES * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..BYTES).map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_name_under_its_key() {
        let (key, other) = (SecretKey::of(&[7; 32]).expect("a key"), SecretKey::of(&[8; 32]).expect("a key"));
        let sealed = key.seal("kim", b"secret").expect("sealed");
        assert_eq!(key.open("kim", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_ne!(sealed, key.seal("kim", b"secret").expect("sealed"));
        assert_eq!((key.open("lee", &sealed), other.open("kim", &sealed)), (None, None));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open("kim", &changed), None, "{at}");
            assert_eq!(key.open("kim", &sealed[..at]), None, "{at}");
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("garim.db.key");
        assert!(matches!(SecretKey::read(&path), Err(KeyError::File { .. })));
        let made = SecretKey::create(&path).expect("made");
        assert!(matches!(SecretKey::create(&path), Err(KeyError::File { .. })));
        let sealed = made.seal("kim", b"x").expect("sealed");
        assert!(SecretKey::read(&path).expect("read").open("kim", &sealed).is_some());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("changed");
        assert!(matches!(SecretKey::read(&path), Err(KeyError::Open { .. })));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("changed");
        std::fs::write(&path, "+f".repeat(32)).expect("written");
        assert!(matches!(SecretKey::read(&path), Err(KeyError::Text { .. })));
    }
}
