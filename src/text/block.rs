//! Blocks of 64 bytes, each tested at once to masks of as many bits, with what vectors the processor has.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, mask8x64, u8x64};

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;
/// Blocks that are tested in one go; at first fewer, since who finds something soon asks for no more.
const AHEAD: usize = 16;
const AT_FIRST: usize = 2;

/// Which bytes are told, in one mask or several.
pub(super) trait Classes<const MASKS: usize>: Copy {
    /// Whether each byte is of each class. Always inline, so that it is compiled for each kind of vectors.
    fn of<S: Simd>(self, simd: S, bytes: u8x64<S>) -> [mask8x64<S>; MASKS];
}

/// The masks of a text, worked out some way ahead of where they are asked for.
pub(super) struct Masks<'a, C, const MASKS: usize> {
    bytes: &'a [u8],
    classes: C,
    origin: usize,
    room: [[u64; MASKS]; AHEAD],
    /// Blocks from the origin on that are worked out.
    known: usize,
}

impl<'a, C: Classes<MASKS>, const MASKS: usize> Masks<'a, C, MASKS> {
    pub(super) fn new(bytes: &'a [u8], classes: C) -> Self {
        Masks { bytes, classes, origin: 0, room: [[0; MASKS]; AHEAD], known: 0 }
    }

    /// The masks of the 64 bytes from there on, the lowest bit for the first of them; beyond the end of the text no byte
    /// is of any class. Places are asked for in ascending order.
    #[inline(always)]
    pub(super) fn at(&mut self, place: usize) -> [u64; MASKS] {
        let ahead = place.saturating_sub(self.origin);
        let (number, bit) = (ahead / BLOCK, ahead % BLOCK);
        if number + usize::from(bit > 0) >= self.known {
            self.work_out(place);
            return self.room[0];
        }
        match self.room.get(number..).unwrap_or_default() {
            [block, ..] if bit == 0 => *block,
            [block, next, ..] => std::array::from_fn(|mask| block[mask] >> bit | next[mask] << (BLOCK - bit)),
            _ => [0; MASKS],
        }
    }

    #[inline(never)]
    fn work_out(&mut self, place: usize) {
        let count = if self.known == 0 { AT_FIRST } else { AHEAD };
        let rest = self.bytes.get(place..).unwrap_or_default();
        let (whole, last) = rest.as_chunks::<BLOCK>();
        let whole = whole.get(..count).unwrap_or(whole);
        (self.origin, self.known) = (place, count);
        let (of_whole, of_last) = self.room.split_at_mut(whole.len());
        test(whole, self.classes, of_whole);
        of_last.fill([0; MASKS]);
        if whole.len() < count {
            test(&[beyond_end(last)], self.classes, of_last);
        }
    }
}

fn test<C: Classes<MASKS>, const MASKS: usize>(blocks: &[[u8; BLOCK]], classes: C, room: &mut [[u64; MASKS]]) {
    dispatch!(Level::new(), simd => test_with(simd, blocks, classes, room));
}

#[inline(always)]
fn test_with<S: Simd, C: Classes<MASKS>, const MASKS: usize>(
    simd: S,
    blocks: &[[u8; BLOCK]],
    classes: C,
    room: &mut [[u64; MASKS]],
) {
    for (block, room) in blocks.iter().zip(room) {
        // Not mapped: a closure that is not inlined is not compiled for the vectors.
        for (mask, bits) in classes.of(simd, u8x64::from_slice(simd, block)).into_iter().zip(room) {
            *bits = simd.to_bitmask_mask8x64(mask);
        }
    }
}

/// The first bytes of a rest that is shorter than is looked at, filled up with zero bytes.
#[inline]
pub(super) fn beyond_end<const LEN: usize>(rest: &[u8]) -> [u8; LEN] {
    let mut filled = [0; LEN];
    filled.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Copy)]
    struct Digits;

    impl Classes<2> for Digits {
        #[inline(always)]
        fn of<S: Simd>(self, simd: S, bytes: u8x64<S>) -> [mask8x64<S>; 2] {
            let splat = |byte| u8x64::splat(simd, byte);
            [(bytes - splat(b'0')).simd_lt(splat(10)), bytes.simd_eq(splat(b' '))]
        }
    }

    proptest! {
        #[test]
        fn masks_say_which_bytes_are_of_a_class(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), b'0'..=b'9', Just(b' ')], 0..3000),
            steps in proptest::collection::vec(0_usize..300, 1..40),
        ) {
            let (mut masks, mut place) = (Masks::new(&bytes, Digits), 0);
            for step in steps {
                place += step;
                let [digits, spaces] = masks.at(place);
                for at in 0..BLOCK {
                    let byte = bytes.get(place + at).copied().unwrap_or(0);
                    prop_assert_eq!(digits >> at & 1 == 1, byte.is_ascii_digit());
                    prop_assert_eq!(spaces >> at & 1 == 1, byte == b' ');
                }
            }
        }

        /// What the processor can do makes no difference.
        #[test]
        fn vectors_of_every_kind_tell_the_same(bytes in proptest::collection::vec(any::<u8>(), BLOCK..700)) {
            let (blocks, _) = bytes.as_chunks::<BLOCK>();
            let of_level = |level: Level| {
                let mut room = [[0; 2]; AHEAD];
                dispatch!(level, simd => test_with(simd, blocks, Digits, &mut room));
                room
            };
            prop_assert_eq!(of_level(Level::new()), of_level(Level::baseline()));
        }
    }
}
