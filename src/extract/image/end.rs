//! Where a picture ends: what stands behind it, no viewer shows, and a file of its own may hide there.

/// So many bytes behind a picture may be anything: a line end, a number of the camera.
pub(super) const LEAST: usize = 16;

/// What stands behind the picture, if it is worth a look.
pub(super) fn behind(bytes: &[u8]) -> Option<&[u8]> {
    let end = match bytes {
        [0xFF, 0xD8, ..] => jpeg(bytes),
        [0x89, b'P', ..] => png(bytes),
        [b'G', b'I', b'F', ..] => gif(bytes),
        _ => said(bytes),
    }?;
    let rest = bytes.get(end..)?;
    let rest = rest.get(rest.iter().position(|&byte| byte != 0)?..)?;
    if rest.len() >= LEAST { Some(rest) } else { None }
}

/// Where it ends, if its beginning says so.
pub(super) fn said(front: &[u8]) -> Option<usize> {
    match front {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            length(front, 4).map(|length| length.saturating_add(8))
        }
        [b'B', b'M', ..] => length(front, 2),
        _ => None,
    }
}

/// What cameras of one maker write behind every picture: a directory that ends with its mark. It is no file.
pub(super) fn is_trailer(rest: &[u8]) -> bool {
    rest.ends_with(b"SEFT")
}

/// A number of four bytes, the lowest first.
fn length(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

/// Segments, and between them what is coded: there 0xFF is followed by zero or the number of a restart.
fn jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2_usize;
    loop {
        at = at.checked_add(memchr::memchr(0xFF, bytes.get(at..)?)?)?;
        match bytes.get(at.checked_add(1)?)? {
            0xD9 => return at.checked_add(2),
            0x00 | 0x01 | 0xD0..=0xD8 => at = at.checked_add(2)?,
            0xFF => at = at.checked_add(1)?,
            _ => {
                let size = u16::from_be_bytes(*bytes.get(at.checked_add(2)?..)?.first_chunk()?);
                at = at.checked_add(2)?.checked_add(usize::from(size))?;
            }
        }
    }
}

/// Chunks up to IEND.
fn png(bytes: &[u8]) -> Option<usize> {
    let mut at = super::PNG.len();
    loop {
        let head = bytes.get(at..)?.first_chunk::<8>()?;
        let (size, kind) = head.split_first_chunk::<4>()?;
        at = at.checked_add(usize::try_from(u32::from_be_bytes(*size)).ok()?)?.checked_add(12)?;
        if kind == b"IEND" {
            return Some(at);
        }
    }
}

/// Blocks up to the trailer (GIF89a section 27).
fn gif(bytes: &[u8]) -> Option<usize> {
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3_usize << ((flags & 7) + 1) };
    let mut at = 13_usize.checked_add(colours(*bytes.get(10)?))?;
    loop {
        let block = bytes.get(at..)?;
        at = at.checked_add(match block.first()? {
            0x3B => return at.checked_add(1),
            0x21 => 2,
            0x2C => 11_usize.checked_add(colours(*block.get(9)?))?,
            _ => return None,
        })?;
        loop {
            let size = usize::from(*bytes.get(at)?);
            at = at.checked_add(size)?.checked_add(1)?;
            if size == 0 {
                break;
            }
        }
    }
}
