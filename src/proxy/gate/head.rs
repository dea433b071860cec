//! One HTTP/1 request head, judged as bytes (RFC 9112). Pure: hyper mends silently what must be refused here, for a site
//! would read it in its own way.

use super::fault::HeadFault;
use super::target::{self, Target};
use std::ops::Range;

/// The ceilings of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// `limits.header_bytes`: the whole head, its last empty line included.
    pub bytes: usize,
    /// `limits.header_count`: its fields.
    pub fields: usize,
}

/// How long the body is that follows a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// So many bytes; none without a `Content-Length` (RFC 9112 section 6.3).
    Length(u64),
    /// As its chunks say, which hyper reads.
    Chunked,
}

/// A head that has one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What follows it.
    pub framing: Framing,
    /// Whether it asks for another protocol: then what follows its body is HTTP only if the answer says no.
    pub switches: bool,
    /// Where the target stands.
    target: Range<usize>,
    /// How many of the target's bytes are written as `%XX`.
    escapes: usize,
}

/// The longest method there is has 17 letters (`UPDATEREDIRECTREF`, `BASELINE-CONTROL` is next).
const LONGEST_METHOD: usize = 32;

/// What is put at the end of a head whose body is chunked, so that the connection ends with it.
const LAST: &[u8] = b"Connection: close\r\n";

/// The digits of the longest `Content-Length`: every such number fits into 64 bits.
const DIGITS: usize = 19;

/// The `http` crate's own ceiling.
const LONGEST_NAME: usize = u16::MAX as usize;

/// Judges one head: from its first byte to the empty line that ends it, and nothing beyond.
///
/// # Errors
/// The first fault, line by line; what concerns several fields comes last.
pub fn check(bytes: &[u8], bounds: &Bounds) -> Result<Head, HeadFault> {
    if bytes.len() > bounds.bytes {
        return Err(HeadFault::TooLong);
    }
    let mut rest = bytes;
    let first = line(&mut rest)?;
    if first.is_empty() {
        return Err(HeadFault::LeadingBlankLine);
    }
    let asked = request_line(first)?;
    let mut fields = Fields::default();
    loop {
        match line(&mut rest)? {
            [] if rest.is_empty() => break,
            [] => return Err(HeadFault::Unfinished),
            field => fields.add(field)?,
        }
    }
    let framing = fields.framing(asked.old)?;
    fields.agree(&asked)?;
    let head = Head {
        framing,
        switches: fields.upgrade && !asked.old,
        target: asked.method.len() + 1..asked.method.len() + 1 + asked.target.text.len(),
        escapes: asked.target.escapes,
    };
    let count = fields.count + usize::from(framing == Framing::Chunked);
    if count > bounds.fields {
        return Err(HeadFault::TooManyFields);
    }
    let escaped = head.escapes.saturating_mul(2);
    if bytes.len().saturating_add(escaped) > bounds.bytes {
        return Err(HeadFault::TooLong);
    }
    Ok(head)
}

impl Head {
    /// What hyper is given in place of these bytes, which are those that [`check`] has judged; `None` if they stay as
    /// they are. Only the target may be written otherwise, and a chunked body makes the connection its last.
    pub fn for_hyper(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let last = self.framing == Framing::Chunked;
        if self.escapes == 0 && !last {
            return None;
        }
        let start = bytes.get(..self.target.start)?;
        let target = bytes.get(self.target.clone())?;
        let fields = bytes.get(self.target.end..bytes.len().checked_sub(2)?)?;
        let mut head = Vec::with_capacity(bytes.len() + 2 * self.escapes + LAST.len());
        head.extend_from_slice(start);
        target::escape(target, &mut head);
        head.extend_from_slice(fields);
        if last {
            head.extend_from_slice(LAST);
        }
        head.extend_from_slice(b"\r\n");
        Some(head)
    }
}

/// The next line without its end.
fn line<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], HeadFault> {
    let Some(feed) = memchr::memchr(b'\n', rest) else { return Err(HeadFault::Unfinished) };
    let (line, after) = (rest.get(..feed).unwrap_or_default(), rest.get(feed + 1..).unwrap_or_default());
    *rest = after;
    line.strip_suffix(b"\r").ok_or(HeadFault::BareLineFeed)
}

/// A request line.
struct Asked<'a> {
    method: &'a [u8],
    target: Target<'a>,
    /// HTTP/1.0.
    old: bool,
}

fn request_line(line: &[u8]) -> Result<Asked<'_>, HeadFault> {
    plain(line)?;
    let mut words = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(HeadFault::RequestLine);
    };
    if !is_token(method) || target.is_empty() || line.contains(&b'\t') {
        return Err(HeadFault::RequestLine);
    }
    if !is_method(method) {
        return Err(HeadFault::Method);
    }
    let old = match version {
        b"HTTP/1.1" => false,
        b"HTTP/1.0" => true,
        _ => return Err(HeadFault::Version),
    };
    // Some servers take a method in any case.
    if method.eq_ignore_ascii_case(b"CONNECT") {
        return Err(HeadFault::Connect);
    }
    Ok(Asked { method, target: target::read(target, method)?, old })
}

/// What the fields say of the body and of the site; the values of those that matter.
#[derive(Default)]
struct Fields<'a> {
    count: usize,
    length: Option<&'a [u8]>,
    encoding: Option<&'a [u8]>,
    host: Option<&'a [u8]>,
    media_type: bool,
    upgrade: bool,
}

