//! What the tests of the whole policy ask, and the files they attach.

use crate::masked_documents::{MULTIPART, archive};
use crate::support::FORM;
use http::Request;
use http::request::Builder;
use std::fmt::Write as _;
use std::io::Write as _;

/// A request before its sender has an address.
pub struct Ask {
    what: String,
    request: Builder,
    body: Vec<u8>,
    officer: bool,
}

impl Ask {
    /// From the office's network.
    pub fn officer(self) -> Ask {
        Ask { officer: true, ..self }
    }

    /// With a field.
    pub fn header(self, name: &str, value: &str) -> Ask {
        Ask { request: self.request.header(name, value), what: format!("{} {name}: {value}", self.what), ..self }
    }

    /// What it is, the address it comes from, which tells its record, and the request.
    pub fn somewhere(self, number: usize) -> (String, String, Request<Vec<u8>>) {
        let address = if self.officer { format!("10.1.7.{number}") } else { format!("203.0.113.{number}") };
        let request = self.request.header("x-forwarded-for", &address).body(self.body).expect("a request");
        (self.what, address, request)
    }
}

/// A request from an address, as a proxy that is believed hands it on.
pub fn from(address: &str, request: Builder) -> Builder {
    request.header("x-forwarded-for", address)
}

/// Asks for a page.
pub fn get(target: &str) -> Ask {
    Ask { what: format!("GET {target}"), request: Request::get(target), body: Vec::new(), officer: false }
}

/// Sends something.
pub fn sent(target: &str, content_type: &str, body: Vec<u8>) -> Ask {
    let what = format!("POST {target} {}", String::from_utf8_lossy(&body));
    Ask { what, request: Request::post(target).header("content-type", content_type), body, officer: false }
}

/// Posts a form, in UTF-8 as it stands.
pub fn form(target: &str, body: &str) -> Ask {
    sent(target, FORM, body.as_bytes().to_vec())
}

/// Attaches a file.
pub fn file(target: &str, name: &str, bytes: &[u8]) -> Ask {
    let head = format!("--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n");
    sent(target, MULTIPART, [head.as_bytes(), bytes, b"\r\n--B--\r\n"].concat())
}

/// So many different numbers.
pub fn numbers(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = write!(text, "010-2345-{number:04} ");
        text
    })
}

/// An archive with a text in it, perhaps under a password.
pub fn archived(encrypted: bool) -> Vec<u8> {
    let mut bytes = archive(&[("a.txt", "nothing in here that anybody would look for")]);
    // The first of the general purpose flags (APPNOTE 4.4.4): behind the version in both headers.
    for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = bytes.windows(4).position(|window| window == mark).expect("a header");
        bytes[at + flags] |= u8::from(encrypted);
    }
    bytes
}

/// A text packed so often, one within the other.
pub fn packed(times: usize) -> Vec<u8> {
    (0..times).fold(b"nothing in here that anybody would look for".to_vec(), |inner, _| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&inner).expect("memory");
        encoder.finish().expect("memory")
    })
}

/// A picture of one dot.
pub fn picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
    let packed = {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&[0, 255, 255, 255]).expect("memory");
        encoder.finish().expect("memory")
    };
    for (name, data) in [(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0][..]), (b"IDAT", &packed), (b"IEND", &[])] {
        let mut sum = flate2::Crc::new();
        sum.update(name);
        sum.update(data);
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        bytes.extend([&length[..], name, data, &sum.sum().to_be_bytes()].concat());
    }
    bytes
}

/// A document of one page that is a picture.
pub fn scanned() -> Vec<u8> {
    let content = "q 100 0 0 100 0 0 cm /I Do Q";
    let parts = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\nx\nendstream"
            .to_owned(),
    ];
    let (mut text, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (number, part) in parts.iter().enumerate() {
        places.push(text.len());
        let _ = writeln!(text, "{} 0 obj{part}endobj", number + 1);
    }
    let start = text.len();
    let _ = writeln!(text, "xref\n0 6\n0000000000 65535 f ");
    for place in places {
        let _ = writeln!(text, "{place:010} 00000 n ");
    }
    let _ = writeln!(text, "trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
    text.into_bytes()
}

/// The head of a program for Windows.
pub fn program() -> Vec<u8> {
    let mut bytes = vec![0; 256];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[60] = 128;
    bytes[128..132].copy_from_slice(b"PE\0\0");
    bytes
}
