//! Keys, and the text of a key file.

use crate::vocab::Kind;
use aws_lc_rs::aead::{AES_256_GCM_SIV, LessSafeKey, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

/// The bytes of a key.
const BYTES: usize = 32;
/// What a key's line in a file begins with.
const LABEL: &str = "seal-1 ";
/// Keys that a rotated file holds beside the one that seals and the one that will be next.
const OLDER: usize = 3;

/// What every key file begins with.
const HEAD: &str = "\
# garim: keys of sealed references. The first one seals, all of them open; the second is the next to seal. Keep the file\n\
# secret (mode 0600), the same on every node. Change it with `garim key rotate`, then `garim reload` on every node.\n\
# 가림 참조값의 열쇠. 첫 줄로 봉하고 모든 줄로 엽니다. 모든 서버에 같은 파일을 두고 600 권한으로 지키십시오.\n";

/// Why the text of a key file is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// A line that is no key.
    #[error("line {line} is no key; expected \"seal-1 \" and 43 letters, as `garim key new` writes")]
    Line {
        /// Its number, from 1.
        line: usize,
    },
    /// Nothing but remarks.
    #[error("there is no key in it; `garim key new` makes one")]
    Empty,
}

/// One key: what it seals with, what its nonces are made with, and by what it is told from others.
pub(super) struct Key {
    pub(super) id: u8,
    pub(super) aead: LessSafeKey,
    pub(super) mac: hmac::Key,
    /// What secrets for other ends are made with.
    other: hmac::Key,
    /// What values are hashed with: of every finding that is recorded.
    values: hmac::Key,
}

impl Key {
    fn new(secret: &[u8; BYTES]) -> Option<Key> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derived = |purpose: &str| hmac::sign(&root, format!("garim sealed reference 1: {purpose}").as_bytes());
        let aead = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, derived("aead").as_ref()).ok()?);
        let mac = hmac::Key::new(hmac::HMAC_SHA256, derived("nonce").as_ref());
        let other = hmac::Key::new(hmac::HMAC_SHA256, derived("other ends").as_ref());
        let values = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&other, b"allow list").as_ref());
        Some(Key { id: derived("name").as_ref().first().copied()?, aead, mac, other, values })
    }
}

/// What a keyed hash begins with.
const HASH: &str = "hmac:";
/// The bytes of a keyed hash that are written, after that of its key: too many to be met by chance.
const HASH_BYTES: usize = 20;

impl Key {
    /// HMAC-SHA256 of the kind and the value, cut (RFC 2104, section 5), under a key for this end alone.
    fn fingerprint(&self, kind: Kind, value: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.values);
        context.update(kind.name().as_bytes());
        context.update(&[0]);
        context.update(value);
        let mut bytes = vec![self.id];
        bytes.extend(context.sign().as_ref().iter().take(HASH_BYTES));
        let mut text = HASH.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        text
    }
}

/// The keys of a process, never empty: the first seals, all of them open. Its `Debug` shows nothing of them.
pub struct Ring {
    pub(super) keys: Vec<Key>,
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("keys", &self.keys.len()).finish()
    }
}

impl Ring {
    /// A ring of one key, from 32 random bytes; `None` if the library refuses it.
    pub fn of(secret: &[u8; BYTES]) -> Option<Ring> {
        Some(Ring { keys: vec![Key::new(secret)?] })
    }

    /// A secret of 32 bytes for another end, the same on every node that has this key file; nothing follows from it about
    /// the keys. It changes when the first key does.
    pub fn derived(&self, end: &str) -> Vec<u8> {
        let secret = self.keys.first().map(|key| hmac::sign(&key.other, end.as_bytes()));
        secret.map(|secret| secret.as_ref().to_vec()).unwrap_or_default()
    }

    /// The same of every key: what was made before the first key changed can still be checked.
    pub fn all_derived(&self, end: &str) -> Vec<Vec<u8>> {
        self.keys.iter().map(|key| hmac::sign(&key.other, end.as_bytes()).as_ref().to_vec()).collect()
    }

    /// The keyed hash of a value, normalised, of a kind, under the first key: `hmac:` and letters, the same on every node that
    /// has this key file. For lists of values that must not be written down.
    pub fn fingerprint(&self, kind: Kind, value: &[u8]) -> String {
        self.fingerprints(kind, value).next().unwrap_or_default()
    }

    /// The same under every key: those that were made before the first key changed still hold.
    pub fn fingerprints(&self, kind: Kind, value: &[u8]) -> impl Iterator<Item = String> {
        self.keys.iter().map(move |key| key.fingerprint(kind, value))
    }

    /// Whether a text is the keyed hash of something under one of these keys, as far as can be seen.
    pub fn made(&self, hash: &str) -> bool {
        let bytes = hash.strip_prefix(HASH).and_then(|letters| URL_SAFE_NO_PAD.decode(letters).ok());
        let id = bytes.filter(|bytes| bytes.len() == HASH_BYTES + 1).and_then(|bytes| bytes.first().copied());
        id.is_some_and(|id| self.keys.iter().any(|key| key.id == id))
    }

    /// Reads the text of a key file: a key a line, `#` for remarks.
    ///
    /// # Errors
    /// When a line is no key, or there is none.
    pub fn parse(text: &str) -> Result<Ring, KeyFileError> {
        let mut keys = Vec::new();
        for (number, line) in lines(text) {
            let key = secret(line).and_then(|secret| Key::new(&secret));
            keys.push(key.ok_or(KeyFileError::Line { line: number })?);
        }
        if keys.is_empty() { Err(KeyFileError::Empty) } else { Ok(Ring { keys }) }
    }
}

/// The lines that ought to be keys, with their numbers from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().map(str::trim).enumerate().map(|(number, line)| (number + 1, line));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn secret(line: &str) -> Option<[u8; BYTES]> {
    URL_SAFE_NO_PAD.decode(line.strip_prefix(LABEL)?.trim()).ok()?.try_into().ok()
}

/// The text of a key file with these keys, each of 32 random bytes.
pub fn key_file(secrets: &[[u8; BYTES]]) -> String {
    let mut text = HEAD.to_owned();
    for secret in secrets {
        text.push_str(LABEL);
        URL_SAFE_NO_PAD.encode_string(secret, &mut text);
        text.push('\n');
    }
    text
}

/// The text of a key file once its second key has become the first, with a new key behind it: every node that has the
/// file from before already opens what is sealed from now on. Of the older ones three stay; what those before them sealed
/// is refused from then on.
///
/// # Errors
/// When the text was no key file; nothing is lost by mistake.
pub fn rotated(text: &str, secret: &[u8; BYTES]) -> Result<String, KeyFileError> {
    Ring::parse(text)?;
    let lines: Vec<&str> = lines(text).map(|(_, line)| line).collect();
    let fresh = key_file(&[*secret]);
    let (first, others) = lines.split_first().ok_or(KeyFileError::Empty)?;
    let mut rotated = HEAD.to_owned();
    let (next, older) = others.split_first().map_or((None, others), |(next, older)| (Some(*next), older));
    let fresh = fresh.lines().last().unwrap_or_default();
    for line in next.into_iter().chain([fresh, *first]).chain(older.iter().take(OLDER - 1).copied()) {
        rotated.push_str(line);
        rotated.push('\n');
    }
    Ok(rotated)
}
