//! Pictures, sounds and films: what they show is not read. What is written about them is: EXIF, XMP, IPTC, comments, tags;
//! and what stands behind a picture is opened as a file of its own.

mod end;
mod front;
mod media;
mod tiff;
mod watch;

pub use front::{Written, goes_on, written};
pub use watch::Watch;

use super::archive::decoded;
use super::{Format, Halt, Walk};
use crate::vocab::{Reason, Step};
use flate2::read::ZlibDecoder;

/// Pictures, sounds and films.
pub(super) const FORMATS: &[Format] = &[
    Format {
        name: "jpeg",
        bears: |bytes| bytes.starts_with(b"\xFF\xD8\xFF"),
        read: |bytes, walk| about(bytes, walk, jpeg),
    },
    Format { name: "png", bears: |bytes| bytes.starts_with(PNG), read: |bytes, walk| about(bytes, walk, png) },
    Format { name: "gif", bears: |bytes| bytes.starts_with(b"GIF8"), read: |bytes, walk| about(bytes, walk, gif) },
    Format {
        name: "tiff",
        bears: tiff::bears,
        read: |bytes, walk| about(bytes, walk, |bytes, walk| lines(&tiff::texts(bytes), walk)),
    },
    Format { name: "picture", bears: is_picture, read: |bytes, walk| about(bytes, walk, |_, _| Ok(())) },
    Format { name: "media", bears: is_media, read: |bytes, walk| about(bytes, walk, media::read) },
];

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

/// How many EXIF blocks of one file are read.
const MOST_BLOCKS: usize = 16;

fn any(bytes: &[u8], at: usize, marks: &[&[u8]]) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    marks.iter().any(|mark| rest.starts_with(mark))
}

/// WebP, BMP, HEIF, PSD, JPEG 2000, JPEG XL, icons, metafiles.
fn is_picture(bytes: &[u8]) -> bool {
    let is_bmp = bytes.starts_with(b"BM")
        && any(bytes, 6, &[&[0, 0, 0, 0]])
        && matches!(bytes.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]));
    let is_emf = bytes.starts_with(&[1, 0, 0, 0]) && any(bytes, 40, &[b" EMF"]);
    is_bmp
        || is_emf
        || bytes.starts_with(b"RIFF") && any(bytes, 8, &[b"WEBP"])
        || end::is_boxes(bytes)
        || any(
            bytes,
            0,
            &[b"8BPS\0\x01", b"\0\0\0\x0CjP  \r\n", b"\0\0\0\x0CJXL \r\n", b"\0\0\x01\0\x01\0", b"\xD7\xCD\xC6\x9A"],
        )
        || any(bytes, 0, &[b"\x01\0\x09\0\0\x03", b"\x02\0\x09\0\0\x03"])
}

/// Sounds and films.
fn is_media(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && any(bytes, 8, &[b"WAVE", b"AVI "])
        || any(bytes, 4, &[b"ftyp", b"moov", b"mdat\0"]) && !is_picture(bytes)
        || any(bytes, 0, &[b"ID3\x02", b"ID3\x03", b"ID3\x04", b"OggS\0", b"fLaC\0", b"\x1A\x45\xDF\xA3", b"FLV\x01"])
        || any(bytes, 0, &[b"\xFF\xFB", b"\xFF\xF3", b"\xFF\xF2", b"\xFF\xF1", b"\xFF\xF9", b"#!AMR", b"\0\0\x01\xBA"])
        || any(bytes, 0, &[b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", b"MThd\0\0\0\x06", b"\0\0\x01\xB3"])
}

/// Reads what is written about a picture, and says that what it shows is not read.
fn about(bytes: &[u8], walk: &mut Walk<'_>, own: fn(&[u8], &mut Walk<'_>) -> Result<(), Halt>) -> Result<(), Halt> {
    walk.within(Step::PictureData, |walk| {
        for at in memchr::memmem::find_iter(bytes, b"Exif\0\0").take(MOST_BLOCKS) {
            exif(bytes.get(at.saturating_add(6)..).unwrap_or_default(), walk)?;
        }
        xmp(bytes, walk)?;
        if bytes.starts_with(b"RIFF") {
            webp(bytes, walk)?;
        }
        match own(bytes, walk) {
            // Viewers show what there is of it. What its parts would have been, nobody knows: it is searched as it is.
            Err(Halt::Part(Reason::Damaged)) => walk.raw(bytes),
            done => done,
        }
    })?;
    match end::behind(bytes) {
        Some(rest) if end::is_trailer(rest) => walk.within(Step::PictureData, |walk| walk.raw(rest))?,
        Some(rest) => walk.open("", rest)?,
        None => {}
    }
    Err(Halt::Part(Reason::Image))
}

fn exif(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    walk.tick()?;
    if tiff::bears(bytes) { lines(&tiff::texts(bytes), walk) } else { Ok(()) }
}

/// WebP keeps EXIF in a chunk, without the mark that it has elsewhere (RFC 9649 section 2.7.1.5).
fn webp(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    for at in memchr::memmem::find_iter(bytes, b"EXIF").take(MOST_BLOCKS) {
        exif(bytes.get(at.saturating_add(8)..).unwrap_or_default(), walk)?;
    }
    Ok(())
}

fn lines(texts: &[String], walk: &mut Walk<'_>) -> Result<(), Halt> {
    if texts.iter().all(String::is_empty) {
        return Ok(());
    }
    walk.prose(|run| texts.iter().filter(|text| !text.is_empty()).try_for_each(|text| run.line(None, text)))
}

/// XMP packets, wherever they are: they are made to be found by who does not know the format (XMP part 1, section 7.3).
fn xmp(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    const END: &[u8] = b"</x:xmpmeta>";
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, b"<x:xmpmeta") {
        let packet = rest.get(at..).unwrap_or_default();
        let length = memchr::memmem::find(packet, END).map_or(packet.len(), |end| end.saturating_add(END.len()));
        let (packet, behind) = packet.split_at_checked(length).unwrap_or((packet, &[]));
        walk.raw(packet)?;
        rest = behind;
    }
    Ok(())
}

