//! Whether anything is written about a picture, as far as its beginning tells: sites send pictures in numbers, and most of
//! them say nothing. Who asks has the whole file read where the answer is not [`Written::Nothing`].

use super::{PNG, any, end};

/// What the beginning of a picture says of what is written about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Nothing is written about it. Of a JPEG and a WebP their beginning says so for the whole file, but for what stands
    /// behind the picture.
    Nothing,
    /// Something is, or it is of a format whose parts are not looked at here.
    Something,
    /// More of it has to be seen.
    Unknown,
}

/// What PHP's library writes into every picture that it makes, but for the quality.
const GD: &[u8] = b"CREATOR: gd-jpeg v";
/// So long is what it writes.
const GD_LENGTH: usize = 80;

/// Looks at the beginning of a picture; `whole` if that is all of it.
pub fn written(front: &[u8], whole: bool) -> Written {
    let said = match front {
        [0xFF, 0xD8, 0xFF, ..] => jpeg(front),
        _ if front.starts_with(PNG) => png(front),
        [b'G', b'I', b'F', b'8', ..] => gif(front),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(front),
        [b'B', b'M', ..] | [0, 0, 1, 0, ..] => Some(Written::Nothing),
        _ if any(front, 4, &[b"ftypavif", b"ftypavis", b"ftypheic", b"ftypheix", b"ftypmif1"]) => boxes(front),
        _ => Some(Written::Something),
    };
    match said {
        Some(Written::Nothing) | None if whole && end::behind(front).is_some() => Written::Something,
        Some(said) => said,
        // It breaks off: nothing follows that a viewer would read.
        None if whole => Written::Nothing,
        None => Written::Unknown,
    }
}

/// Whether a file of so many bytes goes on behind the picture, as far as its beginning says how long that is.
pub fn goes_on(front: &[u8], length: u64) -> bool {
    end::said(front).is_some_and(|end| length.saturating_sub(end as u64) >= end::LEAST as u64)
}

/// Segments up to the picture. What tells a viewer about its colours and its cut is no text.
fn jpeg(front: &[u8]) -> Option<Written> {
    let mut at = 2_usize;
    loop {
        let head = front.get(at..)?;
        let (&[0xFF, code, high, low], text) = head.split_first_chunk::<4>()? else {
            return Some(Written::Something);
        };
        if code == 0xFF {
            at = at.saturating_add(1);
            continue;
        }
        let length = usize::from(u16::from_be_bytes([high, low])).saturating_sub(2);
        match code {
            0xDA => return Some(Written::Nothing),
            _ if !is_harmless(code, length, text) => return Some(Written::Something),
            _ => {}
        }
        at = at.saturating_add(length).saturating_add(4);
    }
}

/// Whether a segment of so many bytes, which begin so, says nothing but how the picture is to be shown.
pub(super) fn is_harmless(code: u8, length: usize, text: &[u8]) -> bool {
    match code {
        0xFE if length <= GD_LENGTH && text.starts_with(GD) => true,
        0xE0 if any(text, 0, &[b"JFIF\0", b"JFXX\0"]) => true,
        0xE2 if text.starts_with(b"ICC_PROFILE\0") => true,
        0xEE if text.starts_with(b"Adobe") => true,
        0xE0..=0xEF | 0xFE => length == 0,
        _ => true,
    }
}

