//! What a value holds that is written as base64, as hexadecimal digits, or as a JSON Web Token.

use super::coded::FEWEST;
use crate::extract;
use crate::inspect::percent;
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{EUC_KR, UTF_16BE, UTF_16LE};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::Read;

/// So much is unpacked; what is more is a file.
const UNPACKED: usize = 1 << 20;
/// How a gzip member with deflate begins (RFC 1952 section 2.3).
const GZIP: &[u8] = &[0x1F, 0x8B, 8];
/// From so many bytes on, the mark of a file counts if it is short.
const LONG: usize = 600;
/// How the zlib format does, with the usual window (RFC 1950 section 2.2).
const ZLIB: &[u8] = &[0x78];
/// The shortest text that may hold a number.
const SHORTEST: usize = 11;
/// How often a text may be encoded.
const DEEPEST: usize = 3;

/// With padding or without, as scripts write both; the last bits are not looked at.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// What is written in a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Text, in UTF-8.
    Text(Vec<u8>),
    /// What a token says of somebody: text as well.
    Claims(Vec<u8>),
    /// A document or an archive.
    File,
}

/// What a whole value holds.
pub(super) fn held(value: &[u8]) -> Option<Held> {
    let Some(bytes) = bytes_of(value) else { return claims(value).map(Held::Claims) };
    let Held::Text(mut text) = of_bytes(&bytes)? else { return Some(Held::File) };
    let mut last = text.clone();
    for _ in 1..DEEPEST {
        match bytes_of(&last).and_then(|bytes| of_bytes(&bytes)) {
            Some(Held::Text(inner)) => {
                // What looks encoded may be a number as well.
                text.push(b'\n');
                text.extend_from_slice(&inner);
                last = inner;
            }
            Some(other) => return Some(other),
            None => break,
        }
    }
    Some(Held::Text(text))
}

/// What a value holds of which this is the beginning: too long to be read as a value, it is a file if it is anything.
pub(super) fn held_by_start(start: &[u8]) -> Option<Held> {
    // Words have more spaces than base64 has plus signs.
    if memchr::memchr_iter(b' ', start).count() > start.len() / 16 {
        return None;
    }
    // Of a group that is cut nothing is known, nor of a character.
    let groups = start.len().saturating_sub(start.len() % 4);
    let bytes = bytes_of(start.get(..groups)?)?;
    let cut = |cut: usize| bytes.get(..bytes.len().saturating_sub(cut)).and_then(text_of);
    let text = (0..4).find_map(cut).and_then(|text| String::from_utf8(text).ok());
    let is_text = text.is_some_and(|text| text.is_ascii() || is_korean(&text));
    (is_text || is_file(&bytes)).then_some(Held::File)
}

/// The text that is written in base64 or in hexadecimal digits, packed or not, if it is all of the value.
pub(in crate::inspect) fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    match of_bytes(&bytes_of(value)?)? {
        Held::Text(text) => Some(text),
        Held::Claims(_) | Held::File => None,
    }
}

fn of_bytes(bytes: &[u8]) -> Option<Held> {
    if let Some(text) = text_of(bytes) {
        return Some(Held::Text(text));
    }
    if !bytes.starts_with(GZIP) && is_file(bytes) {
        return Some(Held::File);
    }
    let plain = unpacked(bytes)?;
    // Without a mark of its own, deflate unpacks a good deal of what is random to something.
    let marked = bytes.starts_with(GZIP) || bytes.starts_with(ZLIB);
    if plain.len() > UNPACKED || marked && is_file(&plain) { Some(Held::File) } else { text_of(&plain).map(Held::Text) }
}

/// Whether bytes are a file that may hold text; what is encrypted is told as that.
fn is_file(bytes: &[u8]) -> bool {
    // Of keys and sums, which are random and many, one in some thousand begins with two bytes that mark a file.
    if bytes.len() < LONG && bytes.get(..2).is_some_and(extract::is_known) {
        return false;
    }
    extract::is_known(bytes) && !extract::is_picture(bytes) && !extract::is_encrypted(bytes)
}

