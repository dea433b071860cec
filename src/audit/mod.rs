//! The audit journal: what decided something is written down so that nobody can alter it unseen.
//!
//! # What lies in its folder
//! Each process writes a chain of its own, named by its start id (`20261126T133605123-` and random letters):
//!
//! - `<start>-000001.log` and on: segments, append-only; one record a line, JSON in one form:
//!   `{"seq":…,"time":…,"up":…,"kind":"…",…,"prev":"…","mac":"…"}`. `time` is in milliseconds since 1970 (UTC), `up` counts
//!   milliseconds since the start whatever the clock does, `prev` is SHA-256 of the line before, `mac` is HMAC-SHA256 of all
//!   that stands before it. The first record of each segment (`start`, `segment`) says the node, the start, the public key of
//!   seals, how many seals there were, and where the chain of the start before ended.
//! - `<start>.key`: how many records there are at least, and the key of the next one (after every batch that was synced).
//! - `<start>.seals`: signed lines (Ed25519) that say how far a chain had come; each holds the hash of the seal before it.
//!   All of them are appended to the file `seal_to` in a second place, too.
//! - `signing.key`, `root.key` (only where no root secret is given), `lock`.
//!
//! # Keys, and what a thief of them can do
//! The key of record 0 is HMAC(root, start id); the key of record n + 1 is SHA-256 of the key of record n, which is then
//! erased. At the end of a process the key is replaced by what makes no record, and at the next start by a proof of which
//! start that was.
//!
//! - Who can **write the files** and has no key: every change is found, also that the end was cut off, down to the last
//!   batch that was synced, because the newest key cannot be turned back; and that a whole start is gone.
//! - Who **reads the current key** (memory, or the state file: it holds the keys of the last two batches) can forge what
//!   comes from there on, and nothing before. Until when he could is told by the next seal in the second place.
//! - Who **kept an older state file** can cut the chain back to that position and go on from there. The seals in the second
//!   place show it, as far as they go.
//! - Who has the **root secret** can make every MAC, with the **signing key** every seal. Against him only the second place
//!   holds: it has what was sealed before, at most [`Options::seal_every`] (a minute) behind while records come in. Put it
//!   where garim can append and nobody on this machine can alter: `--seals FILE` is that copy, `--public-key` what it was
//!   signed with.
//!
//! # Who writes
//! A thread of the journal's own: it makes one batch of what waits, syncs and seals. What need not be on the disk when it is
//! acknowledged ([`Event::soon`], or by [`Fsync`]) is written by whoever records it, unless somebody else is writing or something
//! has to be done first: he waits for the system to take one line. When it has once taken long, only the thread writes for a while.
//!
//! # Faults of the machine
//! `kill -9` loses no acknowledged record, a power cut none that [`Fsync`] promises to be on the disk. A torn last line is left as it is; the
//! next start records it, seals the chain that was left, and begins its own. Pages of zeros that a power cut leaves behind
//! what was synced count as torn, too, but only behind what the state counts. A full disk is an error to whoever wanted
//! something recorded; how many records were lost stands in the next one that can be written. A disk that fails to sync may have lost
//! what was acknowledged since it last did: another segment begins at once, whose first record says which records that are (`doubt`).

mod before;
mod book;
mod chain;
mod clock;
pub mod csv;
mod desk;
mod error;
mod event;
mod journal;
mod names;
mod options;
mod prune;
mod queue;
mod read;
pub mod report;
mod seal;
mod state;
mod tail;
mod tell;
mod there;
mod verify;
mod writer;

pub use error::JournalError;
pub use event::{Event, Found, LONGEST, kind};
pub use journal::{Journal, Ticket, is_running};
pub use options::{Fsync, Options, SealHook};
pub use prune::Removed;
pub use queue::{Health, Recorded};
pub use read::{Entry, Filter, Seen, has_own_root, korean_time, node_of, read, time_of};
pub use report::kind_word;
pub use seal::is_public_key;
pub use tell::verdict_word;
pub use verify::{Check, Checked, Remark, Verdict, What, verify};