/// Whether a chunk of a PNG holds text, or EXIF.
pub(super) fn is_text_chunk(kind: &[u8]) -> bool {
    matches!(kind, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf")
}

/// Bytes of the colours that follow in a GIF, as these flags say.
pub(super) fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Chunks up to IEND: texts may stand behind the picture as well.
fn png(front: &[u8]) -> Option<Written> {
    let mut at = PNG.len();
    loop {
        let head = front.get(at..)?.first_chunk::<8>()?;
        let (size, kind) = head.split_first_chunk::<4>()?;
        match kind {
            b"IEND" => return Some(Written::Nothing),
            _ if is_text_chunk(kind) => return Some(Written::Something),
            _ => {}
        }
        at = at.checked_add(usize::try_from(u32::from_be_bytes(*size)).ok()?)?.checked_add(12)?;
    }
}

/// Blocks up to the trailer. An extension of an application is harmless where it says how often a film is shown.
fn gif(front: &[u8]) -> Option<Written> {
    let mut at = 13_usize.checked_add(colours(*front.get(10)?))?;
    loop {
        let block = front.get(at..)?;
        let skip = match block {
            [0x3B, ..] => return Some(Written::Nothing),
            [0x21, 0xF9, ..] => 2,
            [0x21, 0xFF, rest @ ..] if rest.len() < 12 => return None,
            [0x21, 0xFF, rest @ ..] if any(rest, 1, &[b"NETSCAPE2.0", b"ANIMEXTS1.0"]) => 2,
            [0x21, _, ..] => return Some(Written::Something),
            [0x2C, ..] => 11_usize.checked_add(colours(*block.get(9)?))?,
            [_, ..] => return Some(Written::Something),
            [] => return None,
        };
        at = at.checked_add(skip)?;
        loop {
            let size = usize::from(*front.get(at)?);
            at = at.checked_add(size)?.checked_add(1)?;
            if size == 0 {
                break;
            }
        }
    }
}

/// Its flags say whether EXIF or XMP follows (RFC 9649 section 2.7); a file of one picture has no flags, and neither.
fn webp(front: &[u8]) -> Option<Written> {
    const EXIF_AND_XMP: u8 = 0b0000_1100;
    match front.get(12..16)? {
        b"VP8X" if front.get(20)? & EXIF_AND_XMP != 0 => Some(Written::Something),
        b"VP8X" | b"VP8 " | b"VP8L" => Some(Written::Nothing),
        _ => Some(Written::Something),
    }
}

/// What a HEIF or AVIF file holds is listed in a box, by kind: mostly in one before the picture's own.
fn boxes(front: &[u8]) -> Option<Written> {
    let at = |mark: &[u8]| memchr::memmem::find(front, mark);
    if at(b"Exif").or(at(b"mime")).or(at(b"uuid")).is_some() {
        return Some(Written::Something);
    }
    let data = at(b"mdat")?;
    Some(if at(b"meta").is_some_and(|list| list < data) { Written::Nothing } else { Written::Something })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::make::image::{chunk, chunks, jpeg, png, segment, tiff};

    fn plain_jpeg(more: &[Vec<u8>]) -> Vec<u8> {
        let jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
        let scan = segment(0xDA, &[0; 10]);
        [&[0xFF, 0xD8][..], &jfif, &more.concat(), &segment(0xDB, &[1; 65]), &scan, &[7; 40], &[0xFF, 0xD9]].concat()
    }

    #[test]
    fn pictures_of_which_nothing_is_written_are_told_by_their_beginning() {
        let gd = b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90\n";
        let colours = [&b"ICC_PROFILE\0\x01\x01"[..], &[9; 600]].concat();
        let photo = plain_jpeg(&[segment(0xFE, gd), segment(0xE2, &colours), segment(0xEE, b"Adobe\0d\0\0\0\0\0")]);
        let icon = png(&[chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", &[3; 500]), chunk(b"IEND", b"")]);
        let film = [
            &b"GIF89a\x01\0\x01\0\x80\0\0abcdef\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0\x21\xF9\x04\0\0\0\0\0"[..],
            b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B",
        ];
        let web = b"RIFF\x1A\0\0\0WEBPVP8L\x0D\0\0\0\x2F\0\0\0\x10\x07\x10\x11\x11\x88\x88\xFE\x07\0".to_vec();
        let avif = b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x08meta\0\0\0\x08mdat".to_vec();
        for whole in [photo.clone(), icon.clone(), film.concat(), web.clone(), avif] {
            assert_eq!(written(&whole, true), Written::Nothing, "{:?}", whole.first_chunk::<8>());
        }
        // Of a photo the beginning says it, of what may have its texts at the end only the whole.
        assert_eq!(written(photo.get(..photo.len() - 30).unwrap_or_default(), false), Written::Nothing);
        assert_eq!(written(web.get(..20).unwrap_or_default(), false), Written::Nothing);
        assert_eq!(written(icon.get(..100).unwrap_or_default(), false), Written::Unknown);
        // What stands behind it, these say by how long they are.
        assert!(!goes_on(&web, web.len() as u64) && goes_on(&web, 100_000) && !goes_on(&photo, 100_000));
        let bmp = [b"BM\x80\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".as_slice(), &[0; 100]].concat();
        assert!(!goes_on(&bmp, 128) && !goes_on(&bmp, 140) && goes_on(&bmp, 200));
        // What breaks off, or is hardly one.
        for broken in [&icon[..60], b"\x89PNG\r\n\x1a\n a picture", b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF", b"GIF89a"] {
            assert_eq!(written(broken, true), Written::Nothing, "{broken:?}");
            assert_ne!(written(broken, false), Written::Nothing, "{broken:?}");
        }
    }

    #[test]
    fn pictures_of_which_something_is_written_are_told() {
        let exif = [&b"Exif\0\0"[..], &tiff()].concat();
        let told: [Vec<u8>; 12] = [
            jpeg(),
            plain_jpeg(&[segment(0xE1, &exif)]),
            plain_jpeg(&[segment(0xED, b"Photoshop 3.0\0")]),
            plain_jpeg(&[segment(0xFE, b"CREATOR: gd")]),
            plain_jpeg(&[segment(0xFE, &[GD, &[b'9'; 90]].concat())]),
            [plain_jpeg(&[]), b"hidden behind it".to_vec()].concat(),
            png(&chunks()),
            png(&[chunk(b"IDAT", &[3; 500]), chunk(b"tEXt", b"a\0b"), chunk(b"IEND", b"")]),
            b"GIF89a\x01\0\x01\0\0\0\0\x21\xFE\x0E900101-1234568\0\x3B".to_vec(),
            b"RIFF\x1A\0\0\0WEBPVP8X\x0A\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec(),
            b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x0CmetaExif\0\0\0\x08mdat".to_vec(),
            tiff(),
        ];
        for whole in told {
            assert_eq!(written(&whole, true), Written::Something, "{:?}", whole.first_chunk::<8>());
            for length in 4..whole.len() {
                let front = whole.get(..length).unwrap_or_default();
                // Behind the picture, only the whole tells.
                if !whole.ends_with(b"hidden behind it") {
                    assert_ne!(written(front, false), Written::Nothing, "{length} {:?}", front.first_chunk::<4>());
                }
            }
        }
    }
}