/// The bytes that a value says.
fn bytes_of(value: &[u8]) -> Option<Vec<u8>> {
    let value = value.trim_ascii();
    let code = match value.get(..5) {
        Some(start) if start.eq_ignore_ascii_case(b"data:") => {
            let comma = memchr::memchr(b',', value)?;
            let head = value.get(..comma)?.to_ascii_lowercase();
            value.get(comma + 1..).filter(|_| head.ends_with(b";base64"))?
        }
        _ => value,
    };
    if code.len() > FEWEST && code.len().is_multiple_of(2) && code.iter().all(u8::is_ascii_hexdigit) {
        return code.as_chunks::<2>().0.iter().map(|pair| percent::byte(pair)).collect();
    }
    // A form has made spaces of its plus signs.
    let blank = |byte: &&u8| !matches!(**byte, b'\r' | b'\n');
    let code: Vec<u8> = code.iter().filter(blank).map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    // One character more than whole groups holds less than a byte.
    let whole = code.len() >= FEWEST && code.iter().rposition(|byte| *byte != b'=').is_some_and(|last| last % 4 != 0);
    base64(&code).filter(|_| whole)
}

fn base64(code: &[u8]) -> Option<Vec<u8>> {
    let standard = || GeneralPurpose::new(&STANDARD, LENIENT).decode(code);
    standard().or_else(|_| GeneralPurpose::new(&URL_SAFE, LENIENT).decode(code)).ok()
}

/// The claims of a JSON Web Token (RFC 7519 section 3), signed or not.
fn claims(value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = value.trim_ascii().split(|byte| *byte == b'.');
    let (head, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let code = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/=".contains(byte));
    if parts.next().is_some() || !code(signature) || !base64(head)?.starts_with(b"{") {
        return None;
    }
    let claims = base64(claims)?;
    // Claims may be packed, as small ones of health certificates are.
    let claims = match unpacked(&claims) {
        Some(plain) if plain.len() <= UNPACKED => plain,
        _ => claims,
    };
    text_of(&claims)
}

/// Text in UTF-8, in UTF-16 with its mark, or in EUC-KR, as UTF-8.
fn text_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let legible = |text: &str| text.chars().all(|char| !char.is_control() || matches!(char, '\t' | '\r' | '\n'));
    let text = match (std::str::from_utf8(bytes), bytes) {
        (Ok(text), _) => return legible(text).then(|| bytes.to_vec()),
        (_, [0xFF, 0xFE, text @ ..]) => UTF_16LE.decode_without_bom_handling_and_without_replacement(text)?,
        (_, [0xFE, 0xFF, text @ ..]) => UTF_16BE.decode_without_bom_handling_and_without_replacement(text)?,
        _ => EUC_KR.decode_without_bom_handling_and_without_replacement(bytes)?,
    };
    legible(&text).then(|| text.into_owned().into_bytes())
}

/// Whether what is not ASCII in a text is Hangul and what is written with it: in EUC-KR any bytes are some text.
fn is_korean(text: &str) -> bool {
    let written =
        |char: char| char.is_ascii() || matches!(char, '가'..='힣' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF5E}');
    let known = text.chars().filter(|char| written(*char)).count();
    known.saturating_mul(10) > text.chars().count().saturating_mul(9)
        && text.contains(|char: char| char.is_ascii_whitespace())
}

