//! Which bytes could begin a candidate.

use crate::text::Charset;
use crate::text::block::Classes;
use fearless_simd::prelude::*;
use fearless_simd::{mask8x64, u8x64};

/// ASCII digits, and bytes that can begin a candidate in another way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begins(pub(super) Charset);

impl Classes<2> for Begins {
    #[inline(always)]
    fn of<S: Simd>(self, simd: S, bytes: u8x64<S>) -> [mask8x64<S>; 2] {
        let splat = |byte| u8x64::splat(simd, byte);
        let is = |byte| bytes.simd_eq(splat(byte));
        let from = |first, count| (bytes - splat(first)).simd_lt(splat(count));
        let ascii = is(b'@') | is(b'&') | is(b'\\');
        let others = match self.0 {
            // Lead bytes of characters that can be digits: not those of Hangul (EA to ED), of CJK (E3 to E9).
            Charset::Utf8 => ascii | from(0xC2, 0xE3 - 0xC2) | bytes.simd_ge(splat(0xEE)),
            // Full-width, circled and raised digits.
            Charset::Cp949 => ascii | is(0xA3) | from(0xA8, 2),
            Charset::AsciiBased => ascii,
        };
        [from(b'0', 10), others]
    }
}
