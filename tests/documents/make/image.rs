//! Pictures with what is written about them.

use std::io::Write;

/// TIFF with a description, a comment in UTF-16 in its Exif directory, and a place.
pub fn tiff() -> Vec<u8> {
    tiff_with("김가람 010-0000-0000", "메모 900101-1234568")
}

/// The same with this description and this comment.
pub fn tiff_with(text: &str, comment: &str) -> Vec<u8> {
    let comment: Vec<u8> =
        b"UNICODE\0".iter().copied().chain(comment.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let text = [text.as_bytes(), b"\0"].concat();
    let tag = |tag: u16, kind: u16, count: usize, value: usize| {
        let count = u32::try_from(count).expect("short").to_le_bytes();
        let value = u32::try_from(value).expect("short").to_le_bytes();
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count, &value].concat()
    };
    let (exif, gps, data) = (8 + 2 + 36 + 4, 8 + 2 + 36 + 4 + 18, 8 + 2 + 36 + 4 + 36);
    let degrees: Vec<u8> = [37_u32, 1, 33, 1, 594, 10].iter().flat_map(|number| number.to_le_bytes()).collect();
    [
        &b"II*\0\x08\0\0\0\x03\0"[..],
        &tag(0x010E, 2, text.len(), data),
        &tag(0x8769, 4, 1, exif),
        &tag(0x8825, 4, 1, gps),
        &[0; 4],
        &[1, 0],
        &tag(0x9286, 7, comment.len(), data + text.len()),
        &[0; 4],
        &[1, 0],
        &tag(2, 5, 3, data + text.len() + comment.len()),
        &[0; 4],
        &text,
        &comment,
        &degrees,
    ]
    .concat()
}

pub fn segment(code: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("short").to_be_bytes();
    [&[0xFF, code][..], &length, data].concat()
}

pub fn jpeg() -> Vec<u8> {
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><dc:creator>Garam Kim</dc:creator></x:xmpmeta>";
    let iptc = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x0F\x1C\x02\x50\0\x06byline\x1C\x02\x78\0\x07caption";
    let exif = [b"Exif\0\0", &tiff()[..]].concat();
    let comment = encoding_rs::EUC_KR.encode("가람 사진").0.into_owned();
    let segments = [segment(0xE1, &exif), segment(0xE1, xmp), segment(0xED, iptc), segment(0xFE, &comment)];
    [&[0xFF, 0xD8][..], &segments.concat(), &segment(0xDA, &[0; 10]), &[0xFF, 0xD9]].concat()
}

pub fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    [&u32::try_from(data.len()).expect("short").to_be_bytes()[..], kind, data, &[0; 4]].concat()
}

pub fn deflated(data: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(data).expect("into memory");
    out.finish().expect("into memory")
}

pub fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    [&b"\x89PNG\r\n\x1A\n"[..], &chunks.concat()].concat()
}

pub fn chunks() -> Vec<Vec<u8>> {
    vec![
        chunk(b"tEXt", b"Comment\0plain 900101-1234568"),
        chunk(b"zTXt", &[&b"Comment\0\0"[..], &deflated(b"packed 900102-1234567")].concat()),
        chunk(b"iTXt", "Title\0\0\0ko\0제목\0김가람".as_bytes()),
        chunk(b"eXIf", &tiff()),
        chunk(b"IEND", b""),
    ]
}
