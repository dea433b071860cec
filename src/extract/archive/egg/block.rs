//! Blocks of an EGG archive: how they are packed, and what is in them.

use super::super::cut::Cut;
use super::super::{Tolerant, finish};
use super::END;
use crate::extract::{Halt, Walk};
use crate::vocab::{Reason, Step};
use lzma_rust2::LzmaReader;
use std::io::Read;

/// A block; sizes and the sum (CRC-32) as its head tells them.
pub(super) struct Block<'a> {
    method: u8,
    size: u32,
    sum: u32,
    packed: &'a [u8],
}

impl<'a> Block<'a> {
    /// Reads a block behind its mark, and says whether it is all there.
    pub(super) fn read(cut: &mut Cut<'a>) -> Result<(Block<'a>, bool), Halt> {
        let method = cut.u8()?;
        // A hint for who packs it again.
        cut.u8()?;
        let (size, length, sum) = (cut.u32()?, cut.u32()?, cut.u32()?);
        if cut.u32()? != END {
            return Err(Halt::DAMAGED);
        }
        let (packed, whole) = cut.take_most(u64::from(length));
        Ok((Block { method, size, sum, packed }, whole))
    }

    fn agrees(&self, bytes: &[u8]) -> bool {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum() == self.sum && bytes.len() as u64 == u64::from(self.size)
    }
}

/// Unpacks the blocks of an entry one after the other and opens what they make together.
pub(super) fn open(blocks: &[Block<'_>], size: u64, name: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (mut whole, mut agrees, mut failed) = (Vec::new(), true, None);
    for block in blocks {
        match unpack(block.method, block.packed, walk) {
            Ok(bytes) => {
                agrees &= block.agrees(&bytes);
                whole.extend(bytes);
            }
            Err(Halt::Part(reason)) => failed = failed.or(Some(reason)),
            Err(halt) => return Err(halt),
        }
        if whole.len() as u64 > walk.limits().part_bytes {
            failed = Some(Reason::TooLarge);
            break;
        }
    }
    agrees &= whole.len() as u64 == size;
    if !whole.is_empty() {
        finish(Ok(whole), name, None, walk)?;
    }
    let reason = failed.or(if agrees { None } else { Some(Reason::Damaged) });
    reason.map_or(Ok(()), |reason| walk.within(Step::File(name.to_owned()), |_| Err(Halt::Part(reason))))
}

/// Unpacks all blocks of a solid archive as one stream, and opens the files that it is divided into by their sizes.
pub(super) fn open_solid(blocks: &[Block<'_>], files: &[(String, u64)], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(first) = blocks.first() else {
        return Ok(());
    };
    let packed = blocks.iter().map(|block| block.packed).collect::<Vec<_>>().concat();
    let unpacked = match unpack(first.method, &packed, walk) {
        Ok(unpacked) => unpacked,
        failed => return walk.note(failed.map(drop)),
    };
    let mut stream = Cut::new(&unpacked);
    for (name, size) in files {
        let (bytes, whole) = stream.take_most(*size);
        if !bytes.is_empty() {
            walk.open(name, bytes)?;
        }
        if !whole {
            walk.within(Step::File(name.clone()), |_| Err(Halt::DAMAGED))?;
        }
    }
    if !stream.rest.is_empty() {
        walk.open("", stream.rest)?;
    }
    let mut at = Cut::new(&unpacked);
    let agree = blocks.iter().all(|block| block.agrees(at.take_most(u64::from(block.size)).0));
    walk.note(if agree { Ok(()) } else { Err(Halt::DAMAGED) })
}

/// Unpacks by the number of the method.
fn unpack(method: u8, packed: &[u8], walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    match method {
        0 => walk.unpack(&mut packed.take(u64::MAX)),
        1 => tolerant(flate2::bufread::DeflateDecoder::new(packed), walk),
        2 => tolerant(bzip2::bufread::BzDecoder::new(packed), walk),
        3 => azo(packed, walk),
        4 => lzma(packed, walk),
        _ => Err(Halt::Part(Reason::Unsupported)),
    }
}

/// What breaks off counts as far as it goes: its sum says that it is damaged.
fn tolerant(inner: impl Read, walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    walk.unpack(&mut Tolerant::new(inner))
}

/// LZMA: four bytes that say nothing here, the five of its properties, the stream, which ends with a mark of its own.
fn lzma(packed: &[u8], walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    let mut cut = Cut::new(packed);
    cut.take(4)?;
    let (properties, window) = (cut.u8()?, cut.u32()?);
    if u64::from(window) > walk.limits().window_bytes {
        return Err(Halt::Part(Reason::TooLarge));
    }
    let stream = LzmaReader::new_with_props(cut.rest, u64::MAX, properties, window, None);
    let mut stream = stream.map_err(|_| Halt::DAMAGED)?;
    stream.set_defer_errors(true);
    tolerant(stream, walk)
}

/// AZO: two bytes, then pieces that tell their sizes, unpacked and packed, each after the other. Room is taken by the size
/// that is told, so all of them are counted before.
fn azo(packed: &[u8], walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    let mut cut = Cut::new(packed);
    cut.take(2)?;
    let mut told = 0_u64;
    loop {
        let (size, length) = (cut.u32()?.swap_bytes(), cut.u32()?.swap_bytes());
        if size == 0 && length == 0 {
            break;
        }
        cut.u32()?;
        cut.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        told = told.saturating_add(u64::from(size));
        if told > walk.limits().part_bytes || u64::from(size) > walk.limits().window_bytes {
            return Err(Halt::Part(Reason::TooLarge));
        }
    }
    walk.unpacked(usize::try_from(told).unwrap_or(usize::MAX))?;
    let mut out = Vec::new();
    let done = libazo::extract_azo(&mut packed.take(u64::MAX), &mut out, packed.len() as u64, Some(told), None);
    // What is out of it counts; the sum says what it is worth.
    if done.is_err() && out.is_empty() { Err(Halt::DAMAGED) } else { Ok(out) }
}
