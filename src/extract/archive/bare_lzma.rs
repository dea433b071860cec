//! .lzma: an LZMA stream behind 13 bytes that say how it is packed, without a mark or a sum.

use super::compressed;
use crate::extract::{Format, Halt, Walk};
use crate::vocab::Reason;
use lzma_rust2::LzmaReader;
use std::io;

/// Files packed with LZMA alone.
pub(in crate::extract) const FORMATS: &[Format] = &[Format { name: "lzma", bears, read }];

/// The properties are in range, the window is one that programs choose (2ⁿ or 2ⁿ + 2ⁿ⁻¹), the size is unknown or below
/// 256 GiB, and the range coder begins with zero: what xz asks before it believes that a file is LZMA, and one byte more.
fn bears(bytes: &[u8]) -> bool {
    let Some((&[properties, w0, w1, w2, w3, ref size @ .., coder], _)) = bytes.split_first_chunk::<14>() else {
        return false;
    };
    let window = u32::from_le_bytes([w0, w1, w2, w3]);
    let size = size.iter().rev().fold(0, |size: u64, &byte| size << 8 | u64::from(byte));
    let chosen = window.count_ones() == 1
        || (window.count_ones() == 2 && window.leading_zeros() + window.trailing_zeros() == 30)
        || window == u32::MAX;
    properties < 225 && window >= 4096 && chosen && (size == u64::MAX || size < 1 << 38) && coder == 0
}

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    // Its limit is in KiB and counts the window, which the file declares, before that is taken.
    let window = u32::try_from(walk.limits().window_bytes >> 10).unwrap_or(u32::MAX);
    let mut stream = LzmaReader::new_mem_limit(bytes, window, None).map_err(|error| match error.kind() {
        io::ErrorKind::OutOfMemory => Halt::Part(Reason::TooLarge),
        _ => Halt::DAMAGED,
    })?;
    stream.set_defer_errors(true);
    let done = compressed::unpack(stream, walk);
    if done.is_err() {
        // The mark is weak: it may be no LZMA at all.
        walk.raw(bytes)?;
    }
    done.map(drop)
}

#[cfg(test)]
mod tests {
    use super::bears;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    /// "name,number\n900101-1234568\n" as `lzma` packs it, with a window of 64 KiB.
    const PACKED: &[u8] = include_bytes!("../../../tests/documents/archive/number.lzma");

    #[test]
    fn a_lone_stream_is_unpacked() {
        let heard = Heard::of("a.csv.lzma", PACKED);
        assert_eq!(heard.place_of("900101-1234568"), Some("a.csv.lzma › a.csv"));
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn a_window_beyond_the_limit_is_not_taken() {
        let mut large = PACKED.to_vec();
        large[1..5].copy_from_slice(&0x4000_0000_u32.to_le_bytes());
        assert_eq!(Heard::of("a.lzma", &large).unreadable, [("a.lzma".to_owned(), Reason::TooLarge)]);
    }

    #[test]
    fn what_only_looks_like_it_is_searched_as_it_is() {
        let other = [b"\x5D\0\0\x01\0".as_slice(), &[0xFF; 8], &[0], b"900101-1234568 \xFF\xFF\xFF\xFF"].concat();
        assert!(bears(&other));
        let heard = Heard::of("a.dat", &other);
        assert!(heard.raw.contains(&("a.dat".to_owned(), other)));
        assert!(heard.unreadable.contains(&("a.dat".to_owned(), Reason::Damaged)));
        assert!(!bears(b"]\0\0\x80\0 text of some kind"));
    }
}
