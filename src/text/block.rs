//! Blocks of 64 bytes, each tested at once to a mask of as many bits.
//!
//! Plain code over byte arrays, written so that the compiler turns it into vector instructions: eight rows of eight
//! bytes are tested at once and folded into one word, whose eight by eight bits are then turned so that bit N is byte N.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// One bit for each byte that passes the test.
#[inline(always)]
pub(super) fn mask(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
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
