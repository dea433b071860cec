//! Records of HWP 5 (Hancom's "한글 문서 파일 형식 5.0", section 4.1): tag, level, size in one number of 32 bits.

use super::super::bytes::{from, part, some, u32_at};

pub(super) const BIN_DATA: u16 = 0x12;
pub(super) const DISTRIBUTE_DOC_DATA: u16 = 0x1C;
pub(super) const PARA_HEADER: u16 = 0x42;
pub(super) const PARA_TEXT: u16 = 0x43;
pub(super) const CTRL_HEADER: u16 = 0x47;
pub(super) const LIST_HEADER: u16 = 0x48;
pub(super) const TABLE: u16 = 0x4D;
pub(super) const CTRL_DATA: u16 = 0x57;
pub(super) const EQEDIT: u16 = 0x58;
pub(super) const TEXTART: u16 = 0x5A;
pub(super) const FORM_OBJECT: u16 = 0x5B;
pub(super) const MEMO_LIST: u16 = 0x5D;
pub(super) const CHART_DATA: u16 = 0x5F;

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'b> {
    pub(super) tag: u16,
    pub(super) level: u16,
    pub(super) data: &'b [u8],
}

/// The records of a stream, one after the other; what is there of the last, if it is cut.
pub(super) struct Records<'b> {
    rest: &'b [u8],
    /// Whether the last one is cut.
    pub(super) cut: bool,
}

impl<'b> Records<'b> {
    pub(super) fn of(stream: &'b [u8]) -> Records<'b> {
        Records { rest: stream, cut: false }
    }

    /// What stands behind the records read so far.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        let Some(head) = u32_at(self.rest, 0) else {
            self.cut |= !self.rest.is_empty();
            return None;
        };
        let short = (head >> 20) as usize;
        let (start, size) = if short == 0xFFF { (8, u32_at(self.rest, 4)? as usize) } else { (4, short) };
        self.cut |= part(self.rest, start, size).is_none();
        let record = Record {
            tag: (head & 0x3FF) as u16,
            level: (head >> 10 & 0x3FF) as u16,
            data: some(self.rest, start, size),
        };
        self.rest = from(self.rest, start.saturating_add(size));
        Some(record)
    }
}
