//! What a rule is about: kinds of personal data, reasons for which something cannot be inspected, types of files.

use crate::vocab::{FileType, Kind, Reason, What};

const _: () = assert!(Kind::COUNT <= u64::BITS as usize, "every kind has its bit");
const _: () = assert!(FileType::ALL.len() <= u8::BITS as usize, "every type of file has its bit");

/// A set of things to find: kinds of personal data, reasons for which something cannot be inspected, and types of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Find {
    kinds: u64,
    reasons: u32,
    files: u8,
}

impl Find {
    /// Nothing.
    pub const NONE: Find = Find { kinds: 0, reasons: 0, files: 0 };

    /// What `*` means of the kinds that garim knows: every one that tells of a person by itself ([`Kind::is_by_star`]), but nothing uninspectable: that
    /// is always named on its own.
    pub fn every_kind() -> Find {
        let meant = Kind::ALL.iter().filter(|kind| kind.is_by_star());
        meant.fold(Find::NONE, |find, kind| find.with(What::Kind(*kind)))
    }

    /// Everything that can be uninspectable (`uninspectable`).
    pub fn every_reason() -> Find {
        Reason::ALL.iter().fold(Find::NONE, |find, reason| find.with(What::Uninspectable(*reason)))
    }

    /// This set and one more.
    pub fn with(mut self, what: What) -> Find {
        match what {
            What::Kind(kind) => self.kinds |= 1_u64 << kind.index(),
            What::Uninspectable(reason) => self.reasons |= 1 << reason as usize,
            What::File(file_type) => self.files |= 1 << file_type as u8,
            // No rule can name it.
            What::Returned(_) => {}
        }
        self
    }

    /// Both sets together.
    pub fn and(self, other: Find) -> Find {
        let (kinds, reasons) = (self.kinds | other.kinds, self.reasons | other.reasons);
        Find { kinds, reasons, files: self.files | other.files }
    }

    /// What of this set is not in another.
    pub fn without(self, other: Find) -> Find {
        let (kinds, reasons) = (self.kinds & !other.kinds, self.reasons & !other.reasons);
        Find { kinds, reasons, files: self.files & !other.files }
    }

    /// Whether it holds this.
    pub fn contains(self, what: What) -> bool {
        match what {
            What::Kind(kind) => self.kinds & (1_u64 << kind.index()) != 0,
            What::Uninspectable(reason) => self.reasons & (1 << reason as usize) != 0,
            What::File(file_type) => self.files & (1 << file_type as u8) != 0,
            What::Returned(_) => false,
        }
    }

    /// What of it has bytes of its own, and so can be hidden; and the rest of it.
    pub(super) fn by_bytes(self) -> (Find, Find) {
        let bytes = Kind::all().filter(|kind| kind.has_bytes()).fold(0_u64, |all, kind| all | 1 << kind.index());
        let with = Find { kinds: self.kinds & bytes, ..Find::NONE };
        (with, Find { kinds: self.kinds & !bytes, ..self })
    }

    /// Whether some of it can be hidden in a post.
    pub fn can_be_hidden(self) -> bool {
        !self.by_bytes().0.is_empty()
    }

    /// Whether it holds any kind of personal data.
    pub fn has_kinds(self) -> bool {
        self.kinds != 0
    }

    /// Whether it holds any type of file.
    pub fn has_files(self) -> bool {
        self.files != 0
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self == Find::NONE
    }
}

/// Everything that a rule can be about.
pub fn subjects() -> impl Iterator<Item = What> {
    let kinds = Kind::all().map(What::Kind);
    let reasons = Reason::ALL.iter().map(|reason| What::Uninspectable(*reason));
    kinds.chain(reasons).chain(FileType::ALL.iter().map(|file_type| What::File(*file_type)))
}
