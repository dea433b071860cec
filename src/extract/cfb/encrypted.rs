//! Encrypted OOXML (MS-OFFCRYPTO section 2.3.4): Excel opens it without asking under the password `VelvetSweatshop`,
//! and so
//! does this.

use super::bytes::{from, part, u16_at, u32_at};
use super::tree::{Id, Tree};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use aws_lc_rs::cipher::{AES_128, AES_192, AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey};
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::iv::FixedLength;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The password that Excel tries by itself.
const PASSWORD: &str = "VelvetSweatshop";
/// Rounds of hashing, at most: Office takes 100,000.
const MOST_ROUNDS: u32 = 200_000;
/// Bytes that are encrypted with one initialisation vector.
const SEGMENT: usize = 4096;
const BLOCK: usize = 16;

/// A package that is encrypted as a whole.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(info) = tree.get(at, "EncryptionInfo", walk)? else { return Ok(()) };
    // What is encrypted is noise: it is not searched.
    tree.stream(at, "EncryptedPackage").into_iter().for_each(|id| tree.take(id));
    tree.storage(at, "\u{6}DataSpaces").into_iter().for_each(|id| tree.take(id));
    let key = match (u16_at(&info, 0), u16_at(&info, 2)) {
        (Some(4), Some(4)) => Key::agile(from(&info, 8), walk)?,
        (Some(2..=4), Some(2)) => Key::standard(from(&info, 4), walk)?,
        _ => None,
    };
    let key = key.ok_or(Halt::Part(Reason::Encrypted))?;
    let package = tree.get(at, "EncryptedPackage", walk)?.ok_or(Halt::DAMAGED)?;
    let length = u32_at(&package, 0).ok_or(Halt::DAMAGED)? as usize;
    let mut plain = key.open(from(&package, 8)).ok_or(Halt::DAMAGED)?;
    plain.truncate(length);
    walk.unpacked(plain.len())?;
    walk.open("EncryptedPackage", &plain)
}

/// The key of a package.
enum Key {
    /// The same key for every block.
    Standard(Vec<u8>),
    /// A vector for every segment, made of a salt.
    Agile { key: Vec<u8>, salt: Vec<u8>, hash: &'static Algorithm },
}

impl Key {
    fn open(&self, locked: &[u8]) -> Option<Vec<u8>> {
        match self {
            Key::Standard(key) => ecb(key, locked),
            Key::Agile { key, salt, hash } => {
                let mut plain = Vec::with_capacity(locked.len());
                for (number, segment) in (0u32..).zip(locked.chunks(SEGMENT)) {
                    let vector = digest(hash, &[salt.as_slice(), &number.to_le_bytes()].concat());
                    plain.extend(cbc(key, vector.as_ref(), segment)?);
                }
                Some(plain)
            }
        }
    }

    /// The key of the older way (section 2.3.4.7), if the password is right.
    fn standard(info: &[u8], walk: &Walk<'_>) -> Result<Option<Key>, Halt> {
        let hash = &SHA1_FOR_LEGACY_USE_ONLY;
        let fields = || {
            let header = u32_at(info, 4)? as usize;
            let bytes = u32_at(info, 8usize.checked_add(16)?)? as usize / 8;
            let verifier = from(info, 8usize.checked_add(header)?);
            Some((bytes, part(verifier, 4, 16)?, part(verifier, 20, 16)?, part(verifier, 40, 32)?))
        };
        let Some((bytes, salt, proof, proof_hash)) = fields() else { return Ok(None) };
        let rounds = spun(hash, salt, 50_000, walk)?;
        let last = digest(hash, &[rounds.as_slice(), &[0; 4]].concat());
        let filled = |fill: u8| {
            let mut pad = vec![fill; 64];
            pad.iter_mut().zip(last.as_ref()).for_each(|(pad, byte)| *pad ^= byte);
            digest(hash, &pad).as_ref().to_vec()
        };
        let mut key = [filled(0x36), filled(0x5C)].concat();
        key.truncate(bytes);
        let (Some(proof), Some(proof_hash)) = (ecb(&key, proof), ecb(&key, proof_hash)) else { return Ok(None) };
        let right = proof_hash.starts_with(digest(hash, &proof).as_ref());
        Ok(right.then_some(Key::Standard(key)))
    }

