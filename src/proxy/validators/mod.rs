//! Validators of garim's own (RFC 9110 section 8.8), bound to the policy and the reader's role. Pure.
//!
//! A browser's copy may be from before garim, from another policy, or from a reader who sees more. It must never be told
//! that it is still good. So a site's own validators are not given out for answers that garim inspects: the tag that goes
//! out carries the site's tag, or its date, and a MAC over it and over what decided. A condition reaches the site only
//! if it was made with such a tag, as the site's own condition:
//!
//! ```text
//! site -> garim    ETag: "5f3-1"                     If-None-Match: "5f3-1"               <- garim
//! garim -> client  ETag: "g-0123…ef-s5f3-1"          If-None-Match: "g-0123…ef-s5f3-1"    <- client
//! ```
//!
//! After the MAC stands one letter: `s`, `w` a strong or weak tag as it is; `r` what is no proper tag, in hexadecimal;
//! `d` the date of a site that gives no tag, in hexadecimal. A capital is good for guards (`If-Match`) only, never for a
//! 304: the answer it came with was no copy that garim had judged.

mod answers;
mod requests;
mod tag;
mod version;

#[cfg(test)]
mod tests;

pub use answers::Dated;
pub use requests::Conditions;
pub use version::Version;

use crate::policy::Roles;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use http::header::{DATE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};
use std::fmt;
use std::sync::Arc;
use tag::Tag;

/// What every tag of ours begins with.
const MARK: &[u8] = b"g-";
/// Bytes of a MAC in a tag.
const MAC: usize = 16;
/// The longest validator of a site that is carried, in bytes; a longer one is not given out.
const LONGEST: usize = 512;
/// A date is a strong validator only if the site had not just changed the thing (RFC 9110 section 8.8.2.2), in seconds.
const SETTLED: i64 = 60;

/// The key that tags are made with. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Key(Arc<hmac::Key>);

impl Key {
    /// From a secret that all nodes share: they then honour each other's tags, and those from before a restart. The
    /// secret may serve other ends as well.
    pub fn new(secret: &[u8]) -> Key {
        let derived = hmac::sign(&hmac::Key::new(HMAC_SHA256, secret), b"garim validators 1");
        Key(Arc::new(hmac::Key::new(HMAC_SHA256, derived.as_ref())))
    }

    /// What tags of one site are bound to, and who reads: a copy that one role was given says nothing about another's.
    pub fn bind(&self, version: &Version, site: &str, roles: Roles) -> Binding {
        let mut bound = hmac::Context::with_key(&self.0);
        bound.update(version.bytes());
        for part in [&*format!("{:x}", roles.number()), site] {
            bound.update(&(part.len() as u64).to_be_bytes());
            bound.update(part.as_bytes());
        }
        Binding { bound: Arc::new(bound) }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Makes and opens the tags of one site, under one policy, for one role. Made once: to make it costs as much as a tag.
#[derive(Clone)]
pub struct Binding {
    /// A MAC that has seen all it is bound to; shared, for it is large.
    bound: Arc<hmac::Context>,
}

/// It shows nothing of the key.
impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Binding(…)")
    }
}

/// What a site gave.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Original {
    /// A proper tag.
    Tag { weak: bool, opaque: Vec<u8> },
    /// What stands in its `ETag` and is no proper tag; browsers return it all the same.
    Raw(Vec<u8>),
    /// Its `Last-Modified`, to the letter: many compare it as text.
    Date(Vec<u8>),
}

/// A tag of ours, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Opened {
    original: Original,
    /// It may validate a copy; if not, it only guards a change.
    validates: bool,
    /// It came back with `W/`.
    weak: bool,
}

/// What a tag is given out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum For {
    /// A copy that may be validated.
    #[default]
    Copies,
    /// Guards only.
    Guards,
}

impl Original {
    /// What a head says, the tag before the date; `None` where it says nothing that can be used.
    fn of(headers: &HeaderMap) -> Option<Original> {
        Original::tag_of(headers).or_else(|| only(headers, &LAST_MODIFIED).map(|date| Original::Date(date.to_vec())))
    }

    fn tag_of(headers: &HeaderMap) -> Option<Original> {
        let text = only(headers, &ETAG)?;
        Some(match Tag::alone(text) {
            Some(Tag { weak, opaque }) if opaque.is_ascii() => Original::Tag { weak, opaque: opaque.to_vec() },
            _ => Original::Raw(text.to_vec()),
        })
    }

