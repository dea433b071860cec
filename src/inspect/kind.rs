//! What a body or a part is: by its media type, and where that says little, by its first bytes.

use super::form::multipart;
use crate::text::charset::{self, Named};
use crate::text::transcode::{self, Transcoding};
use crate::text::{Charset, Syntax};
use crate::vocab::Direction;
use encoding_rs::{EUC_KR, Encoding};

/// How many bytes are looked at, at most.
pub const LOOKED_AT: usize = 512;

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text in this syntax.
    Text(Syntax),
    /// An event stream, of which each event is a document.
    Events,
    /// `application/x-www-form-urlencoded`.
    Urlencoded,
    /// `multipart/form-data`.
    Multipart,
    /// Pictures, sound and the like, by their type.
    Binary,
    /// The type says nothing that could be relied on: browsers send a CSV file as `application/vnd.ms-excel`, and
    /// sites send HTML tables under that name.
    Unsure,
}

/// What a `Content-Type` says about the charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Nothing, or a name nobody knows, which browsers ignore.
    Nothing,
    /// A charset that garim reads.
    Read(Charset),
    /// One that it reads as UTF-8.
    Transcoded(Transcoding),
    /// A charset that garim does not read, or two that differ.
    Unreadable,
}

impl Said {
    /// The charset, or the other one where nothing was said.
    pub fn or(self, other: Option<Charset>) -> Option<Charset> {
        match self {
            Said::Read(charset) => Some(charset),
            _ => other,
        }
    }

    /// Whether it is a charset whose ASCII characters are ASCII bytes, or nothing was said.
    pub fn is_plain(self) -> bool {
        matches!(self, Said::Nothing | Said::Read(_))
    }
}

/// The shape that a media type promises. Pictures, sound and fonts are believed from a site, which sends them in
/// numbers, but not from a client, where a type is a word like any other.
pub fn shape(content_type: Option<&[u8]>, direction: Direction) -> Shape {
    let media_type = essence(content_type.unwrap_or_default());
    let Some((family, name)) = media_type.split_once('/') else { return Shape::Unsure };
    match (family, name) {
        ("text", "html") | ("application", "xhtml+xml") => Shape::Text(Syntax::Html),
        ("text", "css") => Shape::Text(Syntax::Script),
        ("text", "event-stream") => Shape::Events,
        ("multipart", "form-data") => Shape::Multipart,
        ("application", "x-www-form-urlencoded") => Shape::Urlencoded,
        (_, "json" | "x-json" | "x-ndjson" | "ndjson") => Shape::Text(Syntax::Json),
        (_, "xml") => Shape::Text(Syntax::Xml),
        ("text" | "application", "javascript" | "x-javascript" | "ecmascript") => Shape::Text(Syntax::Script),
        _ if name.ends_with("+json") => Shape::Text(Syntax::Json),
        _ if name.ends_with("+xml") => Shape::Text(Syntax::Xml),
        ("text", _) => Shape::Text(Syntax::Plain),
        ("image" | "video" | "audio" | "font", _) if direction == Direction::Download => Shape::Binary,
        _ => Shape::Unsure,
    }
}

/// Whether a type says that all of a body is base64 of something else than text.
pub fn is_coded(content_type: Option<&[u8]>) -> bool {
    essence(content_type.unwrap_or_default()).starts_with("application/grpc-web-text")
}

/// Whether a type is that of several parts that are no form.
pub fn is_of_parts(content_type: Option<&[u8]>) -> bool {
    let media_type = essence(content_type.unwrap_or_default());
    media_type.split_once('/').is_some_and(|(family, name)| family == "multipart" && name != "form-data")
}

/// Whether a type is that of a picture, a sound or a film.
pub fn is_picture(content_type: Option<&[u8]>) -> bool {
    let media_type = essence(content_type.unwrap_or_default());
    media_type.split_once('/').is_some_and(|(family, _)| matches!(family, "image" | "video" | "audio"))
}

/// `type/subtype` in lower case, without parameters. It ends where PHP ends it: at a semicolon, comma or space.
fn essence(content_type: &[u8]) -> String {
    let text = content_type.trim_ascii_start();
    let ends = |byte: &u8| matches!(byte, b';' | b',') || byte.is_ascii_whitespace();
    let end = text.iter().position(ends).unwrap_or(text.len());
    String::from_utf8_lossy(text.get(..end).unwrap_or_default()).to_ascii_lowercase()
}