impl<'a> Fields<'a> {
    fn add(&mut self, line: &'a [u8]) -> Result<(), HeadFault> {
        if let [b' ' | b'\t', ..] = line {
            return Err(HeadFault::Folded);
        }
        plain(line)?;
        let colon = memchr::memchr(b':', line).ok_or(HeadFault::FieldName)?;
        let name = line.get(..colon).unwrap_or_default();
        if let [.., b' ' | b'\t'] = name {
            return Err(HeadFault::SpaceBeforeColon);
        }
        if !is_token(name) || name.len() > LONGEST_NAME {
            return Err(HeadFault::FieldName);
        }
        if is_ambiguous(name) {
            return Err(HeadFault::AmbiguousName);
        }
        self.count += 1;
        let value = trimmed(line.get(colon + 1..).unwrap_or_default());
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        match name.len() {
            4 if is(b"host") => once(&mut self.host, value, HeadFault::HostTwice),
            7 if is(b"upgrade") => {
                self.upgrade = true;
                Ok(())
            }
            12 if is(b"content-type") => {
                let before = std::mem::replace(&mut self.media_type, true);
                if before { Err(HeadFault::ContentTypeTwice) } else { Ok(()) }
            }
            14 if is(b"content-length") => once(&mut self.length, value, HeadFault::ContentLengthTwice),
            17 if is(b"transfer-encoding") => once(&mut self.encoding, value, HeadFault::TransferEncodingTwice),
            _ => Ok(()),
        }
    }

    fn framing(&self, old: bool) -> Result<Framing, HeadFault> {
        match (self.length, self.encoding) {
            (Some(_), Some(_)) => Err(HeadFault::TwoLengths),
            (None, Some(_)) if old => Err(HeadFault::TransferEncodingInOldHttp),
            (None, Some(encoding)) if encoding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
            (None, Some(_)) => Err(HeadFault::TransferEncoding),
            (Some(length), None) => length_of(length).map(Framing::Length),
            (None, None) => Ok(Framing::Length(0)),
        }
    }

    fn agree(&self, asked: &Asked<'_>) -> Result<(), HeadFault> {
        match (self.host, asked.target.authority) {
            (None, _) if !asked.old => Err(HeadFault::HostMissing),
            (Some(host), Some(named)) if !host.eq_ignore_ascii_case(named) => Err(HeadFault::HostDiffers),
            _ => Ok(()),
        }
    }
}

fn once<'a>(place: &mut Option<&'a [u8]>, value: &'a [u8], fault: HeadFault) -> Result<(), HeadFault> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(fault),
    }
}

fn length_of(value: &[u8]) -> Result<u64, HeadFault> {
    if value.contains(&b',') {
        return Err(HeadFault::ContentLengthTwice);
    }
    if value.is_empty() || value.len() > DIGITS || !value.iter().all(u8::is_ascii_digit) {
        return Err(HeadFault::ContentLength);
    }
    Ok(value.iter().fold(0, |length, digit| length * 10 + u64::from(digit - b'0')))
}

/// Whether a line holds no control byte but the tab.
fn plain(line: &[u8]) -> Result<(), HeadFault> {
    let control = |byte: u8| (byte < b' ' && byte != b'\t') || byte == 0x7F;
    // Nearly all hold none: looked at without a branch for each byte.
    if !line.iter().fold(false, |any, byte| any | control(*byte)) {
        return Ok(());
    }
    match line.iter().find(|byte| control(**byte)) {
        Some(b'\r') => Err(HeadFault::BareCarriageReturn),
        _ => Err(HeadFault::ControlByte),
    }
}

/// Which bytes are of a token (RFC 9110 section 5.6.2).
static OF_TOKEN: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0_u8);
    let mut signs: &[u8] = b"-!#$%&'*+.^_`|~";
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    while let [sign, rest @ ..] = signs {
        table[*sign as usize] = true;
        signs = rest;
    }
    table
};

fn is_token(word: &[u8]) -> bool {
    let of_token = |byte: &u8| OF_TOKEN.get(usize::from(*byte)).copied().unwrap_or_default();
    !word.is_empty() && word.iter().all(of_token)
}

/// Whether a token is a method as they are: a word, of which nobody could read a number. Nothing inspects it further.
pub fn is_method(token: &[u8]) -> bool {
    let of_word = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
    token.len() <= LONGEST_METHOD && token.iter().all(of_word)
}

/// Without the white space around it (RFC 9110 section 5.6.3: spaces and tabs only).
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Whether a name is not that of a field about framing or the kind of a body, but becomes one where everything but
/// letters and digits is written `_`, as CGI does (RFC 3875 section 4.1.18).
pub fn is_ambiguous(name: &[u8]) -> bool {
    const GUARDED: [&[u8]; 4] = [b"content-length", b"content-type", b"content-encoding", b"transfer-encoding"];
    let strange = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
    // Not all names that are asked about are known to be tokens.
    (12..=17).contains(&name.len())
        && name.iter().any(strange)
        && GUARDED.iter().any(|guarded| {
            let same = |(own, known): (&u8, &u8)| own.eq_ignore_ascii_case(known) || (strange(own) && *known == b'-');
            guarded.len() == name.len() && name.iter().zip(*guarded).all(same)
        })
}
