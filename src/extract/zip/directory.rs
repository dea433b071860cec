//! What a ZIP holds: the entries of its central directory, those with a local header that the directory does not name,
//! and what stands before, between and behind them (PKWARE APPNOTE 6.3.10, section 4.3).

use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use memchr::memmem;
use rawzip::{ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};
use std::ops::Range;

/// The signature of a local header.
const LOCAL: &[u8] = b"PK\x03\x04";

/// Bytes of a local header before its name.
const LOCAL_SIZE: usize = 30;

/// Bytes of a record of the directory before its name.
const RECORD_SIZE: usize = 46;

/// Fewer bytes beside the entries are a data descriptor, a padding.
const SUBSTANTIAL: usize = 32;

/// Digits of the shortest number of a person.
const FEWEST_DIGITS: usize = 10;

/// One entry.
pub(super) struct Entry<'a> {
    /// Its name in the directory.
    pub(super) name: String,
    /// Its other name, if its local header gives it one.
    pub(super) other: Option<String>,
    /// What somebody noted about it.
    pub(super) comment: String,
    /// Packed.
    pub(super) data: &'a [u8],
    /// The number of the method (APPNOTE 4.4.5).
    pub(super) method: u16,
    /// Encrypted in whatever way.
    pub(super) encrypted: bool,
    /// What it says to be unpacked; only for LZMA without an end mark.
    pub(super) size: u64,
    /// Bit 1: an LZMA stream with an end mark.
    pub(super) marked_end: bool,
    /// Where the data ends, only its decoder knows.
    pub(super) open_ended: bool,
    /// Its record in the directory, as it is written; nothing for one that the directory does not name.
    pub(super) record: &'a [u8],
    /// Its local header, as it is written.
    pub(super) head: &'a [u8],
    /// Where that begins in the file.
    pub(super) at: usize,
}

impl<'a> Entry<'a> {
    /// What programs add to its record and to its local header (APPNOTE 4.5).
    pub(super) fn extras(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let of = |bytes: &'a [u8], lengths: usize, fixed: usize| {
            let (name, rest) = bytes.get(lengths..)?.split_first_chunk::<2>()?;
            let start = fixed.checked_add(usize::from(u16::from_le_bytes(*name)))?;
            let length = usize::from(u16::from_le_bytes(*rest.first_chunk::<2>()?));
            bytes.get(start..start.checked_add(length)?.min(bytes.len()))
        };
        [of(self.record, 28, RECORD_SIZE), of(self.head, 26, LOCAL_SIZE)].into_iter().flatten()
    }
}

/// All of it.
#[derive(Default)]
pub(super) struct Directory<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// What somebody noted about the whole.
    pub(super) comment: String,
    /// The same, as it is written.
    pub(super) written_comment: &'a [u8],
    /// Bytes that belong to no entry.
    pub(super) before: &'a [u8],
    pub(super) beside: Vec<&'a [u8]>,
    /// What is wrong with it.
    pub(super) faults: Vec<Reason>,
}

/// Whether bytes beside the entries are worth reading.
pub(super) fn is_substantial(bytes: &[u8]) -> bool {
    bytes.len() > SUBSTANTIAL && bytes.iter().any(|byte| *byte != 0) || has_number(bytes)
}

/// Whether bytes hold as many digits in ASCII as numbers of people have: what is no text hardly does.
pub(super) fn has_number(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= FEWEST_DIGITS
}

/// A name: in UTF-8 if it is (bit 11 says so, and many write it without), else in CP949.
pub(super) fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::EUC_KR.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

