//! Undoing codings piece by piece, with bounded output a call and ceilings on what comes out in all.

use super::{Coding, CodingError, MOST_CODINGS};
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::zstd::params::DParameter;
use compression_codecs::{BrotliDecoder, DecodeV2, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};

/// Unpacking this much is never a bomb, however small the packed body: the ratio counts only beyond it.
const RATIO_FROM: u64 = 1 << 20;
/// Output is taken from a codec in pieces of this size, so that small answers do not pay for a large buffer.
const PIECE: usize = 16 << 10;
/// What a codec holds besides its window: tables, state, and for zstd one block.
const STATE: usize = 256 << 10;
/// Deflate's window and miniz's state.
const DEFLATE_MEMORY: usize = 64 << 10;
/// RFC 9659 section 3: a zstd decoder of HTTP need not support more.
const ZSTD_WINDOW_LOG: u32 = 23;
/// The least that zstd knows.
const ZSTD_WINDOW_LOG_LEAST: u32 = 10;
/// RFC 7932 section 9.1: the window of brotli is at most this.
const BROTLI_WINDOW_LOG: u32 = 24;

/// RFC 1952 section 2.3.1: how a gzip member begins.
const GZIP_MAGIC: [u8; 2] = [0x1F, 0x8B];
/// The same: the flags of a gzip member that say that a name, a comment or other bytes stand before its data.
const GZIP_TEXTS: u8 = 0b0001_1100;
/// RFC 8878 section 3.1.2: how a frame of zstd begins that decoders skip.
const ZSTD_SKIPPED: std::ops::RangeInclusive<u8> = 0x50..=0x5F;

/// Whether a body may go on after its first gzip member or zstd frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// One only, and nothing after it: requests. What a site would make of a second member is not known.
    One,
    /// All are read: answers. Zero bytes after the last gzip member are padding, as for `gzip` itself; any other byte
    /// that does not begin a member is an error.
    All,
}

/// Ceilings of one decoder.
#[derive(Debug, Clone, Copy)]
pub struct DecodeLimits {
    /// Unpacked bytes.
    pub decoded_bytes: u64,
    /// Unpacked bytes for one packed byte, once more than 1 MiB has been unpacked.
    pub ratio: u32,
    /// The window of one coding, in bytes; brotli and zstd bodies that ask for more are refused.
    pub memory: usize,
}

/// Undoes the codings of one body.
pub struct Decoder {
    /// The first to undo stands first.
    stages: Vec<Stage>,
    /// Between the two stages: what the first gave and the second has not yet taken.
    between: Vec<u8>,
    taken: usize,
    limits: DecodeLimits,
    /// Coded bytes taken so far.
    coded: u64,
}

impl Decoder {
    /// For codings in the order in which they were applied, as [`super::parse`] gives them. With none, bytes go through
    /// as they are; more than [`MOST_CODINGS`], which `parse` refuses, are an error on use.
    pub fn new(codings: &[Coding], members: Members, limits: DecodeLimits) -> Decoder {
        let stages = codings.iter().rev().map(|coding| Stage::new(*coding, members, limits.memory)).collect();
        Decoder { stages, between: Vec::new(), taken: 0, limits, coded: 0 }
    }

    /// The most memory this decoder can take, in bytes. For brotli it is the coding's largest window until the first
    /// byte has told the true one.
    pub fn window(&self) -> usize {
        self.stages.iter().map(Stage::memory).sum()
    }

