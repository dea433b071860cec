//! Sealed references: what a browser sends back or follows instead of a value that is not to be seen. The value itself
//! is in them, encrypted, so that no state is kept and every node with the same key can open them.
//!
//! A reference is written `garim.Z….`: the marker, base64url without padding, and a full stop, so that it survives
//! forms, URLs, JSON, scripts, file names and EUC-KR. In it are, in this order:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the version (six bits), whether it is bound to a session, whether it lasts |
//! | 1 | which key |
//! | 4 | when it was sealed: the begin of its period, in minutes since 1970 |
//! | 12 | the nonce |
//! | 1 + 1 + n | the kind (and its name, if it is an operator's own), the charset of the page, the value as it was written |
//! | 16 | the tag |
//!
//! Where nothing but a number may stand it is written in digits, three for each byte, after a marker of digits. Where an e-mail
//! address is asked for, a host follows.
//!
//! AES-256-GCM-SIV (RFC 8452) seals them, with the first six bytes, the site and the session as associated data. The
//! nonce is an HMAC of all of it, so that a value has one reference in one session and period, and a page that has not
//! changed is the same page again.

mod key;
mod numeral;
mod reference;
mod sealer;

pub use key::{KeyFileError, Ring, key_file, rotated};
pub use reference::{Next, hide, may_stand_in, next, resume};
pub use sealer::{Refused, Sealed, Sealer};

/// The longest value that is sealed, in bytes of UTF-8: the longest e-mail address, and some.
pub const LONGEST: usize = 400;

#[cfg(test)]
mod tests;
