//! From the socket to the exchange: listeners, TLS, and what a host name means. [`listen`] is where a connection begins.

pub mod listen;
pub mod names;
pub mod redirect;
pub mod tls;
