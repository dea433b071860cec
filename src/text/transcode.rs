//! Texts in which ASCII characters are not ASCII bytes: UTF-16 and ISO-2022-KR, read character by character as UTF-8, and
//! what is written in the place of a character of theirs.

use super::charset::cp949;

/// A charset that is read as UTF-8, with a map of which bytes each character came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transcoding {
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// ISO-2022-KR (RFC 1557): seven bits, with shifts between ASCII and KS X 1001.
    Iso2022Kr,
}

/// A character that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transcoded {
    /// The character; U+FFFD for what is none, and a space of no width for what only shifts.
    pub char: char,
    /// Its number of bytes, at least 1.
    pub len: usize,
    /// Whether Korean characters of two bytes follow, in ISO-2022-KR.
    pub shifted: bool,
}

const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;
const DESIGNATES: &[u8] = b"\x1B$)C";
/// Stands for what shifts: nothing in a number, and its bytes are left alone.
const SHIFTS: char = '\u{200B}';

impl Transcoding {
    /// The character at the beginning of `raw`, after a shift or not; `None` if more bytes are needed, and may come.
    pub fn read(self, raw: &[u8], shifted: bool, last: bool) -> Option<Transcoded> {
        let found = match self {
            Transcoding::Utf16Le | Transcoding::Utf16Be => self.read_utf16(raw),
            Transcoding::Iso2022Kr => read_korean(raw, shifted),
        };
        let rest = || Transcoded { char: char::REPLACEMENT_CHARACTER, len: 1, shifted };
        found.or_else(|| (last && !raw.is_empty()).then(rest))
    }

