//! Encryption (ISO 32000-2 section 7.6): what everybody can open, because its user password is empty, is read.

use super::object::{Dict, Object};
use crate::extract::Halt;
use crate::vocab::Reason;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256, Block};
use md5::Md5;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// What an empty password is filled up with (section 7.6.4.3.2).
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E, 0x00,
    0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

const LOCKED: Halt = Halt::Part(Reason::Encrypted);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    None,
    Rc4,
    Aes128,
    Aes256,
}

/// What of a file is to be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Stream,
    /// The stream of an attachment.
    File,
    /// XMP.
    Metadata,
}

/// The key of a file, and what it is used with.
#[derive(Debug)]
pub(super) struct Crypt {
    key: Vec<u8>,
    strings: Method,
    streams: Method,
    files: Method,
    metadata: bool,
}

impl Crypt {
    /// Opens a file with the empty password. `id` is the first half of its identifier.
    ///
    /// # Errors
    /// [`Reason::Encrypted`], if it needs another; [`Reason::Drm`], if no password opens it.
    pub(super) fn open(encrypt: &Dict, id: &[u8]) -> Result<Crypt, Halt> {
        match encrypt.get("Filter").name() {
            Some(b"Standard") => {}
            Some(b"Adobe.PubSec" | b"Adobe.PPKLite") | None => return Err(LOCKED),
            Some(_) => return Err(Halt::Part(Reason::Drm)),
        }
        let version = encrypt.get("V").int().unwrap_or(0);
        let revision = encrypt.get("R").int().unwrap_or(0);
        let metadata = *encrypt.get("EncryptMetadata") != Object::Bool(false);
        let key = match revision {
            2..=4 => old_key(encrypt, id, version, revision, metadata),
            5 | 6 => new_key(encrypt, revision),
            _ => None,
        };
        let key = key.ok_or(LOCKED)?;
        let method = |name: &str| method(encrypt, version, name);
        let streams = method("StmF")?;
        let files = if encrypt.has("EFF") { method("EFF")? } else { streams };
        Ok(Crypt { key, strings: method("StrF")?, streams, files, metadata })
    }

    /// Decrypts; what is too short or badly padded comes out as far as it can.
    pub(super) fn decrypt(&self, kind: Kind, owner: (u32, u16), bytes: &[u8]) -> Vec<u8> {
        let method = match kind {
            Kind::String => self.strings,
            Kind::Metadata if !self.metadata => Method::None,
            Kind::Stream | Kind::Metadata => self.streams,
            Kind::File => self.files,
        };
        match method {
            Method::None => bytes.to_vec(),
            Method::Rc4 => rc4(&self.object_key(owner, b""), bytes),
            Method::Aes128 => unpadded(cbc(&self.object_key(owner, b"sAlT"), bytes)),
            Method::Aes256 => unpadded(cbc(&self.key, bytes)),
        }
    }

    /// The key of one object (algorithm 1).
    fn object_key(&self, (number, generation): (u32, u16), salt: &[u8]) -> Vec<u8> {
        let mut digest = Md5::new();
        digest.update(&self.key);
        digest.update(number.to_le_bytes().get(..3).unwrap_or_default());
        digest.update(generation.to_le_bytes());
        digest.update(salt);
        let length = self.key.len().saturating_add(5).min(16);
        digest.finalize().iter().copied().take(length).collect()
    }
}

fn method(encrypt: &Dict, version: i64, which: &str) -> Result<Method, Halt> {
    if version < 4 {
        return Ok(Method::Rc4);
    }
    let Some(name) = encrypt.get(which).name() else { return Ok(Method::None) };
    if name == b"Identity" {
        return Ok(Method::None);
    }
    let name = std::str::from_utf8(name).map_err(|_| LOCKED)?;
    match encrypt.get("CF").get(name).get("CFM").name() {
        Some(b"None") => Ok(Method::None),
        Some(b"V2") => Ok(Method::Rc4),
        Some(b"AESV2") => Ok(Method::Aes128),
        Some(b"AESV3") => Ok(Method::Aes256),
        _ => Err(LOCKED),
    }
}

/// The key of revisions 2 to 4 (algorithms 2, 4, 5 and 7), if the empty password is the user's or the owner's.
fn old_key(encrypt: &Dict, id: &[u8], version: i64, revision: i64, metadata: bool) -> Option<Vec<u8>> {
    let bits = match version {
        1 => 40,
        4 => 128,
        _ => encrypt.get("Length").int().unwrap_or(40),
    };
    let length = usize::try_from(bits / 8).ok()?.clamp(5, 16);
    let key_of = |user_password: &[u8]| -> Option<Vec<u8>> {
        let mut digest = Md5::new();
        digest.update(user_password);
        digest.update(encrypt.get("O").string()?.get(..32)?);
        digest.update((encrypt.get("P").int()? as u32).to_le_bytes());
        digest.update(id);
        if revision >= 4 && !metadata {
            digest.update([0xFF; 4]);
        }
        let key = stretched(digest.finalize().to_vec(), length, revision)?;
        is_user_key(encrypt, id, revision, &key).then_some(key)
    };
    key_of(&PADDING).or_else(|| {
        // What the owner's password opens is the user's.
        let key = stretched(Md5::digest(PADDING).to_vec(), length, revision)?;
        let locked = encrypt.get("O").string()?.get(..32)?;
        key_of(&rounds(&key, locked, revision, true))
    })
}

fn stretched(mut key: Vec<u8>, length: usize, revision: i64) -> Option<Vec<u8>> {
    if revision >= 3 {
        for _ in 0..50 {
            key = Md5::digest(key.get(..length)?).to_vec();
        }
    }
    key.truncate(length);
    Some(key)
}