impl<'a> Directory<'a> {
    /// Looks through a file.
    ///
    /// # Errors
    /// [`Reason::Overlapping`] for entries that share bytes, [`Reason::TooManyEntries`]; the time.
    pub(super) fn survey(bytes: &'a [u8], walk: &Walk<'_>) -> Result<Directory<'a>, Halt> {
        let mut found = Directory::default();
        let mut taken: Vec<Range<usize>> = Vec::new();
        match ZipArchive::from_slice(bytes) {
            Ok(archive) => {
                found.listed(bytes, &archive, &mut taken, walk)?;
                let comment = archive.comment().as_bytes();
                found.comment = text_of(comment);
                // A comment may be a place for entries.
                let plain = memmem::find(comment, LOCAL).is_none();
                let end = place(archive.end_offset()).min(bytes.len());
                found.written_comment = bytes.get(end.saturating_sub(comment.len())..end).unwrap_or_default();
                let end = if plain { end } else { end.saturating_sub(comment.len()) };
                taken.push(place(archive.eocd_offset())..end);
            }
            Err(_) => found.faults.push(Reason::Damaged),
        }
        taken.sort_by_key(|range| (range.start, range.end));
        if taken.windows(2).any(|pair| matches!(pair, [a, b] if a.end > b.start)) {
            return Err(Halt::Whole(Reason::Overlapping));
        }
        let mut at = 0;
        for range in taken.iter().chain(std::iter::once(&(bytes.len()..bytes.len()))) {
            found.gap(bytes.get(at..range.start).unwrap_or_default(), at == 0, walk)?;
            at = at.max(range.end);
        }
        Ok(found)
    }

    fn listed(
        &mut self,
        bytes: &'a [u8],
        archive: &ZipSliceArchive<&'a [u8]>,
        taken: &mut Vec<Range<usize>>,
        walk: &Walk<'_>,
    ) -> Result<(), Halt> {
        for record in archive.entries() {
            let Ok(record) = record else {
                self.faults.push(Reason::Damaged);
                break;
            };
            self.room(walk)?;
            taken.push(Self::own(&record));
            let start = place(record.local_header_offset());
            let head = bytes.get(start..).and_then(Head::parse);
            let data = head.as_ref().and_then(|head| head.data(bytes, start, place(record.compressed_size_hint())));
            let (Some(head), Some(range)) = (head, data) else {
                self.faults.push(Reason::Damaged);
                continue;
            };
            taken.push(start..range.end);
            self.check(&record, &head);
            let written = [Self::own(&record), start..range.start, range];
            let [own, local, data] = written.map(|range| bytes.get(range).unwrap_or_default());
            self.entries.push(Entry { record: own, head: local, at: start, ..entry(&record, &head, data) });
        }
        Ok(())
    }

    /// Where a record of the directory stands itself.
    fn own(record: &ZipFileHeaderRecord<'_>) -> Range<usize> {
        let extra = record.extra_fields().remaining_bytes();
        let lengths = [RECORD_SIZE, record.file_path().len(), extra.len(), record.comment().as_bytes().len()];
        let start = place(record.central_directory_offset());
        start..lengths.into_iter().fold(start, usize::saturating_add)
    }

    /// Whoever reads local headers only must read the same.
    fn check(&mut self, record: &ZipFileHeaderRecord<'_>, head: &Head<'_>) {
        // Some leave the sizes out without saying so; whoever believes that reads nothing.
        let sized = head.flags & 8 == 0 && head.packed != u64::from(u32::MAX) && head.packed != 0;
        let same = record.compression_method().as_u16() == head.method
            && (!sized || head.packed == record.compressed_size_hint());
        if !same && !record.is_dir() {
            self.faults.push(Reason::Damaged);
        }
    }

    fn room(&self, walk: &Walk<'_>) -> Result<(), Halt> {
        walk.tick()?;
        let full = self.entries.len() >= walk.limits().entries as usize;
        if full { Err(Halt::Whole(Reason::TooManyEntries)) } else { Ok(()) }
    }

    /// Bytes that the directory does not speak of: entries that were removed from it, or anything.
    fn gap(&mut self, gap: &'a [u8], first: bool, walk: &Walk<'_>) -> Result<(), Halt> {
        let (mut rest, mut first) = (gap, first);
        loop {
            let hit = memmem::find_iter(rest, LOCAL).find_map(|at| Some((at, Head::parse(rest.get(at..)?)?)));
            let Some((at, head)) = hit else {
                self.aside(rest, first);
                return Ok(());
            };
            self.room(walk)?;
            self.aside(rest.get(..at).unwrap_or_default(), first);
            first = false;
            let whole = head.data(rest, at, place(head.packed)).filter(|range| !range.is_empty());
            let start = at.saturating_add(head.size());
            let ended = head.flags & 8 == 0 && whole.is_some();
            let range = match whole {
                Some(range) if ended => range,
                _ => start..rest.len(),
            };
            self.entries.push(stray(&head, rest.get(range.clone()).unwrap_or_default(), !ended));
            rest = rest.get(if ended { range.end } else { start }..).unwrap_or_default();
            if !ended {
                // Its own bytes up to the next header are its data, not something beside it.
                let next = memmem::find(rest, LOCAL).unwrap_or(rest.len());
                rest = rest.get(next..).unwrap_or_default();
            }
        }
    }

    fn aside(&mut self, bytes: &'a [u8], first: bool) {
        // The end of a directory in numbers of 64 bits, with where it stands (4.3.14, 4.3.15).
        let end64 = bytes.starts_with(b"PK\x06\x06") && bytes.len() <= 76;
        if end64 {
            return;
        }
        match (is_substantial(bytes), first) {
            (true, true) => self.before = bytes,
            (true, false) => self.beside.push(bytes),
            _ => {}
        }
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn entry<'a>(record: &ZipFileHeaderRecord<'_>, head: &Head<'_>, data: &'a [u8]) -> Entry<'a> {
    let name = text_of(record.file_path().as_bytes());
    let flags = record.flags().bits() | head.flags;
    let method = record.compression_method().as_u16();
    let other = Some(text_of(head.name)).filter(|other| *other != name);
    Entry {
        name,
        other,
        comment: text_of(record.comment().as_bytes()),
        data,
        method,
        encrypted: flags & 0x2041 != 0 || method == 99 || head.method == 99,
        size: record.uncompressed_size_hint(),
        marked_end: flags & 2 != 0,
        open_ended: false,
        record: &[],
        head: &[],
        at: 0,
    }
}