    fn unit(self, raw: &[u8], at: usize) -> Option<u16> {
        let pair = [*raw.get(at)?, *raw.get(at + 1)?];
        Some(if self == Transcoding::Utf16Be { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    }

    /// `None` at the end. Half a surrogate pair is no character.
    fn read_utf16(self, raw: &[u8]) -> Option<Transcoded> {
        let found = |char, len| Some(Transcoded { char, len, shifted: false });
        let first = self.unit(raw, 0)?;
        if !(0xD800..0xDC00).contains(&first) {
            return found(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), 2);
        }
        let second = self.unit(raw, 2)?;
        match char::decode_utf16([first, second]).next() {
            Some(Ok(char)) => found(char, 4),
            _ => found(char::REPLACEMENT_CHARACTER, 2),
        }
    }

    /// Writes as much of `text` as fits into the place of characters that took so many bytes, and fills up with stars.
    pub fn write(self, text: &str, raw: &[u8], wide: bool, out: &mut Vec<u8>) {
        let end = out.len() + raw.len();
        let mut written = Vec::new();
        for char in text.chars().chain(std::iter::repeat('*')) {
            written.clear();
            self.encode(char, wide, &mut written);
            if written.is_empty() || out.len() + written.len() > end {
                break;
            }
            out.extend_from_slice(&written);
        }
        out.extend_from_slice(raw.get(raw.len() - end.saturating_sub(out.len()).min(raw.len())..).unwrap_or_default());
    }

    /// The bytes of a character. Where Korean ones of two bytes stand, a star or a tilde is one of these.
    pub fn encode(self, char: char, wide: bool, out: &mut Vec<u8>) {
        let mut units = [0; 2];
        match self {
            Transcoding::Utf16Le => {
                char.encode_utf16(&mut units).iter().for_each(|unit| out.extend(unit.to_le_bytes()));
            }
            Transcoding::Utf16Be => {
                char.encode_utf16(&mut units).iter().for_each(|unit| out.extend(unit.to_be_bytes()));
            }
            Transcoding::Iso2022Kr if wide => {
                out.extend(if matches!(char, '~' | '～') { [0x22, 0x26] } else { [0x23, 0x2A] })
            }
            Transcoding::Iso2022Kr => out.push(if char.is_ascii() { char as u8 } else { b'*' }),
        }
    }
}

fn read_korean(raw: &[u8], shifted: bool) -> Option<Transcoded> {
    let found = |char, len, shifted| Some(Transcoded { char, len, shifted });
    match *raw.first()? {
        SHIFT_OUT => found(SHIFTS, 1, true),
        SHIFT_IN => found(SHIFTS, 1, false),
        0x1B if raw.starts_with(DESIGNATES) => found(SHIFTS, DESIGNATES.len(), shifted),
        0x1B if DESIGNATES.starts_with(raw) => None,
        // Every line begins in ASCII.
        byte @ (b'\n' | b'\r') => found(char::from(byte), 1, false),
        lead @ 0x21..=0x7E if shifted => {
            let char =
                cp949(lead | 0x80, *raw.get(1)? | 0x80).filter(|_| raw.get(1).is_some_and(|trail| *trail > 0x20));
            match char {
                Some(char) => found(char, 2, true),
                None => found(char::REPLACEMENT_CHARACTER, 1, true),
            }
        }
        byte if byte.is_ascii() => found(char::from(byte), 1, shifted),
        _ => found(char::REPLACEMENT_CHARACTER, 1, shifted),
    }
}

/// Which transcoding a text without a mark is evidently in: UTF-16, where many of its characters are ASCII, so that every
/// other byte is often zero. Text in other charsets holds no zero bytes.
pub fn evident(start: &[u8]) -> Option<Transcoding> {
    let start = start.get(..EVIDENCE).unwrap_or(start);
    let (pairs, _) = start.as_chunks::<2>();
    let (first, second) = pairs
        .iter()
        .fold((0, 0), |(first, second), [a, b]| (first + usize::from(*a == 0), second + usize::from(*b == 0)));
    match (first, second) {
        (0, zeros) if zeros >= 2 && zeros * 4 >= pairs.len() => Some(Transcoding::Utf16Le),
        (zeros, 0) if zeros >= 2 && zeros * 4 >= pairs.len() => Some(Transcoding::Utf16Be),
        _ => None,
    }
}

/// Bytes that are looked at for that, if there are so many.
pub const EVIDENCE: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(transcoding: Transcoding, mut raw: &[u8]) -> String {
        let (mut text, mut shifted) = (String::new(), false);
        while let Some(found) = transcoding.read(raw, shifted, true) {
            text.push(found.char);
            shifted = found.shifted;
            raw = &raw[found.len..];
        }
        text.replace(SHIFTS, "")
    }

    #[test]
    fn wide_texts_are_read() {
        let text = "주민번호 900101-１𝟗";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(Transcoding::Utf16Le, &le), text);
        assert_eq!(read(Transcoding::Utf16Be, &be), text);
        assert_eq!(read(Transcoding::Utf16Le, b"\x00\xD89\x00\x00\xDC8"), "\u{FFFD}9\u{FFFD}\u{FFFD}");
        assert_eq!(
            evident(&"<p>주민번호 900101-1234568".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()),
            Some(Transcoding::Utf16Be)
        );
        assert_eq!(evident("<p>주민번호".as_bytes()), None);
        assert_eq!(evident(b"\0\0\0\0"), None);
    }

    #[test]
    fn shifts_are_read() {
        // 주 is C1D6 in EUC-KR, the full-width 9 is A3B9.
        let raw = b"\x1B$)C1 \x0E\x41\x56\x23\x39\x0F 2\n\x0E\x41\x56\n3";
        assert_eq!(read(Transcoding::Iso2022Kr, raw), "1 주９ 2\n주\n3");
        assert_eq!(read(Transcoding::Iso2022Kr, b"\x0E\x41"), "\u{FFFD}");
        let mut out = Vec::new();
        Transcoding::Iso2022Kr.write("＊", b"\x23\x39", true, &mut out);
        Transcoding::Utf16Be.write("**", b"\x06\x60", false, &mut out);
        assert_eq!(out, b"\x23\x2A\0*");
    }
}