/// What packed bytes hold, and a byte more than is read of it if that is not all. Some write deflate bare (RFC 1951).
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let read = |from: &mut dyn Read| {
        let mut out = Vec::new();
        let whole = from.take(UNPACKED as u64 + 1).read_to_end(&mut out).is_ok();
        (whole && out.len() >= SHORTEST).then_some(out)
    };
    match bytes {
        _ if bytes.starts_with(GZIP) => read(&mut MultiGzDecoder::new(bytes)),
        [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] => read(&mut ZlibDecoder::new(bytes)),
        // A block that is coded, the last or not, or one that is stored, with its length and what that is not (RFC 1951
        // section 3.2.3 and 3.2.4).
        [first, ..] if matches!(first & 7, 2..=5) => read(&mut DeflateDecoder::new(bytes)),
        [first, a, b, c, d, ..] if first & 6 == 0 && (a ^ c, b ^ d) == (0xFF, 0xFF) => {
            read(&mut DeflateDecoder::new(bytes))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    use std::io::Write;

    const TEXT: &str = "제 주민번호는 900101-1234568 ~~??>>입니다";

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text).expect("memory");
        packed.finish().expect("memory")
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text).expect("memory");
        packed.finish().expect("memory")
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text).expect("memory");
        packed.finish().expect("memory")
    }

    #[test]
    fn text_is_decoded_in_every_way_it_is_written() {
        let text = TEXT;
        let standard = STANDARD.encode(text);
        let utf16: Vec<u8> = [0xFEFF_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        for written in [
            standard.clone(),
            STANDARD_NO_PAD.encode(text),
            URL_SAFE_NO_PAD.encode(text),
            standard.replace('+', " "),
            standard.as_bytes().chunks(20).map(|line| String::from_utf8_lossy(line) + "\r\n").collect(),
            format!("data:text/plain;charset=utf-8;base64,{standard}"),
            STANDARD.encode(encoding_rs::EUC_KR.encode(text).0),
            STANDARD.encode(utf16),
            STANDARD.encode(zlib(text.as_bytes())),
            STANDARD.encode(gzip(text.as_bytes())),
            STANDARD.encode(deflated(text.as_bytes())),
            STANDARD.encode([&[1, text.len() as u8, 0, !text.len() as u8, 0xFF][..], text.as_bytes()].concat()),
            hex.to_uppercase(),
            hex,
        ] {
            assert_eq!(decoded(written.as_bytes()).as_deref(), Some(text.as_bytes()), "{written}");
        }
        let twice = STANDARD.encode(&standard);
        let Some(Held::Text(both)) = held(twice.as_bytes()) else { panic!("text") };
        assert!(both.starts_with(standard.as_bytes()) && both.ends_with(text.as_bytes()));
    }

    #[test]
    fn what_is_no_text_is_not() {
        let picture = STANDARD.encode([0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, 1, 2, 3]);
        let state = STANDARD.encode(gzip(b"\xac\xed\0\x05ur\0\x13[Ljava.lang.Object;\x90\xce\x58\x9f"));
        let signed = STANDARD.encode([&[0x30, 0x82, 1, 10, 2, 0x82, 1, 1, 0][..], &[0xA5; 60]].concat());
        for value in [
            picture.as_str(),
            state.as_str(),
            signed.as_str(),
            "010-2234-5678",
            "0161462193fd4e07b1a2c3d4e5f60718",
            "data:text/plain,MDEwLTIyMzQtNTY3OA==",
            "MDEwLTIyMzQtNTY3OA==!",
            "MDEw",
            "2026112709301512",
        ] {
            assert_eq!(held(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn files_are_told() {
        let pdf = [b"%PDF-1.4\n".as_slice(), &[0xE2, 0xE3, 0xCF, 0xD3, 10], &[1; 40]].concat();
        assert_eq!(held(STANDARD.encode(&pdf).as_bytes()), Some(Held::File));
        assert_eq!(held(STANDARD.encode(gzip(&pdf)).as_bytes()), Some(Held::File));
        assert_eq!(held(STANDARD.encode(zlib(&vec![b'a'; UNPACKED + 1])).as_bytes()), Some(Held::File));
        let long = STANDARD.encode("가나다라 마바사아\n".repeat(500));
        for length in 1020..1026 {
            assert_eq!(held_by_start(&long.as_bytes()[..length]), Some(Held::File), "{length}");
        }
        let picture =
            STANDARD.encode([&[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13][..], &[0xA5; 900]].concat());
        let prose = "a b cd efg ".repeat(100);
        assert_eq!(held_by_start(&prose.as_bytes()[..1024]), None);
        let random: Vec<u8> = (0..3000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
        assert_eq!(held_by_start(&STANDARD.encode(random).as_bytes()[..1024]), None);
        assert_eq!(held_by_start(picture.get(..1024).unwrap_or(&picture).as_bytes()), None);
    }

    /// Keys, sums and tokens are random, and there are many.
    #[test]
    fn what_is_random_is_no_file() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        };
        let random = (0..50_000).map(|_| (0..12).flat_map(|_| next().to_le_bytes()).collect::<Vec<u8>>());
        let mut files = random.filter(|random| held(STANDARD.encode(random).as_bytes()) == Some(Held::File));
        assert_eq!(files.next(), None);
    }

    #[test]
    fn tokens_say_their_claims() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let claims = r#"{"memo":"900101-1234568"}"#;
        for signature in ["", "c2ln"] {
            let token = format!("{}.{}.{signature}", part(r#"{"alg":"none"}"#), part(claims));
            assert_eq!(held(token.as_bytes()), Some(Held::Claims(claims.as_bytes().to_vec())), "{token}");
        }
        for other in ["www.example.com", "1.2.3", "a.b", "eyJhIjoxfQ.eyJhIjoxfQ.c2ln.c2ln", "eyJhIjoxfQ.####.c2ln"] {
            assert_eq!(held(other.as_bytes()), None, "{other}");
        }
    }
}
