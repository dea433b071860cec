//! ALZ, the older format of ALZip, which Korea sends much of.
//!
//! The format is not published; it is read as its free readers read it. A file is a row of records, each with a mark of
//! four bytes: `ALZ\x01` (the head), `BLZ\x01` (an entry and its bytes), `CLZ\x01` and `CLZ\x02` (the end), `CLZ\x03` (the
//! end of a volume), `ELZ\x01` (comments). The directory at the end has no names and nothing else that could be read.

mod bzip2;
#[cfg(test)]
mod tests;

use super::cut::Cut;
use super::{Tolerant, decoded, finish};
use crate::extract::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use std::io::Read;

/// Archives made with ALZip.
pub(in crate::extract) const FORMATS: &[Format] =
    &[Format { name: "alz", bears: |bytes| bytes.starts_with(b"ALZ\x01"), read }];

/// Flag of an entry: it is encrypted, and twelve bytes for checking the password stand before its own.
const ENCRYPTED: u8 = 1;

/// What follows a mark, by how an entry is packed.
const STORED: u8 = 0;
const BZIP2: u8 = 1;
const DEFLATED: u8 = 2;

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut cut = Cut::new(bytes);
    let mut ended = false;
    while let Some((mark, behind)) = cut.rest.split_first_chunk::<4>() {
        let here = cut.rest;
        cut.rest = behind;
        match mark {
            b"ALZ\x01" => {
                cut.u16()?;
                // Later volumes begin in the middle of an entry.
                if cut.u16()? != 0 {
                    walk.raw(cut.rest)?;
                    return Err(Halt::Part(Reason::Fragment));
                }
            }
            b"BLZ\x01" => entry(&mut cut, walk)?,
            b"CLZ\x01" => cut.take(12).map(|_| ended = true)?,
            b"CLZ\x02" => ended = true,
            b"CLZ\x03" => return Err(Halt::Part(Reason::Fragment)),
            b"ELZ\x01" => return walk.raw(cut.rest),
            _ => {
                walk.raw(here)?;
                return Err(Halt::DAMAGED);
            }
        }
    }
    let padded = cut.rest.iter().all(|&byte| byte == 0);
    if ended && padded { Ok(()) } else { Err(Halt::DAMAGED) }
}

/// An entry: its head, its name, its bytes.
fn entry(cut: &mut Cut<'_>, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.entry()?;
    let length = usize::from(cut.u16()?);
    // Attributes and the time, then flags.
    cut.take(5)?;
    let flags = cut.u8()?;
    cut.u8()?;
    let width = usize::from(flags >> 4);
    if !matches!(width, 0 | 1 | 2 | 4 | 8) {
        return Err(Halt::DAMAGED);
    }
    let (mut method, mut sum, mut packed, mut size) = (STORED, 0, 0, 0);
    if width > 0 {
        method = cut.u8()?;
        cut.u8()?;
        sum = cut.u32()?;
        packed = cut.number(width)?;
        size = cut.number(width)?;
    }
    let name = decoded(cut.take(length)?);
    walk.within(Step::EntryName, |walk| walk.say(&name))?;
    let encrypted = flags & ENCRYPTED != 0;
    if encrypted {
        cut.take(12)?;
    }
    let (content, whole) = cut.take_most(packed);
    let done = match method {
        _ if encrypted => walk.within(Step::File(name), |_| Err(Halt::Part(Reason::Encrypted))),
        // Of a folder there is only the name.
        STORED if packed == 0 => Ok(()),
        _ => unpack(content, method, (sum, size), &name, walk),
    };
    done?;
    if whole { Ok(()) } else { Err(Halt::DAMAGED) }
}

/// Unpacks an entry and opens it; what does not agree with the size and the sum in its head is damaged.
fn unpack(content: &[u8], method: u8, (sum, size): (u32, u64), name: &str, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let unpacked = match method {
        STORED => walk.unpack(&mut content.take(u64::MAX)),
        DEFLATED => walk.unpack(&mut Tolerant::new(flate2::bufread::DeflateDecoder::new(content))),
        BZIP2 => bzip2::unpack(content, walk),
        _ => Err(Halt::Part(Reason::Unsupported)),
    };
    finish(unpacked, name, Some((sum, size)), walk)
}
