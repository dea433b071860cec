//! The gate before hyper: it reads each HTTP/1 head once, as bytes, and lets it pass only if it has one reading.
//!
//! hyper mends silently what must be refused (RFC 9112 sections 6.3 and 11.2): of `Content-Length` and
//! `Transfer-Encoding` it takes one, it takes bare line feeds, it cuts fragments off. A site may read the same bytes in
//! another way, and then it sees what garim never inspected. So:
//!
//! - [`head::check`] judges a head. It is pure; [`scanner`] finds where a head ends, however its bytes are cut.
//! - `io` stands between TLS and hyper. It collects a head, has it judged, hands it on, and counts out the body that
//!   its `Content-Length` announces, so that it knows the next head. Chunks are hyper's to read; a request with
//!   `Transfer-Encoding` is its connection's last.
//! - `passage` stands between hyper and the service: what hyper makes a request of must have been judged, one by one.
//! - A refused head never reaches hyper: a harmless [`substitute`] does, and the service finds the [`HeadFault`] in
//!   the request's extensions, answers with a page, and writes the record. Then the connection ends; what the client
//!   still sends is read away, within bounds.
//! - `timers`: a head has `limits.header_timeout` from its first byte, a connection without an exchange
//!   `limits.idle_timeout`. A head that is late or breaks off is refused like any other; a client that has sent no byte
//!   of one has only come and gone.
//!
//! HTTP/2 has no heads of this kind: [`left_open`] is what of all this is left to be asked of it.

mod fault;
pub mod head;
mod io;
mod passage;
pub mod scanner;
mod substitute;
mod target;
mod timers;

#[cfg(test)]
mod tests;

pub use fault::HeadFault;

use crate::config::Limits;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};
use std::sync::Arc;

/// Puts a gate before a connection and its service.
pub(super) fn gate<IO, S>(io: IO, service: S, limits: Limits) -> (io::Gate<IO>, passage::Gated<S>) {
    let passage = Arc::default();
    (io::Gate::new(io, limits, Arc::clone(&passage)), passage::Gated::new(service, passage))
}

/// What hyper's own checks of an HTTP/2 head leave open (RFC 9113 section 8.2.2 is hyper's; `Host` is
/// [`super::asked`]'s).
///
/// # Errors
/// When the method is no word, the body would be of two kinds, or a field could be taken for one about framing.
pub fn left_open(method: &Method, headers: &HeaderMap) -> Result<(), HeadFault> {
    if !head::is_method(method.as_str().as_bytes()) {
        return Err(HeadFault::Method);
    }
    if headers.get_all(CONTENT_TYPE).iter().nth(1).is_some() {
        return Err(HeadFault::ContentTypeTwice);
    }
    if headers.keys().any(|name| head::is_ambiguous(name.as_str().as_bytes())) {
        return Err(HeadFault::AmbiguousName);
    }
    Ok(())
}
