//! Frames: bytes in, however they are cut; whole frames out.

use super::Broken;
use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest frame, in bytes after its length.
pub const LONGEST: usize = 1 << 20;
/// The bytes of a length.
const LENGTH: usize = 4;

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub tag: u8,
    /// What follows the tag.
    pub body: Bytes,
}

impl Frame {
    /// What it takes on the way, in bytes.
    pub fn size(&self) -> usize {
        self.body.len().saturating_add(LENGTH + 1)
    }

    /// The head and the plain bytes behind it.
    pub(super) fn parts<T: DeserializeOwned>(&self) -> Result<(T, &[u8]), Broken> {
        let (length, rest) = self.body.split_first_chunk::<LENGTH>().ok_or(Broken::Head)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Broken::Head)?;
        let (head, plain) = rest.split_at_checked(length).ok_or(Broken::Head)?;
        serde_json::from_slice(head).map(|head| (head, plain)).map_err(|_| Broken::Head)
    }

    /// The head, behind which nothing stands.
    pub(super) fn head<T: DeserializeOwned>(&self) -> Result<T, Broken> {
        let (head, plain) = self.parts()?;
        if plain.is_empty() { Ok(head) } else { Err(Broken::Head) }
    }
}

/// Frames from pieces. It holds one frame and what came with it, for a length is refused before its bytes are awaited.
#[derive(Debug, Default)]
pub struct Frames {
    held: BytesMut,
}

impl Frames {
    /// Where the next bytes are to be appended.
    pub fn room(&mut self) -> &mut BytesMut {
        &mut self.held
    }

    /// The next frame, if it is whole.
    ///
    /// # Errors
    /// [`Broken::TooLong`], [`Broken::Tag`] for one without a tag. What comes behind it means nothing.
    pub fn take(&mut self) -> Result<Option<Frame>, Broken> {
        let Some(length) = self.held.first_chunk::<LENGTH>() else { return Ok(None) };
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Broken::TooLong)?;
        if length > LONGEST {
            return Err(Broken::TooLong);
        }
        let whole = length.saturating_add(LENGTH);
        if self.held.len() < whole {
            return Ok(None);
        }
        let mut body = self.held.split_to(whole).freeze();
        let tag = body.get(LENGTH).copied().ok_or(Broken::Tag)?;
        Ok(Some(Frame { tag, body: body.split_off(LENGTH + 1) }))
    }

    /// Whether nothing is held: the bytes may end here.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

/// Appends a frame with a head in it.
pub(super) fn put(out: &mut Vec<u8>, tag: u8, head: &impl Serialize, plain: &[u8]) -> Result<(), Broken> {
    let head = serde_json::to_vec(head).map_err(|_| Broken::Head)?;
    let length = u32::try_from(head.len()).map_err(|_| Broken::TooLong)?;
    put_parts(out, tag, &[&length.to_le_bytes(), &head, plain])
}

/// Appends a frame of plain bytes.
pub(super) fn put_plain(out: &mut Vec<u8>, tag: u8, plain: &[u8]) -> Result<(), Broken> {
    put_parts(out, tag, &[plain])
}

fn put_parts(out: &mut Vec<u8>, tag: u8, parts: &[&[u8]]) -> Result<(), Broken> {
    let length = parts.iter().fold(1, |length: usize, part| length.saturating_add(part.len()));
    if length > LONGEST {
        return Err(Broken::TooLong);
    }
    let length = u32::try_from(length).map_err(|_| Broken::TooLong)?;
    out.extend_from_slice(&length.to_le_bytes());
    out.push(tag);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Ok(())
}
