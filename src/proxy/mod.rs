//! From the socket to the exchange and back: listeners, TLS, heads, and one request's life.
//!
//! [`listen`] is where a connection begins; `exchange` tells the rest from top to bottom.

pub mod headers;
pub mod listen;
pub mod metrics;
pub mod names;
pub mod record;
pub mod redirect;
pub mod tls;
