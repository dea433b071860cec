//! HWPML: Hangul in one XML file ("Hancom HWPML 2.x").

use super::hwpx::Hangul;
use super::markup;
use super::xml::decode;
use crate::extract::{Halt, Walk};
use crate::vocab::Reason;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether it is HWPML: its root stands near the start.
pub(super) fn bears(bytes: &[u8]) -> bool {
    let head = decode(bytes.get(..2048).unwrap_or(bytes)).0;
    head.trim_start().starts_with('<') && head.contains("<HWPML")
}

/// Reads it.
///
/// # Errors
/// [`Halt::Part`] for what is wrong with it; the limits; the time.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut hangul = Hangul::new();
    let done = markup::read(bytes, walk, |text, walk| hangul.collect(text, walk));
    let files = std::mem::take(&mut hangul.binaries);
    hangul.flow.tell(walk)?;
    for (file, number) in files.iter().zip(1_u32..) {
        let packed: Vec<u8> = file.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        if packed.is_empty() {
            continue;
        }
        let Ok(packed) = STANDARD.decode(packed) else {
            walk.unreadable(Reason::Damaged);
            continue;
        };
        walk.entry()?;
        // With `Compress="true"` it is a raw deflate stream; it is told by whether it unpacks.
        let plain = walk.unpack(&mut flate2::bufread::DeflateDecoder::new(packed.as_slice()));
        match plain {
            Ok(plain) if !plain.is_empty() => walk.open(&format!("BINDATA {number}"), &plain)?,
            Err(Halt::Whole(reason)) => return Err(Halt::Whole(reason)),
            _ => walk.open(&format!("BINDATA {number}"), &packed)?,
        }
    }
    done
}
