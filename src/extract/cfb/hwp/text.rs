//! Text of a paragraph: UTF-16 with controls in it, most of which take eight code units (section 4.2.3 and table 6).

use super::super::bytes::units;

/// The text, without its controls.
pub(super) fn of(data: &[u8]) -> String {
    let mut units = units(data);
    let mut out = Vec::with_capacity(data.len() / 2);
    while let Some(unit) = units.next() {
        match unit {
            9 => {
                out.push(9);
                skip(&mut units);
            }
            // Line break, end of paragraph.
            10 | 13 => out.push(10),
            // A hyphen.
            24 => out.push(0x2D),
            // Spaces that do not break, that have a fixed width.
            30 | 31 => out.push(0x20),
            0 | 25..=29 => {}
            1..=8 | 11 | 12 | 14..=23 => skip(&mut units),
            _ => out.push(unit),
        }
    }
    char::decode_utf16(out).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The other seven units of an inline or extended control.
fn skip(units: &mut impl Iterator<Item = u16>) {
    for _ in 0..7 {
        units.next();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn controls_are_skipped_exactly() {
        let mut units: Vec<u16> = "앞810514-".encode_utf16().collect();
        // A field begins within the number; its data looks like text.
        units.extend([3, 0x6B25, 0x6C63, 0, 0, 0, 0, 3]);
        units.extend("1234567".encode_utf16());
        units.extend([4, 0x31, 0x31, 0x31, 0x31, 0, 0, 4, 24]);
        units.extend("뒤".encode_utf16());
        units.push(13);
        let bytes: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
        assert_eq!(super::of(&bytes), "앞810514-1234567-뒤\n");
    }
}
