//! Which bytes of a block could begin a candidate, one bit each.

use crate::text::Charset;
use crate::text::block::{BLOCK, mask};

/// The masks of the first 64 bytes, of ASCII digits and of bytes that can begin a candidate in another way; a shorter
/// rest is filled up with zero bytes.
#[inline]
pub(super) fn masks(rest: &[u8], charset: Charset) -> (u64, u64) {
    match rest.first_chunk() {
        Some(block) => of_block(block, charset),
        None => of_rest(rest, charset),
    }
}

#[cold]
fn of_rest(rest: &[u8], charset: Charset) -> (u64, u64) {
    let mut block = [0; BLOCK];
    block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    of_block(&block, charset)
}

#[inline(always)]
fn of_block(block: &[u8; BLOCK], charset: Charset) -> (u64, u64) {
    let digits = mask(block, |byte| byte.wrapping_sub(b'0') < 10);
    let ascii = |byte: u8| (byte == b'@') | (byte == b'&') | (byte == b'\\');
    let others = match charset {
        // Lead bytes of characters that can be digits: not those of Hangul (EA to ED), of CJK (E3 to E9).
        Charset::Utf8 => mask(block, |byte| ascii(byte) | (byte.wrapping_sub(0xC2) < 0x21) | (byte >= 0xEE)),
        // Full-width, circled and raised digits.
        Charset::Cp949 => mask(block, |byte| ascii(byte) | (byte == 0xA3) | (byte.wrapping_sub(0xA8) < 2)),
        Charset::AsciiBased => mask(block, ascii),
    };
    (digits, others)
}