/// Segments up to the picture: comments, IPTC, extended XMP.
fn jpeg(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let Some((&[0xFF, code, high, low], _)) = rest.split_first_chunk::<4>() {
        walk.tick()?;
        if code == 0xFF {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let end = usize::from(u16::from_be_bytes([high, low])).saturating_add(2);
        let segment = rest.get(4..end.min(rest.len())).unwrap_or_default();
        match code {
            0xFE => walk.say(&decoded(segment))?,
            0xED => lines(&iptc(segment), walk)?,
            0xE1 if segment.starts_with(b"http://ns.adobe.com/xmp/extension/") => walk.raw(segment)?,
            0xDA => return Ok(()),
            _ => {}
        }
        rest = rest.get(end.max(2)..).ok_or(Halt::DAMAGED)?;
    }
    Ok(())
}

/// Texts of IPTC-IIM datasets: a mark, record and number, a length, the text.
fn iptc(mut rest: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(at) = memchr::memchr(0x1C, rest) {
        let head = rest.get(at..).unwrap_or_default();
        let Some((&[_, _, _, high, low], behind)) = head.split_first_chunk::<5>() else {
            break;
        };
        match behind.split_at_checked(usize::from(u16::from_be_bytes([high, low]))) {
            Some((text, behind)) => {
                texts.push(decoded(text).trim_matches(char::from(0)).to_owned());
                rest = behind;
            }
            None => rest = head.get(1..).unwrap_or_default(),
        }
    }
    texts
}

/// Chunks (PNG third edition, section 11.3).
fn png(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut rest = bytes.get(PNG.len()..).unwrap_or_default();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        walk.entry()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (kind, behind) = behind.split_first_chunk::<4>().ok_or(Halt::DAMAGED)?;
        let data = behind.get(..length.min(behind.len())).unwrap_or_default();
        let done = chunk(kind, data, walk);
        walk.note(done)?;
        if kind == b"IEND" {
            return Ok(());
        }
        rest = behind.get(length.saturating_add(4)..).ok_or(Halt::DAMAGED)?;
    }
    Ok(())
}

fn chunk(kind: &[u8; 4], data: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut halves = data.splitn(2, |&byte| byte == 0);
    let (keyword, text) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    if matches!(kind, b"tEXt" | b"zTXt" | b"iTXt") {
        walk.say(&decoded(keyword))?;
    }
    match kind {
        b"tEXt" => walk.say(&decoded(text)),
        b"zTXt" => inflate(text.get(1..).unwrap_or_default(), walk),
        b"iTXt" => {
            // A flag for compression, its method, a language, the key in that language.
            let body = text.get(2..).unwrap_or_default().splitn(3, |&byte| byte == 0).nth(2).unwrap_or_default();
            if text.first() == Some(&1) { inflate(body, walk) } else { walk.say(&decoded(body)) }
        }
        b"eXIf" => exif(data, walk),
        _ => Ok(()),
    }
}

fn inflate(packed: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let bytes = walk.unpack(&mut ZlibDecoder::new(packed))?;
    walk.say(&decoded(&bytes))
}

/// Comment blocks (GIF89a section 24) and the text of plain text blocks.
fn gif(bytes: &[u8], walk: &mut Walk<'_>) -> Result<(), Halt> {
    let mut at = 13 + front::colours(bytes.get(10).copied().unwrap_or(0));
    loop {
        walk.tick()?;
        let block = bytes.get(at..).unwrap_or_default();
        let (skip, is_text) = match block {
            [0x21, label, ..] => (2, matches!(label, 0xFE | 0x01)),
            [0x2C, ..] => (11_usize.saturating_add(front::colours(block.get(9).copied().unwrap_or(0))), false),
            [0x3B, ..] => return Ok(()),
            _ => return Err(Halt::DAMAGED),
        };
        let (text, length) = sub_blocks(block.get(skip..).unwrap_or_default());
        if is_text {
            walk.say(&decoded(&text))?;
        }
        at = at.saturating_add(skip).saturating_add(length);
    }
}

/// The data of sub-blocks, and how long they are with their lengths.
fn sub_blocks(bytes: &[u8]) -> (Vec<u8>, usize) {
    let (mut data, mut rest) = (Vec::new(), bytes);
    while let Some((&length, behind)) = rest.split_first() {
        let (block, behind) = behind.split_at_checked(usize::from(length)).unwrap_or((behind, &[]));
        rest = behind;
        if length == 0 {
            break;
        }
        data.extend_from_slice(block);
    }
    (data, bytes.len().saturating_sub(rest.len()))
}

#[cfg(test)]
mod tests;
