//! The filters of streams (ISO 32000-2 section 7.4), each within the limits.

use super::crypt::Kind;
use super::file::File;
use super::object::{Object, Stream};
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use flate2::{Decompress, FlushDecompress, Status};
use std::borrow::Cow;
use std::io::{self, Read};

/// Filters of one stream.
const MOST_FILTERS: usize = 16;

/// A stream's bytes.
#[derive(Debug)]
pub(super) struct Decoded<'f> {
    pub(super) bytes: Cow<'f, [u8]>,
    /// Whether what is left is the code of a picture.
    pub(super) picture: bool,
    /// Whether it broke off: what came before is there.
    pub(super) damaged: bool,
}

/// Whether the last of a stream's filters is one of pictures; no filter is run.
pub(super) fn is_picture(stream: &Stream) -> bool {
    let filter = stream.dict.get("Filter");
    let last = filter.array().last().unwrap_or(filter);
    last.name().is_some_and(of_pictures)
}

fn of_pictures(name: &[u8]) -> bool {
    matches!(name, b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode")
}

/// Decrypts and unpacks a stream.
///
/// # Errors
/// [`Reason::Unsupported`] for a filter that is not known; the limits; the time.
pub(super) fn decode<'f>(file: &mut File<'f>, walk: &mut Walk<'_>, stream: &Stream) -> Result<Decoded<'f>, Halt> {
    let raw = file.bytes.get(stream.start..stream.end).unwrap_or_default();
    let filter = file.get(walk, stream.dict.get("Filter"))?;
    let filters: Vec<Object> = match &filter {
        Object::Array(array) => array.to_vec(),
        Object::Null => Vec::new(),
        one => vec![one.clone()],
    };
    if filters.len() > MOST_FILTERS {
        return Err(Halt::Part(Reason::TooDeep));
    }
    let first = filters.first().map(|first| first.is("Crypt"));
    let mut done =
        Decoded { bytes: decrypted(file, walk, stream, raw, first == Some(true))?, picture: false, damaged: false };
    let parameters = if stream.dict.has("DecodeParms") { "DecodeParms" } else { "DP" };
    let parameters = file.get(walk, stream.dict.get(parameters))?;
    for (at, filter) in filters.iter().enumerate() {
        let filter = file.get(walk, filter)?;
        let own = match &parameters {
            Object::Array(array) => array.get(at).cloned().unwrap_or(Object::Null),
            one if at == 0 => one.clone(),
            _ => Object::Null,
        };
        let own = file.get(walk, &own)?;
        if !run(walk, &mut done, filter.name().unwrap_or_default(), &own)? {
            break;
        }
    }
    Ok(done)
}

fn decrypted<'f>(
    file: &File<'f>,
    walk: &mut Walk<'_>,
    stream: &Stream,
    raw: &'f [u8],
    own_crypt: bool,
) -> Result<Cow<'f, [u8]>, Halt> {
    let kind = match stream.dict.get("Type").name() {
        Some(b"XRef") => return Ok(Cow::Borrowed(raw)),
        Some(b"EmbeddedFile") => Kind::File,
        Some(b"Metadata") => Kind::Metadata,
        _ => Kind::Stream,
    };
    match &file.crypt {
        // A crypt filter of its own is the identity, unless it names another, which files in the wild do not.
        Some(crypt) if !own_crypt => {
            walk.unpacked(raw.len())?;
            Ok(Cow::Owned(crypt.decrypt(kind, stream.owner, raw)))
        }
        _ => Ok(Cow::Borrowed(raw)),
    }
}

/// Runs one filter; `false` if it is one of pictures, behind which nothing is run.
fn run(walk: &mut Walk<'_>, done: &mut Decoded<'_>, filter: &[u8], parameters: &Object) -> Result<bool, Halt> {
    let input = &*done.bytes;
    let (bytes, whole) = match filter {
        b"FlateDecode" | b"Fl" => {
            let mut inflate = Inflate::new(input);
            (walk.unpack(&mut inflate)?, inflate.ended)
        }
        b"LZWDecode" | b"LZW" => {
            let early = parameters.get("EarlyChange").int() != Some(0);
            let mut lzw = Lzw::new(input, early);
            (walk.unpack(&mut lzw)?, lzw.ended)
        }
        b"ASCIIHexDecode" | b"AHx" => (walk.unpack(&mut Bytes(hex(input)))?, true),
        b"ASCII85Decode" | b"A85" => (walk.unpack(&mut Bytes(ascii85(input)))?, true),
        b"RunLengthDecode" | b"RL" => (walk.unpack(&mut Bytes(run_length(input)))?, true),
        b"Crypt" => return Ok(true),
        name if of_pictures(name) => {
            done.picture = true;
            return Ok(false);
        }
        _ => return Err(Halt::Part(Reason::Unsupported)),
    };
    done.damaged |= !whole;
    done.bytes = Cow::Owned(unpredicted(bytes, parameters));
    Ok(true)
}

