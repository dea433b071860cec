//! The target of a request line (RFC 9112 section 3.2), as bytes.

use super::fault::HeadFault;
use http::uri::Authority;

/// hyper's and the `http` crate's own ceiling.
const LONGEST: usize = (u16::MAX - 1) as usize;

/// A target that has one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// As it came.
    pub text: &'a [u8],
    /// The authority of one in absolute form.
    pub authority: Option<&'a [u8]>,
    /// How many of its bytes [`escape`] writes as `%XX`.
    pub escapes: usize,
}

/// Reads a target; it holds no control byte and no space.
pub(super) fn read<'a>(text: &'a [u8], method: &[u8]) -> Result<Target<'a>, HeadFault> {
    if text.contains(&b'#') {
        return Err(HeadFault::Fragment);
    }
    if text == b"*" {
        let target = Target { text, authority: None, escapes: 0 };
        return if method == b"OPTIONS" { Ok(target) } else { Err(HeadFault::Asterisk) };
    }
    let authority = if text.starts_with(b"/") { None } else { Some(authority(text)?) };
    let mut query = false;
    let escapes = text.iter().filter(|byte| is_escaped(**byte, &mut query)).count();
    if text.len() + 2 * escapes > LONGEST {
        return Err(HeadFault::TooLong);
    }
    Ok(Target { text, authority, escapes })
}

/// The authority of a target in absolute form; its path is not empty unless it ends there.
fn authority(text: &[u8]) -> Result<&[u8], HeadFault> {
    let rest = text.strip_prefix(b"http://").or_else(|| text.strip_prefix(b"https://")).ok_or(HeadFault::Target)?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).ok_or(HeadFault::Target)?;
    let sound = !authority.contains(&b'@') && Authority::try_from(authority).is_ok();
    if sound && !path.starts_with(b"?") { Ok(authority) } else { Err(HeadFault::Target) }
}

/// Whether a byte is written as `%XX`: what is not ASCII, for old links carry EUC-KR and hyper takes only UTF-8; and the
/// few others that hyper refuses, which people's own links hold. `query` remembers whether the query has begun.
fn is_escaped(byte: u8, query: &mut bool) -> bool {
    *query |= byte == b'?';
    match byte {
        0x80..=0xFF | b'<' | b'>' => true,
        b'"' => *query,
        b'`' => !*query,
        _ => false,
    }
}

/// Writes a target in ASCII.
pub(super) fn escape(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or_default();
    let mut query = false;
    for byte in text {
        if is_escaped(*byte, &mut query) {
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 0xF)]);
        } else {
            out.push(*byte);
        }
    }
}
