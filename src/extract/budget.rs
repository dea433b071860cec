//! One budget for a whole upload: it is handed down through every container, and only shrinks.

use crate::vocab::Reason;

/// The limits of one upload, with all files within it together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that may be unpacked in all.
    pub unpacked_bytes: u64,
    /// Bytes of one part or entry, unpacked.
    pub part_bytes: u64,
    /// How many times its own size all that is unpacked may be, once it is over [`Limits::RATIO_GRACE`].
    pub ratio: u64,
    /// Entries and parts, on all levels together.
    pub entries: u32,
    /// Files within files.
    pub depth: u32,
    /// Structures within structures: elements of XML, arrays of a PDF, groups of RTF.
    pub nesting: u32,
    /// Cells of spreadsheets.
    pub cells: u32,
    /// Pages of PDFs.
    pub pages: u32,
    /// Bytes of text that are given to the detectors.
    pub text_bytes: u64,
    /// Bytes that a decompressor may keep as its window or dictionary.
    pub window_bytes: u64,
}

impl Limits {
    /// Below so many unpacked bytes no ratio is asked: an empty spreadsheet is small and deflates well.
    pub const RATIO_GRACE: u64 = 10 << 20;
}

/// What ships: the values and where they come from are in the comments of `config/garim.toml`.
impl Default for Limits {
    fn default() -> Limits {
        Limits {
            unpacked_bytes: 400 << 20,
            part_bytes: 100 << 20,
            ratio: 200,
            entries: 10_000,
            depth: 8,
            nesting: 256,
            cells: 5_000_000,
            pages: 5_000,
            text_bytes: 64 << 20,
            window_bytes: 128 << 20,
        }
    }
}

/// Why a reader stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// This file, or this part of it, cannot be read; others can.
    #[error("{}", .0.name())]
    Part(Reason),
    /// A limit of the whole upload is reached, or the time is up: nothing more is read, of any file.
    #[error("{}", .0.name())]
    Whole(Reason),
}

impl Halt {
    /// It breaks its own format.
    pub const DAMAGED: Halt = Halt::Part(Reason::Damaged);

    /// The reason.
    pub const fn reason(self) -> Reason {
        match self {
            Halt::Part(reason) | Halt::Whole(reason) => reason,
        }
    }
}

/// What is left of the [`Limits`].
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) limits: Limits,
    unpacked: u64,
    /// The size of the file that everything came from.
    whole: u64,
    entries: u32,
    cells: u32,
    pages: u32,
    text: u64,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Budget {
        Budget { limits, unpacked: 0, whole: 0, entries: 0, cells: 0, pages: 0, text: 0 }
    }

    /// The size of the outermost file.
    pub(super) fn of(&mut self, bytes: usize) {
        self.whole = self.whole.max(bytes as u64);
    }

    /// So many bytes more were unpacked.
    pub(super) fn unpack(&mut self, bytes: u64) -> Result<(), Halt> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.limits.unpacked_bytes {
            return Err(Halt::Whole(Reason::TooLarge));
        }
        let measure = self.whole.saturating_mul(self.limits.ratio);
        if self.unpacked > Limits::RATIO_GRACE && self.unpacked > measure {
            return Err(Halt::Whole(Reason::Bomb));
        }
        Ok(())
    }

    pub(super) fn entry(&mut self) -> Result<(), Halt> {
        count(&mut self.entries, self.limits.entries, Reason::TooManyEntries)
    }

    pub(super) fn cell(&mut self) -> Result<(), Halt> {
        count(&mut self.cells, self.limits.cells, Reason::TooManyEntries)
    }

    pub(super) fn page(&mut self) -> Result<(), Halt> {
        count(&mut self.pages, self.limits.pages, Reason::TooManyEntries)
    }

    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Halt> {
        self.text = self.text.saturating_add(bytes as u64);
        if self.text > self.limits.text_bytes { Err(Halt::Whole(Reason::TooLarge)) } else { Ok(()) }
    }
}

fn count(counted: &mut u32, most: u32, reason: Reason) -> Result<(), Halt> {
    *counted = counted.saturating_add(1);
    if *counted > most { Err(Halt::Whole(reason)) } else { Ok(()) }
}
