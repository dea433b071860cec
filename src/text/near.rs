//! Looking for a byte that mostly stands near.

/// Where the byte first stands. What is looked for in markup mostly stands near: the first bytes are read eight at a time,
/// without a call.
#[inline]
pub fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const NEAR: usize = 4;
    let (eights, _) = bytes.as_chunks::<8>();
    for (number, eight) in eights.iter().take(NEAR).enumerate() {
        // A byte that is the one looked for becomes zero; of the zero bytes the lowest sets its highest bit for certain.
        let differing = u64::from_le_bytes(*eight) ^ (ONES * u64::from(byte));
        let zeros = differing.wrapping_sub(ONES) & !differing & (ONES << 7);
        if zeros != 0 {
            return Some(8 * number + zeros.trailing_zeros() as usize / 8);
        }
    }
    let near = 8 * eights.len().min(NEAR);
    memchr::memchr(byte, bytes.get(near..)?).map(|at| near + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_first(bytes in proptest::collection::vec(0x7Eu8..0x83, 0..80), byte in 0x7Eu8..0x83) {
            prop_assert_eq!(find(byte, &bytes), bytes.iter().position(|other| *other == byte));
        }
    }
}
