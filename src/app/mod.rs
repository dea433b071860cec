//! Building everything from the settings, taking new settings while running, and ending well.

mod accounts;
mod alarms;
mod asks;
pub mod control;
mod exceptions;
mod gate;
mod holds;
pub(crate) mod journal;
pub mod keys;
pub mod log;
mod opener;
mod operations;
mod reload;
mod retention;
mod running;
pub(crate) mod shelf;
mod told;

pub use operations::Readiness;
pub use running::{Running, StartError, Without, check, start, start_without};
