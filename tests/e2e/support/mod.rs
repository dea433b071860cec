//! What the end-to-end tests stand on: the built program, a site that answers literal bytes, and a real TLS client.

mod client;
mod origin;
mod program;

pub use client::{Answer, Client};
pub use origin::{Origin, Piece, Seen};
pub use program::{Program, ProgramBuilder};

/// Bodies and heads with values of these are planted everywhere; every one is synthetic, with a right check digit.
pub const RESIDENT: &str = "900101-1234568";
/// The same, masked.
pub const RESIDENT_MASKED: &str = "900101-*******";

/// An ordinary page around a text.
pub fn page(text: &str) -> String {
    format!("<!DOCTYPE html><html><head><title>게시판</title></head><body><p>{text}</p></body></html>")
}

/// An HTTP/1.1 answer as literal bytes, with a length.
pub fn answer(content_type: &str, extra: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n{extra}Content-Length: {length}\r\n\r\n")
            .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
