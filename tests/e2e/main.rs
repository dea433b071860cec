//! The whole program over real sockets with a real TLS client, in front of a site that answers literal bytes.

mod support;

mod budget;
mod damaged;
mod demo;
mod heads;
mod leaks;
mod life;
mod posts;
mod posts_in_trouble;
mod reload;
mod spool;
mod tls;
mod trouble;
mod upgrade;