    /// As `ETag` carries it; `None` for a date.
    fn tag_text(&self) -> Option<Vec<u8>> {
        match self {
            Original::Tag { weak, opaque } => Some(written(*weak, &[opaque])),
            Original::Raw(text) => Some(text.clone()),
            Original::Date(_) => None,
        }
    }

    /// Whether both are the same by the weak comparison of RFC 9110 section 8.8.3.2.
    fn is_like(&self, other: &Original) -> bool {
        match (self, other) {
            (Original::Tag { opaque: one, .. }, Original::Tag { opaque: other, .. }) => one == other,
            _ => self == other,
        }
    }

    fn payload(&self, given: For) -> Vec<u8> {
        let (letter, text) = match self {
            Original::Tag { weak: false, opaque } => (b's', opaque.clone()),
            Original::Tag { weak: true, opaque } => (b'w', opaque.clone()),
            Original::Raw(text) => (b'r', hex(text)),
            Original::Date(text) => (b'd', hex(text)),
        };
        let letter = if given == For::Guards { letter.to_ascii_uppercase() } else { letter };
        [&[letter], text.as_slice()].concat()
    }

    fn from_payload(payload: &[u8]) -> Option<(Original, For)> {
        let (letter, text) = payload.split_first()?;
        let given = if letter.is_ascii_uppercase() { For::Guards } else { For::Copies };
        let original = match letter.to_ascii_lowercase() {
            b's' => Original::Tag { weak: false, opaque: text.to_vec() },
            b'w' => Original::Tag { weak: true, opaque: text.to_vec() },
            b'r' => Original::Raw(unhex(text)?),
            b'd' => Original::Date(unhex(text)?),
            _ => return None,
        };
        Some((original, given))
    }
}

impl Binding {
    /// In hexadecimal.
    fn mac(&self, payload: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::clone(&self.bound);
        context.update(payload);
        hex(context.sign().as_ref().get(..MAC).unwrap_or_default())
    }

    /// The tag that carries what a site gave.
    fn wrap(&self, original: &Original, strong: bool, given: For) -> Option<HeaderValue> {
        let payload = original.payload(given);
        HeaderValue::from_bytes(&written(!strong, &[MARK, &self.mac(&payload), b"-", &payload])).ok()
    }

    /// What a tag carries, if it is ours and was made under the same policy, for the same site and role.
    fn open(&self, tag: Tag<'_>) -> Option<Opened> {
        let rest = tag.opaque.strip_prefix(MARK)?;
        let (mac, rest) = rest.split_at_checked(MAC * 2)?;
        let payload = rest.strip_prefix(b"-")?;
        verify_slices_are_equal(&self.mac(payload), mac).ok()?;
        let (original, given) = Original::from_payload(payload)?;
        Some(Opened { original, validates: given == For::Copies, weak: tag.weak })
    }
}

/// Whether what a head says is a strong validator.
fn is_strong(original: &Original, headers: &HeaderMap) -> bool {
    match original {
        Original::Tag { weak, .. } => !weak,
        Original::Raw(_) => false,
        Original::Date(changed) => {
            let sent = only(headers, &DATE).and_then(seconds);
            let since = sent.zip(seconds(changed)).map(|(sent, changed)| sent.saturating_sub(changed));
            since.is_some_and(|since| since >= SETTLED)
        }
    }
}

/// The value of a field that stands once, is not empty and not too long.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    match (values.next(), values.next()) {
        (Some(value), None) if (1..=LONGEST).contains(&value.len()) => Some(value),
        _ => None,
    }
}

/// A date of RFC 9110 section 5.6.7, the form of today, in seconds since 1970.
fn seconds(date: &[u8]) -> Option<i64> {
    let date = std::str::from_utf8(date).ok()?;
    let zoned = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_zoned(date).ok()?;
    Some(zoned.timestamp().as_second())
}

fn written(weak: bool, parts: &[&[u8]]) -> Vec<u8> {
    let start: &[u8] = if weak { b"W/\"" } else { b"\"" };
    let length = parts.iter().map(|part| part.len()).sum::<usize>().saturating_add(start.len() + 1);
    let mut written = Vec::with_capacity(length);
    written.extend_from_slice(start);
    parts.iter().for_each(|part| written.extend_from_slice(part));
    written.push(b'"');
    written
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    text.chunks(2).map(pair).collect()
}
