//! Distribution documents (배포용 문서): their text is encrypted under a key that stands, disguised, before it.
//!
//! Source: Hancom's "한글 문서 파일 형식 배포용 문서", sections 2 and 3.

use super::super::bytes::{part, u32_at};
use super::records::{DISTRIBUTE_DOC_DATA, Records};
use crate::extract::Halt;
use aws_lc_rs::cipher::{AES_128, DecryptingKey, DecryptionContext, UnboundCipherKey};

/// The size of the record that holds the key.
const KEY_RECORD: usize = 256;
const BLOCK: usize = 16;

/// The stream as it was before it was locked, still deflated; nothing, if it is not locked.
pub(super) fn unlock(stream: &[u8]) -> Result<Option<Vec<u8>>, Halt> {
    let mut records = Records::of(stream);
    let Some(record) = records.next().filter(|record| record.tag == DISTRIBUTE_DOC_DATA) else { return Ok(None) };
    let mut sheet = record.data.to_vec();
    if sheet.len() != KEY_RECORD {
        return Err(Halt::DAMAGED);
    }
    undisguise(&mut sheet);
    let at = 4usize.saturating_add(usize::from(sheet.first().copied().unwrap_or(0) & 0xF));
    let key = part(&sheet, at, BLOCK).ok_or(Halt::DAMAGED)?;
    decrypt(key, records.rest()).map(Some)
}

/// Takes off what the numbers of a linear congruential generator put over all but the seed.
fn undisguise(sheet: &mut [u8]) {
    let mut state = u32_at(sheet, 0).unwrap_or(0);
    let mut random = || {
        state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
        (state >> 16 & 0x7FFF) as u8
    };
    let (mut over, mut times) = (0, 0);
    for (at, byte) in sheet.iter_mut().enumerate() {
        if times == 0 {
            over = random();
            times = (random() & 0xF).saturating_add(1);
        }
        if at >= 4 {
            *byte ^= over;
        }
        times = times.saturating_sub(1);
    }
}

/// AES-128-ECB; what is no whole block at the end is padding.
fn decrypt(key: &[u8], locked: &[u8]) -> Result<Vec<u8>, Halt> {
    let key = UnboundCipherKey::new(&AES_128, key).and_then(DecryptingKey::ecb).map_err(|_| Halt::DAMAGED)?;
    let mut open = locked.to_vec();
    open.truncate(locked.len() - locked.len() % BLOCK);
    key.decrypt(&mut open, DecryptionContext::None).map_err(|_| Halt::DAMAGED)?;
    Ok(open)
}