fn stray<'a>(head: &Head<'_>, data: &'a [u8], open_ended: bool) -> Entry<'a> {
    // Stored data without a length ends where its descriptor or the directory begins.
    let end = if open_ended && head.method == 0 {
        let descriptor = memmem::find(data, b"PK\x07\x08").unwrap_or(data.len());
        descriptor.min(memmem::find(data, b"PK\x01\x02").unwrap_or(data.len()))
    } else {
        data.len()
    };
    Entry {
        name: text_of(head.name),
        other: None,
        comment: String::new(),
        data: data.get(..end).unwrap_or_default(),
        method: head.method,
        encrypted: head.flags & 0x2041 != 0 || head.method == 99,
        size: head.unpacked,
        marked_end: head.flags & 2 != 0,
        open_ended,
        record: &[],
        head: &[],
        at: 0,
    }
}

/// A local header (APPNOTE 4.3.7).
struct Head<'a> {
    flags: u16,
    method: u16,
    packed: u64,
    unpacked: u64,
    name: &'a [u8],
    extra: usize,
}

impl<'a> Head<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Head<'a>> {
        if !bytes.starts_with(LOCAL) {
            return None;
        }
        let two = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?));
        let four = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?));
        let (length, extra) = (usize::from(two(26)?), usize::from(two(28)?));
        let name = bytes.get(LOCAL_SIZE..LOCAL_SIZE.checked_add(length)?)?;
        let head = Head {
            flags: two(6)?,
            method: two(8)?,
            packed: u64::from(four(18)?),
            unpacked: u64::from(four(22)?),
            name,
            extra,
        };
        // By chance, four bytes in any data look like a header; no method has so high a number.
        (head.method < 100 && bytes.len() >= head.size()).then_some(head)
    }

    fn size(&self) -> usize {
        LOCAL_SIZE.saturating_add(self.name.len()).saturating_add(self.extra)
    }

    /// Where its data stands, if it is all there.
    fn data(&self, bytes: &[u8], at: usize, length: usize) -> Option<Range<usize>> {
        let start = at.checked_add(self.size())?;
        let end = start.checked_add(length)?;
        (end <= bytes.len()).then_some(start..end)
    }
}
