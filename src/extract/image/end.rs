//! Where a picture ends: what stands behind it, no viewer shows, and a file of its own may hide there.

use super::front::colours;

/// So many bytes behind a picture may be anything: a line end, a number of the camera.
pub(super) const LEAST: usize = 16;

/// What stands behind the picture, if it is worth a look.
pub(super) fn behind(bytes: &[u8]) -> Option<&[u8]> {
    let end = match bytes {
        [0xFF, 0xD8, ..] => jpeg(bytes),
        [0x89, b'P', ..] => png(bytes),
        [b'G', b'I', b'F', ..] => gif(bytes),
        _ if is_boxes(bytes) => boxes(bytes),
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

/// Whether it is a HEIF or AVIF file (ISO/IEC 23008-12 section 10).
pub(super) fn is_boxes(bytes: &[u8]) -> bool {
    super::any(bytes, 4, &[b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftypavif", b"ftypavis"])
}

/// How long a box is.
pub(super) enum BoxHead {
    /// Its head has not come yet.
    Unknown,
    /// It is none.
    None,
    /// All that follows is its.
    ToEnd,
    /// So many bytes, with its head.
    Length(u64),
}

/// Boxes that stand in no other one.
const BOXES: &[&[u8; 4]] = &[
    b"ftyp", b"meta", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"idat", b"moof", b"mfra", b"styp",
    b"sidx", b"ssix", b"pdin", b"prft", b"emsg", b"udta", b"jumb", b"mpvd", b"pnot", b"bidx", b"mini",
];

/// Reads the head of a box: its length, 0 for all that follows, 1 for one of eight bytes behind its kind.
pub(super) fn box_length(bytes: &[u8]) -> BoxHead {
    let Some((size, kind)) = bytes.first_chunk::<8>().and_then(|head| head.split_first_chunk::<4>()) else {
        return BoxHead::Unknown;
    };
    if !BOXES.iter().any(|known| kind == known.as_slice()) {
        return BoxHead::None;
    }
    match (u32::from_be_bytes(*size), bytes.get(8..).and_then(|rest| rest.first_chunk())) {
        (0, _) => BoxHead::ToEnd,
        (1, Some(long)) => BoxHead::Length(u64::from_be_bytes(*long).max(16)),
        (1, None) => BoxHead::Unknown,
        (length, _) => BoxHead::Length(u64::from(length).max(8)),
    }
}

/// Boxes up to what is none.
fn boxes(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    while let BoxHead::Length(length) = box_length(bytes.get(at..)?) {
        at = at.checked_add(usize::try_from(length).ok()?)?;
    }
    matches!(box_length(bytes.get(at..)?), BoxHead::None).then_some(at)
}

/// Blocks up to the trailer (GIF89a section 27).
fn gif(bytes: &[u8]) -> Option<usize> {
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
