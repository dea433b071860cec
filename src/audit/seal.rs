//! Seals: signed lines that say how far a chain had come, for a second place where the writer cannot alter them afterwards.

use super::chain::{Hash, from_letters, letters, same, sha256};
use super::error::JournalError;
use super::event::field;
use super::names;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// What the first seal of a folder has for the hash of the seal before it.
pub(super) const NO_SEAL: Hash = [0; 32];

/// What stands before the signature.
const SIGN: &str = ",\"sign\":\"";
/// What is signed begins with this, so that a signature is of no use elsewhere.
const LABEL: &[u8] = b"garim journal seal 1\n";

/// Why a chain was sealed there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The segment was long or old enough.
    Segment,
    /// Records came in, and it was time.
    Interval,
    /// The process ended in order.
    Stop,
    /// The process had ended without that; the next one sealed what it found.
    Left,
}

impl Why {
    const fn name(self) -> &'static str {
        match self {
            Why::Segment => "segment",
            Why::Interval => "interval",
            Why::Stop => "stop",
            Why::Left => "left",
        }
    }
}

/// What is sealed: the chain of `start` up to and with record `seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub start: String,
    pub segment: u32,
    pub seq: u64,
    pub hash: Hash,
    pub why: Why,
}

/// A seal as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Seal {
    /// Its number among all of this folder.
    pub number: u64,
    pub node: String,
    pub start: String,
    pub segment: u32,
    pub seq: u64,
    pub hash: String,
    pub why: String,
    /// When it was sealed, in milliseconds since 1970.
    pub time: i64,
    /// The hash of the seal before it.
    pub prev: String,
    /// The key that it is signed with.
    pub public: String,
    sign: String,
}

impl Seal {
    /// Takes a line without its line feed apart; `None` if it is no seal, or is not signed by the key it names.
    pub fn parse(line: &[u8]) -> Option<(Seal, Hash)> {
        let seal = Seal::read(line)?;
        seal.is_signed(line).then(|| (seal, sha256(line)))
    }

    /// The same without a look at the signature.
    pub fn read(line: &[u8]) -> Option<Seal> {
        serde_json::from_slice(line).ok()
    }

    /// Whether the line that this was read from is signed by the key it names.
    pub fn is_signed(&self, line: &[u8]) -> bool {
        let check = || {
            let (signed, rest) = std::str::from_utf8(line).ok()?.rsplit_once(SIGN)?;
            let whole = rest.strip_suffix("\"}")? == self.sign;
            let sign = URL_SAFE_NO_PAD.decode(&self.sign).ok()?;
            let key = UnparsedPublicKey::new(&ED25519, from_letters(&self.public)?);
            key.verify(&[LABEL, signed.as_bytes()].concat(), &sign).ok()?;
            Some(whole)
        };
        check().unwrap_or(false)
    }

    pub fn is_behind(&self, hash: &Hash) -> bool {
        same(hash, &self.prev)
    }

    pub fn is_at(&self, hash: &Hash) -> bool {
        same(hash, &self.hash)
    }
}

/// Signs seals.
pub(super) struct Signer {
    pair: Ed25519KeyPair,
    pub public: String,
}

