//! The whole program over real sockets with a real TLS client, in front of a site that answers literal bytes.

#[path = "../documents/make/mod.rs"]
mod make;
mod support;

mod alerts;
mod answer_heads;
mod asked;
mod budget;
mod caches;
mod codings;
mod damaged;
mod demo;
mod disguises;
mod documents;
mod every_format;
mod gate;
mod gate_login;
mod heads;
mod held;
mod hygiene;
mod journal;
mod killed;
mod leaks;
mod life;
mod masked_documents;
mod offered;
mod opened;
mod own_pages;
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
mod whole_policy;
mod windows;
