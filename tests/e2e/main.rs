//! The whole program over real sockets with a real TLS client, in front of a site that answers literal bytes.

mod support;

mod answer_heads;
mod asked;
mod budget;
mod caches;
mod codings;
mod damaged;
mod demo;
mod documents;
mod exceptions;
mod gate;
mod heads;
mod held;
mod hygiene;
mod journal;
mod leaks;
mod life;
mod masked_documents;
mod opened;
mod own_text;
mod pages;
mod policies;
mod posts;
mod posts_in_trouble;
mod reload;
mod requests;
mod roles;
mod said;
mod sealed;
mod spool;
mod streaming;
mod tls;
mod trouble;
mod upgrade;
mod windows;