    /// The key of the newer way (section 2.3.4.10), which an XML document describes, if the password is right.
    fn agile(xml: &[u8], walk: &Walk<'_>) -> Result<Option<Key>, Halt> {
        let text = String::from_utf8_lossy(xml);
        let (Some(data), Some(locked)) = (element(&text, "keyData"), element(&text, "encryptedKey")) else {
            return Ok(None);
        };
        let fields = || {
            let hash = algorithm(attribute(locked, "hashAlgorithm")?)?;
            let rounds = attribute(locked, "spinCount")?.parse().ok().filter(|&rounds| rounds <= MOST_ROUNDS)?;
            let bytes = attribute(locked, "keyBits")?.parse::<usize>().ok()? / 8;
            Some((hash, rounds, bytes, binary(locked, "saltValue")?))
        };
        let Some((hash, rounds, bytes, salt)) = fields() else { return Ok(None) };
        let spun = spun(hash, &salt, rounds, walk)?;
        let open = |name: &str, purpose: [u8; 8]| {
            let mut key = digest(hash, &[spun.as_slice(), &purpose].concat()).as_ref().to_vec();
            key.resize(bytes, 0x36);
            cbc(&key, &salt, &binary(locked, name)?)
        };
        let opened = || {
            let proof = open("encryptedVerifierHashInput", [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79])?;
            let proof_hash = open("encryptedVerifierHashValue", [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E])?;
            if !proof_hash.starts_with(digest(hash, &proof).as_ref()) {
                return None;
            }
            let mut key = open("encryptedKeyValue", [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6])?;
            key.truncate(bytes);
            let hash = algorithm(attribute(data, "hashAlgorithm")?)?;
            Some(Key::Agile { key, salt: binary(data, "saltValue")?, hash })
        };
        Ok(opened())
    }
}

/// The password hashed that many times over.
fn spun(hash: &'static Algorithm, salt: &[u8], rounds: u32, walk: &Walk<'_>) -> Result<Vec<u8>, Halt> {
    let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut last = digest(hash, &[salt, &password].concat());
    let mut input = Vec::new();
    for round in 0..rounds {
        if round % 4096 == 0 {
            walk.tick()?;
        }
        input.clear();
        input.extend_from_slice(&round.to_le_bytes());
        input.extend_from_slice(last.as_ref());
        last = digest(hash, &input);
    }
    Ok(last.as_ref().to_vec())
}

fn algorithm(name: &str) -> Option<&'static Algorithm> {
    match name {
        "SHA1" | "SHA-1" => Some(&SHA1_FOR_LEGACY_USE_ONLY),
        "SHA256" | "SHA-256" => Some(&SHA256),
        "SHA384" | "SHA-384" => Some(&SHA384),
        "SHA512" | "SHA-512" => Some(&SHA512),
        _ => None,
    }
}

/// The start tag of an element, whatever its prefix.
fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    xml.split('<').map(|tag| tag.split('>').next().unwrap_or(tag)).find(|tag| {
        let own = tag.split([' ', '\r', '\n', '\t', '/']).next().unwrap_or("");
        own.rsplit(':').next() == Some(name)
    })
}

/// The value of an attribute. Its values are names, numbers and base64: nothing is escaped in them.
fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

fn binary(tag: &str, name: &str) -> Option<Vec<u8>> {
    STANDARD.decode(attribute(tag, name)?).ok()
}

fn cipher(key: &[u8]) -> Option<UnboundCipherKey> {
    let algorithm = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        32 => &AES_256,
        _ => return None,
    };
    UnboundCipherKey::new(algorithm, key).ok()
}

/// AES in ECB mode; what is no whole block at the end is left out.
fn ecb(key: &[u8], locked: &[u8]) -> Option<Vec<u8>> {
    let mut open = locked.to_vec();
    open.truncate(locked.len() - locked.len() % BLOCK);
    DecryptingKey::ecb(cipher(key)?).ok()?.decrypt(&mut open, DecryptionContext::None).ok()?;
    Some(open)
}

/// AES in CBC mode; likewise.
fn cbc(key: &[u8], vector: &[u8], locked: &[u8]) -> Option<Vec<u8>> {
    let vector: [u8; BLOCK] = part(vector, 0, BLOCK)?.try_into().ok()?;
    let mut open = locked.to_vec();
    open.truncate(locked.len() - locked.len() % BLOCK);
    let context = DecryptionContext::Iv128(FixedLength::from(vector));
    DecryptingKey::cbc(cipher(key)?).ok()?.decrypt(&mut open, context).ok()?;
    Some(open)
}
