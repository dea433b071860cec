//! The methods in which an entry may be packed (APPNOTE 4.4.5), each into the budget.

use super::directory::Entry;
use crate::extract::archive::Tolerant;
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use lzma_rust2::{LzmaReader, XzReader};
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use std::borrow::Cow;
use std::io::Read;

/// So many times its packed size the size that an entry declares is believed, to make room for it: XML is not packed closer.
const COMMON_RATIO: usize = 16;

/// What an entry holds, unpacked, and why there is no more of it, where its stream breaks off.
///
/// # Errors
/// [`Reason::Encrypted`], [`Reason::Unsupported`], [`Reason::Damaged`] for what is damaged from the start, the limits.
pub(super) fn most_of<'a>(entry: &Entry<'a>, walk: &mut Walk<'_>) -> Result<(Cow<'a, [u8]>, Option<Reason>), Halt> {
    if entry.encrypted {
        return Err(Halt::Part(Reason::Encrypted));
    }
    let mut data = entry.data;
    let room = usize::try_from(entry.size).unwrap_or(usize::MAX).min(data.len().saturating_mul(COMMON_RATIO));
    let (out, failed) = match entry.method {
        0 => return stored(data, walk).map(|out| (out, None)),
        8 => tolerant(flate2::bufread::DeflateDecoder::new(&mut data), room, walk)?,
        9 => tolerant(deflate64::Deflate64Decoder::with_buffer(&mut data), room, walk)?,
        12 => tolerant(bzip2::bufread::MultiBzDecoder::new(&mut data), room, walk)?,
        14 => (lzma(entry, walk)?, None),
        20 | 93 => (zstd(data, walk)?, None),
        95 => {
            let most = kibibytes(walk);
            tolerant(XzReader::new_mem_limit(data, true, most), room, walk)?
        }
        98 => {
            // Its decoder does not tell the end of the data from that of the text.
            let (out, failed) = tolerant(ppmd(data, walk)?, room, walk)?;
            let breaks_off = (out.len() as u64) < entry.size;
            (out, failed.or(breaks_off.then_some(Reason::Damaged)))
        }
        _ => return Err(Halt::Part(Reason::Unsupported)),
    };
    // What stands behind the end of a stream inside its entry is shown by nothing, and is in the file all the same.
    if entry.method == 8 && !entry.open_ended && failed.is_none() && super::directory::is_substantial(data) {
        walk.raw(data)?;
    }
    Ok((Cow::Owned(out), failed))
}

/// Unpacks what breaks off as far as it goes; room is made for so many bytes.
fn tolerant(packed: impl Read, room: usize, walk: &mut Walk<'_>) -> Result<(Vec<u8>, Option<Reason>), Halt> {
    let mut packed = Tolerant::new(packed);
    let out = walk.unpack_about(&mut packed, room)?;
    match packed.failed {
        Some(reason) if out.is_empty() => Err(Halt::Part(reason)),
        failed => Ok((out, failed)),
    }
}

/// What an entry holds, unpacked, if that is all of it.
///
/// # Errors
/// As [`most_of`], and what broke its stream off.
pub(super) fn unpack<'a>(entry: &Entry<'a>, walk: &mut Walk<'_>) -> Result<Cow<'a, [u8]>, Halt> {
    match most_of(entry, walk)? {
        (out, None) => Ok(out),
        (_, Some(reason)) => Err(Halt::Part(reason)),
    }
}

fn stored<'a>(data: &'a [u8], walk: &mut Walk<'_>) -> Result<Cow<'a, [u8]>, Halt> {
    if data.len() as u64 > walk.limits().part_bytes {
        return Err(Halt::Part(Reason::TooLarge));
    }
    walk.unpacked(data.len())?;
    Ok(Cow::Borrowed(data))
}

fn kibibytes(walk: &Walk<'_>) -> u32 {
    u32::try_from(walk.limits().window_bytes / 1024).unwrap_or(u32::MAX)
}

/// LZMA with its own head: two bytes of version, two of the length of the properties, the properties (APPNOTE 5.8.8).
fn lzma(entry: &Entry<'_>, walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    let (head, stream) = entry.data.split_at_checked(9).ok_or(Halt::DAMAGED)?;
    let &[_, _, 5, 0, props, a, b, c, d] = head else {
        return Err(Halt::DAMAGED);
    };
    let window = u32::from_le_bytes([a, b, c, d]);
    if u64::from(window) > walk.limits().window_bytes {
        return Err(Halt::Part(Reason::TooLarge));
    }
    let needs = lzma_rust2::lzma_get_memory_usage_by_props(window, props).map_err(|_| Halt::DAMAGED)?;
    if needs > kibibytes(walk) {
        return Err(Halt::Part(Reason::TooLarge));
    }
    let size = if entry.marked_end { u64::MAX } else { entry.size };
    let mut reader = LzmaReader::new_with_props(stream, size, props, window, None).map_err(|_| Halt::DAMAGED)?;
    walk.unpack(&mut reader)
}

/// PPMd, variant I, with its own head of two bytes: the order, the memory in MiB, how it is restored (APPNOTE 5.10.3).
fn ppmd<'a>(data: &'a [u8], walk: &Walk<'_>) -> Result<Ppmd8Decoder<&'a [u8]>, Halt> {
    let (head, stream) = data.split_first_chunk::<2>().ok_or(Halt::DAMAGED)?;
    let head = u16::from_le_bytes(*head);
    let (order, memory) = (u32::from(head & 0xF) + 1, (u32::from(head >> 4 & 0xFF) + 1) << 20);
    if u64::from(memory) > walk.limits().window_bytes {
        return Err(Halt::Part(Reason::TooLarge));
    }
    let method = match head >> 12 {
        0 => RestoreMethod::Restart,
        1 => RestoreMethod::CutOff,
        _ => return Err(Halt::Part(Reason::Unsupported)),
    };
    Ppmd8Decoder::new(stream, order, memory, method).map_err(|_| Halt::DAMAGED)
}

/// Frames of Zstandard, one after the other (RFC 8878 section 3).
fn zstd(mut data: &[u8], walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    let (mut out, window) = (Vec::new(), walk.limits().window_bytes);
    while !data.is_empty() {
        walk.tick()?;
        match StreamingDecoder::new_with_max_window_size(&mut data, window) {
            Ok(mut frame) => out.append(&mut walk.unpack(&mut frame)?),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                data = data.get(length as usize..).ok_or(Halt::DAMAGED)?;
            }
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => return Err(Halt::Part(Reason::TooLarge)),
            Err(_) => return Err(Halt::DAMAGED),
        }
        if out.len() as u64 > walk.limits().part_bytes {
            return Err(Halt::Part(Reason::TooLarge));
        }
    }
    Ok(out)
}
