//! A cursor over bytes that never leaves them. What is missing at the end is damage.

use crate::extract::Halt;

/// The bytes that are still to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut<'a> {
    /// All that is left.
    pub(super) rest: &'a [u8],
}

impl<'a> Cut<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Cut<'a> {
        Cut { rest: bytes }
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Halt> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Halt::DAMAGED)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `count` bytes, or as many as there are; and whether there were that many.
    pub(super) fn take_most(&mut self, count: u64) -> (&'a [u8], bool) {
        let there = usize::try_from(count).unwrap_or(usize::MAX).min(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(there).unwrap_or((self.rest, &[]));
        self.rest = rest;
        (taken, taken.len() as u64 == count)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Halt> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(Halt::DAMAGED)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Halt> {
        self.fixed::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Halt> {
        self.fixed().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Halt> {
        self.fixed().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Halt> {
        self.fixed().map(u64::from_le_bytes)
    }

    /// A number of `width` bytes, at most eight, the least first.
    pub(super) fn number(&mut self, width: usize) -> Result<u64, Halt> {
        let bytes = self.take(width)?;
        Ok(bytes.iter().rev().fold(0, |number: u64, &byte| number << 8 | u64::from(byte)))
    }
}
