//! The whole program over real sockets with a real TLS client, in front of a site that answers literal bytes.

mod support;

mod heads;
mod posts;
mod tls;