/// Whether a `Content-Type` is several: a comma outside quotes, as there is where a header that was sent twice became one.
pub fn is_several(content_type: &[u8]) -> bool {
    let mut quoted = false;
    content_type.iter().any(|byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    })
}

/// What its `charset` parameters say to a browser, which ignores names it does not know.
pub fn said(content_type: Option<&[u8]>) -> Said {
    let mut said = Said::Nothing;
    for label in labels(content_type.unwrap_or_default()) {
        let now = match charset::from_label(label) {
            Some(Named::Read(charset)) => Said::Read(charset),
            Some(Named::Transcoded(transcoding)) => Said::Transcoded(transcoding),
            Some(Named::Unreadable) => Said::Unreadable,
            None => continue,
        };
        said = if said == Said::Nothing || said == now { now } else { Said::Unreadable };
    }
    said
}

/// What they say where a client sends them. Sites believe them, and know more names than browsers do, EBCDIC and UTF-32
/// among them: only a charset whose digits are the bytes of ASCII, and no others, is read. Some sites search the whole
/// value for the word, so it may stand nowhere else.
pub fn said_by_client(content_type: Option<&[u8]>) -> Said {
    let value = content_type.unwrap_or_default();
    let mentions = value.windows(7).filter(|word| word.eq_ignore_ascii_case(b"charset")).count();
    let known = |label: &[u8]| label.is_empty() || is_plain(label);
    if mentions != labels(value).count() || !labels(value).all(known) {
        return Said::Unreadable;
    }
    said(content_type)
}

/// The values of the `charset` parameters.
fn labels(content_type: &[u8]) -> impl Iterator<Item = &[u8]> {
    content_type.split(|byte| *byte == b';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_at_checked(memchr::memchr(b'=', parameter)?)?;
        let value = value.get(1..)?.trim_ascii();
        let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
        name.trim_ascii().eq_ignore_ascii_case(b"charset").then(|| quoted.unwrap_or(value).trim_ascii())
    })
}

/// Whether that is a name of UTF-8, of CP949, or of a charset of single bytes, ASCII in its lower half.
pub fn is_plain(label: &[u8]) -> bool {
    match charset::from_label(label) {
        Some(Named::Read(Charset::AsciiBased)) => Encoding::for_label(label).is_some_and(Encoding::is_single_byte),
        Some(Named::Read(_)) => true,
        Some(Named::Transcoded(_) | Named::Unreadable) => false,
        None => [b"utf8mb4".as_slice(), b"utf_8"].iter().any(|name| name.eq_ignore_ascii_case(label)),
    }
}

/// Whether a text begins as it would in UTF-16, UTF-32 or, with an XML declaration, in EBCDIC, without a mark: parsers of
/// XML and JSON tell these by the first four bytes (XML 1.0, appendix F; RFC 4627 section 3).
pub fn is_wide(start: &[u8]) -> bool {
    let Some([a, b, c, d]) = start.first_chunk::<4>().map(|four| four.map(|byte| byte != 0)) else { return false };
    let two = a != b && (a, b) == (c, d);
    let four = (a != d) && !b && !c;
    two || four || start.starts_with(b"\x4C\x6F\xA7\x94")
}

/// The beginnings of formats that are not text, or that are text only in part.
const MAGIC: &[&[u8]] = &[
    b"%PDF-",
    b"%!PS",
    b"{\\rtf",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"HWP Document File",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"GIF87a",
    b"GIF89a",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"wOFF",
    b"wOF2",
    b"7z\xBC\xAF\x27\x1C",
    b"Rar!",
    b"ALZ\x01",
    b"EGGA",
    b"\x1F\x8B",
    b"BZh",
    b"\xFD7zXZ",
];

/// The beginnings of gzip, compress, zip, zstd and xz.
const PACKED: &[&[u8]] = &[b"\x1F\x8B", b"\x1F\x9D", b"PK\x03\x04", b"\x28\xB5\x2F\xFD", b"\xFD7zXZ\0"];

