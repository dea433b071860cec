//! The chain of records: each line holds the hash of the line before it and a MAC under a key that moves on with every
//! record.

use super::event::quote;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt::Write;

/// SHA-256 of something.
pub(super) type Hash = [u8; 32];

/// The letters of a hash: 32 bytes in base64url without padding (RFC 4648, section 5).
const LETTERS: usize = 43;
/// What stands before the hash of the line before.
const PREV: &[u8] = b",\"prev\":\"";
/// What stands before the MAC.
const MAC: &[u8] = b"\",\"mac\":\"";
/// What stands behind it.
const END: &[u8] = b"\"}";

pub(super) fn sha256(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.iter_mut().zip(digest(&SHA256, bytes).as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

/// The letters of bytes.
pub(super) fn letters(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The 32 bytes that letters mean; `None` if they are no such letters.
pub(super) fn from_letters(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The key of one record. It is overwritten when it is done with.
#[derive(Clone)]
pub(super) struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.fill(0);
        // So that the writing is not left out as being of no use.
        std::hint::black_box(&self.0);
    }
}

impl Key {
    /// The key of the first record of a start: HMAC of the start id under the root secret.
    pub fn first(root: &[u8], start: &str) -> Key {
        Key(mac_of(root, &[b"garim journal first\0", start.as_bytes()]))
    }

    pub fn of(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    pub fn letters(&self) -> String {
        letters(&self.0)
    }

    /// The key of the next record. There is no way back.
    pub fn step(&mut self) {
        self.0 = self.through(b"garim journal next");
    }

    /// What remains of the key when the chain has ended: it makes no record any more, and tells that this was the end.
    pub fn closing(&self) -> Key {
        Key(self.through(b"garim journal end!"))
    }

    fn through(&self, label: &[u8; 18]) -> Hash {
        let mut bytes = [0; 50];
        bytes.iter_mut().zip(label.iter().chain(&self.0)).for_each(|(to, from)| *to = *from);
        let hash = sha256(&bytes);
        bytes.fill(0);
        std::hint::black_box(&bytes);
        hash
    }

    pub fn mac(&self, parts: &[&[u8]]) -> Hash {
        mac_of(&self.0, parts)
    }

    pub fn same(&self, other: &Key) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

fn mac_of(key: &[u8], parts: &[&[u8]]) -> Hash {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    let mut mac = [0; 32];
    mac.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    mac
}

/// By what a root secret is told from others; nothing follows from it.
pub(super) fn root_id(root: &[u8]) -> String {
    let hash = mac_of(root, &[b"garim journal root"]);
    letters(hash.get(..9).unwrap_or_default())
}

/// What the first record of a start has for the hash of the line before it.
pub(super) fn first_prev(start: &str) -> Hash {
    sha256(format!("garim journal start {start}").as_bytes())
}

/// Where a chain stands: what the next record will be.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    /// Records so far; the number of the next one.
    pub records: u64,
    /// The hash of the last line.
    pub hash: Hash,
    /// The key of the next record.
    pub key: Key,
}

impl Chain {
    pub fn begin(root: &[u8], start: &str) -> Chain {
        Chain { records: 0, hash: first_prev(start), key: Key::first(root, start) }
    }

    /// Writes one record behind `out`, with its line feed: `time` is in milliseconds since 1970 and `up` since the start;
    /// `fields` each begin with a comma. Returns its number.
    pub fn record(&mut self, out: &mut Vec<u8>, time: i64, up: u64, kind: &str, fields: &str) -> u64 {
        let from = out.len();
        let seq = self.records;
        let mut head = String::with_capacity(96);
        let _ = write!(head, "{{\"seq\":{seq},\"time\":{time},\"up\":{up},\"kind\":");
        quote(&mut head, kind);
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(fields.as_bytes());
        out.extend_from_slice(PREV);
        out.extend_from_slice(letters(&self.hash).as_bytes());
        let mac = self.key.mac(&[out.get(from..).unwrap_or_default()]);
        out.extend_from_slice(MAC);
        out.extend_from_slice(letters(&mac).as_bytes());
        out.extend_from_slice(END);
        self.hash = sha256(out.get(from..).unwrap_or_default());
        out.push(b'\n');
        self.key.step();
        self.records = seq.saturating_add(1);
        seq
    }
}

/// A line, taken apart as far as the chain goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub seq: u64,
    pub time: i64,
    pub up: u64,
    pub kind: &'a str,
    /// What stands between the kind and `prev`: empty, or it begins with a comma.
    pub fields: &'a str,
    pub prev: &'a str,
    /// What the MAC is over.
    pub covered: &'a [u8],
    pub mac: &'a str,
}

impl<'a> Line<'a> {
    /// Takes a line without its line feed apart; `None` if no journal wrote it so.
    pub fn parse(line: &'a [u8]) -> Option<Line<'a>> {
        let text = std::str::from_utf8(line).ok()?;
        let mac_at = line.len().checked_sub(END.len() + LETTERS)?;
        let covered_to = mac_at.checked_sub(MAC.len())?;
        let prev_at = covered_to.checked_sub(LETTERS)?;
        let fields_to = prev_at.checked_sub(PREV.len())?;
        let marks = [(prev_at.checked_sub(PREV.len())?, PREV), (covered_to, MAC), (line.len() - END.len(), END)];
        if marks.iter().any(|(at, mark)| line.get(*at..).is_none_or(|rest| !rest.starts_with(mark))) {
            return None;
        }
        let rest = text.get(..fields_to)?.strip_prefix("{\"seq\":")?;
        let (seq, rest) = rest.split_once(",\"time\":")?;
        let (time, rest) = rest.split_once(",\"up\":")?;
        let (up, rest) = rest.split_once(",\"kind\":\"")?;
        let (kind, fields) = rest.split_once('"')?;
        if !fields.is_empty() && !fields.starts_with(',') {
            return None;
        }
        Some(Line {
            seq: number(seq)?,
            time: time.strip_prefix('-').map_or_else(|| number(time).map(u64::cast_signed), |_| time.parse().ok())?,
            up: number(up)?,
            kind,
            fields,
            prev: text.get(prev_at..covered_to)?,
            covered: line.get(..covered_to)?,
            mac: text.get(mac_at..mac_at.checked_add(LETTERS)?)?,
        })
    }

    /// Whether the MAC is what this key makes.
    pub fn is_under(&self, key: &Key) -> bool {
        same(&key.mac(&[self.covered]), self.mac)
    }

    /// Whether it stands behind the line with this hash.
    pub fn is_behind(&self, hash: &Hash) -> bool {
        same(hash, self.prev)
    }
}

/// Whether letters are those of a hash, and no others that mean the same.
pub(super) fn same(hash: &Hash, text: &str) -> bool {
    constant_time::verify_slices_are_equal(letters(hash).as_bytes(), text.as_bytes()).is_ok()
}

/// A number as it is written: without a leading zero.
fn number(text: &str) -> Option<u64> {
    let plain = text == "0" || !text.starts_with('0');
    (plain && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back() {
        let mut chain = Chain::begin(b"root", "a start");
        let (before, key) = (chain.hash, chain.key.clone());
        let mut out = Vec::new();
        assert_eq!(chain.record(&mut out, 1_795_700_000_123, 7, "view", ",\"site\":\"x\""), 0);
        assert_eq!(out.pop(), Some(b'\n'));
        let line = Line::parse(&out).expect("a line");
        assert_eq!(
            (line.seq, line.time, line.up, line.kind, line.fields),
            (0, 1_795_700_000_123, 7, "view", ",\"site\":\"x\"")
        );
        assert!(line.is_under(&key) && line.is_behind(&before) && !line.is_under(&chain.key));
        assert_eq!(chain.hash, sha256(&out));
        serde_json::from_slice::<serde_json::Value>(&out).expect("JSON");
    }

    #[test]
    fn numbers_are_written_in_one_way() {
        assert_eq!(
            (number("0"), number("10"), number("01"), number(""), number("+1")),
            (Some(0), Some(10), None, None, None)
        );
    }

    #[test]
    fn the_end_of_a_chain_makes_no_record() {
        let key = Key::first(b"root", "a start");
        let mut next = key.clone();
        next.step();
        assert!(!key.closing().same(&next) && !key.closing().same(&key));
    }
}
