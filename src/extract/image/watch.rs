//! A picture that goes out while it comes, of whose beginning nothing more is known than that nothing is written about it:
//! what may be written about it later is found before it leaves, by the marks between which a picture's parts stand.
//!
//! It holds back no more than [`MOST_HELD`] bytes at a time.

use super::end::{self, LEAST};
use super::front::{colours, is_harmless, is_text_chunk};
use super::{PNG, any};

/// So many bytes are held back at most until it is known what they are: the head of a part.
pub const MOST_HELD: usize = 32;

/// What is known of the next bytes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// So many of them may go.
    pub pass: usize,
    /// With the next, something is written about the picture, or something stands behind it. Behind these bytes, they are a
    /// picture of their own, of which nothing is seen and all is read. `None`: the next cannot be told before more comes.
    pub said_behind: Option<&'static [u8]>,
}

/// Where in a picture one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the head of a part.
    Part,
    /// Among the sub-blocks of a GIF.
    SubBlocks,
    /// Behind the picture.
    Behind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Jpeg,
    Png,
    Gif,
    /// ISO base media: HEIF and AVIF.
    Boxes,
    /// It has said how long it is: BMP and WebP.
    Whole,
}

/// Watches a picture from its first byte.
#[derive(Debug, Clone)]
pub struct Watch {
    format: Format,
    at: At,
    /// So many bytes of the part are yet to come.
    skip: u64,
    /// What comes first is the picture's head.
    begun: bool,
}

/// What is next, as the head of a part tells.
enum Next {
    /// More has to be seen.
    More,
    /// So many bytes go on, and then `At`.
    Go(u64, At),
    /// Here something is written.
    Said,
}

impl Watch {
    /// For a picture that begins so; `None` if it is of no format that is watched.
    pub fn new(front: &[u8]) -> Option<Watch> {
        let format = match front {
            [0xFF, 0xD8, 0xFF, ..] => Format::Jpeg,
            _ if front.starts_with(PNG) => Format::Png,
            [b'G', b'I', b'F', b'8', ..] => Format::Gif,
            _ if end::is_boxes(front) => Format::Boxes,
            _ if end::said(front).is_some() => Format::Whole,
            _ => return None,
        };
        Some(Watch { format, at: At::Part, skip: 0, begun: false })
    }

    /// Looks at the next bytes: those that did not pass before, and more.
    pub fn look(&mut self, bytes: &[u8]) -> Seen {
        let mut pass = 0_usize;
        loop {
            let left = usize::try_from(self.skip).unwrap_or(usize::MAX);
            let rest = bytes.get(pass..).unwrap_or_default();
            let skipped = left.min(rest.len());
            pass = pass.saturating_add(skipped);
            self.skip = self.skip.saturating_sub(skipped as u64);
            let rest = rest.get(skipped..).unwrap_or_default();
            if rest.is_empty() {
                return Seen { pass, said_behind: None };
            }
            match self.next(rest) {
                Next::More => return Seen { pass, said_behind: None },
                Next::Said => return Seen { pass, said_behind: Some(self.head()) },
                Next::Go(skip, at) => (self.skip, self.at, self.begun) = (skip, at, true),
            }
        }
    }

    /// A picture's beginning, behind which the next bytes are read as they would be in the whole.
    fn head(&self) -> &'static [u8] {
        match self.format {
            _ if self.at == At::Behind => b"\xFF\xD8\xFF\xD9",
            Format::Jpeg => b"\xFF\xD8",
            Format::Png => PNG,
            Format::Gif => b"GIF89a\x01\0\x01\0\0\0\0",
            Format::Boxes => b"\0\0\0\x10ftypavif\0\0\0\0",
            Format::Whole => b"\xFF\xD8\xFF\xD9",
        }
    }

    fn next(&self, rest: &[u8]) -> Next {
        let known = match (self.at, self.format) {
            (At::Behind, _) => return behind(rest),
            (At::SubBlocks, _) => sub_block(rest),
            (At::Part, Format::Jpeg) => segment(rest),
            (At::Part, Format::Png) if self.begun => chunk(rest),
            (At::Part, Format::Gif) if self.begun => block(rest),
            (At::Part, Format::Png) => Some(Next::Go(PNG.len() as u64, At::Part)),
            (At::Part, Format::Gif) => rest.get(10).map(|flags| Next::Go(13 + colours(*flags) as u64, At::Part)),
            (At::Part, Format::Boxes) => a_box(rest),
            (At::Part, Format::Whole) => end::said(rest).map(|end| Next::Go((end as u64).max(1), At::Behind)),
        };
        known.unwrap_or(Next::More)
    }
}

