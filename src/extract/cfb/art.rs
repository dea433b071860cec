//! Drawings of Office (MS-ODRAW): pictures, alternative texts, texts of WordArt.

use super::bytes::{from, some, u16_at, u32_at, utf16z};
use super::inflate;
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// Containers within containers, at most.
const MOST_LEVELS: u32 = 32;

/// All records of a drawing.
pub(super) fn read(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    records(bytes, &[], 0, walk)
}

/// All records of a drawing whose pictures may stand in another stream.
pub(super) fn read_with(bytes: &[u8], pictures: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    records(bytes, pictures, 0, walk)
}

fn records(bytes: &[u8], pictures: &[u8], level: u32, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut at = 0usize;
    while let (Some(version), Some(kind), Some(length)) =
        (u16_at(bytes, at), u16_at(bytes, at.saturating_add(2)), u32_at(bytes, at.saturating_add(4)))
    {
        walk.tick()?;
        let data = some(bytes, at.saturating_add(8), length as usize);
        let below = level.saturating_add(1);
        match kind {
            0xF01A..=0xF02A => blip(version >> 4, kind, data, walk)?,
            // A picture's entry in the store: the picture stands behind it, or in the other stream (section 2.2.32).
            0xF007 if level < MOST_LEVELS => {
                let name = data.get(33).copied().map_or(0, usize::from);
                records(from(data, 36usize.saturating_add(name)), &[], below, walk)?;
                let size = u32_at(data, 20).unwrap_or(0) as usize;
                let there = u32_at(data, 28).filter(|&there| there != u32::MAX && !pictures.is_empty());
                if let Some(there) = there {
                    records(some(pictures, there as usize, size), &[], below, walk)?;
                }
            }
            0xF00B | 0xF121 | 0xF122 => options(version, data, walk)?,
            _ if version & 0xF == 0xF && level < MOST_LEVELS => records(data, pictures, below, walk)?,
            _ => {}
        }
        at = at.saturating_add(8).saturating_add(length as usize);
    }
    Ok(())
}

/// A picture behind one or two fingerprints (sections 2.2.23 to 2.2.31).
fn blip(instance: u16, kind: u16, data: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.entry()?;
    let two = matches!(instance, 0x217 | 0x3D5 | 0x543 | 0x46B | 0x6E3 | 0x6E1 | 0x6E5 | 0x7A9);
    let prints: usize = if two { 32 } else { 16 };
    match kind {
        // Metafiles: a header of 34 bytes, whose last but one says whether it is deflated.
        0xF01A..=0xF01C => {
            let picture = from(data, prints.saturating_add(34));
            if data.get(prints.saturating_add(32)) == Some(&0) {
                let done = inflate::zlib(picture, walk).and_then(|(unpacked, whole)| {
                    walk.open("", &unpacked)?;
                    if whole { Ok(()) } else { Err(Halt::DAMAGED) }
                });
                walk.note(done)
            } else {
                walk.open("", picture)
            }
        }
        _ => walk.open("", from(data, prints.saturating_add(1))),
    }
}

/// Properties of a shape: those that are text (section 2.2.9; the data of all stand behind all heads).
pub(super) fn options(version: u16, data: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let count = usize::from(version >> 4);
    let mut behind = from(data, count.saturating_mul(6));
    for index in 0..count {
        let at = index.saturating_mul(6);
        let (Some(head), Some(value)) = (u16_at(data, at), u32_at(data, at.saturating_add(2))) else { break };
        if head & 0x8000 == 0 {
            continue;
        }
        let complex = some(behind, 0, value as usize);
        behind = from(behind, value as usize);
        match head & 0x3FFF {
            // gtextUNICODE: the text of WordArt.
            0x00C0 => walk.within(Step::TextBox, |walk| walk.say(&utf16z(complex)))?,
            // wzName, wzDescription, wzTooltip, wzScript: what was written for who cannot see it.
            0x0380 | 0x0381 | 0x038D | 0x038E => walk.within(Step::AltText, |walk| walk.say(&utf16z(complex)))?,
            // pihlShape: where a click leads.
            0x0382 => walk.within(Step::Link, |walk| walk.say(&super::runs::wide(complex)))?,
            // pibName: the file that a picture came from.
            0x0105 | 0x0187 => walk.within(Step::EntryName, |walk| walk.say(&utf16z(complex)))?,
            _ => {}
        }
    }
    Ok(())
}