    /// Undoes some of `input`, appends at most `room` bytes to `out`, and tells how much of `input` was taken. Call it
    /// again with the rest; when all was taken and `out` grew by `room`, more may be waiting to come out, now or with
    /// the next call. An error of the ceilings leaves nothing in `out` that is beyond them.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize) -> Result<usize, CodingError> {
        let full = out.len().saturating_add(room);
        let mut used = 0;
        loop {
            let rest = input.get(used..).unwrap_or_default();
            let before = out.len();
            let taken = match self.stages.as_mut_slice() {
                [] => copy(rest, out, room),
                [only] => only.run(rest, out, room)?,
                [first, last] => {
                    let waiting = self.between.get(self.taken..).unwrap_or_default();
                    self.taken += last.run(waiting, out, full.saturating_sub(out.len()))?;
                    if self.taken < self.between.len() || out.len() >= full {
                        0
                    } else {
                        self.between.clear();
                        self.taken = 0;
                        first.run(rest, &mut self.between, PIECE)?
                    }
                }
                _ => return Err(CodingError::TooMany { most: MOST_CODINGS }),
            };
            used += taken;
            self.coded = self.coded.saturating_add(taken as u64);
            if let Err(error) = self.check() {
                out.truncate(before);
                return Err(error);
            }
            if out.len() >= full || (taken == 0 && out.len() == before && self.between.is_empty()) {
                return Ok(used);
            }
        }
    }

    /// The coded body has ended: gives what is left, at most `room` bytes a call, until it returns `true`. A coding
    /// that has not come to its end is an error; a body without any byte is an empty one.
    pub fn finish(&mut self, out: &mut Vec<u8>, room: usize) -> Result<bool, CodingError> {
        let full = out.len().saturating_add(room);
        self.decode(&[], out, room)?;
        if out.len() >= full {
            return Ok(false);
        }
        if self.coded > 0 {
            self.stages.iter_mut().try_for_each(Stage::end)?;
        }
        Ok(true)
    }

    fn check(&self) -> Result<(), CodingError> {
        let DecodeLimits { decoded_bytes, ratio, .. } = self.limits;
        let produced = self.stages.iter().map(|stage| stage.produced).max().unwrap_or(0);
        if produced > decoded_bytes {
            return Err(CodingError::TooLarge { most: decoded_bytes });
        }
        if produced > RATIO_FROM && produced > self.coded.saturating_mul(u64::from(ratio)) {
            return Err(CodingError::Ratio { most: ratio });
        }
        Ok(())
    }
}

fn copy(input: &[u8], out: &mut Vec<u8>, room: usize) -> usize {
    let taken = input.len().min(room);
    out.extend_from_slice(input.get(..taken).unwrap_or_default());
    taken
}

/// Where a stage is in its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing has been decoded: the first bytes tell which codec it is, or how large its window.
    Start,
    /// Within a member.
    Member,
    /// A member has ended and nothing has followed yet.
    Between,
    /// Zero bytes have followed the last gzip member.
    Padding,
}

/// One coding being undone.
struct Stage {
    coding: Coding,
    codec: Box<dyn DecodeV2 + Send + Sync>,
    members: Members,
    memory: usize,
    state: State,
    /// First bytes of a deflate body until there are two to look at, of a request's gzip body until there are four.
    held: Vec<u8>,
    /// There is something to do without further input: bytes are held, or the codec has filled all it was given and
    /// may have more.
    waiting: bool,
    produced: u64,
}

impl Stage {
    fn new(coding: Coding, members: Members, memory: usize) -> Stage {
        let (codec, most): (Box<dyn DecodeV2 + Send + Sync>, usize) = match coding {
            Coding::Gzip => (Box::new(GzipDecoder::new()), DEFLATE_MEMORY),
            Coding::Deflate => (Box::new(ZlibDecoder::new()), DEFLATE_MEMORY),
            Coding::Brotli => (Box::new(BrotliDecoder::new()), memory.min(1 << BROTLI_WINDOW_LOG) + STATE),
            Coding::Zstd => {
                let log = memory.checked_ilog2().unwrap_or(0).clamp(ZSTD_WINDOW_LOG_LEAST, ZSTD_WINDOW_LOG);
                (Box::new(ZstdDecoder::new_with_params(&[DParameter::window_log_max(log)])), (1 << log) + STATE)
            }
        };
        let (state, held) = (State::Start, Vec::new());
        Stage { coding, codec, members, memory: most, state, held, waiting: false, produced: 0 }
    }

    fn memory(&self) -> usize {
        self.memory
    }

    /// As [`Decoder::decode`], for this coding alone.
    fn run(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize) -> Result<usize, CodingError> {
        let full = out.len().saturating_add(room);
        let mut used = 0;
        while out.len() < full {
            let rest = input.get(used..).unwrap_or_default();
            match self.state {
                State::Start => match rest.first() {
                    Some(first) => used += self.start(*first)?,
                    None => break,
                },
                State::Member if rest.is_empty() && !self.waiting => break,
                State::Member => used += self.step(rest, out, full)?,
                State::Between => match rest.first() {
                    Some(first) => self.follow(*first)?,
                    None => break,
                },
                State::Padding if rest.iter().all(|byte| *byte == 0) => return Ok(input.len()),
                State::Padding => return Err(CodingError::Trailing(self.coding)),
            }
        }
        Ok(used)
    }

