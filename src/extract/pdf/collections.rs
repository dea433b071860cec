//! The CMaps and character collections that a file only names (ISO 32000-2 section 9.7.5.2), above all the Korean ones.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};
use flate2::read::ZlibDecoder;
use std::io::Read;
use std::sync::LazyLock;

/// How the bytes of a string are cut into codes, and what a code is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Codes {
    /// Two bytes, which are a CID.
    Identity,
    /// A charset: `KSC-EUC-H` and `KSCms-UHC-H` are CP949.
    Charset(&'static Encoding),
    /// A charset of two bytes without their high bits: `KSC-H` is KS X 1001.
    SevenBit(&'static Encoding),
    Utf8,
    Utf16,
    Utf32,
}

/// What the name of a CMap says, and whether it is one of vertical writing.
pub(super) fn predefined(name: &[u8]) -> Option<(Codes, bool)> {
    let name = std::str::from_utf8(name).ok()?;
    let (stem, vertical) = match name {
        "H" => ("", false),
        "V" => ("", true),
        _ => match name.strip_suffix("-V") {
            Some(stem) => (stem, true),
            None => (name.strip_suffix("-H")?, false),
        },
    };
    let stem = stem.strip_suffix("-HW").unwrap_or(stem);
    let codes = match stem {
        "Identity" => Codes::Identity,
        "KSC-EUC" | "KSCms-UHC" | "KSCpc-EUC" => Codes::Charset(EUC_KR),
        "KSC" => Codes::SevenBit(EUC_KR),
        "GB-EUC" | "GBpc-EUC" | "GBK-EUC" | "GBKp-EUC" | "GBK2K" => Codes::Charset(GB18030),
        "B5pc" | "HKscs-B5" | "ETen-B5" | "ETenms-B5" => Codes::Charset(BIG5),
        "83pv-RKSJ" | "90ms-RKSJ" | "90msp-RKSJ" | "90pv-RKSJ" | "Add-RKSJ" | "Ext-RKSJ" | "RKSJ" => {
            Codes::Charset(SHIFT_JIS)
        }
        "EUC" => Codes::Charset(EUC_JP),
        "" => Codes::SevenBit(EUC_JP),
        uni if uni.starts_with("Uni") => match uni.rsplit('-').next()? {
            "UCS2" | "UTF16" => Codes::Utf16,
            "UTF8" => Codes::Utf8,
            "UTF32" => Codes::Utf32,
            _ => return None,
        },
        _ => return None,
    };
    Some((codes, vertical))
}

impl Codes {
    /// How many bytes the code at the start of `bytes` has.
    pub(super) fn length(self, bytes: &[u8]) -> usize {
        let first = bytes.first().copied().unwrap_or(0);
        let second = bytes.get(1).copied().unwrap_or(0);
        match self {
            Codes::Identity | Codes::SevenBit(_) => 2,
            Codes::Charset(charset) if charset == SHIFT_JIS => {
                if matches!(first, 0x81..=0x9F | 0xE0..=0xFC) {
                    2
                } else {
                    1
                }
            }
            Codes::Charset(charset) if charset == EUC_JP && first == 0x8F => 3,
            Codes::Charset(charset) if charset == GB18030 && first > 0x80 && second.is_ascii_digit() => 4,
            Codes::Charset(_) => {
                if first > 0x80 {
                    2
                } else {
                    1
                }
            }
            Codes::Utf8 => match first {
                0..=0xBF => 1,
                0xC0..=0xDF => 2,
                0xE0..=0xEF => 3,
                _ => 4,
            },
            Codes::Utf16 if matches!(first, 0xD8..=0xDB) => 4,
            Codes::Utf16 => 2,
            Codes::Utf32 => 4,
        }
    }

    /// The character of a code, unless it is a CID.
    pub(super) fn char(self, code: &[u8]) -> Option<char> {
        let decode = |charset: &'static Encoding, bytes: &[u8]| {
            charset.decode_without_bom_handling_and_without_replacement(bytes).and_then(|text| text.chars().next())
        };
        let char = match (self, code) {
            (Codes::Identity, _) => None,
            (Codes::Charset(_) | Codes::Utf8, [ascii @ 0..=0x7F]) => Some(char::from(*ascii)),
            (Codes::Charset(charset), _) => decode(charset, code),
            (Codes::SevenBit(charset), _) => decode(charset, &code.iter().map(|byte| byte | 0x80).collect::<Vec<_>>()),
            (Codes::Utf8, _) => decode(encoding_rs::UTF_8, code),
            (Codes::Utf16, [high, low]) => char::from_u32(u32::from(*high) << 8 | u32::from(*low)),
            (Codes::Utf16, _) => decode(encoding_rs::UTF_16BE, code),
            (Codes::Utf32, _) => code.first_chunk().and_then(|code| char::from_u32(u32::from_be_bytes(*code))),
        };
        char.filter(|char| *char != '\0')
    }
}

