//! Names of glyphs, encodings of simple fonts (ISO 32000-2 annex D), and widths of the fonts that every reader has.

use super::collections::unpacked;
use encoding_rs::{MACINTOSH, WINDOWS_1252};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Adobe's glyph list: `name;hex[ hex]`.
static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let lines = String::from_utf8(unpacked(include_bytes!("data/glyphs.z"))).unwrap_or_default();
    let entry = |line: &str| {
        let (name, codes) = line.split_once(';')?;
        Some((name.to_owned(), codes.split(' ').map(hex).collect::<Option<String>>()?))
    };
    lines.lines().filter_map(entry).collect()
});

fn hex(digits: &str) -> Option<char> {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}

/// The text of a glyph by its name: the glyph list, `uni` with groups of four digits, `u` with four to six, several with `_`
/// between them, and anything behind a point left out.
pub(super) fn named(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    stem.split('_').map(component).collect()
}

fn component(name: &str) -> Option<String> {
    if let Some(text) = NAMES.get(name) {
        return Some(text.clone());
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(codes) = name.strip_prefix("uni").filter(|codes| codes.len() >= 4 && digits(codes)) {
        let groups = codes.as_bytes().chunks_exact(4).map(|group| std::str::from_utf8(group).ok().and_then(hex));
        return groups.collect();
    }
    let code = name.strip_prefix('u').filter(|code| (4..=6).contains(&code.len()) && digits(code))?;
    hex(code).map(String::from)
}

/// The part of the standard encoding above ASCII, from 0xA1; `.` is where it has nothing.
const STANDARD: &str =
    "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ.–†‡·.¶•‚„”»…‰.¿.`´ˆ˜¯˘˙¨.˚¸.˝˛ˇ—................Æ.ª....ŁØŒº.....æ...ı..łøœß....";

/// The character of a code in a base encoding.
pub(super) fn base(encoding: &[u8], code: u8) -> Option<char> {
    let charset = match encoding {
        b"WinAnsiEncoding" => WINDOWS_1252,
        b"MacRomanEncoding" => MACINTOSH,
        _ => {
            return match code {
                b'\'' => Some('’'),
                b'`' => Some('‘'),
                0x20..=0x7E => Some(char::from(code)),
                _ => STANDARD.chars().nth(usize::from(code.checked_sub(0xA1)?)).filter(|char| *char != '.'),
            };
        }
    };
    let text = charset.decode_without_bom_handling(&[code]).0.chars().next();
    text.filter(|char| !char.is_control())
}

/// Widths of Helvetica from the space on, in thousandths (Adobe's metrics of the 14 standard fonts).
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// The same of Times.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

/// The widths of a font that brings none along.
#[derive(Debug, Clone, Copy)]
pub(super) enum Metrics {
    /// All are as wide.
    Fixed,
    By(&'static [u16; 95]),
}

impl Metrics {
    /// Those of the font that readers take for one of this name.
    pub(super) fn of(font: &[u8]) -> Metrics {
        let holds = |name: &[u8]| memchr::memmem::find(font, name).is_some();
        if holds(b"Courier") || holds(b"Mono") {
            Metrics::Fixed
        } else if holds(b"Times") || holds(b"Serif") {
            Metrics::By(&TIMES)
        } else {
            Metrics::By(&HELVETICA)
        }
    }

    /// The width of a character, in thousandths.
    pub(super) fn width(self, char: char) -> f64 {
        let Metrics::By(widths) = self else { return 600.0 };
        let at = (char as usize).checked_sub(0x20);
        at.and_then(|at| widths.get(at)).map_or(556.0, |width| f64::from(*width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_known_by_name() {
        for (name, text) in
            [("one", "1"), ("uniAC00", "가"), ("u1F600", "😀"), ("f_i", "fi"), ("seven.oldstyle", "7"), ("hyphen", "-")]
        {
            assert_eq!(named(name.as_bytes()).as_deref(), Some(text));
        }
        assert_eq!(named(b"g17"), None);
        assert_eq!(named(b".notdef"), None);
    }

    #[test]
    fn base_encodings_differ_above_ascii() {
        assert_eq!(base(b"WinAnsiEncoding", 0x96), Some('–'));
        assert_eq!(base(b"MacRomanEncoding", 0xD0), Some('–'));
        assert_eq!(base(b"StandardEncoding", 0xB1), Some('–'));
        assert_eq!(base(b"StandardEncoding", 0xFB), Some('ß'));
        assert_eq!(base(b"WinAnsiEncoding", 0x01), None);
    }
}
