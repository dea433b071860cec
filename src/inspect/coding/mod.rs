//! Content codings (RFC 9110 section 8.4): what a `Content-Encoding` says, undoing it within ceilings, doing it again.
//!
//! The codecs are the synchronous core of `async-compression`; nothing here waits or touches a file.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

pub use decode::{DecodeLimits, Decoder, Members};
pub use encode::Encoder;

/// More codings than this on one body are refused: no server applies them, and each costs a window of memory.
pub const MOST_CODINGS: usize = 2;

/// A coding that garim undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// RFC 1952, also named `x-gzip`.
    Gzip,
    /// The zlib format (RFC 1950); some servers send bare deflate (RFC 1951) under this name, which is undone too.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878, with a window of at most 8 MiB (RFC 9659).
    Zstd,
}

impl Coding {
    /// Every coding.
    pub const ALL: &'static [Coding] = &[Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];

    /// Its name in `Content-Encoding` and `Accept-Encoding`.
    pub const fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
        }
    }

    fn from_name(name: &[u8]) -> Option<Coding> {
        if name.eq_ignore_ascii_case(b"x-gzip") {
            return Some(Coding::Gzip);
        }
        Coding::ALL.iter().copied().find(|coding| name.eq_ignore_ascii_case(coding.name().as_bytes()))
    }
}

/// Why a coded body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodingError {
    /// A name in `Content-Encoding` that is none of ours.
    #[error("the content coding is unknown")]
    Unknown,
    /// A longer list of codings than [`MOST_CODINGS`].
    #[error("more than {most} content codings, one upon the other")]
    TooMany {
        /// The ceiling.
        most: usize,
    },
    /// The bytes are not what the coding writes.
    #[error("the {} body is broken", .0.name())]
    Broken(Coding),
    /// The body ends before the coding does.
    #[error("the {} body ends too early", .0.name())]
    Truncated(Coding),
    /// Bytes after the end of the coding, which a second reader could take for something.
    #[error("bytes follow the end of the {} body", .0.name())]
    Trailing(Coding),
    /// Bytes stand in it that are not its content (a file's name, a comment): nobody reads them, and they would be sent on.
    #[error("the {} body carries a name, a comment or other bytes beside its content", .0.name())]
    Aside(Coding),
    /// It unpacks to more than `limits.decoded_bytes`.
    #[error("the body unpacks to more than {most} bytes")]
    TooLarge {
        /// The ceiling.
        most: u64,
    },
    /// It unpacks to more than `limits.decoded_ratio` times its size.
    #[error("the body unpacks to more than {most} times its size")]
    Ratio {
        /// The ceiling.
        most: u32,
    },
    /// It asks for a larger window than there is memory for.
    #[error("the {} body asks for a larger window than is allowed", .0.name())]
    Window(Coding),
    /// Coding anew failed; no input is known that makes it.
    #[error("the body could not be coded as {}", .0.name())]
    Encode(Coding),
}

/// The codings that the values of `Content-Encoding` name, in the order in which they were applied. `identity` and
/// empty list elements (RFC 9110 section 5.6.1) are dropped.
pub fn parse<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Coding>, CodingError> {
    let mut codings = Vec::new();
    for value in values {
        for name in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if name.is_empty() || name.eq_ignore_ascii_case(b"identity") {
                continue;
            }
            codings.push(Coding::from_name(name).ok_or(CodingError::Unknown)?);
            if codings.len() > MOST_CODINGS {
                return Err(CodingError::TooMany { most: MOST_CODINGS });
            }
        }
    }
    Ok(codings)
}
