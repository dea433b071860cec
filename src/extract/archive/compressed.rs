//! One file compressed by itself: gzip (RFC 1952), bzip2, xz, zstd (RFC 8878).
//!
//! All members and frames that stand one after the other make up the one file within. A stream that breaks off is searched
//! as far as it goes.

use super::{Tolerant, decoded};
use crate::extract::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::io::{self, Read};

/// Files that are compressed by themselves.
pub(in crate::extract) const FORMATS: &[Format] = &[
    Format { name: "gzip", bears: |bytes| bytes.starts_with(GZIP), read: gzip },
    Format { name: "bzip2", bears: is_bzip2, read: bzip2 },
    Format { name: "xz", bears: |bytes| bytes.starts_with(b"\xFD7zXZ\0"), read: xz },
    Format { name: "zstd", bears: is_zstd, read: zstd },
    Format { name: "compressed", bears: is_other, read: |_, _| Err(Halt::Part(Reason::Unsupported)) },
];

/// Magic and the method deflate, the only one there is.
const GZIP: &[u8] = &[0x1F, 0x8B, 8];

const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

fn is_bzip2(bytes: &[u8]) -> bool {
    let block = bytes.get(4..10).unwrap_or_default();
    bytes.starts_with(b"BZh") && (block == b"\x31\x41\x59\x26\x53\x59" || block == b"\x17\x72\x45\x38\x50\x90")
}

fn is_zstd(bytes: &[u8]) -> bool {
    bytes.starts_with(ZSTD) || skippable(bytes).is_some()
}

/// What is known and not read: compress (.Z), lz4, lzip.
fn is_other(bytes: &[u8]) -> bool {
    [&[0x1F, 0x9D][..], &[0x04, 0x22, 0x4D, 0x18], b"LZIP\x01"].iter().any(|magic| bytes.starts_with(magic))
}

/// Unpacks it, opens what is within, then says where it broke off, if it did.
pub(super) fn unpack<R: Read>(inner: R, walk: &mut Walk<'_>) -> Result<R, Halt> {
    walk.entry()?;
    let mut packed = Tolerant::new(inner);
    let bytes = walk.unpack(&mut packed)?;
    let name = inner_name(walk.name());
    walk.open(&name, &bytes)?;
    packed.failed.map_or(Ok(packed.inner), |reason| Err(Halt::Part(reason)))
}

/// The name of the file within: `a.tar` of `a.tar.gz` and of `a.tgz`.
fn inner_name(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending.to_ascii_lowercase().as_str() {
        "gz" | "bz2" | "xz" | "zst" | "lzma" if !stem.is_empty() => stem.to_owned(),
        "tgz" | "tbz" | "tbz2" | "txz" | "tlz" | "tzst" => format!("{stem}.tar"),
        _ => name.to_owned(),
    }
}

fn gzip(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let members = unpack(Members { open: Some(GzDecoder::new(bytes)), rest: &[], names: Vec::new() }, walk)?;
    walk.within(Step::EntryName, |walk| walk.say(&members.names.join("\n")))?;
    left_over(members.rest, walk)
}

/// What stands behind the last stream: zeros are padding, all else hides there.
fn left_over(rest: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if rest.iter().all(|&byte| byte == 0) {
        return Ok(());
    }
    walk.raw(rest)?;
    Err(Halt::DAMAGED)
}

/// All members of a gzip file, as one stream.
struct Members<'a> {
    open: Option<GzDecoder<&'a [u8]>>,
    rest: &'a [u8],
    /// Names, comments and further fields in the heads of members, as far as there is anything in them.
    names: Vec<String>,
}

impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.open {
            let taken = member.read(buffer)?;
            if taken > 0 {
                return Ok(taken);
            }
            let head = member.header();
            let said = head.map(|head| [head.filename(), head.comment(), head.extra()]).into_iter().flatten().flatten();
            self.names.extend(said.map(decoded));
            self.rest = self.open.take().map(GzDecoder::into_inner).unwrap_or_default();
            self.open = self.rest.starts_with(GZIP).then(|| GzDecoder::new(self.rest));
        }
        Ok(0)
    }
}

fn bzip2(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    unpack(bzip2::bufread::MultiBzDecoder::new(bytes), walk).map(drop)
}

fn xz(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    // Its limit is in KiB and counts the dictionary, which the file declares, before that is allocated.
    let window = u32::try_from(walk.limits().window_bytes >> 10).unwrap_or(u32::MAX - 1);
    unpack(XzReader::new_mem_limit(bytes, true, window), walk).map(drop)
}

fn zstd(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let frames = Frames { open: None, rest: bytes, window: walk.limits().window_bytes };
    let frames = unpack(frames, walk)?;
    left_over(frames.rest, walk)
}

/// All frames of a zstd file, as one stream.
struct Frames<'a> {
    open: Option<StreamingDecoder<&'a [u8], FrameDecoder>>,
    rest: &'a [u8],
    /// The largest window, in bytes; the frame declares its own.
    window: u64,
}

impl Frames<'_> {
    /// Opens the next frame, if there is one.
    fn next(&mut self) -> io::Result<bool> {
        while let Some(behind) = skippable(self.rest) {
            self.rest = behind;
        }
        if !self.rest.starts_with(ZSTD) {
            return Ok(false);
        }
        let opened = StreamingDecoder::new_with_max_window_size(self.rest, self.window);
        self.open = Some(opened.map_err(|error| match error {
            FrameDecoderError::WindowSizeTooBig { .. } => io::ErrorKind::OutOfMemory.into(),
            other => io::Error::other(other),
        })?);
        Ok(true)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.open {
                let taken = frame.read(buffer)?;
                if taken > 0 {
                    return Ok(taken);
                }
                self.rest = self.open.take().map(StreamingDecoder::into_inner).unwrap_or_default();
            }
            if !self.next()? {
                return Ok(0);
            }
        }
    }
}