/// Whether what begins so is packed: some sites unpack it unasked, or what is left of it once more. Such a beginning is no
/// text, but for that of zlib, which is `x^` too: there it takes bytes that no text holds.
pub fn is_packed(start: &[u8]) -> bool {
    let start = start.get(..LOOKED_AT).unwrap_or(start);
    let zlib = || {
        let no_text = || std::str::from_utf8(start).is_err() && EUC_KR.decode_without_bom_handling(start).1;
        start.iter().any(is_control) || no_text()
    };
    match *start {
        [b'x', 0x01 | 0x5E | 0x9C | 0xDA, ..] => zlib(),
        [b'B', b'Z', b'h', b'1'..=b'9', ref block @ ..] => {
            block.starts_with(b"1AY&SY") || block.starts_with(b"\x17rE8P\x90")
        }
        [0x50..=0x5F, b'*', b'M', 0x18, ..] => true,
        _ => PACKED.iter().any(|magic| start.starts_with(magic)),
    }
}

pub fn is_control(byte: &u8) -> bool {
    *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C)
}

/// Bytes that a url-encoded form is written with.
static OF_FORMS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let known = (byte as u8).is_ascii_alphanumeric();
        table[byte] =
            known || matches!(byte as u8, b'%' | b'+' | b'-' | b'_' | b'.' | b'~' | b'*' | b'&' | b'=' | b'[' | b']');
        byte += 1;
    }
    table
};

/// The shape of what begins so; `form` if it could be a url-encoded form that was sent without a type. Text holds no
/// control characters but tabs, line breaks and form feeds, unless it is in UTF-16, which begins with its mark.
pub fn looked(start: &[u8], form: bool) -> Shape {
    let start = start.get(..LOOKED_AT).unwrap_or(start);
    let marked = matches!(charset::from_bom(start), Some(Named::Transcoded(_)));
    let wide = marked || transcode::evident(start).is_some();
    // Of UTF-16, what tells a syntax is left when the other bytes are taken away.
    let ascii = |byte: &u8| (1..0x80).contains(byte);
    let narrow: Vec<u8> = if wide { start.iter().copied().filter(ascii).collect() } else { Vec::new() };
    let magic = || MAGIC.iter().any(|magic| start.starts_with(magic));
    let seen = if wide { narrow.as_slice() } else { start };
    if !marked && (magic() || seen.iter().any(is_control)) {
        return Shape::Binary;
    }
    let start = seen;
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let syntax = match *text {
        [b'<', b'?', b'x', b'm', b'l', ..] => Syntax::Xml,
        [b'<', ..] if defines(text) => Syntax::Xml,
        [b'<', ..] => Syntax::Html,
        [first @ (b'{' | b'['), ref rest @ ..] if begins_json(first, rest) => Syntax::Json,
        _ if form && is_urlencoded(start) => return Shape::Urlencoded,
        _ => Syntax::Plain,
    };
    Shape::Text(syntax)
}

/// Whether what begins so is read as text.
pub fn begins_as_text(start: &[u8]) -> bool {
    matches!(looked(start, false), Shape::Text(_))
}

/// Whether a document begins with a type that defines words of its own: no page does.
fn defines(text: &[u8]) -> bool {
    let named = text.get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"<!doctype"));
    named && text.iter().find(|byte| matches!(byte, b'[' | b'>')) == Some(&b'[')
}

fn begins_json(first: u8, rest: &[u8]) -> bool {
    match (first, rest.trim_ascii_start().first()) {
        (_, None) | (b'{', Some(b'"' | b'}')) => true,
        (b'[', Some(byte)) => b"{[\"]-tfn".contains(byte) || byte.is_ascii_digit(),
        _ => false,
    }
}

/// The boundary of what begins as a multipart form does, with the disposition of a part in it.
pub fn form_boundary(start: &[u8]) -> Option<&[u8]> {
    let start = start.get(..LOOKED_AT).unwrap_or(start);
    let (boundary, head) = start.split_at_checked(memchr::memmem::find(start, b"\r\n")?)?;
    let is_form = head.windows(9).any(|word| word.eq_ignore_ascii_case(b"form-data"));
    let boundary = boundary.strip_prefix(b"--").filter(|boundary| multipart::is_boundary(boundary));
    boundary.filter(|_| is_form)
}

fn is_urlencoded(start: &[u8]) -> bool {
    start.contains(&b'=') && start.iter().all(|byte| OF_FORMS[usize::from(*byte)])
}