type Table = LazyLock<Vec<u8>>;

static KOREA1: Table = LazyLock::new(|| unpacked(include_bytes!("data/korea1.cid")));
static KR: Table = LazyLock::new(|| unpacked(include_bytes!("data/kr.cid")));
static JAPAN1: Table = LazyLock::new(|| unpacked(include_bytes!("data/japan1.cid")));
static GB1: Table = LazyLock::new(|| unpacked(include_bytes!("data/gb1.cid")));
static CNS1: Table = LazyLock::new(|| unpacked(include_bytes!("data/cns1.cid")));

/// Unpacks a table that was built in; a test reads each of them to its end.
pub(super) fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // Its own bytes: they are whole.
    ZlibDecoder::new(packed).read_to_end(&mut out).unwrap_or_default();
    out
}

/// The characters of Adobe's collection with this ordering, by CID.
#[derive(Debug, Clone, Copy)]
pub(super) struct Collection(&'static [u8]);

impl Collection {
    /// The collection, if it is a known one.
    pub(super) fn named(ordering: &[u8]) -> Option<Collection> {
        let table = match ordering {
            b"Korea1" => &KOREA1,
            b"KR" => &KR,
            b"Japan1" => &JAPAN1,
            b"GB1" => &GB1,
            b"CNS1" => &CNS1,
            _ => return None,
        };
        Some(Collection(table))
    }

    /// The character of a CID.
    pub(super) fn char(self, cid: u32) -> Option<char> {
        let at = usize::try_from(cid).ok()?.checked_mul(2)?;
        let unit = self.0.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)?;
        char::from_u32(u32::from(unit)).filter(|char| *char != '\0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_collection_knows_latin_digits_and_its_own_letters() {
        for (ordering, cid, letter) in
            [("Korea1", 1086, '가'), ("KR", 221, '가'), ("Japan1", 526, 'あ'), ("GB1", 4559, '中'), ("CNS1", 595, '一')]
        {
            let table = Collection::named(ordering.as_bytes()).expect("a collection");
            assert_eq!(table.char(17), Some('0'), "{ordering}");
            assert_eq!(table.char(cid), Some(letter), "{ordering}");
        }
    }

    #[test]
    fn korean_cmaps_are_cp949_and_unicode() {
        let text = |name: &str, bytes: &[u8]| {
            let (codes, _) = predefined(name.as_bytes()).expect("a known CMap");
            assert_eq!(codes.length(bytes), bytes.len(), "{name}");
            codes.char(bytes).map(String::from)
        };
        for name in ["KSC-EUC-H", "KSCms-UHC-V", "KSCms-UHC-HW-H", "KSCpc-EUC-H"] {
            assert_eq!(text(name, b"\xB0\xA1").as_deref(), Some("가"));
            assert_eq!(text(name, b"9").as_deref(), Some("9"));
        }
        assert_eq!(text("KSC-H", b"\x30\x21").as_deref(), Some("가"));
        assert_eq!(text("UniKS-UCS2-H", b"\xAC\x00").as_deref(), Some("가"));
        assert_eq!(text("UniKS-UTF16-V", b"\xD8\x40\xDC\x00").as_deref(), Some("\u{20000}"));
        assert_eq!(text("UniKS-UTF8-H", "가".as_bytes()).as_deref(), Some("가"));
        assert_eq!(text("UniAKR-UTF32-H", b"\0\0\xAC\0").as_deref(), Some("가"));
        assert_eq!(predefined(b"KSC-Johab-H"), None);
    }
}
