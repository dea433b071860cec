//! Rich text.

use std::fmt::Write;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("into memory");
        out
    })
}

/// Text in CP949 as escapes.
pub fn cp949(text: &str) -> String {
    encoding_rs::EUC_KR.encode(text).0.iter().fold(String::new(), |mut out, byte| {
        write!(out, "\\'{byte:02x}").expect("into memory");
        out
    })
}

pub fn file(body: &str) -> Vec<u8> {
    let fonts = r"{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fnil\fcharset129 Gulim;}}";
    format!(r"{{\rtf1\ansi\ansicpg1252{fonts}\f0 {body}}}").into_bytes()
}