/// Deflate within zlib. The check sum is not asked for: readers show what is there.
struct Inflate<'b> {
    input: &'b [u8],
    state: Decompress,
    ended: bool,
}

impl<'b> Inflate<'b> {
    fn new(input: &'b [u8]) -> Inflate<'b> {
        // Some writers begin with an end of line too many.
        let begins = input.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        let input = input.get(begins..).unwrap_or_default();
        let zlib = match input {
            [first, second, ..] => first & 0x0F == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0,
            _ => false,
        };
        let input = if zlib { input.get(2..).unwrap_or_default() } else { input };
        Inflate { input, state: Decompress::new(false), ended: input.is_empty() }
    }
}

impl Inflate<'_> {
    /// Whether nothing is missing but the mark of the end, which some writers leave out: an empty last block ends it.
    fn is_between_blocks(&mut self) -> bool {
        let mut out = [0];
        let before = self.state.total_out();
        let status = self.state.decompress(&[3, 0], &mut out, FlushDecompress::None);
        self.input.is_empty() && matches!(status, Ok(Status::StreamEnd)) && self.state.total_out() == before
    }
}

impl Read for Inflate<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.ended {
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(self.input, out, FlushDecompress::None);
            let read = self.state.total_in().saturating_sub(read) as usize;
            let written = self.state.total_out().saturating_sub(written) as usize;
            self.input = self.input.get(read..).unwrap_or_default();
            match status {
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(_) if written == 0 && read == 0 => {
                    self.ended = self.is_between_blocks();
                    return Ok(0);
                }
                Ok(_) => {}
                // What was put out before counts; the next call says that nothing follows.
                Err(_) => return Ok(written),
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

struct Lzw<'b> {
    input: &'b [u8],
    state: weezl::decode::Decoder,
    ended: bool,
}

impl<'b> Lzw<'b> {
    fn new(input: &'b [u8], early: bool) -> Lzw<'b> {
        let order = weezl::BitOrder::Msb;
        let state = if early {
            weezl::decode::Decoder::with_tiff_size_switch(order, 8)
        } else {
            weezl::decode::Decoder::new(order, 8)
        };
        Lzw { input, state, ended: false }
    }
}

impl Read for Lzw<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !self.ended {
            let done = self.state.decode_bytes(self.input, out);
            self.input = self.input.get(done.consumed_in..).unwrap_or_default();
            match done.status {
                Ok(weezl::LzwStatus::Done) => self.ended = true,
                Ok(_) if done.consumed_out > 0 || done.consumed_in > 0 => {}
                _ => return Ok(done.consumed_out),
            }
            if done.consumed_out > 0 {
                return Ok(done.consumed_out);
            }
        }
        Ok(0)
    }
}

/// Bytes one by one, as something to read from.
struct Bytes<I>(I);

impl<I: Iterator<Item = u8>> Read for Bytes<I> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        Ok(out.iter_mut().zip(&mut self.0).map(|(to, byte)| *to = byte).count())
    }
}

fn hex(input: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    let mut digits = input.iter().take_while(|byte| **byte != b'>').filter_map(digit);
    std::iter::from_fn(move || digits.next().map(|high| high << 4 | digits.next().unwrap_or(0)))
}

fn ascii85(input: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut input = input.strip_prefix(b"<~").unwrap_or(input).iter().copied().take_while(|byte| *byte != b'~');
    let groups = std::iter::from_fn(move || {
        let (mut group, mut count) = ([84_u8; 5], 0_usize);
        for byte in input.by_ref() {
            match byte {
                b'z' if count == 0 => return Some((0, 4)),
                b'!'..=b'u' => {
                    *group.get_mut(count)? = byte - b'!';
                    count += 1;
                }
                _ => {}
            }
            if count == 5 {
                break;
            }
        }
        let value = group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit)));
        count.checked_sub(1).filter(|bytes| *bytes > 0).map(|bytes| (value, bytes))
    });
    groups.flat_map(|(value, count)| value.to_be_bytes().into_iter().take(count))
}