/// RC4 once, or twenty times with keys next to each other, forwards or backwards.
fn rounds(key: &[u8], bytes: &[u8], revision: i64, backwards: bool) -> Vec<u8> {
    let last = if revision >= 3 { 19_u8 } else { 0 };
    (0..=last).fold(bytes.to_vec(), |bytes, round| {
        let round = if backwards { last.saturating_sub(round) } else { round };
        rc4(&key.iter().map(|byte| byte ^ round).collect::<Vec<_>>(), &bytes)
    })
}

fn is_user_key(encrypt: &Dict, id: &[u8], revision: i64, key: &[u8]) -> bool {
    let Some(user) = encrypt.get("U").string() else { return false };
    if revision == 2 {
        return rc4(key, &PADDING) == *user;
    }
    let mut digest = Md5::new();
    digest.update(PADDING);
    digest.update(id);
    Some(rounds(key, &digest.finalize(), revision, false).as_slice()) == user.get(..16)
}

/// The key of revisions 5 and 6 (algorithm 2.A), if the empty password is the user's or the owner's.
fn new_key(encrypt: &Dict, revision: i64) -> Option<Vec<u8>> {
    let user = encrypt.get("U").string()?.get(..48)?;
    let key_of = |check: &str, wrapped: &str, more: &[u8]| -> Option<Vec<u8>> {
        let check = encrypt.get(check).string()?;
        let hash = |salt: &[u8]| {
            let salted = [salt, more].concat();
            if revision == 5 { Some(Sha256::digest(salted).to_vec()) } else { hardened(&salted, more) }
        };
        if hash(check.get(32..40)?)?.as_slice() != check.get(..32)? {
            return None;
        }
        let key = hash(check.get(40..48)?)?;
        Some(cbc(&key, &[&[0; 16], encrypt.get(wrapped).string()?.get(..32)?].concat()))
    };
    key_of("U", "UE", b"").or_else(|| key_of("O", "OE", user))
}

/// The hash of revision 6 (algorithm 2.B) of the empty password; `more` goes into each round. It ends after 287 rounds at the
/// latest.
fn hardened(salted: &[u8], more: &[u8]) -> Option<Vec<u8>> {
    let mut key = Sha256::digest(salted).to_vec();
    for round in 1_u32.. {
        let cipher = Aes128::new_from_slice(key.get(..16)?).ok()?;
        let mut last: [u8; 16] = key.get(16..32)?.try_into().ok()?;
        let mut out = Vec::with_capacity(64 * 64);
        for chunk in [key.as_slice(), more].concat().repeat(64).chunks_exact(16) {
            let mut block = [0; 16];
            for (to, (left, right)) in block.iter_mut().zip(chunk.iter().zip(last)) {
                *to = left ^ right;
            }
            let mut block = Block::from(block);
            cipher.encrypt_block(&mut block);
            last = block.into();
            out.extend_from_slice(&last);
        }
        let sum: u32 = out.iter().take(16).map(|byte| u32::from(*byte)).sum();
        key = match sum % 3 {
            0 => Sha256::digest(&out).to_vec(),
            1 => Sha384::digest(&out).to_vec(),
            _ => Sha512::digest(&out).to_vec(),
        };
        if round >= 64 && u32::from(*out.last()?) <= round.saturating_sub(32) {
            break;
        }
    }
    key.truncate(32);
    Some(key)
}

/// AES in CBC; the first block is the initialisation vector. What is no whole block at the end is left out.
fn cbc(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let decrypt: Box<dyn Fn(&mut Block)> = if let Ok(cipher) = Aes256::new_from_slice(key) {
        Box::new(move |block| cipher.decrypt_block(block))
    } else if let Ok(cipher) = Aes128::new_from_slice(key) {
        Box::new(move |block| cipher.decrypt_block(block))
    } else {
        return Vec::new();
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut last: [u8; 16] = match bytes.first_chunk() {
        Some(vector) => *vector,
        None => return out,
    };
    for chunk in bytes.get(16..).unwrap_or_default().chunks_exact(16) {
        let Ok(packed) = <[u8; 16]>::try_from(chunk) else { break };
        let mut block = Block::from(packed);
        decrypt(&mut block);
        out.extend(block.iter().zip(last).map(|(left, right)| left ^ right));
        last = packed;
    }
    out
}

fn unpadded(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(pad @ 1..=16) = bytes.last().copied() {
        bytes.truncate(bytes.len().saturating_sub(usize::from(pad)));
    }
    bytes
}

/// RC4: a dozen lines, and needed only to read what others wrote with it.
fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|at| at as u8);
    let at = |state: &[u8; 256], index: u8| state.get(usize::from(index)).copied().unwrap_or(0);
    let mut second = 0_u8;
    for (first, byte) in (0..=255_u8).zip(key.iter().cycle()) {
        second = second.wrapping_add(at(&state, first)).wrapping_add(*byte);
        state.swap(usize::from(first), usize::from(second));
    }
    let (mut first, mut second) = (0_u8, 0_u8);
    let step = |byte: &u8| {
        first = first.wrapping_add(1);
        second = second.wrapping_add(at(&state, first));
        state.swap(usize::from(first), usize::from(second));
        byte ^ at(&state, at(&state, first).wrapping_add(at(&state, second)))
    };
    bytes.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_is_what_others_compute() {
        // The first of the test vectors that the cipher is known by.
        assert_eq!(rc4(b"Key", b"Plaintext"), [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3]);
    }
}
