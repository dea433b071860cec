//! Deflate that gives what it could unpack before a damage.

use crate::extract::{Halt, Walk};
use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use std::io::Read;

/// A reader that ends at the first error, and says so afterwards.
struct UpToDamage<R> {
    inner: R,
    damaged: bool,
}

impl<R: Read> Read for UpToDamage<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        Ok(self.inner.read(into).unwrap_or_else(|_| {
            self.damaged = true;
            0
        }))
    }
}

/// Raw deflate (RFC 1951): what was unpacked, and whether that is all.
pub(in crate::extract) fn raw(packed: &[u8], walk: &mut Walk<'_>) -> Result<(Vec<u8>, bool), Halt> {
    all(DeflateDecoder::new(packed), walk)
}

/// Raw deflate with something behind it: how many bytes it took, too.
pub(in crate::extract) fn raw_of(packed: &[u8], walk: &mut Walk<'_>) -> Result<(Vec<u8>, bool, usize), Halt> {
    let mut reader = UpToDamage { inner: DeflateDecoder::new(packed), damaged: false };
    let unpacked = walk.unpack(&mut reader)?;
    let taken = usize::try_from(reader.inner.total_in()).unwrap_or(packed.len());
    Ok((unpacked, !reader.damaged, taken))
}

/// Deflate in the frame of zlib (RFC 1950): what was unpacked, and whether that is all.
pub(super) fn zlib(packed: &[u8], walk: &mut Walk<'_>) -> Result<(Vec<u8>, bool), Halt> {
    all(ZlibDecoder::new(packed), walk)
}

fn all(reader: impl Read, walk: &mut Walk<'_>) -> Result<(Vec<u8>, bool), Halt> {
    let mut reader = UpToDamage { inner: reader, damaged: false };
    let unpacked = walk.unpack(&mut reader)?;
    Ok((unpacked, !reader.damaged))
}
