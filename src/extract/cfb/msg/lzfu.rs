//! Compressed RTF of messages (MS-OXRTFCP).

use super::super::bytes::{from, part, size_at, u16_at, u32_at};

/// What the window holds at the start (section 2.1.2.1).
const PRELOAD: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor \
MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const WINDOW: usize = 4096;

/// The RTF, and whether it is whole. Each two bytes become 17 at most.
pub(super) fn unpack(packed: &[u8]) -> Option<(Vec<u8>, bool)> {
    let raw = size_at(packed, 4);
    match part(packed, 8, 4)? {
        b"MELA" => {
            let plain = from(packed, 16);
            Some((plain.get(..raw).unwrap_or(plain).to_vec(), raw <= plain.len()))
        }
        b"LZFu" => Some(lz(from(packed, 16), raw)),
        _ => None,
    }
}

fn lz(packed: &[u8], raw: usize) -> (Vec<u8>, bool) {
    // The window is the end of what is written: the preload, then the text.
    let mut out = PRELOAD.to_vec();
    let mut at = 0usize;
    'all: while let Some(&flags) = packed.get(at) {
        at = at.saturating_add(1);
        for bit in 0..8 {
            let wide = flags >> bit & 1 == 1;
            if !wide {
                let Some(&byte) = packed.get(at) else { break 'all };
                out.push(byte);
                at = at.saturating_add(1);
                continue;
            }
            let Some(token) = part(packed, at, 2).and_then(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)))
            else {
                break 'all;
            };
            at = at.saturating_add(2);
            let write = out.len() % WINDOW;
            let read = usize::from(token >> 4);
            if read == write {
                break 'all;
            }
            let distance = (write.saturating_add(WINDOW).saturating_sub(read)) % WINDOW;
            for _ in 0..(token & 0xF).saturating_add(2) {
                // What was never written is zero.
                let byte = out.len().checked_sub(distance).and_then(|from| out.get(from)).copied().unwrap_or(0);
                out.push(byte);
            }
        }
    }
    let mut text = out.split_off(PRELOAD.len());
    let whole = text.len() >= raw;
    text.truncate(raw);
    (text, whole)
}

/// Whether it says of itself that it is compressed RTF.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    matches!(u32_at(bytes, 8), Some(0x7546_5A4C | 0x414C_454D)) && u16_at(bytes, 14).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-OXRTFCP section 4.1.1.
    #[test]
    fn the_example_of_the_specification_unpacks() {
        let packed = [
            0x2D, 0x00, 0x00, 0x00, 0x2B, 0x00, 0x00, 0x00, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00,
            0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09,
            0x00, 0x20, 0x62, 0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0,
        ];
        assert_eq!(PRELOAD.len(), 207);
        assert!(is_packed(&packed));
        let (text, whole) = unpack(&packed).expect("a known kind");
        assert_eq!(String::from_utf8_lossy(&text), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert!(whole);
    }
}