fn run_length(mut input: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let runs = std::iter::from_fn(move || {
        let (length, rest) = input.split_first()?;
        let length = usize::from(*length);
        let (run, times) = match length {
            0..=127 => (rest.get(..=length).unwrap_or(rest), 1),
            128 => return None,
            _ => (rest.get(..1)?, 257 - length),
        };
        input = rest.get(run.len()..)?;
        Some(run.iter().copied().cycle().take(run.len() * times))
    });
    runs.flatten()
}

/// Undoes the predictor (section 7.4.4.4): what a TIFF or PNG predictor left, back to what it was.
fn unpredicted(bytes: Vec<u8>, parameters: &Object) -> Vec<u8> {
    let number = |key: &str, other: usize| {
        parameters
            .get(key)
            .int()
            .and_then(|value| usize::try_from(value).ok())
            .filter(|value| *value > 0)
            .unwrap_or(other)
    };
    let predictor = number("Predictor", 1);
    let (colours, bits, columns) = (number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1));
    let pixel = colours.saturating_mul(bits).div_ceil(8);
    let row = colours.saturating_mul(bits).saturating_mul(columns).div_ceil(8);
    match predictor {
        2 if bits == 8 => {
            let mut bytes = bytes;
            for row in bytes.chunks_mut(row) {
                for at in pixel..row.len() {
                    let left = row.get(at - pixel).copied().unwrap_or(0);
                    if let Some(byte) = row.get_mut(at) {
                        *byte = byte.wrapping_add(left);
                    }
                }
            }
            bytes
        }
        10.. => png(&bytes, row, pixel),
        _ => bytes,
    }
}

fn png(bytes: &[u8], row: usize, pixel: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut above: Vec<u8> = Vec::new();
    for line in bytes.chunks(row.saturating_add(1)) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut now = line.to_vec();
        for at in 0..now.len() {
            let before = at.checked_sub(pixel);
            let left = before.and_then(|at| now.get(at)).copied().unwrap_or(0);
            let corner = before.and_then(|at| above.get(at)).copied().unwrap_or(0);
            let up = above.get(at).copied().unwrap_or(0);
            let guess = match kind {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            if let Some(byte) = now.get_mut(at) {
                *byte = byte.wrapping_add(guess);
            }
        }
        out.extend_from_slice(&now);
        above = now;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let far = |value: i16| (guess - value).abs();
    if far(a) <= far(b) && far(a) <= far(c) {
        left
    } else if far(b) <= far(c) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_codes_are_undone() {
        assert_eq!(hex(b"6 1 62 7>zz").collect::<Vec<_>>(), b"abp");
        assert_eq!(ascii85(b"<~87cURD]i,\"Ebo80~>").collect::<Vec<_>>(), b"Hello World!");
        assert_eq!(ascii85(b"z!!~>").collect::<Vec<_>>(), [0, 0, 0, 0, 0]);
        assert_eq!(run_length(&[2, b'a', b'b', b'c', 254, b'd', 128, 9]).collect::<Vec<_>>(), b"abcddd");
    }

    #[test]
    fn deflate_may_end_without_its_mark_but_not_within_a_block() {
        use std::io::Write;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(b"some text, some more text").expect("memory");
        packer.flush().expect("memory");
        let flushed = packer.get_ref().clone();
        let read = |packed: &[u8]| {
            let (mut inflate, mut out) = (Inflate::new(packed), Vec::new());
            inflate.read_to_end(&mut out).expect("nothing fails");
            (out, inflate.ended)
        };
        assert_eq!(read(&flushed), (b"some text, some more text".to_vec(), true));
        assert!(!read(flushed.get(..12).expect("longer")).1);
    }

    #[test]
    fn predictors_are_undone() {
        assert_eq!(png(&[2, 1, 2, 2, 1, 1, 1, 5, 5], 2, 1), [1, 2, 2, 3, 5, 10].to_vec());
    }
}