/// What stands behind a skippable frame (RFC 8878 section 3.1.2), if it begins with one.
fn skippable(bytes: &[u8]) -> Option<&[u8]> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let is_skippable = u32::from_le_bytes(*magic) & 0xFFFF_FFF0 == 0x184D_2A50;
    if is_skippable { rest.get(usize::try_from(u32::from_le_bytes(*size)).ok()?..) } else { None }
}

#[cfg(test)]
mod tests {
    use crate::extract::Limits;
    use crate::extract::make::packed::{bz2, gz, xz, zst};
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    const TEXT: &str = "이름,주민등록번호\n김가람,900101-1234568\n";

    #[test]
    fn each_is_unpacked_under_its_name_without_the_ending() {
        for (ending, bytes) in
            [("gz", gz(TEXT.as_bytes())), ("bz2", bz2(TEXT.as_bytes())), ("zst", zst(TEXT.as_bytes()))]
        {
            let heard = Heard::of(&format!("a.csv.{ending}"), &bytes);
            assert_eq!(heard.place_of("900101-1234568"), Some(format!("a.csv.{ending} › a.csv").as_str()));
            assert_eq!(heard.unreadable, [], "{ending}");
        }
        let heard = Heard::of("a.txz", &xz(TEXT.as_bytes(), 0));
        assert_eq!(heard.place_of("900101-1234568"), Some("a.txz › a.tar"));
        assert_eq!(heard.unreadable, []);
    }

    #[test]
    fn all_members_make_one_file_and_zeros_behind_are_padding() {
        let members = [gz("김가람 900101".as_bytes()), gz(b"-1234568"), vec![0; 16]].concat();
        let heard = Heard::of("a.gz", &members);
        assert_eq!(heard.place_of("900101-1234568"), Some("a.gz › a"));
        assert_eq!(heard.place_of("가람 명단.csv"), Some("a.gz › file name"));
        assert_eq!(heard.unreadable, []);
        let skipped = [&[0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 7, 7][..], &zst(b"900101"), &zst(b"-1234568")].concat();
        let heard = Heard::of("a.zst", &skipped);
        assert_eq!(heard.place_of("900101-1234568"), Some("a.zst › a"));
        let frames = [&bz2(b"900101")[..], &bz2(b"-1234568")].concat();
        assert_eq!(Heard::of("a.bz2", &frames).place_of("900101-1234568"), Some("a.bz2 › a"));
    }

    #[test]
    fn what_is_left_over_behind_the_last_member_is_searched() {
        let heard = Heard::of("a.gz", &[&gz(b"first")[..], b"900101-1234568"].concat());
        assert_eq!(heard.place_of("900101-1234568"), Some("a.gz"));
        assert_eq!(heard.unreadable, [("a.gz".to_owned(), Reason::Damaged)]);
    }

    #[test]
    fn what_breaks_off_is_searched_as_far_as_it_goes() {
        let text: String = (0..20_000).map(|number| format!("{number} 김가람\n")).collect();
        let text = text.as_bytes();
        for whole in [gz(text), bz2(text), zst(text), xz(TEXT.as_bytes(), 0)] {
            for length in (0..64).chain((64..whole.len()).step_by(997)) {
                let heard = Heard::of("a", &whole[..length.min(whole.len() - 1)]);
                assert!(length < 14 || heard.unreadable.contains(&("a".to_owned(), Reason::Damaged)), "{length}");
            }
        }
        let half = gz(text);
        let heard = Heard::of("a.gz", &half[..half.len() / 2]);
        assert_eq!(heard.place_of("100 김가람"), Some("a.gz › a"));
    }

    #[test]
    fn bombs_are_stopped() {
        let zeros = vec![b'0'; 16 << 20];
        for bomb in [gz(&zeros), bz2(&zeros), zst(&zeros)] {
            assert_eq!(Heard::of("a", &bomb).unreadable.first().map(|(_, reason)| *reason), Some(Reason::Bomb));
            let small = Limits { part_bytes: 1 << 20, ..Limits::default() };
            assert_eq!(Heard::within("a", &bomb, small).unreadable, [("a".to_owned(), Reason::TooLarge)]);
        }
    }

    #[test]
    fn a_window_beyond_the_limit_is_not_allocated() {
        // Dictionary code 40 is 4 GiB - 1 (xz), a window descriptor of 0xF8 is 2 TiB (zstd).
        assert_eq!(Heard::of("a.xz", &xz(b"text", 40)).unreadable, [("a.xz".to_owned(), Reason::TooLarge)]);
        let zstd = [0x28, 0xB5, 0x2F, 0xFD, 0, 0xF8, 1, 0, 0];
        assert_eq!(Heard::of("a.zst", &zstd).unreadable, [("a.zst".to_owned(), Reason::TooLarge)]);
    }

    #[test]
    fn what_is_not_unpacked_is_said() {
        for bytes in [&b"\x1F\x9D\x90abc"[..], b"\x04\x22\x4D\x18abc", b"LZIP\x01abc"] {
            assert_eq!(Heard::of("a", bytes).unreadable, [("a".to_owned(), Reason::Unsupported)]);
        }
    }
}
