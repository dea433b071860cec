//! Files are opened in child processes of the same binary, because what reads a format may abort, hang or eat memory: a
//! worker that does is killed, alone, and what it was given counts as not inspected.
//!
//! Before its first input a worker gives up all it does not need ([`confine`]): it has its pipes and its memory, nothing
//! else. Who uses the [`Pool`] never trusts what a worker says beyond what is said: one that was taken over by a file can
//! tell lies about that file and those it is given later, so it serves a bounded number of them.

mod confine;
mod pool;
pub mod protocol;
mod remembered;
mod worker;

pub use confine::{Held, Landlock};
pub use pool::{Opened, Pieces, Pool, Rewritten, Settings, Whole, Workers};
pub use protocol::{Answer, Found, Job, Masking, OwnPattern, Refusal, Start};
pub use remembered::{Hasher, Key};
pub use worker::{Failed, run};
