//! 7z. Its headers and dictionaries are bounded by the window of the limits; what it declares is not believed.

use super::Tolerant;
use crate::extract::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use deflate64::Deflate64Decoder;
use sevenz_rust2::{Archive, ArchiveEntry, ArchiveReader, Block, BlockDecoder, EncoderMethod, Error, Password};
use std::io::{Cursor, Read};

/// Archives made with 7-Zip.
pub(in crate::extract) const FORMATS: &[Format] =
    &[Format { name: "7z", bears: |bytes| bytes.starts_with(b"7z\xBC\xAF\x27\x1C"), read }];

/// So long is the head, before what is packed.
const HEAD: u64 = 32;

const FRAGMENT: Halt = Halt::Part(Reason::Fragment);

fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let opened = ArchiveReader::new_with_memory_limit(Cursor::new(bytes), Password::empty(), window(walk));
    let archive = opened.map_err(|error| if is_first_volume(bytes, walk) { FRAGMENT } else { halt(&error) })?;
    let archive = archive.archive();
    let names: Vec<&str> = archive.files.iter().map(|file| file.name.as_str()).collect();
    let names = names.join("\n");
    walk.within(Step::EntryName, |walk| walk.say(&names))?;
    let mut told = Vec::new();
    for (number, packed) in archive.blocks.iter().enumerate() {
        let done = if is_deflate64(packed) {
            deflate64(bytes, archive, number, walk)
        } else {
            block(bytes, archive, number, walk)
        };
        match done {
            // Blocks are packed each for itself; what is wrong with many of them is said once.
            Err(Halt::Part(reason)) if told.contains(&reason) => {}
            Err(Halt::Part(reason)) => {
                told.push(reason);
                walk.unreadable(reason);
            }
            done => done?,
        }
    }
    let empty = archive.files.iter().zip(&archive.stream_map.file_block_index).filter(|(_, block)| block.is_none());
    for (entry, _) in empty {
        one(entry, &mut std::io::empty(), walk)?;
    }
    Ok(())
}

/// The entries that are packed together.
fn block(bytes: &[u8], archive: &Archive, number: usize, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let (mut source, password, window) = (Cursor::new(bytes), Password::empty(), window(walk));
    let block = BlockDecoder::new_with_memory_limit(1, window, number, archive, &password, &mut source);
    let mut stopped = None;
    let done = block.for_each_entries(&mut |entry, content| {
        one(entry, content, walk).map(|()| true).map_err(|halt| {
            stopped = Some(halt);
            Error::FileNotFound
        })
    });
    match stopped {
        Some(halt) => Err(halt),
        None => done.map(|_| ()).map_err(|error| halt(&error)),
    }
}

/// Whether they are packed by Deflate64, and nothing else: 7-Zip offers it, and the crate does not read it.
fn is_deflate64(block: &Block) -> bool {
    matches!(block.coders.as_slice(), [coder] if coder.encoder_method_id() == EncoderMethod::ID_DEFLATE64)
}

/// The same of those.
fn deflate64(bytes: &[u8], archive: &Archive, number: usize, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let map = &archive.stream_map;
    let packed = || {
        let stream = *map.block_first_pack_stream_index().get(number)?;
        let offset = map.pack_stream_offsets().get(stream)?.checked_add(archive.pack_pos())?.checked_add(HEAD)?;
        let start = usize::try_from(offset).ok()?;
        let size = usize::try_from(*archive.pack_sizes().get(stream)?).ok()?;
        bytes.get(start..start.checked_add(size)?)
    };
    let mut content = Deflate64Decoder::with_buffer(packed().ok_or(Halt::DAMAGED)?);
    for (entry, _) in archive.files.iter().zip(&map.file_block_index).filter(|(_, block)| **block == Some(number)) {
        let mut exact = Exact { inner: &mut content, left: entry.size(), sum: flate2::Crc::new() };
        one(entry, &mut exact, walk)?;
        if entry.has_crc && u64::from(exact.sum.sum()) != entry.crc {
            return Err(Halt::DAMAGED);
        }
    }
    // What is packed behind the last of them, no program shows.
    if content.read(&mut [0]).is_ok_and(|more| more == 0) { Ok(()) } else { Err(Halt::DAMAGED) }
}

/// So many bytes, neither more nor less.
struct Exact<R> {
    inner: R,
    left: u64,
    /// Of those that were read.
    sum: flate2::Crc,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let taken = self.inner.by_ref().take(self.left).read(buffer)?;
        if taken == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.sum.update(buffer.get(..taken).unwrap_or_default());
        self.left = self.left.saturating_sub(taken as u64);
        Ok(taken)
    }
}

fn window(walk: &Walk<'_>) -> usize {
    usize::try_from(walk.limits().window_bytes >> 10).unwrap_or(usize::MAX)
}

/// Whether it is the first of several files that are one archive: it says where its directory is, which is behind its end.
/// So it is where an archive is cut short; what tells them apart is the name.
fn is_first_volume(bytes: &[u8], walk: &Walk<'_>) -> bool {
    let number =
        |at: usize| bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u64::from_le_bytes(*bytes));
    let end = number(12).zip(number(20)).map(|(offset, size)| offset.saturating_add(size).saturating_add(32));
    super::is_volume(walk.name()) && end.is_some_and(|end| end > bytes.len() as u64)
}

