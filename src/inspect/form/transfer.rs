//! Parts of a body of several that are no form, and say that they are coded (RFC 2045 section 6): they are read as the text
//! that they are written in, so what is coded is not inspected.

use crate::inspect::kind;
use crate::vocab::Direction;

/// The field that says so.
const FIELD: &[u8] = b"content-transfer-encoding";
/// What is coded so is other bytes than those that are there.
const CODED: [&[u8]; 4] = [b"base64", b"quoted-printable", b"uuencode", b"x-uu"];
/// So much of a line behind the field is looked at.
const LINE: usize = 200;

/// Looks for such a part, however the body is cut.
#[derive(Debug, Default)]
pub(in crate::inspect) struct Transfers {
    /// The last bytes, in lower case.
    tail: Vec<u8>,
    told: bool,
}

impl Transfers {
    /// For a body of such a type, if it is a client's of several parts and no form.
    pub(in crate::inspect) fn of(direction: Direction, content_type: Option<&[u8]>) -> Option<Transfers> {
        (direction == Direction::Upload && kind::is_of_parts(content_type)).then(Transfers::default)
    }

    /// Takes the next bytes; whether they are the first that say so.
    pub(in crate::inspect) fn take(&mut self, bytes: &[u8]) -> bool {
        if self.told {
            return false;
        }
        self.tail.extend(bytes.iter().map(u8::to_ascii_lowercase));
        let lines = memchr::memmem::find_iter(&self.tail, FIELD).filter_map(|at| self.tail.get(at + FIELD.len()..));
        self.told = lines.into_iter().any(|rest| {
            let near = rest.get(..LINE).unwrap_or(rest);
            let line = near.split(|byte| *byte == b'\n').next().unwrap_or_default();
            CODED.iter().any(|coded| memchr::memmem::find(line, coded).is_some())
        });
        let kept = FIELD.len() + LINE;
        self.tail.drain(..self.tail.len().saturating_sub(kept));
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: &str, body: &str, size: usize) -> bool {
        let Some(mut transfers) = Transfers::of(Direction::Upload, Some(kind.as_bytes())) else { return false };
        body.as_bytes().chunks(size).any(|piece| transfers.take(piece))
    }

    #[test]
    fn coded_parts_are_told_however_they_are_cut() {
        let body = |line: &str| format!("--B\r\nContent-Type: text/plain\r\n{line}\r\n\r\neA==\r\n--B--\r\n");
        for size in [1, 7, 4096] {
            for line in ["Content-Transfer-Encoding: base64", "CONTENT-Transfer-Encoding :  \"Quoted-Printable\""] {
                assert!(told("multipart/related; boundary=B", &body(line), size), "{line}");
                assert!(
                    !told("multipart/form-data; boundary=B", &body(line), size),
                    "forms have a reader of their own"
                );
                assert!(!told("text/plain", &body(line), size));
            }
            for line in ["Content-Transfer-Encoding: 8bit", "X: base64"] {
                assert!(!told("multipart/mixed; boundary=B", &body(line), size), "{line}");
            }
        }
    }
}
