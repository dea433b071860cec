//! Bytes to logical characters that know which bytes they came from, and the digit clusters cut from them.

mod block;
pub mod charset;
mod cluster;
pub mod lex;
pub mod near;
mod packed;
pub mod place;
pub mod search;
pub mod sieve;
pub mod spelled;
pub mod transcode;

pub use cluster::{Cluster, Digit, Separator};

/// The charsets garim reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// UTF-8; ASCII is part of it.
    Utf8,
    /// CP949, the superset of EUC-KR that Korean sites mean by either name.
    Cp949,
    /// Some other charset in which every byte below 0x80 that is not a trail byte is ASCII (ISO-8859-1, windows-125x,
    /// Shift_JIS, GBK …): ASCII is read, the rest is skipped.
    AsciiBased,
}

/// The syntax of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// HTML, and what web editors put into form fields.
    Html,
    /// XML, with its CDATA sections.
    Xml,
    /// JSON; strings may hold HTML.
    Json,
    /// JavaScript and CSS.
    Script,
    /// No syntax at all.
    Plain,
}
