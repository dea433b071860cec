//! JSON (RFC 8259): strings, bare values, and the key of each.

use super::Name;
use crate::vocab::Stands;

#[derive(Debug, Clone, Default)]
pub(super) struct Json {
    in_string: bool,
    escaped: bool,
    /// The string that was read last, or is being read.
    string: Name,
    /// The last string that a colon followed.
    key: Name,
}

impl Json {
    pub(super) fn advance(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if self.in_string {
                self.in_string(*byte);
                // A long string is read at the speed of memory.
                if self.in_string && !self.escaped && self.string.len == super::NAME {
                    let end = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    rest = rest.get(end..).unwrap_or_default();
                }
            } else if *byte == b'"' {
                self.in_string = true;
                self.string.clear();
            } else if *byte == b':' {
                self.key = self.string;
            }
        }
    }

    fn in_string(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            return;
        }
        self.string.push(byte);
    }

    pub(super) fn stands(&self) -> Stands {
        if self.in_string { Stands::JsonString } else { Stands::JsonNumber }
    }

    pub(super) fn label(&self) -> &[u8] {
        self.key.get()
    }
}