/// One entry. An error in it ends the archive: what follows in its block cannot be unpacked without it.
fn one(entry: &ArchiveEntry, content: &mut dyn Read, walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.entry()?;
    if entry.is_directory() {
        return Ok(());
    }
    let mut content = Tolerant::new(content);
    let bytes = walk.unpack(&mut content)?;
    walk.open(entry.name(), &bytes)?;
    content.failed.map_or(Ok(()), |reason| Err(Halt::Part(reason)))
}

fn halt(error: &Error) -> Halt {
    Halt::Part(match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Reason::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => Reason::Encrypted,
        Error::MaxMemLimited { .. } => Reason::TooLarge,
        Error::UnsupportedCompressionMethod(_)
        | Error::Unsupported(_)
        | Error::UnsupportedVersion { .. }
        | Error::ExternalUnsupported => Reason::Unsupported,
        _ => Reason::Damaged,
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::Limits;
    use crate::extract::make::packed::sevenz as archive;
    use crate::extract::testing::Heard;
    use crate::vocab::Reason;

    #[test]
    fn entries_are_opened_and_names_are_text() {
        let heard = Heard::of("a.7z", &archive(&[("김가람.csv", b"900101-1234568"), ("b.txt", b"010-0000-0000")]));
        assert_eq!(heard.place_of("900101-1234568"), Some("a.7z › 김가람.csv"));
        assert_eq!(heard.place_of("010-0000-0000"), Some("a.7z › b.txt"));
        assert_eq!(heard.place_of("김가람.csv"), Some("a.7z › file name"));
        assert_eq!(heard.unreadable, []);
    }

    /// Made with 7-Zip: of two entries each, in one block and in two, the second by LZMA.
    #[test]
    fn deflate64_is_read() {
        let whole = include_bytes!("../../../tests/documents/archive/deflate64.7z");
        let heard = Heard::of("a.7z", whole);
        assert_eq!(heard.place_of("900101-1234568"), Some("a.7z › 명단.txt"));
        assert_eq!(heard.place_of("810514-1234567"), Some("a.7z › 둘째.txt"));
        assert_eq!(heard.place_of("900102-1234567"), Some("a.7z › 셋째.txt"));
        assert_eq!(heard.unreadable, []);
        let mut flipped = whole.to_vec();
        flipped[40] ^= 0x55;
        let heard = Heard::of("a.7z", &flipped);
        assert_eq!(heard.unreadable, [("a.7z".to_owned(), Reason::Damaged)]);
        assert_eq!(heard.place_of("900102-1234567"), Some("a.7z › 셋째.txt"), "the blocks behind it are read");
    }

    #[test]
    fn what_is_encrypted_is_said() {
        let content = include_bytes!("../../../tests/documents/archive/test7Z_protected_passTika.7z");
        let heads = include_bytes!("../../../tests/documents/archive/header_encrypted.7z");
        for bytes in [&content[..], heads] {
            assert_eq!(Heard::of("a.7z", bytes).unreadable, [("a.7z".to_owned(), Reason::Encrypted)]);
        }
    }

    #[test]
    fn what_breaks_off_is_said() {
        let whole = archive(&[("a.txt", b"900101-1234568")]);
        for length in 6..whole.len() {
            let heard = Heard::of("a.7z", whole.get(..length).unwrap_or_default());
            assert_eq!(heard.unreadable.len(), 1, "{length}");
        }
        let mut flipped = whole;
        flipped[34] ^= 0x55;
        assert_eq!(Heard::of("a.7z", &flipped).unreadable, [("a.7z".to_owned(), Reason::Damaged)]);
    }

    /// 7-Zip cuts an archive into `a.7z.001`, `a.7z.002`, …: the first begins as an archive, the others as nothing.
    #[test]
    fn a_volume_is_a_fragment() {
        let whole = archive(&[("a.txt", b"900101-1234568 of a list that is longer than a volume")]);
        let (first, second) = whole.split_at(60);
        assert_eq!(Heard::of("a.7z.001", first).unreadable, [("a.7z.001".to_owned(), Reason::Fragment)]);
        assert_eq!(Heard::of("a.7z.002", second).unreadable, [("a.7z.002".to_owned(), Reason::Fragment)]);
        for (name, unreadable) in [("a.7Z.003", 1), ("a.log.003", 0)] {
            assert_eq!(Heard::of(name, b"900101-1234568").unreadable.len(), unreadable, "{name}");
        }
        assert_eq!(Heard::of("a.7z", first).unreadable, [("a.7z".to_owned(), Reason::Damaged)]);
        assert_eq!(Heard::of("a.7z.001", &whole).place_of("900101-1234568"), Some("a.7z.001 › a.txt"));
        assert_eq!(Heard::of("b.dat", second).unreadable, [("b.dat".to_owned(), Reason::UnknownFormat)]);
    }

    #[test]
    fn bombs_and_dictionaries_are_stopped() {
        let bomb = archive(&[("a", &vec![b'0'; 16 << 20])]);
        assert_eq!(Heard::of("a.7z", &bomb).unreadable, [(String::new(), Reason::Bomb)]);
        let small = Limits { window_bytes: 1 << 20, ..Limits::default() };
        assert_eq!(Heard::within("a.7z", &bomb, small).unreadable, [("a.7z".to_owned(), Reason::TooLarge)]);
    }
}
