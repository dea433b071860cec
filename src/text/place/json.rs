//! JSON (RFC 8259): strings, bare values, and the key of each.

use super::Name;
use crate::vocab::Stands;

#[derive(Debug, Clone, Default)]
pub(super) struct Json {
    in_string: bool,
    escaped: bool,
    /// The string that was read last, or is being read.
    string: Name,
    /// The last string that a colon followed, in the object that is open or around it.
    key: Name,
    /// The keys under which the objects and arrays around stand, the outermost first.
    parents: Vec<Name>,
    /// How many more are open than are remembered.
    deeper: usize,
    /// Whether a string that begins is the value of a key.
    after_colon: bool,
    /// What the object itself calls the value beside it: `{"name": "jumin", "value": "…"}`.
    sibling: Name,
}

/// Objects and arrays around a value whose keys are remembered.
const DEPTH: usize = 16;
/// Keys whose values name the value beside them.
const NAMING: &[&[u8]] =
    &[b"name", b"key", b"label", b"title", b"field", b"id", b"column", b"header", b"fieldName", b"question"];
/// Keys of the value beside it.
const VALUES: &[&[u8]] = &[b"value", b"val", b"v", b"data", b"text", b"content", b"answer", b"fieldValue"];

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
            } else {
                self.between(*byte);
            }
        }
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.in_string = true;
                self.string.clear();
            }
            b':' => {
                self.key = self.string;
                self.after_colon = true;
            }
            b'{' | b'[' => {
                self.after_colon = false;
                self.sibling.clear();
                if self.parents.len() < DEPTH {
                    self.parents.push(self.key);
                } else {
                    self.deeper = self.deeper.saturating_add(1);
                }
            }
            b'}' | b']' => {
                self.after_colon = false;
                self.sibling.clear();
                if self.deeper > 0 {
                    self.deeper -= 1;
                } else if let Some(key) = self.parents.pop() {
                    self.key = key;
                }
            }
            b',' => self.after_colon = false,
            _ => {}
        }
    }

    fn in_string(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            if self.after_colon && self.key.is_one_of(NAMING) {
                self.sibling = self.string;
            }
            return;
        }
        self.string.push(byte);
    }

    pub(super) fn stands(&self) -> Stands {
        if self.in_string { Stands::JsonString } else { Stands::JsonNumber }
    }

    /// What names the value besides its key, the nearest first: what the object calls it, and the key of that object.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        let parent = self.parents.last().filter(|parent| parent.get() != self.key.get());
        let sibling = Some(&self.sibling).filter(|_| self.key.is_one_of(VALUES));
        [sibling, parent].into_iter().flatten().map(Name::get).filter(|name| !name.is_empty())
    }

    pub(super) fn label(&self) -> &[u8] {
        self.key.get()
    }
}