    /// Looks at the first byte (for deflate at the first two); returns 1 if it was taken aside.
    fn start(&mut self, first: u8) -> Result<usize, CodingError> {
        match self.coding {
            Coding::Brotli => {
                let window = brotli_window(first).filter(|window| *window + STATE <= self.memory);
                self.memory = window.ok_or(CodingError::Window(Coding::Brotli))? + STATE;
            }
            Coding::Deflate => {
                self.held.push(first);
                let [cmf, flg] = *self.held.as_slice() else { return Ok(1) };
                if !is_zlib(cmf, flg) {
                    self.codec = Box::new(DeflateDecoder::new());
                }
                self.waiting = true;
                self.state = State::Member;
                return Ok(1);
            }
            Coding::Gzip if self.members == Members::One => {
                self.held.push(first);
                let [one, two, _, flags] = *self.held.as_slice() else { return Ok(1) };
                if [one, two] == GZIP_MAGIC && flags & GZIP_TEXTS != 0 {
                    return Err(CodingError::Aside(self.coding));
                }
                self.waiting = true;
                self.state = State::Member;
                return Ok(1);
            }
            Coding::Zstd if self.members == Members::One && ZSTD_SKIPPED.contains(&first) => {
                return Err(CodingError::Aside(self.coding));
            }
            Coding::Gzip | Coding::Zstd => {}
        }
        self.state = State::Member;
        Ok(0)
    }

    /// A byte follows the end of a member.
    fn follow(&mut self, first: u8) -> Result<(), CodingError> {
        match (self.members, self.coding) {
            (Members::All, Coding::Gzip) if first == 0 => self.state = State::Padding,
            (Members::All, Coding::Gzip | Coding::Zstd) => {
                self.codec.reinit().map_err(|_| CodingError::Broken(self.coding))?;
                self.state = State::Member;
            }
            _ => return Err(CodingError::Trailing(self.coding)),
        }
        Ok(())
    }

    /// One call of the codec: a piece of output at most. Bytes held aside go in first and are not counted as taken.
    fn step(&mut self, rest: &[u8], out: &mut Vec<u8>, full: usize) -> Result<usize, CodingError> {
        let start = out.len();
        let size = full.saturating_sub(start).min(PIECE);
        out.resize(start + size, 0);
        let mut output = WriteBuffer::new_initialized(out.get_mut(start..).unwrap_or_default());
        let aside = !self.held.is_empty();
        let mut input = PartialBuffer::new(if aside { self.held.as_slice() } else { rest });
        let result = if !input.unwritten().is_empty() || matches!(self.coding, Coding::Brotli | Coding::Zstd) {
            self.codec.decode(&mut input, &mut output)
        } else {
            // Deflate takes a call without input for an error; to flush it gives what is left, but not whether that
            // was the end. The next byte, or `end`, will tell.
            self.codec.flush(&mut output).map(|_| false)
        };
        let (taken, written) = (input.written_len(), output.written_len());
        out.truncate(start + written);
        let ended = result.map_err(|_| CodingError::Broken(self.coding))?;
        self.produced = self.produced.saturating_add(written as u64);
        self.waiting = written == size && !ended;
        if ended {
            self.state = State::Between;
        }
        if !aside {
            return Ok(taken);
        }
        self.held.drain(..taken);
        Ok(0)
    }

    /// The input has ended and all output has been taken.
    fn end(&mut self) -> Result<(), CodingError> {
        match self.state {
            State::Between | State::Padding => return Ok(()),
            State::Start => return Err(CodingError::Truncated(self.coding)),
            State::Member => {}
        }
        let mut scratch = [0; 64];
        let mut output = WriteBuffer::new_initialized(&mut scratch);
        match self.codec.finish(&mut output) {
            Ok(true) if output.written_len() == 0 => Ok(()),
            _ => Err(CodingError::Truncated(self.coding)),
        }
    }
}

/// RFC 1950 section 2.2: deflate with a window of at most 32 KiB, and a header that is a multiple of 31. Bare deflate
/// begins so only if a stored block has padding that no encoder writes; such a body is read as zlib or refused.
fn is_zlib(cmf: u8, flg: u8) -> bool {
    cmf & 0x0f == 8 && cmf >> 4 <= 7 && u16::from_be_bytes([cmf, flg]).is_multiple_of(31)
}

/// RFC 7932 section 9.1: the window that the first byte announces; `None` for the large windows that are not part of
/// the coding `br`, but that the codec would accept (up to 1 GiB).
fn brotli_window(first: u8) -> Option<usize> {
    let log = match (first & 1, first >> 1 & 7, first >> 4 & 7) {
        (0, ..) => 16,
        (_, 0, 0) => 17,
        (_, 0, 1) => return None,
        (_, 0, bits) => 8 + bits,
        (_, bits, _) => 17 + bits,
    };
    Some(1 << log)
}
