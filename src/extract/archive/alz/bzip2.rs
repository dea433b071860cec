//! bzip2 as ALZ writes it: without the head and without any sum, and with other marks between the blocks.
//!
//! bzip2 begins a block with 48 bits of π, the block's sum and a bit that is always zero; ALZ begins it with `DLZ\x01` and
//! ends the row of blocks with `DLZ\x02`, both anywhere within a byte. What is between is the same, so each block is written
//! as a bzip2 file of its own and unpacked as such.

use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use ::bzip2::{Decompress, Status};
use std::io::{self, Read};

const BLOCK: u32 = u32::from_be_bytes(*b"DLZ\x01");
const END: u32 = u32::from_be_bytes(*b"DLZ\x02");

/// How many times its own size an entry is written anew, at most. The bits of a mark may also stand within a block, by
/// accident once in thousands of millions of bits; whoever puts them there in numbers wants us to search for long.
const MOST_REWRITTEN: usize = 32;

/// Unpacks an entry. What comes before damage counts.
pub(super) fn unpack(packed: &[u8], walk: &mut Walk<'_>) -> Result<Vec<u8>, Halt> {
    let bits = Bits { bytes: packed };
    let (mut out, mut at, mut rewritten) = (Vec::new(), 0, 0);
    while bits.word(at) == Some(BLOCK) {
        let start = at.saturating_add(32);
        let mut end = start;
        let block = loop {
            walk.tick()?;
            end = bits.next_mark(end.saturating_add(1)).unwrap_or(packed.len().saturating_mul(8));
            rewritten += end.saturating_sub(start) / 8;
            if rewritten > packed.len().saturating_mul(MOST_REWRITTEN) {
                return if out.is_empty() { Err(Halt::DAMAGED) } else { Ok(out) };
            }
            let file = bits.as_file(start, end);
            let block = walk.unpack(&mut Block { inner: Decompress::new(false), file: &file, ended: false })?;
            // A block gives nothing before it is complete: nothing means that the mark was none.
            if !block.is_empty() || end >= packed.len().saturating_mul(8) {
                break block;
            }
        };
        out.extend(block);
        if out.len() as u64 > walk.limits().part_bytes {
            return Err(Halt::Part(Reason::TooLarge));
        }
        at = end;
    }
    // Even an empty file has the mark of its end.
    if out.is_empty() && bits.word(0) != Some(END) { Err(Halt::DAMAGED) } else { Ok(out) }
}

/// Bits, the highest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
}

impl Bits<'_> {
    /// The 32 bits from `at` on.
    fn word(&self, at: usize) -> Option<u32> {
        let five = self.bytes.get(at / 8..)?;
        let word = u32::from_be_bytes(*five.first_chunk()?);
        let next = five.get(4).copied();
        match at % 8 {
            0 => Some(word),
            shift => Some(word << shift | u32::from(next?) >> (8 - shift)),
        }
    }

    /// Where the next mark stands, at `from` or behind it.
    fn next_mark(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(word) = self.word(at) {
            if word == BLOCK || word == END {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// The block between two bits, as a bzip2 file with nothing in it but this. Its sums are wrong.
    fn as_file(&self, start: usize, end: usize) -> Vec<u8> {
        let mut file = b"BZh9\x31\x41\x59\x26\x53\x59\0\0\0\0".to_vec();
        // One bit that is zero comes first: from here on everything is moved by it.
        let (mut held, mut count) = (0_u8, 1_u32);
        let mut push = |bit: bool| {
            held = held << 1 | u8::from(bit);
            count += 1;
            if count == 8 {
                file.push(held);
                (held, count) = (0, 0);
            }
        };
        for at in start..end {
            let byte = self.bytes.get(at / 8).copied().unwrap_or(0);
            push(byte >> (7 - at % 8) & 1 == 1);
        }
        for byte in *b"\x17\x72\x45\x38\x50\x90\0\0\0\0\0" {
            (0..8).rev().for_each(|shift| push(byte >> shift & 1 == 1));
        }
        file
    }
}

/// One block being unpacked. That its sum is wrong is found when all of it is given, and is its end.
struct Block<'a> {
    inner: Decompress,
    file: &'a [u8],
    ended: bool,
}

impl Read for Block<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let before = self.inner.total_out();
        let read = usize::try_from(self.inner.total_in()).unwrap_or(usize::MAX);
        let done = self.inner.decompress(self.file.get(read..).unwrap_or_default(), buffer);
        let given = usize::try_from(self.inner.total_out() - before).unwrap_or(0);
        self.ended = given == 0 || matches!(done, Err(_) | Ok(Status::StreamEnd));
        Ok(given)
    }
}