impl Signer {
    /// The key in the folder, made at the first start. Whoever reads it can sign what he likes from then on; what was
    /// sealed before, in a second place, stands.
    ///
    /// # Errors
    /// When it cannot be read or made, others may read it, or it is no key.
    pub fn of(folder: &Path) -> Result<Signer, JournalError> {
        let path = folder.join(names::SIGNING);
        let made = || {
            let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| JournalError::Random)?;
            Ok(pair.as_ref().to_vec())
        };
        let bytes = secret(folder, &path, made)?;
        let pair = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| JournalError::Key { path })?;
        let public = letters(pair.public_key().as_ref());
        Ok(Signer { pair, public })
    }

    /// The line of a seal, with its line feed, and its hash.
    pub fn seal(&self, node: &str, point: &Point, number: u64, time: i64, prev: &Hash) -> (String, Hash) {
        let mut line = format!("{{\"number\":{number}");
        field(&mut line, "node", node);
        field(&mut line, "start", &point.start);
        let _ = write!(line, ",\"segment\":{},\"seq\":{}", point.segment, point.seq);
        field(&mut line, "hash", &letters(&point.hash));
        field(&mut line, "why", point.why.name());
        let _ = write!(line, ",\"time\":{time}");
        field(&mut line, "prev", &letters(prev));
        field(&mut line, "public", &self.public);
        let sign = self.pair.sign(&[LABEL, line.as_bytes()].concat());
        line.push_str(SIGN);
        line.push_str(&letters(sign.as_ref()));
        line.push_str("\"}");
        let hash = sha256(line.as_bytes());
        line.push('\n');
        (line, hash)
    }
}

/// The public key of a folder's own seals, if its signing key can be read.
pub(super) fn public_key(folder: &Path) -> Option<String> {
    let bytes = fs::read(folder.join(names::SIGNING)).ok()?;
    Some(letters(Ed25519KeyPair::from_pkcs8(&bytes).ok()?.public_key().as_ref()))
}

/// Whether a word can be the public key of seals, as `garim audit verify` writes it: 32 bytes in base64 for URLs.
pub fn is_public_key(word: &str) -> bool {
    from_letters(word).is_some()
}

/// The longest file with a key, in bytes.
const LONGEST_KEY: u64 = 64 << 10;

/// The bytes of a file that only its owner may read; where there is none, what `make` says is put into one. A crash leaves
/// all of it or nothing.
///
/// # Errors
/// When the file cannot be read or made, or others may read it.
pub(super) fn secret(
    folder: &Path,
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, JournalError>,
) -> Result<Vec<u8>, JournalError> {
    match File::open(path) {
        Ok(mut file) => {
            let mode = file.metadata().map_err(JournalError::at(path))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(JournalError::Readable { path: path.to_owned() });
            }
            let mut bytes = Vec::new();
            (&mut file).take(LONGEST_KEY).read_to_end(&mut bytes).map_err(JournalError::at(path))?;
            Ok(bytes)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let bytes = make()?;
            let beside = path.with_extension("new");
            let write = || {
                let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
                file.write_all(&bytes)?;
                file.sync_all()?;
                fs::rename(&beside, path)
            };
            write().map_err(JournalError::at(path))?;
            names::sync_folder(folder)?;
            Ok(bytes)
        }
        Err(error) => Err(JournalError::at(path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_reads_back_and_no_letter_of_it_may_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let signer = Signer::of(folder.path()).expect("a key");
        assert_eq!(Signer::of(folder.path()).expect("the same").public, signer.public);
        assert_eq!(public_key(folder.path()).as_ref(), Some(&signer.public));
        let point = Point { start: "s".into(), segment: 2, seq: 9, hash: [7; 32], why: Why::Interval };
        let (line, hash) = signer.seal("n\"1", &point, 3, 5, &NO_SEAL);
        let line = line.trim_end().as_bytes();
        let (seal, read) = Seal::parse(line).expect("a seal");
        assert!(read == hash && seal.is_at(&[7; 32]) && seal.is_behind(&NO_SEAL) && seal.node == "n\"1");
        for at in 0..line.len() {
            let mut changed = line.to_vec();
            changed[at] ^= 1;
            assert!(Seal::parse(&changed).is_none(), "{at}");
        }
    }

    #[test]
    fn keys_are_their_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        Signer::of(folder.path()).expect("a key");
        let path = folder.path().join(names::SIGNING);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
        assert!(matches!(Signer::of(folder.path()), Err(JournalError::Readable { .. })));
        fs::remove_file(&path).expect("removed");
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).expect("an empty file");
        assert!(matches!(Signer::of(folder.path()), Err(JournalError::Key { .. })));
    }
}
