//! Encrypted workbooks. Excel opens those with the password `VelvetSweatshop` without asking; it protects nothing.
//!
//! MS-OFFCRYPTO sections 2.3.5 (RC4 CryptoAPI), 2.3.6 (RC4) and 2.3.7 (XOR); MS-XLS section 2.2.10.

use super::super::bytes::{from, part, u16_at, u32_at};
use super::super::rc4::Rc4;
use super::records::{BOF, Records};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use md5::{Digest, Md5};

/// Bytes that are encrypted with one key.
const BLOCK: usize = 1024;

/// Opens the stream under the default password, given what `FILEPASS` says; nothing, if that is not its password.
pub(super) fn open(head: &[u8], stream: &mut [u8]) -> Option<()> {
    let keys = match (u16_at(head, 0)?, u16_at(head, 2)?) {
        (1, 1) if head.len() >= 54 => with_md5(from(head, 6))?,
        (1, 2..=4) => with_sha1(from(head, 6))?,
        _ => return None,
    };
    decrypt(stream, &keys);
    Some(())
}

/// The key of a block.
type Keys = Box<dyn Fn(u32) -> Vec<u8>>;

fn password() -> Vec<u8> {
    "VelvetSweatshop".encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Keys of 40 bits (section 2.3.6.2), if the password is right.
fn with_md5(head: &[u8]) -> Option<Keys> {
    let (salt, verifier, hash) = (part(head, 0, 16)?, part(head, 16, 16)?, part(head, 32, 16)?);
    let first = Md5::digest(password());
    let mut salted = Vec::new();
    for _ in 0..16 {
        salted.extend_from_slice(first.get(..5)?);
        salted.extend_from_slice(salt);
    }
    let base: Vec<u8> = Md5::digest(&salted).iter().take(5).copied().collect();
    let keys: Keys = Box::new(move |block| Md5::digest([base.as_slice(), &block.to_le_bytes()].concat()).to_vec());
    let mut rc4 = Rc4::new(&keys(0));
    let (mut verifier, mut hash) = (verifier.to_vec(), hash.to_vec());
    rc4.apply(&mut verifier);
    rc4.apply(&mut hash);
    (Md5::digest(&verifier).to_vec() == hash).then_some(keys)
}

/// Keys of up to 128 bits (section 2.3.5.2), if the password is right.
fn with_sha1(head: &[u8]) -> Option<Keys> {
    let header = u32_at(head, 4)? as usize;
    let bits = u32_at(head, 8usize.checked_add(16)?)?;
    let length = if bits == 0 { 5 } else { (bits / 8) as usize };
    let verifier = from(head, 8usize.checked_add(header)?);
    let salt_size = u32_at(verifier, 0)? as usize;
    let salt = part(verifier, 4, salt_size)?;
    let rest = from(verifier, salt_size.checked_add(4)?);
    let (mut proof, mut hash) = (part(rest, 0, 16)?.to_vec(), part(rest, 20, 20)?.to_vec());
    let base = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[salt, &password()].concat()).as_ref().to_vec();
    let keys: Keys = Box::new(move |block| {
        let whole = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[base.as_slice(), &block.to_le_bytes()].concat());
        let mut key = whole.as_ref().get(..length).unwrap_or(whole.as_ref()).to_vec();
        if length == 5 {
            key.resize(16, 0);
        }
        key
    });
    let mut rc4 = Rc4::new(&keys(0));
    rc4.apply(&mut proof);
    rc4.apply(&mut hash);
    (digest(&SHA1_FOR_LEGACY_USE_ONLY, &proof).as_ref() == hash).then_some(keys)
}

/// Decrypts what records hold: their heads, the beginnings of sheets and some records stand open (MS-XLS section
/// 2.2.10).
fn decrypt(stream: &mut [u8], keys: &Keys) {
    let mut pad = vec![0u8; stream.len()];
    for (block, piece) in (0u32..).zip(pad.chunks_mut(BLOCK)) {
        Rc4::new(&keys(block)).apply(piece);
    }
    let mut open = Vec::new();
    for record in Records::from(stream, 0) {
        let start = record.at.saturating_add(4);
        let skip = match record.id {
            BOF | 0x2F | 0x194 | 0x195 | 0xE1 | 0x138 => continue,
            // Of a sheet's entry, the place of its beginning.
            0x85 => 4,
            _ => 0,
        };
        open.push((start.saturating_add(skip), start.saturating_add(record.data.len())));
    }
    for (start, end) in open {
        if let (Some(data), Some(pad)) = (stream.get_mut(start..end), pad.get(start..end)) {
            data.iter_mut().zip(pad).for_each(|(byte, pad)| *byte ^= pad);
        }
    }
}
