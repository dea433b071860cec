//! Coding a body anew after something in it was masked.

use super::{Coding, CodingError};
use compression_codecs::brotli::params::EncoderParams;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{BrotliEncoder, EncodeV2, GzipEncoder, ZlibEncoder, ZstdEncoder};

/// Output is taken from a codec in pieces of this size.
const PIECE: usize = 16 << 10;
/// Brotli's window when coding: 256 KiB, so that an encoder stays near that in memory.
const BROTLI_WINDOW_LOG: i32 = 18;
/// Beyond this level zstd takes windows above 4 MiB.
const ZSTD_LEVEL_MOST: i32 = 15;

/// Codes one body.
pub struct Encoder {
    coding: Coding,
    codec: Box<dyn EncodeV2 + Send + Sync>,
}

impl Encoder {
    /// With a level as the coding counts it: 1 to 9 for gzip and deflate, 0 to 11 for brotli, 1 to 15 for zstd; others
    /// are taken for the nearest. `deflate` is written in the zlib format, as RFC 9110 section 8.4.1.2 asks.
    pub fn new(coding: Coding, level: i32) -> Encoder {
        let codec: Box<dyn EncodeV2 + Send + Sync> = match coding {
            Coding::Gzip => Box::new(GzipEncoder::new(Level::Precise(level.clamp(1, 9)).into())),
            Coding::Deflate => Box::new(ZlibEncoder::new(Level::Precise(level.clamp(1, 9)).into())),
            Coding::Brotli => {
                let quality = EncoderParams::default().quality(Level::Precise(level));
                Box::new(BrotliEncoder::new(quality.window_size(BROTLI_WINDOW_LOG)))
            }
            Coding::Zstd => Box::new(ZstdEncoder::new(level.clamp(1, ZSTD_LEVEL_MOST))),
        };
        Encoder { coding, codec }
    }

    /// Takes the next bytes; what is coded is appended to `out`. Much may stay in the codec until a flush.
    pub fn encode(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), CodingError> {
        let mut input = PartialBuffer::new(content);
        while !input.unwritten().is_empty() {
            self.piece(out, |codec, output| codec.encode(&mut input, output).map(|()| true))?;
        }
        Ok(())
    }

    /// Appends all that was taken, so that the other end can read it now: for event streams and slow pages.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), CodingError> {
        while !self.piece(out, |codec, output| codec.flush(output))? {}
        Ok(())
    }

    /// Appends the end of the coding. Nothing may be coded afterwards.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), CodingError> {
        while !self.piece(out, |codec, output| codec.finish(output))? {}
        Ok(())
    }

    fn piece<E>(
        &mut self,
        out: &mut Vec<u8>,
        step: impl FnOnce(&mut dyn EncodeV2, &mut WriteBuffer<'_>) -> Result<bool, E>,
    ) -> Result<bool, CodingError> {
        let start = out.len();
        out.resize(start + PIECE, 0);
        let mut output = WriteBuffer::new_initialized(out.get_mut(start..).unwrap_or_default());
        let result = step(self.codec.as_mut(), &mut output);
        let written = output.written_len();
        out.truncate(start + written);
        result.map_err(|_| CodingError::Encode(self.coding))
    }
}
