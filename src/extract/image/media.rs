//! Sounds and films: what is written about them, in whatever charset, stands in parts of its own, beside what is heard and
//! seen. Those parts are searched as they are.

use crate::extract::{Halt, Walk, wide};

/// So much of the beginning of a format without a directory of its parts.
const HEAD: usize = 256 << 10;

/// How much of the end: ID3v1 and APE tags.
const TAIL: usize = 32 << 10;

/// Searches everything that is neither sound nor picture.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut left = walk.limits().entries;
    let parts = match bytes {
        [b'R', b'I', b'F', b'F', ..] => riff(bytes, &mut left),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] | [_, _, _, _, b'm', b'o' | b'd', ..] => boxes(bytes, &mut left),
        [b'I', b'D', b'3', ..] => vec![id3(bytes), tail(bytes)],
        _ => vec![bytes.get(..HEAD).unwrap_or(bytes), tail(bytes)],
    };
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        walk.raw(part)?;
        wide::say(part, walk)?;
    }
    Ok(())
}

/// The end of a file, as far as it is not its beginning too.
fn tail(bytes: &[u8]) -> &[u8] {
    let rest = bytes.get(HEAD..).unwrap_or_default();
    rest.get(rest.len().saturating_sub(TAIL)..).unwrap_or(rest)
}

/// The tag at the beginning (ID3v2.4 section 3.1): its size has seven bits a byte. Behind it, as much as is read of others.
fn id3(bytes: &[u8]) -> &[u8] {
    let size = bytes.get(6..10).unwrap_or_default();
    let size = size.iter().fold(0_usize, |size, &byte| size << 7 | usize::from(byte & 0x7F));
    bytes.get(..size.saturating_add(10).max(HEAD)).unwrap_or(bytes)
}

/// Boxes of ISO media files (ISO/IEC 14496-12 section 4.2), but for the one with sound and pictures, which may be long.
fn boxes<'a>(bytes: &'a [u8], left: &mut u32) -> Vec<&'a [u8]> {
    let (mut parts, mut rest) = (Vec::new(), bytes);
    while let Some((size, behind)) = rest.split_first_chunk::<4>() {
        *left = left.saturating_sub(1);
        let size = match u32::from_be_bytes(*size) {
            0 => u64::MAX,
            1 => rest.get(8..).and_then(<[u8]>::first_chunk::<8>).map_or(u64::MAX, |size| u64::from_be_bytes(*size)),
            size => u64::from(size),
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX).clamp(8, rest.len().max(8));
        let (own, next) = rest.split_at_checked(size).unwrap_or((rest, &[]));
        if !behind.starts_with(b"mdat") || *left == 0 {
            parts.push(own);
        }
        rest = if *left == 0 { &[] } else { next };
    }
    parts
}

/// Chunks of a RIFF file, but for those with sound and pictures. Behind each odd one is a byte more.
fn riff<'a>(bytes: &'a [u8], left: &mut u32) -> Vec<&'a [u8]> {
    let (mut parts, mut rest) = (Vec::new(), bytes.get(12..).unwrap_or_default());
    while let Some((kind, behind)) = rest.split_first_chunk::<4>() {
        *left = left.saturating_sub(1);
        let Some((size, content)) = behind.split_first_chunk::<4>() else { break };
        let size = usize::try_from(u32::from_le_bytes(*size)).unwrap_or(usize::MAX).min(content.len());
        let (own, next) = content.split_at_checked(size).unwrap_or((content, &[]));
        if !(kind == b"data" || own.starts_with(b"movi")) || *left == 0 {
            parts.push(own);
        }
        rest = if *left == 0 { &[] } else { next.get(size % 2..).unwrap_or_default() };
    }
    parts
}

#[cfg(test)]
mod tests {
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).expect("short").to_be_bytes()[..], kind, content].concat()
    }

    fn chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
        [kind, &u32::try_from(content.len()).expect("short").to_le_bytes(), content, &[0][(content.len() % 2) ^ 1..]]
            .concat()
    }

    #[test]
    fn what_is_written_about_sounds_and_films_is_searched() {
        let wide: Vec<u8> = "김가람 900101-1234568".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let id3 = [&b"ID3\x03\0\0\0\0\0\x40TIT2\0\0\0\x20\0\0\x01\xFF\xFE"[..], &wide, &[0xFF; 64]].concat();
        let film = [
            boxed(b"ftyp", b"isom\0\0\0\0"),
            boxed(b"mdat", b"902222-2222222"),
            boxed(b"moov", &boxed(b"udta", b"\xA9nam 900101-1234568")),
        ];
        let info = [chunk(b"data", b"902222-2222222."), chunk(b"LIST", b"INFOINAM\x10\0\0\x00900101-1234568")].concat();
        let wave = [b"RIFF\0\0\0\0WAVE", &info[..]].concat();
        let ogg = b"OggS\0\x02 vorbis TITLE=900101-1234568".to_vec();
        let mut tagged = b"\xFF\xFB\x90".to_vec();
        tagged.resize(600_000, 0xAA);
        tagged.extend(b"TAG900101-1234568");
        for bytes in [id3, film.concat(), wave, ogg, tagged] {
            let heard = Heard::of("a", &bytes);
            assert_eq!(heard.place_of("900101-1234568"), Some("a › picture data"), "{:?}", bytes.first_chunk::<8>());
            assert_eq!(heard.place_of("902222-2222222"), None);
            assert_eq!(heard.unreadable, [("a".to_owned(), Reason::Image)]);
        }
    }
}
