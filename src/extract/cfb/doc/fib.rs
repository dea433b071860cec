//! The head of a Word document (MS-DOC section 2.5), of Word 97 and later and of Word 6 and 95.

use super::super::bytes::{codepage, part, u16_at, u32_at};
use encoding_rs::Encoding;

/// What a range of the text is, in the order in which the ranges stand (MS-DOC section 2.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    Main,
    Notes,
    Heads,
    Macros,
    Comments,
    Endnotes,
    TextBoxes,
    HeadTextBoxes,
}

const STORIES: [Story; 8] = [
    Story::Main,
    Story::Notes,
    Story::Heads,
    Story::Macros,
    Story::Comments,
    Story::Endnotes,
    Story::TextBoxes,
    Story::HeadTextBoxes,
];

/// The head.
pub(super) struct Fib<'b> {
    document: &'b [u8],
    /// Whether it is of Word 6 or 95: bytes instead of UTF-16, no stream of tables.
    pub(super) is_old: bool,
    flags: u16,
}

impl<'b> Fib<'b> {
    pub(super) fn read(document: &'b [u8]) -> Option<Fib<'b>> {
        let is_old = match u16_at(document, 0)? {
            0xA5EC => u16_at(document, 2)? < 0x69,
            0xA5DC => true,
            _ => return None,
        };
        Some(Fib { document, is_old, flags: u16_at(document, 0x0A)? })
    }

    /// Encrypted, or disguised with a password.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 0x100 != 0
    }

    /// The stream that holds the tables.
    pub(super) fn tables(&self) -> &'static str {
        if self.flags & 0x200 == 0 { "0Table" } else { "1Table" }
    }

    /// The charset of strings of bytes: of the language it was written in, if it is old; else Western.
    pub(super) fn charset(&self) -> &'static Encoding {
        match (self.is_old, u16_at(self.document, 6).unwrap_or(0)) {
            (false, _) => codepage(1252),
            (true, 0x411) => codepage(932),
            (true, 0x804) => codepage(936),
            (true, 0x404) => codepage(950),
            (true, 0x412 | 0) => codepage(949),
            // A Korean Word on an English document.
            (true, _) => codepage(949),
        }
    }

    /// Where the text of an old document begins, that has no pieces.
    pub(super) fn first(&self) -> usize {
        u32_at(self.document, 0x18).unwrap_or(0) as usize
    }

    /// How many characters each story has.
    pub(super) fn stories(&self) -> impl Iterator<Item = (Story, usize)> + '_ {
        let base: usize = if self.is_old { 0x34 } else { 0x4C };
        let length =
            move |index: usize| u32_at(self.document, base.saturating_add(index.saturating_mul(4))).unwrap_or(0);
        STORIES.into_iter().enumerate().map(move |(index, story)| (story, length(index) as usize))
    }

    /// A table by its number in the list of tables (section 2.5.6).
    pub(super) fn table<'t>(&self, tables: &'t [u8], number: usize) -> Option<&'t [u8]> {
        self.at(tables, 0x9Ausize.checked_add(number.checked_mul(8)?)?)
    }

    /// The table of pieces.
    pub(super) fn clx<'t>(&self, tables: &'t [u8]) -> Option<&'t [u8]> {
        if self.is_old { self.at(tables, 0x160) } else { self.table(tables, 33) }
    }

    fn at<'t>(&self, tables: &'t [u8], place: usize) -> Option<&'t [u8]> {
        let (start, length) = (u32_at(self.document, place)?, u32_at(self.document, place.checked_add(4)?)?);
        part(tables, start as usize, length as usize).filter(|table| !table.is_empty())
    }
}