/// Zeros, and less than anything would need, stand behind many pictures.
fn behind(rest: &[u8]) -> Next {
    match rest.iter().position(|&byte| byte != 0) {
        None => Next::Go(rest.len() as u64, At::Behind),
        Some(0) if rest.len() >= LEAST => Next::Said,
        Some(0) => Next::More,
        Some(zeros) => Next::Go(zeros as u64, At::Behind),
    }
}

/// What is coded, up to a mark; or a segment between marks.
fn segment(rest: &[u8]) -> Option<Next> {
    let Some(mark) = memchr::memchr(0xFF, rest) else { return Some(Next::Go(rest.len() as u64, At::Part)) };
    if mark > 0 {
        return Some(Next::Go(mark as u64, At::Part));
    }
    let code = *rest.get(1)?;
    match code {
        0xD9 => return Some(Next::Go(2, At::Behind)),
        0x00 | 0x01 | 0xD0..=0xD8 => return Some(Next::Go(2, At::Part)),
        0xFF => return Some(Next::Go(1, At::Part)),
        _ => {}
    }
    let size = u64::from(u16::from_be_bytes(*rest.get(2..)?.first_chunk()?));
    let text = rest.get(4..)?;
    let seen = usize::try_from(size.saturating_sub(2)).unwrap_or(0);
    match is_harmless(code, seen, text) {
        true => Some(Next::Go(size.saturating_add(2), At::Part)),
        false if text.len() >= seen.min(MOST_HELD - 4) => Some(Next::Said),
        false => None,
    }
}

fn chunk(rest: &[u8]) -> Option<Next> {
    let (size, kind) = rest.first_chunk::<8>()?.split_first_chunk::<4>()?;
    let length = u64::from(u32::from_be_bytes(*size)).saturating_add(12);
    Some(match kind {
        b"IEND" => Next::Go(length, At::Behind),
        _ if is_text_chunk(kind) => Next::Said,
        _ => Next::Go(length, At::Part),
    })
}

/// A block of a GIF; its sub-blocks follow.
fn block(rest: &[u8]) -> Option<Next> {
    Some(match rest {
        [0x3B, ..] => Next::Go(1, At::Behind),
        [0x21, 0xF9, ..] => Next::Go(2, At::SubBlocks),
        [0x21, 0xFF, said @ ..] if said.len() < 12 => Next::More,
        [0x21, 0xFF, said @ ..] if any(said, 1, &[b"NETSCAPE2.0", b"ANIMEXTS1.0"]) => Next::Go(2, At::SubBlocks),
        [0x21] => Next::More,
        [0x2C, ..] => Next::Go(11 + colours(*rest.get(9)?) as u64, At::SubBlocks),
        _ => Next::Said,
    })
}

fn sub_block(rest: &[u8]) -> Option<Next> {
    let size = *rest.first()?;
    Some(Next::Go(u64::from(size).saturating_add(1), if size == 0 { At::Part } else { At::SubBlocks }))
}

fn a_box(rest: &[u8]) -> Option<Next> {
    let length = match end::box_length(rest) {
        end::BoxHead::Unknown => return None,
        // What stands behind has no head of a box.
        end::BoxHead::None => return Some(Next::Go(0, At::Behind)),
        end::BoxHead::ToEnd => u64::MAX,
        end::BoxHead::Length(length) => length,
    };
    Some(if rest.get(4..8)? == b"uuid" { Next::Said } else { Next::Go(length, At::Part) })
}

#[cfg(test)]
mod tests;
