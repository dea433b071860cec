//! Macros (MS-OVBA): modules unpacked, and all strings of the project's own streams.

use super::bytes::{codepage, decode, from, size_at, some, u16_at, u32_at};
use super::tree::{Id, Tree};
use crate::extract::{Halt, Walk};
use crate::vocab::Step;

/// Bytes of a chunk, unpacked (MS-OVBA section 2.4.1.1.3).
const CHUNK: usize = 4096;

/// Every VBA project in a storage: the storage `VBA` with a stream `dir`.
pub(super) fn read(tree: &mut Tree<'_>, at: Id, walk: &mut Walk<'_>) -> Result<(), Halt> {
    let Some(vba) = tree.storage(at, "VBA") else { return Ok(()) };
    if tree.stream(vba, "dir").is_none() {
        return Ok(());
    }
    tree.take(vba);
    walk.within(Step::Script, |walk| {
        let dir = tree.get(vba, "dir", walk)?.and_then(|packed| unpack(&packed)).unwrap_or_default();
        walk.unpacked(dir.len())?;
        let (page, modules) = modules(&dir);
        let charset = codepage(page);
        walk.say(&super::runs::narrow(&dir))?;
        for id in tree.left(vba) {
            let name = tree.name(id).to_owned();
            if !tree.is_stream(id) {
                continue;
            }
            let stream = tree.read(id, walk)?;
            let known = modules.iter().find(|(module, _)| module.eq_ignore_ascii_case(&name)).map(|&(_, at)| at);
            let source = known.and_then(|at| unpack(from(&stream, at)));
            match source.or_else(|| search(&stream)) {
                Some(source) => {
                    walk.unpacked(source.len())?;
                    walk.say(&decode(charset, &source))?;
                }
                None => super::loose(&stream, walk)?,
            }
        }
        Ok(())
    })
}

/// The code page, and each module's stream with the place of its source in it (MS-OVBA section 2.3.4.2).
fn modules(dir: &[u8]) -> (u32, Vec<(String, usize)>) {
    let (mut page, mut modules, mut name, mut at) = (949, Vec::new(), String::new(), 0usize);
    while let (Some(id), Some(length)) = (u16_at(dir, at), u32_at(dir, at.saturating_add(2))) {
        let data = some(dir, at.saturating_add(6), length as usize);
        match id {
            0x0003 => page = u16_at(data, 0).map_or(949, u32::from),
            0x001A => name = decode(codepage(page), data),
            0x0032 => name = super::bytes::utf16(data),
            0x0031 => modules.push((std::mem::take(&mut name), size_at(data, 0))),
            _ => {}
        }
        // PROJECTVERSION says 4 and has 6 bytes.
        let length = if id == 0x0009 { 6 } else { length as usize };
        at = at.saturating_add(6).saturating_add(length);
    }
    (page, modules)
}

/// A source whose place is not told: it begins with `Attribut`, which is packed as it is behind a flag byte.
fn search(stream: &[u8]) -> Option<Vec<u8>> {
    let found = memchr::memmem::find(stream, b"\0Attribut")?;
    unpack(from(stream, found.checked_sub(3)?))
}

/// Undoes the compression of MS-OVBA section 2.4.1; what is there of a stream that ends early.
pub(super) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    if packed.first() != Some(&1) {
        return None;
    }
    let (mut out, mut at) = (Vec::new(), 1usize);
    while let Some(header) = u16_at(packed, at) {
        let length = usize::from(header & 0xFFF).saturating_add(1);
        let chunk = some(packed, at.saturating_add(2), length);
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else {
            chunk_into(chunk, &mut out)?;
        }
        at = at.saturating_add(2).saturating_add(length);
    }
    Some(out)
}

fn chunk_into(chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (start, mut at) = (out.len(), 0usize);
    while let Some(&flags) = chunk.get(at) {
        at = at.saturating_add(1);
        for bit in 0..8 {
            let done = out.len().saturating_sub(start);
            if done > CHUNK {
                return None;
            }
            if flags >> bit & 1 == 0 {
                let Some(&byte) = chunk.get(at) else { return Some(()) };
                out.push(byte);
                at = at.saturating_add(1);
            } else {
                let Some(token) = u16_at(chunk, at) else { return Some(()) };
                copy(token, done, out)?;
                at = at.saturating_add(2);
            }
        }
    }
    Some(())
}

/// Copies what a token tells: how many bits of it are the distance hangs on how much is unpacked (section
/// 2.4.1.3.19.1).
fn copy(token: u16, done: usize, out: &mut Vec<u8>) -> Option<()> {
    let bits = (4..12).find(|&bits| 1usize << bits >= done).unwrap_or(12);
    let length = usize::from(token & (0xFFFF >> bits)).saturating_add(3);
    let distance = usize::from(token >> 16u32.saturating_sub(bits)).saturating_add(1);
    for _ in 0..length {
        let byte = *out.get(out.len().checked_sub(distance)?)?;
        out.push(byte);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-OVBA section 3.2.2.
    #[test]
    fn the_example_of_the_specification_unpacks() {
        let packed = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67,
            0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02,
            0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ];
        let text = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa";
        assert_eq!(unpack(&packed).as_deref(), Some(&text[..]));
    }
}
