//! What the end-to-end tests stand on: the built program, a site that answers literal bytes, and a real TLS client.

mod authority;
mod client;
mod command;
mod expected;
mod origin;
mod program;
mod wire;

pub use authority::Authority;
pub use client::{Answer, Client, Http, Kept, plain_get};
pub use command::{garim, garim_with};
pub use expected::{MASK_ALL, accounted, coded, coded_in_pieces, decoded, key_file, masked, sealer, unsealed};
pub use origin::{Origin, Piece, Seen};
pub use program::{POLICY, Program, write_secret};
pub use wire::{Wire, plain};

use std::time::Duration;

/// How long anything may take on a busy machine before a test gives it up.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Bodies and heads with values of these are planted everywhere; every one is synthetic, with a right check digit.
pub const RESIDENT: &str = "900101-1234568";
/// The same, masked.
pub const RESIDENT_MASKED: &str = "900101-*******";

/// What a form is sent as.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// An ordinary page around a text.
pub fn page(text: &str) -> String {
    format!("<!DOCTYPE html><html><head><title>게시판</title></head><body><p>{text}</p></body></html>")
}

/// A page's own text, with the few entities undone that garim's pages write.
pub fn plain_text(page: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(page.to_owned(), |text, (entity, character)| text.replace(entity, character))
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

/// The answer most sites here give.
pub fn ok() -> Vec<u8> {
    answer("text/html; charset=utf-8", "", "ok")
}

/// Waits until something holds, however busy the machine is; `what` is said when it never does.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let start = std::time::Instant::now();
    while !holds().await {
        assert!(start.elapsed() < PATIENCE, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
