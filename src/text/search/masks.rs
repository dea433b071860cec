//! Which bytes of a block could begin a candidate, one bit each.
//!
//! Plain code over byte arrays, written so that the compiler turns it into vector instructions: eight rows of eight
//! bytes are tested at once and folded into one word, whose eight by eight bits are then turned so that bit N is byte N.

use crate::text::Charset;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

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

/// One bit for each byte that passes the test.
#[inline(always)]
fn mask(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let flags = block.map(|byte| u8::from(test(byte)).wrapping_neg());
    let (rows, _) = flags.as_chunks::<8>();
    let bits = |(number, row): (usize, &[u8; 8])| u64::from_le_bytes(*row) & (0x0101_0101_0101_0101 << number);
    let folded = rows.iter().enumerate().map(bits).fold(0, |all, row| all | row);
    if folded == 0 { 0 } else { turned(folded) }
}

/// Eight rows of eight bits turned into columns (Warren, Hacker's Delight, 7-3).
#[inline(always)]
fn turned(bits: u64) -> u64 {
    let swap = |bits: u64, by: u32, which: u64| {
        let differing = (bits ^ (bits >> by)) & which;
        bits ^ differing ^ (differing << by)
    };
    let bits = swap(bits, 7, 0x00AA_00AA_00AA_00AA);
    let bits = swap(bits, 14, 0x0000_CCCC_0000_CCCC);
    swap(bits, 28, 0x0000_0000_F0F0_F0F0)
}
